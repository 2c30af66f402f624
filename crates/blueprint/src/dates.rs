//! What is right in a blueprint's files at one time and not at another.

use jiff::Timestamp;

use super::model::{Application, Blueprint, Metadata};
use headset_core::diagnostic::Diagnostic;
use headset_kinds::iam::saml_metadata;

/// Warns of SAML metadata in files whose certificates or whose own date have ended or soon will. IAM takes such a
/// document all the same, so it is no mistake.
pub fn metadata_dates(blueprint: &Blueprint, now: Timestamp) -> Vec<Diagnostic> {
    let Some(sign_in) = &blueprint.sign_in else {
        return Vec::new();
    };
    let desktops = sign_in
        .appstream
        .iter()
        .flat_map(|desktops| desktops.stacks.values());
    std::iter::once(&sign_in.idp.application)
        .chain(desktops)
        .flat_map(|application| of_application(application, now))
        .collect()
}

fn of_application(application: &Application, now: Timestamp) -> Vec<Diagnostic> {
    let Some(metadata) = &application.metadata else {
        return Vec::new();
    };
    let Metadata::File(path, text) = &metadata.value else {
        return Vec::new();
    };
    // A document that cannot be read has been reported.
    let remarks =
        saml_metadata::parse(text).map_or_else(|_| Vec::new(), |read| saml_metadata::remarks(&read, now));
    remarks
        .into_iter()
        .map(|remark| {
            Diagnostic::warning("saml-metadata-date", format!("of `{}`, {remark}", path.display()))
                .at(metadata.place.clone())
                .help("Replace the file once the identity provider has metadata with another date.")
        })
        .collect()
}
