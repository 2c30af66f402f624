//! An entry of `appstream.stacks`.

use super::Reader;
use super::item::Item;
use crate::blueprint::model::{AppSettings, Direction, Stack, Storage};

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
        Some(Stack {
            entry: self.entry(item, &fields),
            fleet: fleet?,
            clipboard: clipboard?,
            clipboard_limit: None,
            files: files?,
            printing: printing?,
            time_zone,
            smart_card: None,
            storage: Storage::default(),
            app_settings: AppSettings::Off,
            redirect_url: None,
            feedback_url: None,
            embed_domains: Vec::new(),
            access_endpoints: Vec::new(),
            streaming: None,
            theme: None,
            display_name,
            description: None,
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
