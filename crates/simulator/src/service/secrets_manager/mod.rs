//! Secrets Manager, but for rotation and replicas: versions, staging labels, recovery windows, policies, lists.

mod calls;
mod listing;
mod password;
mod secret;
#[cfg(test)]
mod tests;
mod update;
mod version;

pub(crate) use calls::SecretsManager;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::page::Pager;
use super::{Answer, Call, Fault, tags};
use crate::clock::Moment;
use crate::world::secrets_manager::Secret;
pub(crate) use crate::world::secrets_manager::Store;
use crate::world::{Settings, World};

const DAY: u64 = 24 * 3600;

impl Store {
    /// Nothing.
    pub fn initial(_settings: &Settings, _now: Moment) -> Store {
        Store::default()
    }
}

impl Secret {
    /// Everything but the value, as DescribeSecret answers it.
    fn shown(&self) -> Value {
        let stages: serde_json::Map<String, Value> = self
            .versions
            .iter()
            .filter(|version| !version.stages.is_empty())
            .map(|version| (version.id.clone(), json!(version.stages)))
            .collect();
        let mut shown = json!({
            "ARN": self.arn, "Name": self.name, "CreatedDate": self.created.epoch_seconds(),
            "LastChangedDate": self.changed.epoch_seconds(),
        });
        if !stages.is_empty() {
            shown["VersionIdsToStages"] = Value::Object(stages);
        }
        if self.tagged || !self.tags.is_empty() {
            shown["Tags"] = json!(tags::list(&self.tags));
        }
        if let Some(day) = self.accessed {
            shown["LastAccessedDate"] = json!(day.epoch_seconds());
        }
        for (member, value) in [("Description", &self.description), ("KmsKeyId", &self.key)] {
            if let Some(text) = value {
                shown[member] = json!(text);
            }
        }
        if let Some(ends) = self.ends {
            shown["DeletedDate"] = json!(ends.epoch_seconds());
        }
        shown
    }
}

fn place(call: &Call) -> String {
    format!("{}/{}", call.caller.account, call.region)
}

fn missing() -> Fault {
    Fault::new(
        "ResourceNotFoundException",
        "Secrets Manager can't find the specified secret.",
    )
}

fn invalid(message: impl Into<String>) -> Fault {
    Fault::new("InvalidParameterException", message)
}

/// Refuses what no secret can be called, wherever a call names one.
fn check_name(name: &str) -> Result<(), Fault> {
    let known = |it: char| it.is_ascii_alphanumeric() || "-/_+=.@!".contains(it);
    match name.starts_with("arn:") || name.chars().all(known) {
        true => Ok(()),
        false => {
            let message = "Invalid name. Must be a valid name containing alphanumeric characters, or any of the \
                           following: -/_+=.@!";
            Err(Fault::new("ValidationException", message).with_status(400))
        }
    }
}

fn refused(message: impl Into<String>) -> Fault {
    Fault::new("InvalidRequestException", message)
}

/// The secret that `SecretId` means: its name, its ARN, or its ARN without the last hyphen and six characters. Those
/// marked for deletion count.
fn find<'world>(world: &'world mut World, call: &Call) -> Result<&'world mut Secret, Fault> {
    let id = call.text("SecretId").unwrap_or_default();
    let secrets = world.secrets_manager.secrets.get_mut(&place(call));
    secrets
        .into_iter()
        .flat_map(BTreeMap::values_mut)
        .find(|secret| {
            let partial = &secret.arn[..secret.arn.len() - 7];
            id == secret.name || id == secret.arn || id == partial
        })
        .ok_or_else(missing)
}

/// Refuses a secret that is marked for deletion.
fn alive(secret: &mut Secret) -> Result<&mut Secret, Fault> {
    match secret.ends {
        None => Ok(secret),
        Some(_) => Err(refused(
            "You can't perform this operation on the secret because it was marked for deletion.",
        )),
    }
}

const PAGER: Pager = Pager {
    wrong_token: || Fault::new("InvalidNextTokenException", "The NextToken value is invalid."),
    ..Pager::USUAL
};
