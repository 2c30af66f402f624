//! What changes a secret besides its value: description, key, tags, the policy on it.

use serde_json::{Value, json};

use super::{Answer, Call, Fault, Secret, alive, find, invalid, missing, version};
use crate::policy::{Effect, Kind, Policy, PrincipalEntry};
use crate::world::World;

/// Tags of a secret, at most (AWS General Reference).
const MOST_TAGS: usize = 50;

fn named(secret: &Secret) -> Value {
    json!({ "ARN": secret.arn, "Name": secret.name })
}

/// UpdateSecret: what is given, and a new version if a value is.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    if call.text("Type").is_some() {
        return Err(Fault::not_implemented("secretsmanager", "UpdateSecret with Type"));
    }
    let value = version::value(call)?;
    let token = call
        .text("ClientRequestToken")
        .map_or_else(|| world.uuid(), str::to_owned);
    let secret = alive(find(world, call)?)?;
    // The same token with the same value is the same request (Moto's tests, verified on AWS).
    let known = secret.versions.iter().find(|it| it.id == token);
    let known = known.map(|version| value.as_ref() == Some(&version.value));
    if value.is_some() && known == Some(false) {
        return Err(Fault::new(
            "ResourceExistsException",
            "You can't modify an existing version, you can only create a new version.",
        ));
    }
    if let Some(description) = call.text("Description") {
        secret.description = Some(description.to_owned());
    }
    if let Some(key) = call.text("KmsKeyId") {
        secret.key = Some(key.to_owned());
    }
    secret.changed = call.now;
    let mut output = named(secret);
    if let Some(value) = value {
        output["VersionId"] = json!(token);
        if known.is_none() {
            version::add(secret, token, value, vec![version::CURRENT.to_owned()], call.now);
        }
    }
    Ok(Answer::of(output))
}

/// Tags as they are kept, one for each key: what is given last counts.
pub(super) fn merged(known: &[Value], given: &Value) -> Result<Vec<Value>, Fault> {
    let mut tags = known.to_vec();
    for tag in given.as_array().into_iter().flatten() {
        let key = tag["Key"].as_str().unwrap_or_default();
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(invalid("Tag keys must not begin with aws:."));
        }
        tags.retain(|it| it["Key"] != tag["Key"]);
        tags.push(json!({ "Key": key, "Value": tag["Value"].as_str().unwrap_or_default() }));
    }
    if tags.len() > MOST_TAGS {
        return Err(invalid(format!("A secret can have {MOST_TAGS} tags.")));
    }
    Ok(tags)
}

/// TagResource and UntagResource.
pub(super) fn tag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let secret = alive(find(world, call)?)?;
    match call.input["TagKeys"].as_array() {
        Some(keys) => secret.tags.retain(|tag| !keys.contains(&tag["Key"])),
        None => {
            secret.tags = merged(&secret.tags, &call.input["Tags"])?;
            secret.tagged = true;
        }
    }
    secret.changed = call.now;
    Ok(Answer::empty())
}

/// GetResourcePolicy, PutResourcePolicy and DeleteResourcePolicy. A secret has one policy, whose name is `default`.
pub(super) fn policy(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = call.text("PolicyName").unwrap_or("default");
    let given = call.text("ResourcePolicy").map(str::to_owned);
    if let Some(document) = &given {
        check_policy(world, call, document)?;
    }
    let secret = alive(find(world, call)?)?;
    if name != "default" {
        return Err(match call.operation.as_str() {
            "GetResourcePolicy" => missing(),
            _ => invalid("The only policy of a secret is named default."),
        });
    }
    match call.operation.as_str() {
        "PutResourcePolicy" => secret.policy = given,
        "DeleteResourcePolicy" => secret.policy = None,
        _ => {
            let mut output = named(secret);
            if let Some(document) = &secret.policy {
                output["ResourcePolicy"] = json!(document);
            }
            return Ok(Answer::of(output));
        }
    }
    Ok(Answer::of(named(secret)))
}

/// Refuses what is no policy for a resource, and with `BlockPublicPolicy` what lets everybody in.
fn check_policy(world: &World, call: &Call, document: &str) -> Result<(), Fault> {
    let malformed = |message: String| Fault::new("MalformedPolicyDocumentException", message);
    let policy = Policy::parse(document, Kind::Secret).map_err(|error| malformed(error.to_string()))?;
    for entry in policy.principals() {
        let known = match entry {
            PrincipalEntry::Aws(name) => crate::service::iam::names_principal(&world.iam, name, call.now),
            _ => true,
        };
        if !known {
            return Err(malformed(
                "This resource policy contains an unsupported principal.".to_owned(),
            ));
        }
    }
    let public = policy.statements.iter().any(|statement| {
        statement.effect == Effect::Allow
            && statement.conditions.is_empty()
            && statement
                .principals
                .iter()
                .flat_map(|principals| &principals.entries)
                .any(|entry| *entry == PrincipalEntry::Everybody)
    });
    if public && call.input["BlockPublicPolicy"] == true {
        return Err(Fault::new(
            "PublicPolicyException",
            "You can't attach a policy that gives everybody access.",
        ));
    }
    Ok(())
}
