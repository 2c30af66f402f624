//! What every entry has.

use super::super::limits;
use super::table::{Between, Entries, Key, Map, Rule, Shape, map, rule};

/// `protect` of an entry.
pub(super) const fn protect() -> Key {
    Key::new(
        "protect",
        Shape::Boolean,
        "true",
        "Whether deleting and replacing it is refused.",
    )
    .otherwise("the blueprint's `protect`")
}

/// `protect` of a person: people come and go every day.
pub(super) const fn unprotected() -> Key {
    Key::new(
        "protect",
        Shape::Boolean,
        "true",
        "Whether deleting and replacing it is refused.",
    )
    .default("false")
}

/// `tags` of something.
pub(super) const fn tags(about: &'static str) -> Key {
    Key::new("tags", Shape::Entries(&TAGS), "{ team: support }", about)
}

static TAGS: Entries = Entries {
    what: "a tag",
    names: Some(&limits::TAG_KEY),
    of: Shape::Pattern(&limits::TAG_VALUE),
    count: (0, limits::MOST_TAGS),
    example: "Write `tags: { team: support }`.",
};

/// `timeouts` of an entry with no others than those of waiting.
pub(super) static WAITS: Map = map(&[CREATE_WAIT, UPDATE_WAIT, DELETE_WAIT]);

/// `timeouts` of an entry.
pub(super) const fn timeouts(map: &'static Map) -> Key {
    Key::new(
        "timeouts",
        Shape::Map(map),
        "{ create: 90m }",
        "How long operations on it may take before Headset gives up waiting.",
    )
}

pub(super) const CREATE_WAIT: Key = Key::new(
    "create",
    Shape::duration(&limits::WAIT),
    "90m",
    "How long making it may take.",
)
.otherwise("the kind's own patience");
pub(super) const UPDATE_WAIT: Key = Key::new(
    "update",
    Shape::duration(&limits::WAIT),
    "60m",
    "How long changing it may take.",
)
.otherwise("the kind's own patience");
pub(super) const DELETE_WAIT: Key = Key::new(
    "delete",
    Shape::duration(&limits::WAIT),
    "60m",
    "How long deleting it may take.",
)
.otherwise("the kind's own patience");

static NAME_OR_ARN: [Shape; 2] = [
    Shape::Pattern(&limits::APPSTREAM_NAME),
    Shape::Pattern(&limits::APPSTREAM_ARN),
];

/// `existing` of an entry in AppStream.
pub(super) const fn existing(lands: &'static [(&'static str, &'static str)]) -> Key {
    Key::new(
        "existing",
        Shape::Either(&NAME_OR_ARN),
        "acme-agents",
        "The name or ARN of something that lives outside: linked to, never changed or deleted. Nothing else can be said about it.",
    )
    .lands(lands)
}

/// `name` of an entry in AppStream.
pub(super) const fn name(lands: &'static [(&'static str, &'static str)]) -> Key {
    Key::new(
        "name",
        Shape::Pattern(&limits::APPSTREAM_NAME),
        "agents-2026",
        "What it is called in AWS.",
    )
    .otherwise("the blueprint's `name` and the entry's key")
    .lands(lands)
}

/// `display_name` of something in AppStream.
pub(super) const fn display_name(lands: &'static [(&'static str, &'static str)]) -> Key {
    Key::new(
        "display_name",
        Shape::text(limits::DISPLAY_NAME),
        "Support desktop",
        "The name that people see.",
    )
    .lands(lands)
}

/// `description` of something in AppStream.
pub(super) const fn description(lands: &'static [(&'static str, &'static str)]) -> Key {
    Key::new(
        "description",
        Shape::text(limits::DESCRIPTION),
        "Desktops of the support team",
        "A description for administrators.",
    )
    .lands(lands)
}

/// That something existing stands alone.
pub(super) const EXISTING_ALONE: Rule = rule(
    Between::Alone("existing"),
    "Headset links to what exists and never changes it. Delete `existing` or all other keys.",
);
