//! Fleets, and how their capacity follows demand and the clock.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::account;
use super::fields::{network, owned_if_some};
use crate::drawing::Drawing;
use headset_blueprint::model::{
    AppstreamSection, Capacity, Fleet, FleetType, ImageOrigin, Scaling, Shift, Source, View,
};
use headset_kinds::{Address, Text};

pub(super) fn draw(drawing: &mut Drawing<'_>, section: &AppstreamSection, key: &str, fleet: &Fleet) {
    let image = Address::new("appstream.image", &fleet.image.value);
    let values = |list: &[headset_blueprint::model::At<String>]| -> Vec<String> {
        list.iter().map(|at| at.value.clone()).collect()
    };
    let mut spec = json!({
        "name": drawing.name(key, &fleet.entry),
        "image": Text::after(&image, image_output(section, &fleet.image.value)),
        "platform": Text::after(&image, "platform"),
        "fleet_type": match fleet.fleet_type {
            FleetType::OnDemand => "ON_DEMAND",
            FleetType::AlwaysOn => "ALWAYS_ON",
        },
        "instance_type": fleet.instance.value,
        "sessions_per_instance": fleet.sessions_per_instance.as_ref().map(|sessions| sessions.value),
        "view": match fleet.view {
            View::Desktop => "DESKTOP",
            View::App => "APP",
        },
        "power": if fleet.power { "on" } else { "off" },
        "session": fleet.timeouts.session.as_secs(),
        "disconnect": fleet.timeouts.disconnect.as_secs(),
        "idle": fleet.timeouts.idle.value.as_secs(),
        "role": fleet.role.as_ref().map(|role| &role.value),
        "usb": values(&fleet.usb),
        "tags": drawing.tags(&fleet.entry.tags),
    });
    match &fleet.capacity {
        Capacity::Fixed(number) if fleet.sessions_per_instance.is_some() => {
            spec["desired_sessions"] = json!(number);
        }
        Capacity::Fixed(number) => spec["desired_instances"] = json!(number),
        // From then on capacity is auto scaling's. Whether a fleet can be made without any is not documented.
        Capacity::Scaled(scaling) => spec["initial_capacity"] = json!(scaling.min.max(1)),
    }
    network(&mut spec, fleet.network.as_ref().unwrap_or(&section.network));
    owned_if_some(&mut spec, "root_volume", fleet.root_volume);
    owned_if_some(&mut spec, "imds_v1", fleet.imds_v1);
    owned_if_some(&mut spec, "display_name", fleet.display_name.as_deref());
    owned_if_some(&mut spec, "description", fleet.description.as_deref());
    let address = Address::new("appstream.fleet", key);
    drawing.entry(address.clone(), spec, &fleet.entry);
    drawing.after(&address, account::service_access(section));
    if let Capacity::Scaled(scaling) = &fleet.capacity {
        draw_scaling(drawing, section, key, fleet, scaling);
    }
}

/// By which output a fleet names its image: another account's image is only known by its ARN.
fn image_output(section: &AppstreamSection, key: &str) -> &'static str {
    match section.images.get(key) {
        Some(Source::Existing(name)) if name.value.starts_with("arn:") => "arn",
        Some(Source::Ours(image)) if matches!(image.origin, ImageOrigin::Shared(_)) => "arn",
        Some(Source::Existing(_) | Source::Ours(_)) | None => "name",
    }
}

fn draw_scaling(
    drawing: &mut Drawing<'_>,
    section: &AppstreamSection,
    key: &str,
    fleet: &Fleet,
    scaling: &Scaling,
) {
    let address = Address::new("autoscaling.fleet", key);
    let schedule: Map<String, Value> = scaling
        .schedule
        .iter()
        .map(|(name, entry)| (name.clone(), shift(entry)))
        .collect();
    let mut spec = json!({
        "fleet": Text::after(&Address::new("appstream.fleet", key), "name"),
        "min": scaling.min,
        "max": scaling.max,
        "target": scaling.target,
        "schedule": schedule,
        "suspended": { "scale_in": false, "scale_out": false, "schedule": false },
        "tags": drawing.tags(&fleet.entry.tags),
    });
    // Without a target there is no policy, and nothing that could have these.
    if scaling.target.is_some() {
        spec["scale_in"] = json!(scaling.scale_in);
        let seconds = |duration: Option<Duration>| duration.map(|duration| duration.as_secs());
        owned_if_some(&mut spec, "cooldown_in", seconds(scaling.cooldown.after_removal));
        owned_if_some(
            &mut spec,
            "cooldown_out",
            seconds(scaling.cooldown.after_addition),
        );
    }
    // Protecting the fleet does not bind its capacity: going back to a number has to stay possible.
    drawing.managed(address.clone(), spec, false, &scaling.place);
    drawing.after(&address, account::scaling(section));
}

fn shift(shift: &Shift) -> Value {
    let mut spec = json!({ "at": shift.at.value });
    owned_if_some(
        &mut spec,
        "time_zone",
        shift.time_zone.as_ref().map(|zone| &zone.value),
    );
    owned_if_some(&mut spec, "min", shift.min);
    owned_if_some(&mut spec, "max", shift.max);
    spec
}
