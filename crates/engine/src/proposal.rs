//! Applying: a plan under the lock of its state, to be shown, agreed to and carried out.

use std::collections::BTreeMap;

use headset_core::Address;
use headset_core::diagnostic::{Diagnostic, Severity};
use headset_kinds::Published;

use crate::apply::{Outcome, Running, run};
use crate::assess::{Assessment, assess, has_shown};
use crate::plan::Plan;
use crate::plan::guard::{Allowed, guard};
use crate::recorded;
use crate::session::{Session, Stop};
use crate::state::{Changes, Entry, Locked, Purpose, State};

/// What would be done to an environment, as long as its lock is held.
#[derive(Debug)]
pub struct Proposal<'a> {
    pub(crate) session: &'a Session,
    /// What it is for.
    pub(crate) purpose: Purpose,
    pub(crate) locked: Locked,
    /// The steps.
    pub plan: Plan,
    /// What is to be known about them. With errors among it, it may not be carried out.
    pub findings: Vec<Diagnostic>,
    /// Documents that were fetched again, to be kept when it is carried out.
    pub(crate) published: BTreeMap<Address, Published>,
    /// What runs that were cut off have made, to be written down when it is carried out.
    pub(crate) made: Vec<Entry>,
}

impl<'a> Proposal<'a> {
    /// What it takes to make an environment what its blueprint says.
    ///
    /// # Errors
    /// If the blueprint is older than the state, or state cannot be read.
    pub async fn of(session: &'a Session, locked: Locked) -> Result<Proposal<'a>, Stop> {
        has_shown(session, &session.design, locked.state()).await;
        let Assessment {
            survey,
            plan,
            findings,
            made,
        } = assess(session, &session.design, locked.state()).await?;
        Ok(Proposal {
            session,
            purpose: Purpose::Apply,
            locked,
            plan,
            findings,
            published: survey.published,
            made,
        })
    }

    /// What is known by now.
    pub fn state(&self) -> &State {
        self.locked.state()
    }

    /// Carries it out, as far as it is allowed. One attempt: what fails is reported and left for the next run.
    ///
    /// # Errors
    /// [`Stop::Refused`] if a guard refuses it, and if state cannot be written.
    pub async fn carry_out(&mut self, allowed: &Allowed, running: Running<'_>) -> Result<Outcome, Stop> {
        let outcome = self.run(allowed, running).await?;
        if self.locked.state().partial && outcome.is_done() && self.plan.partial.is_none() {
            // Everything that the blueprint asks for is in state now, with tags or without.
            self.locked.record(Entry::Partial { is: false })?;
        }
        Ok(outcome)
    }

    /// Asks the guards.
    ///
    /// # Errors
    /// [`Stop::Refused`] with everything that is refused.
    pub(crate) fn check(&self, allowed: &Allowed) -> Result<(), Stop> {
        let mut refused = guard(&self.plan, allowed);
        let errors = self.findings.iter();
        refused.extend(
            errors
                .filter(|finding| finding.severity == Severity::Error)
                .cloned(),
        );
        match refused.is_empty() {
            true => Ok(()),
            false => Err(Stop::Refused(refused)),
        }
    }

    /// Runs the steps. Guards are asked here, so that no use case and no command can leave them out.
    pub(crate) async fn run(&mut self, allowed: &Allowed, running: Running<'_>) -> Result<Outcome, Stop> {
        self.check(allowed)?;
        let (session, purpose, serial) = (self.session, self.purpose, self.state().serial);
        let changes = recorded::changes(&self.plan);
        if changes == Changes::default() {
            return self.steps(allowed, running).await;
        }
        let begun = recorded::begin(session, purpose, running.on, Some(&self.plan), changes, serial).await?;
        let result = self.steps(allowed, running).await;
        let ended = recorded::end(session, begun, recorded::ending(&result), self.state().serial).await;
        let outcome = result?;
        ended?;
        Ok(outcome)
    }

    async fn steps(&mut self, allowed: &Allowed, running: Running<'_>) -> Result<Outcome, Stop> {
        let Proposal {
            session,
            locked,
            plan,
            published,
            made,
            ..
        } = self;
        session.prepare(locked, made, &plan.moved, published)?;
        let answers = session.store.answers();
        Ok(run(session.cloud.as_ref(), plan, allowed, locked, answers, running).await?)
    }

    /// Ends it: writes state as a whole, and gives the lock back.
    ///
    /// # Errors
    /// If state cannot be written.
    pub async fn close(self) -> Result<State, Stop> {
        Ok(self.locked.finish().await?)
    }
}
