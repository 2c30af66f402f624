//! How a step waits: the rhythm of its looks, and when it gives up.

use headset_kinds::Cloud;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::failure::Failure;
use crate::state::StoreError;
use headset_core::{AwsError, Class};
use headset_kinds::Kind;

/// The first look comes after this, and each further one takes half as long again ...
const FIRST_LOOK: Duration = Duration::from_millis(500);
/// ... up to this.
const LONGEST_LOOK: Duration = Duration::from_secs(30);
/// So many looks in a row with trouble, and ...
const TROUBLED_LOOKS: u32 = 3;
/// ... so long, mean that it is not transient. AppStream's error lists come and go while a fleet starts.
/// How long is not documented: assumption `appstream.fleet-errors-transient`.
const TROUBLED_FOR: Duration = Duration::from_secs(300);
/// So many failed reads in a row end a wait.
const FAILED_READS: u32 = 5;
/// How long a deletion is refused as "in use" before that is believed. Assumption: appstream.in-use-lingers.
const STILL_IN_USE: Duration = Duration::from_secs(180);

/// Why a step did not finish.
#[derive(Debug)]
pub(super) enum StepError {
    /// AWS said no.
    Aws(AwsError),
    /// State cannot be written: nothing more may be done.
    Store(StoreError),
    /// Something else.
    Other(Failure),
    /// The user asked to stop.
    Stopped,
}

impl From<AwsError> for StepError {
    fn from(error: AwsError) -> StepError {
        StepError::Aws(error)
    }
}

impl From<Failure> for StepError {
    fn from(failure: Failure) -> StepError {
        StepError::Other(failure)
    }
}

impl From<StoreError> for StepError {
    fn from(error: StoreError) -> StepError {
        StepError::Store(error)
    }
}

/// How a step waits until open sessions have ended.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    /// Until when; `None`: the wait has not begun.
    pub(super) until: Option<jiff::Timestamp>,
    /// How many were open when that was said last.
    pub(super) told: Option<u32>,
}

/// The rhythm and the limits of a wait.
pub(super) struct Polling<'a> {
    cloud: &'a dyn Cloud,
    timeout: Duration,
    since: jiff::Timestamp,
    pub(super) pause: Duration,
    state: String,
    troubled: u32,
    troubled_since: Option<jiff::Timestamp>,
    failed: u32,
    refused_since: Option<jiff::Timestamp>,
}

impl<'a> Polling<'a> {
    /// `asked` is the time that the blueprint gives, in seconds; otherwise the kind's own timeout counts.
    pub(super) fn new(cloud: &'a dyn Cloud, kind: &dyn Kind, asked: Option<u64>) -> Polling<'a> {
        Polling {
            cloud,
            timeout: Duration::from_secs(asked.unwrap_or_else(|| kind.timeout())),
            since: cloud.clock().now(),
            pause: FIRST_LOOK,
            state: String::new(),
            troubled: 0,
            troubled_since: None,
            failed: 0,
            refused_since: None,
        }
    }

    pub(super) fn restart(&mut self) {
        self.since = self.cloud.clock().now();
        self.pause = FIRST_LOOK;
        self.failed = 0;
        self.refused_since = None;
        self.troubled = 0;
        self.troubled_since = None;
    }

    /// Counts a look at something that is on its way. Another state gives the wait new time.
    pub(super) fn moving(&mut self, state: &str, error: Option<&str>) -> Result<(), StepError> {
        if self.state != state {
            self.state = state.to_owned();
            self.since = self.cloud.clock().now();
        }
        match error {
            Some(reason) => {
                let now = self.cloud.clock().now();
                let since = *self.troubled_since.get_or_insert(now);
                self.troubled += 1;
                if self.troubled >= TROUBLED_LOOKS
                    && seconds_between(since, now) >= TROUBLED_FOR.as_secs_f64()
                {
                    let (state, error) = (state.to_owned(), reason.to_owned());
                    return Err(Failure::Stuck { state, error }.into());
                }
            }
            None => {
                self.troubled = 0;
                self.troubled_since = None;
            }
        }
        let waited = seconds_between(self.since, self.cloud.clock().now());
        if waited > self.timeout.as_secs_f64() {
            let seconds = Duration::from_secs_f64(waited.max(0.0)).as_secs();
            let state = state.to_owned();
            return Err(Failure::StillMoving { state, seconds }.into());
        }
        Ok(())
    }

    /// Whether the last look showed an error at something that is on its way.
    pub(super) fn is_troubled(&self) -> bool {
        self.troubled > 0
    }

    /// Counts a refusal because something is still in use, or not in the right state. What let go of it may be gone
    /// already and AWS takes its time to notice, or the change has begun and only its answer was lost.
    pub(super) fn refused(&mut self, error: AwsError) -> Result<(), StepError> {
        let now = self.cloud.clock().now();
        let since = *self.refused_since.get_or_insert(now);
        match seconds_between(since, now) > STILL_IN_USE.as_secs_f64() {
            true => Err(error.into()),
            false => Ok(()),
        }
    }

    pub(super) fn failed_read(&mut self, error: AwsError) -> Result<(), StepError> {
        self.failed += 1;
        match self.failed >= FAILED_READS || error.class == Class::Denied {
            true => Err(error.into()),
            false => Ok(()),
        }
    }

    pub(super) async fn wait(&mut self, cancel: &CancellationToken) -> Result<(), StepError> {
        let pause = self.pause;
        self.pause = pause.mul_f64(1.5).min(LONGEST_LOOK);
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(StepError::Stopped),
            () = self.cloud.clock().sleep(pause) => Ok(()),
        }
    }
}

pub(super) fn seconds_between(earlier: jiff::Timestamp, later: jiff::Timestamp) -> f64 {
    later.duration_since(earlier).as_secs_f64()
}
