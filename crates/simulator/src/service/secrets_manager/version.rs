//! Versions of a secret and their staging labels. AWSCURRENT is what a read means unless it says otherwise; the
//! version that had it before becomes AWSPREVIOUS.

use serde_json::{Value, json};

use super::{Answer, Call, Fault, PAGER, Secret, alive, find, invalid, missing, refused};
use crate::clock::Moment;
use crate::service::page::Pager;
use crate::world::World;
pub(super) use crate::world::secrets_manager::Version;

/// The label of the version that counts.
pub(super) const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";
/// Versions without a label that are kept.
const KEPT: usize = 100;

impl Version {
    pub(super) fn has(&self, stage: &str) -> bool {
        self.stages.iter().any(|it| it == stage)
    }
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
    let stages = add(secret, token.clone(), value, stages, call.now);
    Ok(Answer::of(json!({
        "ARN": secret.arn, "Name": secret.name, "VersionId": token, "VersionStages": stages,
    })))
}

/// Adds a version with these labels, which other versions lose; answers the labels that it has in the end.
pub(super) fn add(
    secret: &mut Secret,
    id: String,
    value: Value,
    mut stages: Vec<String>,
    now: Moment,
) -> Vec<String> {
    // The first value is current, whatever its labels.
    let is_first = !secret.versions.iter().any(|it| it.has(CURRENT));
    if is_first && !stages.iter().any(|stage| stage == CURRENT) {
        stages.push(CURRENT.to_owned());
    }
    secret.versions.push(Version {
        id: id.clone(),
        value,
        stages: Vec::new(),
        created: now,
    });
    for stage in &stages {
        attach(secret, &id, stage);
    }
    let surplus = secret.versions.len().saturating_sub(KEPT);
    let mut index = 0;
    secret.versions.retain(|version| {
        index += 1;
        index > surplus || !version.stages.is_empty()
    });
    secret.changed = now;
    stages
}

/// Moves a label to a version. What loses AWSCURRENT becomes AWSPREVIOUS.
fn attach(secret: &mut Secret, id: &str, stage: &str) {
    let before = secret.versions.iter().find(|it| it.has(stage) && it.id != id);
    let before = before.map(|it| it.id.clone());
    for version in &mut secret.versions {
        version.stages.retain(|it| it != stage);
        if version.id == id {
            version.stages.push(stage.to_owned());
        }
    }
    if let Some(before) = before.filter(|_| stage == CURRENT) {
        attach(secret, &before, PREVIOUS);
    }
}

/// UpdateSecretVersionStage: moves a label, or takes it away. Who moves one has to know where it was.
pub(super) fn move_stage(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let stage = call.text("VersionStage").unwrap_or_default();
    let (from, to) = (call.text("RemoveFromVersionId"), call.text("MoveToVersionId"));
    let secret = alive(find(world, call)?)?;
    for id in [from, to].into_iter().flatten() {
        if !secret.versions.iter().any(|it| it.id == id) {
            return Err(missing());
        }
    }
    let holder = secret.versions.iter().find(|it| it.has(stage));
    let holder = holder.map(|it| it.id.clone());
    if from.is_some_and(|from| holder.as_deref() != Some(from)) {
        return Err(invalid(
            "The label is not attached to the version that it is to be removed from.",
        ));
    }
    match to {
        None if from.is_none() => {
            return Err(invalid(
                "Say which version gets the label, or which one loses it.",
            ));
        }
        None if stage == CURRENT => {
            return Err(invalid("AWSCURRENT can only move to another version, never go."));
        }
        None => secret
            .versions
            .iter_mut()
            .for_each(|version| version.stages.retain(|it| it != stage)),
        Some(to) => {
            if from.is_none() && holder.as_deref().is_some_and(|holder| holder != to) {
                return Err(invalid(
                    "The label is attached to another version: say which one loses it.",
                ));
            }
            let before = holder.filter(|holder| holder != to && stage == CURRENT);
            attach(secret, to, stage);
            // The version that is current again is no longer the one before.
            if before.is_some() {
                for version in secret.versions.iter_mut().filter(|it| it.id == to) {
                    version.stages.retain(|it| it != PREVIOUS);
                }
            }
        }
    }
    secret.changed = call.now;
    Ok(Answer::of(json!({ "ARN": secret.arn, "Name": secret.name })))
}

/// ListSecretVersionIds: those with labels, and the others on request.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let all = call.input["IncludeDeprecated"] == true;
    let secret = find(world, call)?;
    let (arn, name) = (secret.arn.clone(), secret.name.clone());
    let key = secret.key.as_deref().unwrap_or("DefaultEncryptionKey");
    let wanted = secret.versions.iter().rev();
    let wanted = wanted.filter(|version| all || !version.stages.is_empty());
    let items = wanted.map(|version| {
        let mut shown = json!({
            "VersionId": version.id, "CreatedDate": version.created.epoch_seconds(), "KmsKeyIds": [key],
        });
        if !version.stages.is_empty() {
            shown["VersionStages"] = json!(version.stages);
        }
        shown
    });
    let items = items.collect();
    let pager = Pager {
        parents: &["/SecretId"],
        ..PAGER
    };
    let mut answer = pager.page(world, call, "Versions", items)?;
    answer.output["ARN"] = json!(arn);
    answer.output["Name"] = json!(name);
    Ok(answer)
}

/// GetSecretValue: the current version, or the one with this id, this label, or both.
pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let (id, stage) = (call.text("VersionId"), call.text("VersionStage"));
    let stage = stage.or(if id.is_none() { Some(CURRENT) } else { None });
    let secret = alive(find(world, call)?)?;
    let version = match id {
        Some(id) => secret.versions.iter().find(|version| version.id == id),
        None => secret
            .versions
            .iter()
            .find(|version| stage.is_none_or(|it| version.has(it))),
    };
    let version = version.ok_or_else(|| {
        let which = match (id, stage) {
            (Some(id), _) => format!("VersionId: {id}"),
            (None, stage) => format!("staging label: {}", stage.unwrap_or(CURRENT)),
        };
        let message = format!("Secrets Manager can't find the specified secret value for {which}");
        Fault::new("ResourceNotFoundException", message)
    })?;
    if stage.is_some_and(|stage| !version.has(stage)) {
        return Err(refused(
            "You provided a VersionStage that is not associated to the provided VersionId.",
        ));
    }
    let mut output = version.value.clone();
    output["ARN"] = json!(secret.arn);
    output["Name"] = json!(secret.name);
    output["VersionId"] = json!(version.id);
    output["CreatedDate"] = json!(version.created.epoch_seconds());
    if !version.stages.is_empty() {
        output["VersionStages"] = json!(version.stages);
    }
    // DescribeSecret tells the day of a read, not the time.
    let day = super::DAY * 1000;
    secret.accessed = Some(Moment(call.now.0 / day * day));
    Ok(Answer::of(output))
}
