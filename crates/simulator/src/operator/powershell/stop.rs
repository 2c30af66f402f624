//! Why a script does not go on.

use super::value::Value;

/// Why a script does not go on.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stop {
    /// `return`, with what was written before.
    Return(Vec<Value>),
    /// An error: `throw`, or a command that does not work.
    Error(String),
}

impl From<String> for Stop {
    fn from(text: String) -> Stop {
        Stop::Error(text)
    }
}

pub(super) type Ran<T> = Result<T, Stop>;
