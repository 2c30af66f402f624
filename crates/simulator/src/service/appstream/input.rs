//! Reading members of a call's input.

use serde_json::{Map, Value};

use super::account::Tags;
use super::fault;
use crate::service::{Fault, tags};

/// A member that is there and not null.
pub(super) fn member<'input>(input: &'input Value, name: &str) -> Option<&'input Value> {
    input.get(name).filter(|value| !value.is_null())
}

/// A list of strings; absent is `None`, which is not the same as empty.
pub(super) fn texts(input: &Value, name: &str) -> Option<Vec<String>> {
    let list = member(input, name)?.as_array()?;
    Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// A string that the wire layer has already found to be there.
pub(super) fn required(input: &Value, name: &str) -> Result<String, Fault> {
    member(input, name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .ok_or_else(|| fault::combination(format!("{name} is required.")))
}

/// Copies the members of these names that are there.
pub(super) fn keep(input: &Value, names: &[&str], into: &mut Map<String, Value>) {
    for name in names {
        if let Some(value) = member(input, name) {
            into.insert((*name).to_owned(), value.clone());
        }
    }
}

/// Changes the agent's access in `fields`: an update gives only what changes, and what is there afterwards has to
/// be whole (AgentAccessConfig's required members; AgentAccessConfigForUpdate has none). Settings are merged by their
/// action. `region` is the stack's: its key has to be there too.
pub(super) fn merge_agent_access(
    input: &Value,
    fields: &mut Map<String, Value>,
    region: &str,
) -> Result<(), Fault> {
    let Some(given) = member(input, "AgentAccessConfig").and_then(Value::as_object) else {
        return Ok(());
    };
    let mut whole = fields
        .get("AgentAccessConfig")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let mut settings: Vec<Value> = whole
        .get("Settings")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    for (name, value) in given.iter().filter(|(_, value)| !value.is_null()) {
        if name != "Settings" {
            whole.insert(name.clone(), value.clone());
            continue;
        }
        for setting in value.as_array().into_iter().flatten() {
            settings.retain(|it| it["AgentAction"] != setting["AgentAction"]);
            settings.push(setting.clone());
        }
    }
    // "Setting this attribute to false also removes the KmsKeyArn value" (UpdateStack).
    if given.get("ReplaySessionEnabled") == Some(&Value::Bool(false)) && !given.contains_key("KmsKeyArn") {
        whole.remove("KmsKeyArn");
    }
    whole.insert("Settings".to_owned(), Value::Array(settings));
    check_agent_access(&whole, region)?;
    fields.insert("AgentAccessConfig".to_owned(), Value::Object(whole));
    Ok(())
}

/// What the model's texts ask of the agent's access.
fn check_agent_access(whole: &Map<String, Value>, region: &str) -> Result<(), Fault> {
    for name in ["ScreenResolution", "ScreenImageFormat"] {
        if !whole.contains_key(name) {
            return Err(fault::combination(format!("AgentAccessConfig needs {name}.")));
        }
    }
    let enabled: Vec<&str> = whole["Settings"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|it| it["Permission"] == "ENABLED")
        .filter_map(|it| it["AgentAction"].as_str())
        .collect();
    if enabled.is_empty() {
        return Err(fault::combination("AgentAccessConfig enables no action."));
    }
    let on = |name: &str| whole.get(name) == Some(&Value::Bool(true));
    let sees = enabled.contains(&"COMPUTER_VISION");
    if !sees && (enabled.contains(&"COMPUTER_INPUT") || on("ReplaySessionEnabled")) {
        return Err(fault::combination("AgentAccessConfig needs COMPUTER_VISION."));
    }
    if (on("ScreenshotsUploadEnabled") || on("ReplaySessionEnabled")) && !whole.contains_key("S3BucketArn") {
        return Err(fault::combination("AgentAccessConfig needs an S3BucketArn."));
    }
    let key = whole.get("KmsKeyArn").and_then(Value::as_str);
    if key.is_some_and(|arn| !on("ReplaySessionEnabled") || arn.split(':').nth(3) != Some(region)) {
        return Err(fault::combination(
            "KmsKeyArn is of the stack's region and for replays.",
        ));
    }
    Ok(())
}

/// A map of tags.
pub(super) fn tags(input: &Value, name: &str) -> Tags {
    tags::unchecked(&input[name])
}

/// Refuses a number outside `low..=high` (`or_zero`: zero is fine too).
pub(super) fn range(input: &Value, name: &str, low: i64, high: i64, or_zero: bool) -> Result<(), Fault> {
    match member(input, name).map(|value| value.as_i64()) {
        None => Ok(()),
        Some(Some(number)) if (low..=high).contains(&number) || (or_zero && number == 0) => Ok(()),
        Some(_) => Err(fault::combination(format!(
            "{name} must be between {low} and {high}."
        ))),
    }
}
