//! What CloudTrail's event history knows of an account.

use headset_client::services::cloud_trail::{Event, LookupAttribute, LookupEvents};
use headset_core::AwsError;
use serde_json::Value;

use crate::{Aws, pages};

/// The most events that a page can have.
const PAGE: i32 = 50;

/// How many calls of these operations a service has taken since a time, in seconds since 1970: in the account that calls and
/// the region of Connect. Calls that it has refused do not count.
pub(crate) async fn count(
    aws: &Aws,
    source: &str,
    operations: &[&str],
    since: i64,
) -> Result<usize, AwsError> {
    let mut count = 0;
    for operation in operations {
        let events = pages(|token| async move {
            let request = LookupEvents {
                lookup_attributes: vec![LookupAttribute {
                    attribute_key: "EventName".to_owned(),
                    attribute_value: (*operation).to_owned(),
                }],
                start_time: Some(since),
                max_results: Some(PAGE),
                next_token: token,
            };
            let answer = aws.ask(request).await?;
            Ok((answer.events, answer.next_token))
        })
        .await?;
        // Other services have operations of the same names.
        let of_service = events
            .iter()
            .filter(|event| event.event_source.as_deref() == Some(source));
        count += of_service.filter(|event| !is_refused(event)).count();
    }
    Ok(count)
}

/// Whether a call ended with an error. What cannot be read counts as taken.
fn is_refused(event: &Event) -> bool {
    let record = event.cloud_trail_event.as_deref().unwrap_or_default();
    serde_json::from_str::<Value>(record).is_ok_and(|record| !record["errorCode"].is_null())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_was_refused_made_nothing() {
        let event = |record: &str| Event {
            cloud_trail_event: Some(record.to_owned()),
            ..Event::default()
        };
        assert!(is_refused(&event(r#"{"errorCode":"AccessDenied"}"#)));
        assert!(!is_refused(&event(r#"{"eventName":"CreateInstance"}"#)));
        assert!(!is_refused(&event("not JSON")) && !is_refused(&Event::default()));
    }
}
