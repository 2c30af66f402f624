//! EC2.

use super::entry::Evidence;

pub(super) const ENTRIES: &[Evidence] = &[
    Evidence {
        id: "ec2.endpoint-times",
        belief: "an interface endpoint is available after 90 seconds, and gone 90 seconds after its deletion has begun",
        source: "AWS names no time; Terraform's provider waits up to ten minutes for either",
        fallback: None,
        signals: &["DescribeVpcEndpoints.State"],
    },
    Evidence {
        id: "ec2.interfaces-linger",
        belief: "the network interfaces of machines hold their security groups for two minutes after the machines are gone",
        source: "people who take fleets down report DependencyViolation for some minutes; nothing says how many",
        fallback: None,
        signals: &["DeleteSecurityGroup"],
    },
    Evidence {
        id: "ec2.interfaces-of-machines",
        belief: "a fleet that is not stopped and an image builder have one network interface, which the service manages",
        source: "the administration guide says that each instance has one in the customer's VPC, and not how EC2 describes it",
        fallback: None,
        signals: &["DescribeNetworkInterfaces.NetworkInterfaces"],
    },
    Evidence {
        id: "ec2.malformed-ids",
        belief: "an id of another form than a prefix with 8 or 17 hexadecimal digits is malformed by the code of its sort",
        source: "the list of error codes has such codes for some sorts, and spells them in two ways",
        fallback: None,
        signals: &["Describe*"],
    },
    Evidence {
        id: "ec2.rules-without-peer",
        belief: "a permission that names no range, list or group is refused with MissingParameter",
        source: "the API reference says that exactly one of them has to be given, and not how a call without one fails",
        fallback: None,
        signals: &["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress"],
    },
    Evidence {
        id: "ec2.zone-of-names",
        belief: "the private names of an endpoint take route53:AssociateVPCWithHostedZone on a hosted zone and on the VPC",
        source: "the Service Authorization Reference lists the action as one that CreateVpcEndpoint depends on, and not on what; \
                 refusals of the action itself name the VPC",
        fallback: None,
        signals: &["CreateVpcEndpoint"],
    },
];
