//! What a user of the simulator's crate can name. It grows on purpose only.

use std::collections::BTreeSet;

use super::sources;

/// What the crate hands out: at its top, and below each public module (in its first file).
const SURFACE: &[&str] = &[
    "CallRecord",
    "Dropped",
    "Fault",
    "Latency",
    "Moment",
    "SimOptions",
    "Simulator",
    "Simulator::call_log",
    "Simulator::exchange",
    "Simulator::handle",
    "Simulator::clear_faults",
    "Simulator::http_client",
    "Simulator::inject",
    "Simulator::new",
    "Simulator::now",
    "Simulator::operator",
    "Simulator::reseed",
    "Simulator::reset",
    "Simulator::restore",
    "Simulator::revision",
    "Simulator::serve",
    "Simulator::skip",
    "Simulator::snapshot",
    "Simulator::with_world",
    "console::act",
    "evidence::Evidence",
    "evidence::all",
    "evidence::is_on",
    "evidence::page",
    "fault::Rule",
    "fault::read",
    "operator::Mistake",
    "operator::Operator",
    "operator::read_and_act",
    "policy::Context",
    "policy::Decision",
    "policy::Kind",
    "policy::Malformed",
    "policy::Permissions",
    "policy::Policy",
    "policy::Principal",
    "policy::Request",
    "replay::Counted",
    "replay::StateHistory",
    "replay::Kind",
    "replay::Latency",
    "replay::ReplayError",
    "replay::Report",
    "replay::replay",
    "wire::table",
    "world::Settings",
    "world::World",
    "world::appstream",
    "world::auto_scaling",
    "world::cloud_front",
    "world::cloud_trail",
    "world::connect",
    "world::ec2",
    "world::iam",
    "world::identity_provider",
    "world::identity_store",
    "world::parameter_store",
    "world::s3",
    "world::secrets_manager",
    "world::sso_admin",
    "world::sts",
];

/// The names that a line makes public, if it begins an item.
fn names(line: &str) -> Vec<String> {
    let Some(item) = line.strip_prefix("pub ") else {
        return Vec::new();
    };
    let item = item.strip_prefix("async ").unwrap_or(item);
    let (keyword, rest) = item.split_once(' ').unwrap();
    let word = |text: &str| -> String {
        let is_name = |c: &char| c.is_alphanumeric() || *c == '_';
        text.chars().take_while(is_name).collect()
    };
    if keyword != "use" {
        return vec![word(rest)];
    }
    let end = rest.trim_end_matches(';');
    match end.split_once('{') {
        Some((_, list)) => list
            .trim_end_matches('}')
            .split(',')
            .map(|name| word(name.trim()))
            .collect(),
        None => vec![word(end.rsplit("::").next().unwrap())],
    }
}

#[test]
fn the_simulator_hands_out_what_is_listed_and_no_more() {
    let files = sources("crates/simulator/src");
    let text_of = |name: &str| {
        let found = files
            .iter()
            .find(|(path, _)| path.ends_with(format!("simulator/src/{name}")));
        found.map(|(_, text)| text.as_str())
    };
    let mut found = BTreeSet::new();
    let root = text_of("lib.rs").unwrap();
    for line in root.lines() {
        for name in names(line) {
            let module = text_of(&format!("{name}.rs")).or_else(|| text_of(&format!("{name}/mod.rs")));
            match module {
                Some(text) if line.starts_with("pub mod") => {
                    let below = text.lines().flat_map(names);
                    found.extend(below.map(|below| format!("{name}::{below}")));
                }
                _ => {
                    found.insert(name);
                }
            }
        }
    }
    // What can be done with a simulator stands where it is done.
    for file in ["simulator.rs", "exchange.rs", "in_process.rs", "server.rs"] {
        let inner = text_of(file)
            .unwrap()
            .lines()
            .filter_map(|line| line.strip_prefix("    "));
        let functions = inner.filter(|line| line.contains("fn ")).flat_map(names);
        found.extend(functions.map(|name| format!("Simulator::{name}")));
    }
    let listed: BTreeSet<String> = SURFACE.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(found, listed);
}
