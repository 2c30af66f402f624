//! `capacity` of a fleet: a number, or limits between which it moves.

use std::collections::BTreeMap;

use super::item::Item;
use super::reader::Reader;
use crate::limits;
use crate::model::{At, Capacity, Scaling, Shift};
use crate::node::shortened;
use crate::schedule::{Mistake, Schedule, zone};
use headset_core::diagnostic::{Diagnostic, Place};

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
        let at = fields.get("at").and_then(|item| self.due(&item));
        let time_zone = match fields.get("time_zone") {
            Some(item) => self.time_zone(&item).map(Some),
            None => Some(None),
        };
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

    /// When an action is due. What a schema can tell is a bad value, like that of any other key.
    fn due(&mut self, item: &Item<'_>) -> Option<At<String>> {
        let text = self.any_text(item)?;
        let is_shaped = limits::SCHEDULE.accepts(&text.value);
        match Schedule::read(&text.value) {
            Ok(_) if is_shaped => Some(text),
            Ok(_) => {
                let help = format!("It must be {}.", limits::SCHEDULE.rule);
                self.bad_value(&item.path, &text.value, text.place, &help);
                None
            }
            Err(mistake) => {
                let code = if is_shaped { "bad-schedule" } else { "bad-value" };
                self.misunderstood(code, item, &text, &mistake);
                None
            }
        }
    }

    fn time_zone(&mut self, item: &Item<'_>) -> Option<At<String>> {
        let text = self.any_text(item)?;
        match zone::named(&text.value) {
            Ok(_) => {
                if let Some(doubt) = zone::doubt(&text.value) {
                    self.report(
                        Diagnostic::warning("zone-alias", doubt.what)
                            .at(text.place.clone())
                            .help(doubt.help),
                    );
                }
                Some(text)
            }
            Err(mistake) => {
                let is_shaped = limits::TIME_ZONE.accepts(&text.value);
                let code = if is_shaped {
                    "unknown-time-zone"
                } else {
                    "bad-value"
                };
                self.misunderstood(code, item, &text, &mistake);
                None
            }
        }
    }

    fn misunderstood(&mut self, code: &'static str, item: &Item<'_>, text: &At<String>, mistake: &Mistake) {
        let message = format!(
            "`{}` cannot be `{}`: {}",
            item.path,
            shortened(&text.value),
            mistake.what
        );
        self.report(
            Diagnostic::error(code, message)
                .at(text.place.clone())
                .help(mistake.help.clone()),
        );
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
