//! Lists that are shared with others: what others put into them is neither drift nor taken away, and where it is written
//! together with what is declared, both are there afterwards.

use std::collections::BTreeSet;

use headset_core::diagnostic::Severity;
use headset_engine::drift::{Class, Verdict};
use headset_simulator::world::Settings;
use serde_json::{Value, json};

use super::{ADMIN, PAGES, ROLE, SHIFTS, applied, apply, attach, found, only};
use crate::support::{Sandbox, on_virtual_time};

const BUCKET: &str = "acme-drift-ccp-123456789012-eu-west-2";

/// The pages, with lists that are theirs alone or not.
fn owned(by: &str) -> String {
    let text = PAGES.replace("sign_in:\n", &format!("sign_in:\n  role: {{ owned: {by} }}\n"));
    text.replace("hosting: s3 }", &format!("hosting: s3, owned: {by} }}"))
}

/// The statements of the bucket's policy.
async fn statements(sandbox: &Sandbox) -> Vec<Value> {
    let aws = sandbox.aws(None).await;
    let policy = aws.s3().get_bucket_policy().bucket(BUCKET).send().await.unwrap();
    let policy: Value = serde_json::from_str(policy.policy().unwrap()).unwrap();
    policy["Statement"].as_array().unwrap().clone()
}

async fn write(sandbox: &Sandbox, statements: Vec<Value>) {
    let aws = sandbox.aws(None).await;
    let policy = json!({ "Version": "2012-10-17", "Statement": statements });
    let request = aws.s3().put_bucket_policy().bucket(BUCKET);
    request.policy(policy.to_string()).send().await.unwrap();
}

/// The role's inline policies, and those that are attached to it.
async fn policies(sandbox: &Sandbox) -> BTreeSet<String> {
    let aws = sandbox.aws(None).await;
    let inline = aws
        .iam()
        .list_role_policies()
        .role_name(ROLE)
        .send()
        .await
        .unwrap();
    let attached = aws.iam().list_attached_role_policies().role_name(ROLE);
    let attached = attached
        .send()
        .await
        .unwrap()
        .attached_policies
        .unwrap_or_default();
    let attached = attached.into_iter().filter_map(|one| one.policy_arn);
    inline.policy_names.into_iter().chain(attached).collect()
}

/// Others give the role a policy of each sort, and the bucket a statement and a rule.
async fn put_theirs(sandbox: &Sandbox) {
    let aws = sandbox.aws(None).await;
    attach(&aws).await;
    let document = json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*" } });
    let request = aws.iam().put_role_policy().role_name(ROLE).policy_name("theirs");
    request
        .policy_document(document.to_string())
        .send()
        .await
        .unwrap();
    let mut all = statements(sandbox).await;
    all.push(
        json!({ "Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteBucket",
                     "Resource": format!("arn:aws:s3:::{BUCKET}") }),
    );
    write(sandbox, all).await;
    let rule = aws_sdk_s3::types::CorsRule::builder();
    let rule = rule
        .allowed_methods("GET")
        .allowed_origins("https://example.com")
        .build()
        .unwrap();
    let rules = aws_sdk_s3::types::CorsConfiguration::builder()
        .cors_rules(rule)
        .build()
        .unwrap();
    let request = aws.s3().put_bucket_cors().bucket(BUCKET);
    request.cors_configuration(rules).send().await.unwrap();
}

async fn has_cors(sandbox: &Sandbox) -> bool {
    let aws = sandbox.aws(None).await;
    aws.s3().get_bucket_cors().bucket(BUCKET).send().await.is_ok()
}

#[test]
fn what_others_put_into_shared_lists_stays_and_is_told() {
    on_virtual_time(async {
        let mut sandbox = applied(&owned("only-declared")).await;
        let (own, declared) = (policies(&sandbox).await, statements(&sandbox).await.len());
        put_theirs(&sandbox).await;
        let aws = sandbox.aws(None).await;
        let report = sandbox.drift(&aws).await;
        assert_eq!(report.verdict(), Verdict::AsApplied, "{report:#?}");
        let state = sandbox.state();
        let assessed = sandbox.assess(&aws, &sandbox.design(&aws, &state), &state).await;
        assert!(assessed.plan.is_empty());
        let told: Vec<&str> = assessed
            .findings
            .iter()
            .filter(|finding| finding.code == "left-to-others")
            .inspect(|finding| assert_eq!(finding.severity, Severity::Note))
            .map(|finding| finding.message.as_str())
            .collect();
        let begins = [
            "what others put into lists of s3.bucket/ccp stays: policy.Statement[Theirs], cors".to_owned(),
            format!(
                "what others put into lists of iam.role/connect stays: policies.theirs, managed_policies: {ADMIN}"
            ),
        ];
        assert_eq!(told.len(), 2, "{told:?}");
        for (told, begin) in told.iter().zip(&begins) {
            assert!(told.starts_with(begin.as_str()), "{told}");
        }

        // Another hand takes what is declared, so that an apply has to write it again.
        let mine = own.first().unwrap();
        let request = aws.iam().delete_role_policy().role_name(ROLE).policy_name(mine);
        request.send().await.unwrap();
        let mut left = statements(&sandbox).await;
        left.retain(|statement| statement["Sid"] == "Theirs");
        write(&sandbox, left).await;
        let difference = found(&sandbox).await;
        let sorts: Vec<Class> = difference.iter().map(|one| one.sort).collect();
        assert_eq!(sorts, [Class::Drift, Class::Drift], "{difference:#?}");
        apply(&sandbox).await;
        let theirs = ["theirs".to_owned(), ADMIN.to_owned()];
        assert_eq!(
            policies(&sandbox).await,
            own.iter().cloned().chain(theirs).collect()
        );
        assert_eq!(statements(&sandbox).await.len(), declared + 1);
        assert!(has_cors(&sandbox).await);
        assert!(sandbox.plan().await.is_empty(), "and nothing is left to do");

        // Where the lists are the blueprint's alone, an apply takes away the same.
        sandbox.rewrite(&owned("all"));
        assert!(!sandbox.plan().await.is_empty());
        apply(&sandbox).await;
        assert_eq!(policies(&sandbox).await, own);
        assert_eq!(statements(&sandbox).await.len(), declared);
        assert!(!has_cors(&sandbox).await);
    });
}

#[test]
fn lists_of_what_exists_are_looked_at_where_the_blueprint_says_so() {
    on_virtual_time(async {
        let text = |owned: &str| {
            let theirs = format!("stacks: {{ theirs: {{ existing: theirs{owned} }}, ");
            SHIFTS.replace("stacks: { ", &theirs)
        };
        let mut sandbox = Sandbox::new("drift.yaml", &text(""), Settings::default());
        let aws = sandbox.aws(None).await;
        aws.appstream()
            .create_stack()
            .name("theirs")
            .send()
            .await
            .unwrap();
        apply(&sandbox).await;
        let request = aws.appstream().associate_fleet().stack_name("theirs");
        request.fleet_name("acme-shifts-agents").send().await.unwrap();
        // The fleet's own lists are the blueprint's: they tell of it as well.
        let difference = only(&sandbox).await;
        assert!(
            difference.what.contains("of appstream.fleet/agents"),
            "{difference:?}"
        );
        let shared =
            |owned: &str| text(owned).replace("image: plain\n", "image: plain\n      owned: only-declared\n");
        sandbox.rewrite(&shared(""));
        assert!(found(&sandbox).await.is_empty());
        sandbox.rewrite(&shared(", owned: all"));
        let difference = only(&sandbox).await;
        assert_eq!(difference.sort, Class::Extra);
        assert!(
            difference.what.contains("of appstream.stack/theirs"),
            "{difference:?}"
        );
    });
}
