//! What is in work right now: what bars show and heartbeats tell.

use std::collections::BTreeMap;
use std::time::Instant;

use jiff::Timestamp;

use super::operation::doing;
use super::words::{between, plural};
use headset_core::Address;
use headset_engine::apply::Operation;
use headset_engine::apply::event::Event;

/// One thing in work.
#[derive(Clone, Debug)]
pub(super) struct InWork {
    pub(super) operation: Operation,
    pub(super) since: Timestamp,
    pub(super) observed: String,
}

/// The time of a run as it passes between two events.
///
/// Events carry the run's own time. A wait has no events for minutes, and its age has to grow all the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pulse {
    rate: f64,
    last: Option<(Timestamp, Instant)>,
}

impl Pulse {
    /// A pulse whose time passes `rate` seconds in each second of the wall: 1 on AWS, the speed of a simulation that
    /// runs at a speed, 0 where a simulation's clock only jumps.
    pub(super) fn new(rate: f64) -> Pulse {
        Pulse { rate, last: None }
    }

    /// Notes the time of an event.
    pub(super) fn beat(&mut self, at: Timestamp) {
        self.last = Some((at, Instant::now()));
    }

    /// The run's time now. `None` before the first event.
    pub(super) fn now(&self) -> Option<Timestamp> {
        let (at, since) = self.last?;
        Some(self.after(at, since.elapsed()))
    }

    /// The run's time when the wall is this much further than at an event.
    fn after(&self, at: Timestamp, wall: std::time::Duration) -> Timestamp {
        let passed = jiff::SignedDuration::try_from(wall.mul_f64(self.rate)).unwrap_or_default();
        at.checked_add(passed).unwrap_or(at)
    }
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
            Event::Started {
                address, operation, ..
            } => {
                // A step that is held by a checkpoint starts again at each look, and has waited since its first start.
                self.in_work.entry(address.clone()).or_insert_with(|| InWork {
                    operation: *operation,
                    since: at,
                    observed: String::new(),
                });
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
            Event::WaitingForSessions { address, open, .. } => {
                if let Some(work) = self.in_work.get_mut(address) {
                    work.observed = format!("waiting for {}", plural(*open as usize, "open session"));
                }
                None
            }
            Event::CheckpointOpened { checkpoint } => {
                if let Some(work) = self.in_work.get_mut(&checkpoint.address) {
                    work.observed = "waiting for a person".to_owned();
                }
                None
            }
            Event::CheckpointAnswered { .. }
            | Event::UpToDate { .. }
            | Event::CheckpointRefused { .. }
            | Event::WaitingForPeople { .. }
            | Event::Unanswered { .. }
            | Event::CredentialsExpired { .. }
            | Event::CredentialsRenewed
            | Event::Interrupted => None,
        }
    }

    /// One line for each thing in work: `appstream.fleet/agents: STARTING 0/2 running (3m10s)`.
    pub(super) fn lines(&self, now: Timestamp) -> Vec<String> {
        self.in_work
            .iter()
            .map(|(address, work)| {
                let observed = if work.observed.is_empty() {
                    doing(work.operation)
                } else {
                    work.observed.as_str()
                };
                format!("{address}: {observed} ({})", between(work.since, now))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use headset_engine::plan::Phase;

    fn started(address: &Address) -> Event {
        Event::Started {
            address: address.clone(),
            phase: Phase::Up,
            operation: Operation::Checkpoint,
        }
    }

    #[test]
    fn a_wait_grows_older_between_two_events() {
        let at: Timestamp = "2026-11-28T10:00:00Z".parse().unwrap();
        let three_minutes = Duration::from_secs(180);
        for (rate, passed) in [(1.0, 180), (60.0, 10_800), (0.0, 0)] {
            let now = Pulse::new(rate).after(at, three_minutes);
            assert_eq!(now.duration_since(at).as_secs(), passed, "rate {rate}");
        }
    }

    #[test]
    fn a_checkpoint_that_is_looked_at_again_has_waited_since_its_first_start() {
        let address = headset_core::address!("identity_center.application", "acme");
        let mut board = Board::default();
        let at: Timestamp = "2026-11-28T10:00:00Z".parse().unwrap();
        board.note(at, &started(&address));
        board.note(at + jiff::SignedDuration::from_secs(50), &started(&address));
        let lines = board.lines(at + jiff::SignedDuration::from_secs(60));
        assert_eq!(lines, ["identity_center.application/acme: checkpoint (1m00s)"]);
    }
}
