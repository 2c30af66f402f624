//! An entry of `appstream.fleets`.

use super::super::limits;
use super::entry::{
    CREATE_WAIT, DELETE_WAIT, EXISTING_ALONE, UPDATE_WAIT, description, display_name, existing, name,
    protect, tags, timeouts,
};
use super::machine::{imds_v1, network, role, root_volume};
use super::table::{Between, Entries, Key, Map, Shape, map, rule};
use super::words;

pub(super) static FLEET: Map = Map {
    keys: &[
        existing(&[("appstream.fleet_association", "fleet")]),
        Key::new(
            "image",
            Shape::Reference("images"),
            "agent-desktop",
            "A key of `appstream.images`.",
        )
        .required()
        .lands(&[("appstream.fleet", "image")]),
        Key::new(
            "type",
            Shape::Choice(words::FLEET_TYPE),
            "always-on",
            "When instances run: while they are used, or all the time (a session then starts at once).",
        )
        .default("on-demand")
        .lands(&[("appstream.fleet", "fleet_type")]),
        Key::new(
            "instance",
            Shape::Pattern(&limits::STREAM_INSTANCE),
            "stream.standard.medium",
            "The instance type.",
        )
        .required()
        .lands(&[("appstream.fleet", "instance_type")]),
        Key::new(
            "capacity",
            Shape::Either(&[Shape::number(&limits::CAPACITY, "instances"), Shape::Map(&SCALING)]),
            "2",
            "How many instances, or sessions where several share an instance: a number, or limits between which Application Auto Scaling decides.",
        )
        .required()
        .lands(&[
            ("appstream.fleet", "desired_instances"),
            ("appstream.fleet", "desired_sessions"),
        ]),
        Key::new(
            "sessions_per_instance",
            Shape::number(&limits::SESSIONS_PER_INSTANCE, "sessions"),
            "4",
            "How many sessions share an instance; `capacity` then counts sessions.",
        )
        .otherwise("one session has an instance to itself")
        .lands(&[("appstream.fleet", "sessions_per_instance")]),
        Key::new(
            "view",
            Shape::Choice(words::VIEW),
            "desktop",
            "What a session shows: a whole desktop, or single applications.",
        )
        .default("app")
        .lands(&[("appstream.fleet", "view")]),
        Key::new(
            "power",
            Shape::Either(&[Shape::Choice(words::POWER), Shape::Boolean]),
            "off",
            "Whether the fleet runs; a stopped one costs nothing.",
        )
        .default("on")
        .lands(&[("appstream.fleet", "power")]),
        timeouts(&TIMEOUTS),
        network(),
        root_volume(&[("appstream.fleet", "root_volume")]),
        imds_v1(&[("appstream.fleet", "imds_v1")]),
        role(&[("appstream.fleet", "role")]),
        Key::new(
            "usb",
            Shape::List {
                of: &USB,
                count: (0, 100),
            },
            "[\"Headset,046d,0a44,,,,1,0\"]",
            "USB devices of the agent's machine that sessions may use, as AppStream's Windows client lists them.",
        )
        .lands(&[("appstream.fleet", "usb")]),
        name(&[("appstream.fleet", "name")]),
        display_name(&[("appstream.fleet", "display_name")]),
        description(&[("appstream.fleet", "description")]),
        protect(),
        tags("Tags of the fleet, beside those of the blueprint.").lands(&[("appstream.fleet", "tags")]),
    ],
    rules: &[EXISTING_ALONE],
    later: &[("domain", "Fleets join no domain in this version.")],
};

static USB: Shape = Shape::Pattern(&limits::USB_FILTER);

static TIMEOUTS: Map = map(&[
    Key::new(
        "session",
        Shape::minutes(&limits::FLEET_SESSION, None),
        "12h",
        "How long a session may last.",
    )
    .default("12h")
    .lands(&[("appstream.fleet", "session")]),
    Key::new(
        "disconnect",
        Shape::minutes(&limits::FLEET_DISCONNECT, None),
        "15m",
        "How long a session waits for a user who was cut off.",
    )
    .default("15m")
    .lands(&[("appstream.fleet", "disconnect")]),
    Key::new(
        "idle",
        Shape::minutes(&limits::FLEET_IDLE, Some(0)),
        "15m",
        "After how long without keyboard and mouse a user is disconnected; 0 is never. Sound is no activity: a timeout cuts off agents who only talk.",
    )
    .otherwise("`0` with a `connect` section, else `15m`")
    .lands(&[("appstream.fleet", "idle")]),
    CREATE_WAIT,
    UPDATE_WAIT,
    DELETE_WAIT,
]);

static SCALING: Map = Map {
    keys: &[
        Key::new(
            "min",
            Shape::number(&limits::CAPACITY, "instances"),
            "2",
            "The fewest.",
        )
        .required()
        .lands(&[("autoscaling.fleet", "min")]),
        Key::new(
            "max",
            Shape::number(&limits::CAPACITY, "instances"),
            "20",
            "The most.",
        )
        .required()
        .lands(&[("autoscaling.fleet", "max")]),
        Key::new(
            "target",
            Shape::number(&limits::TARGET, "percent"),
            "75",
            "The share of capacity that is meant to be in use: more is added above it, some is taken away below.",
        )
        .otherwise("no target: the schedule alone decides")
        .lands(&[("autoscaling.fleet", "target")]),
        Key::new(
            "cooldown",
            Shape::Map(&COOLDOWN),
            "{ in: 5m, out: 5m }",
            "How long to wait between two steps towards the target.",
        )
        .otherwise("AWS's own"),
        Key::new(
            "scale_in",
            Shape::Boolean,
            "false",
            "Whether the target also takes capacity away.",
        )
        .default("true")
        .lands(&[("autoscaling.fleet", "scale_in")]),
        Key::new(
            "schedule",
            Shape::Entries(&SCHEDULE),
            "{ mornings: { at: \"cron(0 8 ? * MON-FRI *)\", min: 10, max: 40 } }",
            "Other limits from a certain time on, by name: shifts.",
        )
        .lands(&[("autoscaling.fleet", "schedule")]),
    ],
    rules: &[
        rule(
            Between::AnyOf(&["target", "schedule"]),
            "Without either, nothing would ever change the capacity: write a number, or add `target: 75`.",
        ),
        rule(
            Between::Needs("cooldown", &["target"]),
            "Only steps towards a target have a cooldown.",
        ),
        rule(
            Between::Needs("scale_in", &["target"]),
            "Only a target takes capacity away.",
        ),
    ],
    later: &[],
};

static COOLDOWN: Map = map(&[
    Key::new(
        "in",
        Shape::duration(&limits::COOLDOWN),
        "5m",
        "After taking away.",
    )
    .otherwise("AWS's own")
    .lands(&[("autoscaling.fleet", "cooldown_in")]),
    Key::new("out", Shape::duration(&limits::COOLDOWN), "5m", "After adding.")
        .otherwise("AWS's own")
        .lands(&[("autoscaling.fleet", "cooldown_out")]),
]);

static SCHEDULE: Entries = Entries {
    what: "a shift",
    names: Some(&limits::ENTRY_KEY),
    of: Shape::Map(&SHIFT),
    count: (1, 100),
    example: "Write `schedule: { mornings: { at: \"cron(0 8 ? * MON-FRI *)\", min: 10 } }`.",
};

static SHIFT: Map = Map {
    keys: &[
        Key::new(
            "at",
            Shape::Pattern(&limits::SCHEDULE),
            "\"cron(0 8 ? * MON-FRI *)\"",
            "When these limits begin to hold.",
        )
        .required(),
        Key::new(
            "time_zone",
            Shape::Pattern(&limits::TIME_ZONE),
            "Europe/London",
            "The time zone that `at` is in.",
        )
        .otherwise("`UTC`"),
        Key::new(
            "min",
            Shape::number(&limits::CAPACITY, "instances"),
            "10",
            "The fewest from then on.",
        )
        .otherwise("as it is"),
        Key::new(
            "max",
            Shape::number(&limits::CAPACITY, "instances"),
            "40",
            "The most from then on.",
        )
        .otherwise("as it is"),
    ],
    rules: &[rule(
        Between::AnyOf(&["min", "max"]),
        "Say what changes at that time: `min`, `max` or both.",
    )],
    later: &[],
};
