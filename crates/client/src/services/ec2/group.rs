//! Security groups and their rules.

use serde::{Deserialize, Serialize};

use super::{Filter, SERVICE, Tag, TagSpecification};
use crate::operation::{Nothing, Operation};
use crate::service::Service;

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

/// Adds rules about what comes in: all or none.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AuthorizeSecurityGroupIngress {
    /// The id of the group.
    pub group_id: String,
    /// The rules.
    pub ip_permissions: Vec<IpPermission>,
}

impl Operation for AuthorizeSecurityGroupIngress {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "AuthorizeSecurityGroupIngress";
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
