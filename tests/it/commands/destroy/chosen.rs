//! `headset destroy`: which environments it takes down, by blueprint, name or expiry.

use crate::support::desk::{APPLY, Desk};

#[test]
fn an_environment_goes_by_its_name_without_its_blueprint() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    std::fs::remove_file(desk.path().join("center.yaml")).unwrap();
    let said = desk.ok(&["destroy", "--name", "acme-support", "--sim", "--yes"]);
    assert!(said.talk.contains("acme-support: taken down"), "{}", said.talk);
    assert!(said.talk.contains("left as they are:"), "{}", said.talk);
    assert!(
        said.talk.contains("log group /aws/connect/acme-support"),
        "{}",
        said.talk
    );
    desk.write(&crate::support::example("split-ccp.yaml").1);
    let plan = desk.ok(&["plan", "center.yaml", "--sim"]).data;
    assert!(
        plan.contains("to create") && !plan.contains("to delete"),
        "{plan}"
    );
}

#[test]
fn without_state_and_without_an_expiry_nothing_says_that_a_thing_may_go() {
    let text = crate::support::example("split-ccp.yaml")
        .1
        .replace("lifetime: 3d", "protect: false");
    let desk = Desk::with(&text);
    desk.ok(&APPLY);
    let lineage = desk.lineage("acme-support");
    desk.lose_state();
    let said = desk.run(&[
        "destroy",
        "--name",
        "acme-support",
        "--lineage",
        &lineage,
        "--sim",
        "--yes",
    ]);
    assert_eq!(said.code, Some(5), "{}\n{}", said.data, said.talk);
    assert!(said.talk.contains("protected"), "{}", said.talk);
    assert!(said.talk.contains("its tags name no expiry"), "{}", said.talk);
    // Its blueprint says that it may go. All does but what hangs on the application, whose answers are lost.
    let said = desk.run(&["destroy", "center.yaml", "--lineage", &lineage, "--sim", "--yes"]);
    assert_eq!(said.code, Some(1), "{}\n{}", said.data, said.talk);
    assert!(
        said.talk.contains("acme-support: what was found is gone"),
        "{}",
        said.talk
    );
}

#[test]
fn what_has_expired_goes_and_nothing_else() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let destroy = ["destroy", "--expired", "--sim", "--yes", "--region", "eu-west-2"];
    assert!(desk.ok(&destroy).talk.contains("nothing has expired"));
    desk.days_pass(4);
    let said = desk.ok(&destroy);
    assert!(said.talk.contains("acme-support: taken down"), "{}", said.talk);
    assert!(desk.ok(&destroy).talk.contains("nothing has expired"));
    // Made anew, it has its whole lifetime again. Its alias and its bucket's name may take a while to be free.
    desk.days_pass(1);
    desk.ok(&APPLY);
    assert!(desk.ok(&destroy).talk.contains("nothing has expired"));
}

#[test]
fn what_to_destroy_has_to_be_said_once() {
    let desk = Desk::with("");
    assert_eq!(desk.run(&["destroy"]).code, Some(64));
    assert_eq!(desk.run(&["destroy", "--name", "x", "--expired"]).code, Some(64));
}
