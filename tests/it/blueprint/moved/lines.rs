//! Lines of `moved` that lead away from where nothing ever was.

use crate::support::desk::Desk;
use crate::support::example;

const APPLY: [&str; 4] = ["apply", "center.yaml", "--sim", "--yes"];
const PLAN: [&str; 3] = ["plan", "center.yaml", "--sim"];

fn told(talk: &str) -> String {
    talk.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_line_from_where_nothing_was_is_told_once() {
    let text = example("split-ccp.yaml").1;
    let desk = Desk::with(&text);
    desk.ok(&APPLY);
    desk.write(&format!(
        "{text}\nmoved: {{ appstream.stack/agnets: appstream.stack/agents }}\n"
    ));
    let said = desk.ok(&PLAN);
    let talk = told(&said.talk);
    assert!(
        talk.contains("warning[moved-from-nothing]") && talk.contains("--> center.yaml:"),
        "{talk}"
    );
    assert!(said.data.contains("nothing to do"), "{}", said.data);
    desk.ok(&APPLY);
    let talk = desk.ok(&PLAN).talk;
    assert!(!talk.contains("moved-from-nothing"), "{talk}");
}

#[test]
fn a_new_environment_takes_old_lines_for_done() {
    let text = format!(
        "{}\nmoved: {{ appstream.stack/before: appstream.stack/agents }}\n",
        example("split-ccp.yaml").1
    );
    let desk = Desk::with(&text);
    // The stack is not there yet when the first apply ends.
    let said = desk.run(&["apply", "center.yaml", "--sim", "--yes", "--operator", "off"]);
    assert_eq!(said.code, Some(3), "{}", said.talk);
    for arguments in [&PLAN[..], &APPLY, &PLAN] {
        let said = desk.ok(arguments);
        assert!(!said.talk.contains("moved"), "{}", said.talk);
    }
}

#[test]
fn a_line_beside_a_move_by_name_says_what_the_right_one_is() {
    let text = example("split-ccp.yaml").1;
    let desk = Desk::with(&text);
    desk.ok(&APPLY);
    let renamed = text.replace(
        "  stacks:\n    agents:\n",
        "  stacks:\n    desk:\n      name: acme-support-agents\n",
    );
    assert_ne!(renamed, text);
    desk.write(&format!(
        "{renamed}\nmoved: {{ appstream.stack/agnets: appstream.stack/desk }}\n"
    ));
    let said = desk.run(&PLAN);
    let talk = told(&said.talk);
    assert_eq!(said.code, Some(1), "{talk}");
    assert!(talk.contains("error[moved-from-nothing]"), "{talk}");
    assert!(
        talk.contains("Write `appstream.stack/agents: appstream.stack/desk`"),
        "{talk}"
    );
    desk.write(&format!(
        "{renamed}\nmoved: {{ appstream.stack/agents: appstream.stack/desk }}\n"
    ));
    let said = desk.ok(&APPLY);
    assert!(!said.talk.contains("moved-from-nothing"), "{}", said.talk);
    let again = desk.ok(&PLAN);
    assert!(
        again.data.contains("nothing to do") && !again.talk.contains("moved-from"),
        "{}",
        again.talk
    );
}

#[test]
fn a_line_to_what_the_blueprint_does_not_ask_for_is_a_mistake_with_a_place() {
    let text = example("split-ccp.yaml").1;
    let desk = Desk::with(&format!(
        "{text}\nmoved: {{ appstream.stack/before: appstream.stack/agnets }}\n"
    ));
    for command in ["validate", "plan"] {
        let arguments: Vec<&str> = [command, "center.yaml"]
            .into_iter()
            .chain((command == "plan").then_some("--sim"))
            .collect();
        let said = desk.run(&arguments);
        assert_eq!(said.code, Some(1), "{}", said.talk);
        let talk = told(&said.talk);
        assert!(
            talk.contains("error[moved-to-nothing]") && talk.contains("--> center.yaml:"),
            "{talk}"
        );
    }
}
