//! Builders, images, fleets, stacks, users of the pool, and what the account needs for them.

mod account;
mod fields;
mod fleet;
mod image;
mod network;
mod room;
mod scripts;
mod stack;
#[cfg(test)]
mod tests;
mod user;

use crate::draft::DesignDraft;
use headset_blueprint::model::{AppstreamSection, Linked, Source};
use headset_kinds::appstream::{FleetSpec, ImageSpec, StackSpec};
use headset_kinds::spec::Existing;
use headset_kinds::{Address, KindId, Text};

pub(super) fn declare(draft: &mut DesignDraft<'_>, section: &AppstreamSection) {
    account::declare(draft, section);
    room::check(draft, section);
    network::endpoints(draft, section);
    let mut readers = Vec::new();
    for (key, image) in &section.images {
        match image {
            Source::Ours(image) => readers.extend(image::declare(draft, section, key, image)),
            Source::Existing(one) => existing(draft, ImageSpec::KIND, key, one),
        }
    }
    scripts::bucket_of(draft, &readers, &section.place);
    for (key, fleet) in &section.fleets {
        match fleet {
            Source::Ours(fleet) => fleet::declare(draft, section, key, fleet),
            Source::Existing(one) => existing(draft, FleetSpec::KIND, key, one),
        }
    }
    for (key, stack) in &section.stacks {
        match stack {
            Source::Ours(stack) => stack::declare(draft, section, key, stack),
            Source::Existing(one) => existing(draft, StackSpec::KIND, key, one),
        }
    }
    for (name, user) in &section.users {
        user::declare(draft, name, user);
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
            draft.output(&format!("{noun}_{key}"), Text::after(&address, "name"));
        }
    }
}

fn existing(draft: &mut DesignDraft<'_>, kind: KindId, key: &str, one: &Linked) {
    let address = Address::new(kind, key);
    draft.existing(&address, &Existing::called(&one.name.value), &one.name.place);
    draft.lists(&address, one.owned);
}
