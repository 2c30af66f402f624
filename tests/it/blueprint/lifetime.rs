//! `lifetime`: from when it counts, what moves it, and what takes it away.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::support::desk::Desk;
use crate::support::of_earlier_format;

const PLACE: &str = ".headset/acme-support/123456789012-eu-west-2-sim/state.json";

fn state(desk: &Desk) -> Value {
    serde_json::from_str(&std::fs::read_to_string(desk.path().join(PLACE)).unwrap()).unwrap()
}

/// When state says that the environment expires.
fn expires(desk: &Desk) -> Option<Timestamp> {
    let state = state(desk);
    state["expires"].as_str().map(|at| at.parse().unwrap())
}

/// The values of the tag in the simulated cloud, each once.
fn tagged(desk: &Desk) -> Vec<Timestamp> {
    fn collect(value: &Value, found: &mut Vec<Timestamp>) {
        match value {
            Value::Object(members) => {
                let is_pair =
                    |name: &str| members.get(name).and_then(Value::as_str) == Some("headset:expires");
                for (key, value) in members {
                    let is_tag = key == "headset:expires"
                        || (key.eq_ignore_ascii_case("value") && (is_pair("key") || is_pair("Key")));
                    found.extend(
                        value
                            .as_str()
                            .filter(|_| is_tag)
                            .map(|at| at.parse::<Timestamp>().unwrap()),
                    );
                    collect(value, found);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            _ => {}
        }
    }
    let world = &desk.saved()["world"];
    let mut found = Vec::new();
    for service in ["appstream", "connect", "iam", "s3"] {
        let before = found.len();
        collect(&world[service], &mut found);
        assert!(
            found.len() > before || found.is_empty(),
            "{service} has none of them"
        );
    }
    found.sort();
    found.dedup();
    found
}

fn code(desk: &Desk, arguments: &[&str]) -> (Option<i32>, String) {
    let said = desk.run(arguments);
    (said.code, said.data + &said.talk)
}

#[test]
fn another_lifetime_moves_the_expiry_and_its_tags_and_none_takes_them_away() {
    let desk = Desk::example("split-ccp.yaml");
    let with = |command: &'static str, set: &'static str| vec![command, "center.yaml", "--sim", "--set", set];
    let apply = |set| {
        let mut arguments = with("apply", set);
        arguments.push("--yes");
        desk.ok(&arguments);
    };
    let plan = |set| {
        let mut arguments = with("plan", set);
        arguments.push("--detailed-exitcode");
        code(&desk, &arguments)
    };
    apply("lifetime=1h");
    let first = expires(&desk).unwrap();
    assert_eq!(tagged(&desk), [first]);
    // Time alone prolongs nothing.
    desk.days_pass(2);
    let (unchanged, told) = plan("lifetime=1h");
    assert_eq!(unchanged, Some(0), "{told}");
    // Another one counts from the same moment, and the plan shows it.
    let (changed, told) = plan("lifetime=30d");
    assert_eq!(changed, Some(2), "{told}");
    assert!(told.contains("headset:expires"), "{told}");
    apply("lifetime=30d");
    let later = first + SignedDuration::from_hours(30 * 24 - 1);
    assert_eq!(expires(&desk), Some(later));
    assert_eq!(tagged(&desk), [later]);
    assert_eq!(plan("lifetime=30d").0, Some(0));
    let (nothing, told) = code(&desk, &["destroy", "--expired", "--sim", "--yes"]);
    assert_eq!(nothing, Some(0), "{told}");
    assert!(told.contains("nothing has expired"), "{told}");
    // An earlier version did not keep from which lifetime it came: that counts as unchanged, and is kept from then on.
    let mut older = state(&desk);
    older.as_object_mut().unwrap().remove("lifetime");
    std::fs::write(desk.path().join(PLACE), of_earlier_format(older)).unwrap();
    assert_eq!(plan("lifetime=30d").0, Some(0));
    apply("lifetime=30d");
    assert_eq!((expires(&desk), plan("lifetime=29d").0), (Some(later), Some(2)));
    // Without a lifetime, nothing says any more that it may go.
    let (_, text) = crate::support::example("split-ccp.yaml");
    let forever: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("lifetime:"))
        .collect();
    desk.write(&(forever.join("\n") + "\n"));
    let (changed, told) = code(&desk, &["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    assert_eq!(changed, Some(2), "{told}");
    assert!(told.contains("headset:expires"), "{told}");
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    assert_eq!((expires(&desk), tagged(&desk)), (None, Vec::new()));
    for arguments in [&["plan", "--detailed-exitcode"][..], &["drift"]] {
        let (same, told) = code(&desk, &[arguments, &["center.yaml", "--sim"]].concat());
        assert_eq!(same, Some(0), "{arguments:?}: {told}");
    }
}
