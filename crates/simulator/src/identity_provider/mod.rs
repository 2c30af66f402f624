//! Identity providers outside AWS, as far as an administrator and an agent meet them: the form of a SAML application,
//! who may use it, its public metadata, and the response that it sends when a user signs in.
//!
//! Three of them: Okta, Microsoft Entra ID, and one that calls everything as SAML 2.0 does. Their directory is the
//! organization's own, the one that Identity Center has, too.

mod form;
#[cfg(test)]
mod tests;

use crate::identity_provider::form::validation;
use serde_json::{Value, json};

use super::clock::Moment;
use super::service::{Fault, sso_admin};
use super::wire::message::Message;
use super::world::World;
use form::Product;

use crate::service::ask::Directory;
use crate::service::saml::{self, Response, encoded};
use crate::world::identity_provider::Application;

/// Performs an action in the console of an identity provider.
///
/// * `[PRODUCT, "applications", "create"]`, PRODUCT being `okta`, `entra` or `other`, fills in the form of an
///   application. Input: `fields` (label to value), `attributes` and `assignments` (tables: lists of rows, in the
///   columns of the product's own), optionally `base_url`. Output: `metadata_url`, `start_url`.
/// * `[PRODUCT, "applications", "find"]` with the same reads off what is there already and was filled in so.
/// * `[PRODUCT, "applications", "update"]` with `name` (what it is called now) changes the `fields` that are given, puts
///   rows of `attributes` in place of those of the same name, adds `assignments`, and takes out what stands in
///   `attributes_out` and `assignments_out`.
/// * `["applications", "show"]` with `start_url` reads back what was typed.
/// * `["applications", "sign-in"]` with `start_url` and `user` (the name to sign in with): what the browser then posts
///   to AWS: `acs_url`, `relay_state`, `saml_response`.
///
/// # Errors
///
/// `ValidationException` with the first field that the form would mark, `AccessDeniedException` for a user who is not
/// assigned, and the answer to an operation that does not exist for any other path.
pub(crate) fn console(world: &mut World, path: &[&str], input: &Value, now: Moment) -> Result<Value, Fault> {
    match path {
        [product, "applications", "create"] => {
            let product = Product::of(product).ok_or_else(|| not_found("the product"))?;
            create(world, product, input)
        }
        [product, "applications", "update"] => {
            let product = Product::of(product).ok_or_else(|| not_found("the product"))?;
            update(world, product, input)
        }
        [product, "applications", "find"] => {
            let product = Product::of(product).ok_or_else(|| not_found("the product"))?;
            made_before(world, product, input)
        }
        ["applications", "show"] => {
            let (_, application) = find(world, input)?;
            Ok(serde_json::to_value(application).unwrap_or_default())
        }
        ["applications", "sign-in"] => sign_in(world, input, now),
        other => Err(Fault::not_implemented(
            "identity provider's console",
            &other.join("/"),
        )),
    }
}

fn not_found(what: &str) -> Fault {
    Fault::new("ResourceNotFoundException", format!("{what} was not found"))
}

fn create(world: &mut World, product: Product, input: &Value) -> Result<Value, Fault> {
    let application = form::read(world, product, input, None)?;
    let token = match product {
        Product::Okta => format!("exk{}", world.hex(17)),
        Product::Entra => world.uuid(),
        Product::Other => world.hex(20),
    };
    world
        .identity_provider
        .applications
        .insert(token.clone(), application);
    Ok(addresses(product, &token, input))
}

/// What the console shows of an application, to be copied.
fn addresses(product: Product, token: &str, input: &Value) -> Value {
    let metadata_url = match input.get("base_url").and_then(Value::as_str) {
        Some(base) => format!("{}/saml/metadata/{token}", base.trim_end_matches('/')),
        None => metadata_url(product, token),
    };
    json!({ "metadata_url": metadata_url, "start_url": start_url(product, token) })
}

/// The application whose form was filled in with exactly this.
fn made_before(world: &World, product: Product, input: &Value) -> Result<Value, Fault> {
    let same = |one: &Application| {
        let typed = ["fields", "attributes", "assignments"];
        one.product == product && typed.iter().all(|part| one.typed[part] == input[part])
    };
    let mut applications = world.identity_provider.applications.iter();
    let (token, _) = applications
        .find(|(_, one)| same(one))
        .ok_or_else(|| not_found("the application"))?;
    Ok(addresses(product, token, input))
}

/// Changes an application: the form as it was filled in, with what is given in place of what stood there.
fn update(world: &mut World, product: Product, input: &Value) -> Result<Value, Fault> {
    let name = input.get("name").and_then(Value::as_str).unwrap_or_default();
    let mut called = world
        .identity_provider
        .applications
        .iter()
        .filter(|(_, one)| one.product == product && one.name == name);
    let (token, application) = match (called.next(), called.next()) {
        (Some(one), None) => one,
        (None, _) => return Err(not_found("the application")),
        (Some(_), Some(_)) => return Err(validation("several applications have this name")),
    };
    let (token, mut typed) = (token.clone(), application.typed.clone());
    for (label, value) in input["fields"].as_object().into_iter().flatten() {
        typed["fields"][label] = value.clone();
    }
    let rows = |member: &str| input[member].as_array().cloned().unwrap_or_default();
    for (table, by_name) in [("attributes", true), ("assignments", false)] {
        let (given, out) = (rows(table), rows(&format!("{table}_out")));
        let mut kept = typed[table].as_array().cloned().unwrap_or_default();
        let same = |one: &Value, other: &Value| match by_name {
            true => one[0] == other[0],
            false => one == other,
        };
        kept.retain(|row| !given.iter().chain(&out).any(|other| same(row, other)));
        kept.extend(given);
        typed[table] = kept.into();
    }
    let application = form::read(world, product, &typed, Some(&token))?;
    world.identity_provider.applications.insert(token, application);
    Ok(json!({}))
}

/// Where the application's metadata is published.
fn metadata_url(product: Product, token: &str) -> String {
    match product {
        Product::Okta => format!("https://acme.okta.example.com/app/{token}/sso/saml/metadata"),
        Product::Entra => format!(
            "https://login.entra.example.com/{TENANT}/federationmetadata/2007-06/federationmetadata.xml?appid={token}"
        ),
        Product::Other => format!("https://idp.example.com/metadata/{token}"),
    }
}

/// Where people start.
fn start_url(product: Product, token: &str) -> String {
    match product {
        Product::Okta => format!("https://acme.okta.example.com/home/acme/{token}/aln177a159h7Zf52X0g8"),
        Product::Entra => format!("https://launcher.entra.example.com/api/signin/{token}?tenantId={TENANT}"),
        Product::Other => format!("https://idp.example.com/start/{token}"),
    }
}

/// The simulated tenant in Entra.
const TENANT: &str = "9a8b7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c6d";

/// Whether a host is one of these identity providers'.
pub(crate) fn is_host(host: &str) -> bool {
    [
        "acme.okta.example.com",
        "login.entra.example.com",
        "idp.example.com",
    ]
    .contains(&host)
}

/// The token in a request for metadata at one of these hosts.
pub(crate) fn token(message: &Message) -> Option<&str> {
    let path = message.path.as_str();
    if path.ends_with("/federationmetadata.xml") {
        return message.parameter("appid");
    }
    path.strip_prefix("/app/")
        .and_then(|rest| rest.strip_suffix("/sso/saml/metadata"))
        .or_else(|| path.strip_prefix("/metadata/"))
}

/// The entity id of an application's issuer.
fn issuer(product: Product, token: &str) -> String {
    match product {
        Product::Okta => format!("http://www.okta.example.com/{token}"),
        Product::Entra => format!("https://sts.entra.example.com/{TENANT}/"),
        Product::Other => format!("https://idp.example.com/{token}"),
    }
}

/// The metadata document of the application with this token, if there is one.
pub(crate) fn metadata(world: &World, token: &str) -> Option<String> {
    let application = world.identity_provider.applications.get(token)?;
    let issuer = issuer(application.product, token);
    let sign_in = start_url(application.product, token);
    Some(saml::metadata(
        &issuer,
        &sign_in,
        &sign_in,
        sso_admin::certificate(0),
    ))
}

/// The application that starts at an address.
fn find<'world>(world: &'world World, input: &Value) -> Result<(&'world str, &'world Application), Fault> {
    let wanted = input.get("start_url").and_then(Value::as_str).unwrap_or_default();
    let mut applications = world.identity_provider.applications.iter();
    let found = applications.find(|(token, one)| start_url(one.product, token) == wanted);
    found
        .map(|(token, application)| (token.as_str(), application))
        .ok_or_else(|| not_found("the application"))
}

fn sign_in(world: &World, input: &Value, now: Moment) -> Result<Value, Fault> {
    let (token, application) = find(world, input)?;
    let name = input.get("user").and_then(Value::as_str).unwrap_or_default();
    let user = world.directory_user(name).ok_or_else(|| not_found("the user"))?;
    let is_assigned = application.assigned.iter().any(|(_, id)| user.is(id));
    if !is_assigned {
        return Err(Fault::new(
            "AccessDeniedException",
            "the user is not assigned to the application",
        ));
    }
    let product = application.product;
    let value = |source: &str| product.value(source, &user, application.role.as_ref());
    let attributes: Vec<(String, String)> = application
        .attributes
        .iter()
        .map(|(name, source)| Ok((name.clone(), value(source)?)))
        .collect::<Result<_, Fault>>()?;
    let response = Response {
        issuer: &issuer(product, token),
        certificate: sso_admin::certificate(0),
        recipient: &application.acs_url,
        // Entra cuts off what only tells identifiers apart.
        audience: application.audience.split('#').next().unwrap_or_default(),
        name_id: &value(&application.name_id)?,
        name_id_format: &application.name_id_format,
        attributes: &attributes,
    };
    Ok(json!({
        "acs_url": application.acs_url,
        "relay_state": application.relay_state,
        "saml_response": encoded(&response, now),
    }))
}
