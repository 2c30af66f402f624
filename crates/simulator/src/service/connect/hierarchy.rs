//! The hierarchy of users: up to five named levels, and groups at them.

use serde_json::{Map, Value, json};

use super::entity::{self, Entity, Kind};
use super::instance::Instance;
use super::{active_instance, invalid_parameter, invalid_request};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// The levels from the top.
const LEVELS: [&str; 5] = ["LevelOne", "LevelTwo", "LevelThree", "LevelFour", "LevelFive"];

/// The groups from the top down to this one.
pub(super) fn path<'one>(one: &'one Instance, group: &'one Entity) -> Vec<&'one Entity> {
    let mut up = vec![group];
    while let Some(parent) = up
        .last()
        .and_then(|group| group.hidden.get("ParentGroupId"))
        .and_then(Value::as_str)
        .and_then(|id| one.entities.get(id))
    {
        up.push(parent);
        if up.len() == LEVELS.len() {
            break;
        }
    }
    up.reverse();
    up
}

/// The id of the level that a group is at.
pub(super) fn level(one: &Instance, group: &Entity) -> Option<String> {
    let name = LEVELS.get(path(one, group).len() - 1)?;
    one.levels.get(*name)?["Id"].as_str().map(str::to_owned)
}

/// Adds to a group's description where it stands.
pub(super) fn add_path(one: &Instance, group: &Entity, shown: &mut Map<String, Value>) {
    let groups = path(one, group);
    shown.extend(level(one, group).map(|id| ("LevelId".to_owned(), json!(id))));
    let steps: Map<String, Value> = LEVELS
        .iter()
        .zip(groups)
        .map(|(level, group)| ((*level).to_owned(), group.summary()))
        .collect();
    shown.insert("HierarchyPath".to_owned(), Value::Object(steps));
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let mut hidden = Map::new();
    let mut depth = 0;
    if let Some(parent) = call.text("ParentGroupId") {
        depth = path(one, entity::find(one, Kind::HierarchyGroup, parent)?).len();
        hidden.insert("ParentGroupId".to_owned(), json!(parent));
    }
    if LEVELS
        .get(depth)
        .is_none_or(|level| !one.levels.contains_key(*level))
    {
        return Err(invalid_parameter("the hierarchy has no level for the group"));
    }
    let name = call.text("Name").unwrap_or_default();
    let (id, arn) = entity::insert(world, call, Kind::HierarchyGroup, name, Map::new(), hidden)?;
    Ok(Answer::of(
        json!({ "HierarchyGroupId": id, "HierarchyGroupArn": arn }),
    ))
}

pub(super) fn rename(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let name = call.text("Name").unwrap_or_default();
    entity::refuse_duplicate(one, Kind::HierarchyGroup, name, call.text("HierarchyGroupId"))?;
    entity::target(world, call, Kind::HierarchyGroup)?.name = name.to_owned();
    Ok(Answer::empty())
}

/// "An existing hierarchy group must not be associated with any agents or have any active child groups."
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let id = call.text("HierarchyGroupId").unwrap_or_default();
    entity::find(one, Kind::HierarchyGroup, id)?;
    let held = one.entities.values().any(|other| {
        let parent = other.hidden.get("ParentGroupId").and_then(Value::as_str);
        parent == Some(id) || (other.kind == Kind::User && other.text("HierarchyGroupId") == Some(id))
    });
    if held {
        return Err(Fault::new(
            "ResourceInUseException",
            "the group has agents or groups below it",
        ));
    }
    one.entities.remove(id);
    Ok(Answer::empty())
}

pub(super) fn structure(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    Ok(Answer::of(json!({ "HierarchyStructure": one.levels })))
}

/// Names levels, adds them, and takes away those that are not named, from the bottom only and without groups.
pub(super) fn update_structure(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let fresh = LEVELS.map(|_| world.uuid());
    let one = active_instance(world, call)?;
    let wanted = &call.input["HierarchyStructure"];
    let names: Vec<Option<&str>> = LEVELS
        .iter()
        .map(|level| wanted[*level]["Name"].as_str())
        .collect();
    let depth = names.iter().take_while(|name| name.is_some()).count();
    if names[depth..].iter().any(Option::is_some) {
        return Err(invalid_request("a level is missing above another"));
    }
    let groups = one
        .entities
        .values()
        .filter(|entity| entity.kind == Kind::HierarchyGroup);
    if groups
        .map(|group| path(one, group).len())
        .any(|used| used > depth)
    {
        return Err(Fault::new(
            "ResourceInUseException",
            "a level that is taken away has groups",
        ));
    }
    for ((level, name), id) in LEVELS.iter().zip(&names).zip(fresh) {
        let Some(name) = name else {
            one.levels.remove(*level);
            continue;
        };
        let arn = format!("{}/agent-group-level/{id}", one.arn());
        let held = one
            .levels
            .entry((*level).to_owned())
            .or_insert_with(|| json!({ "Id": id, "Arn": arn }));
        held["Name"] = json!(name);
        held["LastModifiedTime"] = json!(call.now.epoch_seconds());
        held["LastModifiedRegion"] = json!(call.region);
    }
    Ok(Answer::empty())
}
