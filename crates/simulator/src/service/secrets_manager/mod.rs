//! Secrets Manager, but for rotation and replicas: versions, staging labels, recovery windows, policies, lists.

mod listing;
mod password;
#[cfg(test)]
mod tests;
mod update;
mod version;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Answer, Call, Fault, Service, page};
use crate::clock::Moment;
use crate::world::{Settings, World};
use version::Version;

const DAY: u64 = 24 * 3600;

/// What this service remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// By `account/region`, then by name.
    secrets: BTreeMap<String, BTreeMap<String, Secret>>,
}

impl Store {
    /// Nothing.
    pub fn initial(_settings: &Settings, _now: Moment) -> Store {
        Store::default()
    }
}

/// One secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Secret {
    name: String,
    arn: String,
    description: Option<String>,
    key: Option<String>,
    tags: Vec<Value>,
    created: Moment,
    changed: Moment,
    /// The day on which its value was read last.
    #[serde(default)]
    accessed: Option<Moment>,
    /// Whether it ever had tags: without, lists of tags are left out.
    #[serde(default)]
    tagged: bool,
    /// Marked for deletion: when the recovery window ends.
    ends: Option<Moment>,
    /// The policy on it, as it was put.
    #[serde(default)]
    policy: Option<String>,
    /// Oldest first.
    versions: Vec<Version>,
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
            shown["Tags"] = json!(self.tags);
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

/// CreateSecret, with or without a value.
fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = call.text("Name").unwrap_or_default().to_owned();
    check_name(&name)?;
    for member in ["AddReplicaRegions", "Type", "CrossAccountPrimaryARN"] {
        if call.input.get(member).is_some_and(|it| !it.is_null()) {
            return Err(Fault::not_implemented(
                "secretsmanager",
                &format!("CreateSecret with {member}"),
            ));
        }
    }
    let token = call
        .text("ClientRequestToken")
        .map_or_else(|| world.uuid(), str::to_owned);
    let value = version::value(call)?;
    let random = world.hex(6);
    let secrets = world.secrets_manager.secrets.entry(place(call)).or_default();
    if let Some(known) = secrets.get_mut(&name) {
        if known.ends.is_some() {
            return Err(refused(
                "You can't create this secret because a secret with this name is already scheduled for deletion.",
            ));
        }
        // The same token with the same value is the same request.
        let same = known
            .versions
            .iter()
            .any(|it| it.id == token && value.as_ref() == Some(&it.value));
        return if same {
            Ok(Answer::of(
                json!({ "ARN": known.arn, "Name": known.name, "VersionId": token }),
            ))
        } else {
            Err(Fault::new(
                "ResourceExistsException",
                format!("The secret {name} already exists."),
            ))
        };
    }
    let mut secret = Secret {
        arn: format!(
            "arn:aws:secretsmanager:{}:{}:secret:{name}-{random}",
            call.region, call.caller.account
        ),
        name: name.clone(),
        description: call.text("Description").map(str::to_owned),
        key: call.text("KmsKeyId").map(str::to_owned),
        tags: update::merged(&[], &call.input["Tags"])?,
        created: call.now,
        changed: call.now,
        accessed: None,
        tagged: call.input["Tags"].as_array().is_some_and(|tags| !tags.is_empty()),
        ends: None,
        policy: None,
        versions: Vec::new(),
    };
    let mut output = json!({ "ARN": secret.arn, "Name": name });
    if let Some(value) = value {
        output["VersionId"] = json!(token);
        secret.versions.push(Version {
            id: token,
            value,
            stages: vec![version::CURRENT.to_owned()],
            created: call.now,
        });
    }
    secrets.insert(name, secret);
    Ok(Answer::of(output))
}

/// DescribeSecret: everything but the value, also of a secret that is marked for deletion.
fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    Ok(Answer::of(find(world, call)?.shown()))
}

/// DeleteSecret: after a recovery window of 7 to 30 days, 30 unless told otherwise, or at once.
fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let forced = call.input["ForceDeleteWithoutRecovery"] == true;
    let days = call.input.get("RecoveryWindowInDays").filter(|it| !it.is_null());
    if forced && days.is_some() {
        return Err(invalid(
            "RecoveryWindowInDays and ForceDeleteWithoutRecovery exclude each other.",
        ));
    }
    let days = days
        .map_or(Some(30), Value::as_u64)
        .filter(|days| (7..=30).contains(days));
    let days = days.ok_or_else(|| invalid("RecoveryWindowInDays must be between 7 and 30."))?;
    let id = call.text("SecretId").unwrap_or_default().to_owned();
    let secret = match find(world, call) {
        Ok(secret) => secret,
        // The model: forcing the deletion of what is not there is no error.
        Err(_) if forced => {
            let name = id.rsplit(":secret:").next().unwrap_or_default().to_owned();
            let (region, account) = (&call.region, &call.caller.account);
            let arn = match id.starts_with("arn:") {
                true => id,
                false => format!("arn:aws:secretsmanager:{region}:{account}:secret:{id}"),
            };
            return Ok(Answer::of(json!({
                "ARN": arn, "Name": name, "DeletionDate": call.now.epoch_seconds(),
            })));
        }
        Err(fault) => return Err(fault),
    };
    if forced {
        secret.ends = Some(call.now);
    } else {
        alive(secret)?.ends = Some(call.now.after(Duration::from_secs(days * DAY)));
    }
    let output = json!({
        "ARN": secret.arn, "Name": secret.name,
        "DeletionDate": secret.ends.map(Moment::epoch_seconds),
    });
    forget(world, call.now);
    Ok(Answer::of(output))
}

/// RestoreSecret.
fn restore(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let secret = find(world, call)?;
    secret.ends = None;
    Ok(Answer::of(json!({ "ARN": secret.arn, "Name": secret.name })))
}

/// Lets secrets go whose recovery window is over.
fn forget(world: &mut World, now: Moment) {
    for secrets in world.secrets_manager.secrets.values_mut() {
        secrets.retain(|_, secret| secret.ends.is_none_or(|ends| ends > now));
    }
}

/// A secret that Parameter Store reads for its caller.
pub(in crate::service) struct Referenced {
    /// Its value: text, or bytes in base64.
    pub(in crate::service) value: Value,
    /// When that version was made.
    pub(in crate::service) created: Moment,
    /// What Secrets Manager says of it.
    pub(in crate::service) source: Value,
}

/// The secret of this name, in the version with this id or label, else the current one.
pub(in crate::service) fn referenced(
    world: &World,
    call: &Call,
    name: &str,
    selector: Option<&str>,
) -> Option<Referenced> {
    let secret = world.secrets_manager.secrets.get(&place(call))?.get(name)?;
    let wanted = selector.unwrap_or(version::CURRENT);
    let version = secret.versions.iter().filter(|_| secret.ends.is_none());
    let version = version
        .into_iter()
        .find(|version| version.id == wanted || version.has(wanted))?;
    let value = ["SecretString", "SecretBinary"]
        .iter()
        .find_map(|member| version.value.get(*member));
    // The members' names as Secrets Manager's own notation has them beside those of DescribeSecret.
    let mut source = secret.shown();
    source["name"] = json!(secret.name);
    source["versionId"] = json!(version.id);
    source["versionStages"] = json!(version.stages);
    Some(Referenced {
        value: value.cloned().unwrap_or_default(),
        created: version.created,
        source,
    })
}

/// A page of 100 items, unless the caller wants fewer. `list` tells lists of one operation from each other.
fn paged(world: &World, call: &Call, member: &str, list: &str, items: Vec<Value>) -> Result<Value, Fault> {
    let size = call.input["MaxResults"].as_u64().unwrap_or(100);
    let list = format!("{} {list}", call.operation);
    let page = page::cut(world, &list, items, call.text("NextToken"), size);
    let page =
        page.ok_or_else(|| Fault::new("InvalidNextTokenException", "The NextToken value is invalid."))?;
    Ok(page.into_output(member))
}

/// The service.
#[derive(Debug)]
pub struct SecretsManager;

impl Service for SecretsManager {
    fn name(&self) -> &'static str {
        "secretsmanager"
    }

    fn operations(&self) -> &'static [&'static str] {
        &[
            "CreateSecret",
            "DeleteResourcePolicy",
            "DeleteSecret",
            "DescribeSecret",
            "GetRandomPassword",
            "GetResourcePolicy",
            "GetSecretValue",
            "ListSecretVersionIds",
            "ListSecrets",
            "PutResourcePolicy",
            "PutSecretValue",
            "RestoreSecret",
            "TagResource",
            "UntagResource",
            "UpdateSecret",
            "UpdateSecretVersionStage",
        ]
    }

    fn tick(&self, world: &mut World, now: Moment) {
        forget(world, now);
    }

    fn call(&self, world: &mut World, call: &Call) -> Result<Answer, Fault> {
        check_name(call.text("SecretId").unwrap_or_default())?;
        match call.operation.as_str() {
            "CreateSecret" => create(world, call),
            "DeleteSecret" => delete(world, call),
            "DescribeSecret" => describe(world, call),
            "GetSecretValue" => version::get(world, call),
            "PutSecretValue" => version::put(world, call),
            "RestoreSecret" => restore(world, call),
            "GetRandomPassword" => password::random(world, call),
            "GetResourcePolicy" | "PutResourcePolicy" | "DeleteResourcePolicy" => update::policy(world, call),
            "ListSecretVersionIds" => version::list(world, call),
            "ListSecrets" => listing::list(world, call),
            "TagResource" | "UntagResource" => update::tag(world, call),
            "UpdateSecret" => update::update(world, call),
            "UpdateSecretVersionStage" => version::move_stage(world, call),
            other => Err(Fault::not_implemented(self.name(), other)),
        }
    }
}
