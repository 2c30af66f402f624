//! Endpoints of VPCs.

use serde::{Deserialize, Serialize};

use super::{Filter, SERVICE, Tag, TagSpecification};
use crate::operation::{Nothing, Operation};
use crate::service::Service;

/// An endpoint of a VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VpcEndpoint {
    /// Its id.
    pub vpc_endpoint_id: String,
    /// `Interface`, `Gateway` or another sort.
    pub vpc_endpoint_type: Option<String>,
    /// Its VPC.
    pub vpc_id: Option<String>,
    /// The service that it leads to, such as `com.amazonaws.eu-west-1.appstream.streaming`.
    pub service_name: Option<String>,
    /// Such as `available`; AWS's model writes it with a capital letter.
    pub state: Option<String>,
    /// Who may do what through it, as JSON.
    pub policy_document: Option<String>,
    /// The subnets in which it has an address.
    pub subnet_id_set: Vec<String>,
    /// Its security groups.
    pub group_set: Vec<EndpointGroup>,
    /// Whether the service's own names lead to it.
    pub private_dns_enabled: Option<bool>,
    /// Names that lead to it.
    pub dns_entry_set: Vec<DnsEntry>,
    /// Its tags.
    pub tag_set: Vec<Tag>,
    /// The account that it belongs to.
    pub owner_id: Option<String>,
    /// What went wrong last.
    pub last_error: Option<LastError>,
    /// Why it failed.
    pub failure_reason: Option<String>,
}

/// A security group of an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EndpointGroup {
    /// Its id.
    pub group_id: String,
}

/// A name of an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DnsEntry {
    /// The name.
    pub dns_name: String,
}

/// What went wrong with an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LastError {
    /// The code.
    pub code: Option<String>,
    /// The message.
    pub message: Option<String>,
}

/// Makes an endpoint.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateVpcEndpoint {
    /// `Interface`.
    pub vpc_endpoint_type: String,
    /// Its VPC.
    pub vpc_id: String,
    /// The service that it leads to.
    pub service_name: String,
    /// Who may do what through it, as JSON.
    pub policy_document: Option<String>,
    /// Subnets, one of a zone.
    pub subnet_id: Vec<String>,
    /// Security groups; none: the VPC's default group.
    pub security_group_id: Vec<String>,
    /// The same call again is the same endpoint.
    pub client_token: String,
    /// Whether the service's own names lead to it.
    pub private_dns_enabled: bool,
    /// Its tags.
    pub tag_specification: Vec<TagSpecification>,
}

/// The answer to [`CreateVpcEndpoint`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreatedVpcEndpoint {
    /// The endpoint.
    pub vpc_endpoint: VpcEndpoint,
}

impl Operation for CreateVpcEndpoint {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "CreateVpcEndpoint";
    type Answer = CreatedVpcEndpoint;
}

/// Changes an endpoint.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ModifyVpcEndpoint {
    /// Its id.
    pub vpc_endpoint_id: String,
    /// Who may do what through it, as JSON; `None`: as it is.
    pub policy_document: Option<String>,
    /// Subnets that come.
    pub add_subnet_id: Vec<String>,
    /// Subnets that go.
    pub remove_subnet_id: Vec<String>,
    /// Security groups that come.
    pub add_security_group_id: Vec<String>,
    /// Security groups that go.
    pub remove_security_group_id: Vec<String>,
    /// Whether the service's own names lead to it; `None`: as it is.
    pub private_dns_enabled: Option<bool>,
}

impl Operation for ModifyVpcEndpoint {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "ModifyVpcEndpoint";
    type Answer = Nothing;
}

/// Deletes endpoints.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteVpcEndpoints {
    /// Their ids.
    pub vpc_endpoint_id: Vec<String>,
}

/// The answer to [`DeleteVpcEndpoints`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeletedVpcEndpoints {
    /// Those that are not deleted: the call itself has no error then.
    pub unsuccessful: Vec<Unsuccessful>,
}

/// An endpoint that is not deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Unsuccessful {
    /// Its id.
    pub resource_id: String,
    /// Why.
    pub error: LastError,
}

impl Operation for DeleteVpcEndpoints {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DeleteVpcEndpoints";
    type Answer = DeletedVpcEndpoints;
}

/// Lists endpoints.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeVpcEndpoints {
    /// Which ones.
    pub filter: Vec<Filter>,
    /// Where the page begins.
    pub next_token: Option<String>,
}

/// The answer to [`DescribeVpcEndpoints`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VpcEndpoints {
    /// The endpoints.
    pub vpc_endpoint_set: Vec<VpcEndpoint>,
    /// Where the next page begins.
    pub next_token: Option<String>,
}

impl Operation for DescribeVpcEndpoints {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DescribeVpcEndpoints";
    type Answer = VpcEndpoints;
}
