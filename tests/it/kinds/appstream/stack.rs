//! Stacks.

use std::collections::BTreeSet;

use aws_sdk_appstream::types::{self, StackAttribute};
use headset_aws::Aws;
use headset_core::Address;
use headset_simulator::world::Settings;
use serde_json::{Value, json};

use super::{WHOLE, applies, arn, change_tags};
use crate::invariants::conformance::{Case, ExternalChange, Things, address, other_tags, tags, things, with};
use crate::support::{Sandbox, listed, on_virtual_time};

const STACK: &str = "acme-agents";

/// AI agents that see, and type or do not.
fn ai_agents(input: &str, screenshots: Option<&str>) -> Value {
    json!({
        "actions": { "COMPUTER_VISION": "ENABLED", "COMPUTER_INPUT": input, "FORWARD_MCP_TOOLS": "DISABLED" },
        "resolution": "W_1280xH_720", "images": "PNG", "control": "VIEW_STOP", "screenshots": screenshots,
    })
}

pub(crate) fn stack() -> (Address, Value) {
    let spec = json!({
        "name": "acme-agents", "display_name": "Agents", "description": "The agents' stack",
        "user_settings": { "FILE_UPLOAD": "DISABLED", "FILE_DOWNLOAD": "DISABLED" },
        "maximum_lengths": { "CLIPBOARD_COPY_TO_LOCAL_DEVICE": 1000 },
        "storage_connectors": {}, "app_settings": null, "redirect_url": null, "feedback_url": null,
        "embed_domains": [], "access_endpoints": [], "streaming": null, "url_redirection": null,
        "storage_sign_in": null, "ai_agents": null, "tags": tags(),
    });
    (address("appstream.stack/agents"), spec)
}

pub(crate) fn case() -> Case {
    Case {
        before: vec![],
        subject: stack(),
        changes: vec![
            ("display_name", json!("Others")),
            ("description", json!("Another")),
            (
                "user_settings",
                json!({ "FILE_UPLOAD": "ENABLED", "FILE_DOWNLOAD": "DISABLED" }),
            ),
            (
                "maximum_lengths",
                json!({ "CLIPBOARD_COPY_TO_LOCAL_DEVICE": 500, "CLIPBOARD_COPY_FROM_LOCAL_DEVICE": 20_971_520 }),
            ),
            ("storage_connectors", json!({ "HOMEFOLDERS": {} })),
            (
                "storage_connectors",
                json!({ "GOOGLE_DRIVE": { "domains": ["a.example.com", "b.example.com"] } }),
            ),
            (
                "storage_connectors",
                json!({ "HOMEFOLDERS": {}, "ONE_DRIVE": { "domains": ["a.example.com", "b.example.com"],
                                                         "admin_consent": ["b.example.com"] } }),
            ),
            (
                "storage_connectors",
                json!({ "ONE_DRIVE": { "domains": ["a.example.com"] } }),
            ),
            ("storage_connectors", json!({})),
            ("app_settings", json!("acme-agents")),
            ("app_settings", json!("shared")),
            ("app_settings", Value::Null),
            ("redirect_url", json!("https://www.example.com/bye")),
            ("redirect_url", Value::Null),
            ("feedback_url", json!("https://www.example.com/feedback")),
            ("feedback_url", Value::Null),
            ("embed_domains", json!(["crm.example.com"])),
            ("embed_domains", json!([])),
            ("access_endpoints", json!(["vpce-0a1b2c3d4e5f60718"])),
            ("access_endpoints", json!([])),
            ("streaming", json!("UDP")),
            ("streaming", Value::Null),
            (
                "url_redirection",
                json!({ "allowed": ["https://*.example.com/*"], "denied": ["https://a.example.com/*"] }),
            ),
            (
                "url_redirection",
                json!({ "allowed": ["https://b.example.com/*", "https://*.example.com/*"], "denied": [] }),
            ),
            ("url_redirection", Value::Null),
            ("storage_sign_in", json!("FORCE_REAUTHENTICATION")),
            ("storage_sign_in", Value::Null),
            (
                "ai_agents",
                ai_agents("DISABLED", Some("arn:aws:s3:::acme-pictures")),
            ),
            ("ai_agents", ai_agents("ENABLED", None)),
            ("ai_agents", Value::Null),
            ("tags", other_tags()),
        ],
        unchanged: vec![],
    }
}

/// The stack before a field of it is changed from outside.
pub(crate) fn base(field: &str, _way: usize) -> Things {
    let own = things("appstream.stack");
    if field != "storage_connectors" {
        return own;
    }
    let drive = json!({ "GOOGLE_DRIVE": { "domains": ["a.example.com"] } });
    with(own, &[("storage_connectors", drive)])
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    match field {
        "name" => return ExternalChange::Fixed("AppStream has no call that renames it"),
        "tags" => return change_tags(aws, &arn(&format!("stack/{STACK}")), way).await,
        _ => {}
    }
    let update = aws.appstream().update_stack().name(STACK);
    let context = |action: &str, permission: &str, length: Option<i32>| {
        types::UserSetting::builder()
            .action(action.into())
            .permission(permission.into())
            .set_maximum_length(length)
            .build()
    };
    let copies = "CLIPBOARD_COPY_TO_LOCAL_DEVICE";
    let update = match (field, way) {
        ("storage_connectors", 1) => update.attributes_to_delete(StackAttribute::StorageConnectors),
        ("description", 1) => update.description("Somebody's stack"),
        (_, 1..) => return ExternalChange::Enough,
        ("display_name", _) => update.display_name("Theirs"),
        ("description", _) => update.description("Theirs"),
        ("user_settings", _) => update
            .user_settings(context("FILE_UPLOAD", "DISABLED", None))
            .user_settings(context("FILE_DOWNLOAD", "ENABLED", None))
            .user_settings(context(copies, "ENABLED", Some(1000))),
        ("maximum_lengths", _) => update
            .user_settings(context("FILE_UPLOAD", "DISABLED", None))
            .user_settings(context("FILE_DOWNLOAD", "DISABLED", None))
            .user_settings(context(copies, "ENABLED", Some(20_000_000))),
        ("storage_connectors", _) => {
            let connector = types::StorageConnector::builder()
                .connector_type(types::StorageConnectorType::GoogleDrive)
                .domains("theirs.example.com")
                .build();
            update.storage_connectors(connector)
        }
        ("app_settings", _) => update.application_settings(
            types::ApplicationSettings::builder()
                .enabled(true)
                .settings_group("theirs")
                .build(),
        ),
        ("redirect_url", _) => update.redirect_url("https://theirs.example.com"),
        ("feedback_url", _) => update.feedback_url("https://theirs.example.com"),
        ("embed_domains", _) => update.embed_host_domains("theirs.example.com"),
        ("access_endpoints", _) => update.access_endpoints(
            types::AccessEndpoint::builder()
                .endpoint_type(types::AccessEndpointType::Streaming)
                .vpce_id("vpce-0a1b2c3d4e5f60718")
                .build(),
        ),
        ("streaming", _) => update.streaming_experience_settings(
            types::StreamingExperienceSettings::builder()
                .preferred_protocol(types::PreferredProtocol::Udp)
                .build(),
        ),
        ("url_redirection", _) => {
            let everything = types::UrlRedirectionConfig::builder()
                .enabled(true)
                .allowed_urls("https://*");
            update.content_redirection(
                types::ContentRedirection::builder()
                    .host_to_client(everything.build())
                    .build(),
            )
        }
        ("storage_sign_in", _) => update
            .storage_connector_authentication(types::StorageConnectorAuthentication::ForceReauthentication),
        ("ai_agents", _) => {
            let tools = types::AgentAccessSetting::builder()
                .agent_action(types::AgentAction::ForwardMcpTools)
                .permission(types::Permission::Enabled);
            update.agent_access_config(
                types::AgentAccessConfigForUpdate::builder()
                    .settings(tools.build())
                    .screen_resolution(types::ScreenResolution::W1280xH720)
                    .screen_image_format(types::ScreenImageFormat::Jpeg)
                    .build(),
            )
        }
        (other, _) => panic!("appstream.stack: nothing here changes from outside `{other}`"),
    };
    update.send().await.unwrap();
    ExternalChange::Changed
}

/// The names of the region's fleets and stacks.
async fn streaming(sandbox: &Sandbox) -> (BTreeSet<String>, BTreeSet<String>) {
    let aws = sandbox.aws(None).await;
    let (fleets, stacks) = (listed::fleets(&aws).await, listed::stacks(&aws).await);
    (
        fleets.into_iter().filter_map(|fleet| fleet.name).collect(),
        stacks.into_iter().filter_map(|stack| stack.name).collect(),
    )
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn what_is_renamed_is_made_anew_and_the_old_one_goes() {
    on_virtual_time(async {
        let mut sandbox = Sandbox::new("desks.yaml", WHOLE, Settings::default());
        applies(&sandbox, "first").await;
        let renamed = WHOLE
            .replace("    teams: { image", "    teams: { name: crews, image")
            .replace("    agents: { fleet", "    agents: { name: desks, fleet")
            .replace(
                "      image: windows\n",
                "      image: windows\n      name: solo\n",
            );
        sandbox.rewrite(&renamed);
        applies(&sandbox, "renamed").await;
        let (fleets, stacks) = streaming(&sandbox).await;
        assert_eq!(fleets, names(&["crews", "solo"]));
        assert_eq!(stacks, names(&["acme-desks-teams", "desks"]));
        let outcome = sandbox.destroy(None).await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
        assert_eq!(streaming(&sandbox).await, (names(&[]), names(&[])));
    });
}

#[test]
fn a_stack_moves_to_another_fleet() {
    on_virtual_time(async {
        let mut sandbox = Sandbox::new("desks.yaml", WHOLE, Settings::default());
        applies(&sandbox, "first").await;
        sandbox.rewrite(&WHOLE.replace("agents: { fleet: agents,", "agents: { fleet: teams,"));
        applies(&sandbox, "moved").await;
        sandbox.rewrite(WHOLE);
        applies(&sandbox, "moved back").await;
    });
}
