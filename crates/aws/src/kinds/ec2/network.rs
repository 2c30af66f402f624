//! What the platform team's network lacks for desktops, as far as EC2 tells. It is read, and never changed.

use std::collections::BTreeSet;

use futures_util::future::{try_join_all, try_join3};
use headset_client::services::ec2::{
    DescribeRouteTables, DescribeSubnets, DescribeVpcAttribute, DescribeVpcs, Route, RouteTable, Subnet, Vpc,
};
use headset_core::{AwsError, Cidr};
use headset_kinds::kind::Forbidden;

use super::filter::filter;
use crate::{Aws, pages};

/// Where AppStream has its own interface to each machine ("Management network interface IP address range").
const MANAGEMENT: &str = "198.19.0.0/16";

/// Every address of IP version 4, in a route.
const EVERYWHERE: &str = "0.0.0.0/0";

/// What machines ask of a network.
#[derive(Clone, Copy, Debug)]
pub(in crate::kinds) struct Wanted<'a> {
    /// Their subnets.
    pub subnets: &'a [String],
    /// Whether they have public addresses.
    pub internet: bool,
    /// How many there are when they all run; `None`: an image builder, which is alone and in one subnet.
    pub machines: Option<i64>,
}

/// What EC2 has of these subnets.
#[derive(Clone, Debug, Default)]
struct Seen {
    subnets: Vec<Subnet>,
    vpcs: Vec<Vpc>,
    tables: Vec<RouteTable>,
    /// The VPCs in which no names are resolved.
    nameless: Vec<String>,
}

/// What speaks against a network.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Objection {
    /// Whether no machine gets there at all.
    is_refused: bool,
    /// What, in a sentence without a full stop.
    what: String,
    /// What to do, in a sentence without a full stop.
    help: &'static str,
}

/// What speaks against making these machines there. Read once for all that have the same subnets.
///
/// # Errors
/// AWS's: then nothing is known.
pub(in crate::kinds) async fn forbidden(
    aws: &Aws,
    wanted: Wanted<'_>,
) -> Option<Result<Option<Forbidden>, AwsError>> {
    if wanted.subnets.is_empty() {
        return None;
    }
    let name = wanted.subnets.join(" ");
    let seen = aws.remembered(&name, None, || read(aws, wanted.subnets)).await;
    Some(seen.map(|seen| told(objections(&seen, wanted))))
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
fn route(seen: &Seen, subnet: &Subnet, internet: bool) -> Option<Objection> {
    let id = &subnet.subnet_id;
    let objection = |what: String, help| {
        Some(Objection {
            is_refused: false,
            what,
            help,
        })
    };
    let Some(route) = way_out(seen, subnet) else {
        return objection(
            format!("{id} has no route to the internet"),
            "give its route table a default route, unless a proxy and VPC endpoints reach all that sessions need",
        );
    };
    if route.state.as_deref() == Some("blackhole") {
        return objection(
            format!("the default route of {id} leads to something that is gone"),
            "replace the route",
        );
    }
    let is_public = route
        .gateway_id
        .as_deref()
        .is_some_and(|gateway| gateway.starts_with("igw-"));
    match (internet, is_public) {
        (true, false) => objection(
            format!(
                "`internet: default` gives machines public addresses, and {id} has no route to an internet gateway"
            ),
            "name public subnets, or write `internet: nat`",
        ),
        (false, true) => objection(
            format!(
                "the default route of {id} is an internet gateway, which machines without public addresses cannot use"
            ),
            "name subnets behind a NAT gateway, or write `internet: default`",
        ),
        (true, true) | (false, false) => None,
    }
}

/// Everything that speaks against a network, the worst first.
fn objections(seen: &Seen, wanted: Wanted<'_>) -> Vec<Objection> {
    let mut found = Vec::new();
    let mut object = |is_refused, what: String, help| {
        found.push(Objection {
            is_refused,
            what,
            help,
        });
    };
    let is_there = |id: &String| seen.subnets.iter().any(|subnet| subnet.subnet_id == *id);
    let missing: Vec<&str> = wanted
        .subnets
        .iter()
        .filter(|id| !is_there(id))
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        object(
            true,
            format!(
                "there is no subnet {} in this region",
                missing.join(" and no subnet ")
            ),
            "name subnets of the region of AppStream",
        );
    }
    if seen.vpcs.len() > 1 {
        let vpcs: Vec<&str> = seen.vpcs.iter().map(|vpc| vpc.vpc_id.as_str()).collect();
        object(
            true,
            format!("the subnets are in {}", vpcs.join(" and ")),
            "name subnets of one VPC",
        );
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
            object(
                true,
                format!(
                    "{range} of {} overlaps {MANAGEMENT}, where AppStream manages machines",
                    vpc.vpc_id
                ),
                "put desktops into another VPC",
            );
        }
    }
    for vpc in &seen.nameless {
        object(
            false,
            format!("{vpc} resolves no names: its attribute enableDnsSupport is off"),
            "switch it on, unless a DHCP options set names other resolvers",
        );
    }
    let zones: BTreeSet<&str> = seen
        .subnets
        .iter()
        .filter_map(|one| one.availability_zone.as_deref())
        .collect();
    if let (Some(_), [zone]) = (wanted.machines, zones.iter().collect::<Vec<_>>().as_slice()) {
        object(
            false,
            format!("all subnets are in {zone}, so that no desktop is left when that zone fails or is full"),
            "name subnets in two zones",
        );
    }
    let free: i64 = seen
        .subnets
        .iter()
        .filter_map(|one| one.available_ip_address_count)
        .sum();
    let is_known = seen
        .subnets
        .iter()
        .all(|one| one.available_ip_address_count.is_some());
    match wanted.machines {
        Some(machines) if is_known && missing.is_empty() && machines > free => object(
            false,
            format!("the subnets have {free} free addresses for {machines} machines"),
            "name larger subnets, or more of them",
        ),
        _ => {}
    }
    found.extend(
        seen.subnets
            .iter()
            .filter_map(|subnet| route(seen, subnet, wanted.internet)),
    );
    found
}

/// One finding of them all: what AWS refuses alone, where there is any.
fn told(objections: Vec<Objection>) -> Option<Forbidden> {
    let is_refused = objections.iter().any(|one| one.is_refused);
    let said: Vec<Objection> = objections
        .into_iter()
        .filter(|one| one.is_refused == is_refused)
        .collect();
    if said.is_empty() {
        return None;
    }
    let texts: Vec<&str> = said.iter().map(|one| one.what.as_str()).collect();
    let mut helps: Vec<&str> = said.iter().map(|one| one.help).collect();
    helps.dedup();
    Some(Forbidden {
        code: "network-unfit",
        is_refused,
        message: texts.join("; "),
        help: helps.join("; "),
    })
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
        }
    }

    fn said(seen: &Seen, internet: bool, machines: Option<i64>) -> Option<(bool, String)> {
        let subnets = ["subnet-a".to_owned(), "subnet-b".to_owned()];
        let wanted = Wanted {
            subnets: &subnets,
            internet,
            machines,
        };
        told(objections(seen, wanted)).map(|found| (found.is_refused, found.message))
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
}
