//! Parameters as their callers see them.

use bytes::Bytes;
use serde_json::{Value, json};

use super::ParameterStore;
use crate::sim::clock::Moment;
use crate::sim::service::{Call, Caller, Fault, Service};
use crate::sim::world::{Settings, World};

const NOW: Moment = Moment(1_793_500_000_000);

fn call(world: &mut World, operation: &str, input: Value) -> Result<Value, Fault> {
    let call = Call {
        operation: operation.to_owned(),
        input,
        body: Bytes::new(),
        headers: Vec::new(),
        region: "eu-west-2".to_owned(),
        caller: Caller {
            account: "123456789012".to_owned(),
            arn: "arn:aws:iam::123456789012:user/engineer".to_owned(),
            access_key: Some("AKIAIOSFODNN7EXAMPLE".to_owned()),
        },
        now: NOW,
        base_url: None,
    };
    ParameterStore.call(world, &call).map(|answer| answer.output)
}

fn world() -> World {
    World::new(Settings::default(), NOW)
}

#[test]
fn a_secure_string_is_readable_only_with_decryption() {
    let mut world = world();
    let put = json!({ "Name": "/acme/crm", "Value": "s3cret", "Type": "SecureString" });
    assert_eq!(call(&mut world, "PutParameter", put).expect("put")["Version"], 1);
    let sealed = call(&mut world, "GetParameter", json!({ "Name": "/acme/crm" })).expect("read");
    assert_ne!(sealed["Parameter"]["Value"], "s3cret");
    let open = json!({ "Name": "/acme/crm", "WithDecryption": true });
    let open = call(&mut world, "GetParameter", open).expect("read");
    assert_eq!(open["Parameter"]["Value"], "s3cret");
    let arn = "arn:aws:ssm:eu-west-2:123456789012:parameter/acme/crm";
    assert_eq!(open["Parameter"]["ARN"], arn);
    let by_arn = json!({ "Name": arn, "WithDecryption": true });
    assert_eq!(
        call(&mut world, "GetParameter", by_arn).expect("read")["Parameter"]["Value"],
        "s3cret"
    );
}

#[test]
fn versions_grow_with_overwrite_and_can_be_selected() {
    let mut world = world();
    let put = |value: &str, overwrite: bool| json!({ "Name": "limit", "Value": value, "Type": "String", "Overwrite": overwrite });
    call(&mut world, "PutParameter", put("1", false)).expect("put");
    let twice = call(&mut world, "PutParameter", put("2", false)).expect_err("it exists");
    assert_eq!(twice.code, "ParameterAlreadyExists");
    assert_eq!(
        call(&mut world, "PutParameter", put("2", true)).expect("put")["Version"],
        2
    );
    let old = call(&mut world, "GetParameter", json!({ "Name": "limit:1" })).expect("read");
    assert_eq!(
        (&old["Parameter"]["Value"], &old["Parameter"]["Selector"]),
        (&json!("1"), &json!(":1"))
    );
    let gone = call(&mut world, "GetParameter", json!({ "Name": "limit:7" })).expect_err("no such version");
    assert_eq!(gone.code, "ParameterVersionNotFound");
    let kind = json!({ "Name": "limit", "Value": "3", "Type": "SecureString", "Overwrite": true });
    assert_eq!(
        call(&mut world, "PutParameter", kind)
            .expect_err("another type")
            .code,
        "HierarchyTypeMismatchException"
    );
    let many = call(
        &mut world,
        "GetParameters",
        json!({ "Names": ["limit", "absent"] }),
    )
    .expect("read");
    assert_eq!(many["Parameters"].as_array().map(Vec::len), Some(1));
    assert_eq!(many["InvalidParameters"], json!(["absent"]));
    call(&mut world, "DeleteParameter", json!({ "Name": "limit" })).expect("deleted");
    for operation in ["DeleteParameter", "GetParameter"] {
        let fault = call(&mut world, operation, json!({ "Name": "limit" })).expect_err(operation);
        assert_eq!(fault.code, "ParameterNotFound");
    }
}

#[test]
fn names_and_values_are_checked() {
    let mut world = world();
    for (input, code) in [
        (
            json!({ "Name": "aws-limit", "Value": "1", "Type": "String" }),
            "ValidationException",
        ),
        (
            json!({ "Name": "/SSM/limit", "Value": "1", "Type": "String" }),
            "ValidationException",
        ),
        (
            json!({ "Name": "acme/limit", "Value": "1", "Type": "String" }),
            "ValidationException",
        ),
        (
            json!({ "Name": "a b", "Value": "1", "Type": "String" }),
            "ValidationException",
        ),
        (json!({ "Name": "limit", "Value": "1" }), "ValidationException"),
        (
            json!({ "Name": "limit", "Value": "x".repeat(4097), "Type": "String" }),
            "ValidationException",
        ),
        (
            json!({ "Name": "limit", "Value": "{{ssm:other}}", "Type": "String" }),
            "ValidationException",
        ),
        (
            json!({ "Name": "limit", "Value": "1", "Type": "String", "KeyId": "alias/key" }),
            "ValidationException",
        ),
        (
            json!({ "Name": "/a".repeat(16), "Value": "1", "Type": "String" }),
            "HierarchyLevelLimitExceededException",
        ),
        (
            json!({ "Name": "limit", "Value": "a", "Type": "String", "AllowedPattern": "^[0-9]+$" }),
            "ParameterPatternMismatchException",
        ),
        (
            json!({ "Name": "limit", "Value": "a", "Type": "String", "AllowedPattern": "[" }),
            "InvalidAllowedPatternException",
        ),
    ] {
        let fault = call(&mut world, "PutParameter", input.clone()).expect_err("refused");
        assert_eq!(fault.code, code, "{input}");
    }
    let long = json!({ "Name": "limit", "Value": "x".repeat(4097), "Type": "String", "Tier": "Intelligent-Tiering" });
    assert_eq!(
        call(&mut world, "PutParameter", long).expect("put")["Tier"],
        "Advanced"
    );
}
