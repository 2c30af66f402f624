//! Runs that may be refused or fail: a test decides what that means.

use headset_aws::{Aws, CallHook};
use headset_core::diagnostic::{Diagnostic, has_errors};
use headset_design::Design;
use headset_engine::apply::Outcome;
use headset_engine::destroy::{Takedown, TakenDown, Way};
use headset_engine::plan::Selection;
use headset_engine::plan::guard::Allowed;
use headset_engine::proposal::Proposal;
use headset_engine::session::{Session, Stop};
use headset_engine::state::{Leases, LocalStore, State, StoreError};
use tokio_util::sync::CancellationToken;

use super::{PROVEN, Sandbox};

/// How it went.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// What is asked for was refused, because of that.
    Refused(Vec<Diagnostic>),
    /// It could not go on, because of that.
    Stopped(String),
    /// It ran.
    Ran(Outcome),
}

impl From<Stop> for Attempt {
    fn from(stop: Stop) -> Attempt {
        match stop {
            Stop::Refused(findings) | Stop::Mistakes(findings) => Attempt::Refused(findings),
            Stop::Caller(error) => Attempt::Stopped(format!("caller: {error}")),
            Stop::Run(error) => Attempt::Stopped(format!("run: {error:?}")),
            Stop::Store(error) => Attempt::from(error),
        }
    }
}

impl From<StoreError> for Attempt {
    fn from(error: StoreError) -> Attempt {
        Attempt::Stopped(format!("state: {error}"))
    }
}

/// What is asked of an apply.
pub(crate) struct Asked {
    /// What stands at the chokepoint.
    pub(crate) hook: Option<Box<dyn CallHook>>,
    /// Whether a person acts on checkpoints.
    pub(crate) person: bool,
    /// Which part of the plan.
    pub(crate) scope: Selection,
    /// What is allowed.
    pub(crate) allowed: Allowed,
    /// What asks it to stop.
    pub(crate) cancel: CancellationToken,
}

impl Default for Asked {
    fn default() -> Asked {
        Asked {
            hook: None,
            person: true,
            scope: Selection::default(),
            allowed: Allowed::losing_all(true),
            cancel: CancellationToken::new(),
        }
    }
}

impl Sandbox {
    /// An apply, from its beginning to its end, as a process makes it: what it holds at the end it gives back.
    pub(crate) async fn attempt(&self, mut asked: Asked) -> Attempt {
        let aws = self.aws(asked.hook.take()).await;
        let leases = Leases::default();
        let attempt = self
            .attempt_apply(&aws, &self.store_with(&aws, &leases), asked)
            .await;
        leases.release().await;
        attempt.unwrap_or_else(|other| other)
    }

    async fn attempt_apply(&self, aws: &Aws, store: &LocalStore, asked: Asked) -> Result<Attempt, Attempt> {
        store.fetch().await?;
        let design = self.attempt_design(aws, store)?;
        let locked = self.take_from(aws, store).await?;
        let session = Session {
            scope: asked.scope,
            ..self.session_of(aws, &design, locked.state(), store)
        };
        let mut proposal = Proposal::of(&session, locked).await.map_err(Attempt::from)?;
        let ran = self
            .watched(&[], asked.person, None, &asked.cancel, async |running| {
                proposal.carry_out(&asked.allowed, running).await
            })
            .await;
        let outcome = ran.map_err(Attempt::from)?;
        proposal.close().await.map_err(Attempt::from)?;
        Ok(Attempt::Ran(outcome))
    }

    /// What the blueprint asks for, if it may be asked for.
    fn attempt_design(&self, aws: &Aws, store: &LocalStore) -> Result<Design, Attempt> {
        let state = self.state();
        let context = self.context(aws, &state);
        let (mut design, findings) = headset_engine::state::designed(&self.blueprint, &context, &state);
        if has_errors(&findings) {
            return Err(Attempt::Refused(findings));
        }
        headset_engine::state::name_by_answers(&mut design, &state, &store.answers())?;
        Ok(design)
    }

    /// A plan, and a look for drift.
    pub(crate) async fn attempt_look(&self) {
        let aws = self.aws(None).await;
        let store = self.store_with(&aws, &Leases::default());
        if store.fetch().await.is_err() {
            return;
        }
        let Ok(design) = self.attempt_design(&aws, &store) else {
            return;
        };
        let state = self.state();
        let session = self.session_of(&aws, &design, &state, &store);
        drop(headset_engine::assess::assess(&session, &design, &state).await);
        drop(headset_engine::drift::drift(&session).await);
    }

    /// A way down.
    pub(crate) async fn attempt_destroy(&self, hook: Option<Box<dyn CallHook>>) -> Attempt {
        let aws = self.aws(hook).await;
        let leases = Leases::default();
        let attempt = self.attempt_down(&aws, &self.store_with(&aws, &leases)).await;
        leases.release().await;
        attempt.unwrap_or_else(|other| other)
    }

    async fn attempt_down(&self, aws: &Aws, store: &LocalStore) -> Result<Attempt, Attempt> {
        store.fetch().await?;
        let locked = self.take_from(aws, store).await?;
        let known = locked.state().clone();
        let session = self.session_of(aws, &Design::default(), &known, store);
        let way = Takedown::of(&session, locked, &known, PROVEN).await;
        let takedown = match way.map_err(Attempt::from)? {
            Way::Down(takedown) => takedown,
            Way::Nothing { .. } => return Ok(Attempt::Ran(Outcome::default())),
        };
        let ran = self
            .watched(&[], false, None, &CancellationToken::new(), async |running| {
                takedown.carry_out(&Allowed::losing_all(true), running).await
            })
            .await;
        Ok(Attempt::Ran(ran.map_err(Attempt::from)?.outcome))
    }

    /// The store of this environment, as a command opens it.
    fn store_with(&self, aws: &Aws, leases: &Leases) -> LocalStore {
        match self.is_shared {
            true => self.shared_store(aws, leases.clone()),
            false => self.store(),
        }
    }

    fn session_of(&self, aws: &Aws, design: &Design, state: &State, store: &LocalStore) -> Session {
        Session {
            store: store.clone(),
            ..self.session(aws, design, state)
        }
    }

    /// What state holds can be read, and no two addresses have the same thing.
    pub(crate) fn verified(&self) -> Result<(), String> {
        let state = self.store().read();
        let state = state.map_err(|error| format!("the state is damaged: {error}"))?;
        let Some(state) = state else { return Ok(()) };
        for (address, record) in &state.resources {
            // Several may link to the same thing.
            let mut holders = state.holders(address.kind, &record.id);
            holders.retain(|holder| !state.resources[*holder].is_link());
            // The id of an assignment that a person made ends where its group or user would be.
            let is_told = !record.id.is_empty() && !record.id.ends_with(' ');
            if holders.len() > 1 && is_told {
                return Err(format!("{} is at {holders:?}", record.id));
            }
        }
        Ok(())
    }

    /// After a death, where state is shared, another machine goes on.
    pub(crate) fn moves_on(&self) {
        if self.is_shared && self.state_directory().exists() {
            self.on_another_machine();
        }
    }

    /// The lineage of this environment.
    pub(crate) fn lineage(&self) -> &str {
        self.lineage
    }

    /// The end of what was reported last.
    pub(crate) fn last_told(&self) -> String {
        let told = self.told.borrow();
        let failed: Vec<&str> = told
            .split("{\"schema_version\"")
            .filter(|line| line.contains("\"failed\""))
            .collect();
        failed[failed.len().saturating_sub(3)..].join("\n")
    }
}

/// How a run that was followed has ended.
pub(super) trait Ended {
    /// Whether no step of it has failed.
    fn has_not_failed(&self) -> bool;
}

impl Ended for Outcome {
    fn has_not_failed(&self) -> bool {
        self.failed.is_empty()
    }
}

impl Ended for TakenDown {
    fn has_not_failed(&self) -> bool {
        self.outcome.failed.is_empty()
    }
}

impl<T: Ended> Ended for Result<T, Stop> {
    fn has_not_failed(&self) -> bool {
        self.as_ref().map_or(true, Ended::has_not_failed)
    }
}
