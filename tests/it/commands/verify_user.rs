//! `headset verify --user`: why one person cannot sign in, or gets no call.

use std::collections::BTreeSet;

use aws_sdk_connect::types::{Channel, MediaConcurrency, PhoneType, QueueStatus, UserPhoneConfig};
use headset_aws::Aws;
use headset_engine::verify::{Entry, Finding, Verification};
use headset_kinds::person;
use serde_json::Value;

use crate::support::desk::Desk;
use crate::support::world::edit;
use crate::support::{self, Sandbox, example, on_virtual_time};

const AGENT: &str = "agent1@example.com";

async fn applied(name: &str) -> Sandbox {
    let sandbox = support::applied(name).await;
    sandbox.simulator.skip(std::time::Duration::from_secs(7200));
    sandbox
}

/// The checks that failed or could not be read.
fn failed(verification: &Verification) -> BTreeSet<&'static str> {
    let is_red = |entry: &&Entry| matches!(entry.finding, Finding::Failed { .. } | Finding::Unknown(_));
    verification
        .entries
        .iter()
        .filter(is_red)
        .map(|entry| entry.check.id)
        .collect()
}

/// The checks that were made, passed or not.
fn made(verification: &Verification) -> BTreeSet<&'static str> {
    verification.entries.iter().map(|entry| entry.check.id).collect()
}

/// Changes the agent in the directory.
fn in_directory(sandbox: &Sandbox, change: impl FnOnce(&mut Value)) {
    edit(&sandbox.simulator, |world| {
        let users = world["identity_store"]["users"].as_array_mut().unwrap();
        let is_agent = |user: &&mut Value| user["body"]["Emails"][0]["Value"] == AGENT;
        change(&mut users.iter_mut().find(is_agent).unwrap()["body"]);
    });
}

async fn instance(aws: &Aws) -> String {
    let instances = aws.connect().list_instances().send().await.unwrap();
    instances.instance_summary_list.unwrap()[0].id.clone().unwrap()
}

/// The instance, the agent's id, and the id of the agent's routing profile.
async fn agent(aws: &Aws) -> (String, String, String) {
    let instance = instance(aws).await;
    let users = aws
        .connect()
        .list_users()
        .instance_id(&instance)
        .send()
        .await
        .unwrap();
    let users = users.user_summary_list.unwrap();
    let user = users.iter().find(|user| user.username() == Some(AGENT)).unwrap();
    let id = user.id().unwrap().to_owned();
    let request = aws.connect().describe_user().instance_id(&instance).user_id(&id);
    let routing = request
        .send()
        .await
        .unwrap()
        .user
        .unwrap()
        .routing_profile_id
        .unwrap();
    (instance, id, routing)
}

/// Leaves the agent one permission.
async fn only(aws: &Aws, permission: &str) {
    let (instance, user, _) = agent(aws).await;
    let request = aws.connect().create_security_profile().instance_id(&instance);
    let request = request.security_profile_name("Watchers").permissions(permission);
    let profile = request.send().await.unwrap().security_profile_id.unwrap();
    let request = aws
        .connect()
        .update_user_security_profiles()
        .instance_id(instance);
    let request = request.user_id(user).security_profile_ids(profile);
    request.send().await.unwrap();
}

/// Breaks one thing.
type Break = for<'a> fn(&'a Aws, &'a Sandbox) -> futures_util::future::LocalBoxFuture<'a, ()>;

/// The example, what is broken there, and the check that says so.
const BROKEN: &[(&str, &str, Break)] = &[
    ("split-ccp.yaml", "person-in-directory", |_, sandbox| {
        Box::pin(async move { in_directory(sandbox, |body| body["UserStatus"] = "DISABLED".into()) })
    }),
    ("split-ccp.yaml", "person-assigned", |_, sandbox| {
        Box::pin(async move {
            edit(&sandbox.simulator, |world| {
                world["identity_store"]["memberships"] = serde_json::json!([]);
            });
        })
    }),
    ("split-ccp.yaml", "person-session-name", |_, sandbox| {
        Box::pin(async move { in_directory(sandbox, |body| body["Emails"][0]["Primary"] = false.into()) })
    }),
    ("split-ccp.yaml", "person-in-connect", |_, sandbox| {
        Box::pin(async move {
            in_directory(sandbox, |body| {
                body["Emails"][0]["Value"] = "Agent1@example.com".into();
            });
        })
    }),
    ("split-ccp.yaml", "person-permitted", |aws, _| {
        Box::pin(only(aws, "AccessMetrics"))
    }),
    // Calls come, and none can be made; or the other way round.
    ("split-ccp.yaml", "person-permitted", |aws, _| {
        Box::pin(only(aws, "BasicAgentAccess"))
    }),
    ("split-ccp.yaml", "person-permitted", |aws, _| {
        Box::pin(only(aws, "OutboundCallAccess"))
    }),
    // Two calls at a time.
    ("split-ccp.yaml", "person-voice", |_, sandbox| {
        Box::pin(async move {
            edit(&sandbox.simulator, |world| {
                let instances = world["connect"]["instances"].as_object_mut().unwrap();
                let entities = instances.values_mut().next().unwrap()["entities"]
                    .as_object_mut()
                    .unwrap();
                let profiles = entities
                    .values_mut()
                    .filter_map(|one| one["body"]["MediaConcurrencies"].as_array_mut());
                let channels = profiles.flatten().filter(|one| one["Channel"] == "VOICE");
                let changed = channels.map(|one| one["Concurrency"] = 2.into()).count();
                assert!(changed > 0);
            });
        })
    }),
    ("split-ccp.yaml", "person-voice", |aws, _| {
        Box::pin(async move {
            let (instance, _, routing) = agent(aws).await;
            let chat = MediaConcurrency::builder().channel(Channel::Chat).concurrency(2);
            let request = aws.connect().update_routing_profile_concurrency();
            let request = request.instance_id(instance).routing_profile_id(routing);
            request
                .media_concurrencies(chat.build().unwrap())
                .send()
                .await
                .unwrap();
        })
    }),
    ("split-ccp.yaml", "person-queue", |aws, _| {
        Box::pin(async move {
            let (instance, _, routing) = agent(aws).await;
            let request = aws.connect().list_routing_profile_queues().instance_id(&instance);
            let queues = request.routing_profile_id(routing).send().await.unwrap();
            for queue in queues.routing_profile_queue_config_summary_list.unwrap() {
                let request = aws.connect().update_queue_status().instance_id(&instance);
                let request = request.queue_id(queue.queue_id).status(QueueStatus::Disabled);
                request.send().await.unwrap();
            }
        })
    }),
    ("split-ccp.yaml", "person-phone", |aws, _| {
        Box::pin(async move {
            let (instance, user, _) = agent(aws).await;
            let phone = UserPhoneConfig::builder()
                .phone_type(PhoneType::DeskPhone)
                .desk_phone_number("+442079460000")
                .build();
            let request = aws.connect().update_user_phone_config().instance_id(instance);
            request.user_id(user).phone_config(phone).send().await.unwrap();
        })
    }),
    ("secure-ccp.yaml", "person-desktop", |aws, _| {
        Box::pin(async move {
            let request = aws.appstream().disable_user().user_name(AGENT);
            let request = request.authentication_type(aws_sdk_appstream::types::AuthenticationType::Userpool);
            request.send().await.unwrap();
        })
    }),
    ("split-ccp.yaml", "person-session", |aws, _| {
        Box::pin(async move {
            let request = aws.appstream().stop_fleet().name("acme-support-agents");
            request.send().await.unwrap();
        })
    }),
];

#[test]
fn an_agent_of_the_example_gets_in_by_either_name() {
    for (name, session) in [
        ("split-ccp.yaml", "person-entitled"),
        ("secure-ccp.yaml", "person-desktop"),
    ] {
        on_virtual_time(async {
            let sandbox = applied(name).await;
            let aws = sandbox.aws(None).await;
            let explained = sandbox.explain(&aws, AGENT).await;
            let open: Vec<&Entry> = explained
                .entries
                .iter()
                .filter(|one| !one.finding.is_passed())
                .collect();
            assert!(open.is_empty(), "{name}: {open:#?}");
            let made = made(&explained);
            assert!(
                made.contains(session) && made.contains("person-phone"),
                "{name}: {made:?}"
            );
            // The name to sign in with differs from the address in the directory.
            edit(&sandbox.simulator, |world| {
                let users = world["identity_store"]["users"].as_array_mut().unwrap();
                for user in users {
                    if user["name"] == AGENT {
                        user["name"] = "agent.one".into();
                    }
                }
            });
            for who in [AGENT, "agent.one"] {
                let aws = sandbox.aws(None).await;
                let explained = sandbox.explain(&aws, who).await;
                let against: Vec<&Entry> = explained
                    .entries
                    .iter()
                    .filter(|one| one.finding.is_against())
                    .collect();
                let is_pool = |one: &&Entry| one.check.id == person::DESKTOP.id && who != AGENT;
                assert!(against.iter().all(is_pool), "{name} {who}: {against:#?}");
            }
        });
    }
}

#[test]
fn one_thing_that_is_broken_turns_its_check_red_and_no_other() {
    for (name, check, broken) in BROKEN {
        on_virtual_time(async {
            let sandbox = applied(name).await;
            let aws = sandbox.aws(None).await;
            broken(&aws, &sandbox).await;
            let aws = sandbox.aws(None).await;
            let explained = sandbox.explain(&aws, AGENT).await;
            assert!(!explained.is_passed(), "{check}");
            assert_eq!(
                failed(&explained),
                [*check].into(),
                "{check}: {:#?}",
                explained.entries
            );
        });
    }
}

/// An application that everyone may open, as a person can set it in the console, asks for no assignment.
#[test]
fn where_no_assignment_is_needed_none_is_missed() {
    on_virtual_time(async {
        let sandbox = applied("ephemeral.yaml").await;
        edit(&sandbox.simulator, |world| {
            let applications = &mut world["sso_admin"]["applications"];
            for application in applications.as_object_mut().unwrap().values_mut() {
                application["assignment_required"] = false.into();
                application["assignments"] = serde_json::json!([]);
            }
        });
        let aws = sandbox.aws(None).await;
        let explained = sandbox.explain(&aws, "agent2@example.com").await;
        assert!(
            made(&explained).contains(person::DESKTOP.id),
            "{:#?}",
            explained.entries
        );
        assert_eq!(failed(&explained), BTreeSet::new(), "{:#?}", explained.entries);
    });
}

#[test]
fn every_check_but_that_of_entitlements_is_broken_once() {
    let broken: BTreeSet<&str> = BROKEN.iter().map(|(_, check, _)| *check).collect();
    let all = person::ALL.iter().map(|check| check.id);
    // Which attributes a sign-in brings, no API tells: that one never fails.
    let all: BTreeSet<&str> = all.filter(|id| *id != person::ENTITLED.id).collect();
    assert_eq!(broken, all);
}

#[test]
fn what_comes_after_a_check_that_failed_is_not_made() {
    on_virtual_time(async {
        let sandbox = applied("split-ccp.yaml").await;
        let aws = sandbox.aws(None).await;
        let explained = sandbox.explain(&aws, "stranger@example.com").await;
        assert_eq!(failed(&explained), ["person-in-directory"].into());
        let not_made = explained
            .entries
            .iter()
            .filter(|one| matches!(one.finding, Finding::NotMade { .. }));
        let not_made: BTreeSet<&str> = not_made.map(|one| one.check.id).collect();
        for check in [
            "person-assigned",
            "person-session-name",
            "person-in-connect",
            "person-phone",
        ] {
            assert!(not_made.contains(check), "{check}: {not_made:?}");
        }
    });
}

#[test]
fn what_another_identity_provider_keeps_is_not_checked_and_never_green() {
    on_virtual_time(async {
        let sandbox = applied("enterprise-entra.yaml").await;
        let aws = sandbox.aws(None).await;
        let user = sandbox
            .blueprint()
            .connect
            .as_ref()
            .unwrap()
            .users
            .keys()
            .next()
            .unwrap()
            .clone();
        let explained = sandbox.explain(&aws, &user).await;
        for check in ["person-in-directory", "person-assigned", "person-session-name"] {
            let entry = explained
                .entries
                .iter()
                .find(|one| one.check.id == check)
                .unwrap();
            let Finding::NotChecked { look, .. } = &entry.finding else {
                panic!("{entry:#?}");
            };
            assert!(
                look.contains("Entra") || look.contains("--saml-response"),
                "{look}"
            );
        }
        let connect = explained
            .entries
            .iter()
            .find(|one| one.check.id == "person-in-connect")
            .unwrap();
        assert!(connect.finding.is_passed(), "{connect:#?}");
    });
}

/// Where another product keeps the names, what was typed proves nothing about the case of letters.
#[test]
fn a_name_that_was_typed_in_another_case_is_neither_right_nor_wrong() {
    on_virtual_time(async {
        let sandbox = applied("enterprise-entra.yaml").await;
        let aws = sandbox.aws(None).await;
        let mut users = sandbox
            .blueprint()
            .connect
            .iter()
            .flat_map(|one| one.users.keys());
        let typed = users.next().unwrap().to_uppercase();
        let explained = sandbox.explain(&aws, &typed).await;
        let mut entries = explained.entries.iter();
        let connect = entries.find(|one| one.check.id == "person-in-connect").unwrap();
        let Finding::NotChecked { why, .. } = &connect.finding else {
            panic!("{connect:#?}");
        };
        assert!(
            why.contains("letter case counts") && why.contains(&typed),
            "{why}"
        );
        // What follows is looked at all the same.
        assert!(made(&explained).contains("person-permitted"), "{explained:#?}");
    });
}

/// An application that needs no assignment lets every user of the directory in.
#[test]
fn where_no_assignment_is_needed_none_is_missing() {
    on_virtual_time(async {
        let sandbox = applied("split-ccp.yaml").await;
        edit(&sandbox.simulator, |world| {
            world["identity_store"]["memberships"] = serde_json::json!([]);
            let applications = world["sso_admin"]["applications"].as_object_mut().unwrap();
            for application in applications.values_mut() {
                application["assignment_required"] = false.into();
            }
        });
        let aws = sandbox.aws(None).await;
        let explained = sandbox.explain(&aws, AGENT).await;
        assert_eq!(failed(&explained), BTreeSet::new(), "{:#?}", explained.entries);
        let verification = sandbox.verify(&aws).await;
        let mut entries = verification.entries.iter();
        let known = entries
            .find(|one| one.check.id == "assigned-users-known")
            .unwrap();
        let Finding::NotChecked { why, .. } = &known.finding else {
            panic!("{known:#?}");
        };
        assert!(why.contains("needs no assignment"), "{why}");
    });
}

/// Users who are assigned and disabled do not sign in: where all are, no agent does.
#[test]
fn where_all_who_are_assigned_are_disabled_no_agent_gets_in() {
    on_virtual_time(async {
        let sandbox = applied("split-ccp.yaml").await;
        edit(&sandbox.simulator, |world| {
            let users = world["identity_store"]["users"].as_array_mut().unwrap();
            for user in users {
                user["body"]["UserStatus"] = "DISABLED".into();
            }
        });
        let aws = sandbox.aws(None).await;
        let verification = sandbox.verify(&aws).await;
        let mut entries = verification.entries.iter();
        let known = entries
            .find(|one| one.check.id == "assigned-users-known")
            .unwrap();
        let Finding::Failed { why, .. } = &known.finding else {
            panic!("{known:#?}");
        };
        assert!(why.contains("is disabled"), "{why}");
    });
}

#[test]
fn entitlements_are_named_and_not_judged() {
    on_virtual_time(async {
        let sandbox = applied("split-ccp.yaml").await;
        let aws = sandbox.aws(None).await;
        let attribute = aws_sdk_appstream::types::EntitlementAttribute::builder();
        let attribute = attribute.name("department").value("support").build();
        let request = aws
            .appstream()
            .create_entitlement()
            .name("support")
            .stack_name("acme-support-agents");
        let request = request.app_visibility(aws_sdk_appstream::types::AppVisibility::All);
        request.attributes(attribute).send().await.unwrap();
        let explained = sandbox.explain(&aws, AGENT).await;
        let entry = explained
            .entries
            .iter()
            .find(|one| one.check.id == "person-entitled")
            .unwrap();
        let Finding::NotChecked { why, .. } = &entry.finding else {
            panic!("{entry:#?}");
        };
        assert!(why.contains("support asks for department = support"), "{why}");
    });
}

#[test]
fn the_command_lists_every_check_in_the_order_of_a_sign_in() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let said = desk.ok(&["verify", "center.yaml", "--sim", "--user", AGENT]);
    let places: Vec<usize> = [
        "person-in-directory",
        "person-assigned",
        "person-in-connect",
        "person-queue",
        "person-session",
    ]
    .map(|check| {
        said.data
            .find(&format!("{check}: "))
            .unwrap_or_else(|| panic!("{check}: {}", said.data))
    })
    .into();
    assert!(places.is_sorted(), "{}", said.data);
    let said = desk.run(&[
        "verify",
        "center.yaml",
        "--sim",
        "--user",
        AGENT,
        "--format",
        "json",
    ]);
    let document: Value = serde_json::from_str(&said.data).unwrap();
    assert!(document["passed"].as_u64() > Some(8), "{document}");
    let said = desk.run(&["verify", "center.yaml", "--sim", "--user", "stranger@example.com"]);
    assert_eq!(said.code, Some(1), "{}", said.data);
    assert!(
        said.data.contains("it has no user stranger@example.com"),
        "{}",
        said.data
    );
    let said = desk.run(&[
        "verify",
        "center.yaml",
        "--sim",
        "--user",
        "x",
        "--format",
        "junit",
    ]);
    roxmltree::Document::parse(&said.data).unwrap();
}

/// A group without members lets no agent in, and what was never applied lets none in either.
#[test]
fn where_no_user_is_assigned_or_nothing_is_there_agents_have_no_way_in() {
    let desk = Desk::with(
        &example("minimal.yaml")
            .1
            .replace("users: [agent1@example.com]", "groups: [empty-team]"),
    );
    let said = desk.run(&["verify", "center.yaml", "--user", "agent1@example.com", "--sim"]);
    assert_eq!(said.code, Some(1), "nothing is there: {}{}", said.data, said.talk);
    assert!(said.data.contains("headset apply"), "{}", said.data);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let said = desk.run(&["verify", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(1), "{}{}", said.data, said.talk);
    assert!(said.data.contains("no user is assigned"), "{}", said.data);
    // Nothing of this sort is for agents at all.
    let desk = Desk::with(&example("bootstrap.yaml").1);
    let said = desk.run(&["verify", "center.yaml", "--user", "agent1@example.com", "--sim"]);
    assert_eq!(said.code, Some(1), "{}{}", said.data, said.talk);
}
