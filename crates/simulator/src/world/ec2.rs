//! What EC2 remembers: networks, and who may send what in them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::tags::Tags;
use crate::clock::Moment;

/// What this service remembers, by account and region.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// `account/region`: what is there.
    pub places: BTreeMap<String, Place>,
}

/// What an account has in a region.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// VPCs, subnets, route tables, gateways and prefix lists by their ids, each as EC2 describes it but for its tags. The
    /// prefix of the id says what it is.
    pub network: BTreeMap<String, Value>,
    /// What DescribeVpcAttribute answers, by VPC.
    pub attributes: BTreeMap<String, Value>,
    /// Security groups by id.
    pub groups: BTreeMap<String, Group>,
    /// Endpoints by id.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// Tags of all of them by id.
    pub tags: BTreeMap<String, Tags>,
    /// Until when network interfaces of machines hold a security group, by its id.
    pub held: BTreeMap<String, Moment>,
}

/// One security group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its VPC.
    pub vpc: String,
    /// Its rules, in the order in which they came.
    pub rules: Vec<Rule>,
}

/// One rule of a security group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// What it allows.
    pub allows: Allowed,
    /// What it is for.
    pub description: Option<String>,
}

/// What a rule allows: what makes two rules the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Allowed {
    /// Whether it is about what leaves.
    pub is_egress: bool,
    /// `tcp`, `udp`, `icmp`, `icmpv6`, `-1` for all, or a number.
    pub protocol: String,
    /// The first port, or the type of ICMP; -1: all.
    pub from: i64,
    /// The last port, or the code of ICMP; -1: all.
    pub to: i64,
    /// Whom it is about.
    pub peer: Peer,
}

/// Whom a rule is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Peer {
    /// Addresses of IP version 4.
    Ipv4(String),
    /// Addresses of IP version 6.
    Ipv6(String),
    /// A prefix list.
    PrefixList(String),
    /// Machines with a security group.
    Group(String),
}

/// One endpoint of a VPC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Endpoint {
    /// As EC2 describes it, but for its state and tags.
    pub shown: Value,
    /// When it is available.
    pub available: Moment,
    /// When it is gone, once it is being deleted.
    pub gone: Option<Moment>,
    /// The token that it was asked for with.
    pub token: Option<String>,
}
