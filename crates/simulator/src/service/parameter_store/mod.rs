//! Systems Manager's Parameter Store: values, versions, labels, lists, tags. Nothing else of Systems Manager.

mod calls;
mod label;
mod listing;
mod parameter;
mod public;
mod reference;
mod tag;
#[cfg(test)]
mod tests;

pub(crate) use calls::ParameterStore;

use base64::Engine as _;
use serde_json::{Value, json};

use super::{Answer, Call, Fault};
use crate::clock::Moment;
pub(crate) use crate::world::parameter_store::Store;
use crate::world::parameter_store::{Parameter, Tags, Version};
use crate::world::{Settings, World};

/// Characters of a standard and of an advanced parameter's value.
const STANDARD: usize = 4096;
const ADVANCED: usize = 8192;
/// Levels of a name (user guide, hierarchies).
const LEVELS: usize = 15;
/// Versions that are kept.
const VERSIONS: usize = 100;
/// The key of a `SecureString` that names none: AWS's own for Systems Manager.
const OWN_KEY: &str = "alias/aws/ssm";

impl Store {
    /// Nothing.
    pub fn initial(_settings: &Settings, _now: Moment) -> Store {
        Store::default()
    }
}

fn place(call: &Call) -> String {
    format!("{}/{}", call.caller.account, call.region)
}

fn invalid(message: impl Into<String>) -> Fault {
    Fault::new("ValidationException", message).with_status(400)
}

fn missing(name: &str) -> Fault {
    Fault::new(
        "ParameterNotFound",
        format!("The parameter {name} was not found."),
    )
}

/// A name in a call, with or without the ARN around it. Spaces at the ends do not count (GetParameter).
struct Asked<'call> {
    /// The name without the ARN, and what stands behind its colon.
    name: &'call str,
    selector: Option<&'call str>,
    by_arn: bool,
}

impl<'call> Asked<'call> {
    fn of(call: &Call, name: &'call str) -> Asked<'call> {
        let name = name.trim();
        let own = format!("arn:aws:ssm:{}:{}:parameter", call.region, call.caller.account);
        let path = name.strip_prefix(&own).filter(|path| path.starts_with('/'));
        let (name, selector) = selected(path.unwrap_or(name));
        Asked {
            name,
            selector,
            by_arn: path.is_some(),
        }
    }
}

/// The key that a parameter is kept by. One without a hierarchy is the same with and without a slash in front of it
/// (Moto's tests, verified on AWS, make, tag and delete it either way).
fn key(name: &str) -> &str {
    match name.strip_prefix('/') {
        Some(rest) if !rest.contains('/') => rest,
        _ => name,
    }
}

/// Refuses what cannot be the name of a parameter to read: in a hierarchy, the first slash is missing or one comes twice.
fn check_path(name: &str) -> Result<(), Fault> {
    let path = name.contains('/') && !name.starts_with("arn:");
    match path && (!name.starts_with('/') || name.contains("//")) {
        true => Err(invalid(
            "Invalid parameter name. If formed as a path, it can consist of sub-paths divided by slash symbol; each \
             sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_",
        )),
        false => Ok(()),
    }
}

/// Refuses names that the user guide forbids (PutParameter, Name).
fn check_name(name: &str) -> Result<(), Fault> {
    let fits = name
        .chars()
        .all(|it| it.is_ascii_alphanumeric() || "_.-/".contains(it));
    if !fits || name.is_empty() {
        return Err(invalid(
            "Parameter names consist of letters, digits and _.-/ only.",
        ));
    }
    if name.contains('/') && (!name.starts_with('/') || name.ends_with('/') || name.contains("//")) {
        return Err(invalid("A parameter name with a hierarchy begins with a slash."));
    }
    let lower = name.trim_start_matches('/').to_ascii_lowercase();
    if lower.starts_with("aws") || lower.starts_with("ssm") {
        return Err(invalid("Parameter names must not begin with aws or ssm."));
    }
    if name.matches('/').count() > LEVELS {
        return Err(Fault::new(
            "HierarchyLevelLimitExceededException",
            format!("A hierarchy can have {LEVELS} levels."),
        ));
    }
    if name.chars().count() > 1011 {
        return Err(invalid("The parameter name is too long."));
    }
    Ok(())
}

/// What stands behind the colon of a name: a version's number or label.
fn selected(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once(':') {
        Some((name, selector)) => (name, Some(selector)),
        None => (name, None),
    }
}

fn find<'world>(world: &'world World, call: &Call, name: &str) -> Option<&'world Parameter> {
    let parameters = world.parameter_store.parameters.get(&place(call));
    parameters.and_then(|parameters| parameters.get(key(name)))
}

fn arn(call: &Call, name: &str) -> String {
    let separator = if name.starts_with('/') { "" } else { "/" };
    let (region, account) = (&call.region, &call.caller.account);
    format!("arn:aws:ssm:{region}:{account}:parameter{separator}{name}")
}

/// The value of a version as this call may read it.
fn readable(call: &Call, parameter: &Parameter, version: &Version) -> String {
    let secret = parameter.kind == "SecureString" && call.input["WithDecryption"] != true;
    if secret {
        sealed(&version.value)
    } else {
        version.value.clone()
    }
}

/// What lists tell of a version, besides the value.
fn shown(parameter: &Parameter, version: &Version) -> Value {
    let mut shown = json!({
        "Name": parameter.name, "Type": parameter.kind, "Version": version.number, "DataType": parameter.data_type,
        "LastModifiedDate": version.at.epoch_seconds(), "LastModifiedUser": version.user,
    });
    for (member, value) in [
        ("Description", &parameter.description),
        ("AllowedPattern", &parameter.pattern),
        ("KeyId", &parameter.key),
    ] {
        if let Some(text) = value.as_ref().filter(|text| !text.is_empty()) {
            shown[member] = json!(text);
        }
    }
    shown
}

/// What a read without decryption shows: text that tells nothing.
fn sealed(value: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(value.as_bytes());
    let bytes: Vec<u8> = digest.iter().chain(&digest).chain(&digest).copied().collect();
    format!(
        "AQICAH{}",
        base64::engine::general_purpose::STANDARD.encode(bytes)
    )
}
