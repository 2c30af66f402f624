//! Interface endpoints.

use super::peer::{PEER, peer};
use crate::at::At;
use crate::limits;
use crate::reader::{Item, Reader};
use crate::table::{Between, Shape, rule};
use headset_core::diagnostic::Place;
use headset_derive::{Choice, Section};
use headset_kinds as kinds;

/// `appstream.endpoints`: those that Headset makes, in the VPC of `appstream.network`.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(rules(
    rule(
        Between::AnyOf(&["streaming", "api"]),
        "Write `endpoints: { streaming: { from: [10.0.0.0/8] } }`; without endpoints all goes over the internet.",
    ),
    rule(
        Between::Needs("api_policy", &["api"]),
        "The policy is that of the endpoint for programs: agents stream without being known to IAM.",
    ),
))]
pub struct Endpoints {
    /// Where it stands.
    #[key(place)]
    pub place: Place,
    /// Through which sessions are streamed: agents reach them by a private network, and by nothing else. Signing in still takes
    /// the internet. A stack names it by `access_endpoints: managed`.
    #[key(example = "{ from: [10.0.0.0/8] }")]
    pub streaming: Option<Endpoint>,
    /// Through which programs in the VPC call AppStream.
    #[key(example = "{ from: [10.0.0.0/8] }")]
    pub api: Option<Endpoint>,
    /// Who may call AppStream through `api`: `account`, this account's own users and roles, or `open`.
    #[key(
        example = "account",
        otherwise = "AWS's own, which is open, and not owned",
        to(kinds::ec2::VpcEndpointSpec::POLICY)
    )]
    pub api_policy: Option<EndpointPolicy>,
}

/// An interface endpoint.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(rules(rule(
    Between::OneOf(&["from", "security_groups"]),
    "Write `from: [10.0.0.0/8]` for a security group that Headset makes, or name your own: without one nothing reaches the \
     endpoint.",
)))]
pub struct Endpoint {
    /// Where it stands.
    #[key(place)]
    pub place: Place,
    /// From where it is reached: ranges of addresses and prefix lists. Headset makes a security group that lets in from there
    /// what the endpoint serves, and nothing else.
    #[key(
        shape = Shape::List { of: &PEER, count: (1, limits::MOST_PEERS) },
        read = from,
        fallback = nowhere,
        example = "[10.0.0.0/8]",
        to(kinds::ec2::SecurityGroupSpec::INGRESS)
    )]
    pub from: Vec<At<String>>,
    /// Security groups of the VPC that say who reaches it.
    #[key(
        pattern = limits::SECURITY_GROUP,
        count = (1, limits::MOST_SECURITY_GROUPS),
        example = "[sg-0a1b2c3d4e5f60718]",
        to(kinds::ec2::VpcEndpointSpec::SECURITY_GROUPS)
    )]
    pub security_groups: Vec<At<String>>,
    /// Subnets in which it has an address, one of each availability zone.
    #[key(
        pattern = limits::SUBNET,
        count = (1, 100),
        example = "[subnet-0a1b2c3d4e5f60718]",
        otherwise = "those of `appstream.network`",
        to(kinds::ec2::VpcEndpointSpec::SUBNETS)
    )]
    pub subnets: Vec<At<String>>,
    /// Whether AppStream's own names lead to it inside of the VPC, which takes both DNS attributes of this.
    #[key(
        default = "true",
        example = "false",
        to(kinds::ec2::VpcEndpointSpec::PRIVATE_DNS)
    )]
    pub private_dns: bool,
}

/// `appstream.endpoints.api_policy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum EndpointPolicy {
    /// Whom IAM lets.
    Open,
    /// This account's users and roles.
    Account,
}

fn from(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Vec<At<String>>> {
    let items = reader.list(item)?;
    items.iter().map(|item| peer(reader, item)).collect()
}

fn nowhere(_: &mut Reader<'_>, _: &Item<'_>) -> Vec<At<String>> {
    Vec::new()
}
