//! The networks that a recording shows: the platform team has made them, and no call of the recording does.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::log::Recorded;

/// Subnets of one VPC that have the same way out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Network {
    region: String,
    vpc: String,
    /// Whether their machines get public addresses.
    is_public: bool,
}

impl Network {
    /// What the simulator's network team is asked for, so that these subnets are there.
    pub(super) fn asked(&self, subnets: &BTreeSet<String>) -> Value {
        let Network {
            region,
            vpc,
            is_public,
        } = self;
        json!({ "region": region, "networks": [{ "vpc": vpc, "public": is_public, "subnets": subnets }] })
    }
}

/// The subnets that EC2 listed, by where they are.
pub(super) fn networks(calls: &[Recorded]) -> BTreeMap<Network, BTreeSet<String>> {
    let mut found: BTreeMap<Network, BTreeSet<String>> = BTreeMap::new();
    let listed = calls
        .iter()
        .filter(|call| call.operation == "DescribeSubnets" && call.succeeded());
    for call in listed {
        // A list of one is recorded as its only entry, as XML has it.
        let subnets = match &call.answer["DescribeSubnetsResponse"]["subnetSet"]["item"] {
            Value::Array(subnets) => subnets.as_slice(),
            subnet => std::slice::from_ref(subnet),
        };
        for subnet in subnets {
            let (Some(id), Some(vpc)) = (subnet["subnetId"].as_str(), subnet["vpcId"].as_str()) else {
                continue;
            };
            let network = Network {
                region: call.region.clone().unwrap_or_default(),
                vpc: vpc.to_owned(),
                is_public: subnet["mapPublicIpOnLaunch"] == "true",
            };
            found.entry(network).or_default().insert(id.to_owned());
        }
    }
    found
}
