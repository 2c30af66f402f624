//! Who answers, signs in and is written to: people's answers on the command line, the simulated directory, the user pool.

use headset::resource::appstream::invite;
use headset_simulator::console;
use headset_simulator::world::Settings;
use serde_json::{Value, json};

use crate::application::{APPLICATION, CENTER, text};
use crate::commands::Desk;
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

    // Whoever renames a group means it: its name does not come back.
    let read = || -> Value { serde_json::from_str(&std::fs::read_to_string(desk.world()).unwrap()).unwrap() };
    let mut world = read();
    groups(&mut world, &mut |group| {
        if group["name"] == "Voice Agents" {
            group["name"] = json!("Former Agents");
        }
    });
    std::fs::write(desk.world(), world.to_string()).unwrap();
    let plan = desk.ok(&["plan", "center.yaml", "--sim"]).data;
    assert!(plan.contains("Former Agents"), "{plan}");
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
