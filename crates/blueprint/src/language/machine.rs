//! Where builders and fleets are, and what their machines have.

use super::super::limits;
use super::table::{Between, Key, Map, Rule, Shape, rule};
use super::words;

static SUBNET: Shape = Shape::Pattern(&limits::SUBNET);
static SECURITY_GROUP: Shape = Shape::Pattern(&limits::SECURITY_GROUP);

pub(super) static NETWORK: Map = Map {
    keys: &[
        Key::new(
            "subnets",
            Shape::List {
                of: &SUBNET,
                count: (0, 100),
            },
            "[subnet-0a1b2c3d4e5f60718]",
            "Subnets, best in two availability zones; a builder takes the first.",
        )
        .otherwise("AppStream's own network")
        .lands(&[
            ("appstream.fleet", "subnets"),
            ("appstream.image_builder", "subnets"),
        ]),
        Key::new(
            "security_groups",
            Shape::List {
                of: &SECURITY_GROUP,
                count: (0, limits::MOST_SECURITY_GROUPS),
            },
            "[sg-0a1b2c3d4e5f60718]",
            "Security groups of the subnets' VPC.",
        )
        .otherwise("the VPC's default group")
        .lands(&[
            ("appstream.fleet", "security_groups"),
            ("appstream.image_builder", "security_groups"),
        ]),
        Key::new(
            "internet",
            Shape::Choice(words::INTERNET),
            "nat",
            "How sessions reach the internet: through the VPC's own gateway, or with public addresses from AppStream, for at most 100 instances.",
        )
        .default("nat")
        .lands(&[
            ("appstream.fleet", "internet"),
            ("appstream.image_builder", "internet"),
        ]),
    ],
    rules: &[SUBNETS_FIRST],
    later: &[],
};

const SUBNETS_FIRST: Rule = rule(
    Between::Needs("security_groups", &["subnets"]),
    "Security groups belong to a VPC: name subnets of it.",
);

/// `network` of one builder or fleet.
pub(super) const fn network() -> Key {
    Key::new(
        "network",
        Shape::Map(&NETWORK),
        "{ subnets: [subnet-0a1b2c3d4e5f60718] }",
        "Where it is, in place of `appstream.network`.",
    )
    .otherwise("`appstream.network`")
}

/// `root_volume` of a builder or fleet.
pub(super) const fn root_volume(lands: &'static [(&'static str, &'static str)]) -> Key {
    Key::new(
        "root_volume",
        Shape::number(&limits::ROOT_VOLUME, "GB"),
        "300",
        "The size of drive C.",
    )
    .otherwise("AWS's own (200), and not owned")
    .lands(lands)
}

/// `imds_v1` of a builder or fleet.
pub(super) const fn imds_v1(lands: &'static [(&'static str, &'static str)]) -> Key {
    Key::new(
        "imds_v1",
        Shape::Boolean,
        "false",
        "Whether version 1 of the instance metadata service answers; without it, the AppStream agent has to be of January 2024 or later.",
    )
    .otherwise("AWS's own, and not owned")
    .lands(lands)
}

/// `role` of a builder or fleet.
pub(super) const fn role(lands: &'static [(&'static str, &'static str)]) -> Key {
    Key::new(
        "role",
        Shape::Pattern(&limits::ROLE_ARN),
        "arn:aws:iam::123456789012:role/desktop",
        "The ARN of the IAM role that programs on the instance have.",
    )
    .lands(lands)
}
