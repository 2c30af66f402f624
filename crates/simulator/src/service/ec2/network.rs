//! What the platform team made: VPCs, subnets, routes, gateways, prefix lists.

use serde_json::{Value, json};

use super::listing::{self, Listing, tagged};
use super::{
    INTERNET_GATEWAYS, Ids, NAT_GATEWAYS, PREFIX_LISTS, ROUTE_TABLES, SUBNETS, VPCS, initial, invalid, place,
    texts, thing,
};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

const OF_VPCS: Listing = Listing {
    ids: VPCS,
    id: "VpcId",
    named: "VpcIds",
    filtered: "Filters",
    answered: "Vpcs",
    filters: &[
        ("cidr", "CidrBlock"),
        (
            "cidr-block-association.association-id",
            "CidrBlockAssociationSet/*/AssociationId",
        ),
        (
            "cidr-block-association.cidr-block",
            "CidrBlockAssociationSet/*/CidrBlock",
        ),
        (
            "cidr-block-association.state",
            "CidrBlockAssociationSet/*/CidrBlockState/State",
        ),
        ("dhcp-options-id", "DhcpOptionsId"),
        (
            "ipv6-cidr-block-association.ipv6-cidr-block",
            "Ipv6CidrBlockAssociationSet/*/Ipv6CidrBlock",
        ),
        ("is-default", "IsDefault"),
        ("isDefault", "IsDefault"),
        ("owner-id", "OwnerId"),
        ("state", "State"),
        ("vpc-id", "VpcId"),
    ],
};

const OF_SUBNETS: Listing = Listing {
    ids: SUBNETS,
    id: "SubnetId",
    named: "SubnetIds",
    filtered: "Filters",
    answered: "Subnets",
    filters: &[
        ("availability-zone", "AvailabilityZone"),
        ("availabilityZone", "AvailabilityZone"),
        ("availability-zone-id", "AvailabilityZoneId"),
        ("availabilityZoneId", "AvailabilityZoneId"),
        ("available-ip-address-count", "AvailableIpAddressCount"),
        ("cidr-block", "CidrBlock"),
        ("cidr", "CidrBlock"),
        ("cidrBlock", "CidrBlock"),
        ("default-for-az", "DefaultForAz"),
        ("defaultForAz", "DefaultForAz"),
        ("map-public-ip-on-launch", "MapPublicIpOnLaunch"),
        ("owner-id", "OwnerId"),
        ("state", "State"),
        ("subnet-arn", "SubnetArn"),
        ("subnet-id", "SubnetId"),
        ("vpc-id", "VpcId"),
    ],
};

const OF_ROUTE_TABLES: Listing = Listing {
    ids: ROUTE_TABLES,
    id: "RouteTableId",
    named: "RouteTableIds",
    filtered: "Filters",
    answered: "RouteTables",
    filters: &[
        ("association.main", "Associations/*/Main"),
        (
            "association.route-table-association-id",
            "Associations/*/RouteTableAssociationId",
        ),
        ("association.route-table-id", "Associations/*/RouteTableId"),
        ("association.subnet-id", "Associations/*/SubnetId"),
        ("owner-id", "OwnerId"),
        ("route-table-id", "RouteTableId"),
        ("route.destination-cidr-block", "Routes/*/DestinationCidrBlock"),
        ("route.gateway-id", "Routes/*/GatewayId"),
        ("route.nat-gateway-id", "Routes/*/NatGatewayId"),
        ("route.state", "Routes/*/State"),
        ("vpc-id", "VpcId"),
    ],
};

const OF_INTERNET_GATEWAYS: Listing = Listing {
    ids: INTERNET_GATEWAYS,
    id: "InternetGatewayId",
    named: "InternetGatewayIds",
    filtered: "Filters",
    answered: "InternetGateways",
    filters: &[
        ("attachment.state", "Attachments/*/State"),
        ("attachment.vpc-id", "Attachments/*/VpcId"),
        ("internet-gateway-id", "InternetGatewayId"),
        ("owner-id", "OwnerId"),
    ],
};

const OF_NAT_GATEWAYS: Listing = Listing {
    ids: NAT_GATEWAYS,
    id: "NatGatewayId",
    named: "NatGatewayIds",
    filtered: "Filter",
    answered: "NatGateways",
    filters: &[
        ("nat-gateway-id", "NatGatewayId"),
        ("state", "State"),
        ("subnet-id", "SubnetId"),
        ("vpc-id", "VpcId"),
    ],
};

const OF_MANAGED_PREFIX_LISTS: Listing = Listing {
    ids: PREFIX_LISTS,
    id: "PrefixListId",
    named: "PrefixListIds",
    filtered: "Filters",
    answered: "PrefixLists",
    filters: &[
        ("owner-id", "OwnerId"),
        ("prefix-list-id", "PrefixListId"),
        ("prefix-list-name", "PrefixListName"),
    ],
};

/// The things of one sort.
fn list(world: &mut World, call: &Call, listing: &Listing) -> Result<Answer, Fault> {
    let items = things(world, call, listing.ids);
    listing::answer(world, call, listing, items)
}

fn things(world: &mut World, call: &Call, ids: Ids) -> Vec<Value> {
    let place = place(world, call);
    let own = place.network.iter().filter(|(id, _)| id.starts_with(ids.prefix));
    own.map(|(id, shown)| tagged(place, id, shown.clone())).collect()
}

pub(super) fn vpcs(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    list(world, call, &OF_VPCS)
}

pub(super) fn subnets(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    list(world, call, &OF_SUBNETS)
}

pub(super) fn route_tables(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    list(world, call, &OF_ROUTE_TABLES)
}

pub(super) fn internet_gateways(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    list(world, call, &OF_INTERNET_GATEWAYS)
}

pub(super) fn nat_gateways(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    list(world, call, &OF_NAT_GATEWAYS)
}

pub(super) fn managed_prefix_lists(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    list(world, call, &OF_MANAGED_PREFIX_LISTS)
}

/// AWS's own lists alone, with what is in them.
pub(super) fn prefix_lists(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let mut items = things(world, call, PREFIX_LISTS);
    items.retain(|item| item["OwnerId"] == "AWS");
    for item in &mut items {
        *item = json!({
            "PrefixListId": item["PrefixListId"], "PrefixListName": item["PrefixListName"],
            "Cidrs": ["198.51.100.0/24"],
        });
    }
    listing::answer(world, call, &OF_MANAGED_PREFIX_LISTS, items)
}

/// DescribeVpcAttribute: one attribute, in a member of its own.
pub(super) fn attribute(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = call.text("VpcId").unwrap_or_default();
    let place = place(world, call);
    thing(place, VPCS, id)?;
    let member = match call.text("Attribute").unwrap_or_default() {
        "enableDnsSupport" => "EnableDnsSupport",
        "enableDnsHostnames" => "EnableDnsHostnames",
        _ => "EnableNetworkAddressUsageMetrics",
    };
    let value = place
        .attributes
        .get(id)
        .map(|all| all[member] == Value::Bool(true));
    let mut output = json!({ "VpcId": id });
    output[member] = json!({ "Value": value.unwrap_or_default() });
    Ok(Answer::of(output))
}

/// The zones in which there is a subnet of the default VPC.
pub(super) fn zones(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let region = call.region.as_str();
    let subnets = things(world, call, SUBNETS);
    let mut names: Vec<&str> = subnets
        .iter()
        .filter_map(|subnet| subnet["AvailabilityZone"].as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    let asked: Vec<&str> = texts(&call.input["ZoneNames"]).collect();
    if let Some(unknown) = asked.iter().find(|name| !names.contains(name)) {
        return Err(invalid(format!("Invalid availability zone: [{unknown}]")));
    }
    let zone = |name: &str| {
        json!({
            "ZoneName": name, "ZoneId": initial::zone_id(region, name), "RegionName": region, "GroupName": region,
            "NetworkBorderGroup": region, "State": "available", "OptInStatus": "opt-in-not-required",
            "ZoneType": "availability-zone", "Messages": [],
        })
    };
    let named = names
        .into_iter()
        .filter(|name| asked.is_empty() || asked.contains(name));
    let items: Vec<Value> = named.map(zone).collect();
    let listing = Listing {
        id: "ZoneName",
        named: "",
        filtered: "Filters",
        answered: "AvailabilityZones",
        filters: &[
            ("group-name", "GroupName"),
            ("opt-in-status", "OptInStatus"),
            ("region-name", "RegionName"),
            ("state", "State"),
            ("zone-id", "ZoneId"),
            ("zone-name", "ZoneName"),
            ("zone-type", "ZoneType"),
        ],
        ..OF_VPCS
    };
    let items = listing::chosen(call, &listing, items)?;
    Ok(Answer::of(json!({ "AvailabilityZones": items })))
}
