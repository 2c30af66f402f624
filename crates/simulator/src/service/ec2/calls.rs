//! Which call goes where.

use serde_json::Value;

use super::super::{Answer, Call, Fault, Handler, Operation, Service};
use super::{endpoint, group, interface, network, rule, tag};
use crate::clock::Moment;
use crate::world::World;

/// The service.
#[derive(Debug)]
pub(crate) struct Ec2;

impl Service for Ec2 {
    fn name(&self) -> &'static str {
        "ec2"
    }

    fn table(&self) -> &'static [Operation] {
        OPERATIONS
    }

    fn tick(&self, world: &mut World, now: Moment) {
        endpoint::forget(world, now);
        interface::remember(world, now);
    }

    /// A dry run goes as far as the call would, and changes nothing.
    fn carry_out(&self, world: &mut World, call: &Call, handler: Handler) -> Result<Answer, Fault> {
        if call.input["DryRun"] != Value::Bool(true) {
            return handler(world, call);
        }
        let (before, issued) = (world.ec2.clone(), world.issued);
        let outcome = handler(world, call);
        (world.ec2, world.issued) = (before, issued);
        outcome.and_then(|_| {
            let message = "Request would have succeeded, but DryRun flag is set.";
            Err(Fault::new("DryRunOperation", message).with_status(412))
        })
    }
}

const OPERATIONS: &[Operation] = &[
    ("AuthorizeSecurityGroupEgress", rule::authorize_egress),
    ("AuthorizeSecurityGroupIngress", rule::authorize_ingress),
    ("CreateSecurityGroup", group::create),
    ("CreateTags", tag::create),
    ("CreateVpcEndpoint", endpoint::create),
    ("DeleteSecurityGroup", group::delete),
    ("DeleteTags", tag::delete),
    ("DeleteVpcEndpoints", endpoint::delete),
    ("DescribeAvailabilityZones", network::zones),
    ("DescribeInternetGateways", network::internet_gateways),
    ("DescribeManagedPrefixLists", network::managed_prefix_lists),
    ("DescribeNatGateways", network::nat_gateways),
    ("DescribeNetworkInterfaces", interface::describe),
    ("DescribePrefixLists", network::prefix_lists),
    ("DescribeRouteTables", network::route_tables),
    ("DescribeSecurityGroupRules", rule::describe),
    ("DescribeSecurityGroups", group::describe),
    ("DescribeSubnets", network::subnets),
    ("DescribeTags", tag::describe),
    ("DescribeVpcAttribute", network::attribute),
    ("DescribeVpcEndpoints", endpoint::describe),
    ("DescribeVpcs", network::vpcs),
    ("ModifySecurityGroupRules", rule::modify),
    ("ModifyVpcEndpoint", endpoint::modify),
    ("RevokeSecurityGroupEgress", rule::revoke_egress),
    ("RevokeSecurityGroupIngress", rule::revoke_ingress),
];
