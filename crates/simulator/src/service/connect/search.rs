//! The Search operations: an index over a kind, by strings and tags.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::entity::{Entity, Kind};
use super::instance::Instance;
use super::{PAGER, active_instance, invalid_parameter};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// How far the index runs behind, where it does (quirk `connect.search-lags`).
///
/// Quirk `connect.search-lags`. Search is an index; its delay is not documented.
const INDEX_LAG: Duration = Duration::from_secs(20);

/// The field names that AWS documents for a kind, each with where its value stands.
fn fields(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::User => &[
            "Username",
            "FirstName",
            "LastName",
            "RoutingProfileId",
            "SecurityProfileId",
            "resourceId",
        ],
        Kind::Queue
        | Kind::SecurityProfile
        | Kind::QuickConnect
        | Kind::ContactFlow
        | Kind::ContactFlowModule => &["name", "description", "resourceID"],
        Kind::HierarchyGroup => &["name", "parentId", "levelId", "resourceID"],
        Kind::RoutingProfile => &["associatedQueueIds", "name", "description", "resourceID"],
        Kind::Hours => &["name", "description", "timezone", "resourceID"],
        Kind::AgentStatus => &[
            "name",
            "description",
            "state",
            "type",
            "displayOrder",
            "resourceID",
        ],
    }
}

fn values(one: &Instance, entity: &Entity, field: &str) -> Vec<String> {
    let body = |member: &str| entity.text(member).map(str::to_owned).into_iter().collect();
    let identity = |member: &str| {
        let value = entity.body.get("IdentityInfo").and_then(|info| info.get(member));
        value
            .and_then(Value::as_str)
            .map(str::to_owned)
            .into_iter()
            .collect()
    };
    match field {
        "Username" | "name" => vec![entity.name.clone()],
        "FirstName" | "LastName" => identity(field),
        "RoutingProfileId" => body("RoutingProfileId"),
        "SecurityProfileId" => {
            let ids = entity.body.get("SecurityProfileIds").and_then(Value::as_array);
            ids.into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        }
        "associatedQueueIds" => entity
            .hidden_list("Queues")
            .iter()
            .filter_map(|queue| queue["QueueReference"]["QueueId"].as_str().map(str::to_owned))
            .collect(),
        "resourceId" | "resourceID" => vec![entity.id.clone()],
        "parentId" => {
            let parent = entity.hidden.get("ParentGroupId").and_then(Value::as_str);
            parent.map(str::to_owned).into_iter().collect()
        }
        "levelId" => super::hierarchy::level(one, entity).into_iter().collect(),
        "description" => body("Description"),
        "timezone" => body("TimeZone"),
        "state" => body("State"),
        "type" => body("Type"),
        "displayOrder" => {
            let order = entity.body.get("DisplayOrder").and_then(Value::as_u64);
            order.map(|order| order.to_string()).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn list<'value>(value: &'value Value, member: &str) -> Option<&'value Vec<Value>> {
    value.get(member).and_then(Value::as_array)
}

/// Whether the entity meets the criteria.
///
/// Assumption: connect.search-case. AWS documents no case rule; names are compared without regard to case, as
/// search fields usually are, so that a caller must compare exactly what comes back.
fn meets(one: &Instance, entity: &Entity, criteria: &Value) -> Result<bool, Fault> {
    if let Some(any) = list(criteria, "OrConditions") {
        let mut met = false;
        for each in any {
            met |= meets(one, entity, each)?;
        }
        if !met {
            return Ok(false);
        }
    }
    for each in list(criteria, "AndConditions").into_iter().flatten() {
        if !meets(one, entity, each)? {
            return Ok(false);
        }
    }
    let given = |member: &str| criteria.get(member).filter(|value| !value.is_null());
    if given("ListCondition").is_some() {
        // The simulator has no proficiencies: no user meets a condition on them.
        return Ok(false);
    }
    if given("HierarchyGroupCondition").is_some_and(|condition| !in_group(one, entity, condition)) {
        return Ok(false);
    }
    for member in ["Type", "State", "Status"] {
        let wanted = given(&format!("{member}Condition")).and_then(Value::as_str);
        if wanted.is_some_and(|wanted| entity.text(member) != Some(wanted)) {
            return Ok(false);
        }
    }
    let Some(condition) = given("StringCondition") else {
        return Ok(true);
    };
    let text = |member: &str| condition.get(member).and_then(Value::as_str).unwrap_or_default();
    let (field, comparison) = (text("FieldName"), text("ComparisonType"));
    if !fields(entity.kind).contains(&field) {
        return Err(invalid_parameter(format!("the field {field} cannot be searched")));
    }
    let wanted = text("Value").to_lowercase();
    // AWS: contains queries on name and description take 2 to 25 characters.
    let contained = comparison == "CONTAINS" && matches!(field, "name" | "description");
    if contained && !(2..=25).contains(&wanted.chars().count()) {
        return Err(invalid_parameter("a contains query takes 2 to 25 characters"));
    }
    let hit = |value: &String| {
        let value = value.to_lowercase();
        match comparison {
            "STARTS_WITH" => value.starts_with(&wanted),
            "CONTAINS" => value.contains(&wanted),
            _ => value == wanted,
        }
    };
    Ok(values(one, entity, field).iter().any(hit))
}

/// Whether a user is in the group that a condition names, or in one below it if that counts.
fn in_group(one: &Instance, user: &Entity, condition: &Value) -> bool {
    let wanted = condition["Value"].as_str();
    let own = user.text("HierarchyGroupId");
    match condition["HierarchyGroupMatchType"].as_str() {
        Some("WITH_CHILD_GROUPS") => own.and_then(|id| one.entities.get(id)).is_some_and(|group| {
            super::hierarchy::path(one, group)
                .iter()
                .any(|it| Some(it.id.as_str()) == wanted)
        }),
        _ => own.is_some() && own == wanted,
    }
}

fn has_tag(entity: &Entity, condition: &Value) -> bool {
    let text = |member: &str| condition.get(member).and_then(Value::as_str);
    let Some(value) = text("TagKey").and_then(|key| entity.tags.get(key)) else {
        return false;
    };
    text("TagValue").is_none_or(|wanted| wanted == value)
}

/// Whether the tags pass a `TagFilter` (or, for users and statuses, an attribute filter).
fn passes(one: &Instance, entity: &Entity, filter: &Value) -> bool {
    let all = |conditions: &Value| {
        let nested = list(conditions, "TagConditions").or_else(|| conditions.as_array());
        match nested {
            Some(nested) => nested.iter().all(|each| has_tag(entity, each)),
            None => has_tag(entity, conditions),
        }
    };
    if let Some(any) = list(filter, "OrConditions")
        && !any.iter().any(all)
    {
        return false;
    }
    for member in ["AndConditions", "AndCondition", "TagCondition"] {
        if let Some(condition) = filter.get(member).filter(|value| !value.is_null())
            && !all(condition)
        {
            return false;
        }
    }
    filter
        .get("HierarchyGroupCondition")
        .is_none_or(|condition| condition.is_null() || in_group(one, entity, condition))
}

/// What Search shows of an entity: for users and security profiles less than Describe.
fn shown(world: &World, one: &Instance, entity: &Entity) -> Value {
    let mut shown: Map<String, Value> = super::description::complete(world, one, entity);
    if matches!(entity.kind, Kind::User | Kind::SecurityProfile) {
        shown.remove("LastModifiedTime");
        shown.remove("LastModifiedRegion");
    }
    if entity.kind == Kind::SecurityProfile {
        let kept = [
            "Id",
            "OrganizationResourceId",
            "Arn",
            "SecurityProfileName",
            "Description",
            "Tags",
            "Type",
        ];
        shown.retain(|member, _| kept.contains(&member.as_str()));
    }
    if entity.kind == Kind::User {
        if let Some(identity) = shown.get_mut("IdentityInfo").and_then(Value::as_object_mut) {
            identity.retain(|member, _| matches!(member.as_str(), "FirstName" | "LastName"));
        }
        // SearchUsers answers in milliseconds what DescribeUser answers in seconds (AWS's reference).
        scale(shown.get_mut("PhoneConfig"));
        for config in shown
            .get_mut("AfterContactWorkConfigs")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            scale(config.get_mut("AfterContactWorkConfig"));
        }
    }
    Value::Object(shown)
}

fn scale(config: Option<&mut Value>) {
    if let Some(limit) = config.and_then(|config| config.get_mut("AfterContactWorkTimeLimit"))
        && let Some(seconds) = limit.as_u64()
    {
        *limit = json!(seconds * 1000);
    }
}

pub(super) fn call(world: &mut World, call: &Call, kind: Kind) -> Result<Answer, Fault> {
    active_instance(world, call)?;
    let world = &*world;
    let one = super::instance(world, call)?;
    let lag = if world.quirk("connect.search-lags") {
        INDEX_LAG
    } else {
        Duration::ZERO
    };
    let nothing = Value::Null;
    let criteria = call.input.get("SearchCriteria").unwrap_or(&nothing);
    let filters = call.input.get("SearchFilter").and_then(Value::as_object);
    let mut found = Vec::new();
    for entity in one.entities.values().filter(|entity| entity.kind == kind) {
        let tagged = filters
            .into_iter()
            .flat_map(Map::values)
            .all(|filter| passes(one, entity, filter));
        if meets(one, entity, criteria)? && tagged && entity.created.after(lag) <= call.now {
            found.push(entity);
        }
    }
    found.sort_by_key(|entity| (entity.created, entity.name.clone()));
    let count = found.len();
    let items = found
        .into_iter()
        .map(|entity| shown(world, one, entity))
        .collect();
    let mut answer = PAGER.page(world, call, kind.plural(), items)?;
    answer.output["ApproximateTotalCount"] = json!(count);
    Ok(answer)
}
