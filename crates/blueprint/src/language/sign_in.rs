//! `sign_in`.

use super::super::limits;
use super::entry::protect;
use super::table::{Between, Entries, Key, Map, Shape, map, rule};
use super::words;

pub(super) static SIGN_IN: Map = Map {
    keys: &[
        Key::new(
            "idp",
            Shape::Map(&IDP),
            "{ identity_center: { application: acme-support, groups: [agents] } }",
            "The identity provider that vouches for agents.",
        )
        .required(),
        Key::new(
            "user_name",
            Shape::Choice(words::USER_NAME),
            "user_name",
            "What people are called after the sign-in, which has to equal the users' names in Connect: their primary e-mail address, or their user name in the directory.",
        )
        .default("email")
        .lands(&[("identity_center.application", "mappings"), ("idp.application", "session_name")]),
        Key::new(
            "role",
            Shape::Map(&ROLE),
            "{ session: 12h }",
            "The IAM role that a sign-in becomes.",
        ),
        Key::new(
            "connect",
            Shape::Map(&TO_CONNECT),
            "{ destination: /ccp-v2, scope: user }",
            "Where a sign-in to Connect leads, and what it may.",
        ),
        Key::new(
            "appstream",
            Shape::Map(&TO_APPSTREAM),
            "{ stacks: [agents] }",
            "The desktop by single sign-on too: one more application for each stack, and one more role.",
        ),
        protect(),
    ],
    rules: &[],
    later: &[
        ("name", "Set `role.name`."),
        ("tags", "Set `tags` at the top level: they go to everything."),
    ],
};

static IDP: Map = Map {
    keys: &[
        Key::new(
            "identity_center",
            Shape::Map(&IN_IDENTITY_CENTER),
            "{ application: acme-support, groups: [agents] }",
            "AWS IAM Identity Center.",
        ),
        Key::new(
            "okta",
            Shape::Map(&ELSEWHERE),
            "{ application: Acme Support, groups: [agents] }",
            "Okta.",
        ),
        Key::new(
            "entra",
            Shape::Map(&ELSEWHERE),
            "{ application: Acme Support, groups: [agents] }",
            "Microsoft Entra ID.",
        ),
        Key::new(
            "other",
            Shape::Map(&ELSEWHERE),
            "{ application: Acme Support, groups: [agents] }",
            "Any other SAML 2.0 identity provider.",
        ),
    ],
    rules: &[rule(
        Between::OneOf(&["identity_center", "okta", "entra", "other"]),
        "Write one of them, such as `identity_center: { application: acme-support, groups: [agents] }`.",
    )],
    later: &[],
};

static GROUP: Shape = Shape::Text(limits::GROUP_NAME);
static PERSON: Shape = Shape::Text(limits::DIRECTORY_USER);

const APPLICATION: Key = Key::new(
    "application",
    Shape::text(limits::APPLICATION_NAME),
    "acme-support",
    "The application's display name: what agents see in their portal.",
)
.lands(&[
    ("identity_center.application", "name"),
    ("idp.application", "name"),
]);
const GROUPS: Key = Key::new(
    "groups",
    Shape::List {
        of: &GROUP,
        count: (0, 1000),
    },
    "[agents]",
    "Names of the groups that are assigned: by Headset in Identity Center, by the person who follows the worksheet elsewhere.",
)
.lands(&[("identity_center.assignment", "principal_name"), ("idp.application", "groups")]);
const PEOPLE: Key = Key::new(
    "users",
    Shape::List {
        of: &PERSON,
        count: (0, 1000),
    },
    "[ada]",
    "User names that are assigned, beside the groups.",
)
.lands(&[
    ("identity_center.assignment", "principal_name"),
    ("idp.application", "users"),
]);
const METADATA: Key = Key::new(
    "metadata",
    Shape::Either(&METADATA_SHAPES),
    "{ file: saml-metadata.xml }",
    "The provider's SAML metadata: an answer to the application's checkpoint, kept with the blueprint.",
)
.otherwise("asked for by the checkpoint")
.lands(&[("iam.saml_provider", "metadata")]);
const START_URL: Key = Key::new(
    "start_url",
    Shape::Pattern(&limits::HTTPS_URL),
    "https://example.awsapps.com/start/#/saml/default/acme/abcdef",
    "Where a sign-in begins: an answer to the checkpoint of the application (of Identity Center: of its link, which the \
     access portal shows once a user or group is assigned), kept with the blueprint.",
)
.otherwise("asked for by the checkpoint");
const APPLICATION_ARN: Key = Key::new(
    "application_arn",
    Shape::Pattern(&limits::APPLICATION_ARN),
    "arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-0123456789abcdef",
    "The application's ARN, where its name alone does not tell which one it is.",
)
.otherwise("found by the application's name");

static METADATA_SHAPES: [Shape; 2] = [Shape::Pattern(&limits::HTTPS_URL), Shape::Map(&METADATA_FILE)];

static METADATA_FILE: Map = map(&[Key::new(
    "file",
    Shape::text(limits::FILE_PATH),
    "saml-metadata.xml",
    "A file with the metadata, relative to the file that says so.",
)
.required()]);

static IN_IDENTITY_CENTER: Map = map(&[
    APPLICATION.required(),
    GROUPS,
    PEOPLE,
    METADATA,
    START_URL,
    APPLICATION_ARN,
]);

static ELSEWHERE: Map = Map {
    keys: &[APPLICATION.required(), GROUPS, PEOPLE, METADATA, START_URL],
    rules: &[],
    later: &[(
        "application_arn",
        "Only applications of IAM Identity Center have an ARN.",
    )],
};

static TO_CONNECT: Map = map(&[
    Key::new(
        "destination",
        Shape::Pattern(&limits::DESTINATION),
        "/ccp-v2",
        "The page of Connect that opens after the sign-in.",
    )
    .default("/ccp-v2")
    .lands(&[("identity_center.application", "relay_state"), ("idp.application", "relay_state")]),
    Key::new(
        "scope",
        Shape::Choice(words::SCOPE),
        "instance",
        "Which of the two documented policies the role has: only as the user who signed in, or as any user of the instance.",
    )
    .default("user")
    .lands(&[("iam.role", "policies")]),
    Key::new(
        "instances",
        Shape::List {
            of: &INSTANCE,
            count: (0, 100),
        },
        "[acme-training]",
        "Further Connect instances that exist, by alias or ARN, which the same role may sign in to.",
    )
    .lands(&[("iam.role", "policies")]),
]);

static INSTANCE: Shape = Shape::Either(&[
    Shape::Pattern(&limits::CONNECT_ALIAS),
    Shape::Pattern(&limits::CONNECT_ARN),
]);

static TO_APPSTREAM: Map = map(&[
    Key::new(
        "stacks",
        Shape::Either(&[
            Shape::List {
                of: &STACK,
                count: (1, 100),
            },
            Shape::Entries(&STACKS),
        ]),
        "[agents]",
        "Keys of `appstream.stacks`; as a map, each with what is known about its application.",
    )
    .required(),
    Key::new(
        "role",
        Shape::Map(&DESKTOP_ROLE),
        "{ name: acme-support-desktop }",
        "The IAM role that a sign-in to the desktop becomes; what it does not say is as in `sign_in.role`, except for the name.",
    ),
    Key::new(
        "endpoint",
        Shape::Choice(words::ENDPOINT),
        "fips",
        "At which of AppStream's hosts the sign-in ends. AWS lists `fips`, `euc-sso` and `euc-sso-fips` in some regions only; Headset has its lists as of 2026-11-28.",
    )
    .default("standard")
    .lands(&[("identity_center.application", "relay_state"), ("idp.application", "relay_state")]),
]);

static STACK: Shape = Shape::Reference("stacks");
static STACKS: Entries = Entries {
    what: "a stack",
    names: Some(&limits::ENTRY_KEY),
    of: Shape::Map(&DESKTOP),
    count: (1, 100),
    example: "Write `stacks: [agents]`, or `stacks: { agents: { application: Desktop } }`.",
};

static DESKTOP: Map = map(&[
    APPLICATION.otherwise("the application that leads to Connect, with the stack's key"),
    METADATA,
    START_URL,
    APPLICATION_ARN,
]);

const ROLE_NAME: Key = Key::new(
    "name",
    Shape::Pattern(&limits::ROLE_NAME),
    "acme-support-agents",
    "The role's name; the SAML provider's is the same with `-idp` behind it.",
)
.otherwise("derived from the blueprint's `name`")
.lands(&[("iam.role", "name"), ("iam.saml_provider", "name")]);
const ROLE_SESSION: Key = Key::new(
    "session",
    Shape::duration(&limits::ROLE_SESSION),
    "12h",
    "How long a sign-in holds.",
)
.lands(&[
    ("iam.role", "max_session"),
    ("identity_center.application", "session"),
    ("idp.application", "session"),
]);
const ROLE_PATH: Key = Key::new(
    "path",
    Shape::Pattern(&limits::ROLE_PATH),
    "/headset/",
    "The role's path in IAM.",
)
.lands(&[("iam.role", "path")]);
const ROLE_BOUNDARY: Key = Key::new(
    "permissions_boundary",
    Shape::Pattern(&limits::POLICY_ARN),
    "arn:aws:iam::123456789012:policy/boundary",
    "The ARN of a policy that no permission of the role exceeds.",
)
.lands(&[("iam.role", "permissions_boundary")]);

static ROLE: Map = map(&[
    ROLE_NAME,
    ROLE_SESSION.default("12h"),
    ROLE_PATH.default("/"),
    ROLE_BOUNDARY,
]);

/// The role of the desktop, which takes from the other what it does not say.
static DESKTOP_ROLE: Map = map(&[
    ROLE_NAME,
    ROLE_SESSION.otherwise("`sign_in.role.session`"),
    ROLE_PATH.otherwise("`sign_in.role.path`"),
    ROLE_BOUNDARY.otherwise("`sign_in.role.permissions_boundary`"),
]);
