//! What a blueprint asks of AppStream beyond fleets and stacks: service roles, usage reports, scaling and users, from
//! an account that has never seen AppStream and back.

use std::collections::BTreeSet;
use std::time::Duration;

use headset_client::services::application_auto_scaling::DescribeScalableTargets;
use headset_engine::plan::{Action, Plan};
use headset_simulator::fault;
use headset_simulator::world::Settings;
use serde_json::json;

use crate::support::{Sandbox, listed, on_virtual_time};

const DESKS: &str = "\
version: 1
name: acme-desks
aws: { region: eu-west-1 }
lifetime: 1d
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718] }
  usage_reports: true
  images:
    windows: { newest: AppStream-WinServer2022 }
  fleets:
    agents:
      image: windows
      instance: stream.standard.medium
      capacity:
        min: 2
        max: 6
        target: 75
        cooldown: { out: 1m, in: 10m }
        schedule:
          night: { at: \"cron(0 20 ? * MON-FRI *)\", time_zone: Europe/London, min: 1 }
    teams: { image: windows, instance: stream.standard.large, capacity: 8, sessions_per_instance: 4, root_volume: 300 }
  stacks:
    agents: { fleet: agents, clipboard: in, clipboard_limit: 500, storage: { home_folders: true }, app_settings: true }
    teams: { fleet: teams, redirect_url: \"https://www.example.com/bye\", smart_card: true, streaming: udp }
  users:
    agent1@example.com: { first: Agent, last: One, stacks: [agents, teams] }
    agent2@example.com: { first: Agent, last: Two, stacks: [agents], enabled: false }
";

fn shown(plan: &Plan) -> String {
    anstream::adapter::strip_str(&headset::report::plan_view::human(plan)).to_string()
}

async fn applies(sandbox: &Sandbox, what: &str) {
    let outcome = sandbox.apply(None).await;
    assert!(
        outcome.failed.is_empty() && outcome.open.is_empty() && outcome.unfinished.is_empty(),
        "{what}: {outcome:?}"
    );
    let plan = sandbox.plan().await;
    assert!(plan.is_empty(), "{what}\n{}", shown(&plan));
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
            let sandbox = Sandbox::new("desks.yaml", DESKS, settings);
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
fn a_range_becomes_a_number_and_a_range_again() {
    on_virtual_time(async {
        let mut sandbox = Sandbox::new("desks.yaml", DESKS, Settings::default());
        applies(&sandbox, "a range").await;
        let (before, rest) = DESKS.split_once("      capacity:\n").unwrap();
        let (_, after) = rest.split_once("    teams: {").unwrap();
        sandbox.rewrite(&format!("{before}      capacity: 1\n    teams: {{{after}"));
        applies(&sandbox, "a number").await;
        let aws = sandbox.aws(None).await;
        let targets = aws.ask(DescribeScalableTargets::default()).await.unwrap();
        assert!(targets.scalable_targets.unwrap().is_empty());
        sandbox.rewrite(DESKS);
        applies(&sandbox, "a range again").await;
    });
}

#[test]
fn without_rights_in_iam_everything_else_goes_on() {
    on_virtual_time(async {
        let sandbox = Sandbox::new("desks.yaml", DESKS, Settings::default());
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
        let text = DESKS.replace("  usage_reports: true\n", "  service_roles: false\n");
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
        let sandbox = Sandbox::new("desks.yaml", DESKS, settings);
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

/// The names of the region's fleets and stacks.
async fn streaming(sandbox: &Sandbox) -> (BTreeSet<String>, BTreeSet<String>) {
    let aws = sandbox.aws(None).await;
    let (fleets, stacks) = (listed::fleets(&aws).await, listed::stacks(&aws).await);
    (
        fleets.into_iter().filter_map(|fleet| fleet.name).collect(),
        stacks.into_iter().filter_map(|stack| stack.name).collect(),
    )
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn what_is_renamed_is_made_anew_and_the_old_one_goes() {
    on_virtual_time(async {
        let mut sandbox = Sandbox::new("desks.yaml", DESKS, Settings::default());
        applies(&sandbox, "first").await;
        let renamed = DESKS
            .replace("    teams: { image", "    teams: { name: crews, image")
            .replace("    agents: { fleet", "    agents: { name: desks, fleet")
            .replace(
                "      image: windows\n",
                "      image: windows\n      name: solo\n",
            );
        sandbox.rewrite(&renamed);
        applies(&sandbox, "renamed").await;
        let (fleets, stacks) = streaming(&sandbox).await;
        assert_eq!(fleets, names(&["crews", "solo"]));
        assert_eq!(stacks, names(&["acme-desks-teams", "desks"]));
        let outcome = sandbox.destroy(None).await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
        assert_eq!(streaming(&sandbox).await, (names(&[]), names(&[])));
    });
}

#[test]
fn a_stack_moves_to_another_fleet() {
    on_virtual_time(async {
        let mut sandbox = Sandbox::new("desks.yaml", DESKS, Settings::default());
        applies(&sandbox, "first").await;
        sandbox.rewrite(&DESKS.replace("agents: { fleet: agents,", "agents: { fleet: teams,"));
        applies(&sandbox, "moved").await;
        sandbox.rewrite(DESKS);
        applies(&sandbox, "moved back").await;
    });
}

/// Sessions that are open now are counted, and keep a fleet from being stopped.
#[test]
fn a_change_that_takes_a_stop_is_refused_while_people_work() {
    on_virtual_time(async {
        let mut sandbox = Sandbox::new("desks.yaml", DESKS, Settings::default());
        applies(&sandbox, "first").await;
        // Instances arrive a while after the fleet is RUNNING.
        sandbox.simulator.skip(std::time::Duration::from_secs(3600));
        sandbox.simulator.with_world(|world, now| {
            let input = json!({"fleet": "acme-desks-teams", "stack": "acme-desks-teams", "user": "agent1@example.com"});
            headset_simulator::console::act(world, "image-builder/sessions/open", &input, now).unwrap();
        });
        for changed in [
            DESKS.replace("sessions_per_instance: 4", "sessions_per_instance: 2"),
            DESKS.replace("root_volume: 300", "root_volume: 400"),
            DESKS.replace(
                "root_volume: 300 }",
                "root_volume: 300, usb: [\"headset,audio,01,01,1133,2704,1,0\"] }",
            ),
            DESKS.replace("root_volume: 300 }", "root_volume: 300, imds_v1: false }"),
        ] {
            assert_ne!(changed, DESKS);
            sandbox.rewrite(&changed);
            let plan = sandbox.plan().await;
            let refused = headset_engine::plan::guard::guard(
                &plan,
                headset_engine::plan::guard::Allowed { disruption: false },
            );
            let told: Vec<&str> = refused.iter().map(|finding| finding.code).collect();
            assert_eq!(told, ["would-disrupt"], "{}", shown(&plan));
            assert!(refused[0].message.contains("1 open session"), "{refused:?}");
        }
        // What changes in place is not refused.
        sandbox.rewrite(&DESKS.replace("capacity: 8", "capacity: 12"));
        let plan = sandbox.plan().await;
        assert_eq!(plan.changes(), 1);
        let allowed = headset_engine::plan::guard::Allowed { disruption: false };
        assert!(headset_engine::plan::guard::guard(&plan, allowed).is_empty());
    });
}
