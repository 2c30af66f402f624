//! The simulator's time.
//!
//! Every lifecycle (a fleet that starts, an image that is snapshotted) happens on this clock. It is
//! derived from tokio's clock: where tokio's time is paused (`--sim`), it jumps to the next event as
//! soon as every task waits; where it is not (`sim serve`), it runs `speed` times as fast as the wall.

use std::sync::Mutex;
use std::time::Duration;

/// A moment of simulated time, in whole milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Moment(pub u64);

impl Moment {
    /// The last moment that any calendar here can write.
    pub(crate) const LAST: Moment = Moment(253_370_000_000_000);

    /// The moment `span` later. No time goes on beyond [`Moment::LAST`].
    pub fn after(self, span: Duration) -> Moment {
        let span = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        Moment(self.0.saturating_add(span).min(Moment::LAST.0))
    }

    /// Seconds since the epoch, as AWS's JSON protocols write timestamps.
    pub fn epoch_seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

/// The virtual clock. One per simulator.
#[derive(Debug)]
pub(crate) struct SimClock {
    origin: Moment,
    started: tokio::time::Instant,
    speed: f64,
    skipped: Mutex<Duration>,
}

impl SimClock {
    /// A clock that reads `origin` now and then runs `speed` simulated seconds a second of tokio's time.
    pub(crate) fn new(origin: Moment, speed: f64) -> SimClock {
        SimClock {
            origin,
            started: tokio::time::Instant::now(),
            speed,
            skipped: Mutex::new(Duration::ZERO),
        }
    }

    /// What time it is in the simulation.
    pub(crate) fn now(&self) -> Moment {
        let skipped = *self
            .skipped
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        self.origin
            .after(self.started.elapsed().mul_f64(self.speed).saturating_add(skipped))
    }

    /// How long the clients have lived. In process they share this clock (and its speed), over loopback they have the
    /// wall clock, which `speed` does nothing to. Rates and latencies are theirs: their budgets and pauses are, too.
    pub(super) fn of_clients(&self, loopback: bool) -> Duration {
        let elapsed = self.started.elapsed();
        if loopback {
            elapsed
        } else {
            elapsed.mul_f64(self.speed)
        }
    }

    /// Lets `span` of the clients' time pass: see [`SimClock::of_clients`]. Where time stands still, none does.
    pub(super) async fn pass(&self, span: Duration, loopback: bool) {
        let speed = if loopback { 1.0 } else { self.speed };
        if speed > 0.0 {
            tokio::time::sleep(span.div_f64(speed)).await;
        }
    }

    /// Jumps ahead by `span` (the control plane's `POST /_sim/clock`).
    pub(crate) fn skip(&self, span: Duration) {
        let mut skipped = self
            .skipped
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        *skipped = skipped.saturating_add(span);
    }
}

/// The real time.
pub(crate) fn wall() -> Moment {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Moment(since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn time_ends_before_calendars_do() {
        let clock = SimClock::new(Moment(0), 1.0);
        clock.skip(Duration::MAX);
        clock.skip(Duration::MAX);
        assert_eq!(clock.now(), Moment::LAST);
        assert_eq!(Moment(u64::MAX).after(Duration::MAX), Moment::LAST);
        jiff::Timestamp::from_millisecond(Moment::LAST.0 as i64).unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn clients_in_process_live_as_fast_as_the_cloud_and_those_over_loopback_by_the_wall() {
        let clock = SimClock::new(Moment(0), 60.0);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(clock.now(), Moment(120_000));
        assert_eq!(clock.of_clients(false), Duration::from_secs(120));
        assert_eq!(clock.of_clients(true), Duration::from_secs(2));
        // A jump of the cloud's clock is no time in which a client made no calls.
        clock.skip(Duration::from_secs(3_600));
        assert_eq!(clock.of_clients(false), Duration::from_secs(120));

        let began = tokio::time::Instant::now();
        clock.pass(Duration::from_secs(60), false).await;
        assert_eq!(began.elapsed(), Duration::from_secs(1));
        clock.pass(Duration::from_secs(60), true).await;
        assert_eq!(began.elapsed(), Duration::from_secs(61));
    }
}
