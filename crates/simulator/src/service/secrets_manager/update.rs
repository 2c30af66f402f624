//! What changes a secret besides its value: description, key, tags, the policy on it.

use serde_json::{Value, json};

use super::{Answer, Call, Fault, Secret, alive, find, invalid, missing, version};
use crate::policy::{Effect, Kind, Policy, PrincipalEntry};
use crate::service::ask::Identities;
use crate::service::tags::{Broken, Rules, Tags};
use crate::world::World;

/// Fifty tags (AWS General Reference).
const TAGS: Rules = Rules::USUAL;

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

/// The tags of a call, added to these.
pub(super) fn add_tags(tags: &mut Tags, given: &Value) -> Result<(), Fault> {
    TAGS.add(tags, given).map_err(|broken| match broken {
        Broken::Count => invalid(format!("A secret can have {} tags.", TAGS.most)),
        _ => invalid("Tag keys must not begin with aws:."),
    })
}

/// TagResource.
pub(super) fn tag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let secret = alive(find(world, call)?)?;
    add_tags(&mut secret.tags, &call.input["Tags"])?;
    secret.tagged = true;
    secret.changed = call.now;
    Ok(Answer::empty())
}

/// UntagResource.
pub(super) fn untag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let secret = alive(find(world, call)?)?;
    TAGS.remove(&mut secret.tags, &call.input["TagKeys"]);
    secret.changed = call.now;
    Ok(Answer::empty())
}

/// The secret whose policy a call is about. A secret has one policy, whose name is `default`.
fn of_policy<'world>(
    world: &'world mut World,
    call: &Call,
    no_such_policy: fn() -> Fault,
) -> Result<&'world mut Secret, Fault> {
    let secret = alive(find(world, call)?)?;
    match call.text("PolicyName").unwrap_or("default") {
        "default" => Ok(secret),
        _ => Err(no_such_policy()),
    }
}

fn only_default() -> Fault {
    invalid("The only policy of a secret is named default.")
}

/// GetResourcePolicy.
pub(super) fn get_policy(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let secret = of_policy(world, call, missing)?;
    let mut output = named(secret);
    if let Some(document) = &secret.policy {
        output["ResourcePolicy"] = json!(document);
    }
    Ok(Answer::of(output))
}

/// PutResourcePolicy.
pub(super) fn put_policy(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let given = call.text("ResourcePolicy").unwrap_or_default();
    check_policy(world, call, given)?;
    let secret = of_policy(world, call, only_default)?;
    secret.policy = Some(given.to_owned());
    Ok(Answer::of(named(secret)))
}

/// DeleteResourcePolicy.
pub(super) fn delete_policy(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let secret = of_policy(world, call, only_default)?;
    secret.policy = None;
    Ok(Answer::of(named(secret)))
}

/// Refuses what is no policy for a resource, and with `BlockPublicPolicy` what lets everybody in.
fn check_policy(world: &World, call: &Call, document: &str) -> Result<(), Fault> {
    let malformed = |message: String| Fault::new("MalformedPolicyDocumentException", message);
    let policy = Policy::parse(document, Kind::Secret).map_err(|error| malformed(error.to_string()))?;
    for entry in policy.principals() {
        let known = match entry {
            PrincipalEntry::Aws(name) => world.names_principal(name, call.now),
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
