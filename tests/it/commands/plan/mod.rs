//! `headset plan`.

mod account;
mod limit;
mod part;
mod replace;
mod saved;

use crate::support::desk::Desk;

#[test]
fn a_command_that_only_looks_tells_its_calls_too() {
    let desk = Desk::example("minimal.yaml");
    let said = desk.ok(&["plan", "center.yaml", "--sim", "--timings"]);
    assert!(said.talk.contains("sts.GetCallerIdentity"), "{}", said.talk);
    assert!(!said.talk.contains("critical path"), "{}", said.talk);
    assert!(!desk.ok(&["plan", "center.yaml", "--sim"]).talk.contains("sts."));
}
