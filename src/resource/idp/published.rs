//! Whether an identity provider still publishes the metadata that was read.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::aws::{Aws, AwsError, Class};
use crate::resource::iam::saml_metadata::{self, End, SamlMetadata};
use crate::resource::kind::Published;

/// How long an answer is waited for: an identity provider that is down must not hold up a look at AWS.
const PATIENCE: Duration = Duration::from_secs(15);

/// Fetches the document behind these answers once more and compares. `None`: it was given, and not fetched.
pub(in crate::resource) async fn again(aws: &Aws, answers: &BTreeMap<String, String>) -> Option<Published> {
    let url = answers.get("metadata_url").filter(|url| !url.is_empty())?;
    // Answers that the blueprint gives may not have been fetched at all yet; the look at the application does that.
    let kept = saml_metadata::parse(answers.get("metadata")?).ok()?;
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
            let message = format!("{url} is no metadata that IAM takes: {reason}");
            return Some(unknown(AwsError::new("http", "request", Class::Invalid, message)));
        }
    };
    // Some identity providers put another validUntil into every copy: a later one counts once the kept one runs out.
    let runs_out = kept
        .valid_until
        .is_some_and(|until| End::at(until, aws.clock().now()).is_urgent());
    if new.signs_in_like(&kept) && (!runs_out || new.valid_until == kept.valid_until) {
        return Some(Published::Same { url: url.clone() });
    }
    let mut answers = answers.clone();
    answers.insert("metadata".to_owned(), document.to_owned());
    Some(Published::Changed {
        url: url.clone(),
        what: difference(&kept, &new),
        answers,
    })
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

    const BEFORE: &str = include_str!("../iam/samples/metadata.xml");
    const AFTER: &str = include_str!("../iam/samples/rotated.xml");

    #[test]
    fn what_is_new_is_told_by_its_name() {
        let read = |text: &str| saml_metadata::parse(text).unwrap();
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
