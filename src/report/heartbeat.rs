//! What is in work right now: what bars show and heartbeats tell.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::words::between;
use crate::apply::event::Event;
use crate::resource::Address;

/// One thing in work.
#[derive(Clone, Debug)]
pub(super) struct InWork {
    pub(super) doing: &'static str,
    pub(super) since: Timestamp,
    pub(super) observed: String,
}

/// Everything in work.
#[derive(Clone, Debug, Default)]
pub(super) struct Board {
    pub(super) in_work: BTreeMap<Address, InWork>,
    pub(super) steps: usize,
    pub(super) ended: usize,
}

impl Board {
    /// Takes an event into account. Returns how long the thing took that the event ends.
    pub(super) fn note(&mut self, at: Timestamp, event: &Event) -> Option<String> {
        match event {
            Event::Begun { steps, .. } => {
                self.steps = *steps;
                None
            }
            Event::Started { address, doing, .. } => {
                self.in_work.insert(
                    address.clone(),
                    InWork {
                        doing,
                        since: at,
                        observed: String::new(),
                    },
                );
                None
            }
            Event::Observed {
                address,
                state,
                detail,
            } => {
                if let Some(work) = self.in_work.get_mut(address) {
                    work.observed = if detail.is_empty() {
                        state.clone()
                    } else {
                        format!("{state} {detail}")
                    };
                }
                None
            }
            Event::Finished { address, .. } | Event::Failed { address, .. } => {
                self.ended += 1;
                self.in_work.remove(address).map(|work| between(work.since, at))
            }
            Event::Skipped { .. } => {
                self.ended += 1;
                None
            }
            Event::CheckpointOpened { checkpoint } => {
                if let Some(work) = self.in_work.get_mut(&checkpoint.address) {
                    work.observed = "waiting for a person".to_owned();
                }
                None
            }
            Event::CheckpointAnswered { .. }
            | Event::CheckpointRefused { .. }
            | Event::WaitingForPeople { .. }
            | Event::Interrupted => None,
        }
    }

    /// One line for each thing in work: `appstream.fleet/agents: STARTING 0/2 running (3m10s)`.
    pub(super) fn lines(&self, now: Timestamp) -> Vec<String> {
        self.in_work
            .iter()
            .map(|(address, work)| {
                let observed = if work.observed.is_empty() {
                    work.doing
                } else {
                    work.observed.as_str()
                };
                format!("{address}: {observed} ({})", between(work.since, now))
            })
            .collect()
    }
}
