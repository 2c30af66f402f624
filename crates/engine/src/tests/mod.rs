//! The use cases on a cloud that is a table: opening, assessing, applying, taking over, taking down.

mod begun;
pub(crate) mod table;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::apply::event::Event;
use crate::apply::{ApplyOptions, NoResponder, Outcome, Running};
use crate::assess::assess;
use crate::destroy::{Proof, Takedown, Way};
use crate::import::Offer;
use crate::plan::guard::Allowed;
use crate::plan::{Action, Verdict};
use crate::proposal::Proposal;
use crate::session::{Session, Stop};
use crate::state::{Origin, SharedStates, State};
use crate::tests::table::{
    INSTANCE, LINEAGE, ORIGIN, TableCloud, address, design, empty_state, held, instance, live_of,
    on_virtual_time, origin, record, session, tags,
};
use headset_core::diagnostic::{Diagnostic, has_errors};
use headset_design::Design;
use headset_kinds::Observation;

fn wanted() -> Design {
    design([instance(), origin()])
}

/// The environment on this cloud, with what its store has of it.
fn open(cloud: &Arc<TableCloud>, directory: &Path, design: Design) -> Session {
    let session = session(cloud.clone(), directory, design, empty_state());
    let state = session.store.read().unwrap().unwrap_or_else(empty_state);
    Session { state, ..session }
}

async fn carried_out(run: impl AsyncFnOnce(Running<'_>) -> Outcome) -> (Outcome, Vec<Event>) {
    let mut events = Vec::new();
    let outcome = run(Running {
        on: "a test",
        responder: &NoResponder,
        cancel: &CancellationToken::new(),
        options: ApplyOptions {
            width: 4,
            wait_for_people: None,
        },
        report: &mut |event| events.push(event),
    })
    .await;
    (outcome, events)
}

/// Applies what is wanted and returns the state that this leaves.
async fn applied(session: &Session) -> State {
    let mut proposal = Proposal::of(session, held(session)).await.unwrap();
    assert!(!has_errors(&proposal.findings), "{:?}", proposal.findings);
    let (outcome, events) = carried_out(async |running| {
        proposal
            .carry_out(&Allowed::losing_all(true), running)
            .await
            .unwrap()
    })
    .await;
    assert!(outcome.is_done(), "{outcome:?}\n{events:?}");
    proposal.close().await.unwrap()
}

#[test]
fn an_apply_makes_what_is_wanted_in_order_and_the_next_plan_is_empty() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = TableCloud::new([]);
        let session = open(&cloud, directory.path(), wanted());
        let state = applied(&session).await;
        let calls = cloud.calls();
        let at = |call: &str| calls.iter().position(|one| one == call).unwrap();
        assert!(
            at(&format!("create {INSTANCE}")) < at(&format!("create {ORIGIN}")),
            "{calls:?}"
        );
        assert!(state.intents.is_empty());
        for address in [INSTANCE, ORIGIN].map(address) {
            assert_eq!(state.resources[&address].origin, Origin::Created);
        }
        assert_eq!(
            state.resources[&address(ORIGIN)].spec["instance_id"],
            "id-of-main"
        );

        let session = open(&cloud, directory.path(), wanted());
        assert_eq!(session.state, state, "what was closed is what is read");
        let assessment = assess(&session, &session.design, &session.state).await.unwrap();
        assert_eq!(assessment.plan.verdict(), Verdict::AsWanted);
        let calls = cloud.calls();
        assert!(calls.iter().all(|call| call.starts_with("survey ")), "{calls:?}");
    });
}

#[test]
fn assessing_writes_nothing() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = TableCloud::new([]);
        let session = open(&cloud, directory.path(), wanted());
        let assessment = assess(&session, &session.design, &session.state).await.unwrap();
        assert_eq!(assessment.plan.changes(), 2);
        assert!(std::fs::read_dir(directory.path()).unwrap().next().is_none());
    });
}

#[test]
fn a_lock_that_is_held_is_told() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = TableCloud::new([]);
        let mut session = open(&cloud, directory.path(), wanted());
        let held = session.lock(Duration::ZERO).await.ok();
        assert!(matches!(
            session.lock(Duration::ZERO).await,
            Err(Stop::Store(crate::state::StoreError::Locked { .. }))
        ));
        drop(held);
        assert!(session.lock(Duration::ZERO).await.is_ok());
    });
}

#[test]
fn what_is_there_with_our_tags_is_taken_over_and_nothing_is_called() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let (thing, inside) = (instance(), origin());
        let there = |one: &headset_design::Desired| Observation::Present(live_of(&one.address, &one.spec));
        let cloud = TableCloud::new([(thing.address.clone(), there(&thing))]);
        let mut inside = inside;
        inside.spec["instance_id"] = "id-of-main".into();
        cloud.put(ORIGIN, there(&inside));
        let session = open(&cloud, directory.path(), wanted());
        let offer = Offer::of(&session, held(&session), &[]).await.unwrap();
        assert!(!has_errors(&offer.import.findings), "{:?}", offer.import.findings);
        let taken: Vec<String> = offer
            .import
            .records
            .iter()
            .map(|(address, _)| address.to_string())
            .collect();
        assert_eq!(taken, [INSTANCE, ORIGIN], "dependencies first");
        assert!(session.store.read().unwrap().is_none(), "an offer writes nothing");
        offer.take_over("a test").await.unwrap();
        let calls = cloud.calls();
        assert!(calls.iter().all(|call| call.starts_with("survey ")), "{calls:?}");

        let session = open(&cloud, directory.path(), wanted());
        assert_eq!(session.state.resources[&address(INSTANCE)].id, "id-of-main");
        let assessment = assess(&session, &session.design, &session.state).await.unwrap();
        assert_eq!(assessment.plan.changes(), 0, "{:?}", assessment.plan.steps);
    });
}

#[test]
fn what_others_own_is_not_offered() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let thing = instance();
        let mut live = live_of(&thing.address, &thing.spec);
        let other = "6f1d0c1e-2222-4222-8222-222222222222";
        let mut theirs: std::collections::BTreeMap<String, String> =
            serde_json::from_value(tags(other)).unwrap();
        theirs.insert("headset:environment".to_owned(), "theirs".to_owned());
        live.tags = Some(theirs);
        let cloud = TableCloud::new([(thing.address.clone(), Observation::Present(live))]);
        let session = open(&cloud, directory.path(), design([instance()]));
        let offer = Offer::of(&session, held(&session), &[]).await.unwrap();
        assert!(offer.import.records.is_empty());
        assert!(!offer.import.findings.is_empty());
        let assessment = assess(&session, &session.design, &session.state).await.unwrap();
        assert!(has_errors(&assessment.findings));
        assert_eq!(assessment.plan.changes(), 0);
    });
}

/// Nothing else can be there of the environment.
const PROVEN: Proof<'static> = Proof {
    is_searched: true,
    gaps: &[],
    blueprint: None,
    import: "",
};

#[test]
fn a_takedown_takes_away_what_state_knows_dependents_first() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = TableCloud::new([]);
        applied(&open(&cloud, directory.path(), wanted())).await;
        cloud.calls();
        let session = open(&cloud, directory.path(), Design::default());
        let known = session.state.clone();
        let way = Takedown::of(&session, held(&session), &known, PROVEN).await;
        let Way::Down(takedown) = way.unwrap() else {
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
        let deletions: Vec<String> = cloud
            .calls()
            .into_iter()
            .filter(|call| call.starts_with("delete "))
            .collect();
        assert_eq!(
            deletions,
            [ORIGIN, INSTANCE].map(|at| format!("delete {at} id-of-{}", address(at).key))
        );
        let left = session.store.read().unwrap().unwrap();
        assert!(!left.holds_anything() && left.lineage == LINEAGE);
        assert_eq!(left.attempts.len(), 2, "AWS counts a creation and a deletion");
    });
}

/// A use case asks the guards itself, before anything is written or called: no command can leave them out.
#[test]
fn no_use_case_carries_out_what_a_guard_refuses() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = TableCloud::new([]);
        applied(&open(&cloud, directory.path(), wanted())).await;
        let refuses = async |session: &Session, allowed: &Allowed| {
            let mut proposal = Proposal::of(session, held(session)).await.unwrap();
            cloud.calls();
            let before = proposal.state().clone();
            let (outcome, _) =
                carried_out(async |running| match proposal.carry_out(allowed, running).await {
                    Err(Stop::Refused(findings)) => {
                        assert_eq!(findings.len(), 1, "{findings:?}");
                        Outcome {
                            interrupted: true,
                            ..Outcome::default()
                        }
                    }
                    done => panic!("{done:?}"),
                })
                .await;
            assert!(outcome.interrupted && cloud.calls().is_empty());
            assert_eq!(*proposal.state(), before);
        };
        let mut other = instance();
        other.spec["identity"] = serde_json::json!("CONNECT_MANAGED");
        let changed = open(&cloud, directory.path(), design([other, origin()]));
        refuses(&changed, &Allowed::losing_all(true)).await;
        let less = open(&cloud, directory.path(), Design::default());
        refuses(&less, &Allowed::default()).await;
    });
}

#[test]
fn a_takedown_of_nothing_says_so() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = TableCloud::new([]);
        let session = open(&cloud, directory.path(), Design::default());
        let known = session.state.clone();
        let way = Takedown::of(&session, held(&session), &known, PROVEN).await;
        assert!(matches!(way.unwrap(), Way::Nothing { .. }));
    });
}

#[test]
fn what_was_deleted_outside_is_made_again_and_told_as_gone() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = TableCloud::new([]);
        applied(&open(&cloud, directory.path(), wanted())).await;
        cloud.put(ORIGIN, Observation::Absent);
        let session = open(&cloud, directory.path(), wanted());
        let report = crate::drift::drift(&session).await.unwrap().report;
        let told: Vec<String> = report
            .entries
            .iter()
            .map(|entry| entry.address.to_string())
            .collect();
        assert_eq!(told, [ORIGIN]);
        cloud.calls();
        applied(&session).await;
        let calls = cloud.calls();
        assert!(calls.contains(&format!("create {ORIGIN}")), "{calls:?}");
        assert!(!calls.contains(&format!("create {INSTANCE}")), "{calls:?}");
    });
}

/// Opens the environment of a blueprint.
async fn opened(cloud: &Arc<TableCloud>, root: &Path, text: &str) -> Result<Session, Stop> {
    opened_in(cloud, root, None, text).await
}

/// The same, with its state in a shared store.
pub(crate) async fn opened_in(
    cloud: &Arc<TableCloud>,
    root: &Path,
    shared: Option<SharedStates>,
    text: &str,
) -> Result<Session, Stop> {
    let (blueprint, findings) =
        headset_blueprint::read(&headset_blueprint::Sources::alone("center.yaml", text));
    assert!(!has_errors(&findings), "{findings:?}");
    let blueprint = blueprint.unwrap();
    Session::open(crate::session::Opening {
        cloud: cloud.clone(),
        blueprint: &blueprint,
        root,
        scope: "",
        shared,
        planned: None,
        library: headset_design::Library::StandIn,
    })
    .await
}

pub(crate) const CENTER: &str = "\
version: 1
name: acme-center
aws: { region: eu-west-2 }
lifetime: 1d
connect: { alias: acme-center, identity: connect-managed }
";

fn refused(opened: Result<Session, Stop>) -> Vec<Diagnostic> {
    match opened {
        Err(Stop::Refused(findings)) => findings,
        Ok(session) => panic!("{} was opened", session.name),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn the_credentials_of_another_account_open_nothing() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = TableCloud::new([]);
        let other = CENTER.replace("eu-west-2 }", "eu-west-2, account: \"999999999999\" }");
        let findings = refused(opened(&cloud, directory.path(), &other).await);
        assert_eq!(findings[0].code, "wrong-account");
        assert!(std::fs::read_dir(directory.path()).unwrap().next().is_none());
    });
}

#[test]
fn an_environment_expires_so_long_after_it_was_first_applied() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = TableCloud::new([]);
        let session = opened(&cloud, directory.path(), CENTER).await.unwrap();
        assert_eq!(session.context.expires.as_deref(), Some("2026-01-02T00:00:00Z"));
        applied(&session).await;
        // A day later it is the same moment; another lifetime counts from when the first one did.
        tokio::time::advance(Duration::from_secs(7200)).await;
        let again = opened(&cloud, directory.path(), CENTER).await.unwrap();
        assert_eq!(again.context.expires, session.context.expires);
        assert_eq!(again.context.lineage, session.context.lineage);
        let longer = CENTER.replace("lifetime: 1d", "lifetime: 3d");
        let longer = opened(&cloud, directory.path(), &longer).await.unwrap();
        assert_eq!(longer.context.expires.as_deref(), Some("2026-01-04T00:00:00Z"));
        let without = opened(&cloud, directory.path(), &CENTER.replace("lifetime: 1d\n", "")).await;
        assert_eq!(without.unwrap().context.expires, None);
    });
}

/// Both were opened before there was anything, with a lineage each.
#[test]
fn a_run_that_begins_second_goes_on_with_what_the_first_one_began() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = TableCloud::new([]);
        let first = opened(&cloud, directory.path(), CENTER).await.unwrap();
        tokio::time::advance(Duration::from_secs(60)).await;
        let mut second = opened(&cloud, directory.path(), CENTER).await.unwrap();
        assert_ne!(second.context.lineage, first.context.lineage);
        assert_ne!(second.context.expires, first.context.expires);
        applied(&first).await;
        let locked = second.lock(Duration::ZERO).await.unwrap();
        assert_eq!(second.context.lineage, first.context.lineage);
        assert_eq!(second.context.expires, first.context.expires);
        let proposal = Proposal::of(&second, locked).await.unwrap();
        assert!(!has_errors(&proposal.findings), "{:?}", proposal.findings);
        assert_eq!(proposal.plan.verdict(), Verdict::AsWanted);
    });
}

#[test]
fn a_step_that_waits_for_a_person_leaves_the_rest_done() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let cloud = TableCloud::new([]);
        let application = crate::tests::table::desired(
            "identity_center.application/acme",
            serde_json::json!({
                "name": "acme", "description": "Sign-in", "acs_url": "https://signin.aws.amazon.com/saml",
                "audience": "urn:amazon:webservices", "relay_state": "https://example.com", "session": 3600,
                "mappings": [], "by_hand": false, "answers_at": "sign_in.idp.identity_center",
            }),
        );
        let at = application.address.clone();
        let session = open(&cloud, directory.path(), design([instance(), application]));
        let mut proposal = Proposal::of(&session, held(&session)).await.unwrap();
        assert!(matches!(proposal.plan.steps[&at].action, Action::Await { .. }));
        let (outcome, _) = carried_out(async |running| {
            proposal
                .carry_out(&Allowed::losing_all(true), running)
                .await
                .unwrap()
        })
        .await;
        let open: Vec<_> = outcome
            .open
            .iter()
            .map(|checkpoint| &checkpoint.address)
            .collect();
        assert_eq!(open, [&at]);
        assert!(outcome.failed.is_empty() && !outcome.is_done());
        let state = proposal.close().await.unwrap();
        assert!(state.resources.contains_key(&address(INSTANCE)) && !state.resources.contains_key(&at));
    });
}

#[test]
fn what_was_begun_and_is_there_is_known_to_be_ours() {
    on_virtual_time(async {
        let directory = tempfile::tempdir().unwrap();
        let thing = instance();
        let mut live = live_of(&thing.address, &thing.spec);
        // The process died between the creation and the tags.
        live.tags = Some(Default::default());
        let cloud = TableCloud::new([(thing.address.clone(), Observation::Present(live))]);
        let mut state = empty_state();
        let known = record(INSTANCE, &thing.spec, &[]);
        state.apply(crate::state::Entry::Intend {
            address: thing.address.clone(),
            intent: crate::state::Intent {
                verb: crate::state::Verb::Create,
                spec: known.spec,
                token: "00000000-0000-4000-8000-000000000000".to_owned(),
                after: Vec::new(),
                at: None,
            },
        });
        let session = session(cloud, directory.path(), design([instance()]), state);
        let assessment = assess(&session, &session.design, &session.state).await.unwrap();
        assert!(!has_errors(&assessment.findings), "{:?}", assessment.findings);
        assert!(matches!(
            assessment.plan.steps[&thing.address].action,
            Action::Adopt { .. } | Action::Update { .. }
        ));
    });
}
