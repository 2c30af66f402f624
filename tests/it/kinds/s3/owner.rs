//! Whose a bucket is: every call about one says whose it has to be, and one of another account is left alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::types::{
    BucketLocationConstraint, CreateBucketConfiguration, PublicAccessBlockConfiguration,
};
use headset_simulator::Simulator;
use serde_json::{Value, json};

use crate::invariants::state_file::told;
use crate::support::desk::{APPLY, Desk};
use crate::support::on_virtual_time;

const STORE: &str = "s3://acme-state/headset?region=eu-west-2";
/// The bucket that the pages of `split-ccp.yaml` are in.
const PAGES: &str = "acme-support-ccp-123456789012-eu-west-2";
const STRANGER: &str = "111122223333";

/// S3 as a client of this account sees it.
fn s3_of(simulator: &Arc<Simulator>, account: &str) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-2"))
        .credentials_provider(Credentials::new(account, "simulated", None, None, "test"))
        .http_client(simulator.http_client());
    aws_sdk_s3::Client::from_conf(config.build())
}

/// Makes a bucket of this account, open to all who know its name.
fn open_bucket(desk: &Desk, account: &str, name: &str) {
    desk.in_the_cloud(|simulator| {
        on_virtual_time(async {
            let s3 = s3_of(simulator, account);
            let place = CreateBucketConfiguration::builder()
                .location_constraint(BucketLocationConstraint::EuWest2)
                .build();
            let made = s3.create_bucket().bucket(name).create_bucket_configuration(place);
            made.send().await.unwrap();
            let none = PublicAccessBlockConfiguration::builder().build();
            let unblocked = s3.put_public_access_block().bucket(name);
            let unblocked = unblocked.public_access_block_configuration(none);
            unblocked.send().await.unwrap();
            let policy = json!({ "Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": "*", "Action": "s3:*",
                "Resource": [format!("arn:aws:s3:::{name}"), format!("arn:aws:s3:::{name}/*")],
            }] });
            let opened = s3.put_bucket_policy().bucket(name).policy(policy.to_string());
            opened.send().await.unwrap();
        });
    });
}

/// The operations of S3 that take an expected owner, by AWS's model.
fn take_an_owner() -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/simulator/src/wire/tables/s3.json");
    let table: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let takes = |operation: &Value| {
        let input = operation["input"].as_str().unwrap_or_default();
        !table["shapes"][input]["members"]["ExpectedBucketOwner"].is_null()
    };
    let operations = table["operations"].as_object().unwrap();
    let taking = operations.iter().filter(|(_, operation)| takes(operation));
    taking.map(|(name, _)| name.clone()).collect()
}

/// Over the whole life of an environment whose state is in a bucket, too: what takes the owner gets it, and nothing else does.
#[test]
fn every_call_about_a_bucket_says_whose_it_has_to_be() {
    let takes = take_an_owner();
    assert!(
        takes.contains("HeadBucket") && !takes.contains("CreateBucket"),
        "{takes:?}"
    );
    let desk = Desk::example("split-ccp.yaml");
    desk.run(&["plan", "center.yaml", "--sim"]);
    open_bucket(&desk, "123456789012", "acme-state");
    let shared = ["--sim", "--state", STORE, "--record", "calls.jsonl"];
    for command in [
        &["apply", "center.yaml", "--yes"][..],
        &["plan", "center.yaml"],
        &["drift", "center.yaml"],
        &["apply", "center.yaml", "--yes", "--set", "lifetime=9d"],
        &["import", "center.yaml", "--yes"],
        &["destroy", "--name", "acme-support", "--yes"],
        &["destroy", "--expired", "--yes"],
    ] {
        desk.ok(&[command, &shared].concat());
    }
    let recorded = std::fs::read_to_string(desk.path().join("calls.jsonl")).unwrap();
    let lines = recorded
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut said: BTreeMap<String, BTreeSet<bool>> = BTreeMap::new();
    for line in lines.filter(|line| line["service"] == "s3") {
        let operation = line["operation"].as_str().unwrap().to_owned();
        let says = line["headers"]
            .to_string()
            .contains("x-amz-expected-bucket-owner");
        said.entry(operation).or_default().insert(says);
    }
    assert!(said.len() > 15, "{said:?}");
    for (operation, says) in &said {
        let expected = BTreeSet::from([takes.contains(operation)]);
        assert_eq!(*says, expected, "{operation}");
    }
}

/// Its name is the one that the blueprint's bucket would have, and it lets everybody do everything.
#[test]
fn a_bucket_of_another_account_is_neither_taken_over_nor_approved() {
    let desk = Desk::example("split-ccp.yaml");
    desk.run(&["plan", "center.yaml", "--sim"]);
    open_bucket(&desk, STRANGER, PAGES);
    let mine = desk.saved()["world"]["s3"]["buckets"][PAGES].clone();
    assert_eq!(mine["account"], STRANGER);
    let said = desk.run(&["import", "center.yaml", "--sim", "--yes"]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(
        told(&said).contains("belongs to another account"),
        "{}",
        said.talk
    );
    assert!(!said.data.contains("s3.bucket/"), "{}", said.data);
    // The plan says so before anything is made.
    let said = desk.run(&["plan", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(told(&said).contains("[name-taken]"), "{}", said.talk);
    let said = desk.run(&APPLY);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    let world = desk.saved()["world"].take();
    assert_eq!(world["s3"]["buckets"][PAGES], mine, "nothing was written into it");
    let approved = world["connect"].to_string();
    assert!(!approved.contains(PAGES), "its origin frames no agent's panel");
}

/// Another account has the name of the bucket for state.
#[test]
fn state_is_not_kept_in_a_bucket_of_another_account_unless_that_is_said() {
    let desk = Desk::example("minimal.yaml");
    desk.run(&["plan", "center.yaml", "--sim"]);
    open_bucket(&desk, STRANGER, "acme-state");
    let apply = |store: &str| desk.run(&["apply", "center.yaml", "--yes", "--sim", "--state", store]);
    let said = apply(STORE);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(told(&said).contains("`?owner=ACCOUNT`"), "{}", said.talk);
    let kept = desk.saved()["world"]["s3"]["buckets"]["acme-state"].to_string();
    assert!(!kept.contains("lease.json"), "{kept}");
    let said = apply(&format!("{STORE}&owner=444455556666"));
    assert_eq!(said.code, Some(1), "{}", said.talk);
    let said = apply(&format!("{STORE}&owner={STRANGER}"));
    assert_eq!(said.code, Some(0), "{}", said.talk);
    let kept = desk.saved()["world"]["s3"]["buckets"]["acme-state"].to_string();
    assert!(kept.contains("headset/acme-tiny"), "state is there now");
}
