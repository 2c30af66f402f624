//! Active Directory Federation Services: a relying party trust, as the wizard of AD FS Management has it, with its
//! claim rules, and the two settings without which no sign-in begins at AD FS and ends at a page of AWS's.
//!
//! A relying party trust has no relay state: it stands in the address at which people start, encoded twice (Microsoft's
//! "Supporting Identity Provider Initiated RelayState").

use super::answers::path;
use super::edit::Way;
use super::sheet::{self, cell, code};
use super::spec::{ATTRIBUTES, ApplicationSpec, SessionName};
use super::{answers, link};
use crate::address::Address;
use crate::iam::saml_metadata::excerpt;

/// What is asked for as `metadata`.
pub(super) const METADATA: &str = "the address of the federation metadata \
     (https://HOST/FederationMetadata/2007-06/FederationMetadata.xml), or the document itself, where AD FS is not reached \
     from here";

/// What is asked for as `start_url`, where the metadata does not tell.
pub const START_URL: &str = "the sign-on page of AD FS with the relay state of this application";

/// How the sections of the worksheet are reached in a trust that is there.
pub(super) const WAYS: &[Way] = &[
    (
        "Relying party trust",
        "Choose **Properties** of the trust: **Identifiers** and **Endpoints**; at the end **OK**.",
    ),
    (
        "Claim rules",
        "Choose **Edit Claim Issuance Policy** of the trust; at the end **OK**.",
    ),
    (
        "Access control policy",
        "Choose **Edit Access Control Policy** of the trust; at the end **OK**.",
    ),
    (
        "Where people start",
        "Nothing is typed in AD FS: Headset uses the new address once this is answered.",
    ),
];

/// How the issuer of a federation service ends, unless it was given another name.
pub(super) const ISSUER: &str = "/adfs/services/trust";

/// Checks that this is the metadata of a federation service.
pub fn check_metadata_url(url: &str) -> Result<(), String> {
    let path = path(url).to_ascii_lowercase();
    if path.ends_with("/federationmetadata/2007-06/federationmetadata.xml") {
        return Ok(());
    }
    Err(format!(
        "metadata: `{}` is not where AD FS publishes its metadata, which is \
         https://HOST/FederationMetadata/2007-06/FederationMetadata.xml",
        excerpt(url)
    ))
}

/// What an address is at which no one can start.
pub(super) fn beside(url: &str) -> Option<&'static str> {
    let path = path(url).to_ascii_lowercase();
    let path = path.trim_end_matches('/');
    if path.ends_with("federationmetadata.xml") {
        Some("where AD FS publishes its metadata")
    } else if path.ends_with("/adfs/ls") || path.contains("/adfs/services/") {
        Some("one to which browsers are sent with a SAML request")
    } else if path.contains("/adfs/ls/idpinitiatedsignon") && !url.contains('?') {
        Some("the sign-on page of AD FS, in which people choose an application")
    } else {
        None
    }
}

/// The account that signed in, which AD FS itself has looked up.
const ACCOUNT: &str = "c:[Type == \"http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname\", \
                       Issuer == \"AD AUTHORITY\"]";

/// A claim that the other rules take the user's name from, and that is not sent.
const USER: &str = "urn:headset:user";

/// A rule that looks up an attribute of the user in Active Directory.
fn looked_up(what: &str, name: &str, attribute: &str) -> String {
    format!(
        "{ACCOUNT} => {what}(store = \"Active Directory\", types = (\"{name}\"), query = \";{attribute};{{0}}\", param = \
         c.Value);"
    )
}

/// A rule that sends the same for everybody.
fn fixed(name: &str, value: &str) -> String {
    format!("=> issue(Type = \"{ATTRIBUTES}/{name}\", Value = \"{value}\");")
}

/// The claim rules, in the order in which they have to stand: their names and what they say.
fn rules(spec: &ApplicationSpec) -> Vec<(String, String)> {
    let attribute = match spec.session_name {
        SessionName::Email => "mail",
        SessionName::UserName => "userPrincipalName",
    };
    let identity = "http://schemas.xmlsoap.org/ws/2005/05/identity";
    let mut rules = vec![
        ("User".to_owned(), looked_up("add", USER, attribute)),
        (
            "Name ID".to_owned(),
            format!(
                "c:[Type == \"{USER}\"] => issue(Type = \"{identity}/claims/nameidentifier\", Value = c.Value, \
                 Properties[\"{identity}/claimproperties/format\"] = \
                 \"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\");"
            ),
        ),
        (
            "RoleSessionName".to_owned(),
            format!(
                "c:[Type == \"{USER}\"] => issue(Type = \"{ATTRIBUTES}/RoleSessionName\", Value = c.Value);"
            ),
        ),
        ("Role".to_owned(), fixed("Role", &spec.role())),
        (
            "SessionDuration".to_owned(),
            fixed("SessionDuration", &spec.session.as_secs().to_string()),
        ),
    ];
    rules.extend(spec.tags().map(|(name, source)| {
        let rule = looked_up("issue", &format!("{ATTRIBUTES}/{name}"), source);
        (name, rule)
    }));
    rules
}

/// What a person types where.
///
/// Assumption: `adfs-relay-state`. The two settings let AD FS take a relay state from the address of its sign-on page.
pub fn worksheet(address: &Address, spec: &ApplicationSpec) -> String {
    let mut lines = sheet::head(address, spec, "AD FS Management on the federation server");
    lines.extend(sheet::section(
        "Relying party trust",
        "Choose **Relying Party Trusts**, **Add Relying Party Trust**, **Claims aware**, and **Enter data about the \
         relying party manually**. Give no token encryption certificate, and tick neither WS-Federation nor SAML on the \
         page **Configure URL**: the address below goes to **Endpoints** of the trust's properties, as **SAML Assertion \
         Consumer** with the binding **POST** and the index 0. AD FS takes an identifier once: if another trust has this \
         one, no sign-in can tell the two apart.",
        [
            format!("- Display name: {}", code(&spec.name)),
            format!("- Relying party trust identifier: {}", code(&spec.audience)),
            format!("- Trusted URL: {}", code(&spec.acs_url)),
        ],
    ));
    let rows = rules(spec)
        .into_iter()
        .map(|(name, rule)| vec![cell(&name), cell(&rule)]);
    lines.extend(sheet::section(
        "Claim rules",
        "Choose **Edit Claim Issuance Policy** of the trust, and for each row **Add Rule**, **Send Claims Using a Custom \
         Rule**. Keep their order.",
        sheet::table(&["Claim rule name", "Custom rule"], rows),
    ));
    lines.extend(sheet::groups(
        "Access control policy",
        "Choose **Edit Access Control Policy** of the trust, **Permit specific group**, and add these groups of Active \
         Directory:",
        spec,
    ));
    let relay = link::of_adfs(
        "https://HOST/adfs/ls",
        &spec.audience,
        &spec.relay_state.to_string(),
    );
    lines.extend(sheet::section(
        "Sign-on page and relay state",
        "Both are off until they are switched on, once for the whole federation service, in PowerShell on the primary \
         federation server:",
        [
            "```text".to_owned(),
            "Set-AdfsProperties -EnableIdPInitiatedSignonPage $true".to_owned(),
            "Set-AdfsProperties -EnableRelayStateForIdpInitiatedSignOn $true".to_owned(),
            "```".to_owned(),
        ],
    ));
    lines.extend(sheet::section(
        "Where people start",
        "AD FS keeps no relay state: it stands in this address, encoded twice. Headset makes it of the metadata, with the \
         host of your federation service in place of HOST, and puts it into the pages.",
        [format!("- Address: {}", code(&relay))],
    ));
    lines.extend(sheet::answers(
        address,
        &[(answers::METADATA, METADATA)],
        &spec.answers_at,
    ));
    lines.join("\n")
}

/// Whether an attribute of users can stand in the query of a rule: a name of LDAP's.
pub fn is_attribute(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}
