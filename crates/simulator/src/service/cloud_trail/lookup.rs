//! LookupEvents: the event history of one region, newest first.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::page::{Beyond, Pager};
use super::super::{Answer, Call, Fault};
use crate::clock::Moment;
use crate::world::World;
use crate::world::cloud_trail::Event;

/// How long the event history holds an event (CloudTrail user guide, "Working with CloudTrail event history").
const KEPT: Duration = Duration::from_secs(90 * 24 * 3600);

/// How long after a call its event can be looked up. Assumption: cloudtrail.delay: "within an average of about 5 minutes" (CloudTrail user guide, "How
/// CloudTrail works").
const DELAY: Duration = Duration::from_secs(300);

const PAGER: Pager = Pager {
    default: 50,
    most: 50,
    beyond: Beyond::Checked,
    parents: &["/LookupAttributes"],
    ..Pager::USUAL
};

/// Forgets what is too old.
pub(super) fn forget(world: &mut World, now: Moment) {
    world
        .cloud_trail
        .events
        .retain(|event| event.at.after(KEPT) > now);
}

/// Answers LookupEvents.
pub(super) fn lookup(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let attributes = call.input["LookupAttributes"].as_array();
    let attributes = attributes.map(Vec::as_slice).unwrap_or_default();
    // "Currently the list can contain only one item" (API reference).
    if attributes.len() > 1 {
        let message = "You can specify only one lookup attribute.";
        return Err(Fault::new("InvalidLookupAttributesException", message));
    }
    let (from, to) = (moment(&call.input["StartTime"]), moment(&call.input["EndTime"]));
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        let message = "The start time is after the end time.";
        return Err(Fault::new("InvalidTimeRangeException", message));
    }
    let mut found: Vec<Value> = world
        .cloud_trail
        .events
        .iter()
        .filter(|event| event.account == call.caller.account && event.region == call.region)
        .filter(|event| event.at.after(DELAY) <= call.now)
        .filter(|event| from.is_none_or(|from| event.at >= from) && to.is_none_or(|to| event.at <= to))
        .filter(|event| attributes.iter().all(|attribute| has(event, attribute)))
        .map(shown)
        .collect();
    found.reverse();
    PAGER.page(world, call, "Events", found)
}

/// A time of a request, which is in seconds.
fn moment(value: &Value) -> Option<Moment> {
    let seconds = value.as_f64().filter(|seconds| *seconds >= 0.0)?;
    Some(Moment((seconds * 1000.0) as u64))
}

/// Whether an event has an attribute. Those that no event here has let nothing through.
fn has(event: &Event, attribute: &Value) -> bool {
    let wanted = attribute["AttributeValue"].as_str().unwrap_or_default();
    match attribute["AttributeKey"].as_str().unwrap_or_default() {
        "EventId" => event.id == wanted,
        "EventName" => event.name == wanted,
        "EventSource" => event.source == wanted,
        "AccessKeyId" => event.access_key.as_deref() == Some(wanted),
        "Username" => name_of(&event.caller) == wanted,
        "ReadOnly" => wanted == "false",
        _ => false,
    }
}

/// The last part of an ARN: a user's name, or a session's.
fn name_of(arn: &str) -> &str {
    arn.rsplit(['/', ':']).next().unwrap_or(arn)
}

/// A moment as records hold it: `2026-01-01T00:00:00Z`.
fn iso(at: Moment) -> String {
    let seconds = i64::try_from(at.0 / 1000).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |at| at.to_string())
}

fn shown(event: &Event) -> Value {
    let at = iso(event.at);
    let mut record = json!({
        "eventVersion": "1.09", "eventID": event.id, "eventTime": at, "eventName": event.name,
        "eventSource": event.source, "awsRegion": event.region, "recipientAccountId": event.account,
        "readOnly": false, "userIdentity": { "arn": event.caller, "accountId": event.account },
    });
    if let Some(error) = &event.error {
        record["errorCode"] = json!(error);
    }
    json!({
        "EventId": event.id, "EventName": event.name, "EventSource": event.source, "ReadOnly": "false",
        "EventTime": event.at.epoch_seconds(), "Username": name_of(&event.caller), "Resources": [],
        "AccessKeyId": event.access_key, "CloudTrailEvent": record.to_string(),
    })
}
