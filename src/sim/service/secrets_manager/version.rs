//! Versions of a secret and their staging labels. AWSCURRENT is what a read means unless it says otherwise; the
//! version that had it before becomes AWSPREVIOUS.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Answer, Call, Fault, alive, find, invalid, missing};
use crate::sim::clock::Moment;
use crate::sim::world::World;

/// The label of the version that counts.
pub(super) const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";
/// Versions without a label that are kept.
const KEPT: usize = 100;

/// One version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Version {
    pub(super) id: String,
    /// `SecretString` or `SecretBinary`, as an object with that one member.
    pub(super) value: Value,
    pub(super) stages: Vec<String>,
    pub(super) created: Moment,
}

/// The value in a call: text or bytes, never both.
pub(super) fn value(call: &Call) -> Result<Option<Value>, Fault> {
    let given = |member: &str| call.input.get(member).filter(|it| !it.is_null()).cloned();
    match (given("SecretString"), given("SecretBinary")) {
        (Some(_), Some(_)) => Err(invalid("You can't specify both a text and a binary value.")),
        (Some(text), None) => Ok(Some(json!({ "SecretString": text }))),
        (None, Some(bytes)) => Ok(Some(json!({ "SecretBinary": bytes }))),
        (None, None) => Ok(None),
    }
}

/// PutSecretValue: a new version, which is the current one unless other labels are given.
pub(super) fn put(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let value =
        value(call)?.ok_or_else(|| invalid("You must provide either SecretString or SecretBinary."))?;
    let token = call
        .text("ClientRequestToken")
        .map_or_else(|| world.uuid(), str::to_owned);
    let secret = alive(find(world, call)?)?;
    if let Some(known) = secret.versions.iter().find(|it| it.id == token) {
        if known.value != value {
            return Err(Fault::new(
                "ResourceExistsException",
                "You can't use that ClientRequestToken: there is a version with another value.",
            ));
        }
        return Ok(Answer::of(json!({
            "ARN": secret.arn, "Name": secret.name, "VersionId": token, "VersionStages": known.stages,
        })));
    }
    let stages: Vec<String> = match call.input["VersionStages"].as_array() {
        Some(stages) => stages
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        None => vec![CURRENT.to_owned()],
    };
    let before = secret
        .versions
        .iter()
        .position(|it| it.stages.iter().any(|stage| stage == CURRENT));
    for version in &mut secret.versions {
        version.stages.retain(|stage| !stages.contains(stage));
    }
    // The first value is current, whatever its labels.
    let mut stages = stages;
    if before.is_none() && !stages.iter().any(|stage| stage == CURRENT) {
        stages.push(CURRENT.to_owned());
    }
    if let Some(before) = before.filter(|_| stages.iter().any(|stage| stage == CURRENT)) {
        for version in &mut secret.versions {
            version.stages.retain(|stage| stage != PREVIOUS);
        }
        if let Some(version) = secret.versions.get_mut(before) {
            version.stages.push(PREVIOUS.to_owned());
        }
    }
    secret.versions.push(Version {
        id: token.clone(),
        value,
        stages: stages.clone(),
        created: call.now,
    });
    let surplus = secret.versions.len().saturating_sub(KEPT);
    let mut index = 0;
    secret.versions.retain(|version| {
        index += 1;
        index > surplus || !version.stages.is_empty()
    });
    secret.changed = call.now;
    Ok(Answer::of(json!({
        "ARN": secret.arn, "Name": secret.name, "VersionId": token, "VersionStages": stages,
    })))
}

/// GetSecretValue: the current version, or the one with this id, this label, or both.
pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let (id, stage) = (call.text("VersionId"), call.text("VersionStage"));
    let stage = stage.or(if id.is_none() { Some(CURRENT) } else { None });
    let secret = alive(find(world, call)?)?;
    let version = secret
        .versions
        .iter()
        .find(|version| {
            id.is_none_or(|id| id == version.id)
                && stage.is_none_or(|stage| version.stages.iter().any(|it| it == stage))
        })
        .ok_or_else(missing)?;
    let mut output = version.value.clone();
    output["ARN"] = json!(secret.arn);
    output["Name"] = json!(secret.name);
    output["VersionId"] = json!(version.id);
    output["CreatedDate"] = json!(version.created.epoch_seconds());
    if !version.stages.is_empty() {
        output["VersionStages"] = json!(version.stages);
    }
    Ok(Answer::of(output))
}
