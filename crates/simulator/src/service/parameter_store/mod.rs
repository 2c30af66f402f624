//! Systems Manager's Parameter Store: values, versions, labels, lists, tags. Nothing else of Systems Manager.

mod label;
mod listing;
mod public;
mod reference;
mod tag;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base64::Engine as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Answer, Call, Fault, Service};
use crate::clock::Moment;
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

/// What this service remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// By `account/region`, then by name.
    parameters: BTreeMap<String, BTreeMap<String, Parameter>>,
}

impl Store {
    /// Nothing.
    pub fn initial(_settings: &Settings, _now: Moment) -> Store {
        Store::default()
    }
}

/// One parameter.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Parameter {
    /// Its name as it was put: with or without the slash in front of it, where that is the only one.
    #[serde(default)]
    name: String,
    /// `String`, `StringList` or `SecureString`.
    kind: String,
    tier: String,
    data_type: String,
    pattern: Option<String>,
    description: Option<String>,
    /// The KMS key of a `SecureString`, as it was named.
    key: Option<String>,
    tags: Tags,
    /// Oldest first.
    versions: Vec<Version>,
}

/// Tags by key.
type Tags = BTreeMap<String, String>;

/// One version of a parameter.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Version {
    number: u64,
    value: String,
    at: Moment,
    /// The ARN of who put it.
    user: String,
    labels: Vec<String>,
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

/// PutParameter: an existing one only with `Overwrite`, and never with another type.
fn put(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = call.text("Name").unwrap_or_default().trim().to_owned();
    check_name(&name)?;
    let value = call.text("Value").unwrap_or_default();
    if call.input.get("Policies").is_some_and(|it| !it.is_null()) {
        return Err(Fault::not_implemented("ssm", "PutParameter with Policies"));
    }
    let overwrite = call.input["Overwrite"] == true;
    let parameters = world.parameter_store.parameters.entry(place(call)).or_default();
    let known = parameters.get(key(&name));
    if known.is_some() && !overwrite {
        return Err(Fault::new(
            "ParameterAlreadyExists",
            "The parameter already exists.",
        ));
    }
    let tags = call.input["Tags"].as_array().is_some_and(|tags| !tags.is_empty());
    if overwrite && tags {
        return Err(invalid("Tags and Overwrite exclude each other."));
    }
    let kind = match (call.text("Type"), known) {
        // The model says that types cannot change, and means what becomes secret: Terraform's acceptance tests make a
        // String of a SecureString.
        (Some("String"), Some(known)) if known.kind == "SecureString" => "String".to_owned(),
        (Some(kind), Some(known)) if kind != known.kind => {
            return Err(Fault::new(
                "HierarchyTypeMismatchException",
                "The type of a parameter cannot change.",
            ));
        }
        (Some(kind), _) => kind.to_owned(),
        (None, Some(known)) => known.kind.clone(),
        (None, None) => {
            return Err(invalid(
                "A parameter type is required when you create a parameter.",
            ));
        }
    };
    if kind != "SecureString" && call.text("KeyId").is_some() {
        return Err(invalid("KeyId belongs to SecureString."));
    }
    let tier = tier(call, value, known)?;
    let most = if tier == "Advanced" { ADVANCED } else { STANDARD };
    if value.is_empty() || value.chars().count() > most {
        return Err(invalid(format!(
            "A {tier} parameter's value has 1 to {most} characters."
        )));
    }
    if value.contains("{{") {
        return Err(invalid("Parameters cannot be nested."));
    }
    let pattern = call.text("AllowedPattern").map(str::to_owned);
    if let Some(source) = pattern.as_deref().filter(|source| !source.is_empty()) {
        let regex = fancy_regex::Regex::new(source)
            .map_err(|_| Fault::new("InvalidAllowedPatternException", "The pattern is not valid."))?;
        if !regex.is_match(value).unwrap_or(false) {
            return Err(Fault::new(
                "ParameterPatternMismatchException",
                "The value does not match the pattern.",
            ));
        }
    }
    let data_type = match call.text("DataType").unwrap_or("text") {
        "text" => "text".to_owned(),
        other => return Err(Fault::not_implemented("ssm", &format!("the data type {other}"))),
    };
    let mut versions = known.map(|known| known.versions.clone()).unwrap_or_default();
    let number = versions.last().map_or(1, |last| last.number + 1);
    // The oldest version goes, unless it has a label.
    if versions.len() >= VERSIONS && versions[0].labels.is_empty() {
        versions.remove(0);
    } else if versions.len() >= VERSIONS {
        return Err(Fault::new(
            "ParameterMaxVersionLimitExceeded",
            "The oldest version has a label: move it before you make another version.",
        ));
    }
    versions.push(Version {
        number,
        value: value.to_owned(),
        at: call.now,
        user: call.caller.arn.clone(),
        labels: Vec::new(),
    });
    // What is left out stays: Terraform's provider sends neither, unless it changes.
    let description = call.text("Description").map(str::to_owned);
    let description = description.or_else(|| known.and_then(|known| known.description.clone()));
    let kms = call.text("KeyId").map(str::to_owned);
    let kms = kms.or_else(|| known.and_then(|known| known.key.clone()));
    let kms = (kind == "SecureString").then(|| kms.unwrap_or_else(|| OWN_KEY.to_owned()));
    let tags = match known {
        Some(known) => known.tags.clone(),
        None => tag::merged(&Tags::new(), &call.input["Tags"])?,
    };
    let place = key(&name).to_owned();
    let parameter = Parameter {
        name: known.map_or(name, |known| known.name.clone()),
        kind,
        tier: tier.to_owned(),
        data_type,
        pattern,
        description,
        key: kms,
        tags,
        versions,
    };
    parameters.insert(place, parameter);
    Ok(Answer::of(json!({ "Version": number, "Tier": tier })))
}

/// The tier that a value ends up in. An advanced parameter cannot become a standard one again.
fn tier(call: &Call, value: &str, known: Option<&Parameter>) -> Result<&'static str, Fault> {
    let advanced = known.is_some_and(|known| known.tier == "Advanced");
    match call.text("Tier") {
        Some("Advanced") => Ok("Advanced"),
        Some("Intelligent-Tiering") if value.chars().count() > STANDARD || advanced => Ok("Advanced"),
        Some("Standard") if advanced => Err(invalid("An advanced parameter cannot become a standard one.")),
        None if advanced => Ok("Advanced"),
        _ => Ok("Standard"),
    }
}

/// What stands behind the colon of a name: a version's number or label.
fn selected(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once(':') {
        Some((name, selector)) => (name, Some(selector)),
        None => (name, None),
    }
}

/// One parameter as it is answered; its value stays encrypted unless `WithDecryption` is given.
fn view(world: &World, call: &Call, asked: &str) -> Result<Value, Fault> {
    let Asked {
        name,
        selector,
        by_arn,
    } = Asked::of(call, asked);
    let parameter = find(world, call, name).ok_or_else(|| missing(asked))?;
    let version = match selector {
        None => parameter.versions.last(),
        Some(selector) => parameter
            .versions
            .iter()
            .find(|it| it.number.to_string() == selector || it.labels.iter().any(|label| label == selector)),
    };
    let version = version.ok_or_else(|| {
        Fault::new(
            "ParameterVersionNotFound",
            format!("{asked} has no such version."),
        )
    })?;
    let name = if by_arn { &parameter.name } else { name };
    let mut view = json!({
        "Name": name, "Type": parameter.kind, "Value": readable(call, parameter, version), "Version": version.number,
        "LastModifiedDate": version.at.epoch_seconds(), "DataType": parameter.data_type, "ARN": arn(call, name),
    });
    if let Some(selector) = selector {
        view["Selector"] = json!(format!(":{selector}"));
    }
    Ok(view)
}

fn find<'world>(world: &'world World, call: &Call, name: &str) -> Option<&'world Parameter> {
    let parameters = world.parameter_store.parameters.get(&place(call));
    parameters.and_then(|parameters| parameters.get(key(name)))
}

/// One parameter, wherever it is kept: AWS's own, a secret, or one of the account's.
fn read(world: &World, call: &Call, asked: &str) -> Result<Value, Fault> {
    let asked = asked.trim();
    check_path(asked)?;
    if let Some(view) = public::view(call, asked) {
        return Ok(view);
    }
    match asked.strip_prefix(reference::PREFIX) {
        Some(secret) => reference::view(world, call, asked, secret),
        None => view(world, call, asked),
    }
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

/// GetParameter.
fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = call.text("Name").unwrap_or_default();
    if name.trim().contains(char::is_whitespace) {
        return Err(invalid("Parameter names cannot contain spaces."));
    }
    Ok(Answer::of(json!({ "Parameter": read(world, call, name)? })))
}

/// GetParameters: what is missing is listed by name.
fn get_many(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let names: Vec<&str> = call.input["Names"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    for name in &names {
        match read(world, call, name) {
            Ok(view) => found.push(view),
            // Only what is not there is listed.
            Err(fault) if fault.code == "ValidationException" => return Err(fault),
            Err(_) => wrong.push(*name),
        }
    }
    Ok(Answer::of(
        json!({ "Parameters": found, "InvalidParameters": wrong }),
    ))
}

/// DeleteParameter.
fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = call.text("Name").unwrap_or_default();
    let parameters = world.parameter_store.parameters.get_mut(&place(call));
    match parameters.and_then(|parameters| parameters.remove(key(name))) {
        Some(_) => Ok(Answer::empty()),
        None => Err(missing(name)),
    }
}

/// The service.
#[derive(Debug)]
pub struct ParameterStore;

impl Service for ParameterStore {
    fn name(&self) -> &'static str {
        "ssm"
    }

    fn operations(&self) -> &'static [&'static str] {
        &[
            "AddTagsToResource",
            "DeleteParameter",
            "DeleteParameters",
            "DescribeParameters",
            "GetParameter",
            "GetParameterHistory",
            "GetParameters",
            "GetParametersByPath",
            "LabelParameterVersion",
            "ListTagsForResource",
            "PutParameter",
            "RemoveTagsFromResource",
            "UnlabelParameterVersion",
        ]
    }

    fn tick(&self, _world: &mut World, _now: Moment) {}

    fn call(&self, world: &mut World, call: &Call) -> Result<Answer, Fault> {
        match call.operation.as_str() {
            "DeleteParameter" => delete(world, call),
            "GetParameter" => get(world, call),
            "GetParameters" => get_many(world, call),
            "PutParameter" => put(world, call),
            "DeleteParameters" => Ok(listing::delete(world, call)),
            "DescribeParameters" => listing::describe(world, call),
            "GetParameterHistory" => listing::history(world, call),
            "GetParametersByPath" => listing::by_path(world, call),
            "LabelParameterVersion" => label::attach(world, call),
            "UnlabelParameterVersion" => label::detach(world, call),
            "AddTagsToResource" | "RemoveTagsFromResource" | "ListTagsForResource" => tag::call(world, call),
            other => Err(Fault::not_implemented(self.name(), other)),
        }
    }
}
