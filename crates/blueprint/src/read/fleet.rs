//! An entry of `appstream.fleets`.

use super::item::{Fields, Item};
use super::reader::Reader;
use crate::limits::{INSTANCE_TYPES, STREAM_INSTANCE};
use crate::model::{At, Fleet, FleetType, View};
use crate::nearest::nearest;
use crate::node::Value;
use headset_core::diagnostic::Diagnostic;

/// Twelve hours, then a quarter of one, in seconds.
const SESSION: u64 = 43200;
const AWAY: u64 = 900;

impl Reader<'_> {
    pub(super) fn fleet(&mut self, item: &Item<'_>) -> Option<Fleet> {
        let fields = self.fields(item)?;
        let image = fields
            .get("image")
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
        let instance = fields.get("instance").and_then(|item| self.instance_type(&item));
        let capacity = fields.get("capacity").and_then(|item| self.capacity(&item));
        let sessions_per_instance = match fields.get("sessions_per_instance") {
            Some(item) => self.number(&item).map(|value| {
                Some(At {
                    value,
                    place: item.place(),
                })
            }),
            None => Some(None),
        };
        let views = [("desktop", View::Desktop), ("app", View::App)];
        let view = self.choice_or(fields.get("view"), &views, View::App);
        let power = match fields.get("power") {
            Some(item) => self.power(&item),
            None => Some(true),
        };
        let timeouts = self.session_timeouts(item, &fields);
        let network = self.own_network(&fields);
        let root_volume = self.optional_number(fields.get("root_volume"));
        let imds_v1 = fields.get("imds_v1").and_then(|item| self.boolean(&item));
        let role = self.optional(fields.get("role"));
        let usb = self.texts_or_none(fields.get("usb"));
        let display_name = self.label(&fields, "display_name");
        let description = self.label(&fields, "description");
        let entry = self.entry(item, &fields);
        let (session, disconnect, idle) = timeouts?;
        Some(Fleet {
            entry,
            image: image?,
            fleet_type: fleet_type?,
            instance: instance?,
            capacity: capacity?,
            sessions_per_instance: sessions_per_instance?,
            view: view?,
            power: power?,
            session,
            disconnect,
            idle,
            network: network?,
            root_volume: root_volume?,
            imds_v1,
            role: role?,
            usb: usb?,
            display_name,
            description,
        })
    }

    /// An instance type. One of a possible shape that this version does not know may be new.
    pub(super) fn instance_type(&mut self, item: &Item<'_>) -> Option<At<String>> {
        let text = self.any_text(item)?;
        let known: Vec<String> = INSTANCE_TYPES
            .iter()
            .flat_map(|(family, sizes)| sizes.iter().map(move |size| format!("{family}.{size}")))
            .collect();
        if known.contains(&text.value) {
            return Some(text);
        }
        let near = nearest(&text.value, known.iter().map(String::as_str));
        let near = near.map_or_else(String::new, |near| format!("Did you mean `{near}`? "));
        if !STREAM_INSTANCE.accepts(&text.value) {
            let help = format!("{near}It must be {}.", STREAM_INSTANCE.rule);
            self.bad_value(&item.path, &text.value, text.place, &help);
            return None;
        }
        let message = format!(
            "AppStream had no instance type `{}` when this version was made",
            text.value
        );
        self.report(
            Diagnostic::warning("unknown-instance-type", message)
                .at(text.place.clone())
                .help(format!(
                    "{near}A new one is passed on to AWS as it is; AWS refuses others when the fleet is made."
                )),
        );
        Some(text)
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

    /// How long sessions last; the same map says how long operations may take.
    fn session_timeouts(&mut self, fleet: &Item<'_>, fields: &Fields<'_>) -> Option<(u64, u64, At<u64>)> {
        // AppStream takes no sound for activity (CreateFleet, IdleDisconnectTimeoutInSeconds), so that an agent who
        // only talks is idle.
        let idle = At {
            value: if self.outline.connect { 0 } else { AWAY },
            place: fleet.place(),
        };
        let Some(item) = fields.get("timeouts") else {
            return Some((SESSION, AWAY, idle));
        };
        // What is wrong with the map itself is reported where the waits are read.
        let fields = self.quietly(|reader| reader.fields(&item))?;
        let session = self.duration_or(fields.get("session"), SESSION);
        let disconnect = self.duration_or(fields.get("disconnect"), AWAY);
        let idle = match fields.get("idle") {
            Some(item) => self.duration(&item),
            None => Some(idle),
        };
        Some((session?, disconnect?, idle?))
    }
}
