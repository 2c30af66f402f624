//! The event history as its callers see it.

use bytes::Bytes;
use serde_json::{Value, json};

use super::CloudTrail;
use crate::clock::Moment;
use crate::service::ask::Trail as _;
use crate::service::{Call, Caller, Fault, Service};
use crate::world::{Settings, World};

const NOW: u64 = 1_793_500_000_000;

fn call(operation: &str, input: Value, region: &str, seconds: u64) -> Call {
    Call {
        operation: operation.to_owned(),
        input,
        body: Bytes::new(),
        headers: Vec::new(),
        region: region.to_owned(),
        caller: Caller {
            account: "123456789012".to_owned(),
            arn: "arn:aws:iam::123456789012:user/engineer".to_owned(),
            access_key: Some("AKIAIOSFODNN7EXAMPLE".to_owned()),
            permissions: None,
        },
        now: Moment(NOW + seconds * 1000),
        base_url: None,
    }
}

fn lookup(world: &mut World, input: Value, seconds: u64) -> Result<Value, Fault> {
    let call = call("LookupEvents", input, "eu-west-2", seconds);
    CloudTrail.tick(world, call.now);
    CloudTrail.call(world, &call).map(|answer| answer.output)
}

fn named(name: &str) -> Value {
    json!({ "LookupAttributes": [{ "AttributeKey": "EventName", "AttributeValue": name }] })
}

fn made(world: &mut World, region: &str, seconds: u64, refused: Option<&Fault>) {
    let call = call("CreateInstance", json!({}), region, seconds);
    world.record(&call, "connect.amazonaws.com", refused);
}

fn names(output: &Value) -> usize {
    output["Events"].as_array().map_or(0, Vec::len)
}

#[test]
fn an_event_is_found_by_its_name_in_its_region_after_a_while_and_for_ninety_days() {
    let mut world = World::new(Settings::default(), Moment(NOW));
    made(&mut world, "eu-west-2", 0, None);
    made(&mut world, "eu-west-1", 0, None);
    let quota = Fault::new("ServiceQuotaExceededException", "too many");
    made(&mut world, "eu-west-2", 60, Some(&quota));
    assert_eq!(
        names(&lookup(&mut world, named("CreateInstance"), 299).unwrap()),
        0,
        "it is late"
    );
    let found = lookup(&mut world, named("CreateInstance"), 600).unwrap();
    assert_eq!(names(&found), 2, "{found}");
    let record = |index: usize| -> Value {
        serde_json::from_str(found["Events"][index]["CloudTrailEvent"].as_str().unwrap()).unwrap()
    };
    assert_eq!(
        record(0)["errorCode"],
        "ServiceQuotaExceededException",
        "the newest comes first"
    );
    assert!(record(1)["errorCode"].is_null());
    assert_eq!(found["Events"][1]["EventSource"], "connect.amazonaws.com");
    assert_eq!(found["Events"][1]["Username"], "engineer");
    assert_eq!(
        names(&lookup(&mut world, named("DeleteInstance"), 600).unwrap()),
        0
    );
    let mut since = named("CreateInstance");
    since["StartTime"] = json!((NOW / 1000 + 30) as f64);
    assert_eq!(names(&lookup(&mut world, since, 600).unwrap()), 1);
    let months = 91 * 24 * 3600;
    assert_eq!(
        names(&lookup(&mut world, named("CreateInstance"), months).unwrap()),
        0
    );
}

#[test]
fn a_history_comes_in_pages_of_fifty() {
    let mut world = World::new(Settings::default(), Moment(NOW));
    for second in 0..60 {
        made(&mut world, "eu-west-2", second, None);
    }
    let first = lookup(&mut world, named("CreateInstance"), 600).unwrap();
    assert_eq!(names(&first), 50);
    let mut next = named("CreateInstance");
    next["NextToken"] = first["NextToken"].clone();
    let second = lookup(&mut world, next, 600).unwrap();
    assert_eq!(names(&second), 10);
    assert!(second["NextToken"].is_null());
}

#[test]
fn what_makes_no_sense_is_refused() {
    let mut world = World::new(Settings::default(), Moment(NOW));
    let mut two = named("CreateInstance");
    let one = two["LookupAttributes"][0].clone();
    two["LookupAttributes"].as_array_mut().unwrap().push(one);
    let code = |fault: Result<Value, Fault>| fault.unwrap_err().code;
    assert_eq!(
        code(lookup(&mut world, two, 600)),
        "InvalidLookupAttributesException"
    );
    let back = json!({ "StartTime": 20.0, "EndTime": 10.0 });
    assert_eq!(code(lookup(&mut world, back, 600)), "InvalidTimeRangeException");
}
