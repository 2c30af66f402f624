//! `headset bootstrap`: once for an account, from an empty directory to a shared state that keeps its own bucket.

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use serde_json::{Value, json};

use crate::support::desk::Desk;
use crate::support::example;
use crate::support::program::Program as _;
use crate::support::served::{cloud, headset};

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

/// The token of a pipeline on GitHub, as its provider would sign it.
fn token(subject: &str) -> String {
    let part = |value: Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({
        "iss": "https://token.actions.githubusercontent.com",
        "aud": "sts.amazonaws.com",
        "sub": subject,
        // In the year 2100.
        "exp": 4_102_444_800_u64,
    });
    format!("{}.{}.c2lnbmVk", part(json!({ "alg": "RS256" })), part(claims))
}

/// The program as a pipeline runs it: with a token and the role that it is for, and no keys.
fn in_pipeline(folder: &Path, endpoint: &str, subject: &str, role: &str) -> Command {
    let file = folder.join("elsewhere/token");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, token(subject)).unwrap();
    let mut command = headset(folder, endpoint);
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY")
        .env("AWS_REGION", "eu-west-2")
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", file)
        .env("AWS_ROLE_ARN", format!("arn:aws:iam::123456789012:role/{role}"));
    command
}

/// From the account's beginning to a center that a pipeline makes: it takes its role by its token, keeps state in the bucket,
/// and can do what its role is for, and nothing else.
#[test]
fn a_pipeline_takes_its_role_and_can_do_what_it_is_for() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let state = format!("state: s3://{BUCKET}/headset?region=eu-west-2\n");
    write(
        "center.yaml",
        &example("minimal.yaml").1.replacen("aws:", &format!("{state}aws:"), 1).replacen(
            "sign_in:\n",
            "sign_in:\n  role: { permissions_boundary: \"arn:aws:iam::123456789012:policy/headset-boundary\" }\n",
            1,
        ),
    );
    write(
        "bootstrap.yaml",
        "version: 1\nname: acme-account\naws: { region: eu-west-2 }\nbootstrap:\n  state: {}\n  protect: false\n  ci:\n    \
         provider: github\n    roles:\n      look:\n        subjects: [\"repo:example/platform:pull_request\"]\n        run: \
         [plan, drift, verify]\n        environments: [center.yaml]\n      act:\n        subjects: \
         [\"repo:example/platform:ref:refs/heads/main\"]\n        run: [apply, destroy]\n        environments: [center.yaml]\n",
    );
    let (_cloud, endpoint) = cloud();
    let said = |mut command: Command, words: &[&str]| {
        let output = command.args(words).said();
        let text =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), text)
    };
    let (code, text) = said(
        headset(folder.path(), &endpoint),
        &["bootstrap", "bootstrap.yaml", "--yes"],
    );
    assert_eq!(code, Some(0), "{text}");
    let pipeline = |subject: &str, role: &str, words: &[&str]| {
        let command = in_pipeline(
            folder.path(),
            &endpoint,
            subject,
            &format!("acme-account-ci-{role}"),
        );
        said(command, words)
    };
    let main = "repo:example/platform:ref:refs/heads/main";
    let request = "repo:example/platform:pull_request";
    let (code, text) = pipeline(request, "look", &["plan", "center.yaml"]);
    assert_eq!(code, Some(0), "{text}");
    // Another branch has no way to the role that acts, and the role that looks cannot.
    let (code, text) = pipeline(request, "act", &["plan", "center.yaml"]);
    assert!(
        code == Some(1) && text.contains("AssumeRoleWithWebIdentity"),
        "{text}"
    );
    let (code, text) = pipeline(request, "look", &["apply", "center.yaml", "--yes"]);
    assert!(
        code == Some(1) && text.contains("AccessDenied"),
        "{code:?} {text}"
    );
    let (code, text) = pipeline(main, "act", &["apply", "center.yaml", "--yes", "--wait", "1s"]);
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = pipeline(request, "look", &["drift", "center.yaml"]);
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = pipeline(main, "act", &["destroy", "center.yaml", "--yes"]);
    assert_eq!(code, Some(0), "{text}");
}
