//! What a person answers about a SAML application, whichever product it was made in.
//!
//! Metadata as an address or as the document itself, and the address where people start, as far as it is known with the
//! application; a product may ask for more.
//! Answers are checked and completed in one place, so that what follows (the provider in IAM, its role, the pages)
//! does not have to know which product it was.

use std::collections::BTreeMap;

use headset_core::AwsError;
use headset_core::endpoint::is_loopback;
pub use headset_kinds::idp::answers::*;
use serde_json::Value;

use crate::Aws;
use crate::kinds::field::FieldId;
use crate::kinds::iam::saml_metadata;
use crate::kinds::kind::Lookup;
use crate::kinds::rejected::Rejected;

/// Checks a metadata document: what IAM takes. Its dates are no reason to refuse it, as they are none to IAM.
pub(super) fn check_metadata(document: &str) -> Result<(), String> {
    match saml_metadata::parse(document) {
        Ok(_) => Ok(()),
        Err(reason) => Err(format!("metadata: {reason}")),
    }
}

/// Says what is wrong with an answer about metadata that is no document: it has to be an address.
fn check_address(answer: &str) -> Result<(), String> {
    let as_document = saml_metadata::parse(answer);
    check_url(METADATA, answer).map_err(|reason| match as_document {
        // Something that begins like a document of another sort.
        Err(reason) if answer.contains('\n') || answer.starts_with("&lt;") => format!("metadata: {reason}"),
        _ => format!(
            "{reason} of a metadata document, nor the document itself (XML); of a file, write `metadata=@PATH`"
        ),
    })
}

/// Fetches the document behind an answered address.
async fn fetched(aws: &Aws, url: &str, form: &Form) -> Result<String, Rejected> {
    check_address(url)?;
    if !is_loopback(url) {
        (form.metadata_url)(url)?;
    }
    let document = aws
        .fetch(url)
        .await
        .map_err(|error| Rejected::unchecked("metadata: it cannot be fetched", error))?;
    let document = saml_metadata::body(&document);
    check_metadata(document)?;
    Ok(document.to_owned())
}

/// The answers, checked and completed. An empty answer takes an optional one back.
async fn checked(
    aws: &Aws,
    answers: &BTreeMap<String, String>,
    form: &Form,
) -> Result<BTreeMap<String, String>, Rejected> {
    let mut out = BTreeMap::new();
    for (key, answer) in answers {
        let answer = answer.trim().trim_start_matches('\u{feff}').trim_start();
        match key.as_str() {
            METADATA if answer.starts_with('<') => {
                check_metadata(answer)?;
                out.insert(METADATA.to_owned(), answer.to_owned());
            }
            METADATA => {
                out.insert(METADATA.to_owned(), fetched(aws, answer, form).await?);
                out.insert(METADATA_URL.to_owned(), answer.to_owned());
            }
            // Comes with stored answers that are checked again; a URL under `metadata` goes before it.
            METADATA_URL => {
                if !answer.is_empty() {
                    check_url(METADATA_URL, answer)?;
                    out.entry(key.clone()).or_insert_with(|| answer.to_owned());
                }
            }
            // An empty one takes an address back that follows from the metadata.
            "start_url" if answer.is_empty() && !form.required.contains(&"start_url") => {}
            "start_url" => {
                (form.start_url)(answer)?;
                out.insert(key.clone(), answer.to_owned());
            }
            // Stored answers also hold Headset's own entry, which says what a person has edited.
            WORKSHEET | EDITED | GONE | AGREED => {}
            other => {
                let Some((_, check)) = form.optional.iter().find(|(known, _)| *known == other) else {
                    let known: Vec<&str> = form
                        .required
                        .iter()
                        .copied()
                        .chain(form.optional.iter().map(|(known, _)| *known))
                        .collect();
                    return Err(format!(
                        "`{other}` is not an answer to this checkpoint; it asks for: {}",
                        known.join(", ")
                    )
                    .into());
                };
                if !answer.is_empty() {
                    check(answer)?;
                }
                out.insert(key.clone(), answer.to_owned());
            }
        }
    }
    Ok(out)
}

/// Whether the answers were given for other values than those on the worksheet now.
pub(crate) fn is_outdated(lookup: &Lookup, typed: &[FieldId]) -> bool {
    typed_values(&lookup.answers, &lookup.spec, typed) != values(&lookup.spec, typed)
}

/// Checks answers before they are stored, and completes them; `typed` names the fields whose values are on the
/// worksheet.
///
/// # Errors
/// What is wrong with which answer.
pub(crate) async fn check(
    aws: &Aws,
    want: &Value,
    answers: &BTreeMap<String, String>,
    form: &Form,
    typed: &[FieldId],
) -> Result<BTreeMap<String, String>, Rejected> {
    let is_yes = |key: &str| -> Result<bool, String> {
        match answers.get(key).map(|answer| answer.trim().to_ascii_lowercase()) {
            None => Ok(false),
            Some(answer) if ["yes", "true"].contains(&answer.as_str()) => Ok(true),
            Some(answer) => Err(format!("{key}: `{answer}` is not `yes`")),
        }
    };
    if is_yes(GONE)? {
        return Ok(BTreeMap::new());
    }
    let edited = is_yes(EDITED)?;
    let mut checked = checked(aws, answers, form).await?;
    match answers.get(WORKSHEET) {
        // What was typed stays so until it is said that it was changed.
        Some(typed) if !edited => drop(checked.insert(WORKSHEET.to_owned(), typed.clone())),
        _ => sign(&mut checked, want, typed),
    }
    Ok(checked)
}

/// The complete answers of a lookup; `None` while something required is missing.
///
/// # Errors
/// If the metadata that the blueprint points to cannot be had.
pub(crate) async fn complete(
    aws: &Aws,
    lookup: &Lookup,
    form: &Form,
) -> Result<Option<BTreeMap<String, String>>, AwsError> {
    let answered = |key: &&str| lookup.answers.get(*key).is_some_and(|answer| !answer.is_empty());
    if !form.required.iter().all(answered) {
        return Ok(None);
    }
    // Answers from a blueprint may come as they were written: then the document has still to be fetched.
    let has_document = lookup
        .answers
        .get(METADATA)
        .is_some_and(|metadata| metadata.trim_start().starts_with('<'));
    if has_document {
        return Ok(Some(lookup.answers.clone()));
    }
    checked(aws, &lookup.answers, form)
        .await
        .map(Some)
        .map_err(Rejected::into_error)
}
