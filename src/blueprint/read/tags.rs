//! `tags`, which every entry may have.

use std::collections::BTreeMap;

use super::Reader;
use super::item::{Fields, Item};
use crate::blueprint::limits;
use crate::blueprint::model::{Entry, Waits};
use crate::blueprint::node::Value;
use crate::diagnostic::Diagnostic;

impl Reader<'_> {
    /// The `tags` of an entry. Empty texts are good values.
    pub(super) fn tags(&mut self, fields: &Fields<'_>) -> BTreeMap<String, String> {
        let mut tags = BTreeMap::new();
        let Some(item) = fields.get("tags") else {
            return tags;
        };
        for (key, value) in self.entries(&item, "Write `tags: { team: support }`.") {
            if key.to_lowercase().starts_with(limits::OWN_TAG_PREFIX) {
                self.report(
                    Diagnostic::error(
                        "bad-value",
                        format!(
                            "tags that begin with `{}` are Headset's own",
                            limits::OWN_TAG_PREFIX
                        ),
                    )
                    .at(value.place())
                    .help("Choose another key: these tags prove what Headset may delete."),
                );
                continue;
            }
            let good = self.check_name("a tag", &key, &limits::TAG_KEY, &value.place());
            let text = match &value.node.value {
                Value::Text(text) => text.clone(),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => {
                    self.text(&value);
                    continue;
                }
            };
            if self.check_shape(&value.path, &text, &limits::TAG_VALUE, &value.node.place) && good {
                tags.insert(key, text);
            }
        }
        if tags.len() > limits::MOST_TAGS {
            self.report(
                Diagnostic::error(
                    "bad-value",
                    format!(
                        "`{}` has {} tags; there is room for {}",
                        item.path,
                        tags.len(),
                        limits::MOST_TAGS
                    ),
                )
                .at(item.place())
                .help("AWS allows 50 on a resource, and Headset sets four of its own."),
            );
        }
        tags
    }

    /// `protect`, or what the blueprint says for all.
    pub(super) fn protect(&mut self, fields: &Fields<'_>) -> bool {
        let default = self.protect;
        self.boolean_or(fields.get("protect"), default)
    }

    /// What every entry can say about itself. Which of these keys an entry has is its own list's business.
    pub(super) fn entry(&mut self, item: &Item<'_>, fields: &Fields<'_>) -> Entry {
        Entry {
            place: item.place(),
            name: None,
            protect: self.protect(fields),
            tags: self.tags(fields),
            waits: Waits::default(),
        }
    }

    /// `display_name` of something in AppStream.
    pub(super) fn display_name(&mut self, fields: &Fields<'_>) -> Option<String> {
        let item = fields.get("display_name")?;
        self.short_text(&item, limits::DISPLAY_NAME)
            .map(|text| text.value)
    }
}
