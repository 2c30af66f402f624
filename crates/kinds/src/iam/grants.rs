//! Whether policy documents let their holder do what others would.

use std::collections::BTreeSet;

use serde_json::Value;

/// One thing that a statement lets be done, by whom it says so.
struct Grant<'a> {
    principal: Option<&'a str>,
    action: &'a str,
    resource: Option<&'a str>,
    /// What has to hold beside it.
    condition: &'a Value,
}

impl Grant<'_> {
    fn text(&self) -> String {
        let resource = self.resource.map_or_else(String::new, |on| format!(" on {on}"));
        let principal = self.principal.map_or_else(String::new, |by| format!(" by {by}"));
        format!("{}{resource}{principal}", self.action)
    }
}

/// The first thing that the wanted documents allow and these do not, as `ACTION on RESOURCE by PRINCIPAL`; `None`: they
/// allow all of it. A statement with more conditions than the wanted one does not count; one that denies
/// does, under any condition.
pub(super) fn lacking(wanted: &[&str], there: &[&str]) -> Option<String> {
    let (wanted, there) = (statements(wanted), statements(there));
    let asked = wanted.iter().filter(|one| is(one, "Allow")).flat_map(grants);
    for grant in asked {
        if there.iter().any(|one| is(one, "Deny") && covers(one, &grant)) {
            return Some(format!("{} is denied", grant.text()));
        }
        let allows = |one: &Value| {
            is(one, "Allow") && covers(one, &grant) && is_as_wide(&one["Condition"], grant.condition)
        };
        if !there.iter().any(allows) {
            return Some(format!("{} is not allowed", grant.text()));
        }
    }
    None
}

/// The statements of documents; of one that cannot be read, none.
fn statements(documents: &[&str]) -> Vec<Value> {
    let read = |text: &&str| {
        let document: Value = serde_json::from_str(text).ok()?;
        Some(match document.get("Statement")? {
            Value::Array(statements) => statements.clone(),
            one => vec![one.clone()],
        })
    };
    documents.iter().filter_map(read).flatten().collect()
}

fn is(statement: &Value, effect: &str) -> bool {
    statement["Effect"] == effect
}

/// A text, or a list of texts.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        value => value.as_str().into_iter().collect(),
    }
}

/// Who a statement is about: `*`, or the names of all types.
fn principals(statement: &Value) -> Vec<&str> {
    match &statement["Principal"] {
        Value::Object(types) => types.values().flat_map(texts).collect(),
        value => texts(value),
    }
}

/// Each of them, or that there is none.
fn each_or_none(all: Vec<&str>) -> Vec<Option<&str>> {
    match all.is_empty() {
        true => vec![None],
        false => all.into_iter().map(Some).collect(),
    }
}

/// Everything that a statement allows.
fn grants(statement: &Value) -> Vec<Grant<'_>> {
    let principals = each_or_none(principals(statement));
    let resources = each_or_none(texts(&statement["Resource"]));
    let mut grants = Vec::new();
    for action in texts(&statement["Action"]) {
        for principal in &principals {
            for resource in &resources {
                grants.push(Grant {
                    principal: *principal,
                    action,
                    resource: *resource,
                    condition: &statement["Condition"],
                });
            }
        }
    }
    grants
}

/// Whether a statement is about what is granted.
fn covers(statement: &Value, grant: &Grant<'_>) -> bool {
    let among = |member: &str, value: &str, of: fn(&str) -> String| {
        let listed = |member: &str| {
            texts(&statement[member])
                .into_iter()
                .map(of)
                .collect::<Vec<String>>()
        };
        let value = of(value);
        let is_in = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, &value));
        let others = listed(&format!("Not{member}"));
        is_in(&listed(member)) || !others.is_empty() && !is_in(&others)
    };
    let principal = |name: &str| {
        principals(statement)
            .iter()
            .any(|one| *one == "*" || *one == name)
    };
    grant.principal.is_none_or(principal)
        && grant
            .resource
            .is_none_or(|resource| among("Resource", resource, str::to_owned))
        && among("Action", grant.action, str::to_ascii_lowercase)
}

/// Whether a condition lets through everything that the wanted one does: each part of it is in the wanted one, with no
/// fewer values.
fn is_as_wide(there: &Value, wanted: &Value) -> bool {
    let Some(operators) = there.as_object() else {
        return true;
    };
    operators.iter().all(|(operator, keys)| {
        keys.as_object().into_iter().flatten().all(|(key, values)| {
            let values: BTreeSet<&str> = texts(values).into_iter().collect();
            let same = wanted.get(operator).and_then(|keys| keys.get(key));
            let same = same.map(|values| texts(values).into_iter().collect::<BTreeSet<&str>>());
            match operator.contains("Not") {
                true => same.is_some_and(|same| same == values),
                false => same.is_some_and(|same| same.is_subset(&values)),
            }
        })
    })
}

/// Whether a pattern with `*` and `?` matches a text.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    // The place after the last star, and how far the text was then taken to go with it.
    let (mut at, mut read, mut star) = (0, 0, None);
    while read < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at + 1, read));
                at += 1;
            }
            Some(one) if *one == '?' || *one == text[read] => {
                at += 1;
                read += 1;
            }
            _ => match star {
                Some((after, taken)) => {
                    star = Some((after, taken + 1));
                    (at, read) = (after, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|one| *one == '*')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PROVIDER: &str = "arn:aws:iam::123456789012:saml-provider/acme";

    fn trust(provider: &str, condition: &Value) -> String {
        let statement = json!({
            "Effect": "Allow", "Principal": { "Federated": provider },
            "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"], "Condition": condition,
        });
        json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
    }

    #[test]
    fn another_provider_a_narrower_condition_or_a_missing_action_lets_no_one_in() {
        let audience =
            json!({ "StringEquals": { "SAML:aud": ["https://a.example.com", "https://b.example.com"] } });
        let wanted = trust(PROVIDER, &audience);
        let lacks = |there: &str| lacking(&[&wanted], &[there]);
        assert_eq!(lacks(&wanted), None);
        assert_eq!(lacks(&trust(PROVIDER, &Value::Null)), None, "wider");
        let other = PROVIDER.replace("acme", "other");
        let said = format!("sts:AssumeRoleWithSAML by {PROVIDER} is not allowed");
        assert_eq!(lacks(&trust(&other, &audience)), Some(said.clone()));
        let one = json!({ "StringEquals": { "SAML:aud": "https://a.example.com" } });
        assert_eq!(lacks(&trust(PROVIDER, &one)), Some(said.clone()));
        let more =
            json!({ "StringEquals": { "SAML:aud": audience["StringEquals"]["SAML:aud"], "SAML:iss": "x" } });
        assert_eq!(lacks(&trust(PROVIDER, &more)), Some(said.clone()));
        let said_of_tags = format!("sts:TagSession by {PROVIDER} is not allowed");
        assert_eq!(
            lacks(&wanted.replace("\"sts:TagSession\"", "\"sts:Other\"")),
            Some(said_of_tags)
        );
        assert_eq!(lacks("no document"), Some(said));
    }

    #[test]
    fn patterns_count_and_a_denial_goes_before_them() {
        let document = |effect: &str, action: &str, resource: &str| {
            json!({ "Statement": { "Effect": effect, "Action": action, "Resource": resource } }).to_string()
        };
        let wanted = document(
            "Allow",
            "connect:GetFederationToken",
            "arn:aws:connect:eu-west-2:123456789012:instance/x/user/*",
        );
        let wide = document("Allow", "connect:Get*", "arn:aws:connect:*:instance/*");
        assert_eq!(lacking(&[&wanted], &[&wide]), None);
        let denied = document("Deny", "CONNECT:*", "*");
        let said = lacking(&[&wanted], &[&wide, &denied]).unwrap();
        assert!(said.ends_with("is denied"), "{said}");
        let elsewhere = document(
            "Allow",
            "connect:*",
            "arn:aws:connect:eu-west-2:123456789012:instance/y/*",
        );
        let said = lacking(&[&wanted], &[&elsewhere]).unwrap();
        assert!(said.ends_with("instance/x/user/* is not allowed"), "{said}");
    }

    #[test]
    fn stars_and_question_marks_match() {
        for (pattern, text, does) in [
            ("a*c", "abbc", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*", "", true),
            ("a*b*c", "a-b-b-d", false),
            ("a*b*c", "a-b-b-c", true),
        ] {
            assert_eq!(matches(pattern, text), does, "{pattern} {text}");
        }
    }
}
