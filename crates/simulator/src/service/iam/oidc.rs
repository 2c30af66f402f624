//! OpenID Connect providers: who vouches for pipelines, clusters and mobile apps.

use serde_json::{Value, json};

use super::tag::{self, Tags};
use super::{Account, Answer, Call, Fault, PAGER, limit, required, stamp};
use crate::world::World;
pub(crate) use crate::world::iam::WebProvider;

fn invalid(message: impl Into<String>) -> Fault {
    Fault::new("InvalidInput", message)
}

fn strings(call: &Call, member: &str) -> Vec<String> {
    let list = call.input.get(member).and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}

fn account<'a>(world: &'a mut World, call: &Call) -> &'a mut Account {
    world.iam.accounts.entry(call.caller.account.clone()).or_default()
}

fn find<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut WebProvider, Fault> {
    let arn = required(call, "OpenIDConnectProviderArn")?;
    super::check_arn(arn)?;
    let issuer = arn.split_once(":oidc-provider/").map_or("", |(_, issuer)| issuer);
    account(world, call)
        .web_providers
        .get_mut(issuer)
        .filter(|provider| provider.arn == arn)
        .ok_or_else(|| {
            let message = format!("OpenIDConnect Provider not found for arn {arn}");
            Fault::new("NoSuchEntity", message)
        })
}

/// AWS's limits: 100 providers in an account, 100 client ids and 5 thumbprints of a provider. Since 2023 a thumbprint
/// may be left out: IAM fetches the certificate itself.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let url = required(call, "Url")?;
    let issuer = url
        .strip_prefix("https://")
        .filter(|rest| !rest.is_empty() && !rest.contains(['?', '#']))
        .ok_or_else(|| invalid("Invalid Open ID Connect Provider URL"))?
        .trim_end_matches('/')
        .to_owned();
    let (clients, thumbprints) = (strings(call, "ClientIDList"), strings(call, "ThumbprintList"));
    check_thumbprints(&thumbprints)?;
    let mut tags = Tags::new();
    tag::add(call, &mut tags)?;
    let most = world.quota("iam.oidc-providers", 100);
    let arn = format!("arn:aws:iam::{}:oidc-provider/{issuer}", call.caller.account);
    let providers = &mut account(world, call).web_providers;
    if providers.contains_key(&issuer) {
        let message = format!("Provider with url https://{issuer} already exists.");
        return Err(Fault::new("EntityAlreadyExists", message));
    }
    if providers.len() as u64 >= most {
        return Err(limit("OpenIdConnectProvidersPerAccount", most));
    }
    if clients.len() > 100 {
        return Err(limit("ClientIdsPerOpenIdConnectProvider", 100));
    }
    let provider = WebProvider {
        arn: arn.clone(),
        issuer: issuer.clone(),
        clients,
        thumbprints,
        tags,
        created: call.now,
    };
    let mut output = json!({ "OpenIDConnectProviderArn": arn });
    if !provider.tags.is_empty() {
        output["Tags"] = tag::list(&provider.tags).into();
    }
    providers.insert(issuer, provider);
    Ok(Answer::of(output))
}

fn check_thumbprints(thumbprints: &[String]) -> Result<(), Fault> {
    if thumbprints.len() > 5 {
        return Err(invalid("Thumbprint list must contain fewer than 5 entries."));
    }
    let is_hexadecimal =
        |text: &String| text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match thumbprints.iter().all(is_hexadecimal) {
        true => Ok(()),
        false => Err(invalid("A thumbprint has 40 hexadecimal digits")),
    }
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let provider = find(world, call)?;
    let mut output = json!({
        "Url": provider.issuer,
        "ClientIDList": provider.clients,
        "ThumbprintList": provider.thumbprints,
        "CreateDate": stamp(provider.created),
    });
    // The operation's sample answer, of a provider without tags, has no list of them.
    if !provider.tags.is_empty() {
        output["Tags"] = tag::list(&provider.tags).into();
    }
    Ok(Answer::of(output))
}

/// Deleting one that is not there is no mistake, as the operation's documentation says.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let Ok(provider) = find(world, call) else {
        return Ok(Answer::empty());
    };
    let issuer = provider.issuer.clone();
    account(world, call).web_providers.remove(&issuer);
    Ok(Answer::empty())
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let providers = account(world, call).web_providers.values();
    let list: Vec<Value> = providers.map(|provider| json!({ "Arn": provider.arn })).collect();
    Ok(Answer::of(json!({ "OpenIDConnectProviderList": list })))
}

pub(super) fn add_client(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let client = required(call, "ClientID")?.to_owned();
    let provider = find(world, call)?;
    if !provider.clients.contains(&client) {
        if provider.clients.len() >= 100 {
            return Err(limit("ClientIdsPerOpenIdConnectProvider", 100));
        }
        provider.clients.push(client);
    }
    Ok(Answer::empty())
}

pub(super) fn remove_client(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let client = required(call, "ClientID")?.to_owned();
    find(world, call)?.clients.retain(|known| *known != client);
    Ok(Answer::empty())
}

pub(super) fn update_thumbprints(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let thumbprints = strings(call, "ThumbprintList");
    check_thumbprints(&thumbprints)?;
    find(world, call)?.thumbprints = thumbprints;
    Ok(Answer::empty())
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
