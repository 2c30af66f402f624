//! `headset status`.

use crate::support::desk::{APPLY, Desk};

#[test]
fn status_says_what_costs_money_what_runs_out_and_where_everything_is() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let status = desk.ok(&["status", "center.yaml", "--sim"]).data;
    for expected in [
        "costs money by the hour\n  appstream.fleet/agents\n    2 x stream.standard.medium",
        "images\n  appstream.image/agent-desktop\n    up to date with its recipe",
        "certificates\n  iam.saml_provider/idp\n    its certificate is good for",
        "power on",
        "connect_url",
    ] {
        assert!(status.contains(expected), "{expected}\n{status}");
    }
    // Columns fit a terminal of 80: only what has no blank to break at is longer.
    for line in status.lines().filter(|line| line.len() > 80) {
        let longest = line.split_whitespace().map(str::len).max().unwrap_or_default();
        assert!(longest > 60 || line.starts_with("    "), "{line}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&desk.ok(&["status", "center.yaml", "--sim", "--json"]).data).unwrap();
    let environment = &json["environments"][0];
    assert!(environment["certificates"][0]["days"].as_i64().unwrap() > 30);
    assert_eq!(environment["checkpoints"], serde_json::json!([]));

    // Another recipe: the old image is there, and no longer what is asked for.
    let (_, text) = crate::support::example("split-ccp.yaml");
    desk.write(&text.replace("browser: chrome", "browser: edge"));
    let status = desk.ok(&["status", "center.yaml", "--sim"]).data;
    assert!(status.contains("outdated: the recipe changed"), "{status}");
    assert!(
        status.contains("waits for a person\n  appstream.image/agent-desktop"),
        "{status}"
    );
}
