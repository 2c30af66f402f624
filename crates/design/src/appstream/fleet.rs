//! Fleets, and how their capacity follows demand and the clock.

use super::account;
use super::fields::{number, value, values};
use super::network::{self, Own};
use crate::draft::DesignDraft;
use headset_blueprint::model::{
    AppstreamSection, Capacity, Fleet, FleetType, ImageOrigin, Internet, Rollout, Scaling, Shift, Source,
    View,
};
use headset_core::arn;
use headset_kinds::appstream::{FleetSpec, ImageSpec};
use headset_kinds::autoscaling::{self, FleetScalingSpec, Suspended};
use headset_kinds::output;
use headset_kinds::{Address, Text};

pub(super) fn declare(draft: &mut DesignDraft<'_>, section: &AppstreamSection, key: &str, fleet: &Fleet) {
    let image = Address::new(ImageSpec::KIND, &fleet.image.value);
    let first = draft.first_key(FleetSpec::KIND, key).to_owned();
    let own = fleet.network.as_ref().map(|network| Own {
        network,
        of: FleetSpec::KIND,
        key,
        first: &first,
    });
    let security_groups = network::groups(draft, section, own.as_ref());
    let network = fleet.network.as_ref().unwrap_or(&section.network);
    let is_shared = fleet.sessions_per_instance.is_some();
    let (mut desired_instances, mut desired_sessions, mut initial_capacity) = (None, None, None);
    let mut most_capacity = None;
    match &fleet.capacity {
        Capacity::Fixed(capacity) if is_shared => desired_sessions = Some(number(*capacity)),
        Capacity::Fixed(capacity) => desired_instances = Some(number(*capacity)),
        // From then on capacity is auto scaling's. Assumption: `appstream.capacity-at-creation`. Whether a fleet can be made
        // without any is not documented.
        Capacity::Scaled(scaling) => {
            initial_capacity = Some(number(scaling.min.max(1)));
            let shifts = scaling.schedule.values().filter_map(|shift| shift.max);
            most_capacity = shifts.chain([scaling.max]).max().map(number);
        }
    }
    let spec = FleetSpec {
        name: draft.name(key, &fleet.entry),
        image: Text::after(&image, image_output(section, &fleet.image.value)),
        platform: Some(Text::after(&image, output::PLATFORM)),
        fleet_type: match fleet.fleet_type {
            FleetType::OnDemand => "ON_DEMAND",
            FleetType::AlwaysOn => "ALWAYS_ON",
        }
        .to_owned(),
        instance_type: fleet.instance.value.clone(),
        desired_instances,
        desired_sessions,
        initial_capacity,
        most_capacity,
        sessions_per_instance: (fleet.sessions_per_instance.as_ref()).map(|sessions| number(sessions.value)),
        view: match fleet.view {
            View::Desktop => "DESKTOP",
            View::App => "APP",
        }
        .to_owned(),
        power: if fleet.power { "on" } else { "off" }.to_owned(),
        session: fleet.timeouts.session,
        disconnect: fleet.timeouts.disconnect,
        idle: fleet.timeouts.idle.value,
        subnets: values(&network.subnets),
        vpc: value(network.vpc.as_ref()),
        security_groups,
        internet: network.internet == Internet::Default,
        display_name: fleet.display_name.clone(),
        description: fleet.description.clone(),
        root_volume: fleet.root_volume.map(number),
        imds_v1: fleet.imds_v1,
        role: value(fleet.role.as_ref()),
        usb: values(&fleet.usb),
        drain: match fleet.rollout {
            Rollout::Live => None,
            Rollout::StopStart => u32::try_from(fleet.timeouts.drain.as_secs()).ok(),
        },
        tags: draft.tags(&fleet.entry.tags),
    };
    let address = draft.entry(key, &spec, &fleet.entry);
    draft.after(&address, account::service_access(section));
    if let Capacity::Scaled(scaling) = &fleet.capacity {
        draw_scaling(draft, section, key, fleet, scaling);
    }
}

/// By which output a fleet names its image: another account's image is only known by its ARN.
fn image_output(section: &AppstreamSection, key: &str) -> &'static str {
    match section.images.get(key) {
        Some(Source::Existing(one)) if arn::is_meant(&one.name.value) => output::ARN,
        Some(Source::Ours(image)) if matches!(image.origin, ImageOrigin::Shared(_)) => output::ARN,
        Some(Source::Existing(_) | Source::Ours(_)) | None => output::NAME,
    }
}

fn draw_scaling(
    draft: &mut DesignDraft<'_>,
    section: &AppstreamSection,
    key: &str,
    fleet: &Fleet,
    scaling: &Scaling,
) {
    let schedule = scaling.schedule.iter();
    // Without a target there is no policy, and nothing that could have these.
    let has_target = scaling.target.is_some();
    let spec = FleetScalingSpec {
        fleet: Text::after(&Address::new(FleetSpec::KIND, key), output::NAME),
        min: number(scaling.min),
        max: number(scaling.max),
        target: scaling.target.and_then(|percent| u32::try_from(percent).ok()),
        cooldown_in: scaling.cooldown.after_removal.filter(|_| has_target),
        cooldown_out: scaling.cooldown.after_addition.filter(|_| has_target),
        scale_in: has_target.then_some(scaling.scale_in),
        schedule: schedule
            .map(|(name, entry)| (name.clone(), shift(entry)))
            .collect(),
        suspended: Suspended::default(),
        tags: draft.tags(&fleet.entry.tags),
    };
    // Protecting the fleet does not bind its capacity: going back to a number has to stay possible.
    let address = draft.managed(key, &spec, false, &scaling.place);
    draft.after(&address, account::scaling(section));
}

fn shift(shift: &Shift) -> autoscaling::Shift {
    autoscaling::Shift {
        at: shift.at.value.clone(),
        time_zone: value(shift.time_zone.as_ref()),
        min: shift.min.map(number),
        max: shift.max.map(number),
        start: None,
        end: None,
    }
}
