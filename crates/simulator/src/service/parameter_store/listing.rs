//! Lists of parameters: all of them without values, those below a path with them, and all versions of one.

use serde_json::{Value, json};

use super::parameter::view;
use super::{Answer, Asked, Call, Fault, Parameter, find, invalid, key, missing, place, public, shown};
use crate::service::page::Pager;
use crate::world::World;

const PAGER: Pager = Pager {
    wrong_token: || Fault::new("InvalidNextToken", "The specified token isn't valid."),
    ..Pager::USUAL.by(50)
};

/// One condition of a list, in the current form (`ParameterFilters`) or the old one (`Filters`, which has no options).
struct Filter<'call> {
    key: &'call str,
    option: &'call str,
    values: Vec<&'call str>,
}

fn filters<'call>(call: &'call Call, keys: &[&str]) -> Result<Vec<Filter<'call>>, Fault> {
    let lists = ["ParameterFilters", "Filters"].map(|member| call.input[member].as_array());
    if lists.iter().flatten().filter(|list| !list.is_empty()).count() > 1 {
        return Err(invalid("Filters and ParameterFilters exclude each other."));
    }
    let read = |filter: &'call Value| {
        let key = filter["Key"].as_str().unwrap_or_default();
        let values = filter["Values"].as_array().into_iter().flatten();
        let values: Vec<&str> = values.filter_map(Value::as_str).collect();
        let usual = if key == "Path" { "OneLevel" } else { "Equals" };
        let option = filter["Option"].as_str().unwrap_or(usual);
        let options: &[&str] = match key {
            "Path" => &["Recursive", "OneLevel"],
            "Name" => &["Equals", "BeginsWith", "Contains"],
            _ => &["Equals", "BeginsWith"],
        };
        let tag = key.starts_with("tag:") && keys.contains(&"tag:");
        if !tag && !keys.contains(&key) {
            return Err(Fault::new(
                "InvalidFilterKey",
                format!("{key} is no key of a filter here."),
            ));
        }
        if !options.contains(&option) {
            return Err(Fault::new(
                "InvalidFilterOption",
                format!("{key} cannot be compared by {option}."),
            ));
        }
        // A tag alone may be asked for; everything else needs a value.
        if values.is_empty() && !tag {
            return Err(Fault::new(
                "InvalidFilterValue",
                format!("The filter on {key} has no value."),
            ));
        }
        Ok(Filter { key, option, values })
    };
    lists.into_iter().flatten().flatten().map(read).collect()
}

/// Whether a name stands below a path, at any depth or directly.
fn below(name: &str, path: &str, recursive: bool) -> bool {
    let root = path.trim_end_matches('/');
    let rest = name.strip_prefix(root).and_then(|rest| rest.strip_prefix('/'));
    match rest {
        Some(rest) => recursive || !rest.contains('/'),
        // A name without a hierarchy lies on the root.
        None => root.is_empty() && !name.contains('/'),
    }
}

fn passes(parameter: &Parameter, filter: &Filter) -> bool {
    let name = parameter.name.as_str();
    let any = |text: &str| {
        filter.values.iter().any(|value| match filter.option {
            "BeginsWith" => text.starts_with(value),
            "Contains" => text.contains(value),
            _ => text == *value,
        })
    };
    match filter.key {
        // With or without the slash in front of it (the user guide's examples have both).
        "Name" => any(name) || any(name.strip_prefix('/').unwrap_or(&format!("/{name}"))),
        "Type" => any(&parameter.kind),
        "KeyId" => parameter.key.as_deref().is_some_and(any),
        "Tier" => any(&parameter.tier),
        "DataType" => any(&parameter.data_type),
        "Label" => parameter
            .versions
            .iter()
            .any(|version| version.labels.iter().any(|label| any(label))),
        "Path" => filter
            .values
            .iter()
            .any(|path| below(name, path, filter.option == "Recursive")),
        key => {
            let value = key.strip_prefix("tag:").and_then(|key| parameter.tags.get(key));
            value.is_some_and(|value| filter.values.is_empty() || any(value))
        }
    }
}

fn found<'world>(world: &'world World, call: &Call, filters: &[Filter]) -> Vec<&'world Parameter> {
    let parameters = world.parameter_store.parameters.get(&place(call));
    parameters
        .into_iter()
        .flat_map(|parameters| parameters.values())
        .filter(|parameter| filters.iter().all(|filter| passes(parameter, filter)))
        .collect()
}

/// DescribeParameters: everything but values.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let keys = ["Name", "Type", "KeyId", "Path", "Tier", "DataType", "tag:"];
    let filters = filters(call, &keys)?;
    // Nothing is shared with other accounts here.
    let own = call.input["Shared"] != true;
    let items = found(world, call, &filters)
        .into_iter()
        .filter(|_| own)
        .filter_map(|parameter| {
            let mut view = shown(parameter, parameter.versions.last()?);
            view["ARN"] = json!(super::arn(call, &parameter.name));
            view["Tier"] = json!(parameter.tier);
            Some(view)
        })
        .collect();
    let pager = Pager {
        parents: &["/ParameterFilters", "/Filters"],
        ..PAGER
    };
    pager.page(world, call, "Parameters", items)
}

/// GetParametersByPath: what stands below a path, with its values.
pub(super) fn by_path(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let path = call.text("Path").unwrap_or_default().trim();
    if !path.starts_with('/') {
        return Err(invalid("A path begins with a slash."));
    }
    let filters = filters(call, &["Type", "KeyId", "Label"])?;
    let recursive = call.input["Recursive"] == true;
    let mut items: Vec<Value> = Vec::new();
    // AWS's own parameters are there for those who ask for their path, and not below the root.
    if filters.is_empty() && path.starts_with(public::ROOT) {
        let names = public::names(call).into_iter();
        let names = names.filter(|name| below(name, path, recursive));
        items.extend(names.filter_map(|name| public::view(call, &name)));
    }
    for parameter in found(world, call, &filters) {
        let name = &parameter.name;
        if !below(name, path, recursive) {
            continue;
        }
        // Asked for by a label, the version that has it is meant.
        let label = filters.iter().find(|filter| filter.key == "Label");
        let labelled = label.and_then(|label| {
            let has = |it: &&super::Version| it.labels.iter().any(|own| label.values.contains(&own.as_str()));
            parameter.versions.iter().find(has)
        });
        let asked = match labelled {
            Some(version) => format!("{name}:{}", version.number),
            None => name.clone(),
        };
        items.push(view(world, call, &asked)?);
    }
    let pager = Pager {
        parents: &["/Path"],
        ..PAGER.by(10)
    };
    pager.page(world, call, "Parameters", items)
}

/// GetParameterHistory: every version that is kept, oldest first.
pub(super) fn history(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let asked = Asked::of(call, call.text("Name").unwrap_or_default());
    let parameter = find(world, call, asked.name).ok_or_else(|| missing(asked.name))?;
    let items = parameter
        .versions
        .iter()
        .map(|version| {
            let mut shown = shown(parameter, version);
            shown["Value"] = json!(super::readable(call, parameter, version));
            shown["Labels"] = json!(version.labels);
            shown["Tier"] = json!(parameter.tier);
            shown
        })
        .collect();
    let pager = Pager {
        parents: &["/Name"],
        ..PAGER
    };
    pager.page(world, call, "Parameters", items)
}

/// DeleteParameters: what is not there is listed by name.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let parameters = world.parameter_store.parameters.entry(place(call)).or_default();
    let names = call.input["Names"].as_array().into_iter().flatten();
    let names = names.filter_map(Value::as_str);
    let (deleted, wrong): (Vec<&str>, Vec<&str>) =
        names.partition(|name| parameters.remove(key(name)).is_some());
    Ok(Answer::of(
        json!({ "DeletedParameters": deleted, "InvalidParameters": wrong }),
    ))
}
