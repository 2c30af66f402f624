//! Members of an answer, and values of enumerations in it, that the models here do not have: AWS has added them since.

use std::collections::BTreeSet;

use headset_kinds::Novelty;
use roxmltree::Node;
use serde_json::Value;

use super::vocabulary::{ServiceWords, vocabulary};

/// What the protocols of XML put around members.
const WRAPPERS: [&str; 7] = [
    "member",
    "entry",
    "key",
    "value",
    "ResponseMetadata",
    "RequestId",
    // EC2's own way to say it.
    "requestId",
];

/// A longer text is no value of an enumeration, and is not shown.
const LONGEST: usize = 60;

/// What of a service's answer its model does not have: members and values. What is in such a member is not looked at. None of a service whose model is not kept.
pub(crate) fn novel(service: &str, answer: &Value) -> BTreeSet<Novelty> {
    let mut found = BTreeSet::new();
    if let Some((_, words)) = vocabulary().service(service) {
        walk(words, None, answer, false, &mut found);
    }
    found
}

/// The same of an answer in XML, below its root.
pub(crate) fn novel_xml(service: &str, root: Node<'_, '_>) -> BTreeSet<Novelty> {
    let mut found = BTreeSet::new();
    if let Some((_, words)) = vocabulary().service(service) {
        walk_xml(words, None, root, &mut found);
    }
    found
}

/// `name`: the member that holds the value. `is_map`: people or AWS choose the keys.
fn walk(
    words: &ServiceWords,
    name: Option<&str>,
    value: &Value,
    is_map: bool,
    found: &mut BTreeSet<Novelty>,
) {
    match value {
        Value::Array(items) => items
            .iter()
            .for_each(|item| walk(words, name, item, is_map, found)),
        Value::Object(members) => {
            for (own, value) in members {
                if is_map {
                    walk(words, None, value, false, found);
                } else if words.has_member(own) {
                    walk(words, Some(own), value, words.is_map(own), found);
                } else {
                    found.insert(novel_member(own));
                }
            }
        }
        Value::String(text) => found.extend(name.and_then(|name| novel_value(words, name, text))),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn walk_xml(words: &ServiceWords, name: Option<&str>, node: Node<'_, '_>, found: &mut BTreeSet<Novelty>) {
    let mut has_members = false;
    for child in node.children().filter(Node::is_element) {
        has_members = true;
        let own = child.tag_name().name();
        // Query answers in an element of the operation's name.
        let wraps = WRAPPERS.contains(&own) || (name.is_none() && own.ends_with("Result"));
        if words.has_member(own) {
            if !words.is_map(own) {
                walk_xml(words, Some(own), child, found);
            }
        } else if wraps {
            walk_xml(words, name, child, found);
        } else {
            found.insert(novel_member(own));
        }
    }
    if !has_members && let (Some(name), Some(text)) = (name, node.text()) {
        found.extend(novel_value(words, name, text));
    }
}

/// A value that the member's enumeration does not have.
fn novel_value(words: &ServiceWords, name: &str, text: &str) -> Option<Novelty> {
    let is_new = !text.is_empty() && words.is_enumerated(name) && !words.is_value(name, text);
    let is_shown = text.len() <= LONGEST && !text.contains(char::is_whitespace);
    is_new.then(|| Novelty {
        value: is_shown.then(|| text.to_owned()),
        ..novel_member(name)
    })
}

/// A member that the model does not have.
fn novel_member(name: &str) -> Novelty {
    Novelty {
        member: name.to_owned(),
        value: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_member_that_no_model_has_is_new_and_a_key_of_a_map_is_not() {
        let answer = json!({ "Fleets": [{ "Name": "agents", "Weather": { "Name": "fine", "Sun": 1 }, "State": "RUNNING" }],
                             "Tags": { "Weather": "fine" } });
        let found: Vec<String> = novel("appstream", &answer)
            .iter()
            .map(Novelty::to_string)
            .collect();
        assert_eq!(found, ["Weather"]);
        assert!(novel("no-such-service", &answer).is_empty());
    }

    #[test]
    fn a_value_that_no_enumeration_has_is_new() {
        let answer = json!({ "Fleets": [{ "Name": "RUNNING", "FleetType": "SOMETIMES_ON", "Platform": "WINDOWS_SERVER_2022" }] });
        let found: Vec<String> = novel("appstream", &answer)
            .iter()
            .map(Novelty::to_string)
            .collect();
        assert_eq!(found, ["FleetType: SOMETIMES_ON"]);
    }

    #[test]
    fn answers_in_xml_are_looked_through_as_well() {
        let found = |service, text: &str| {
            let document = roxmltree::Document::parse(text).unwrap();
            let found = novel_xml(service, document.root_element());
            found.iter().map(Novelty::to_string).collect::<Vec<String>>()
        };
        let role = "<GetRoleResponse><GetRoleResult><Role><RoleName>agents</RoleName><Mood>fine</Mood><Tags><member><Key>a</Key>\
                    <Value>b</Value></member></Tags></Role></GetRoleResult><ResponseMetadata><RequestId>9a7e</RequestId>\
                    </ResponseMetadata></GetRoleResponse>";
        assert_eq!(found("iam", role), ["Mood"]);
        let buckets = "<ListAllMyBucketsResult><Buckets><Bucket><Name>a</Name><Weather><Name>b</Name></Weather></Bucket></Buckets>\
                       </ListAllMyBucketsResult>";
        assert_eq!(found("s3", buckets), ["Weather"]);
        let grant = "<AccessControlPolicy><AccessControlList><Grant><Permission>DREAM</Permission></Grant></AccessControlList>\
                     </AccessControlPolicy>";
        assert_eq!(found("s3", grant), ["Permission: DREAM"]);
    }
}
