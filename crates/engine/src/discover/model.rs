//! What is searched for, where, and what comes of it.

use std::path::PathBuf;
use std::sync::Arc;

use headset_core::diagnostic::Diagnostic;
use headset_kinds::discovery::{Found, Unread};
use headset_kinds::{Caller, Cloud};
use jiff::Timestamp;

use super::search::Searched;
use crate::destroy::Leftover;
use crate::plan::claim::Mark;
use crate::session::Session;
use crate::state::{LocalStore, Places, SharedStates, State};

/// Which environments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The one of this name.
    Named(String),
    /// Those whose lifetime is over.
    Expired,
    /// Those of the lineages that are asked for, of any name.
    Lineages,
}

/// What to look for, and where.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// Which environments.
    pub wanted: &'a Wanted,
    /// Only those of these lineages, which need not be known here; any that is known here, if there are none.
    pub lineages: &'a [String],
    /// The regions that are asked for.
    pub regions: &'a [String],
    /// The environment as its blueprint describes it, if there is one.
    pub blueprint: Option<&'a Session>,
    /// Whether only what is found by its name decides what is made: then roles that only their tags could name are
    /// not looked for.
    pub is_glance: bool,
}

/// What was found.
#[derive(Debug)]
pub struct Orphans {
    /// The environments that may be taken down, each ready to be opened.
    pub environments: Vec<Orphan>,
    /// What carries tags of lineages that nothing here knows: nothing of it may be deleted.
    pub strangers: Vec<Stranger>,
    /// What carries the tags of an environment that may go, and stays all the same.
    pub withheld: Vec<Leftover>,
    /// Tags and states that say nothing that could be used.
    pub bad: Vec<Diagnostic>,
    /// What could not be read and does not matter: it cannot be what is looked for.
    pub left_out: Vec<Unread>,
    /// Tags of other things that say nothing that could be used. They do not concern what was asked for.
    pub strays: Vec<Diagnostic>,
    /// Where it was looked, and what could not be read.
    pub searched: Searched,
    /// Whether states are here that know everything of what was asked for, what carries no tags among it.
    pub is_remembered: bool,
}

/// One environment that may be taken down.
#[derive(Debug)]
pub struct Orphan {
    pub(super) partition: String,
    /// Where its services are.
    pub places: Places,
    pub(super) store: LocalStore,
    /// Its state, and with it what was found by its tags alone.
    pub state: State,
    /// Whether something of it counts as protected only because nothing says that it is not.
    pub is_guarded: bool,
    /// Whether a state of it was here that knows everything of it, what carries no tags among it.
    pub is_remembered: bool,
}

/// Things of one lineage that nothing here knows.
#[derive(Debug)]
pub struct Stranger {
    /// What their tags call the environment.
    pub environment: String,
    /// Their lineage.
    pub lineage: String,
    /// When it expires.
    pub expires: Option<Timestamp>,
    /// The things.
    pub things: Vec<Found>,
    /// The state that knows it, if that is another environment's than the one that was asked for.
    pub known_in: Option<PathBuf>,
}

impl Orphan {
    /// Whether it is this very environment: the same lineage, kept in the same place.
    pub fn is_of(&self, session: &Session) -> bool {
        self.state.lineage == session.state.lineage && self.store.directory() == session.store.directory()
    }

    /// Where its state is kept, for people: the shared store, or a directory of this machine.
    pub fn kept_in(&self) -> String {
        match self.store.shared() {
            Some(shared) => shared.place(),
            None => self.store.directory().display().to_string(),
        }
    }

    /// Opens it. The way to its cloud has to lead to its own places.
    pub fn open(self, cloud: Arc<dyn Cloud>) -> Session {
        Session::of_state(cloud, self.partition, self.store, self.state)
    }
}

/// Where it is looked, and as whom.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The way to the cloud.
    pub cloud: Arc<dyn Cloud>,
    /// Who calls.
    pub caller: Caller,
    /// The directory of all states.
    pub root: PathBuf,
    /// What keeps the states of AWS and of what stands in for it apart: see [`LocalStore::of`].
    pub scope: String,
    /// The shared store that states are in, if they are: their copies are below `root`.
    pub shared: Option<SharedStates>,
}

/// A state that is kept here.
pub(super) type Known = (LocalStore, State);

/// An environment as states and tags name it. A lineage alone does not: anybody may copy a tag, and give the copy another
/// name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) environment: String,
    pub(super) lineage: String,
}

impl Key {
    pub(super) fn of(state: &State) -> Key {
        Key {
            environment: state.environment.clone(),
            lineage: state.lineage.clone(),
        }
    }

    pub(super) fn in_tags(mark: &Mark) -> Key {
        Key {
            environment: mark.environment.clone(),
            lineage: mark.lineage.clone(),
        }
    }
}

impl Ground {
    /// Whether a state is of this account, and of the same endpoint or simulator in place of AWS.
    pub(super) fn is_of(&self, store: &LocalStore, state: &State) -> bool {
        let directory = format!("{}-{}{}", state.account, state.region, self.scope);
        state.account == self.caller.account
            && store.directory().file_name().is_some_and(|name| {
                let name = name.to_string_lossy();
                name == directory
                    || name
                        .strip_prefix(&directory)
                        .is_some_and(|rest| rest.starts_with('.'))
            })
    }
}

/// A thing and where it is, for people.
pub fn thing(found: &Found) -> String {
    match &found.region {
        Some(region) => format!("{} in {region}", found.address),
        None => found.address.to_string(),
    }
}
