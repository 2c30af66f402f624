//! `headset policy show`: the least policies for a command.

use serde_json::Value;

use crate::invariants::lost_state::others;
use crate::support::desk::{Desk, Said};
use crate::support::permitted::{BOUNDARY, Held, allow_boundary, hold};

const BOUNDED: &str = "sign_in.role.permissions_boundary=arn:aws:iam::123456789012:policy/headset-boundary";
const STORE: &str = "s3://acme-state/headset?region=eu-west-2&kms_key=alias/states";

fn shown(said: &Said) -> Value {
    assert_eq!(said.code, Some(0), "{}{}", said.data, said.talk);
    serde_json::from_str(&said.data).unwrap()
}

/// What is printed, without any way to AWS.
fn show(desk: &Desk, words: &[&str]) -> Said {
    let mut line = vec!["policy", "show"];
    line.extend(words);
    desk.run(&line)
}

const OFFLINE: [&str; 4] = ["--account", "123456789012", "--set", BOUNDED];

fn statements(printed: &Value) -> Vec<Value> {
    let policies = printed["policies"].as_array().unwrap().iter();
    policies
        .flat_map(|policy| policy["document"]["Statement"].as_array().unwrap().clone())
        .collect()
}

#[test]
fn each_command_has_policies_that_iam_takes_and_they_are_the_same_each_time() {
    let desk = Desk::example("split-ccp.yaml");
    for command in [
        "plan",
        "drift",
        "verify",
        "apply",
        "destroy",
        "checkpoint",
        "boundary",
    ] {
        let words = [&[command, "center.yaml"], &OFFLINE[..]].concat();
        let said = show(&desk, &words);
        let printed = shown(&said);
        assert_eq!(said.data, show(&desk, &words).data, "{command}");
        assert_eq!(
            (printed["command"].as_str(), printed["account"].as_str()),
            (Some(command), Some("123456789012"))
        );
        let policies = printed["policies"].as_array().unwrap();
        assert!(!policies.is_empty(), "{command}");
        for policy in policies {
            let text = policy["document"].to_string();
            assert!(
                text.chars().filter(|c| !c.is_whitespace()).count() <= 6144,
                "{command}"
            );
            assert!(
                policy["name"].as_str().unwrap().starts_with("headset-"),
                "{policy}"
            );
        }
    }
}

#[test]
fn an_apply_without_a_boundary_has_no_policy_that_is_least() {
    let desk = Desk::example("split-ccp.yaml");
    let said = show(&desk, &["apply", "center.yaml", "--account", "123456789012"]);
    assert_eq!(said.code, Some(1), "{}", said.data);
    let talk = said.talk.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        talk.contains("no-boundary") && talk.contains("iam.role/connect has no permissions boundary"),
        "{talk}"
    );
    assert!(
        talk.contains(&format!("sign_in.role.permissions_boundary: \"{BOUNDARY}\"")),
        "{talk}"
    );
    // Looking and deleting makes no roles.
    for command in ["plan", "destroy"] {
        shown(&show(
            &desk,
            &[command, "center.yaml", "--account", "123456789012"],
        ));
    }
    let wide = "sign_in.role.permissions_boundary=arn:aws:iam::aws:policy/PowerUserAccess";
    let said = show(
        &desk,
        &["apply", "center.yaml", "--account", "123456789012", "--set", wide],
    );
    shown(&said);
    assert!(said.talk.contains("wide-boundary"), "{}", said.talk);
}

#[test]
fn only_the_secrets_and_parameters_of_the_blueprint_are_read() {
    let whole = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/whole/own-directory.yaml");
    let desk = Desk::with(&std::fs::read_to_string(whole).unwrap());
    let of = |command: &str| {
        let said = show(
            &desk,
            &[
                command,
                "center.yaml#london",
                "--account",
                "123456789012",
                "--set",
                "aws.region=eu-west-2",
            ],
        );
        let read: Vec<Value> = statements(&shown(&said))
            .into_iter()
            .filter(|statement| {
                let actions = statement["Action"].to_string();
                actions.contains("secretsmanager:") || actions.contains("ssm:")
            })
            .collect();
        read
    };
    assert_eq!(of("plan"), [Value::Null; 0]);
    let read = of("apply");
    let resources: Vec<&Value> = read.iter().map(|statement| &statement["Resource"]).collect();
    assert_eq!(
        resources,
        [
            &serde_json::json!(["arn:aws:secretsmanager:eu-west-2:123456789012:secret:agent3-AbCdEf"]),
            &serde_json::json!(["arn:aws:ssm:eu-west-2:123456789012:parameter/acme/agent4"]),
        ]
    );
    let actions: Vec<&Value> = read.iter().map(|statement| &statement["Action"]).collect();
    assert_eq!(
        actions,
        [
            &serde_json::json!(["secretsmanager:GetSecretValue"]),
            &serde_json::json!(["ssm:GetParameter"]),
        ]
    );
}

#[test]
fn states_in_a_bucket_are_read_and_written_below_their_prefix_with_their_key() {
    let desk = Desk::example("minimal.yaml");
    let words = [&["apply", "center.yaml", "--state", STORE], &OFFLINE[..]].concat();
    let statements = statements(&shown(&show(&desk, &words)));
    let of = |action: &str| -> Vec<&Value> {
        let with = statements
            .iter()
            .filter(|one| one["Action"].to_string().contains(action));
        with.collect()
    };
    let objects = "arn:aws:s3:::acme-state/headset/acme-tiny/*";
    let states = |action: &str| {
        let mut all = of(action).into_iter();
        all.any(|statement| statement["Resource"].to_string().contains(objects))
    };
    assert!(states("s3:GetObject") && states("s3:PutObject") && states("s3:DeleteObject"));
    for action in ["kms:Decrypt", "kms:GenerateDataKey"] {
        let [statement] = of(action)[..] else {
            panic!("{action}")
        };
        let condition = &statement["Condition"];
        assert_eq!(
            condition["StringEquals"]["kms:ViaService"][0],
            "s3.eu-west-2.amazonaws.com"
        );
        let aliases = &condition["ForAnyValue:StringEquals"]["kms:ResourceAliases"];
        assert_eq!(aliases[0], "alias/states");
    }
}

#[test]
fn policies_are_written_to_files_for_iam() {
    let desk = Desk::example("enterprise.yaml");
    let words = [&["plan", "center.yaml", "--out", "policies"], &OFFLINE[..]].concat();
    let said = show(&desk, &words);
    assert_eq!(said.code, Some(0), "{}", said.talk);
    let own =
        std::fs::read_to_string(desk.path().join("policies/headset-acme-enterprise-plan.json")).unwrap();
    assert!(own.starts_with("{\n  \"Version\": \"2012-10-17\""), "{own}");
    assert!(own.contains("arn:aws:iam::111122223333:role/headset-identity-center"));
    let theirs = "policies/headset-acme-enterprise-plan-identity-center.json";
    let theirs = std::fs::read_to_string(desk.path().join(theirs)).unwrap();
    assert!(theirs.contains("sso:DescribeApplication") && !own.contains("sso:DescribeApplication"));
    assert!(
        said.talk
            .contains("(for arn:aws:iam::111122223333:role/headset-identity-center)"),
        "{}",
        said.talk
    );
    let other = [
        "plan",
        "center.yaml",
        "--account",
        "111122223333",
        "--set",
        "aws.account=\"123456789012\"",
    ];
    let said = show(&desk, &other);
    assert_eq!(said.code, Some(64), "{}", said.talk);
}

/// The whole way as the program goes it: policies that it printed, state in a bucket, a user who has nothing else.
#[test]
fn each_command_runs_with_what_was_printed_for_it() {
    const STATE: &str = "s3://acme-state/headset?region=eu-west-2";
    let desk = Desk::example("split-ccp.yaml");
    let line = |words: &[&str]| -> Vec<String> {
        let all = [words, &["--sim", "--state", STATE, "--set", BOUNDED]].concat();
        all.into_iter().map(str::to_owned).collect()
    };
    let run = |words: &[&str]| {
        let line = line(words);
        desk.run(&line.iter().map(String::as_str).collect::<Vec<_>>())
    };
    // A first command makes the simulated cloud; an administrator then makes what is made once.
    desk.run(&["plan", "center.yaml", "--sim"]);
    others(&desk, "eu-west-2", async |aws| {
        use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
        let place = CreateBucketConfiguration::builder()
            .location_constraint(BucketLocationConstraint::EuWest2)
            .build();
        let bucket = aws.s3().create_bucket().bucket("acme-state");
        bucket.create_bucket_configuration(place).send().await.unwrap();
    });
    desk.in_the_cloud(|simulator| simulator.with_world(allow_boundary));
    let printed = |command: &str| -> Vec<Held> {
        let printed = shown(&run(&["policy", "show", command, "center.yaml"]));
        let policies = printed["policies"].as_array().unwrap().iter();
        policies
            .map(|policy| Held {
                name: policy["name"].as_str().unwrap().to_owned(),
                role: policy["role"].as_str().map(str::to_owned),
                text: policy["document"].to_string(),
            })
            .collect()
    };
    let builder = "acme-support-agent-desktop";
    for (holds, words, code) in [
        ("plan", vec!["plan", "center.yaml", "--detailed-exitcode"], 2),
        ("plan", vec!["apply", "center.yaml", "--yes"], 1),
        ("apply", vec!["apply", "center.yaml", "--yes"], 0),
        ("plan", vec!["plan", "center.yaml", "--detailed-exitcode"], 0),
        ("drift", vec!["drift", "center.yaml"], 0),
        ("plan", vec!["status", "center.yaml"], 0),
        ("checkpoint", vec!["checkpoint", "list", "center.yaml"], 0),
        ("apply", vec!["destroy", "center.yaml", "--yes"], 1),
        ("destroy", vec!["destroy", "center.yaml", "--yes"], 0),
    ] {
        let policies = printed(holds);
        desk.in_the_cloud(|simulator| hold(simulator, &policies));
        let said = run(&words);
        assert_eq!(
            said.code,
            Some(code),
            "{words:?} with the policy for {holds} ({builder}):\n{}{}",
            said.data,
            said.talk
        );
        let denied = said.talk.contains("AccessDenied") || said.talk.contains("not authorized");
        assert_eq!(
            denied,
            code == 1,
            "{words:?} with the policy for {holds}:\n{}",
            said.talk
        );
    }
}
