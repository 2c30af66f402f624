//! Lists: by ids, by filters, page by page.

use serde_json::Value;

use super::{Ids, invalid, texts};
use crate::policy::wildcard_matches;
use crate::service::page::Pager;
use crate::service::{Answer, Call, Fault, tags};
use crate::world::World;
use crate::world::ec2::Place;

const PAGER: Pager = Pager {
    default: 1000,
    most: 1000,
    wrong_token: || Fault::new("InvalidNextToken", "The token is not valid."),
    names: NAMED,
    ..Pager::USUAL
};

/// A filter: its name, and where in an item its values are. `*` stands for all entries of a list.
pub(super) type Filter = (&'static str, &'static str);

/// How things of one sort are listed.
pub(super) struct Listing {
    /// What their ids look like.
    pub(super) ids: Ids,
    /// The member of an item that has its id.
    pub(super) id: &'static str,
    /// The member of the call that names ids.
    pub(super) named: &'static str,
    /// The member of the call that has filters.
    pub(super) filtered: &'static str,
    /// The member of the answer.
    pub(super) answered: &'static str,
    /// Filters besides those by tags.
    pub(super) filters: &'static [Filter],
}

/// The items that a call asks for, of all that there are.
pub(super) fn chosen(call: &Call, listing: &Listing, mut items: Vec<Value>) -> Result<Vec<Value>, Fault> {
    let named: Vec<&str> = texts(&call.input[listing.named]).collect();
    for id in &named {
        listing.ids.check(id)?;
        if !items.iter().any(|item| item[listing.id] == **id) {
            return Err(listing.ids.missing(id));
        }
    }
    if !named.is_empty() {
        items.retain(|item| item[listing.id].as_str().is_some_and(|id| named.contains(&id)));
    }
    let filters = call.input[listing.filtered].as_array().into_iter().flatten();
    for filter in filters {
        narrow(&mut items, filter, listing.filters)?;
    }
    Ok(items)
}

/// A page of those.
pub(super) fn answer(
    world: &World,
    call: &Call,
    listing: &Listing,
    items: Vec<Value>,
) -> Result<Answer, Fault> {
    let items = chosen(call, listing, items)?;
    PAGER.page(world, call, listing.answered, items)
}

/// By which calls name what they want: no report has met an empty page then.
const NAMED: &[&str] = &[
    "GroupIds",
    "SecurityGroupRuleIds",
    "VpcIds",
    "SubnetIds",
    "RouteTableIds",
    "VpcEndpointIds",
];

/// Keeps the items that a filter lets through: of its values, one has to fit.
fn narrow(items: &mut Vec<Value>, filter: &Value, known: &[Filter]) -> Result<(), Fault> {
    let name = filter["Name"].as_str().unwrap_or_default();
    let values: Vec<&str> = texts(&filter["Values"]).collect();
    let fits = |text: &str| values.iter().any(|value| wildcard_matches(value, text));
    if let Some(key) = name.strip_prefix("tag:") {
        items.retain(|item| {
            let tags = item["Tags"].as_array().into_iter().flatten();
            let mut own = tags.filter(|tag| tag["Key"] == key);
            own.any(|tag| fits(tag["Value"].as_str().unwrap_or_default()))
        });
        return Ok(());
    }
    let path = match name {
        "tag-key" => "Tags/*/Key",
        other => {
            let found = known.iter().find(|(known, _)| *known == other);
            let unknown = || invalid(format!("The filter '{other}' is invalid"));
            found.ok_or_else(unknown)?.1
        }
    };
    items.retain(|item| {
        let mut found = Vec::new();
        collect(item, path, &mut found);
        found.iter().any(|text| fits(text))
    });
    Ok(())
}

/// The values at a path, as texts.
fn collect(value: &Value, path: &str, found: &mut Vec<String>) {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    match (first, value) {
        (_, Value::Null) => {}
        ("", Value::String(text)) => found.push(text.clone()),
        ("", other) => found.push(other.to_string()),
        ("*", list) => {
            for entry in list.as_array().into_iter().flatten() {
                collect(entry, rest, found);
            }
        }
        (member, structure) => collect(&structure[member], rest, found),
    }
}

/// An item with the tags that its thing has; EC2 leaves the member out where there are none.
pub(super) fn tagged(place: &Place, id: &str, mut shown: Value) -> Value {
    if let Some(own) = place.tags.get(id).filter(|tags| !tags.is_empty()) {
        shown["Tags"] = tags::list(own).into();
    }
    shown
}
