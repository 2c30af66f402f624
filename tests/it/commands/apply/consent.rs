//! What a plan may do without being asked twice, and what is refused.

use serde_json::Value;

use crate::support::desk::Desk;
use crate::support::fixtures::{CENTER, DESKS, with};

/// What apply refuses, plan refuses with the same sentence and the same code, and both say so below the plan.
#[test]
fn a_plan_refuses_what_its_apply_refuses() {
    let desk = Desk::with(&with(DESKS, &[("lifetime: 1d\n", "")]));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.write(&with(
        DESKS,
        &[
            ("lifetime: 1d\n", ""),
            ("    agents: { fleet: agents }", "    others: { fleet: agents }"),
        ],
    ));
    let refused = "appstream.stack/agents is protected and would be deleted";
    for arguments in [
        &["plan"][..],
        &["plan", "--detailed-exitcode"],
        &["apply", "--yes"],
    ] {
        let said = desk.run(&[arguments, &["center.yaml", "--sim"]].concat());
        assert_eq!(said.code, Some(5), "{arguments:?}\n{}", said.talk);
        assert!(said.talk.contains(refused), "{arguments:?}\n{}", said.talk);
    }
    let json: Value =
        serde_json::from_str(&desk.run(&["plan", "center.yaml", "--sim", "--json"]).data).unwrap();
    let refusals = json["refusals"].to_string();
    assert!(refusals.contains(refused), "{refusals}");
    // Programs read why by an identifier, and need not read the sentence.
    let steps = json["plans"][0]["steps"].as_array().unwrap();
    let goes = steps
        .iter()
        .find(|step| step["address"] == "appstream.stack/agents")
        .unwrap();
    assert_eq!(goes["because"], serde_json::json!({ "id": "not-asked" }));
    assert_eq!(goes["reason"], "the blueprint no longer asks for it");
    let told = |step: &Value| step["because"]["id"].is_string() && step["reason"].is_string();
    assert!(steps.iter().all(told), "{steps:#?}");
    // One pipe for both streams shows the order in which they are read.
    let both = std::process::Command::new("sh")
        .args([
            "-c",
            "exec \"$0\" plan center.yaml --sim 2>&1",
            env!("CARGO_BIN_EXE_headset"),
        ])
        .current_dir(desk.path())
        .output()
        .unwrap();
    let both = String::from_utf8(both.stdout).unwrap();
    let at = |text: &str| both.find(text).unwrap_or_else(|| panic!("no {text:?}\n{both}"));
    assert!(at("to delete") < at(refused), "{both}");
}

/// What would be lost for good is named, and allowed by its address; `--yes` does not do it.
#[test]
fn what_cannot_be_undone_is_allowed_by_its_address() {
    let both = format!("{DESKS}connect:\n  alias: acme-center\n  identity: connect-managed\n");
    let desk = Desk::with(&both);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.write(DESKS);
    let apply = ["apply", "center.yaml", "--sim", "--yes"];
    let other = [&apply[..], &["--allow-irreversible", "appstream.fleet/agents"]].concat();
    for arguments in [&["plan", "center.yaml", "--sim"][..], &apply, &other] {
        let said = desk.run(arguments);
        assert_eq!(said.code, Some(5), "{arguments:?}\n{}", said.talk);
        for words in [
            "[would-lose]",
            "connect.instance/main would be deleted, and that cannot be undone",
            "phone numbers",
            "--allow-irreversible connect.instance/main",
        ] {
            assert!(said.talk.contains(words), "{words}\n{}", said.talk);
        }
    }
    let allow = ["--allow-irreversible", "connect.instance/main"];
    let said = desk.ok(&[&["plan", "center.yaml", "--sim"][..], &allow].concat());
    assert!(said.data.contains("cannot be undone:"), "{}", said.data);
    let said = desk.ok(&[&apply[..], &allow].concat());
    assert!(
        said.talk.contains("connect.instance/main deleted"),
        "{}",
        said.talk
    );
}

/// Everything typed but a yes changes nothing, and a script sees that by the exit code.
#[test]
fn no_is_an_answer_with_a_code_of_its_own() {
    let desk = Desk::with(DESKS);
    let apply = ["apply", "center.yaml", "--sim"];
    let destroy = ["destroy", "center.yaml", "--sim"];
    let refuses = |command: &[&str], typed: &str| {
        let said = desk.typing(command, typed);
        assert_eq!(said.code, Some(5), "{typed:?}\n{}", said.talk);
        assert!(said.talk.contains("nothing was changed"), "{}", said.talk);
    };
    for typed in ["n\n", "\n", "no\n"] {
        refuses(&apply, typed);
    }
    let said = desk.typing(&apply, "y\n");
    assert_eq!(said.code, Some(0), "{}", said.talk);
    for typed in ["n\n", "y\n", "yes\n"] {
        refuses(&destroy, typed);
    }
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
}

/// People come and go every day: a user that is taken off the list goes in one apply, also where all else is protected.
#[test]
fn a_user_who_is_no_longer_listed_goes_in_one_apply() {
    let text = with(
        CENTER,
        &[
            ("lifetime: 1d\n", ""),
            (
                "  identity: connect-managed\n",
                "  identity: connect-managed\n  users:\n    agent1: { first: Agent, last: One, security: [Agent], \
                 password: { file: password } }\n    agent2: { first: Agent, last: Two, security: [Agent], \
                 password: { file: password } }\n",
            ),
        ],
    );
    let desk = Desk::with(&text);
    std::fs::write(desk.path().join("password"), "Spring2026pass").unwrap();
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let line = text
        .lines()
        .find(|line| line.contains("agent2:"))
        .unwrap()
        .to_owned();
    desk.write(&text.replace(&format!("{line}\n"), ""));
    let said = desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    assert!(said.talk.contains("connect.user/agent2 deleted"), "{}", said.talk);
    // Protection can be asked for.
    desk.write(&text.replace("agent2: { ", "agent2: { protect: true, "));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.write(&text.replace(&format!("{line}\n"), ""));
    let said = desk.run(&["apply", "center.yaml", "--sim", "--yes"]);
    assert_eq!(said.code, Some(5), "{}", said.talk);
}
