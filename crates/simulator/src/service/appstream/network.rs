//! VPC settings. Any id of valid shape exists; a subnet whose id ends in `bad` has no room for instances, and a security
//! group whose id does is not found when instances are to be made.

use serde_json::Value;

use super::fault;
use super::input::{member, texts};
use crate::service::Fault;
use crate::service::ask::{Machine, Machines};
use crate::world::World;
use crate::world::appstream::State;

/// How many subnets a thing may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subnets {
    /// A builder has one.
    One,
    /// An Always-On or On-Demand fleet has one or more.
    Some,
    /// An Elastic fleet has at least two (in different availability zones, which ids do not tell).
    AtLeastTwo,
}

/// Checks a `VpcConfig`, if there is one.
pub(super) fn check(input: &Value, subnets: Subnets) -> Result<(), Fault> {
    let Some(vpc) = member(input, "VpcConfig") else {
        return Ok(());
    };
    let ids = texts(vpc, "SubnetIds").unwrap_or_default();
    let fits = match subnets {
        Subnets::One => ids.len() == 1,
        Subnets::Some => !ids.is_empty(),
        Subnets::AtLeastTwo => ids.len() >= 2,
    };
    if !fits {
        // Covers the empty VpcConfig that clients sent by mistake (terraform-provider-aws issue 26682).
        return Err(fault::combination("VpcConfig names the wrong number of subnets."));
    }
    for id in &ids {
        if !shaped(id, "subnet-") {
            return Err(fault::not_found("subnet", id));
        }
    }
    for id in texts(vpc, "SecurityGroupIds").unwrap_or_default() {
        if !shaped(&id, "sg-") {
            return Err(fault::not_found("security group", &id));
        }
    }
    Ok(())
}

/// Interface endpoints are named by their ids, each once.
pub(super) fn check_endpoints(input: &Value) -> Result<(), Fault> {
    let mut seen = Vec::new();
    for endpoint in member(input, "AccessEndpoints")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let id = endpoint["VpceId"].as_str().unwrap_or_default();
        if !shaped(id, "vpce-") {
            return Err(fault::not_found("interface endpoint", id));
        }
        if seen.contains(&id) {
            return Err(fault::combination(format!("{id} is given twice.")));
        }
        seen.push(id);
    }
    Ok(())
}

/// What is wrong with subnets and security groups whose ids end in `bad`, as AppStream's error codes and texts.
pub(super) fn errors(vpc: Option<&Value>) -> Vec<(&'static str, &'static str)> {
    let has_bad = |member: &str| {
        vpc.and_then(|vpc| texts(vpc, member))
            .is_some_and(|ids| ids.iter().any(|id| id.ends_with("bad")))
    };
    let mut found = Vec::new();
    if has_bad("SubnetIds") {
        found.push((
            "SUBNET_HAS_INSUFFICIENT_IP_ADDRESSES",
            "The subnet has no free addresses.",
        ));
    }
    if has_bad("SecurityGroupIds") {
        found.push(("SECURITY_GROUPS_NOT_FOUND", "A security group does not exist."));
    }
    found
}

impl Machines for World {
    /// A stopped fleet has no machines; a builder has its own until it is gone.
    fn machines(&self, account: &str, region: &str) -> Vec<Machine> {
        let Some(place) = self.appstream.existing_place(account, region) else {
            return Vec::new();
        };
        let machine = |name: String, vpc: Option<&Value>| {
            let subnet = vpc.and_then(|vpc| texts(vpc, "SubnetIds"))?.into_iter().next()?;
            let groups = vpc
                .and_then(|vpc| texts(vpc, "SecurityGroupIds"))
                .unwrap_or_default();
            Some(Machine { name, subnet, groups })
        };
        let running = place
            .fleets
            .values()
            .filter(|fleet| fleet.state != State::Stopped);
        let fleets = running.filter_map(|fleet| {
            machine(
                format!("fleet/{}", fleet.name),
                member(&fleet.fields, "VpcConfig"),
            )
        });
        let builders = place.builders.values().filter_map(|builder| {
            machine(
                format!("image-builder/{}", builder.name),
                builder.fields.get("VpcConfig"),
            )
        });
        fleets.chain(builders).collect()
    }
}

/// EC2's ids: a prefix and 8 or 17 lower-case hexadecimal digits.
fn shaped(id: &str, prefix: &str) -> bool {
    id.strip_prefix(prefix).is_some_and(|digits| {
        matches!(digits.len(), 8 | 17)
            && digits
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    })
}
