//! An entry of `appstream.fleets`.

use std::time::Duration;

use super::machine::{Machine, Network, OWN_NETWORK, instance_type, own_network};
use super::scaling::{Capacity, capacity, capacity_shape};
use crate::at::At;
use crate::entry::{self, Entry, Timeouts, Waits};
use crate::limits;
use crate::node::Value;
use crate::reader::{Fields, Item, Reader};
use crate::table::Shape;
use headset_derive::{Choice, Section};
use headset_kinds as kinds;

/// An entry of `appstream.fleets`.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(
    existing(kinds::appstream::FleetAssociationSpec::FLEET),
    later(domain = "Fleets join no domain in this version."),
    check = Fleet::waits
)]
pub struct Fleet {
    /// A key of `appstream.images`.
    #[key(
        reference = "images",
        example = "agent-desktop",
        to(kinds::appstream::FleetSpec::IMAGE)
    )]
    pub image: At<String>,
    /// When instances run: while they are used, or all the time (a session then starts at once).
    #[key(
        name = "type",
        default = "on-demand",
        example = "always-on",
        to(kinds::appstream::FleetSpec::FLEET_TYPE)
    )]
    pub fleet_type: FleetType,
    /// The instance type.
    #[key(
        pattern = limits::STREAM_INSTANCE,
        read = instance_type,
        example = "stream.standard.medium",
        to(kinds::appstream::FleetSpec::INSTANCE_TYPE)
    )]
    pub instance: At<String>,
    /// How many instances, or sessions where several share an instance: a number, or limits between which Application
    /// Auto Scaling decides.
    #[key(
        shape = capacity_shape(),
        read = capacity,
        example = "2",
        to(kinds::appstream::FleetSpec::DESIRED_INSTANCES, kinds::appstream::FleetSpec::DESIRED_SESSIONS)
    )]
    pub capacity: Capacity,
    /// How many sessions share an instance; `capacity` then counts sessions.
    #[key(
        number = limits::SESSIONS_PER_INSTANCE,
        unit = "sessions",
        example = "4",
        otherwise = "one session has an instance to itself",
        to(kinds::appstream::FleetSpec::SESSIONS_PER_INSTANCE)
    )]
    pub sessions_per_instance: Option<At<u64>>,
    /// What a session shows: a whole desktop, or single applications.
    #[key(default = "app", example = "desktop", to(kinds::appstream::FleetSpec::VIEW))]
    pub view: View,
    /// Whether the fleet runs; a stopped one costs nothing.
    #[key(
        shape = Shape::Either(&[Shape::Choice(&["on", "off"]), Shape::Boolean]),
        read = power,
        default = "on",
        example = "off",
        to(kinds::appstream::FleetSpec::POWER)
    )]
    pub power: bool,
    /// How a running fleet gets another image: while it runs, where each session keeps the old one until it ends, or with a
    /// stop, so that no two versions are in use.
    #[key(
        default = "live",
        example = "stop-start",
        to(kinds::appstream::FleetSpec::DRAIN)
    )]
    pub rollout: Rollout,
    /// How long sessions and operations may take.
    #[key(absent, example = "{ session: 12h }")]
    pub timeouts: FleetTimeouts,
    /// `network`, in place of `appstream.network`.
    #[key(from = own_network, keys(OWN_NETWORK))]
    pub network: Option<Network>,
    /// `root_volume` in GB; `None`: not owned.
    #[key(like = Machine, to(kinds::appstream::FleetSpec::ROOT_VOLUME))]
    pub root_volume: Option<u64>,
    /// `imds_v1`; `None`: not owned.
    #[key(like = Machine, to(kinds::appstream::FleetSpec::IMDS_V1))]
    pub imds_v1: Option<bool>,
    /// `role`.
    #[key(like = Machine, to(kinds::appstream::FleetSpec::ROLE))]
    pub role: Option<At<String>>,
    /// USB devices of the agent's machine that sessions may use, as AppStream's Windows client lists them.
    #[key(
        pattern = limits::USB_FILTER,
        count = (0, 100),
        example = "[\"Headset,046d,0a44,,,,1,0\"]",
        to(kinds::appstream::FleetSpec::USB)
    )]
    pub usb: Vec<At<String>>,
    /// `display_name`.
    #[key(like = Machine, to(kinds::appstream::FleetSpec::DISPLAY_NAME))]
    pub display_name: Option<String>,
    /// `description`.
    #[key(like = Machine, to(kinds::appstream::FleetSpec::DESCRIPTION))]
    pub description: Option<String>,
    /// The entry.
    #[key(
        from = entry::entry,
        keys(
            entry::name(&[kinds::appstream::FleetSpec::NAME]),
            entry::PROTECT,
            entry::tags(
                "Tags of the fleet, beside those of the blueprint.",
                &[kinds::appstream::FleetSpec::TAGS]
            ),
            entry::OWNED
        )
    )]
    pub entry: Entry,
}

impl Fleet {
    #[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
    fn waits(_: &mut Reader<'_>, _: &Item<'_>, _: &Fields<'_>, mut fleet: Fleet) -> Option<Fleet> {
        let FleetTimeouts {
            create,
            update,
            delete,
            ..
        } = fleet.timeouts;
        fleet.entry.waits = Waits::from(Timeouts {
            create,
            update,
            delete,
        });
        Some(fleet)
    }
}

/// `timeouts` of a fleet.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct FleetTimeouts {
    /// How long a session may last.
    #[key(minutes = limits::FLEET_SESSION, default = "12h", example = "12h", to(kinds::appstream::FleetSpec::SESSION))]
    pub session: Duration,
    /// How long a session waits for a user who was cut off.
    #[key(minutes = limits::FLEET_DISCONNECT, default = "15m", example = "15m", to(kinds::appstream::FleetSpec::DISCONNECT))]
    pub disconnect: Duration,
    /// After how long without keyboard and mouse a user is disconnected; 0 is never. Sound is no activity: a timeout
    /// cuts off agents who only talk.
    #[key(
        minutes = limits::FLEET_IDLE,
        also = 0,
        example = "15m",
        otherwise = "`0` with a `connect` section, else `15m`",
        fallback = idle,
        to(kinds::appstream::FleetSpec::IDLE)
    )]
    pub idle: At<Duration>,
    /// With `rollout: stop-start`, how long sessions have to end before the stop cuts them off.
    #[key(minutes = limits::DRAIN, also = 0, default = "30m", example = "1h", to(kinds::appstream::FleetSpec::DRAIN))]
    pub drain: Duration,
    /// `create`.
    #[key(like = Timeouts)]
    pub create: Option<Duration>,
    /// `update`.
    #[key(like = Timeouts)]
    pub update: Option<Duration>,
    /// `delete`.
    #[key(like = Timeouts)]
    pub delete: Option<Duration>,
}

/// Agents talk for longer than they type: with a contact center, sessions do not end by themselves.
fn idle(reader: &mut Reader<'_>, item: &Item<'_>) -> At<Duration> {
    let minutes = if reader.outline.connect { 0 } else { 15 };
    At {
        value: Duration::from_mins(minutes),
        place: item.place(),
    }
}

/// `appstream.fleets.*.type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
#[later("elastic" = "Write `type: on-demand`: elastic fleets have no image to build.")]
pub enum FleetType {
    /// While they are used, the default.
    OnDemand,
    /// All the time.
    AlwaysOn,
}

/// `appstream.fleets.*.rollout`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Rollout {
    /// While it runs, the default.
    Live,
    /// With a stop.
    StopStart,
}

/// `appstream.fleets.*.view`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum View {
    /// A whole desktop.
    Desktop,
    /// Single applications, AWS's default.
    App,
}

/// `on` or `off`, or the booleans that formatters make of them.
fn power(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<bool> {
    #[derive(Clone, Copy, Choice)]
    enum Power {
        On,
        Off,
    }
    match item.node.value {
        Value::Bool(power) => Some(power),
        Value::Null | Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => {
            let power: Power = reader.choice(item)?;
            Some(matches!(power, Power::On))
        }
    }
}
