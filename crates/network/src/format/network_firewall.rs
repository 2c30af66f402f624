//! Rule groups of AWS Network Firewall, as a template of CloudFormation.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::formed::{Formed, Unfit};
use super::names::{dotted, rows, sides};
use crate::list::AllowList;
use crate::terms::{Direction, Protocol, Side};

/// The least capacity that is asked for: it cannot grow later.
const LEAST_CAPACITY: usize = 100;

/// A list of names and, where the list has addresses, rules for these, for each side.
///
/// # Errors
/// If the list has nothing that such a firewall filters.
pub fn template(list: &AllowList) -> Result<Formed, Unfit> {
    let mut resources = serde_json::Map::new();
    let mut left_out = BTreeSet::new();
    for side in sides(list) {
        let (names, widened) = dotted(rows(list, side));
        left_out.extend(widened);
        if !names.is_empty() {
            resources.insert(format!("{}Names", capital(side)), by_name(list, side, &names));
        }
        let (rules, unsaid) = by_address(list, side);
        left_out.extend(unsaid);
        if !rules.is_empty() {
            let capacity = capacity(rules.len());
            let name = format!("{}-{}-addresses", list.environment, side.word());
            resources.insert(
                format!("{}Addresses", capital(side)),
                group(&name, capacity, &json!({ "StatefulRules": rules })),
            );
        }
    }
    if resources.is_empty() {
        return Err(Unfit {
            why: "there is nothing in this list that AWS Network Firewall filters".to_owned(),
            help: "give `--side session`".to_owned(),
        });
    }
    let left_out: Vec<String> = left_out.into_iter().collect();
    let document = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("What {} lets out, by AWS's pages of {}", list.environment, list.data_of),
        "Metadata": { "NotInTheseGroups": left_out },
        "Resources": resources,
    });
    Ok(Formed {
        text: format!("{document:#}\n"),
        left_out,
    })
}

fn capital(side: Side) -> &'static str {
    match side {
        Side::Agent => "Agent",
        Side::Session => "Session",
        Side::Builder => "Builder",
    }
}

/// Twice what is needed now.
fn capacity(rules: usize) -> usize {
    (2 * rules).max(LEAST_CAPACITY)
}

fn group(name: &str, capacity: usize, source: &Value) -> Value {
    json!({
        "Type": "AWS::NetworkFirewall::RuleGroup",
        "Properties": {
            "RuleGroupName": name,
            "Type": "STATEFUL",
            "Capacity": capacity,
            "RuleGroup": { "RulesSource": source },
        },
    })
}

fn by_name(list: &AllowList, side: Side, names: &[String]) -> Value {
    let source = json!({
        "RulesSourceList": {
            "GeneratedRulesType": "ALLOWLIST",
            "TargetTypes": ["TLS_SNI"],
            "Targets": names,
        },
    });
    let name = format!("{}-{}-names", list.environment, side.word());
    group(&name, capacity(names.len()), &source)
}

/// A rule for each range of addresses, and what is left out.
fn by_address(list: &AllowList, side: Side) -> (Vec<Value>, BTreeSet<String>) {
    let mut rules = Vec::new();
    let mut unsaid = BTreeSet::new();
    for row in list.outward(side) {
        let is_udp = row.ports.iter().any(|ports| ports.protocol == Protocol::Udp);
        if !row.hosts.is_empty() && is_udp {
            unsaid.insert(format!(
                "{}: a list of names filters no UDP; give `--mode both --ranges FILE` for its addresses",
                row.id
            ));
        }
        if let Some(to) = &row.to {
            unsaid.insert(format!("{}: {to}", row.id));
        }
        if row.entries.is_none() {
            continue;
        }
        if row.addresses.is_empty() {
            unsaid.insert(match list.ranges {
                Some(_) => format!("{}: AWS's file has no such entries", row.id),
                None => format!("{}: its addresses are not known; give `--ranges FILE`", row.id),
            });
        }
        for range in &row.addresses {
            for ports in &row.ports {
                rules.push(json!({
                    "Action": "PASS",
                    "Header": {
                        "Protocol": match ports.protocol { Protocol::Tcp => "TCP", Protocol::Udp => "UDP" },
                        "Source": "$HOME_NET",
                        "SourcePort": "ANY",
                        "Direction": "FORWARD",
                        "Destination": range.to_string(),
                        "DestinationPort": ports.numbers().replace('-', ":"),
                    },
                    "RuleOptions": [{ "Keyword": "sid", "Settings": [(rules.len() + 1).to_string()] }],
                }));
            }
        }
    }
    if list
        .rows
        .iter()
        .any(|row| row.side == side && row.direction == Direction::In)
    {
        unsaid.insert("nothing inbound: this firewall keeps state".to_owned());
    }
    (rules, unsaid)
}
