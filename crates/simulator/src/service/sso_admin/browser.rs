//! The console: what an administrator types for a customer-managed SAML application.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::application::{Application, CUSTOM_SAML, Saml, new_arn};
use super::{denied, metadata, not_found, validation};
use crate::clock::Moment;
use crate::service::Fault;
use crate::service::ask::{Directory, IdentityUser};
use crate::service::saml::{Response, encoded};
use crate::world::World;
use crate::world::identity_store::IDENTITY_STORE_ID;

/// The formats that the console offers for an attribute.
const FORMATS: [&str; 10] = [
    "unspecified",
    "basic",
    "uri",
    "emailAddress",
    "persistent",
    "transient",
    "entity",
    "kerberos",
    "x509SubjectName",
    "windowsDomainQualifiedName",
];

/// The user attributes that a mapping may refer to.
const USER_ATTRIBUTES: [&str; 9] = [
    "${user:subject}",
    "${user:email}",
    "${user:name}",
    "${user:preferredUsername}",
    "${user:givenName}",
    "${user:middleName}",
    "${user:familyName}",
    "${user:groups}",
    "${user:AD_GUID}",
];

/// Performs an action of the IAM Identity Center console.
///
/// * `["applications", "create"]` adds a customer-managed SAML 2.0 application. Input: `display_name`,
///   `description`, `acs_url`, `audience`, `relay_state`, `session_duration` (`12 hours`, `12h`, `PT12H`, ...),
///   `attribute_mappings` (list of `{attribute, value, format}`), optionally `start_url` and `base_url` (where
///   the simulator itself can be reached; the metadata address is then built on it). Output:
///   `application_arn`, `metadata_url`, `sign_in_url`, `certificate`.
/// * `["applications", "update"]` with `application_arn` replaces what is given of the same fields, and of `status`
///   (`Enabled` or `Disabled`).
/// * `["applications", "list"]` lists the applications that are not AWS's own: `application_arn`, `display_name`.
/// * `["applications", "show"]` with `application_arn` reads back what was typed.
/// * `["applications", "addresses"]` with `application_arn` and optionally `base_url` shows what `create` gave, of an
///   application that is there.
/// * `["applications", "assign"]` with `application_arn`, `users` and `groups` (lists of names) assigns them,
///   which the console does whether or not the API would.
/// * `["applications", "link"]` with `application_arn`: what a user who is assigned copies from the access portal, the
///   address behind the application. Output: `start_url`. Without an assignment no portal shows it.
/// * `["applications", "rotate-certificate"]` with `application_arn` replaces the signing certificate: a party
///   that holds the old metadata no longer trusts the application. Output: `certificate`.
/// * `["applications", "sign-in"]` with `application_arn` or `start_url` (its link) and `user` (a user name): what the browser of a user who
///   chose the application in the access portal posts to AWS: `acs_url`, `relay_state`, `saml_response`.
/// * `["applications", "delete"]` with `application_arn` removes the application.
///
/// # Errors
///
/// `ValidationException` with the first field that the console would mark, `ResourceNotFoundException` for an
/// unknown application, and the answer to an operation that does not exist for any other path.
pub(crate) fn console(world: &mut World, path: &[&str], input: &Value, now: Moment) -> Result<Value, Fault> {
    match path {
        ["applications", "create"] => create(world, input, now),
        ["applications", "update"] => update(world, input),
        ["applications", "list"] => {
            let listed = world.sso_admin.applications.values().map(
                |application| json!({ "application_arn": application.arn, "display_name": application.name }),
            );
            Ok(json!({ "applications": listed.collect::<Vec<Value>>() }))
        }
        ["applications", "show"] => show(world, input),
        ["applications", "addresses"] => {
            let application = find(world, input)?.clone();
            Ok(addresses(world, &application, text(input, "base_url")))
        }
        ["applications", "assign"] => assign(world, input),
        ["applications", "rotate-certificate"] => {
            let saml = find(world, input)?.saml.as_mut();
            let saml = saml.ok_or_else(|| not_found("the application"))?;
            saml.rotations += 1;
            Ok(json!({ "certificate": metadata::certificate(saml.rotations) }))
        }
        ["applications", "link"] => {
            let application = find(world, input)?;
            if application.assignment_required && application.assignments.is_empty() {
                return Err(denied(
                    "no user or group is assigned to the application: no access portal shows it",
                ));
            }
            let link = link(application).ok_or_else(|| not_found("the application"))?;
            Ok(json!({ "start_url": link }))
        }
        ["applications", "sign-in"] => sign_in(world, input, now),
        ["applications", "delete"] => {
            let arn = find(world, input)?.arn.clone();
            world.sso_admin.applications.remove(&arn);
            Ok(json!({}))
        }
        other => Err(Fault::not_implemented("sso-admin console", &other.join("/"))),
    }
}

fn text<'input>(input: &'input Value, member: &str) -> Option<&'input str> {
    let text = input.get(member).and_then(Value::as_str).map(str::trim);
    text.filter(|text| !text.is_empty())
}

fn required<'input>(input: &'input Value, member: &str) -> Result<&'input str, Fault> {
    text(input, member).ok_or_else(|| validation(&format!("{member} must be filled in")))
}

fn find<'world>(world: &'world mut World, input: &Value) -> Result<&'world mut Application, Fault> {
    let arn = required(input, "application_arn")?;
    let application = world.sso_admin.applications.get_mut(arn);
    application
        .filter(|application| application.saml.is_some())
        .ok_or_else(|| not_found("the application"))
}

/// What stands for itself in a name within an address: as `encodeURIComponent` does it, since a page writes the link.
const NAME: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The address behind the application in the access portal.
/// Assumption: `sso.link-form` — the portal shows it so; AWS does not document the link.
fn link(application: &Application) -> Option<String> {
    let token = metadata::link_token(&application.saml.as_ref()?.token)?;
    let name = utf8_percent_encode(&application.name, NAME);
    Some(format!(
        "https://{IDENTITY_STORE_ID}.awsapps.com/start/#/saml/custom/{name}/{token}"
    ))
}

/// The application that is opened: by its ARN, or by its link. What stands in the link for its name does not count.
fn opened<'world>(world: &'world mut World, input: &Value) -> Result<&'world mut Application, Fault> {
    let Some(url) = text(input, "start_url") else {
        return find(world, input);
    };
    let parts = |url: &str| -> Option<(String, String)> {
        let (before, token) = url.rsplit_once('/')?;
        Some((before.rsplit_once('/')?.0.to_owned(), token.to_owned()))
    };
    let wanted = parts(url);
    let mut applications = world.sso_admin.applications.values_mut();
    applications
        .find(|one| wanted.is_some() && link(one).and_then(|link| parts(&link)) == wanted)
        .ok_or_else(|| not_found("an application behind this link"))
}

fn check_url(member: &str, url: &str, longest: usize) -> Result<(), Fault> {
    let rest = url.strip_prefix("https://").unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let valid = !host.is_empty() && !url.contains(char::is_whitespace) && url.len() <= longest;
    if valid {
        Ok(())
    } else {
        Err(validation(&format!("{member} must be a https URL")))
    }
}

/// Seconds of `12 hours`, `1 hour`, `30 minutes`, `12h`, `45m` or `PT12H`, between 15 minutes and 12 hours.
fn session_seconds(typed: &str) -> Result<u64, Fault> {
    let lower = typed.to_lowercase();
    let lower = lower.strip_prefix("pt").unwrap_or(&lower);
    let digits: String = lower.chars().take_while(char::is_ascii_digit).collect();
    let unit = match lower[digits.len()..].trim() {
        "h" | "hour" | "hours" => 3600,
        "m" | "min" | "minute" | "minutes" => 60,
        "s" | "sec" | "second" | "seconds" => 1,
        _ => 0,
    };
    let seconds = digits.parse::<u64>().unwrap_or(0).saturating_mul(unit);
    if (900..=43_200).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(validation(
            "session_duration must be between 15 minutes and 12 hours",
        ))
    }
}

fn mappings(input: &Value) -> Result<Vec<(String, String, String)>, Fault> {
    let rows = input.get("attribute_mappings").and_then(Value::as_array);
    let mut seen: Vec<(String, String, String)> = Vec::new();
    for row in rows.into_iter().flatten() {
        let (attribute, value) = (required(row, "attribute")?, required(row, "value")?);
        let format = text(row, "format").unwrap_or("unspecified");
        if !FORMATS.iter().any(|known| known.eq_ignore_ascii_case(format)) {
            return Err(validation(&format!("the format {format} is not offered")));
        }
        if seen.iter().any(|(other, ..)| other == attribute) {
            return Err(validation(&format!("the attribute {attribute} is mapped twice")));
        }
        // Names of user attributes are exact: ${user:Email} is refused.
        if value.contains("${") && !USER_ATTRIBUTES.contains(&value) && !value.starts_with("${path:") {
            return Err(validation(&format!("{value} is not a user attribute")));
        }
        if attribute == "Subject" && !value.starts_with("${") {
            return Err(validation("Subject must be mapped to a user attribute"));
        }
        seen.push((attribute.to_owned(), value.to_owned(), format.to_owned()));
    }
    if !seen.iter().any(|(attribute, ..)| attribute == "Subject") {
        return Err(validation("Subject must be mapped"));
    }
    Ok(seen)
}

fn checked_name(name: &str) -> Result<String, Fault> {
    if name.chars().count() > 100 {
        return Err(validation("display_name must have 100 characters at most"));
    }
    Ok(name.to_owned())
}

fn checked_description(description: &str) -> Result<String, Fault> {
    if description.chars().count() > 128 {
        return Err(validation("description must have 128 characters at most"));
    }
    Ok(description.to_owned())
}

fn checked_audience(audience: &str) -> Result<String, Fault> {
    if audience.contains(char::is_whitespace) {
        return Err(validation("audience must be a URI"));
    }
    Ok(audience.to_owned())
}

fn portal(start_url: Option<&str>) -> Result<Value, Fault> {
    let sign_in = match start_url {
        Some(url) => {
            check_url("start_url", url, 512)?;
            json!({ "Origin": "APPLICATION", "ApplicationUrl": url })
        }
        None => json!({ "Origin": "IDENTITY_CENTER" }),
    };
    Ok(json!({ "SignInOptions": sign_in, "Visibility": "ENABLED" }))
}

fn create(world: &mut World, input: &Value, now: Moment) -> Result<Value, Fault> {
    let name = checked_name(required(input, "display_name")?)?;
    let description = text(input, "description").map(checked_description).transpose()?;
    let acs_url = required(input, "acs_url")?.to_owned();
    check_url("acs_url", &acs_url, 2048)?;
    let audience = checked_audience(required(input, "audience")?)?;
    let relay_state = text(input, "relay_state").map(str::to_owned);
    let session = text(input, "session_duration").unwrap_or("1 hour");
    let saml = Saml {
        token: metadata::new_token(world),
        acs_url,
        audience,
        relay_state,
        session_seconds: session_seconds(session)?,
        mappings: mappings(input)?,
        rotations: 0,
    };
    let application = Application {
        arn: new_arn(world),
        provider: CUSTOM_SAML.to_owned(),
        name,
        description,
        enabled: true,
        portal: portal(text(input, "start_url"))?,
        created: now,
        created_from: world.settings.identity_center_region.clone(),
        assignment_required: true,
        assignments: Vec::new(),
        scopes: Default::default(),
        tags: Default::default(),
        saml: Some(saml),
    };
    world
        .sso_admin
        .applications
        .insert(application.arn.clone(), application.clone());
    Ok(addresses(world, &application, text(input, "base_url")))
}

/// What the page of an application shows to be copied: its ARN, its addresses and its certificate.
fn addresses(world: &World, application: &Application, base_url: Option<&str>) -> Value {
    let (token, rotations) = match &application.saml {
        Some(saml) => (saml.token.as_str(), saml.rotations),
        None => ("", 0),
    };
    let metadata_url = match base_url {
        Some(base) => format!("{}/saml/metadata/{token}", base.trim_end_matches('/')),
        None => metadata::address(world, "metadata", token),
    };
    json!({
        "application_arn": application.arn,
        "metadata_url": metadata_url,
        "sign_in_url": metadata::address(world, "assertion", token),
        "certificate": metadata::certificate(rotations),
    })
}

fn update(world: &mut World, input: &Value) -> Result<Value, Fault> {
    let mut changed = find(world, input)?.clone();
    if let Some(name) = text(input, "display_name") {
        changed.name = checked_name(name)?;
    }
    if let Some(description) = text(input, "description") {
        changed.description = Some(checked_description(description)?);
    }
    if input.get("start_url").is_some() {
        // An emptied field: the sign-in begins in Identity Center again.
        let shown = changed.portal["Visibility"].clone();
        changed.portal = portal(text(input, "start_url"))?;
        changed.portal["Visibility"] = shown;
    }
    match text(input, "visibility") {
        None => {}
        Some("Visible") => changed.portal["Visibility"] = json!("ENABLED"),
        Some("Hidden") => changed.portal["Visibility"] = json!("DISABLED"),
        Some(other) => return Err(validation(&format!("there is no visibility {other}"))),
    }
    match text(input, "status") {
        None => {}
        Some("Enabled") => changed.enabled = true,
        Some("Disabled") => changed.enabled = false,
        Some(other) => return Err(validation(&format!("there is no status {other}"))),
    }
    if let Some(saml) = &mut changed.saml {
        if let Some(url) = text(input, "acs_url") {
            check_url("acs_url", url, 2048)?;
            saml.acs_url = url.to_owned();
        }
        if let Some(audience) = text(input, "audience") {
            saml.audience = checked_audience(audience)?;
        }
        if let Some(relay_state) = text(input, "relay_state") {
            saml.relay_state = Some(relay_state.to_owned());
        }
        if let Some(typed) = text(input, "session_duration") {
            saml.session_seconds = session_seconds(typed)?;
        }
        if input.get("attribute_mappings").is_some() {
            saml.mappings = mappings(input)?;
        }
    }
    *find(world, input)? = changed;
    Ok(json!({}))
}

fn assign(world: &mut World, input: &Value) -> Result<Value, Fault> {
    find(world, input)?;
    let mut principals = Vec::new();
    for (member, principal_type) in [("users", "USER"), ("groups", "GROUP")] {
        let names = input.get(member).and_then(Value::as_array);
        for name in names.into_iter().flatten().filter_map(Value::as_str) {
            let id = world.principal(principal_type, name);
            let id = id.ok_or_else(|| not_found(name))?;
            principals.push((principal_type.to_owned(), id));
        }
    }
    let application = find(world, input)?;
    for principal in principals {
        if !application.assignments.contains(&principal) {
            application.assignments.push(principal);
        }
    }
    Ok(json!({}))
}

/// What a mapping says of a user.
fn mapped(value: &str, user: &IdentityUser) -> Result<String, Fault> {
    match value {
        "${user:email}" => user
            .email
            .clone()
            .ok_or_else(|| denied("No access: the user has no primary e-mail address")),
        "${user:subject}" | "${user:preferredUsername}" => Ok(user.name.clone()),
        other if other.contains("${") => Err(validation(&format!("{other} is not known of the user"))),
        other => Ok(other.to_owned()),
    }
}

fn sign_in(world: &mut World, input: &Value, now: Moment) -> Result<Value, Fault> {
    let name = required(input, "user")?;
    let user = world.directory_user(name).ok_or_else(|| not_found(name))?;
    let application = opened(world, input)?.clone();
    let is_assigned = application.assignments.iter().any(|(_, id)| user.is(id));
    if !application.enabled || (application.assignment_required && !is_assigned) {
        return Err(denied("No access: the application is not assigned to the user"));
    }
    let saml = application.saml.ok_or_else(|| not_found("the application"))?;
    let (mut subject, mut attributes) = ((String::new(), String::new()), Vec::new());
    for (attribute, value, format) in &saml.mappings {
        let value = mapped(value, &user)?;
        match attribute.as_str() {
            "Subject" => {
                let version = if ["persistent", "transient"].contains(&format.as_str()) {
                    "2.0"
                } else {
                    "1.1"
                };
                subject = (
                    value,
                    format!("urn:oasis:names:tc:SAML:{version}:nameid-format:{format}"),
                );
            }
            _ => attributes.push((attribute.clone(), value)),
        }
    }
    let response = Response {
        issuer: &metadata::address(world, "assertion", &saml.token),
        certificate: metadata::certificate(saml.rotations),
        recipient: &saml.acs_url,
        audience: &saml.audience,
        name_id: &subject.0,
        name_id_format: &subject.1,
        attributes: &attributes,
    };
    Ok(json!({
        "acs_url": saml.acs_url,
        "relay_state": saml.relay_state,
        "saml_response": encoded(&response, now),
    }))
}

fn show(world: &mut World, input: &Value) -> Result<Value, Fault> {
    let application = find(world, input)?;
    let Some(saml) = &application.saml else {
        return Err(not_found("the application"));
    };
    let rows = saml.mappings.iter().map(
        |(attribute, value, format)| json!({ "attribute": attribute, "value": value, "format": format }),
    );
    Ok(json!({
        "display_name": application.name,
        "description": application.description,
        "acs_url": saml.acs_url,
        "audience": saml.audience,
        "relay_state": saml.relay_state,
        "session_seconds": saml.session_seconds,
        "attribute_mappings": rows.collect::<Vec<Value>>(),
        "start_url": application.portal.pointer("/SignInOptions/ApplicationUrl"),
    }))
}
