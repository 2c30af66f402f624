//! `headset verify`: all is well after an apply, and one thing that is broken turns its check red and no other.

use std::collections::BTreeSet;

use headset_aws::Aws;
use headset_engine::verify::{Finding, Verification};
use headset_kinds::registry;
use headset_simulator::world::Settings;
use serde_json::Value;

use crate::support::desk::Desk;
use crate::support::{Sandbox, on_virtual_time, ready_for};

/// The checks that failed.
fn failed(verification: &Verification) -> BTreeSet<&'static str> {
    let entries = verification.entries.iter();
    entries
        .filter(|entry| matches!(entry.finding, Finding::Failed { .. } | Finding::Unknown(_)))
        .map(|entry| entry.check.id)
        .collect()
}

/// The example as it is after its apply.
async fn applied(name: &str) -> Sandbox {
    let sandbox = ready_for(name, Settings::default()).await;
    let outcome = sandbox.apply(None).await;
    assert!(outcome.is_done(), "{name}: {outcome:?}");
    // Instances arrive a while after their fleet.
    sandbox.simulator.skip(std::time::Duration::from_secs(7200));
    sandbox
}

#[test]
fn after_an_apply_all_checks_pass_in_every_example() {
    for name in crate::support::examples() {
        on_virtual_time(async {
            let sandbox = applied(&name).await;
            let aws = sandbox.aws(None).await;
            let verification = sandbox.verify(&aws).await;
            assert!(verification.is_passed(), "{name}: {verification:#?}");
            // No agent gets in to what a team needs once per account.
            let is_for_agents = !name.starts_with("bootstrap");
            assert_eq!(verification.entries.is_empty(), !is_for_agents, "{name}");
        });
    }
}

#[test]
fn every_check_has_an_identifier_of_its_own_and_what_it_comes_after_is_there() {
    let checks: Vec<_> = registry::KINDS.iter().flat_map(|kind| kind.checks()).collect();
    let ids: BTreeSet<&str> = checks.iter().map(|check| check.id).collect();
    assert_eq!(ids.len(), checks.len());
    for check in checks {
        for after in check.after {
            assert!(ids.contains(after), "{}: {after}", check.id);
        }
    }
}

/// Breaks one thing.
type Break = for<'a> fn(&'a Aws, &'a Sandbox) -> futures_util::future::LocalBoxFuture<'a, ()>;

/// What is broken, and the check that says so.
const BROKEN: &[(&str, Break)] = &[
    ("instance-active", |_, sandbox| {
        Box::pin(async move {
            let failed = serde_json::json!({ "Failed": { "reason": "no capacity", "until": u64::MAX / 2 } });
            edited(sandbox, |snapshot| {
                let instances = snapshot["world"]["connect"]["instances"].as_object_mut().unwrap();
                instances.values_mut().next().unwrap()["stage"] = failed;
            });
        })
    }),
    ("origin-approved", |aws, _| {
        Box::pin(async move {
            let (instance, origin) = origin(aws).await;
            let request = aws.connect().disassociate_approved_origin();
            request.instance_id(instance).origin(origin).send().await.unwrap();
        })
    }),
    ("user-known", |aws, _| {
        Box::pin(async move {
            let instance = instance(aws).await;
            let users = aws
                .connect()
                .list_users()
                .instance_id(&instance)
                .send()
                .await
                .unwrap();
            let users = users.user_summary_list.unwrap();
            let agent = users
                .iter()
                .find(|user| user.username() == Some("agent1@example.com"))
                .unwrap();
            let request = aws.connect().delete_user().instance_id(instance);
            request.user_id(agent.id().unwrap()).send().await.unwrap();
        })
    }),
    ("file-served", |aws, _| {
        Box::pin(async move {
            let bucket = "acme-support-ccp-123456789012-eu-west-2";
            aws.s3()
                .delete_bucket_policy()
                .bucket(bucket)
                .send()
                .await
                .unwrap();
        })
    }),
    ("fleet-running", |aws, _| {
        Box::pin(async move {
            let request = aws.appstream().stop_fleet().name("acme-support-agents");
            request.send().await.unwrap();
        })
    }),
    ("fleet-associated", |aws, _| {
        Box::pin(async move {
            let request = aws.appstream().disassociate_fleet();
            let request = request
                .fleet_name("acme-support-agents")
                .stack_name("acme-support-agents");
            request.send().await.unwrap();
        })
    }),
    ("streaming-url", |_, sandbox| {
        Box::pin(async move {
            let rule = serde_json::json!({
                "service": "appstream", "operation": "CreateStreamingURL", "times": 20,
                "kind": "error", "code": "OperationNotPermittedException", "status": 400,
            });
            sandbox.simulator.inject(serde_json::from_value(rule).unwrap());
        })
    }),
    ("role-trusts-provider", |aws, _| {
        Box::pin(async move {
            let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
                "Principal":{"AWS":"arn:aws:iam::123456789012:root"}}]}"#;
            let request = aws
                .iam()
                .update_assume_role_policy()
                .role_name("acme-support-connect");
            request.policy_document(trust).send().await.unwrap();
        })
    }),
    ("role-may-enter", |aws, _| {
        Box::pin(async move {
            let request = aws.iam().delete_role_policy().role_name("acme-support-connect");
            request.policy_name("headset-federation").send().await.unwrap();
        })
    }),
    ("application-enabled", |aws, _| {
        Box::pin(async move {
            let request = aws
                .sso_admin()
                .update_application()
                .application_arn(application(aws).await);
            request.status("DISABLED".into()).send().await.unwrap();
        })
    }),
    ("group-assigned", |aws, _| {
        Box::pin(async move {
            let arn = application(aws).await;
            let assigned = aws
                .sso_admin()
                .list_application_assignments()
                .application_arn(&arn);
            let assigned = assigned.send().await.unwrap().application_assignments.unwrap();
            let request = aws
                .sso_admin()
                .delete_application_assignment()
                .application_arn(arn);
            let request = request.principal_id(&assigned[0].principal_id);
            request
                .principal_type(assigned[0].principal_type.clone())
                .send()
                .await
                .unwrap();
        })
    }),
    ("provider-valid", |_, sandbox| {
        Box::pin(async move {
            // The certificate of the simulated identity provider has ended by then.
            edited(sandbox, |snapshot| snapshot["now"] = 7_258_118_400_000_u64.into());
        })
    }),
    ("image-available", |_, sandbox| {
        Box::pin(async move {
            edited(sandbox, |snapshot| {
                let places = snapshot["world"]["appstream"]["places"].as_object_mut().unwrap();
                for place in places.values_mut() {
                    for image in place["images"]
                        .as_object_mut()
                        .into_iter()
                        .flatten()
                        .map(|(_, image)| image)
                    {
                        image["state"] = "FAILED".into();
                    }
                }
            });
        })
    }),
];

fn edited(sandbox: &Sandbox, edit: impl FnOnce(&mut Value)) {
    let mut snapshot = sandbox.simulator.snapshot();
    edit(&mut snapshot);
    sandbox.simulator.restore(&snapshot).unwrap();
}

async fn instance(aws: &Aws) -> String {
    let instances = aws.connect().list_instances().send().await.unwrap();
    instances.instance_summary_list.unwrap()[0].id.clone().unwrap()
}

async fn origin(aws: &Aws) -> (String, String) {
    let instance = instance(aws).await;
    let origins = aws
        .connect()
        .list_approved_origins()
        .instance_id(&instance)
        .send()
        .await
        .unwrap();
    (instance, origins.origins.unwrap().remove(0))
}

async fn application(aws: &Aws) -> String {
    let instances = aws.sso_admin().list_instances().send().await.unwrap();
    let instance = instances.instances.unwrap()[0].instance_arn.clone().unwrap();
    let applications = aws
        .sso_admin()
        .list_applications()
        .instance_arn(instance)
        .send()
        .await
        .unwrap();
    applications.applications.unwrap()[0]
        .application_arn
        .clone()
        .unwrap()
}

#[test]
fn one_thing_that_is_broken_turns_its_check_red_and_no_other() {
    for (check, broken) in BROKEN {
        on_virtual_time(async {
            let sandbox = applied("split-ccp.yaml").await;
            let aws = sandbox.aws(None).await;
            broken(&aws, &sandbox).await;
            let aws = sandbox.aws(None).await;
            let verification = sandbox.verify(&aws).await;
            let entries: Vec<_> = verification
                .entries
                .iter()
                .filter(|one| !one.finding.is_passed())
                .collect();
            assert_eq!(failed(&verification), [*check].into(), "{check}: {entries:#?}");
        });
    }
}

#[test]
fn the_command_says_what_is_wrong_and_ends_with_1() {
    let desk = Desk::example("split-ccp.yaml");
    let said = desk.run(&["verify", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(1), "{}", said.data);
    assert!(said.data.contains("failed   connect.instance/"), "{}", said.data);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let said = desk.ok(&["verify", "center.yaml", "--sim", "--all"]);
    assert!(
        said.data
            .contains("passed   appstream.fleet/agents: the fleet runs and has capacity"),
        "{}",
        said.data
    );
    assert!(
        said.data.contains(", 0 failed, 0 unknown, 0 not made"),
        "{}",
        said.data
    );
    let said = desk.ok(&["verify", "center.yaml", "--sim", "--format", "json"]);
    let document: Value = serde_json::from_str(&said.data).unwrap();
    assert_eq!(document["failed"], 0);
    let said = desk.ok(&["verify", "center.yaml", "--sim", "--format", "junit"]);
    let document = roxmltree::Document::parse(&said.data).unwrap();
    assert!(document.descendants().any(|node| node.has_tag_name("testcase")));
}
