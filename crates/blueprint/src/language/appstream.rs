//! `appstream`: the section itself and the user pool.

use super::super::limits;
use super::entry::{WAITS, timeouts, unprotected};
use super::table::{Between, Entries, Key, Map, Shape, rule};

pub(super) static APPSTREAM: Map = Map {
    keys: &[
        Key::new(
            "network",
            Shape::Map(&super::machine::NETWORK),
            "{ subnets: [subnet-0a1b2c3d4e5f60718] }",
            "Where builders and fleets are, unless they say it themselves.",
        )
        .otherwise("AppStream's own network"),
        Key::new(
            "service_roles",
            Shape::Boolean,
            "false",
            "Whether Headset sees to the roles that AppStream needs in the account, which its console makes on first use. They are shared and never deleted.",
        )
        .default("true"),
        Key::new(
            "usage_reports",
            Shape::Boolean,
            "true",
            "Whether AppStream writes daily usage reports to a bucket: one setting for the whole account and region, which Headset switches on and never off; `false` is only a warning.",
        )
        .otherwise("left as it is"),
        Key::new(
            "images",
            Shape::Entries(&IMAGES),
            "{ agent-desktop: { newest: AppStream-WinServer2022 } }",
            "The images by key.",
        ),
        Key::new(
            "fleets",
            Shape::Entries(&FLEETS),
            "{ agents: { image: agent-desktop, instance: stream.standard.medium, capacity: 2 } }",
            "The fleets by key.",
        ),
        Key::new(
            "stacks",
            Shape::Entries(&STACKS),
            "{ agents: { fleet: agents } }",
            "The stacks by key.",
        ),
        Key::new(
            "users",
            Shape::Entries(&USERS),
            "{ agent1@example.com: { first: Agent, last: One, stacks: [agents] } }",
            "The users of AppStream's own user pool by e-mail address, in exact case.",
        ),
    ],
    rules: &[],
    later: &[
        ("name", "Names begin with the blueprint's `name`; entries may have their own."),
        ("protect", "Set it on the entries, or at the top level."),
        ("tags", "Set them on the entries, or at the top level."),
    ],
};

static IMAGES: Entries = Entries {
    what: "an image",
    names: Some(&limits::ENTRY_KEY),
    of: Shape::Map(&super::image::IMAGE),
    count: (0, 1000),
    example: "Write entries as `name: { ... }`.",
};
static FLEETS: Entries = Entries {
    what: "a fleet",
    names: Some(&limits::ENTRY_KEY),
    of: Shape::Map(&super::fleet::FLEET),
    count: (0, 1000),
    example: "Write entries as `name: { ... }`.",
};
static STACKS: Entries = Entries {
    what: "a stack",
    names: Some(&limits::ENTRY_KEY),
    of: Shape::Map(&super::stack::STACK),
    count: (0, 1000),
    example: "Write entries as `name: { ... }`.",
};

static USERS: Entries = Entries {
    what: "a user of the pool",
    names: Some(&limits::POOL_USER),
    of: Shape::Map(&USER),
    count: (0, 10_000),
    example: "Write `users: { agent1@example.com: { first: Agent, last: One, stacks: [agents] } }`.",
};

static STACK: Shape = Shape::Reference("stacks");

static USER: Map = Map {
    keys: &[
        Key::new(
            "first",
            Shape::Pattern(&limits::POOL_NAME),
            "Agent",
            "The first name; without accents and apostrophes, which the pool refuses.",
        )
        .lands(&[("appstream.user", "first_name")]),
        Key::new(
            "last",
            Shape::Pattern(&limits::POOL_NAME),
            "One",
            "The last name; without accents and apostrophes, which the pool refuses.",
        )
        .lands(&[("appstream.user", "last_name")]),
        Key::new(
            "stacks",
            Shape::List {
                of: &STACK,
                count: (0, 100),
            },
            "[agents]",
            "Keys of `appstream.stacks` that the user may open.",
        )
        .lands(&[("appstream.user_association", "stack")]),
        Key::new(
            "notify",
            Shape::Boolean,
            "false",
            "Whether AppStream writes mails to the user: an invitation with a temporary password, valid for seven days, and one for each stack. Without it the user cannot sign in until `headset user invite`, which also invites users who are there already.",
        )
        .default("true")
        .lands(&[
            ("appstream.user", "notify"),
            ("appstream.user_association", "notify"),
        ]),
        Key::new(
            "enabled",
            Shape::Boolean,
            "false",
            "Whether the user may sign in.",
        )
        .default("true")
        .lands(&[("appstream.user", "enabled")]),
        Key::new(
            "existing",
            Shape::Yes,
            "true",
            "That the user is in the pool already: only the links to stacks are Headset's.",
        ),
        unprotected(),
        timeouts(&WAITS),
    ],
    rules: &[rule(
        Between::Excludes("existing", &["first", "last", "enabled", "protect", "timeouts"]),
        "Headset links an existing user to stacks and changes nothing else. Delete this key, or `existing`.",
    )],
    later: &[
        ("name", "The entry's key is the user's name."),
        ("tags", "Users of the pool carry no tags."),
    ],
};
