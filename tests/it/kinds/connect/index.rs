//! How many calls it takes to look at the users of an instance, and when its index is believed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::support::desk::Desk;

/// A center with so many users.
fn center(users: usize) -> Desk {
    let (_, example) = crate::support::example("minimal.yaml");
    let (head, rest) = example.split_once("    agent1@example.com:").unwrap();
    let mut text = head.to_owned();
    for number in 0..users {
        let _ = writeln!(
            text,
            "    agent{number}@example.com: {{ first: Agent, last: No{number}, security: [Agent] }}"
        );
    }
    let rest = rest.split_once('\n').unwrap().1;
    let desk = Desk::with(&format!("{text}{rest}").replace("lifetime: 1d", "lifetime: 30d"));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk
}

/// What a plan or a look at drift asks Connect, by operation.
fn calls(desk: &Desk, words: &[&str], code: i32) -> BTreeMap<String, usize> {
    let record = desk.path().join("calls.jsonl");
    drop(std::fs::remove_file(&record));
    let line = [words, &["center.yaml", "--sim", "--record", "calls.jsonl"]].concat();
    let said = desk.run(&line);
    assert_eq!(said.code, Some(code), "{line:?}\n{}\n{}", said.data, said.talk);
    let mut calls = BTreeMap::new();
    for line in std::fs::read_to_string(record).unwrap().lines() {
        let call: Value = serde_json::from_str(line).unwrap();
        if call["service"] == "connect" {
            *calls
                .entry(call["operation"].as_str().unwrap().to_owned())
                .or_default() += 1;
        }
    }
    calls
}

const PLAN: [&str; 2] = ["plan", "--detailed-exitcode"];

fn edit_user(desk: &Desk, name: &str, change: impl Fn(&mut Value)) {
    fn walk(value: &mut Value, name: &str, change: &dyn Fn(&mut Value)) {
        match value {
            Value::Object(members) => {
                if members.get("name").is_some_and(|own| own == name) && members.contains_key("body") {
                    change(value);
                } else {
                    members.values_mut().for_each(|member| walk(member, name, change));
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, name, change)),
            _ => {}
        }
    }
    desk.edit(|world| walk(world, name, &change));
}

#[test]
fn calls_grow_with_pages_and_not_with_users() {
    let counted: Vec<usize> = [10, 100]
        .into_iter()
        .map(|users| {
            let desk = center(users);
            // What was just changed is described, since the index may not have it yet.
            let soon = calls(&desk, &PLAN, 0);
            assert_eq!(soon["DescribeUser"], users, "{soon:?}");
            desk.days_pass(1);
            let later = calls(&desk, &PLAN, 0);
            assert_eq!(later.get("DescribeUser"), None, "{later:?}");
            assert_eq!(later["SearchUsers"], 1, "{later:?}");
            assert_eq!(later["ListUsers"], 1, "{later:?}");
            later.values().sum()
        })
        .collect();
    assert_eq!(counted[0], counted[1]);
    assert!(counted[0] < 10, "{counted:?}");
}

/// What another has changed shows in the index as well; it is confirmed by a description before it is called drift.
#[test]
fn only_what_differs_in_the_index_is_described() {
    let desk = center(10);
    desk.days_pass(1);
    edit_user(&desk, "agent3@example.com", |user| {
        user["body"]["IdentityInfo"]["LastName"] = "Other".into();
    });
    let drift = calls(&desk, &["drift"], 2);
    assert_eq!(drift["DescribeUser"], 1, "{drift:?}");
    // Put back, and changed lately: the list says so.
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let plan = calls(&desk, &PLAN, 0);
    assert_eq!(plan["DescribeUser"], 1, "{plan:?}");
}

/// Two or three users are described: a page of the index would save nothing.
#[test]
fn few_users_are_described() {
    let desk = center(1);
    desk.days_pass(1);
    let plan = calls(&desk, &PLAN, 0);
    assert_eq!(
        (plan["DescribeUser"], plan.get("SearchUsers")),
        (1, None),
        "{plan:?}"
    );
}

/// The example as it was frozen for figures.
fn frozen() -> Desk {
    let desk = Desk::with(include_str!("../../../../benches/blueprints/split-ccp.yaml"));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.days_pass(1);
    desk
}

/// Connect lets a burst of five calls through, and two a second after that.
#[test]
fn a_plan_with_nothing_to_change_fits_into_connects_burst() {
    let desk = frozen();
    let plan = calls(&desk, &PLAN, 0);
    let expected = [
        "DescribeInstance",
        "DescribeInstanceAttribute",
        "ListApprovedOrigins",
        "ListUsers",
        "SearchUsers",
    ];
    let expected = expected.map(|operation| (operation.to_owned(), 1)).into();
    assert_eq!(plan, expected);
}

/// A name may change, and the id stays: the change is seen where everything is read, or where a name makes a difference.
#[test]
fn a_renamed_profile_is_asked_for_before_it_is_called_different() {
    let desk = frozen();
    desk.edit(|world| rename(world, "Basic Routing Profile", "Better Routing Profile"));
    let plan = calls(&desk, &PLAN, 0);
    assert_eq!(plan.get("ListRoutingProfiles"), None, "{plan:?}");
    // A list that was read a moment ago is not read again because it lacks the name that the blueprint has.
    let all = calls(&desk, &["plan", "--detailed-exitcode", "--read-all"], 1);
    assert_eq!(
        (
            all["ListRoutingProfiles"],
            all["DescribeUser"],
            all["ListInstanceAttributes"]
        ),
        (1, 3, 2),
        "{all:?}"
    );
    assert_eq!(all.get("SearchUsers"), None, "{all:?}");
    // The blueprint follows: what state remembers differs, and Connect says what is so.
    let text = std::fs::read_to_string(desk.path().join("center.yaml")).unwrap();
    let text = text.replace(
        "routing: Basic Routing Profile",
        "routing: Better Routing Profile",
    );
    desk.write(&text.replace(
        "security: [Agent], auto",
        "security: [Agent], routing: Better Routing Profile, auto",
    ));
    let followed = calls(&desk, &["plan"], 0);
    assert_eq!(followed["ListRoutingProfiles"], 1, "{followed:?}");
}

fn rename(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::String(text) if text == from => *text = to.to_owned(),
        Value::Object(members) => members.values_mut().for_each(|member| rename(member, from, to)),
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, from, to)),
        _ => {}
    }
}

/// The index has no e-mail addresses: a user is described again when the list says that the user was changed. A quick look does
/// not look at them then, and says so.
#[test]
fn what_the_index_does_not_show_is_described_when_it_was_changed() {
    let mut users = String::new();
    for number in 1..5 {
        let _ = writeln!(
            users,
            "    agent{number}: {{ first: Agent, last: No{number}, security: [Agent], password: {{ env: FIRST }}, \
             email: agent{number}@example.com }}"
        );
    }
    let blueprint = format!(
        "version: 1\nname: acme-tiny\naws: {{ region: eu-west-2 }}\nlifetime: 3d\nconnect:\n  alias: acme-tiny\n  \
         identity: connect-managed\n  users:\n{users}"
    );
    let desk = Desk::with(&blueprint);
    let said = desk.run_with(
        &["apply", "center.yaml", "--sim", "--yes"],
        &[("FIRST", "Abcdefgh1")],
    );
    assert_eq!(said.code, Some(0), "{}", said.talk);
    desk.days_pass(1);
    let usual = calls(&desk, &["drift"], 0);
    assert_eq!(
        (usual.get("DescribeUser"), usual["SearchUsers"]),
        (None, 1),
        "{usual:?}"
    );
    let all = calls(&desk, &["drift", "--read-all"], 0);
    assert_eq!(all["DescribeUser"], 4, "{all:?}");
    // The blueprint asks for another address.
    desk.write(&blueprint.replace("agent4@example.com", "other@example.com"));
    let plan = calls(&desk, &PLAN, 2);
    assert_eq!(plan["DescribeUser"], 1, "{plan:?}");
    desk.write(&blueprint);
    // Another hand changes one, some days ago.
    let later = |user: &mut Value| {
        let at = &mut user["modified"];
        *at = (at.as_u64().unwrap() + 1000).into();
    };
    edit_user(&desk, "agent1", later);
    let usual = calls(&desk, &["drift"], 0);
    assert_eq!(usual["DescribeUser"], 1, "{usual:?}");
    let quick = calls(&desk, &["drift", "--quick"], 0);
    assert_eq!(
        (quick.get("DescribeUser"), quick["SearchUsers"]),
        (None, 1),
        "{quick:?}"
    );
    let said = desk.run(&["drift", "--quick", "center.yaml", "--sim"]);
    assert!(
        said.talk.contains("not-looked-at") && said.talk.contains("`email` of connect.user/agent1\n"),
        "{}",
        said.talk
    );
    edit_user(&desk, "agent1", |user| {
        user["body"]["IdentityInfo"]["Email"] = "theirs@example.com".into();
        later(user);
    });
    let said = desk.run(&["drift", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(2), "{}", said.data);
    assert!(said.data.contains("theirs@example.com"), "{}", said.data);
    // What the index does show is seen to differ, and described before it is called drift.
    edit_user(&desk, "agent2", |user| {
        user["body"]["IdentityInfo"]["LastName"] = "Other".into();
    });
    let drift = calls(&desk, &["drift", "--quick"], 2);
    assert_eq!(drift["DescribeUser"], 1, "{drift:?}");
}
