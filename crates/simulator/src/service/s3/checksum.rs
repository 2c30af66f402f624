//! Checksums that S3 itself computes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Digest;

/// The entity tag of a body that was put in one piece: its MD5, quoted.
pub(super) fn etag(body: &[u8]) -> String {
    format!("\"{}\"", hex::encode(md5::Md5::digest(body)))
}

/// The MD5 as `Content-MD5` carries it.
pub(super) fn md5_base64(body: &[u8]) -> String {
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

/// The algorithms that S3 can compute here, and the member that carries each.
///
/// CRC-64/NVME is the one that S3 adds when a client sends none.
pub(super) fn compute(algorithm: &str, body: &[u8]) -> Option<(&'static str, Vec<u8>)> {
    Some(match algorithm {
        "CRC32" => (
            "ChecksumCRC32",
            (crc(0xEDB8_8320, 32, body) as u32).to_be_bytes().to_vec(),
        ),
        "CRC32C" => (
            "ChecksumCRC32C",
            (crc(0x82F6_3B78, 32, body) as u32).to_be_bytes().to_vec(),
        ),
        "CRC64NVME" => (
            "ChecksumCRC64NVME",
            crc(0x9A6C_9329_AC4B_C9B5, 64, body).to_be_bytes().to_vec(),
        ),
        "SHA256" => ("ChecksumSHA256", {
            use sha2::Digest;
            sha2::Sha256::digest(body).to_vec()
        }),
        _ => return None,
    })
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

    /// The check values of the CRC catalogue: the sums of the digits one to nine.
    #[test]
    fn catalogue_check_values() {
        assert_eq!(crc(0xEDB8_8320, 32, b"123456789"), 0xCBF4_3926);
        assert_eq!(crc(0x82F6_3B78, 32, b"123456789"), 0xE306_9283);
        assert_eq!(
            crc(0x9A6C_9329_AC4B_C9B5, 64, b"123456789"),
            0xAE8B_1486_0A79_9888
        );
        assert_eq!(etag(b""), "\"d41d8cd98f00b204e9800998ecf8427e\"");
    }
}
