//! What the platform team's network lacks for desktops, as far as EC2 tells. It is read, and never changed.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::{try_join_all, try_join3};
use headset_client::services::ec2::{
    DescribeRouteTables, DescribeSubnets, DescribeVpcAttribute, DescribeVpcs, Route, RouteTable, Subnet, Vpc,
};
use headset_core::{AwsError, Cidr};
use headset_kinds::kind::Forbidden;

use super::filter::filter;
use super::objection::Objections;
use crate::{Aws, pages};

/// Where AppStream has its own interface to each machine ("Management network interface IP address range").
const MANAGEMENT: &str = "198.19.0.0/16";

/// Every address of IP version 4, in a route.
const EVERYWHERE: &str = "0.0.0.0/0";

/// What is to be in a network.
#[derive(Clone, Copy, Debug)]
pub(in crate::kinds) enum Wanted {
    /// Machines of a fleet.
    Machines {
        /// Whether they have public addresses.
        internet: bool,
        /// How many there are when they all run.
        most: i64,
    },
    /// An image builder, which is alone and in one subnet.
    Builder {
        /// Whether it has a public address.
        internet: bool,
    },
    /// An interface endpoint.
    Endpoint {
        /// Whether the service's own names lead to it.
        private_dns: bool,
    },
}

/// Where something is to be.
#[derive(Clone, Copy, Debug)]
pub(in crate::kinds) struct Place<'a> {
    /// Its subnets.
    pub subnets: &'a [String],
    /// The VPC that the blueprint says these are in.
    pub vpc: Option<&'a str>,
}

/// What EC2 has of these subnets.
#[derive(Clone, Debug, Default)]
struct Seen {
    subnets: Vec<Subnet>,
    vpcs: Vec<Vpc>,
    tables: Vec<RouteTable>,
    /// The VPCs in which no names are resolved.
    nameless: Vec<String>,
    /// Whether what is in the VPC of an endpoint has names; `None`: that was not asked.
    has_names: Option<bool>,
}

/// What speaks against making something there. Read once for all that have the same subnets.
///
/// # Errors
/// AWS's: then nothing is known.
pub(in crate::kinds) async fn forbidden(
    aws: &Aws,
    place: Place<'_>,
    wanted: Wanted,
) -> Option<Result<Option<Forbidden>, AwsError>> {
    if place.subnets.is_empty() {
        return None;
    }
    Some(looked(aws, place, wanted).await)
}

async fn looked(aws: &Aws, place: Place<'_>, wanted: Wanted) -> Result<Option<Forbidden>, AwsError> {
    let name = place.subnets.join(" ");
    let seen = aws.remembered(&name, None, || read(aws, place.subnets)).await?;
    let mut seen = Seen::clone(&seen);
    if let (Wanted::Endpoint { private_dns: true }, [vpc]) = (wanted, seen.vpcs.as_slice()) {
        let vpc = vpc.vpc_id.clone();
        let name = format!("names in {vpc}");
        let names = aws.remembered(&name, None, || has_names(aws, &vpc)).await?;
        seen.has_names = Some(*names);
    }
    Ok(objections(&seen, place, wanted).told())
}

/// Whether what is in a VPC has names.
async fn has_names(aws: &Aws, vpc: &str) -> Result<bool, AwsError> {
    let request = DescribeVpcAttribute {
        vpc_id: vpc.to_owned(),
        attribute: "enableDnsHostnames".to_owned(),
    };
    let answer = aws.ask(request).await?;
    Ok(answer.enable_dns_hostnames.is_none_or(|names| names.value))
}

/// The VPCs of these subnets, each once; those that are not there have none.
///
/// # Errors
/// AWS's.
pub(in crate::kinds) async fn vpcs_of(aws: &Aws, subnets: &[String]) -> Result<BTreeSet<String>, AwsError> {
    let name = subnets.join(" ");
    let seen = aws.remembered(&name, None, || read(aws, subnets)).await?;
    Ok(seen.subnets.iter().map(|subnet| subnet.vpc_id.clone()).collect())
}

async fn read(aws: &Aws, ids: &[String]) -> Result<Seen, AwsError> {
    let of_subnets = || vec![filter("subnet-id", ids)];
    let subnets = pages(|next_token| async {
        let request = DescribeSubnets {
            filter: of_subnets(),
            next_token,
        };
        let page = aws.ask(request).await?;
        Ok((page.subnet_set, page.next_token))
    })
    .await?;
    let own: BTreeSet<&str> = subnets.iter().map(|subnet| subnet.vpc_id.as_str()).collect();
    if own.is_empty() {
        return Ok(Seen::default());
    }
    let of_vpcs = || vec![filter("vpc-id", own.iter().copied())];
    let vpcs = pages(|next_token| async {
        let request = DescribeVpcs {
            filter: of_vpcs(),
            next_token,
        };
        let page = aws.ask(request).await?;
        Ok((page.vpc_set, page.next_token))
    });
    let tables = pages(|next_token| async {
        let request = DescribeRouteTables {
            filter: of_vpcs(),
            next_token,
        };
        let page = aws.ask(request).await?;
        Ok((page.route_table_set, page.next_token))
    });
    let names = try_join_all(own.iter().map(|vpc| async move {
        let request = DescribeVpcAttribute {
            vpc_id: (*vpc).to_owned(),
            attribute: "enableDnsSupport".to_owned(),
        };
        let answer = aws.ask(request).await?;
        let is_on = answer.enable_dns_support.is_none_or(|support| support.value);
        Ok::<_, AwsError>((!is_on).then(|| (*vpc).to_owned()))
    }));
    let (vpcs, tables, names) = try_join3(vpcs, tables, names).await?;
    Ok(Seen {
        nameless: names.into_iter().flatten().collect(),
        subnets,
        vpcs,
        tables,
        has_names: None,
    })
}

/// What the default route of a subnet is. `None`: it has none.
fn way_out<'s>(seen: &'s Seen, subnet: &Subnet) -> Option<&'s Route> {
    let own = seen.tables.iter().find(|table| {
        let mut of = table.association_set.iter();
        of.any(|one| one.subnet_id.as_deref() == Some(&subnet.subnet_id))
    });
    let main = || {
        let mut of_vpc = seen.tables.iter().filter(|table| table.vpc_id == subnet.vpc_id);
        of_vpc.find(|table| table.association_set.iter().any(|one| one.main))
    };
    let table = own.or_else(main)?;
    let mut routes = table.route_set.iter();
    routes.find(|route| route.destination_cidr_block.as_deref() == Some(EVERYWHERE))
}

/// What is wrong with the way out of a subnet.
fn of_route(seen: &Seen, subnet: &Subnet, internet: bool, found: &mut Objections) {
    let id = &subnet.subnet_id;
    let Some(route) = way_out(seen, subnet) else {
        return found.warned(
            format!("{id} has no route to the internet"),
            "give its route table a default route, unless a proxy and VPC endpoints reach all that sessions need",
        );
    };
    if route.state.as_deref() == Some("blackhole") {
        return found.warned(
            format!("the default route of {id} leads to something that is gone"),
            "replace the route",
        );
    }
    let is_public = route
        .gateway_id
        .as_deref()
        .is_some_and(|gateway| gateway.starts_with("igw-"));
    match (internet, is_public) {
        (true, false) => found.warned(
            format!(
                "`internet: default` gives machines public addresses, and {id} has no route to an internet gateway"
            ),
            "name public subnets, or write `internet: nat`",
        ),
        (false, true) => found.warned(
            format!(
                "the default route of {id} is an internet gateway, which machines without public addresses cannot use"
            ),
            "name subnets behind a NAT gateway, or write `internet: default`",
        ),
        (true, true) | (false, false) => {}
    }
}

/// Everything that speaks against a network, the worst first.
fn objections(seen: &Seen, place: Place<'_>, wanted: Wanted) -> Objections {
    let mut found = Objections::default();
    let is_there = |id: &String| seen.subnets.iter().any(|subnet| subnet.subnet_id == *id);
    let missing: Vec<&str> = place
        .subnets
        .iter()
        .filter(|id| !is_there(id))
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        found.refused(
            format!(
                "there is no subnet {} in this region",
                missing.join(" and no subnet ")
            ),
            "name subnets of the region of AppStream",
        );
    }
    of_vpcs(seen, place, &mut found);
    match wanted {
        Wanted::Machines { internet, most } => {
            of_machines(seen, most, missing.is_empty(), &mut found);
            of_routes(seen, internet, &mut found);
        }
        Wanted::Builder { internet } => of_routes(seen, internet, &mut found),
        Wanted::Endpoint { private_dns } => of_endpoint(seen, private_dns, &mut found),
    }
    found
}

/// What is wrong with the ways out.
fn of_routes(seen: &Seen, internet: bool, found: &mut Objections) {
    for subnet in &seen.subnets {
        of_route(seen, subnet, internet, found);
    }
}

/// What speaks against the VPC.
fn of_vpcs(seen: &Seen, place: Place<'_>, found: &mut Objections) {
    let vpcs: Vec<&str> = seen.vpcs.iter().map(|vpc| vpc.vpc_id.as_str()).collect();
    match (vpcs.as_slice(), place.vpc) {
        ([], _) => {}
        ([one], Some(said)) if *one != said => found.refused(
            format!("the subnets are in {one}, and the blueprint says `vpc: {said}`"),
            "write the VPC of the subnets",
        ),
        ([_], _) => {}
        (several, _) => found.refused(
            format!("the subnets are in {}", several.join(" and ")),
            "name subnets of one VPC",
        ),
    }
    let management = Cidr::parse(MANAGEMENT).ok();
    let overlaps = |range: &str| match (Cidr::parse(range), &management) {
        (Ok(range), Some(management)) => range.holds(management) || management.holds(&range),
        _ => false,
    };
    for vpc in &seen.vpcs {
        let ranges = vpc
            .cidr_block_association_set
            .iter()
            .map(|one| one.cidr_block.as_str());
        for range in ranges.filter(|range| overlaps(range)) {
            found.refused(
                format!(
                    "{range} of {} overlaps {MANAGEMENT}, where AppStream manages machines",
                    vpc.vpc_id
                ),
                "put desktops into another VPC",
            );
        }
    }
    for vpc in &seen.nameless {
        found.warned(
            format!("{vpc} resolves no names: its attribute enableDnsSupport is off"),
            "switch it on, unless a DHCP options set names other resolvers",
        );
    }
}

/// The zones of the subnets, with how many of them are in each.
fn zones(seen: &Seen) -> BTreeMap<&str, usize> {
    let mut zones = BTreeMap::new();
    for zone in seen
        .subnets
        .iter()
        .filter_map(|one| one.availability_zone.as_deref())
    {
        *zones.entry(zone).or_default() += 1;
    }
    zones
}

/// What speaks against so many machines.
fn of_machines(seen: &Seen, machines: i64, are_all_there: bool, found: &mut Objections) {
    if let [(zone, _)] = zones(seen).into_iter().collect::<Vec<_>>().as_slice() {
        found.warned(
            format!("all subnets are in {zone}, so that no desktop is left when that zone fails or is full"),
            "name subnets in two zones",
        );
    }
    let counts = seen.subnets.iter().map(|one| one.available_ip_address_count);
    // Where one of them says nothing, nothing is known.
    let free: Option<i64> = counts.sum();
    if let Some(free) = free.filter(|free| are_all_there && machines > *free) {
        found.warned(
            format!("the subnets have {free} free addresses for {machines} machines"),
            "name larger subnets, or more of them",
        );
    }
}

/// What speaks against an endpoint.
fn of_endpoint(seen: &Seen, private_dns: bool, found: &mut Objections) {
    for (zone, _) in zones(seen).into_iter().filter(|(_, count)| *count > 1) {
        found.refused(
            format!("an endpoint has one subnet of a zone, and several of them are in {zone}"),
            "name one subnet of each zone in `subnets` of the endpoint",
        );
    }
    let has_names = seen.has_names.unwrap_or(true) && seen.nameless.is_empty();
    if private_dns && !has_names {
        found.refused(
            "private names need both attributes of the VPC, enableDnsSupport and enableDnsHostnames, and one of them is off"
                .to_owned(),
            "switch both on, or write `private_dns: false` at the endpoint",
        );
    }
}

#[cfg(test)]
mod tests {
    use headset_client::services::ec2::{RouteTableAssociation, VpcRange};

    use super::*;

    fn subnet(id: &str, zone: &str, free: i64) -> Subnet {
        Subnet {
            subnet_id: id.to_owned(),
            vpc_id: "vpc-1".to_owned(),
            availability_zone: Some(zone.to_owned()),
            available_ip_address_count: Some(free),
        }
    }

    fn table(subnet: Option<&str>, routes: Vec<Route>) -> RouteTable {
        RouteTable {
            route_table_id: String::new(),
            vpc_id: "vpc-1".to_owned(),
            association_set: vec![RouteTableAssociation {
                main: subnet.is_none(),
                subnet_id: subnet.map(str::to_owned),
            }],
            route_set: routes,
        }
    }

    fn through(nat: Option<&str>, gateway: Option<&str>, state: &str) -> Route {
        Route {
            destination_cidr_block: Some(EVERYWHERE.to_owned()),
            gateway_id: gateway.map(str::to_owned),
            nat_gateway_id: nat.map(str::to_owned),
            state: Some(state.to_owned()),
        }
    }

    /// Two private subnets in two zones behind a NAT gateway.
    fn fit() -> Seen {
        let range = VpcRange {
            cidr_block: "10.20.0.0/16".to_owned(),
        };
        Seen {
            subnets: vec![
                subnet("subnet-a", "eu-west-1a", 10),
                subnet("subnet-b", "eu-west-1b", 10),
            ],
            vpcs: vec![Vpc {
                vpc_id: "vpc-1".to_owned(),
                cidr_block_association_set: vec![range],
            }],
            tables: vec![table(None, vec![through(Some("nat-1"), None, "active")])],
            nameless: Vec::new(),
            has_names: None,
        }
    }

    fn said_of(seen: &Seen, vpc: Option<&str>, wanted: Wanted) -> Option<(bool, String)> {
        let subnets = ["subnet-a".to_owned(), "subnet-b".to_owned()];
        let place = Place {
            subnets: &subnets,
            vpc,
        };
        objections(seen, place, wanted)
            .told()
            .map(|found| (found.is_refused, found.message))
    }

    fn said(seen: &Seen, internet: bool, machines: Option<i64>) -> Option<(bool, String)> {
        let wanted = match machines {
            Some(most) => Wanted::Machines { internet, most },
            None => Wanted::Builder { internet },
        };
        said_of(seen, None, wanted)
    }

    #[test]
    fn a_network_that_fits_is_not_spoken_of() {
        assert_eq!(said(&fit(), false, Some(20)), None);
        let mut transit = fit();
        transit.tables[0].route_set = vec![through(None, None, "active")];
        assert_eq!(
            said(&transit, false, Some(20)),
            None,
            "another way out may lead anywhere"
        );
    }

    #[test]
    fn what_aws_would_refuse_is_told_alone() {
        let mut seen = fit();
        seen.subnets.pop();
        let (is_refused, message) = said(&seen, false, Some(50)).expect("an objection");
        assert!(is_refused);
        assert_eq!(message, "there is no subnet subnet-b in this region");
        for range in ["198.19.4.0/24", "198.18.0.0/15"] {
            let mut seen = fit();
            seen.vpcs[0].cidr_block_association_set[0].cidr_block = range.to_owned();
            let (is_refused, message) = said(&seen, false, None).expect("an objection");
            assert!(is_refused && message.contains("198.19.0.0/16"), "{message}");
        }
    }

    #[test]
    fn what_works_badly_is_a_warning() {
        let mut seen = fit();
        seen.nameless.push("vpc-1".to_owned());
        seen.subnets[1].availability_zone = Some("eu-west-1a".to_owned());
        let (is_refused, message) = said(&seen, false, Some(21)).expect("objections");
        assert!(!is_refused);
        for part in [
            "enableDnsSupport",
            "all subnets are in eu-west-1a",
            "20 free addresses for 21 machines",
        ] {
            assert!(message.contains(part), "{message}");
        }
        // A builder is one machine in one subnet.
        seen.nameless.clear();
        assert_eq!(said(&seen, false, None), None);
    }

    #[test]
    fn the_way_out_is_that_of_the_subnets_own_table_before_the_main_one() {
        let of = |seen: &Seen, internet| {
            said(seen, internet, None)
                .map(|(_, message)| message)
                .unwrap_or_default()
        };
        let mut seen = fit();
        let public = through(None, Some("igw-1"), "active");
        seen.tables.push(table(Some("subnet-b"), vec![public.clone()]));
        assert!(
            of(&seen, false).contains("subnet-b is an internet gateway"),
            "{}",
            of(&seen, false)
        );
        assert!(of(&seen, true).contains("subnet-a has no route to an internet gateway"));
        seen.tables[0].route_set = vec![public];
        assert_eq!(of(&seen, true), "");
        seen.tables[1].route_set.clear();
        assert_eq!(of(&seen, true), "subnet-b has no route to the internet");
        seen.tables[1].route_set = vec![through(Some("nat-1"), None, "blackhole")];
        assert!(of(&seen, false).contains("subnet-b leads to something that is gone"));
    }

    #[test]
    fn the_vpc_of_the_blueprint_is_that_of_the_subnets() {
        let builder = Wanted::Builder { internet: false };
        assert_eq!(said_of(&fit(), Some("vpc-1"), builder), None);
        let (is_refused, message) = said_of(&fit(), Some("vpc-2"), builder).expect("an objection");
        assert!(is_refused);
        assert_eq!(
            message,
            "the subnets are in vpc-1, and the blueprint says `vpc: vpc-2`"
        );
    }

    #[test]
    fn an_endpoint_has_one_subnet_of_a_zone_and_names_where_the_vpc_has_some() {
        let of = |seen: &Seen, private_dns| said_of(seen, Some("vpc-1"), Wanted::Endpoint { private_dns });
        let mut seen = fit();
        // No machine of the endpoint's uses a route.
        seen.tables.clear();
        seen.has_names = Some(true);
        assert_eq!(of(&seen, true), None);
        seen.has_names = Some(false);
        let (is_refused, message) = of(&seen, true).expect("an objection");
        assert!(is_refused && message.contains("enableDnsHostnames"), "{message}");
        assert_eq!(of(&seen, false), None);
        seen.subnets[1].availability_zone = Some("eu-west-1a".to_owned());
        let (is_refused, message) = of(&seen, false).expect("an objection");
        assert!(
            is_refused && message.contains("several of them are in eu-west-1a"),
            "{message}"
        );
    }
}
