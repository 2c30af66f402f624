//! `headset bootstrap`: once for an account, from an empty directory to a shared state that keeps its own bucket.

use crate::support::desk::Desk;
use crate::support::example;

const BUCKET: &str = "acme-account-state-123456789012-eu-west-2";

#[test]
fn it_begins_a_blueprint_and_then_applies_it() {
    let desk = Desk::with("");
    let said = desk.ok(&["bootstrap", "--sim"]);
    assert!(said.talk.contains("wrote bootstrap.yaml"), "{}", said.talk);
    let written = std::fs::read_to_string(desk.path().join("bootstrap.yaml")).unwrap();
    assert_eq!(written, example("bootstrap.yaml").1);
    // Nothing is made without a question.
    let said = desk.run(&["bootstrap", "--sim"]);
    assert_eq!(said.code, Some(64), "{}", said.talk);
    let said = desk.ok(&["bootstrap", "--sim", "--yes"]);
    for line in [
        &format!("state: s3://{BUCKET}/headset?region=eu-west-2"),
        "headset state migrate bootstrap.yaml --sim",
        "permissions_boundary: \"arn:aws:iam::123456789012:policy/headset-boundary\"",
    ] {
        assert!(said.talk.contains(line), "{line}\n{}", said.talk);
    }
    // It is an environment like any other.
    desk.ok(&["drift", "bootstrap.yaml", "--sim"]);
    desk.ok(&["destroy", "bootstrap.yaml", "--sim", "--yes"]);
}

#[test]
fn values_are_set_in_the_blueprint_that_it_begins() {
    let desk = Desk::with("");
    desk.ok(&["bootstrap", "mine.yaml", "--sim", "--set", "name=mine"]);
    let written = std::fs::read_to_string(desk.path().join("mine.yaml")).unwrap();
    assert!(written.contains("\nname: mine"), "{written}");
}

#[test]
fn a_blueprint_of_another_sort_is_left_to_apply() {
    let desk = Desk::example("minimal.yaml");
    let said = desk.run(&["bootstrap", "center.yaml", "--sim", "--yes"]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(said.talk.contains("has no `bootstrap` section"), "{}", said.talk);
    assert!(!desk.world().exists(), "nothing was made");
}

/// Its own state moves into the bucket that it has made, and other environments keep theirs there, too: from then on the
/// bucket stays. Their roles keep the boundary.
#[test]
fn state_moves_into_the_bucket_which_then_stays() {
    let desk = Desk::with("");
    let own = |name: &str| std::fs::write(desk.path().join(name), example(name).1).unwrap();
    own("bootstrap.yaml");
    desk.ok(&["bootstrap", "--sim", "--yes"]);
    let state = format!("state: s3://{BUCKET}/headset?region=eu-west-2\n");
    let with_state = |name: &str| {
        let text = example(name).1.replacen("aws:", &format!("{state}aws:"), 1);
        std::fs::write(desk.path().join(name), text).unwrap();
    };
    with_state("bootstrap.yaml");
    desk.ok(&["state", "migrate", "bootstrap.yaml", "--sim"]);
    let said = desk.ok(&["bootstrap", "--sim", "--yes"]);
    assert!(!said.talk.contains("state migrate"), "{}", said.talk);
    with_state("minimal.yaml");
    let boundary =
        "sign_in:\n  role: { permissions_boundary: \"arn:aws:iam::123456789012:policy/headset-boundary\" }\n";
    let minimal = std::fs::read_to_string(desk.path().join("minimal.yaml")).unwrap();
    std::fs::write(
        desk.path().join("minimal.yaml"),
        minimal.replacen("sign_in:\n", boundary, 1),
    )
    .unwrap();
    desk.ok(&["apply", "minimal.yaml", "--sim", "--yes"]);

    let said = desk.run(&["destroy", "bootstrap.yaml", "--sim", "--yes"]);
    assert!(matches!(said.code, Some(1 | 5)), "{:?} {}", said.code, said.talk);
    assert!(
        said.talk.contains("s3.state_bucket/state is not deleted")
            && said.talk.contains("iam.policy/boundary is not deleted")
            && said.talk.contains("the role acme-tiny-connect"),
        "{}",
        said.talk
    );
    // Nothing was begun.
    desk.ok(&["drift", "bootstrap.yaml", "--sim"]);
    // Once the other environment is gone, all but the bucket goes, which still holds this state.
    desk.ok(&["destroy", "minimal.yaml", "--sim", "--yes"]);
    let said = desk.run(&["destroy", "bootstrap.yaml", "--sim", "--yes"]);
    assert!(
        said.talk.contains("s3.state_bucket/state is not deleted")
            && !said.talk.contains("iam.policy/boundary is not deleted"),
        "{}",
        said.talk
    );
    let rest = [
        "destroy",
        "bootstrap.yaml",
        "--sim",
        "--yes",
        "--exclude",
        "s3.state_bucket/state",
    ];
    desk.ok(&rest);
}

/// What a pipeline on GitHub is given.
#[test]
fn it_says_what_a_workflow_needs() {
    let desk = Desk::with("");
    for name in ["bootstrap.yaml", "bootstrap-ci.yaml", "enterprise.yaml"] {
        std::fs::write(desk.path().join(name), example(name).1).unwrap();
    }
    let said = desk.ok(&["bootstrap", "bootstrap-ci.yaml", "--sim", "--yes"]);
    for line in [
        "uses: aws-actions/configure-aws-credentials@v4",
        "role-to-assume: \"arn:aws:iam::123456789012:role/acme-pipelines-ci-apply\"",
        "role-to-assume: \"arn:aws:iam::123456789012:role/acme-pipelines-ci-plan\"",
    ] {
        assert!(said.talk.contains(line), "{line}\n{}", said.talk);
    }
}
