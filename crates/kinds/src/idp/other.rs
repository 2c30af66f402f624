//! Any other identity provider: the same values in the words of SAML 2.0 itself.

use super::sheet::{self, cell, code};
use super::spec::{ATTRIBUTES, ApplicationSpec, SessionName};
use crate::address::Address;
use crate::idp::answers;
use crate::output;

/// What is asked for as `metadata`.
pub(super) const METADATA: &str =
    "the address of the identity provider's metadata for this application (https://), or the document itself";

/// What is asked for as `start_url`.
pub const START_URL: &str =
    "the address of the sign-in that the identity provider starts (where people start)";

/// What a person types where.
pub fn worksheet(address: &Address, spec: &ApplicationSpec) -> String {
    let user = match spec.session_name {
        SessionName::Email => "the user's e-mail address",
        SessionName::UserName => "the name that the user signs in with",
    };
    let row = |name: &str, value: &str| format!("| {} | {value} |", cell(&format!("{ATTRIBUTES}/{name}")));
    let mut lines = vec![
        format!("# Checkpoint {address}"),
        String::new(),
        format!(
            "{}. A person makes the application at the identity provider, from this sheet: a service provider of SAML \
             2.0 with a sign-in that the identity provider starts. Type exactly what is between the backticks: keep \
             upper and lower case, and add no space at either end.",
            spec.description
        ),
        String::new(),
        "## Service provider".to_owned(),
        String::new(),
        format!("- Name: {}", code(&spec.name)),
        format!("- Assertion consumer service URL (ACS): {}", code(&spec.acs_url)),
        format!("- Audience (SP entity ID): {}", code(&spec.audience)),
        format!("- Relay state: {}", code(&spec.relay_state.to_string())),
        String::new(),
        "The response goes to the ACS URL by HTTP-POST. Sign the assertion, and do not encrypt it."
            .to_owned(),
        String::new(),
        "## Subject".to_owned(),
        String::new(),
        "- NameID format: `urn:oasis:names:tc:SAML:2.0:nameid-format:persistent`".to_owned(),
        format!("- NameID: {user}"),
        String::new(),
        "## Attribute statement".to_owned(),
        String::new(),
        "| Attribute | Value |".to_owned(),
        "|---|---|".to_owned(),
        row("RoleSessionName", user),
        row("Role", &cell(&spec.role())),
        row("SessionDuration", &cell(&spec.session.as_secs().to_string())),
    ];
    lines.extend(spec.tags().map(|(name, source)| row(&name, &cell(source))));
    lines.push(String::new());
    if !(spec.groups.is_empty() && spec.users.is_empty()) {
        lines.extend([
            "## Who may use it".to_owned(),
            String::new(),
            "| Type | Name |".to_owned(),
            "|---|---|".to_owned(),
        ]);
        lines.extend(
            spec.groups
                .iter()
                .map(|name| format!("| Group | {} |", cell(name))),
        );
        lines.extend(spec.users.iter().map(|name| format!("| User | {} |", cell(name))));
        lines.push(String::new());
    }
    lines.extend(sheet::answers(
        address,
        &[(answers::METADATA, METADATA), (output::START_URL, START_URL)],
        &spec.answers_at,
    ));
    lines.join("\n")
}
