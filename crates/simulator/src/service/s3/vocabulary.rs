//! S3's actions and condition keys: which a bucket policy may name, and which keys go with which actions.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::policy::wildcard_matches;

/// Which actions have a condition key.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reach {
    /// All of them.
    Every,
    /// These, in lower case.
    Some(Vec<String>),
}

/// Keys without `s3:` in lower case; those that a tag's key follows end in a slash.
struct Vocabulary {
    actions: Vec<String>,
    keys: BTreeMap<String, Reach>,
}

fn vocabulary() -> &'static Vocabulary {
    static VOCABULARY: OnceLock<Vocabulary> = OnceLock::new();
    VOCABULARY.get_or_init(|| read(include_str!("vocabulary.txt")))
}

/// Reads the table: `key: action action`, continued on lines that begin with a space.
fn read(text: &str) -> Vocabulary {
    let mut entries: Vec<(String, Vec<String>)> = Vec::new();
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let words = match line.split_once(": ") {
            Some((name, words)) if !line.starts_with(' ') => {
                entries.push((name.to_lowercase(), Vec::new()));
                words
            }
            _ => line,
        };
        if let Some((_, list)) = entries.last_mut() {
            list.extend(words.split_whitespace().map(str::to_lowercase));
        }
    }
    let mut vocabulary = Vocabulary {
        actions: Vec::new(),
        keys: BTreeMap::new(),
    };
    for (name, words) in entries {
        match name.as_str() {
            "actions" => vocabulary.actions = words,
            _ if words == ["*"] => drop(vocabulary.keys.insert(name, Reach::Every)),
            _ => drop(vocabulary.keys.insert(name, Reach::Some(words))),
        }
    }
    vocabulary
}

/// An action's name without `s3:`, in lower case.
fn bare(action: &str) -> String {
    let lower = action.to_ascii_lowercase();
    lower
        .split_once(':')
        .map_or(lower.clone(), |(_, name)| name.to_owned())
}

/// Whether S3 has such an action, or for a pattern, one that it means.
pub(super) fn is_action(action: &str) -> bool {
    let name = bare(action);
    name == "*"
        || vocabulary()
            .actions
            .iter()
            .any(|one| wildcard_matches(&name, one))
}

/// How a condition key stands to the actions of its statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is no key of S3's own, or one that the actions have.
    Fits,
    /// S3 has no such key.
    Unknown,
    /// One of the actions does not have it.
    Apart,
}

/// Whether a condition key goes with actions (patterns, as a statement has them).
///
/// Assumption: s3.condition-keys-of-patterns. Of what a pattern means, one action that has the key is enough; an action
/// that is named in full must have it.
pub(super) fn fit<'a>(key: &str, actions: impl IntoIterator<Item = &'a String>) -> Fit {
    let lower = key.to_ascii_lowercase();
    let Some(name) = lower.strip_prefix("s3:") else {
        return Fit::Fits;
    };
    let reach = match name.split_once('/') {
        Some((kind, tag)) if !tag.is_empty() => vocabulary().keys.get(&format!("{kind}/")),
        _ => vocabulary().keys.get(name).filter(|_| !name.ends_with('/')),
    };
    match reach {
        None => Fit::Unknown,
        Some(Reach::Every) => Fit::Fits,
        Some(Reach::Some(having)) => {
            let has = |action: &String| having.iter().any(|one| wildcard_matches(&bare(action), one));
            match actions.into_iter().all(has) {
                true => Fit::Fits,
                false => Fit::Apart,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(key: &str, actions: &[&str]) -> Fit {
        let actions: Vec<String> = actions.iter().map(|action| (*action).to_owned()).collect();
        fit(key, &actions)
    }

    #[test]
    fn keys_go_with_the_actions_that_have_them() {
        for (key, actions, expected) in [
            ("s3:prefix", &["s3:ListBucket"][..], Fit::Fits),
            ("S3:Prefix", &["s3:listbucket"], Fit::Fits),
            ("s3:prefix", &["s3:ListBucket", "s3:GetObject"], Fit::Apart),
            ("s3:prefix", &["s3:List*"], Fit::Fits),
            ("s3:prefix", &["s3:Get*"], Fit::Apart),
            ("s3:prefix", &["*"], Fit::Fits),
            ("s3:TlsVersion", &["s3:GetObject"], Fit::Fits),
            ("s3:ExistingObjectTag/team", &["s3:GetObject"], Fit::Fits),
            ("s3:ExistingObjectTag/team", &["s3:DeleteObject"], Fit::Apart),
            ("s3:ExistingObjectTag/", &["s3:GetObject"], Fit::Unknown),
            ("s3:ExistingObjectTag", &["s3:GetObject"], Fit::Unknown),
            ("s3:color", &["s3:GetObject"], Fit::Unknown),
            ("aws:SourceIp", &["s3:GetObject"], Fit::Fits),
        ] {
            assert_eq!(fits(key, actions), expected, "{key} {actions:?}");
        }
    }

    #[test]
    fn every_key_of_the_table_names_actions_of_the_table() {
        assert!(vocabulary().actions.len() > 150 && vocabulary().keys.len() > 40);
        for (key, reach) in &vocabulary().keys {
            if let Reach::Some(actions) = reach {
                assert!(!actions.is_empty(), "{key}");
                for action in actions {
                    assert!(vocabulary().actions.contains(action), "{key}: {action}");
                }
            }
        }
        assert!(is_action("s3:GetObject") && is_action("s3:get*") && is_action("*"));
        assert!(!is_action("s3:GetObjekt") && !is_action("s3:Fetch*"));
    }

    /// The action that decides on an operation has to be in the table, or no policy could name it.
    #[test]
    fn every_operation_asks_for_an_action_of_the_table() {
        use crate::service::Service;
        for operation in super::super::S3.operations() {
            for version in [None, Some("null")] {
                let action = super::super::access::action(operation, version.is_some());
                assert!(is_action(&action), "{operation}: {action}");
            }
        }
    }
}
