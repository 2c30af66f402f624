//! The top level, `aws` and `ccp`.

use super::super::limits;
use super::entry::{WAITS, protect, tags, timeouts};
use super::table::{Entries, Key, Map, Shape, map};

pub(super) static TOP: Map = Map {
    keys: &[
        Key::new("version", Shape::Version(1), "1", "The version of this language.").required(),
        Key::new(
            "name",
            Shape::Pattern(&limits::ENVIRONMENT),
            "acme-support",
            "The beginning of every name in AWS, and the tag `headset:environment`; changing it makes another environment.",
        )
        .required(),
        Key::new(
            "extends",
            Shape::Either(&[Shape::Text(limits::FILE_PATH), Shape::List { of: &FILE, count: (1, 16) }]),
            "base.yaml",
            "Blueprints that this one lies over, relative to this file; of a list the later ones win. Maps merge, lists replace, `null` removes.",
        ),
        Key::new("aws", Shape::Map(&AWS), "{ region: eu-west-2 }", "Where: account and regions.")
            .otherwise("your AWS configuration decides"),
        Key::new(
            "lifetime",
            Shape::duration(&limits::LIFETIME),
            "3d",
            "How long the environment is meant to exist: tags everything with its expiry, and makes `protect` false where it is not said.",
        ),
        Key::new(
            "protect",
            Shape::Boolean,
            "true",
            "Whether deleting and replacing is refused, for all entries that do not say it themselves.",
        )
        .otherwise("true without `lifetime`, false with it"),
        tags("Tags of everything that can carry tags, beside Headset's own."),
        Key::new(
            "connect",
            Shape::Map(&super::connect::CONNECT),
            "{ alias: acme-support }",
            "The Amazon Connect instance and its users.",
        ),
        Key::new(
            "sign_in",
            Shape::Map(&super::sign_in::SIGN_IN),
            "{ idp: { identity_center: { application: acme-support, groups: [agents] } } }",
            "Single sign-on: who vouches for agents, and where their sign-in leads.",
        ),
        Key::new("ccp", Shape::Map(&CCP), "{ hosting: s3 }", "The pages with the Contact Control Panel."),
        Key::new(
            "appstream",
            Shape::Map(&super::appstream::APPSTREAM),
            "{ fleets: { agents: { existing: acme-agents } } }",
            "AppStream 2.0: the streamed desktops.",
        ),
        Key::new(
            "moved",
            Shape::Entries(&MOVED),
            "{ appstream.fleet/old: appstream.fleet/new }",
            "What used to be at one address and is at another now: Headset's records follow, AWS is not touched.",
        ),
        Key::new(
            "removed",
            Shape::List { of: &ADDRESS, count: (0, 1000) },
            "[appstream.stack/old]",
            "Addresses that Headset lets go of without deleting anything.",
        ),
    ],
    rules: &[],
    later: &[],
};

static FILE: Shape = Shape::Text(limits::FILE_PATH);
static ADDRESS: Shape = Shape::Pattern(&limits::ADDRESS);
static MOVED: Entries = Entries {
    what: "a former address",
    names: Some(&limits::ADDRESS),
    of: Shape::Pattern(&limits::ADDRESS),
    count: (0, 1000),
    example: "Write `moved: { appstream.fleet/old: appstream.fleet/new }`.",
};

static AWS: Map = map(&[
    Key::new(
        "account",
        Shape::Pattern(&limits::ACCOUNT),
        "\"123456789012\"",
        "The only account that may be touched; quoted, since numbers lose leading zeros.",
    )
    .otherwise("whichever account the credentials are for"),
    Key::new(
        "region",
        Shape::Pattern(&limits::REGION),
        "eu-west-2",
        "Where everything is.",
    )
    .otherwise("your AWS configuration's region")
    .lands(&[("s3.bucket", "region")]),
    Key::new(
        "regions",
        Shape::Map(&REGIONS),
        "{ appstream: eu-west-1 }",
        "Where single services are: Connect and AppStream are not in the same regions.",
    ),
    Key::new(
        "identity_center",
        Shape::Either(&[Shape::Choice(super::words::BY_HAND), Shape::Map(&IDENTITY_CENTER)]),
        "{ region: us-east-1 }",
        "Where IAM Identity Center is, or that other people work there `by_hand`.",
    )
    .otherwise("in `aws.region`, with the same credentials"),
]);

static REGIONS: Map = map(&[
    Key::new(
        "connect",
        Shape::Pattern(&limits::REGION),
        "eu-west-2",
        "Where Amazon Connect and the bucket with the pages are.",
    )
    .otherwise("`aws.region`"),
    Key::new(
        "appstream",
        Shape::Pattern(&limits::REGION),
        "eu-west-1",
        "Where AppStream 2.0 is.",
    )
    .otherwise("`aws.region`"),
]);

static IDENTITY_CENTER: Map = map(&[
    Key::new(
        "region",
        Shape::Pattern(&limits::REGION),
        "us-east-1",
        "Identity Center's home region; it answers nowhere else.",
    )
    .otherwise("`aws.region`"),
    Key::new(
        "role",
        Shape::Pattern(&limits::ROLE_ARN),
        "arn:aws:iam::111122223333:role/headset",
        "A role to assume for Identity Center, where it is in another account.",
    )
    .otherwise("the same credentials as for everything else"),
]);

static CCP: Map = Map {
    keys: &[
        Key::new(
            "hosting",
            Shape::Choice(super::words::HOSTING),
            "s3",
            "What serves the pages.",
        )
        .default("s3"),
        Key::new(
            "audio",
            Shape::Choice(super::words::AUDIO),
            "session",
            "Where the agent's voice is: on the agent's own machine in a page of its own (the split panel), or in the session like everything else.",
        )
        .default("local"),
        Key::new(
            "bucket",
            Shape::Pattern(&limits::BUCKET),
            "acme-support-ccp",
            "The bucket's name, unique in the world.",
        )
        .otherwise("`{name}-ccp-{account}-{region}`")
        .lands(&[("s3.bucket", "name")]),
        Key::new(
            "title",
            Shape::text(limits::PAGE_TITLE),
            "Support",
            "The heading of the pages.",
        )
        .default("Contact Control Panel")
        .lands(&[("s3.object", "body")]),
        protect(),
        tags("Tags of the bucket, beside those of the blueprint.").lands(&[("s3.bucket", "tags")]),
        timeouts(&WAITS),
    ],
    rules: &[],
    later: &[
        ("domain", "The pages have S3's own address in this version."),
        ("name", "Set `bucket`."),
    ],
};
