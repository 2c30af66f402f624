//! Checksums that S3 itself computes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Digest;

/// The entity tag of a body that was put in one piece: its MD5, quoted.
pub(super) fn etag(body: &[u8]) -> String {
    format!("\"{}\"", hex::encode(md5::Md5::digest(body)))
}

/// The MD5 as `Content-MD5` carries it.
pub(crate) fn md5_base64(body: &[u8]) -> String {
    STANDARD.encode(md5::Md5::digest(body))
}

/// A reflected CRC with all bits set at start and end; `polynomial` is reflected too.
fn crc(polynomial: u64, width: u32, body: &[u8]) -> u64 {
    let ones = if width == 64 { u64::MAX } else { (1 << width) - 1 };
    let table: Vec<u64> = (0..256u64)
        .map(|byte| {
            (0..8).fold(byte, |rest, _| {
                if rest & 1 == 1 {
                    (rest >> 1) ^ polynomial
                } else {
                    rest >> 1
                }
            })
        })
        .collect();
    body.iter().fold(ones, |sum, byte| {
        table[((sum ^ u64::from(*byte)) & 0xff) as usize] ^ (sum >> 8)
    }) ^ ones
}

/// The checksum of a body; `None` for an algorithm that S3 cannot compute here. CRC-64/NVME is the one that S3 adds when a
/// client sends none.
pub(crate) fn sum(algorithm: &str, body: &[u8]) -> Option<Vec<u8>> {
    Some(match algorithm {
        "CRC32" => (crc(0xEDB8_8320, 32, body) as u32).to_be_bytes().to_vec(),
        "CRC32C" => (crc(0x82F6_3B78, 32, body) as u32).to_be_bytes().to_vec(),
        "CRC64NVME" => crc(0x9A6C_9329_AC4B_C9B5, 64, body).to_be_bytes().to_vec(),
        "SHA1" => sha1::Sha1::digest(body).to_vec(),
        "SHA256" => {
            use sha2::Digest;
            sha2::Sha256::digest(body).to_vec()
        }
        _ => return None,
    })
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
