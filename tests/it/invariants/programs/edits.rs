//! What programs edit, rename and find changed by others, for each of the blueprints that they begin with.

use serde_json::{Value, json};

use super::program::Base;

/// A value of a blueprint: where it is, and what it may become.
pub(super) type Edit = (&'static [&'static str], fn() -> Vec<Value>);

const DESKS: &[Edit] = &[
    (&["tags", "team"], || vec![json!("a"), json!("b"), Value::Null]),
    (&["lifetime"], || vec![json!("1d"), json!("2d")]),
    (&["appstream", "usage_reports"], || {
        vec![json!(true), json!(false)]
    }),
    (&["appstream", "service_roles"], || {
        vec![json!(false), Value::Null]
    }),
    (&["appstream", "network", "security_groups"], || {
        vec![json!(["sg-0a1b2c3d4e5f60718"]), Value::Null]
    }),
    (&["appstream", "images", "older"], || {
        vec![json!({ "newest": "AppStream-WinServer2019" }), Value::Null]
    }),
    (&["appstream", "images", "desk"], || {
        vec![built("chrome"), built("edge"), Value::Null]
    }),
    (&["appstream", "images", "desk", "display_name"], || {
        vec![json!("Desk"), Value::Null]
    }),
    (&["appstream", "fleets", "agents", "image"], || {
        vec![json!("windows"), json!("older"), json!("desk")]
    }),
    (&["appstream", "fleets", "agents", "type"], || {
        vec![json!("always-on"), json!("on-demand"), Value::Null]
    }),
    (&["appstream", "fleets", "agents", "capacity"], || {
        vec![
            json!(1),
            json!(2),
            json!(3),
            json!({ "min": 1, "max": 4 }),
            json!({ "min": 2, "max": 6, "target": 75 }),
            json!({ "min": 1, "max": 4, "schedule": { "mornings": { "at": "rate(1 day)", "min": 2 } } }),
        ]
    }),
    (&["appstream", "fleets", "agents", "instance"], || {
        vec![json!("stream.standard.small"), json!("stream.standard.medium")]
    }),
    (&["appstream", "fleets", "agents", "timeouts"], || {
        vec![
            json!({ "session": "5h" }),
            json!({ "session": "6h", "disconnect": "5m" }),
            json!({ "session": "6h", "disconnect": "5m", "idle": 0 }),
            Value::Null,
        ]
    }),
    (&["appstream", "fleets", "agents", "power"], || {
        vec![json!("on"), json!("off")]
    }),
    (&["appstream", "fleets", "agents", "view"], || {
        vec![json!("desktop"), json!("app")]
    }),
    (&["appstream", "fleets", "agents", "imds_v1"], || {
        vec![json!(true), json!(false)]
    }),
    (&["appstream", "fleets", "agents", "usb"], || {
        vec![json!(["Headset,046d,0a44,,,,1,0"]), Value::Null]
    }),
    (&["appstream", "fleets", "agents", "display_name"], || {
        vec![json!("Agents"), json!("Others"), Value::Null]
    }),
    (&["appstream", "fleets", "agents", "tags"], || {
        vec![
            json!({ "line": "a" }),
            json!({ "line": "b", "other": "c" }),
            Value::Null,
        ]
    }),
    (&["appstream", "fleets", "agents", "name"], || {
        vec![json!("acme-own-fleet"), Value::Null]
    }),
    (&["appstream", "fleets", "agents", "protect"], || {
        vec![json!(true), json!(false)]
    }),
    (&["appstream", "fleets", "second"], || {
        vec![fleet(), fleet(), Value::Null]
    }),
    (&["appstream", "fleets", "second", "image"], || {
        vec![json!("windows"), json!("older"), json!("desk")]
    }),
    (&["appstream", "stacks", "second"], || {
        vec![
            json!({ "fleet": "second" }),
            json!({ "fleet": "agents" }),
            Value::Null,
        ]
    }),
    (&["appstream", "stacks", "third"], || {
        vec![json!({ "fleet": "agents" }), Value::Null]
    }),
    (&["appstream", "stacks", "agents", "clipboard"], || {
        vec![json!("none"), json!("both"), json!("in")]
    }),
    (&["appstream", "stacks", "agents", "storage"], || {
        vec![json!({ "home_folders": true }), Value::Null]
    }),
    (&["appstream", "stacks", "agents", "app_settings"], || {
        vec![json!({ "group": "support" }), json!(true), Value::Null]
    }),
    (&["appstream", "stacks", "agents", "time_zone"], || {
        vec![json!(true), json!(false), Value::Null]
    }),
    (&["appstream", "stacks", "agents", "display_name"], || {
        vec![json!("Desk"), json!("Bureau"), Value::Null]
    }),
    (&["appstream", "stacks", "agents", "redirect_url"], || {
        vec![json!("https://www.example.com/goodbye"), Value::Null]
    }),
    (&["appstream", "stacks", "agents", "embed_domains"], || {
        vec![
            json!(["crm.example.com"]),
            json!(["a.example.com", "b.example.com"]),
            Value::Null,
        ]
    }),
    (&["appstream", "stacks", "agents", "name"], || {
        vec![json!("acme-own-stack"), Value::Null]
    }),
    (&["appstream", "stacks", "agents", "tags"], || {
        vec![json!({ "line": "a" }), Value::Null]
    }),
    (&["appstream", "stacks", "agents", "fleet"], || {
        vec![json!("agents"), json!("second")]
    }),
    (&["appstream", "users", "agent1@example.com"], || {
        vec![
            json!({ "first": "Agent", "last": "One", "stacks": ["agents"] }),
            json!({ "first": "Agent", "last": "One", "stacks": ["agents", "second"] }),
            json!({ "first": "Agent", "last": "Uno", "stacks": ["agents"] }),
            Value::Null,
        ]
    }),
    (&["appstream", "users", "agent1@example.com", "enabled"], || {
        vec![json!(false), json!(true)]
    }),
];

const CENTER: &[Edit] = &[
    (&["tags", "team"], || vec![json!("a"), json!("b"), Value::Null]),
    (&["connect", "alias"], || {
        vec![json!("acme-other"), json!("acme-center")]
    }),
    (&["connect", "tags"], || {
        vec![json!({ "cost": "42" }), json!({ "cost": "43" }), Value::Null]
    }),
    (&["connect", "protect"], || vec![json!(true), json!(false)]),
    (&["connect", "users", "agent1@example.com", "last"], || {
        vec![json!("One"), json!("Uno"), json!("Eins")]
    }),
    (&["connect", "users", "agent1@example.com", "auto_accept"], || {
        vec![json!(true), json!(false), Value::Null]
    }),
    (
        &["connect", "users", "agent1@example.com", "after_call_work"],
        || vec![json!("30s"), json!("1m"), Value::Null],
    ),
    (&["connect", "users", "agent1@example.com", "desk_phone"], || {
        vec![json!("+442079460123"), json!("+442079460124"), Value::Null]
    }),
    (&["connect", "users", "agent1@example.com", "security"], || {
        vec![json!(["Agent"]), json!(["Agent", "CallCenterManager"])]
    }),
    (&["connect", "users", "agent1@example.com", "tags"], || {
        vec![json!({ "team": "a" }), json!({ "team": "b" }), Value::Null]
    }),
    (&["connect", "users", "agent2@example.com"], || {
        vec![user(), user(), Value::Null]
    }),
    (&["connect", "users", "agent3@example.com"], || {
        vec![user(), Value::Null]
    }),
    (&["connect", "users", "agent1@example.com"], || {
        vec![user(), Value::Null]
    }),
    (&["connect", "attributes", "contactflow_logs"], || {
        vec![json!(true), json!(false), Value::Null]
    }),
    (&["connect", "attributes", "contact_lens"], || {
        vec![json!(true), json!(false), Value::Null]
    }),
    (&["connect", "calls", "outbound"], || {
        vec![json!(true), json!(false)]
    }),
    (&["connect", "calls", "inbound"], || {
        vec![json!(true), json!(false)]
    }),
    (&["connect", "queues", "orders"], || {
        vec![queue(), queue(), Value::Null]
    }),
    (&["connect", "queues", "returns"], || vec![queue(), Value::Null]),
    (&["connect", "queues", "orders", "description"], || {
        vec![json!("Orders"), json!("Calls about orders"), Value::Null]
    }),
    (&["connect", "queues", "orders", "max_contacts"], || {
        vec![json!(5), json!(50), Value::Null]
    }),
    (&["connect", "queues", "orders", "status"], || {
        vec![json!("disabled"), json!("enabled")]
    }),
    (&["connect", "queues", "orders", "name"], || {
        vec![json!("Sales EMEA"), Value::Null]
    }),
    (&["connect", "queues", "orders", "outbound_caller"], || {
        vec![
            json!({ "name": "Acme" }),
            json!({ "name": "Acme Orders" }),
            Value::Null,
        ]
    }),
    (&["connect", "queues", "orders", "tags"], || {
        vec![json!({ "line": "orders" }), Value::Null]
    }),
];

const WHOLE: &[Edit] = &[
    (&["sign_in", "role", "session"], || {
        vec![json!("12h"), json!("8h"), Value::Null]
    }),
    (&["sign_in", "role", "name"], || {
        vec![json!("acme-agents"), Value::Null]
    }),
    (&["sign_in", "role", "path"], || {
        vec![json!("/desk/"), Value::Null]
    }),
    (&["sign_in", "idp", "identity_center", "groups"], || {
        vec![
            json!(["agents"]),
            json!(["agents", "supervisors"]),
            json!(["supervisors"]),
        ]
    }),
    (&["sign_in", "idp", "identity_center", "users"], || {
        vec![json!(["agent1@example.com"]), Value::Null]
    }),
    (&["sign_in", "idp", "identity_center", "application"], || {
        vec![json!("acme-whole"), json!("acme-renamed")]
    }),
    (&["sign_in", "user_name"], || vec![json!("email"), Value::Null]),
    (&["sign_in", "connect"], || {
        vec![
            json!({ "destination": "/ccp-v2" }),
            json!({ "destination": "/ccp-v2", "scope": "user" }),
            Value::Null,
        ]
    }),
    (&["sign_in", "appstream"], || {
        vec![json!({ "stacks": ["agents"] }), Value::Null]
    }),
    (&["sign_in", "protect"], || vec![json!(true), json!(false)]),
    (&["ccp", "title"], || vec![json!("Calls"), Value::Null]),
    (&["ccp", "audio"], || vec![json!("session"), Value::Null]),
    (&["ccp", "bucket"], || vec![json!("acme-own-pages"), Value::Null]),
    (&["ccp", "tags"], || vec![json!({ "pages": "yes" }), Value::Null]),
    (&["ccp"], || vec![json!({ "hosting": "s3" }), Value::Null]),
    (&["sign_in"], || {
        let idp = json!({ "identity_center": { "application": "acme-whole", "groups": ["agents"] } });
        vec![json!({ "idp": idp }), Value::Null]
    }),
];

/// The values that are edited in a blueprint that begins with this.
pub(super) fn edits(base: Base) -> &'static [&'static [Edit]] {
    match base {
        Base::Desks => &[DESKS],
        Base::Center => &[CENTER],
        Base::Whole => &[DESKS, CENTER, WHOLE],
    }
}

fn built(browser: &str) -> Value {
    json!({
        "base": { "newest": "AppStream-WinServer2022" },
        "builder": "stream.standard.medium",
        "browser": browser,
        "apps": { "crm": { "open": "https://crm.example.com" } },
    })
}

fn fleet() -> Value {
    json!({ "image": "windows", "instance": "stream.standard.small", "capacity": 1, "view": "desktop" })
}

fn user() -> Value {
    json!({ "first": "Agent", "last": "More", "security": ["Agent"] })
}

fn queue() -> Value {
    json!({ "description": "Calls about orders", "hours": "Basic Hours" })
}

/// An entry that is renamed: its map, its kind, its keys.
pub(super) const RENAMES: &[(&[&str], &str, &str, &str)] = &[
    (&["appstream", "stacks"], "appstream.stack", "agents", "desks"),
    (&["appstream", "stacks"], "appstream.stack", "desks", "agents"),
    (&["appstream", "stacks"], "appstream.stack", "second", "other"),
    (&["appstream", "stacks"], "appstream.stack", "other", "second"),
    (&["appstream", "stacks"], "appstream.stack", "third", "agents"),
    (&["appstream", "fleets"], "appstream.fleet", "agents", "desks"),
    (&["appstream", "fleets"], "appstream.fleet", "desks", "agents"),
    (&["appstream", "fleets"], "appstream.fleet", "second", "other"),
    (&["appstream", "fleets"], "appstream.fleet", "second", "agents"),
    (&["appstream", "images"], "appstream.image", "desk", "built"),
    (&["connect", "queues"], "connect.queue", "orders", "sales"),
    (&["connect", "queues"], "connect.queue", "sales", "orders"),
    (&["connect", "queues"], "connect.queue", "returns", "orders"),
    (
        &["connect", "users"],
        "connect.user",
        "agent2@example.com",
        "agent4@example.com",
    ),
    (
        &["connect", "users"],
        "connect.user",
        "agent4@example.com",
        "agent2@example.com",
    ),
];

/// Addresses that a part of a plan is made of.
pub(super) const ADDRESSES: &[&str] = &[
    "appstream.fleet/agents",
    "appstream.fleet/second",
    "appstream.stack/agents",
    "appstream.stack/second",
    "appstream.image/desk",
    "connect.instance/main",
    "connect.user/agent1@example.com",
    "connect.user/agent2@example.com",
    "connect.queue/orders",
    "iam.role/sign-in",
];

/// What another client does: a rule that does not say when.
pub(super) fn outside(base: Base) -> Vec<Value> {
    let desks = || {
        vec![
            json!({ "kind": "delete", "resource": "appstream.stack" }),
            json!({ "kind": "delete", "resource": "appstream.fleet" }),
            json!({ "kind": "delete", "resource": "appstream.fleet-association" }),
            json!({ "kind": "delete", "resource": "appstream.image-builder" }),
            json!({ "kind": "delete", "resource": "appstream.image" }),
            json!({ "kind": "delete", "resource": "appstream.user" }),
            json!({ "kind": "delete", "resource": "application-autoscaling.target" }),
            json!({ "kind": "delete", "resource": "application-autoscaling.policy" }),
            json!({ "kind": "change", "resource": "appstream.fleet", "members": { "DisplayName": "Others" } }),
            json!({ "kind": "change", "resource": "appstream.fleet", "members": { "ComputeCapacity": { "DesiredInstances": 3 } } }),
            json!({ "kind": "change", "resource": "appstream.stack", "members": { "DisplayName": "Others" } }),
            json!({ "kind": "change", "resource": "appstream.stack", "members": { "RedirectURL": "https://example.com/" } }),
        ]
    };
    let center = || {
        vec![
            json!({ "kind": "delete", "resource": "connect.user" }),
            json!({ "kind": "delete", "resource": "connect.user", "name": "agent1*" }),
            json!({ "kind": "delete", "resource": "connect.queue", "name": "orders" }),
            json!({ "kind": "delete", "resource": "connect.instance" }),
        ]
    };
    let whole = || {
        vec![
            json!({ "kind": "delete", "resource": "iam.role" }),
            json!({ "kind": "delete", "resource": "iam.saml-provider" }),
            json!({ "kind": "delete", "resource": "s3.object", "name": "*.html" }),
            json!({ "kind": "delete", "resource": "s3.bucket", "name": "acme-*-ccp-*" }),
            json!({ "kind": "delete", "resource": "connect.approved-origin" }),
            json!({ "kind": "delete", "resource": "sso-admin.application" }),
            json!({ "kind": "change", "resource": "iam.role", "members": { "MaxSessionDuration": 3600 } }),
        ]
    };
    match base {
        Base::Desks => desks(),
        Base::Center => center(),
        Base::Whole => [desks(), center(), whole()].concat(),
    }
}

/// What goes wrong with calls and things.
pub(super) fn faults(random: &mut fastrand::Rng) -> Vec<Value> {
    let denied = ["appstream", "connect", "iam", "s3", "sso-admin"];
    let denied = *random.choice(&denied).unwrap();
    let mut nth = || random.u64(1..80);
    vec![
        json!({ "kind": "drop-before", "percent": 2 }),
        json!({ "kind": "drop-after", "percent": 2 }),
        json!({ "kind": "error", "code": "ThrottlingException", "status": 400, "percent": 3 }),
        json!({ "kind": "error", "code": "InternalFailure", "status": 500, "percent": 2 }),
        json!({ "kind": "error", "code": "AccessDeniedException", "status": 403, "percent": 2 }),
        json!({ "kind": "error", "code": "AccessDeniedException", "status": 403, "service": denied, "percent": 100 }),
        json!({ "kind": "garbage", "percent": 1 }),
        json!({ "kind": "nulls", "percent": 1 }),
        json!({ "kind": "unknown-values", "percent": 1 }),
        json!({ "kind": "delay", "seconds": 40, "percent": 1 }),
        json!({ "kind": "stick", "resource": "appstream.fleet", "seconds": 600 }),
        json!({ "kind": "stick", "resource": "appstream.fleet", "state": "STOPPING" }),
        json!({ "kind": "stick", "resource": "appstream.image-builder" }),
        json!({ "kind": "stick", "resource": "connect.instance" }),
        json!({ "kind": "fail", "resource": "connect.instance" }),
        json!({ "kind": "fail", "resource": "appstream.image" }),
        json!({ "kind": "fail", "resource": "appstream.image-builder" }),
        json!({ "kind": "drop-after", "nth": nth() }),
        json!({ "kind": "drop-before", "nth": nth(), "times": 8 }),
        json!({ "kind": "error", "code": "AccessDeniedException", "status": 403, "nth": nth() }),
        json!({ "kind": "error", "code": "AccessDeniedException", "status": 403, "nth": nth(), "times": 20 }),
    ]
}
