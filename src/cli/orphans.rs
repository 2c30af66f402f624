//! Environments without their blueprints: from their state, and from the tags of what is there where state is lost.

use std::collections::{BTreeMap, BTreeSet};

use fs_err as fs;

use super::Global;
use super::environment::{Access, Environment, open_aws, scope, store, who_calls};
use super::exit::Failure;
use crate::aws::{Identity, Regions};
use crate::resource::discovery::{self, Found};
use crate::resource::tag;
use crate::state::{LocalStore, Origin, Places, Record, State};

/// Which environments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The one of this name.
    Named(String),
    /// Those whose lifetime is over.
    Expired,
}

/// What was found.
#[derive(Debug)]
pub(super) struct Orphans {
    /// The environments, each ready to be opened.
    pub(super) environments: Vec<Orphan>,
    /// What could not be searched, in words.
    pub(super) unread: Vec<String>,
}

/// One environment without a blueprint.
#[derive(Debug)]
pub(super) struct Orphan {
    access: Access,
    partition: String,
    places: Places,
    store: LocalStore,
    state: State,
}

impl Orphan {
    /// Opens it, in its own regions.
    pub(super) async fn open(self, global: &Global) -> Result<Environment, Failure> {
        let Places { regions, identity } = self.places;
        let access = Access {
            aws: self.access.aws.elsewhere(regions, identity),
            ..self.access
        };
        Ok(Environment::of_state(access, self.partition, self.store, self.state, global).await)
    }
}

/// Searches local state and then, by tags, the regions that are asked for, the configured one, and those of the
/// states that were found.
pub(super) async fn find(global: &Global, wanted: &Wanted, asked: &[String]) -> Result<Orphans, Failure> {
    let states = states(global)?;
    let named = |state: &State| match wanted {
        Wanted::Named(name) => state.environment == *name,
        Wanted::Expired => true,
    };
    let known = states.iter().map(|(_, state)| state).find(|state| named(state));
    let region = asked.first().or(known.map(|state| &state.region));
    let access = open_aws(global, region.map(String::as_str), Identity::Same, |region| {
        everything_in(region)
    })
    .await?;
    let (account, partition) = who_calls(&access.aws).await?;
    let now = access.aws.clock().now();
    let is_over = |expires: Option<&String>| {
        expires
            .and_then(|at| at.parse::<jiff::Timestamp>().ok())
            .is_some_and(|at| at < now)
    };
    let scope = scope(access.simulation.as_ref(), access.endpoint.as_deref());
    let here = |store: &LocalStore, state: &State| {
        let directory = format!("{}-{}{scope}", state.account, state.region);
        state.account == account
            && store.directory().file_name().is_some_and(|name| {
                let name = name.to_string_lossy();
                name == directory
                    || name
                        .strip_prefix(&directory)
                        .is_some_and(|rest| rest.starts_with('.'))
            })
    };
    let (mut chosen, mut others) = (BTreeMap::new(), BTreeSet::new());
    for (store, state) in states {
        if !here(&store, &state) {
            continue;
        }
        let is_wanted = match wanted {
            Wanted::Named(name) => state.environment == *name,
            Wanted::Expired => is_over(state.expires.as_ref()),
        };
        if is_wanted {
            chosen.insert(state.lineage.clone(), (store, state));
        } else {
            others.insert(state.lineage.clone());
        }
    }
    let mut search: BTreeSet<String> = asked.iter().cloned().collect();
    search.insert(access.aws.regions().connect.clone());
    for (_, state) in chosen.values() {
        if let Some(Places { regions, .. }) = &state.places {
            search.extend([regions.connect.clone(), regions.appstream.clone()]);
        }
    }
    let default = access.aws.regions().connect.clone();
    let mut searched = vec![(default.clone(), discovery::in_account(&access.aws).await)];
    for region in search {
        let aws = access.aws.elsewhere(everything_in(&region), Identity::Same);
        searched.push((region, discovery::in_region(&aws).await));
    }
    let (mut marked, mut unread) = (BTreeMap::<String, Vec<(String, Found)>>::new(), Vec::new());
    for (region, discovery) in searched {
        for (service, error) in discovery.unread {
            unread.push(format!("{service} in {region}: {error}"));
        }
        for found in discovery.found {
            let lineage = found.tags.get(tag::LINEAGE).cloned().unwrap_or_default();
            let is_wanted = match wanted {
                Wanted::Named(name) => found.tags.get(tag::ENVIRONMENT) == Some(name),
                Wanted::Expired => is_over(found.tags.get(tag::EXPIRES)),
            };
            // Where a state exists, it decides: a lifetime may have been prolonged since.
            if chosen.contains_key(&lineage) || (is_wanted && !others.contains(&lineage)) {
                marked.entry(lineage).or_default().push((region.clone(), found));
            }
        }
    }
    for (lineage, found) in marked {
        let (_, state) = chosen.entry(lineage.clone()).or_insert_with(|| {
            let name = found
                .iter()
                .find_map(|(_, found)| found.tags.get(tag::ENVIRONMENT).cloned())
                .unwrap_or_default();
            lost(global, &name, &account, &scope, &lineage, &default, &found)
        });
        take_in(state, found);
    }
    let is_left =
        |state: &State| !(state.resources.is_empty() && state.intents.is_empty() && state.deposed.is_empty());
    let environments = chosen
        .into_values()
        .filter(|(_, state)| is_left(state))
        .map(|(store, state)| Orphan {
            access: access.clone(),
            partition: partition.clone(),
            places: state.places.clone().unwrap_or_else(|| Places {
                regions: everything_in(&state.region),
                identity: Identity::Same,
            }),
            store,
            state,
        })
        .collect();
    Ok(Orphans { environments, unread })
}

fn everything_in(region: &str) -> Regions {
    Regions {
        connect: region.to_owned(),
        appstream: region.to_owned(),
        s3: region.to_owned(),
        identity_center: region.to_owned(),
    }
}

/// Every state below the state directory.
fn states(global: &Global) -> Result<Vec<(LocalStore, State)>, Failure> {
    let mut states = Vec::new();
    for environment in directories(&global.state_dir)? {
        for place in directories(&environment)? {
            let store = LocalStore::new(place);
            if let Some(state) = store.read()? {
                states.push((store, state));
            }
        }
    }
    Ok(states)
}

fn directories(parent: &std::path::Path) -> Result<Vec<std::path::PathBuf>, Failure> {
    let entries = match fs::read_dir(parent) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// A state for an environment that only its tags tell of.
fn lost(
    global: &Global,
    name: &str,
    account: &str,
    scope: &str,
    lineage: &str,
    default: &str,
    found: &[(String, Found)],
) -> (LocalStore, State) {
    let of = |service: &str| {
        found
            .iter()
            .find(|(_, found)| found.address.kind.starts_with(service))
            .map_or_else(|| default.to_owned(), |(region, _)| region.clone())
    };
    let regions = Regions {
        connect: of("connect."),
        appstream: of("appstream."),
        s3: of("s3."),
        identity_center: default.to_owned(),
    };
    let mut state = State::new(name, account, &regions.connect, lineage.to_owned());
    let mut place = store(global, name, account, &regions.connect, scope);
    // An environment of the same name that was made anew keeps its own state.
    if place.read().is_ok_and(|known| known.is_some()) {
        let short: String = lineage.chars().take(8).collect();
        place = store(
            global,
            name,
            account,
            &regions.connect,
            &format!("{scope}.{short}"),
        );
    }
    state.expires = found
        .iter()
        .find_map(|(_, found)| found.tags.get(tag::EXPIRES).cloned());
    state.places = Some(Places {
        regions,
        identity: Identity::Same,
    });
    (place, state)
}

/// Adds what state does not know. Without an expiry nothing says that a thing may go: it counts as protected.
fn take_in(state: &mut State, found: Vec<(String, Found)>) {
    for (_, found) in found {
        let is_known = state
            .resources
            .iter()
            .any(|(address, record)| address.kind == found.address.kind && record.id == found.id)
            || state.deposed.iter().any(|(_, record)| record.id == found.id);
        if is_known {
            continue;
        }
        let protect = state.resources.is_empty() && !found.tags.contains_key(tag::EXPIRES);
        let record = Record {
            id: found.id,
            origin: Origin::Created,
            spec: found.spec,
            outputs: BTreeMap::new(),
            protect,
            after: found.after,
            waits: crate::blueprint::model::Waits::default(),
        };
        state.resources.insert(found.address, record);
    }
}
