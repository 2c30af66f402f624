//! What every entry can say about itself.

use std::collections::BTreeMap;

use super::item::{Fields, Item, Named};
use super::reader::Reader;
use crate::limits;
use crate::model::{Entry, Waits};
use crate::node::Value;
use headset_core::diagnostic::Diagnostic;

impl Reader<'_> {
    /// An entry with a name, tags, protection and timeouts.
    pub(super) fn entry(&mut self, item: &Item<'_>, fields: &Fields<'_>) -> Entry {
        let name = fields.get("name").and_then(|item| self.text(&item));
        Entry {
            name,
            ..self.nameless_entry(item, fields)
        }
    }

    /// An entry whose name is told in another way.
    pub(super) fn nameless_entry(&mut self, item: &Item<'_>, fields: &Fields<'_>) -> Entry {
        Entry {
            tags: self.tags(fields),
            ..self.untagged_entry(item, fields)
        }
    }

    /// An entry with neither a name nor tags.
    pub(super) fn untagged_entry(&mut self, item: &Item<'_>, fields: &Fields<'_>) -> Entry {
        Entry {
            place: item.place(),
            name: None,
            protect: self.protect(fields),
            tags: BTreeMap::new(),
            waits: self.waits(fields),
        }
    }

    /// The entry of a person, whom a change of the list alone takes away: unprotected where it does not say otherwise.
    pub(super) fn personal(&mut self, entry: Entry, fields: &Fields<'_>) -> Entry {
        Entry {
            protect: self.boolean_or(fields.get("protect"), false),
            ..entry
        }
    }

    /// `protect`, or what the blueprint says for all.
    pub(super) fn protect(&mut self, fields: &Fields<'_>) -> bool {
        let default = self.protect;
        self.boolean_or(fields.get("protect"), default)
    }

    fn waits(&mut self, fields: &Fields<'_>) -> Waits {
        let Some(item) = fields.get("timeouts") else {
            return Waits::default();
        };
        let Some(fields) = self.fields(&item) else {
            return Waits::default();
        };
        let mut seconds = |key| {
            let item = fields.get(key)?;
            self.duration(&item).map(|duration| duration.value)
        };
        Waits {
            create: seconds("create"),
            update: seconds("update"),
            delete: seconds("delete"),
        }
    }

    /// The `tags` of something. Empty texts are good values.
    pub(super) fn tags(&mut self, fields: &Fields<'_>) -> BTreeMap<String, String> {
        let mut tags = BTreeMap::new();
        let Some(item) = fields.get("tags") else {
            return tags;
        };
        let of_all = item.path == "tags";
        // By the key in lower case: as it is written.
        let mut alike = BTreeMap::new();
        for tag in self.entries(&item) {
            let lower = tag.name.to_lowercase();
            let other = alike
                .insert(lower.clone(), tag.name.clone())
                .or_else(|| self.tags.get(&lower).cloned());
            if let Some(other) = other.filter(|other| *other != tag.name) {
                self.similar_tags(&tag, &other, of_all);
            }
            if tag.good && tag.name.to_lowercase().starts_with("aws:") {
                self.report(
                    Diagnostic::error(
                        "reserved-name",
                        format!("tags that begin with `{}` are AWS's own", &tag.name[..4]),
                    )
                    .at(tag.item.place())
                    .help(
                        "Choose another key: AWS keeps `aws:` for itself, in upper case and in lower case.",
                    ),
                );
                continue;
            }
            if tag.name.to_lowercase().starts_with(limits::OWN_TAG_PREFIX) {
                self.report(
                    Diagnostic::error(
                        "bad-value",
                        format!(
                            "tags that begin with `{}` are Headset's own",
                            limits::OWN_TAG_PREFIX
                        ),
                    )
                    .at(tag.item.place())
                    .help("Choose another key: these tags prove what Headset may delete."),
                );
                continue;
            }
            let text = match &tag.item.node.value {
                Value::Text(text) if text.is_empty() => Some(String::new()),
                _ => self.text(&tag.item).map(|text| text.value),
            };
            if let Some(text) = text
                && tag.good
            {
                tags.insert(tag.name, text);
            }
        }
        if of_all {
            self.tags = alike;
        }
        tags
    }

    /// Two tags whose keys are one to IAM. What the blueprint says for all goes to IAM, too; an entry's own tags do not.
    fn similar_tags(&mut self, tag: &Named<'_>, other: &str, of_all: bool) {
        let message = format!("the tags `{}` and `{other}` differ in case only", tag.name);
        let finding = if of_all {
            Diagnostic::error("similar-tags", message)
                .help("IAM takes the two for one key, and refuses roles and providers that have both. Delete one of them.")
        } else {
            Diagnostic::warning("similar-tags", message).help(format!(
                "AWS keeps both on this. Write `{other}` to give that tag another value here."
            ))
        };
        self.report(finding.at(tag.item.place()));
    }
}
