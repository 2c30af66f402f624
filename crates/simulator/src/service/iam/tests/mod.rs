//! IAM by its own calls.

mod identity;
mod instance_profile;
mod policy;
mod provider;
mod role;

use std::time::Duration;

use serde_json::{Value, json};

use super::fixture::metadata;
use super::*;
use crate::service::{Caller, Service};

const START: Moment = Moment(1_790_000_000_000);
const ACCOUNT: &str = "123456789012";

fn world() -> World {
    World::new(Settings::default(), START)
}

fn at(world: &mut World, seconds: u64, operation: &str, input: Value) -> Result<Value, Fault> {
    let caller = Caller {
        account: ACCOUNT.into(),
        arn: format!("arn:aws:iam::{ACCOUNT}:user/deployer"),
        access_key: Some("AKIAEXAMPLE".into()),
        permissions: None,
    };
    let call = Call {
        operation: operation.into(),
        input,
        body: Default::default(),
        headers: Vec::new(),
        region: "us-east-1".into(),
        caller,
        now: START.after(Duration::from_secs(seconds)),
        base_url: None,
    };
    Iam.tick(world, call.now);
    Iam.call(world, &call).map(|answer| answer.output)
}

fn ok(world: &mut World, operation: &str, input: Value) -> Value {
    at(world, 0, operation, input).unwrap()
}

fn code(world: &mut World, operation: &str, input: Value) -> String {
    at(world, 0, operation, input).unwrap_err().code
}

fn trust(principal: Value) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" }],
    })
    .to_string()
}

fn service_trust() -> String {
    trust(json!({ "Service": "appstream.amazonaws.com" }))
}

fn document() -> String {
    json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "appstream:Stream", "Resource": "*" } })
        .to_string()
}

fn with_role(world: &mut World, name: &str) {
    ok(
        world,
        "CreateRole",
        json!({ "RoleName": name, "AssumeRolePolicyDocument": service_trust() }),
    );
}

fn with_policy(world: &mut World, name: &str) -> String {
    let made = ok(
        world,
        "CreatePolicy",
        json!({ "PolicyName": name, "PolicyDocument": document() }),
    );
    made["Policy"]["Arn"].as_str().unwrap().to_owned()
}
