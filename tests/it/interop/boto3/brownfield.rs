//! What others made by boto3 and in consoles, of which `headset import` writes a blueprint: after it, a plan adds tags and
//! nothing else.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::directions::{run, script};
use crate::commands::import::written::steps;
use crate::interop::{python, simulator, told};

/// Writes a blueprint and takes over what it says. Returns its text.
fn written(directory: &Path, endpoint: &str, file: &str, words: &[&str]) -> String {
    run(
        directory,
        endpoint,
        &[&["import", file, "--yes"], words].concat(),
        0,
    );
    std::fs::read_to_string(directory.join(file)).unwrap()
}

/// The steps of a plan that change something: the address, what is done, in which fields.
type Steps = Vec<(String, String, BTreeSet<String>)>;

/// What a plan changes but tags.
fn beyond_tags(directory: &Path, endpoint: &str, file: &str) -> Steps {
    let plan: Value = serde_json::from_str(&run(directory, endpoint, &["plan", file, "--json"], 0)).unwrap();
    let tags = BTreeSet::from(["tags".to_owned()]);
    let all = steps(&plan);
    assert!(!all.is_empty(), "{plan:#}");
    all.into_iter()
        .filter(|(_, action, fields)| action != "update" || *fields != tags)
        .collect()
}

/// Without what people make at an identity provider, which a plan asks for.
fn but_for_people(steps: Steps) -> Steps {
    let at_provider = |address: &str| address.starts_with("idp.") || address.starts_with("identity_center.");
    steps
        .into_iter()
        .filter(|(address, _, _)| !at_provider(address))
        .collect()
}

#[test]
fn what_others_made_is_written_down_and_a_plan_adds_tags_alone() {
    python();
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let (_simulator, endpoint) = simulator("2000");
    for (name, arguments) in [("adopt.py", &["make"][..]), ("brownfield.py", &[])] {
        let made = script(name, &[&[endpoint.as_str()], arguments].concat());
        assert!(made.status.success(), "{}", told(&made));
    }
    // What consoles leave: all of it is written as it is, or left out with the reason.
    let words = ["--alias", "walked", "--stack", "walked", "--region", "eu-west-2"];
    let text = written(directory, &endpoint, "walked.yaml", &words);
    for line in [
        "tags:\n  team: support",
        "provider: connect-integration",
        "description: ''",
        "policies: {}",
        "- arn:aws:iam::123456789012:policy/connect-integration",
        "agent1@example.com:",
        "mornings:",
        "time_zone: Europe/London",
        "existing: walked",
        "early_media: false",
        "# - other_actions.evenings of autoscaling.fleet/walked-desk is ",
        "# - ownership of s3.bucket/ccp is \"BucketOwnerPreferred\", and an apply would make it \"BucketOwnerEnforced\"",
        "# - website of s3.bucket/ccp is ",
        "# ccp:\n#   bucket: walked-pages",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let answer = [
        "checkpoint",
        "answer",
        "walked.yaml",
        "idp.application/walked",
        "start_url=https://idp.example.com/start",
    ];
    run(directory, &endpoint, &answer, 0);
    assert_eq!(beyond_tags(directory, &endpoint, "walked.yaml"), [], "{text}");
    // What is found by itself, in a directory of its own: nothing of it changes AWS.
    let beside = tempfile::tempdir().unwrap();
    let beside = beside.path();
    let text = written(
        beside,
        &endpoint,
        "all.yaml",
        &["--discover", "--region", "eu-west-2", "--region", "eu-west-1"],
    );
    for line in [
        "alias: boto-made",
        "fleet: walked-desk",
        "# - in eu-west-1 there is more, which a blueprint of its own can say (`--discover --region eu-west-1`): the stack boto-made-agents",
        "# - there is the instance walked as well, and a blueprint has one: ",
        "# To take it in, write `walked` in place of `connect.alias: boto-made`, and look at the next plan.",
        "# - the stack alone has no fleet, and one of a blueprint has one",
        "    # alone:\n    #   existing: alone\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert_eq!(
        but_for_people(beyond_tags(beside, &endpoint, "all.yaml")),
        [],
        "{text}"
    );
    // By API: other policies, a fleet on a public image, a sign-in through IAM Identity Center.
    let words = [
        "--alias",
        "boto-made",
        "--stack",
        "boto-made-agents@eu-west-1",
        "--region",
        "eu-west-2",
    ];
    let text = written(directory, &endpoint, "made.yaml", &words);
    for line in [
        "identity_center:\n    region: us-east-1",
        "description: By hand",
        "federate: ",
        "made-by: boto3",
        "# ccp:",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert_eq!(
        but_for_people(beyond_tags(directory, &endpoint, "made.yaml")),
        [],
        "{text}"
    );
}
