//! What calls had to wait for.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Why a call had to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Headset's own rate budget for the service.
    Budget,
    /// AWS said that there were too many calls.
    Throttled,
    /// Another failure that trying again helps against.
    Retry,
}

/// How long the calls of one operation had to wait for one reason, all tasks together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Delay {
    /// The service.
    pub service: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// The reason.
    pub why: Why,
    /// How many calls.
    pub times: u32,
    /// How long in sum.
    pub waited: Duration,
}

/// What calls had to wait for, by operation and reason.
#[derive(Debug, Default)]
pub(super) struct Delays(Mutex<BTreeMap<(&'static str, &'static str, Why), Delay>>);

impl Delays {
    /// One more call had to wait.
    pub(super) fn note(&self, service: &'static str, operation: &'static str, why: Why, waited: Duration) {
        let mut delays = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let delay = delays.entry((service, operation, why)).or_insert(Delay {
            service,
            operation,
            why,
            times: 0,
            waited: Duration::ZERO,
        });
        delay.times += 1;
        delay.waited += waited;
    }

    /// All until now.
    pub(super) fn all(&self) -> Vec<Delay> {
        let delays = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        delays.values().copied().collect()
    }
}
