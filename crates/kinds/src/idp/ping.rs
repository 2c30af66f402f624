//! Ping Identity: a SAML application of `PingOne`, and an SP connection of `PingFederate`, each as its console has it.

use super::answers::path;
use super::edit::Way;
use super::sheet::{self, cell, code};
use super::spec::{ATTRIBUTES, ApplicationSpec, SessionName};
use crate::address::Address;
use crate::iam::saml_metadata::excerpt;
use crate::idp::answers;

/// What is asked of `PingOne` as `metadata`.
pub(super) const ONE_METADATA: &str = "the *IdP Metadata URL* of the application's tab **Overview** \
     (https://auth.pingone.com/ENVIRONMENT/saml20/metadata/ID), or the document itself";

/// What is asked of `PingFederate` as `metadata`.
pub(super) const FEDERATE_METADATA: &str = "the address of the connection's metadata \
     (https://HOST:9031/pf/federation_metadata.ping?PartnerSpId=ID), or the document of **Metadata Export**";

/// What is asked for as `start_url`, where the metadata does not tell.
pub const START_URL: &str = "the address that starts the sign-in, with the relay state of this application";

/// How the sections of `PingOne`'s worksheet are reached in an application that is there.
pub(super) const ONE_WAYS: &[Way] = &[
    (
        "SAML configuration",
        "On the application's tab **Configuration** choose the pencil; at the end **Save**.",
    ),
    (
        "Attribute mappings",
        "On the application's tab **Attribute Mappings** choose the pencil; at the end **Save**.",
    ),
    (
        "Access",
        "On the application's tab **Access** choose the pencil; at the end **Save**.",
    ),
];

/// The same of `PingFederate`.
pub(super) const FEDERATE_WAYS: &[Way] = &[
    (
        "SP connection",
        "Choose the step **General Info**; at the end **Save**.",
    ),
    (
        "Assertion creation",
        "Choose **Browser SSO**, **Assertion Creation**, and the mapping of the adapter; at the end **Done** and **Save**.",
    ),
    (
        "Issuance criteria",
        "Choose **Browser SSO**, **Assertion Creation**, the mapping of the adapter, and **Issuance Criteria**; at the end \
         **Done** and **Save**.",
    ),
];

/// What the hosts of `PingOne` end with, by region.
pub(super) const DOMAINS: &[&str] = &[
    "pingone.com",
    "pingone.eu",
    "pingone.ca",
    "pingone.asia",
    "pingone.com.au",
    "pingone.sg",
];

/// Checks that this is an application's metadata at `PingOne`.
pub fn check_one_metadata_url(url: &str) -> Result<(), String> {
    if path(url).contains("/saml20/metadata/") {
        return Ok(());
    }
    Err(format!(
        "metadata: `{}` is not where PingOne publishes an application's metadata; copy the IdP Metadata URL of the tab \
         Overview, which has /saml20/metadata/ in it",
        excerpt(url)
    ))
}

/// Checks that this is a connection's metadata at `PingFederate`.
pub fn check_federate_metadata_url(url: &str) -> Result<(), String> {
    if path(url).ends_with("/pf/federation_metadata.ping") && url.contains("PartnerSpId=") {
        return Ok(());
    }
    Err(format!(
        "metadata: `{}` is not where PingFederate publishes a connection's metadata, which is \
         https://HOST:9031/pf/federation_metadata.ping?PartnerSpId=ID",
        excerpt(url)
    ))
}

/// What an address is at which no one can start.
pub(super) fn beside(url: &str) -> Option<&'static str> {
    let path = path(url);
    if path.contains("/saml20/metadata/") || path.ends_with("/federation_metadata.ping") {
        Some("where Ping publishes metadata")
    } else if path.ends_with("/saml20/idp/sso") || path.ends_with("/idp/SSO.saml2") {
        Some("one to which browsers are sent with a SAML request")
    } else if path.ends_with("/startsso") && !url.contains("spEntityId=") {
        Some("the start of a sign-in without its application")
    } else {
        None
    }
}

/// What a person types where, in `PingOne`.
///
/// Assumption: `pingone-literals`. A text in double quotes is an expression that gives the text.
pub fn one_worksheet(address: &Address, spec: &ApplicationSpec) -> String {
    let user = match spec.session_name {
        SessionName::Email => "Email Address",
        SessionName::UserName => "Username",
    };
    let mut lines = sheet::head(address, spec, "the PingOne admin console");
    lines.extend(sheet::section(
        "SAML configuration",
        "Choose **Applications**, **Applications**, the plus sign, **SAML Application**, **Configure**, and **Manually \
         Enter**. PingOne takes an entity ID once in an environment. On the tab **Configuration** leave **Sign Assertion** \
         and no encryption.",
        [
            format!("- Application Name: {}", code(&spec.name)),
            format!("- ACS URLs: {}", code(&spec.acs_url)),
            format!("- Entity ID: {}", code(&spec.audience)),
            "- Subject NameID Format: `urn:oasis:names:tc:SAML:2.0:nameid-format:persistent`".to_owned(),
            format!("- Target Application URL: {}", code(&spec.relay_state.to_string())),
        ],
    ));
    let row = |name: &str, value: &str| vec![cell(name), cell(value)];
    let named = |name: &str| format!("{ATTRIBUTES}/{name}");
    let mut rows = vec![
        row("saml_subject", user),
        row(&named("RoleSessionName"), user),
        row(&named("Role"), &format!("\"{}\"", spec.role())),
        row(
            &named("SessionDuration"),
            &format!("\"{}\"", spec.session.as_secs()),
        ),
    ];
    rows.extend(spec.tags().map(|(name, source)| row(&named(&name), source)));
    lines.extend(sheet::section(
        "Attribute mappings",
        "On the tab **Attribute Mappings**, one row each, all of them required. What stands in double quotes is typed with \
         them into the expression builder (the gears). At the end switch the application on.",
        sheet::table(&["Application attribute", "PingOne mapping"], rows),
    ));
    lines.extend(sheet::groups(
        "Access",
        "On the tab **Access** add these groups:",
        spec,
    ));
    lines.extend(sheet::section(
        "Where people start",
        "Headset makes the address of the metadata, and puts it into the pages: it is what PingOne shows as **Initiate \
         Single Sign-On URL**, with the target application URL beside it.",
        [],
    ));
    lines.extend(sheet::answers(
        address,
        &[(answers::METADATA, ONE_METADATA)],
        &spec.answers_at,
    ));
    lines.join("\n")
}

/// What a person types where, in `PingFederate`.
pub fn federate_worksheet(address: &Address, spec: &ApplicationSpec) -> String {
    let user = match spec.session_name {
        SessionName::Email => "mail",
        SessionName::UserName => "userPrincipalName",
    };
    let mut lines = sheet::head(address, spec, "the PingFederate administrative console");
    lines.extend(sheet::section(
        "SP connection",
        "Choose **Applications**, **SP Connections**, **Create Connection**, without a template, with **Browser SSO \
         Profiles** by SAML 2.0. Under **Browser SSO** tick **IdP-Initiated SSO**. PingFederate takes a partner's entity ID \
         once. The assertion consumer service URL has the binding **POST**, and of the allowable bindings leave **POST** \
         only. Under **Credentials** choose the signing certificate; encrypt nothing.",
        [
            format!("- Partner's Entity ID: {}", code(&spec.audience)),
            format!("- Connection Name: {}", code(&spec.name)),
            format!("- Endpoint URL: {}", code(&spec.acs_url)),
        ],
    ));
    let row = |name: &str, source: &str, value: &str| vec![cell(name), cell(source), cell(value)];
    let named = |name: &str| format!("{ATTRIBUTES}/{name}");
    let (text, directory) = ("Text", "Adapter or data store");
    let mut rows = vec![
        row("SAML_SUBJECT", directory, user),
        row(
            "SAML_NAME_FORMAT",
            text,
            "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        ),
        row(&named("RoleSessionName"), directory, user),
        row(&named("Role"), text, &spec.role()),
        row(
            &named("SessionDuration"),
            text,
            &spec.session.as_secs().to_string(),
        ),
    ];
    rows.extend(
        spec.tags()
            .map(|(name, source)| row(&named(&name), directory, source)),
    );
    lines.extend(sheet::section(
        "Assertion creation",
        "Under **Attribute Contract** extend the contract by the attributes below, with the name format \
         `urn:oasis:names:tc:SAML:2.0:attrname-format:uri`; under **Attribute Contract Fulfillment** give each its source \
         and value. Attributes of the directory are named as Active Directory names them: type what yours calls them.",
        sheet::table(&["Attribute contract", "Source", "Value"], rows),
    ));
    lines.extend(sheet::groups(
        "Issuance criteria",
        "Under **Issuance Criteria** let in who is a member of one of these groups (`memberOf`, multi-value contains DN):",
        spec,
    ));
    lines.extend(sheet::section(
        "Where people start",
        "Headset makes the address of the metadata, and puts it into the pages: it is what PingFederate shows as **SSO \
         Application Endpoint**, with the relay state as `TargetResource`. If redirects are validated, add the relay state's \
         host under **Redirect Validation**.",
        [format!("- Target resource: {}", code(&spec.relay_state.to_string()))],
    ));
    lines.extend(sheet::answers(
        address,
        &[(answers::METADATA, FEDERATE_METADATA)],
        &spec.answers_at,
    ));
    lines.join("\n")
}
