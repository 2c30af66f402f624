//! What is known of an application without its answers, and after the environment: it is offered, named and taken up again.

use serde_json::{Value, json};

use crate::application::{APPLICATION, CENTER, text};
use crate::commands::Desk;

/// Answers are lost; the rest of the state stays.
fn lose_answers(desk: &Desk) {
    let places = std::fs::read_dir(desk.path().join(".headset/acme")).unwrap();
    for place in places {
        let answers = place.unwrap().path().join("answers");
        if answers.exists() {
            std::fs::remove_dir_all(answers).unwrap();
        }
    }
}

fn listed(desk: &Desk) -> Vec<Value> {
    let listed = desk.console(0, "identity-center/applications/list", &json!({}));
    listed["applications"].as_array().unwrap().clone()
}

#[test]
fn an_application_whose_answers_were_lost_is_offered_and_not_made_twice() {
    let desk = Desk::with(&text(CENTER));
    let plan = desk.ok(&["plan", "center.yaml", "--sim"]).data;
    assert!(!plan.contains("note:"), "{plan}");
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let before = listed(&desk);
    let arn = before[0]["application_arn"].as_str().unwrap().to_owned();
    lose_answers(&desk);
    let command = format!(
        "`headset checkpoint answer center.yaml {APPLICATION} application_arn={arn} metadata=URL --sim"
    );
    for (told, code) in [
        (&["checkpoint", "list", "center.yaml", "--sim"][..], 3),
        (&["plan", "center.yaml", "--sim"], 0),
        (
            &["apply", "center.yaml", "--sim", "--yes", "--operator", "off"],
            3,
        ),
    ] {
        let said = desk.run(told);
        assert_eq!(said.code, Some(code), "{}{}", said.data, said.talk);
        let all = format!("{}{}", said.data, said.talk);
        assert!(all.contains(&command), "{told:?}\n{all}");
        assert!(
            all.contains("answer with the SAML application `acme`"),
            "{told:?}\n{all}"
        );
    }
    let sheet = desk
        .ok(&["checkpoint", "show", "center.yaml", APPLICATION, "--sim"])
        .data;
    assert!(
        sheet
            .lines()
            .any(|line| line == format!("- Application ARN: `{arn}`")),
        "{sheet}"
    );
    // A second one of that name: both are named, and neither is preferred.
    let twin = desk.console(
        0,
        "identity-center/applications/create",
        &json!({
            "display_name": "acme", "acs_url": "https://example.com/saml", "audience": "urn:example",
            "attribute_mappings": [{ "attribute": "Subject", "value": "${user:email}" }],
        }),
    );
    let plan = desk.ok(&["plan", "center.yaml", "--sim"]).data;
    for arn in [arn.as_str(), twin["application_arn"].as_str().unwrap()] {
        assert!(plan.contains(&format!("application_arn={arn}")), "{plan}");
    }
    desk.console(0, "identity-center/applications/delete", &twin);

    // Whoever reads the worksheet takes the one that is there.
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    assert_eq!(listed(&desk), before);
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
}

#[test]
fn what_destroy_leaves_is_named_and_taken_up_under_another_name() {
    let desk = Desk::with(&text(CENTER));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let before = listed(&desk);
    let arn = before[0]["application_arn"].as_str().unwrap().to_owned();
    let said = desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]).talk;
    assert!(
        said.contains(&format!(
            "{APPLICATION} (`acme`, {arn}): it stays: a person made it"
        )),
        "{said}"
    );
    // Another display name by the next apply: it is the same application, and only edited.
    desk.write(&text(
        "{ identity_center: { application: Acme Desk, groups: [agents] } }",
    ));
    let plan = desk.ok(&["plan", "center.yaml", "--sim"]).data;
    assert!(
        plan.contains("edit the SAML application `acme`") && plan.contains("it is there from before"),
        "{plan}"
    );
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let after = listed(&desk);
    assert_eq!(after.len(), 1, "{after:?}");
    assert_eq!(
        (
            after[0]["application_arn"].as_str(),
            after[0]["display_name"].as_str()
        ),
        (Some(arn.as_str()), Some("Acme Desk"))
    );
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
}

#[test]
fn an_arn_that_is_none_is_refused_with_what_is_wrong_and_not_quoted_whole() {
    let desk = Desk::with(&text(CENTER));
    desk.run(&["apply", "center.yaml", "--sim", "--yes", "--operator", "off"]);
    let given = format!("application_arn=arn:aws:sso:::instance/{}", "x".repeat(4_000));
    let said = desk.run(&[
        "checkpoint",
        "answer",
        "center.yaml",
        APPLICATION,
        &given,
        "--sim",
    ]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.talk.contains("is the ARN of an instance of Identity Center") && said.talk.len() < 500,
        "{}",
        said.talk
    );
}

/// With state gone, only Identity Center itself could say that an application is left. Where it does not answer, that is
/// no proof that nothing is.
#[test]
fn an_application_that_could_not_be_looked_up_is_named_by_destroy_as_not_proven() {
    let desk = Desk::with(&text(CENTER));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    assert_eq!(listed(&desk).len(), 1);
    desk.lose_state();
    let destroy = ["destroy", "center.yaml", "--sim", "--yes"];
    // What is found is named with the command that takes it up.
    let found = desk.run(&destroy);
    assert_eq!(found.code, Some(1), "{}{}", found.data, found.talk);
    assert!(found.talk.contains("application_arn="), "{}", found.talk);
    for (service, operation) in [("sso-admin", "ListApplications"), ("sso-admin", "ListInstances")] {
        let rule = json!([{
            "kind": "error", "service": service, "operation": operation, "code": "AccessDeniedException",
            "status": 400, "times": 1000,
        }]);
        std::fs::write(desk.path().join("faults.json"), rule.to_string()).unwrap();
        let said = desk.run(&[&destroy[..], &["--faults", "faults.json"]].concat());
        assert_eq!(said.code, Some(1), "{operation}\n{}{}", said.data, said.talk);
        let line = said.talk.lines().find(|line| line.contains(APPLICATION));
        let line = line.unwrap_or_else(|| panic!("{operation}\n{}", said.talk));
        for words in [
            "could not be looked up",
            operation,
            "in the IAM Identity Center console: Applications, Customer managed",
        ] {
            assert!(line.contains(words), "{words}\n{line}");
        }
        assert!(!said.talk.contains("there is nothing of it"), "{}", said.talk);
    }
}
