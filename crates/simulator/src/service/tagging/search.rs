//! GetResources: what carries tags in one region.

use serde_json::{Map, Value, json};

use super::super::ask::Tagged;
use super::super::page::{Beyond, Pager};
use super::super::{Answer, Call, Fault};
use crate::world::World;
use crate::world::tags::Tags;

const PAGER: Pager = Pager {
    token: "PaginationToken",
    size: "ResourcesPerPage",
    default: 50,
    most: 100,
    beyond: Beyond::Refused(|most| invalid(&format!("ResourcesPerPage has to be between 1 and {most}."))),
    parents: &["/TagFilters", "/ResourceTypeFilters"],
    wrong_token: || invalid("The pagination token is not valid."),
    ..Pager::USUAL
};

fn invalid(message: &str) -> Fault {
    Fault::new("InvalidParameterException", message)
}

fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// Whether tags are what every filter asks for: the key, with one of its values if it gives any.
fn fits(tags: &Tags, filters: &[Value]) -> bool {
    filters.iter().all(|filter| {
        let value = tags.get(filter["Key"].as_str().unwrap_or_default());
        let values = texts(&filter["Values"]);
        value.is_some_and(|value| values.is_empty() || values.contains(&value.as_str()))
    })
}

/// Whether a type is one of these: services, or types of theirs.
fn is_of(kind: &str, wanted: &[&str]) -> bool {
    let service = kind.split(':').next().unwrap_or(kind);
    wanted.is_empty() || wanted.contains(&kind) || wanted.contains(&service)
}

/// Answers GetResources.
pub(super) fn resources(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arns = texts(&call.input["ResourceARNList"]);
    let narrowed = [
        "TagFilters",
        "ResourceTypeFilters",
        "ResourcesPerPage",
        "TagsPerPage",
        "PaginationToken",
    ];
    if !arns.is_empty() && narrowed.iter().any(|member| call.input.get(*member).is_some()) {
        return Err(invalid("ResourceARNList goes with no other parameter."));
    }
    let filters = call.input["TagFilters"].as_array().cloned().unwrap_or_default();
    let kinds = texts(&call.input["ResourceTypeFilters"]);
    let all = world.tagged(&call.caller.account, &call.region, call.now);
    let found = all.into_iter().filter(|(kind, arn, tags)| {
        is_of(kind, &kinds) && fits(tags, &filters) && (arns.is_empty() || arns.contains(&arn.as_str()))
    });
    let shown: Vec<Value> = found
        .map(|(_, arn, tags)| {
            let tags: Vec<Value> = tags
                .iter()
                .map(|(key, value)| json!({ "Key": key, "Value": value }))
                .collect();
            json!({ "ResourceARN": arn, "Tags": tags })
        })
        .collect();
    let mut answer = PAGER.page(world, call, "ResourceTagMappingList", shown)?;
    // The last page has an empty token.
    if let Some(output) = answer.output.as_object_mut() {
        ended(output);
    }
    Ok(answer)
}

fn ended(output: &mut Map<String, Value>) {
    output
        .entry(PAGER.token)
        .or_insert_with(|| Value::String(String::new()));
}
