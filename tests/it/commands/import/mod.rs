//! What exists already is taken over: an environment whose state was lost, and what others made.

mod found_again;
pub(crate) mod written;

use std::collections::BTreeSet;
use std::time::Duration;

use headset_core::{Address, tag};
use headset_engine::plan::{Action, Reason};
use headset_engine::state::Origin;
use headset_simulator::world::Settings;
use serde_json::Value;

use crate::support::{Sandbox, example, examples, needs_an_instance, on_virtual_time, ready_for, seeds};

/// Takes Headset's tags off everything in the simulated cloud, whichever way a service keeps its tags.
pub(crate) fn without_our_tags(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !name.starts_with("headset:"));
            members.values_mut().for_each(without_our_tags);
        }
        Value::Array(items) => {
            items.retain(|item| {
                let key = item.get("Key").or_else(|| item.get(0));
                !key.and_then(Value::as_str)
                    .is_some_and(|key| key.starts_with("headset:"))
            });
            items.iter_mut().for_each(without_our_tags);
        }
        _ => {}
    }
}

/// An environment as others would have made it: everything is there, and nothing says that it is Headset's.
async fn made_by_others(name: &str, settings: Settings) -> Sandbox {
    let sandbox = ready_for(name, settings).await;
    let outcome = sandbox.apply(None).await;
    assert!(
        outcome.failed.is_empty() && outcome.open.is_empty(),
        "{outcome:?}"
    );
    sandbox.lose_state();
    let mut snapshot = sandbox.simulator.snapshot();
    without_our_tags(&mut snapshot);
    assert!(!snapshot.to_string().contains("headset:id"));
    sandbox.simulator.restore(&snapshot).unwrap();
    // They made it long ago: no list lags behind.
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    sandbox
}

#[test]
fn what_somebody_else_made_is_taken_over_and_goes_with_the_environment() {
    for name in examples() {
        // Each is two runs up and one down: every fifth seed will do.
        for seed in seeds().into_iter().step_by(5) {
            on_virtual_time(async {
                let settings = Settings {
                    quirks: seed,
                    ..Settings::default()
                };
                let sandbox = made_by_others(&name, settings).await;
                let about = format!("{name}, seed {seed}");
                let import = sandbox.import(&[]).await;
                // An origin on an instance that lives outside may belong to others.
                let left: Vec<&str> = import.findings.iter().map(|finding| finding.code).collect();
                let outside = usize::from(needs_an_instance(&name));
                assert_eq!(
                    left,
                    vec!["import-left"; outside],
                    "{about}: {:#?}",
                    import.findings
                );
                assert!(import.inherited.is_none(), "{about}");
                let ids: BTreeSet<(Address, String)> = import
                    .records
                    .iter()
                    .map(|(address, record)| (address.clone(), record.id.clone()))
                    .collect();

                let plan = sandbox.plan().await;
                for step in plan.steps.values() {
                    let Action::Update { diff } = &step.action else {
                        assert!(
                            matches!(step.action, Action::Keep | Action::Read | Action::Adopt { .. }),
                            "{about}: {step:#?}"
                        );
                        continue;
                    };
                    let fields: Vec<&str> = diff.iter().map(|change| change.field.as_str()).collect();
                    assert_eq!(fields, ["tags"], "{about}: {}", step.address);
                    assert_eq!(step.reason, Reason::Imported);
                }
                let outcome = sandbox.apply(None).await;
                assert!(
                    outcome.failed.is_empty() && outcome.open.is_empty(),
                    "{about}: {outcome:?}"
                );
                assert!(sandbox.plan().await.is_empty(), "{about}");
                for (address, id) in &ids {
                    assert_eq!(
                        sandbox.state().resources[address].id,
                        *id,
                        "{about}: nothing was replaced"
                    );
                }
                let outcome = sandbox.destroy(None).await;
                assert!(
                    outcome.failed.is_empty() && outcome.unfinished.is_empty(),
                    "{about}: {outcome:?}"
                );
                let plan = sandbox.plan().await;
                let left: Vec<&str> = plan
                    .steps
                    .values()
                    .filter(|step| {
                        !matches!(step.action, Action::Create | Action::Await { .. } | Action::Read)
                            && !crate::invariants::lifecycle::is_a_persons(step)
                    })
                    .map(|step| step.address.kind.name())
                    .collect();
                assert_eq!(left, vec!["connect.approved_origin"; outside], "{about}");
            });
        }
    }
}

#[test]
fn a_lost_state_is_found_again_under_its_own_lineage() {
    on_virtual_time(async {
        let mut sandbox = ready_for("split-ccp.yaml", Settings::default()).await;
        sandbox.apply(None).await;
        let before = sandbox.state();
        sandbox.lose_state();
        // A state that is made anew has another lineage, so nothing that is there is its own.
        sandbox.inherit_nothing();
        let import = sandbox.import(&[]).await;
        assert!(import.findings.is_empty(), "{:#?}", import.findings);
        let after = sandbox.state();
        assert_eq!(after.lineage, before.lineage);
        for (address, record) in &before.resources {
            // An assignment hangs on an application that a person made, and carries no tag: it was found with the rest.
            let origin = match (record.origin, address.kind.name()) {
                (_, "identity_center.assignment") => Origin::Imported,
                (origin, _) => origin,
            };
            if !matches!(origin, Origin::Existing | Origin::Shared) {
                // Where AWS takes no assignment by API, a person made it and its id names no principal; a list does.
                let id = &after.resources[address].id;
                let by_hand = address.kind.name() == "identity_center.assignment" && record.id.ends_with(' ');
                assert!(
                    *id == record.id || by_hand && id.starts_with(&record.id),
                    "{address}: {id}"
                );
                assert_eq!(after.resources[address].origin, origin, "{address}");
            }
        }
        assert_eq!(sandbox.plan().await.changes(), 0);
        let outcome = sandbox.destroy(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.unfinished.is_empty(),
            "{outcome:?}"
        );
    });
}

#[test]
fn what_belongs_to_another_environment_is_not_taken() {
    on_virtual_time(async {
        let (file, text) = example("split-ccp.yaml");
        let sandbox = Sandbox::new(&file, &text, Settings::default());
        sandbox.apply(None).await;
        // Another environment that asks for the same alias.
        let theirs = text.replacen("name: acme-support ", "name: acme-other ", 1);
        assert_ne!(theirs, text);
        let thief = sandbox.beside(&file, &theirs);
        let import = thief.import(&[]).await;
        assert!(import.records.is_empty(), "{:#?}", import.records);
        let codes: BTreeSet<&str> = import.findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, BTreeSet::from(["belongs-to-another"]));
    });
}

#[test]
fn an_address_that_cannot_be_taken_over_says_why() {
    on_virtual_time(async {
        let (file, text) = example("split-ccp.yaml");
        let sandbox = Sandbox::new(&file, &text, Settings::default());
        let codes = async |address: &str| {
            let import = sandbox.import(&[address.parse().unwrap()]).await;
            let codes: Vec<&str> = import.findings.iter().map(|finding| finding.code).collect();
            codes
        };
        assert_eq!(codes("appstream.fleet/agents").await, ["import-not-found"]);
        assert_eq!(codes("appstream.fleet/agent").await, ["import-not-wanted"]);
        sandbox.apply(None).await;
        assert_eq!(codes("appstream.fleet/agents").await, ["import-known"]);
    });
}

/// The tag that tells whose a thing is, as other people's clients see it.
#[test]
fn the_lineage_is_a_tag_that_people_can_read() {
    assert_eq!(tag::LINEAGE, "headset:id");
}
