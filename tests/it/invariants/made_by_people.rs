//! What a person made stays the person's, even if a run was cut off or something was lost since.

use headset_aws::CallHook;
use headset_engine::state::Origin;
use headset_kinds::registry;
use headset_simulator::world::Settings;

use crate::invariants::kill_sweeps::{Mode, killed_at, points};
use crate::support::fixtures::seed_with;
use crate::support::{Sandbox, effort, of_earlier_format, on_virtual_time, ready_for};

/// Whether AWS refuses to assign groups to an application by API.
const REFUSED: &str = "sso.assignment-on-saml";

fn settings(quirks: u64) -> Settings {
    Settings {
        quirks,
        ..Settings::default()
    }
}

/// How often an operation was carried out since call number `since`.
fn carried_out(sandbox: &Sandbox, since: usize, operation: &str) -> usize {
    let log = sandbox.simulator.call_log().split_off(since);
    let done = |call: &&headset_simulator::CallRecord| call.operation == operation && call.status < 300;
    log.iter().filter(done).count()
}

/// After the rest of its life, everything that a person made is still there.
async fn the_person_keeps_it(sandbox: &Sandbox, refused: bool, about: &str) {
    let since = sandbox.simulator.call_log().len();
    let outcome = sandbox.apply(None).await;
    assert!(
        outcome.failed.is_empty() && outcome.open.is_empty(),
        "{about}: {outcome:?}"
    );
    let state = sandbox.state();
    let mut persons = 0;
    for (address, record) in &state.resources {
        let kind = registry::kind(address.kind);
        if kind.checkpoint(address, &record.spec).is_some() {
            assert_eq!(record.origin, Origin::Adopted, "{about}: {address}");
            persons += 1;
        }
    }
    assert!(persons > 0, "{about}");
    let outcome = sandbox.destroy(None).await;
    assert!(
        outcome.failed.is_empty() && outcome.unfinished.is_empty(),
        "{about}: {outcome:?}"
    );
    assert_eq!(carried_out(sandbox, since, "DeleteApplication"), 0, "{about}");
    if refused {
        assert_eq!(
            carried_out(sandbox, since, "DeleteApplicationAssignment"),
            0,
            "{about}"
        );
    }
}

/// The journal is lost from each of its lines on, while the answers and the cloud are there.
#[test]
fn a_lost_journal_makes_nothing_of_a_person_s_headset_s_own() {
    for refused in [true, false] {
        let seed = seed_with(REFUSED, refused);
        on_virtual_time(async {
            let straight = ready_for("minimal.yaml", settings(seed)).await;
            straight.apply(None).await;
            let calls = straight.simulator.call_log().len() as u64;
            let sandbox = ready_for("minimal.yaml", settings(seed)).await;
            assert!(killed_at(&sandbox, calls, Mode::AfterItsEffect).await);
            let (files, cloud) = (sandbox.keep(), sandbox.simulator.snapshot());
            let journal = sandbox.state_directory().join("journal.jsonl");
            let lines: Vec<&[u8]> = files[&journal].split_inclusive(|byte| *byte == b'\n').collect();
            assert!(lines.len() > 10, "{}", lines.len());
            // Between the intent to assign and AWS's refusal no person had assigned anything: the cloud is of later.
            let line = |entry: &str| {
                let about = "identity_center.assignment/";
                let is = |line: &&[u8]| {
                    let text = String::from_utf8_lossy(line);
                    text.contains(&format!("\"entry\":\"{entry}\"")) && text.contains(about)
                };
                lines.iter().position(is)
            };
            let undecided = match (line("intend"), line("gone")) {
                (Some(intend), Some(gone)) => intend + 1..gone + 1,
                _ => 0..0,
            };
            assert_eq!(undecided.is_empty(), !refused);
            let cuts = (0..=lines.len()).filter(|kept| !undecided.contains(kept));
            for kept in cuts.step_by(effort::of(3, 1)) {
                let mut cut = files.clone();
                cut.insert(journal.clone(), lines[..kept].concat());
                sandbox.put_back(&cut);
                sandbox.simulator.restore(&cloud).unwrap();
                the_person_keeps_it(&sandbox, refused, &format!("refused: {refused}, {kept} lines")).await;
            }
        });
    }
}

/// The process dies at each call.
fn sweep(mode: Mode) {
    for refused in [true, false] {
        let seed = seed_with(REFUSED, refused);
        let calls = on_virtual_time(async {
            let sandbox = ready_for("minimal.yaml", settings(seed)).await;
            sandbox.apply(None::<Box<dyn CallHook>>).await;
            sandbox.simulator.call_log().len() as u64
        });
        // Where AWS refuses, only what comes after that is another life.
        let stride = if refused { 3 } else { 1 };
        let points = points((1..=calls).step_by(stride));
        let again = &points.again;
        for at in points.calls {
            on_virtual_time(async {
                let sandbox = ready_for("minimal.yaml", settings(seed)).await;
                if killed_at(&sandbox, at, mode).await {
                    let about = format!("{mode:?} {at}, refused: {refused}, {again}");
                    the_person_keeps_it(&sandbox, refused, &about).await;
                }
            });
        }
    }
}

#[test]
fn killed_before_each_call_the_person_keeps_what_is_theirs() {
    sweep(Mode::BeforeTheCall);
}

#[test]
fn killed_after_the_effect_of_each_call_the_person_keeps_what_is_theirs() {
    sweep(Mode::AfterItsEffect);
}

/// Earlier versions wrote into state that Headset had made it.
#[test]
fn a_state_that_says_otherwise_is_not_believed() {
    on_virtual_time(async {
        for heals in [true, false] {
            let sandbox = ready_for("minimal.yaml", Settings::default()).await;
            sandbox.apply(None).await;
            let path = sandbox.state_directory().join("state.json");
            let mut state: serde_json::Value =
                serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            for (address, record) in state["resources"].as_object_mut().unwrap() {
                if address.starts_with("identity_center.application/") {
                    record["origin"] = "created".into();
                }
            }
            std::fs::write(&path, of_earlier_format(state)).unwrap();
            if heals {
                the_person_keeps_it(&sandbox, false, "healed by an apply").await;
            } else {
                let outcome = sandbox.destroy(None).await;
                assert!(
                    outcome.failed.is_empty() && outcome.unfinished.is_empty(),
                    "{outcome:?}"
                );
                assert_eq!(carried_out(&sandbox, 0, "DeleteApplication"), 0);
            }
        }
    });
}
