//! Imports go downwards: between the modules of a crate in a stated order, and between its files without circles.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::imports::Crate;
use super::sources;

/// The modules of each crate, lowest first. A module may use those before it; `lib.rs` lists them in this order, tests
/// aside. A crate that is not here may order its modules as it likes, as long as no files form a circle.
const ORDERS: &[(&str, &[&str])] = &[
    ("src", &["report", "cli"]),
    ("crates/engine/src", &["state", "survey", "plan", "apply"]),
    (
        "crates/simulator/src",
        &[
            "answer",
            "assumption",
            "clock",
            "lock",
            "quirk",
            "thing",
            "policy",
            "wire",
            "fault",
            "in_flight",
            "latency",
            "newer",
            "reply",
            "world",
            "service",
            "throttle",
            "caller",
            "identity_provider",
            "console",
            "hands",
            "operator",
            "simulator",
            "control",
            "cross_origin",
            "exchange",
            "in_process",
            "server",
            "replay",
        ],
    ),
];

/// Circles of files that are known and have yet to be mended. This list only ever gets shorter.
const ALLOWED: &[&str] = &[
    "crates/blueprint/src: check.rs -> lib.rs -> check.rs",
    "crates/blueprint/src: check.rs -> schedule/mod.rs -> schedule/cron.rs -> lib.rs -> check.rs",
    "crates/blueprint/src: check.rs -> schedule/zone.rs -> lib.rs -> check.rs",
    "crates/blueprint/src: check.rs -> schedule/zone.rs -> schedule/mod.rs -> schedule/cron.rs -> lib.rs -> check.rs",
    "crates/blueprint/src: compose.rs -> lib.rs -> compose.rs",
    "crates/blueprint/src: compose.rs -> lib.rs -> rewrite.rs -> compose.rs",
    "crates/blueprint/src: language/appstream.rs -> language/fleet.rs -> language/appstream.rs",
    "crates/blueprint/src: language/appstream.rs -> language/fleet.rs -> language/mod.rs -> language/top.rs -> language/appstream.rs",
    "crates/blueprint/src: language/appstream.rs -> language/fleet.rs -> language/top.rs -> language/appstream.rs",
    "crates/blueprint/src: language/appstream.rs -> language/image.rs -> language/appstream.rs",
    "crates/blueprint/src: language/appstream.rs -> language/image.rs -> language/mod.rs -> language/top.rs -> language/appstream.rs",
    "crates/blueprint/src: language/appstream.rs -> language/image.rs -> language/top.rs -> language/appstream.rs",
    "crates/blueprint/src: language/appstream.rs -> language/mod.rs -> language/top.rs -> language/appstream.rs",
    "crates/blueprint/src: language/appstream.rs -> language/stack.rs -> language/mod.rs -> language/top.rs -> language/appstream.rs",
    "crates/blueprint/src: language/appstream.rs -> language/stack.rs -> language/top.rs -> language/appstream.rs",
    "crates/blueprint/src: language/appstream.rs -> language/top.rs -> language/appstream.rs",
    "crates/blueprint/src: language/connect.rs -> language/mod.rs -> language/top.rs -> language/connect.rs",
    "crates/blueprint/src: language/connect.rs -> language/top.rs -> language/connect.rs",
    "crates/blueprint/src: language/mod.rs -> language/top.rs -> language/mod.rs",
    "crates/blueprint/src: language/mod.rs -> language/top.rs -> language/sign_in.rs -> language/mod.rs",
    "crates/blueprint/src: language/sign_in.rs -> language/top.rs -> language/sign_in.rs",
    "crates/blueprint/src: model.rs -> model/appstream.rs -> model.rs",
    "crates/blueprint/src: read/item.rs -> read/mod.rs -> read/item.rs",
    "crates/blueprint/src: schedule/cron.rs -> schedule/mod.rs -> schedule/cron.rs",
    "src: cli/help.rs -> cli/mod.rs -> cli/help.rs",
    "src: cli/mod.rs -> cli/shell.rs -> cli/mod.rs",
    "src: cli/orphans/mod.rs -> cli/orphans/states.rs -> cli/orphans/mod.rs",
    "crates/design/src: appstream/account.rs -> lib.rs -> appstream/mod.rs -> appstream/account.rs",
    "crates/design/src: appstream/account.rs -> lib.rs -> appstream/mod.rs -> appstream/fleet.rs -> appstream/account.rs",
    "crates/design/src: appstream/account.rs -> lib.rs -> appstream/mod.rs -> appstream/image.rs -> appstream/account.rs",
    "crates/design/src: appstream/fleet.rs -> appstream/mod.rs -> appstream/fleet.rs",
    "crates/design/src: appstream/fleet.rs -> lib.rs -> appstream/mod.rs -> appstream/fleet.rs",
    "crates/design/src: appstream/image.rs -> appstream/mod.rs -> appstream/image.rs",
    "crates/design/src: appstream/image.rs -> ccp.rs -> lib.rs -> appstream/mod.rs -> appstream/image.rs",
    "crates/design/src: appstream/image.rs -> lib.rs -> appstream/mod.rs -> appstream/image.rs",
    "crates/design/src: appstream/mod.rs -> appstream/stack.rs -> appstream/mod.rs",
    "crates/design/src: appstream/mod.rs -> appstream/stack.rs -> lib.rs -> appstream/mod.rs",
    "crates/design/src: appstream/mod.rs -> appstream/user.rs -> appstream/mod.rs",
    "crates/design/src: appstream/mod.rs -> appstream/user.rs -> lib.rs -> appstream/mod.rs",
    "crates/design/src: appstream/mod.rs -> lib.rs -> appstream/mod.rs",
    "crates/design/src: ccp.rs -> connect.rs -> lib.rs -> ccp.rs",
    "crates/design/src: ccp.rs -> lib.rs -> ccp.rs",
    "crates/design/src: ccp.rs -> sign_in/mod.rs -> lib.rs -> ccp.rs",
    "crates/design/src: companions.rs -> lib.rs -> companions.rs",
    "crates/design/src: connect.rs -> lib.rs -> connect.rs",
    "crates/design/src: connect.rs -> lib.rs -> sign_in/mod.rs -> connect.rs",
    "crates/design/src: connect.rs -> lib.rs -> sign_in/mod.rs -> sign_in/instances.rs -> connect.rs",
    "crates/design/src: lib.rs -> sign_in/mod.rs -> lib.rs",
    "crates/design/src: lib.rs -> sign_in/mod.rs -> sign_in/application.rs -> lib.rs",
    "crates/design/src: lib.rs -> sign_in/mod.rs -> sign_in/application.rs -> sign_in/hosts.rs -> lib.rs",
    "crates/design/src: lib.rs -> sign_in/mod.rs -> sign_in/desktop.rs -> lib.rs",
    "crates/design/src: lib.rs -> sign_in/mod.rs -> sign_in/desktop.rs -> sign_in/hosts.rs -> lib.rs",
    "crates/design/src: lib.rs -> sign_in/mod.rs -> sign_in/hosts.rs -> lib.rs",
    "crates/design/src: lib.rs -> sign_in/mod.rs -> sign_in/instances.rs -> lib.rs",
    "crates/design/src: lib.rs -> tags.rs -> lib.rs",
    "crates/design/src: sign_in/application.rs -> sign_in/mod.rs -> sign_in/application.rs",
    "crates/design/src: sign_in/application.rs -> sign_in/mod.rs -> sign_in/desktop.rs -> sign_in/application.rs",
    "crates/design/src: sign_in/desktop.rs -> sign_in/mod.rs -> sign_in/desktop.rs",
    "crates/design/src: recipe/browser.rs -> recipe/mod.rs -> recipe/browser.rs",
    "src: report/plan_view.rs -> report/plan_view/changes.rs -> report/plan_view.rs",
    "crates/engine/src: state/answers.rs -> state/local.rs -> state/answers.rs",
    "crates/engine/src: state/journal.rs -> state/model.rs -> state/journal.rs",
];

fn read(folder: &str) -> Crate {
    let files = sources(folder).into_iter().map(|(path, text)| {
        let path = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        (path, text)
    });
    Crate::read(&files.collect::<BTreeMap<_, _>>(), "lib.rs")
}

/// Where each crate of the house has its files.
fn folders() -> Vec<String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates");
    let mut found = vec!["src".to_owned()];
    for entry in std::fs::read_dir(crates).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        found.push(format!("crates/{name}/src"));
    }
    found.sort();
    found
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
    let (mut new, mut seen) = (Vec::new(), BTreeSet::new());
    for folder in folders() {
        for circle in read(&folder).circles() {
            let path = format!("{folder}: {}", circle.path);
            if !ALLOWED.contains(&path.as_str()) {
                new.push(format!("{path}\n{}", circle.why));
            }
            seen.insert(path);
        }
    }
    assert!(
        new.is_empty(),
        "files use each other in a circle; move what they share into a file of its own:\n{}",
        new.join("\n")
    );
    let gone: Vec<&str> = ALLOWED
        .iter()
        .copied()
        .filter(|path| !seen.contains(*path))
        .collect();
    assert!(
        gone.is_empty(),
        "these circles are mended; take them out of ALLOWED:\n{}",
        gone.join("\n")
    );
}
