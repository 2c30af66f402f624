//! Why answers to a checkpoint are not taken, as a value.

use std::fmt;

use headset_core::{AwsError, Class};
use serde::Serialize;

/// Why answers are not taken. The identifier of each is stable: programs read it in JSON.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "id")]
pub enum Rejected {
    /// One of them is wrong.
    Wrong {
        /// What is wrong with which one, in a sentence without a full stop.
        why: String,
    },
    /// Whether one of them is right could not be looked up.
    Unchecked {
        /// Which one, and what that means for it, in a sentence without a full stop.
        #[serde(skip_serializing_if = "Option::is_none")]
        what: Option<String>,
        /// Why it could not.
        error: AwsError,
    },
}

impl Rejected {
    /// What could not be looked up, and why.
    pub fn unchecked(what: impl Into<String>, error: AwsError) -> Rejected {
        Rejected::Unchecked {
            what: Some(what.into()),
            error,
        }
    }

    /// The same where a thing is read by its answers: a failure to look something up stays the failure that it was.
    pub fn into_error(self) -> AwsError {
        match self {
            Rejected::Wrong { why } => AwsError::own(Class::Invalid, why),
            Rejected::Unchecked { what: None, error } => error,
            Rejected::Unchecked {
                what: Some(what),
                error,
            } => AwsError {
                message: format!("{what}: {}", error.message),
                ..error
            },
        }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rejected::Wrong { why } => f.write_str(why),
            Rejected::Unchecked { what: None, error } => write!(f, "{error}"),
            Rejected::Unchecked {
                what: Some(what),
                error,
            } => write!(f, "{what}: {error}"),
        }
    }
}

impl From<String> for Rejected {
    fn from(why: String) -> Rejected {
        Rejected::Wrong { why }
    }
}

impl From<AwsError> for Rejected {
    fn from(error: AwsError) -> Rejected {
        Rejected::Unchecked { what: None, error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What could not be looked up at this moment is no wrong answer: the next look may be better.
    #[test]
    fn what_could_not_be_looked_up_keeps_its_class_and_the_id_of_its_request() {
        let mut error = AwsError::new("appstream", "DescribeImages", Class::Throttled, "slower");
        error.request_id = Some("9a7e".to_owned());
        let rejected = Rejected::unchecked("image: `desk` is not taken", error);
        assert_eq!(
            rejected.to_string(),
            "image: `desk` is not taken: appstream:DescribeImages failed: slower (request 9a7e)"
        );
        let error = rejected.into_error();
        assert_eq!(
            (error.class, error.request_id.as_deref(), error.message.as_str()),
            (
                Class::Throttled,
                Some("9a7e"),
                "image: `desk` is not taken: slower"
            )
        );
        assert_eq!(Rejected::from("no".to_owned()).into_error().class, Class::Invalid);
    }
}
