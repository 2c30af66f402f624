//! The entries of a blueprint that can get another key without what they ask for becoming another thing.

use std::collections::BTreeMap;

use crate::context::FirstKeys;
use headset_blueprint::model::{Blueprint, ImageOrigin, Source};
use headset_kinds::appstream::{FleetSpec, ImageSpec, StackSpec};
use headset_kinds::{Address, KindId};

/// The kinds whose keys are those of entries, and can be changed without the thing becoming another.
pub const ENTRIES: [KindId; 3] = [ImageSpec::KIND, FleetSpec::KIND, StackSpec::KIND];

/// The first keys that no two entries would have in common: an entry that was made under a key which another entry has
/// now goes by its own.
pub(crate) fn without_doubles(blueprint: &Blueprint, first: &FirstKeys) -> FirstKeys {
    let mut first = first.clone();
    // Of an image that is only linked to nothing is made; a stack's sign-in is ours wherever the stack lives.
    let is_ours = |address: &Address| {
        let section = blueprint.appstream.as_ref();
        let image = section.and_then(|section| section.images.get(&address.key));
        let is_made = |origin: &ImageOrigin| {
            matches!(
                origin,
                ImageOrigin::Built(_)
                    | ImageOrigin::Copied(_)
                    | ImageOrigin::Imported(_)
                    | ImageOrigin::Updated(_)
            )
        };
        address.kind != ENTRIES[0] || matches!(image, Some(Source::Ours(image)) if is_made(&image.origin))
    };
    let entries: Vec<Address> = entries(blueprint).into_iter().filter(is_ours).collect();
    first.retain(|address, _| entries.contains(address));
    loop {
        let mut users: BTreeMap<(KindId, &str), Vec<&Address>> = BTreeMap::new();
        for address in &entries {
            let key = first.get(address).unwrap_or(&address.key);
            users.entry((address.kind, key)).or_default().push(address);
        }
        let doubled: Vec<Address> = users
            .into_values()
            .filter(|users| users.len() > 1)
            .flatten()
            .filter(|address| first.contains_key(*address))
            .cloned()
            .collect();
        if doubled.is_empty() {
            return first;
        }
        for address in doubled {
            first.remove(&address);
        }
    }
}

/// The entries that can get another key.
pub fn entries(blueprint: &Blueprint) -> Vec<Address> {
    let Some(section) = &blueprint.appstream else {
        return Vec::new();
    };
    let images = section.images.keys().map(|key| Address::new(ENTRIES[0], key));
    let fleets = section.fleets.keys().map(|key| Address::new(ENTRIES[1], key));
    let stacks = section.stacks.keys().map(|key| Address::new(ENTRIES[2], key));
    images.chain(fleets).chain(stacks).collect()
}

/// The same blueprint with another key for one entry, everywhere. Users have no other key than their name.
pub fn rekeyed(blueprint: &Blueprint, entry: &Address, key: &str) -> Blueprint {
    fn rename<T>(map: &mut BTreeMap<String, T>, from: &str, to: &str) {
        if let Some(value) = map.remove(from) {
            map.insert(to.to_owned(), value);
        }
    }
    let mut blueprint = blueprint.clone();
    let before = entry.key.as_str();
    let Some(section) = &mut blueprint.appstream else {
        return blueprint;
    };
    let refer = |name: &mut String| {
        if name == before {
            key.clone_into(name);
        }
    };
    match entry.kind {
        ImageSpec::KIND => {
            rename(&mut section.images, before, key);
            for fleet in section.fleets.values_mut() {
                if let Source::Ours(fleet) = fleet {
                    refer(&mut fleet.image.value);
                }
            }
        }
        FleetSpec::KIND => {
            rename(&mut section.fleets, before, key);
            for stack in section.stacks.values_mut() {
                if let Source::Ours(stack) = stack {
                    refer(&mut stack.fleet.value);
                }
            }
        }
        StackSpec::KIND => {
            rename(&mut section.stacks, before, key);
            for user in section.users.values_mut() {
                user.stacks.iter_mut().for_each(|stack| refer(&mut stack.value));
            }
            let sign_in = blueprint.sign_in.as_mut();
            if let Some(desktops) = sign_in.and_then(|sign_in| sign_in.appstream.as_mut()) {
                rename(&mut desktops.stacks, before, key);
            }
        }
        _ => {}
    }
    blueprint
}
