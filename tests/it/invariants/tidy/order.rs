//! Imports go downwards: between the modules of a crate in a stated order, and between its files without circles.

use std::collections::BTreeMap;

use super::imports::Crate;
use super::{folders, sources};

/// The modules of each crate, lowest first. A module may use those before it; `lib.rs` lists them in this order, tests
/// aside. A crate that is not here may order its modules as it likes, as long as no files form a circle.
const ORDERS: &[(&str, &[&str])] = &[
    ("src", &["report", "cli"]),
    (
        "crates/engine/src",
        &[
            "state",
            "survey",
            "as_applied",
            "plan",
            "apply",
            "metadata",
            "passwords",
            "session",
            "assess",
            "checkpoints",
            "drift",
            "verify",
            "saved",
            "recorded",
            "import",
            "edit",
            "existing",
            "proposal",
            "destroy",
            "discover",
        ],
    ),
    (
        "crates/simulator/src",
        &[
            "answer",
            "clock",
            "evidence",
            "lock",
            "resource_type",
            "policy",
            "wire",
            "fault",
            "forward_compatibility",
            "in_flight",
            "latency",
            "reply",
            "world",
            "service",
            "throttle",
            "authorise",
            "caller",
            "control_panel",
            "identity_provider",
            "console",
            "operator",
            "other_client",
            "simulator",
            "control",
            "cross_origin",
            "door",
            "exchange",
            "in_process",
            "server",
            "replay",
        ],
    ),
];

/// The services of the simulator. They ask each other through the traits in `service/ask.rs` only.
const SERVICES: &[&str] = &[
    "appstream",
    "auto_scaling",
    "cloud_front",
    "cloud_trail",
    "connect",
    "ec2",
    "iam",
    "identity_store",
    "parameter_store",
    "s3",
    "secrets_manager",
    "sso_admin",
    "sts",
    "tagging",
];

fn read(folder: &str) -> Crate {
    let files = sources(folder).into_iter().map(|(path, text)| {
        let path = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        (path, text)
    });
    Crate::read(&files.collect::<BTreeMap<_, _>>(), "lib.rs")
}

#[test]
fn imports_go_downwards_only() {
    for (folder, order) in ORDERS {
        let read = read(folder);
        assert_eq!(
            read.top_level(),
            *order,
            "{folder}/lib.rs lists the modules in the order that this test enforces"
        );
        let upward = read.upward(order);
        assert!(upward.is_empty(), "in {folder}:\n{}", upward.join("\n"));
    }
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let mut found = Vec::new();
    for folder in folders() {
        for circle in read(&folder).circles() {
            found.push(format!("{folder}: {}\n{}", circle.path, circle.why));
        }
    }
    assert!(
        found.is_empty(),
        "files use each other in a circle; move what they share into a file of its own below them:\n{}",
        found.join("\n")
    );
}

#[test]
fn services_of_the_simulator_know_each_other_by_traits_only() {
    let folder = "crates/simulator/src";
    let used = read(folder).between("crate::service", SERVICES);
    assert!(
        used.is_empty(),
        "a service uses another one; let the other one implement a trait of service/ask.rs:\n{}",
        used.join("\n")
    );
    // What a service remembers is its own as well.
    let services = format!("{folder}/service");
    let mut found = std::collections::BTreeSet::new();
    let mut looks = Vec::new();
    for (path, text) in sources(&services) {
        let below = path.strip_prefix(&services).unwrap().to_str().unwrap();
        let Some((service, file)) = below.split_once('/') else {
            continue;
        };
        found.insert(service.to_owned());
        if file.contains("tests") {
            continue;
        }
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let code: String = code.split_whitespace().collect();
        let others = SERVICES.iter().filter(|other| **other != service);
        let others = others.filter(|other| {
            ["world", "self"]
                .iter()
                .any(|value| code.contains(&format!("{value}.{other}.")))
        });
        looks.extend(others.map(|other| format!("{below} looks at `world.{other}`")));
    }
    assert!(found.iter().eq(SERVICES), "{found:?}");
    assert!(
        looks.is_empty(),
        "ask by a trait of service/ask.rs:\n{}",
        looks.join("\n")
    );
}
