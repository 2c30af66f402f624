//! Labels of versions: a name that a version has alone, until it moves.

use serde_json::{Value, json};

use super::{Answer, Call, Fault, Parameter, Version, key, missing, place};
use crate::world::World;

/// Labels of one version, at most.
const MOST: usize = 10;

/// Whether a label is one (LabelParameterVersion).
fn fits(label: &str) -> bool {
    let lower = label.to_ascii_lowercase();
    label.chars().count() <= 100
        && label
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || ".-_".contains(it))
        && !label.starts_with(|it: char| it.is_ascii_digit())
        && !lower.starts_with("aws")
        && !lower.starts_with("ssm")
}

fn labels(call: &Call) -> Vec<String> {
    let labels = call.input["Labels"].as_array().into_iter().flatten();
    labels.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn parameter<'world>(world: &'world mut World, call: &Call) -> Result<&'world mut Parameter, Fault> {
    let name = call.text("Name").unwrap_or_default().trim();
    let parameters = world.parameter_store.parameters.get_mut(&place(call));
    parameters
        .and_then(|parameters| parameters.get_mut(key(name)))
        .ok_or_else(|| missing(name))
}

/// The version that the call means: the latest unless it says which.
fn position(versions: &[Version], call: &Call) -> Result<usize, Fault> {
    let number = call.input["ParameterVersion"].as_u64();
    let found = match number {
        Some(number) => versions.iter().position(|it| it.number == number),
        None => versions.len().checked_sub(1),
    };
    found.ok_or_else(|| Fault::new("ParameterVersionNotFound", "There is no such version."))
}

/// LabelParameterVersion: what is no label is listed by name, the rest moves to the version.
pub(super) fn attach(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let (good, bad): (Vec<_>, Vec<_>) = labels(call).into_iter().partition(|label| fits(label));
    let versions = &mut parameter(world, call)?.versions;
    let at = position(versions, call)?;
    let fresh = good
        .iter()
        .filter(|label| !versions[at].labels.contains(label))
        .count();
    if versions[at].labels.len() + fresh > MOST {
        return Err(Fault::new(
            "ParameterVersionLabelLimitExceeded",
            format!("A version can have {MOST} labels."),
        ));
    }
    for version in versions.iter_mut() {
        version.labels.retain(|label| !good.contains(label));
    }
    versions[at].labels.extend(good);
    Ok(Answer::of(
        json!({ "InvalidLabels": bad, "ParameterVersion": versions[at].number }),
    ))
}

/// UnlabelParameterVersion: what the version does not have is listed by name.
pub(super) fn detach(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let versions = &mut parameter(world, call)?.versions;
    let at = position(versions, call)?;
    let known = &mut versions[at].labels;
    let (removed, wrong): (Vec<_>, Vec<_>) =
        labels(call).into_iter().partition(|label| known.contains(label));
    known.retain(|label| !removed.contains(label));
    Ok(Answer::of(
        json!({ "RemovedLabels": removed, "InvalidLabels": wrong }),
    ))
}
