//! Another hand in AppStream.

use aws_sdk_appstream::types::{
    self, AuthenticationType, ComputeCapacity, FleetAttribute, ImagePermissions, StackAttribute, StreamView,
    ThemeState, ThemeStyling, VolumeConfig, VpcConfig,
};
use headset_aws::Aws;
use headset_client::services::app_stream::UpdateImageBuilder;
use headset_core::{Address, tag};
use serde_json::{Value, json};

use super::{Deed, Things, things, with};

const FLEET: &str = "acme-agents";
const STACK: &str = "acme-agents";
const IMAGE: &str = "acme-desktop-abcdef12";
const BUILDER: &str = "acme-desktop";

/// A fleet of the newest Windows, without a builder and what comes before it.
fn fleet(fields: &[(&str, Value)]) -> Things {
    let mut fleet = with(
        things("appstream.fleet"),
        &[
            ("image", json!("AppStream-WinServer2022-11-13-2025")),
            ("platform", json!("WINDOWS_SERVER_2022")),
        ],
    );
    let (address, mut spec) = fleet.pop().unwrap();
    // A role can be given to a fleet only where it is there.
    let machine: Address = "iam.role/machine".parse().unwrap();
    fleet.retain(|(address, _)| *address == machine);
    for (field, value) in fields {
        spec[*field] = value.clone();
    }
    fleet.push((address, spec));
    fleet
}

pub(super) fn base(kind: &str, field: &str) -> Things {
    match (kind, field) {
        ("appstream.fleet", "desired_sessions" | "sessions_per_instance") => {
            let mut things = fleet(&[
                ("power", json!("off")),
                ("instance_type", json!("stream.standard.xlarge")),
                ("sessions_per_instance", json!(4)),
                ("desired_sessions", json!(8)),
                ("fleet_type", json!("ALWAYS_ON")),
            ]);
            let spec = things.last_mut().unwrap().1.as_object_mut().unwrap();
            spec.remove("desired_instances");
            things
        }
        ("appstream.fleet", "power" | "desired_instances" | "display_name") => fleet(&[]),
        // Whatever takes a stop is changed while the fleet is stopped.
        ("appstream.fleet", _) => fleet(&[("power", json!("off"))]),
        ("appstream.stack", "storage_connectors") => {
            let drive = json!({ "GOOGLE_DRIVE": { "domains": ["a.example.com"] } });
            with(things(kind), &[("storage_connectors", drive)])
        }
        _ => things(kind),
    }
}

async fn tags(aws: &Aws, arn: &str, way: usize) -> Deed {
    match way {
        0 => {
            let request = aws.appstream().tag_resource().resource_arn(arn);
            request.tags("team", "theirs").send().await.map(drop).unwrap();
        }
        1 => {
            let request = aws.appstream().untag_resource().resource_arn(arn);
            request
                .tag_keys(tag::LINEAGE)
                .tag_keys("team")
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        _ => return Deed::Enough,
    }
    Deed::Changed
}

fn arn(of: &str) -> String {
    format!("arn:aws:appstream:eu-west-1:123456789012:{of}")
}

pub(super) async fn change(aws: &Aws, kind: &str, field: &str, way: usize) -> Deed {
    match (kind, field) {
        ("appstream.fleet" | "appstream.stack" | "appstream.image_builder" | "appstream.image", "name") => {
            Deed::Fixed("AppStream has no call that renames it")
        }
        ("appstream.fleet_association" | "appstream.user_association", "fleet" | "user" | "stack") => {
            Deed::Fixed(
                "an association is nothing but these: another one is another association, and this one is gone",
            )
        }
        ("appstream.usage_report", "region") => Deed::Fixed("reports are on or off in a region"),
        ("appstream.theme", "stack") => Deed::Fixed("a theme is known by its stack"),
        ("appstream.user", "name" | "first_name" | "last_name") => {
            Deed::Fixed("AppStream has no call that changes it")
        }
        ("appstream.image_builder", "tags") => {
            tags(aws, &arn(&format!("image-builder/{BUILDER}")), way).await
        }
        ("appstream.image_builder", "base") if way == 0 => {
            let request = aws
                .appstream()
                .tag_resource()
                .resource_arn(arn(&format!("image-builder/{BUILDER}")));
            let other = request.tags(tag::BASE, "newest:AppStream-WinServer2019");
            other.send().await.map(drop).unwrap();
            Deed::Changed
        }
        ("appstream.image_builder", "base") => Deed::Enough,
        ("appstream.image_builder", "display_name" | "description") if way == 0 => {
            let stopped = aws.appstream().stop_image_builder().name(BUILDER);
            stopped.send().await.map(drop).unwrap();
            aws.clock().sleep(std::time::Duration::from_secs(3600)).await;
            let theirs = |wanted: &str| (field == wanted).then(|| "Theirs".to_owned());
            let request = UpdateImageBuilder {
                name: BUILDER.to_owned(),
                display_name: theirs("display_name"),
                description: theirs("description"),
            };
            aws.ask(request).await.map(drop).unwrap();
            Deed::Changed
        }
        ("appstream.image_builder", "display_name" | "description") => Deed::Enough,
        (
            "appstream.image_builder",
            "instance_type" | "subnets" | "security_groups" | "internet" | "root_volume" | "imds_v1" | "role",
        ) => Deed::Fixed("AppStream changes nothing of a builder that decides what it runs on"),
        ("appstream.image", "tags") => tags(aws, &arn(&format!("image/{IMAGE}")), way).await,
        ("appstream.image", "share") => share(aws, way).await,
        ("appstream.fleet", "tags") => tags(aws, &arn(&format!("fleet/{FLEET}")), way).await,
        ("appstream.fleet", "fleet_type") => Deed::Fixed("UpdateFleet does not take it"),
        ("appstream.fleet", "platform") => {
            Deed::Fixed("it follows from the image, and an image of another system is told as `image`")
        }
        ("appstream.fleet", field) => of_fleet(aws, field, way).await,
        ("appstream.stack", "tags") => tags(aws, &arn(&format!("stack/{STACK}")), way).await,
        ("appstream.stack", field) => of_stack(aws, field, way).await,
        ("appstream.theme", field) => of_theme(aws, field, way).await,
        ("appstream.user", "enabled") if way == 0 => {
            let request = aws.appstream().disable_user().user_name("agent1@example.com");
            let request = request.authentication_type(AuthenticationType::Userpool);
            request.send().await.map(drop).unwrap();
            Deed::Changed
        }
        ("appstream.user", "enabled") => Deed::Enough,
        (kind, field) => panic!("{kind}: no other hand changes `{field}`"),
    }
}

async fn share(aws: &Aws, way: usize) -> Deed {
    let with = |account: &str, builder: bool| {
        let allowed = ImagePermissions::builder()
            .allow_fleet(!builder)
            .allow_image_builder(builder)
            .build();
        let request = aws.appstream().update_image_permissions().name(IMAGE);
        request
            .shared_account_id(account)
            .image_permissions(allowed)
            .send()
    };
    match way {
        0 => with("444455556666", false).await.map(drop).unwrap(),
        1 => with("111122223333", true).await.map(drop).unwrap(),
        2 => {
            let request = aws.appstream().delete_image_permissions().name(IMAGE);
            request
                .shared_account_id("111122223333")
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        _ => return Deed::Enough,
    }
    Deed::Changed
}

async fn of_fleet(aws: &Aws, field: &str, way: usize) -> Deed {
    let update = aws.appstream().update_fleet().name(FLEET);
    let network = |subnet: &str, group: &str| {
        VpcConfig::builder()
            .subnet_ids(subnet)
            .security_group_ids(group)
            .build()
    };
    let (subnet, group) = ("subnet-0a1b2c3d4e5f60718", "sg-0a1b2c3d4e5f60718");
    let update = match (field, way) {
        ("power", 0) => {
            aws.appstream()
                .stop_fleet()
                .name(FLEET)
                .send()
                .await
                .map(drop)
                .unwrap();
            // It ends every session, and takes its time.
            aws.clock().sleep(std::time::Duration::from_secs(3600)).await;
            return Deed::Changed;
        }
        ("security_groups", 1) => {
            update.attributes_to_delete(FleetAttribute::VpcConfigurationSecurityGroupIds)
        }
        (_, 1..) => return Deed::Enough,
        ("image", _) => update.image_name("AppStream-WinServer2022-06-17-2024"),
        ("desired_instances", _) => {
            update.compute_capacity(ComputeCapacity::builder().desired_instances(1).build())
        }
        ("desired_sessions", _) => {
            update.compute_capacity(ComputeCapacity::builder().desired_sessions(4).build())
        }
        ("sessions_per_instance", _) => update
            .max_sessions_per_instance(2)
            .compute_capacity(ComputeCapacity::builder().desired_sessions(8).build()),
        ("disconnect", _) => update.disconnect_timeout_in_seconds(60),
        ("idle", _) => update.idle_disconnect_timeout_in_seconds(0),
        ("display_name", _) => update.display_name("Theirs"),
        ("description", _) => update.description("Theirs"),
        ("instance_type", _) => update.instance_type("stream.standard.large"),
        ("subnets", _) => update.vpc_config(network("subnet-1a1b2c3d4e5f60718", group)),
        ("security_groups", _) => update.vpc_config(network(subnet, "sg-1a1b2c3d4e5f60718")),
        ("session", _) => update.max_user_duration_in_seconds(600),
        ("internet", _) => update.enable_default_internet_access(true),
        ("view", _) => update.stream_view(StreamView::App),
        ("root_volume", _) => {
            update.root_volume_config(VolumeConfig::builder().volume_size_in_gb(300).build())
        }
        ("imds_v1", _) => update.disable_imdsv1(true),
        ("role", _) => update.iam_role_arn("arn:aws:iam::123456789012:role/acme-machine"),
        ("usb", _) => update.usb_device_filter_strings("theirs,audio,01,01,1133,2704,1,0"),
        (other, _) => panic!("appstream.fleet: no other hand changes `{other}`"),
    };
    update.send().await.unwrap();
    Deed::Changed
}

async fn of_stack(aws: &Aws, field: &str, way: usize) -> Deed {
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
        (_, 1..) => return Deed::Enough,
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
        (other, _) => panic!("appstream.stack: no other hand changes `{other}`"),
    };
    update.send().await.unwrap();
    Deed::Changed
}

async fn of_theme(aws: &Aws, field: &str, way: usize) -> Deed {
    if way > 0 {
        return Deed::Enough;
    }
    let update = aws.appstream().update_theme_for_stack().stack_name(STACK);
    let update = match field {
        "title" => update.title_text("Theirs"),
        "styling" => update.theme_styling(ThemeStyling::Pink),
        "links" => update.footer_links(
            types::ThemeFooterLink::builder()
                .display_name("Theirs")
                .footer_link_url("https://theirs.example.com")
                .build(),
        ),
        "state" => update.state(ThemeState::Disabled),
        other => panic!("appstream.theme: no other hand changes `{other}`"),
    };
    update.send().await.unwrap();
    Deed::Changed
}
