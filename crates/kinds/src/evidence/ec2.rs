//! What is assumed of EC2.

use super::model::{Evidence, Signal};
use crate::ec2::VpcEndpointSpec;
use headset_core::Class;

pub(super) const ALL: &[Evidence] = &[Evidence {
    id: "ec2.endpoint-policy",
    belief: "the interface endpoint of AppStream's API takes a policy, and sessions of its own account's users and roles get \
             through one that names the account",
    source: "EC2's API takes a policy for any interface endpoint, and AWS's guide to AppStream's endpoints does not speak of one",
    fallback: "leave `api_policy` out: security groups say who reaches the endpoint",
    signals: &[
        Signal::Call {
            service: "ec2",
            operations: &["CreateVpcEndpoint", "ModifyVpcEndpoint"],
            classes: &[Class::Invalid, Class::Other],
        },
        Signal::Fields(&[VpcEndpointSpec::POLICY]),
    ],
}];
