//! `headset plan`.

mod account;
mod limit;
mod part;
mod replace;
mod saved;

use crate::support::desk::Desk;
use crate::support::fixtures::{DESKS, with};

#[test]
fn a_command_that_only_looks_tells_its_calls_too() {
    let desk = Desk::example("minimal.yaml");
    let said = desk.ok(&["plan", "center.yaml", "--sim", "--timings"]);
    assert!(said.talk.contains("sts.GetCallerIdentity"), "{}", said.talk);
    assert!(!said.talk.contains("critical path"), "{}", said.talk);
    assert!(!desk.ok(&["plan", "center.yaml", "--sim"]).talk.contains("sts."));
}

#[test]
fn what_the_design_warns_of_is_said_by_every_look() {
    let desk = Desk::with(&with(
        DESKS,
        &[
            ("lifetime: 1d\n", "protect: false\n"),
            ("stream.standard.medium", "stream.standard.small"),
        ],
    ));
    for command in [
        &["plan", "center.yaml", "--sim"][..],
        &["apply", "center.yaml", "--sim", "--yes"],
    ] {
        let said = desk.ok(command);
        assert!(
            said.talk.contains("warning[small-instance]"),
            "{command:?}: {}",
            said.talk
        );
    }
    let report = desk
        .ok(&["plan", "center.yaml", "--sim", "--format", "sarif"])
        .data;
    assert!(report.contains("small-instance"), "{report}");
    let said = desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    assert!(!said.talk.contains("small-instance"), "{}", said.talk);
}
