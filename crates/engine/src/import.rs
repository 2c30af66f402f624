//! Taking over what exists already and the blueprint asks for: into state, and nothing changes in the cloud.
//!
//! [`crate::plan::import`] decides what may be taken over; this looks, and writes down what a user agreed to.

use headset_core::Address;
use headset_core::diagnostic::has_errors;
use headset_kinds::discovery::Trace;
use headset_kinds::registry;

use crate::assess::{assess, has_shown};
use crate::plan::import::{Import, ImportInput, import};
use crate::plan::{Action, Plan};
use crate::recorded;
use crate::session::{Session, Stop};
use crate::state::{Changes, Ending, Entry, Locked, Purpose};

/// What may be taken over, under the lock of state.
#[derive(Debug)]
pub struct Offer<'a> {
    session: &'a Session,
    locked: Locked,
    moved: Vec<(Address, Address)>,
    /// What runs that were cut off have made.
    made: Vec<Entry>,
    /// Whether things that carry no tags may be there without being taken over.
    is_part: bool,
    /// What may be taken over, and what may not.
    pub import: Import,
}

impl<'a> Offer<'a> {
    /// Looks what may be taken over: everything that fits where `only` is empty.
    ///
    /// # Errors
    /// If the blueprint is older than the state, or state cannot be read.
    pub async fn of(session: &'a Session, locked: Locked, only: &[Address]) -> Result<Offer<'a>, Stop> {
        has_shown(session, &session.design, locked.state()).await;
        let assessment = assess(session, &session.design, locked.state()).await?;
        let moved = assessment.plan.moved.clone();
        // What the blueprint asks for at other addresses is known, and not taken over once more.
        let mut known = locked.state().clone();
        for entry in &assessment.made {
            known.apply(entry.clone());
        }
        known.apply(Entry::Relocated { moves: moved.clone() });
        let import = import(&ImportInput {
            design: &session.design,
            state: &known,
            survey: &assessment.survey,
            plan: &assessment.plan,
            only,
        });
        let is_part = !only.is_empty() || has_errors(&import.findings) || is_anything_open(&assessment.plan);
        Ok(Offer {
            session,
            locked,
            moved,
            made: assessment.made,
            is_part,
            import,
        })
    }

    /// Takes it over: a lineage that was found again, where things moved to, and then the things. `on` is who does that: the
    /// user, the machine, the process.
    ///
    /// # Errors
    /// If state cannot be written.
    pub async fn take_over(self, on: &str) -> Result<Import, Stop> {
        let Offer {
            session,
            mut locked,
            moved,
            made,
            is_part,
            import,
        } = self;
        let changes = Changes {
            kept: import.records.len(),
            ..Changes::default()
        };
        let begun = match import.records.is_empty() {
            true => None,
            false => {
                let serial = locked.state().serial;
                Some(recorded::begin(session, Purpose::Import, on, None, changes, serial).await?)
            }
        };
        if !import.records.is_empty() {
            if let Some(inherited) = &import.inherited {
                locked.record(Entry::Inherited {
                    lineage: inherited.lineage.clone(),
                })?;
                locked.record(Entry::Expires {
                    at: inherited.expires.clone(),
                    lifetime: None,
                })?;
            }
            if is_part && !locked.state().holds_anything() {
                locked.record(Entry::Partial { is: true })?;
            } else if !is_part && locked.state().partial {
                locked.record(Entry::Partial { is: false })?;
            }
            for entry in made {
                locked.record(entry)?;
            }
            session.relocate(&mut locked, &moved)?;
            session.place(&mut locked)?;
        }
        for (address, record) in &import.records {
            locked.record(Entry::Done {
                address: address.clone(),
                record: record.clone(),
            })?;
        }
        let serial = locked.finish().await?.serial;
        if let Some(begun) = begun {
            recorded::end(session, begun, Ending::Done, serial).await?;
        }
        Ok(import)
    }
}

/// Whether something cannot be looked up because a person's answers about it are not here: what hangs on it and carries no
/// tags is not taken over.
fn is_anything_open(plan: &Plan) -> bool {
    let mut steps = plan.steps.values();
    steps.any(|step| {
        let kind = registry::kind(step.address.kind);
        matches!(step.action, Action::Await { .. }) && matches!(kind.trace(), Trace::Nothing { .. })
    })
}
