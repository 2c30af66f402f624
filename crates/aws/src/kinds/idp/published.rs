//! Whether an identity provider still publishes the metadata that was read.

use std::collections::BTreeMap;
use std::time::Duration;

use headset_core::{AwsError, Class};
use jiff::Timestamp;

use crate::Aws;
use crate::kinds::iam::saml_metadata::{self, End, SamlMetadata};
use crate::kinds::idp::answers::{METADATA, METADATA_URL};
use crate::kinds::kind::Published;

/// How long an answer is waited for: an identity provider that is down must not hold up a look at AWS.
const PATIENCE: Duration = Duration::from_secs(15);

/// Fetches the document behind these answers once more and compares. `None`: it was given, and not fetched.
pub(crate) async fn again(aws: &Aws, answers: &BTreeMap<String, String>) -> Option<Published> {
    let url = answers.get(METADATA_URL).filter(|url| !url.is_empty())?;
    // Answers that the blueprint gives may not have been fetched at all yet; the look at the application does that.
    let kept = saml_metadata::parse(answers.get(METADATA)?).ok()?;
    let unknown = |error: AwsError| Published::Unknown {
        url: url.clone(),
        error,
    };
    let fetched = match aws.fetch_within(url, PATIENCE).await {
        Ok(fetched) => fetched,
        Err(error) => return Some(unknown(error)),
    };
    let document = saml_metadata::body(&fetched);
    let new = match saml_metadata::parse(document) {
        Ok(new) => new,
        Err(reason) => {
            let message = format!("{url} is not metadata that IAM takes: {reason}");
            return Some(unknown(AwsError::own(Class::Invalid, message)));
        }
    };
    if !is_news(&kept, &new, aws.clock().now()) {
        return Some(Published::Same { url: url.clone() });
    }
    let mut answers = answers.clone();
    answers.insert(METADATA.to_owned(), document.to_owned());
    Some(Published::Changed {
        url: url.clone(),
        what: difference(&kept, &new),
        answers,
    })
}

/// Whether what is published now is to take the place of what was read.
///
/// Some identity providers put another validUntil into every copy: another one alone counts once the kept one runs out.
fn is_news(kept: &SamlMetadata, new: &SamlMetadata, now: Timestamp) -> bool {
    let runs_out = kept
        .valid_until
        .is_some_and(|until| End::at(until, now).is_urgent());
    !new.signs_in_like(kept) || (runs_out && new.valid_until != kept.valid_until)
}

/// What is new, in a sentence without a full stop.
fn difference(kept: &SamlMetadata, new: &SamlMetadata) -> String {
    if new.entity_id != kept.entity_id {
        return format!(
            "the identity provider publishes metadata of another entity: `{}`",
            saml_metadata::excerpt(&new.entity_id)
        );
    }
    if new.certificates == kept.certificates {
        return "the identity provider publishes other metadata, with the same certificates".to_owned();
    }
    let added: Vec<String> = new
        .certificates
        .difference(&kept.certificates)
        .map(|one| format!("{} until {}", &one.sha256[..8], one.not_after))
        .collect();
    let gone = kept.certificates.difference(&new.certificates).count();
    match (added.is_empty(), gone) {
        (true, _) => format!("the identity provider no longer publishes {gone} of its certificates"),
        (false, 0) => format!(
            "the identity provider publishes a further certificate ({})",
            added.join(", ")
        ),
        (false, _) => format!(
            "the identity provider has rotated: it publishes another certificate ({})",
            added.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = include_str!("../../../../kinds/src/iam/samples/metadata.xml");
    const AFTER: &str = include_str!("../../../../kinds/src/iam/samples/rotated.xml");

    fn read(text: &str) -> SamlMetadata {
        saml_metadata::parse(text).unwrap()
    }

    /// The document with this validUntil, if any.
    fn until(text: &str, at: Option<&str>) -> SamlMetadata {
        match at {
            None => read(text),
            Some(at) => read(&text.replacen(" entityID", &format!(" validUntil=\"{at}\" entityID"), 1)),
        }
    }

    #[test]
    fn another_valid_until_alone_is_no_rotation() {
        let now: Timestamp = "2026-06-01T00:00:00Z".parse().unwrap();
        let [far, farther] = [Some("2026-12-01T00:00:00Z"), Some("2026-12-08T00:00:00Z")];
        for (kept, new) in [
            (far, farther),
            (farther, far),
            (far, None),
            (None, far),
            (None, None),
            (far, far),
        ] {
            assert!(
                !is_news(&until(BEFORE, kept), &until(BEFORE, new), now),
                "{kept:?} {new:?}"
            );
            // Another certificate is a rotation, also where the dates are the same.
            assert!(
                is_news(&until(BEFORE, kept), &until(AFTER, new), now),
                "{kept:?} {new:?}"
            );
        }
        let said = difference(&until(BEFORE, far), &until(BEFORE, farther));
        assert!(!said.contains("rotated"), "{said}");
    }

    /// The counterpart: IAM takes no sign-in by a document that has run out, so that the new one has to come to it.
    #[test]
    fn a_later_valid_until_counts_once_the_kept_one_runs_out() {
        let now: Timestamp = "2026-06-01T00:00:00Z".parse().unwrap();
        let later = Some("2026-12-01T00:00:00Z");
        let [past, soon] = [Some("2026-05-31T00:00:00Z"), Some("2026-06-20T00:00:00Z")];
        for kept in [past, soon] {
            for (new, counts) in [(later, true), (None, true), (kept, false)] {
                assert_eq!(
                    is_news(&until(BEFORE, kept), &until(BEFORE, new), now),
                    counts,
                    "{kept:?} {new:?}"
                );
            }
        }
        // Thirty days are the span of all warnings about dates.
        let just_beyond = Some("2026-07-02T00:00:00Z");
        assert!(!is_news(&until(BEFORE, just_beyond), &until(BEFORE, later), now));
    }

    #[test]
    fn what_is_new_is_told_by_its_name() {
        let (before, after) = (read(BEFORE), read(AFTER));
        let mut both = before.clone();
        both.certificates.extend(after.certificates.clone());
        let mut renamed = after.clone();
        renamed.entity_id = "https://other.example.com".to_owned();
        let mut moved = before.clone();
        moved.sign_in_urls = ["https://idp.example.com/new".to_owned()].into();
        for (kept, new, told) in [
            (&before, &after, "has rotated: it publishes another certificate ("),
            (&before, &both, "publishes a further certificate ("),
            (&both, &after, "no longer publishes 1 of its certificates"),
            (
                &before,
                &renamed,
                "metadata of another entity: `https://other.example.com`",
            ),
            (&before, &moved, "other metadata, with the same certificates"),
        ] {
            let said = difference(kept, new);
            assert!(said.contains(told), "{said}");
        }
    }
}
