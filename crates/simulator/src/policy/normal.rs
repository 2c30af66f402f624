//! The form in which AWS gives back the policies that it takes apart (trust policies, bucket policies).

use serde_json::{Map, Value};

/// The document as AWS would return it: without white space, a list of one entry as that entry, an account id
/// as the ARN of its root, and every other AWS principal as `rename` has it (a principal that was deleted comes
/// back as its unique id). A text that is no policy comes back as it is.
///
/// Sources: the IAM user guide on principals ("AWS converts the account id to the ARN of its root", "a deleted
/// principal's unique id"), and every provisioning tool's list of perpetual differences for the lists.
pub(crate) fn normalised(document: &str, rename: &dyn Fn(&str) -> Option<String>) -> String {
    let Ok(Value::Object(mut policy)) = serde_json::from_str::<Value>(document) else {
        return document.to_owned();
    };
    match policy.get_mut("Statement") {
        Some(Value::Array(statements)) => statements.iter_mut().for_each(|one| statement(one, rename)),
        Some(one) => statement(one, rename),
        None => {}
    }
    Value::Object(policy).to_string()
}

fn statement(value: &mut Value, rename: &dyn Fn(&str) -> Option<String>) {
    let Value::Object(elements) = value else { return };
    for (name, element) in elements.iter_mut() {
        match name.as_str() {
            "Action" | "NotAction" | "Resource" | "NotResource" => collapse(element),
            "Principal" | "NotPrincipal" => principals(element, rename),
            "Condition" => {
                let operators = element.as_object_mut().into_iter().flat_map(Map::values_mut);
                operators
                    .filter_map(Value::as_object_mut)
                    .flat_map(Map::values_mut)
                    .for_each(collapse);
            }
            _ => {}
        }
    }
}

fn principals(element: &mut Value, rename: &dyn Fn(&str) -> Option<String>) {
    for (kind, names) in element.as_object_mut().into_iter().flatten() {
        if kind == "AWS" {
            match &mut *names {
                Value::Array(list) => list.iter_mut().for_each(|name| principal(name, rename)),
                one => principal(one, rename),
            }
        }
        collapse(names);
    }
}

fn principal(name: &mut Value, rename: &dyn Fn(&str) -> Option<String>) {
    let Some(text) = name.as_str() else { return };
    if text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
        *name = format!("arn:aws:iam::{text}:root").into();
    } else if let Some(renamed) = rename(text) {
        *name = renamed.into();
    }
}

fn collapse(value: &mut Value) {
    if let Value::Array(list) = value
        && list.len() == 1
        && let Some(only) = list.pop()
    {
        *value = only;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_of_one_collapse_and_principals_are_rewritten() {
        let document = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Action": ["sts:AssumeRole"],
            "Principal": { "AWS": ["123456789012", "arn:aws:iam::123456789012:role/gone"], "Service": ["connect.amazonaws.com"] },
            "Condition": { "StringEquals": { "sts:ExternalId": ["x"] } },
        }]});
        let rename = |arn: &str| arn.ends_with("/gone").then(|| "AROAGONE".to_owned());
        let back: Value = serde_json::from_str(&normalised(&document.to_string(), &rename)).unwrap();
        let statement = &back["Statement"][0];
        assert_eq!(statement["Action"], "sts:AssumeRole");
        assert_eq!(
            statement["Principal"]["AWS"],
            json!(["arn:aws:iam::123456789012:root", "AROAGONE"])
        );
        assert_eq!(statement["Principal"]["Service"], "connect.amazonaws.com");
        assert_eq!(statement["Condition"]["StringEquals"]["sts:ExternalId"], "x");
        assert_eq!(normalised("no policy", &rename), "no policy");
    }
}
