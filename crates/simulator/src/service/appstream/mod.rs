//! AppStream 2.0: image builders, images, fleets, stacks, and who streams from them.
//!
//! Nothing here happens at once: builders boot, images are snapshotted, fleets start and gather capacity.
//! Each such change is a due time in the [`Store`] which [`Service::tick`] applies on the virtual clock.
//! What a person does inside a builder's or an agent's session (there is no API for it) is in [`console`].

mod account;
mod app_block;
mod application;
mod association;
mod busy;
mod capacity;
#[cfg(test)]
mod coins;
mod console;
mod directory;
#[cfg(test)]
mod elastic;
mod entitlement;
mod export;
mod fault;
mod fleet;
mod image;
mod image_builder;
mod input;
mod instance_type;
#[cfg(test)]
mod limits;
mod network;
mod page;
mod public_image;
mod role;
mod session;
mod stack;
#[cfg(test)]
mod states;
mod tag;
#[cfg(test)]
mod testing;
mod theme;
mod unset;
mod usage_report;
mod user;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Answer, Call, Fault, Service};
use crate::clock::Moment;
use crate::world::{Settings, World};
use account::Place;
pub use console::console;
pub(in crate::service) use fleet::scaling;

/// What this service remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// AWS's own images, the same in every region.
    public_images: Vec<image::Image>,
    /// What customers made, by `account/region`.
    places: BTreeMap<String, Place>,
}

impl Store {
    /// What AWS has there before anybody did anything: its public images.
    pub fn initial(_settings: &Settings, _now: Moment) -> Store {
        Store {
            public_images: public_image::all(),
            places: BTreeMap::new(),
        }
    }

    /// AWS publishes an image, unless there is one of that name. `view` is a description of it.
    fn publish(&mut self, name: &str, view: &Value, now: Moment) {
        if !self.public_images.iter().any(|image| image.name == name) {
            self.public_images.push(public_image::described(name, view, now));
        }
    }

    /// The names of all public images.
    pub(crate) fn public_names(&self) -> Vec<String> {
        self.public_images
            .iter()
            .map(|image| image.name.clone())
            .collect()
    }

    /// What `account` has in `region`; made when first asked for.
    fn place(&mut self, account: &str, region: &str) -> &mut Place {
        self.places
            .entry(format!("{account}/{region}"))
            .or_insert_with(|| Place::new(account, region))
    }

    /// What `account` has in `region`, if it ever did anything there.
    fn look(&self, account: &str, region: &str) -> Option<&Place> {
        self.places.get(&format!("{account}/{region}"))
    }
}

/// The place that a call is about: its caller's account, in the region of its credential scope.
fn place<'world>(world: &'world mut World, call: &Call) -> &'world mut Place {
    world.appstream.place(&call.caller.account, &call.region)
}

/// When a thing made at `now` first shows up in Describe operations.
///
/// Quirk `appstream.slow-reads`. No source says that reads are consistent; by quirk they lag
/// two seconds behind; not those of stacks, which Terraform's provider reads right after it has made them. Operations
/// that name the thing (Start, Associate, Tag, ...) see it at once.
fn visible_from(world: &World, now: Moment) -> Moment {
    if world.quirk("appstream.slow-reads") {
        now.after(std::time::Duration::from_secs(2))
    } else {
        now
    }
}

/// The service.
#[derive(Debug)]
pub struct AppStream;

/// One operation: its name and what carries it out.
type Operation = (&'static str, fn(&mut World, &Call) -> Result<Answer, Fault>);

const OPERATIONS: &[Operation] = &[
    ("AssociateApplicationFleet", application::associate),
    ("AssociateApplicationToEntitlement", entitlement::associate),
    ("AssociateFleet", association::associate),
    ("BatchAssociateUserStack", user::batch_associate),
    ("BatchDisassociateUserStack", user::batch_disassociate),
    ("CopyImage", image::copy::copy),
    ("CreateAppBlock", app_block::create),
    ("CreateApplication", application::create),
    ("CreateDirectoryConfig", directory::create),
    ("CreateEntitlement", entitlement::create),
    ("CreateExportImageTask", export::create),
    ("CreateFleet", fleet::create::create),
    ("CreateImageBuilder", image_builder::create),
    ("CreateImageBuilderStreamingURL", image_builder::streaming_url),
    ("CreateImportedImage", image::copy::import),
    ("CreateStack", stack::create),
    ("CreateStreamingURL", session::streaming_url),
    ("CreateThemeForStack", theme::create),
    ("CreateUpdatedImage", image::copy::update),
    ("CreateUsageReportSubscription", usage_report::create),
    ("CreateUser", user::create),
    ("DeleteAppBlock", app_block::delete),
    ("DeleteApplication", application::delete),
    ("DeleteDirectoryConfig", directory::delete),
    ("DeleteEntitlement", entitlement::delete),
    ("DeleteFleet", fleet::delete),
    ("DeleteImage", image::delete),
    ("DeleteImageBuilder", image_builder::delete),
    ("DeleteImagePermissions", image::permission::delete),
    ("DeleteStack", stack::delete),
    ("DeleteThemeForStack", theme::delete),
    ("DeleteUsageReportSubscription", usage_report::delete),
    ("DeleteUser", user::delete),
    ("DescribeAppBlocks", app_block::describe),
    (
        "DescribeApplicationFleetAssociations",
        application::describe_associations,
    ),
    ("DescribeApplications", application::describe),
    ("DescribeDirectoryConfigs", directory::describe),
    ("DescribeEntitlements", entitlement::describe),
    ("DescribeFleets", fleet::describe),
    ("DescribeImageBuilders", image_builder::describe),
    ("DescribeImagePermissions", image::permission::describe),
    ("DescribeImages", image::describe),
    ("DescribeSessions", session::describe),
    ("DescribeStacks", stack::describe),
    ("DescribeThemeForStack", theme::describe),
    ("DescribeUsageReportSubscriptions", usage_report::describe),
    ("DescribeUserStackAssociations", user::describe_associations),
    ("DescribeUsers", user::describe),
    ("DisableUser", user::disable),
    ("DisassociateApplicationFleet", application::disassociate),
    (
        "DisassociateApplicationFromEntitlement",
        entitlement::disassociate,
    ),
    ("DisassociateFleet", association::disassociate),
    ("DrainSessionInstance", session::drain),
    ("EnableUser", user::enable),
    ("ExpireSession", session::expire),
    ("GetExportImageTask", export::get),
    ("ListAssociatedFleets", association::list_fleets),
    ("ListAssociatedStacks", association::list_stacks),
    ("ListEntitledApplications", entitlement::list),
    ("ListExportImageTasks", export::list),
    ("ListTagsForResource", tag::list),
    ("StartFleet", fleet::start),
    ("StartImageBuilder", image_builder::start),
    ("StopFleet", fleet::stop),
    ("StopImageBuilder", image_builder::stop),
    ("TagResource", tag::tag),
    ("UntagResource", tag::untag),
    ("UpdateApplication", application::update),
    ("UpdateDirectoryConfig", directory::update),
    ("UpdateEntitlement", entitlement::update),
    ("UpdateFleet", fleet::update::update),
    ("UpdateImageBuilder", image_builder::update),
    ("UpdateImagePermissions", image::permission::update),
    ("UpdateStack", stack::update),
    ("UpdateThemeForStack", theme::update),
];

const OPERATION_NAMES: [&str; OPERATIONS.len()] = {
    let mut names = [""; OPERATIONS.len()];
    let mut index = 0;
    while index < OPERATIONS.len() {
        names[index] = OPERATIONS[index].0;
        index += 1;
    }
    names
};

impl Service for AppStream {
    fn name(&self) -> &'static str {
        "appstream"
    }

    fn operations(&self) -> &'static [&'static str] {
        &OPERATION_NAMES
    }

    fn tick(&self, world: &mut World, now: Moment) {
        let lost = image::lost(world);
        // Taken out so that a fleet can be judged against the rest of the world (its role, the service role).
        let mut places = std::mem::take(&mut world.appstream.places);
        for (key, place) in &mut places {
            let lost = lost.get(key).map(Vec::as_slice).unwrap_or_default();
            image_builder::tick(world, place, now);
            image::tick(world, place, now);
            fleet::tick(world, place, lost, now);
            session::tick(place, now);
            export::tick(place, now);
            association::tick(place, now);
        }
        world.appstream.places = places;
    }

    fn call(&self, world: &mut World, call: &Call) -> Result<Answer, Fault> {
        let Some((_, run)) = OPERATIONS.iter().find(|(name, _)| *name == call.operation) else {
            return Err(Fault::not_implemented(self.name(), &call.operation));
        };
        busy::check(world, call)?;
        let changes = !busy::is_so_already(world, call);
        let answer = run(world, call)?;
        if changes {
            busy::note(world, call);
        }
        Ok(answer)
    }
}

/// An answer with one member.
fn answer(member: &str, value: Value) -> Answer {
    let mut output = serde_json::Map::new();
    output.insert(member.to_owned(), value);
    Answer::of(Value::Object(output))
}
