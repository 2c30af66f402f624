//! What is said about SAML metadata that was answered and is taken although its dates have ended, or soon will.

use jiff::Timestamp;

use headset_core::diagnostic::Diagnostic;
use headset_core::{Address, Outputs};
use headset_kinds::iam::saml_metadata;

/// Warnings about the dates in one document.
pub(super) fn of_document(address: &Address, document: &str, now: Timestamp) -> Vec<Diagnostic> {
    // Whether it can be read at all was judged when it was answered.
    let remarks =
        saml_metadata::parse(document).map_or_else(|_| Vec::new(), |read| saml_metadata::remarks(&read, now));
    remarks
        .into_iter()
        .map(|remark| {
            Diagnostic::warning("saml-metadata-date", format!("{address}: {remark}"))
                .help("IAM takes the document; give a new one once the identity provider has it")
        })
        .collect()
}

/// Warnings about the documents of all applications, but for those whose documents are in the blueprint: about these
/// it was said before.
pub(super) fn of_applications(
    outputs: &Outputs,
    in_blueprint: impl Fn(&Address, &str) -> bool,
    now: Timestamp,
) -> Vec<Diagnostic> {
    let documents = outputs
        .iter()
        .filter_map(|(address, outputs)| Some((address, outputs.get("metadata")?)));
    documents
        .filter(|(address, document)| !in_blueprint(address, document))
        .flat_map(|(address, document)| of_document(address, document, now))
        .collect()
}
