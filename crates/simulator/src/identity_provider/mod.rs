//! Identity providers outside AWS, as far as an administrator and an agent meet them: the form of a SAML application,
//! who may use it, its public metadata, and the response that it sends when a user signs in.
//!
//! Okta, Microsoft Entra ID, AD FS, Google Workspace, `PingOne`, `PingFederate`, and one that calls everything as SAML 2.0
//! does. Their directory is the organization's own, the one that Identity Center has, too.

mod addresses;
mod claims;
mod form;
mod start;
#[cfg(test)]
mod tests;

use crate::identity_provider::form::validation;
use serde_json::{Value, json};

use super::clock::Moment;
use super::service::{Fault, sso_admin};
use super::world::World;
pub(crate) use addresses::{is_host, token};
use form::Product;
pub(crate) use start::{may_be_start, start_page};

use crate::service::ask::{Directory, IdentityUser};
use crate::service::saml::{self, Response, encoded};
use crate::world::identity_provider::Application;

/// Performs an action in the console of an identity provider.
///
/// * `[PRODUCT, "applications", "create"]`, PRODUCT being `okta`, `entra`, `adfs`, `google`, `pingone`, `pingfederate` or `other`, fills in the form of an
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
            let (_, application, _) = find(world, input)?;
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
        Product::Entra | Product::PingOne => world.uuid(),
        Product::Google => (0..12)
            .map(|_| char::from(b'0' + world.hex(1).bytes().next().unwrap_or(b'0') % 10))
            .collect(),
        // One document for all of them: the addresses name no application.
        Product::Adfs | Product::PingFederate => format!("{}-{}", addresses::shared(product), world.hex(12)),
        Product::Other => world.hex(20),
    };
    world
        .identity_provider
        .applications
        .insert(token.clone(), application);
    Ok(shown(world, product, &token, input))
}

/// What the console shows of an application, to be copied.
fn shown(world: &World, product: Product, token: &str, input: &Value) -> Value {
    // Google hands out a file, and publishes nothing.
    if product == Product::Google {
        let document = metadata(world, token);
        return json!({ "metadata": document, "start_url": addresses::start_url(product, token) });
    }
    let metadata_url = match input.get("base_url").and_then(Value::as_str) {
        Some(base) => format!("{}/saml/metadata/{token}", base.trim_end_matches('/')),
        None => addresses::metadata_url(product, token),
    };
    json!({ "metadata_url": metadata_url, "start_url": addresses::start_url(product, token) })
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
    Ok(shown(world, product, token, input))
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
        kept.retain(|row| !out.iter().any(|other| same(row, other)));
        // What is changed stays in its place: the order of rules decides.
        for row in given {
            match kept.iter_mut().find(|known| same(known, &row)) {
                Some(known) => *known = row,
                None => kept.push(row),
            }
        }
        typed[table] = kept.into();
    }
    let application = form::read(world, product, &typed, Some(&token))?;
    world.identity_provider.applications.insert(token, application);
    Ok(json!({}))
}

/// The metadata document of the application with this token, if there is one.
pub(crate) fn metadata(world: &World, token: &str) -> Option<String> {
    let mut all = world.identity_provider.applications.iter();
    // A document of all applications is there as soon as one of them is.
    let of = |known: &str| known == token || known.starts_with(&format!("{token}-"));
    let (token, application) = all.find(|(known, _)| of(known))?;
    let issuer = addresses::issuer(application.product, token);
    let sign_in = addresses::sign_in(application.product, token);
    Some(saml::metadata(
        &issuer,
        &sign_in,
        &sign_in,
        sso_admin::certificate(application.rotations),
    ))
}

/// The application that starts at an address, and the relay state that it sends from there.
fn find<'world>(
    world: &'world World,
    input: &Value,
) -> Result<(&'world str, &'world Application, Option<String>), Fault> {
    let wanted = input.get("start_url").and_then(Value::as_str).unwrap_or_default();
    let start = addresses::read(wanted);
    let mut applications = world.identity_provider.applications.iter();
    let found = applications.find(|(token, one)| match &start {
        Some(start) => one.product == start.product && one.audience == start.audience,
        None => addresses::start_url(one.product, token).as_deref() == Some(wanted),
    });
    let (token, application) = found.ok_or_else(|| not_found("the application"))?;
    let of_address = start.and_then(|start| start.relay_state);
    Ok((
        token,
        application,
        of_address.or_else(|| application.relay_state.clone()),
    ))
}

/// What an assertion says about a user.
#[derive(Default)]
struct Said {
    name_id: String,
    format: String,
    attributes: Vec<(String, String)>,
}

fn said(application: &Application, user: &IdentityUser) -> Result<Said, Fault> {
    if application.product == Product::Adfs {
        let issued = claims::issued(&application.attributes, user).map_err(validation)?;
        let (name_id, format) = issued
            .name_id
            .ok_or_else(|| validation("no rule issues a name identifier"))?;
        return Ok(Said {
            name_id,
            format,
            attributes: issued.attributes,
        });
    }
    let value = |source: &str| application.product.value(source, user, application.role.as_ref());
    let mut said = Said {
        name_id: value(&application.name_id)?.unwrap_or_default(),
        format: application.name_id_format.clone(),
        attributes: Vec::new(),
    };
    for (name, source) in &application.attributes {
        if let Some(value) = value(source)? {
            said.attributes.push((name.clone(), value));
        }
    }
    Ok(said)
}

fn sign_in(world: &World, input: &Value, now: Moment) -> Result<Value, Fault> {
    let (token, application, relay_state) = find(world, input)?;
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
    let said = said(application, &user)?;
    let response = Response {
        issuer: &addresses::issuer(product, token),
        certificate: sso_admin::certificate(application.rotations),
        recipient: &application.acs_url,
        // Entra cuts off what only tells identifiers apart.
        audience: application.audience.split('#').next().unwrap_or_default(),
        name_id: &said.name_id,
        name_id_format: &said.format,
        attributes: &said.attributes,
    };
    Ok(json!({
        "acs_url": application.acs_url,
        "relay_state": relay_state,
        "saml_response": encoded(&response, now),
    }))
}
