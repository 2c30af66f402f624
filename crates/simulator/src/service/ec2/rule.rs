//! Rules of security groups: each has an id, and no two of a group allow the same.

use serde_json::{Value, json};

use super::listing::{self, Listing, tagged};
use super::permission::{self, Given};
use super::{GROUPS, RULES, arn, combination, group, invalid, lacks, place, tag, texts};
use crate::service::{Answer, Call, Fault};
use crate::world::World;
use crate::world::ec2::{Allowed, Group, Peer, Place, Rule};

/// Rules of a group, inbound and outbound each, for IP version 4 and 6 each (Amazon VPC quotas).
const MOST: u64 = 60;

const OF_RULES: Listing = Listing {
    ids: RULES,
    id: "SecurityGroupRuleId",
    named: "SecurityGroupRuleIds",
    filtered: "Filters",
    answered: "SecurityGroupRules",
    filters: &[
        ("group-id", "GroupId"),
        ("security-group-rule-id", "SecurityGroupRuleId"),
    ],
};

/// A rule as it is described, but for its tags.
fn shown(call: &Call, of: &str, rule: &Rule) -> Value {
    let allows = &rule.allows;
    let owner = &call.caller.account;
    let mut shown = json!({
        "SecurityGroupRuleId": rule.id, "GroupId": of, "GroupOwnerId": owner, "IsEgress": allows.is_egress,
        "IpProtocol": allows.protocol, "FromPort": allows.from, "ToPort": allows.to,
        "SecurityGroupRuleArn": arn(call, "security-group-rule", &rule.id),
    });
    match &allows.peer {
        Peer::Ipv4(block) => shown["CidrIpv4"] = block.as_str().into(),
        Peer::Ipv6(block) => shown["CidrIpv6"] = block.as_str().into(),
        Peer::PrefixList(id) => shown["PrefixListId"] = id.as_str().into(),
        Peer::Group(id) => shown["ReferencedGroupInfo"] = json!({ "GroupId": id, "UserId": owner }),
    }
    if let Some(text) = &rule.description {
        shown["Description"] = text.as_str().into();
    }
    shown
}

/// What the refusal of a rule calls it.
fn named(allows: &Allowed) -> String {
    let peer = match &allows.peer {
        Peer::Ipv4(text) | Peer::Ipv6(text) | Peer::PrefixList(text) | Peer::Group(text) => text,
    };
    let what = match allows.protocol.as_str() {
        "-1" => "ALL".to_owned(),
        "tcp" | "udp" => format!(
            "{}, from port: {}, to port: {}",
            allows.protocol.to_uppercase(),
            allows.from,
            allows.to
        ),
        "icmp" | "icmpv6" => format!(
            "{}, type: {}, code: {}",
            allows.protocol.to_uppercase(),
            allows.from,
            allows.to
        ),
        other => format!("protocol: {other}"),
    };
    format!("peer: {peer}, {what}, ALLOW")
}

fn duplicate(allows: &Allowed) -> Fault {
    let message = format!("the specified rule \"{}\" already exists", named(allows));
    Fault::new("InvalidPermission.Duplicate", message)
}

/// How much of the quota a rule takes for IP versions 4 and 6.
fn weight(place: &Place, allows: &Allowed) -> (u64, u64) {
    match &allows.peer {
        Peer::Ipv4(_) => (1, 0),
        Peer::Ipv6(_) => (0, 1),
        Peer::Group(_) => (1, 1),
        // As many as the list may have entries.
        Peer::PrefixList(id) => {
            let list = &place.network.get(id).map_or(&Value::Null, |shown| shown);
            let most = list["MaxEntries"].as_u64().unwrap_or(1);
            match list["AddressFamily"].as_str() {
                Some("IPv6") => (0, most),
                _ => (most, 0),
            }
        }
    }
}

/// Refuses more rules than a group may have.
fn check_count(place: &Place, rules: &[Allowed], is_egress: bool, most: u64) -> Result<(), Fault> {
    let own = rules.iter().filter(|allows| allows.is_egress == is_egress);
    let (four, six) = own
        .map(|allows| weight(place, allows))
        .fold((0, 0), |(four, six), (a, b)| (four + a, six + b));
    match four.max(six) > most {
        true => Err(Fault::new(
            "RulesPerSecurityGroupLimitExceeded",
            "The maximum number of rules per security group has been reached.",
        )),
        false => Ok(()),
    }
}

/// The permissions of a call: a list, or for inbound rules one by parameters of the call itself.
fn permissions(call: &Call, is_egress: bool) -> Result<Value, Fault> {
    let single = ["IpProtocol", "FromPort", "ToPort", "CidrIp"];
    let named = ["SourceSecurityGroupName", "SourceSecurityGroupOwnerId"];
    let has = |members: &[&str]| members.iter().any(|member| call.input.get(*member).is_some());
    let listed = call
        .input
        .get("IpPermissions")
        .filter(|list| list.as_array().is_some_and(|all| !all.is_empty()));
    match (listed, has(&single) || has(&named)) {
        (Some(_), true) => Err(combination(
            "The parameter 'ipPermissions' may not be used in combination with 'ipProtocol'",
        )),
        (Some(listed), false) => Ok(listed.clone()),
        (None, true) if is_egress => Err(combination("To specify outbound rules, use 'ipPermissions'")),
        // Names mean groups of EC2-Classic, which there is no more.
        (None, true) if has(&named) => Err(combination(
            "To specify a source group in a VPC, use 'ipPermissions'",
        )),
        (None, true) => {
            let block = call.text("CidrIp").ok_or_else(|| lacks("cidrIp"))?;
            let mut permission = json!({ "IpRanges": [{ "CidrIp": block }] });
            for member in ["IpProtocol", "FromPort", "ToPort"] {
                if let Some(value) = call.input.get(member) {
                    permission[member] = value.clone();
                }
            }
            Ok(json!([permission]))
        }
        (None, false) => Ok(Value::Null),
    }
}

fn authorize(world: &mut World, call: &Call, is_egress: bool) -> Result<Answer, Fault> {
    let id = group::named(world, call)?;
    let permissions = permissions(call, is_egress)?;
    if permissions.is_null() {
        return Err(lacks("ipPermissions"));
    }
    let tags = tag::given(call, "security-group-rule")?;
    let most = world.quota("ec2.rules-per-group", MOST);
    let place_now = place(world, call);
    let given = permission::read(place_now, &call.caller.account, is_egress, &permissions)?;
    let known = &found(place_now, &id)?.rules;
    if let Some((allows, _)) = given
        .iter()
        .find(|(allows, _)| known.iter().any(|rule| rule.allows == *allows))
    {
        return Err(duplicate(allows));
    }
    let all = known.iter().map(|rule| rule.allows.clone());
    let all: Vec<Allowed> = all
        .chain(given.iter().map(|(allows, _)| allows.clone()))
        .collect();
    check_count(place_now, &all, is_egress, most)?;
    let made: Vec<Rule> = given
        .into_iter()
        .map(|(allows, description)| Rule {
            id: RULES.fresh(world),
            allows,
            description,
        })
        .collect();
    let place = place(world, call);
    for rule in &made {
        if !tags.is_empty() {
            place.tags.insert(rule.id.clone(), tags.clone());
        }
    }
    let shown: Vec<Value> = made
        .iter()
        .map(|rule| tagged(place, &rule.id, shown(call, &id, rule)))
        .collect();
    found_mut(place, &id)?.rules.extend(made);
    Ok(Answer::of(json!({ "Return": true, "SecurityGroupRules": shown })))
}

fn found<'place>(place: &'place Place, id: &str) -> Result<&'place Group, Fault> {
    place.groups.get(id).ok_or_else(|| GROUPS.missing(id))
}

fn found_mut<'place>(place: &'place mut Place, id: &str) -> Result<&'place mut Group, Fault> {
    place.groups.get_mut(id).ok_or_else(|| GROUPS.missing(id))
}

/// A rule that was taken away, as the answer has it.
fn revoked(of: &str, rule: &Rule) -> Value {
    let allows = &rule.allows;
    let mut shown = json!({
        "SecurityGroupRuleId": rule.id, "GroupId": of, "IsEgress": allows.is_egress, "IpProtocol": allows.protocol,
        "FromPort": allows.from, "ToPort": allows.to,
    });
    let (member, text) = match &allows.peer {
        Peer::Ipv4(block) => ("CidrIpv4", block),
        Peer::Ipv6(block) => ("CidrIpv6", block),
        Peer::PrefixList(id) => ("PrefixListId", id),
        Peer::Group(id) => ("ReferencedGroupId", id),
    };
    shown[member] = text.as_str().into();
    if let Some(text) = &rule.description {
        shown["Description"] = text.as_str().into();
    }
    shown
}

fn revoke(world: &mut World, call: &Call, is_egress: bool) -> Result<Answer, Fault> {
    let id = group::named(world, call)?;
    let permissions = permissions(call, is_egress)?;
    let ids: Vec<String> = texts(&call.input["SecurityGroupRuleIds"])
        .map(str::to_owned)
        .collect();
    if !ids.is_empty() && !permissions.is_null() {
        return Err(combination(
            "The parameter 'securityGroupRuleIds' may not be used in combination with 'ipPermissions'",
        ));
    }
    let place = place(world, call);
    let group = found(place, &id)?;
    let own = || {
        group
            .rules
            .iter()
            .filter(|rule| rule.allows.is_egress == is_egress)
    };
    let mut going: Vec<String> = Vec::new();
    let mut unknown: Vec<Given> = Vec::new();
    if permissions.is_null() {
        for rule in &ids {
            RULES.check(rule)?;
            if !own().any(|one| one.id == *rule) {
                return Err(RULES.missing(rule));
            }
        }
        if ids.is_empty() {
            return Err(lacks("ipPermissions"));
        }
        going = ids;
    } else {
        let given = permission::read(place, &call.caller.account, is_egress, &permissions)?;
        for (allows, description) in given {
            match own().find(|rule| rule.allows == allows) {
                Some(rule) => going.push(rule.id.clone()),
                None => unknown.push((allows, description)),
            }
        }
        let is_default = place
            .network
            .get(&group.vpc)
            .is_some_and(|vpc| vpc["IsDefault"] == true);
        if !unknown.is_empty() && !is_default {
            let message = "The specified rule does not exist in this security group.";
            return Err(Fault::new("InvalidPermission.NotFound", message));
        }
    }
    let gone: Vec<Value> = own()
        .filter(|rule| going.contains(&rule.id))
        .map(|rule| revoked(&id, rule))
        .collect();
    found_mut(place, &id)?
        .rules
        .retain(|rule| !going.contains(&rule.id));
    place.tags.retain(|id, _| !going.contains(id));
    let unknown: Vec<Rule> = unknown
        .into_iter()
        .map(|(allows, description)| Rule {
            id: String::new(),
            allows,
            description,
        })
        .collect();
    let unknown = permission::shown(&unknown, &call.caller.account, is_egress);
    Ok(Answer::of(json!({
        "Return": true, "RevokedSecurityGroupRules": gone, "UnknownIpPermissions": unknown,
    })))
}

pub(super) fn authorize_egress(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    authorize(world, call, true)
}

pub(super) fn authorize_ingress(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    authorize(world, call, false)
}

pub(super) fn revoke_egress(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    revoke(world, call, true)
}

pub(super) fn revoke_ingress(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    revoke(world, call, false)
}

/// ModifySecurityGroupRules: what a rule allows is written over, and its id stays. All of them or none.
pub(super) fn modify(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = group::named(world, call)?;
    let place = place(world, call);
    let mut rules = found(place, &id)?.rules.clone();
    for change in call.input["SecurityGroupRules"].as_array().into_iter().flatten() {
        let rule_id = change["SecurityGroupRuleId"].as_str().unwrap_or_default();
        RULES.check(rule_id)?;
        let at = rules.iter().position(|rule| rule.id == rule_id);
        let at = at.ok_or_else(|| RULES.missing(rule_id))?;
        let wanted = &change["SecurityGroupRule"];
        if wanted.is_null() {
            return Err(lacks("SecurityGroupRule"));
        }
        let (allows, description) = permission::read_one(place, rules[at].allows.is_egress, wanted)?;
        if rules
            .iter()
            .enumerate()
            .any(|(other, rule)| other != at && rule.allows == allows)
        {
            return Err(duplicate(&allows));
        }
        rules[at].allows = allows;
        rules[at].description = description;
    }
    if call.input["SecurityGroupRules"]
        .as_array()
        .is_none_or(Vec::is_empty)
    {
        return Err(invalid("No rules are given."));
    }
    found_mut(place, &id)?.rules = rules;
    Ok(Answer::of(json!({ "Return": true })))
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let place = place(world, call);
    let mut items = Vec::new();
    for (id, group) in &place.groups {
        for rule in &group.rules {
            items.push(tagged(place, &rule.id, shown(call, id, rule)));
        }
    }
    listing::answer(world, call, &OF_RULES, items)
}
