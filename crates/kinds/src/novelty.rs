//! What AWS tells and this version of Headset does not know.

use std::fmt;

/// A member of an answer, or a value of an enumeration in it, that AWS has added since.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Novelty {
    /// The member's name.
    pub member: String,
    /// The value that its enumeration does not have. `None`: the member itself is new, or the value is not to be shown.
    pub value: Option<String>,
}

impl fmt::Display for Novelty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}: {value}", self.member),
            None => f.write_str(&self.member),
        }
    }
}
