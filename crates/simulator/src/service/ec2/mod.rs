//! EC2, as far as networks go: VPCs and what is in them, security groups and their rules, endpoints, tags.
//!
//! VPCs, subnets, routes and gateways are there from the beginning and nothing here changes them: a test does, through the
//! world.

mod calls;
mod endpoint;
mod group;
mod initial;
mod interface;
mod listing;
mod network;
mod permission;
mod rule;
mod tag;
#[cfg(test)]
mod tests;

pub(crate) use calls::Ec2;

use serde_json::Value;

use super::{Call, Fault};
use crate::clock::Moment;
use crate::world::ec2::Place;
pub(crate) use crate::world::ec2::Store;
use crate::world::{Settings, World};

impl Store {
    /// Nothing: what AWS has in a region is made when it is first asked for.
    pub fn initial(_settings: &Settings, _now: Moment) -> Store {
        Store::default()
    }
}

/// What the caller's account has in the call's region.
fn place<'world>(world: &'world mut World, call: &Call) -> &'world mut Place {
    let (account, region) = (&call.caller.account, &call.region);
    let places = &mut world.ec2.places;
    places
        .entry(format!("{account}/{region}"))
        .or_insert_with(|| initial::place(account, region))
}

/// Performs an action of the team that runs the network.
///
/// * `["populate"]` with `region` and `networks`, each with `subnets` (ids), `vpc` (an id, or null for the team's) and `public`
///   (whether their way out is an internet gateway, or a NAT gateway), makes what is not there.
///
/// # Errors
/// The answer to an operation that does not exist, for any other path.
pub(crate) fn console(world: &mut World, path: &[&str], input: &Value) -> Result<Value, Fault> {
    let ["populate"] = path else {
        return Err(Fault::not_implemented("network console", &path.join("/")));
    };
    let account = world.settings.account.clone();
    let region = input["region"].as_str().unwrap_or_default();
    let place = world.ec2.places.entry(format!("{account}/{region}"));
    let place = place.or_insert_with(|| initial::place(&account, region));
    for network in input["networks"].as_array().into_iter().flatten() {
        let subnets = network["subnets"].as_array().into_iter().flatten();
        let subnets: Vec<&str> = subnets.filter_map(Value::as_str).collect();
        let is_public = network["public"].as_bool().unwrap_or_default();
        initial::populate(
            place,
            (&account, region),
            network["vpc"].as_str(),
            &subnets,
            is_public,
        );
    }
    Ok(Value::Null)
}

/// How ids of one sort are made, and what EC2 says of those that it does not take.
#[derive(Clone, Copy)]
struct Ids {
    prefix: &'static str,
    what: &'static str,
    malformed: &'static str,
    missing: &'static str,
}

const fn ids(
    prefix: &'static str,
    what: &'static str,
    malformed: &'static str,
    missing: &'static str,
) -> Ids {
    Ids {
        prefix,
        what,
        malformed,
        missing,
    }
}

// Assumption: ec2.malformed-ids.
const GROUPS: Ids = ids(
    "sg-",
    "security group",
    "InvalidGroupId.Malformed",
    "InvalidGroup.NotFound",
);
const RULES: Ids = ids(
    "sgr-",
    "security group rule",
    "InvalidSecurityGroupRuleId.Malformed",
    "InvalidSecurityGroupRuleId.NotFound",
);
const VPCS: Ids = ids("vpc-", "vpc", "InvalidVpcID.Malformed", "InvalidVpcID.NotFound");
const SUBNETS: Ids = ids(
    "subnet-",
    "subnet",
    "InvalidSubnetID.Malformed",
    "InvalidSubnetID.NotFound",
);
const ROUTE_TABLES: Ids = ids(
    "rtb-",
    "routeTable",
    "InvalidRouteTableId.Malformed",
    "InvalidRouteTableID.NotFound",
);
const INTERNET_GATEWAYS: Ids = ids(
    "igw-",
    "internetGateway",
    "InvalidInternetGatewayId.Malformed",
    "InvalidInternetGatewayID.NotFound",
);
const NAT_GATEWAYS: Ids = ids("nat-", "NatGateway", "NatGatewayMalformed", "NatGatewayNotFound");
const PREFIX_LISTS: Ids = ids(
    "pl-",
    "prefix list",
    "InvalidPrefixListId.Malformed",
    "InvalidPrefixListID.NotFound",
);
const ENDPOINTS: Ids = ids(
    "vpce-",
    "Vpc Endpoint",
    "InvalidVpcEndpointId.Malformed",
    "InvalidVpcEndpointId.NotFound",
);
const INTERFACES: Ids = ids(
    "eni-",
    "networkInterface",
    "InvalidNetworkInterfaceId.Malformed",
    "InvalidNetworkInterfaceID.NotFound",
);

impl Ids {
    /// Refuses an id that is not of this form: a prefix and 8 or 17 lower-case hexadecimal digits.
    fn check(&self, id: &str) -> Result<(), Fault> {
        let digits = id.strip_prefix(self.prefix).unwrap_or_default();
        let hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        match matches!(digits.len(), 8 | 17) && digits.bytes().all(hexadecimal) {
            true => Ok(()),
            false => {
                let message = format!("Invalid id: \"{id}\" (expecting \"{}...\")", self.prefix);
                Err(Fault::new(self.malformed, message))
            }
        }
    }

    /// What EC2 says of one that is not there.
    fn missing(&self, id: &str) -> Fault {
        Fault::new(
            self.missing,
            format!("The {} ID '{id}' does not exist", self.what),
        )
    }

    /// A fresh one.
    fn fresh(&self, world: &mut World) -> String {
        format!("{}{}", self.prefix, world.hex(17))
    }
}

/// The VPC, subnet or the like with this id.
///
/// # Errors
/// If there is none, or the id is none of this sort.
fn thing<'place>(place: &'place Place, ids: Ids, id: &str) -> Result<&'place Value, Fault> {
    ids.check(id)?;
    place.network.get(id).ok_or_else(|| ids.missing(id))
}

fn invalid(message: impl Into<String>) -> Fault {
    Fault::new("InvalidParameterValue", message)
}

/// Two parameters that do not go together.
fn combination(message: impl Into<String>) -> Fault {
    Fault::new("InvalidParameterCombination", message)
}

/// A parameter that the call needs and has not.
fn lacks(parameter: &str) -> Fault {
    Fault::new(
        "MissingParameter",
        format!("The request must contain the parameter {parameter}"),
    )
}

/// The texts of a list.
fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// The ARN of a thing.
fn arn(call: &Call, sort: &str, id: &str) -> String {
    let (account, region) = (&call.caller.account, &call.region);
    format!("arn:aws:ec2:{region}:{account}:{sort}/{id}")
}
