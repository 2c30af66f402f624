//! From things that were found to states that can be taken down.

use std::collections::{BTreeMap, BTreeSet};

use headset_blueprint::model::Waits;
use headset_core::Address;
use headset_kinds::discovery::Found;
use headset_kinds::regions::{Identity, Regions};
use headset_kinds::{Service, registry, tag};

use super::model::{Ground, Key, Known, Orphan, Query, thing};
use crate::destroy::{Leftover, Stays};
use crate::plan::claim::Maker;
use crate::state::{LocalStore, Origin, Places, Record, State};

/// The environments of one lineage: one for each state that is here, and for what is in regions that no state knows, as
/// many as it takes, since a state has one region for each service.
pub(super) fn claim(
    query: &Query<'_>,
    ground: &Ground,
    key: &Key,
    mut known: Vec<Known>,
    found: Vec<Found>,
    withheld: &mut Vec<Leftover>,
) -> Vec<Orphan> {
    let Key {
        environment: name,
        lineage,
    } = key;
    let maker = Maker {
        environment: name,
        account: &ground.caller.account,
        blueprint: query
            .blueprint
            .map(|session| (&session.design, session.cloud.regions())),
    };
    let is_new = known.is_empty();
    let was_empty: Vec<bool> = known.iter().map(|(_, state)| !state.holds_anything()).collect();
    let mut homeless = Vec::new();
    let mut guarded = BTreeSet::new();
    let mut order = Order::default();
    for found in found {
        let at = known.iter().find_map(|(_, state)| address_in(state, &found));
        if let Some(at) = at {
            order.is_at(&maker, &found, &at);
            continue;
        }
        if known.iter().any(|(_, state)| knows(state, &found)) {
            continue;
        }
        if let Err(why) = maker.would_make(&found) {
            withheld.push(Leftover {
                what: thing(&found),
                why: Stays::Unclaimed(why),
            });
            continue;
        }
        let is_guarded = maker.protects(&found);
        match known
            .iter()
            .position(|(_, state)| is_in(&found, &state.regions()))
        {
            Some(index) => {
                // An environment that state knows is not protected because of what state does not know of it; what its
                // blueprint protects is.
                let decides = was_empty[index] || query.blueprint.is_some();
                // What state has depends on it by the address that the blueprint gives it.
                let drawn = maker.drawn(&found).filter(|_| !was_empty[index]);
                let state = &mut known[index].1;
                let free = drawn.filter(|(address, _)| !state.resources.contains_key(*address));
                let address = free.map_or(&found.address, |(address, _)| address).clone();
                let address = take_in(state, &found, address, decides && is_guarded);
                order.takes(&maker, &found, &address);
                guarded.extend(is_guarded.then_some(address));
            }
            None => homeless.push(found),
        }
    }
    let identity = match known.first().and_then(|(_, state)| state.places.as_ref()) {
        Some(places) => places.identity.clone(),
        None => ground.cloud.identity().clone(),
    };
    let default = match known.first() {
        Some((_, state)) => state.regions(),
        None => ground.cloud.regions().clone(),
    };
    for (regions, things) in by_regions(homeless, &default) {
        let mut state = State::new(name, &ground.caller.account, &regions.connect, lineage.clone());
        state.expires = things
            .iter()
            .find_map(|found| found.tags.get(tag::EXPIRES).cloned());
        state.places = Some(Places {
            regions: regions.clone(),
            identity: identity.clone(),
        });
        // Tags tell nothing of what carries none.
        state.partial = true;
        for found in things {
            let is_guarded = maker.protects(&found);
            let address = take_in(&mut state, &found, found.address.clone(), is_new && is_guarded);
            order.takes(&maker, &found, &address);
            guarded.extend(is_guarded.then_some(address));
        }
        let store = free_store(ground, &state, &regions);
        known.push((store, state));
    }
    for (_, state) in &mut known {
        order.put_into(state);
    }
    known
        .into_iter()
        .filter(|(_, state)| state.holds_anything())
        .map(|(store, state)| Orphan {
            partition: ground.caller.partition.clone(),
            places: state.places.clone().unwrap_or_else(|| Places {
                regions: state.regions(),
                identity: Identity::Same,
            }),
            is_guarded: state
                .resources
                .iter()
                .any(|(address, record)| record.protect && guarded.contains(address)),
            is_remembered: !state.partial,
            store,
            state,
        })
        .collect()
}

/// What the things that were taken in come after, by the addresses at which they are in state: a search calls them as AWS
/// does, and the blueprint by its keys.
#[derive(Default)]
struct Order {
    /// The addresses in state, by the other names of what is there.
    aliases: BTreeMap<Address, BTreeSet<Address>>,
    /// What was taken in, with what the blueprint says it comes after.
    taken: BTreeMap<Address, Vec<Address>>,
}

impl Order {
    /// Notes at which address a thing is.
    fn is_at(&mut self, maker: &Maker<'_>, found: &Found, at: &Address) {
        let drawn = maker.drawn(found).map(|(address, _)| address);
        for name in [Some(&found.address), drawn].into_iter().flatten() {
            self.aliases.entry(name.clone()).or_default().insert(at.clone());
        }
    }

    /// Notes at which address a thing was taken in.
    fn takes(&mut self, maker: &Maker<'_>, found: &Found, at: &Address) {
        self.is_at(maker, found, at);
        let after = maker.drawn(found).map(|(_, after)| after);
        self.taken.insert(at.clone(), after.unwrap_or_default());
    }

    /// Orders what was taken into this state.
    fn put_into(&self, state: &mut State) {
        for (address, drawn) in &self.taken {
            let Some(record) = state.resources.get_mut(address) else {
                continue;
            };
            let named = record.after.iter().chain(drawn);
            let after: BTreeSet<Address> = named
                .flat_map(|name| self.aliases.get(name).into_iter().flatten().chain([name]))
                .filter(|one| *one != address)
                .cloned()
                .collect();
            record.after = after.into_iter().collect();
        }
    }
}

/// Whether an environment in these regions can have a thing.
fn is_in(found: &Found, regions: &Regions) -> bool {
    let service = registry::kind(found.address.kind).service();
    match (&found.region, service) {
        (Some(region), Some(service)) => region == service.region(regions),
        (None, _) | (_, None) => true,
    }
}

/// At which address state has a thing.
fn address_in(state: &State, found: &Found) -> Option<Address> {
    let is_it = |address: &Address, record: &Record| {
        address.kind == found.address.kind && record.id == found.id && is_in(found, &state.regions())
    };
    let mut records = state.resources.iter();
    records.find_map(|(address, record)| is_it(address, record).then(|| address.clone()))
}

/// Whether state has a thing already, or a call that may have made it.
pub(super) fn knows(state: &State, found: &Found) -> bool {
    let is_same_kind = |address: &Address| address.kind == found.address.kind;
    let called_by = registry::kind(found.address.kind).called_by();
    let is_begun = |spec: &serde_json::Value| {
        let name = spec.get(called_by);
        name.is_some_and(|name| *name == found.address.key)
    };
    is_in(found, &state.regions())
        && (state
            .resources
            .iter()
            .chain(state.deposed.iter().map(|(address, record)| (address, record)))
            .any(|(address, record)| is_same_kind(address) && record.id == found.id)
            || state
                .intents
                .iter()
                .any(|(address, intent)| is_same_kind(address) && is_begun(&intent.spec)))
}

/// Parts things so that in each part every service is in one region.
fn by_regions(found: Vec<Found>, default: &Regions) -> Vec<(Regions, Vec<Found>)> {
    let mut places: BTreeMap<Service, BTreeSet<String>> = BTreeMap::new();
    let place = |one: &Found| Some((registry::kind(one.address.kind).service()?, one.region.clone()?));
    for (service, region) in found.iter().filter_map(place) {
        places.entry(service).or_default().insert(region);
    }
    let places: BTreeMap<Service, Vec<String>> = places
        .into_iter()
        .map(|(service, regions)| (service, regions.into_iter().collect()))
        .collect();
    let parts = places.values().map(Vec::len).max().unwrap_or_default();
    let part_of = |one: &Found| -> usize {
        let at =
            place(one).and_then(|(service, region)| places[&service].iter().position(|at| *at == region));
        at.unwrap_or_default()
    };
    let in_part = |service: Service, part: usize| {
        let places = places.get(&service);
        let place = places.and_then(|places| places.get(part).or(places.first()));
        place.map_or_else(|| service.region(default).to_owned(), Clone::clone)
    };
    let count = if found.is_empty() { 0 } else { parts.max(1) };
    let mut split: Vec<(Regions, Vec<Found>)> = (0..count)
        .map(|part| {
            let regions = Regions {
                connect: in_part(Service::Connect, part),
                s3: in_part(Service::S3, part),
                appstream: in_part(Service::AppStream, part),
                identity_center: default.identity_center.clone(),
            };
            (regions, Vec::new())
        })
        .collect();
    for one in found {
        let part = part_of(&one);
        split[part].1.push(one);
    }
    split
}

/// Where a state that is made from tags can be kept: an environment of the same name that was made anew keeps its own.
fn free_store(ground: &Ground, state: &State, regions: &Regions) -> LocalStore {
    let short: String = state.lineage.chars().take(8).collect();
    let suffixes = [
        String::new(),
        format!(".{short}"),
        format!(".{short}-{}", regions.appstream),
        format!(".{short}-{}-{}", regions.appstream, regions.s3),
    ];
    let at = |suffix: &str| {
        let scope = format!("{}{suffix}", ground.scope);
        let (environment, account) = (&state.environment, &ground.caller.account);
        match &ground.shared {
            None => LocalStore::of(&ground.root, environment, account, &regions.connect, &scope),
            Some(shared) => shared.store(&ground.root, environment, account, &regions.connect, &scope),
        }
    };
    let is_free = |store: &LocalStore| match store.read() {
        Ok(None) => true,
        Ok(Some(known)) => known.lineage == state.lineage && known.places == state.places,
        Err(_) => false,
    };
    suffixes
        .iter()
        .map(|suffix| at(suffix))
        .find(is_free)
        .unwrap_or_else(|| at(&format!(".{}", state.lineage)))
}

/// Adds what state does not know, at this address or beside what is there. Gives the address at which it is then.
fn take_in(state: &mut State, found: &Found, mut address: Address, protect: bool) -> Address {
    if state.resources.contains_key(&address) {
        // The blueprint's own key for another thing.
        address.key = format!("{} ({})", address.key, found.id);
    }
    let record = Record {
        id: found.id.clone(),
        origin: Origin::Created,
        spec: found.spec.clone(),
        outputs: BTreeMap::new(),
        protect,
        after: found.after.clone(),
        waits: Waits::default(),
        as_found: true,
    };
    state.resources.insert(address.clone(), record);
    address
}
