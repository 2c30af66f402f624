//! `connect`.

use super::super::limits;
use super::entry::{WAITS, protect, tags, timeouts, unprotected};
use super::table::{Between, Entries, Key, Map, Shape, map, rule};
use super::words;

pub(super) static CONNECT: Map = Map {
    keys: &[
        Key::new(
            "alias",
            Shape::Pattern(&limits::CONNECT_ALIAS),
            "acme-support",
            "The instance's alias, unique in the world: https://ALIAS.my.connect.aws.",
        )
        .lands(&[("connect.instance", "alias")]),
        Key::new(
            "existing",
            Shape::text(limits::ANY_NAME),
            "acme-support",
            "The alias, id or ARN of an instance that is there already: its users are managed, itself it is not.",
        )
        .lands(&[("connect.instance", "alias")]),
        Key::new(
            "identity",
            Shape::Choice(words::IDENTITY),
            "saml",
            "Who knows the users: an identity provider by SAML, or Connect's own directory.",
        )
        .default("saml")
        .lands(&[("connect.instance", "identity")]),
        Key::new(
            "calls",
            Shape::Map(&CALLS),
            "{ inbound: true, outbound: true }",
            "Which calls the instance makes and takes.",
        ),
        Key::new(
            "attributes",
            Shape::Entries(&ATTRIBUTES),
            "{ contactflow_logs: true }",
            "AWS's instance attributes, in lower case; unknown ones are passed on.",
        )
        .otherwise("AWS's own")
        .lands(&[("connect.instance", "attributes")]),
        Key::new(
            "users",
            Shape::Entries(&USERS),
            "{ agent1@example.com: { first: Agent, last: One, security: [Agent] } }",
            "The users by name.",
        ),
        protect(),
        tags("Tags of the instance, beside those of the blueprint.").lands(&[("connect.instance", "tags")]),
        timeouts(&WAITS),
    ],
    rules: &[
        rule(
            Between::OneOf(&["alias", "existing"]),
            "Write `alias: acme-support` to make an instance, or `existing: ALIAS` to use one that is there already.",
        ),
        rule(
            Between::Excludes("existing", &["calls", "attributes", "protect", "tags", "timeouts"]),
            "Headset links to an existing instance and never changes it. Delete this key, or write `alias` instead of `existing`.",
        ),
    ],
    later: &[
        ("queues", "Queues are made in the Connect console for now."),
        ("flows", "Flows are made in the Connect console for now."),
        (
            "routing_profiles",
            "Users refer to routing profiles by name; make them in the Connect console for now.",
        ),
        ("phone_numbers", "Numbers are claimed in the Connect console for now."),
        ("hours", "Hours of operation are made in the Connect console for now."),
        ("name", "The instance is called by its `alias`."),
    ],
};

static CALLS: Map = map(&[
    Key::new("inbound", Shape::Boolean, "true", "Whether it takes calls.")
        .default("true")
        .lands(&[("connect.instance", "inbound")]),
    Key::new("outbound", Shape::Boolean, "true", "Whether it makes calls.")
        .default("true")
        .lands(&[("connect.instance", "outbound")]),
]);

static ATTRIBUTES: Entries = Entries {
    what: "an attribute",
    names: Some(&limits::ATTRIBUTE),
    of: Shape::Boolean,
    count: (0, 100),
    example: "Write `attributes: { contactflow_logs: true }`.",
};

static USERS: Entries = Entries {
    what: "a user",
    names: Some(&limits::CONNECT_USER),
    of: Shape::Map(&USER),
    count: (0, 10_000),
    example: "Write `users: { agent1@example.com: { first: Agent, last: One, security: [Agent] } }`.",
};

static PROFILE: Shape = Shape::Text(limits::PROFILE_NAME);

static USER: Map = Map {
    keys: &[
        Key::new(
            "first",
            Shape::text(limits::FIRST_NAME),
            "Agent",
            "The first name; Connect wants both names.",
        )
        .required()
        .lands(&[("connect.user", "first_name")]),
        Key::new(
            "last",
            Shape::text(limits::LAST_NAME),
            "One",
            "The last name; Connect wants both names.",
        )
        .required()
        .lands(&[("connect.user", "last_name")]),
        Key::new(
            "security",
            Shape::List {
                of: &PROFILE,
                count: (*limits::SECURITY_PROFILES.start(), *limits::SECURITY_PROFILES.end()),
            },
            "[Agent]",
            "Names of security profiles: what the user may do.",
        )
        .required()
        .lands(&[("connect.user", "security_profiles")]),
        Key::new(
            "routing",
            Shape::text(limits::PROFILE_NAME),
            "Basic Routing Profile",
            "The name of a routing profile: which queues reach the user.",
        )
        .default("Basic Routing Profile")
        .lands(&[("connect.user", "routing_profile")]),
        Key::new(
            "auto_accept",
            Shape::Boolean,
            "true",
            "Whether calls are accepted without a click.",
        )
        .default("false")
        .lands(&[("connect.user", "auto_accept")]),
        Key::new(
            "after_call_work",
            Shape::duration(&limits::AFTER_CALL_WORK),
            "30s",
            "How long no call comes after one has ended; 0 is without limit.",
        )
        .default("0")
        .lands(&[("connect.user", "after_contact_work")]),
        Key::new(
            "password",
            Shape::Map(&SECRET),
            "{ env: AGENT1_PASSWORD }",
            "Where the first password is; of users in Connect's own directory, and required there. Used when the user is made, and never stored.",
        )
        .lands(&[("connect.user", "password")]),
        Key::new(
            "email",
            Shape::Pattern(&limits::MAILBOX),
            "agent1@example.com",
            "The address that a forgotten password is mended by; of users in Connect's own directory only.",
        )
        .lands(&[("connect.user", "email")]),
        unprotected(),
        tags("Tags of the user, beside those of the blueprint.").lands(&[("connect.user", "tags")]),
        timeouts(&WAITS),
    ],
    rules: &[],
    later: &[
        ("hierarchy", "Agent hierarchies are made in the Connect console for now."),
        ("phone", "Agents have soft phones in this version."),
        ("name", "The entry's key is the user's name."),
    ],
};

/// Where a secret is.
pub(super) static SECRET: Map = Map {
    keys: &[
        Key::new(
            "env",
            Shape::Pattern(&limits::VARIABLE),
            "AGENT1_PASSWORD",
            "An environment variable that holds the secret.",
        ),
        Key::new(
            "file",
            Shape::text(limits::FILE_PATH),
            "secrets/agent1",
            "A file that holds the secret, relative to the file that says so; one line break at its end does not count.",
        ),
        Key::new(
            "secret",
            Shape::Pattern(&limits::SECRET_ARN),
            "arn:aws:secretsmanager:eu-west-2:123456789012:secret:agent1-AbCdEf",
            "A secret in AWS Secrets Manager, by its ARN.",
        ),
        Key::new(
            "ssm",
            Shape::Pattern(&limits::PARAMETER),
            "/acme/agent1",
            "A parameter in AWS Systems Manager's Parameter Store, by path or ARN.",
        ),
    ],
    rules: &[rule(
        Between::OneOf(&["env", "file", "secret", "ssm"]),
        "Write one of `{ env: NAME }`, `{ file: PATH }`, `{ secret: ARN }` and `{ ssm: PATH }`.",
    )],
    later: &[],
};
