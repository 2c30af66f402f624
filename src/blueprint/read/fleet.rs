//! An entry of `appstream.fleets`.

use super::Reader;
use super::item::{Fields, Item};
use super::scalar::duration_text;
use crate::blueprint::limits;
use crate::blueprint::model::{Capacity, Fleet, FleetType, View};
use crate::blueprint::node::Value;
use crate::diagnostic::Diagnostic;

const KEYS: &[&str] = &[
    "image",
    "type",
    "instance",
    "capacity",
    "view",
    "power",
    "timeouts",
    "display_name",
    "protect",
    "tags",
    "existing",
];

/// Twelve hours, then a quarter of one, in seconds.
const SESSION: u64 = 43200;
const AWAY: u64 = 900;

impl Reader<'_> {
    pub(super) fn fleet(&mut self, item: &Item<'_>) -> Option<Fleet> {
        let later = [
            (
                "name",
                "The fleet is called after the blueprint's `name` and this entry's key.",
            ),
            ("network", "All fleets share `appstream.network` in this version."),
            (
                "sessions_per_instance",
                "Fleets have one session an instance in this version.",
            ),
            ("domain", "Fleets join no domain in this version."),
        ];
        let fields = self.fields(item, KEYS, &later)?;
        let image = self
            .require(
                &fields,
                "image",
                "Write `image: agent-desktop`: a key of `appstream.images`.",
            )
            .and_then(|item| self.reference(&item, "images"));
        let fleet_type = match fields.get("type") {
            Some(item) => {
                let choices = [
                    ("on-demand", FleetType::OnDemand),
                    ("always-on", FleetType::AlwaysOn),
                ];
                let later = [(
                    "elastic",
                    "Write `type: on-demand`: elastic fleets have no image to build.",
                )];
                self.choice(&item, &choices, &later)
            }
            None => Some(FleetType::OnDemand),
        };
        let instance = self
            .require(&fields, "instance", "Write `instance: stream.standard.medium`.")
            .and_then(|item| self.matching(&item, &limits::STREAM_INSTANCE));
        let capacity = self
            .require(
                &fields,
                "capacity",
                "Write `capacity: 2`: the number of instances.",
            )
            .and_then(|item| self.capacity(&item));
        let view = match fields.get("view") {
            Some(item) => self.choice(&item, &[("desktop", View::Desktop), ("app", View::App)], &[]),
            None => Some(View::App),
        };
        let power = match fields.get("power") {
            Some(item) => self.power(&item),
            None => Some(true),
        };
        let timeouts = self.timeouts(&fields);
        let display_name = self.display_name(&fields);
        let (session, disconnect, idle) = timeouts?;
        Some(Fleet {
            entry: self.entry(item, &fields),
            image: image?,
            fleet_type: fleet_type?,
            instance: instance?,
            capacity: Capacity::Fixed(capacity?),
            sessions_per_instance: None,
            view: view?,
            power: power?,
            session,
            disconnect,
            idle,
            network: None,
            root_volume: None,
            imds_v1: None,
            role: None,
            usb: Vec::new(),
            display_name,
            description: None,
        })
    }

    fn capacity(&mut self, item: &Item<'_>) -> Option<u64> {
        if matches!(item.node.value, Value::Map(_)) {
            self.report(
                Diagnostic::error(
                    "not-yet",
                    format!(
                        "`{}` with a range is not in this version: there is no auto scaling yet",
                        item.path
                    ),
                )
                .at(item.place())
                .help("Write one number, such as `capacity: 2`."),
            );
            return None;
        }
        self.number(item, limits::CAPACITY)
    }

    /// `on` or `off`, or the booleans that formatters make of them.
    fn power(&mut self, item: &Item<'_>) -> Option<bool> {
        match item.node.value {
            Value::Bool(power) => Some(power),
            Value::Null | Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => {
                self.choice(item, &[("on", true), ("off", false)], &[])
            }
        }
    }

    fn timeouts(&mut self, fields: &Fields<'_>) -> Option<(u64, u64, u64)> {
        let Some(item) = fields.get("timeouts") else {
            return Some((SESSION, AWAY, AWAY));
        };
        let fields = self.fields(&item, &["session", "disconnect", "idle"], &[])?;
        let session = match fields.get("session") {
            Some(item) => self.minutes(&item, limits::FLEET_SESSION, None),
            None => Some(SESSION),
        };
        let disconnect = match fields.get("disconnect") {
            Some(item) => self.minutes(&item, limits::FLEET_DISCONNECT, None),
            None => Some(AWAY),
        };
        let idle = match fields.get("idle") {
            Some(item) => self.minutes(&item, limits::FLEET_IDLE, Some(0)),
            None => Some(AWAY),
        };
        Some((session?, disconnect?, idle?))
    }

    /// A duration of whole minutes. Assumption: appstream-minutes: field reports say that AppStream rounds to
    /// minutes, which would show as drift for ever.
    fn minutes(
        &mut self,
        item: &Item<'_>,
        range: std::ops::RangeInclusive<u64>,
        also: Option<u64>,
    ) -> Option<u64> {
        let duration = self.duration(item, range, also)?;
        if !duration.value.is_multiple_of(60) {
            let rounded = duration.value.next_multiple_of(60);
            self.report(
                Diagnostic::error(
                    "bad-value",
                    format!("`{}` is not a whole number of minutes", item.path),
                )
                .at(duration.place)
                .help(format!(
                    "AppStream rounds to minutes. Write `{}: {}`.",
                    item.key,
                    duration_text(rounded)
                ))
                .note("assumption appstream-minutes: seen in the field, not documented"),
            );
            return None;
        }
        Some(duration.value)
    }
}
