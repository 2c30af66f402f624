//! Checksums that S3 itself computes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Digest;
use serde_json::Value;

pub(super) use crate::wire::checksum::{md5_of as md5_base64, sum};

/// The entity tag of a body that was put in one piece: its MD5, quoted.
pub(super) fn etag(body: &[u8]) -> String {
    format!("\"{}\"", hex::encode(md5::Md5::digest(body)))
}

/// The same with the member that carries it.
pub(super) fn compute(algorithm: &str, body: &[u8]) -> Option<(&'static str, Vec<u8>)> {
    let (member, _) = MEMBERS.iter().find(|(_, name)| *name == algorithm)?;
    Some((member, sum(algorithm, body)?))
}

/// The checksum of an object that was made of parts, as far as the parts say it: which sort of it an algorithm knows
/// ("Checking object integrity for data uploads in Amazon S3", full object and composite checksum types). `None` for a
/// sort that it does not know.
pub(super) fn kind_of_parts(algorithm: Option<&str>, asked: Option<&str>) -> Option<&'static str> {
    const WHOLE: &str = "FULL_OBJECT";
    const OF_SUMS: &str = "COMPOSITE";
    // The first is what holds where the call does not say.
    let known: &[&'static str] = match algorithm {
        None | Some("CRC64NVME") => &[WHOLE],
        Some("CRC32" | "CRC32C") => &[OF_SUMS, WHOLE],
        Some(_) => &[OF_SUMS],
    };
    match asked {
        None => known.first().copied(),
        Some(asked) => known.iter().find(|kind| **kind == asked).copied(),
    }
}

/// The same as text.
pub(super) fn compute_base64(algorithm: &str, body: &[u8]) -> Option<(&'static str, String)> {
    compute(algorithm, body).map(|(member, sum)| (member, STANDARD.encode(sum)))
}

/// Every member that can carry a checksum, with its algorithm's name.
pub(super) const MEMBERS: &[(&str, &str)] = &[
    ("ChecksumCRC32", "CRC32"),
    ("ChecksumCRC32C", "CRC32C"),
    ("ChecksumCRC64NVME", "CRC64NVME"),
    ("ChecksumSHA1", "SHA1"),
    ("ChecksumSHA256", "SHA256"),
    ("ChecksumSHA512", "SHA512"),
    ("ChecksumMD5", "MD5"),
    ("ChecksumXXHASH64", "XXHASH64"),
    ("ChecksumXXHASH3", "XXHASH3"),
    ("ChecksumXXHASH128", "XXHASH128"),
];

/// Which members of an entry or a call carry a checksum, with their algorithms and values.
pub(super) fn sums(input: &Value) -> Vec<(&'static str, &'static str, &str)> {
    let given = |(member, algorithm): &(&'static str, &'static str)| {
        Some((*member, *algorithm, input[*member].as_str()?))
    };
    MEMBERS.iter().filter_map(given).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check values of the CRC catalogue, and of the hashes' own standards: the sums of the digits one to nine.
    #[test]
    fn known_sums() {
        let hex = |algorithm| hex::encode(sum(algorithm, b"123456789").unwrap());
        assert_eq!(hex("CRC32"), "cbf43926");
        assert_eq!(hex("CRC32C"), "e3069283");
        assert_eq!(hex("CRC64NVME"), "ae8b14860a799888");
        assert_eq!(hex("SHA1"), "f7c3bc1d808e04732adf679965ccc34ca7ae3441");
        assert_eq!(
            hex("SHA256"),
            "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"
        );
        assert_eq!(sum("XXHASH64", b""), None);
        assert_eq!(etag(b""), "\"d41d8cd98f00b204e9800998ecf8427e\"");
    }
}
