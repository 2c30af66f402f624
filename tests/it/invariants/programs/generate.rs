//! A program from a number.

use serde_json::{Value, json};

use super::program::{Base, Death, Program, Step};

/// A value of a blueprint: where it is, and what it may become.
type Edit = (&'static [&'static str], fn() -> Vec<Value>);

const DESK_EDITS: &[Edit] = &[
    (&["tags", "team"], || vec![json!("a"), json!("b"), Value::Null]),
    (&["appstream", "fleets", "agents", "capacity"], || {
        vec![json!(1), json!(2), json!(3)]
    }),
    (&["appstream", "fleets", "agents", "instance"], || {
        vec![json!("stream.standard.small"), json!("stream.standard.medium")]
    }),
    (&["appstream", "fleets", "agents", "timeouts"], || {
        vec![
            json!({ "session": "5h" }),
            json!({ "session": "6h", "disconnect": "5m" }),
            Value::Null,
        ]
    }),
    (&["appstream", "fleets", "agents", "power"], || {
        vec![json!("on"), json!("off")]
    }),
    (&["appstream", "fleets", "agents", "display_name"], || {
        vec![json!("Agents"), Value::Null]
    }),
    (&["appstream", "fleets", "second"], || {
        vec![fleet(), fleet(), Value::Null]
    }),
    (&["appstream", "stacks", "second"], || {
        vec![
            json!({ "fleet": "second" }),
            json!({ "fleet": "agents" }),
            Value::Null,
        ]
    }),
    (&["appstream", "stacks", "agents", "clipboard"], || {
        vec![json!("none"), json!("both"), json!("in")]
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
    (&["appstream", "stacks", "agents", "fleet"], || {
        vec![json!("agents"), json!("second")]
    }),
];

const CENTER_EDITS: &[Edit] = &[
    (&["tags", "team"], || vec![json!("a"), json!("b"), Value::Null]),
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
    (&["connect", "users", "agent1@example.com", "security"], || {
        vec![json!(["Agent"]), json!(["Agent", "CallCenterManager"])]
    }),
    (&["connect", "users", "agent2@example.com"], || {
        vec![user(), user(), Value::Null]
    }),
    (&["connect", "users", "agent3@example.com"], || {
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
    (&["connect", "queues", "orders"], || {
        vec![queue(), queue(), Value::Null]
    }),
    (&["connect", "queues", "orders", "description"], || {
        vec![json!("Orders"), json!("Calls about orders")]
    }),
    (&["connect", "queues", "orders", "max_contacts"], || {
        vec![json!(5), json!(50), Value::Null]
    }),
    (&["connect", "queues", "orders", "status"], || {
        vec![json!("disabled"), json!("enabled")]
    }),
];

const WHOLE_EDITS: &[Edit] = &[
    (&["sign_in", "role", "session"], || {
        vec![json!("12h"), json!("8h"), Value::Null]
    }),
    (&["sign_in", "idp", "identity_center", "groups"], || {
        vec![json!(["agents"]), json!(["agents", "supervisors"])]
    }),
    (&["sign_in", "appstream"], || {
        vec![json!({ "stacks": ["agents"] }), Value::Null]
    }),
    (&["ccp", "title"], || vec![json!("Calls"), Value::Null]),
    (&["ccp", "audio"], || vec![json!("session"), Value::Null]),
];

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
const RENAMES: &[(&[&str], &str, &str, &str)] = &[
    (&["appstream", "stacks"], "appstream.stack", "agents", "desks"),
    (&["appstream", "stacks"], "appstream.stack", "desks", "agents"),
    (&["appstream", "stacks"], "appstream.stack", "second", "other"),
    (&["appstream", "fleets"], "appstream.fleet", "agents", "desks"),
    (&["appstream", "fleets"], "appstream.fleet", "desks", "agents"),
    (&["appstream", "fleets"], "appstream.fleet", "second", "other"),
    (&["connect", "queues"], "connect.queue", "orders", "sales"),
    (&["connect", "queues"], "connect.queue", "sales", "orders"),
    (
        &["connect", "users"],
        "connect.user",
        "agent2@example.com",
        "agent4@example.com",
    ),
];

/// What another client does: the rule without its time.
fn outside(base: Base, random: &mut fastrand::Rng) -> Value {
    let desks: &[fn() -> Value] = &[
        || json!({ "kind": "delete", "resource": "appstream.stack" }),
        || json!({ "kind": "delete", "resource": "appstream.fleet" }),
        || json!({ "kind": "delete", "resource": "appstream.fleet-association" }),
        || json!({ "kind": "change", "resource": "appstream.fleet", "members": { "DisplayName": "Others" } }),
        || json!({ "kind": "change", "resource": "appstream.stack", "members": { "DisplayName": "Others" } }),
        || json!({ "kind": "change", "resource": "appstream.stack", "members": { "RedirectURL": "https://example.com/" } }),
    ];
    let center: &[fn() -> Value] = &[
        || json!({ "kind": "delete", "resource": "connect.user" }),
        || json!({ "kind": "delete", "resource": "connect.queue", "name": "*" }),
        || json!({ "kind": "delete", "resource": "connect.instance" }),
        || json!({ "kind": "change", "resource": "connect.queue", "members": { "Status": "DISABLED" } }),
    ];
    let whole: &[fn() -> Value] = &[
        || json!({ "kind": "delete", "resource": "iam.role" }),
        || json!({ "kind": "delete", "resource": "iam.saml-provider" }),
        || json!({ "kind": "delete", "resource": "s3.object" }),
        || json!({ "kind": "delete", "resource": "connect.approved-origin" }),
        || json!({ "kind": "change", "resource": "iam.role", "members": { "MaxSessionDuration": 3600 } }),
    ];
    let of: &[fn() -> Value] = match base {
        Base::Desks => desks,
        Base::Center => center,
        Base::Whole => random.choice([desks, center, whole]).unwrap(),
    };
    let mut rule = random.choice(of.iter()).unwrap()();
    rule["seconds"] = random.u64(0..900).into();
    rule
}

/// What goes wrong with calls.
fn faults(random: &mut fastrand::Rng) -> Vec<Value> {
    let rules = [
        json!({ "kind": "drop-before", "percent": 1 }),
        json!({ "kind": "drop-after", "percent": 1 }),
        json!({ "kind": "error", "code": "ThrottlingException", "status": 400, "percent": 2 }),
        json!({ "kind": "error", "code": "InternalFailure", "status": 500, "percent": 1 }),
        json!({ "kind": "error", "code": "AccessDeniedException", "status": 403, "percent": 1 }),
        json!({ "kind": "garbage", "percent": 1 }),
        json!({ "kind": "delay", "seconds": 40, "percent": 1 }),
        json!({ "kind": "stick", "resource": "appstream.fleet", "seconds": 600 }),
        json!({ "kind": "drop-after", "nth": random.u64(1..60) }),
        json!({ "kind": "error", "code": "AccessDeniedException", "status": 403, "nth": random.u64(1..60) }),
    ];
    (0..random.usize(1..3))
        .map(|_| random.choice(rules.iter()).unwrap().clone())
        .collect()
}

fn death(random: &mut fastrand::Rng) -> Option<Death> {
    (random.u8(0..100) < 40).then(|| Death {
        at: random.u64(1..70),
        after: random.bool(),
    })
}

fn step(base: Base, random: &mut fastrand::Rng) -> Step {
    let own: &[&[Edit]] = match base {
        Base::Desks => &[DESK_EDITS],
        Base::Center => &[CENTER_EDITS],
        Base::Whole => &[DESK_EDITS, CENTER_EDITS, WHOLE_EDITS],
    };
    match random.u8(0..100) {
        0..40 => {
            let edits = random.choice(own.iter()).unwrap();
            let (path, values) = random.choice(edits.iter()).unwrap();
            Step::Set {
                path: path.iter().map(|part| (*part).to_owned()).collect(),
                to: random.choice(values()).unwrap(),
            }
        }
        40..50 => {
            let (path, kind, from, to) = random.choice(RENAMES.iter()).unwrap();
            Step::Rename {
                path: path.iter().map(|part| (*part).to_owned()).collect(),
                kind: (*kind).to_owned(),
                from: (*from).to_owned(),
                to: (*to).to_owned(),
            }
        }
        50..58 => Step::Faults {
            rules: faults(random),
        },
        58..66 => Step::Outside {
            rule: outside(base, random),
        },
        66..69 => Step::Wait {
            seconds: random.u64(1..7200),
        },
        69..95 => Step::Apply {
            dies: death(random),
            person: random.u8(0..100) < 85,
        },
        _ => Step::Destroy { dies: death(random) },
    }
}

/// The program of this number.
pub(super) fn program(seed: u64) -> Program {
    let mut random = fastrand::Rng::with_seed(seed);
    let base = match random.u8(0..100) {
        0..45 => Base::Desks,
        45..80 => Base::Center,
        _ => Base::Whole,
    };
    let quirks = random.u64(0..64);
    let shared = random.u8(0..100) < 20;
    // Most begin with something that is there.
    let mut steps = vec![Step::Apply {
        dies: death(&mut random),
        person: true,
    }];
    steps.extend((0..random.usize(1..8)).map(|_| step(base, &mut random)));
    Program {
        shows: String::new(),
        base,
        quirks,
        shared,
        steps,
    }
}
