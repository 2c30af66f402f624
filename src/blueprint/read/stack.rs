//! An entry of `appstream.stacks`.

use super::Reader;
use super::item::Item;
use crate::blueprint::model::{Direction, Stack};

const KEYS: &[&str] = &[
    "fleet",
    "clipboard",
    "files",
    "printing",
    "time_zone",
    "display_name",
    "protect",
    "tags",
    "existing",
];

impl Reader<'_> {
    pub(super) fn stack(&mut self, item: &Item<'_>) -> Option<Stack> {
        let later = [
            (
                "name",
                "The stack is called after the blueprint's `name` and this entry's key.",
            ),
            ("embed", "Stacks are not embedded in pages in this version."),
            (
                "storage",
                "Sessions have no storage of their own in this version.",
            ),
        ];
        let fields = self.fields(item, KEYS, &later)?;
        let fleet = self
            .require(
                &fields,
                "fleet",
                "Write `fleet: agents`: a key of `appstream.fleets`.",
            )
            .and_then(|item| self.reference(&item, "fleets"));
        let clipboard = self.direction(fields.get("clipboard"));
        let files = self.direction(fields.get("files"));
        let printing = match fields.get("printing") {
            Some(item) => self.choice(&item, &[("none", false), ("local", true)], &[]),
            None => Some(false),
        };
        let time_zone = self.boolean_or(fields.get("time_zone"), false);
        let display_name = self.display_name(&fields);
        let protect = self.protect(&fields);
        let tags = self.tags(&fields);
        Some(Stack {
            place: item.place(),
            fleet: fleet?,
            clipboard: clipboard?,
            files: files?,
            printing: printing?,
            time_zone,
            display_name,
            protect,
            tags,
        })
    }

    fn direction(&mut self, item: Option<Item<'_>>) -> Option<Direction> {
        let Some(item) = item else {
            return Some(Direction::None);
        };
        let choices = [
            ("none", Direction::None),
            ("in", Direction::In),
            ("out", Direction::Out),
            ("both", Direction::Both),
        ];
        self.choice(&item, &choices, &[])
    }
}
