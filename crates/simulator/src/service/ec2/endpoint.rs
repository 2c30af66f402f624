//! Endpoints of VPCs: interfaces by which a service is reached from within, and gateways.

use std::time::Duration;

use serde_json::{Value, json};

use super::initial::OPEN;
use super::listing::{self, Listing, tagged};
use super::{ENDPOINTS, GROUPS, ROUTE_TABLES, SUBNETS, VPCS, invalid, lacks, place, tag, texts, thing};
use crate::clock::Moment;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
use crate::world::ec2::{Endpoint, Place};

/// How long one is pending, and how long it is deleting. Assumption: ec2.endpoint-times.
const PENDING: Duration = Duration::from_secs(90);
const DELETING: Duration = Duration::from_secs(90);

/// The services with interface endpoints that there are, without `com.amazonaws.` and the region.
const INTERFACE: &[&str] = &[
    "appstream.api",
    "appstream.streaming",
    "ec2",
    "logs",
    "s3",
    "secretsmanager",
    "ssm",
    "sts",
];
/// Those with gateways.
const GATEWAY: &[&str] = &["dynamodb", "s3"];

const OF_ENDPOINTS: Listing = Listing {
    ids: ENDPOINTS,
    id: "VpcEndpointId",
    named: "VpcEndpointIds",
    filtered: "Filters",
    answered: "VpcEndpoints",
    filters: &[
        ("ip-address-type", "IpAddressType"),
        ("service-name", "ServiceName"),
        ("service-region", "ServiceRegion"),
        ("vpc-endpoint-id", "VpcEndpointId"),
        ("vpc-endpoint-state", "State"),
        ("vpc-endpoint-type", "VpcEndpointType"),
        ("vpc-id", "VpcId"),
    ],
};

/// Takes away what is gone by now.
pub(super) fn forget(world: &mut World, now: Moment) {
    for place in world.ec2.places.values_mut() {
        let is_gone = |one: &Endpoint| one.gone.is_some_and(|gone| gone <= now);
        let gone: Vec<String> = place
            .endpoints
            .iter()
            .filter(|(_, one)| is_gone(one))
            .map(|(id, _)| id.clone())
            .collect();
        for id in gone {
            place.endpoints.remove(&id);
            place.tags.remove(&id);
        }
    }
}

fn refused(message: impl Into<String>) -> Fault {
    Fault::new("InvalidParameter", message)
}

/// As it is described at this time.
fn shown(place: &Place, id: &str, endpoint: &Endpoint, now: Moment) -> Value {
    let mut shown = endpoint.shown.clone();
    shown["State"] = match endpoint.gone {
        Some(_) => "deleting",
        None if endpoint.available <= now => "available",
        None => "pending",
    }
    .into();
    tagged(place, id, shown)
}

/// Subnets of the VPC, in one zone one.
fn check_subnets(place: &Place, vpc: &str, subnets: &[String]) -> Result<(), Fault> {
    let mut zones = Vec::new();
    for id in subnets {
        let subnet = thing(place, SUBNETS, id)?;
        if subnet["VpcId"] != *vpc {
            return Err(refused(format!("The subnet ID '{id}' is not in the VPC {vpc}")));
        }
        let zone = &subnet["AvailabilityZone"];
        if zones.contains(&zone) {
            let message = format!("Found another VPC endpoint subnet in the availability zone of {id}");
            return Err(Fault::new("DuplicateSubnetsInSameZone", message));
        }
        zones.push(zone);
    }
    Ok(())
}

/// Security groups of the VPC, as they are shown.
fn groups(place: &Place, vpc: &str, ids: &[String]) -> Result<Vec<Value>, Fault> {
    let mut shown = Vec::new();
    for id in ids {
        GROUPS.check(id)?;
        let group = place.groups.get(id).ok_or_else(|| GROUPS.missing(id))?;
        if group.vpc != vpc {
            return Err(refused(format!(
                "The security group '{id}' is not in the VPC {vpc}"
            )));
        }
        shown.push(json!({ "GroupId": id, "GroupName": group.name }));
    }
    Ok(shown)
}

/// Refuses a private name where the VPC does not resolve names, or another endpoint has it.
fn check_private(place: &Place, vpc: &str, service: &str, except: Option<&str>) -> Result<(), Fault> {
    let attributes = place.attributes.get(vpc).unwrap_or(&Value::Null);
    let on = |member: &str| attributes[member] == Value::Bool(true);
    if !on("EnableDnsSupport") || !on("EnableDnsHostnames") {
        return Err(refused(format!(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for {vpc}"
        )));
    }
    let mut others = place
        .endpoints
        .iter()
        .filter(|(id, _)| Some(id.as_str()) != except);
    let has = |one: &Endpoint| {
        one.gone.is_none()
            && one.shown["VpcId"] == *vpc
            && one.shown["ServiceName"] == *service
            && one.shown["PrivateDnsEnabled"] == true
    };
    match others.any(|(_, one)| has(one)) {
        true => Err(refused(format!(
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain for {service} in the VPC {vpc}"
        ))),
        false => Ok(()),
    }
}

fn owned(list: &Value) -> Vec<String> {
    texts(list).map(str::to_owned).collect()
}

/// Members that nothing here understands.
fn check_parameters(call: &Call) -> Result<(), Fault> {
    let unknown = [
        "SubnetConfigurations",
        "ServiceNetworkArn",
        "ResourceConfigurationArn",
        "ServiceRegion",
        "DnsOptions",
    ];
    if let Some(member) = unknown.iter().find(|member| call.input.get(**member).is_some()) {
        return Err(Fault::not_implemented(
            "ec2",
            &format!("{} with {member}", call.operation),
        ));
    }
    match call.text("IpAddressType") {
        None | Some("ipv4") => Ok(()),
        Some(other) => Err(refused(format!("The subnets have no addresses of type {other}"))),
    }
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    check_parameters(call)?;
    let service = call
        .text("ServiceName")
        .ok_or_else(|| lacks("ServiceName"))?
        .to_owned();
    let vpc = call.text("VpcId").unwrap_or_default().to_owned();
    let sort = call.text("VpcEndpointType").unwrap_or("Gateway").to_owned();
    let tags = tag::given(call, "vpc-endpoint")?;
    let token = call.text("ClientToken").map(str::to_owned);
    let now = place(world, call);
    thing(now, VPCS, &vpc)?;
    let begun = now
        .endpoints
        .iter()
        .find(|(_, one)| one.token.is_some() && one.token == token);
    if let Some((id, one)) = begun {
        let mut output = json!({ "VpcEndpoint": shown(now, id, one, call.now) });
        output["ClientToken"] = json!(token);
        return match one.shown["ServiceName"] == service && one.shown["VpcId"] == vpc {
            true => Ok(Answer::of(output)),
            false => Err(Fault::new(
                "IdempotentParameterMismatch",
                "The request uses the same client token as a previous, but non-identical request.",
            )),
        };
    }
    let known = match sort.as_str() {
        "Interface" => INTERFACE,
        "Gateway" => GATEWAY,
        other => {
            return Err(Fault::not_implemented(
                "ec2",
                &format!("CreateVpcEndpoint of type {other}"),
            ));
        }
    };
    let name = service
        .strip_prefix(&format!("com.amazonaws.{}.", call.region))
        .unwrap_or_default();
    if !known.contains(&name) {
        let message = format!("The Vpc Endpoint Service '{service}' does not exist");
        return Err(Fault::new("InvalidServiceName", message));
    }
    let mut made = json!({
        "VpcEndpointType": sort, "VpcId": vpc, "ServiceName": service, "OwnerId": call.caller.account,
        "RequesterManaged": false, "CreationTimestamp": call.now.epoch_seconds(), "PrivateDnsEnabled": false,
        "PolicyDocument": call.text("PolicyDocument").unwrap_or(OPEN), "RouteTableIds": [], "SubnetIds": [],
        "Groups": [], "NetworkInterfaceIds": [], "DnsEntries": [], "ServiceRegion": call.region,
    });
    if sort == "Gateway" {
        let tables = owned(&call.input["RouteTableIds"]);
        for id in &tables {
            thing(now, ROUTE_TABLES, id)?;
        }
        made["RouteTableIds"] = tables.into();
    } else {
        let subnets = owned(&call.input["SubnetIds"]);
        check_subnets(now, &vpc, &subnets)?;
        let mut of = owned(&call.input["SecurityGroupIds"]);
        if of.is_empty() {
            let mut all = now.groups.iter();
            let default = all.find(|(_, group)| group.vpc == vpc && group.name == "default");
            of.extend(default.map(|(id, _)| id.clone()));
        }
        made["Groups"] = groups(now, &vpc, &of)?.into();
        made["SubnetIds"] = subnets.into();
        made["IpAddressType"] = "ipv4".into();
        // "Default: true": of interface endpoints.
        let private = call.input["PrivateDnsEnabled"].as_bool().unwrap_or(true);
        if private {
            check_private(now, &vpc, &service, None)?;
        }
        made["PrivateDnsEnabled"] = private.into();
    }
    let id = ENDPOINTS.fresh(world);
    made["VpcEndpointId"] = id.as_str().into();
    if sort == "Interface" {
        let (label, zone) = (world.hex(8), world.hex(13).to_uppercase());
        made["DnsEntries"] = json!([{
            "DnsName": format!("{id}-{label}.{name}.{}.vpce.amazonaws.com", call.region),
            "HostedZoneId": format!("Z{zone}"),
        }]);
        let count = made["SubnetIds"].as_array().map_or(0, Vec::len);
        let interfaces: Vec<String> = (0..count).map(|_| format!("eni-{}", world.hex(17))).collect();
        made["NetworkInterfaceIds"] = interfaces.into();
    }
    let endpoint = Endpoint {
        shown: made,
        available: if sort == "Gateway" {
            call.now
        } else {
            call.now.after(PENDING)
        },
        gone: None,
        token,
    };
    let place = place(world, call);
    if !tags.is_empty() {
        place.tags.insert(id.clone(), tags);
    }
    let mut output = json!({ "VpcEndpoint": shown(place, &id, &endpoint, call.now) });
    if let Some(token) = &endpoint.token {
        output["ClientToken"] = token.as_str().into();
    }
    place.endpoints.insert(id, endpoint);
    Ok(Answer::of(output))
}

/// The one that the call names, which is not on its way out.
fn found<'place>(place: &'place Place, id: &str) -> Result<&'place Endpoint, Fault> {
    ENDPOINTS.check(id)?;
    let found = place.endpoints.get(id).filter(|one| one.gone.is_none());
    found.ok_or_else(|| ENDPOINTS.missing(id))
}

/// What is there without what goes, and with what comes.
fn changed(now: Vec<String>, call: &Call, remove: &str, add: &str) -> Vec<String> {
    let going = owned(&call.input[remove]);
    let mut after: Vec<String> = now.into_iter().filter(|id| !going.contains(id)).collect();
    for id in owned(&call.input[add]) {
        if !after.contains(&id) {
            after.push(id);
        }
    }
    after
}

pub(super) fn modify(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    check_parameters(call)?;
    let id = call.text("VpcEndpointId").unwrap_or_default().to_owned();
    let now = place(world, call);
    let mut after = found(now, &id)?.shown.clone();
    let vpc = after["VpcId"].as_str().unwrap_or_default().to_owned();
    let service = after["ServiceName"].as_str().unwrap_or_default().to_owned();
    let is_interface = after["VpcEndpointType"] == "Interface";
    let foreign: &[&str] = match is_interface {
        true => &["AddRouteTableIds", "RemoveRouteTableIds"],
        false => &[
            "AddSubnetIds",
            "RemoveSubnetIds",
            "AddSecurityGroupIds",
            "RemoveSecurityGroupIds",
            "PrivateDnsEnabled",
        ],
    };
    if let Some(member) = foreign.iter().find(|member| call.input.get(**member).is_some()) {
        return Err(refused(format!(
            "{member} does not go with this type of endpoint"
        )));
    }
    if call.input["ResetPolicy"] == true {
        after["PolicyDocument"] = OPEN.into();
    }
    if let Some(document) = call.text("PolicyDocument") {
        after["PolicyDocument"] = document.into();
    }
    if is_interface {
        let subnets = changed(
            owned(&after["SubnetIds"]),
            call,
            "RemoveSubnetIds",
            "AddSubnetIds",
        );
        check_subnets(now, &vpc, &subnets)?;
        let held = after["Groups"].as_array().into_iter().flatten();
        let held = held
            .filter_map(|group| group["GroupId"].as_str().map(str::to_owned))
            .collect();
        let of = changed(held, call, "RemoveSecurityGroupIds", "AddSecurityGroupIds");
        if of.is_empty() {
            return Err(invalid("An interface endpoint has at least one security group."));
        }
        after["Groups"] = groups(now, &vpc, &of)?.into();
        after["SubnetIds"] = subnets.into();
        if let Some(private) = call.input["PrivateDnsEnabled"].as_bool() {
            if private {
                check_private(now, &vpc, &service, Some(&id))?;
            }
            after["PrivateDnsEnabled"] = private.into();
        }
    } else {
        let tables = changed(
            owned(&after["RouteTableIds"]),
            call,
            "RemoveRouteTableIds",
            "AddRouteTableIds",
        );
        for table in &tables {
            thing(now, ROUTE_TABLES, table)?;
        }
        after["RouteTableIds"] = tables.into();
    }
    if let Some(endpoint) = now.endpoints.get_mut(&id) {
        endpoint.shown = after;
    }
    Ok(Answer::of(json!({ "Return": true })))
}

/// DeleteVpcEndpoints: the answer names each endpoint that is not there, and EC2 deletes the others all the same.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let ids = owned(&call.input["VpcEndpointIds"]);
    for id in &ids {
        ENDPOINTS.check(id)?;
    }
    let place = place(world, call);
    let mut unsuccessful = Vec::new();
    for id in ids {
        match place.endpoints.get_mut(&id) {
            Some(one) if one.gone.is_none() => one.gone = Some(call.now.after(DELETING)),
            Some(_) => {}
            None => unsuccessful.push(json!({
                "ResourceId": id,
                "Error": {
                    "Code": "InvalidVpcEndpoint.NotFound",
                    "Message": format!("The Vpc Endpoint Id '{id}' does not exist"),
                },
            })),
        }
    }
    Ok(Answer::of(json!({ "Unsuccessful": unsuccessful })))
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let place = place(world, call);
    let items: Vec<Value> = place
        .endpoints
        .iter()
        .map(|(id, one)| shown(place, id, one, call.now))
        .collect();
    listing::answer(world, call, &OF_ENDPOINTS, items)
}
