//! EC2: security groups.

use serde::{Deserialize, Serialize};

use crate::hosts;
use crate::operation::{Nothing, Operation};
use crate::service::{Protocol, Service};

/// The service.
pub static SERVICE: Service = Service {
    name: "ec2",
    id: "EC2",
    signing_name: "ec2",
    version: "2016-11-15",
    host: &hosts::EC2,
    protocol: Protocol::Ec2Query,
};

/// Which things are listed: those of which one value fits.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Filter {
    /// What is looked at, such as `group-id`.
    pub name: String,
    /// Values; `*` and `?` stand for anything.
    pub value: Vec<String>,
}

/// A tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(serialize = "PascalCase", deserialize = "camelCase"), default)]
pub struct Tag {
    /// Its key.
    pub key: String,
    /// Its value; `None` takes the key away with any value.
    pub value: Option<String>,
}

/// Tags of what is made.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TagSpecification {
    /// What it is, such as `security-group`.
    pub resource_type: String,
    /// Its tags.
    pub tag: Vec<Tag>,
}

/// What a rule allows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(serialize = "PascalCase", deserialize = "camelCase"), default)]
pub struct IpPermission {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, `-1` for all, or a number.
    pub ip_protocol: String,
    /// The first port.
    pub from_port: Option<i64>,
    /// The last port.
    pub to_port: Option<i64>,
    /// Addresses of IP version 4.
    pub ip_ranges: Vec<IpRange>,
    /// Addresses of IP version 6.
    pub ipv6_ranges: Vec<Ipv6Range>,
    /// Prefix lists.
    pub prefix_list_ids: Vec<PrefixList>,
    /// Security groups.
    pub groups: Vec<GroupPair>,
}

/// Addresses of IP version 4.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(serialize = "PascalCase", deserialize = "camelCase"), default)]
pub struct IpRange {
    /// Such as `192.0.2.0/24`.
    pub cidr_ip: String,
}

/// Addresses of IP version 6.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(serialize = "PascalCase", deserialize = "camelCase"), default)]
pub struct Ipv6Range {
    /// Such as `2001:db8::/64`.
    pub cidr_ipv6: String,
}

/// A prefix list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(serialize = "PascalCase", deserialize = "camelCase"), default)]
pub struct PrefixList {
    /// Its id.
    pub prefix_list_id: String,
}

/// A security group that a rule names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(serialize = "PascalCase", deserialize = "camelCase"), default)]
pub struct GroupPair {
    /// Its id.
    pub group_id: String,
    /// The account that it belongs to.
    pub user_id: Option<String>,
}

/// A security group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SecurityGroup {
    /// Its id.
    pub group_id: String,
    /// Its name.
    pub group_name: String,
    /// What it is for.
    pub group_description: String,
    /// Its VPC.
    pub vpc_id: Option<String>,
    /// The account that it belongs to.
    pub owner_id: Option<String>,
    /// Its ARN.
    pub security_group_arn: Option<String>,
    /// What may come in.
    pub ip_permissions: Vec<IpPermission>,
    /// What may leave.
    pub ip_permissions_egress: Vec<IpPermission>,
    /// Its tags.
    pub tag_set: Vec<Tag>,
}

/// Makes a security group, which lets everything out.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateSecurityGroup {
    /// Its name; a VPC has one of a name.
    pub group_name: String,
    /// What it is for.
    pub group_description: String,
    /// Its VPC.
    pub vpc_id: String,
    /// Its tags.
    pub tag_specification: Vec<TagSpecification>,
}

/// The answer to [`CreateSecurityGroup`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreatedSecurityGroup {
    /// Its id.
    pub group_id: String,
}

impl Operation for CreateSecurityGroup {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "CreateSecurityGroup";
    type Answer = CreatedSecurityGroup;
}

/// Lists security groups.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeSecurityGroups {
    /// Which ones.
    pub filter: Vec<Filter>,
    /// Where the page begins.
    pub next_token: Option<String>,
}

/// The answer to [`DescribeSecurityGroups`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SecurityGroups {
    /// The groups.
    pub security_group_info: Vec<SecurityGroup>,
    /// Where the next page begins.
    pub next_token: Option<String>,
}

impl Operation for DescribeSecurityGroups {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DescribeSecurityGroups";
    type Answer = SecurityGroups;
}

/// Deletes a security group that nothing uses.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteSecurityGroup {
    /// Its id.
    pub group_id: String,
}

impl Operation for DeleteSecurityGroup {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DeleteSecurityGroup";
    type Answer = Nothing;
}

/// Adds rules about what leaves: all or none.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AuthorizeSecurityGroupEgress {
    /// The id of the group.
    pub group_id: String,
    /// The rules.
    pub ip_permissions: Vec<IpPermission>,
}

impl Operation for AuthorizeSecurityGroupEgress {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "AuthorizeSecurityGroupEgress";
    type Answer = Nothing;
}

/// Takes away rules about what leaves.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RevokeSecurityGroupEgress {
    /// The id of the group.
    pub group_id: String,
    /// The rules.
    pub ip_permissions: Vec<IpPermission>,
}

impl Operation for RevokeSecurityGroupEgress {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "RevokeSecurityGroupEgress";
    type Answer = Nothing;
}

/// Takes away rules about what comes in.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RevokeSecurityGroupIngress {
    /// The id of the group.
    pub group_id: String,
    /// The rules.
    pub ip_permissions: Vec<IpPermission>,
}

impl Operation for RevokeSecurityGroupIngress {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "RevokeSecurityGroupIngress";
    type Answer = Nothing;
}

/// Sets tags.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateTags {
    /// The ids of things.
    pub resource_id: Vec<String>,
    /// The tags.
    pub tag: Vec<Tag>,
}

impl Operation for CreateTags {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "CreateTags";
    type Answer = Nothing;
}

/// Takes tags away.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteTags {
    /// The ids of things.
    pub resource_id: Vec<String>,
    /// The tags.
    pub tag: Vec<Tag>,
}

impl Operation for DeleteTags {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DeleteTags";
    type Answer = Nothing;
}

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
