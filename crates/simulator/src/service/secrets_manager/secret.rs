//! Secrets as a whole: made, described, marked for deletion, taken back.

use crate::clock::Moment;
use crate::service::ask::{Referenced, Secrets};
use crate::service::secrets_manager::version::Version;
use crate::service::secrets_manager::{
    DAY, alive, check_name, find, invalid, place, refused, update, version,
};
use crate::service::tags::Tags;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
use crate::world::secrets_manager::Secret;
use serde_json::{Value, json};
use std::time::Duration;

/// CreateSecret, with or without a value.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
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
    let mut tags = Tags::new();
    update::add_tags(&mut tags, &call.input["Tags"])?;
    let mut secret = Secret {
        arn: format!(
            "arn:aws:secretsmanager:{}:{}:secret:{name}-{random}",
            call.region, call.caller.account
        ),
        name: name.clone(),
        description: call.text("Description").map(str::to_owned),
        key: call.text("KmsKeyId").map(str::to_owned),
        tagged: !tags.is_empty(),
        tags,
        created: call.now,
        changed: call.now,
        accessed: None,
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
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    Ok(Answer::of(find(world, call)?.shown()))
}

/// DeleteSecret: after a recovery window of 7 to 30 days, 30 unless told otherwise, or at once.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
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
pub(super) fn restore(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let secret = find(world, call)?;
    secret.ends = None;
    Ok(Answer::of(json!({ "ARN": secret.arn, "Name": secret.name })))
}

/// Lets secrets go whose recovery window is over.
pub(super) fn forget(world: &mut World, now: Moment) {
    for secrets in world.secrets_manager.secrets.values_mut() {
        secrets.retain(|_, secret| secret.ends.is_none_or(|ends| ends > now));
    }
}

impl Secrets for World {
    fn secret(&self, call: &Call, name: &str, selector: Option<&str>) -> Option<Referenced> {
        let secret = self.secrets_manager.secrets.get(&place(call))?.get(name)?;
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
}
