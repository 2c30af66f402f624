//! Searches the states that are here and, by tags, the cloud, and parts what is found by what may happen to it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use fs_err as fs;
use headset_core::diagnostic::{Diagnostic, Severity};
use headset_kinds::discovery::{Found, Roles, Unread};
use headset_kinds::{Address, Kind, Owner, registry, tag};
use jiff::Timestamp;
use tokio::sync::OnceCell;

use super::model::{Ground, Key, Known, Orphans, Query, Stranger, Wanted, thing};
use super::search::{Scope, Searched, search};
use super::states;
use crate::plan::claim::Mark;
use crate::session::Stop;
use crate::state::{Copy, LocalStore, Shared, SharedStates, State, StoreError};

/// The states that are kept below one directory.
#[derive(Debug, Default)]
pub struct Kept {
    states: Vec<Known>,
    /// Those of wanted environments that cannot be read.
    bad: Vec<Diagnostic>,
    /// Those that the caller may not read: whose permissions are for another environment.
    unread: Vec<Unread>,
}

impl Kept {
    /// Takes in a state, or why it cannot be read: unless it is one that nothing was asked about.
    fn take_in(&mut self, store: LocalStore, read: Result<Option<&State>, &StoreError>, wanted: &Wanted) {
        // Each environment has a directory of its own, which is called like it.
        let environment = store.directory().parent().and_then(Path::file_name);
        let is_wanted = match wanted {
            Wanted::Named(name) => environment.is_some_and(|own| *own == **name),
            Wanted::Expired | Wanted::Lineages => true,
        };
        match read {
            Err(StoreError::Shared { error, .. }) if is_wanted => {
                let place = store.shared().map(Shared::place).unwrap_or_default();
                self.unread.push(Unread {
                    what: format!("the state in {place}"),
                    thing: None,
                    region: None,
                    error: (**error).clone(),
                    is_unlike_ours: false,
                });
            }
            Ok(Some(state)) => self.states.push((store, state.clone())),
            Err(error) if is_wanted => {
                let finding = Diagnostic::error("damaged-state", format!("state: {error}"));
                let why = "as long as it cannot be read, Headset does not take down what it knew";
                self.bad.push(match error.restore_command() {
                    Some(restore) => finding.help(format!("`{restore}` puts it right; {why}")),
                    None => finding.help(format!("restore a copy of it; {why}")),
                });
            }
            Ok(None) | Err(_) => {}
        }
    }

    /// The states, each with what its directory is called.
    pub fn states(&self) -> impl Iterator<Item = (std::borrow::Cow<'_, str>, &State)> {
        self.states.iter().map(|(store, state)| {
            let place = store.directory().file_name().unwrap_or_default();
            (place.to_string_lossy(), state)
        })
    }

    /// What the states of an environment of this name know.
    pub fn known<'a>(&'a self, environment: &'a str) -> impl Iterator<Item = &'a Address> {
        let states = self.states.iter().map(|(_, state)| state);
        let own = states.filter(move |state| state.environment == environment);
        own.flat_map(|state| state.known())
    }

    /// The region of a wanted environment that is known here.
    pub fn region(&self, wanted: &Wanted) -> Option<&str> {
        let mut states = self.states.iter().map(|(_, state)| state);
        let known = states.find(|state| is_called(wanted, &state.environment));
        known.map(|state| state.region.as_str())
    }
}

/// Searches the states that are here and, by tags, the regions in question.
pub async fn find(query: &Query<'_>, kept: Kept, ground: &Ground) -> Orphans {
    let Kept {
        states,
        mut bad,
        unread,
    } = kept;
    let cloud = ground.cloud.as_ref();
    let now = cloud.clock().now();
    let (chosen, others) = sort(states, query, ground, now);
    let scope = where_to_look(query, ground, chosen.values().flatten());
    let roles = match query.is_glance || is_known(query, &chosen) {
        true => Roles::Federated,
        false => Roles::All,
    };
    let mut searched = search(cloud, scope, roles).await;
    let sifted = sift(&mut searched, query, ground, &chosen, &others, now);
    bad.extend(sifted.bad);
    let left_out = leave_out(&mut searched.unread, query, ground);
    searched.unread.extend(unread);
    let is_remembered = is_remembered(query, &chosen);
    let mut claims: BTreeMap<Key, (Vec<Known>, Vec<Found>)> = chosen
        .into_iter()
        .map(|(key, known)| (key, (known, Vec::new())))
        .collect();
    for (mark, found) in sifted.granted {
        claims.entry(Key::in_tags(&mark)).or_default().1.push(found);
    }
    let (mut environments, mut withheld) = (Vec::new(), Vec::new());
    for (key, (known, found)) in claims {
        environments.extend(states::claim(query, ground, &key, known, found, &mut withheld));
    }
    Orphans {
        environments,
        strangers: sifted.strangers,
        withheld,
        bad,
        left_out,
        strays: sifted.strays,
        searched,
        is_remembered,
    }
}

fn is_called(wanted: &Wanted, name: &str) -> bool {
    match wanted {
        Wanted::Named(wanted) => wanted == name,
        Wanted::Expired | Wanted::Lineages => true,
    }
}

/// Parts the states into those that are wanted, by lineage, and where the lineages of the others are kept.
fn sort(
    states: Vec<Known>,
    query: &Query<'_>,
    ground: &Ground,
    now: Timestamp,
) -> (BTreeMap<Key, Vec<Known>>, BTreeMap<Key, PathBuf>) {
    let (mut chosen, mut others) = (BTreeMap::<Key, Vec<Known>>::new(), BTreeMap::new());
    for (store, state) in states {
        if !ground.is_of(&store, &state) {
            continue;
        }
        let expires = state.expires.as_ref().and_then(|at| at.parse().ok());
        let is_wanted = match (query.wanted, query.blueprint) {
            // The blueprint's own state, not that of the same name in another region.
            (_, Some(session)) => store.directory() == session.store.directory(),
            // One that was taken down has no expiry any more; what is found of it all the same has its own.
            (Wanted::Expired, None) => is_over(expires, now) || !state.holds_anything(),
            (wanted @ (Wanted::Named(_) | Wanted::Lineages), None) => is_called(wanted, &state.environment),
        };
        let is_asked = query.lineages.is_empty() || query.lineages.contains(&state.lineage);
        if is_wanted && is_asked {
            chosen.entry(Key::of(&state)).or_default().push((store, state));
        } else {
            others.insert(Key::of(&state), store.directory().to_owned());
        }
    }
    (chosen, others)
}

/// Whether all that the query is about is in states of which this is true. What has expired may be of any lineage.
fn is_in_states(
    query: &Query<'_>,
    chosen: &BTreeMap<Key, Vec<Known>>,
    is_so: impl Fn(&State) -> bool,
) -> bool {
    let all_so = chosen.values().flatten().all(|(_, state)| is_so(state));
    let has = |lineage: &String| chosen.keys().any(|key| key.lineage == *lineage);
    all_so
        && match query.lineages {
            [] => *query.wanted != Wanted::Expired && !chosen.is_empty(),
            asked => asked.iter().all(has),
        }
}

/// Whether states name all that the query is about, so that the search only finds what they have forgotten.
fn is_known(query: &Query<'_>, chosen: &BTreeMap<Key, Vec<Known>>) -> bool {
    is_in_states(query, chosen, State::holds_anything)
}

/// Whether states know all that the query is about, or knew it until it was seen to be gone.
fn is_remembered(query: &Query<'_>, chosen: &BTreeMap<Key, Vec<Known>>) -> bool {
    is_in_states(query, chosen, |state| !state.partial)
}

fn is_over(expires: Option<Timestamp>, now: Timestamp) -> bool {
    expires.is_some_and(|at| at < now)
}

/// The blueprint's regions, those that are asked for and those of the states; without any of the first two, all.
fn where_to_look<'a>(query: &Query<'_>, ground: &Ground, known: impl Iterator<Item = &'a Known>) -> Scope {
    let mut scope = match query.blueprint {
        Some(session) => Scope::of(session, session.state.holds_anything()),
        None if query.regions.is_empty() => Scope::everywhere(&ground.caller.partition),
        None => Scope::nowhere(),
    };
    for region in query.regions {
        scope.add_region(region);
    }
    for (_, state) in known {
        scope.add_places(&state.regions());
    }
    scope
}

/// What was found, by what may happen to it.
#[derive(Default)]
struct Sifted {
    granted: Vec<(Mark, Found)>,
    strangers: Vec<Stranger>,
    bad: Vec<Diagnostic>,
    strays: Vec<Diagnostic>,
}

/// Reads the tags of everything that was found.
fn sift(
    searched: &mut Searched,
    query: &Query<'_>,
    ground: &Ground,
    chosen: &BTreeMap<Key, Vec<Known>>,
    others: &BTreeMap<Key, PathBuf>,
    now: Timestamp,
) -> Sifted {
    let mut sifted = Sifted::default();
    let mut strangers: BTreeMap<(String, String), Stranger> = BTreeMap::new();
    for found in std::mem::take(&mut searched.found) {
        let raw = |key: &str| found.tags.get(key).map(String::as_str).unwrap_or_default();
        let mark = match Mark::read(&found.tags) {
            Ok(mark) => mark,
            // By its state, it is decided about it anyway.
            Err(_)
                if chosen
                    .values()
                    .flatten()
                    .any(|(_, state)| states::knows(state, &found)) =>
            {
                continue;
            }
            Err(malformed) => {
                let is_about = match query.wanted {
                    Wanted::Expired => query.lineages.is_empty(),
                    Wanted::Named(name) => raw(tag::ENVIRONMENT) == name,
                    Wanted::Lineages => false,
                };
                let lineage = raw(tag::LINEAGE);
                let mut concerned = chosen.keys().map(|key| &key.lineage).chain(query.lineages);
                let finding = malformed_tag(&found, &malformed.to_string());
                if is_about || concerned.any(|one| one == lineage) {
                    sifted.bad.push(finding);
                } else {
                    sifted.strays.push(Diagnostic {
                        severity: Severity::Warning,
                        ..finding
                    });
                }
                continue;
            }
        };
        let key = Key::in_tags(&mark);
        if let Some(known) = chosen.get(&key) {
            // Where a state has something, it decides: a lifetime may have been prolonged since.
            let decides = known.iter().any(|(_, state)| state.holds_anything());
            if *query.wanted == Wanted::Expired && !decides && !is_over(mark.expires, now) {
                continue;
            }
            sifted.granted.push((mark, found));
            continue;
        }
        let is_wanted = match query.wanted {
            Wanted::Expired => is_over(mark.expires, now),
            wanted => is_called(wanted, &mark.environment),
        };
        let is_asked = query.lineages.contains(&mark.lineage);
        // What carries the lineage under another name may be the environment's own all the same.
        let is_beside = matches!(query.wanted, Wanted::Named(_))
            && !is_wanted
            && (is_asked || chosen.keys().any(|known| known.lineage == mark.lineage));
        let known_in = others.get(&key);
        let is_meant = is_wanted && (query.lineages.is_empty() || is_asked);
        if !is_meant && !is_beside {
            continue;
        }
        if known_in.is_none() && is_asked && is_wanted {
            sifted.granted.push((mark, found));
        } else if known_in.is_none() || (query.blueprint.is_some() && is_wanted) {
            let key = (mark.environment.clone(), mark.lineage.clone());
            let stranger = strangers.entry(key).or_insert_with(|| Stranger {
                environment: mark.environment,
                lineage: mark.lineage,
                expires: mark.expires,
                things: Vec::new(),
                known_in: known_in.cloned(),
            });
            stranger.things.push(found);
        }
    }
    tracing::debug!(
        account = ground.caller.account,
        granted = sifted.granted.len(),
        "sifted"
    );
    sifted.strangers = strangers.into_values().collect();
    sifted
}

/// A finding about one thing whose tags cannot be used.
fn malformed_tag(found: &Found, why: &str) -> Diagnostic {
    Diagnostic::error("malformed-tag", format!("{}: {why}", thing(found))).help(
        "Headset did not write this tag, and leaves the resource alone: find out who did, and delete the tag \
            or the resource",
    )
}

/// Takes out what could not be read and cannot be what is looked for: buckets of other names, and roles of other names
/// that trust no SAML provider. Other people's often deny even reading their tags.
fn leave_out(unread: &mut Vec<Unread>, query: &Query<'_>, ground: &Ground) -> Vec<Unread> {
    let owner = Owner {
        environment: match query.wanted {
            Wanted::Named(environment) => Some(environment.as_str()),
            Wanted::Expired | Wanted::Lineages => None,
        },
        account: &ground.caller.account,
    };
    let is_asked = |kind: &dyn Kind, thing: &Address| {
        query.blueprint.is_some_and(|session| {
            session.design.resources.values().any(|desired| {
                let name = desired.spec.get(kind.called_by());
                desired.address.kind == thing.kind && name.is_some_and(|name| *name == thing.key)
            })
        })
    };
    let is_foreign = |one: &Unread| {
        one.thing.as_ref().is_some_and(|thing| {
            let kind = registry::kind(thing.kind);
            !is_asked(kind, thing) && !kind.may_be_own(&thing.key, one, &owner)
        })
    };
    let (left_out, still) = std::mem::take(unread).into_iter().partition(is_foreign);
    *unread = still;
    left_out
}

/// Reads every state below a directory.
///
/// # Errors
/// If directories cannot be listed.
pub fn kept(root: &Path, wanted: &Wanted) -> Result<Kept, Stop> {
    let mut kept = Kept::default();
    for environment in directories(root)? {
        for place in directories(&environment)? {
            let store = LocalStore::named(place);
            let read = store.read();
            kept.take_in(store, read.as_ref().map(Option::as_ref), wanted);
        }
    }
    Ok(kept)
}

/// The working copies of a store's states, once they were fetched.
type Copies = OnceCell<Vec<Copy>>;

/// The shared stores that a command has read, by the folders of their copies: each once, also where it looks for many
/// environments.
#[derive(Clone, Debug, Default)]
pub struct Fetched(Arc<Mutex<BTreeMap<PathBuf, Arc<Copies>>>>);

impl Fetched {
    /// The working copies of all states of a store.
    async fn copies(&self, shared: &SharedStates, root: &Path) -> Result<Vec<Copy>, StoreError> {
        let store = {
            let mut stores = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(stores.entry(shared.copies(root)).or_default())
        };
        store.get_or_try_init(|| shared.fetch_all(root)).await.cloned()
    }
}

/// Fetches every state of a shared store and reads them.
///
/// # Errors
/// If the store cannot be read.
pub async fn kept_in(
    shared: &SharedStates,
    root: &Path,
    wanted: &Wanted,
    fetched: &Fetched,
) -> Result<Kept, Stop> {
    let mut kept = Kept::default();
    for Copy { store, bad } in fetched.copies(shared, root).await? {
        match bad {
            Some(bad) => kept.take_in(store, Err(bad.as_ref()), wanted),
            None => {
                let read = store.read();
                kept.take_in(store, read.as_ref().map(Option::as_ref), wanted);
            }
        }
    }
    Ok(kept)
}

fn directories(parent: &Path) -> Result<Vec<PathBuf>, StoreError> {
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
