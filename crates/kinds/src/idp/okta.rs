//! Okta: a custom SAML 2.0 app integration, field by field as its wizard has them ("Application Integration Wizard
//! SAML field reference" of Okta's help).

use super::answers::{host, path};
use super::edit::Way;
use super::sheet::{self, cell, code};
use super::spec::{ATTRIBUTES, ApplicationSpec, SessionName};
use crate::address::Address;
use crate::iam::saml_metadata::excerpt;
use crate::idp::answers;
use crate::output;

/// What is asked for as `metadata`.
pub(super) const METADATA: &str = "the *Metadata URL* of the tab **Sign On** (https://ORGANIZATION/app/ID/sso/saml/metadata), or the document itself";

/// What is asked for as `start_url`.
pub const START_URL: &str = "the *App Embed Link* of the tab **General** (where people start)";

/// How the sections of the worksheet are reached in an application that is there.
pub(super) const WAYS: &[Way] = &[
    (
        "General Settings",
        "On the tab **General**, under **App Settings**, choose **Edit**, and at the end **Save**.",
    ),
    (
        "Configure SAML",
        "On the tab **General**, under **SAML Settings**, choose **Edit** and **Next**, and at the end **Next** and \
         **Finish**.",
    ),
    (
        "Assignments",
        "On the tab **Assignments** choose **Assign**, or the cross at the end of a row to take it out.",
    ),
];

/// Checks that this is an application's metadata, and not its sign-on address.
pub fn check_metadata_url(url: &str) -> Result<(), String> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    if path.ends_with("/sso/saml/metadata") {
        Ok(())
    } else {
        Err(format!(
            "metadata: `{}` is not where Okta publishes an application's metadata; copy the Metadata URL of the \
             tab Sign On, which ends in /sso/saml/metadata",
            excerpt(url)
        ))
    }
}

/// What the hosts of organizations end with.
pub(super) const DOMAINS: [&str; 5] = [
    "okta.com",
    "oktapreview.com",
    "okta-emea.com",
    "okta-gov.com",
    "okta.mil",
];

/// What an address is that an administrator finds beside the link of an application, and at which no one can start.
pub(super) fn beside(url: &str) -> Option<&'static str> {
    let (host, path) = (host(url), path(url));
    if path.ends_with("/sso/saml/metadata") {
        return Some("where Okta publishes the application's metadata");
    }
    let organization = DOMAINS.iter().find_map(|domain| host.strip_suffix(domain))?;
    match organization.trim_end_matches('.') {
        "" | "www" | "developer" | "help" | "support" => Some("of Okta's own site"),
        name if name.ends_with("-admin") || path.starts_with("/admin") => Some("in Okta's Admin Console"),
        _ if path == "/"
            || path == "/app/UserHome"
            || path.starts_with("/enduser")
            || path.starts_with("/login") =>
        {
            Some("the organization's dashboard, in which people choose an application")
        }
        _ => None,
    }
}

/// Whether an address has the form of an App Embed Link: `/home/NAME/ID`, also at a domain of the organization's own.
pub(super) fn is_link(url: &str) -> bool {
    let path = path(url);
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    parts.first() == Some(&"home") && parts.len() >= 3
}

/// What a person types where.
///
/// Assumption: okta-constants. An attribute's value that is no expression of Okta's is sent unchanged.
pub fn worksheet(address: &Address, spec: &ApplicationSpec) -> String {
    let (expression, username) = match spec.session_name {
        SessionName::Email => ("user.email", "Email"),
        SessionName::UserName => ("user.login", "Okta username"),
    };
    let row = |name: &str, value: &str| {
        format!(
            "| {} | `Unspecified` | {} |",
            cell(&format!("{ATTRIBUTES}/{name}")),
            cell(value)
        )
    };
    let mut lines = vec![
        format!("# Checkpoint {address}"),
        String::new(),
        format!(
            "{}. A person makes the application in Okta, from this sheet. Type exactly what is between the \
             backticks: keep upper and lower case, and add no space at either end.",
            spec.description
        ),
        String::new(),
        "## Create a new app integration".to_owned(),
        String::new(),
        "In the Okta Admin Console choose **Applications**, **Applications**, **Create App Integration**, then \
         **SAML 2.0** and **Next**."
            .to_owned(),
        String::new(),
        "## General Settings".to_owned(),
        String::new(),
        format!("- App name: {}", code(&spec.name)),
        String::new(),
        "Choose **Next**.".to_owned(),
        String::new(),
        "## Configure SAML".to_owned(),
        String::new(),
        "Under **SAML Settings**, **General**; leave **Use this for Recipient URL and Destination URL** ticked:"
            .to_owned(),
        String::new(),
        format!("- Single sign-on URL: {}", code(&spec.acs_url)),
        format!("- Audience URI (SP Entity ID): {}", code(&spec.audience)),
        format!("- Default RelayState: {}", code(&spec.relay_state.to_string())),
        "- Name ID format: `Persistent`".to_owned(),
        format!("- Application username: {}", code(username)),
        String::new(),
        "Under **Attribute Statements**, one row each:".to_owned(),
        String::new(),
        "| Name | Name format | Value |".to_owned(),
        "|---|---|---|".to_owned(),
        row("RoleSessionName", expression),
        row("Role", &spec.role()),
        row("SessionDuration", &spec.session.as_secs().to_string()),
    ];
    lines.extend(spec.tags().map(|(name, source)| row(&name, source)));
    lines.extend([
        String::new(),
        "Choose **Next**, then **This is an internal app that we have created** and **Finish**.".to_owned(),
        String::new(),
    ]);
    if !(spec.groups.is_empty() && spec.users.is_empty()) {
        lines.extend([
            "## Assignments".to_owned(),
            String::new(),
            "On the application's tab **Assignments** choose **Assign**, then **Assign to Groups** or **Assign to \
             People**, tick each of these, and choose **Done**:"
                .to_owned(),
            String::new(),
            "| Assign to | Name |".to_owned(),
            "|---|---|".to_owned(),
        ]);
        lines.extend(
            spec.groups
                .iter()
                .map(|name| format!("| Group | {} |", cell(name))),
        );
        lines.extend(
            spec.users
                .iter()
                .map(|name| format!("| Person | {} |", cell(name))),
        );
        lines.push(String::new());
    }
    lines.extend(sheet::answers(
        address,
        &[(answers::METADATA, METADATA), (output::START_URL, START_URL)],
        &spec.answers_at,
    ));
    lines.join("\n")
}
