//! An application that is changed at Identity Center, behind Headset's back.

use headset::report::drift_view;
use headset_engine::drift::Class;
use serde_json::{Value, json};

use super::edited::{APPLICATION, CENTER, address, console, sandbox, text, typed};
use crate::support::desk::Desk;
use crate::support::{Sandbox, on_virtual_time};

/// What `drift` says of the application: each line that differs.
async fn drifted(sandbox: &Sandbox) -> Vec<String> {
    let aws = sandbox.aws(None).await;
    let report = sandbox.drift(&aws).await;
    let found = drift_view::differences(&report);
    assert!(
        found
            .iter()
            .all(|one| one.sort == Class::Drift && one.address == APPLICATION),
        "{found:#?}"
    );
    let lines = found.iter().flat_map(|one| &one.fields);
    lines.flat_map(drift_view::Line::lines).collect()
}

/// Everything that AWS reports of an application that a person made is compared with what was asked for.
#[test]
fn an_application_that_is_changed_at_identity_center_is_drift_and_is_mended_by_hand() {
    on_virtual_time(async {
        let sandbox = sandbox(CENTER);
        sandbox.apply(None).await;
        let aws = sandbox.aws(None).await;
        let listed = console(&sandbox, "applications/list", &json!({}));
        let arn = listed["applications"][0]["application_arn"].as_str().unwrap();
        assert_eq!(drifted(&sandbox).await, [""; 0]);
        let describes = typed(&sandbox)["description"].as_str().unwrap().to_owned();
        for (change, lines) in [
            (
                json!({ "display_name": "Renamed" }),
                vec!["name: acme → Renamed (wanted acme)".to_owned()],
            ),
            (
                json!({ "description": "Theirs" }),
                vec![format!("description: {describes} → Theirs (wanted {describes})")],
            ),
            (
                json!({ "visibility": "Hidden" }),
                vec!["visibility: ENABLED → DISABLED (wanted ENABLED)".to_owned()],
            ),
            (
                json!({ "status": "Disabled" }),
                vec!["status: ENABLED → DISABLED (wanted ENABLED)".to_owned()],
            ),
            (
                json!({ "start_url": "https://idp.example.com/start" }),
                vec![
                    "sign_in_origin: IDENTITY_CENTER → APPLICATION (wanted IDENTITY_CENTER)".to_owned(),
                    "application_url: \"\" → https://idp.example.com/start (wanted \"\")".to_owned(),
                ],
            ),
        ] {
            let mut input = change.clone();
            input["application_arn"] = json!(arn);
            console(&sandbox, "applications/update", &input);
            assert_eq!(drifted(&sandbox).await, lines, "{change}");
            let plan = sandbox.plan().await;
            let step = &plan.steps[&address(APPLICATION)];
            assert!(step.action.edits() && plan.changes() == 0, "{change}: {step:?}");
            // A person reads the worksheet and does what it says.
            let outcome = sandbox.apply(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.open.is_empty(),
                "{change}: {outcome:?}"
            );
            assert!(
                sandbox.plan().await.is_empty(),
                "{change}: {:#?}",
                sandbox.plan().await
            );
            assert_eq!(drifted(&sandbox).await, [""; 0], "{change}");
        }
        // By API, too.
        let request = aws.sso_admin().update_application().application_arn(arn);
        request.name("By API").send().await.unwrap();
        assert_eq!(drifted(&sandbox).await, ["name: acme → By API (wanted acme)"]);
    });
}

/// An application is taken as it was when a person answered with it or said that it was edited, and is drift from then on.
#[test]
fn how_an_application_was_when_it_was_answered_is_no_drift() {
    let desk = Desk::with(&text(CENTER));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let listed = desk.console(0, "identity-center/applications/list", &json!({}));
    let arn = &listed["applications"][0]["application_arn"];
    let update = |change: Value| {
        let mut input = change;
        input["application_arn"] = arn.clone();
        desk.console(0, "identity-center/applications/update", &input);
    };
    let drift = || desk.run(&["drift", "center.yaml", "--sim"]);
    let answer = |given: &str| desk.ok(&["checkpoint", "answer", "center.yaml", APPLICATION, given, "--sim"]);
    update(json!({ "description": "Of the other team", "visibility": "Hidden" }));
    assert_eq!(drift().code, Some(2));
    // An answer about something else is no word about that.
    answer(&format!("application_arn={}", arn.as_str().unwrap()));
    assert_eq!(drift().code, Some(2), "{}", drift().data);
    let said = answer("edited=yes").talk;
    assert!(
        said.contains("the access portal does not show this application"),
        "{said}"
    );
    assert_eq!(drift().code, Some(0), "{}", drift().data);
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    update(json!({ "description": "Theirs" }));
    let said = drift();
    assert_eq!(said.code, Some(2));
    assert!(
        said.data
            .contains("description: Of the other team → Theirs (wanted Of the other team)"),
        "{}",
        said.data
    );
}
