//! A survey against a cloud that is a table: its rounds, and what is said of what cannot be looked for.

use super::*;
use crate::tests::table::{
    INSTANCE, ORIGIN, TableCloud, address, design, desired, empty_state, instance, live_of, on_virtual_time,
    origin, record,
};
use serde_json::json;

fn none(_: &Address) -> Result<BTreeMap<String, String>, StoreError> {
    Ok(BTreeMap::new())
}

fn surveyed(cloud: &TableCloud, design: &Design, state: &State) -> Survey {
    let targets = targets(design, state, &none).unwrap();
    on_virtual_time(survey(cloud, targets))
}

fn denied() -> Observation {
    Observation::Unknown(AwsError::own(Class::Denied, "no"))
}

#[test]
fn what_is_inside_something_is_looked_for_once_that_is_found() {
    let wanted = instance();
    let there = Observation::Present(live_of(&wanted.address, &wanted.spec));
    let cloud = TableCloud::new([(wanted.address.clone(), there)]);
    let found = surveyed(&cloud, &design([instance(), origin()]), &empty_state());
    assert_eq!(
        cloud.calls(),
        [
            "survey connect.instance main",
            "survey connect.approved_origin https://pages.example.com"
        ]
    );
    assert!(matches!(
        found.observations[&address(INSTANCE)],
        Observation::Present(_)
    ));
    assert!(matches!(
        found.observations[&address(ORIGIN)],
        Observation::Absent
    ));
    assert_eq!(found.outputs[&address(INSTANCE)]["id"], "id-of-main");
}

#[test]
fn things_of_a_kind_are_looked_for_together() {
    let second = desired("connect.instance/second", instance().spec);
    let cloud = TableCloud::new([]);
    surveyed(&cloud, &design([instance(), second]), &empty_state());
    assert_eq!(cloud.calls(), ["survey connect.instance main, second"]);
}

#[test]
fn what_is_inside_something_absent_is_absent_and_is_not_asked_for() {
    let cloud = TableCloud::new([]);
    let found = surveyed(&cloud, &design([instance(), origin()]), &empty_state());
    assert_eq!(cloud.calls(), ["survey connect.instance main"]);
    assert!(matches!(
        found.observations[&address(ORIGIN)],
        Observation::Absent
    ));
}

#[test]
fn what_is_inside_something_unreadable_is_unknown() {
    let cloud = TableCloud::new([(address(INSTANCE), denied())]);
    let found = surveyed(&cloud, &design([instance(), origin()]), &empty_state());
    let Observation::Unknown(error) = &found.observations[&address(ORIGIN)] else {
        panic!("{:?}", found.observations)
    };
    assert_eq!(error.class, Class::Denied);
}

#[test]
fn what_is_inside_something_that_is_not_known_at_all_is_unknown() {
    let cloud = TableCloud::new([]);
    let found = surveyed(&cloud, &design([origin()]), &empty_state());
    let Observation::Unknown(error) = &found.observations[&address(ORIGIN)] else {
        panic!("{:?}", found.observations)
    };
    assert!(error.message.contains(INSTANCE), "{error}");
}

#[test]
fn what_state_alone_knows_is_looked_for_with_its_id() {
    let mut state = empty_state();
    let spec = instance().spec;
    state
        .resources
        .insert(address(INSTANCE), record(INSTANCE, &spec, &[]));
    let targets = targets(&Design::default(), &state, &none).unwrap();
    let [target] = &targets[..] else {
        panic!("{targets:?}")
    };
    assert_eq!((target.id.as_deref(), &target.spec), (Some("id-of-main"), &spec));
    // What a blueprint wants of it counts before what was applied.
    let mut wanted = instance();
    wanted.spec["alias"] = json!("other");
    let targets = super::targets(&design([wanted]), &state, &none).unwrap();
    assert_eq!(targets[0].spec["alias"], "other");
}

#[test]
fn a_link_to_another_thing_forgets_the_id_of_the_old_one() {
    let mut wanted = instance();
    let known = record(INSTANCE, &wanted.spec, &[]);
    assert_eq!(known_id(&known, &wanted).as_deref(), Some("id-of-main"));
    wanted.spec = json!({ "alias": "other" });
    assert_eq!(
        known_id(&known, &wanted).as_deref(),
        Some("id-of-main"),
        "it is renamed"
    );
    wanted.mode = Mode::Existing;
    assert_eq!(known_id(&known, &wanted), None);
}

#[test]
fn lost_answers_leave_what_state_tells() {
    let at = "identity_center.application/acme";
    let spec = json!({
        "name": "acme", "description": "Sign-in", "acs_url": "https://signin.aws.amazon.com/saml",
        "audience": "urn:amazon:webservices", "relay_state": "https://example.com", "session": 3600,
        "mappings": [], "by_hand": false, "answers_at": "sign_in.idp.identity_center",
    });
    let mut state = empty_state();
    let mut known = record(at, &spec, &[]);
    known.origin = Origin::Adopted;
    let outputs = known.outputs.clone();
    state.resources.insert(address(at), known);
    let wanted = design([desired(at, spec)]);
    for are_kept in [false, true] {
        let mut targets = targets(&wanted, &state, &none).unwrap();
        recall(&mut targets, &state, &|_| are_kept);
        // That it is gone was written down; or nothing was.
        assert_eq!(targets[0].is_lost, !are_kept);
        let cloud = TableCloud::new([]);
        let found = on_virtual_time(survey(cloud.as_ref(), targets));
        assert_eq!(found.lost.contains(&address(at)), !are_kept);
        let told = found.told.get(&address(at));
        assert_eq!(told, (!are_kept).then_some(&outputs));
    }
}
