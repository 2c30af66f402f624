//! Policies: which ones mean the same, what Headset itself needs, and names within AWS's limits.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use headset_core::policy::same_policy;
use headset_design::permissions::{Command, Effect, NamedPolicy};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::only_reads;
use crate::support::on_virtual_time;

/// A document, a statement, an action, ... that means the same in another form: what AWS's own services do to policies.
fn rewritten(document: &Value, chance: &mut impl FnMut() -> bool) -> Value {
    let list = |value: &Value, chance: &mut dyn FnMut() -> bool| match value {
        // A list of one collapses, a single value becomes a list.
        Value::Array(items) if items.len() == 1 && chance() => items[0].clone(),
        Value::String(_) if chance() => json!([value]),
        Value::Array(items) if chance() => items.iter().rev().cloned().collect(),
        Value::Array(items) if chance() => items.iter().chain(items.first()).cloned().collect(),
        value => value.clone(),
    };
    let mut statements: Vec<Value> = document["Statement"].as_array().unwrap().clone();
    for statement in &mut statements {
        for key in ["Action", "Resource"] {
            statement[key] = list(&statement[key], chance);
        }
        if chance() {
            let louder = statement["Action"].to_string().replace("s3:Get", "S3:get");
            statement["Action"] = serde_json::from_str(&louder).unwrap();
        }
        if statement["Principal"] == "*" && chance() {
            statement["Principal"] = json!({ "AWS": "*" });
        }
        if let Some(principals) = statement["Principal"].as_object_mut() {
            for principal in principals.values_mut() {
                *principal = list(principal, chance);
            }
        }
        if let Some(operators) = statement["Condition"].as_object_mut() {
            for keys in operators.values_mut() {
                for value in keys.as_object_mut().unwrap().values_mut() {
                    *value = match &*value {
                        Value::Bool(_) if chance() => json!(value.to_string()),
                        other => list(other, chance),
                    };
                }
            }
        }
    }
    if chance() {
        statements.reverse();
    }
    let statements = match statements.len() {
        1 if chance() => statements.remove(0),
        _ => Value::Array(statements),
    };
    let document = json!({ "Version": document["Version"], "Statement": statements });
    if chance() {
        Value::String(document.to_string())
    } else {
        document
    }
}

fn document() -> impl Strategy<Value = Value> {
    let texts =
        |choices: &'static [&'static str]| proptest::sample::subsequence(choices.to_vec(), 1..=choices.len());
    let statement = (
        texts(&["s3:GetObject", "s3:GetObjectTagging", "s3:ListBucket"]),
        texts(&["arn:aws:s3:::a/*", "arn:aws:s3:::b/*", "arn:aws:s3:::b"]),
        prop_oneof![
            Just(json!("*")),
            Just(json!({ "AWS": ["arn:aws:iam::123456789012:root"] })),
            Just(json!({ "Service": ["appstream.amazonaws.com"] })),
        ],
        prop_oneof![
            Just(json!({})),
            Just(json!({ "Bool": { "aws:SecureTransport": true } })),
            Just(json!({ "StringEquals": { "SAML:aud": ["https://signin.aws.amazon.com/saml"] } })),
        ],
    )
        .prop_map(|(actions, resources, principal, condition)| {
            json!({ "Effect": "Allow", "Action": actions, "Resource": resources, "Principal": principal,
                    "Condition": condition })
        });
    proptest::collection::vec(statement, 1..4)
        .prop_map(|statements| json!({ "Version": "2012-10-17", "Statement": statements }))
}

proptest! {
    /// Lesson 31 (tfaws#21016, tfaws#20665, tfaws#30870, pa#1338, aws-controllers-k8s/community#2142 and #2875): AWS returns
    /// policies in another form, and every plan showed a change.
    #[test]
    fn a_policy_in_another_form_is_the_same_policy(document in document(), seed in any::<u64>()) {
        let mut random = fastrand::Rng::with_seed(seed);
        let other = rewritten(&document, &mut || random.bool());
        prop_assert!(same_policy(&document, &other), "{document}\n{other}");
        prop_assert!(same_policy(&other, &document), "{document}\n{other}");
    }

    /// Lesson 31 from the other side: everything that means something else is a difference.
    #[test]
    fn a_policy_that_allows_something_else_is_another_policy(document in document(), pick in any::<prop::sample::Index>(), what in 0..5) {
        let mut other = document.clone();
        let statements = other["Statement"].as_array_mut().unwrap();
        let index = pick.index(statements.len());
        let statement = &mut statements[index];
        match what {
            0 => statement["Effect"] = json!("Deny"),
            1 => statement["Action"].as_array_mut().unwrap().push(json!("s3:DeleteObject")),
            2 => statement["Resource"].as_array_mut().unwrap().push(json!("arn:aws:s3:::A/*")),
            3 => statement["Principal"] = json!({ "AWS": ["arn:aws:iam::111122223333:root"] }),
            _ => statement["Condition"] = json!({ "StringEquals": { "saml:aud": ["https://example.com"] } }),
        }
        prop_assert!(!same_policy(&document, &other), "{document}\n{other}");
    }
}

/// The policies for the environment of `split-ccp.yaml`, as they are kept as an example: each file with its text.
fn operator() -> BTreeMap<PathBuf, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/operator");
    let mut files = BTreeMap::new();
    on_virtual_time(async {
        let (sandbox, mut asking) = crate::invariants::permissions::example("split-ccp.yaml").await;
        // What is published to AWS, and not what simulated runs publish in its place.
        asking.context.library = headset_design::Library::Package;
        asking.design = headset_design::design(sandbox.blueprint(), &asking.context).0;
        let own = format!("headset-{}-", asking.environment);
        for command in Command::ALL {
            for policy in asking.policies(command) {
                let name = policy
                    .name
                    .strip_prefix(&own)
                    .or(policy.name.strip_prefix("headset-"));
                let file = folder.join(format!("{}.json", name.unwrap()));
                files.insert(file, policy.document.text());
            }
        }
    });
    files
}

/// Writes the policies anew. Returns those that were stale.
pub(crate) fn renew() -> Vec<String> {
    let now = operator();
    let mut renewed = Vec::new();
    let folder = now.keys().next().unwrap().parent().unwrap().to_owned();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|it| it == "json") && !now.contains_key(&path) {
            std::fs::remove_file(&path).unwrap();
            renewed.push(path.display().to_string());
        }
    }
    for (file, text) in now {
        if std::fs::read_to_string(&file).unwrap_or_default() != text {
            std::fs::write(&file, text).unwrap();
            renewed.push(file.display().to_string());
        }
    }
    renewed
}

/// The actions that these policies allow.
fn verbs(policies: &[NamedPolicy]) -> BTreeSet<&str> {
    let statements = policies.iter().flat_map(|policy| &policy.document.statement);
    let allowed = statements.filter(|statement| statement.effect == Effect::Allow);
    allowed
        .flat_map(|statement| &statement.action)
        .map(String::as_str)
        .collect()
}

/// Lesson 26 (service-cloud-voice/examples-from-doc PR 77): reviewers would not sign a policy that may delete a contact
/// center for a pipeline that only looks.
#[test]
fn whoever_plans_applies_or_destroys_has_a_policy_of_their_own() {
    if std::env::var_os("HEADSET_ACCEPT").is_some() {
        renew();
    }
    for (file, now) in operator() {
        let written = std::fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(
            written,
            now,
            "{} is stale; HEADSET_ACCEPT=1 writes it anew",
            file.display()
        );
    }
    on_virtual_time(async {
        let (_, asking) = crate::invariants::permissions::example("split-ccp.yaml").await;
        let [plan, apply, destroy] =
            [Command::Plan, Command::Apply, Command::Destroy].map(|command| asking.policies(command));
        let (plan, apply, destroy) = (verbs(&plan), verbs(&apply), verbs(&destroy));
        for action in &plan {
            let (_, operation) = action.split_once(':').unwrap();
            assert!(only_reads(operation), "{action} is no look");
        }
        for gone in [
            "connect:DeleteInstance",
            "appstream:DeleteFleet",
            "appstream:DeleteImage",
            "iam:DeleteRole",
            "s3:DeleteBucket",
        ] {
            assert!(!apply.contains(gone) && !plan.contains(gone), "{gone}");
            assert!(destroy.contains(gone), "{gone}");
        }
        for made in [
            "connect:CreateInstance",
            "appstream:CreateFleet",
            "iam:CreateRole",
            "s3:CreateBucket",
        ] {
            assert!(!destroy.contains(made), "{made}");
        }
    });
}

/// Lesson 32 (MicrosoftDocs/azure-docs#28815, amazon-connect/voicemail-express-for-amazon-connect#67): derived names were
/// longer than AWS takes, which came out at the end. The longest names that a blueprint may have, applied.
#[test]
fn the_longest_names_of_a_blueprint_are_names_that_aws_takes() {
    let key = "k".repeat(60);
    let name = "n".repeat(32);
    let text = super::with(
        super::DESKS,
        &[
            ("name: acme-desks", &format!("name: {name}")),
            ("    agents: { image", &format!("    {key}: {{ image")),
            (
                "    agents: { fleet: agents }",
                &format!("    {key}: {{ fleet: {key} }}"),
            ),
            ("capacity: 2", "capacity: { min: 1, max: 3, target: 75 }"),
        ],
    );
    on_virtual_time(async {
        let sandbox = super::sandbox(&text, 0);
        super::applies(&sandbox, "the longest").await;
        super::goes(&sandbox, "the longest").await;
    });
    let long = super::example_with(
        "split-ccp.yaml",
        &[
            ("name: acme-support  ", &format!("name: {name}  ")),
            ("agent-desktop", &key),
        ],
    );
    on_virtual_time(async {
        let sandbox = super::sandbox(&long, 0);
        super::applies(&sandbox, "the longest").await;
        super::goes(&sandbox, "the longest").await;
    });
}
