use serde_json::json;

use super::super::record::{Intent, Origin, Record, Relocation, Verb};
use super::*;
use headset_core::diagnostic::Place;
use headset_design::{Desired, Mode, Move};

fn fleet(key: &str) -> Address {
    headset_core::address!("appstream.fleet", key)
}

fn association(key: &str) -> Address {
    headset_core::address!("appstream.fleet_association", key)
}

fn record(id: &str, after: Vec<Address>) -> Record {
    Record {
        id: id.into(),
        origin: Origin::Created,
        spec: json!({"name": id}),
        outputs: BTreeMap::from([("name".to_owned(), id.to_owned())]),
        protect: false,
        after,
        waits: Default::default(),
        as_found: false,
    }
}

fn state() -> State {
    let mut state = State::new("acme", "123456789012", "eu-west-2", "lineage".into());
    state.resources.insert(fleet("old"), record("f", vec![]));
    state
        .resources
        .insert(association("agents:old"), record("a", vec![fleet("old")]));
    state
}

fn place() -> Place {
    Place {
        file: "acme.yaml".into(),
        line: 1,
        column: 1,
        bytes: (0, 0),
    }
}

fn line(from: &str, to: &str) -> Move {
    let with = |key: &str| association(&format!("agents:{key}"));
    Move {
        from: fleet(from),
        to: fleet(to),
        companions: vec![(with(from), with(to))],
        place: place(),
    }
}

/// A design of fleets: their keys, and their names.
fn fleets(wanted: &[(&str, &str)]) -> Design {
    let mut design = Design::default();
    for (key, name) in wanted {
        let desired = Desired {
            address: fleet(key),
            mode: Mode::Managed,
            spec: json!({"name": name}),
            after: Vec::new(),
            protect: false,
            place: None,
            answers: Default::default(),
            is_named: false,
            waits: Default::default(),
        };
        design.resources.insert(fleet(key), desired);
    }
    design
}

fn holding(known: &[(&str, &str)]) -> State {
    let mut state = State::new("acme", "123456789012", "eu-west-2", "lineage".into());
    for (key, name) in known {
        state.resources.insert(fleet(key), record(name, vec![]));
    }
    state
}

#[test]
fn a_move_takes_everything_that_names_the_address_with_it() {
    let mut state = state();
    let intent = Intent {
        verb: Verb::Update,
        token: "t".into(),
        spec: serde_json::Value::Null,
        after: vec![],
        at: None,
    };
    state.intents.insert(fleet("old"), intent);
    let mut design = fleets(&[("new", "f")]);
    design.moved = vec![line("old", "between"), line("between", "new")];
    let moved = moves(&state, &design);
    assert_eq!(moved.findings, []);
    let expected = [
        (fleet("old"), fleet("new")),
        (association("agents:old"), association("agents:new")),
    ];
    assert_eq!(
        moved.renames, expected,
        "the association goes along, and all at once"
    );
    let state = moved.state;
    assert!(state.resources.contains_key(&fleet("new")) && state.intents.contains_key(&fleet("new")));
    assert!(!state.resources.contains_key(&fleet("old")));
    assert_eq!(state.resources[&association("agents:new")].after, [fleet("new")]);
    let again = moves(&state, &design);
    assert_eq!(
        (again.renames, again.findings),
        (vec![], vec![]),
        "once is enough"
    );
}

#[test]
fn a_taken_destination_is_said_and_nothing_is_lost() {
    let mut state = state();
    state.resources.insert(fleet("new"), record("other", vec![]));
    let mut design = fleets(&[("new", "other")]);
    design.moved = vec![line("old", "new")];
    let moved = moves(&state, &design);
    assert!(moved.renames.is_empty());
    assert_eq!(moved.findings[0].code, "moved-onto-another");
    assert!(moved.findings[0].place.is_some());
}

#[test]
fn the_same_name_at_another_address_is_the_same_thing() {
    let state = holding(&[("a", "x"), ("b", "y"), ("c", "z")]);
    let moved = |wanted: &[(&str, &str)]| {
        let moved = moves(&state, &fleets(wanted));
        assert_eq!((moved.findings, moved.refused), (vec![], vec![]));
        moved
            .renames
            .iter()
            .map(|(from, to)| format!("{}{}", from.key, to.key))
            .collect::<Vec<_>>()
    };
    assert_eq!(moved(&[("a", "x"), ("b", "y"), ("c", "z")]), Vec::<String>::new());
    assert_eq!(moved(&[("d", "x"), ("b", "y"), ("c", "z")]), ["ad"]);
    assert_eq!(
        moved(&[("b", "x"), ("c", "y"), ("d", "z")]),
        ["ab", "bc", "cd"],
        "a chain"
    );
    assert_eq!(
        moved(&[("b", "x"), ("a", "y"), ("c", "z")]),
        ["ab", "ba"],
        "a swap"
    );
    assert_eq!(
        moved(&[("b", "x"), ("c", "y"), ("a", "z")]),
        ["ab", "bc", "ca"],
        "round in a circle"
    );
    // What was at an address that something else takes goes where nothing is asked for, and is deleted from there.
    assert_eq!(moved(&[("b", "x"), ("c", "z")]), ["ab", "ba"]);
    // Another name is another thing.
    assert_eq!(
        moved(&[("d", "new"), ("b", "y"), ("c", "z")]),
        Vec::<String>::new()
    );
    // What two entries ask for belongs to neither.
    assert_eq!(
        moved(&[("d", "x"), ("e", "x"), ("b", "y"), ("c", "z")]),
        Vec::<String>::new()
    );
}

#[test]
fn a_blueprint_from_before_a_move_is_refused() {
    let old = fleets(&[("a", "x"), ("b", "y")]);
    let new = fleets(&[("d", "x"), ("b", "y")]);
    let state = moves(&holding(&[("a", "x"), ("b", "y")]), &new).state;
    let refused = moves(&state, &old);
    assert_eq!(refused.refused[0].code, "older-blueprint");
    assert!(
        refused.refused[0]
            .message
            .contains("appstream.fleet/a was moved to appstream.fleet/d")
    );
    assert!(refused.renames.is_empty());
    // Also where its name followed its key, so that nothing is called as before.
    let mut renamed = state.clone();
    renamed.resources.insert(fleet("d"), record("acme-d", vec![]));
    assert_eq!(moves(&renamed, &old).refused.len(), 1);
    // On purpose it goes back, and then the newer one is refused.
    let mut back = old.clone();
    back.moved = vec![line("d", "a")];
    let moved = moves(&state, &back);
    assert_eq!(
        (moved.refused, moved.renames),
        (vec![], vec![(fleet("d"), fleet("a"))])
    );
    assert!(moved.state.first.is_empty(), "it is where it was made");
    assert_eq!(moves(&moved.state, &new).refused.len(), 1);
    // Two that were swapped are not swapped back by an older blueprint.
    let swapped = moves(
        &holding(&[("a", "x"), ("b", "y")]),
        &fleets(&[("a", "y"), ("b", "x")]),
    )
    .state;
    assert_eq!(moves(&swapped, &old).refused.len(), 1);
    // Something new at the address of before is no way back as long as the moved one is asked for, or gone.
    let both = fleets(&[("a", "other"), ("d", "x"), ("b", "y")]);
    assert_eq!(moves(&state, &both).refused, []);
    let mut gone = state;
    gone.resources.remove(&fleet("d"));
    assert_eq!(moves(&gone, &old).refused, []);
}

#[test]
fn a_line_from_nowhere_is_a_mistake() {
    let mut design = fleets(&[("desk", "x")]);
    design.moved = vec![line("agnets", "desk")];
    let told = |state: &State| -> Vec<(String, bool)> {
        let moved = moves(state, &design);
        let errors = headset_core::diagnostic::has_errors(&moved.findings);
        let findings = moved.findings.into_iter().inspect(|one| {
            assert_eq!(
                (one.code, one.place.clone()),
                ("moved-from-nothing", Some(place()))
            );
        });
        findings
            .map(|one| {
                (
                    format!("{}. {}", one.message, one.help.unwrap_or_default()),
                    errors,
                )
            })
            .collect()
    };
    let one = |state: &State| -> (String, bool) {
        let mut told = told(state);
        assert_eq!(told.len(), 1, "{told:?}");
        told.remove(0)
    };
    // Something alike would be taken down.
    let (words, is_error) = one(&holding(&[("agents", "y")]));
    assert!(
        is_error && words.contains("did you mean `appstream.fleet/agents`"),
        "{words}"
    );
    // What moves by its name was not where the line says.
    let (words, is_error) = one(&holding(&[("agents", "x")]));
    assert!(
        is_error && words.contains("state knows appstream.fleet/desk at appstream.fleet/agents"),
        "{words}"
    );
    assert!(
        words.contains("Write `appstream.fleet/agents: appstream.fleet/desk`"),
        "{words}"
    );
    // Something of another name would be taken down.
    let (words, is_error) = one(&holding(&[("zzz", "q")]));
    assert!(
        is_error && words.contains("does not ask for: appstream.fleet/zzz"),
        "{words}"
    );
    // Neither end is there.
    let mut other = holding(&[]);
    other.resources.insert(association("a:b"), record("a", vec![]));
    let (words, is_error) = one(&other);
    assert!(
        is_error && words.contains("nothing at appstream.fleet/agnets"),
        "{words}"
    );
    // The target is there: that is said, and stops nothing.
    let (words, is_error) = one(&holding(&[("desk", "x")]));
    assert!(!is_error && words.contains("nothing moves"), "{words}");
    // A fresh environment, or one in which it was done or applied before: the line is history.
    assert_eq!(told(&holding(&[])), []);
    let mut moved = holding(&[("agents", "y")]);
    moved.moved.push(Relocation {
        from: fleet("agnets"),
        to: fleet("elsewhere"),
    });
    assert_eq!(told(&moved), []);
    for known in [&[][..], &[("desk", "x")], &[("agents", "y")]] {
        let mut settled = holding(known);
        settled.resources.insert(association("a:b"), record("a", vec![]));
        settled.apply(Entry::Settled {
            lines: vec![(fleet("agnets"), fleet("desk"))],
        });
        assert_eq!(told(&settled), [], "{known:?}");
    }
}

#[test]
fn moves_one_after_the_other_are_one_move() {
    let pair = |from: &str, to: &str| (fleet(from), fleet(to));
    assert_eq!(both(&[pair("a", "b")], &[pair("b", "c")]), [pair("a", "c")]);
    assert_eq!(both(&[pair("a", "b")], &[pair("b", "a")]), []);
    assert_eq!(
        both(&[pair("a", "b")], &[pair("c", "a"), pair("d", "e")]),
        [pair("a", "b"), pair("c", "a"), pair("d", "e")]
    );
}

#[test]
fn a_state_without_a_history_of_moves_is_read_and_written_as_before() {
    let state = holding(&[("a", "x")]);
    let text = serde_json::to_string(&state).unwrap();
    assert!(
        !text.contains("\"moved\"") && !text.contains("\"first\"") && !text.contains("\"settled\""),
        "{text}"
    );
    assert_eq!(serde_json::from_str::<State>(&text).unwrap(), state);
}

#[test]
fn what_is_held_is_no_predecessor() {
    let mut state = holding(&[("a", "new")]);
    state.deposed.push((fleet("a"), record("old", vec![])));
    state.apply(Entry::Made {
        address: fleet("a"),
        record: record("old", vec![]),
    });
    assert!(
        state.deposed.is_empty(),
        "going back to it would end in its deletion"
    );
}

#[test]
fn letting_go_of_a_mistyped_address_is_a_mistake() {
    let state = holding(&[("agents", "x"), ("desk", "y")]);
    let mut design = fleets(&[("desk", "y")]);
    let codes = |design: &Design| -> Vec<&'static str> {
        moves(&state, design)
            .findings
            .iter()
            .map(|finding| finding.code)
            .collect()
    };
    assert_eq!(codes(&design), Vec::<&str>::new());
    design.removed.insert(fleet("agent"), place());
    assert_eq!(codes(&design), ["removed-nothing"]);
    // What is let go by its right address, and what was let go long ago.
    design.removed.insert(fleet("agents"), place());
    assert_eq!(codes(&design), Vec::<&str>::new());
    design.removed = [(fleet("office"), place())].into();
    assert_eq!(codes(&design), Vec::<&str>::new());
}
