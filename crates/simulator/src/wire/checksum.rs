//! The checksums that a client sends along with a body, as headers name them. S3 itself computes them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::service::s3::checksum;

/// The checksum algorithms of S3 that the simulator verifies, by the name after `x-amz-checksum-`.
pub const ALGORITHMS: [&str; 5] = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"];

/// The checksum of a body in base64; `None` for an algorithm that is not in [`ALGORITHMS`].
pub fn compute(algorithm: &str, body: &[u8]) -> Option<String> {
    let sum = checksum::sum(&algorithm.to_uppercase(), body)?;
    Some(STANDARD.encode(sum))
}

/// The MD5 of a body in base64, as `Content-MD5` carries it.
pub fn md5_of(body: &[u8]) -> String {
    checksum::md5_base64(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_name_what_s3_computes() {
        for algorithm in ALGORITHMS {
            assert!(compute(algorithm, b"123456789").is_some(), "{algorithm}");
        }
        assert_eq!(compute("crc32", b"123456789").as_deref(), Some("y/Q5Jg=="));
        assert_eq!(md5_of(b""), "1B2M2Y8AsgTpgAmY7PhCfg==");
        assert_eq!(compute("xxhash64", b""), None);
    }
}
