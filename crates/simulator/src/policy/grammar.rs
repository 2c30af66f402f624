//! Reading policy documents strictly, by the "grammar of the IAM JSON policy language".

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::condition::Condition;
use super::condition::{self, Operator};
use super::document::{Effect, Policy, PrincipalEntry, Principals, Selection, Statement};
use super::principal::{is_federated, is_service, is_trust_action};

/// Which rules a document has to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Attached to a role or user: resources, no principals.
    Identity,
    /// A role's trust policy: principals, no resources, only actions of STS.
    Trust,
    /// Attached to a bucket: both.
    Resource,
    /// Attached to a secret: both.
    Secret,
}

/// Why a document is not a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub String);

fn malformed<T>(message: impl Into<String>) -> Result<T, Malformed> {
    Err(Malformed(message.into()))
}

pub(super) fn parse(document: &str, kind: Kind) -> Result<Policy, Malformed> {
    // IAM takes a document only if its first character opens the object.
    if !document.starts_with('{') && document.trim_start() != document {
        return malformed("The policy must begin with an opening brace.");
    }
    let document: Value = serde_json::from_str(document)
        .map_err(|e| Malformed(format!("This policy contains invalid Json: {e}")))?;
    let Value::Object(document) = document else {
        return malformed("A policy is an object.");
    };
    only(&document, &["Version", "Id", "Statement"])?;
    let variables = match document.get("Version") {
        None => false,
        Some(Value::String(version)) if version == "2012-10-17" => true,
        Some(Value::String(version)) if version == "2008-10-17" => false,
        Some(_) => return malformed("The policy must contain a valid version string."),
    };
    if document.get("Id").is_some_and(|id| !id.is_string()) {
        return malformed("Id is a string.");
    }
    let statements: Vec<&Value> = match document.get("Statement") {
        Some(Value::Array(list)) if !list.is_empty() => list.iter().collect(),
        Some(one @ Value::Object(_)) => vec![one],
        _ => return malformed("The policy needs at least one statement."),
    };
    let statements: Vec<Statement> = statements
        .into_iter()
        .map(|value| statement(value, kind))
        .collect::<Result<_, _>>()?;
    let mut sids = BTreeSet::new();
    for sid in statements.iter().filter_map(|s| s.sid.as_deref()) {
        if !sids.insert(sid) {
            return malformed(format!(
                "Statement IDs (SID) in a single policy must be unique: {sid}"
            ));
        }
    }
    Ok(Policy {
        variables,
        statements,
    })
}

fn only(object: &Map<String, Value>, known: &[&str]) -> Result<(), Malformed> {
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => malformed(format!("Syntax errors in policy: unknown element {key}")),
        None => Ok(()),
    }
}

fn statement(value: &Value, kind: Kind) -> Result<Statement, Malformed> {
    let Value::Object(object) = value else {
        return malformed("A statement is an object.");
    };
    only(
        object,
        &[
            "Sid",
            "Effect",
            "Principal",
            "NotPrincipal",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Condition",
        ],
    )?;
    let sid = match object.get("Sid") {
        None => None,
        Some(Value::String(sid)) => {
            // S3 takes any text as a Sid; IAM letters and digits only.
            if kind != Kind::Resource && !sid.chars().all(|c| c.is_ascii_alphanumeric()) {
                return malformed("Statement IDs (SID) must be alpha-numeric.");
            }
            Some(sid.clone()).filter(|sid| !sid.is_empty())
        }
        Some(_) => return malformed("Sid is a string."),
    };
    let effect = match object.get("Effect").and_then(Value::as_str) {
        Some("Allow") => Effect::Allow,
        Some("Deny") => Effect::Deny,
        Some(other) => return malformed(format!("Invalid effect: {other}")),
        None => return malformed("Missing required field Effect"),
    };
    let Some(actions) = selection(object, "Action", "NotAction")? else {
        return malformed("Missing required field Action");
    };
    for action in &actions.patterns {
        check_action(action, kind)?;
    }
    let resources = selection(object, "Resource", "NotResource")?;
    match (kind, &resources) {
        (Kind::Trust, Some(_)) => return malformed("Has prohibited field Resource"),
        (Kind::Identity | Kind::Resource | Kind::Secret, None) => {
            return malformed("Missing required field Resource");
        }
        (Kind::Identity | Kind::Resource | Kind::Secret, Some(selection)) => {
            for resource in &selection.patterns {
                if resource != "*" && !(resource.starts_with("arn:") && resource.splitn(6, ':').count() == 6)
                {
                    return malformed(format!("Resource {resource} must be in ARN format or \"*\"."));
                }
            }
        }
        (Kind::Trust, None) => {}
    }
    let principals = match (object.get("Principal"), object.get("NotPrincipal")) {
        (Some(_), Some(_)) => return malformed("Principal and NotPrincipal exclude each other"),
        (Some(value), None) => Some(Principals {
            inverted: false,
            entries: principals(value)?,
        }),
        (None, Some(value)) => Some(Principals {
            inverted: true,
            entries: principals(value)?,
        }),
        (None, None) => None,
    };
    match (kind, &principals) {
        (Kind::Identity, Some(_)) => return malformed("Policy document should not specify a principal."),
        (Kind::Trust | Kind::Resource | Kind::Secret, None) => {
            return malformed("Missing required field Principal");
        }
        _ => {}
    }
    let conditions = match object.get("Condition") {
        None => Vec::new(),
        Some(value) => conditions(value)?,
    };
    Ok(Statement {
        sid,
        effect,
        principals,
        actions,
        resources,
        conditions,
    })
}

/// A string or a non-empty list of strings.
fn strings(value: &Value, what: &str) -> Result<Vec<String>, Malformed> {
    match value {
        Value::String(one) => Ok(vec![one.clone()]),
        Value::Array(list) if !list.is_empty() => list
            .iter()
            .map(|item| {
                item.as_str()
                    .map(str::to_owned)
                    .ok_or_else(|| Malformed(format!("{what} holds strings")))
            })
            .collect(),
        _ => malformed(format!("{what} cannot be empty")),
    }
}

fn selection(object: &Map<String, Value>, plain: &str, not: &str) -> Result<Option<Selection>, Malformed> {
    match (object.get(plain), object.get(not)) {
        (Some(_), Some(_)) => malformed(format!("{plain} and {not} exclude each other")),
        (Some(value), None) => Ok(Some(Selection {
            inverted: false,
            patterns: strings(value, plain)?,
        })),
        (None, Some(value)) => Ok(Some(Selection {
            inverted: true,
            patterns: strings(value, not)?,
        })),
        (None, None) => Ok(None),
    }
}

fn check_action(action: &str, kind: Kind) -> Result<(), Malformed> {
    if action == "*" {
        return match kind {
            Kind::Trust => malformed("AssumeRole policy may only specify STS AssumeRole actions."),
            _ => Ok(()),
        };
    }
    let Some((vendor, name)) = action.split_once(':') else {
        return malformed(format!(
            "Actions/Conditions must be prefaced by a vendor: {action}"
        ));
    };
    if vendor.is_empty() || !vendor.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return malformed(format!("Vendor {vendor} is not valid"));
    }
    if name.is_empty()
        || !name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '*' || c == '?')
    {
        return malformed(format!("Invalid action: {action}"));
    }
    match kind {
        Kind::Trust if !vendor.eq_ignore_ascii_case("sts") || !is_trust_action(name) => {
            malformed("AssumeRole policy may only specify STS AssumeRole actions.")
        }
        Kind::Resource if !vendor.eq_ignore_ascii_case("s3") => malformed("Policy has invalid action"),
        Kind::Secret if !vendor.eq_ignore_ascii_case("secretsmanager") => {
            malformed("Policy has invalid action")
        }
        _ => Ok(()),
    }
}

fn principals(value: &Value) -> Result<Vec<PrincipalEntry>, Malformed> {
    let object = match value {
        Value::String(star) if star == "*" => return Ok(vec![PrincipalEntry::Everybody]),
        Value::Object(object) if !object.is_empty() => object,
        _ => return malformed("Invalid principal in policy"),
    };
    let mut entries = Vec::new();
    for (key, value) in object {
        for name in strings(value, "Principal")? {
            entries.push(match key.as_str() {
                "AWS" if name == "*" => PrincipalEntry::Everybody,
                "AWS"
                    if is_account(&name)
                        || name.starts_with("arn:aws:iam::")
                        || name.starts_with("arn:aws:sts::") =>
                {
                    if name.contains('*') {
                        return malformed(format!("Invalid principal in policy: \"AWS\":\"{name}\""));
                    }
                    PrincipalEntry::Aws(name)
                }
                // What a deleted principal has become. It matches no principal any more.
                "AWS" if name.starts_with("AROA") || name.starts_with("AIDA") => PrincipalEntry::Aws(name),
                "Service" if is_service(&name) => PrincipalEntry::Service(name),
                "Federated" if is_federated(&name) => PrincipalEntry::Federated(name),
                "Federated" => {
                    return malformed(
                        "Federated principals must be valid domain names or SAML metadata ARNs",
                    );
                }
                "CanonicalUser" if name.len() == 64 => PrincipalEntry::CanonicalUser(name),
                _ => return malformed(format!("Invalid principal in policy: \"{key}\":\"{name}\"")),
            });
        }
    }
    Ok(entries)
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

fn conditions(value: &Value) -> Result<Vec<Condition>, Malformed> {
    let Value::Object(operators) = value else {
        return malformed("Condition is an object.");
    };
    let mut out = Vec::new();
    for (operator, keys) in operators {
        let Value::Object(keys) = keys else {
            return malformed(format!("{operator} holds an object of condition keys"));
        };
        for (key, values) in keys {
            if !key.contains(':') {
                return malformed(format!("Actions/Conditions must be prefaced by a vendor: {key}"));
            }
            let values = condition_values(values)?;
            let addresses = operator.ends_with("IpAddress") || operator.ends_with("IpAddressIfExists");
            let bad = values
                .iter()
                .find(|v| !v.contains("${") && condition::range(v).is_none());
            if let Some(bad) = bad.filter(|_| addresses) {
                return malformed(format!("Invalid IP range: {bad}"));
            }
            let Some(condition) = Condition::of(operator, key, values) else {
                return malformed(format!("Invalid Condition type : {operator}"));
            };
            if condition.operator == Operator::Null
                && condition
                    .values
                    .iter()
                    .any(|v| !v.eq_ignore_ascii_case("true") && !v.eq_ignore_ascii_case("false"))
            {
                return malformed("Null takes true or false");
            }
            out.push(condition);
        }
    }
    Ok(out)
}

/// Values of a condition: strings, and the numbers and booleans that IAM reads as their text.
fn condition_values(value: &Value) -> Result<Vec<String>, Malformed> {
    let scalar = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        _ => malformed("condition values are strings, numbers or booleans"),
    };
    match value {
        Value::Array(list) if list.is_empty() => malformed("a condition needs a value"),
        Value::Array(list) => list.iter().map(scalar).collect(),
        other => Ok(vec![scalar(other)?]),
    }
}
