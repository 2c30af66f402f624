//! Builders, images, fleets, stacks, users of the pool, and what the account needs for them.

mod account;
mod fields;
mod fleet;
mod image;
mod stack;
#[cfg(test)]
mod tests;
mod user;

use crate::drawing::Drawing;
use headset_blueprint::model::{AppstreamSection, At, Source};
use headset_kinds::appstream::{FleetSpec, ImageSpec, StackSpec};
use headset_kinds::spec::Existing;
use headset_kinds::{Address, Text};

pub(super) fn draw(drawing: &mut Drawing<'_>, section: &AppstreamSection) {
    account::draw(drawing, section);
    for (key, image) in &section.images {
        match image {
            Source::Ours(image) => image::draw(drawing, section, key, image),
            Source::Existing(name) => existing(drawing, ImageSpec::KIND, key, name),
        }
    }
    for (key, fleet) in &section.fleets {
        match fleet {
            Source::Ours(fleet) => fleet::draw(drawing, section, key, fleet),
            Source::Existing(name) => existing(drawing, FleetSpec::KIND, key, name),
        }
    }
    for (key, stack) in &section.stacks {
        match stack {
            Source::Ours(stack) => stack::draw(drawing, key, stack),
            Source::Existing(name) => existing(drawing, StackSpec::KIND, key, name),
        }
    }
    for (name, user) in &section.users {
        user::draw(drawing, name, user);
    }
    let sections = [
        (
            "image",
            ImageSpec::KIND,
            section.images.keys().collect::<Vec<_>>(),
        ),
        ("fleet", FleetSpec::KIND, section.fleets.keys().collect()),
        ("stack", StackSpec::KIND, section.stacks.keys().collect()),
    ];
    for (noun, kind, keys) in sections {
        for key in keys {
            let address = Address::new(kind, key);
            drawing.output(&format!("{noun}_{key}"), Text::after(&address, "name"));
        }
    }
}

fn existing(drawing: &mut Drawing<'_>, kind: &str, key: &str, name: &At<String>) {
    drawing.existing(
        &Address::new(kind, key),
        &Existing::called(&name.value),
        &name.place,
    );
}
