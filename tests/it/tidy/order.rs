//! Imports go downwards: between the modules of a crate in a stated order, and between its files without circles.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::imports::Crate;
use super::sources;

/// The modules of each crate, lowest first. A module may use those before it; `lib.rs` lists them in this order, tests
/// aside. A crate that is not here may order its modules as it likes, as long as no files form a circle.
const ORDERS: &[(&str, &[&str])] = &[
    (
        "src",
        &[
            "blueprint",
            "ccp",
            "image",
            "design",
            "state",
            "survey",
            "plan",
            "apply",
            "report",
            "cli",
        ],
    ),
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
    "crates/aws/src: clients.rs -> memo.rs -> clients.rs",
    "crates/aws/src: kinds/autoscaling/fleet.rs -> kinds/autoscaling/request.rs -> kinds/autoscaling/fleet.rs",
    "crates/aws/src: kinds/discovery/appstream.rs -> kinds/discovery/mod.rs -> kinds/discovery/appstream.rs",
    "crates/aws/src: kinds/discovery/connect.rs -> kinds/discovery/mod.rs -> kinds/discovery/connect.rs",
    "crates/aws/src: kinds/discovery/iam.rs -> kinds/discovery/mod.rs -> kinds/discovery/iam.rs",
    "crates/aws/src: kinds/discovery/mod.rs -> kinds/discovery/s3.rs -> kinds/discovery/mod.rs",
    "crates/aws/src: kinds/s3/bucket.rs -> kinds/s3/site.rs -> kinds/s3/bucket.rs",
    "crates/kinds/src: iam/saml_metadata.rs -> iam/saml_metadata/wrong.rs -> iam/saml_metadata.rs",
    "crates/kinds/src: idp/application.rs -> idp/entra.rs -> idp/application.rs",
    "crates/kinds/src: idp/application.rs -> idp/okta.rs -> idp/application.rs",
    "crates/kinds/src: idp/application.rs -> idp/other.rs -> idp/application.rs",
    "src: blueprint/check.rs -> blueprint/mod.rs -> blueprint/check.rs",
    "src: blueprint/check.rs -> blueprint/schedule/mod.rs -> blueprint/schedule/cron.rs -> blueprint/mod.rs -> blueprint/check.rs",
    "src: blueprint/check.rs -> blueprint/schedule/zone.rs -> blueprint/mod.rs -> blueprint/check.rs",
    "src: blueprint/check.rs -> blueprint/schedule/zone.rs -> blueprint/schedule/mod.rs -> blueprint/schedule/cron.rs -> blueprint/mod.rs -> blueprint/check.rs",
    "src: blueprint/compose.rs -> blueprint/mod.rs -> blueprint/compose.rs",
    "src: blueprint/compose.rs -> blueprint/mod.rs -> blueprint/rewrite.rs -> blueprint/compose.rs",
    "src: blueprint/language/appstream.rs -> blueprint/language/fleet.rs -> blueprint/language/appstream.rs",
    "src: blueprint/language/appstream.rs -> blueprint/language/fleet.rs -> blueprint/language/mod.rs -> blueprint/language/top.rs -> blueprint/language/appstream.rs",
    "src: blueprint/language/appstream.rs -> blueprint/language/fleet.rs -> blueprint/language/top.rs -> blueprint/language/appstream.rs",
    "src: blueprint/language/appstream.rs -> blueprint/language/image.rs -> blueprint/language/appstream.rs",
    "src: blueprint/language/appstream.rs -> blueprint/language/image.rs -> blueprint/language/mod.rs -> blueprint/language/top.rs -> blueprint/language/appstream.rs",
    "src: blueprint/language/appstream.rs -> blueprint/language/image.rs -> blueprint/language/top.rs -> blueprint/language/appstream.rs",
    "src: blueprint/language/appstream.rs -> blueprint/language/mod.rs -> blueprint/language/top.rs -> blueprint/language/appstream.rs",
    "src: blueprint/language/appstream.rs -> blueprint/language/stack.rs -> blueprint/language/mod.rs -> blueprint/language/top.rs -> blueprint/language/appstream.rs",
    "src: blueprint/language/appstream.rs -> blueprint/language/stack.rs -> blueprint/language/top.rs -> blueprint/language/appstream.rs",
    "src: blueprint/language/appstream.rs -> blueprint/language/top.rs -> blueprint/language/appstream.rs",
    "src: blueprint/language/connect.rs -> blueprint/language/mod.rs -> blueprint/language/top.rs -> blueprint/language/connect.rs",
    "src: blueprint/language/connect.rs -> blueprint/language/top.rs -> blueprint/language/connect.rs",
    "src: blueprint/language/mod.rs -> blueprint/language/top.rs -> blueprint/language/mod.rs",
    "src: blueprint/language/mod.rs -> blueprint/language/top.rs -> blueprint/language/sign_in.rs -> blueprint/language/mod.rs",
    "src: blueprint/language/sign_in.rs -> blueprint/language/top.rs -> blueprint/language/sign_in.rs",
    "src: blueprint/model.rs -> blueprint/model/appstream.rs -> blueprint/model.rs",
    "src: blueprint/read/item.rs -> blueprint/read/mod.rs -> blueprint/read/item.rs",
    "src: blueprint/schedule/cron.rs -> blueprint/schedule/mod.rs -> blueprint/schedule/cron.rs",
    "src: cli/help.rs -> cli/mod.rs -> cli/help.rs",
    "src: cli/mod.rs -> cli/shell.rs -> cli/mod.rs",
    "src: cli/orphans/mod.rs -> cli/orphans/states.rs -> cli/orphans/mod.rs",
    "src: design/appstream/account.rs -> design/mod.rs -> design/appstream/mod.rs -> design/appstream/account.rs",
    "src: design/appstream/account.rs -> design/mod.rs -> design/appstream/mod.rs -> design/appstream/fleet.rs -> design/appstream/account.rs",
    "src: design/appstream/account.rs -> design/mod.rs -> design/appstream/mod.rs -> design/appstream/image.rs -> design/appstream/account.rs",
    "src: design/appstream/fleet.rs -> design/appstream/mod.rs -> design/appstream/fleet.rs",
    "src: design/appstream/fleet.rs -> design/mod.rs -> design/appstream/mod.rs -> design/appstream/fleet.rs",
    "src: design/appstream/image.rs -> design/appstream/mod.rs -> design/appstream/image.rs",
    "src: design/appstream/image.rs -> design/ccp.rs -> design/mod.rs -> design/appstream/mod.rs -> design/appstream/image.rs",
    "src: design/appstream/image.rs -> design/mod.rs -> design/appstream/mod.rs -> design/appstream/image.rs",
    "src: design/appstream/mod.rs -> design/appstream/stack.rs -> design/appstream/mod.rs",
    "src: design/appstream/mod.rs -> design/appstream/stack.rs -> design/mod.rs -> design/appstream/mod.rs",
    "src: design/appstream/mod.rs -> design/appstream/user.rs -> design/appstream/mod.rs",
    "src: design/appstream/mod.rs -> design/appstream/user.rs -> design/mod.rs -> design/appstream/mod.rs",
    "src: design/appstream/mod.rs -> design/mod.rs -> design/appstream/mod.rs",
    "src: design/ccp.rs -> design/connect.rs -> design/mod.rs -> design/ccp.rs",
    "src: design/ccp.rs -> design/mod.rs -> design/ccp.rs",
    "src: design/ccp.rs -> design/sign_in/mod.rs -> design/mod.rs -> design/ccp.rs",
    "src: design/companions.rs -> design/mod.rs -> design/companions.rs",
    "src: design/connect.rs -> design/mod.rs -> design/connect.rs",
    "src: design/connect.rs -> design/mod.rs -> design/sign_in/mod.rs -> design/connect.rs",
    "src: design/connect.rs -> design/mod.rs -> design/sign_in/mod.rs -> design/sign_in/instances.rs -> design/connect.rs",
    "src: design/mod.rs -> design/sign_in/mod.rs -> design/mod.rs",
    "src: design/mod.rs -> design/sign_in/mod.rs -> design/sign_in/application.rs -> design/mod.rs",
    "src: design/mod.rs -> design/sign_in/mod.rs -> design/sign_in/application.rs -> design/sign_in/hosts.rs -> design/mod.rs",
    "src: design/mod.rs -> design/sign_in/mod.rs -> design/sign_in/desktop.rs -> design/mod.rs",
    "src: design/mod.rs -> design/sign_in/mod.rs -> design/sign_in/desktop.rs -> design/sign_in/hosts.rs -> design/mod.rs",
    "src: design/mod.rs -> design/sign_in/mod.rs -> design/sign_in/hosts.rs -> design/mod.rs",
    "src: design/mod.rs -> design/sign_in/mod.rs -> design/sign_in/instances.rs -> design/mod.rs",
    "src: design/mod.rs -> design/tags.rs -> design/mod.rs",
    "src: design/sign_in/application.rs -> design/sign_in/mod.rs -> design/sign_in/application.rs",
    "src: design/sign_in/application.rs -> design/sign_in/mod.rs -> design/sign_in/desktop.rs -> design/sign_in/application.rs",
    "src: design/sign_in/desktop.rs -> design/sign_in/mod.rs -> design/sign_in/desktop.rs",
    "src: image/browser.rs -> image/mod.rs -> image/browser.rs",
    "src: report/plan_view.rs -> report/plan_view/changes.rs -> report/plan_view.rs",
    "src: state/answers.rs -> state/local.rs -> state/answers.rs",
    "src: state/journal.rs -> state/model.rs -> state/journal.rs",
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
