//! Open sessions: what would cut them off waits for their end, where that is asked for.

use std::time::Duration;

use jiff::Timestamp;

use super::event::Event;
use super::failure::Failure;
use super::step::StepRunner;
use super::wait::{Sessions, StepError};
use crate::plan::Step;
use headset_kinds::{Address, Change, Diff, Live};

/// So often it is looked whether sessions have ended.
const LOOK: Duration = Duration::from_secs(30);

impl StepRunner<'_, '_> {
    /// Waits a while if sessions are open that the step would cut off. `true`: it is time for another look.
    ///
    /// New sessions may begin meanwhile: AppStream closes no fleet to them but by a stop. DrainSessionInstance is about one
    /// instance of a multi-session fleet, and the next session begins on another one.
    pub(super) async fn waits_for_sessions(
        &self,
        address: &Address,
        live: &Live,
        sessions: &mut Sessions,
    ) -> Result<bool, StepError> {
        // Where AWS does not report them, there is nothing to wait for.
        let open = live.sessions.unwrap_or_default();
        let Some(limit) = self
            .allowed
            .wait_for_sessions
            .filter(|_| live.running && open > 0)
        else {
            return Ok(false);
        };
        let now = self.cloud.clock().now();
        let latest = now.checked_add(limit).unwrap_or(Timestamp::MAX);
        let until = *sessions.until.get_or_insert(latest);
        if now >= until {
            let seconds = limit.as_secs();
            return match self.allowed.disruption {
                true => Ok(false),
                false => Err(Failure::SessionsStay { open, seconds }.into()),
            };
        }
        if sessions.told != Some(open) {
            sessions.told = Some(open);
            self.emit(Event::WaitingForSessions {
                address: address.clone(),
                open,
                until,
            });
        }
        let left = Duration::try_from(until.duration_since(now)).unwrap_or(LOOK);
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(StepError::Stopped),
            () = self.cloud.clock().sleep(LOOK.min(left)) => Ok(true),
        }
    }

    /// Sessions may have opened since the plan was made: refuses a stop that the user did not see.
    pub(super) fn check_stop(&self, step: &Step, live: &Live, diff: &Diff) -> Result<(), StepError> {
        let stops = diff.iter().any(|change| change.change == Change::Stopped);
        let planned = step.impact.sessions().unwrap_or_default();
        let open = live.sessions.unwrap_or_default();
        if stops && live.running && open > planned {
            return Err(Failure::SessionsOpened { open, planned }.into());
        }
        Ok(())
    }
}
