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
