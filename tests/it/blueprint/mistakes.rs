//! Mistakes that are reported before anything is made or lost, as a user meets them.

use std::collections::BTreeSet;
use std::path::Path;

use headset_blueprint::Sources;
use headset_core::KindId;
use headset_core::diagnostic::has_errors;
use headset_design::{DesignContext, design};
use headset_engine::assess::Assessment;
use headset_engine::plan::{Action, Impact, Plan};
use headset_simulator::world::Settings;
use serde_json::json;

use crate::support::desk::Desk;
use crate::support::program::Program as _;
use crate::support::{Sandbox, example, on_virtual_time};

const DESK: &str = "\
version: 1
name: acme-desks
aws: { region: eu-west-1 }
lifetime: 1d
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718] }
  images: { windows: { newest: AppStream-WinServer2022 } }
  fleets: { agents: { image: windows, instance: stream.standard.medium, capacity: 2 } }
  stacks: { agents: { fleet: agents } }
";

fn file(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

async fn assessed(sandbox: &Sandbox) -> Assessment {
    let aws = sandbox.aws(None).await;
    let state = sandbox.state();
    let design = sandbox.design(&aws, &state);
    sandbox.assess(&aws, &design, &state).await
}

fn codes(assessed: &Assessment) -> Vec<&'static str> {
    assessed.findings.iter().map(|finding| finding.code).collect()
}

fn impact<'a>(plan: &'a Plan, address: &str) -> &'a Impact {
    &plan.steps[&address.parse().unwrap()].impact
}

/// Amazon Connect ties a user to the first role that signs it in (administrator guide, configure-saml).
#[test]
fn another_federation_role_is_said_to_shut_out_those_who_signed_in_before() {
    let (name, text) = example("minimal.yaml");
    on_virtual_time(async {
        let mut sandbox = Sandbox::new(&name, &text, Settings::default());
        assert!(
            !codes(&assessed(&sandbox).await).contains(&"tied-to-the-old"),
            "it is new"
        );
        let outcome = sandbox.apply(None).await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
        for other in ["{ name: other-agents }", "{ path: /others/ }"] {
            sandbox.rewrite(&text.replace("\nsign_in:\n", &format!("\nsign_in:\n  role: {other}\n")));
            let assessed = assessed(&sandbox).await;
            let step = &assessed.plan.steps[&"iam.role/connect".parse().unwrap()];
            assert!(
                matches!(step.action, Action::Replace { .. }),
                "{other}: {:?}",
                step.action
            );
            let told = assessed
                .findings
                .iter()
                .find(|finding| finding.code == "tied-to-the-old");
            let told = told.unwrap_or_else(|| panic!("{other}: {:?}", codes(&assessed)));
            assert!(told.place.is_some() && told.help.is_some(), "{told:?}");
            let Impact::Irreversible { loss, .. } = &step.impact else {
                panic!("{other}: {:?}", step.impact)
            };
            assert!(loss.contains("cannot sign in"), "{loss}");
        }
        // What changes in place ties no user to anything else.
        sandbox.rewrite(&text.replace("\nsign_in:\n", "\nsign_in:\n  role: { session: 10h }\n"));
        let same = assessed(&sandbox).await;
        assert!(!codes(&same).contains(&"tied-to-the-old"), "{:?}", codes(&same));
        assert_eq!(impact(&same.plan, "iam.role/connect"), &Impact::None);
        // One of the same name is another one, too.
        sandbox.rewrite(&text);
        let aws = sandbox.aws(None).await;
        let role = sandbox.state().resources[&"iam.role/connect".parse().unwrap()]
            .id
            .clone();
        let policies = aws
            .iam()
            .list_role_policies()
            .role_name(&role)
            .send()
            .await
            .unwrap();
        for policy in policies.policy_names() {
            let gone = aws
                .iam()
                .delete_role_policy()
                .role_name(&role)
                .policy_name(policy);
            gone.send().await.unwrap();
        }
        aws.iam().delete_role().role_name(&role).send().await.unwrap();
        let anew = assessed(&sandbox).await;
        assert!(codes(&anew).contains(&"tied-to-the-old"), "{:?}", codes(&anew));
        assert!(matches!(
            impact(&anew.plan, "iam.role/connect"),
            Impact::Irreversible { .. }
        ));
    });
}

/// What the design says of a stack.
fn designed(stack: &str) -> serde_json::Value {
    let text = DESK.replace("{ fleet: agents }", stack);
    let (blueprint, findings) = headset_blueprint::read(&Sources::alone("b.yaml", &text));
    assert!(!has_errors(&findings), "{findings:?}");
    let context = DesignContext {
        account: "123456789012".to_owned(),
        partition: "aws".to_owned(),
        region: "eu-west-1".to_owned(),
        appstream_region: "eu-west-1".to_owned(),
        identity_center_region: "eu-west-1".to_owned(),
        lineage: "6f1d0c1e-1111-4111-8111-111111111111".to_owned(),
        expires: None,
        given: headset_design::Given::default(),
        library: headset_design::Library::StandIn,
    };
    let (design, _) = design(&blueprint.unwrap(), &context);
    design.resources[&"appstream.stack/agents".parse().unwrap()]
        .spec
        .clone()
}

/// What the design says of a stack's user settings.
fn user_settings(stack: &str) -> serde_json::Value {
    designed(stack)["user_settings"].clone()
}

/// What CreateStack takes, and the field that owns it. One that AWS adds belongs into the language, closed where nothing
/// opens it.
const OWNERS: &[(&str, &str)] = &[
    ("Name", "name"),
    ("Description", "description"),
    ("DisplayName", "display_name"),
    ("StorageConnectors", "storage_connectors"),
    ("RedirectURL", "redirect_url"),
    ("FeedbackURL", "feedback_url"),
    ("UserSettings", "user_settings"),
    ("ApplicationSettings", "app_settings"),
    ("Tags", "tags"),
    ("AccessEndpoints", "access_endpoints"),
    ("EmbedHostDomains", "embed_domains"),
    ("StreamingExperienceSettings", "streaming"),
    ("ContentRedirection", "url_redirection"),
    ("AgentAccessConfig", "ai_agents"),
    ("StorageConnectorAuthentication", "storage_sign_in"),
];

/// Of these a blueprint that says nothing leaves AWS's default: they open nothing.
const NOT_OWNED_UNSAID: &[&str] = &["description", "display_name", "streaming"];

#[test]
fn everything_that_a_stack_can_be_given_is_owned_and_closed_until_it_is_opened() {
    let table: serde_json::Value =
        serde_json::from_str(&file("crates/simulator/src/wire/tables/appstream.json")).unwrap();
    let taken: BTreeSet<&str> = table["shapes"]["CreateStackRequest"]["members"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        OWNERS.iter().map(|(member, _)| *member).collect::<BTreeSet<_>>(),
        taken
    );
    let kind = headset_kinds::registry::kind(KindId::of("appstream.stack"));
    let closed = designed("{ fleet: agents }");
    for (member, field) in OWNERS {
        assert!(kind.fields().iter().any(|known| known.name == *field), "{member}");
        let owned = closed.get(field).is_some();
        assert_eq!(owned, !NOT_OWNED_UNSAID.contains(field), "{member}");
    }
    for opens in ["url_redirection", "ai_agents", "storage_sign_in"] {
        assert_eq!(closed[opens], json!(null), "{opens}");
    }
    // AWS keeps the sign-in where nothing is said.
    let drive = designed("{ fleet: agents, storage: { google_drive: { domains: [example.com] } } }");
    assert_eq!(drive["storage_sign_in"], "FORCE_REAUTHENTICATION");
    let kept = designed(
        "{ fleet: agents, storage: { google_drive: { domains: [example.com] }, keep_sign_in: true } }",
    );
    assert_eq!(kept["storage_sign_in"], "REUSE_CREDENTIALS");
    let agents = designed("{ fleet: agents, ai_agents: { sight: true } }");
    assert_eq!(
        agents["ai_agents"],
        json!({
            "actions": { "COMPUTER_VISION": "ENABLED", "COMPUTER_INPUT": "DISABLED", "FORWARD_MCP_TOOLS": "DISABLED" },
            "resolution": "W_1280xH_720", "images": "PNG", "control": "VIEW_STOP", "screenshots": null,
        })
    );
}

/// AWS's model names every action. One that it adds belongs into the language, closed where nothing opens it.
#[test]
fn every_user_setting_of_the_model_is_owned_and_closed_until_it_is_opened() {
    let table: serde_json::Value =
        serde_json::from_str(&file("crates/simulator/src/wire/tables/appstream.json")).unwrap();
    let known: BTreeSet<&str> = table["shapes"]["Action"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| action.as_str().unwrap())
        .collect();
    let closed = user_settings("{ fleet: agents }");
    let owned: BTreeSet<&str> = closed.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(owned, known);
    for (action, permission) in closed.as_object().unwrap() {
        // AWS wants at least one way to sign in to a domain.
        let wanted = if action == "DOMAIN_PASSWORD_SIGNIN" {
            "ENABLED"
        } else {
            "DISABLED"
        };
        assert_eq!(permission, wanted, "{action}");
    }
    let open = user_settings(
        "{ fleet: agents, clipboard: both, files: both, printing: local, time_zone: true, smart_card: true, \
         domain_sign_in: both }",
    );
    for (action, permission) in open.as_object().unwrap() {
        assert_eq!(permission, "ENABLED", "{action}");
    }
    let card = user_settings("{ fleet: agents, domain_sign_in: smart-card }");
    assert_eq!(card["DOMAIN_PASSWORD_SIGNIN"], "DISABLED");
    assert_eq!(card["DOMAIN_SMART_CARD_SIGNIN"], "ENABLED");
}

/// AppStream takes no sound for activity (CreateFleet).
#[test]
fn agents_of_a_contact_center_are_never_idle_unless_the_blueprint_says_so() {
    let idle = |text: &str| {
        let (blueprint, findings) = headset_blueprint::read(&Sources::alone("b.yaml", text));
        assert!(!has_errors(&findings), "{findings:?}");
        let section = blueprint.unwrap().appstream.unwrap();
        let headset_blueprint::model::Source::Ours(fleet) = &section.fleets["agents"] else {
            panic!("ours")
        };
        fleet.timeouts.idle.value.as_secs()
    };
    assert_eq!(idle(DESK), 900);
    let center = format!("{DESK}connect: {{ existing: acme }}\n");
    assert_eq!(idle(&center), 0);
    let said = center.replace("capacity: 2", "capacity: 2, timeouts: { idle: 10m }");
    assert_eq!(idle(&said), 600);
    on_virtual_time(async {
        let (_, text) = example("split-ccp.yaml");
        let silent = text.replace(", idle: 0 }", " }");
        assert_ne!(silent, text);
        let mut sandbox = Sandbox::new("silent.yaml", &silent, Settings::default());
        let outcome = sandbox.apply(None).await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
        for same in [&silent, &text] {
            sandbox.rewrite(same);
            assert!(sandbox.plan().await.is_empty());
        }
    });
}

const USER: &str = "\
version: 1
name: acme-own
aws: { region: eu-west-2 }
lifetime: 1d
connect:
  alias: acme-own
  identity: connect-managed
  users: { agent1: { first: Agent, last: One, security: [Agent], password: { file: pw } } }
";

#[test]
fn passwords_are_judged_before_anything_is_made_and_never_shown() {
    let desk = Desk::with(USER);
    let put = |bytes: &[u8]| std::fs::write(desk.path().join("pw"), bytes).unwrap();
    let utf16: Vec<u8> = "\u{feff}Spring2026pass"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();

    // Where the secret is not, a blueprint can be checked and planned, and nothing is begun.
    desk.ok(&["validate", "center.yaml"]);
    let plan = desk.ok(&["plan", "center.yaml", "--sim"]);
    assert!(plan.talk.contains("there is no such file"), "{}", plan.talk);
    let apply = desk.run(&["apply", "center.yaml", "--sim", "--yes"]);
    assert_eq!(apply.code, Some(1), "{}", apply.data);
    assert!(!apply.data.contains("created"), "{}", apply.data);

    for (bytes, why) in [
        (&b"spring2026"[..], "no upper-case letter"),
        (b"Spring2026pass\n\n", "white space"),
        (b"\xef\xbb\xbfSpring\r\n", "shorter than 8 characters"),
        (&utf16, "UTF-16"),
        (b"Spr\xfcng2026pass", "UTF-8"),
        (b"", "empty"),
    ] {
        put(bytes);
        for command in [
            &["validate", "center.yaml"][..],
            &["apply", "center.yaml", "--sim", "--yes"],
        ] {
            let said = desk.run(command);
            assert_eq!(said.code, Some(1), "{command:?}, {why}: {}", said.talk);
            assert!(said.talk.contains(why), "{command:?}, {why}: {}", said.talk);
            assert!(said.talk.contains("center.yaml:8:"), "{command:?}: {}", said.talk);
            let all = format!("{}{}", said.data, said.talk).to_lowercase();
            assert!(
                !all.contains("spring") && !all.contains("created"),
                "{command:?}: {all}"
            );
        }
    }
    put(b"\xef\xbb\xbfSpring2026pass\r\n");
    desk.ok(&["validate", "center.yaml"]);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    // It is not needed any more.
    put(b"x");
    desk.ok(&["plan", "center.yaml", "--sim"]);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
}

#[test]
fn every_file_is_read_without_its_mark_and_never_as_utf16() {
    let desk = Desk::with("\u{feff}version: 1\nname: acme\nextends: base.yaml\n");
    let base = "\u{feff}connect: { alias: acme, users: {} }\n";
    std::fs::write(desk.path().join("base.yaml"), base).unwrap();
    desk.run(&["validate", "center.yaml"]);
    let said = desk.ok(&["validate", "center.yaml", "--set", "aws.region=eu-west-2"]);
    assert!(said.data.contains("valid"), "{}", said.data);
    let utf16: Vec<u8> = base.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(desk.path().join("base.yaml"), &utf16).unwrap();
    let said = desk.run(&["validate", "center.yaml"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.talk.contains("UTF-16") && said.talk.contains("center.yaml:3:"),
        "{}",
        said.talk
    );
    std::fs::write(desk.path().join("center.yaml"), &utf16).unwrap();
    let said = desk.run(&["validate", "center.yaml"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.talk.contains("UTF-16") && said.talk.contains("save it as UTF-8"),
        "{}",
        said.talk
    );
    // The way out that the message names leads there.
    let help = said.talk.split_once("in a shell: `").unwrap().1;
    let command = help.split_once('`').unwrap().0;
    let converted = std::process::Command::new("sh")
        .args(["-c", command])
        .current_dir(desk.path())
        .status();
    assert!(converted.unwrap().success(), "{command}");
    let converted = std::fs::read_to_string(desk.path().join("center.yaml.utf8")).unwrap();
    assert_eq!(
        converted.trim_start_matches('\u{feff}'),
        base.trim_start_matches('\u{feff}')
    );
}

#[test]
fn two_environments_whose_applications_have_one_name_are_told_apart() {
    let environment = |name: &str, arn: &str| {
        format!(
            "version: 1\nname: {name}\naws: {{ region: eu-west-2, identity_center: {{ region: us-east-1 }} }}\nlifetime: 1d\n\
             connect: {{ alias: {name}, users: {{ agent1@example.com: {{ first: Agent, last: One, security: [Agent] }} }} }}\n\
             sign_in: {{ idp: {{ identity_center: {{ application: Acme Support, groups: [agents]{arn} }} }} }}\n"
        )
    };
    let arn = |end: char| {
        format!(
            ", application_arn: \"arn:aws:sso::123456789012:application/ssoins-0123456789abcdef/apl-0123456789abcde{end}\""
        )
    };
    let desk = Desk::with(&environment("acme-test", ""));
    let other = desk.path().join("other.yaml");
    std::fs::write(&other, environment("acme-prod", "")).unwrap();
    let alone = desk.ok(&["validate", "center.yaml"]);
    assert!(!alone.talk.contains("shared-application"), "{}", alone.talk);
    let both = desk.ok(&["validate", "center.yaml", "other.yaml"]);
    assert!(
        both.talk.contains("shared-application")
            && both.talk.contains("other.yaml:")
            && both.talk.contains("`acme-test`"),
        "{}",
        both.talk
    );
    // The same environment twice, such as with an overlay, is one.
    let twice = desk.ok(&["validate", "center.yaml", "center.yaml"]);
    assert!(!twice.talk.contains("shared-application"), "{}", twice.talk);
    // A plan knows the environments of this machine.
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let plan = desk.run(&["plan", "other.yaml", "--sim"]);
    assert!(plan.talk.contains("shared-application"), "{}", plan.talk);
    let own = desk.ok(&["plan", "center.yaml", "--sim"]);
    assert!(!own.talk.contains("shared-application"), "{}", own.talk);
    // Two that are known to be two.
    desk.write(&environment("acme-test", &arn('1')));
    std::fs::write(&other, environment("acme-prod", &arn('2'))).unwrap();
    let known = desk.ok(&["validate", "center.yaml", "other.yaml"]);
    assert!(!known.talk.contains("shared-application"), "{}", known.talk);
}

#[test]
fn two_applications_with_one_arn_are_told_by_validate_with_both_places() {
    let arn = |end: u32| {
        format!(
            "application_arn: \"arn:aws:sso::123456789012:application/ssoins-0123456789abcdef/apl-0123456789abcde{end}\""
        )
    };
    let text = |connect: u32, agents: u32, leads: u32| {
        format!(
            "version: 1\nname: acme\naws: {{ region: eu-west-1, identity_center: {{ region: us-east-1 }} }}\n\
             lifetime: 1d\nconnect: {{ alias: acme }}\n\
             appstream:\n  network: {{ subnets: [subnet-0a1b2c3d4e5f60718], internet: nat }}\n  \
             images: {{ windows: {{ newest: AppStream-WinServer2022 }} }}\n  \
             fleets: {{ all: {{ image: windows, instance: stream.standard.medium, capacity: 1 }} }}\n  \
             stacks: {{ agents: {{ fleet: all }}, leads: {{ fleet: all }} }}\n\
             sign_in:\n  idp:\n    identity_center:\n      application: acme\n      groups: [agents]\n      {}\n  \
             appstream:\n    stacks:\n      agents: {{ {} }}\n      leads: {{ {} }}\n",
            arn(connect),
            arn(agents),
            arn(leads)
        )
    };
    let desk = Desk::with(&text(1, 2, 3));
    desk.ok(&["validate", "center.yaml"]);
    let line = |text: &str, key: &str| text.lines().position(|line| line.contains(key)).unwrap() + 1;
    for (numbers, [first, second]) in [
        (
            [1, 1, 3],
            ["      application_arn:", "      agents: { application_arn"],
        ),
        (
            [1, 2, 1],
            ["      application_arn:", "      leads: { application_arn"],
        ),
        (
            [1, 2, 2],
            [
                "      agents: { application_arn",
                "      leads: { application_arn",
            ],
        ),
    ] {
        let [connect, agents, leads] = numbers;
        let text = text(connect, agents, leads);
        desk.write(&text);
        let said = desk.run(&["validate", "center.yaml"]);
        assert_eq!(said.code, Some(1), "{}{}", said.data, said.talk);
        assert!(
            said.talk.contains("two applications have the ARN"),
            "{}",
            said.talk
        );
        for place in [first, second] {
            let place = format!("center.yaml:{}:", line(&text, place));
            assert!(said.talk.contains(&place), "{place}\n{}", said.talk);
        }
    }
}

/// The zones that scheduled actions are known to take, and the expressions in the guides: none is refused too early.
#[test]
fn every_time_zone_that_aws_takes_is_taken() {
    let zones = file("crates/simulator/src/service/zones.txt");
    let mut refused = Vec::new();
    for zone in zones.lines() {
        let shift = format!("{{ at: \"cron(0 8 ? * MON-FRI *)\", time_zone: {zone}, min: 1 }}");
        let scaling = format!("capacity: {{ min: 0, max: 2, schedule: {{ morning: {shift} }} }}");
        let text = DESK.replace("capacity: 2", &scaling);
        let (_, findings) = headset_blueprint::read(&Sources::alone("b.yaml", &text));
        if !findings.is_empty() {
            refused.push((zone.to_owned(), findings));
        }
    }
    assert!(zones.lines().count() > 400);
    assert!(refused.is_empty(), "{refused:#?}");
}

/// The list of instance types is AWS's own: one that AWS adds is named here before users meet a warning about it.
#[test]
fn every_instance_type_of_the_model_is_known() {
    let script = "
import re, botocore.session
model = botocore.session.get_session().get_service_model('appstream')
for operation in ('CreateFleet', 'CreateImageBuilder'):
    print(*re.findall(r'stream[.][a-z0-9.]+', model.operation_model(operation).input_shape.members['InstanceType'].documentation))
";
    let output = std::process::Command::new(crate::interop::python())
        .args(["-c", script])
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let types: BTreeSet<&str> = printed.split_whitespace().collect();
    assert!(
        types.len() > 40,
        "{printed}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for instance in types {
        let text = DESK.replace("stream.standard.medium", instance);
        let (_, findings) = headset_blueprint::read(&Sources::alone("b.yaml", &text));
        assert_eq!(findings, Vec::new(), "{instance}");
    }
}

/// Why a person makes a thing is true: AWS's API for Identity Center makes other sorts, and Okta's is not used.
#[test]
fn only_what_has_no_api_is_said_to_have_none() {
    let text = "\
version: 1
name: acme-okta
aws: { region: eu-west-2 }
lifetime: 1d
connect: { alias: acme-okta, users: { agent1@example.com: { first: Agent, last: One, security: [Agent] } } }
sign_in: { idp: { okta: { application: Acme Support, groups: [agents] } } }
";
    let desk = Desk::with(text);
    let plan = desk.ok(&["plan", "center.yaml", "--sim"]);
    assert!(
        plan.data.contains("Headset makes no applications"),
        "{}",
        plan.data
    );
    assert!(!plan.data.contains("no API"), "{}", plan.data);
    desk.write(
        &text
            .replace("okta:", "identity_center:")
            .replace("acme-okta", "acme-idc"),
    );
    let plan = desk.ok(&["plan", "center.yaml", "--sim"]);
    assert!(
        plan.data.contains("AWS has no API that makes SAML applications"),
        "{}",
        plan.data
    );
}

/// Connect makes the log group of contact flow logs with the permissions of the user who turns them on: the policy that
/// such users are given allows it.
#[test]
fn contact_flow_logs_may_have_their_log_group_made() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/operator");
    let parts = std::fs::read_dir(folder)
        .unwrap()
        .map(|part| part.unwrap().path());
    let of_apply = parts.filter(|part| part.file_name().unwrap().to_string_lossy().starts_with("apply"));
    let allowed = of_apply
        .map(|part| file(&part.display().to_string()))
        .flat_map(|text| {
            let policy: serde_json::Value = serde_json::from_str(&text).unwrap();
            policy["Statement"].as_array().unwrap().clone()
        })
        .any(|statement| {
            let actions = statement["Action"].as_array();
            statement["Effect"] == "Allow"
                && actions.is_some_and(|actions| actions.iter().any(|action| action == "logs:CreateLogGroup"))
        });
    assert!(
        allowed,
        "no part of the policy for apply lets Connect have its log group"
    );
}

/// `--region mars` was looked in, found empty, and called nothing.
#[test]
fn a_region_that_cannot_be_one_is_refused_and_a_new_one_is_taken() {
    let desk = Desk::example("minimal.yaml");
    for line in [
        &["destroy", "center.yaml", "--sim", "--yes", "--region", "mars"][..],
        &[
            "destroy",
            "--name",
            "acme-tiny",
            "--sim",
            "--yes",
            "--region",
            "mars",
        ],
        &["image", "connect", "desk", "--sim", "--region", "mars"],
    ] {
        let said = desk.run(line);
        assert_eq!(said.code, Some(64), "{line:?}: {}", said.talk);
        assert!(said.talk.contains("AWS has no region `mars`"), "{}", said.talk);
    }
    let configured = std::process::Command::new(env!("CARGO_BIN_EXE_headset"))
        .args(["destroy", "--name", "acme-tiny", "--yes"])
        .current_dir(desk.path())
        .env_clear()
        .envs([("HOME", "/nonexistent"), ("AWS_REGION", "mars")])
        .said();
    let told = String::from_utf8(configured.stderr).unwrap();
    assert_eq!(configured.status.code(), Some(1), "{told}");
    assert!(
        told.contains("AWS has no region `mars`") && told.contains("AWS_REGION"),
        "{told}"
    );

    let by_name = ["destroy", "--name", "acme-tiny", "--sim", "--yes", "--region"];
    let slip = desk.run(&[&by_name[..], &["eu-wset-2"]].concat());
    assert!(slip.talk.contains("Did you mean `eu-west-2`?"), "{}", slip.talk);
    let new = desk.run(&[&by_name[..], &["nz-north-1"]].concat());
    assert!(new.talk.contains("have no region `nz-north-1`"), "{}", new.talk);
    assert_ne!(new.code, Some(64), "{}", new.talk);
    let listed = desk.run(&[&by_name[..], &["eu-west-2"]].concat());
    assert!(!listed.talk.contains("warning"), "{}", listed.talk);
    let typed = desk.run(&["validate", "center.yaml", "--set", "aws.region=eu-wset-2"]);
    assert_eq!(typed.code, Some(0), "{}", typed.talk);
    assert!(typed.talk.contains("Did you mean `eu-west-2`?"), "{}", typed.talk);
}
