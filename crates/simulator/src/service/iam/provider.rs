//! SAML providers.

use std::time::Duration;

use serde_json::{Value, json};

use super::tag::{self, Tags};
use super::{Answer, Call, Fault, Metadata, PAGER, exists, limit, required, stamp};
use crate::clock::Moment;
use crate::world::World;
pub(crate) use crate::world::iam::Provider;

/// A hundred years: what IAM answers for metadata that names no end. Source: AWS CLI's published example of
/// GetSAMLProvider, made 2017-03-06, valid until 2117-03-06, to the second.
fn default_end(made: Moment) -> Moment {
    // Calendar years as in that example: 100 years hold 24 or 25 leap days; 1901 to 2199 mostly 24 to 25.
    let made = jiff::Timestamp::from_millisecond(made.0 as i64)
        .unwrap_or_default()
        .to_zoned(jiff::tz::TimeZone::UTC);
    let end = made.checked_add(jiff::Span::new().years(100)).unwrap_or(made);
    Moment(end.timestamp().as_millisecond() as u64).after(Duration::ZERO)
}

fn read(document: &str) -> Result<Metadata, Fault> {
    Metadata::read(document)
        .map_err(|reason| Fault::new("InvalidInput", format!("Could not parse metadata: {reason}")))
}

fn find<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Provider, Fault> {
    let arn = required(call, "SAMLProviderArn")?;
    let Some(name) = arn
        .strip_prefix("arn:aws:iam::")
        .and_then(|rest| rest.split_once(":saml-provider/"))
        .map(|(_, name)| name)
        .filter(|name| !name.is_empty())
    else {
        return Err(Fault::new(
            "InvalidInput",
            format!("Invalid SAML provider ARN: {arn}"),
        ));
    };
    world
        .iam
        .accounts
        .get_mut(&call.caller.account)
        .and_then(|account| account.providers.get_mut(&name.to_lowercase()))
        .filter(|provider| provider.arn == arn)
        .ok_or_else(|| Fault::new("NoSuchEntity", format!("Manifest not found for arn {arn}")))
}

/// Assertion encryption needs a private key on IAM's side; this simulator keeps none.
fn refuse_private_keys(call: &Call) -> Result<(), Fault> {
    match call.text("AddPrivateKey").or(call.text("RemovePrivateKey")) {
        Some(_) => Err(Fault::not_implemented("iam", "SAML private keys")),
        None if call.text("AssertionEncryptionMode") == Some("Required") => Err(Fault::new(
            "InvalidInput",
            "Required assertion encryption needs a private key",
        )),
        None => Ok(()),
    }
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(call, "Name")?.to_owned();
    let document = required(call, "SAMLMetadataDocument")?.to_owned();
    refuse_private_keys(call)?;
    let metadata = read(&document)?;
    let mut tags = Tags::new();
    tag::add(call, &mut tags)?;
    let most = world.quota("iam.saml-providers", 100);
    let uuid = world.hex(24).to_uppercase();
    let account = world.iam.accounts.entry(call.caller.account.clone()).or_default();
    if account.providers.contains_key(&name.to_lowercase()) {
        return Err(exists("SAML provider", &name));
    }
    if account.providers.len() as u64 >= most {
        return Err(limit("SAMLProvidersPerAccount", most));
    }
    let provider = Provider {
        arn: format!("arn:aws:iam::{}:saml-provider/{name}", call.caller.account),
        uuid,
        document,
        created: call.now,
        valid_until: metadata.valid_until.unwrap_or_else(|| default_end(call.now)),
        metadata,
        tags,
        encryption: call.text("AssertionEncryptionMode").map(str::to_owned),
        name: name.clone(),
    };
    let output = json!({ "SAMLProviderArn": provider.arn, "Tags": tag::list(&provider.tags) });
    account.providers.insert(name.to_lowercase(), provider);
    Ok(Answer::of(output))
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let provider = find(world, call)?.clone();
    if super::lags(world, provider.created, call.now) {
        return Err(Fault::new(
            "NoSuchEntity",
            format!("Manifest not found for arn {}", provider.arn),
        ));
    }
    let mut output = json!({
        "SAMLProviderUUID": provider.uuid,
        "SAMLMetadataDocument": provider.document,
        "CreateDate": stamp(provider.created),
        "ValidUntil": stamp(provider.valid_until),
        "Tags": tag::list(&provider.tags),
    });
    if let Some(mode) = &provider.encryption {
        output["AssertionEncryptionMode"] = mode.clone().into();
    }
    Ok(Answer::of(output))
}

pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    refuse_private_keys(call)?;
    let document = call.text("SAMLMetadataDocument");
    let provider = find(world, call)?;
    if let Some(document) = document {
        let metadata = read(document)?;
        provider.valid_until = metadata.valid_until.unwrap_or_else(|| default_end(call.now));
        provider.metadata = metadata;
        provider.document = document.to_owned();
    }
    if let Some(mode) = call.text("AssertionEncryptionMode") {
        provider.encryption = Some(mode.to_owned());
    }
    Ok(Answer::of(json!({ "SAMLProviderArn": provider.arn })))
}

/// Roles that trust the provider stay as they are, and work again once it is made anew.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let key = find(world, call)?.name.to_lowercase();
    if let Some(account) = world.iam.accounts.get_mut(&call.caller.account) {
        account.providers.remove(&key);
    }
    Ok(Answer::empty())
}

/// All of them: this operation has neither pages nor tags.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let list: Vec<Value> = world
        .iam
        .accounts
        .get(&call.caller.account)
        .into_iter()
        .flat_map(|account| account.providers.values())
        .filter(|provider| !super::lags(world, provider.created, call.now))
        .map(|p| json!({ "Arn": p.arn, "ValidUntil": stamp(p.valid_until), "CreateDate": stamp(p.created) }))
        .collect();
    Ok(Answer::of(json!({ "SAMLProviderList": list })))
}

pub(super) fn tag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    tag::add(call, &mut find(world, call)?.tags)?;
    Ok(Answer::empty())
}

pub(super) fn untag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    tag::remove(call, &mut find(world, call)?.tags);
    Ok(Answer::empty())
}

pub(super) fn tags(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let list = tag::list(&find(world, call)?.tags);
    PAGER.page(world, call, "Tags", list)
}
