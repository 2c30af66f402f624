//! Durations in whole seconds: in specs and state, and in AWS's calls, they are numbers. `#[serde(with = "seconds")]`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serializer};

use crate::error::{AwsError, Class};

/// As a number.
///
/// # Errors
/// The serializer's.
pub fn serialize<S: Serializer>(span: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(span.as_secs())
}

/// From a number.
///
/// # Errors
/// If it is none.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    u64::deserialize(deserializer).map(Duration::from_secs)
}

/// The same of a duration that may be absent.
pub mod maybe {
    use super::{Deserialize, Deserializer, Duration, Serializer};

    /// As a number, or null.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(span: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
        match span {
            Some(span) => super::serialize(span, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// From a number, or null.
    ///
    /// # Errors
    /// If it is neither.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
        Ok(Option::deserialize(deserializer)?.map(Duration::from_secs))
    }
}

/// As AWS takes it.
///
/// # Errors
/// If it is longer than any that AWS takes.
pub fn whole(span: Duration) -> Result<i32, AwsError> {
    let seconds = span.as_secs();
    i32::try_from(seconds)
        .map_err(|_| AwsError::own(Class::Invalid, format!("{seconds} s are longer than AWS takes")))
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Spans {
        #[serde(with = "super")]
        sure: Duration,
        #[serde(default, with = "super::maybe", skip_serializing_if = "Option::is_none")]
        maybe: Option<Duration>,
    }

    #[test]
    fn a_duration_is_a_number_of_seconds() {
        for text in [r#"{"sure":900,"maybe":60}"#, r#"{"sure":0}"#] {
            let spans: Spans = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&spans).unwrap(), text);
        }
        let of = |text| serde_json::from_str::<Spans>(text).is_ok();
        assert!(of(r#"{"sure":1,"maybe":null}"#));
        assert!(!of(r#"{"sure":-1}"#) && !of(r#"{"sure":"1m"}"#) && !of(r#"{"maybe":1}"#));
        assert_eq!(whole(Duration::from_hours(1)).unwrap(), 3_600);
        assert!(whole(Duration::MAX).is_err());
    }
}
