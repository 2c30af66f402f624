//! What builders and fleets share: where they are, and what their instances are like.

use super::peer::{PEER, peer};
use crate::at::At;
use crate::declare::{Section as _, Value as _};
use crate::limits::{self, INSTANCE_TYPES, STREAM_INSTANCE};
use crate::node::Value;
use crate::owned::Owned;
use crate::reader::{Fields, Item, Reader};
use crate::table::{Between, Key, Shape, rule};
use headset_core::diagnostic::{Diagnostic, Place};
use headset_core::nearest::nearest;
use headset_derive::{Choice, Section};
use headset_kinds as kinds;

/// Where a builder or fleet is: `appstream.network`, or its own `network`.
#[derive(Clone, Debug, Default, PartialEq, Section)]
#[section(
    rules(
        rule(
            Between::Needs("security_groups", &["subnets"]),
            "Security groups belong to a VPC: name subnets of it.",
        ),
        rule(
            Between::Needs("vpc", &["subnets"]),
            "A VPC has no machines: name subnets of it.",
        ),
    ),
    check = Network::check
)]
pub struct Network {
    /// Subnets, best in two availability zones; a builder takes the first.
    #[key(
        pattern = limits::SUBNET,
        count = (0, 100),
        example = "[subnet-0a1b2c3d4e5f60718]",
        otherwise = "AppStream's own network",
        to(kinds::appstream::FleetSpec::SUBNETS, kinds::appstream::ImageBuilderSpec::SUBNETS)
    )]
    pub subnets: Vec<At<String>>,
    /// Security groups of the subnets' VPC; `managed`: one that Headset makes, which lets out what desktops need, and
    /// nothing in.
    #[key(
        shape = Shape::Either(&[Shape::Word("managed"), GROUPS]),
        read = groups,
        fallback = no_groups,
        example = "managed",
        otherwise = "the VPC's default group",
        to(kinds::appstream::FleetSpec::SECURITY_GROUPS, kinds::appstream::ImageBuilderSpec::SECURITY_GROUPS)
    )]
    pub security_groups: Groups,
    /// The VPC of the subnets, in which managed security groups and endpoints are made; `plan` looks whether the subnets are in
    /// it.
    #[key(
        pattern = limits::VPC,
        example = "vpc-0a1b2c3d4e5f60718",
        to(
            kinds::ec2::SecurityGroupSpec::VPC,
            kinds::ec2::VpcEndpointSpec::VPC,
            kinds::appstream::FleetSpec::VPC,
            kinds::appstream::ImageBuilderSpec::VPC
        )
    )]
    pub vpc: Option<At<String>>,
    /// A prefix list: what a managed security group lets out goes to its addresses alone. Each rule counts as often as the list
    /// may have entries, and a group has 60.
    #[key(
        pattern = limits::PREFIX_LIST,
        example = "pl-0a1b2c3d4e5f60718",
        otherwise = "anywhere",
        to(kinds::ec2::SecurityGroupSpec::EGRESS)
    )]
    pub prefix_list: Option<At<String>>,
    /// Where the domain controllers of an Active Directory domain are, as a range of addresses or a prefix list: a managed security
    /// group also lets out there what members of a domain need.
    #[key(
        shape = PEER,
        read = directory,
        example = "10.20.0.0/16",
        otherwise = "no domain",
        to(kinds::ec2::SecurityGroupSpec::EGRESS)
    )]
    pub directory: Option<At<String>>,
    /// Whether the rules of a managed security group are this blueprint's alone, so that `headset apply` takes away what it does
    /// not declare, or others have some there, too. The rule that every group is born with goes in any case.
    #[key(example = "only-declared", otherwise = "`all`")]
    pub owned: Option<At<Owned>>,
    /// How sessions reach the internet: through the VPC's own gateway, or with public addresses from AppStream, for at
    /// most 100 instances.
    #[key(
        default = "nat",
        example = "nat",
        to(
            kinds::appstream::FleetSpec::INTERNET,
            kinds::appstream::ImageBuilderSpec::INTERNET
        )
    )]
    pub internet: Internet,
}

impl Network {
    /// Whether machines in it have public addresses.
    pub fn has_public_addresses(&self) -> bool {
        self.internet == Internet::Default
    }

    fn check(
        reader: &mut Reader<'_>,
        item: &Item<'_>,
        _: &Fields<'_>,
        mut network: Network,
    ) -> Option<Network> {
        let mut complain = |code, message, place: &Place, help: &str| {
            reader.report(Diagnostic::error(code, message).at(place.clone()).help(help));
            None
        };
        match (&mut network.security_groups, &network.vpc) {
            (Groups::Managed { vpc, .. }, Some(given)) => *vpc = given.value.clone(),
            (Groups::Managed { place, .. }, None) => {
                let message = format!("`{}` has a managed security group, and lacks `vpc`", item.path);
                let help = "Add the VPC of the subnets, such as `vpc: vpc-0a1b2c3d4e5f60718`.";
                return complain("missing-key", message, place, help);
            }
            (Groups::Named(_), _) => {
                let place = |text: &At<String>| text.place.clone();
                let given = [
                    ("prefix_list", network.prefix_list.as_ref().map(place)),
                    ("directory", network.directory.as_ref().map(place)),
                    ("owned", network.owned.as_ref().map(|owned| owned.place.clone())),
                ];
                let given = given.into_iter().find_map(|(key, place)| Some((key, place?)));
                if let Some((key, place)) = given {
                    let message = format!(
                        "`{}.{key}` is about a managed security group, and there is none",
                        item.path
                    );
                    let help = format!("Write `security_groups: managed`, or delete `{key}`.");
                    return complain("missing-key", message, &place, &help);
                }
            }
        }
        Some(network)
    }
}

/// `network.security_groups`.
#[derive(Clone, Debug, PartialEq)]
pub enum Groups {
    /// These. None: the VPC's default group.
    Named(Vec<At<String>>),
    /// One that Headset makes.
    Managed {
        /// Where it says so.
        place: Place,
        /// The VPC in which it is made.
        vpc: String,
    },
}

impl Default for Groups {
    fn default() -> Groups {
        Groups::Named(Vec::new())
    }
}

const GROUPS: Shape = Shape::List {
    of: &Shape::Pattern(&limits::SECURITY_GROUP),
    count: (0, limits::MOST_SECURITY_GROUPS),
};

/// Where the key is left out, the VPC decides.
fn no_groups(_: &mut Reader<'_>, _: &Item<'_>) -> Groups {
    Groups::default()
}

/// `managed`, or a list.
fn groups(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Groups> {
    match &item.node.value {
        Value::Text(text) if text == "managed" => Some(Groups::Managed {
            place: item.node.place.clone(),
            vpc: String::new(),
        }),
        Value::List(_) => reader.texts(item).map(Groups::Named),
        _ => {
            reader.wrong_type(
                item,
                "`managed` or a list",
                "Write `security_groups: managed`, or `security_groups: [sg-0a1b2c3d4e5f60718]`.",
            );
            None
        }
    }
}

/// Addresses of domain controllers.
fn directory(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Option<At<String>>> {
    peer(reader, item).map(Some)
}

/// `network.internet`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Choice)]
pub enum Internet {
    /// Through the VPC's own gateway.
    #[default]
    Nat,
    /// AppStream's own, for at most 100 instances.
    Default,
}

/// `network` of one builder or fleet.
pub(crate) const OWN_NETWORK: Key = Key::new(
    "network",
    Shape::Map(Network::MAP),
    "{ subnets: [subnet-0a1b2c3d4e5f60718] }",
    "Where it is, in place of `appstream.network`.",
)
.otherwise("`appstream.network`");

/// What an instance is like, be it a builder's or a fleet's. The keys stand among those of the builder or fleet, which
/// say where each of them goes.
#[derive(Section)]
#[expect(dead_code, reason = "its keys are read as those of the builder or fleet")]
pub(crate) struct Machine {
    /// The size of drive C.
    #[key(number = limits::ROOT_VOLUME, unit = "GB", example = "300", otherwise = "AWS's own (200), and not owned")]
    pub root_volume: Option<u64>,
    /// Whether version 1 of the instance metadata service answers; without it, the AppStream agent has to be of January
    /// 2024 or later.
    #[key(example = "false", otherwise = "AWS's own, and not owned")]
    pub imds_v1: Option<bool>,
    /// The ARN of the IAM role that programs on the instance have.
    #[key(pattern = limits::ROLE_ARN, example = "arn:aws:iam::123456789012:role/desktop")]
    pub role: Option<At<String>>,
    /// The name that people see.
    #[key(text = limits::DISPLAY_NAME, example = "Support desktop")]
    pub display_name: Option<String>,
    /// A description for administrators.
    #[key(text = limits::DESCRIPTION, example = "Desktops of the support team")]
    pub description: Option<String>,
}

/// `network` of one builder or fleet. `None` if it is bad.
pub(super) fn own_network(
    reader: &mut Reader<'_>,
    _: &Item<'_>,
    fields: &Fields<'_>,
) -> Option<Option<Network>> {
    reader.key(fields, "network", Network::read, |_, _| Some(None))
}

/// An instance type. One of a possible shape that this version does not know may be new.
pub(super) fn instance_type(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<At<String>> {
    let text = reader.any_text(item)?;
    let known: Vec<String> = INSTANCE_TYPES
        .iter()
        .flat_map(|(family, sizes)| sizes.iter().map(move |size| format!("{family}.{size}")))
        .collect();
    if known.contains(&text.value) {
        return Some(text);
    }
    let near = nearest(&text.value, known.iter().map(String::as_str));
    let near = near.map_or_else(String::new, |near| format!("Did you mean `{near}`? "));
    if !STREAM_INSTANCE.accepts(&text.value) {
        let help = format!("{near}It must be {}.", STREAM_INSTANCE.rule);
        reader.bad_value(&item.path, &text.value, text.place, &help);
        return None;
    }
    // Those for imported images are in no list of this version.
    if !text.value.starts_with("stream.") {
        return Some(text);
    }
    let message = format!(
        "AppStream had no instance type `{}` when this version was made",
        text.value
    );
    reader.report(
        Diagnostic::warning("unknown-instance-type", message)
            .at(text.place.clone())
            .help(format!(
                "{near}A new one is passed on to AWS as it is; AWS refuses others when the fleet is made."
            )),
    );
    Some(text)
}
