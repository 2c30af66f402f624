//! `headset apply`.

mod consent;
mod sessions;

use crate::support::desk::{APPLY, Desk, open_session};

#[test]
fn timings_name_the_calls_the_waits_and_the_longest_chain() {
    let desk = Desk::example("split-ccp.yaml");
    let said = desk.ok(&["apply", "center.yaml", "--sim", "--yes", "--timings"]);
    for expected in [
        "connect.CreateInstance",
        "rate budget",
        "critical path",
        "appstream.image/agent-desktop",
    ] {
        assert!(said.talk.contains(expected), "{expected}\n{}", said.talk);
    }
    let said = desk.ok(&["destroy", "center.yaml", "--sim", "--yes", "--timings", "--json"]);
    let timings = said
        .data
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .find(|event| event["event"] == "timings")
        .unwrap();
    let path = timings["critical_path"].as_array().unwrap();
    assert!(
        path.iter()
            .any(|step| step["address"] == "appstream.fleet/agents"),
        "{timings}"
    );
}

#[test]
fn a_stop_that_would_cut_somebody_off_is_refused_with_their_number() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    open_session(&desk);
    let set = "appstream.fleets.agents.instance=stream.standard.large";
    let change = ["apply", "center.yaml", "--sim", "--yes", "--set", set];
    let said = desk.run(&change);
    assert_eq!(said.code, Some(5), "{}\n{}", said.data, said.talk);
    assert!(
        said.talk.contains("would cut off 1 open session"),
        "{}",
        said.talk
    );
    assert_eq!(
        desk.run(&["destroy", "center.yaml", "--sim", "--yes"]).code,
        Some(5)
    );
    let allowed: Vec<&str> = change.iter().copied().chain(["--allow-disruption"]).collect();
    desk.ok(&allowed);
}

#[test]
fn a_worksheet_that_waits_is_shown_once_in_a_run() {
    let desk = Desk::example("split-ccp.yaml");
    let said = desk.run(&["apply", "center.yaml", "--sim", "--yes", "--operator", "off"]);
    assert_eq!(said.code, Some(3), "{}", said.talk);
    for checkpoint in ["identity_center.application/", "appstream.image/"] {
        let shown = said
            .talk
            .lines()
            .filter(|line| {
                line.starts_with(&format!("? {checkpoint}")) && line.contains("waits for a person")
            })
            .count();
        assert_eq!(shown, 1, "{checkpoint}\n{}", said.talk);
    }
}
