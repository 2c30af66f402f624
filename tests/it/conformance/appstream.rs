//! The cases of AppStream, of its scaling, and of the roles that it needs.

use headset_core::{Address, tag};
use serde_json::{Value, json};

use super::{Case, address, after, bucket, other_tags, tags};

fn builder() -> (Address, Value) {
    let spec = json!({
        "name": "acme-desktop", "base_image": "AppStream-WinServer2022-06-17-2024",
        "base": "newest:AppStream-WinServer2022",
        "instance_type": "stream.standard.medium", "subnets": ["subnet-0a1b2c3d4e5f60718"],
        "security_groups": ["sg-0a1b2c3d4e5f60718"], "internet": false, "root_volume": 250, "imds_v1": false,
        "role": "arn:aws:iam::123456789012:role/acme-machine", "agent": "LATEST", "display_name": "Desktop",
        "description": "Where images are made", "tags": tags(),
    });
    (address("appstream.image_builder/desktop"), spec)
}

fn image(name: &str) -> (Address, Value) {
    let mut with_recipe = tags();
    with_recipe[tag::RECIPE] = json!("abcdef");
    let spec = json!({
        "name": name, "builder": after("appstream.image_builder/desktop", "name"), "region": "eu-west-1",
        "display_name": "Desktop", "description": "The agents' desktop", "recipe": "abcdef", "tags": with_recipe,
        "apps": [{ "name": "crm", "display_name": "CRM", "path": "C:\\Program Files\\crm.exe", "parameters": "" }],
        "share": { "111122223333": { "fleet": true, "builder": false } },
    });
    (address("appstream.image/desktop"), spec)
}

/// A role that builders and fleets may have.
fn machine() -> (Address, Value) {
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": "appstream.amazonaws.com" }, "Action": "sts:AssumeRole" }] });
    let spec = json!({
        "name": "acme-machine", "path": "/", "description": "Builders and fleets", "trust": trust.to_string(),
        "policies": {}, "max_session": 3600, "permissions_boundary": null, "tags": tags(),
    });
    (address("iam.role/machine"), spec)
}

/// A builder waits for the role only where its spec refers to it.
fn builder_after_role() -> Vec<(Address, Value)> {
    let (builder, mut spec) = builder();
    spec["role"] = after("iam.role/machine", "arn");
    vec![machine(), (builder, spec)]
}

fn captured() -> Vec<(Address, Value)> {
    let mut things = builder_after_role();
    things.push(image("acme-desktop-abcdef12"));
    things
}

fn fleet() -> (Address, Value) {
    let spec = json!({
        "name": "acme-agents", "image": after("appstream.image/desktop", "name"),
        "platform": after("appstream.image/desktop", "platform"), "fleet_type": "ON_DEMAND",
        "instance_type": "stream.standard.medium", "desired_instances": 2, "sessions_per_instance": null,
        "view": "DESKTOP", "power": "on", "session": 43200, "disconnect": 900, "idle": 900,
        "subnets": ["subnet-0a1b2c3d4e5f60718"], "security_groups": ["sg-0a1b2c3d4e5f60718"], "internet": false,
        "display_name": "Agents", "description": "The agents' fleet", "root_volume": null, "imds_v1": true,
        "role": null, "usb": [], "tags": tags(),
    });
    (address("appstream.fleet/agents"), spec)
}

/// A fleet whose capacity is auto scaling's.
fn scaled_fleet() -> (Address, Value) {
    let (address, mut spec) = fleet();
    let fields = spec.as_object_mut().unwrap();
    fields.remove("desired_instances");
    fields.insert("initial_capacity".to_owned(), json!(2));
    (address, spec)
}

/// AI agents that see, and type or do not.
fn ai_agents(input: &str, screenshots: Option<&str>) -> Value {
    json!({
        "actions": { "COMPUTER_VISION": "ENABLED", "COMPUTER_INPUT": input, "FORWARD_MCP_TOOLS": "DISABLED" },
        "resolution": "W_1280xH_720", "images": "PNG", "control": "VIEW_STOP", "screenshots": screenshots,
    })
}

fn stack() -> (Address, Value) {
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

/// The bucket of a theme's pictures, which AppStream may read.
fn pictures() -> Vec<(Address, Value)> {
    let (address_of_bucket, mut spec) = bucket();
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": "appstream.amazonaws.com" }, "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::acme-ccp-123456789012-eu-west-2/*" }] });
    spec["policy"] = json!(policy.to_string());
    let picture = |key: &str| {
        let spec = json!({
            "bucket": after("s3.bucket/pages", "name"), "key": key, "content_type": "image/svg+xml",
            "cache_control": "no-cache", "body": "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        });
        (address(&format!("s3.object/{key}")), spec)
    };
    vec![
        (address_of_bucket, spec),
        picture("logo.svg"),
        picture("other.svg"),
    ]
}

fn theme() -> Case {
    let picture = |key: &str| json!({ "bucket": after("s3.bucket/pages", "name"), "key": key });
    let mut before = pictures();
    before.push(stack());
    Case {
        before,
        subject: (
            address("appstream.theme/agents"),
            json!({
                "stack": after("appstream.stack/agents", "name"), "title": "Acme support", "styling": "BLUE",
                "logo": { "bucket": after("s3.bucket/pages", "name"), "key": after("s3.object/logo.svg", "key") },
                "favicon": { "bucket": after("s3.bucket/pages", "name"), "key": after("s3.object/other.svg", "key") },
                "links": [], "state": "ENABLED",
            }),
        ),
        changes: vec![
            ("title", json!("Acme desktop")),
            ("styling", json!("RED")),
            ("logo", picture("other.svg")),
            ("favicon", picture("logo.svg")),
            (
                "links",
                json!([{ "text": "Help", "url": "https://help.example.com" },
                       { "text": "Status", "url": "https://status.example.com" }]),
            ),
            (
                "links",
                json!([{ "text": "Status", "url": "https://status.example.com" },
                       { "text": "Help", "url": "https://help.example.com" }]),
            ),
            ("links", json!([])),
            ("state", json!("DISABLED")),
            ("state", json!("ENABLED")),
        ],
        unchanged: vec![],
    }
}

fn user() -> (Address, Value) {
    let spec = json!({
        "name": "agent1@example.com", "first_name": "Agent", "last_name": "One", "enabled": true, "notify": false,
    });
    (address("appstream.user/agent1@example.com"), spec)
}

fn fleet_case() -> Case {
    Case {
        before: captured(),
        subject: fleet(),
        changes: vec![
            ("desired_instances", json!(3)),
            ("display_name", json!("Other agents")),
            ("disconnect", json!(600)),
            ("idle", json!(0)),
            ("idle", json!(1200)),
            ("view", json!("APP")),
            ("session", json!(3600)),
            ("description", json!("Another")),
            ("instance_type", json!("stream.standard.large")),
            (
                "subnets",
                json!(["subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718"]),
            ),
            ("security_groups", json!(["sg-1a1b2c3d4e5f60718"])),
            ("root_volume", json!(300)),
            ("imds_v1", json!(false)),
            ("role", json!("arn:aws:iam::123456789012:role/acme-machine")),
            (
                "usb",
                json!([
                    "headset,audio,01,01,1133,2704,1,0",
                    "camera,video,0e,01,1133,2085,1,0"
                ]),
            ),
            ("power", json!("off")),
            ("root_volume", Value::Null),
            ("role", Value::Null),
            ("usb", json!([])),
            ("internet", json!(true)),
            ("power", json!("on")),
            ("tags", other_tags()),
        ],
        unchanged: vec![
            (
                "image",
                "another image takes another capture; the rollout has its own test",
            ),
            ("platform", "follows from the image"),
            (
                "desired_sessions",
                "changes together with sessions_per_instance; the kind's own tests do",
            ),
            (
                "sessions_per_instance",
                "changes together with the capacity; the kind's own tests do",
            ),
        ],
    }
}

fn stack_case() -> Case {
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
            (
                "access_endpoints",
                json!(["vpce-0a1b2c3d4e5f60718", "vpce-1a1b2c3d4e5f60718"]),
            ),
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

fn scaling_case() -> Case {
    let mut before = captured();
    before.push(scaled_fleet());
    let morning =
        json!({ "at": "cron(0 7 ? * MON-FRI *)", "time_zone": "Europe/London", "min": 3, "max": 8 });
    let evening = json!({ "at": "cron(0 20 ? * MON-FRI *)", "time_zone": "Europe/London", "min": 1 });
    Case {
        before,
        subject: (
            address("autoscaling.fleet/agents"),
            json!({
                "fleet": after("appstream.fleet/agents", "name"), "min": 2, "max": 6, "target": 75,
                "cooldown_in": 600, "cooldown_out": 60, "scale_in": true, "schedule": {}, "tags": tags(),
            }),
        ),
        changes: vec![
            ("min", json!(1)),
            ("max", json!(8)),
            ("target", json!(60)),
            ("cooldown_in", json!(900)),
            ("cooldown_out", json!(120)),
            ("scale_in", json!(false)),
            ("schedule", json!({ "morning": morning, "evening": evening })),
            (
                "schedule",
                // Another hour, another zone, and a limit that is no longer set.
                json!({ "morning": { "at": "cron(0 8 ? * MON-FRI *)", "max": 8 }, "evening": evening }),
            ),
            ("schedule", json!({ "evening": evening })),
            ("schedule", json!({})),
            (
                "suspended",
                json!({ "scale_in": true, "scale_out": false, "schedule": true }),
            ),
            (
                "suspended",
                json!({ "scale_in": false, "scale_out": false, "schedule": false }),
            ),
            (
                "schedule",
                json!({ "evening": { "at": "cron(0 20 ? * MON-FRI *)", "min": 1, "start": "2027-01-01T00:00:00Z",
                                     "end": "2028-01-01T00:00:00Z" } }),
            ),
            (
                "schedule",
                json!({ "evening": { "at": "cron(0 20 ? * MON-FRI *)", "min": 1 } }),
            ),
            ("tags", other_tags()),
        ],
        unchanged: vec![],
    }
}

/// The case of this kind, if it is one of these.
pub(super) fn case(kind: &str) -> Option<Case> {
    Some(match kind {
        "iam.service_role" => {
            let policy = |name: &str| format!("arn:aws:iam::aws:policy/service-role/{name}");
            let needed = policy("ApplicationAutoScalingForAmazonAppStreamAccess");
            Case {
                before: vec![],
                subject: (
                    // The simulated account has AmazonAppStreamServiceAccess already; this one is made alike.
                    address("iam.service_role/ApplicationAutoScalingForAmazonAppStreamAccess"),
                    json!({
                        "name": "ApplicationAutoScalingForAmazonAppStreamAccess", "path": "/service-role/",
                        "service": "application-autoscaling.amazonaws.com", "policies": [needed], "linked": false,
                    }),
                ),
                changes: vec![("policies", json!([needed, policy("AmazonAppStreamPCAAccess")]))],
                unchanged: vec![],
            }
        }
        "appstream.usage_report" => Case {
            before: vec![],
            subject: (
                address("appstream.usage_report/main"),
                json!({ "region": "eu-west-1" }),
            ),
            changes: vec![],
            unchanged: vec![],
        },
        "appstream.image_builder" => {
            let mut before = builder_after_role();
            let subject = before.pop()?;
            Case {
                before,
                subject,
                changes: vec![
                    ("tags", other_tags()),
                    ("display_name", json!("The desktop")),
                    ("description", json!("Where the desktop's images are made")),
                ],
                unchanged: vec![],
            }
        }
        "appstream.image" => Case {
            before: builder_after_role(),
            subject: image("acme-desktop-abcdef12"),
            changes: vec![
                ("tags", {
                    let mut changed = other_tags();
                    changed[tag::RECIPE] = json!("abcdef");
                    changed
                }),
                (
                    "share",
                    json!({ "111122223333": { "fleet": false, "builder": true } }),
                ),
                ("share", json!({})),
                (
                    "share",
                    json!({ "111122223333": { "fleet": true, "builder": false } }),
                ),
            ],
            unchanged: vec![],
        },
        "appstream.fleet" => fleet_case(),
        "appstream.stack" => stack_case(),
        "appstream.theme" => theme(),
        "appstream.fleet_association" => {
            let mut before = captured();
            before.extend([fleet(), stack()]);
            Case {
                before,
                subject: (
                    address("appstream.fleet_association/agents:agents"),
                    json!({
                        "fleet": after("appstream.fleet/agents", "name"),
                        "stack": after("appstream.stack/agents", "name"),
                    }),
                ),
                changes: vec![],
                unchanged: vec![],
            }
        }
        "autoscaling.fleet" => scaling_case(),
        "appstream.user" => Case {
            before: vec![],
            subject: user(),
            changes: vec![("enabled", json!(false)), ("enabled", json!(true))],
            unchanged: vec![],
        },
        "appstream.user_association" => Case {
            before: vec![user(), stack()],
            subject: (
                address("appstream.user_association/agent1@example.com:agents"),
                json!({
                    "user": after("appstream.user/agent1@example.com", "name"),
                    "stack": after("appstream.stack/agents", "name"), "notify": false,
                }),
            ),
            changes: vec![],
            unchanged: vec![],
        },
        _ => return None,
    })
}
