//! The index of tags as its callers see it.

use bytes::Bytes;
use serde_json::{Value, json};

use super::Tagging;
use crate::clock::Moment;
use crate::service::appstream::AppStream;
use crate::service::{Call, Caller, Fault, Service};
use crate::world::{Settings, World};

fn call(service: &dyn Service, world: &mut World, operation: &str, input: Value) -> Result<Value, Fault> {
    let call = Call {
        operation: operation.to_owned(),
        input,
        body: Bytes::new(),
        headers: Vec::new(),
        region: "eu-west-1".to_owned(),
        caller: Caller {
            account: "123456789012".to_owned(),
            arn: "arn:aws:iam::123456789012:user/engineer".to_owned(),
            access_key: Some("AKIAIOSFODNN7EXAMPLE".to_owned()),
            permissions: None,
        },
        now: Moment(1_793_500_000_000),
        base_url: None,
    };
    service.call(world, &call).map(|answer| answer.output)
}

fn found(world: &mut World, input: Value) -> Vec<String> {
    let output = call(&Tagging, world, "GetResources", input).unwrap();
    let list = output["ResourceTagMappingList"].as_array().unwrap();
    list.iter()
        .map(|one| one["ResourceARN"].as_str().unwrap().to_owned())
        .collect()
}

fn world() -> World {
    let mut world = World::new(Settings::default(), Moment(0));
    for (name, tags) in [
        ("a", json!({ "team": "x", "headset:id": "1" })),
        ("b", json!({ "team": "y" })),
        ("c", json!({})),
    ] {
        let mut input = json!({ "Name": name, "Tags": tags });
        if name == "c" {
            input.as_object_mut().unwrap().remove("Tags");
        }
        call(&AppStream, &mut world, "CreateStack", input).unwrap();
    }
    world
}

#[test]
fn what_carries_a_tag_is_found_by_its_key_its_value_and_its_type() {
    let mut world = world();
    let arn = |name: &str| format!("arn:aws:appstream:eu-west-1:123456789012:stack/{name}");
    assert_eq!(found(&mut world, json!({})), [arn("a"), arn("b")]);
    let by_key = json!({ "TagFilters": [{ "Key": "headset:id" }] });
    assert_eq!(found(&mut world, by_key), [arn("a")]);
    let by_value = json!({ "TagFilters": [{ "Key": "team", "Values": ["y", "z"] }] });
    assert_eq!(found(&mut world, by_value), [arn("b")]);
    let both = json!({ "TagFilters": [{ "Key": "team", "Values": ["y"] }, { "Key": "headset:id" }] });
    assert!(found(&mut world, both).is_empty());
    assert_eq!(
        found(&mut world, json!({ "ResourceTypeFilters": ["appstream:stack"] })).len(),
        2
    );
    assert_eq!(
        found(&mut world, json!({ "ResourceTypeFilters": ["appstream"] })).len(),
        2
    );
    assert!(
        found(
            &mut world,
            json!({ "ResourceTypeFilters": ["appstream:fleet", "s3"] })
        )
        .is_empty()
    );
    assert_eq!(
        found(&mut world, json!({ "ResourceARNList": [arn("b"), arn("c")] })),
        [arn("b")]
    );
}

#[test]
fn the_last_page_has_an_empty_token() {
    let mut world = world();
    let first = call(
        &Tagging,
        &mut world,
        "GetResources",
        json!({ "ResourcesPerPage": 1 }),
    )
    .unwrap();
    let token = first["PaginationToken"].as_str().unwrap().to_owned();
    assert!(!token.is_empty());
    let next = json!({ "ResourcesPerPage": 1, "PaginationToken": token });
    let last = call(&Tagging, &mut world, "GetResources", next).unwrap();
    assert_eq!(last["PaginationToken"], "");
    assert_ne!(first["ResourceTagMappingList"], last["ResourceTagMappingList"]);
}

#[test]
fn what_does_not_go_together_is_refused() {
    let mut world = world();
    let arns = json!({ "ResourceARNList": ["arn:aws:x:::y"], "TagFilters": [{ "Key": "team" }] });
    for input in [
        arns,
        json!({ "ResourcesPerPage": 101 }),
        json!({ "PaginationToken": "no" }),
    ] {
        let refused = call(&Tagging, &mut world, "GetResources", input.clone()).unwrap_err();
        assert_eq!(refused.code, "InvalidParameterException", "{input}");
    }
}
