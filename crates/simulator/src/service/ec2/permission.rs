//! What calls say of rules, as rules.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{Ipv4Net, Ipv6Net};
use serde_json::{Value, json};

use super::{GROUPS, Ids, PREFIX_LISTS, invalid, lacks};
use crate::service::Fault;
use crate::world::ec2::{Allowed, Peer, Place, Rule};

/// A rule that a call gives: what it allows, and what it is for.
pub(super) type Given = (Allowed, Option<String>);

/// The most characters of a description.
const LONGEST: usize = 255;

/// What descriptions and names of groups may hold besides letters and digits.
const SIGNS: &str = " ._-:/()#,@[]+=&;{}!$*";

/// Whether a text is one that descriptions and names may be.
pub(super) fn is_plain(text: &str) -> bool {
    let known = |letter: char| letter.is_ascii_alphanumeric() || SIGNS.contains(letter);
    text.len() <= LONGEST && text.chars().all(known)
}

/// A protocol by the name that EC2 shows.
fn protocol(text: &str) -> Result<String, Fault> {
    let named = match text.to_ascii_lowercase().as_str() {
        "-1" | "all" => "-1",
        "tcp" | "6" => "tcp",
        "udp" | "17" => "udp",
        "icmp" | "1" => "icmp",
        "icmpv6" | "58" => "icmpv6",
        number if number.parse::<u8>().is_ok() => return Ok(number.to_owned()),
        _ => {
            let message = format!("Invalid value '{text}' for IP protocol. Unknown protocol.");
            return Err(invalid(message));
        }
    };
    Ok(named.to_owned())
}

/// The ports of a rule, or type and code of ICMP.
fn ports(protocol: &str, from: Option<i64>, to: Option<i64>) -> Result<(i64, i64), Fault> {
    match protocol {
        "tcp" | "udp" => {
            let (Some(from), Some(to)) = (from, to) else {
                let message =
                    "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.";
                return Err(invalid(message));
            };
            let port = 0..=65_535;
            match port.contains(&from) && port.contains(&to) && from <= to {
                true => Ok((from, to)),
                false => Err(invalid(format!(
                    "Invalid {} port range {from}-{to}.",
                    protocol.to_uppercase()
                ))),
            }
        }
        "icmp" | "icmpv6" => {
            let (Some(from), Some(to)) = (from, to) else {
                return Err(invalid("Must specify both ICMP type and code."));
            };
            let known = -1..=255;
            match known.contains(&from) && known.contains(&to) && (from != -1 || to == -1) {
                true => Ok((from, to)),
                false => Err(invalid(format!("ICMP type {from} with code {to} is not valid."))),
            }
        }
        // "All other protocols: traffic on all ports is allowed, regardless of any port range."
        _ => Ok((-1, -1)),
    }
}

fn malformed(block: &str) -> Fault {
    invalid(format!("CIDR block {block} is malformed"))
}

/// Addresses as EC2 keeps them: "100.68.0.18/18" becomes "100.68.0.0/18".
fn ipv4(block: &str) -> Result<Peer, Fault> {
    let whole = match block.contains('/') {
        true => Ipv4Net::from_str(block).ok(),
        false => Ipv4Addr::from_str(block).ok().map(Ipv4Net::from),
    };
    let net = whole.ok_or_else(|| malformed(block))?;
    Ok(Peer::Ipv4(net.trunc().to_string()))
}

fn ipv6(block: &str) -> Result<Peer, Fault> {
    let whole = match block.contains('/') {
        true => Ipv6Net::from_str(block).ok(),
        false => Ipv6Addr::from_str(block).ok().map(Ipv6Net::from),
    };
    let net = whole.ok_or_else(|| malformed(block))?;
    Ok(Peer::Ipv6(net.trunc().to_string()))
}

/// An id of something that has to be there.
fn known(ids: Ids, id: &str, is_there: bool) -> Result<String, Fault> {
    ids.check(id)?;
    match is_there {
        true => Ok(id.to_owned()),
        false => Err(ids.missing(id)),
    }
}

fn prefix_list(place: &Place, id: &str) -> Result<Peer, Fault> {
    known(PREFIX_LISTS, id, place.network.contains_key(id)).map(Peer::PrefixList)
}

/// A group that a rule names; that of another account is not looked up.
fn group(place: &Place, account: &str, pair: &Value) -> Result<Peer, Fault> {
    let id = pair["GroupId"].as_str().ok_or_else(|| lacks("groupId"))?;
    let foreign = pair["UserId"].as_str().is_some_and(|owner| owner != account);
    known(GROUPS, id, foreign || place.groups.contains_key(id)).map(Peer::Group)
}

fn description(given: &Value) -> Result<Option<String>, Fault> {
    match given["Description"].as_str() {
        None | Some("") => Ok(None),
        Some(text) if is_plain(text) => Ok(Some(text.to_owned())),
        Some(_) => Err(invalid(
            "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set: \
             a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
        )),
    }
}

/// The rules of a list of permissions, in their order.
pub(super) fn read(
    place: &Place,
    account: &str,
    is_egress: bool,
    permissions: &Value,
) -> Result<Vec<Given>, Fault> {
    let mut rules: Vec<Given> = Vec::new();
    for permission in permissions.as_array().into_iter().flatten() {
        let protocol = protocol(
            permission["IpProtocol"]
                .as_str()
                .ok_or_else(|| lacks("ipProtocol"))?,
        )?;
        let (from, to) = ports(
            &protocol,
            permission["FromPort"].as_i64(),
            permission["ToPort"].as_i64(),
        )?;
        let entries = |member: &str| permission[member].as_array().into_iter().flatten();
        let mut peers: Vec<(Peer, Option<String>)> = Vec::new();
        for range in entries("IpRanges") {
            let block = range["CidrIp"].as_str().ok_or_else(|| lacks("cidrIp"))?;
            peers.push((ipv4(block)?, description(range)?));
        }
        for range in entries("Ipv6Ranges") {
            let block = range["CidrIpv6"].as_str().ok_or_else(|| lacks("cidrIpv6"))?;
            peers.push((ipv6(block)?, description(range)?));
        }
        for list in entries("PrefixListIds") {
            let id = list["PrefixListId"]
                .as_str()
                .ok_or_else(|| lacks("prefixListId"))?;
            peers.push((prefix_list(place, id)?, description(list)?));
        }
        for pair in entries("UserIdGroupPairs") {
            peers.push((group(place, account, pair)?, description(pair)?));
        }
        if peers.is_empty() {
            // Assumption: ec2.rules-without-peer.
            return Err(lacks("cidrIp, cidrIpv6, prefixListIds or groups"));
        }
        for (peer, description) in peers {
            let allows = Allowed {
                is_egress,
                protocol: protocol.clone(),
                from,
                to,
                peer,
            };
            if rules.iter().any(|(known, _)| *known == allows) {
                return Err(invalid("The same permission must not appear multiple times"));
            }
            rules.push((allows, description));
        }
    }
    Ok(rules)
}

/// The one rule that a change of a rule gives.
pub(super) fn read_one(place: &Place, is_egress: bool, given: &Value) -> Result<Given, Fault> {
    let protocol = protocol(given["IpProtocol"].as_str().ok_or_else(|| lacks("ipProtocol"))?)?;
    let (from, to) = ports(&protocol, given["FromPort"].as_i64(), given["ToPort"].as_i64())?;
    let mut peers = Vec::new();
    for (member, read) in [
        ("CidrIpv4", ipv4 as fn(&str) -> Result<Peer, Fault>),
        ("CidrIpv6", ipv6),
    ] {
        if let Some(block) = given[member].as_str() {
            peers.push(read(block)?);
        }
    }
    if let Some(id) = given["PrefixListId"].as_str() {
        peers.push(prefix_list(place, id)?);
    }
    if let Some(id) = given["ReferencedGroupId"].as_str() {
        peers.push(Peer::Group(known(GROUPS, id, place.groups.contains_key(id))?));
    }
    let [peer] = peers.as_slice() else {
        return Err(invalid(
            "You must specify exactly one of the following: CidrIpv4, CidrIpv6, PrefixListId, or ReferencedGroupId.",
        ));
    };
    let allows = Allowed {
        is_egress,
        protocol,
        from,
        to,
        peer: peer.clone(),
    };
    Ok((allows, description(given)?))
}

/// Rules as a list of permissions: those with the same protocol and ports are one.
pub(super) fn shown(rules: &[Rule], account: &str, is_egress: bool) -> Vec<Value> {
    let mut permissions: Vec<((&str, i64, i64), Value)> = Vec::new();
    for rule in rules.iter().filter(|rule| rule.allows.is_egress == is_egress) {
        let allows = &rule.allows;
        let key = (allows.protocol.as_str(), allows.from, allows.to);
        let place = permissions.iter().position(|(known, _)| *known == key);
        let place = place.unwrap_or_else(|| {
            let mut permission = json!({
                "IpProtocol": allows.protocol, "IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [],
                "UserIdGroupPairs": [],
            });
            if matches!(key.0, "tcp" | "udp" | "icmp" | "icmpv6") {
                permission["FromPort"] = allows.from.into();
                permission["ToPort"] = allows.to.into();
            }
            permissions.push((key, permission));
            permissions.len() - 1
        });
        let (list, mut entry) = match &allows.peer {
            Peer::Ipv4(block) => ("IpRanges", json!({ "CidrIp": block })),
            Peer::Ipv6(block) => ("Ipv6Ranges", json!({ "CidrIpv6": block })),
            Peer::PrefixList(id) => ("PrefixListIds", json!({ "PrefixListId": id })),
            Peer::Group(id) => ("UserIdGroupPairs", json!({ "GroupId": id, "UserId": account })),
        };
        if let Some(text) = &rule.description {
            entry["Description"] = text.as_str().into();
        }
        if let Some(entries) = permissions[place].1[list].as_array_mut() {
            entries.push(entry);
        }
    }
    permissions
        .into_iter()
        .map(|(_, permission)| permission)
        .collect()
}
