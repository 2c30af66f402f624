//! Why a document is not what IAM takes.

use std::error::Error;
use std::fmt;

use base64::DecodeError;
use x509_parser::error::X509Error;

/// Why a document is not what IAM takes, in words for the person who gave it. What a parser said in its own terms is the
/// source.
#[derive(Debug)]
pub struct Refused {
    words: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Refused {
    /// These words, and what led to them.
    pub(super) fn because(words: impl Into<String>, source: impl Error + Send + Sync + 'static) -> Refused {
        Refused {
            words: words.into(),
            source: Some(Box::new(source)),
        }
    }

    /// A certificate that is not base64.
    pub(super) fn not_base64(error: DecodeError) -> Refused {
        let words = match error {
            DecodeError::InvalidByte(at, byte) if byte.is_ascii_graphic() => format!(
                "its `X509Certificate` is not base64: its character {} is `{}`",
                at + 1,
                char::from(byte)
            ),
            DecodeError::InvalidByte(at, _) => format!(
                "its `X509Certificate` is not base64: its character {} is none that base64 has",
                at + 1
            ),
            DecodeError::InvalidLength(_)
            | DecodeError::InvalidLastSymbol(..)
            | DecodeError::InvalidPadding => {
                "its `X509Certificate` is not whole: base64 comes in groups of four characters, and the last one is not \
                 complete; copy it again, to its end"
                    .to_owned()
            }
        };
        Refused::because(words, error)
    }

    /// Bytes that are no certificate.
    pub(super) fn not_a_certificate(der: &[u8], error: x509_parser::nom::Err<X509Error>) -> Refused {
        let words = match is_cut_off(der) {
            true => {
                "its `X509Certificate` is cut off: it says itself that it is longer; copy it again, to its end"
            }
            false => {
                "its `X509Certificate` is not an X.509 certificate: what its base64 stands for is damaged, or something \
                 else, such as a key or a request for a certificate"
            }
        };
        Refused::because(words, error)
    }
}

/// Whether bytes begin as a certificate does (a sequence of DER with its length), and end before that length.
fn is_cut_off(der: &[u8]) -> bool {
    let [0x30, length, rest @ ..] = der else {
        return false;
    };
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        0x81..=0x84 => {
            let digits = usize::from(length & 0x7f);
            let Some((length, rest)) = rest.split_at_checked(digits) else {
                return true;
            };
            let length = length
                .iter()
                .fold(0, |sum, digit| (sum << 8) | usize::from(*digit));
            (length, rest)
        }
        _ => return false,
    };
    rest.len() < length
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl Error for Refused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source
            .as_ref()
            .map(|source| &**source as &(dyn Error + 'static))
    }
}

impl From<String> for Refused {
    fn from(words: String) -> Refused {
        Refused { words, source: None }
    }
}

impl From<&str> for Refused {
    fn from(words: &str) -> Refused {
        Refused::from(words.to_owned())
    }
}
