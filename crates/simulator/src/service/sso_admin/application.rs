//! Applications as the API sees them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{INSTANCE_ID, PAGER, conflict, denied, identity_store_arn, instance_arn, not_found, validation};
use crate::service::tags::{self, Broken, Reserved, Rules, Tags};
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(super) use crate::world::sso_admin::{Application, Saml};

/// What all provider ARNs begin with.
const PROVIDERS: &str = "arn:aws:sso::aws:applicationProvider/";
/// The provider of customer-managed SAML applications; only the console makes one.
pub(super) const CUSTOM_SAML: &str = "arn:aws:sso::aws:applicationProvider/custom-saml";

/// Providers by the end of their ARN: protocol, name, and the internal name that AWS's refusal mentions.
const CATALOGUE: [(&str, &str, &str, &str); 4] = [
    ("custom", "OAUTH", "Custom application", ""),
    (
        "custom-saml",
        "SAML",
        "Custom SAML 2.0 application",
        "app-50e590700beb5208",
    ),
    (
        "catalog/ExternalAWSAccount",
        "SAML",
        "External AWS Account",
        "app-872d35937b9c1ed9",
    ),
    (
        "catalog/AmazonConnect",
        "SAML",
        "Amazon Connect",
        "app-20950d6d247fd7bd",
    ),
];

impl Application {
    fn shown(&self, world: &World) -> Value {
        let mut shown = json!({
            "ApplicationArn": self.arn,
            "ApplicationProviderArn": self.provider,
            "Name": self.name,
            "ApplicationAccount": world.settings.identity_center_account,
            "InstanceArn": instance_arn(),
            "IdentityStoreArn": identity_store_arn(world),
            "Status": if self.enabled { "ENABLED" } else { "DISABLED" },
            "PortalOptions": self.portal,
            "CreatedDate": self.created.epoch_seconds(),
            "CreatedFrom": self.created_from,
        });
        if let Some(description) = &self.description {
            shown["Description"] = json!(description);
        }
        shown
    }
}

/// The ARN of a new application.
pub(super) fn new_arn(world: &mut World) -> String {
    let account = world.settings.identity_center_account.clone();
    format!(
        "arn:aws:sso::{account}:application/{INSTANCE_ID}/apl-{}",
        world.hex(16)
    )
}

/// The application that the call names.
pub(super) fn find<'world>(world: &'world World, call: &Call) -> Result<&'world Application, Fault> {
    let arn = call.text("ApplicationArn").unwrap_or_default();
    let application = world.sso_admin.applications.get(arn);
    application.ok_or_else(|| not_found("the application"))
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    Ok(Answer::of(find(world, call)?.shown(world)))
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let wanted = |member: &str, own: &str| {
        let filter = call.input.get("Filter").and_then(|filter| filter.get(member));
        filter.and_then(Value::as_str).is_none_or(|wanted| wanted == own)
    };
    let account = &world.settings.identity_center_account;
    let mut found: Vec<&Application> = world
        .sso_admin
        .applications
        .values()
        .filter(|one| wanted("ApplicationProvider", &one.provider) && wanted("ApplicationAccount", account))
        .collect();
    found.sort_by_key(|one| (one.created, one.arn.clone()));
    let items = found.into_iter().map(|one| one.shown(world)).collect();
    PAGER.page(world, call, "Applications", items)
}

/// Where the application signs in from. An address belongs to the origin APPLICATION and to no other.
fn check_portal(portal: &Value) -> Result<(), Fault> {
    let Some(options) = portal.get("SignInOptions").filter(|options| !options.is_null()) else {
        return Ok(());
    };
    let address = options.get("ApplicationUrl").and_then(Value::as_str);
    match (options["Origin"].as_str(), address) {
        (Some("APPLICATION"), None) => Err(validation(
            "ApplicationUrl is required when Origin is APPLICATION",
        )),
        (Some("IDENTITY_CENTER"), Some(_)) => Err(validation(
            "ApplicationUrl must not be given when Origin is IDENTITY_CENTER",
        )),
        _ => Ok(()),
    }
}

/// Only OAuth 2.0 applications can be made by API; AWS refuses SAML providers, by their internal names.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let provider = call.text("ApplicationProviderArn").unwrap_or_default();
    let entry = CATALOGUE
        .iter()
        .find(|(end, ..)| provider.strip_prefix(PROVIDERS) == Some(*end));
    match entry {
        None => return Err(not_found("the application provider")),
        Some((_, "SAML", _, internal)) => {
            return Err(validation(&format!(
                "application provider with arn '{PROVIDERS}{internal}' is not supported for this action"
            )));
        }
        Some(_) => {}
    }
    let portal = call.input.get("PortalOptions").cloned().unwrap_or(Value::Null);
    check_portal(&portal)?;
    let token = call.text("ClientToken").map(str::to_owned);
    let known = token
        .as_ref()
        .and_then(|token| world.sso_admin.answered.get(token))
        .filter(|(_, arn)| world.sso_admin.applications.contains_key(arn));
    if let Some((input, arn)) = known {
        if *input != call.input {
            return Err(conflict("the client token was used with other parameters"));
        }
        return Ok(Answer::of(created(world, arn)));
    }
    // Where nothing was said about signing in, AWS answers the visibility alone (Terraform's provider relies on it).
    let mut options = json!({ "Visibility": "ENABLED" });
    merge(&mut options, &portal);
    let application = Application {
        arn: new_arn(world),
        provider: provider.to_owned(),
        name: call.text("Name").unwrap_or_default().to_owned(),
        description: call.text("Description").map(str::to_owned),
        enabled: call.text("Status") != Some("DISABLED"),
        portal: options,
        created: call.now,
        created_from: call.region.clone(),
        assignment_required: true,
        assignments: Vec::new(),
        scopes: BTreeMap::new(),
        tags: tags::unchecked(&call.input["Tags"]),
        saml: None,
    };
    let arn = application.arn.clone();
    world.sso_admin.applications.insert(arn.clone(), application);
    if let Some(token) = token {
        world
            .sso_admin
            .answered
            .insert(token, (call.input.clone(), arn.clone()));
    }
    Ok(Answer::of(created(world, &arn)))
}

fn created(world: &World, arn: &str) -> Value {
    json!({
        "ApplicationArn": arn, "InstanceArn": instance_arn(), "IdentityStoreArn": identity_store_arn(world),
    })
}

fn merge(options: &mut Value, given: &Value) {
    for (member, value) in given.as_object().into_iter().flatten() {
        if !value.is_null() {
            options[member.as_str()] = value.clone();
        }
    }
}

/// Changes what is given.
///
/// Quirk `sso.portal-options-on-saml`. Whether the portal options of a SAML application made in the console
/// can be changed by API is not known; the quirk of that name refuses it.
///
/// Assumption: sso.saml-name-and-status. Name, description and status can be changed.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let refused = world.quirk("sso.portal-options-on-saml");
    let is_saml = find(world, call)?.saml.is_some();
    let portal = call.input.get("PortalOptions").cloned().unwrap_or(Value::Null);
    check_portal(&portal)?;
    if is_saml && refused && !portal.is_null() {
        return Err(validation("PortalOptions cannot be changed for this application"));
    }
    let arn = call.text("ApplicationArn").unwrap_or_default();
    let application = world.sso_admin.applications.get_mut(arn);
    let application = application.ok_or_else(|| not_found("the application"))?;
    if let Some(name) = call.text("Name") {
        application.name = name.to_owned();
    }
    if let Some(description) = call.text("Description") {
        application.description = Some(description.to_owned());
    }
    if let Some(status) = call.text("Status") {
        application.enabled = status == "ENABLED";
    }
    merge(&mut application.portal, &portal);
    Ok(Answer::empty())
}

/// Deletes the application with its assignments; its metadata address is dead at once.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arn = find(world, call)?.arn.clone();
    world.sso_admin.applications.remove(&arn);
    Ok(Answer::empty())
}

fn provider_shown((end, protocol, name, _): &(&str, &str, &str, &str)) -> Value {
    json!({
        "ApplicationProviderArn": format!("{PROVIDERS}{end}"),
        "FederationProtocol": protocol,
        "DisplayData": { "DisplayName": name, "Description": format!("{name} ({protocol})") },
    })
}

/// The catalogue: what is listed is not therefore creatable.
pub(super) fn list_providers(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let providers = CATALOGUE.iter().map(provider_shown).collect();
    PAGER.page(world, call, "ApplicationProviders", providers)
}

pub(super) fn describe_provider(_world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let wanted = call.text("ApplicationProviderArn").unwrap_or_default();
    let entry = CATALOGUE
        .iter()
        .find(|(end, ..)| wanted.strip_prefix(PROVIDERS) == Some(*end));
    Ok(Answer::of(provider_shown(
        entry.ok_or_else(|| not_found("the application provider"))?,
    )))
}

const TAGS: Rules = Rules {
    most: 75,
    reserved: Reserved::Lower,
    ..Rules::USUAL
};

/// Tags of the instance and of applications.
fn tags_of<'world>(world: &'world mut World, call: &Call) -> Result<&'world mut Tags, Fault> {
    let arn = call.text("ResourceArn").unwrap_or_default();
    if arn == instance_arn() {
        return Ok(&mut world.sso_admin.instance_tags);
    }
    let application = world.sso_admin.applications.get_mut(arn);
    Ok(&mut application.ok_or_else(|| not_found("the resource"))?.tags)
}

/// TagResource.
pub(super) fn tag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let added = TAGS.add(tags_of(world, call)?, &call.input["Tags"]);
    added.map_err(|broken| match broken {
        Broken::Count => Fault::new(
            "ServiceQuotaExceededException",
            "a resource may have 75 tags at most",
        ),
        _ => denied("tag keys must not begin with aws:"),
    })?;
    Ok(Answer::empty())
}

/// UntagResource.
pub(super) fn untag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    TAGS.remove(tags_of(world, call)?, &call.input["TagKeys"]);
    Ok(Answer::empty())
}

/// ListTagsForResource.
pub(super) fn list_tags(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    Ok(Answer::of(json!({ "Tags": tags::list(tags_of(world, call)?) })))
}
