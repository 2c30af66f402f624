//! What is known of an application without its answers, and after the environment: it is offered, named and taken up again.

use serde_json::{Value, json};

use crate::kinds::identity_center::application::{APPLICATION, CENTER, text};
use crate::support::desk::Desk;

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
    let given = format!("application_arn={arn} --sim");
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
        let command = format!("headset checkpoint answer center.yaml {APPLICATION} ");
        assert!(all.contains(&command) && all.contains(&given), "{told:?}\n{all}");
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

    // The person who reads the worksheet takes the one that is there.
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
        plan.contains("edit the SAML application `acme`") && plan.contains("it exists from an earlier apply"),
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
        assert!(!said.talk.contains("nothing of it exists"), "{}", said.talk);
    }
}

/// Where it could not be looked up whether an application is there already, nothing found does not mean that none is.
#[test]
fn what_could_not_be_looked_up_is_said_wherever_a_checkpoint_is_told() {
    let desk = Desk::with(&text(CENTER));
    let rule = json!([{
        "kind": "error", "service": "sso-admin", "operation": "ListApplications", "code": "AccessDeniedException",
        "status": 400, "times": 1000,
    }]);
    std::fs::write(desk.path().join("faults.json"), rule.to_string()).unwrap();
    let faults = ["--faults", "faults.json"];
    let with_faults = |command: &[&str]| {
        let said = desk.run(&[command, &["--sim"], &faults].concat());
        format!("{}{}", said.data, said.talk)
    };
    let apply = ["apply", "center.yaml", "--yes", "--operator", "off"];
    for command in [
        &["plan", "center.yaml"][..],
        &["checkpoint", "list", "center.yaml"],
        &["checkpoint", "show", "center.yaml", APPLICATION],
        &["status", "center.yaml"],
        &apply,
    ] {
        let all = with_faults(command);
        // Pages are as wide as a terminal, so that a sentence may go on in the next line.
        let words = all.split_whitespace().collect::<Vec<_>>().join(" ");
        let told = words.contains("could not be looked up: sso-admin:ListApplications failed");
        assert!(told, "{command:?}\n{all}");
    }
    let list = desk.run(
        &[
            &["checkpoint", "list", "center.yaml", "--sim", "--json"][..],
            &faults,
        ]
        .concat(),
    );
    let list: Value = serde_json::from_str(&list.data).unwrap();
    let unread = list["checkpoints"].as_array().unwrap().iter();
    let unread: Vec<&str> = unread
        .filter_map(|one| one["unread"]["operation"].as_str())
        .collect();
    assert_eq!(unread, ["ListApplications"], "{list}");
    // Without the fault, nothing of the sort is said.
    let plan = desk.ok(&["plan", "center.yaml", "--sim"]).data;
    assert!(!plan.contains("could not be looked up"), "{plan}");
}

/// What is printed after a backtick and begins so, as words.
fn printed(text: &str, start: &str) -> Vec<String> {
    let from = text
        .find(&format!("`{start}"))
        .unwrap_or_else(|| panic!("no {start}\n{text}"));
    let command = text[from + 1..].split('`').next().unwrap();
    let words = command.split_whitespace().skip(1);
    words.map(|word| word.trim_matches('\'').to_owned()).collect()
}

fn paste(desk: &Desk, command: &[String]) -> crate::support::desk::Said {
    desk.ok(&command.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn lost_answers_are_said_to_be_lost_and_given_again_by_what_is_printed() {
    let desk = Desk::with(&text(CENTER));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    lose_answers(&desk);
    let mut plan = desk.ok(&["plan", "center.yaml", "--sim"]).data;
    let drift = desk.run(&["drift", "center.yaml", "--sim"]);
    assert_eq!(drift.code, Some(1), "{}", drift.data);
    for said in [&plan, &drift.data] {
        for lie in ["it is gone, and", "deleted outside", "the blueprint changed"] {
            assert!(!said.contains(lie), "{lie}\n{said}");
        }
        assert!(said.contains("its answers are lost"), "{said}");
    }
    assert!(!plan.contains("+ identity_center.assignment"), "{plan}");
    // Each command that the plan prints works as it is, until nothing is open.
    for address in [APPLICATION, "identity_center.link/acme"] {
        let command = printed(&plan, &format!("headset checkpoint answer center.yaml {address}"));
        paste(&desk, &command);
        plan = desk.ok(&["plan", "center.yaml", "--sim"]).data;
    }
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
}

#[test]
fn destroy_names_the_application_whose_answers_are_lost() {
    let desk = Desk::with(&text(CENTER));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let arn = listed(&desk)[0]["application_arn"].as_str().unwrap().to_owned();
    lose_answers(&desk);
    let said = desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    assert!(
        said.talk.contains(&format!(
            "{APPLICATION} (`acme`, {arn}): it stays: a person made it"
        )),
        "{}",
        said.talk
    );
    assert!(
        said.data.contains("- identity_center.assignment"),
        "{}",
        said.data
    );
    // Not once a person said that it is gone.
    let desk = Desk::with(&text(CENTER));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.ok(&[
        "checkpoint",
        "answer",
        "center.yaml",
        APPLICATION,
        "gone=yes",
        "--sim",
    ]);
    let said = desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    assert!(!said.talk.contains("it stays: a person made it"), "{}", said.talk);
}

#[test]
fn the_arn_alone_is_enough_to_look_up_and_take_off_who_is_assigned() {
    let desk = Desk::with(&text(CENTER));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let lineage = desk.lineage("acme");
    desk.lose_state();
    let destroy = ["destroy", "center.yaml", "--sim", "--yes", "--lineage", &lineage];
    let said = desk.run(&destroy);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(!said.talk.contains("make no other one"), "{}", said.talk);
    let answer = printed(&said.talk, "headset checkpoint answer");
    assert!(!answer.concat().contains("URL"), "{answer:?}");
    paste(&desk, &answer);
    let said = desk.run(&["destroy", "center.yaml", "--sim", "--yes"]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(!said.talk.contains("its answers are not here"), "{}", said.talk);
    paste(&desk, &printed(&said.talk, "headset import center.yaml"));
    let said = desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    assert!(
        said.data.contains("- identity_center.assignment"),
        "{}",
        said.data
    );
    let applications = desk.saved()["world"]["sso_admin"]["applications"].take();
    let assigned = applications
        .as_object()
        .unwrap()
        .values()
        .map(|one| &one["assignments"]);
    assert!(
        assigned.into_iter().all(|one| *one == json!([])),
        "{applications}"
    );
}

#[test]
fn metadata_of_another_identity_provider_is_noted() {
    let desk = Desk::with(&text(CENTER));
    desk.run(&["apply", "center.yaml", "--sim", "--yes", "--operator", "off"]);
    let metadata = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/crates/kinds/src/iam/samples/metadata.xml"
    ));
    std::fs::write(desk.path().join("metadata.xml"), metadata).unwrap();
    let answer = [
        "checkpoint",
        "answer",
        "center.yaml",
        APPLICATION,
        "metadata=@metadata.xml",
        "--sim",
    ];
    let said = desk.ok(&answer);
    assert!(
        said.talk.contains("note: metadata: `https://idp.example.com")
            && said.talk.contains("no address of AWS's"),
        "{}",
        said.talk
    );
}
