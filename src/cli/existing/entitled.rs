//! Of a blueprint of what exists: the entitlements of stacks, which it has whole or not at all.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::desk::Desk;
use super::draft::put;
use headset_aws::kinds::existing::entitlements_before;
use headset_blueprint::model::Attributes;
use headset_kinds::appstream::EntitlementLive;

impl Desk<'_> {
    /// Adds the entitlements of a stack that keys can say. Others are reported as what is there besides.
    pub(super) async fn add_entitlements(&mut self, key: &str, stack: &str) {
        let found = match entitlements_before(&self.access.aws, stack).await {
            Ok(found) => found,
            Err(error) => {
                let note = format!("the entitlements of the stack {stack} could not be read: {error}");
                self.notes.insert(note);
                return;
            }
        };
        for one in found {
            let (Some(name), Some(entry)) = (&one.name, entry(&one)) else {
                continue;
            };
            let before = self.draft.clone();
            let keys = ["appstream", "stacks", key, "entitlements", name];
            put(&mut self.draft, &keys, entry);
            if self.blueprint(&self.draft).is_err() {
                self.draft = before;
            }
        }
    }
}

/// A text as a blueprint says it.
fn said(text: &str) -> String {
    text.replace("${", "$${")
}

/// The entry; `None`: no key says one of its attributes.
fn entry(one: &EntitlementLive) -> Option<Value> {
    let mut attributes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for attribute in one.attributes.iter().flatten() {
        let values = attributes.entry(Attributes::key(&attribute.name)?).or_default();
        values.push(said(&attribute.value));
    }
    let attributes: Map<String, Value> = attributes
        .into_iter()
        .map(|(key, values)| match values.as_slice() {
            [only] => (key.to_owned(), json!(only)),
            several => (key.to_owned(), json!(several)),
        })
        .collect();
    let applications = match &one.applications {
        None => json!("all"),
        Some(these) => these.iter().map(|one| said(one)).collect(),
    };
    let mut entry = json!({ "attributes": attributes, "applications": applications });
    if let Some(description) = &one.description {
        entry["description"] = json!(said(description));
    }
    Some(entry)
}

#[cfg(test)]
mod tests {
    use headset_kinds::appstream::entitlement::Attribute;

    use super::*;

    fn live(asked: &[(&str, &str)], applications: Option<&[&str]>) -> EntitlementLive {
        let attribute = |(name, value): &(&str, &str)| Attribute {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
        };
        EntitlementLive {
            stack: Some("desk".to_owned()),
            name: Some("sales".to_owned()),
            description: None,
            attributes: Some(asked.iter().map(attribute).collect()),
            applications: applications.map(|these| these.iter().map(|one| (*one).to_owned()).collect()),
        }
    }

    #[test]
    fn an_entitlement_is_said_by_its_keys_or_not_at_all() {
        let some = live(
            &[
                ("costCenter", "1"),
                ("department", "${sales}"),
                ("costCenter", "2"),
            ],
            Some(&["crm"]),
        );
        assert_eq!(
            entry(&some),
            Some(json!({
                "attributes": { "cost_center": ["1", "2"], "department": "$${sales}" }, "applications": ["crm"],
            }))
        );
        let all = live(&[("groups", "leads")], None);
        assert_eq!(
            entry(&all),
            Some(json!({ "attributes": { "groups": "leads" }, "applications": "all" }))
        );
        assert_eq!(entry(&live(&[("shoeSize", "44")], None)), None);
    }
}
