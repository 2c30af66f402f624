//! The program is asked to stop, or something that it needs goes away while it waits: as a user meets it, without sleeps.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use headset_simulator::world::Settings;
use serde_json::{Value, json};

use crate::support::desk::Desk;
use crate::support::fixtures::{CENTER, DESKS};
use crate::support::program::Program as _;
use crate::support::served::{Events, cloud, cloud_with, control, headset, send};
use crate::support::{Sandbox, on_virtual_time};

/// The first event of the fleet that is waited for.
fn fleet_is_awaited(event: &Value) -> bool {
    event["event"] == "observed" && event["address"] == "appstream.fleet/agents"
}

fn is(name: &str) -> impl Fn(&Value) -> bool + '_ {
    move |event| event["event"] == name
}

/// A folder with a blueprint in it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("center.yaml"), DESKS).unwrap();
    folder
}

/// A simulated cloud in a directory, with a bucket for state.
fn with_a_bucket() -> tempfile::TempDir {
    let kept = tempfile::tempdir().unwrap();
    on_virtual_time(async {
        let mut sandbox = Sandbox::new("center.yaml", CENTER, Settings::default());
        sandbox.share().await;
        let world = sandbox.simulator.snapshot().to_string();
        std::fs::write(kept.path().join("world.json"), world).unwrap();
    });
    kept
}

/// Runs it to its end.
fn ran(command: &mut Command) -> (Option<i32>, String) {
    let output = command.said();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), text)
}

const APPLY: [&str; 4] = ["apply", "center.yaml", "--yes", "--json"];

/// The first signal: what is in flight is finished, state is saved, the lease is given back, and the run says how it goes on.
#[cfg(unix)]
#[test]
fn a_signal_gives_the_lease_back_and_says_how_to_go_on() {
    for signal in ["-INT", "-TERM"] {
        let folder = folder();
        let kept = with_a_bucket();
        let (_cloud, endpoint) = cloud_with(&["--state", kept.path().to_str().unwrap()]);
        let store = ["--state", "s3://acme-state/headset?region=eu-west-2"];
        let run = |words: &[&str]| {
            let mut command = headset(folder.path(), &endpoint);
            command.args(words).args(store);
            command
        };
        let mut events = Events::of(&mut run(&APPLY));
        events.until(fleet_is_awaited);
        events.signal(signal);
        events.until(is("interrupted"));
        let (code, talk) = events.end();
        assert_eq!(code, Some(130), "{talk}");
        assert!(
            talk.contains("interrupted; nothing is lost. Go on with: headset apply"),
            "{talk}"
        );
        let (code, text) = ran(&mut run(&["unlock", "center.yaml"]));
        assert!(
            code == Some(0) && text.contains("No run holds the lease"),
            "{text}"
        );
        let (code, text) = ran(&mut run(&["apply", "center.yaml", "--yes"]));
        assert_eq!(code, Some(0), "{text}");
        let (code, text) = ran(&mut run(&["plan", "center.yaml", "--detailed-exitcode"]));
        assert_eq!(code, Some(0), "{text}");
    }
}

/// The second signal leaves at once, in the middle of a call that has no answer; the next run finds out what came of it.
#[cfg(unix)]
#[test]
fn a_second_signal_leaves_a_call_without_an_answer_at_once() {
    let folder = folder();
    let faults = folder.path().join("faults.yaml");
    std::fs::write(
        &faults,
        "{ kind: delay, operation: CreateStack, seconds: 86400 }\n",
    )
    .unwrap();
    let (_cloud, endpoint) = cloud_with(&["--faults", faults.to_str().unwrap()]);
    let mut events = Events::of(headset(folder.path(), &endpoint).args(APPLY));
    events.until(|event| event["event"] == "started" && event["address"] == "appstream.stack/agents");
    events.signal("-INT");
    events.until(is("interrupted"));
    events.signal("-INT");
    let (code, talk) = events.end();
    assert_eq!(code, Some(130), "{talk}");
    assert!(talk.contains("interrupted in the middle of a call"), "{talk}");
    assert!(talk.contains("run the same command again"), "{talk}");
    let (code, text) = ran(headset(folder.path(), &endpoint).args(["apply", "center.yaml", "--yes"]));
    assert_eq!(code, Some(0), "{text}");
    let (code, text) =
        ran(headset(folder.path(), &endpoint).args(["plan", "center.yaml", "--detailed-exitcode"]));
    assert_eq!(code, Some(0), "{text}");
}

/// Before a run there is nothing to finish: one signal is enough, although the cloud does not answer.
#[cfg(unix)]
#[test]
fn one_signal_ends_a_command_that_changes_nothing_yet() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    for (words, signal) in [
        (["apply", "--yes"], "-INT"),
        (["plan", "--json"], "-TERM"),
        (["drift", "--allow-unknown"], "-INT"),
    ] {
        let folder = folder();
        let child = headset(folder.path(), &endpoint)
            .args([words[0], "center.yaml", words[1]])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It has asked who calls, and hears nothing.
        let (_line, _) = silent.accept().unwrap();
        send(&child, signal);
        let output = child.wait_with_output().unwrap();
        let talk = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{words:?}: {talk}");
        assert!(
            talk.contains("interrupted") && talk.contains("run the same command again"),
            "{talk}"
        );
    }
}

/// A question at a terminal is no reason to stay: Ctrl-C comes as what is typed.
#[cfg(unix)]
#[test]
fn a_signal_at_a_question_ends_the_command() {
    let desk = Desk::example("minimal.yaml");
    let said = desk.typing_at(&["apply", "center.yaml", "--sim"], "[y/N]", "\u{3}");
    assert_eq!(said.code, Some(130), "{}", said.talk);
    assert!(said.talk.contains("Apply this?"), "{}", said.talk);
    assert!(said.talk.contains("nothing is lost"), "{}", said.talk);
}

/// Writes a credentials file, as other tools do.
fn credentials(folder: &Path, key: &str) {
    let beside = folder.join("credentials.new");
    let mut file = std::fs::File::create(&beside).unwrap();
    write!(
        file,
        "[default]\naws_access_key_id = {key}\naws_secret_access_key = simulated\naws_session_token = simulated\n"
    )
    .unwrap();
    std::fs::rename(beside, folder.join("credentials")).unwrap();
}

/// Credentials end while a fleet starts. The run says so, waits, and goes on once a person has renewed them.
#[test]
fn credentials_that_end_during_a_wait_can_be_renewed() {
    let (_cloud, endpoint) = cloud();
    let folder = folder();
    credentials(folder.path(), "ASIAFIRST00000000000");
    let mut command = headset(folder.path(), &endpoint);
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY")
        .env("AWS_SHARED_CREDENTIALS_FILE", folder.path().join("credentials"))
        .args(APPLY);
    let mut events = Events::of(&mut command);
    events.until(fleet_is_awaited);
    let end = json!({ "access_key": "ASIAFIRST00000000000", "seconds": 0 });
    control(&endpoint, "console/credentials/end", &end);
    let event = events.until(is("credentials-expired"));
    assert!(event["until"].is_string(), "{event}");
    credentials(folder.path(), "ASIASECOND0000000000");
    events.until(is("credentials-renewed"));
    let (code, talk) = events.end();
    assert_eq!(code, Some(0), "{talk}");
}

/// The same without a person: Ctrl-C ends the wait.
#[cfg(unix)]
#[test]
fn a_wait_for_credentials_ends_with_a_signal() {
    let (_cloud, endpoint) = cloud();
    let folder = folder();
    let mut events = Events::of(headset(folder.path(), &endpoint).args(APPLY));
    events.until(fleet_is_awaited);
    let end = json!({ "access_key": "AKIAIOSFODNN7EXAMPLE", "seconds": 0 });
    control(&endpoint, "console/credentials/end", &end);
    events.until(is("credentials-expired"));
    events.signal("-TERM");
    let (code, talk) = events.end();
    assert_eq!(code, Some(130), "{talk}");
    // A command that only reads does not wait for a person.
    let (code, text) = ran(headset(folder.path(), &endpoint).args(["plan", "center.yaml"]));
    assert!(code == Some(1) && text.contains("ExpiredToken"), "{text}");
}

/// A clock that is wrong by more than AWS takes: every command works, and says so once.
#[test]
fn a_wrong_clock_is_said_once_and_corrected() {
    for (seconds, side) in [(3 * 3600, "behind"), (-1800, "ahead of")] {
        let (_cloud, endpoint) = cloud();
        control(&endpoint, "console/clock/ahead", &json!({ "seconds": seconds }));
        let folder = folder();
        let (code, text) = ran(headset(folder.path(), &endpoint).args(["apply", "center.yaml", "--yes"]));
        assert_eq!(code, Some(0), "{text}");
        let words = format!("{side} AWS's");
        assert_eq!(text.matches(&words).count(), 1, "{text}");
        let (code, text) =
            ran(headset(folder.path(), &endpoint).args(["plan", "center.yaml", "--detailed-exitcode"]));
        assert_eq!(code, Some(0), "{text}");
    }
}
