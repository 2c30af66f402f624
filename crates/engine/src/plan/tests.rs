//! The planner on designs, states and observations by hand: each decision by itself.

use std::collections::BTreeMap;

use super::guard::{Allowed, Losses, guard};
use super::*;
use crate::state::{Attempt, OtherEnvironments, State};
use crate::survey::Survey;
use crate::tests::table::{
    INSTANCE, LINEAGE, ORIGIN, address, design, desired, empty_state, input, instance, live_of, origin,
    record, tags,
};
use headset_core::diagnostic::{Diagnostic, has_errors};
use headset_core::{AwsError, Class};
use headset_design::{Design, Mode};
use headset_kinds::connect::InstanceLive;
use headset_kinds::{Address, Live, Observation};
use serde_json::json;

/// A plan of this world.
fn planned(design: &Design, state: &State, there: &[(&str, Observation)]) -> (Plan, Vec<Diagnostic>) {
    planned_beside(design, state, there, &OtherEnvironments::default())
}

fn planned_beside(
    design: &Design,
    state: &State,
    there: &[(&str, Observation)],
    others: &OtherEnvironments,
) -> (Plan, Vec<Diagnostic>) {
    let mut survey = Survey::default();
    for at in design.resources.keys().chain(state.known()) {
        survey.observations.insert(at.clone(), Observation::Absent);
    }
    for (at, observation) in there {
        if let Observation::Present(live) = observation {
            survey.outputs.insert(address(at), live.outputs.clone());
        }
        survey.observations.insert(address(at), observation.clone());
    }
    plan(&PlanInput {
        others,
        ..input(design, state, &survey)
    })
}

fn live_instance() -> Live {
    live_of(&address(INSTANCE), &instance().spec)
}

/// State knows the instance, and the origin on it.
fn applied() -> State {
    let mut state = empty_state();
    state
        .resources
        .insert(address(INSTANCE), record(INSTANCE, &instance().spec, &[]));
    let spec = json!({ "instance_id": "id-of-main", "origin": "https://pages.example.com" });
    state
        .resources
        .insert(address(ORIGIN), record(ORIGIN, &spec, &[INSTANCE]));
    state
}

fn present(live: Live) -> Observation {
    Observation::Present(live)
}

fn live_origin() -> Live {
    let spec = json!({ "instance_id": "id-of-main", "origin": "https://pages.example.com" });
    live_of(&address(ORIGIN), &spec)
}

fn action<'a>(plan: &'a Plan, at: &str) -> &'a Action {
    &plan.steps[&address(at)].action
}

fn codes(findings: &[Diagnostic]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code).collect()
}

fn before(plan: &Plan, at: &str, phase: Phase) -> Vec<Node> {
    graph(plan)
        .remove(&Node {
            address: address(at),
            phase,
        })
        .unwrap()
}

fn node(at: &str, phase: Phase) -> Node {
    Node {
        address: address(at),
        phase,
    }
}

#[test]
fn what_is_absent_is_made_after_what_it_refers_to() {
    let (plan, findings) = planned(&design([instance(), origin()]), &empty_state(), &[]);
    assert!(findings.is_empty(), "{findings:?}");
    assert!(matches!(action(&plan, INSTANCE), Action::Create));
    assert!(matches!(action(&plan, ORIGIN), Action::Create));
    assert_eq!(before(&plan, ORIGIN, Phase::Up), [node(INSTANCE, Phase::Up)]);
    assert_eq!(plan.verdict(), Verdict::Changes);
}

#[test]
fn what_is_as_wanted_is_kept_and_the_plan_is_empty() {
    let there = [
        (INSTANCE, present(live_instance())),
        (ORIGIN, present(live_origin())),
    ];
    let (plan, findings) = planned(&design([instance(), origin()]), &applied(), &there);
    assert!(findings.is_empty() && plan.is_empty(), "{:?}", plan.steps);
    assert_eq!(plan.verdict(), Verdict::AsWanted);
    assert!(graph(&plan).is_empty() || plan.changes() == 0);
}

#[test]
fn a_field_in_place_is_an_update_and_says_whether_it_drifted() {
    let mut live = live_instance();
    live.amend(|instance: &mut InstanceLive| instance.inbound = Some(false));
    let (plan, _) = planned(
        &design([instance(), origin()]),
        &applied(),
        &[(INSTANCE, present(live)), (ORIGIN, present(live_origin()))],
    );
    assert!(matches!(action(&plan, INSTANCE), Action::Update { diff } if diff.len() == 1));
    let causes = &plan.steps[&address(INSTANCE)].causes;
    assert_eq!(
        (causes[0].field.as_str(), causes[0].cause),
        ("inbound", Cause::Drift)
    );
    // The same difference after the blueprint changed is pending.
    let mut wanted = instance();
    wanted.spec["inbound"] = json!(false);
    let there = [
        (INSTANCE, present(live_instance())),
        (ORIGIN, present(live_origin())),
    ];
    let (plan, _) = planned(&design([wanted, origin()]), &applied(), &there);
    assert_eq!(plan.steps[&address(INSTANCE)].causes[0].cause, Cause::Pending);
}

#[test]
fn a_field_that_cannot_change_is_an_error_with_its_field() {
    let mut wanted = instance();
    wanted.spec["identity"] = json!("CONNECT_MANAGED");
    let there = [
        (INSTANCE, present(live_instance())),
        (ORIGIN, present(live_origin())),
    ];
    let (plan, findings) = planned(&design([wanted, origin()]), &applied(), &there);
    assert_eq!(codes(&findings), ["cannot-change"]);
    assert!(has_errors(&findings) && findings[0].message.contains("identity"));
    assert!(
        findings[0].notes[0].contains("fixed when an instance is made"),
        "{findings:?}"
    );
    assert!(!action(&plan, INSTANCE).removes());
}

#[test]
fn a_name_that_others_have_is_an_error_of_the_plan() {
    let taken = Observation::Unknown(AwsError::own(Class::AlreadyThere, "another account has it"));
    let (plan, findings) = planned(&design([instance()]), &empty_state(), &[(INSTANCE, taken)]);
    assert_eq!(codes(&findings), ["name-taken"]);
    assert!(has_errors(&findings));
    assert!(matches!(action(&plan, INSTANCE), Action::Unknown { .. }));
}

#[test]
fn what_could_not_be_read_is_neither_made_nor_deleted() {
    let denied = || Observation::Unknown(AwsError::own(Class::Denied, "no"));
    for wanted in [design([instance(), origin()]), Design::default()] {
        let there = [(INSTANCE, denied()), (ORIGIN, denied())];
        let (plan, _) = planned(&wanted, &applied(), &there);
        assert!(matches!(action(&plan, INSTANCE), Action::Unknown { .. }));
        assert_eq!(plan.changes(), 0, "{:?}", plan.steps);
        assert_eq!(plan.unread.len(), 2);
        assert_eq!(plan.verdict(), Verdict::Unknown);
    }
}

#[test]
fn what_is_no_longer_asked_for_goes_after_what_depends_on_it() {
    let there = [
        (INSTANCE, present(live_instance())),
        (ORIGIN, present(live_origin())),
    ];
    let (plan, _) = planned(&Design::default(), &applied(), &there);
    assert!(matches!(action(&plan, INSTANCE), Action::Delete));
    assert!(matches!(action(&plan, ORIGIN), Action::Delete));
    assert_eq!(before(&plan, INSTANCE, Phase::Down), [node(ORIGIN, Phase::Down)]);
    assert!(before(&plan, ORIGIN, Phase::Down).is_empty());
    assert_eq!(plan.going().count(), 2);
}

#[test]
fn what_is_gone_already_is_forgotten() {
    let (plan, _) = planned(&Design::default(), &applied(), &[]);
    assert!(matches!(action(&plan, INSTANCE), Action::Forget));
    assert_eq!(plan.changes(), 0);
}

#[test]
fn a_link_is_read_and_never_made() {
    let mut link = instance();
    link.mode = Mode::Existing;
    link.spec = json!({ "alias": "acme" });
    let there = [(INSTANCE, present(live_instance()))];
    let (plan, findings) = planned(&design([link.clone()]), &empty_state(), &there);
    assert!(matches!(action(&plan, INSTANCE), Action::Read) && !has_errors(&findings));
    let (plan, findings) = planned(&design([link]), &empty_state(), &[]);
    assert!(!action(&plan, INSTANCE).changes());
    assert!(has_errors(&findings), "it should be there: {findings:?}");
}

#[test]
fn whose_a_thing_is_its_tags_say() {
    let there = |lineage: Option<&str>| {
        let tagged = lineage.map_or_else(|| json!({}), tags);
        let live = live_instance().tagged(serde_json::from_value(tagged).unwrap());
        [(INSTANCE, present(live))]
    };
    let wanted = design([instance()]);
    let (plan, findings) = planned(&wanted, &empty_state(), &there(Some(LINEAGE)));
    assert!(matches!(action(&plan, INSTANCE), Action::Adopt { .. }) && !has_errors(&findings));

    let refused = |state: &State, lineage| {
        let (plan, findings) = planned(&wanted, state, &there(lineage));
        assert!(has_errors(&findings), "{findings:?}");
        match action(&plan, INSTANCE) {
            Action::Refused { refusal } => refusal.clone(),
            other => panic!("{other:?}"),
        }
    };
    assert!(matches!(refused(&empty_state(), None), Refusal::NotOurs { .. }));
    // This environment's name under a lineage that an empty state does not know: state was lost.
    let other = "6f1d0c1e-2222-4222-8222-222222222222";
    assert!(matches!(
        refused(&empty_state(), Some(other)),
        Refusal::LostState { .. }
    ));
    let mut knows = empty_state();
    let unrelated = "connect.instance/second";
    knows
        .resources
        .insert(address(unrelated), record(unrelated, &instance().spec, &[]));
    assert!(matches!(
        refused(&knows, Some(other)),
        Refusal::BelongsToAnother { .. }
    ));
    // What state knows by its id has lost its tags: they are put back.
    let (plan, findings) = planned(&wanted, &applied(), &there(None));
    assert!(
        matches!(action(&plan, INSTANCE), Action::Update { .. }),
        "{findings:?}"
    );
}

#[test]
fn two_entries_do_not_get_one_thing() {
    let second = desired("connect.instance/second", instance().spec);
    let there = [
        (INSTANCE, present(live_instance())),
        ("connect.instance/second", present(live_instance())),
    ];
    let (plan, findings) = planned(&design([instance(), second]), &empty_state(), &there);
    assert!(has_errors(&findings));
    for at in [INSTANCE, "connect.instance/second"] {
        assert!(
            matches!(action(&plan, at), Action::Refused { refusal: Refusal::ClaimedTwice { by, .. } } if by.len() == 2),
            "{:?}",
            action(&plan, at)
        );
    }
}

#[test]
fn the_guard_keeps_what_is_protected_whatever_is_allowed() {
    let mut state = applied();
    for record in state.resources.values_mut() {
        record.protect = true;
    }
    let there = [
        (INSTANCE, present(live_instance())),
        (ORIGIN, present(live_origin())),
    ];
    let (plan, _) = planned(&Design::default(), &state, &there);
    for disruption in [false, true] {
        let refused = guard(&plan, &Allowed::losing_all(disruption));
        assert_eq!(codes(&refused), ["protected", "protected"]);
    }
}

/// What changes takes away for good is named and allowed by its address; what is protected is not to be allowed at all.
#[test]
fn what_is_lost_for_good_is_allowed_by_address() {
    let there = [
        (INSTANCE, present(live_instance())),
        (ORIGIN, present(live_origin())),
    ];
    let (plan, _) = planned(
        &design([desired("connect.instance/second", instance().spec)]),
        &applied(),
        &there,
    );
    let second = address("connect.instance/second");
    assert!(matches!(
        plan.steps[&second].action,
        Action::Create | Action::Keep | Action::Adopt { .. }
    ));
    let (plan, _) = planned(&Design::default(), &applied(), &there);
    let refused = guard(&plan, &Allowed::default());
    assert_eq!(
        codes(&refused),
        ["would-lose"],
        "an origin is made again at any time"
    );
    assert!(refused[0].message.contains("contact records"), "{refused:?}");
    let help = refused[0].help.as_ref().unwrap();
    assert!(
        help.contains("--allow-irreversible connect.instance/main"),
        "{help}"
    );
    let at = |of: &str| Allowed {
        losses: Losses::At([address(of)].into()),
        ..Allowed::default()
    };
    assert_eq!(codes(&guard(&plan, &at(ORIGIN))), ["would-lose"]);
    assert!(guard(&plan, &at(INSTANCE)).is_empty());
    let mut state = applied();
    for record in state.resources.values_mut() {
        record.protect = true;
    }
    let (plan, _) = planned(&Design::default(), &state, &there);
    assert_eq!(codes(&guard(&plan, &at(INSTANCE))), ["protected", "protected"]);
}

/// A part of the plan of this world.
fn part(
    design: &Design,
    state: &State,
    there: &[(&str, Observation)],
    scope: &Selection,
) -> (Plan, Vec<Diagnostic>) {
    let mut survey = Survey::default();
    for at in design.resources.keys().chain(state.known()) {
        survey.observations.insert(at.clone(), Observation::Absent);
    }
    for (at, observation) in there {
        survey.observations.insert(address(at), observation.clone());
    }
    plan(&PlanInput {
        scope,
        ..input(design, state, &survey)
    })
}

fn steps(plan: &Plan) -> Vec<String> {
    plan.steps.keys().map(ToString::to_string).collect()
}

#[test]
fn a_target_takes_along_what_has_to_come_before_it() {
    let targets = |at: &str| Selection {
        targets: [address(at)].into(),
        ..Selection::default()
    };
    let wanted = design([
        instance(),
        origin(),
        desired("connect.instance/second", instance().spec),
    ]);
    let (made, findings) = part(&wanted, &empty_state(), &[], &targets(ORIGIN));
    assert_eq!(
        steps(&made),
        [ORIGIN, INSTANCE],
        "the instance is there before its origin"
    );
    let partial = made.partial.unwrap();
    assert_eq!(partial.left_out, [address("connect.instance/second")]);
    assert!(codes(&findings).contains(&"partial"), "{findings:?}");
    // Downwards, what hangs on a thing goes before it.
    let there = [
        (INSTANCE, present(live_instance())),
        (ORIGIN, present(live_origin())),
    ];
    let (down, _) = part(&Design::default(), &applied(), &there, &targets(INSTANCE));
    assert_eq!(steps(&down).len(), 2);
    assert!(down.partial.is_none(), "that is everything");
    let (down, _) = part(&Design::default(), &applied(), &there, &targets(ORIGIN));
    assert_eq!(steps(&down), [ORIGIN]);
}

#[test]
fn what_is_excluded_leaves_out_what_depends_on_it() {
    let excludes = |at: &str| Selection {
        excludes: [address(at)].into(),
        ..Selection::default()
    };
    let second = desired("connect.instance/second", instance().spec);
    let wanted = design([instance(), origin(), second]);
    let (made, _) = part(&wanted, &empty_state(), &[], &excludes(INSTANCE));
    assert_eq!(steps(&made), ["connect.instance/second"]);
    let there = [
        (INSTANCE, present(live_instance())),
        (ORIGIN, present(live_origin())),
    ];
    let (down, _) = part(&Design::default(), &applied(), &there, &excludes(ORIGIN));
    assert!(steps(&down).is_empty(), "what stays still needs the instance");
    let (down, _) = part(&Design::default(), &applied(), &there, &excludes(INSTANCE));
    assert_eq!(steps(&down), [ORIGIN]);
    // What is wrong with what is left out keeps nothing else from being done.
    let mut other = instance();
    other.spec["identity"] = json!("CONNECT_MANAGED");
    let wanted = design([other, desired("connect.instance/second", instance().spec)]);
    let (_, findings) = part(&wanted, &applied(), &there, &Selection::default());
    assert!(has_errors(&findings));
    let (made, findings) = part(&wanted, &applied(), &there, &excludes(INSTANCE));
    assert!(!has_errors(&findings), "{findings:?}");
    assert!(made.steps.contains_key(&address("connect.instance/second")));
}

/// What is left out may still use a predecessor.
#[test]
fn predecessors_stay_as_long_as_a_part_is_carried_out() {
    let mut state = applied();
    let image = address("appstream.image/desk");
    state.deposed.push((
        image.clone(),
        record("appstream.image/desk", &json!({ "name": "acme-desk" }), &[]),
    ));
    let there = [
        (INSTANCE, present(live_instance())),
        (ORIGIN, present(live_origin())),
    ];
    let all = part(&Design::default(), &state, &there, &Selection::default()).0;
    assert_eq!(all.deposed.len(), 1);
    let scope = Selection {
        targets: [address(ORIGIN)].into(),
        ..Selection::default()
    };
    let down = part(&Design::default(), &state, &there, &scope).0;
    assert!(down.deposed.is_empty());
    assert!(down.partial.unwrap().left_out.contains(&image));
}

#[test]
fn the_guard_counts_open_sessions_unless_they_may_be_cut_off() {
    let mut live = live_instance();
    (live.sessions, live.running) = (Some(2), true);
    let there = [(INSTANCE, present(live)), (ORIGIN, present(live_origin()))];
    let (plan, _) = planned(&Design::default(), &applied(), &there);
    let refused = guard(&plan, &Allowed::losing_all(false));
    assert_eq!(codes(&refused), ["would-disrupt"]);
    assert!(refused[0].message.contains("2 open sessions"), "{refused:?}");
    assert!(guard(&plan, &Allowed::losing_all(true)).is_empty());
}

#[test]
fn a_session_that_two_things_show_is_counted_once() {
    let (mut instance, mut origin) = (live_instance(), live_origin());
    for live in [&mut instance, &mut origin] {
        (live.sessions, live.running) = (Some(2), true);
    }
    let there = [(INSTANCE, present(instance)), (ORIGIN, present(origin))];
    let (plan, _) = planned(&Design::default(), &applied(), &there);
    assert_eq!(plan.steps.len(), 2);
    assert_eq!(plan.sessions(), 2);
}

#[test]
fn creations_are_counted_over_all_environments() {
    let attempts = |count: usize, at: &str| -> Vec<Attempt> {
        let one = Attempt {
            at: at.to_owned(),
            address: address(INSTANCE),
        };
        vec![one; count]
    };
    let counted = |own: usize, others: usize, at: &str| {
        let mut state = empty_state();
        state.attempts = attempts(own, at);
        let others = OtherEnvironments {
            attempts: attempts(others, at),
            ..OtherEnvironments::default()
        };
        let (plan, findings) = planned_beside(&design([instance()]), &state, &[], &others);
        let refused = guard(&plan, &Allowed::default());
        let allowed = Allowed {
            creation_limit: true,
            ..Allowed::default()
        };
        assert!(guard(&plan, &allowed).is_empty());
        [codes(&findings), codes(&refused)].concat()
    };
    let lately = "2025-12-20T00:00:00Z";
    assert_eq!(counted(0, 0, lately), [""; 0]);
    assert_eq!(counted(0, 1, lately), ["creation-limit-count"]);
    assert_eq!(counted(40, 38, lately), ["creation-limit-count"]);
    assert_eq!(counted(40, 39, lately), ["creation-limit-near"], "the eightieth");
    assert_eq!(counted(50, 49, lately), ["creation-limit-near"], "the hundredth");
    assert_eq!(counted(50, 50, lately), ["creation-limit"]);
    assert_eq!(counted(50, 50, "2025-11-01T00:00:00Z"), [""; 0], "two months ago");
    // A state that could not be read is named where it would have counted, and nowhere else.
    let others = OtherEnvironments {
        unread: vec!["/states/other".to_owned()],
        ..OtherEnvironments::default()
    };
    let (_, findings) = planned_beside(&design([instance()]), &empty_state(), &[], &others);
    assert_eq!(codes(&findings), ["creation-limit-unread"]);
    let there = [(INSTANCE, present(live_instance()))];
    let (_, findings) = planned_beside(&design([instance()]), &applied(), &there, &others);
    assert!(
        !codes(&findings).contains(&"creation-limit-unread"),
        "{findings:?}"
    );
}

/// The event history of the account knows what other machines did; where it may not be read, the count is a least one.
#[test]
fn the_event_history_counts_what_no_state_knows() {
    let counted = |events: Option<Result<usize, AwsError>>| {
        let mut survey = Survey::default();
        survey.observations.insert(address(INSTANCE), Observation::Absent);
        survey
            .events
            .extend(events.map(|events| (address(INSTANCE).kind, events)));
        let mut state = empty_state();
        state.attempts = vec![
            Attempt {
                at: "2025-12-20T00:00:00Z".to_owned(),
                address: address(INSTANCE),
            };
            3
        ];
        let (plan, findings) = plan(&input(&design([instance()]), &state, &survey));
        let refused = guard(&plan, &Allowed::default());
        findings.into_iter().chain(refused).next().unwrap()
    };
    assert!(
        counted(None).message.contains("main: at least 3 creations"),
        "{:?}",
        counted(None)
    );
    assert!(counted(Some(Ok(7))).message.contains("main: 7 creations"));
    assert!(
        counted(Some(Ok(2))).message.contains("main: at least 3"),
        "it is late"
    );
    assert_eq!(counted(Some(Ok(79))).code, "creation-limit-near");
    let over = counted(Some(Ok(100)));
    assert_eq!(over.code, "creation-limit");
    assert!(over.help.unwrap().contains("--allow-creation-limit"));
    let denied = counted(Some(Err(AwsError::own(Class::Denied, "no"))));
    assert!(denied.message.contains("at least 3"));
    assert!(
        denied.notes[0].contains("CloudTrail could not be read"),
        "{denied:?}"
    );
}

#[test]
fn addresses_come_in_the_order_of_their_references() {
    let wanted = design([origin(), instance()]);
    let (state, survey) = (empty_state(), Survey::default());
    let input = input(&wanted, &state, &survey);
    assert_eq!(dependencies::dependencies(&origin()), [address(INSTANCE)]);
    let all = wanted.resources.keys().collect();
    let order: Vec<Address> = dependencies::in_dependency_order(&all, &input)
        .into_iter()
        .cloned()
        .collect();
    assert_eq!(order, [address(INSTANCE), address(ORIGIN)]);
}

#[test]
fn the_same_input_gives_the_same_plan() {
    let there: BTreeMap<&str, Observation> = BTreeMap::from([(INSTANCE, present(live_instance()))]);
    let there: Vec<_> = there.into_iter().collect();
    let once = || {
        format!(
            "{:?}",
            planned(&design([instance(), origin()]), &applied(), &there)
        )
    };
    assert_eq!(once(), once());
}
