//! Google Workspace: a custom SAML app, as the Google Admin console has it.
//!
//! Google sends attributes of users and nothing else, so that what is the same for everybody (the role, how long a
//! session lasts) is a custom attribute, which every user of the app needs.

use super::answers::{host, path};
use super::edit::Way;
use super::sheet::{self, cell, code};
use super::spec::{ATTRIBUTES, ApplicationSpec};
use crate::address::Address;
use crate::iam::saml_metadata::excerpt;
use crate::idp::answers;
use crate::output;

/// What is asked for as `metadata`.
pub(super) const METADATA: &str =
    "the file *GoogleIDPMetadata.xml* of **Download metadata**: Google publishes it at no address";

/// What is asked for as `start_url`.
pub const START_URL: &str = "the app's address (https://accounts.google.com/o/saml2/initsso?idpid=ID&spid=ID): open the \
                             app from the launcher of a user who has it, and copy where it begins";

/// How the sections of the worksheet are reached in an app that is there.
pub(super) const WAYS: &[Way] = &[
    (
        "Custom attributes",
        "Choose **Directory**, **Users**, **More options**, **Manage custom attributes**, and change the value for every \
         user of the app.",
    ),
    (
        "Service provider details",
        "On the app's page choose **Service provider details**; at the end **Save**.",
    ),
    (
        "Attributes",
        "On the app's page choose **SAML attribute mapping**; at the end **Save**.",
    ),
    ("User access", "On the app's page choose **User access**."),
];

/// Who issues for every organization.
pub(super) const ISSUER: &str = "accounts.google.com";

/// Refuses addresses of Google's: it publishes no metadata. An address of one's own may hold the file.
pub fn check_metadata_url(url: &str) -> Result<(), String> {
    let host = host(url);
    if host == "google.com" || host.ends_with(".google.com") {
        return Err(format!(
            "metadata: Google publishes no metadata at `{}` or anywhere else: give the file that **Download metadata** on \
             the app's page saves",
            excerpt(url)
        ));
    }
    Ok(())
}

/// What an address is at which no one can start.
pub(super) fn beside(url: &str) -> Option<&'static str> {
    match (host(url).as_str(), path(url).as_str()) {
        ("admin.google.com", _) => Some("in the Google Admin console"),
        (ISSUER, "/o/saml2/idp") => Some("one to which browsers are sent with a SAML request"),
        (ISSUER, "/o/saml2") => Some("what Google calls itself (its entity ID)"),
        ("workspace.google.com" | "apps.google.com" | "myaccount.google.com", _) => {
            Some("a page of Google's in which people choose an app")
        }
        _ => None,
    }
}

/// Whether an address has the form of an app's link.
pub(super) fn is_link(url: &str) -> bool {
    path(url) == "/o/saml2/initsso" && ["idpid=", "spid="].iter().all(|part| url.contains(part))
}

/// What a person types where.
///
/// Assumption: `google-entity-ids`. Several apps may have one entity id, since a sign-in names the app by its own number.
pub fn worksheet(address: &Address, spec: &ApplicationSpec) -> String {
    let attribute = |field: &str| format!("{} > {field}", spec.name);
    // The primary address is what people sign in with, too.
    let email = "Basic Information > Primary email";
    let field = |name: &str, values: &str| {
        vec![
            cell(name),
            "`Text`".to_owned(),
            "`Visible to user and admin`".to_owned(),
            cell(values),
        ]
    };
    let mut lines = sheet::head(address, spec, "the Google Admin console");
    let mut custom = vec![format!("- Category: {}", code(&spec.name)), String::new()];
    custom.extend(sheet::table(
        &["Custom field", "Info type", "Visibility", "No. of values"],
        [
            field("Role", "Multi-value"),
            field("SessionDuration", "Single value"),
        ],
    ));
    custom.extend([
        String::new(),
        "Then give every user of the app these values, on the user's page under **User information**, or for all of them \
         with the Directory API (`customSchemas`):"
            .to_owned(),
        String::new(),
        format!("- Role: {}", code(&spec.role())),
        format!("- SessionDuration: {}", code(&spec.session.as_secs().to_string())),
    ]);
    lines.extend(sheet::section(
        "Custom attributes",
        "Choose **Directory**, **Users**, **More options**, **Manage custom attributes**, **Add custom attribute**:",
        custom,
    ));
    lines.extend(sheet::section(
        "Service provider details",
        "Choose **Apps**, **Web and mobile apps**, **Add app**, **Add custom SAML app**. On the page **Google Identity \
         Provider details** choose **Download metadata**. Leave **Signed response** unticked: the assertion is signed \
         anyway.",
        [
            format!("- App name: {}", code(&spec.name)),
            format!("- ACS URL: {}", code(&spec.acs_url)),
            format!("- Entity ID: {}", code(&spec.audience)),
            format!("- Start URL: {}", code(&spec.relay_state.to_string())),
            "- Name ID format: `PERSISTENT`".to_owned(),
            format!("- Name ID: {}", code(email)),
        ],
    ));
    let row = |name: &str, source: &str| vec![cell(&format!("{ATTRIBUTES}/{name}")), cell(source)];
    let mut rows = vec![
        row("RoleSessionName", email),
        row("Role", &attribute("Role")),
        row("SessionDuration", &attribute("SessionDuration")),
    ];
    rows.extend(spec.tags().map(|(name, source)| row(&name, source)));
    lines.extend(sheet::section(
        "Attributes",
        "Under **Attributes** choose **Add mapping**, one row each, and at the end **Finish**:",
        sheet::table(&["App attributes", "Google Directory attributes"], rows),
    ));
    lines.extend(sheet::groups(
        "User access",
        "On the app's page choose **User access**, and switch the app on for these groups only:",
        spec,
    ));
    lines.extend(sheet::answers_with_file(
        address,
        &[(answers::METADATA, METADATA), (output::START_URL, START_URL)],
        &spec.answers_at,
        ("@GoogleIDPMetadata.xml", "{ file: GoogleIDPMetadata.xml }"),
    ));
    lines.join("\n")
}
