//! Rules of a security group, as a template of CloudFormation.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use serde_json::{Value, json};

use super::formed::{Formed, Unfit};
use super::names::sides;
use crate::list::AllowList;
use crate::terms::{Direction, EVERYWHERE, Ports, Protocol, Side};

/// The most rules of one direction that a group holds of IPv4, and of IPv6 (VPC user guide, "Amazon VPC quotas"; an account may
/// have asked for more).
pub const MOST_RULES: usize = 60;

/// Everywhere.
const ANYWHERE: [&str; 2] = ["0.0.0.0/0", "::/0"];

/// The rules of one side's group.
type Rules = BTreeMap<(Ports, IpNet), BTreeSet<String>>;

/// The groups of sessions and builders.
///
/// # Errors
/// If the list is of the agent's side, or a group cannot hold it.
pub fn template(list: &AllowList) -> Result<Formed, Unfit> {
    let sides: Vec<Side> = sides(list)
        .into_iter()
        .filter(|side| *side != Side::Agent)
        .collect();
    if sides.is_empty() {
        return Err(Unfit {
            why: "a security group belongs to a VPC, and the agent's own machine is in none".to_owned(),
            help: "give `--side session` or `--side builder`".to_owned(),
        });
    }
    let by_address = list
        .rows
        .iter()
        .any(|row| row.entries.is_some() && row.direction == Direction::Out);
    let mut resources = serde_json::Map::new();
    let mut left_out = BTreeSet::new();
    for side in sides {
        let (rules, unsaid) = rules(list, side, by_address)?;
        left_out.extend(unsaid);
        fits(side, &rules)?;
        let egress: Vec<Value> = rules
            .iter()
            .map(|((ports, range), ids)| rule(*ports, range, ids))
            .collect();
        let name = match side {
            Side::Builder => "BuilderGroup",
            Side::Session | Side::Agent => "SessionGroup",
        };
        resources.insert(
            name.to_owned(),
            json!({
                "Type": "AWS::EC2::SecurityGroup",
                "Properties": {
                    "GroupDescription": format!("{}: what {} may reach", list.environment, side.name()),
                    "VpcId": { "Ref": "Vpc" },
                    "SecurityGroupEgress": egress,
                },
            }),
        );
    }
    let left_out: Vec<String> = left_out.into_iter().collect();
    let document = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("What {} lets out, by AWS's pages of {}", list.environment, list.data_of),
        "Metadata": { "NotInTheseGroups": left_out },
        "Parameters": { "Vpc": { "Type": "AWS::EC2::VPC::Id", "Description": "The VPC of the desktops" } },
        "Resources": resources,
    });
    Ok(Formed {
        text: format!("{document:#}\n"),
        left_out,
    })
}

/// The rules of a side, and what they cannot say.
fn rules(list: &AllowList, side: Side, by_address: bool) -> Result<(Rules, BTreeSet<String>), Unfit> {
    let mut rules = Rules::new();
    let mut unsaid = BTreeSet::new();
    for row in list.outward(side) {
        if row.entries.is_some() && row.addresses.is_empty() {
            return Err(match list.ranges {
                Some(_) => Unfit {
                    why: format!("the file of addresses has none of `{}`", row.id),
                    help: "fetch AWS's file anew, and give all of it".to_owned(),
                },
                None => Unfit {
                    why: format!("the addresses of `{}` are not known", row.id),
                    help: "give AWS's file with `--ranges ip-ranges.json`".to_owned(),
                },
            });
        }
        // A group does not filter link-local addresses.
        let is_link_local = |range: &IpNet| matches!(range, IpNet::V4(v4) if v4.addr().is_link_local());
        let has_own = !row.addresses.is_empty();
        if has_own && row.addresses.iter().all(is_link_local) {
            continue;
        }
        let to: Vec<IpNet> = match has_own {
            true => row.addresses.clone(),
            false if by_address && (!row.hosts.is_empty() || row.stands_for_names) => {
                unsaid.insert(format!(
                    "{}: a group knows no names, and there are no published addresses of {}",
                    row.id,
                    row.destinations().join(", ")
                ));
                continue;
            }
            false if by_address && row.to.as_deref() == Some(EVERYWHERE) => {
                unsaid.insert(format!(
                    "{}: everywhere would make a list of addresses void",
                    row.id
                ));
                continue;
            }
            false => ANYWHERE.iter().filter_map(|range| range.parse().ok()).collect(),
        };
        for ports in &row.ports {
            for range in &to {
                rules.entry((*ports, *range)).or_default().insert(row.id.clone());
            }
        }
    }
    if list
        .rows
        .iter()
        .any(|row| row.side == side && row.direction == Direction::In)
    {
        unsaid.insert(
            "nothing inbound: a group keeps state, and AppStream's own interface is not in it".to_owned(),
        );
    }
    Ok((rules, unsaid))
}

/// Whether a group holds the rules.
fn fits(side: Side, rules: &Rules) -> Result<(), Unfit> {
    let of = |is_v4: bool| {
        let is_one = |range: &IpNet| matches!(range, IpNet::V4(_)) == is_v4;
        rules.keys().filter(|(_, range)| is_one(range)).count()
    };
    let (v4, v6) = (of(true), of(false));
    if v4 <= MOST_RULES && v6 <= MOST_RULES {
        return Ok(());
    }
    Err(Unfit {
        why: format!(
            "{} would need {v4} rules of IPv4 and {v6} of IPv6, and a security group holds {MOST_RULES} of each",
            side.name()
        ),
        help: "leave `--mode domains`: then the group allows the ports, and a firewall behind it the names \
               (`--format network-firewall`)"
            .to_owned(),
    })
}

fn rule(ports: Ports, range: &IpNet, ids: &BTreeSet<String>) -> Value {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    // AWS takes 255 characters.
    let description: String = ids.join(" ").chars().take(255).collect();
    let address = match range {
        IpNet::V4(_) => "CidrIp",
        IpNet::V6(_) => "CidrIpv6",
    };
    json!({
        "IpProtocol": match ports.protocol { Protocol::Tcp => "tcp", Protocol::Udp => "udp" },
        "FromPort": ports.first,
        "ToPort": ports.last,
        address: range.to_string(),
        "Description": description,
    })
}
