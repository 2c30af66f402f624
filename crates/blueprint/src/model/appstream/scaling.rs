//! `capacity` of a fleet: a number, or limits between which it moves.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::at::At;
use crate::declare::Value as _;
use crate::limits;
use crate::node::shortened;
use crate::reader::{Fields, Item, Reader};
use crate::schedule::{Mistake, Schedule, zone};
use crate::table::{Between, Shape, rule};
use headset_core::diagnostic::{Diagnostic, Place};
use headset_derive::Section;
use headset_kinds as kinds;

/// `appstream.fleets.*.capacity`: instances, or sessions of a multi-session fleet.
#[derive(Clone, Debug, PartialEq)]
pub enum Capacity {
    /// A number: auto scaling does not exist.
    Fixed(u64),
    /// A range: capacity belongs to Application Auto Scaling.
    Scaled(Scaling),
}

/// What `capacity` looks like.
pub(super) const fn capacity_shape() -> Shape {
    const SHAPES: &[Shape] = &[Shape::number(&limits::CAPACITY, "instances"), Scaling::SHAPE];
    Shape::Either(SHAPES)
}

/// A number, or a map of limits.
pub(super) fn capacity(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Capacity> {
    if item.is_map() {
        Scaling::read(reader, item).map(Capacity::Scaled)
    } else {
        reader.number(item).map(Capacity::Fixed)
    }
}

/// A capacity that follows demand and the clock.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(
    rules(
        rule(
            Between::AnyOf(&["target", "schedule"]),
            "Without either, nothing would ever change the capacity: write a number, or add `target: 75`.",
        ),
        rule(
            Between::Needs("cooldown", &["target"]),
            "Only steps towards a target have a cooldown.",
        ),
        rule(
            Between::Needs("scale_in", &["target"]),
            "Only a target takes capacity away.",
        ),
    ),
    check = Scaling::check
)]
pub struct Scaling {
    /// Where it stands.
    #[key(place)]
    pub place: Place,
    /// The fewest.
    #[key(number = limits::CAPACITY, unit = "instances", example = "2", to(kinds::autoscaling::FleetScalingSpec::MIN))]
    pub min: u64,
    /// The most.
    #[key(number = limits::CAPACITY, unit = "instances", example = "20", to(kinds::autoscaling::FleetScalingSpec::MAX))]
    pub max: u64,
    /// The share of capacity that is meant to be in use: more is added above it, some is taken away below.
    #[key(
        number = limits::TARGET,
        unit = "percent",
        example = "75",
        otherwise = "no target: the schedule alone decides",
        to(kinds::autoscaling::FleetScalingSpec::TARGET)
    )]
    pub target: Option<u64>,
    /// How long to wait between two steps towards the target.
    #[key(absent, example = "{ in: 5m, out: 5m }", otherwise = "AWS's own")]
    pub cooldown: Cooldown,
    /// Whether the target also takes capacity away.
    #[key(
        default = "true",
        example = "false",
        to(kinds::autoscaling::FleetScalingSpec::SCALE_IN)
    )]
    pub scale_in: bool,
    /// Other limits from a certain time on, by name: shifts.
    #[key(
        entries = "a shift",
        names = limits::ENTRY_KEY,
        count = (1, 100),
        hint = "Write `schedule: { mornings: { at: \"cron(0 8 ? * MON-FRI *)\", min: 10 } }`.",
        example = "{ mornings: { at: \"cron(0 8 ? * MON-FRI *)\", min: 10, max: 40 } }",
        to(kinds::autoscaling::FleetScalingSpec::SCHEDULE)
    )]
    pub schedule: BTreeMap<String, Shift>,
}

impl Scaling {
    #[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
    fn check(reader: &mut Reader<'_>, item: &Item<'_>, _: &Fields<'_>, scaling: Scaling) -> Option<Scaling> {
        ordered(reader, &item.path, scaling.min, scaling.max, item.place());
        for (name, shift) in &scaling.schedule {
            let path = format!("{}.schedule.{name}", item.path);
            // Where a shift leaves one of the limits as it is, the fleet's own is the likeliest one then.
            let (min, max) = (shift.min.unwrap_or(scaling.min), shift.max.unwrap_or(scaling.max));
            ordered(reader, &path, min, max, shift.place.clone());
        }
        Some(scaling)
    }
}

fn ordered(reader: &mut Reader<'_>, path: &str, min: u64, max: u64, place: Place) {
    if min > max {
        reader.report(
            Diagnostic::error(
                "bad-value",
                format!("`{path}` has a `min` of {min} and a `max` of {max}"),
            )
            .at(place)
            .help("The fewest cannot be more than the most: swap them."),
        );
    }
}

/// `capacity.cooldown`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Section)]
pub struct Cooldown {
    /// After taking away.
    #[key(
        name = "in",
        duration = limits::COOLDOWN,
        example = "5m",
        otherwise = "AWS's own",
        to(kinds::autoscaling::FleetScalingSpec::COOLDOWN_IN)
    )]
    pub after_removal: Option<Duration>,
    /// After adding.
    #[key(
        name = "out",
        duration = limits::COOLDOWN,
        example = "5m",
        otherwise = "AWS's own",
        to(kinds::autoscaling::FleetScalingSpec::COOLDOWN_OUT)
    )]
    pub after_addition: Option<Duration>,
}

/// An entry of `capacity.schedule`.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(rules(rule(
    Between::AnyOf(&["min", "max"]),
    "Say what changes at that time: `min`, `max` or both.",
)))]
pub struct Shift {
    /// Where the entry stands.
    #[key(place)]
    pub place: Place,
    /// When these limits begin to hold.
    #[key(pattern = limits::SCHEDULE, read = due, example = "\"cron(0 8 ? * MON-FRI *)\"")]
    pub at: At<String>,
    /// The time zone that `at` is in.
    #[key(pattern = limits::TIME_ZONE, read = time_zone, example = "Europe/London", otherwise = "`UTC`")]
    pub time_zone: Option<At<String>>,
    /// The fewest from then on.
    #[key(number = limits::CAPACITY, unit = "instances", example = "10", otherwise = "as it is")]
    pub min: Option<u64>,
    /// The most from then on.
    #[key(number = limits::CAPACITY, unit = "instances", example = "40", otherwise = "as it is")]
    pub max: Option<u64>,
}

/// When an action is due. What a schema can tell is a bad value, like that of any other key.
fn due(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<At<String>> {
    let text = reader.any_text(item)?;
    let is_shaped = limits::SCHEDULE.accepts(&text.value);
    match Schedule::read(&text.value) {
        Ok(_) if is_shaped => Some(text),
        Ok(_) => {
            let help = format!("It must be {}.", limits::SCHEDULE.rule);
            reader.bad_value(&item.path, &text.value, text.place, &help);
            None
        }
        Err(mistake) => {
            let code = if is_shaped { "bad-schedule" } else { "bad-value" };
            misunderstood(reader, code, item, &text, &mistake);
            None
        }
    }
}

/// A name of the IANA time zone database.
pub(in crate::model) fn time_zone(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<At<String>> {
    let text = reader.any_text(item)?;
    match zone::named(&text.value) {
        Ok(_) => {
            if let Some(remark) = zone::check_name(&text.value) {
                reader.report(
                    Diagnostic::warning("zone-alias", remark.what)
                        .at(text.place.clone())
                        .help(remark.help),
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
            misunderstood(reader, code, item, &text, &mistake);
            None
        }
    }
}

fn misunderstood(
    reader: &mut Reader<'_>,
    code: &'static str,
    item: &Item<'_>,
    text: &At<String>,
    mistake: &Mistake,
) {
    let message = format!(
        "`{}` cannot be `{}`: {}",
        item.path,
        shortened(&text.value),
        mistake.what
    );
    reader.report(
        Diagnostic::error(code, message)
            .at(text.place.clone())
            .help(mistake.help.clone()),
    );
}
