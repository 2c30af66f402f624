//! Who answers, signs in and is written to: people's answers on the command line, the simulated directory, the user pool.

use headset_aws::kinds::appstream::invite;
use headset_simulator::console;
use headset_simulator::world::Settings;
use serde_json::{Value, json};

use crate::kinds::identity_center::application::{APPLICATION, CENTER, text};
use crate::support::desk::{Desk, Said};
use crate::support::{Sandbox, on_virtual_time};

/// The names of the simulated directory's groups, and a way to change one.
fn groups(world: &mut Value, change: &mut dyn FnMut(&mut Value)) {
    match world {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::Array(groups) if name == "groups" => groups.iter_mut().for_each(&mut *change),
                    value => groups(value, change),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| groups(value, change)),
        _ => {}
    }
}

#[test]
fn the_simulated_directory_holds_whom_the_blueprint_names() {
    let own =
        text("{ identity_center: { application: acme, groups: [Voice Agents], users: [ada@example.com] } }");
    let apply = ["apply", "center.yaml", "--sim", "--yes"];
    let strict = Desk::with(&own);
    let said = strict.run(&[&apply[..], &["--strict-directory"]].concat());
    assert_eq!(said.code, Some(1), "{}{}", said.data, said.talk);
    assert!(said.talk.contains("has no group `Voice Agents`"), "{}", said.talk);

    let desk = Desk::with(&own);
    desk.ok(&apply);
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);

    // A renamed group stays renamed: its old name does not come back.
    let read = || -> Value { serde_json::from_str(&std::fs::read_to_string(desk.world()).unwrap()).unwrap() };
    let mut world = read();
    groups(&mut world, &mut |group| {
        if group["name"] == "Voice Agents" {
            group["name"] = json!("Former Agents");
        }
    });
    std::fs::write(desk.world(), world.to_string()).unwrap();
    let said = desk.run(&["plan", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(said.data.contains("Former Agents"), "{}", said.data);
    assert!(said.talk.contains("has no group `Voice Agents`"), "{}", said.talk);
    let mut names = Vec::new();
    groups(&mut read(), &mut |group| names.push(group["name"].to_string()));
    assert!(!names.contains(&"\"Voice Agents\"".to_owned()), "{names:?}");
}

const POOL: &str = "\
version: 1
name: acme
aws: { region: eu-west-1 }
lifetime: 1d
appstream:
  users:
    agent1@example.com: { first: Agent, last: One }
    agent2@example.com: { first: Agent, last: Two, notify: false }
";

#[test]
fn users_of_the_pool_are_invited_and_can_be_invited_again() {
    on_virtual_time(async {
        let sandbox = Sandbox::new("pool.yaml", POOL, Settings::default());
        let outcome = sandbox.apply(None).await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
        let signs_in = |name: &str| {
            let path = format!("image-builder/users/{name}/sign-in");
            sandbox
                .simulator
                .with_world(|world, now| console::act(world, &path, &json!({}), now))
                .is_ok()
        };
        assert!(signs_in("agent1@example.com"), "the first mail brings a password");
        assert!(!signs_in("agent2@example.com"), "without a mail there is none");
        let aws = sandbox.aws(None).await;
        invite(&aws, "agent2@example.com").await.unwrap();
        sandbox.simulator.skip(std::time::Duration::from_secs(8 * 86_400));
        assert!(!signs_in("agent2@example.com"), "it is good for seven days");
        invite(&aws, "agent2@example.com").await.unwrap();
        assert!(signs_in("agent2@example.com"));
        assert!(sandbox.plan().await.is_empty());
    });
}

#[test]
fn a_user_is_invited_on_the_command_line() {
    let desk = Desk::with(POOL);
    let invite = |name: &str| desk.run(&["user", "invite", "center.yaml", name, "--sim"]);
    let early = invite("agent2@example.com");
    assert_eq!(early.code, Some(1));
    assert!(
        early.talk.contains("is not in the user pool yet"),
        "{}",
        early.talk
    );
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let sent = invite("agent2@example.com");
    assert_eq!(sent.code, Some(0), "{}", sent.talk);
    assert!(sent.talk.contains("valid for 7 days"), "{}", sent.talk);
    let unknown = invite("agent3@example.com");
    assert_eq!(unknown.code, Some(1));
    assert!(
        unknown
            .talk
            .contains("it has: agent1@example.com, agent2@example.com"),
        "{}",
        unknown.talk
    );
}

#[test]
fn wrong_answers_are_refused_with_the_reason() {
    let desk = Desk::with(&text(CENTER));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let answer = |answer: &str| {
        desk.run(&[
            "checkpoint",
            "answer",
            "center.yaml",
            APPLICATION,
            answer,
            "--sim",
        ])
    };
    for (wrong, reason) in [
        ("start_url=https://x", "is not the whole name of a host"),
        (
            "start_url=https://d-9067f1c2a3.awsapps.com/start",
            "is the access portal",
        ),
        (
            "start_url=https://ssoins-7223f0a1b2c3d4e5.portal.us-east-1.app.aws/",
            "is the access portal",
        ),
        (
            "start_url=https://identitycenter.amazonaws.com/ssoins-7223f0a1b2c3d4e5",
            "what Identity Center calls itself (its issuer)",
        ),
        (
            "start_url=https://eu-west-2.signin.aws.amazon.com/saml",
            "where AWS takes up a sign-in",
        ),
        (
            "application_arn=arn:aws:sso::123456789012:application/ssoins-7223f0a1b2c3d4e5/apl-0000000000000000",
            "there is no application",
        ),
    ] {
        let said = answer(wrong);
        assert_eq!(said.code, Some(1), "{wrong}: {}", said.talk);
        assert!(said.talk.contains(reason), "{wrong}: {}", said.talk);
    }
    let said = answer("start_url=https://go.example.com/phone");
    assert_eq!(said.code, Some(0), "{}", said.talk);
    assert!(
        said.talk
            .contains("note: start_url: `go.example.com` is no access portal"),
        "{}",
        said.talk
    );
}

#[test]
fn a_portal_as_start_url_is_a_mistake_of_the_blueprint() {
    let idp = "{ identity_center: { application: acme, groups: [agents], \
               start_url: \"https://d-9067f1c2a3.awsapps.com/start\" } }";
    let said = Desk::with(&text(idp)).run(&["plan", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(1));
    assert!(said.talk.contains("is the access portal"), "{}", said.talk);
    let idp =
        "{ okta: { application: acme, groups: [agents], start_url: \"https://acme-admin.okta.com/admin\" } }";
    let said = Desk::with(&text(idp)).run(&["validate", "center.yaml"]);
    assert_eq!(said.code, Some(1));
    assert!(said.talk.contains("in Okta's Admin Console"), "{}", said.talk);
}

#[test]
fn a_start_url_of_okta_or_entra_is_no_administrators_page() {
    for (product, administration, what) in [
        (
            "okta",
            "https://acme-admin.okta.com/admin/app/acme/instance/0oa1b2c3d4",
            "Okta's Admin Console",
        ),
        (
            "entra",
            "https://portal.azure.com/#view/Microsoft_AAD_IAM",
            "Microsoft's administration",
        ),
        (
            "entra",
            "https://login.microsoftonline.com/t/saml2",
            "a SAML request",
        ),
    ] {
        let desk = Desk::with(&text(&format!(
            "{{ {product}: {{ application: acme, groups: [agents] }} }}"
        )));
        desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
        let answer = |link: &str| answer(&desk, "idp.application/acme", &[&format!("start_url={link}")]);
        let said = answer(administration);
        assert_eq!(said.code, Some(1), "{}", said.talk);
        assert!(said.talk.contains(what), "{}", said.talk);
        let said = answer("https://phone.example.com/");
        assert_eq!(said.code, Some(0), "{}", said.talk);
        assert!(
            said.talk
                .contains("note: start_url: `https://phone.example.com/` does not look like"),
            "{}",
            said.talk
        );
    }
}

/// Gives answers on the command line.
fn answer(desk: &Desk, address: &str, given: &[&str]) -> Said {
    desk.run(
        &[
            &["checkpoint", "answer", "center.yaml", address][..],
            given,
            &["--sim"],
        ]
        .concat(),
    )
}

/// Two applications: one leads to Amazon Connect, the other one to a desktop.
const TWO: &str = "  appstream: { stacks: [agents] }
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718], security_groups: [sg-0a1b2c3d4e5f60718] }
  images: { desktop: { existing: AppStream-WinServer2022-06-17-2024 } }
  fleets:
    agents: { image: desktop, instance: stream.standard.medium, capacity: 1 }
  stacks:
    agents: { fleet: agents }
";

#[test]
fn the_answer_of_another_application_is_refused() {
    for (idp, kind, keys) in [
        (
            CENTER,
            "identity_center.application",
            &[
                ("application_arn", "application_arn"),
                ("metadata", "metadata_url"),
            ][..],
        ),
        (
            "{ okta: { application: acme, groups: [agents] } }",
            "idp.application",
            &[("metadata", "metadata_url"), ("start_url", "start_url")],
        ),
    ] {
        let desk = Desk::with(&format!("{}{TWO}", text(idp)));
        desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
        let saved = desk.state("acme");
        let (one, other) = (format!("{kind}/acme"), format!("{kind}/acme desktop"));
        for (key, output) in keys {
            let value = saved["resources"][&one]["outputs"][output]
                .as_str()
                .unwrap_or_default();
            assert!(!value.is_empty(), "{saved:#}");
            let said = answer(&desk, &other, &[&format!("{key}={value}")]);
            assert_eq!(said.code, Some(1), "{}", said.talk);
            let told = format!("is the answer of {one} already, and {other} is another application");
            assert!(
                said.talk.contains(&told) && said.talk.contains(&format!("{key}: `")),
                "{}",
                said.talk
            );
            assert!(!said.talk.contains("headset:plan"), "{}", said.talk);
            // Its own is taken again.
            let own = saved["resources"][&other]["outputs"][output]
                .as_str()
                .unwrap_or_default();
            let said = answer(&desk, &other, &[&format!("{key}={own}")]);
            assert_eq!(said.code, Some(0), "{}", said.talk);
        }
        desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    }
}

#[test]
fn two_entries_that_ask_for_one_thing_are_told_in_words_of_ones_own() {
    let desk = Desk::with(&format!("{}{TWO}", text(CENTER)));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    // As an earlier version took it.
    let answers = desk.answers("acme", "identity_center.application/acme");
    std::fs::copy(
        answers,
        desk.answers("acme", "identity_center.application/acme desktop"),
    )
    .unwrap();
    for command in ["plan", "apply", "status", "drift"] {
        let yes: &[&str] = if command == "apply" { &["--yes"] } else { &[] };
        let said = desk.run(&[&[command, "center.yaml", "--sim"][..], yes].concat());
        let all = format!("{}{}", said.data, said.talk);
        assert!(
            !all.contains("headset:plan") && !all.contains("plan failed"),
            "{command}: {all}"
        );
        assert!(
            !["plan", "apply"].contains(&command) || all.contains("one and the same resource"),
            "{command}: {all}"
        );
    }
}

#[test]
fn what_a_person_deleted_is_reported_at_any_time() {
    let application = "idp.application/acme";
    let desk = Desk::with(&text("{ other: { application: acme, groups: [agents] } }"));
    let early = answer(&desk, application, &["gone=yes"]);
    assert_eq!(early.code, Some(1), "{}", early.talk);
    assert!(early.talk.contains("has no answer yet"), "{}", early.talk);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);

    let list = desk.ok(&["checkpoint", "list", "center.yaml", "--sim"]);
    assert!(
        list.talk
            .contains("headset checkpoint answer center.yaml ADDRESS gone=yes --sim"),
        "{}",
        list.talk
    );
    let list = desk
        .ok(&["checkpoint", "list", "center.yaml", "--sim", "--json"])
        .data;
    let list: Value = serde_json::from_str(&list).unwrap();
    assert_eq!(list["checkpoints"][0]["reports"], json!(["gone"]), "{list}");

    for both in [
        &["edited=yes", "gone=yes"][..],
        &["gone=yes", "start_url=https://idp.example.com/x"],
    ] {
        let said = answer(&desk, application, both);
        assert_eq!(said.code, Some(1), "{}", said.talk);
        assert!(said.talk.contains("give `gone=yes` by itself"), "{}", said.talk);
    }
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);

    let said = answer(&desk, application, &["gone=yes"]);
    assert_eq!(said.code, Some(0), "{}", said.talk);
    assert!(said.talk.contains("is open again"), "{}", said.talk);
    let list = desk.run(&["checkpoint", "list", "center.yaml", "--sim"]);
    assert_eq!(list.code, Some(3), "{}", list.data);
    assert!(
        list.data
            .contains(&format!("{application}  open      make the SAML application")),
        "{}",
        list.data
    );
    let plan = desk.ok(&["plan", "center.yaml", "--sim"]).data;
    assert!(plan.contains("it is gone, and"), "{plan}");
}

#[test]
fn an_application_that_is_gone_takes_the_answer_about_its_link_along() {
    let desk = Desk::with(&text(CENTER));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let said = answer(&desk, APPLICATION, &["gone=yes"]);
    assert_eq!(said.code, Some(0), "{}", said.talk);
    assert!(
        said.talk
            .contains("note: AWS still has the application (arn:aws:sso::"),
        "{}",
        said.talk
    );
    let list = desk
        .run(&["checkpoint", "list", "center.yaml", "--sim", "--json"])
        .data;
    let list: Value = serde_json::from_str(&list).unwrap();
    let open = list["checkpoints"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["state"] == "open");
    let open: Vec<&str> = open.map(|one| one["address"].as_str().unwrap()).collect();
    assert!(
        open.contains(&APPLICATION) && open.contains(&"identity_center.link/acme"),
        "{list}"
    );
}

#[test]
fn what_the_blueprint_answers_is_not_reported_as_gone() {
    let idp = "{ other: { application: acme, groups: [agents], metadata: { file: metadata.xml }, \
         start_url: \"https://idp.example.com/start\" } }";
    let desk = Desk::with(&text(idp));
    let metadata = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/crates/kinds/src/iam/samples/metadata.xml"
    ));
    std::fs::write(desk.path().join("metadata.xml"), metadata).unwrap();
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let said = answer(&desk, "idp.application/acme", &["gone=yes"]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(
        said.talk
            .contains("the blueprint itself has answers for idp.application/acme: `metadata`, `start_url`"),
        "{}",
        said.talk
    );
}

#[test]
fn an_edit_under_a_new_name_is_answered_before_the_next_apply() {
    let desk = Desk::with(&text(CENTER));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.write(&text(
        "{ identity_center: { application: Acme Desk, groups: [agents] } }",
    ));
    let now = "identity_center.application/Acme Desk";
    let said = answer(&desk, now, &["edited=yes"]);
    assert_eq!(said.code, Some(0), "{}", said.talk);
    assert!(said.talk.contains(&format!("{now} answered\n")), "{}", said.talk);
    // AWS tells the name, and it is still the former one.
    let apply = ["apply", "center.yaml", "--sim", "--yes"];
    let said = desk.run(&[&apply[..], &["--operator", "off"]].concat());
    assert_eq!(said.code, Some(3), "{}{}", said.data, said.talk);
    assert!(
        said.talk.contains("`Acme Desk` (it was `acme`)")
            || said.data.contains("`Acme Desk` (it was `acme`)"),
        "{}{}",
        said.data,
        said.talk
    );
    desk.ok(&apply);
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
}

#[test]
fn answers_may_come_one_by_one_and_say_what_is_missing() {
    let application = "idp.application/acme";
    let desk = Desk::with(&text("{ other: { application: acme, groups: [agents] } }"));
    desk.run(&["apply", "center.yaml", "--sim", "--yes", "--operator", "off"]);
    let link = "start_url=https://idp.example.com/start";
    let said = desk.ok(&["checkpoint", "answer", "center.yaml", application, link, "--sim"]);
    assert!(
        said.talk.contains("answered in part; still missing: metadata"),
        "{}",
        said.talk
    );
    let list = desk.run(&["checkpoint", "list", "center.yaml", "--sim"]);
    assert_eq!(list.code, Some(3));
    assert!(
        list.data.contains(&format!("{application}  partial")) && list.data.contains("(missing: metadata)"),
        "{}",
        list.data
    );
    let json = desk.run(&["checkpoint", "list", "center.yaml", "--sim", "--json"]);
    let json: Value = serde_json::from_str(&json.data).unwrap();
    assert_eq!(json["checkpoints"][0]["missing"], json!(["metadata"]));
}
