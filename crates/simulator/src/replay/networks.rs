//! The subnets that a recording shows: the platform team has made them, and no call of the recording does.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::log::Recorded;

/// The ids of the subnets that EC2 listed, by region.
pub(super) fn subnets(calls: &[Recorded]) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let listed = calls
        .iter()
        .filter(|call| call.operation == "DescribeSubnets" && call.succeeded());
    for call in listed {
        // A list of one is recorded as its only entry, as XML has it.
        let subnets = match &call.answer["DescribeSubnetsResponse"]["subnetSet"]["item"] {
            Value::Array(subnets) => subnets.as_slice(),
            subnet => std::slice::from_ref(subnet),
        };
        let region = call.region.clone().unwrap_or_default();
        let ids = subnets.iter().filter_map(|subnet| subnet["subnetId"].as_str());
        found.entry(region).or_default().extend(ids.map(str::to_owned));
    }
    found
}
