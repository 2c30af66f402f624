//! Signing in, end to end: with every identity provider, agents reach Amazon Connect and their desktops as one and
//! the same user, and nothing else.

use std::collections::BTreeMap;
use std::path::Path;

use headset_aws::Aws;
use headset_core::{Address, Class};
use headset_engine::survey::Survey;
use headset_kinds::Observation;
use headset_simulator::console;
use headset_simulator::policy::{Decision, Kind, Policy, Principal, Request};
use headset_simulator::world::Settings;
use serde_json::{Value, json};

use crate::support::{Sandbox, on_virtual_time, one_seed};

/// Two desktops by single sign-on; `AWS` and `IDP` are filled in.
const TEXT: &str = "\
version: 1
name: acme
aws: AWS
lifetime: 1d
connect:
  alias: acme
  users:
    agent1@example.com: { first: Agent, last: One, security: [Agent] }
sign_in:
  idp: IDP
  appstream: { stacks: [agents, leads] }
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718], security_groups: [sg-0a1b2c3d4e5f60718] }
  images: { desktop: { existing: AppStream-WinServer2022-06-17-2024 } }
  fleets:
    agents: { image: desktop, instance: stream.standard.medium, capacity: 1 }
  stacks:
    agents: { fleet: agents }
    leads: { fleet: agents }
";

const PLAIN: &str =
    "{ region: eu-west-2, regions: { appstream: eu-west-1 }, identity_center: { region: us-east-1 } }";
const CENTER: &str = "{ identity_center: { application: acme, groups: [agents] } }";

fn text(aws: &str, idp: &str) -> String {
    TEXT.replace("AWS", aws).replace("IDP", idp)
}

fn sandbox(aws: &str, idp: &str, settings: Settings) -> Sandbox {
    Sandbox::new("sign-in.yaml", &text(aws, idp), settings)
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

async fn look(sandbox: &Sandbox, aws: &Aws) -> Survey {
    let state = sandbox.state();
    let design = sandbox.design(aws, &state);
    let assessed = sandbox.assess(aws, &design, &state).await;
    assessed.survey
}

fn output(survey: &Survey, address: &str, name: &str) -> String {
    let address = self::address(address);
    let outputs = survey
        .outputs
        .get(&address)
        .unwrap_or_else(|| panic!("no {address}"));
    outputs[name].clone()
}

/// What the browser of a user who chose the application posts to AWS.
fn posted(sandbox: &Sandbox, survey: &Survey, application: &str, user: &str) -> Result<Value, String> {
    let (path, mut input) = if application.starts_with("identity_center") {
        let link = application.replace("identity_center.application/", "identity_center.link/");
        let start = output(survey, &link, "start_url");
        (
            "identity-center/applications/sign-in",
            json!({ "start_url": start }),
        )
    } else {
        let start = output(survey, application, "start_url");
        (
            "identity-provider/applications/sign-in",
            json!({ "start_url": start }),
        )
    };
    input["user"] = json!(user);
    sandbox
        .simulator
        .with_world(|world, now| console::act(world, path, &input, now))
        .map_err(|fault| fault.code)
}

/// Takes a role with what was posted, as AWS's sign-in does.
async fn taken(
    aws: &Aws,
    survey: &Survey,
    role: &str,
    provider: &str,
    posted: &Value,
) -> Result<[String; 3], String> {
    let answer = aws
        .sts()
        .assume_role_with_saml()
        .role_arn(output(survey, role, "arn"))
        .principal_arn(output(survey, provider, "arn"))
        .saml_assertion(posted["saml_response"].as_str().unwrap())
        .send()
        .await
        .map_err(|error| format!("{:?}", error.into_service_error()))?;
    let user = answer.assumed_role_user().unwrap().arn().to_owned();
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Ok([user, text(answer.subject()), text(answer.subject_type())])
}

/// What the desktop role's policies say to streaming a stack.
fn streams(survey: &Survey, subject: &str, user_id: &str, stack: &str) -> Decision {
    let Some(Observation::Present(role)) = survey.observations.get(&address("iam.role/desktop")) else {
        panic!("there is no role")
    };
    let document = role.reported("policies")["headset-stream"].as_str().unwrap();
    let policy = Policy::parse(document, Kind::Identity).unwrap();
    let context = BTreeMap::from([
        ("saml:sub".to_owned(), vec![subject.to_owned()]),
        ("appstream:userid".to_owned(), vec![user_id.to_owned()]),
    ]);
    let principal = Principal::Aws {
        arn: format!("arn:aws:sts::123456789012:assumed-role/acme-desktop/{subject}"),
        account: "123456789012".to_owned(),
    };
    policy.decide(&Request {
        principal: &principal,
        action: "appstream:Stream",
        resource: &format!("arn:aws:appstream:eu-west-1:123456789012:stack/{stack}"),
        context: &context,
    })
}

#[test]
fn agents_reach_connect_and_their_desktops_as_one_user_from_every_identity_provider() {
    for (kind, idp) in [
        ("identity_center.application", CENTER),
        (
            "idp.application",
            "{ okta: { application: acme, groups: [agents] } }",
        ),
        (
            "idp.application",
            "{ entra: { application: acme, groups: [agents] } }",
        ),
        (
            "idp.application",
            "{ adfs: { application: acme, groups: [agents] } }",
        ),
        (
            "idp.application",
            "{ google: { application: acme, groups: [agents] } }",
        ),
        (
            "idp.application",
            "{ pingone: { application: acme, groups: [agents] } }",
        ),
        (
            "idp.application",
            "{ pingfederate: { application: acme, groups: [agents] } }",
        ),
        (
            "idp.application",
            "{ other: { application: acme, groups: [agents] } }",
        ),
    ] {
        on_virtual_time(async {
            let sandbox = sandbox(PLAIN, idp, Settings::default());
            let outcome = sandbox.apply(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.open.is_empty(),
                "{idp}: {outcome:?}"
            );
            let plan = sandbox.plan().await;
            assert!(plan.is_empty(), "{idp}: {plan:#?}");
            let aws = sandbox.aws(None).await;
            let survey = look(&sandbox, &aws).await;
            let agent = "agent1@example.com";

            let to_connect = posted(&sandbox, &survey, &format!("{kind}/acme"), agent).unwrap();
            let instance = output(&survey, "connect.instance/main", "id");
            let relay = to_connect["relay_state"].as_str().unwrap();
            assert!(
                relay.contains(&format!("/connect/federate/{instance}?destination=%2Fccp-v2")),
                "{relay}"
            );
            let [user, ..] = taken(
                &aws,
                &survey,
                "iam.role/connect",
                "iam.saml_provider/idp",
                &to_connect,
            )
            .await
            .unwrap();
            assert_eq!(
                user,
                format!("arn:aws:sts::123456789012:assumed-role/acme-connect/{agent}")
            );

            for stack in ["agents", "leads"] {
                let application = format!("{kind}/acme desktop {stack}");
                let provider = format!("iam.saml_provider/desktop-{stack}");
                let to_desktop = posted(&sandbox, &survey, &application, agent).unwrap();
                assert_eq!(
                    to_desktop["relay_state"],
                    format!(
                        "https://appstream2.eu-west-1.aws.amazon.com/saml?stack=acme-{stack}&accountId=123456789012"
                    )
                );
                let [user, subject, subject_type] =
                    taken(&aws, &survey, "iam.role/desktop", &provider, &to_desktop)
                        .await
                        .unwrap();
                assert!(user.ends_with(&format!("/acme-desktop/{agent}")), "{user}");
                assert_eq!((subject.as_str(), subject_type.as_str()), (agent, "persistent"));
                assert_eq!(
                    streams(&survey, &subject, &subject, &format!("acme-{stack}")),
                    Decision::Allowed
                );
                // The desktop's assertion opens no other door.
                let wrong = taken(&aws, &survey, "iam.role/connect", &provider, &to_desktop).await;
                assert!(wrong.is_err(), "{wrong:?}");
            }
            assert_eq!(streams(&survey, agent, agent, "other"), Decision::Silent);
            assert_eq!(
                streams(&survey, agent, "agent2@example.com", "acme-agents"),
                Decision::Silent
            );
            let stranger = posted(
                &sandbox,
                &survey,
                &format!("{kind}/acme desktop agents"),
                "admin@example.com",
            );
            assert_eq!(stranger.unwrap_err(), "AccessDeniedException");

            let outcome = sandbox.destroy(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.unfinished.is_empty(),
                "{idp}: {outcome:?}"
            );
        });
    }
}

#[test]
fn a_desktop_takes_no_subject_that_changes_from_one_sign_in_to_the_next() {
    on_virtual_time(async {
        let sandbox = sandbox(PLAIN, CENTER, Settings::default());
        sandbox.apply(None).await;
        let aws = sandbox.aws(None).await;
        let survey = look(&sandbox, &aws).await;
        let application = "identity_center.application/acme desktop agents";
        let arn = output(&survey, application, "application_arn");
        let act = |path: &str, input: &Value| {
            sandbox
                .simulator
                .with_world(|world, now| console::act(world, path, input, now))
                .unwrap()
        };
        let shown = act(
            "identity-center/applications/show",
            &json!({ "application_arn": arn }),
        );
        let mut mappings = shown["attribute_mappings"].clone();
        mappings[0]["format"] = json!("transient");
        act(
            "identity-center/applications/update",
            &json!({ "application_arn": arn, "attribute_mappings": mappings }),
        );
        let posted = posted(&sandbox, &survey, application, "agent1@example.com").unwrap();
        let refused = taken(
            &aws,
            &survey,
            "iam.role/desktop",
            "iam.saml_provider/desktop-agents",
            &posted,
        )
        .await;
        assert!(refused.unwrap_err().contains("AccessDenied"));
    });
}

#[test]
fn by_hand_a_person_assigns_as_well() {
    on_virtual_time(async {
        let aws = PLAIN.replace("{ region: us-east-1 }", "by_hand");
        let sandbox = sandbox(&aws, CENTER, Settings::default());
        let outcome = sandbox.apply(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty(),
            "{outcome:?}"
        );
        let calls = sandbox.simulator.call_log();
        assert!(
            calls
                .iter()
                .all(|call| call.service != "sso-admin" && call.service != "identitystore"),
            "something was done by API"
        );
        let aws = sandbox.aws(None).await;
        let survey = look(&sandbox, &aws).await;
        for application in ["acme", "acme desktop agents", "acme desktop leads"] {
            let application = format!("identity_center.application/{application}");
            posted(&sandbox, &survey, &application, "agent1@example.com").unwrap();
        }
    });
}

#[test]
fn another_region_than_identity_centers_home_is_named() {
    on_virtual_time(async {
        let aws = PLAIN.replace("us-east-1", "eu-central-1");
        let sandbox = sandbox(&aws, CENTER, Settings::default());
        sandbox.apply(None).await;
        let aws = sandbox.aws(None).await;
        let survey = look(&sandbox, &aws).await;
        let Some(Observation::Unknown(error)) = survey
            .observations
            .get(&address("identity_center.application/acme"))
        else {
            panic!(
                "{:?}",
                survey
                    .observations
                    .get(&address("identity_center.application/acme"))
            )
        };
        assert_eq!(error.class, Class::Invalid);
        assert!(
            error.message.contains("eu-central-1") && error.message.contains("home region"),
            "{error}"
        );
    });
}

/// Identity Center belongs to another account.
fn elsewhere() -> Settings {
    Settings {
        identity_center_account: "111122223333".to_owned(),
        ..Settings::default()
    }
}

#[test]
fn in_another_account_it_takes_a_role_there() {
    on_virtual_time(async {
        let role = r#"{ region: us-east-1, role: "arn:aws:iam::111122223333:role/headset-idc" }"#;
        let aws = PLAIN.replace("{ region: us-east-1 }", role);
        let sandbox = sandbox(&aws, CENTER, elsewhere());
        let credentials =
            aws_credential_types::Credentials::new("111122223333", "secret", None, None, "test");
        let config = aws_types::SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(aws_types::region::Region::new("us-east-1"))
            .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(
                credentials,
            ))
            .http_client(sandbox.simulator.http_client())
            .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(
                aws_smithy_async::rt::sleep::TokioSleep::new(),
            ))
            .build();
        let trust = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": { "AWS": "123456789012" }, "Action": "sts:AssumeRole" }] });
        aws_sdk_iam::Client::new(&config)
            .create_role()
            .role_name("headset-idc")
            .assume_role_policy_document(trust.to_string())
            .send()
            .await
            .unwrap();
        let may = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": ["sso:*", "identitystore:*"], "Resource": "*" }] });
        aws_sdk_iam::Client::new(&config)
            .put_role_policy()
            .role_name("headset-idc")
            .policy_name("identity-center")
            .policy_document(may.to_string())
            .send()
            .await
            .unwrap();
        sandbox.simulator.skip(std::time::Duration::from_secs(60));
        let outcome = sandbox.apply(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty(),
            "{outcome:?}"
        );
        let aws = sandbox.aws(None).await;
        let survey = look(&sandbox, &aws).await;
        posted(
            &sandbox,
            &survey,
            "identity_center.application/acme",
            "agent1@example.com",
        )
        .unwrap();
    });
}

#[test]
fn what_may_not_be_looked_at_is_unknown_and_the_answers_stand() {
    on_virtual_time(async {
        let sandbox = sandbox(PLAIN, CENTER, elsewhere());
        sandbox.apply(None).await;
        let aws = sandbox.aws(None).await;
        let survey = look(&sandbox, &aws).await;
        let application = survey
            .observations
            .get(&address("identity_center.application/acme"));
        assert!(
            matches!(application, Some(Observation::Present(_))),
            "{application:?}"
        );
        let assignment = survey
            .observations
            .get(&address("identity_center.assignment/GROUP:agents"));
        let Some(Observation::Unknown(error)) = assignment else {
            panic!("{assignment:?}")
        };
        assert_eq!(error.class, Class::Denied);
    });
}

const OWN: &str = "\
version: 1
name: acme
aws: { region: eu-west-2 }
lifetime: 1d
connect:
  alias: acme
  identity: connect-managed
  users:
    agent1: { first: Agent, last: One, security: [Agent], password: { file: FILE }, email: ONE }
    agent2: { first: Agent, last: Two, security: [Agent], password: { file: FILE } }
    agent3: { first: Agent, last: Three, security: [Agent], password: { file: FILE } }
";

/// All files below a directory, as text.
fn everything(directory: &Path) -> String {
    let mut found = String::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.push_str(&everything(&path));
        } else {
            found.push_str(&String::from_utf8_lossy(&std::fs::read(&path).unwrap()));
        }
    }
    found
}

#[test]
fn a_password_is_used_once_and_kept_nowhere() {
    on_virtual_time(async {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("password");
        let text = |email: &str| {
            OWN.replace("FILE", &file.display().to_string())
                .replace("ONE", email)
        };
        // One that Connect does not take: the error says what is wrong, and not what it is.
        let weak = "only-lower-case-4711";
        std::fs::write(&file, format!("{weak}\n")).unwrap();
        let mut sandbox = Sandbox::new("own.yaml", &text("one@example.com"), Settings::default());
        let outcome = sandbox.apply(None).await;
        assert_eq!(outcome.failed.len(), 3, "{outcome:?}");
        assert!(
            sandbox.told().contains("an upper-case letter and a digit"),
            "{}",
            sandbox.told()
        );

        let password = "Tr0ub4dor-and-3";
        std::fs::write(&file, format!("{password}\n")).unwrap();
        let before = sandbox.simulator.call_log().len();
        let outcome = sandbox.apply(None).await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
        let calls = sandbox.simulator.call_log();
        let count = |operation: &str| {
            calls[before..]
                .iter()
                .filter(|call| call.operation == operation)
                .count()
        };
        assert_eq!(count("CreateUser"), 3);
        // Once a run, and not once a user. The first page may be empty and not the last.
        let pages = one_seed().map_or(1..=1, |_| 1..=2);
        for listing in ["ListSecurityProfiles", "ListRoutingProfiles"] {
            assert!(pages.contains(&count(listing)), "{listing}: {}", count(listing));
        }
        assert!(sandbox.plan().await.is_empty());

        // The address changes in place; without the file, since the password is not asked for again.
        std::fs::remove_file(&file).unwrap();
        sandbox.rewrite(&text("other@example.com"));
        assert_eq!(sandbox.plan().await.changes(), 1);
        let outcome = sandbox.apply(None).await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
        assert!(sandbox.plan().await.is_empty());
        let calls = sandbox.simulator.call_log();
        let last = calls
            .iter()
            .rfind(|call| call.operation.starts_with("UpdateUser"));
        assert_eq!(last.unwrap().operation, "UpdateUserIdentityInfo");

        let kept = everything(&sandbox.state_directory());
        assert!(kept.contains("$secret"), "where the password is, is known");
        let told = sandbox.told();
        for secret in [weak, password] {
            assert!(!kept.contains(secret), "the state has the password");
            assert!(!told.contains(secret), "an event has the password");
        }
        let world = sandbox.simulator.snapshot().to_string();
        assert!(!world.contains(password), "Connect does not answer it either");
    });
}
