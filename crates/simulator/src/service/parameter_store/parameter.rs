//! Parameters: put, read, deleted.

use crate::service::parameter_store::{
    ADVANCED, Asked, OWN_KEY, STANDARD, VERSIONS, arn, check_name, check_path, find, invalid, key, missing,
    place, public, readable, reference, tag,
};
use crate::service::{Answer, Call, Fault};
use crate::world::World;
use crate::world::parameter_store::{Parameter, Version};
use serde_json::{Value, json};

/// PutParameter: an existing one only with `Overwrite`, and never with another type.
pub(super) fn put(world: &mut World, call: &Call) -> Result<Answer, Fault> {
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
        None => tag::read(&call.input["Tags"])?,
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
pub(super) fn tier(call: &Call, value: &str, known: Option<&Parameter>) -> Result<&'static str, Fault> {
    let advanced = known.is_some_and(|known| known.tier == "Advanced");
    match call.text("Tier") {
        Some("Advanced") => Ok("Advanced"),
        Some("Intelligent-Tiering") if value.chars().count() > STANDARD || advanced => Ok("Advanced"),
        Some("Standard") if advanced => Err(invalid("An advanced parameter cannot become a standard one.")),
        None if advanced => Ok("Advanced"),
        _ => Ok("Standard"),
    }
}

/// One parameter as it is answered; its value stays encrypted unless `WithDecryption` is given.
pub(super) fn view(world: &World, call: &Call, asked: &str) -> Result<Value, Fault> {
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

/// One parameter, wherever it is kept: AWS's own, a secret, or one of the account's.
pub(super) fn read(world: &World, call: &Call, asked: &str) -> Result<Value, Fault> {
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

/// GetParameter.
pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = call.text("Name").unwrap_or_default();
    if name.trim().contains(char::is_whitespace) {
        return Err(invalid("Parameter names cannot contain spaces."));
    }
    Ok(Answer::of(json!({ "Parameter": read(world, call, name)? })))
}

/// GetParameters: what is missing is listed by name.
pub(super) fn get_many(world: &mut World, call: &Call) -> Result<Answer, Fault> {
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
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = call.text("Name").unwrap_or_default();
    let parameters = world.parameter_store.parameters.get_mut(&place(call));
    match parameters.and_then(|parameters| parameters.remove(key(name))) {
        Some(_) => Ok(Answer::empty()),
        None => Err(missing(name)),
    }
}
