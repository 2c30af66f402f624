//! Policies of the account's own: the case, what others change, five versions, whom they bound.

use headset_aws::Aws;
use headset_core::{Address, tag};
use headset_design::Mode;
use headset_kinds::Observation;
use serde_json::{Value, json};

use super::theirs;
use crate::invariants::conformance::{Bench, Case, ExternalChange, address, design, other_tags, shown, tags};
use crate::kinds::lab::{Lab, seeds as lab_seeds, tags as lab_tags};
use crate::support::on_virtual_time;

const ARN: &str = "arn:aws:iam::123456789012:policy/headset-acme-plan";

fn allow(action: &str) -> Value {
    let document = json!({ "Version": "2012-10-17", "Statement": [
        { "Sid": "One", "Effect": "Allow", "Action": [action], "Resource": ["*"] }] });
    Value::String(document.to_string())
}

fn policy() -> (Address, Value) {
    let spec = json!({
        "name": "headset-acme-plan", "path": "/", "description": "What plan needs", "document": allow("connect:ListInstances"),
        "tags": tags(),
    });
    (address("iam.policy/headset-acme-plan"), spec)
}

pub(crate) fn case() -> Case {
    Case {
        before: vec![],
        subject: policy(),
        changes: vec![
            ("document", allow("connect:ListUsers")),
            ("document", allow("connect:ListQueues")),
            ("tags", other_tags()),
        ],
        unchanged: vec![],
    }
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    let iam = aws.iam();
    match (field, way) {
        ("name" | "path", _) => return ExternalChange::Fixed("IAM has no call that renames or moves it"),
        ("document", 0) => {
            let document = allow("iam:CreateUser").as_str().unwrap().to_owned();
            let request = iam
                .create_policy_version()
                .policy_arn(ARN)
                .policy_document(document);
            request.set_as_default(true).send().await.map(drop).unwrap();
        }
        // Theirs of before is still there.
        ("document", 1) => {
            let request = iam.set_default_policy_version().policy_arn(ARN);
            request.version_id("v2").send().await.map(drop).unwrap();
        }
        ("tags", 0) => {
            let request = iam.tag_policy().policy_arn(ARN).tags(theirs());
            request.send().await.map(drop).unwrap();
        }
        ("tags", 1) => {
            let request = iam.untag_policy().policy_arn(ARN);
            request
                .tag_keys(tag::LINEAGE)
                .tag_keys("team")
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        (_, 1..) => return ExternalChange::Enough,
        (other, _) => panic!("iam.policy: nothing here changes from outside `{other}`"),
    }
    ExternalChange::Changed
}

/// IAM keeps five versions: the oldest that is not in force goes first, and others' count, too.
#[tokio::test(start_paused = true)]
async fn a_sixth_version_takes_the_place_of_the_oldest() {
    for seed in lab_seeds() {
        let lab = Lab::new(seed, "eu-west-2").await;
        let want = json!({ "name": "headset-acme-plan", "path": "/", "description": "What plan needs",
            "document": allow("connect:ListInstances"), "tags": lab_tags() });
        let mut policy = lab.resource("iam.policy/plan", want);
        policy.make().await;
        for version in 2..8 {
            policy
                .change(json!({ "document": allow(&format!("connect:List{version}")) }))
                .await;
        }
        let versions = lab.aws.iam().list_policy_versions().policy_arn(ARN);
        let versions = versions.send().await.unwrap();
        let mut ids: Vec<&str> = versions
            .versions()
            .iter()
            .filter_map(|one| one.version_id())
            .collect();
        ids.sort_unstable();
        assert_eq!(ids, ["v3", "v4", "v5", "v6", "v7"], "seed {seed}");
        // The first of them is in force: the second one goes.
        let request = lab.aws.iam().set_default_policy_version().policy_arn(ARN);
        request.version_id("v3").send().await.unwrap();
        policy.converge().await;
        let versions = lab.aws.iam().list_policy_versions().policy_arn(ARN);
        let versions = versions.send().await.unwrap();
        let mut ids: Vec<&str> = versions
            .versions()
            .iter()
            .filter_map(|one| one.version_id())
            .collect();
        ids.sort_unstable();
        assert_eq!(ids, ["v3", "v5", "v6", "v7", "v8"], "seed {seed}");
        policy.delete().await;
    }
}

fn role(policies: &[&str], boundary: Option<&str>) -> (Address, Value) {
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": "appstream.amazonaws.com" }, "Action": "sts:AssumeRole" }] });
    let spec = json!({
        "name": "acme-ci", "path": "/", "description": "Pipelines", "trust": trust.to_string(), "policies": {},
        "managed_policies": policies, "max_session": 3600, "permissions_boundary": boundary, "tags": tags(),
    });
    (address("iam.role/ci"), spec)
}

/// What carries a policy lets go of it before it goes, also where the blueprint names it no more.
#[test]
fn a_role_is_relieved_of_a_policy_before_that_goes() {
    on_virtual_time(async {
        let bench = Bench::new().await;
        let mut with = design(&[policy(), role(&[ARN], None)]);
        let of_role = address("iam.role/ci");
        let of_policy = address("iam.policy/headset-acme-plan");
        with.resources
            .get_mut(&of_role)
            .unwrap()
            .after
            .push(of_policy.clone());
        bench.make(&with, "both").await;
        let without = design(&[role(&[], None)]);
        let since = bench.sandbox.simulator.call_log().len();
        bench.make(&without, "the policy goes").await;
        let calls: Vec<String> = bench
            .sandbox
            .simulator
            .call_log()
            .split_off(since)
            .into_iter()
            .filter(|call| ["DetachRolePolicy", "DeletePolicy"].contains(&call.operation.as_str()))
            .map(|call| format!("{} {}", call.operation, call.status))
            .collect();
        assert_eq!(calls, ["DetachRolePolicy 200", "DeletePolicy 200"]);
        assert_eq!(without.resources[&of_role].mode, Mode::Managed);
    });
}

/// A boundary stays as long as it bounds a role: without it, who may shape that role may give it everything.
#[test]
fn a_policy_that_bounds_a_role_is_not_deleted() {
    on_virtual_time(async {
        let bench = Bench::new().await;
        bench.make(&design(&[policy()]), "the boundary").await;
        let trust = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": { "Service": "appstream.amazonaws.com" }, "Action": "sts:AssumeRole" }] });
        let iam = bench.aws.iam();
        iam.create_role()
            .role_name("another-agent")
            .assume_role_policy_document(trust.to_string())
            .permissions_boundary(ARN)
            .send()
            .await
            .unwrap();
        let assessed = bench
            .sandbox
            .assess(&bench.aws, &design(&[]), &bench.sandbox.state())
            .await;
        let kept: Vec<String> = assessed
            .findings
            .iter()
            .filter(|finding| finding.code == "kept")
            .map(|finding| finding.message.clone())
            .collect();
        assert!(
            kept.len() == 1 && kept[0].contains("the role another-agent"),
            "{kept:?}\n{}",
            shown(&assessed.plan)
        );
        iam.delete_role().role_name("another-agent").send().await.unwrap();
        bench.make(&design(&[]), "deletion").await;
    });
}

/// Who still carries it is said where AWS refuses to delete it.
#[tokio::test(start_paused = true)]
async fn what_carries_a_policy_is_named() {
    let lab = Lab::new(0, "eu-west-2").await;
    let want = json!({ "name": "headset-acme-plan", "path": "/", "description": "What plan needs",
        "document": allow("connect:ListInstances"), "tags": lab_tags() });
    let mut policy = lab.resource("iam.policy/plan", want);
    policy.make().await;
    let iam = lab.aws.iam();
    iam.attach_user_policy()
        .user_name("deployer")
        .policy_arn(ARN)
        .send()
        .await
        .unwrap();
    let Observation::Present(live) = policy.see().await else {
        panic!("it is there")
    };
    let error = policy.kind.delete(&policy.work(), &live).await.unwrap_err();
    assert_eq!(error.class, headset_core::Class::InUse, "{error}");
    let why = policy.kind.in_use_by(&lab.aws, &live).await.unwrap();
    assert!(why.starts_with("the user deployer carries it"), "{why}");
}
