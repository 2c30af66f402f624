//! What comes out of the program: no secret in any output or file, and nothing from outside that steers a terminal.
//!
//! `support::program` holds every output of every test to both. The tests here put in what has to be kept out.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::tidy::sources;
use crate::invariants::lost_state::others;
use crate::support::desk::{APPLY, Desk};
use crate::support::program::{PLANTED, Program, files_with_secrets, leaked};

/// A center with a user for each way to say where a password is.
const CENTER: &str = "\
version: 1
name: planted
aws: { region: eu-west-2 }
lifetime: 3d
connect:
  alias: planted-center
  identity: connect-managed
  users:
    one: { first: Agent, last: One, security: [Agent], password: { env: PLANTED_PASSWORD } }
    two: { first: Agent, last: Two, security: [Agent], password: { file: elsewhere/two } }
    three: { first: Agent, last: Three, security: [Agent], password: { secret: THREE } }
    four: { first: Agent, last: Four, security: [Agent], password: { ssm: /acme/four } }
";

/// A directory in which each of those places holds a planted secret, and a simulated cloud that knows its part of them.
fn planted() -> Desk {
    let desk = Desk::example("minimal.yaml");
    std::fs::create_dir(desk.path().join("elsewhere")).unwrap();
    std::fs::write(desk.path().join("elsewhere/two"), format!("{}\n", PLANTED[1])).unwrap();
    // A first command makes the simulated cloud.
    desk.run(&["plan", "center.yaml", "--sim"]);
    desk.in_the_cloud(|simulator| {
        let ask = |target: &str, body: serde_json::Value| {
            let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
            let service = if target.starts_with("secrets") { "secretsmanager" } else { "ssm" };
            let scope = format!("AKIAIOSFODNN7EXAMPLE/{}/eu-west-2/{service}/aws4_request", &now[..8]);
            let request = http::Request::builder()
                .method("POST")
                .uri("/")
                .header("x-amz-target", target)
                .header("x-amz-date", &now)
                .header("content-type", "application/x-amz-json-1.1")
                .header(
                    "authorization",
                    format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"),
                )
                .body(bytes::Bytes::from(body.to_string()));
            let answer = crate::support::on_virtual_time(simulator.handle(request.unwrap()));
            assert_eq!(answer.status(), 200, "{answer:?}");
            answer.into_body()
        };
        let token = "00000000-0000-4000-8000-000000000000";
        let made = ask(
            "secretsmanager.CreateSecret",
            serde_json::json!({ "Name": "acme/three", "SecretString": PLANTED[2], "ClientRequestToken": token }),
        );
        let made: serde_json::Value = serde_json::from_slice(&made).unwrap();
        desk.write(&CENTER.replace("THREE", &format!("{:?}", made["ARN"].as_str().unwrap())));
        ask(
            "AmazonSSM.PutParameter",
            serde_json::json!({ "Name": "/acme/four", "Value": PLANTED[3], "Type": "SecureString" }),
        );
    });
    others(&desk, "eu-west-2", async |aws| {
        use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
        let place = CreateBucketConfiguration::builder()
            .location_constraint(BucketLocationConstraint::EuWest2)
            .build();
        let bucket = aws.s3().create_bucket().bucket("acme-state");
        bucket.create_bucket_configuration(place).send().await.unwrap();
    });
    desk
}

/// The objects of a store that hold a planted secret, and how many there are.
fn objects_with_secrets(desk: &Desk) -> (Vec<String>, usize) {
    let found = std::cell::RefCell::new((Vec::new(), 0));
    others(desk, "eu-west-2", async |aws| {
        let listed = aws
            .s3()
            .list_objects_v2()
            .bucket("acme-state")
            .send()
            .await
            .unwrap();
        for key in listed.contents().iter().filter_map(|object| object.key()) {
            let object = aws.s3().get_object().bucket("acme-state").key(key);
            let body = object
                .send()
                .await
                .unwrap()
                .body
                .collect()
                .await
                .unwrap()
                .into_bytes();
            let is_told = leaked(&String::from_utf8_lossy(&body)).is_some();
            let (told, count) = &mut *found.borrow_mut();
            told.extend(is_told.then(|| key.to_owned()));
            *count += 1;
        }
    });
    found.into_inner()
}

/// `said` looks for the secrets in what each command says; here they are looked for in what it leaves, too.
#[test]
fn no_command_lets_a_secret_out() {
    let desk = planted();
    let environment = [
        ("PLANTED_PASSWORD", PLANTED[0]),
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", PLANTED[4]),
        ("AWS_SESSION_TOKEN", PLANTED[5]),
    ];
    let logged = ["--sim", "--log", "trace", "--record", "calls.jsonl", "--timings"];
    let logged = [
        &logged[..],
        &["--state", "s3://acme-state/headset?region=eu-west-2"],
    ]
    .concat();
    let commands: &[&[&str]] = &[
        &["validate", "center.yaml"],
        &["plan", "center.yaml", "--full"],
        &["plan", "center.yaml", "--json"],
        &["apply", "center.yaml", "--yes", "--json"],
        &["apply", "center.yaml", "--yes"],
        &["status", "center.yaml"],
        &["status", "center.yaml", "--json"],
        &["drift", "center.yaml"],
        &["output", "center.yaml", "--json"],
        &["checkpoint", "list", "center.yaml"],
        &["explain", "connect.user/one", "center.yaml"],
        &["import", "center.yaml"],
        &["graph", "center.yaml"],
        &["history", "center.yaml", "--json"],
        &["state", "list", "center.yaml"],
        &["state", "pull", "center.yaml"],
        &["state", "show", "center.yaml", "connect.user/one"],
        &["verify", "center.yaml"],
        &["destroy", "center.yaml", "--yes", "--json"],
    ];
    for command in commands {
        let said = desk.run_with(&[*command, &logged].concat(), &environment);
        assert_ne!(said.code, Some(101), "{command:?}\n{}", said.talk);
        // A command that there is not says nothing.
        assert_ne!(said.code, Some(64), "{command:?}\n{}", said.talk);
        if ["apply", "history", "state"].contains(&command[0]) {
            assert_eq!(said.code, Some(0), "{command:?}: {}\n{}", said.data, said.talk);
        }
        if command[0] == "verify" {
            let (told, count) = objects_with_secrets(&desk);
            assert!(told.is_empty() && count > 3, "{told:?} of {count}");
        }
    }
    let (told, count) = objects_with_secrets(&desk);
    assert!(told.is_empty() && count > 3, "{told:?} of {count}");
    assert!(desk.path().join("calls.jsonl").exists());
    assert_eq!(files_with_secrets(desk.path()), Vec::<PathBuf>::new());
    // What a library of others logs would hold the requests whole.
    let said = desk.run_with(
        &[
            "apply",
            "center.yaml",
            "--yes",
            "--sim",
            "--log",
            "aws_smithy_runtime=trace,debug",
            "--record",
            "more.jsonl",
        ],
        &environment,
    );
    assert_eq!(said.code, Some(0), "{}", said.talk);
    assert!(!said.talk.contains("CreateUser\\"), "{}", said.talk);
    assert_eq!(files_with_secrets(desk.path()), Vec::<PathBuf>::new());
}

/// The URL that opens a desktop goes to standard output, and nowhere else.
#[test]
fn the_url_of_a_desktop_is_in_no_log_and_no_recording() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let name = std::cell::RefCell::new(String::new());
    others(&desk, "eu-west-1", async |aws| {
        let all = aws.appstream().describe_image_builders().send().await.unwrap();
        let one = all.image_builders()[0].name().unwrap().to_owned();
        aws.appstream()
            .start_image_builder()
            .name(&one)
            .send()
            .await
            .unwrap();
        name.replace(one);
    });
    desk.in_the_cloud(|simulator| simulator.skip(std::time::Duration::from_secs(1800)));
    let name = name.into_inner();
    let connect = ["image", "connect", &name, "--sim", "--region", "eu-west-1"];
    let logged = ["--log", "trace", "--record", "calls.jsonl", "--timings"];
    let said = desk.ok(&[&connect[..], &logged].concat());
    let (_, token) = said
        .data
        .trim()
        .rsplit_once('=')
        .expect("the URL carries a token");
    assert!(token.len() > 8, "{}", said.data);
    assert!(!said.talk.contains(token), "{}", said.talk);
    assert!(
        said.talk.contains("CreateImageBuilderStreamingURL"),
        "{}",
        said.talk
    );
    let calls = std::fs::read_to_string(desk.path().join("calls.jsonl")).unwrap();
    assert!(
        calls.contains("CreateImageBuilderStreamingURL") && !calls.contains(token),
        "{calls}"
    );
}

#[test]
#[should_panic(expected = "a secret")]
fn a_program_that_says_a_secret_fails_its_test() {
    drop(Command::new("echo").arg(PLANTED[0]).said());
}

const STEERS: &str = "x\u{1b}[8m\u{1b}]0;t\u{7}\u{9b}2J\u{202e}\u{2066}\u{200f}\r\u{7f}y";

/// Names that AWS reports, and files and arguments that people name. Each command shows them, and `said` looks at it.
#[test]
fn no_command_lets_anything_steer_the_terminal() {
    let (_, blueprint) = crate::support::example("split-ccp.yaml");
    let desk = Desk::with(&blueprint);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.edit(|world| poison(world, &mut 0));
    let file = "c\u{1b}[31m\u{202e}.yaml";
    std::fs::write(
        desk.path().join(file),
        blueprint.replace("name: acme", "name: \"\u{202e}acme\""),
    )
    .unwrap();
    let mut shown = 0;
    for arguments in [
        &["plan", "center.yaml", "--sim", "--full"][..],
        &["plan", "center.yaml", "--sim", "--json"],
        &["drift", "center.yaml", "--sim"],
        &["drift", "center.yaml", "--sim", "--format", "json"],
        &["status", "center.yaml", "--sim"],
        &["output", "center.yaml", "--sim"],
        &["import", "center.yaml", "--sim"],
        &["checkpoint", "list", "center.yaml", "--sim"],
        &["validate", file],
        &["plan", file, "--sim"],
        &["plan", "n\u{9b}one.yaml", "--sim"],
        &["plan", "center.yaml", "--sim", "--set", "a\u{1b}[1m=\u{202e}"],
        &["pl\u{1b}[31man"],
        &["explain", "connect.\u{1b}[31m"],
        &["destroy", "center.yaml", "--sim", "--yes", "--json"],
    ] {
        let said = desk.run(arguments);
        assert_ne!(said.code, Some(101), "{arguments:?}: {}", said.talk);
        let all = said.data + &said.talk;
        shown += usize::from(all.contains("\\u{202e}") || all.contains("\\u202e"));
    }
    assert!(
        shown >= 6,
        "the names were shown by {shown} commands, and so written out"
    );
}

/// Puts what steers a terminal into descriptions and display names of what is in the simulated cloud.
fn poison(value: &mut serde_json::Value, done: &mut usize) {
    match value {
        serde_json::Value::Object(members) => {
            for (name, member) in members {
                let name = name.to_lowercase();
                if let serde_json::Value::String(text) = member
                    && (name.contains("description") || name.contains("display"))
                {
                    text.push_str(STEERS);
                    *done += 1;
                } else {
                    poison(member, done);
                }
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| poison(item, done)),
        _ => {}
    }
}

#[test]
#[should_panic(expected = "steers the terminal")]
fn a_program_that_steers_the_terminal_fails_its_test() {
    crate::support::program::unsteered("a\u{9b}2J");
}

/// What is only half written must not count as written; a reader that went away had what it wanted.
#[test]
#[cfg(target_os = "linux")]
fn data_for_a_full_disk_is_an_error_and_a_closed_pipe_is_none() {
    let desk = Desk::example("minimal.yaml");
    for arguments in [
        &["schema"][..],
        &["validate", "center.yaml", "--json"],
        &["plan", "center.yaml", "--sim", "--json"],
        &[
            "apply",
            "center.yaml",
            "--sim",
            "--yes",
            "--json",
            "--operator",
            "off",
        ],
        &["--help"],
        &["man"],
    ] {
        let into = |stdout: Stdio| {
            Command::new(env!("CARGO_BIN_EXE_headset"))
                .args(arguments)
                .current_dir(desk.path())
                .env_clear()
                .env("HOME", desk.path())
                .stdout(stdout)
                .stderr(Stdio::piped())
                .said()
        };
        let full = into(
            std::fs::File::options()
                .write(true)
                .open("/dev/full")
                .unwrap()
                .into(),
        );
        let talk = String::from_utf8_lossy(&full.stderr).into_owned();
        assert_eq!(full.status.code(), Some(1), "{arguments:?}: {talk}");
        assert!(
            talk.contains("standard output could not be written"),
            "{arguments:?}: {talk}"
        );
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let closed = into(writer.into());
        let talk = String::from_utf8_lossy(&closed.stderr).into_owned();
        assert!(
            !talk.contains("standard output") && !talk.contains("panicked"),
            "{arguments:?}: {talk}"
        );
        assert_ne!(closed.status.code(), Some(101), "{arguments:?}: {talk}");
    }
}

/// The property of `report::painted` holds for all that is said, because nothing is said past it.
#[test]
fn one_file_writes_to_the_streams() {
    let streams = ["stdout()", "stderr()", "println!(", " print!(", "eprint!("];
    for folder in super::tidy::folders() {
        for (path, text) in sources(&folder) {
            if path.ends_with("report/out.rs") {
                continue;
            }
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
                let asks = [
                    "use_stderr()",
                    "terminal_size_of(",
                    ".is_terminal()",
                    "AutoStream::choice(",
                ];
                let writes = streams.iter().any(|stream| line.contains(stream));
                assert!(
                    !writes || asks.iter().any(|ask| line.contains(ask)),
                    "{} writes to a stream by itself: {line}",
                    path.display()
                );
            }
        }
    }
}
