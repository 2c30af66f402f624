//! Subnets, VPCs, routes and prefix lists.

use serde::{Deserialize, Serialize};

use super::{Filter, SERVICE};
use crate::operation::Operation;
use crate::service::Service;

/// A subnet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Subnet {
    /// Its id.
    pub subnet_id: String,
    /// Its VPC.
    pub vpc_id: String,
    /// Its availability zone.
    pub availability_zone: Option<String>,
    /// How many of its addresses are free.
    pub available_ip_address_count: Option<i64>,
}

/// Lists subnets.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeSubnets {
    /// Which ones.
    pub filter: Vec<Filter>,
    /// Where the page begins.
    pub next_token: Option<String>,
}

/// The answer to [`DescribeSubnets`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Subnets {
    /// The subnets.
    pub subnet_set: Vec<Subnet>,
    /// Where the next page begins.
    pub next_token: Option<String>,
}

impl Operation for DescribeSubnets {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DescribeSubnets";
    type Answer = Subnets;
}

/// A VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Vpc {
    /// Its id.
    pub vpc_id: String,
    /// Its ranges of addresses of IP version 4.
    pub cidr_block_association_set: Vec<VpcRange>,
}

/// A range of addresses of a VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VpcRange {
    /// The range.
    pub cidr_block: String,
}

/// Lists VPCs.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeVpcs {
    /// Which ones.
    pub filter: Vec<Filter>,
    /// Where the page begins.
    pub next_token: Option<String>,
}

/// The answer to [`DescribeVpcs`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Vpcs {
    /// The VPCs.
    pub vpc_set: Vec<Vpc>,
    /// Where the next page begins.
    pub next_token: Option<String>,
}

impl Operation for DescribeVpcs {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DescribeVpcs";
    type Answer = Vpcs;
}

/// Reads one attribute of a VPC.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeVpcAttribute {
    /// The id of the VPC.
    pub vpc_id: String,
    /// The attribute, such as `enableDnsSupport`.
    pub attribute: String,
}

/// The answer to [`DescribeVpcAttribute`]: the attribute that was asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VpcAttribute {
    /// Whether names are resolved.
    pub enable_dns_support: Option<Switch>,
    /// Whether what is in it has names.
    pub enable_dns_hostnames: Option<Switch>,
}

/// Whether something is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Switch {
    /// It is on.
    pub value: bool,
}

impl Operation for DescribeVpcAttribute {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DescribeVpcAttribute";
    type Answer = VpcAttribute;
}

/// A route table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RouteTable {
    /// Its id.
    pub route_table_id: String,
    /// Its VPC.
    pub vpc_id: String,
    /// The subnets that have it.
    pub association_set: Vec<RouteTableAssociation>,
    /// Its routes.
    pub route_set: Vec<Route>,
}

/// Who has a route table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RouteTableAssociation {
    /// All subnets of the VPC that no table names.
    pub main: bool,
    /// This subnet.
    pub subnet_id: Option<String>,
}

/// A route.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Route {
    /// Where to, by IP version 4.
    pub destination_cidr_block: Option<String>,
    /// Through an internet gateway, or another gateway of the VPC.
    pub gateway_id: Option<String>,
    /// Through a NAT gateway.
    pub nat_gateway_id: Option<String>,
    /// `active`, or `blackhole` where what it leads to is gone.
    pub state: Option<String>,
}

/// Lists route tables.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeRouteTables {
    /// Which ones.
    pub filter: Vec<Filter>,
    /// Where the page begins.
    pub next_token: Option<String>,
}

/// The answer to [`DescribeRouteTables`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RouteTables {
    /// The route tables.
    pub route_table_set: Vec<RouteTable>,
    /// Where the next page begins.
    pub next_token: Option<String>,
}

impl Operation for DescribeRouteTables {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DescribeRouteTables";
    type Answer = RouteTables;
}

/// A prefix list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedPrefixList {
    /// Its id.
    pub prefix_list_id: String,
    /// How many entries it may have; of AWS's own lists no answer has it.
    pub max_entries: Option<i64>,
}

/// Lists prefix lists: the account's own, those that are shared with it, and AWS's.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeManagedPrefixLists {
    /// Which ones.
    pub filter: Vec<Filter>,
    /// Where the page begins.
    pub next_token: Option<String>,
}

/// The answer to [`DescribeManagedPrefixLists`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedPrefixLists {
    /// The prefix lists.
    pub prefix_list_set: Vec<ManagedPrefixList>,
    /// Where the next page begins.
    pub next_token: Option<String>,
}

impl Operation for DescribeManagedPrefixLists {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DescribeManagedPrefixLists";
    type Answer = ManagedPrefixLists;
}
