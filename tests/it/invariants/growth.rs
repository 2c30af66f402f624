//! Calls grow with pages, and not with things, wherever AWS has a read for many: plans of small and large environments
//! with nothing to change.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::support::desk::Desk;
use crate::support::effort;

/// How many calls an operation may take for so many things.
#[derive(Clone, Copy)]
enum Grows {
    /// As many for any number.
    Never,
    /// One for so many things.
    ByPages(usize),
    /// So often one for so many things.
    Looks(usize, usize),
    /// One for each: AWS has no read for many.
    ByThings,
}

/// What is listed beside the blueprint's things: the queue that an instance comes with.
const BESIDE: usize = 1;

impl Grows {
    fn most(self, things: usize) -> usize {
        match self {
            Grows::Never => 1,
            Grows::ByPages(page) => (things + BESIDE).div_ceil(page),
            Grows::Looks(looks, page) => looks * things.div_ceil(page),
            Grows::ByThings => things,
        }
    }
}

/// What a plan of so many things asks, by operation. Everything was applied a day ago.
fn plan(things: usize, blueprint: impl Fn(usize) -> String) -> BTreeMap<String, usize> {
    let desk = Desk::with(&blueprint(1));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.has_high_quotas();
    desk.write(&blueprint(things));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.days_pass(1);
    let said = desk.run(&[
        "plan",
        "center.yaml",
        "--sim",
        "--detailed-exitcode",
        "--record",
        "calls.jsonl",
    ]);
    assert_eq!(said.code, Some(0), "{things}: {}\n{}", said.data, said.talk);
    recorded(&desk)
}

/// The calls of a run, by operation.
fn recorded(desk: &Desk) -> BTreeMap<String, usize> {
    let mut calls = BTreeMap::new();
    for line in std::fs::read_to_string(desk.path().join("calls.jsonl"))
        .unwrap()
        .lines()
    {
        let call: Value = serde_json::from_str(line).unwrap();
        if let (Some(service), Some(operation)) = (call["service"].as_str(), call["operation"].as_str()) {
            *calls.entry(format!("{service}:{operation}")).or_default() += 1;
        }
    }
    calls
}

/// Holds each operation of a service against the table; what is not in it is called once, or not at all.
fn hold(service: &str, table: &[(&str, Grows)], blueprint: impl Fn(usize) -> String) {
    for things in effort::of(vec![10, 100], vec![10, 100, 1_000]) {
        let calls = plan(things, &blueprint);
        for (operation, count) in &calls {
            let known = table.iter().find(|(name, _)| name == operation);
            let grows = known.map_or(Grows::Never, |(_, grows)| *grows);
            let is_meant = known.is_some() || operation.starts_with(service);
            assert!(
                !is_meant || *count <= grows.most(things),
                "{count} calls of {operation} for {things} things: {calls:?}"
            );
        }
        for (operation, _) in table {
            assert!(
                calls.contains_key(*operation),
                "{operation} for {things} things: {calls:?}"
            );
        }
    }
}

const HEAD: &str = "version: 1\nname: acme\naws: { region: eu-west-2 }\nlifetime: 30d\n";

#[test]
fn users() {
    let table = [
        ("connect:ListUsers", Grows::ByPages(1_000)),
        ("connect:SearchUsers", Grows::ByPages(500)),
    ];
    hold("connect:", &table, |users| {
        let mut text = format!("{HEAD}connect:\n  alias: acme-growth\n  users:\n");
        for number in 0..users {
            let _ = writeln!(
                text,
                "    agent{number}: {{ first: Agent, last: No, security: [Agent] }}"
            );
        }
        text
    });
}

#[test]
fn queues() {
    let table = [
        ("connect:ListQueues", Grows::ByPages(1_000)),
        ("connect:SearchQueues", Grows::ByPages(500)),
    ];
    hold("connect:", &table, |queues| {
        let mut text = format!("{HEAD}connect:\n  alias: acme-growth\n  queues:\n");
        for number in 0..queues {
            let _ = writeln!(text, "    queue{number}: {{ hours: Basic Hours }}");
        }
        text
    });
}

#[test]
fn fleets_and_stacks() {
    let table = [
        // 25 names a call, whose answer may take two pages. A fleet is looked at for itself and for the stack that it serves.
        ("appstream:DescribeFleets", Grows::Looks(4, 25)),
        ("appstream:DescribeStacks", Grows::Looks(2, 25)),
        // A hundred a page, fleets and stacks.
        ("resourcegroupstaggingapi:GetResources", Grows::ByPages(50)),
        // AWS lists the fleets of one stack a call.
        ("appstream:ListAssociatedFleets", Grows::ByThings),
    ];
    hold("appstream:", &table, |pairs| {
        let mut text = format!(
            "{HEAD}appstream:\n  network: {{ subnets: [subnet-0a1b2c3d4e5f60718], security_groups: \
             [sg-0a1b2c3d4e5f60718] }}\n  images:\n    desk: {{ newest: AppStream-WinServer2022 }}\n  fleets:\n"
        );
        for number in 0..pairs {
            let _ = writeln!(
                text,
                "    desk{number}: {{ image: desk, instance: stream.standard.small, capacity: 1, view: desktop, power: off }}"
            );
        }
        text.push_str("  stacks:\n");
        for number in 0..pairs {
            let _ = writeln!(text, "    desk{number}: {{ fleet: desk{number} }}");
        }
        text
    });
}

#[test]
fn what_is_still_moving_is_looked_at_without_its_tags() {
    let desk = Desk::with(&format!(
        "{HEAD}appstream:\n  network: {{ subnets: [subnet-0a1b2c3d4e5f60718], security_groups: [sg-0a1b2c3d4e5f60718] }}\n  \
         images:\n    desk: {{ newest: AppStream-WinServer2022 }}\n  fleets:\n    desk: {{ image: desk, instance: \
         stream.standard.small, capacity: 1, view: desktop }}\n"
    ));
    desk.ok(&[
        "apply",
        "center.yaml",
        "--sim",
        "--yes",
        "--record",
        "calls.jsonl",
    ]);
    let calls = recorded(&desk);
    let count = |operation: &str| calls.get(operation).copied().unwrap_or_default();
    let (looks, tags) = (
        count("appstream:DescribeFleets"),
        count("appstream:ListTagsForResource"),
    );
    assert!(looks > 8, "the fleet starts for minutes: {calls:?}");
    assert!(tags <= 3, "{calls:?}");
}
