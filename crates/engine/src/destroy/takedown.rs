//! The plan that takes an environment down, under the lock of its state.

use std::collections::BTreeMap;
use std::time::Duration;

use headset_core::Address;
use headset_core::diagnostic::Diagnostic;
use headset_design::Design;

use super::leftovers;
use super::proof::{Proof, unproven};
use super::stays::Leftover;
use crate::apply::{Outcome, Running};
use crate::assess::{Assessment, assess, has_shown};
use crate::plan::Plan;
use crate::plan::guard::Allowed;
use crate::proposal::Proposal;
use crate::session::{Session, Stop};
use crate::state::{Entry, Locked, Purpose, Record, State, StoreError};

/// What there is to do.
#[derive(Debug)]
pub enum Way<'a> {
    /// These steps.
    Down(Box<Takedown<'a>>),
    /// Nothing.
    Nothing {
        /// What is not proven to be gone all the same.
        missing: Vec<Leftover>,
    },
}

/// What taking an environment down would do, as long as its lock is held.
#[derive(Debug)]
pub struct Takedown<'a> {
    /// The steps: everything that goes.
    pub proposal: Proposal<'a>,
    /// What a search took in. It is written down only once a user has agreed: a lineage that state knows is taken down
    /// without being named.
    taken_in: Vec<(Address, Record)>,
    /// What is there and was made by Headset, and does not prove it (any more). State keeps it: the next run names it again,
    /// until it is gone or its tags are back.
    unproven: Vec<Leftover>,
    proof: Proof<'a>,
}

/// How it went.
#[derive(Clone, Debug)]
pub struct TakenDown {
    /// How the run went.
    pub outcome: Outcome,
    /// What stays, and what is not proven to be gone.
    pub left: Vec<Leftover>,
    /// Whether everything that was found is gone, or is not the environment's own.
    pub is_gone: bool,
    /// Whether nothing else of it can be there.
    pub is_proven: bool,
}

/// Takes the lock of an environment of which `known` is known: its state, and with it what was found by its tags alone.
///
/// # Errors
/// [`StoreError::Locked`] or [`StoreError::Leased`] if another run holds it after `wait`.
pub async fn lock(session: &Session, known: &State, wait: Duration) -> Result<Locked, StoreError> {
    let fresh = || State {
        resources: BTreeMap::new(),
        ..known.clone()
    };
    session.store.take(session.cloud.clock(), wait, fresh).await
}

/// What there is to take down, as it was looked at.
#[derive(Debug)]
struct Looked {
    plan: Plan,
    findings: Vec<Diagnostic>,
    made: Vec<Entry>,
    unproven: Vec<Leftover>,
    /// Whether nothing is planned, not even to forget something.
    is_nothing: bool,
}

/// Looks what there is of an environment of which so much is known.
async fn look(session: &Session, mut state: State) -> Result<Looked, Stop> {
    let Assessment {
        survey,
        mut plan,
        findings,
        made,
    } = assess(session, &Design::default(), &state).await?;
    let is_nothing = plan.steps.is_empty() && plan.deposed.is_empty();
    for entry in &made {
        state.apply(entry.clone());
    }
    let unproven = unproven(&plan, &survey, &state);
    let stays = |address: &Address| unproven.iter().any(|left| left.what == address.to_string());
    plan.steps.retain(|address, _| !stays(address));
    Ok(Looked {
        plan,
        findings,
        made,
        unproven,
        is_nothing,
    })
}

/// What taking an environment down would do, of which `known` is known, and what is to be known about it. Nothing is held, and
/// nothing changes.
///
/// # Errors
/// If state cannot be read.
pub async fn foresee(session: &Session, known: &State) -> Result<(Plan, Vec<Diagnostic>), Stop> {
    let Looked { plan, findings, .. } = look(session, known.clone()).await?;
    Ok((plan, findings))
}

impl<'a> Takedown<'a> {
    /// Looks what there is to take down of an environment.
    ///
    /// # Errors
    /// If state cannot be read or written.
    pub async fn of(
        session: &'a Session,
        locked: Locked,
        known: &State,
        proof: Proof<'a>,
    ) -> Result<Way<'a>, Stop> {
        let taken_in: Vec<(Address, Record)> = known
            .resources
            .iter()
            .filter(|(address, _)| !locked.state().resources.contains_key(address))
            .map(|(address, record)| (address.clone(), record.clone()))
            .collect();
        let mut state = locked.state().clone();
        state.resources.extend(taken_in.iter().cloned());
        has_shown(session, &Design::default(), &state).await;
        let lineage = state.lineage.clone();
        let Looked {
            plan,
            findings,
            made,
            unproven,
            is_nothing,
        } = look(session, state).await?;
        if is_nothing && plan.partial.is_none() {
            let missing = proof.missing(&lineage).await?;
            if !missing.is_empty() || !proof.is_searched {
                locked.finish().await?;
            }
            return Ok(Way::Nothing { missing });
        }
        Ok(Way::Down(Box::new(Takedown {
            proposal: Proposal {
                session,
                purpose: Purpose::Destroy,
                locked,
                plan,
                findings,
                published: BTreeMap::new(),
                made,
            },
            taken_in,
            unproven,
            proof,
        })))
    }

    /// Carries it out. What goes may be lost for good where the environment was named ([`Allowed::losing_all`]).
    ///
    /// # Errors
    /// [`Stop::Refused`] if a guard refuses it, and if state cannot be read or written.
    pub async fn carry_out(self, allowed: &Allowed, running: Running<'_>) -> Result<TakenDown, Stop> {
        let Takedown {
            mut proposal,
            taken_in,
            unproven: mut left,
            proof,
        } = self;
        // Before anything is written down.
        proposal.check(allowed)?;
        let is_whole = proposal.plan.partial.is_none();
        for (address, record) in taken_in {
            proposal.locked.record(Entry::Done { address, record })?;
        }
        let before = proposal.state().clone();
        let outcome = proposal.run(allowed, running).await?;
        let mut actions = proposal.plan.steps.values().map(|step| &step.action);
        let is_gone = outcome.is_done() && left.is_empty() && !actions.any(|action| action.blocks());
        let missing = match is_gone && is_whole {
            true => proof.missing(&before.lineage).await?,
            false => Vec::new(),
        };
        let is_proven = missing.is_empty() && proof.is_searched;
        if is_gone && is_proven && is_whole {
            // A new environment of this name begins a new lifetime.
            proposal.locked.record(Entry::Expires {
                at: None,
                lifetime: None,
            })?;
            if proposal.state().partial {
                proposal.locked.record(Entry::Partial { is: false })?;
            }
        }
        let account = &proposal.session.context.account;
        left.extend(leftovers::of(&proposal.plan, &outcome, proposal.state(), account));
        left.extend(missing);
        proposal.close().await?;
        Ok(TakenDown {
            outcome,
            left,
            is_gone,
            is_proven,
        })
    }
}
