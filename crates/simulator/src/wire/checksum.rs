//! The checksums that a client sends along with a body: computed here from the body, and compared.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Digest as _;

/// The checksum algorithms of S3 that the simulator verifies, by the name after `x-amz-checksum-`.
pub const ALGORITHMS: [&str; 5] = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"];

/// The checksum of a body in base64; `None` for an algorithm that is not in [`ALGORITHMS`].
pub fn compute(algorithm: &str, body: &[u8]) -> Option<String> {
    let bytes = match algorithm {
        "crc32" => (reflected(0xEDB8_8320, 32, body) as u32).to_be_bytes().to_vec(),
        "crc32c" => (reflected(0x82F6_3B78, 32, body) as u32).to_be_bytes().to_vec(),
        "crc64nvme" => reflected(0x9A6C_9329_AC4B_C9B5, 64, body).to_be_bytes().to_vec(),
        "sha1" => sha1::Sha1::digest(body).to_vec(),
        "sha256" => {
            use sha2::Digest as _;
            sha2::Sha256::digest(body).to_vec()
        }
        _ => return None,
    };
    Some(STANDARD.encode(bytes))
}

/// The MD5 of a body in base64, as `Content-MD5` carries it.
pub fn md5_of(body: &[u8]) -> String {
    STANDARD.encode(md5::Md5::digest(body))
}

/// A CRC with reflected input and output, all bits set at the start and inverted at the end. The polynomial is
/// given reflected.
fn reflected(polynomial: u64, width: u32, body: &[u8]) -> u64 {
    let mut table = [0_u64; 256];
    for (byte, entry) in (0_u64..).zip(table.iter_mut()) {
        *entry = (0..8).fold(byte, |sum, _| (sum >> 1) ^ (polynomial * (sum & 1)));
    }
    let all = u64::MAX >> (64 - width);
    let sum = body
        .iter()
        .fold(all, |sum, byte| (sum >> 8) ^ table[usize::from(sum as u8 ^ byte)]);
    sum ^ all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check values of the CRC catalogue, and of the hashes' own standards, for `123456789`.
    #[test]
    fn known_sums() {
        let hex = |algorithm| {
            hex::encode(
                STANDARD
                    .decode(compute(algorithm, b"123456789").expect("known"))
                    .expect("base64"),
            )
        };
        assert_eq!(hex("crc32"), "cbf43926");
        assert_eq!(hex("crc32c"), "e3069283");
        assert_eq!(hex("crc64nvme"), "ae8b14860a799888");
        assert_eq!(hex("sha1"), "f7c3bc1d808e04732adf679965ccc34ca7ae3441");
        assert_eq!(
            hex("sha256"),
            "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"
        );
        assert_eq!(md5_of(b""), "1B2M2Y8AsgTpgAmY7PhCfg==");
        assert_eq!(compute("xxhash64", b""), None);
    }
}
