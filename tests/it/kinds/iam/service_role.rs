//! Service roles, which the account shares: made where they are missing, and left.

use std::collections::BTreeSet;
use std::time::Duration;

use headset_aws::Aws;
use headset_engine::plan::Action;
use headset_simulator::fault;
use headset_simulator::world::Settings;
use serde_json::json;

use crate::invariants::conformance::{Case, ExternalChange, address};
use crate::kinds::appstream::{WHOLE, applies};
use crate::support::{Sandbox, on_virtual_time};

const SERVICE_ROLE: &str = "ApplicationAutoScalingForAmazonAppStreamAccess";

pub(crate) fn case() -> Case {
    let policy = |name: &str| format!("arn:aws:iam::aws:policy/service-role/{name}");
    let needed = policy("ApplicationAutoScalingForAmazonAppStreamAccess");
    Case {
        before: vec![],
        subject: (
            // The simulated account has AmazonAppStreamServiceAccess already; this one is made alike.
            address("iam.service_role/ApplicationAutoScalingForAmazonAppStreamAccess"),
            json!({
                "name": "ApplicationAutoScalingForAmazonAppStreamAccess", "path": "/service-role/",
                "service": "application-autoscaling.amazonaws.com", "account": "123456789012",
                "policies": [needed], "linked": false,
            }),
        ),
        changes: vec![("policies", json!([needed, policy("AmazonAppStreamPCAAccess")]))],
        unchanged: vec![],
    }
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    let iam = aws.iam();
    match (field, way) {
        ("name" | "path", _) => ExternalChange::Fixed("IAM has no call that renames or moves it"),
        ("policies", 0) => {
            let listed = iam
                .list_attached_role_policies()
                .role_name(SERVICE_ROLE)
                .send()
                .await
                .unwrap();
            let arn = listed.attached_policies()[0].policy_arn().unwrap().to_owned();
            let request = iam.detach_role_policy().role_name(SERVICE_ROLE).policy_arn(arn);
            request.send().await.unwrap();
            ExternalChange::Changed
        }
        ("service", 0) => {
            let trust = json!({ "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": "ec2.amazonaws.com" } }] });
            let request = iam.update_assume_role_policy().role_name(SERVICE_ROLE);
            request.policy_document(trust.to_string()).send().await.unwrap();
            ExternalChange::Left(
                "the role is shared with the rest of the account, whose business its trust is",
            )
        }
        (_, 1..) => ExternalChange::Enough,
        (other, _) => panic!("iam.service_role: nothing here changes from outside `{other}`"),
    }
}

/// Names of the roles that the account has.
async fn roles(sandbox: &Sandbox) -> BTreeSet<String> {
    let aws = sandbox.aws(None).await;
    let answer = aws.iam().list_roles().send().await.unwrap();
    answer.roles.into_iter().map(|role| role.role_name).collect()
}

#[test]
fn a_fresh_account_gets_what_it_needs_and_keeps_what_others_may_use() {
    for quirks in 0..6 {
        on_virtual_time(async {
            let settings = Settings {
                fresh_account: true,
                quirks,
                ..Settings::default()
            };
            let sandbox = Sandbox::new("desks.yaml", WHOLE, settings);
            assert!(!roles(&sandbox).await.contains("AmazonAppStreamServiceAccess"));
            applies(&sandbox, &format!("quirks {quirks}")).await;
            let shared = [
                "AWSServiceRoleForApplicationAutoScaling_AppStreamFleet".to_owned(),
                "AmazonAppStreamServiceAccess".to_owned(),
            ];
            let there = roles(&sandbox).await;
            assert!(shared.iter().all(|role| there.contains(role)), "{there:?}");

            let outcome = sandbox.destroy(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.unfinished.is_empty(),
                "{outcome:?}"
            );
            let there = roles(&sandbox).await;
            assert!(shared.iter().all(|role| there.contains(role)), "{there:?}");
            let aws = sandbox.aws(None).await;
            // Usage reports are the whole account's: they are found where they were.
            let address = "appstream.usage_report/main".parse().unwrap();
            let plan = sandbox.plan().await;
            assert!(matches!(plan.steps[&address].action, Action::Read));
            let users = aws
                .appstream()
                .describe_users()
                .authentication_type(aws_sdk_appstream::types::AuthenticationType::Userpool)
                .send()
                .await
                .unwrap();
            assert_eq!(users.users().len(), 0);
        });
    }
}

#[test]
fn without_rights_in_iam_everything_else_goes_on() {
    on_virtual_time(async {
        let sandbox = Sandbox::new("desks.yaml", WHOLE, Settings::default());
        let rule = json!({"service": "iam", "operation": "GetRole", "times": 1000, "kind": "error",
                          "code": "AccessDenied", "status": 403});
        sandbox
            .simulator
            .inject(serde_json::from_value::<fault::Rule>(rule).unwrap());
        let aws = sandbox.aws(None).await;
        let state = sandbox.state();
        let assessed = sandbox.assess(&aws, &sandbox.design(&aws, &state), &state).await;
        let told: Vec<&str> = assessed.findings.iter().map(|finding| finding.code).collect();
        assert_eq!(told, ["unknown", "unknown"]);
        assert!(!headset_core::diagnostic::has_errors(&assessed.findings));
        applies(&sandbox, "without GetRole").await;
    });
    on_virtual_time(async {
        let text = WHOLE.replace("  usage_reports: true\n", "  service_roles: false\n");
        let sandbox = Sandbox::new("desks.yaml", &text, Settings::default());
        applies(&sandbox, "without service roles").await;
        let asked: Vec<String> = sandbox
            .simulator
            .call_log()
            .iter()
            .filter(|call| call.service == "iam")
            .map(|call| call.operation.clone())
            .collect();
        assert!(asked.is_empty(), "{asked:?}");
    });
}

#[test]
fn a_service_role_that_somebody_made_in_the_wrong_place_is_told_and_left_alone() {
    on_virtual_time(async {
        let settings = Settings {
            fresh_account: true,
            ..Settings::default()
        };
        let sandbox = Sandbox::new("desks.yaml", WHOLE, settings);
        let aws = sandbox.aws(None).await;
        let trust = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "appstream.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
        aws.iam()
            .create_role()
            .role_name("AmazonAppStreamServiceAccess")
            .assume_role_policy_document(trust.to_string())
            .send()
            .await
            .unwrap();
        // That was long ago: IAM's own reads know it by now.
        aws.clock().sleep(Duration::from_secs(60)).await;
        let state = sandbox.state();
        let assessed = sandbox.assess(&aws, &sandbox.design(&aws, &state), &state).await;
        let told: Vec<&str> = assessed.findings.iter().map(|finding| finding.code).collect();
        assert_eq!(told, ["shared-differs"]);
        let address = "iam.service_role/AmazonAppStreamServiceAccess".parse().unwrap();
        assert!(matches!(assessed.plan.steps[&address].action, Action::Read));
    });
}
