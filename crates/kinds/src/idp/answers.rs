//! What a person answers about a SAML application, whichever product it was made in.
//!
//! Metadata as an address or as the document itself, and the address where people start, as far as it is known with the
//! application; a product may ask for more.
//! Answers are checked and completed in one place, so that what follows (the provider in IAM, its role, the pages)
//! does not have to know which product it was.

use std::collections::BTreeMap;

use headset_core::AwsError;
use headset_core::endpoint::is_loopback;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::field::{Change, Diff, Field, FieldId};
use crate::iam::saml_metadata;
use crate::kind::{self, Answer, Live, Lookup, Published, Question};
use crate::live::Observed;
use crate::output;
use crate::spec::Existing;
use crate::verify::{self, Checked};

/// The answer that is a metadata document, or where it is.
pub const METADATA: &str = output::METADATA;

/// The answer under which Headset keeps where a document was fetched.
pub const METADATA_URL: &str = output::METADATA_URL;

/// The answer under which Headset itself keeps the values that a person typed, as JSON. Older versions kept a digest.
pub const WORKSHEET: &str = "worksheet";

/// The answer that an application was changed as its edit worksheet says.
pub const EDITED: &str = "edited";

/// The answer that an application is no longer there.
pub const GONE: &str = "gone";

/// Whether the metadata that was read is still what is published, where it is known where that is.
pub(crate) fn published(check: &'static verify::Check, published: Option<&Published>) -> Option<Checked> {
    let published = published?;
    let looked_at = published.url().to_owned();
    Some(match published {
        Published::Same { .. } => check.passed(looked_at),
        Published::Changed { what, .. } => check.failed(
            looked_at,
            format!("it is another one: {what}"),
            "give IAM the new metadata with `headset apply`",
        ),
        Published::Unknown { error, .. } => check.unknown(looked_at, error.clone()),
    })
}

/// What may be reported of an application at any time once it was answered.
pub(crate) fn gone_question() -> Question {
    Question {
        key: GONE.to_owned(),
        about: "(optional): `yes`, if the application is no longer there; a worksheet for a new one follows"
            .to_owned(),
        required: false,
        answer: Answer::Yes,
    }
}

/// Why answers that a person gives together contradict each other: what is gone has no other answers.
pub fn contradiction(given: &BTreeMap<String, String>) -> Option<String> {
    given.get(GONE)?;
    let others: Vec<String> = given
        .keys()
        .filter(|key| *key != GONE)
        .map(|key| format!("`{key}`"))
        .collect();
    (!others.is_empty()).then(|| {
        format!(
            "`{GONE}` says that the application is no longer there, and {} that it is: give `{GONE}=yes` by itself if it              was deleted, and answer for the new one once it is made",
            others.join(" and ")
        )
    })
}

/// The answer under which Headset itself keeps how an application was described when a person answered with it, as
/// JSON: it is accepted as answered, over its worksheet.
pub const AGREED: &str = "agreed";

/// A check of one answer: what is wrong with it, as a sentence that names the answer.
pub(crate) type Check = fn(&str) -> Result<(), String>;

/// What one product asks for.
#[derive(Debug)]
pub struct Form {
    /// Answers without which the checkpoint stays open.
    pub required: &'static [&'static str],
    /// Further answers, none of them required, each with its check.
    pub optional: &'static [(&'static str, Check)],
    /// What the product says about the address of metadata, beyond that it is one.
    pub metadata_url: Check,
    /// What the product says about the address where people start.
    pub start_url: Check,
}

/// Checks an `https://` address (or an `http://` one on this machine, where a simulator may be).
pub fn check_url(what: &str, url: &str) -> Result<(), String> {
    let parsed: Result<http::Uri, _> = url.parse();
    // A user's name before the host makes it look like another one.
    let has_host = parsed.is_ok_and(|uri| {
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        uri.host().is_some_and(|host| !host.is_empty()) && !authority.contains('@')
    });
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

/// The host of an address, in lower case.
pub fn host(url: &str) -> String {
    let parsed: Result<http::Uri, _> = url.parse();
    parsed
        .ok()
        .and_then(|uri| uri.host().map(str::to_ascii_lowercase))
        .unwrap_or_default()
}

/// The path of an address: without its host, query and fragment.
pub fn path(url: &str) -> String {
    let parsed: Result<http::Uri, _> = url.parse();
    parsed.map(|uri| uri.path().to_owned()).unwrap_or_default()
}

/// Checks the address where people start: one that their browsers can reach.
pub fn check_start(url: &str) -> Result<(), String> {
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
fn digest(want: &Value, typed: &[FieldId]) -> String {
    let typed: Vec<Option<&Value>> = typed.iter().map(|field| field.of(want)).collect();
    hex::encode(&Sha256::digest(json!(typed).to_string())[..8])
}

/// The values on the worksheet.
pub fn values(want: &Value, typed: &[FieldId]) -> Map<String, Value> {
    typed
        .iter()
        .filter_map(|field| Some((field.name.to_owned(), field.of(want)?.clone())))
        .collect()
}

/// Adds the values on the worksheet that the answers belong to.
pub fn sign(answers: &mut BTreeMap<String, String>, want: &Value, typed: &[FieldId]) {
    let values = Value::Object(values(want, typed));
    answers.insert(WORKSHEET.to_owned(), values.to_string());
}

/// The values that a person typed, as far as is known: those of the worksheet that was answered. Answers that the
/// blueprint holds and that no apply has taken yet are taken to be about what it asks for.
pub fn typed_values(
    answers: &BTreeMap<String, String>,
    want: &Value,
    typed: &[FieldId],
) -> Map<String, Value> {
    let Some(signed) = answers.get(WORKSHEET) else {
        return values(want, typed);
    };
    match serde_json::from_str(signed) {
        Ok(Value::Object(mut values)) => {
            // Of a map that an earlier version did not know nothing was typed.
            for field in typed {
                if !values.contains_key(field.name) && field.of(want).is_some_and(Value::is_object) {
                    values.insert(field.name.to_owned(), json!({}));
                }
            }
            values
        }
        _ if *signed == digest(want, typed) => values(want, typed),
        // Other values than now; which, a digest does not say.
        _ => Map::new(),
    }
}

/// What differs between the values that a person typed and those on the worksheet now.
pub fn diff(fields: &[Field], want: &Value, live: &Live, typed: &[FieldId]) -> Diff {
    let typed = fields
        .iter()
        .filter(|field| typed.iter().any(|typed| typed.name == field.name));
    let compared: Vec<Field> = typed
        .map(|field| Field::new(field.name, Change::InPlace, field.about))
        .collect();
    live.diff(&compared, want)
}

/// What is asked at the end of an edit worksheet.
pub(crate) fn edit_questions() -> Vec<Question> {
    let edited = Question {
        key: EDITED.to_owned(),
        about: "`yes`, once the application is changed so".to_owned(),
        required: true,
        answer: Answer::Yes,
    };
    vec![edited, gone_question()]
}

/// What the answers tell about an application: its values as a person typed them, and what others refer to.
/// `id` is what names it for good, if anything does; else its name does.
///
/// # Errors
/// If what was typed is no values of this kind: another version of Headset kept it.
pub fn live<T: Observed + DeserializeOwned>(
    lookup: &Lookup,
    answers: &BTreeMap<String, String>,
    id: Option<&str>,
    typed: &[FieldId],
) -> Result<Live, AwsError> {
    let name = lookup.spec.get(Existing::NAME).and_then(Value::as_str);
    let name = name.unwrap_or(&lookup.address.key);
    let mut known = lookup.spec.as_object().cloned().unwrap_or_default();
    known.retain(|field, _| !typed.iter().any(|typed| typed == field));
    known.extend(typed_values(answers, &lookup.spec, typed));
    let application: T = kind::parse(&Value::Object(known))?;
    let mut live = Live::of(id.unwrap_or(name), "ANSWERED", application);
    for key in [METADATA, METADATA_URL] {
        live = live.output(key, answers.get(key).cloned().unwrap_or_default());
    }
    Ok(live)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_has_no_other_answer() {
        let given = |keys: &[&str]| {
            let all = keys.iter().map(|key| ((*key).to_owned(), "yes".to_owned()));
            contradiction(&all.collect())
        };
        for good in [&["gone"][..], &["edited"], &["edited", "metadata"], &[]] {
            assert_eq!(given(good), None, "{good:?}");
        }
        for bad in [
            &["edited", "gone"][..],
            &["gone", "metadata"],
            &["gone", "start_url"],
        ] {
            let said = given(bad).unwrap_or_default();
            assert!(bad.iter().all(|key| said.contains(&format!("`{key}`"))), "{said}");
        }
    }

    /// A worksheet that an earlier version kept lacks what it did not know: nothing of it was typed.
    #[test]
    fn a_worksheet_of_an_earlier_version_is_as_it_was() {
        use crate::idp::ApplicationSpec;
        let typed = [ApplicationSpec::NAME, ApplicationSpec::SESSION_TAGS];
        let kept = BTreeMap::from([(WORKSHEET.to_owned(), json!({ "name": "acme" }).to_string())]);
        let want = |tags: Value| json!({ "name": "acme", "session_tags": tags });
        let same = want(json!({}));
        assert_eq!(typed_values(&kept, &same, &typed), values(&same, &typed));
        let more = want(json!({ "department": "dept" }));
        assert_ne!(typed_values(&kept, &more, &typed), values(&more, &typed));
    }

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
            "https://portal.example.com@other.example.com/x",
        ] {
            assert!(check_url("start_url", bad).is_err(), "{bad}");
        }
    }
}
