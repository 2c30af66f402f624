//! An entry of `appstream.images`.

use super::super::limits;
use super::entry::{
    EXISTING_ALONE, WAITS, description, display_name, existing, name, protect, tags, timeouts,
};
use super::machine::{imds_v1, network, role, root_volume};
use super::table::{Between, Entries, Key, Map, Shape, map, rule};
use super::words;

/// The keys that only an image has that is captured in a builder.
const BUILT: &[&str] = &[
    "builder",
    "apps",
    "browser",
    "network",
    "root_volume",
    "imds_v1",
    "role",
    "agent",
];
/// The keys that an image which is only read cannot have.
const OURS: &[&str] = &[
    "builder",
    "apps",
    "browser",
    "network",
    "root_volume",
    "imds_v1",
    "role",
    "agent",
    "name",
    "display_name",
    "description",
    "share",
    "protect",
    "tags",
    "timeouts",
];

pub(super) static IMAGE: Map = Map {
    keys: &[
        Key::new(
            "base",
            Shape::Either(&[
                Shape::Map(&NEWEST),
                Shape::Pattern(&limits::APPSTREAM_NAME),
                Shape::Pattern(&limits::APPSTREAM_ARN),
            ]),
            "{ newest: AppStream-WinServer2022 }",
            "What the image is built from, in an image builder: the newest public image of a family, or one by name or ARN.",
        )
        .lands(&[("appstream.image_builder", "base_image")]),
        Key::new(
            "newest",
            Shape::Pattern(&limits::APPSTREAM_NAME),
            "AppStream-WinServer2022",
            "The newest public image whose name begins like this, as it is: nothing is built.",
        ),
        Key::new(
            "copy",
            Shape::Map(&COPY),
            "{ image: agent-desktop-2026, region: eu-central-1 }",
            "A copy, made by AWS, of an image of this account.",
        )
        .lands(&[("appstream.image", "copy_of")]),
        Key::new(
            "shared",
            Shape::Pattern(&limits::APPSTREAM_ARN),
            "arn:aws:appstream:eu-west-1:111122223333:image/agent-desktop",
            "The ARN of an image that another account shares with this one.",
        ),
        existing(&[]),
        Key::new(
            "builder",
            Shape::Pattern(&limits::STREAM_INSTANCE),
            "stream.standard.medium",
            "The instance type of the image builder; of the same family as the fleets that will use the image.",
        )
        .lands(&[("appstream.image_builder", "instance_type")]),
        Key::new(
            "apps",
            Shape::Entries(&APPS),
            "{ crm: { open: \"https://crm.example.com\" } }",
            "The applications that the image offers, by name.",
        )
        .lands(&[("appstream.image", "apps")]),
        Key::new(
            "browser",
            Shape::Choice(words::BROWSER),
            "edge",
            "The browser that is set up for the pages, and that applications with a page open.",
        )
        .default("chrome")
        .lands(&[("appstream.image", "policy_files")]),
        network(),
        root_volume(&[("appstream.image_builder", "root_volume")]),
        imds_v1(&[("appstream.image_builder", "imds_v1")]),
        role(&[("appstream.image_builder", "role")]),
        Key::new(
            "agent",
            Shape::Pattern(&limits::AGENT),
            "LATEST",
            "The version of the AppStream agent, or `LATEST`.",
        )
        .otherwise("the base image's")
        .lands(&[("appstream.image_builder", "agent")]),
        Key::new(
            "share",
            Shape::Entries(&SHARE),
            "{ \"111122223333\": { fleet: true } }",
            "Accounts that may use the image, and for what.",
        )
        .otherwise("left as it is")
        .lands(&[("appstream.image", "share")]),
        name(&[("appstream.image", "name"), ("appstream.image_builder", "name")]),
        display_name(&[("appstream.image", "display_name")]),
        description(&[("appstream.image", "description")]),
        protect(),
        tags("Tags of image and builder, beside those of the blueprint.")
            .lands(&[("appstream.image", "tags"), ("appstream.image_builder", "tags")]),
        timeouts(&WAITS),
    ],
    rules: &[
        EXISTING_ALONE,
        rule(
            Between::OneOf(&["base", "newest", "copy", "shared", "existing"]),
            "Say where the image comes from: `base` (built here), `newest`, `copy`, `shared` or `existing`.",
        ),
        rule(
            Between::Needs("base", &["builder", "apps"]),
            "An image is built in a builder, such as `builder: stream.standard.medium`, and cannot be captured without an application, such as `apps: { crm: { open: \"https://crm.example.com\" } }`.",
        ),
        rule(
            Between::Excludes("copy", BUILT),
            "A copy is as its source is. Delete this key, or build the image from a `base`.",
        ),
        rule(
            Between::Excludes("newest", OURS),
            "Headset uses this image as it is and never changes it. Delete this key, or build the image from a `base`.",
        ),
        rule(
            Between::Excludes("shared", OURS),
            "Headset uses this image as it is and never changes it. Delete this key, or build the image from a `base`.",
        ),
    ],
    later: &[("import", "Build the image from a `base`; images made of AMIs come later.")],
};

static NEWEST: Map = map(&[Key::new(
    "newest",
    Shape::Pattern(&limits::APPSTREAM_NAME),
    "AppStream-WinServer2022",
    "The newest public image whose name begins like this, at the time when the builder is made.",
)
.required()]);

static COPY: Map = map(&[
    Key::new(
        "image",
        Shape::Pattern(&limits::APPSTREAM_NAME),
        "agent-desktop-2026",
        "The source's name.",
    )
    .required(),
    Key::new(
        "region",
        Shape::Pattern(&limits::REGION),
        "eu-central-1",
        "The source's region.",
    )
    .otherwise("AppStream's region of this blueprint"),
]);

static APPS: Entries = Entries {
    what: "an application",
    names: Some(&limits::APP_NAME),
    of: Shape::Map(&APP),
    count: (1, 50),
    example: "Write `apps: { crm: { open: \"https://crm.example.com\" } }`; an image without applications cannot be captured.",
};

static APP: Map = Map {
    keys: &[
        Key::new(
            "open",
            Shape::Either(&[Shape::Word("ccp.in_session"), Shape::Pattern(&limits::HTTPS_URL)]),
            "ccp.in_session",
            "A page that the image's browser opens: the panel's page for sessions, or a web address.",
        )
        .lands(&[("appstream.image", "apps")]),
        Key::new(
            "program",
            Shape::Pattern(&limits::PROGRAM),
            "'C:\\Program Files\\Crm\\crm.exe'",
            "An installed program, by its absolute path.",
        )
        .lands(&[("appstream.image", "apps")]),
        Key::new(
            "arguments",
            Shape::text(limits::ARGUMENTS),
            "--kiosk",
            "What the program is started with.",
        )
        .lands(&[("appstream.image", "apps")]),
        display_name(&[("appstream.image", "apps")]),
    ],
    rules: &[
        rule(
            Between::OneOf(&["open", "program"]),
            "Write `open: ccp.in_session`, `open: \"https://...\"` or `program: 'C:\\...\\crm.exe'`.",
        ),
        rule(
            Between::Excludes("open", &["arguments"]),
            "Delete it, or start the browser yourself with `program`.",
        ),
    ],
    later: &[(
        "icon",
        "Applications have the program's own icon in this version.",
    )],
};

static SHARE: Entries = Entries {
    what: "an account",
    names: Some(&limits::ACCOUNT),
    of: Shape::Map(&SHARED_FOR),
    count: (0, limits::MOST_SHARES),
    example: "Write `share: { \"111122223333\": { fleet: true } }`.",
};

static SHARED_FOR: Map = map(&[
    Key::new(
        "fleet",
        Shape::Boolean,
        "true",
        "Whether its fleets may use the image.",
    )
    .default("true"),
    Key::new(
        "builder",
        Shape::Boolean,
        "true",
        "Whether its image builders may start from the image.",
    )
    .default("false"),
]);
