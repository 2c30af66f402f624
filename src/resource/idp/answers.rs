//! What a person answers about a SAML application, whichever product it was made in.
//!
//! Metadata as an address or as the document itself, and the address where people start, as far as it is known with the
//! application; a product may ask for more.
//! Answers are checked and completed in one place, so that whatever follows (the provider in IAM, its role, the pages)
//! does not have to know which product it was.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::aws::{Aws, AwsError, Class, is_loopback};
use crate::resource::field::{Change, Diff, Field, FieldChange};
use crate::resource::iam::saml_metadata;
use crate::resource::kind::{Live, Lookup, Question};
use crate::resource::text;

/// The answer under which Headset itself keeps the values that a person typed, as JSON. Older versions kept a digest.
pub const WORKSHEET: &str = "worksheet";

/// The answer that an application was changed as its edit worksheet says.
pub(in crate::resource) const EDITED: &str = "edited";

/// The answer that an application is no longer there.
pub(in crate::resource) const GONE: &str = "gone";

/// A check of one answer: what is wrong with it, as a sentence that names the answer.
pub(in crate::resource) type Check = fn(&str) -> Result<(), String>;

/// What one product asks for.
pub(in crate::resource) struct Form {
    /// Answers without which the checkpoint stays open.
    pub(in crate::resource) required: &'static [&'static str],
    /// Further answers, none of them required, each with its check.
    pub(in crate::resource) optional: &'static [(&'static str, Check)],
    /// What the product says about the address of metadata, beyond that it is one.
    pub(in crate::resource) metadata_url: Check,
    /// What the product says about the address where people start.
    pub(in crate::resource) start_url: Check,
}

/// Checks an `https://` address (or an `http://` one on this machine, where a simulator may be).
pub(in crate::resource) fn check_url(what: &str, url: &str) -> Result<(), String> {
    let parsed: Result<http::Uri, _> = url.parse();
    let has_host = parsed.is_ok_and(|uri| uri.host().is_some_and(|host| !host.is_empty()));
    // The published pages hold the address inside an attribute, unescaped; `http::Uri` lets quotes and fragments pass.
    let plain = url
        .chars()
        .all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | ';' | '`' | '\\'));
    if plain && has_host && (url.starts_with("https://") || is_loopback(url)) {
        Ok(())
    } else {
        Err(format!(
            "{what}: `{}` is not an https:// address",
            saml_metadata::excerpt(url)
        ))
    }
}

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
    check_url("metadata", answer).map_err(|reason| match as_document {
        // Something that begins like a document of another sort.
        Err(reason) if answer.contains('\n') || answer.starts_with("&lt;") => format!("metadata: {reason}"),
        _ => format!(
            "{reason} of a metadata document, nor the document itself (XML); of a file, write `metadata=@PATH`"
        ),
    })
}

/// Fetches the document behind an answered address.
async fn fetched(aws: &Aws, url: &str, form: &Form) -> Result<String, String> {
    check_address(url)?;
    if !is_loopback(url) {
        (form.metadata_url)(url)?;
    }
    let document = aws
        .fetch(url)
        .await
        .map_err(|error| format!("metadata: it cannot be fetched: {}", error.message))?;
    let document = saml_metadata::body(&document);
    check_metadata(document)?;
    Ok(document.to_owned())
}

/// The answers, checked and completed. An empty answer takes an optional one back.
async fn checked(
    aws: &Aws,
    answers: &BTreeMap<String, String>,
    form: &Form,
) -> Result<BTreeMap<String, String>, String> {
    let mut out = BTreeMap::new();
    for (key, answer) in answers {
        let answer = answer.trim().trim_start_matches('\u{feff}').trim_start();
        match key.as_str() {
            "metadata" if answer.starts_with('<') => {
                check_metadata(answer)?;
                out.insert("metadata".to_owned(), answer.to_owned());
            }
            "metadata" => {
                out.insert("metadata".to_owned(), fetched(aws, answer, form).await?);
                out.insert("metadata_url".to_owned(), answer.to_owned());
            }
            // Comes with stored answers that are checked again; a URL under `metadata` goes before it.
            "metadata_url" => {
                if !answer.is_empty() {
                    check_url("metadata_url", answer)?;
                    out.entry(key.clone()).or_insert_with(|| answer.to_owned());
                }
            }
            "start_url" => {
                (form.start_url)(answer)?;
                out.insert(key.clone(), answer.to_owned());
            }
            // Headset's own entry comes with stored answers, too; what was edited is told by it.
            WORKSHEET | EDITED | GONE => {}
            other => {
                let Some((_, check)) = form.optional.iter().find(|(known, _)| *known == other) else {
                    let known: Vec<&str> = form
                        .required
                        .iter()
                        .copied()
                        .chain(form.optional.iter().map(|(known, _)| *known))
                        .collect();
                    return Err(format!(
                        "`{other}` is no answer to this checkpoint; it asks for: {}",
                        known.join(", ")
                    ));
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

/// The host of an address, in lower case.
pub(in crate::resource) fn host(url: &str) -> String {
    let parsed: Result<http::Uri, _> = url.parse();
    parsed
        .ok()
        .and_then(|uri| uri.host().map(str::to_ascii_lowercase))
        .unwrap_or_default()
}

/// Checks the address where people start: one that their browsers can reach.
pub(in crate::resource) fn check_start(url: &str) -> Result<(), String> {
    check_url("start_url", url)?;
    let host = host(url);
    let whole = host.split('.').count() > 1 && host.split('.').all(|part| !part.is_empty());
    if whole || is_loopback(url) {
        Ok(())
    } else {
        Err(format!(
            "start_url: `{host}` is not the whole name of a host, such as login.example.com"
        ))
    }
}

/// A digest of the values on the worksheet, as older versions kept it.
fn digest(want: &Value, typed: &[&str]) -> String {
    let typed: Vec<Option<&Value>> = typed.iter().map(|field| want.get(field)).collect();
    hex::encode(&Sha256::digest(json!(typed).to_string())[..8])
}

/// The values on the worksheet.
fn values(want: &Value, typed: &[&str]) -> Map<String, Value> {
    typed
        .iter()
        .filter_map(|field| Some(((*field).to_owned(), want.get(field)?.clone())))
        .collect()
}

/// Adds the values on the worksheet that the answers belong to.
pub(in crate::resource) fn sign(answers: &mut BTreeMap<String, String>, want: &Value, typed: &[&str]) {
    let values = Value::Object(values(want, typed));
    answers.insert(WORKSHEET.to_owned(), values.to_string());
}

/// The values that a person typed, as far as is known: those of the worksheet that was answered. Answers that the
/// blueprint holds and that no apply has taken yet are taken to be about what it asks for.
fn typed_values(answers: &BTreeMap<String, String>, want: &Value, typed: &[&str]) -> Map<String, Value> {
    let Some(signed) = answers.get(WORKSHEET) else {
        return values(want, typed);
    };
    match serde_json::from_str(signed) {
        Ok(Value::Object(values)) => values,
        _ if *signed == digest(want, typed) => values(want, typed),
        // Other values than now; which, a digest does not tell.
        _ => Map::new(),
    }
}

/// Whether the answers were given for other values than those on the worksheet now.
pub(in crate::resource) fn is_outdated(lookup: &Lookup, typed: &[&str]) -> bool {
    typed_values(&lookup.answers, &lookup.spec, typed) != values(&lookup.spec, typed)
}

/// What differs between the values that a person typed and those on the worksheet now.
pub(in crate::resource) fn diff(fields: &[Field], want: &Value, live: &Live, typed: &[&str]) -> Diff {
    let differs = |field: &&Field| {
        let (want, have) = (want.get(field.name), live.fields.get(field.name));
        typed.contains(&field.name) && want.is_some() && (want != have || want.is_some_and(text::is_unknown))
    };
    let change = |field: &Field| FieldChange {
        field: field.name.to_owned(),
        have: live.fields.get(field.name).cloned().unwrap_or_default(),
        want: want.get(field.name).cloned().unwrap_or_default(),
        change: Change::InPlace,
    };
    fields.iter().filter(differs).map(change).collect()
}

/// What is asked at the end of an edit worksheet.
pub(in crate::resource) fn edit_questions() -> Vec<Question> {
    let question = |key: &str, about: &str, required: bool| Question {
        key: key.to_owned(),
        about: about.to_owned(),
        required,
    };
    vec![
        question(EDITED, "`yes`, once the application is changed so", true),
        question(
            GONE,
            "(optional): `yes`, if the application is no longer there; a worksheet for a new one follows",
            false,
        ),
    ]
}

/// Checks answers before they are stored, and completes them; `typed` names the fields whose values are on the
/// worksheet.
///
/// # Errors
/// What is wrong with which answer.
pub(in crate::resource) async fn check(
    aws: &Aws,
    want: &Value,
    answers: &BTreeMap<String, String>,
    form: &Form,
    typed: &[&str],
) -> Result<BTreeMap<String, String>, String> {
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
pub(in crate::resource) async fn complete(
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
        .get("metadata")
        .is_some_and(|metadata| metadata.trim_start().starts_with('<'));
    if has_document {
        return Ok(Some(lookup.answers.clone()));
    }
    checked(aws, &lookup.answers, form)
        .await
        .map(Some)
        .map_err(|reason| AwsError::new("http", "GET", Class::Invalid, reason))
}

/// What the answers tell about an application: its values as a person typed them, and what others refer to.
/// `id` is what names it for good, if anything does; else its name does.
pub(in crate::resource) fn live(
    lookup: &Lookup,
    answers: &BTreeMap<String, String>,
    id: Option<&str>,
    typed: &[&str],
) -> Live {
    let name = lookup
        .spec
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or(&lookup.address.key);
    let mut live = Live::new(id.unwrap_or(name), "ANSWERED");
    live.fields = lookup.spec.as_object().cloned().unwrap_or_default();
    live.fields.retain(|field, _| !typed.contains(&field.as_str()));
    live.fields.extend(typed_values(answers, &lookup.spec, typed));
    for key in ["metadata", "metadata_url"] {
        live = live.output(key, answers.get(key).cloned().unwrap_or_default());
    }
    live
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_start_at_a_host_that_their_browsers_find() {
        for good in ["https://login.example.com/x", "http://127.0.0.1:4566/start"] {
            assert_eq!(check_start(good), Ok(()));
        }
        for bad in [
            "https://x",
            "https://x./",
            "https://.example.com/",
            "http://login.example.com",
        ] {
            assert!(check_start(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn addresses_are_https_or_on_this_machine() {
        for good in [
            "https://portal.example.com/x",
            "http://127.0.0.1:4566/saml/metadata/x",
        ] {
            assert_eq!(check_url("start_url", good), Ok(()));
        }
        for bad in [
            "http://portal.example.com/x",
            "https://",
            "portal.example.com",
            "/tmp/file.xml",
            "https://portal.example.com/#\"><script>",
        ] {
            assert!(check_url("start_url", bad).is_err(), "{bad}");
        }
    }
}
