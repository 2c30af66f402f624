//! Which statements there are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use headset_design::permissions::{Command, Effect, NamedPolicy, StatePlace, UNTAGGED};
use headset_kinds::regions::Identity;

use super::{delegated, example, statements, with_named_roles};
use crate::invariants::conformance;
use crate::support::fixtures::only_reads;
use crate::support::on_virtual_time;
use crate::support::permitted::Asking;

/// The `Sid`s of statements for what is linked to, or is another account's: neither the examples nor the kinds by themselves link to anything.
const LINKS: [&str; 6] = [
    "CopyImages",
    "DisapproveOrigins",
    "LinkedDesktops",
    "LinkedSessionAddress",
    "MachineRoles",
    "UnlinkDesktops",
];

/// The `Sid`s of all statements about a kind, with states under a key.
async fn sids_of(kind: &'static str) -> BTreeSet<String> {
    let bench = conformance::Bench::new().await;
    let design = with_named_roles(&conformance::design(&conformance::things(kind)));
    let session = bench.sandbox.session(&bench.aws, &design, &bench.sandbox.state());
    let asking = Asking {
        environment: "acme".to_owned(),
        design,
        context: session.context,
        identity: Identity::Same,
        state: Some(StatePlace {
            bucket: "acme-state".to_owned(),
            prefix: "headset/".to_owned(),
            region: "eu-west-2".to_owned(),
            kms_key: Some("alias/states".to_owned()),
        }),
    };
    // Some are for administrators alone.
    let rendered =
        Command::ALL.map(|command| headset_design::permissions::policies(command, &asking.asked()));
    let rendered: Vec<NamedPolicy> = rendered.into_iter().flatten().flatten().collect();
    statements(&rendered).map(|one| one.sid.clone()).collect()
}

#[test]
fn no_policy_has_a_wildcard_action_or_changes_what_is_not_held_by_tag_or_name() {
    let known: BTreeMap<&str, _> = UNTAGGED.iter().map(|row| (row.sid, row)).collect();
    assert_eq!(known.len(), UNTAGGED.len(), "a statement has one row");
    let mut used = BTreeSet::new();
    for name in delegated() {
        on_virtual_time(async {
            let (_, asking) = example(&name).await;
            for command in Command::ALL {
                let policies = asking.policies(command);
                for policy in &policies {
                    let length = policy
                        .document
                        .text()
                        .chars()
                        .filter(|c| !c.is_whitespace())
                        .count();
                    assert!(length <= 6144, "{}: {length}", policy.name);
                    assert_eq!(length, policy.document.length());
                }
                assert!(
                    policies.len() <= 10,
                    "{name} {command}: a role takes ten policies"
                );
                for statement in statements(&policies) {
                    assert!(
                        statement.action.iter().all(|action| !action.contains('*')),
                        "{statement:?}"
                    );
                    if statement.effect == Effect::Deny || command == Command::Boundary {
                        continue;
                    }
                    let reads = statement.action.iter().all(|action| {
                        let (_, operation) = action.split_once(':').unwrap();
                        only_reads(operation) || ["sts:AssumeRole", "kms:Decrypt"].contains(&action.as_str())
                    });
                    let keys = statement.condition.values().flat_map(BTreeMap::keys);
                    let tagged = keys
                        .into_iter()
                        .any(|key| key.contains("Tag/headset:environment"));
                    if reads || tagged && statement.sid != "Scale" {
                        continue;
                    }
                    assert!(
                        known.contains_key(statement.sid.as_str()),
                        "{} asks for no tag of the environment, and no row of UNTAGGED says why",
                        statement.sid
                    );
                    used.insert(statement.sid.clone());
                }
            }
        });
    }
    for kind in conformance::kinds() {
        on_virtual_time(async { used.extend(sids_of(kind).await) });
    }
    let needless = known
        .keys()
        .filter(|sid| !used.contains(**sid) && !LINKS.contains(sid));
    let needless: Vec<&&str> = needless.collect();
    assert!(needless.is_empty(), "rows of no statement: {needless:?}");
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide/permissions.md"))
            .unwrap();
    for row in UNTAGGED {
        assert!(
            page.contains(&format!("| `{}` |", row.sid)),
            "docs/guide/permissions.md lacks {}",
            row.sid
        );
    }
}
