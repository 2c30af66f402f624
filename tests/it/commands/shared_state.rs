//! State in a bucket: another machine knows what this one did, and only one run works at a time.

use crate::invariants::lost_state::others;
use crate::support::desk::{APPLY, Desk, Said};

pub(crate) const STORE: &str = "s3://acme-state/headset?region=eu-west-2";

/// A desk whose simulated cloud has a bucket for state.
pub(crate) fn with_bucket() -> Desk {
    let desk = Desk::example("split-ccp.yaml");
    desk.run(&["plan", "center.yaml", "--sim"]);
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

/// Another machine before the same cloud.
pub(crate) fn another(desk: &Desk) -> Desk {
    let other = Desk::example("split-ccp.yaml");
    std::fs::create_dir_all(other.world().parent().unwrap()).unwrap();
    std::fs::copy(desk.world(), other.world()).unwrap();
    other
}

fn shared<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [words, &["--sim", "--state", STORE]].concat()
}

fn told(said: &Said) -> String {
    format!("{} {}", said.data, said.talk)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn another_machine_knows_what_was_made_and_takes_it_down() {
    let desk = with_bucket();
    desk.ok(&shared(&["apply", "center.yaml", "--yes"]));
    let is_here = desk.path().join(".headset/acme-support").exists();
    assert!(!is_here, "state is in the bucket, and its copy is apart");
    let other = another(&desk);
    for command in ["plan", "drift"] {
        let mut words = vec![command, "center.yaml"];
        words.extend((command == "plan").then_some("--detailed-exitcode"));
        let said = other.run(&shared(&words));
        assert_eq!(said.code, Some(0), "{command}: {}", told(&said));
    }
    // A change from there is known here.
    other.ok(&shared(&[
        "apply",
        "center.yaml",
        "--yes",
        "--set",
        "lifetime=9d",
    ]));
    std::fs::copy(other.world(), desk.world()).unwrap();
    let words = [
        "plan",
        "center.yaml",
        "--detailed-exitcode",
        "--set",
        "lifetime=9d",
    ];
    let said = desk.run(&shared(&words));
    assert_eq!(said.code, Some(0), "{}", told(&said));
    let said = desk.run(&shared(&["destroy", "--name", "acme-support", "--yes"]));
    assert_eq!(said.code, Some(0), "{}", told(&said));
    // Without the store, nothing is known, and nothing new is made of what is there.
    let said = desk.run(&[
        "plan",
        "center.yaml",
        "--sim",
        "--state",
        "s3://acme-other/headset",
    ]);
    assert_eq!(said.code, Some(1), "{}", told(&said));
    assert!(told(&said).contains("NoSuchBucket"), "{}", told(&said));
}

#[test]
fn a_state_comes_back_from_a_store_that_is_lost_and_from_no_other() {
    let desk = with_bucket();
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let directory = ".headset/acme-support/123456789012-eu-west-2-sim";
    let restore = ["state", "restore", directory, "--sim", "--store-lost"];
    let said = desk.ok(&restore);
    assert!(told(&said).contains("was not moved"), "{}", told(&said));
    let runs = |said: &Said| said.data.matches("\"began\"").count();
    let before = runs(&desk.ok(&["history", "center.yaml", "--sim", "--json"]));
    desk.ok(&shared(&["state", "migrate", "center.yaml"]));
    // What was done before is known there.
    let after = runs(&desk.ok(&shared(&["history", "center.yaml", "--json"])));
    // The move is in it as well.
    assert!(before > 0 && after == before + 1, "{before} {after}");
    let said = desk.run(&["plan", "center.yaml", "--sim"]);
    let advice = format!("headset state restore {directory} --store-lost");
    assert!(told(&said).contains(&advice), "{}", told(&said));
    // The store has it: it is not lost.
    let said = desk.run(&restore);
    assert_eq!(said.code, Some(1), "{}", told(&said));
    assert!(told(&said).contains("so that it is not lost"), "{}", told(&said));
    // One that cannot be asked may be there: a person has to say so.
    let faults = "[{ kind: error, service: s3, operation: GetObject, code: AccessDenied, times: 9 }]";
    std::fs::write(desk.path().join("faults.yaml"), faults).unwrap();
    let denied = [&restore[..], &["--faults", "faults.yaml"]].concat();
    let said = desk.run(&denied);
    assert_eq!(said.code, Some(64), "{}", told(&said));
    assert!(told(&said).contains("could not be asked"), "{}", told(&said));
    others(&desk, "eu-west-2", async |aws| {
        let listed = aws
            .s3()
            .list_objects_v2()
            .bucket("acme-state")
            .send()
            .await
            .unwrap();
        for object in listed.contents() {
            let delete = aws.s3().delete_object().bucket("acme-state");
            delete.key(object.key().unwrap()).send().await.unwrap();
        }
        aws.s3()
            .delete_bucket()
            .bucket("acme-state")
            .send()
            .await
            .unwrap();
    });
    let said = desk.ok(&restore);
    assert!(told(&said).contains("is in"), "{}", told(&said));
    let said = desk.run(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    assert_eq!(said.code, Some(0), "{}", told(&said));
}

/// Writes an object of the state, in the place of what is there.
fn put(desk: &Desk, name: &str, body: &[u8]) {
    let key = format!("headset/acme-support/123456789012-eu-west-2-sim/{name}");
    others(desk, "eu-west-2", async |aws| {
        let put = aws.s3().put_object().bucket("acme-state").key(key);
        put.body(body.to_vec().into()).send().await.unwrap();
    });
}

/// The command that an error about the state advises.
fn advice(said: &Said) -> Vec<String> {
    let told = told(said);
    let (_, from) = told.split_once("`headset ").expect("it advises a command");
    let (command, _) = from.split_once('`').unwrap();
    command
        .split(' ')
        .map(|word| word.trim_matches('\'').to_owned())
        .collect()
}

#[test]
fn a_damaged_state_in_a_bucket_comes_back_by_the_command_that_the_error_names() {
    let desk = with_bucket();
    desk.ok(&shared(&["apply", "center.yaml", "--yes"]));
    put(&desk, "state.json", b"{\"version\": 2}");
    put(&desk, "lease.json", b"{");
    for command in [
        &["plan", "center.yaml"][..],
        &["destroy", "--name", "acme-support", "--yes"],
    ] {
        let said = desk.run(&shared(command));
        assert_eq!(said.code, Some(1), "{command:?}: {}", told(&said));
        assert!(
            told(&said).contains("state.json is damaged"),
            "{command:?}: {}",
            told(&said)
        );
    }
    let said = desk.run(&shared(&["plan", "center.yaml"]));
    let mut restore = advice(&said);
    assert_eq!(restore.pop().as_deref(), Some("FILE"));
    restore.extend(["center.yaml", "--sim"].map(str::to_owned));
    let restore: Vec<&str> = restore.iter().map(String::as_str).collect();
    assert_eq!(restore[..2], ["state", "restore"]);
    // Who works on it cannot be said: a person has to say that no run does.
    let said = desk.run(&restore);
    assert_eq!(said.code, Some(1), "{}", told(&said));
    assert!(
        told(&said).contains("lease of s3://acme-state"),
        "{}",
        told(&said)
    );
    let said = desk.ok(&[&restore[..], &["--yes"]].concat());
    assert!(told(&said).contains("state.damaged-1.json"), "{}", told(&said));
    let words = ["plan", "center.yaml", "--detailed-exitcode"];
    let said = desk.run(&shared(&words));
    assert_eq!(said.code, Some(0), "{}", told(&said));
    // A lease alone: the next run says what to do, and it is done.
    put(&desk, "lease.json", b"{");
    let change = ["apply", "center.yaml", "--yes", "--set", "lifetime=9d"];
    let said = desk.run(&shared(&change));
    assert_eq!(said.code, Some(1), "{}", told(&said));
    assert_eq!(advice(&said), ["unlock", "FILE"]);
    desk.ok(&shared(&["unlock", "center.yaml", "--yes"]));
    let history = desk.ok(&shared(&["history", "center.yaml"])).data;
    for what in ["restored state", "broken lease"] {
        assert!(history.contains(what), "{history}");
    }
    desk.ok(&shared(&change));
}

/// The way out where answers are damaged: people are asked again.
#[test]
fn damaged_answers_in_a_bucket_are_put_aside_by_the_command_that_the_error_names() {
    let desk = with_bucket();
    desk.ok(&shared(&["apply", "center.yaml", "--yes"]));
    let answers = list(&desk, "/answers/");
    let (name, _) = answers.first().expect("something was answered");
    put(
        &desk,
        &format!("answers/{name}"),
        b"{\"answers\": {}, \"sum\": \"00\"}",
    );
    let said = desk.run(&shared(&["plan", "center.yaml"]));
    assert_eq!(said.code, Some(1), "{}", told(&said));
    assert!(
        told(&said).contains("does not fit its checksum"),
        "{}",
        told(&said)
    );
    let restore: Vec<String> = advice(&said);
    assert_eq!(restore[..2], ["state", "restore"]);
    let said = desk.ok(&["state", "restore", &restore[2], "center.yaml", "--sim"]);
    assert!(told(&said).contains("asked again"), "{}", told(&said));
    assert_eq!(list(&desk, "/answers.damaged-1/").len(), 1);
    let said = desk.run(&shared(&["apply", "center.yaml", "--yes"]));
    assert_eq!(said.code, Some(0), "{}", told(&said));
}

/// The names of objects whose keys have this in the middle, and what comes before it.
fn list(desk: &Desk, middle: &str) -> Vec<(String, String)> {
    let found = std::cell::RefCell::new(Vec::new());
    others(desk, "eu-west-2", async |aws| {
        let listed = aws
            .s3()
            .list_objects_v2()
            .bucket("acme-state")
            .send()
            .await
            .unwrap();
        let keys = listed.contents().iter().filter_map(|object| object.key());
        let named = keys.filter_map(|key| key.split_once(middle));
        found.replace(
            named
                .map(|(before, name)| (name.to_owned(), before.to_owned()))
                .collect(),
        );
    });
    found.into_inner()
}

/// An address that is misspelt, of another account, or of another environment than the blueprint: nothing is written.
#[test]
fn an_address_where_no_state_is_gets_none() {
    let desk = with_bucket();
    desk.ok(&shared(&["apply", "center.yaml", "--yes"]));
    let there = |environment: &str, account: &str| {
        format!("s3://acme-state/headset/{environment}/{account}-eu-west-2-sim?region=eu-west-2")
    };
    let before = list(&desk, "/");
    for (address, file, why) in [
        (there("acme-suport", "123456789012"), None, "there is no state"),
        (
            there("acme-support", "210987654321"),
            None,
            "the credentials are of account 123456789012",
        ),
        (
            there("acme-other", "123456789012"),
            Some("center.yaml"),
            "is the blueprint of `acme-support`",
        ),
    ] {
        for lost in [false, true] {
            let mut words = vec!["state", "restore", &address, "--sim"];
            words.extend(file);
            words.extend(lost.then_some("--store-lost"));
            let said = desk.run(&words);
            assert_ne!(said.code, Some(0), "{words:?}: {}", told(&said));
            assert!(told(&said).contains(why), "{words:?}: {}", told(&said));
        }
    }
    assert_eq!(list(&desk, "/"), before);
}

/// What is left of a state whose object is gone: every command that looks for it says so.
#[test]
fn a_state_whose_object_is_missing_is_seen_by_those_who_look_for_it() {
    let desk = with_bucket();
    desk.ok(&shared(&["apply", "center.yaml", "--yes"]));
    others(&desk, "eu-west-2", async |aws| {
        let key = "headset/acme-support/123456789012-eu-west-2-sim/state.json";
        let delete = aws.s3().delete_object().bucket("acme-state").key(key);
        delete.send().await.unwrap();
    });
    for words in [
        &["env", "list"][..],
        &["destroy", "--name", "acme-support", "--yes"],
        &["destroy", "--expired", "--yes"],
    ] {
        let said = desk.run(&shared(words));
        let told = told(&said);
        assert_eq!(said.code, Some(1), "{words:?}: {told}");
        assert!(
            told.contains("it is missing, and state.before.json is there") && told.contains("state restore"),
            "{words:?}: {told}"
        );
    }
}

/// A state of another environment that lies in this one's directory is damage here as well.
#[test]
fn a_state_of_another_environment_in_a_directory_is_put_right() {
    let desk = with_bucket();
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes", "--set", "lifetime=9d"]);
    let place = desk.place("acme-support");
    let other = place
        .parent()
        .unwrap()
        .with_file_name("acme-other")
        .join(place.file_name().unwrap());
    std::fs::create_dir_all(&other).unwrap();
    for entry in std::fs::read_dir(&place).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_file() {
            std::fs::copy(entry.path(), other.join(entry.file_name())).unwrap();
        }
    }
    let said = desk.run(&["env", "list", "--sim", "--json"]);
    assert_eq!(said.data.matches("\"acme-support\"").count(), 1, "{}", said.data);
    let directory = other.strip_prefix(desk.path()).unwrap().display().to_string();
    let said = desk.run(&["state", "restore", &directory]);
    assert_eq!(said.code, Some(1), "{}", told(&said));
    assert!(told(&said).contains("that of `acme-other`"), "{}", told(&said));
}

#[test]
fn a_state_moves_to_another_store_and_back_to_this_machine() {
    const OTHER: &str = "s3://acme-state/other?region=eu-west-2";
    let desk = with_bucket();
    desk.ok(&shared(&["apply", "center.yaml", "--yes"]));
    let migrate = ["state", "migrate", "center.yaml", "--sim"];
    let said = desk.run(&migrate);
    assert_eq!(said.code, Some(1), "{}", told(&said));
    assert!(told(&said).contains("--from"), "{}", told(&said));
    let same = [&migrate[..], &["--from", OTHER, "--state", OTHER]].concat();
    assert_eq!(desk.run(&same).code, Some(64));
    desk.ok(&[&migrate[..], &["--from", STORE, "--state", OTHER]].concat());
    // The old store says where it is, and with what.
    let said = desk.run(&shared(&["plan", "center.yaml"]));
    assert_eq!(said.code, Some(1), "{}", told(&said));
    assert!(told(&said).contains(OTHER), "{}", told(&said));
    let said = desk.run(&shared(&["state", "restore", &advice_of_state(), "--store-lost"]));
    assert!(told(&said).contains("so that it is not lost"), "{}", told(&said));
    desk.ok(&[&migrate[..], &["--from", OTHER]].concat());
    let said = desk.run(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    assert_eq!(said.code, Some(0), "{}", told(&said));
    let runs = desk.ok(&["history", "center.yaml", "--sim", "--json"]).data;
    assert!(runs.contains("\"began\""), "{runs}");
    let other = another(&desk);
    let words = ["plan", "center.yaml", "--sim", "--state", OTHER];
    let said = other.run(&words);
    assert_eq!(said.code, Some(1), "{}", told(&said));
    assert!(
        told(&said).contains("123456789012-eu-west-2-sim of "),
        "{}",
        told(&said)
    );
    // Of all environments of that store, it is not one any more.
    let said = other.ok(&["env", "list", "--sim", "--state", OTHER]);
    assert!(!told(&said).contains("damaged"), "{}", told(&said));
}

fn advice_of_state() -> String {
    STORE.replace("headset?", "headset/acme-support/123456789012-eu-west-2-sim?")
}

#[test]
fn one_run_works_and_another_one_sees_whose_lease_it_is() {
    let desk = with_bucket();
    desk.ok(&shared(&["apply", "center.yaml", "--yes"]));
    let world = desk.saved().to_string();
    assert!(world.contains("released"), "the lease was given back");
    let key = "headset/acme-support/123456789012-eu-west-2-sim/lease.json";
    let lease = serde_json::json!({
        "holder": "ada@build-7, process 42", "run": "11111111-2222-3333-4444-555555555555", "fence": 9,
        "since": "2026-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z", "released": false,
    });
    others(&desk, "eu-west-2", async |aws| {
        let put = aws.s3().put_object().bucket("acme-state").key(key);
        put.body(lease.to_string().into_bytes().into())
            .send()
            .await
            .unwrap();
    });
    let said = desk.run(&shared(&[
        "apply",
        "center.yaml",
        "--yes",
        "--set",
        "lifetime=9d",
    ]));
    assert_eq!(said.code, Some(4), "{}", told(&said));
    for part in [
        "s3://acme-state/headset/acme-support/123456789012-eu-west-2-sim:",
        "ada@build-7, process 42",
        "since 2026-01-01",
        "until 2100-01-01",
        "headset unlock",
    ] {
        assert!(told(&said).contains(part), "{part}: {}", told(&said));
    }
    // Reading needs no lease.
    desk.ok(&shared(&["drift", "center.yaml"]));
    // Waiting for it is limited.
    let words = [
        "apply",
        "center.yaml",
        "--yes",
        "--lock-timeout",
        "2m",
        "--set",
        "lifetime=9d",
    ];
    assert_eq!(desk.run(&shared(&words)).code, Some(4));
    // Whose lease it is is said before it is broken, and no one is there to ask.
    let said = desk.run(&shared(&["unlock", "center.yaml"]));
    assert_eq!(said.code, Some(1), "{}", told(&said));
    assert!(told(&said).contains("held by ada@build-7"), "{}", told(&said));
    desk.ok(&shared(&["unlock", "center.yaml", "--yes"]));
    desk.ok(&shared(&[
        "apply",
        "center.yaml",
        "--yes",
        "--set",
        "lifetime=9d",
    ]));
}

#[test]
fn a_state_moves_from_this_machine_to_the_store_and_is_not_used_here_again() {
    let desk = with_bucket();
    desk.ok(&APPLY);
    let lineage = desk.lineage("acme-support");
    desk.ok(&shared(&["state", "migrate", "center.yaml"]));
    let said = desk.run(&["apply", "center.yaml", "--sim", "--yes"]);
    assert_eq!(said.code, Some(1), "{}", told(&said));
    assert!(
        told(&said).contains("--state 's3://acme-state/headset?region=eu-west-2'"),
        "{}",
        told(&said)
    );
    let other = another(&desk);
    let said = other.run(&shared(&["plan", "center.yaml", "--detailed-exitcode"]));
    assert_eq!(said.code, Some(0), "{}", told(&said));
    assert!(other.saved().to_string().contains(&lineage));
    // Nothing is written over what is there.
    let said = desk.run(&shared(&["state", "migrate", "center.yaml"]));
    assert_eq!(said.code, Some(1), "{}", told(&said));
}

#[test]
fn a_blueprint_names_the_store_and_a_wrong_one_is_a_mistake_in_it() {
    let desk = with_bucket();
    let text = std::fs::read_to_string(desk.path().join("center.yaml")).unwrap();
    desk.write(&format!(
        "state: s3://acme-state/headset?kms_key=alias/states\n{text}"
    ));
    desk.ok(&APPLY);
    // The state and its lease are encrypted by that key.
    let encrypted = desk
        .saved()
        .to_string()
        .matches(r#""SSEKMSKeyId":"alias/states""#)
        .count();
    assert!(encrypted >= 2, "{encrypted}");
    assert!(!desk.path().join(".headset/acme-support").exists());
    let other = another(&desk);
    let said = other.run(&shared(&["plan", "center.yaml", "--detailed-exitcode"]));
    assert_eq!(said.code, Some(0), "{}", told(&said));
    desk.write(&format!("state: acme-state/headset\n{text}"));
    let said = desk.run(&["validate", "center.yaml"]);
    assert_eq!(said.code, Some(1), "{}", told(&said));
    assert!(told(&said).contains("center.yaml:1:8"), "{}", told(&said));
}

#[test]
fn a_state_that_was_taken_out_goes_into_a_bucket_and_comes_back() {
    let desk = with_bucket();
    desk.ok(&APPLY);
    let backup = desk.ok(&["state", "pull", "center.yaml", "--sim"]).data;
    std::fs::write(desk.path().join("backup.json"), &backup).unwrap();
    let push = shared(&["state", "push", "center.yaml", "backup.json"]);
    let said = desk.run(&push);
    assert_eq!(said.code, Some(0), "{}", told(&said));
    let pulled = desk.ok(&shared(&["state", "pull", "center.yaml"])).data;
    assert_eq!(pulled, backup);
    // Nothing is to be done, and nothing is asked again.
    let said = desk.run(&shared(&["plan", "center.yaml", "--detailed-exitcode"]));
    assert_eq!(said.code, Some(0), "{}", told(&said));
    // What is there has gone on.
    let longer = ["apply", "center.yaml", "--yes", "--set", "lifetime=9d"];
    desk.ok(&shared(&longer));
    let said = desk.run(&push);
    assert_eq!(said.code, Some(1), "{}", told(&said));
    assert!(told(&said).contains("--older"), "{}", told(&said));
    let said = desk.run(&[&push[..], &["--older"]].concat());
    assert_eq!(said.code, Some(0), "{}", told(&said));
    // By tags alone, not all is proven to be gone: what came back does not know what was recorded since.
    let said = desk.run(&shared(&["destroy", "center.yaml", "--yes"]));
    assert_eq!(said.code, Some(0), "{}", told(&said));
}

#[test]
fn an_edited_state_is_not_taken_back() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let backup = desk.ok(&["state", "pull", "center.yaml", "--sim"]).data;
    let edited = backup
        .replace("\"adopted\"", "\"created\"")
        .replacen("created", "adopted", 1);
    assert_ne!(edited, backup);
    std::fs::write(desk.path().join("backup.json"), edited).unwrap();
    let said = desk.run(&["state", "push", "center.yaml", "backup.json", "--sim"]);
    assert_eq!(said.code, Some(1), "{}", told(&said));
    assert!(
        told(&said).contains("does not fit its checksum"),
        "{}",
        told(&said)
    );
    let said = desk.run(&[
        "state",
        "pull",
        "center.yaml",
        "--sim",
        "--state-dir",
        "elsewhere",
    ]);
    assert_eq!(said.code, Some(1), "{}", told(&said));
    assert!(told(&said).contains("there is no state of"), "{}", told(&said));
}
