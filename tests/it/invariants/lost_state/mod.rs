//! Lost state: what is there all the same is found, reported, and not taken down by mistake.

mod hostile;
mod searched;
mod taken_in;

use std::collections::BTreeSet;
use std::path::Path;

use headset_aws::{Aws, AwsOptions, Credentials, Pace, Wire};
use headset_core::Clock;
use headset_kinds::regions::{Identity, Regions};
use serde_json::{Value, json};

use crate::support::desk::{Desk, Said};
use crate::support::{example, on_virtual_time};

const APPLY: [&str; 4] = ["apply", "center.yaml", "--sim", "--yes"];
const DESTROY: [&str; 4] = ["destroy", "center.yaml", "--sim", "--yes"];
const BY_NAME: [&str; 5] = ["destroy", "--name", "acme-support", "--sim", "--yes"];
const EXPIRED: [&str; 4] = ["destroy", "--expired", "--sim", "--yes"];

/// An environment in two regions whose state is lost.
fn lost() -> Desk {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    desk.lose_state();
    desk
}

fn run(desk: &Desk, arguments: &[&str], code: i32) -> Said {
    let said = desk.run(arguments);
    assert_eq!(
        said.code,
        Some(code),
        "{arguments:?}\n{}\n{}",
        said.data,
        said.talk
    );
    said
}

/// A role of the environment after its trust policy was changed, so that it no longer looks like one for sign-in.
fn trust_is_changed(desk: &Desk, role: &str) {
    others(desk, "us-east-1", async |aws| {
        let trust = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole",
            }],
        });
        let request = aws.iam().update_assume_role_policy().role_name(role);
        request.policy_document(trust.to_string()).send().await.unwrap();
    });
}

/// A person deletes every application in Identity Center.
pub(crate) fn the_person_deletes_the_applications(desk: &Desk) {
    others(desk, "us-east-1", async |aws| {
        let instances = aws.sso_admin().list_instances().send().await.unwrap();
        let instance = instances.instances()[0].instance_arn().unwrap().to_owned();
        let listed = aws
            .sso_admin()
            .list_applications()
            .instance_arn(instance)
            .send()
            .await
            .unwrap();
        for application in listed.applications() {
            let arn = application.application_arn().unwrap();
            let request = aws.sso_admin().delete_application().application_arn(arn);
            request.send().await.unwrap();
        }
    });
}

/// Each class of things that carry no tags is named, since no search finds them.
fn says_what_it_cannot_find(said: &Said) {
    for class in [
        "users of AppStream's user pool",
        "SAML applications in IAM Identity Center",
        "applications at other identity providers",
        "assignments of groups and users",
        "approved origins",
    ] {
        assert!(said.talk.contains(class), "{class}\n{}", said.talk);
    }
    for lie in ["nothing of it exists", "taken down\n", "nothing carries"] {
        let is_said = said
            .talk
            .lines()
            .any(|line| format!("{line}\n").contains(lie) && !line.contains("nothing was"));
        assert!(!is_said, "{lie}\n{}", said.talk);
    }
}

/// What there is in the simulated cloud.
fn world(desk: &Desk) -> Value {
    let mut world = desk.saved()["world"].take();
    // What Connect remembers of requests, so that it can answer them again.
    world["connect"]["answered"].take();
    world
}

/// What is in a directory.
fn names(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The states of the environment that are kept here.
fn states(desk: &Desk) -> Vec<String> {
    let environment = desk.path().join(".headset/acme-support");
    let places = match environment.exists() {
        true => names(&environment),
        false => Vec::new(),
    };
    let read = |place: &String| std::fs::read_to_string(environment.join(place).join("state.json")).ok();
    places.iter().filter_map(read).collect()
}

/// The lineages in the tags of everything that there is.
fn lineages(desk: &Desk) -> BTreeSet<String> {
    fn walk(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                if let Some(lineage) = members.get("headset:id").and_then(Value::as_str) {
                    found.insert(lineage.to_owned());
                }
                if members.get("Key").is_some_and(|key| key == "headset:id")
                    && let Some(lineage) = members["Value"].as_str()
                {
                    found.insert(lineage.to_owned());
                }
                members.values().for_each(|value| walk(value, found));
            }
            Value::Array(items) => {
                if let [key, lineage] = items.as_slice()
                    && key == "headset:id"
                    && let Some(lineage) = lineage.as_str()
                {
                    found.insert(lineage.to_owned());
                }
                items.iter().for_each(|value| walk(value, found));
            }
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    walk(&world(desk), &mut found);
    found
}

/// The one lineage that is there.
fn lineage(desk: &Desk) -> String {
    let found = lineages(desk);
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap()
}

/// The command that a refusal ends with, as words.
fn command(said: &Said) -> Vec<String> {
    let text = said.talk.replace("\n          ", " ");
    let start = text.find("headset destroy ").unwrap_or_else(|| panic!("{text}"));
    let line = text[start..].split(['\n', '`']).next().unwrap();
    line.split_whitespace().skip(1).map(str::to_owned).collect()
}

/// Runs the command that was printed, with --yes.
fn obey(desk: &Desk, said: &Said, code: i32) -> Said {
    let words = command(said);
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.push("--yes");
    run(desk, &words, code)
}

/// What other people do in the simulated cloud between two commands.
pub(crate) fn others(desk: &Desk, region: &str, act: impl AsyncFnOnce(Aws)) {
    desk.in_the_cloud(|simulator| {
        on_virtual_time(async {
            let wire = Wire::new(simulator.http_client(), None);
            let config = Aws::load_config(&Credentials::Simulated, Some(region), &wire).await;
            let aws = Aws::connect_with(AwsOptions {
                config,
                regions: Regions {
                    connect: region.to_owned(),
                    appstream: region.to_owned(),
                    s3: region.to_owned(),
                    identity_center: region.to_owned(),
                },
                identity: Identity::Same,
                wire,
                clock: Clock::wall(),
                pace: Pace::default(),
                seed: 7,
            });
            act(aws).await;
        });
    });
}

/// A bucket of other people's, tagged by someone who may tag it.
fn foreign_bucket(desk: &Desk, name: &str, environment: &str, lineage: &str, expires: &str) {
    use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration, Tag, Tagging};
    others(desk, "eu-west-2", async |aws| {
        let place = CreateBucketConfiguration::builder()
            .location_constraint(BucketLocationConstraint::EuWest2)
            .build();
        let bucket = aws.s3().create_bucket().bucket(name);
        bucket.create_bucket_configuration(place).send().await.unwrap();
        let object = aws.s3().put_object().bucket(name).key("payroll.csv");
        object
            .body("salaries".as_bytes().to_vec().into())
            .send()
            .await
            .unwrap();
        let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build().unwrap();
        let tags = Tagging::builder()
            .tag_set(tag("headset:environment", environment))
            .tag_set(tag("headset:id", lineage))
            .tag_set(tag("headset:expires", expires))
            .build()
            .unwrap();
        let tagging = aws.s3().put_bucket_tagging().bucket(name).tagging(tags);
        tagging.send().await.unwrap();
    });
}

const STRANGE: &str = "6f1d0c1e-9999-4999-8999-999999999999";
const LONG_AGO: &str = "2026-01-01T00:00:00Z";

#[test]
fn nothing_is_deleted_by_its_blueprint_without_its_lineage() {
    let desk = lost();
    let lineage = lineage(&desk);
    let before = world(&desk)["appstream"].clone();
    let said = run(&desk, &DESTROY, 5);
    assert!(!said.talk.contains("nothing of it exists"), "{}", said.talk);
    for thing in [
        &format!("acme-support, lineage {lineage}, expires "),
        "connect.instance/acme-support in eu-west-2",
        "s3.bucket/acme-support-ccp-123456789012-eu-west-2 in eu-west-2",
        "appstream.fleet/acme-support-agents in eu-west-1",
        "iam.role/acme-support-connect",
    ] {
        assert!(said.data.contains(thing), "{thing}\n{}", said.data);
    }
    assert!(
        said.talk
            .contains("Amazon Connect in eu-west-2; AppStream in eu-west-1; buckets in eu-west-2; IAM"),
        "{}",
        said.talk
    );
    assert_eq!(world(&desk)["appstream"], before);
    assert!(said.talk.contains("headset import center.yaml"), "{}", said.talk);

    // What was answered about the application is lost, so that who is assigned to it is not known.
    for said in [obey(&desk, &said, 1), run(&desk, &DESTROY, 1)] {
        assert!(
            said.talk.contains("identity_center.application/")
                && said.talk.contains("checkpoint answer center.yaml"),
            "{}",
            said.talk
        );
        assert!(!said.talk.contains("acme-support: taken down"), "{}", said.talk);
        assert!(!said.talk.contains("nothing of it exists"), "{}", said.talk);
    }
    assert_eq!(lineages(&desk), BTreeSet::new());
    the_person_deletes_the_applications(&desk);
    let said = run(&desk, &DESTROY, 0);
    assert!(
        said.talk.contains("acme-support: nothing of it exists"),
        "{}",
        said.talk
    );
}

/// By its name alone: no region is given, and its things are in two.
#[test]
fn a_name_is_looked_for_in_every_region() {
    let desk = lost();
    let said = run(&desk, &BY_NAME, 5);
    assert!(
        said.talk
            .contains("Amazon Connect in 10 regions; AppStream in 21 regions"),
        "{}",
        said.talk
    );
    assert!(
        said.data
            .contains("appstream.fleet/acme-support-agents in eu-west-1"),
        "{}",
        said.data
    );
    assert!(
        !desk.path().join(".headset/acme-support").exists(),
        "nothing was recorded"
    );
    let said = obey(&desk, &said, 1);
    assert!(
        said.talk.contains("acme-support: what was found is gone"),
        "{}",
        said.talk
    );
    assert_eq!(lineages(&desk), BTreeSet::new());
    // What is recorded now does not hide anything from the next search.
    let said = run(&desk, &BY_NAME, 1);
    assert!(!said.talk.contains("nothing of it exists"), "{}", said.talk);
}

/// With `--region`, the report says that not every region was searched; the rest is found by the next search.
#[test]
fn what_was_taken_down_in_one_region_does_not_hide_what_is_in_another() {
    let desk = lost();
    let lineage = lineage(&desk);
    let only: Vec<&str> = BY_NAME
        .into_iter()
        .chain(["--region", "eu-west-2", "--lineage", &lineage])
        .collect();
    let said = run(&desk, &only, 1);
    assert!(
        said.talk
            .contains("all other regions: --region limits the search to eu-west-2"),
        "{}",
        said.talk
    );
    assert!(!said.talk.contains("acme-support: taken down"), "{}", said.talk);
    assert_eq!(
        lineages(&desk),
        BTreeSet::from([lineage.clone()]),
        "the desktops are in eu-west-1"
    );
    let said = run(&desk, &BY_NAME, 1);
    assert!(
        said.data.contains("- appstream.fleet/acme-support-agents"),
        "{}",
        said.data
    );
    assert!(!said.talk.contains("all other regions"), "{}", said.talk);
    assert_eq!(lineages(&desk), BTreeSet::new());
}

/// The same service in two regions: a state has one region for each, so that it takes two.
#[test]
fn desktops_in_two_regions_go_from_both() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let first = lineage(&desk);
    desk.lose_state();
    others(&desk, "us-east-1", async |aws| {
        let stack = aws.appstream().create_stack().name("acme-support-second");
        let stack = stack
            .tags("headset:environment", "acme-support")
            .tags("headset:id", first)
            .tags("headset:expires", LONG_AGO);
        stack.send().await.unwrap();
    });
    let said = run(&desk, &BY_NAME, 5);
    assert!(
        said.data
            .contains("appstream.stack/acme-support-second in us-east-1"),
        "{}",
        said.data
    );
    obey(&desk, &said, 1);
    assert_eq!(lineages(&desk), BTreeSet::new());
}

#[test]
fn plan_status_drift_and_apply_say_that_state_was_lost() {
    let desk = lost();
    let lineage = lineage(&desk);
    for arguments in [
        &["plan", "center.yaml", "--sim"][..],
        &["status", "center.yaml", "--sim"],
        &["drift", "center.yaml", "--sim"],
        &APPLY,
    ] {
        let said = run(&desk, arguments, 1);
        assert!(
            !said.talk.contains("belongs-to-another"),
            "{arguments:?}\n{}",
            said.talk
        );
        assert!(
            said.talk.contains("error[lost-state]"),
            "{arguments:?}\n{}",
            said.talk
        );
        assert!(said.talk.contains(&lineage), "{}", said.talk);
        assert!(said.talk.contains("headset import center.yaml"), "{}", said.talk);
        // It may be lost only here.
        let text = said.talk.split_whitespace().collect::<Vec<_>>().join(" ");
        let shared = "headset state migrate center.yaml --state s3://BUCKET/PREFIX";
        assert!(text.contains(shared), "{text}");
    }
    desk.ok(&["import", "center.yaml", "--sim", "--yes"]);
    let said = desk.ok(&["plan", "center.yaml", "--sim"]);
    assert!(!said.talk.contains("lost-state"), "{}", said.talk);
}

/// No name is taken, so that the second set would have come in silence.
#[test]
fn a_second_set_does_not_come_in_silence() {
    let desk = Desk::example("split-ccp.yaml");
    // A cloud in which nothing is yet.
    desk.ok(&["plan", "center.yaml", "--sim"]);
    others(&desk, "eu-west-1", async |aws| {
        let stack = aws.appstream().create_stack().name("acme-support-former");
        let stack = stack
            .tags("headset:environment", "acme-support")
            .tags("headset:id", STRANGE);
        stack.send().await.unwrap();
    });
    let said = run(&desk, &["plan", "center.yaml", "--sim"], 1);
    assert!(said.talk.contains("error[lost-state]"), "{}", said.talk);
    run(&desk, &APPLY, 1);
    let instances = &world(&desk)["connect"]["instances"];
    assert_eq!(*instances, json!({}));
}

#[test]
fn a_plan_of_something_new_says_where_it_has_looked() {
    let desk = Desk::example("minimal.yaml");
    let said = desk.ok(&["plan", "center.yaml", "--sim"]);
    assert!(
        said.talk
            .contains("acme-tiny: state holds nothing of it; Headset searched for its tags"),
        "{}",
        said.talk
    );
    assert!(said.talk.contains("nothing carries them"), "{}", said.talk);
    desk.ok(&APPLY);
    let said = desk.ok(&["plan", "center.yaml", "--sim"]);
    assert!(!said.talk.contains("searched for"), "{}", said.talk);
}

#[test]
fn nightly_nothing_is_deleted_that_no_state_knows() {
    let desk = lost();
    let lineage = lineage(&desk);
    run(&desk, &EXPIRED, 0);
    desk.days_pass(4);
    let said = run(&desk, &EXPIRED, 5);
    assert!(
        said.data
            .contains(&format!("acme-support, lineage {lineage}, expires ")),
        "{}",
        said.data
    );
    assert_eq!(lineages(&desk), BTreeSet::from([lineage.clone()]));
    obey(&desk, &said, 1);
    assert_eq!(lineages(&desk), BTreeSet::new());
    assert!(run(&desk, &EXPIRED, 0).talk.contains("nothing has expired"));
}

/// A list that is denied in one region proves nothing about what is in it.
#[test]
fn what_cannot_be_listed_is_named_and_is_not_nothing() {
    let desk = Desk::example("split-ccp.yaml");
    let faults = desk.path().join("faults.json");
    for (service, operation, code) in [
        ("appstream", "DescribeStacks", "AccessDeniedException"),
        ("connect", "ListInstances", "AccessDeniedException"),
        ("s3", "ListBuckets", "AccessDenied"),
        ("iam", "ListRoles", "AccessDenied"),
    ] {
        let rule = json!([{ "kind": "error", "service": service, "operation": operation, "code": code, "status": 403 }]);
        std::fs::write(&faults, rule.to_string()).unwrap();
        for command in [&DESTROY[..], &BY_NAME, &EXPIRED] {
            let arguments: Vec<&str> = command
                .iter()
                .copied()
                .chain(["--faults", "faults.json"])
                .collect();
            let said = run(&desk, &arguments, 1);
            assert!(said.talk.contains("not searched: "), "{operation}\n{}", said.talk);
            assert!(
                said.talk.contains(&format!("{service}:{operation} failed")),
                "{}",
                said.talk
            );
            for lie in ["nothing of it exists", "nothing has expired", "taken down\n"] {
                assert!(
                    !said.talk.contains(lie) || said.talk.contains("nothing was taken down"),
                    "{operation}\n{}",
                    said.talk
                );
            }
        }
    }
}

/// The same where something was found and went: the rest is not known to be gone.
#[test]
fn what_was_found_goes_and_the_rest_is_not_called_gone() {
    let desk = lost();
    let lineage = lineage(&desk);
    let rule = json!([{
        "kind": "error", "service": "appstream", "operation": "DescribeStacks", "code": "AccessDeniedException",
        "times": 100,
    }]);
    std::fs::write(desk.path().join("faults.json"), rule.to_string()).unwrap();
    let arguments: Vec<&str> = BY_NAME
        .into_iter()
        .chain(["--lineage", &lineage, "--faults", "faults.json"])
        .collect();
    let said = run(&desk, &arguments, 1);
    assert!(!said.talk.contains("acme-support: taken down"), "{}", said.talk);
    assert!(
        said.talk.contains("not searched: the stacks in eu-west-1"),
        "{}",
        said.talk
    );
    // The next look finds the rest.
    let said = run(&desk, &BY_NAME, 1);
    assert!(
        said.talk.contains("acme-support: what was found is gone"),
        "{}",
        said.talk
    );
    assert_eq!(lineages(&desk), BTreeSet::new());
}

/// What cannot carry tags is not called gone because no tag names it.
#[test]
fn what_cannot_carry_tags_is_looked_for_by_name() {
    let desk = Desk::example("minimal.yaml");
    std::fs::rename(desk.path().join("center.yaml"), desk.path().join("instance.yaml")).unwrap();
    desk.ok(&["apply", "instance.yaml", "--sim", "--yes"]);
    desk.write(&example("ephemeral.yaml").1);
    desk.ok(&APPLY);
    std::fs::remove_dir_all(desk.path().join(".headset/acme-test")).unwrap();
    let said = run(&desk, &DESTROY, 5);
    let said = obey(&desk, &said, 1);
    assert!(said.talk.contains("connect.approved_origin/"), "{}", said.talk);
    assert!(
        said.talk
            .contains("it cannot carry tags, so Headset does not know whose it is"),
        "{}",
        said.talk
    );
}

/// A thing that Headset made and whose tags were taken off is not gone, and state goes on knowing it.
#[test]
fn what_no_longer_proves_to_be_ours_is_named_and_kept_in_state() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    others(&desk, "eu-west-1", async |aws| {
        let stack = "arn:aws:appstream:eu-west-1:123456789012:stack/acme-support-agents";
        let untag = aws.appstream().untag_resource().resource_arn(stack);
        untag.tag_keys("headset:id").send().await.unwrap();
    });
    for _ in 0..2 {
        let said = run(&desk, &DESTROY, 1);
        assert!(
            said.talk
                .contains("appstream.stack/agents: it stays: it does not carry this environment's tags"),
            "{}",
            said.talk
        );
        assert!(!said.talk.contains("acme-support: taken down"), "{}", said.talk);
    }
}

#[test]
fn a_lineage_alone_says_what_goes_and_has_to_be_one() {
    let desk = lost();
    let lineage = lineage(&desk);
    for wrong in ["x", "../..", &lineage.to_uppercase()] {
        run(&desk, &["destroy", "--lineage", wrong, "--sim", "--yes"], 64);
    }
    for wrong in ["../x", "", "Acme Support"] {
        run(&desk, &["destroy", "--name", wrong, "--sim", "--yes"], 64);
    }
    let said = run(&desk, &["destroy", "--lineage", STRANGE, "--sim", "--yes"], 1);
    assert!(said.talk.contains("nothing was taken down"), "{}", said.talk);
    says_what_it_cannot_find(&said);
    let said = run(&desk, &["destroy", "--lineage", &lineage, "--sim", "--yes"], 1);
    says_what_it_cannot_find(&said);
    assert_eq!(lineages(&desk), BTreeSet::new());
}

#[test]
fn programs_are_told_what_was_found_and_where() {
    let desk = lost();
    let lineage = lineage(&desk);
    let arguments: Vec<&str> = BY_NAME.into_iter().chain(["--json"]).collect();
    let said = run(&desk, &arguments, 5);
    let event: Value = serde_json::from_str(said.data.lines().next().unwrap()).unwrap();
    assert_eq!(event["event"], "searched");
    assert_eq!(event["searched"]["appstream"].as_array().unwrap().len(), 21);
    assert_eq!(event["searched"]["unread"], json!([]));
    let strangers = event["unknown_lineages"].as_array().unwrap();
    assert_eq!(strangers.len(), 1);
    assert_eq!(strangers[0]["lineage"], lineage.as_str());
    assert!(strangers[0]["things"].as_array().unwrap().len() >= 9);
}
