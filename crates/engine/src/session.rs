//! An open environment: the way to its cloud, what its blueprint asks for, and what is known of it.
//!
//! Every use case works on one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use headset_blueprint::model::Blueprint;
use headset_core::diagnostic::{Diagnostic, has_errors};
use headset_core::words::plural;
use headset_core::{Address, AwsError, Outputs};
use headset_design::{Design, Move, Setting};
use headset_kinds::{Caller, Cloud, Published};

use crate::apply::RunError;
use crate::state::{Elsewhere, Entry, LocalStore, Locked, Places, State, StoreError, drawn, name_by_answers};
use crate::survey;

/// Why a use case ends without an outcome.
#[derive(Debug)]
pub enum Stop {
    /// What is asked for has mistakes.
    Mistakes(Vec<Diagnostic>),
    /// It is refused.
    Refused(Vec<Diagnostic>),
    /// The cloud does not tell who calls.
    Caller(AwsError),
    /// State cannot be read or written, or another process holds it.
    Store(StoreError),
    /// A run could not go on.
    Run(RunError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Store(error)
    }
}

impl From<RunError> for Stop {
    fn from(error: RunError) -> Stop {
        Stop::Run(error)
    }
}

/// What it takes to open a blueprint's environment.
#[derive(Debug)]
pub struct Opening<'a> {
    /// The way to its cloud.
    pub cloud: Arc<dyn Cloud>,
    /// The blueprint, without mistakes.
    pub blueprint: &'a Blueprint,
    /// The directory of all states.
    pub root: &'a Path,
    /// What keeps the states of AWS and of what stands in for it apart: see [`LocalStore::of`].
    pub scope: &'a str,
}

/// One environment with everything around it.
#[derive(Debug)]
pub struct Session {
    /// What it is called: the blueprint's `name`.
    pub name: String,
    /// The way to its cloud.
    pub cloud: Arc<dyn Cloud>,
    /// Where it is, and whose.
    pub setting: Setting,
    /// What its blueprint asks for; nothing, if only its state is known.
    pub design: Design,
    /// Where its state is kept.
    pub store: LocalStore,
    /// Its state when it was opened.
    pub state: State,
    /// Whether the blueprint says where every service is, so that no configuration can move it.
    pub says_regions: bool,
    /// Whether what identity providers publish is fetched again when the environment is assessed.
    pub asks: bool,
}

impl Session {
    /// Opens the environment of a blueprint: finds out who calls, reads its state, and draws what the blueprint asks for in
    /// an environment of this state.
    ///
    /// # Errors
    /// If another account calls than the blueprint names, if the environment is known in another region, if the blueprint
    /// has mistakes that only show in its account, or if state cannot be read.
    pub async fn open(opening: Opening<'_>) -> Result<Session, Stop> {
        let Opening {
            cloud,
            blueprint,
            root,
            scope,
        } = opening;
        let Caller { account, partition } = cloud.caller().await.map_err(Stop::Caller)?;
        if let Some(finding) = wrong_account(blueprint, &account) {
            return Err(Stop::Refused(vec![finding]));
        }
        let regions = cloud.regions().clone();
        let name = blueprint.name.value.clone();
        let store = LocalStore::of(root, &name, &account, &regions.connect, scope);
        let state = match store.read()? {
            Some(state) => state,
            None => {
                let lineage = uuid::Uuid::new_v4().to_string();
                State::new(&name, &account, &regions.connect, lineage)
            }
        };
        if let Some(finding) = in_another_region(blueprint, &store, &state) {
            return Err(Stop::Refused(vec![finding]));
        }
        let setting = Setting {
            account,
            partition,
            region: regions.connect,
            appstream_region: regions.appstream,
            identity_center_region: regions.identity_center,
            lineage: state.lineage.clone(),
            expires: expiry(blueprint, &state, cloud.clock().now()),
        };
        let (mut design, findings) = drawn(blueprint, &setting, &state);
        if has_errors(&findings) {
            return Err(Stop::Mistakes(findings));
        }
        name_by_answers(&mut design, &state, &store.answers())?;
        let section = &blueprint.aws;
        Ok(Session {
            says_regions: section.region.is_some()
                || (section.regions.connect.is_some() && section.regions.appstream.is_some()),
            name,
            cloud,
            setting,
            design,
            store,
            state,
            asks: false,
        })
    }

    /// Opens an environment of which only its state is known. It wants nothing: it can only be taken down.
    pub fn of_state(cloud: Arc<dyn Cloud>, partition: String, store: LocalStore, state: State) -> Session {
        let regions = cloud.regions().clone();
        let setting = Setting {
            account: state.account.clone(),
            partition,
            region: regions.connect,
            appstream_region: regions.appstream,
            identity_center_region: regions.identity_center,
            lineage: state.lineage.clone(),
            expires: state.expires.clone(),
        };
        Session {
            name: state.environment.clone(),
            cloud,
            setting,
            design: Design::default(),
            store,
            state,
            says_regions: true,
            asks: false,
        }
    }

    /// Takes the lock of its state.
    ///
    /// # Errors
    /// [`StoreError::Locked`] if another process holds it.
    pub fn lock(&self) -> Result<Locked, StoreError> {
        self.store.lock(|| self.state.clone())
    }

    /// Writes into state what has to be there before anything is carried out: moves, expiry, places, and documents that were
    /// fetched again.
    pub(crate) fn prepare(
        &self,
        locked: &mut Locked,
        moved: &[(Address, Address)],
        published: &BTreeMap<Address, Published>,
    ) -> Result<(), StoreError> {
        self.relocate(locked, moved)?;
        self.settle(locked)?;
        survey::keep(published, &self.store.answers())?;
        if self.setting.expires != locked.state().expires {
            locked.record(Entry::Expires {
                at: self.setting.expires.clone(),
            })?;
        }
        let places = Places {
            regions: self.cloud.regions().clone(),
            identity: self.cloud.identity().clone(),
        };
        if locked.state().places.as_ref() != Some(&places) {
            locked.record(Entry::Placed { places })?;
        }
        Ok(())
    }

    /// Writes into state which lines of `moved` have been applied.
    fn settle(&self, locked: &mut Locked) -> Result<(), StoreError> {
        let settled = |state: &State, line: &Move| {
            let mut settled = state.settled.iter();
            settled.any(|one| one.from == line.from && one.to == line.to)
        };
        let lines: Vec<(Address, Address)> = self
            .design
            .moved
            .iter()
            .filter(|line| !settled(locked.state(), line))
            .map(|line| (line.from.clone(), line.to.clone()))
            .collect();
        if !lines.is_empty() {
            locked.record(Entry::Settled { lines })?;
        }
        Ok(())
    }

    /// Writes into state at which addresses things are from now on, answers with them.
    pub(crate) fn relocate(
        &self,
        locked: &mut Locked,
        moved: &[(Address, Address)],
    ) -> Result<(), StoreError> {
        if moved.is_empty() {
            return Ok(());
        }
        let answers = self.store.answers();
        // Copied, noted, and only then forgotten at the old address: cut off anywhere, they are found.
        answers.copy(moved)?;
        locked.record(Entry::Relocated {
            moves: moved.to_vec(),
        })?;
        for (from, _) in moved {
            if !moved.iter().any(|(_, to)| to == from) {
                answers.forget(from)?;
            }
        }
        Ok(())
    }

    /// The design's outputs that are known: what an administrator needs next.
    pub fn outputs(&self, known: &Outputs) -> BTreeMap<String, String> {
        self.design
            .outputs
            .iter()
            .filter_map(|(name, text)| text.resolve(known).known().map(|value| (name.clone(), value)))
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }
}

/// What is wrong if other credentials are used than the blueprint is for.
fn wrong_account(blueprint: &Blueprint, account: &str) -> Option<Diagnostic> {
    let asked = blueprint.aws.account.as_ref()?;
    if asked.value == account {
        return None;
    }
    let message = format!(
        "the credentials are for account {account}, the blueprint for {}",
        asked.value
    );
    let finding = Diagnostic::error("wrong-account", message)
        .at(asked.place.clone())
        .help("use the right profile (`AWS_PROFILE`), or change `aws.account`");
    Some(finding)
}

/// What is wrong if an environment is known in another region and not in this one. An environment lives in one region:
/// here would be a second one, that the names which the account or the whole world shares keep from being made.
fn in_another_region(blueprint: &Blueprint, store: &LocalStore, state: &State) -> Option<Diagnostic> {
    if state.holds_anything() {
        return None;
    }
    let there = Elsewhere::other_regions(store, state);
    let (first, _) = there.first()?;
    let (name, here) = (&state.environment, &state.region);
    let known: Vec<String> = there
        .iter()
        .map(|(region, things)| format!("{region} ({})", plural(*things, "thing")))
        .collect();
    let message = format!(
        "`{name}` is known in {}, and this would be {here}",
        known.join(" and ")
    );
    let place = blueprint.aws.region.as_ref().map(|region| region.place.clone());
    let finding = Diagnostic::error("other-region", message)
        .note(
            "an environment lives in one region; its roles, its SAML provider, its bucket and its instance's alias have \
             names that cannot be used a second time in another",
        )
        .help(format!(
            "go on in {first} (`aws.region`); to move it, take it down there first; for a second one, choose another `name`"
        ));
    Some(finding.at_maybe(place))
}

/// When the environment expires: fixed when it is first made, so that a later apply does not prolong it.
fn expiry(blueprint: &Blueprint, state: &State, now: jiff::Timestamp) -> Option<String> {
    let lifetime = blueprint.lifetime.as_ref()?;
    if state.expires.is_some() {
        return state.expires.clone();
    }
    let seconds = i64::try_from(lifetime.value.as_secs()).ok()?;
    let at = now.checked_add(jiff::SignedDuration::from_secs(seconds)).ok()?;
    jiff::Timestamp::from_second(at.as_second())
        .ok()
        .map(|at| at.to_string())
}
