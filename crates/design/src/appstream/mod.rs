//! Builders, images, fleets, stacks, users of the pool, and what the account needs for them.

mod account;
mod fleet;
mod image;
mod stack;
#[cfg(test)]
mod tests;
mod user;

use serde_json::{Value, json};

use super::{Drawing, Mode};
use headset_blueprint::model::{AppstreamSection, At, Network, Source};
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

fn network(spec: &mut Value, network: &Network) {
    let values = |list: &[At<String>]| list.iter().map(|at| at.value.clone()).collect::<Vec<_>>();
    spec["subnets"] = json!(values(&network.subnets));
    spec["security_groups"] = json!(values(&network.security_groups));
    spec["internet"] = json!(network.default_internet_access);
}

/// Sets a field where the blueprint says something about it; otherwise it is not owned.
fn owned_if_some<T: serde::Serialize>(spec: &mut Value, field: &str, value: Option<T>) {
    if let Some(value) = value {
        spec[field] = json!(value);
    }
}
