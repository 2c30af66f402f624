//! Why a checkpoint is not passed, as a value.

use std::fmt;

use headset_kinds::Rejected;
use serde::Serialize;

/// Why a checkpoint is not passed although a person acted on it. The identifier of each is stable.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "id")]
pub enum Rejection {
    /// The person says that it could not be done.
    ByPerson {
        /// Why, in the person's words.
        why: String,
    },
    /// The answers contradict each other.
    Contradiction {
        /// How, in a sentence without a full stop.
        why: String,
    },
    /// The same was answered at another address.
    AnsweredElsewhere {
        /// Where, in a sentence without a full stop.
        why: String,
    },
    /// An answer is wrong, or could not be checked.
    #[serde(untagged)]
    Answers(Rejected),
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rejection::ByPerson { why }
            | Rejection::Contradiction { why }
            | Rejection::AnsweredElsewhere { why } => f.write_str(why),
            Rejection::Answers(rejected) => write!(f, "{rejected}"),
        }
    }
}
