//! Tags of everything that EC2 has.

use serde_json::{Value, json};

use super::listing::{self, Listing};
use super::{
    ENDPOINTS, GROUPS, INTERNET_GATEWAYS, Ids, NAT_GATEWAYS, PREFIX_LISTS, ROUTE_TABLES, RULES, SUBNETS,
    VPCS, invalid, place, texts,
};
use crate::service::tags::{Broken, Reserved, Rules, Tags};
use crate::service::{Answer, Call, Fault};
use crate::world::World;
use crate::world::ec2::Place;

const TAGS: Rules = Rules {
    reserved: Reserved::Lower,
    once: true,
    ..Rules::USUAL
};

/// What can be tagged: its ids, and the type that EC2 calls it.
const SORTS: &[(Ids, &str)] = &[
    (GROUPS, "security-group"),
    (RULES, "security-group-rule"),
    (ENDPOINTS, "vpc-endpoint"),
    (VPCS, "vpc"),
    (SUBNETS, "subnet"),
    (ROUTE_TABLES, "route-table"),
    (INTERNET_GATEWAYS, "internet-gateway"),
    (NAT_GATEWAYS, "natgateway"),
    (PREFIX_LISTS, "prefix-list"),
];

fn broken(why: Broken) -> Fault {
    match why {
        Broken::Reserved(_) => invalid("Tag keys starting with 'aws:' are reserved for internal use"),
        Broken::Twice(key) => invalid(format!("Duplicate tag key '{key}' specified.")),
        Broken::Count => Fault::new("TagLimitExceeded", "The maximum number of tags has been reached."),
    }
}

/// Refuses a key or a value that is too long.
fn check(given: &Value) -> Result<(), Fault> {
    for tag in given.as_array().into_iter().flatten() {
        let key = tag["Key"].as_str().unwrap_or_default();
        let value = tag["Value"].as_str().unwrap_or_default();
        if key.is_empty() || key.chars().count() > 127 + 1 {
            return Err(invalid("Tag key must have 1 to 128 characters."));
        }
        if value.chars().count() > 256 {
            return Err(invalid("Tag value exceeds the maximum length of 256 characters."));
        }
    }
    Ok(())
}

/// The tags that a call gives to what it makes.
///
/// # Errors
/// If they are for another sort of thing, or break a rule.
pub(super) fn given(call: &Call, sort: &str) -> Result<Tags, Fault> {
    let mut tags = Tags::new();
    for one in call.input["TagSpecifications"].as_array().into_iter().flatten() {
        let of = one["ResourceType"].as_str().unwrap_or_default();
        if of != sort {
            return Err(invalid(format!(
                "'{of}' is not a valid taggable resource type for this operation."
            )));
        }
        check(&one["Tags"])?;
        TAGS.add(&mut tags, &one["Tags"]).map_err(broken)?;
    }
    Ok(tags)
}

/// Whether there is a thing with this id.
fn is_there(place: &Place, id: &str) -> bool {
    let is_rule = || {
        place
            .groups
            .values()
            .any(|group| group.rules.iter().any(|rule| rule.id == id))
    };
    place.network.contains_key(id)
        || place.groups.contains_key(id)
        || place.endpoints.contains_key(id)
        || is_rule()
}

/// The things that a call names.
///
/// # Errors
/// If one of them is not there.
fn named(place: &Place, call: &Call) -> Result<Vec<String>, Fault> {
    let mut named = Vec::new();
    for id in texts(&call.input["Resources"]) {
        let sort = SORTS.iter().find(|(ids, _)| id.starts_with(ids.prefix));
        let unknown = || Fault::new("InvalidID", format!("The ID '{id}' is not valid"));
        let (ids, _) = sort.ok_or_else(unknown)?;
        ids.check(id)?;
        if !is_there(place, id) {
            return Err(ids.missing(id));
        }
        named.push(id.to_owned());
    }
    Ok(named)
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    check(&call.input["Tags"])?;
    let place = place(world, call);
    let named = named(place, call)?;
    let mut after = place.tags.clone();
    for id in named {
        TAGS.add(after.entry(id).or_default(), &call.input["Tags"])
            .map_err(broken)?;
    }
    place.tags = after;
    Ok(Answer::empty())
}

/// DeleteTags: EC2 deletes a tag that the caller names by its key alone; one that the caller names with a value, only if the
/// tag has that value; and all tags, if the caller names none.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let place = place(world, call);
    let going = call.input["Tags"].as_array().cloned().unwrap_or_default();
    for id in named(place, call)? {
        let Some(tags) = place.tags.get_mut(&id) else {
            continue;
        };
        if going.is_empty() {
            tags.clear();
        }
        for tag in &going {
            let key = tag["Key"].as_str().unwrap_or_default();
            let value = tag["Value"].as_str();
            if tags
                .get(key)
                .is_some_and(|own| value.is_none_or(|value| value == own))
            {
                tags.remove(key);
            }
        }
    }
    place.tags.retain(|_, tags| !tags.is_empty());
    Ok(Answer::empty())
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let place = place(world, call);
    let mut items = Vec::new();
    for (id, tags) in &place.tags {
        let sort = SORTS.iter().find(|(ids, _)| id.starts_with(ids.prefix));
        for (key, value) in tags {
            items.push(json!({
                "ResourceId": id, "ResourceType": sort.map(|(_, sort)| *sort), "Key": key, "Value": value,
            }));
        }
    }
    let listing = Listing {
        ids: GROUPS,
        id: "ResourceId",
        named: "",
        filtered: "Filters",
        answered: "Tags",
        filters: &[
            ("key", "Key"),
            ("resource-id", "ResourceId"),
            ("resource-type", "ResourceType"),
            ("value", "Value"),
        ],
    };
    listing::answer(world, call, &listing, items)
}
