//! An open environment: the way to its cloud, what its blueprint asks for, and what is known of it.
//!
//! Every use case works on one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use headset_blueprint::model::{At, Blueprint};
use headset_core::diagnostic::{Diagnostic, Place, has_errors};
use headset_core::words::plural;
use headset_core::{Address, AwsError, Outputs};
use headset_design::{Design, DesignContext, Given, Library, Move};
use headset_kinds::{Caller, Cloud, Published, Reading, Service};

use crate::apply::RunError;
use crate::plan::Selection;
use crate::state::{
    Away, Entry, LocalStore, Locked, OtherEnvironments, Places, SharedStates, State, StoreError, designed,
    name_by_answers,
};
use crate::survey;

/// Why a use case ends without an outcome.
#[derive(Debug)]
pub enum Stop {
    /// What is asked for has mistakes.
    Mistakes(Vec<Diagnostic>),
    /// It is refused.
    Refused(Vec<Diagnostic>),
    /// The cloud does not say who calls.
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
    /// The shared store that states are in, if they are.
    pub shared: Option<SharedStates>,
    /// What a plan was saved with that would be another one every time.
    pub planned: Option<Begun>,
    /// Which copy of amazon-connect-streams its pages load.
    pub library: Library,
}

/// What is made up for an environment when it is first planned: a plan that is carried out later goes on with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// The lineage of a new state.
    pub lineage: String,
    /// When the environment expires.
    pub expires: Option<String>,
}

/// What an environment is designed from, besides its state.
#[derive(Clone, Debug)]
pub struct Source {
    blueprint: Blueprint,
    library: Library,
    planned: Option<Begun>,
}

impl Source {
    /// The blueprint.
    pub fn blueprint(&self) -> &Blueprint {
        &self.blueprint
    }
}

/// One environment with everything around it.
#[derive(Debug)]
pub struct Session {
    /// What it is called: the blueprint's `name`.
    pub name: String,
    /// The way to its cloud.
    pub cloud: Arc<dyn Cloud>,
    /// Where it is, and whose.
    pub context: DesignContext,
    /// What its blueprint asks for; nothing, if only its state is known.
    pub design: Design,
    /// What the design warns of: each look at the environment says so.
    pub remarks: Vec<Diagnostic>,
    /// Where its state is kept.
    pub store: LocalStore,
    /// Its state when it was opened, and since its lock was taken the state of that moment.
    pub state: State,
    /// What it is designed from; `None`: only its state is known.
    pub source: Option<Source>,
    /// The lifetime in seconds that its expiry comes from, where that is known.
    pub lifetime: Option<u64>,
    /// Whether it is known where its services are: state of an earlier version alone does not say all of it.
    pub is_placed: bool,
    /// Whether the blueprint says where every service is, so that no configuration can move it.
    pub says_regions: bool,
    /// Whether what identity providers publish is fetched again when the environment is assessed.
    pub asks: bool,
    /// Which part of a plan is asked for.
    pub scope: Selection,
    /// How much is read.
    pub reading: Reading,
}

impl Session {
    /// Opens the environment of a blueprint: finds out who calls, reads its state, and draws what the blueprint asks for in
    /// an environment of this state.
    ///
    /// # Errors
    /// If another account calls than the blueprint names, or its root user does; if the environment is known in another
    /// region, if the blueprint has mistakes that only show in its account, or if state cannot be read.
    pub async fn open(opening: Opening<'_>) -> Result<Session, Stop> {
        let Opening {
            cloud,
            blueprint,
            root,
            scope,
            shared,
            planned,
            library,
        } = opening;
        let Caller {
            account, partition, ..
        } = whose(cloud.as_ref(), blueprint).await?;
        let others = blueprint.own.iter().filter_map(|arn| arn.outside(&account));
        let others: Vec<Diagnostic> = others.collect();
        if !others.is_empty() {
            return Err(Stop::Mistakes(others));
        }
        let regions = cloud.regions().clone();
        let name = blueprint.name.value.clone();
        let store = match &shared {
            None => LocalStore::of(root, &name, &account, &regions.connect, scope),
            Some(place) => place.store(root, &name, &account, &regions.connect, scope),
        };
        store.fetch().await?;
        let state = match store.read()? {
            Some(state) => state,
            None => {
                let lineage = match &planned {
                    Some(planned) => planned.lineage.clone(),
                    None => uuid::Uuid::new_v4().to_string(),
                };
                State::new(&name, &account, &regions.connect, lineage)
            }
        };
        let source = Source {
            blueprint: blueprint.clone(),
            library,
            planned,
        };
        let context = DesignContext {
            account,
            partition,
            region: regions.connect,
            appstream_region: regions.appstream,
            identity_center_region: regions.identity_center,
            lineage: state.lineage.clone(),
            expires: None,
            given: Given::default(),
            library: source.library,
        };
        let section = &blueprint.aws;
        let mut session = Session {
            says_regions: section.region.is_some()
                || (section.regions.connect.is_some() && section.regions.appstream.is_some()),
            name,
            cloud,
            context,
            design: Design::default(),
            remarks: Vec::new(),
            store,
            lifetime: None,
            is_placed: true,
            state,
            source: None,
            asks: false,
            scope: Selection::default(),
            reading: Reading::default(),
        };
        session.design_from(&source)?;
        session.source = Some(source);
        Ok(session)
    }

    /// Designs what a blueprint asks for in an environment of this state.
    fn design_from(&mut self, source: &Source) -> Result<(), Stop> {
        let (blueprint, state) = (&source.blueprint, &self.state);
        if let Some(finding) = in_another_region(blueprint, &self.store, state) {
            return Err(Stop::Refused(vec![finding]));
        }
        let away = in_other_regions(blueprint, state, &places(self.cloud.as_ref()));
        if !away.is_empty() {
            return Err(Stop::Refused(away));
        }
        let (mut expires, lifetime) = expiry(blueprint, state, self.cloud.clock().now()).unzip();
        let planned = source
            .planned
            .as_ref()
            .and_then(|planned| planned.expires.clone());
        if state.expires.is_none() && expires.is_some() && planned.is_some() {
            expires = planned;
        }
        let context = DesignContext {
            lineage: state.lineage.clone(),
            expires,
            ..self.context.clone()
        };
        let (mut design, findings) = designed(blueprint, &context, state);
        if has_errors(&findings) {
            return Err(Stop::Mistakes(findings));
        }
        name_by_answers(&mut design, state, &self.store.answers())?;
        self.context = context;
        self.design = design;
        self.remarks = findings;
        self.lifetime = lifetime;
        Ok(())
    }

    /// Opens an environment of which only its state is known. It wants nothing: it can only be taken down.
    pub fn of_state(cloud: Arc<dyn Cloud>, partition: String, store: LocalStore, state: State) -> Session {
        let regions = cloud.regions().clone();
        let context = DesignContext {
            account: state.account.clone(),
            partition,
            region: regions.connect,
            appstream_region: regions.appstream,
            identity_center_region: regions.identity_center,
            lineage: state.lineage.clone(),
            expires: state.expires.clone(),
            given: Given::default(),
            library: Library::Package,
        };
        Session {
            name: state.environment.clone(),
            cloud,
            context,
            design: Design::default(),
            remarks: Vec::new(),
            store,
            lifetime: state.lifetime,
            is_placed: state.places.is_some(),
            state,
            source: None,
            says_regions: true,
            asks: false,
            scope: Selection::default(),
            reading: Reading::default(),
        }
    }

    /// Takes the lock of its state; waits for it as long as `wait`. What another run has written since this was opened counts
    /// from then on: two runs that begin a new environment at once both have the lineage of the one that wrote first.
    ///
    /// # Errors
    /// [`StoreError::Locked`] or [`StoreError::Leased`] if another run still holds it then; those of [`Session::open`] for the
    /// state that is there by then.
    pub async fn lock(&mut self, wait: Duration) -> Result<Locked, Stop> {
        let fresh = || self.state.clone();
        let locked = self.store.take(self.cloud.clock(), wait, fresh).await?;
        if *locked.state() != self.state {
            self.state = locked.state().clone();
            self.context.lineage.clone_from(&self.state.lineage);
            if let Some(source) = self.source.take() {
                self.design_from(&source)?;
                self.source = Some(source);
            }
        }
        Ok(locked)
    }

    /// Writes into state what has to be there before anything is carried out: what runs that were cut off have made, moves,
    /// expiry, places, and documents that were fetched again.
    pub(crate) fn prepare(
        &self,
        locked: &mut Locked,
        made: &[Entry],
        moved: &[(Address, Address)],
        published: &BTreeMap<Address, Published>,
    ) -> Result<(), StoreError> {
        for entry in made {
            locked.record(entry.clone())?;
        }
        self.relocate(locked, moved)?;
        self.settle(locked)?;
        survey::keep(published, &self.store.answers())?;
        let known = locked.state();
        if (&self.context.expires, self.lifetime) != (&known.expires, known.lifetime) {
            locked.record(Entry::Expires {
                at: self.context.expires.clone(),
                lifetime: self.lifetime,
            })?;
        }
        if self.is_placed {
            self.place(locked)?;
        }
        Ok(())
    }

    /// Writes into state where the environment's services are.
    pub(crate) fn place(&self, locked: &mut Locked) -> Result<(), StoreError> {
        let places = places(self.cloud.as_ref());
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

/// Who calls, if the blueprint is for their account.
///
/// # Errors
/// If it names another one, if the root user of the account calls, or if the cloud does not say who calls.
pub async fn whose(cloud: &dyn Cloud, blueprint: &Blueprint) -> Result<Caller, Stop> {
    let caller = caller(cloud).await?;
    match wrong_account(blueprint, &caller.account) {
        None => Ok(caller),
        Some(finding) => Err(Stop::Refused(vec![finding])),
    }
}

/// Who calls: what everything begins with.
///
/// # Errors
/// If the cloud does not say it, or if it is the root user of the account.
pub async fn caller(cloud: &dyn Cloud) -> Result<Caller, Stop> {
    let caller = cloud.caller().await.map_err(Stop::Caller)?;
    if !caller.is_root() {
        return Ok(caller);
    }
    let message = format!(
        "the credentials are those of the root user of account {}",
        caller.account
    );
    let finding = Diagnostic::error("root-user", message)
        .note(
            "no policy limits the root user, and Amazon Connect refuses some of its calls: what it makes, no role that \
             people work with could have been tried for",
        )
        .help(
            "use a role: sign in with `aws sso login` and name its profile (`AWS_PROFILE`, `--profile`); \
             policies/operator has the policies that it needs; then delete the root user's access keys",
        );
    Err(Stop::Refused(vec![finding]))
}

/// What is wrong if other credentials are used than the blueprint is for.
pub fn wrong_account(blueprint: &Blueprint, account: &str) -> Option<Diagnostic> {
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
    let there = OtherEnvironments::other_regions(store, state);
    let (first, _) = there.first()?;
    let (name, here) = (&state.environment, &state.region);
    let known: Vec<String> = there
        .iter()
        .map(|(region, things)| format!("{region} ({})", plural(*things, "resource")))
        .collect();
    let message = format!(
        "`{name}` exists in {}, and this command would work in {here}",
        known.join(" and ")
    );
    let (key, place) = said(
        blueprint,
        "aws.regions.connect",
        blueprint.aws.regions.connect.as_ref(),
    );
    let finding = Diagnostic::error("other-region", message)
        .note(
            "an environment lives in one region; its roles, its SAML provider, its bucket and its instance's alias have \
             names that cannot be used a second time in another",
        )
        .help(format!(
            "go on in {first} (`{key}`); to move it, take it down there first; for a second one, choose another `name`"
        ));
    Some(finding.at_maybe(place))
}

/// Where the services are that a cloud leads to.
fn places(cloud: &dyn Cloud) -> Places {
    Places {
        regions: cloud.regions().clone(),
        identity: cloud.identity().clone(),
    }
}

/// The key that says where a service is, and its place in the blueprint if it says so: its own one, or `aws.region`.
fn said<'k>(blueprint: &Blueprint, key: &'k str, own: Option<&At<String>>) -> (&'k str, Option<Place>) {
    match (own, &blueprint.aws.region) {
        (Some(own), _) => (key, Some(own.place.clone())),
        (None, Some(region)) => ("aws.region", Some(region.place.clone())),
        (None, None) => (key, None),
    }
}

/// What is wrong if things of a service are known in another region than the one in which the service would be looked
/// for: there, nothing of them is to be seen, so that they would count as gone.
fn in_other_regions(blueprint: &Blueprint, state: &State, now: &Places) -> Vec<Diagnostic> {
    let aws = &blueprint.aws;
    let finding = |away: Away| {
        let (key, own) = match away.service {
            Service::AppStream => ("aws.regions.appstream", aws.regions.appstream.as_ref()),
            Service::Connect | Service::S3 => ("aws.regions.connect", aws.regions.connect.as_ref()),
            Service::IdentityCenter => ("aws.identity_center.region", aws.identity_center.region.as_ref()),
        };
        let (key, place) = said(blueprint, key, own);
        let (name, service, region) = (&state.environment, away.service.name(), &away.region);
        let message = format!(
            "`{name}` has {} of {service} in {region}, and this command would work in {}",
            plural(away.things, "resource"),
            away.service.region(&now.regions)
        );
        Diagnostic::error("other-region", message)
            .note(format!(
                "in another region, Headset does not see what is in {region} and would count it as gone"
            ))
            .help(format!(
                "go on in {region} (`{key}`); to move it, take the environment down there first"
            ))
            .at_maybe(place)
    };
    state.away_from(now).into_iter().map(finding).collect()
}

/// When the environment expires, and the lifetime in seconds that this comes from: fixed when it is first set, so that a later
/// apply does not prolong it. Another lifetime counts from the same moment.
fn expiry(blueprint: &Blueprint, state: &State, now: jiff::Timestamp) -> Option<(String, u64)> {
    let seconds = blueprint.lifetime.as_ref()?.value.as_secs();
    let span = |seconds: u64| i64::try_from(seconds).ok().map(jiff::SignedDuration::from_secs);
    let begun = match (&state.expires, state.lifetime) {
        (None, _) => now,
        // What is not known to be another lifetime counts as the same.
        (Some(at), None) => return Some((at.clone(), seconds)),
        (Some(at), Some(before)) if before == seconds => return Some((at.clone(), seconds)),
        (Some(at), Some(before)) => {
            let at = at.parse::<jiff::Timestamp>().ok()?;
            at.checked_sub(span(before)?).ok()?
        }
    };
    let at = begun.checked_add(span(seconds)?).ok()?;
    let at = jiff::Timestamp::from_second(at.as_second()).ok()?;
    Some((at.to_string(), seconds))
}
