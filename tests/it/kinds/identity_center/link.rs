//! The link of an application of Identity Center: asked for once a user or group is assigned, and never twice.

use headset_aws::Aws;
use std::path::{Path, PathBuf};

use headset_core::Address;
use headset_engine::plan::Action;
use headset_simulator::console;
use headset_simulator::world::Settings;
use serde_json::{Value, json};

use super::application::{APPLICATION, CENTER, application, text};
use crate::invariants::conformance::{Case, ExternalChange, address as kind_address, after};
use crate::support::desk::Desk;
use crate::support::{Sandbox, of_earlier_format, on_virtual_time};

const LINK: &str = "identity_center.link/acme";

pub(crate) fn case() -> Case {
    Case {
        before: vec![application()],
        subject: (
            kind_address("identity_center.link/acme"),
            json!({
                "name": "acme", "instance": after("identity_center.application/acme", "instance"),
                "application_arn": after("identity_center.application/acme", "application_arn"),
                "portal": after("identity_center.application/acme", "portal"),
                "relay_state": "https://eu-west-2.console.aws.amazon.com/connect/federate/11111111-1111-4111-8111-111111111111",
                // So that the person assigns someone: the portal shows the link to no one else.
                "assigned": false, "by_hand": false, "answers_at": "sign_in.idp.identity_center",
            }),
        ),
        changes: vec![],
        unchanged: vec![],
    }
}

pub(crate) async fn change(_aws: &Aws, field: &str, _way: usize) -> ExternalChange {
    panic!("identity_center.link: nothing here changes from outside `{field}`")
}

fn whole(idp: &str) -> String {
    format!("{}ccp: {{ hosting: s3 }}\n", text(idp))
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

/// The files below a directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The one file of an environment's state that is called so, if there is one.
fn found(desk: &Desk, name: &str) -> Option<PathBuf> {
    let all = files(&desk.path().join(".headset"));
    all.into_iter().find(|path| path.ends_with(name))
}

fn file(desk: &Desk, name: &str) -> PathBuf {
    found(desk, name).unwrap_or_else(|| panic!("there is no {name}"))
}

/// Makes of an environment's state what a version of before links had a checkpoint of their own has left of it.
fn turn_back(desk: &Desk) {
    let state = file(desk, "state.json");
    let mut old = read(&state);
    let resources = old["resources"].as_object_mut().unwrap();
    let link = resources.remove(LINK).unwrap();
    let outputs = resources[APPLICATION]["outputs"].as_object_mut().unwrap();
    outputs.remove("instance");
    outputs.remove("portal");
    outputs.insert("start_url".to_owned(), link["outputs"]["start_url"].clone());
    let text = of_earlier_format(old).replace(LINK, APPLICATION);
    std::fs::write(&state, text).unwrap();
    let application = file(desk, "identity_center.application%2Facme.json");
    // Without a checksum, as such a version wrote them.
    let mut answers = read(&application)["answers"].take();
    // What was answered with the application is still there, and the link has no file of its own.
    if let Some(link) = found(desk, "identity_center.link%2Facme.json") {
        answers["start_url"] = read(&link)["answers"]["start_url"].clone();
        std::fs::remove_file(link).unwrap();
    }
    assert!(answers["start_url"].is_string(), "{answers}");
    std::fs::write(&application, answers.to_string()).unwrap();
}

#[test]
fn a_link_is_asked_for_after_the_application_and_its_assignments() {
    on_virtual_time(async {
        let sandbox = Sandbox::new("link.yaml", &whole(CENTER), Settings::default());
        // Without a person, only the application is asked for: its link does not show yet.
        let outcome = sandbox.apply_alone().await;
        let open: Vec<String> = outcome.open.iter().map(|one| one.address.to_string()).collect();
        assert_eq!(open, [APPLICATION]);
        assert!(
            outcome.unfinished.contains(&address(LINK)),
            "{:?}",
            outcome.unfinished
        );
        let asked: Vec<&str> = outcome.open[0]
            .questions
            .iter()
            .map(|one| one.key.as_str())
            .collect();
        assert_eq!(asked, ["metadata", "application_arn"]);

        let outcome = sandbox.apply(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty(),
            "{outcome:?}"
        );
        assert!(sandbox.plan().await.is_empty());
        let state = sandbox.state();
        let link = &state.resources[&address(LINK)];
        assert!(
            link.outputs["start_url"].contains("#/saml/custom/acme/"),
            "{:?}",
            link.outputs
        );
        let group = address("identity_center.assignment/GROUP:agents");
        assert!(link.after.contains(&group), "{:?}", link.after);

        // Pages and outputs lead there, and it leads to the application.
        let page = &state.resources[&address("s3.object/audio-only.html")];
        let aws = sandbox.aws(None).await;
        let design = sandbox.design(&aws, &state);
        assert_eq!(
            design.outputs["sign_in"].to_string(),
            format!("(start_url of {LINK})")
        );
        assert!(page.after.contains(&address(LINK)), "{:?}", page.after);
        let opened = json!({ "start_url": link.outputs["start_url"], "user": "agent1@example.com" });
        let act = |input: &Value| {
            let path = "identity-center/applications/sign-in";
            sandbox
                .simulator
                .with_world(|world, now| console::act(world, path, input, now))
        };
        assert!(act(&opened).is_ok());
    });
}

#[test]
fn the_worksheet_tells_what_can_be_known_of_the_link() {
    let desk = Desk::with(&whole(CENTER));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let sheet = desk
        .ok(&["checkpoint", "show", "center.yaml", LINK, "--sim"])
        .data;
    let link = desk.ok(&["output", "center.yaml", "sign_in", "--sim"]).data;
    let begins = sheet
        .lines()
        .find_map(|line| line.strip_prefix("- It begins so: `"))
        .unwrap_or_else(|| panic!("{sheet}"))
        .trim_end_matches('`');
    assert!(link.starts_with(begins) && begins.len() > 100, "{begins}\n{link}");
    let list = desk.ok(&["checkpoint", "list", "center.yaml", "--sim"]).data;
    assert!(
        list.contains(&format!("{LINK}         attested  copy the link")),
        "{list}"
    );
}

/// The token of an application's link, for another application of the same account.
const OTHER: &str = "https://d-9067f1c2a3.awsapps.com/start/#/saml/custom/acme/\
                     MTIzNDU2Nzg5MDEyX2lucy0wMTIzNDU2Nzg5YWJjZGVmX3AtZmVkY2JhOTg3NjU0MzIxMA%3D%3D";

#[test]
fn the_link_of_another_application_is_refused() {
    let desk = Desk::with(&whole(CENTER));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let answer = |address: &str, link: &str| {
        let link = format!("start_url={link}");
        desk.run(&["checkpoint", "answer", "center.yaml", address, &link, "--sim"])
    };
    // At the link's own checkpoint, and at the application's, where earlier versions asked for it.
    for address in [LINK, APPLICATION] {
        let said = answer(address, OTHER);
        assert_eq!(said.code, Some(1), "{address}: {}", said.talk);
        assert!(
            said.talk.contains(
                "is the link of another application: its token says `123456789012_ins-0123456789abcdef`"
            ),
            "{}",
            said.talk
        );
    }
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    // What cannot be read is taken, and that is said.
    let said = answer(
        LINK,
        "https://d-9067f1c2a3.awsapps.com/start/#/saml/default/acme/abcdef",
    );
    assert_eq!(said.code, Some(0), "{}", said.talk);
    assert!(
        said.talk.contains("the token at its end cannot be read"),
        "{}",
        said.talk
    );

    // In a blueprint, too: an apply says where it stands.
    let idp =
        format!("{{ identity_center: {{ application: acme, groups: [agents], start_url: \"{OTHER}\" }} }}");
    desk.write(&whole(&idp));
    let said = desk.run(&["apply", "center.yaml", "--sim", "--yes"]);
    assert_eq!(said.code, Some(1), "{}{}", said.data, said.talk);
    assert!(
        said.talk.contains("is the link of another application") && said.talk.contains("correct them there"),
        "{}",
        said.talk
    );
}

#[test]
fn a_link_that_came_too_early_has_to_fit_the_application() {
    let desk = Desk::with(&whole(CENTER));
    let alone = ["apply", "center.yaml", "--sim", "--yes", "--operator", "off"];
    assert_eq!(desk.run(&alone).code, Some(3));
    // Given at the application, as earlier versions asked for it; nothing tells yet which application there is.
    let link = format!("start_url={OTHER}");
    let said = desk.ok(&["checkpoint", "answer", "center.yaml", APPLICATION, &link, "--sim"]);
    assert!(
        said.talk.contains(&format!("{LINK} answered")) && said.talk.contains("is not known yet"),
        "{}",
        said.talk
    );
    assert_eq!(said.data, format!("start_url: {OTHER}\n"));
    let list = desk.run(&["checkpoint", "list", "center.yaml", "--sim"]);
    assert_eq!(list.code, Some(3));
    assert!(
        list.data.contains(&format!("{APPLICATION}  open"))
            && list.data.contains(&format!("{LINK}         answered")),
        "{}",
        list.data
    );
    // It is another one's: the person is asked for this one's.
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let link = desk.ok(&["output", "center.yaml", "sign_in", "--sim"]).data;
    assert!(
        !link.contains(OTHER) && link.contains("#/saml/custom/acme/"),
        "{link}"
    );
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
}

#[test]
fn answering_the_application_says_that_an_earlier_link_does_not_fit() {
    let desk = Desk::with(&whole(CENTER));
    let alone = ["apply", "center.yaml", "--sim", "--yes", "--operator", "off"];
    assert_eq!(desk.run(&alone).code, Some(3));
    let answer = |address: &str, answer: &str| {
        desk.ok(&["checkpoint", "answer", "center.yaml", address, answer, "--sim"])
    };
    answer(LINK, &format!("start_url={OTHER}"));
    // 123456789012_ins-fedcba9876543210 in base64.
    let token = "MTIzNDU2Nzg5MDEyX2lucy1mZWRjYmE5ODc2NTQzMjEw";
    let metadata = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/crates/kinds/src/iam/samples/metadata.xml"
    ))
    .replace(
        "https://idp.example.com/saml/sign-in",
        &format!("https://portal.sso.us-east-1.amazonaws.com/saml/assertion/{token}"),
    );
    assert!(metadata.contains(token));
    std::fs::write(desk.path().join("metadata.xml"), metadata).unwrap();
    let said = answer(APPLICATION, "metadata=@metadata.xml");
    assert!(
        said.talk.contains(&format!(
            "note: {LINK} has an answer that does not fit: start_url: "
        )),
        "{}",
        said.talk
    );
    let list = desk.run(&["checkpoint", "list", "center.yaml", "--sim"]);
    let mut rows = list.data.lines();
    assert!(
        rows.any(|row| row.starts_with(LINK) && row.contains(" open ")),
        "{}",
        list.data
    );
    // One that fits gives no note.
    let fits = "https://d-9067f1c2a3.awsapps.com/start/#/saml/custom/acme/\
                MTIzNDU2Nzg5MDEyX2lucy1mZWRjYmE5ODc2NTQzMjEwX3At";
    answer(LINK, &format!("start_url={fits}"));
    let said = answer(APPLICATION, "metadata=@metadata.xml");
    assert!(
        !said.talk.contains("has an answer that does not fit"),
        "{}",
        said.talk
    );
}

#[test]
fn an_environment_of_before_is_not_asked_again() {
    let desk = Desk::with(&whole(CENTER));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let before = desk.ok(&["output", "center.yaml", "sign_in", "--sim"]).data;
    turn_back(&desk);
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    desk.ok(&["drift", "center.yaml", "--sim"]);
    assert_eq!(
        desk.ok(&["output", "center.yaml", "sign_in", "--sim"]).data,
        before
    );
    let list = desk.ok(&["checkpoint", "list", "center.yaml", "--sim"]).data;
    assert!(list.contains(&format!("{LINK}         attested")), "{list}");

    // Nor when something else changes, or when the application gets another name.
    let alone = ["apply", "center.yaml", "--sim", "--yes", "--operator", "off"];
    desk.write(&format!("{}tags: {{ team: voice }}\n", whole(CENTER)));
    desk.ok(&alone);
    turn_back(&desk);
    desk.write(&whole(
        "{ identity_center: { application: Acme Desk, groups: [agents] } }",
    ));
    let said = desk.run(&alone);
    assert_eq!(said.code, Some(3), "the new name is to be typed: {}", said.talk);
    assert!(
        !said.talk.contains("# Checkpoint identity_center.link"),
        "{}",
        said.talk
    );
    assert_eq!(
        desk.ok(&["output", "center.yaml", "sign_in", "--sim"]).data,
        before
    );
}

#[test]
fn an_environment_of_before_is_not_asked_again_after_a_destroy() {
    let desk = Desk::with(&whole(CENTER));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    turn_back(&desk);
    let said = desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    // The link goes with its application, and what stays is reported once.
    let (_, left) = said.talk.split_once("left as they are:").unwrap();
    assert!(
        left.contains(&format!("{APPLICATION} (`acme`, arn:aws:sso:")),
        "{left}"
    );
    assert!(!left.contains(LINK), "{left}");
    let said = desk.run(&["apply", "center.yaml", "--sim", "--yes", "--operator", "off"]);
    assert!(
        !said.talk.contains("# Checkpoint identity_center.link"),
        "{}",
        said.talk
    );
}

#[test]
fn a_new_application_has_a_new_link() {
    on_virtual_time(async {
        let sandbox = Sandbox::new("link.yaml", &whole(CENTER), Settings::default());
        sandbox.apply(None).await;
        let link = |sandbox: &Sandbox| sandbox.state().resources[&address(LINK)].outputs["start_url"].clone();
        let before = link(&sandbox);
        let act = |path: &str, input: &Value| {
            let path = format!("identity-center/applications/{path}");
            sandbox
                .simulator
                .with_world(|world, now| console::act(world, &path, input, now))
                .unwrap()
        };
        let listed = act("list", &json!({}));
        let arn = &listed["applications"][0]["application_arn"];
        act("delete", &json!({ "application_arn": arn }));
        let plan = sandbox.plan().await;
        for checkpoint in [APPLICATION, LINK] {
            let step = &plan.steps[&address(checkpoint)];
            assert!(matches!(step.action, Action::Await { .. }), "{step:?}");
        }
        let outcome = sandbox.apply(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty(),
            "{outcome:?}"
        );
        assert_ne!(link(&sandbox), before);
        assert!(sandbox.plan().await.is_empty());
    });
}

#[test]
fn without_assignments_in_the_blueprint_the_worksheet_asks_for_one() {
    let desk = Desk::with(&whole("{ identity_center: { application: acme } }"));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let sheet = desk
        .ok(&["checkpoint", "show", "center.yaml", LINK, "--sim"])
        .data;
    assert!(
        sheet.contains("The blueprint assigns no user and no group"),
        "{sheet}"
    );
}

#[test]
fn a_link_moves_with_its_application_and_stays_the_persons() {
    on_virtual_time(async {
        let mut sandbox = Sandbox::new("link.yaml", &whole(CENTER), Settings::default());
        sandbox.apply(None).await;
        let answered = sandbox.state().resources[&address(LINK)].outputs.clone();
        sandbox.rewrite(&whole(
            "{ identity_center: { application: Acme Desk, groups: [agents] } }",
        ));
        let plan = sandbox.plan().await;
        let now = address("identity_center.link/Acme Desk");
        assert!(
            plan.moved.contains(&(address(LINK), now.clone())),
            "{:?}",
            plan.moved
        );
        assert!(
            matches!(plan.steps[&now].action, Action::Keep),
            "{:?}",
            plan.steps[&now]
        );
        sandbox.apply_alone().await;
        let state = sandbox.state();
        assert_eq!(state.resources[&now].outputs, answered);
        assert!(!state.knows(&address(LINK)));

        // It is answered for the environment of that name, even if this one goes.
        sandbox.destroy(None).await;
        let plan = sandbox.plan().await;
        assert!(
            matches!(&plan.steps[&now].action, Action::Adopt { diff } if diff.is_empty()),
            "{:?}",
            plan.steps[&now]
        );
        assert_eq!(plan.outputs[&now], answered);
    });
}

#[test]
fn an_assignment_by_hand_does_not_hold_up_what_hangs_on_a_known_link() {
    let by_hand = |text: &str| {
        text.replace(
            "identity_center: { region: us-east-1 }",
            "identity_center: by_hand",
        )
    };
    let desk = Desk::with(&by_hand(&whole(CENTER)));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let more = "{ identity_center: { application: acme, groups: [agents, supervisors] } }";
    let titled = whole(more).replace("{ hosting: s3 }", "{ hosting: s3, title: Another }");
    desk.write(&by_hand(&titled));
    let said = desk.run(&["apply", "center.yaml", "--sim", "--yes", "--operator", "off"]);
    assert_eq!(said.code, Some(3), "{}{}", said.data, said.talk);
    let plan = desk.run(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    assert_eq!(plan.code, Some(3), "only the assignment is left: {}", plan.data);
    assert!(!plan.data.contains("s3.object/"), "{}", plan.data);
}
