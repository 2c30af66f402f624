//! What is looked for, in which account, and what can come of it.

use super::super::Global;
use super::super::environment::{Access, Environment, open_aws_or, scope};
use super::super::exit::Failure;
use super::super::search::everything_in;
use headset_engine::plan::claim::Mark;
use headset_engine::session::Stop;
use headset_engine::state::{LocalStore, Places, State};
use headset_kinds::discovery::Found;
use headset_kinds::regions::{Identity, Regions};
use headset_kinds::{Caller, Cloud};

/// Which environments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Wanted {
    /// The one of this name.
    Named(String),
    /// Those whose lifetime is over.
    Expired,
    /// Those of the lineages that are asked for, whatever they are called.
    Lineages,
}

/// What to look for, and where.
#[derive(Clone, Copy)]
pub(in crate::cli) struct Query<'a> {
    /// Which environments.
    pub(in crate::cli) wanted: &'a Wanted,
    /// Only those of these lineages, which need not be known here; any that is known here, if there are none.
    pub(in crate::cli) lineages: &'a [String],
    /// The regions that are asked for.
    pub(in crate::cli) regions: &'a [String],
    /// The environment as its blueprint describes it, if there is one.
    pub(in crate::cli) blueprint: Option<&'a Environment>,
    /// Whether only what is found by its name decides what is made: then roles that only their tags could name are
    /// not looked for.
    pub(in crate::cli) is_glance: bool,
}

/// One environment that may be taken down.
#[derive(Debug)]
pub(in crate::cli) struct Orphan {
    pub(super) access: Access,
    pub(super) partition: String,
    pub(super) places: Places,
    pub(super) store: LocalStore,
    /// Its state, and with it what was found by its tags alone.
    pub(in crate::cli) state: State,
    /// Whether something of it counts as protected only because nothing says that it is not.
    pub(in crate::cli) is_guarded: bool,
    /// Whether a state of it was here that knows everything of it, what carries no tags among it.
    pub(in crate::cli) is_remembered: bool,
}

impl Orphan {
    /// Whether it is this very environment: the same lineage, kept in the same place.
    pub(in crate::cli) fn is_of(&self, environment: &Environment) -> bool {
        self.state.lineage == environment.state.lineage
            && self.store.directory() == environment.store.directory()
    }

    /// Opens it, in its own regions.
    pub(in crate::cli) async fn open(self, global: &Global) -> Environment {
        let Places { regions, identity } = self.places;
        let access = Access {
            aws: self.access.aws.elsewhere(regions, identity),
            ..self.access
        };
        Environment::of_state(access, self.partition, self.store, self.state, global).await
    }
}

/// The region whose services are asked about the account as a whole, where none is configured: a search goes through
/// all of them.
const ANY: &str = "us-east-1";

/// The account, and how it is reached.
pub(super) struct Ground {
    pub(super) access: Access,
    pub(super) account: String,
    pub(super) partition: String,
    pub(super) scope: String,
    pub(super) identity: Identity,
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
    pub(super) fn of(environment: &Environment) -> Ground {
        let access = Access {
            aws: environment.aws.clone(),
            simulation: environment.simulation.clone(),
            endpoint: environment.endpoint.clone(),
        };
        Ground {
            scope: scope(access.simulation.as_ref(), access.endpoint.as_deref()),
            identity: access.aws.identity().clone(),
            access,
            account: environment.setting.account.clone(),
            partition: environment.setting.partition.clone(),
        }
    }

    pub(super) async fn open(global: &Global, region: Option<&str>) -> Result<Ground, Failure> {
        let access = open_aws_or(global, region, Some(ANY), Identity::Same, everything_in).await?;
        let Caller { account, partition } = access.aws.caller().await.map_err(Stop::Caller)?;
        Ok(Ground {
            scope: scope(access.simulation.as_ref(), access.endpoint.as_deref()),
            identity: Identity::Same,
            access,
            account,
            partition,
        })
    }

    /// Whether a state is of this account, and of whatever stands in for AWS.
    pub(super) fn is_of(&self, store: &LocalStore, state: &State) -> bool {
        let directory = format!("{}-{}{}", state.account, state.region, self.scope);
        state.account == self.account
            && store.directory().file_name().is_some_and(|name| {
                let name = name.to_string_lossy();
                name == directory
                    || name
                        .strip_prefix(&directory)
                        .is_some_and(|rest| rest.starts_with('.'))
            })
    }
}

pub(super) fn regions_of(state: &State) -> Regions {
    match &state.places {
        Some(places) => places.regions.clone(),
        None => everything_in(&state.region),
    }
}

/// A thing and where it is, for people.
pub(in crate::cli) fn thing(found: &Found) -> String {
    match &found.region {
        Some(region) => format!("{} in {region}", found.address),
        None => found.address.to_string(),
    }
}
