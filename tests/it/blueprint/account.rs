//! `aws.account`, and who may call at all: that is found out before anything else is asked or made.

use std::sync::Arc;

use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
use headset_aws::{Aws, AwsOptions, Pace, Wire};
use headset_core::Clock;
use headset_engine::session::{Opening, Session, Stop};
use headset_kinds::regions::{Identity, Regions};
use headset_simulator::world::Settings;

use crate::invariants::state_file::told;
use crate::support::desk::Desk;
use crate::support::fixtures::{CENTER, with};
use crate::support::{Sandbox, example, on_virtual_time};

const STRANGE: &str = "aws: { account: \"111122223333\", ";

/// A blueprint for another account than the one that calls.
fn for_another() -> String {
    let text = with(CENTER, &[("aws: { ", STRANGE)]);
    assert!(text.contains(STRANGE), "{text}");
    text
}

/// The operations that a command has called.
fn called(desk: &Desk) -> Vec<String> {
    let recorded = std::fs::read_to_string(desk.path().join("calls.jsonl")).unwrap();
    let lines = recorded
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let operations = lines.filter_map(|line| line["operation"].as_str().map(str::to_owned));
    operations.collect()
}

#[test]
fn credentials_of_another_account_are_refused_before_anything_else_is_asked() {
    let desk = Desk::with(&for_another());
    for command in [
        &["plan", "center.yaml"][..],
        &["apply", "center.yaml", "--yes"],
        &["drift", "center.yaml"],
        &["destroy", "center.yaml", "--yes"],
        &["status", "center.yaml"],
        &["output", "center.yaml"],
        &["import", "center.yaml", "--yes"],
        &["checkpoint", "list", "center.yaml"],
        &["unlock", "center.yaml"],
        &["plan", "center.yaml", "--state", "s3://acme-state/headset"],
    ] {
        let said = desk.run(&[command, &["--sim", "--record", "calls.jsonl"]].concat());
        assert_eq!(said.code, Some(5), "{command:?}\n{}", said.talk);
        assert!(
            said.talk.contains("[wrong-account]"),
            "{command:?}\n{}",
            said.talk
        );
        assert_eq!(called(&desk), ["GetCallerIdentity"], "{command:?}");
        std::fs::remove_file(desk.path().join("calls.jsonl")).unwrap();
    }
}

/// The first blueprint is right, and nothing of it is made: the second one shows that these are the wrong credentials.
#[test]
fn of_several_blueprints_none_is_applied_if_one_is_for_another_account() {
    let desk = Desk::with(CENTER);
    std::fs::write(desk.path().join("other.yaml"), for_another()).unwrap();
    for command in ["apply", "destroy"] {
        let flags = ["--yes", "--sim", "--record", "calls.jsonl"];
        let said = desk.run(&[&[command, "center.yaml", "other.yaml"][..], &flags].concat());
        assert_eq!(said.code, Some(5), "{}", said.talk);
        assert!(
            told(&said).contains("the blueprint for 111122223333"),
            "{}",
            said.talk
        );
        assert_eq!(called(&desk), ["GetCallerIdentity"], "{command}");
        std::fs::remove_file(desk.path().join("calls.jsonl")).unwrap();
    }
}

#[test]
fn the_root_user_is_refused_before_anything_else_is_asked() {
    on_virtual_time(async {
        let (name, text) = example("minimal.yaml");
        let sandbox = Sandbox::new(&name, &text, Settings::default());
        let of_key = async |key: &str| {
            let wire = Wire::new(sandbox.simulator.http_client(), None);
            let config =
                Aws::load_config(&headset_aws::Credentials::Simulated, Some("eu-west-2"), &wire).await;
            let credentials = Credentials::new(key, "simulated", None, None, "test");
            let config = config.into_builder();
            let aws = Aws::connect_with(AwsOptions {
                config: config
                    .credentials_provider(SharedCredentialsProvider::new(credentials))
                    .build(),
                regions: Regions::all_in("eu-west-2"),
                identity: Identity::Same,
                wire,
                clock: Clock::wall(),
                pace: Pace::default(),
                seed: 7,
            });
            let directory = tempfile::tempdir().unwrap();
            let opening = Opening {
                cloud: Arc::new(aws),
                blueprint: sandbox.blueprint(),
                root: directory.path(),
                scope: "-sim",
                shared: None,
                planned: None,
                library: headset_design::Library::StandIn,
            };
            Session::open(opening).await
        };
        let Err(Stop::Refused(findings)) = of_key("ROOT123456789012").await else {
            panic!("the root user is let in");
        };
        let finding = &findings[0];
        assert_eq!(finding.code, "root-user");
        assert!(
            finding.help.as_ref().unwrap().contains("use a role"),
            "{finding:?}"
        );
        let log = sandbox.simulator.call_log();
        let called: Vec<&str> = log.iter().map(|call| call.operation.as_str()).collect();
        assert_eq!(called, ["GetCallerIdentity"]);
        assert!(
            of_key("123456789012").await.is_ok(),
            "a user of the account is let in"
        );
    });
}
