//! Roles.

use std::collections::BTreeMap;

use headset_aws::Aws;
use headset_core::{Address, Text, tag};
use headset_kinds::iam::{Role, RoleSpec, SamlProvider, SamlProviderSpec};
use headset_simulator::Moment;
use headset_simulator::world::{Settings, World};
use serde_json::{Value, json};

use super::saml_provider::provider;
use super::theirs;
use crate::invariants::conformance::{Case, ExternalChange, address, other_tags, tags};
use crate::kinds::direct::{more_tags, spec, tags as spec_tags, under_all_seeds};
use crate::kinds::identity_center::application::{answered, application};
use crate::support::{Sandbox, example, on_virtual_time};

const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// The role of the kind's own case.
const ROLE: &str = "acme-connect";

fn trust(audience: &str) -> Value {
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Federated": "PROVIDER" },
        "Action": "sts:AssumeRoleWithSAML", "Condition": { "StringEquals": { "SAML:aud": [audience] } } }] });
    let policy = policy.to_string();
    let (before, behind) = policy.split_once("PROVIDER").unwrap();
    let provider = Text::after(&address("iam.saml_provider/acme"), "arn");
    serde_json::to_value(Text::join([Text::from(before), provider, Text::from(behind)])).unwrap()
}

fn federation(resource: &str) -> Value {
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "connect:GetFederationToken", "Resource": resource }] });
    Value::String(policy.to_string())
}

/// A role that builders and fleets may have.
pub(crate) fn machine() -> (Address, Value) {
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": "appstream.amazonaws.com" }, "Action": "sts:AssumeRole" }] });
    let spec = json!({
        "name": "acme-machine", "path": "/", "description": "Builders and fleets", "trust": trust.to_string(),
        "policies": {}, "max_session": 3600, "permissions_boundary": null, "tags": tags(),
    });
    (address("iam.role/machine"), spec)
}

pub(crate) fn case() -> Case {
    Case {
        before: vec![application(), provider()],
        subject: (
            address("iam.role/connect"),
            json!({
                "name": "acme-connect", "path": "/", "description": "Sign-in to Amazon Connect",
                "trust": trust("https://signin.aws.amazon.com/saml"),
                "policies": { "headset-federation": federation("*") }, "managed_policies": [],
                "max_session": 43200,
                "permissions_boundary": null, "tags": tags(),
            }),
        ),
        changes: vec![
            ("description", json!("Another")),
            ("trust", trust("https://eu-west-2.signin.aws.amazon.com/saml")),
            (
                "policies",
                json!({ "headset-federation": federation("arn:aws:connect:eu-west-2:123456789012:instance/x") }),
            ),
            (
                "managed_policies",
                json!(["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
            ),
            ("managed_policies", json!([])),
            ("max_session", json!(3600)),
            (
                "permissions_boundary",
                json!("arn:aws:iam::aws:policy/ReadOnlyAccess"),
            ),
            ("tags", other_tags()),
        ],
        unchanged: vec![],
    }
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    let iam = aws.iam();
    let allow = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "*", "Resource": "*" }] });
    let put = |name: &'static str| {
        iam.put_role_policy()
            .role_name(ROLE)
            .policy_name(name)
            .policy_document(allow.to_string())
    };
    match (field, way) {
        ("name" | "path", _) => return ExternalChange::Fixed("IAM has no call that renames or moves it"),
        ("description", 0) => {
            let request = iam.update_role().role_name(ROLE).max_session_duration(43_200);
            request.description("Theirs").send().await.map(drop).unwrap();
        }
        ("max_session", 0) => {
            let request = iam.update_role().role_name(ROLE).max_session_duration(7200);
            request.send().await.map(drop).unwrap();
        }
        ("trust", 0) => {
            let account = "arn:aws:iam::111122223333:root";
            let trust = json!({ "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "AWS": account } }] });
            let request = iam.update_assume_role_policy().role_name(ROLE);
            request
                .policy_document(trust.to_string())
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        ("policies", 0) => put("theirs").send().await.map(drop).unwrap(),
        ("policies", 1) => put("headset-federation").send().await.map(drop).unwrap(),
        ("policies", 2) => {
            let request = iam
                .delete_role_policy()
                .role_name(ROLE)
                .policy_name("headset-federation");
            request.send().await.map(drop).unwrap();
        }
        ("managed_policies", 0) => {
            let request = iam.attach_role_policy().role_name(ROLE).policy_arn(ADMIN);
            request.send().await.map(drop).unwrap();
        }
        ("permissions_boundary", 0) => {
            let request = iam
                .put_role_permissions_boundary()
                .role_name(ROLE)
                .permissions_boundary(ADMIN);
            request.send().await.map(drop).unwrap();
        }
        ("tags", 0) => iam
            .tag_role()
            .role_name(ROLE)
            .tags(theirs())
            .send()
            .await
            .map(drop)
            .unwrap(),
        ("tags", 1) => {
            let request = iam
                .untag_role()
                .role_name(ROLE)
                .tag_keys(tag::LINEAGE)
                .tag_keys("team");
            request.send().await.map(drop).unwrap();
        }
        (_, 1..) => return ExternalChange::Enough,
        (other, _) => panic!("iam.role: nothing here changes from outside `{other}`"),
    }
    ExternalChange::Changed
}

#[test]
fn provider_and_role_live_and_die() {
    under_all_seeds(async |bench| {
        let (_, _, answers) = answered(&bench).await;
        let provider = headset_core::address!("iam.saml_provider", "idp");
        let mut provider_spec = spec(SamlProviderSpec {
            name: "acme".to_owned(),
            metadata: answers["metadata"].as_str().into(),
            tags: spec_tags(),
        });
        let provider_live = bench.make(&SamlProvider, &provider, &provider_spec).await;
        let moved = answers["metadata"].replace("/saml/assertion/", "/saml/elsewhere/");
        let changes = [("metadata", json!(moved)), ("tags", more_tags())];
        bench
            .change(&SamlProvider, &provider, &mut provider_spec, &changes)
            .await;

        let role = headset_core::address!("iam.role", "connect");
        let trust = |audience: &str| {
            json!({ "Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Action": "sts:AssumeRoleWithSAML",
                "Principal": { "Federated": provider_live.outputs["arn"] },
                "Condition": { "StringEquals": { "SAML:aud": [audience] } } }] })
            .to_string()
        };
        let allow = |action: &str| {
            json!({ "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Action": [action], "Resource": "*" }] })
            .to_string()
        };
        let mut role_spec = spec(RoleSpec {
            name: "acme-agent".to_owned(),
            path: "/headset/".to_owned(),
            description: "Agents".to_owned(),
            trust: trust("https://signin.aws.amazon.com/saml").into(),
            policies: BTreeMap::from([("connect".to_owned(), allow("connect:GetFederationToken").into())]),
            managed_policies: Default::default(),
            max_session: std::time::Duration::from_hours(12),
            permissions_boundary: None,
            tags: spec_tags(),
        });
        let live = bench.make(&Role, &role, &role_spec).await;
        let changes = [
            ("max_session", json!(3_600)),
            ("description", json!("Agents and others")),
            (
                "trust",
                json!(trust("https://eu-west-2.signin.aws.amazon.com/saml")),
            ),
            ("policies", json!({ "other": allow("appstream:Stream") })),
            (
                "permissions_boundary",
                json!("arn:aws:iam::aws:policy/PowerUserAccess"),
            ),
            ("permissions_boundary", Value::Null),
            ("tags", more_tags()),
        ];
        bench.change(&Role, &role, &mut role_spec, &changes).await;
        bench.remove(&Role, &role, &role_spec, &live).await;
        bench
            .remove(&SamlProvider, &provider, &provider_spec, &provider_live)
            .await;
    });
}

/// IAM may not know a policy that was made a moment ago: the call is made again until it does.
#[test]
fn a_policy_that_iam_does_not_see_yet_is_attached_a_little_later() {
    let lags = (0..100).find(|quirks| {
        let settings = Settings {
            quirks: *quirks,
            ..Settings::default()
        };
        World::new(settings, Moment(0)).quirk("iam.policy-lags")
    });
    let settings = Settings {
        quirks: lags.unwrap(),
        ..Settings::default()
    };
    on_virtual_time(async {
        let (file, text) = example("bootstrap-ci.yaml");
        let sandbox = Sandbox::new(&file, &text, settings);
        let outcome = sandbox.apply(None).await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
        assert!(sandbox.plan().await.is_empty());
        let refused = sandbox.simulator.call_log();
        let refused = refused
            .iter()
            .filter(|call| call.operation == "AttachRolePolicy" && call.status == 404);
        assert!(refused.count() > 0, "the simulator knew each policy at once");
    });
}
