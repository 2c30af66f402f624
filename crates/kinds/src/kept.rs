//! Answers that were kept, read again. They were checked when they were given; since then a file or an object in a bucket had
//! them, and others may write there. What they say goes into IAM and into published pages.

use std::collections::BTreeMap;

use crate::iam::saml_metadata;
use crate::identity_center::arn::check_arn;
use crate::idp::answers::{METADATA, METADATA_URL, check_start, check_url};
use crate::output::{APPLICATION_ARN, START_URL};

/// What is wrong with answers that were kept, if anything is: none of them was taken so.
pub fn unsound(answers: &BTreeMap<String, String>) -> Option<String> {
    answers.iter().find_map(|(key, answer)| {
        let answer = answer.trim();
        // Taken back.
        if answer.is_empty() {
            return None;
        }
        let wrong = match key.as_str() {
            START_URL => check_start(answer),
            METADATA_URL => check_url(METADATA_URL, answer),
            APPLICATION_ARN => check_arn(answer),
            METADATA => match saml_metadata::parse(answer) {
                Ok(_) => Ok(()),
                Err(why) => Err(format!("metadata: {why}")),
            },
            _ => Ok(()),
        };
        wrong.err()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_taken_is_noticed() {
        let of = |key: &str, answer: &str| unsound(&BTreeMap::from([(key.to_owned(), answer.to_owned())]));
        for (key, answer) in [
            ("start_url", "javascript:alert(1)"),
            ("start_url", "https://login.example.com/\"><script>"),
            ("start_url", "http://login.example.com/"),
            ("metadata_url", "file:///etc/passwd"),
            ("application_arn", "arn:aws:sso::123456789012:application/../x"),
            ("metadata", "<script/>"),
        ] {
            assert!(of(key, answer).is_some(), "{key}: {answer}");
        }
        for (key, answer) in [
            ("start_url", "https://login.example.com/start"),
            ("start_url", ""),
            ("metadata", " "),
            ("done", "yes"),
            ("worksheet", "{}"),
        ] {
            assert_eq!(of(key, answer), None, "{key}: {answer}");
        }
    }
}
