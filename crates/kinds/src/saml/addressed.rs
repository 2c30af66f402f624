//! For whom a response is, where it was sent, and of whom it speaks.

use std::collections::BTreeSet;

use super::assertion::Assertion;
use super::checks::{AUDIENCE, RECIPIENT, SUBJECT};
use super::expected::Expected;
use super::shape::excerpt;
use crate::verify::Checked;

/// The format of subjects that `SAML:sub_type` calls persistent.
const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

/// The sign-in of the whole partition, where this is that of a region.
fn global(acs_url: &str) -> Option<String> {
    let host = acs_url.strip_prefix("https://")?;
    let (_, rest) = host.split_once("signin.")?;
    Some(format!("https://signin.{rest}"))
}

/// Assumption: `saml-audiences`.
pub(super) fn audience(assertion: &Assertion, one: &Expected) -> Checked {
    let looked_at = "Audience";
    let mut known: Vec<String> = vec![
        // Entra cuts off what stands behind `#`.
        one.audience.split('#').next().unwrap_or_default().to_owned(),
        one.acs_url.clone(),
    ];
    known.extend(global(&one.acs_url));
    known.push(match one.role.starts_with("arn:aws-us-gov:") {
        true => "urn:amazon:webservices:govcloud".to_owned(),
        false => "urn:amazon:webservices".to_owned(),
    });
    let help = format!("set the audience of the application to {}", one.audience);
    match assertion.audiences.as_slice() {
        [] => AUDIENCE.failed(looked_at, "it does not say whom it is for", help),
        all if all.iter().any(|said| known.contains(said)) => AUDIENCE.passed(looked_at),
        all => AUDIENCE.failed(looked_at, format!("it is for {}", excerpt(&all.join(", "))), help),
    }
}

pub(super) fn recipient(assertion: &Assertion, destination: Option<String>, one: &Expected) -> Checked {
    let looked_at = "Recipient and Destination";
    let known: BTreeSet<String> = [Some(one.acs_url.clone()), global(&one.acs_url)]
        .into_iter()
        .flatten()
        .collect();
    let help = format!(
        "set the assertion consumer service of the application to {}",
        one.acs_url
    );
    if assertion.recipients.is_empty() {
        return RECIPIENT.failed(looked_at, "its subject is confirmed for no recipient", help);
    }
    let said = assertion.recipients.iter().chain(&destination);
    match said.into_iter().find(|said| !known.contains(*said)) {
        None => RECIPIENT.passed(looked_at),
        Some(other) => RECIPIENT.failed(looked_at, format!("it was sent to {}", excerpt(other)), help),
    }
}

pub(super) fn subject(assertion: &Assertion, one: &Expected) -> Checked {
    let looked_at = "NameID and its format";
    let help = "set the format of the subject (NameID) to persistent at the identity provider";
    if assertion.subject.is_empty() {
        return SUBJECT.failed(
            looked_at,
            "it is empty",
            "map the subject (NameID) to the user's name",
        );
    }
    match one.is_desktop && assertion.subject_format != PERSISTENT {
        true => SUBJECT.failed(
            looked_at,
            match assertion.subject_format.as_str() {
                "" => "it has no format, and the role for desktops asks for a persistent one".to_owned(),
                other => format!(
                    "its format is {}, and the role for desktops asks for a persistent one",
                    excerpt(other)
                ),
            },
            help,
        ),
        false => SUBJECT.passed(looked_at),
    }
}
