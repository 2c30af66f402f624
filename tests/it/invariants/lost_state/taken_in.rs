//! What a search finds becomes known by the user's consent, and what state has forgotten goes with what it knows.

use super::*;
use crate::support::desk::open_session;

fn with<'a>(command: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    command.iter().chain(more).copied().collect()
}

/// Without its lineage, nothing is deleted: no state knows it.
fn is_unknown(desk: &Desk, command: &[&str]) {
    assert_eq!(states(desk), Vec::<String>::new(), "{command:?}");
    let said = run(desk, command, 5);
    assert!(said.talk.contains("error[unknown-lineage]"), "{}", said.talk);
}

/// A stack of the environment that its state knows nothing of.
fn a_former_stack(desk: &Desk, lineage: &str) {
    others(desk, "eu-west-1", async |aws| {
        let stack = aws.appstream().create_stack().name("acme-support-former");
        let stack = stack
            .tags("headset:environment", "acme-support")
            .tags("headset:id", lineage);
        stack.send().await.unwrap();
    });
}

#[test]
fn what_was_refused_leaves_a_lineage_unknown() {
    let desk = lost();
    let lineage = lineage(&desk);
    open_session(&desk);
    for command in [&DESTROY[..], &BY_NAME] {
        let said = run(&desk, &with(command, &["--lineage", &lineage]), 5);
        assert!(said.talk.contains("open session"), "{}", said.talk);
        is_unknown(&desk, command);
    }
    assert_eq!(lineages(&desk), BTreeSet::from([lineage]));
}

#[test]
fn what_was_not_agreed_to_leaves_a_lineage_unknown() {
    let desk = lost();
    let lineage = lineage(&desk);
    desk.days_pass(4);
    for command in [&DESTROY[..], &BY_NAME, &EXPIRED] {
        let asking: Vec<&str> = command.iter().copied().filter(|word| *word != "--yes").collect();
        let asking = with(&asking, &["--lineage", &lineage]);
        run(&desk, &asking, 64);
        is_unknown(&desk, command);
        let said = desk.typing(&asking, "no\n");
        assert_eq!(said.code, Some(5), "{}", said.talk);
        assert!(said.talk.contains("nothing was changed"), "{}", said.talk);
        is_unknown(&desk, command);
    }
    assert_eq!(lineages(&desk), BTreeSet::from([lineage.clone()]));
    // What was agreed to is known: the rest of it goes without being named again.
    let said = desk.typing(
        &["destroy", "center.yaml", "--lineage", &lineage, "--sim"],
        "acme-support\n",
    );
    // All but what hangs on the application, whose answers are lost.
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert_eq!(lineages(&desk), BTreeSet::new());
    assert_eq!(states(&desk).len(), 1);
}

#[test]
fn an_import_that_was_not_agreed_to_leaves_no_state() {
    let desk = lost();
    let said = desk.typing(&["import", "center.yaml", "--sim"], "n\n");
    assert_eq!(said.code, Some(5), "{}", said.talk);
    assert!(said.talk.contains("nothing was taken over"), "{}", said.talk);
    is_unknown(&desk, &DESTROY);
}

#[test]
fn what_state_has_forgotten_goes_with_the_rest() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    a_former_stack(&desk, &lineage(&desk));
    // Another environment of the same name stays as it is.
    others(&desk, "eu-west-1", async |aws| {
        let stack = aws.appstream().create_stack().name("acme-support-others");
        let stack = stack
            .tags("headset:environment", "acme-support")
            .tags("headset:id", STRANGE);
        stack.send().await.unwrap();
    });
    open_session(&desk);
    run(&desk, &DESTROY, 5);
    for state in states(&desk) {
        assert!(!state.contains("former"), "it was refused: {state}");
    }
    let said = run(&desk, &with(&DESTROY, &["--allow-disruption"]), 0);
    assert!(
        said.data.contains("- appstream.stack/acme-support-former"),
        "{}",
        said.data
    );
    assert!(
        said.talk
            .contains("Amazon Connect in eu-west-2; AppStream in eu-west-1; buckets in eu-west-2; IAM"),
        "{}",
        said.talk
    );
    assert!(said.talk.contains("acme-support: taken down"), "{}", said.talk);
    assert_eq!(lineages(&desk), BTreeSet::from([STRANGE.to_owned()]));
}

/// Its own things go; whether that was all is not known.
#[test]
fn what_cannot_be_searched_keeps_a_known_environment_from_being_called_gone() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let rule = json!([{
        "kind": "error", "service": "s3", "operation": "ListBuckets", "code": "AccessDenied", "status": 403,
    }]);
    std::fs::write(desk.path().join("faults.json"), rule.to_string()).unwrap();
    let said = run(&desk, &with(&DESTROY, &["--faults", "faults.json"]), 1);
    assert!(said.talk.contains("not searched: the buckets"), "{}", said.talk);
    assert!(!said.talk.contains("acme-support: taken down"), "{}", said.talk);
    assert!(
        said.talk.contains("not everything could be read"),
        "{}",
        said.talk
    );
    assert_eq!(lineages(&desk), BTreeSet::new());
    let said = run(&desk, &DESTROY, 0);
    assert!(said.talk.contains("nothing of it exists"), "{}", said.talk);
}

/// Anybody may copy a lineage: what holds data and is called otherwise stays, and is named.
#[test]
fn what_holds_data_and_is_not_asked_for_is_named_and_stays() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    foreign_bucket(&desk, "payroll", "acme-support", &lineage(&desk), LONG_AGO);
    let said = run(&desk, &DESTROY, 1);
    assert!(
        said.talk
            .contains("s3.bucket/payroll in eu-west-2: it holds data"),
        "{}",
        said.talk
    );
    assert!(!said.talk.contains("acme-support: taken down"), "{}", said.talk);
    assert!(world(&desk).to_string().contains("payroll.csv"));
}

/// What the blueprint protects, it protects also where state has forgotten the thing.
#[test]
fn what_the_blueprint_protects_and_state_has_forgotten_stays() {
    let (_, text) = example("split-ccp.yaml");
    let desk = Desk::with(&text);
    desk.ok(&APPLY);
    let lineage = lineage(&desk);
    a_former_stack(&desk, &lineage);
    desk.write(&text.replace("lifetime: 3d", "protect: true"));
    let said = run(&desk, &DESTROY, 5);
    assert!(
        said.talk
            .contains("appstream.stack/acme-support-former is protected"),
        "{}",
        said.talk
    );
    assert!(world(&desk).to_string().contains("acme-support-former"));
}

#[test]
fn a_mistyped_lineage_does_not_make_an_environment_nothing() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let real = lineage(&desk);
    let mistyped = |code: &str| {
        for command in [&DESTROY[..], &BY_NAME] {
            let said = run(&desk, &with(command, &["--lineage", STRANGE]), 5);
            assert!(
                said.talk.contains(code) && said.talk.contains(&real),
                "{}",
                said.talk
            );
            assert!(!said.talk.contains("nothing of it exists"), "{}", said.talk);
        }
    };
    mistyped("error[other-lineage]");
    desk.lose_state();
    mistyped("error[unknown-lineage]");
    assert_eq!(lineages(&desk), BTreeSet::from([real]));
}
