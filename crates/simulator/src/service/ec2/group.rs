//! Security groups.

use serde_json::{Value, json};

use super::initial::anywhere;
use super::listing::{self, Listing, tagged};
use super::permission::{self, is_plain};
use super::{GROUPS, RULES, VPCS, arn, invalid, lacks, place, tag, texts, thing};
use crate::service::{Answer, Call, Fault, tags};
use crate::world::World;
use crate::world::ec2::{Group, Peer, Place, Rule};

/// Groups of an account in a region (Amazon VPC quotas).
const MOST: u64 = 2_500;

const OF_GROUPS: Listing = Listing {
    ids: GROUPS,
    id: "GroupId",
    named: "GroupIds",
    filtered: "Filters",
    answered: "SecurityGroups",
    filters: &[
        ("description", "Description"),
        (
            "egress.ip-permission.cidr",
            "IpPermissionsEgress/*/IpRanges/*/CidrIp",
        ),
        ("egress.ip-permission.from-port", "IpPermissionsEgress/*/FromPort"),
        (
            "egress.ip-permission.group-id",
            "IpPermissionsEgress/*/UserIdGroupPairs/*/GroupId",
        ),
        (
            "egress.ip-permission.ipv6-cidr",
            "IpPermissionsEgress/*/Ipv6Ranges/*/CidrIpv6",
        ),
        (
            "egress.ip-permission.prefix-list-id",
            "IpPermissionsEgress/*/PrefixListIds/*/PrefixListId",
        ),
        (
            "egress.ip-permission.protocol",
            "IpPermissionsEgress/*/IpProtocol",
        ),
        ("egress.ip-permission.to-port", "IpPermissionsEgress/*/ToPort"),
        (
            "egress.ip-permission.user-id",
            "IpPermissionsEgress/*/UserIdGroupPairs/*/UserId",
        ),
        ("group-id", "GroupId"),
        ("group-name", "GroupName"),
        ("ip-permission.cidr", "IpPermissions/*/IpRanges/*/CidrIp"),
        ("ip-permission.from-port", "IpPermissions/*/FromPort"),
        (
            "ip-permission.group-id",
            "IpPermissions/*/UserIdGroupPairs/*/GroupId",
        ),
        ("ip-permission.ipv6-cidr", "IpPermissions/*/Ipv6Ranges/*/CidrIpv6"),
        (
            "ip-permission.prefix-list-id",
            "IpPermissions/*/PrefixListIds/*/PrefixListId",
        ),
        ("ip-permission.protocol", "IpPermissions/*/IpProtocol"),
        ("ip-permission.to-port", "IpPermissions/*/ToPort"),
        (
            "ip-permission.user-id",
            "IpPermissions/*/UserIdGroupPairs/*/UserId",
        ),
        ("owner-id", "OwnerId"),
        ("vpc-id", "VpcId"),
    ],
};

/// The id of the default VPC, if there is one.
fn default_vpc(place: &Place) -> Option<&str> {
    let mut vpcs = place.network.iter().filter(|(id, _)| id.starts_with(VPCS.prefix));
    let default = vpcs.find(|(_, shown)| shown["IsDefault"] == true);
    default.map(|(id, _)| id.as_str())
}

/// The id of the group that a call means: by its id, or by its name in the default VPC.
///
/// # Errors
/// If there is none, or the call names none.
pub(super) fn named(world: &mut World, call: &Call) -> Result<String, Fault> {
    let place = place(world, call);
    if let Some(id) = call.text("GroupId") {
        GROUPS.check(id)?;
        return match place.groups.contains_key(id) {
            true => Ok(id.to_owned()),
            false => Err(Fault::new(
                GROUPS.missing,
                format!("The security group '{id}' does not exist"),
            )),
        };
    }
    let name = call
        .text("GroupName")
        .ok_or_else(|| lacks("groupName or groupId"))?;
    let vpc = default_vpc(place);
    let mut groups = place.groups.iter();
    let found = groups.find(|(_, group)| Some(group.vpc.as_str()) == vpc && group.name == name);
    let missing = || {
        Fault::new(
            GROUPS.missing,
            format!("The security group '{name}' does not exist"),
        )
    };
    found.map(|(id, _)| id.clone()).ok_or_else(missing)
}

/// Refuses what no group can be called.
fn check_text(parameter: &str, text: &str) -> Result<(), Fault> {
    let wrong = |why: &str| {
        Err(invalid(format!(
            "Value ({text}) for parameter {parameter} is invalid. {why}"
        )))
    };
    if text.is_empty() {
        return Err(lacks(parameter));
    }
    if !text.is_ascii() {
        return wrong("Character sets beyond ASCII are not supported.");
    }
    match is_plain(text) {
        true => Ok(()),
        false => wrong("Invalid security group name. Valid names contain 255 characters or fewer."),
    }
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    // "If the name contains trailing spaces, we trim the space at the end of the name."
    let name = call.text("GroupName").unwrap_or_default().trim_end().to_owned();
    let description = call.text("Description").unwrap_or_default().to_owned();
    check_text("GroupName", &name)?;
    check_text("GroupDescription", &description)?;
    if name.to_ascii_lowercase().starts_with("sg-") {
        return Err(invalid(format!(
            "Value ({name}) for parameter GroupName is invalid. Group names may not be in the format sg-*."
        )));
    }
    if name.eq_ignore_ascii_case("default") {
        return Err(invalid("Cannot use reserved security group name: default"));
    }
    let tags = tag::given(call, "security-group")?;
    let most = world.quota("ec2.security-groups", MOST);
    let place_now = place(world, call);
    let vpc = match call.text("VpcId") {
        Some(id) => id.to_owned(),
        None => {
            let none = || Fault::new("VPCIdNotSpecified", "No default VPC for this user");
            default_vpc(place_now).ok_or_else(none)?.to_owned()
        }
    };
    let shown = thing(place_now, VPCS, &vpc)?;
    let ipv6 = shown["Ipv6CidrBlockAssociationSet"]
        .as_array()
        .is_some_and(|all| !all.is_empty());
    let mut groups = place_now.groups.values();
    if groups.any(|group| group.vpc == vpc && group.name == name) {
        let message = format!("The security group '{name}' already exists for VPC '{vpc}'");
        return Err(Fault::new("InvalidGroup.Duplicate", message));
    }
    if place_now.groups.len() as u64 >= most {
        let message = "The maximum number of security groups has been reached.";
        return Err(Fault::new("SecurityGroupLimitExceeded", message));
    }
    let id = GROUPS.fresh(world);
    let mut rules = vec![anywhere(RULES.fresh(world), Peer::Ipv4("0.0.0.0/0".to_owned()))];
    if ipv6 {
        rules.push(anywhere(RULES.fresh(world), Peer::Ipv6("::/0".to_owned())));
    }
    let group = Group {
        name,
        description,
        vpc,
        rules,
    };
    let mut output = json!({ "GroupId": id, "SecurityGroupArn": arn(call, "security-group", &id) });
    let place = place(world, call);
    place.groups.insert(id.clone(), group);
    if !tags.is_empty() {
        output["Tags"] = tags::list(&tags).into();
        place.tags.insert(id, tags);
    }
    Ok(Answer::of(output))
}

/// Whether a rule of another group names this one.
fn is_named_by(rules: &[Rule], id: &str) -> bool {
    rules
        .iter()
        .any(|rule| rule.allows.peer == Peer::Group(id.to_owned()))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = named(world, call)?;
    let place = place(world, call);
    let group = place.groups.get(&id).ok_or_else(|| GROUPS.missing(&id))?;
    if group.name == "default" {
        let message = format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user");
        return Err(Fault::new("CannotDelete", message));
    }
    let others = || place.groups.iter().filter(|(other, _)| **other != id);
    let of_endpoint = |shown: &Value| {
        let groups = shown["Groups"].as_array().into_iter().flatten();
        groups.into_iter().any(|group| group["GroupId"] == *id)
    };
    let used = place.held.contains_key(&id)
        || others().any(|(_, other)| is_named_by(&other.rules, &id))
        || place.endpoints.values().any(|one| of_endpoint(&one.shown));
    if used {
        let message = format!("resource {id} has a dependent object");
        return Err(Fault::new("DependencyViolation", message));
    }
    let rules: Vec<String> = group.rules.iter().map(|rule| rule.id.clone()).collect();
    place.groups.remove(&id);
    place
        .tags
        .retain(|tagged, _| *tagged != id && !rules.contains(tagged));
    Ok(Answer::of(json!({ "Return": true, "GroupId": id })))
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let owner = &call.caller.account;
    let place = place(world, call);
    let default = default_vpc(place).map(str::to_owned);
    let mut items: Vec<Value> = place
        .groups
        .iter()
        .map(|(id, group)| {
            let shown = json!({
                "GroupId": id, "GroupName": group.name, "Description": group.description, "VpcId": group.vpc,
                "OwnerId": owner, "SecurityGroupArn": arn(call, "security-group", id),
                "IpPermissions": permission::shown(&group.rules, owner, false),
                "IpPermissionsEgress": permission::shown(&group.rules, owner, true),
            });
            tagged(place, id, shown)
        })
        .collect();
    // Names are those of groups in the default VPC.
    let names: Vec<&str> = texts(&call.input["GroupNames"]).collect();
    for name in &names {
        let is_it =
            |item: &Value| item["GroupName"] == **name && item["VpcId"].as_str() == default.as_deref();
        if !items.iter().any(is_it) {
            let message = format!("The security group '{name}' does not exist");
            return Err(Fault::new(GROUPS.missing, message));
        }
    }
    if !names.is_empty() {
        items.retain(|item| {
            item["GroupName"]
                .as_str()
                .is_some_and(|name| names.contains(&name))
                && item["VpcId"].as_str() == default.as_deref()
        });
    }
    listing::answer(world, call, &OF_GROUPS, items)
}
