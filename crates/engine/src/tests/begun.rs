//! A run dies after it made something and before it wrote that down; then the blueprint changes. The next run knows.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::table::{
    INSTANCE, LINEAGE, ORIGIN, TableCloud, address, design, desired, empty_state, held, instance, live_of,
    on_virtual_time, record, session, tags,
};
use super::{PROVEN, applied, carried_out, open};
use crate::apply::{ApplyOptions, NoResponder, Running};
use crate::assess::{Assessment, assess};
use crate::destroy::{Takedown, Way};
use crate::drift::{Class as Drifts, drift};
use crate::import::Offer;
use crate::plan::guard::Allowed;
use crate::plan::{Action, Step};
use crate::proposal::Proposal;
use crate::session::Session;
use crate::state::{Entry, Intent, Origin, State, Verb};
use headset_core::diagnostic::{Place, has_errors};
use headset_core::{Address, AwsError, Class};
use headset_design::{Design, Desired, Move};
use headset_kinds::Observation;
use headset_kinds::cloud::NotMade;
use jiff::Timestamp;

const STACK: &str = "appstream.stack/agents";
/// When everything begins.
const BEGINNING: &str = "2026-01-01T00:00:00Z";

fn spec(name: &str) -> Value {
    json!({ "name": name, "tags": tags(LINEAGE) })
}

/// A stack of this name at this address.
fn stack(at: &str, name: &str) -> Desired {
    desired(at, spec(name))
}

fn beginning() -> Timestamp {
    BEGINNING.parse().unwrap()
}

/// A state that knows of a call that was about to make this.
fn begun(at: &str, spec: &Value, when: Option<Timestamp>) -> State {
    let mut state = empty_state();
    intend(&mut state, at, spec, when);
    state
}

fn intend(state: &mut State, at: &str, spec: &Value, when: Option<Timestamp>) {
    state.apply(Entry::Intend {
        address: address(at),
        intent: Intent {
            verb: Verb::Create,
            token: "a-token".to_owned(),
            spec: spec.clone(),
            after: Vec::new(),
            at: when,
        },
    });
}

/// A cloud on which a run has made this, which shows after so many seconds.
fn has_made(at: &str, spec: &Value, id: &str, seconds: i64) -> Arc<TableCloud> {
    let cloud = TableCloud::new([]);
    make(&cloud, at, spec, id, seconds);
    cloud
}

fn make(cloud: &TableCloud, at: &str, spec: &Value, id: &str, seconds: i64) {
    let mut live = live_of(&address(at), spec);
    live.id = id.to_owned();
    for output in ["id", "arn"] {
        live.outputs.insert(output.to_owned(), id.to_owned());
    }
    cloud.put_named(address(at).kind, spec, id, Observation::Present(live), seconds);
}

fn at_rest(cloud: &Arc<TableCloud>, directory: &Path, design: Design, state: State) -> Session {
    session(cloud.clone(), directory, design, state)
}

fn step(assessment: &Assessment, at: &str) -> Step {
    assessment.plan.steps[&address(at)].clone()
}

/// The creations, changes and deletions among the calls.
fn changes(cloud: &TableCloud) -> Vec<String> {
    let calls = cloud.calls();
    calls
        .into_iter()
        .filter(|call| !call.starts_with("survey "))
        .collect()
}

async fn taken_down(session: &Session) -> State {
    let locked = held(session);
    let known = locked.state().clone();
    let way = Takedown::of(session, locked, &known, PROVEN).await.unwrap();
    let Way::Down(takedown) = way else {
        panic!("there is something")
    };
    let (outcome, events) = carried_out(async |running| {
        takedown
            .carry_out(&Allowed::losing_all(true), running)
            .await
            .unwrap()
            .outcome
    })
    .await;
    assert!(outcome.is_done(), "{outcome:?}\n{events:?}");
    session.store.read().unwrap().unwrap()
}

#[test]
fn what_was_renamed_since_it_was_made_is_replaced() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = has_made(STACK, &spec("one"), "id-of-one", 0);
        let state = begun(STACK, &spec("one"), None);
        let session = at_rest(&cloud, directory.path(), design([stack(STACK, "two")]), state);
        let assessment = assess(&session, &session.design, &session.state).await.unwrap();
        assert!(matches!(step(&assessment, STACK).action, Action::Replace { .. }));
        assert!(
            std::fs::read_dir(directory.path()).unwrap().next().is_none(),
            "to look writes nothing"
        );
        let state = applied(&session).await;
        assert_eq!(
            changes(&cloud),
            [format!("create {STACK}"), format!("delete {STACK} id-of-one")]
        );
        assert_eq!(state.resources[&address(STACK)].id, "id-of-agents");
        assert!(state.intents.is_empty() && state.deposed.is_empty() && !cloud.has_named("id-of-one"));
    });
}

#[test]
fn what_was_given_another_key_since_it_was_made_is_known_there() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = has_made(STACK, &spec("one"), "id-of-one", 0);
        let desks = "appstream.stack/desks";
        let mut wanted = design([stack(desks, "two")]);
        wanted.moved = vec![Move {
            from: address(STACK),
            to: address(desks),
            companions: Vec::new(),
            place: Place {
                file: "acme.yaml".into(),
                line: 1,
                column: 1,
                bytes: (0, 0),
            },
        }];
        let mut state = begun(STACK, &spec("one"), None);
        state.intents.get_mut(&address(STACK)).unwrap().after = vec![address(INSTANCE)];
        let session = at_rest(&cloud, directory.path(), wanted, state);
        let assessment = assess(&session, &session.design, &session.state).await.unwrap();
        // Written down first, at the address that state knows; then it moves.
        let [Entry::Made { address: at, record }] = &assessment.made[..] else {
            panic!("{:?}", assessment.made)
        };
        assert_eq!((at, record.id.as_str()), (&address(STACK), "id-of-one"));
        assert_eq!(record.after, [address(INSTANCE)]);
        let state = applied(&session).await;
        assert_eq!(
            changes(&cloud),
            [format!("create {desks}"), format!("delete {desks} id-of-one")]
        );
        let known: Vec<&Address> = state.known().collect();
        assert_eq!(known, [&address(desks)]);
    });
}

#[test]
fn what_was_given_another_key_and_keeps_its_name_stays() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = has_made(STACK, &spec("one"), "id-of-one", 0);
        let desks = "appstream.stack/desks";
        let wanted = design([stack(desks, "one")]);
        let session = at_rest(&cloud, directory.path(), wanted, begun(STACK, &spec("one"), None));
        let state = applied(&session).await;
        assert_eq!(changes(&cloud), [""; 0]);
        assert_eq!(state.resources[&address(desks)].origin, Origin::Created);
        assert!(state.intents.is_empty());
    });
}

/// A run that dies once more, right after it wrote down what it found, loses nothing.
#[test]
fn what_was_found_survives_the_next_death() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = has_made(STACK, &spec("one"), "id-of-one", 0);
        let state = begun(STACK, &spec("one"), None);
        let session = at_rest(&cloud, directory.path(), design([stack(STACK, "two")]), state);
        let locked = held(&session);
        let mut proposal = Proposal::of(&session, locked).await.unwrap();
        let cancel = CancellationToken::new();
        cancel.cancel();
        let running = Running {
            on: "a test",
            responder: &NoResponder,
            cancel: &cancel,
            options: ApplyOptions {
                width: 4,
                wait_for_people: None,
            },
            report: &mut |_| {},
        };
        let allowed = Allowed::losing_all(true);
        assert!(proposal.carry_out(&allowed, running).await.unwrap().interrupted);
        drop(proposal);
        assert_eq!(changes(&cloud), [""; 0]);
        let session = open(&cloud, directory.path(), design([stack(STACK, "three")]));
        let known = &session.state.resources[&address(STACK)];
        assert_eq!((known.id.as_str(), known.origin), ("id-of-one", Origin::Created));
        assert!(
            session.state.intents.contains_key(&address(STACK)),
            "it is not as wanted yet"
        );
        applied(&session).await;
        assert!(!cloud.has_named("id-of-one"));
    });
}

#[test]
fn what_the_blueprint_does_not_ask_for_any_more_is_deleted() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = has_made(STACK, &spec("one"), "id-of-one", 0);
        let session = at_rest(
            &cloud,
            directory.path(),
            Design::default(),
            begun(STACK, &spec("one"), None),
        );
        applied(&session).await;
        assert_eq!(changes(&cloud), [format!("delete {STACK} id-of-one")]);
    });
}

/// The run died while it made the successor of something.
fn replacing(cloud: &TableCloud) -> State {
    make(cloud, STACK, &spec("zero"), "id-of-zero", 0);
    let mut state = empty_state();
    let mut known = record(STACK, &spec("zero"), &[]);
    known.id = "id-of-zero".to_owned();
    known.outputs.insert("arn".to_owned(), known.id.clone());
    state.resources.insert(address(STACK), known);
    intend(&mut state, STACK, &spec("one"), None);
    state
}

#[test]
fn a_successor_and_its_predecessor_go_together() {
    on_virtual_time(async {
        for is_destroyed in [false, true] {
            let directory = tempfile::tempdir().unwrap();
            let cloud = has_made(STACK, &spec("one"), "id-of-one", 0);
            let state = replacing(&cloud);
            let session = at_rest(&cloud, directory.path(), Design::default(), state);
            let left = match is_destroyed {
                true => taken_down(&session).await,
                false => applied(&session).await,
            };
            assert!(!left.holds_anything(), "{left:?}");
            assert!(!cloud.has_named("id-of-one") && !cloud.has_named("id-of-zero"));
        }
    });
}

#[test]
fn a_successor_that_is_not_wanted_any_more_goes_alone() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = has_made(STACK, &spec("one"), "id-of-one", 0);
        let state = replacing(&cloud);
        let session = at_rest(&cloud, directory.path(), design([stack(STACK, "zero")]), state);
        let assessment = assess(&session, &session.design, &session.state).await.unwrap();
        assert!(matches!(step(&assessment, STACK).action, Action::Keep));
        assert_eq!(
            assessment.plan.deposed,
            [(address(STACK), "id-of-one".to_owned())]
        );
        let state = applied(&session).await;
        assert_eq!(changes(&cloud), [format!("delete {STACK} id-of-one")]);
        assert_eq!(state.resources[&address(STACK)].id, "id-of-zero");
        assert!(state.intents.is_empty() && state.deposed.is_empty());
    });
}

#[test]
fn a_successor_that_is_wanted_otherwise_goes_with_its_predecessor() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = has_made(STACK, &spec("one"), "id-of-one", 0);
        let state = replacing(&cloud);
        let session = at_rest(&cloud, directory.path(), design([stack(STACK, "two")]), state);
        let state = applied(&session).await;
        assert_eq!(state.resources[&address(STACK)].spec["name"], "two");
        assert!(state.deposed.is_empty());
        assert!(!cloud.has_named("id-of-one") && !cloud.has_named("id-of-zero"));
    });
}

#[test]
fn a_way_down_finds_it_after_the_blueprint_changed() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = has_made(STACK, &spec("one"), "id-of-one", 0);
        let session = at_rest(
            &cloud,
            directory.path(),
            Design::default(),
            begun(STACK, &spec("one"), None),
        );
        assert!(!taken_down(&session).await.holds_anything());
        assert!(!cloud.has_named("id-of-one"));
    });
}

#[test]
fn drift_says_that_it_is_unfinished_and_writes_nothing() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = has_made(STACK, &spec("one"), "id-of-one", 0);
        let state = begun(STACK, &spec("one"), None);
        let session = at_rest(&cloud, directory.path(), design([stack(STACK, "two")]), state);
        let report = drift(&session).await.unwrap().report;
        let classes: Vec<Drifts> = report.entries.iter().map(|entry| entry.class).collect();
        assert_eq!(classes, [Drifts::Pending]);
        assert!(std::fs::read_dir(directory.path()).unwrap().next().is_none());
    });
}

/// What AWS cannot change is refused, and refused is not forgotten.
#[test]
fn what_cannot_change_is_refused_and_stays_known() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let made = instance();
        let cloud = has_made(INSTANCE, &made.spec, "id-of-one", 0);
        let mut other = instance();
        other.spec["alias"] = "other".into();
        let state = begun(INSTANCE, &made.spec, None);
        let refused = at_rest(&cloud, directory.path(), design([other]), state);
        let assessment = assess(&refused, &refused.design, &refused.state).await.unwrap();
        let codes: Vec<&str> = assessment.findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["cannot-change"]);
        let session = Session {
            design: design([made]),
            ..refused
        };
        let state = applied(&session).await;
        assert_eq!(changes(&cloud), [""; 0]);
        let known = &state.resources[&address(INSTANCE)];
        assert_eq!((known.id.as_str(), known.origin), ("id-of-one", Origin::Created));
    });
}

/// AWS shows it only after a while: nothing is planned, and no intent ends, before it shows or surely is not there.
#[test]
fn what_shows_only_later_is_waited_for() {
    on_virtual_time(async {
        for wanted in [design([stack(STACK, "two")]), Design::default()] {
            let directory = tempfile::tempdir().unwrap();
            let cloud = has_made(STACK, &spec("one"), "id-of-one", 100);
            let state = begun(STACK, &spec("one"), Some(beginning()));
            let session = at_rest(&cloud, directory.path(), wanted.clone(), state.clone());
            // Who only looks hears of it.
            let assessment = assess(&session, &session.design, &session.state).await.unwrap();
            let codes: Vec<&str> = assessment.findings.iter().map(|finding| finding.code).collect();
            assert_eq!(codes, ["not-visible-yet"]);
            assert_eq!(session.cloud.clock().now(), beginning());
            applied(&session).await;
            assert!(!cloud.has_named("id-of-one"));

            let directory = tempfile::tempdir().unwrap();
            let cloud = has_made(STACK, &spec("one"), "id-of-one", 100);
            let since = Some(cloud_time(&cloud));
            let state = begun(STACK, &spec("one"), since);
            let session = at_rest(&cloud, directory.path(), Design::default(), state);
            assert!(!taken_down(&session).await.holds_anything());
            assert!(!cloud.has_named("id-of-one"));

            let directory = tempfile::tempdir().unwrap();
            let cloud = has_made(STACK, &spec("one"), "id-of-one", 100);
            let state = begun(STACK, &spec("one"), Some(cloud_time(&cloud)));
            let session = at_rest(&cloud, directory.path(), wanted, state);
            let locked = held(&session);
            drop(Offer::of(&session, locked, &[]).await.unwrap());
            assert!(seconds_since(&session, beginning()) >= 100);
        }
    });
}

fn cloud_time(cloud: &Arc<TableCloud>) -> Timestamp {
    use headset_kinds::Cloud;
    cloud.clock().now()
}

fn seconds_since(session: &Session, then: Timestamp) -> i64 {
    session.cloud.clock().now().duration_since(then).as_secs()
}

/// What never shows was not made; and what AWS refused to make is not waited for.
#[test]
fn what_does_not_show_in_time_was_not_made() {
    on_virtual_time(async {
        for (at, least, most) in [(Some(beginning()), 240, 300), (None, 0, 5)] {
            let directory = tempfile::tempdir().unwrap();
            let cloud = TableCloud::new([]);
            let state = begun(STACK, &spec("one"), at);
            let session = at_rest(&cloud, directory.path(), design([stack(STACK, "two")]), state);
            let state = applied(&session).await;
            assert!(state.intents.is_empty());
            let waited = seconds_since(&session, beginning());
            assert!((least..=most).contains(&waited), "{at:?}: {waited} s");
        }
    });
}

#[test]
fn an_answer_of_aws_ends_the_time_in_which_something_may_show() {
    on_virtual_time(async {
        let earlier = |seconds: i64| Some(beginning() - jiff::SignedDuration::from_secs(seconds));
        for (class, in_part, before, waits_since) in [
            (Class::Invalid, false, None, None),
            (Class::Denied, false, None, None),
            (Class::Transient, false, None, Some(beginning())),
            // A call after the first one is refused, or the first one after an attempt at it whose answer was lost.
            (Class::Denied, true, None, Some(beginning())),
            // So is what an earlier run has asked for, whose answer was lost.
            (Class::Invalid, false, earlier(60), earlier(60)),
            (Class::Invalid, true, earlier(60), Some(beginning())),
            // What that made would show by now.
            (Class::Invalid, false, earlier(600), None),
        ] {
            let directory = tempfile::tempdir().unwrap();
            let cloud = TableCloud::new([]);
            let error = AwsError::own(class, "no");
            cloud.refuse(Some(NotMade { error, in_part }));
            let state = match before {
                Some(at) => begun(STACK, &spec("one"), Some(at)),
                None => empty_state(),
            };
            let wanted = design([stack(STACK, "one")]);
            let session = at_rest(&cloud, directory.path(), wanted, state);
            let locked = held(&session);
            let mut proposal = Proposal::of(&session, locked).await.unwrap();
            let allowed = Allowed::losing_all(true);
            let (outcome, _) =
                carried_out(async |running| proposal.carry_out(&allowed, running).await.unwrap()).await;
            assert_eq!(outcome.failed, [address(STACK)]);
            let intent = &proposal.state().intents[&address(STACK)];
            assert_eq!(intent.at, waits_since, "{class:?} {in_part} {before:?}");
        }
    });
}

/// A name is no proof: what others made under it stays theirs.
#[test]
fn what_does_not_prove_to_be_ours_is_left_alone() {
    on_virtual_time(async {
        let other = tags("6f1d0c1e-2222-4222-8222-222222222222");
        for theirs in [other, json!({}), json!({ "team": "a" })] {
            let directory = tempfile::tempdir().unwrap();
            let there = json!({ "name": "one", "tags": theirs });
            let cloud = has_made(STACK, &there, "id-of-one", 0);
            let state = begun(STACK, &spec("one"), None);
            let session = at_rest(&cloud, directory.path(), design([stack(STACK, "two")]), state);
            applied(&session).await;
            assert_eq!(changes(&cloud), [format!("create {STACK}")]);
        }
    });
}

/// As long as it cannot be read whether there is something, nothing else is made in its place.
#[test]
fn what_cannot_be_read_holds_its_step() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = TableCloud::new([]);
        let denied = Observation::Unknown(AwsError::own(Class::Denied, "no"));
        cloud.put_named(address(STACK).kind, &spec("one"), "id-of-one", denied, 0);
        let state = begun(STACK, &spec("one"), None);
        let session = at_rest(&cloud, directory.path(), design([stack(STACK, "two")]), state);
        let assessment = assess(&session, &session.design, &session.state).await.unwrap();
        assert!(matches!(step(&assessment, STACK).action, Action::Unknown { .. }));
        assert!(!has_errors(&assessment.findings));
    });
}

/// What another address asks for by now is that address's.
#[test]
fn what_another_address_asks_for_goes_there() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = has_made(STACK, &spec("one"), "id-of-one", 0);
        let desks = "appstream.stack/desks";
        make(&cloud, desks, &spec("zero"), "id-of-zero", 0);
        let mut state = begun(STACK, &spec("one"), None);
        let mut known = record(desks, &spec("zero"), &[]);
        known.id = "id-of-zero".to_owned();
        known.outputs.insert("arn".to_owned(), known.id.clone());
        state.resources.insert(address(desks), known);
        let wanted = design([stack(STACK, "two"), stack(desks, "one")]);
        let session = at_rest(&cloud, directory.path(), wanted, state);
        let state = applied(&session).await;
        assert_eq!(state.resources[&address(desks)].id, "id-of-one");
        assert_eq!(state.resources[&address(STACK)].spec["name"], "two");
        assert!(cloud.has_named("id-of-one") && !cloud.has_named("id-of-zero"));
    });
}

/// What carries no tags is proven by the intent: it was absent when the call was about to be made. Once AWS has answered that it
/// makes nothing, that is no proof any more: another client may have made it since.
#[test]
fn what_carries_no_tags_is_proven_by_an_intent_that_was_not_refused() {
    on_virtual_time(async {
        let made = json!({ "instance_id": "id-of-old", "origin": "https://pages.example.com" });
        let wanted = json!({ "instance_id": "id-of-new", "origin": "https://pages.example.com" });
        for (asked_at, proven) in [(Some(beginning()), true), (None, false)] {
            let directory = tempfile::tempdir().unwrap();
            let cloud = has_made(ORIGIN, &made, "old-origin", 0);
            let session = at_rest(
                &cloud,
                directory.path(),
                design([desired(ORIGIN, wanted.clone())]),
                begun(ORIGIN, &made, asked_at),
            );
            let assessment = assess(&session, &session.design, &session.state).await.unwrap();
            let known: Vec<(&str, Origin)> = assessment
                .made
                .iter()
                .filter_map(|entry| match entry {
                    Entry::Made { record, .. } => Some((record.id.as_str(), record.origin)),
                    _ => None,
                })
                .collect();
            match proven {
                true => assert_eq!(known, [("old-origin", Origin::Created)]),
                false => assert_eq!(known, []),
            }
            // What the blueprint does not ask for any more goes only where it is proven to be ours.
            let directory = tempfile::tempdir().unwrap();
            let cloud = has_made(ORIGIN, &made, "old-origin", 0);
            let state = begun(ORIGIN, &made, asked_at);
            applied(&at_rest(&cloud, directory.path(), Design::default(), state)).await;
            assert_eq!(cloud.has_named("old-origin"), !proven);
        }
    });
}
