//! `capacity` of a fleet: a number, or limits between which it moves.

use std::collections::BTreeMap;

use super::Reader;
use super::item::Item;
use crate::blueprint::model::{Capacity, Scaling, Shift};
use crate::diagnostic::{Diagnostic, Place};

impl Reader<'_> {
    pub(super) fn capacity(&mut self, item: &Item<'_>) -> Option<Capacity> {
        if !item.is_map() {
            return self.number(item).map(Capacity::Fixed);
        }
        let fields = self.fields(item)?;
        let min = fields.get("min").and_then(|item| self.number(&item));
        let max = fields.get("max").and_then(|item| self.number(&item));
        if let (Some(min), Some(max)) = (min, max) {
            self.check_limits(&item.path, Some(min), Some(max), item.place());
        }
        let target = self.optional_number(fields.get("target"));
        let (mut cooldown_in, mut cooldown_out) = (None, None);
        if let Some(item) = fields.get("cooldown")
            && let Some(fields) = self.fields(&item)
        {
            let mut seconds = |key| {
                let item = fields.get(key)?;
                self.duration(&item).map(|duration| duration.value)
            };
            cooldown_in = seconds("in");
            cooldown_out = seconds("out");
        }
        let scale_in = self.boolean_or(fields.get("scale_in"), true);
        let schedule = match fields.get("schedule") {
            Some(item) => self.schedule(&item, min, max),
            None => BTreeMap::new(),
        };
        Some(Capacity::Scaled(Scaling {
            place: item.place(),
            min: min?,
            max: max?,
            target: target?,
            cooldown_out,
            cooldown_in,
            scale_in,
            schedule,
        }))
    }

    fn schedule(&mut self, item: &Item<'_>, min: Option<u64>, max: Option<u64>) -> BTreeMap<String, Shift> {
        let mut schedule = BTreeMap::new();
        for entry in self.entries(item) {
            if let Some(shift) = self.shift(&entry.item, min, max)
                && entry.good
            {
                schedule.insert(entry.name, shift);
            }
        }
        schedule
    }

    fn shift(&mut self, item: &Item<'_>, least: Option<u64>, most: Option<u64>) -> Option<Shift> {
        let fields = self.fields(item)?;
        let at = fields.get("at").and_then(|item| self.text(&item));
        let time_zone = self.optional(fields.get("time_zone"));
        let min = self.optional_number(fields.get("min"))?;
        let max = self.optional_number(fields.get("max"))?;
        // Where a shift leaves one of the limits as it is, the fleet's own is the likeliest one then.
        self.check_limits(&item.path, min.or(least), max.or(most), item.place());
        Some(Shift {
            place: item.place(),
            at: at?,
            time_zone: time_zone?,
            min,
            max,
        })
    }

    fn check_limits(&mut self, path: &str, min: Option<u64>, max: Option<u64>, place: Place) {
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            self.report(
                Diagnostic::error(
                    "bad-value",
                    format!("`{path}` has a `min` of {min} and a `max` of {max}"),
                )
                .at(place)
                .help("The fewest cannot be more than the most: swap them."),
            );
        }
    }
}
