//! AppStream 2.0: image builders, images, fleets, stacks, and who streams from them.
//!
//! Nothing here happens at once: builders boot, images are snapshotted, fleets start and gather capacity.
//! Each such change is a due time in the [`Store`] which [`Service::tick`] applies on the virtual clock.
//! What a person does inside a builder's or an agent's session (there is no API for it) is in [`console`].

mod account;
mod app_block;
mod application;
mod assistant;
mod association;
mod calls;
mod capacity;
mod capture;
mod concurrent_change;
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
#[cfg(test)]
mod quirk_tests;
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

pub(crate) use calls::AppStream;
use std::collections::BTreeMap;

use serde_json::Value;

use super::{Answer, Call};
use crate::clock::Moment;
use crate::world::appstream::AssistantOutput;
pub(crate) use crate::world::appstream::Store;
use crate::world::{Settings, World};
use account::Place;
pub(crate) use console::console;

impl Store {
    /// What AWS has there from the beginning: its public images.
    pub fn initial(_settings: &Settings, _now: Moment) -> Store {
        Store {
            public_images: public_image::all(),
            places: BTreeMap::new(),
            downloads: BTreeMap::new(),
            assistant: AssistantOutput::default(),
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
    fn existing_place(&self, account: &str, region: &str) -> Option<&Place> {
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

/// An answer with one member.
fn answer(member: &str, value: Value) -> Answer {
    let mut output = serde_json::Map::new();
    output.insert(member.to_owned(), value);
    Answer::of(Value::Object(output))
}
