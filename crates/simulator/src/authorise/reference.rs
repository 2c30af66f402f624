//! The table of actions, resource types and condition keys.
//!
//! Assumption: authorisation.unlisted-actions. What AWS's models have and the reference does not list yet is in the table
//! by the example of its neighbours.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What the reference says of one action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Action {
    /// Types of resources, each with whether every call names one.
    pub(super) types: Vec<(&'static str, bool)>,
    /// Condition keys of its own.
    pub(super) keys: Vec<&'static str>,
}

impl Action {
    /// An action that the reference does not list: about everything.
    pub(super) fn unknown() -> &'static Action {
        static UNKNOWN: Action = Action {
            types: Vec::new(),
            keys: Vec::new(),
        };
        &UNKNOWN
    }
}

/// What the reference says of one type of resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Type {
    /// Its ARN, with `${Name}` for what differs.
    pub(super) arn: &'static str,
    /// Condition keys that it brings along.
    pub(super) keys: Vec<&'static str>,
}

#[derive(Debug, Default)]
struct Reference {
    actions: BTreeMap<(&'static str, &'static str), Action>,
    types: BTreeMap<(&'static str, &'static str), Type>,
}

static REFERENCE: LazyLock<Reference> = LazyLock::new(|| {
    let mut reference = Reference::default();
    for line in include_str!("reference.txt").lines() {
        let mut words = line.split(' ').filter(|word| !word.is_empty());
        let (Some(first), Some(second)) = (words.next(), words.next()) else {
            continue;
        };
        match first {
            "#" => {}
            "type" => {
                let (Some(name), Some(arn)) = (words.next(), words.next()) else {
                    continue;
                };
                let keys = words.collect();
                reference.types.insert((second, name), Type { arn, keys });
            }
            _ => {
                let (types, keys) = line.split_once('|').unwrap_or((line, ""));
                let types = types.split_whitespace().skip(2).filter(|word| *word != "-");
                let action = Action {
                    types: types
                        .map(|word| match word.strip_suffix('*') {
                            Some(name) => (name, true),
                            None => (word, false),
                        })
                        .collect(),
                    keys: keys.split_whitespace().collect(),
                };
                reference.actions.insert((first, second), action);
            }
        }
    }
    reference
});

/// What IAM calls a service in actions.
pub(super) fn prefix(service: &str) -> &str {
    match service {
        "sso-admin" => "sso",
        "s3control" => "s3",
        "resourcegroupstaggingapi" => "tag",
        other => other,
    }
}

/// What an operation is called in actions. S3 has two operations of the same name: of a bucket, and of an account.
pub(super) fn action_of(service: &str, operation: &str) -> String {
    match (service, operation) {
        ("s3control", "GetPublicAccessBlock") => "GetAccountPublicAccessBlock".to_owned(),
        // "CreateDistributionWithTags" is CreateDistribution with the permission to tag.
        ("cloudfront", "CreateDistributionWithTags") => "CreateDistribution".to_owned(),
        ("s3control", _) => "PutAccountPublicAccessBlock".to_owned(),
        _ => operation.to_owned(),
    }
}

/// What the reference says of this action.
pub(super) fn action(prefix: &str, operation: &str) -> Option<&'static Action> {
    let mut found = REFERENCE.actions.iter();
    let found = found.find(|((of, name), _)| *of == prefix && *name == operation);
    found.map(|(_, action)| action)
}

/// What the reference says of this type of resource.
pub(super) fn resource_type(prefix: &str, name: &str) -> Option<&'static Type> {
    let mut found = REFERENCE.types.iter();
    let found = found.find(|((of, known), _)| *of == prefix && *known == name);
    found.map(|(_, resource_type)| resource_type)
}
