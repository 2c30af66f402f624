//! The checksums that a client sends along with a body and that S3 computes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crc_fast::{CrcAlgorithm, checksum};
use md5::Digest;

/// The checksum algorithms of S3 that the simulator verifies, by the name after `x-amz-checksum-`.
pub(crate) const ALGORITHMS: [&str; 5] = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"];

/// The checksum of a body in base64; `None` for an algorithm that is not in [`ALGORITHMS`].
pub(crate) fn compute(algorithm: &str, body: &[u8]) -> Option<String> {
    let sum = sum(&algorithm.to_uppercase(), body)?;
    Some(STANDARD.encode(sum))
}

/// The MD5 of a body in base64, as `Content-MD5` carries it.
pub(crate) fn md5_of(body: &[u8]) -> String {
    STANDARD.encode(md5::Md5::digest(body))
}

/// The checksum of a body; `None` for an algorithm that S3 cannot compute here. CRC-64/NVME is the one that S3 adds when a
/// client sends none.
pub(crate) fn sum(algorithm: &str, body: &[u8]) -> Option<Vec<u8>> {
    Some(match algorithm {
        "CRC32" => checksum(CrcAlgorithm::Crc32IsoHdlc, body).to_be_bytes()[4..].to_vec(),
        "CRC32C" => checksum(CrcAlgorithm::Crc32Iscsi, body).to_be_bytes()[4..].to_vec(),
        "CRC64NVME" => checksum(CrcAlgorithm::Crc64Nvme, body).to_be_bytes().to_vec(),
        "SHA1" => sha1::Sha1::digest(body).to_vec(),
        "SHA256" => {
            use sha2::Digest;
            sha2::Sha256::digest(body).to_vec()
        }
        _ => return None,
    })
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
