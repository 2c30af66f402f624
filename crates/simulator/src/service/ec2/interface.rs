//! Network interfaces of AppStream's machines: they hold security groups.

use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::listing::{self, Listing};
use super::{INTERFACES, place};
use crate::clock::Moment;
use crate::service::ask::Machines;
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// How long an interface stays when its machine is gone. Assumption: ec2.interfaces-linger.
const LINGERS: Duration = Duration::from_secs(120);

const OF_INTERFACES: Listing = Listing {
    ids: INTERFACES,
    id: "NetworkInterfaceId",
    named: "NetworkInterfaceIds",
    filtered: "Filters",
    answered: "NetworkInterfaces",
    filters: &[
        ("description", "Description"),
        ("group-id", "Groups/*/GroupId"),
        ("group-name", "Groups/*/GroupName"),
        ("interface-type", "InterfaceType"),
        ("network-interface-id", "NetworkInterfaceId"),
        ("owner-id", "OwnerId"),
        ("requester-managed", "RequesterManaged"),
        ("status", "Status"),
        ("subnet-id", "SubnetId"),
        ("vpc-id", "VpcId"),
    ],
};

/// Notes which groups machines have now, and forgets those that no interface holds any more.
pub(super) fn remember(world: &mut World, now: Moment) {
    let places: Vec<String> = world.ec2.places.keys().cloned().collect();
    for key in places {
        let Some((account, region)) = key.split_once('/') else {
            continue;
        };
        let machines = world.machines(account, region);
        let Some(place) = world.ec2.places.get_mut(&key) else {
            continue;
        };
        place.held.retain(|_, until| *until > now);
        for group in machines.into_iter().flat_map(|machine| machine.groups) {
            place.held.insert(group, now.after(LINGERS));
        }
    }
}

/// The interfaces of the machines that there are, one for each. Assumption: ec2.interfaces-of-machines.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let machines = world.machines(&call.caller.account, &call.region);
    let place = place(world, call);
    let mut items = Vec::new();
    for machine in machines {
        let Some(subnet) = place.network.get(&machine.subnet) else {
            continue;
        };
        let groups: Vec<Value> = machine
            .groups
            .iter()
            .filter_map(|id| {
                let group = place.groups.get(id)?;
                Some(json!({ "GroupId": id, "GroupName": group.name }))
            })
            .collect();
        let text = format!("{}/{}", call.region, machine.name);
        let id = format!(
            "{}{}",
            INTERFACES.prefix,
            &hex::encode(Sha256::digest(text))[..17]
        );
        items.push(json!({
            "NetworkInterfaceId": id, "SubnetId": machine.subnet, "VpcId": subnet["VpcId"], "Groups": groups,
            "AvailabilityZone": subnet["AvailabilityZone"], "Status": "in-use", "InterfaceType": "interface",
            "OwnerId": call.caller.account, "RequesterManaged": true, "RequesterId": "amazon-appstream",
            "SourceDestCheck": true, "TagSet": [], "Ipv6Addresses": [], "Description": "",
        }));
    }
    listing::answer(world, call, &OF_INTERFACES, items)
}
