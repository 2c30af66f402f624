//! `ec2.vpc_endpoint`: how a service of AWS is reached inside of a VPC.

use std::collections::BTreeMap;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use crate::discovery::Trace;
use crate::field::FieldId;
use crate::kind::{Actions, Condition, Kind};
use crate::output;
use crate::outward::Terraform;
use crate::text::Text;
use crate::verify::{Asked, Check, Checked};

/// What a blueprint asks of an interface endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "ec2.vpc_endpoint", of = VpcEndpoint, live = VpcEndpointLive)]
pub struct VpcEndpointSpec {
    /// The service that it leads to, such as `com.amazonaws.eu-west-1.appstream.streaming`.
    #[field(replace, always)]
    pub service: String,
    /// Id of its VPC.
    #[field(replace, always)]
    pub vpc: String,
    /// Subnets in which it has an address, one of an availability zone.
    #[field(in_place, compared = Set)]
    pub subnets: Vec<String>,
    /// Security groups: what may reach it. There is at least one.
    #[field(in_place, compared = Set)]
    pub security_groups: Vec<Text>,
    /// Whether the service's own names lead to it inside of the VPC.
    #[field(in_place)]
    pub private_dns: bool,
    /// Who may do what through it, as JSON. Not owned where nothing is said: AWS's own lets everything through.
    // Assumption: `ec2.endpoint-policy`.
    #[field(in_place, compared = Policy)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Tags; others' tags stay.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// The service by which sessions are streamed, in a region.
#[must_use]
pub fn streaming(region: &str) -> String {
    format!("com.amazonaws.{region}.appstream.streaming")
}

/// The service by which programs call AppStream, in a region.
#[must_use]
pub fn api(region: &str) -> String {
    format!("com.amazonaws.{region}.appstream.api")
}

/// A stack that names an endpoint lets its users in by no other way.
static AVAILABLE: Check = Check {
    id: "endpoint-available",
    about: "the interface endpoint is available",
    after: &[],
    across: &[],
};

/// The kind `ec2.vpc_endpoint`.
#[derive(Debug)]
pub struct VpcEndpoint;

impl Kind for VpcEndpoint {
    fn about(&self) -> &'static str {
        "An interface endpoint of Amazon VPC: sessions are streamed, or AppStream is called, without a way over the internet."
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    fn identity(&self) -> &'static [FieldId] {
        const { &[VpcEndpointSpec::SERVICE, VpcEndpointSpec::VPC] }
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (output::ID, "its id"),
            (output::ARN, "its ARN"),
            (output::HOST, "the host name that AWS gave it"),
        ]
    }

    fn searching(&self) -> &'static [&'static str] {
        &["ec2:DescribeVpcEndpoints"]
    }

    fn checks(&self) -> &'static [&'static Check] {
        const { &[&AVAILABLE] }
    }

    fn check(&self, Asked { live, .. }: Asked<'_>) -> Vec<Checked> {
        let looked_at = format!("the endpoint {}", live.id);
        vec![match &live.condition {
            Condition::Settled { .. } => AVAILABLE.passed(looked_at),
            Condition::Moving { state, .. } => AVAILABLE.failed(
                looked_at,
                format!("it is {state}"),
                "wait some minutes, and verify again",
            ),
            Condition::Failed { state, reason } => AVAILABLE.failed(
                looked_at,
                format!("it is {state}: {reason}"),
                "delete it, and make it again with `headset apply`",
            ),
        }]
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform::by_id("aws_vpc_endpoint", "ID"))
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                // The network that it is to be in.
                "ec2:DescribeRouteTables",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcAttribute",
                "ec2:DescribeVpcEndpoints",
                "ec2:DescribeVpcs",
            ],
            write: &[
                "ec2:CreateTags",
                "ec2:CreateVpcEndpoint",
                "ec2:DeleteTags",
                "ec2:ModifyVpcEndpoint",
                // The private names of the service.
                "route53:AssociateVPCWithHostedZone",
            ],
            delete: &["ec2:DeleteVpcEndpoints"],
        }
    }

    /// Terraform's provider waits as long for one to come or to go.
    fn timeout(&self) -> u64 {
        900
    }
}
