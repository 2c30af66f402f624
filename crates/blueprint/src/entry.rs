//! What every entry can say about itself: keys that many sections share.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::at::At;
use crate::declare::{Section as _, Value as _};
use crate::limits;
use crate::node::Value;
pub(crate) use crate::owned::OWNED;
use crate::owned::Owned;
use crate::reader::{Fields, Item, Named, Reader};
use crate::table::{Between, Entries, Key, Map, Rule, Shape, rule};
use headset_core::diagnostic::{Diagnostic, Place};
use headset_derive::Section;
use headset_kinds::field::FieldId;

/// What every entry can say about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where the entry stands.
    pub place: Place,
    /// `name`: what the thing is called in AWS, in place of the derived name. Images still get their recipe appended.
    pub name: Option<At<String>>,
    /// `protect`: deleting and replacing it is refused.
    pub protect: bool,
    /// `tags`, beyond the blueprint's own.
    pub tags: BTreeMap<String, String>,
    /// `timeouts.create`, `.update` and `.delete`.
    pub waits: Waits,
    /// `owned`: whose the lists of the thing are.
    pub owned: Option<Owned>,
}

/// How long an operation of one resource may take, in seconds, in place of its kind's own timeout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waits {
    /// `timeouts.create`.
    pub create: Option<u64>,
    /// `timeouts.update`.
    pub update: Option<u64>,
    /// `timeouts.delete`.
    pub delete: Option<u64>,
}

/// `timeouts` of an entry with no others than those of waiting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Section)]
pub(crate) struct Timeouts {
    /// How long making it may take.
    #[key(duration = limits::WAIT, example = "90m", otherwise = "the kind's own timeout")]
    pub create: Option<Duration>,
    /// How long changing it may take.
    #[key(duration = limits::WAIT, example = "60m", otherwise = "the kind's own timeout")]
    pub update: Option<Duration>,
    /// How long deleting it may take.
    #[key(duration = limits::WAIT, example = "60m", otherwise = "the kind's own timeout")]
    pub delete: Option<Duration>,
}

impl From<Timeouts> for Waits {
    fn from(timeouts: Timeouts) -> Waits {
        let seconds = |duration: Option<Duration>| duration.map(|duration| duration.as_secs());
        Waits {
            create: seconds(timeouts.create),
            update: seconds(timeouts.update),
            delete: seconds(timeouts.delete),
        }
    }
}

/// The fields that a key ends up in.
type Targets = &'static [FieldId];

static NAME_OR_ARN: [Shape; 2] = [
    Shape::Pattern(&limits::APPSTREAM_NAME),
    Shape::Pattern(&limits::APPSTREAM_ARN),
];

/// `existing` of an entry in AppStream.
pub(crate) const fn existing(sets: Targets) -> Key {
    Key::new(
        "existing",
        Shape::Either(&NAME_OR_ARN),
        "acme-agents",
        "The name or ARN of something that Headset only links to, and never changes or deletes. It takes no other key but `owned`.",
    )
    .sets(sets)
}

/// That something existing stands alone.
pub(crate) const EXISTING_ALONE: Rule = rule(
    Between::Alone("existing", &["owned"]),
    "Headset links to what exists and never changes it. Delete `existing` or all other keys but `owned`.",
);

/// `name` of an entry in AppStream.
pub(crate) const fn name(sets: Targets) -> Key {
    Key::new(
        "name",
        Shape::Pattern(&limits::APPSTREAM_NAME),
        "agents-2026",
        "What it is called in AWS.",
    )
    .otherwise("the blueprint's `name` and the entry's key")
    .sets(sets)
}

/// `protect` of an entry.
pub(crate) const PROTECT: Key = Key::new(
    "protect",
    Shape::Boolean,
    "true",
    "Whether deleting and replacing it is refused.",
)
.otherwise("the blueprint's `protect`");

/// `protect` of a person: people come and go every day.
pub(crate) const UNPROTECTED: Key = PROTECT.default("false");

/// `tags` of something.
pub(crate) const fn tags(about: &'static str, sets: Targets) -> Key {
    Key::new("tags", Shape::Entries(&TAGS), "{ team: support }", about).sets(sets)
}

static TAGS: Entries = Entries {
    what: "a tag",
    names: Some(&limits::TAG_KEY),
    of: Shape::Pattern(&limits::TAG_VALUE),
    count: (0, limits::MOST_TAGS),
    example: "Write `tags: { team: support }`.",
};

/// `timeouts` of an entry with no others than those of waiting.
pub(crate) const TIMEOUTS: Key = timeouts(Timeouts::MAP);

/// `timeouts` of an entry.
pub(crate) const fn timeouts(map: &'static Map) -> Key {
    Key::new(
        "timeouts",
        Shape::Map(map),
        "{ create: 90m }",
        "How long operations on it may take before Headset gives up waiting.",
    )
}

/// An entry: of the shared keys, those that its section has.
pub(crate) fn entry(reader: &mut Reader<'_>, item: &Item<'_>, fields: &Fields<'_>) -> Option<Entry> {
    let waits = match fields.knows("timeouts").then(|| fields.get("timeouts")).flatten() {
        Some(item)
            if item
                .shape
                .map()
                .is_some_and(|map| std::ptr::eq(map, Timeouts::MAP)) =>
        {
            Timeouts::read(reader, &item).map(Waits::from).unwrap_or_default()
        }
        // A section with further timeouts reads them itself.
        Some(_) | None => Waits::default(),
    };
    let tags = match fields.knows("tags") {
        true => reader.tags(fields),
        false => BTreeMap::new(),
    };
    let name = match fields.knows("name") {
        true => fields.get("name").and_then(|item| reader.text(&item)),
        false => None,
    };
    Some(Entry {
        place: item.place(),
        name,
        protect: protect(reader, item, fields)?,
        tags,
        waits,
        owned: match fields.knows("owned") {
            true => fields.get("owned").and_then(|item| Owned::read(reader, &item)),
            false => None,
        },
    })
}

/// `protect`, or what the table says without it, or what the blueprint says for all.
#[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
pub(crate) fn protect(reader: &mut Reader<'_>, _: &Item<'_>, fields: &Fields<'_>) -> Option<bool> {
    let default = reader.protect;
    let said = reader.key(fields, "protect", Reader::boolean, |_, _| Some(default));
    Some(said.unwrap_or(default))
}

impl Reader<'_> {
    /// The `tags` of something. Empty texts are good values.
    pub(crate) fn tags(&mut self, fields: &Fields<'_>) -> BTreeMap<String, String> {
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
