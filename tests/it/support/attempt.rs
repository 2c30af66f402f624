//! Runs that may be refused or fail: a test decides what that means.

use headset_aws::CallHook;
use headset_core::diagnostic::{Diagnostic, has_errors};
use headset_design::Design;
use headset_engine::apply::Outcome;
use headset_engine::destroy::{Takedown, TakenDown, Way};
use headset_engine::proposal::Proposal;
use headset_engine::session::Stop;

use super::{PROVEN, Sandbox};

/// How it went.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// It was refused, because of that.
    Refused(Vec<Diagnostic>),
    /// It ran.
    Ran(Outcome),
}

/// What a use case that stops says for itself.
fn refused(stop: Stop) -> Attempt {
    match stop {
        Stop::Refused(findings) | Stop::Mistakes(findings) => Attempt::Refused(findings),
        Stop::Caller(error) => Attempt::Refused(vec![Diagnostic::error("caller", error.to_string())]),
        Stop::Run(error) => Attempt::Refused(vec![Diagnostic::error("run", format!("{error:?}"))]),
        Stop::Store(error) => Attempt::Refused(vec![Diagnostic::error("store", error.to_string())]),
    }
}

impl Sandbox {
    /// An apply.
    pub(crate) async fn attempt(&self, hook: Option<Box<dyn CallHook>>, person: bool) -> Attempt {
        let aws = self.aws(hook).await;
        if let Err(error) = self.try_fetch(&aws).await {
            return refused(Stop::Store(error));
        }
        let state = self.state();
        let context = self.context(&aws, &state);
        let (mut design, findings) = headset_engine::state::designed(&self.blueprint, &context, &state);
        if has_errors(&findings) {
            return Attempt::Refused(findings);
        }
        let answers = self.store().answers();
        if let Err(error) = headset_engine::state::name_by_answers(&mut design, &state, &answers) {
            return refused(Stop::Store(error));
        }
        let locked = match self.try_take(&aws).await {
            Ok(locked) => locked,
            Err(error) => return refused(Stop::Store(error)),
        };
        let session = self.session(&aws, &design, locked.state());
        let mut proposal = match Proposal::of(&session, locked).await {
            Ok(proposal) => proposal,
            Err(stop) => return refused(stop),
        };
        let findings = std::mem::take(&mut proposal.findings);
        if has_errors(&findings) {
            return Attempt::Refused(findings);
        }
        let ran = self
            .watched(&findings, person, None, async |running| {
                proposal.carry_out(running).await
            })
            .await;
        match ran {
            Ok(outcome) => match proposal.close().await {
                Ok(_) => Attempt::Ran(outcome),
                Err(stop) => refused(stop),
            },
            Err(stop) => refused(stop),
        }
    }

    /// A way down.
    pub(crate) async fn attempt_destroy(&self, hook: Option<Box<dyn CallHook>>) -> Attempt {
        let aws = self.aws(hook).await;
        if let Err(error) = self.try_fetch(&aws).await {
            return refused(Stop::Store(error));
        }
        let locked = match self.try_take(&aws).await {
            Ok(locked) => locked,
            Err(error) => return refused(Stop::Store(error)),
        };
        let known = locked.state().clone();
        let session = self.session(&aws, &Design::default(), &known);
        let takedown = match Takedown::of(&session, locked, &known, PROVEN).await {
            Ok(Way::Down(takedown)) => takedown,
            Ok(Way::Nothing { .. }) => return Attempt::Ran(Outcome::default()),
            Err(stop) => return refused(stop),
        };
        let findings = takedown.proposal.findings.clone();
        if has_errors(&findings) {
            return Attempt::Refused(findings);
        }
        let ran = self
            .watched(&findings, false, None, async |running| {
                takedown.carry_out(running).await
            })
            .await;
        match ran {
            Ok(taken_down) => Attempt::Ran(taken_down.outcome),
            Err(stop) => refused(stop),
        }
    }

    /// What state holds can be read, and no two addresses have the same thing.
    pub(crate) fn verified(&self) -> Result<(), String> {
        let state = self
            .store()
            .read()
            .map_err(|error| format!("the state is damaged: {error}"))?;
        for (address, record) in state.iter().flat_map(|state| &state.resources) {
            let holders = state.as_ref().unwrap().holders(address.kind, &record.id);
            if holders.len() != 1 && !record.id.is_empty() {
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
