//! Builders, images, fleets, stacks, users of the pool, and what the account needs for them.

mod account;
mod fields;
mod fleet;
mod image;
mod stack;
#[cfg(test)]
mod tests;
mod user;

use serde_json::{Value, json};

use crate::desired::Mode;
use crate::drawing::Drawing;
use headset_blueprint::model::{AppstreamSection, At, Source};
use headset_kinds::{Address, Text};

pub(super) fn draw(drawing: &mut Drawing<'_>, section: &AppstreamSection) {
    account::draw(drawing, section);
    for (key, image) in &section.images {
        match image {
            Source::Ours(image) => image::draw(drawing, section, key, image),
            Source::Existing(name) => existing(drawing, "appstream.image", key, name),
        }
    }
    for (key, fleet) in &section.fleets {
        match fleet {
            Source::Ours(fleet) => fleet::draw(drawing, section, key, fleet),
            Source::Existing(name) => existing(drawing, "appstream.fleet", key, name),
        }
    }
    for (key, stack) in &section.stacks {
        match stack {
            Source::Ours(stack) => stack::draw(drawing, key, stack),
            Source::Existing(name) => existing(drawing, "appstream.stack", key, name),
        }
    }
    for (name, user) in &section.users {
        user::draw(drawing, name, user);
    }
    let sections = [
        ("image", section.images.keys().collect::<Vec<_>>()),
        ("fleet", section.fleets.keys().collect()),
        ("stack", section.stacks.keys().collect()),
    ];
    for (noun, keys) in sections {
        for key in keys {
            let address = Address::new(format!("appstream.{noun}"), key);
            drawing.output(&format!("{noun}_{key}"), Text::after(&address, "name"));
        }
    }
}

fn existing(drawing: &mut Drawing<'_>, kind: &str, key: &str, name: &At<String>) {
    drawing.add(
        Address::new(kind, key),
        Mode::Existing,
        by_name(&name.value),
        false,
        &name.place,
    );
}

/// How something that exists is looked up: by ARN or by name.
fn by_name(name: &str) -> Value {
    if name.starts_with("arn:") {
        json!({ "arn": name })
    } else {
        json!({ "name": name })
    }
}
