//! Microsoft Entra ID: the gallery's application "AWS Single-Account Access", field by field as the admin center has
//! them (Microsoft's tutorial of that name).
//!
//! What a user becomes in AWS comes from an app role there: its value is the pair of provider and role, and the claim
//! `Role` sends the roles that a user was assigned with.

use super::answers::{host, path};
use super::edit::Way;
use super::sheet::{self, cell, code};
use super::spec::{ATTRIBUTES, ApplicationSpec, SessionName};
use crate::address::Address;
use crate::iam::saml_metadata::excerpt;
use crate::idp::answers;
use crate::output;

/// What is asked for as `metadata`.
pub(super) const METADATA: &str = "the *App Federation Metadata Url* of the section **SAML Certificates** \
     (https://login.microsoftonline.com/TENANT/federationmetadata/2007-06/federationmetadata.xml?appid=ID), or the \
     document itself";

/// What is asked for as `start_url`.
pub const START_URL: &str = "the *User access URL* of the application's **Properties** (where people start)";

/// How the sections of the worksheet are reached in an application that is there.
pub(super) const WAYS: &[Way] = &[
    (
        "New application",
        "Choose **Properties**, and at the end **Save**.",
    ),
    (
        "App roles",
        "Choose **App registrations**, **All applications**, the application, **App roles**, and the role; at the end \
         **Apply**.",
    ),
    (
        "Basic SAML Configuration",
        "Choose **Single sign-on**, **SAML**, and edit **Basic SAML Configuration**; at the end **Save**.",
    ),
    (
        "Attributes & Claims",
        "Choose **Single sign-on**, **SAML**, and edit **Attributes & Claims**; at the end **Save**.",
    ),
    (
        "Users and groups",
        "Choose **Users and groups**: **Add user/group**, or tick a row and **Remove**.",
    ),
];

/// The hosts by which tenants name themselves as issuers, in every cloud of Microsoft's.
pub(super) const ISSUERS: &[&str] = &[
    "sts.windows.net",
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "sts.chinacloudapi.cn",
    "login.partner.microsoftonline.cn",
];

/// Checks that this is the application's own metadata: the tenant's lists other signing certificates.
pub fn check_metadata_url(url: &str) -> Result<(), String> {
    let query = url
        .split_once('?')
        .map_or("", |(_, query)| query)
        .to_ascii_lowercase();
    if query.split('&').any(|part| part.starts_with("appid=")) {
        Ok(())
    } else {
        Err(format!(
            "metadata: `{}` is not one application's metadata; copy the App Federation Metadata Url, which ends \
             in ?appid=...",
            excerpt(url)
        ))
    }
}

/// Where administrators work.
const ADMINISTRATION: [&str; 8] = [
    "portal.azure.com",
    "portal.azure.us",
    "portal.azure.cn",
    "entra.microsoft.com",
    "entra.microsoft.us",
    "entra.microsoftonline.cn",
    "admin.microsoft.com",
    "intune.microsoft.com",
];

/// Where sign-ins are taken up that an application has begun.
const SIGN_IN: [&str; 6] = [
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "login.microsoft.com",
    "login.windows.net",
    "sts.windows.net",
];

/// Where people find their applications: links to one go on with `signin/`.
const MY_APPS: [&str; 4] = [
    "myapps.microsoft.com",
    "launcher.myapps.microsoft.com",
    "myapplications.microsoft.com",
    "account.activedirectory.windowsazure.com",
];

/// What an address is that an administrator finds beside the link of an application, and at which no one can start.
pub(super) fn beside(url: &str) -> Option<&'static str> {
    let (host, path) = (host(url), path(url));
    let is_among = |hosts: &[&str]| {
        hosts
            .iter()
            .any(|one| host == *one || host.ends_with(&format!(".{one}")))
    };
    if is_among(&ADMINISTRATION) {
        Some("in Microsoft's administration")
    } else if is_among(&SIGN_IN) && path.contains("/federationmetadata/") {
        Some("where Entra publishes metadata")
    } else if is_among(&SIGN_IN) {
        Some(
            "one to which browsers are sent with a SAML request (the admin center shows it as the Login URL)",
        )
    } else if is_among(&MY_APPS) && !path.contains("/signin/") {
        Some("the portal My Apps, in which people choose an application")
    } else {
        None
    }
}

/// Whether an address has the form of a User access URL: it goes on with `signin/`, and names the tenant.
pub(super) fn is_link(url: &str) -> bool {
    let query = url
        .split_once('?')
        .map_or("", |(_, query)| query)
        .to_ascii_lowercase();
    let names_tenant = query.split('&').any(|part| part.starts_with("tenantid="));
    names_tenant && path(url).contains("/signin/")
}

/// What a person types where.
pub fn worksheet(address: &Address, spec: &ApplicationSpec) -> String {
    let attribute = match spec.session_name {
        SessionName::Email => "user.mail",
        SessionName::UserName => "user.userprincipalname",
    };
    let role = spec.role_name();
    let claim =
        |name: &str, source: &str| format!("| {} | {} | {} |", cell(name), cell(ATTRIBUTES), cell(source));
    let mut lines = vec![
        format!("# Checkpoint {address}"),
        String::new(),
        format!(
            "{}. A person makes the application in Microsoft Entra ID, from this sheet. Type exactly what is between \
             the backticks: keep upper and lower case, and add no space at either end.",
            spec.description
        ),
        String::new(),
        "## New application".to_owned(),
        String::new(),
        "In the Microsoft Entra admin center choose **Enterprise applications**, **New application**, and in the \
         gallery **AWS Single-Account Access**; then **Create**."
            .to_owned(),
        String::new(),
        format!("- Name: {}", code(&spec.name)),
        String::new(),
        "## App roles".to_owned(),
        String::new(),
        "Choose **App registrations**, **All applications**, the application, **App roles**, **Create app role**, and \
         **Apply**."
            .to_owned(),
        String::new(),
        format!("- Display name: {}", code(role)),
        "- Allowed member types: `Users/Groups`".to_owned(),
        format!("- Value: {}", code(&spec.role())),
        format!("- Description: {}", code(&spec.description)),
        String::new(),
        "## Basic SAML Configuration".to_owned(),
        String::new(),
        "Back under **Enterprise applications**, the application, choose **Single sign-on**, **SAML**, and edit \
         **Basic \
         SAML Configuration**. Delete what these fields hold already."
            .to_owned(),
        String::new(),
        format!("- Identifier (Entity ID): {}", code(&spec.audience)),
        format!(
            "- Reply URL (Assertion Consumer Service URL): {}",
            code(&spec.acs_url)
        ),
        format!(
            "- Relay State (Optional): {}",
            code(&spec.relay_state.to_string())
        ),
        String::new(),
        "Entra sends the identifier without what follows the `#`, which only tells this application from others."
            .to_owned(),
        String::new(),
        "## Attributes & Claims".to_owned(),
        String::new(),
        "Edit **Attributes & Claims**. The required claim **Unique User Identifier (Name ID)**:".to_owned(),
        String::new(),
        "- Name identifier format: `Persistent`".to_owned(),
        format!("- Source attribute: {}", code(attribute)),
        String::new(),
        "The additional claims; those that are there already are changed to this:".to_owned(),
        String::new(),
        "| Name | Namespace | Source attribute |".to_owned(),
        "|---|---|---|".to_owned(),
        claim("RoleSessionName", attribute),
        claim("Role", "user.assignedroles"),
        claim("SessionDuration", &spec.session.as_secs().to_string()),
    ];
    lines.extend(spec.tags().map(|(name, source)| claim(&name, source)));
    lines.push(String::new());
    if !(spec.groups.is_empty() && spec.users.is_empty()) {
        lines.extend([
            "## Users and groups".to_owned(),
            String::new(),
            "Choose **Users and groups**, **Add user/group**, pick each of these with its role, and choose **Assign**:"
                .to_owned(),
            String::new(),
            "| Type | Name | Role |".to_owned(),
            "|---|---|---|".to_owned(),
        ]);
        let row = |kind: &str, name: &str| format!("| {kind} | {} | {} |", cell(name), cell(role));
        lines.extend(spec.groups.iter().map(|name| row("Group", name)));
        lines.extend(spec.users.iter().map(|name| row("User", name)));
        lines.push(String::new());
    }
    lines.extend(sheet::answers(
        address,
        &[(answers::METADATA, METADATA), (output::START_URL, START_URL)],
        &spec.answers_at,
    ));
    lines.join("\n")
}
