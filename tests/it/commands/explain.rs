//! `headset explain`, of one thing of an environment.

use crate::support::desk::{APPLY, Desk};

#[test]
fn one_resource_is_explained_on_one_page() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let page = desk
        .ok(&["explain", "appstream.fleet/agents", "center.yaml", "--sim"])
        .data;
    for expected in [
        "asked for at  center.yaml:",
        "comes after   appstream.image/agent-desktop",
        "comes before  appstream.fleet_association/agents:agents",
        "in AWS        acme-support-agents (RUNNING)",
        "plan          keep: it is as wanted",
        "stream.standard.medium  (changes while it is stopped)",
        "appstream:CreateFleet",
    ] {
        assert!(page.contains(expected), "{expected}\n{page}");
    }
    let said = desk.run(&["explain", "appstream.fleet/agnets", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.talk.contains("it has appstream.fleet/agents"),
        "{}",
        said.talk
    );
    assert_eq!(desk.run(&["explain", "appstream.fleet/agents"]).code, Some(64));
}
