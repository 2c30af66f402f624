//! The rate budget: how many calls a second each service gets, shared by every task.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;

use super::clock::Clock;

/// Calls a second, and how many may come at once after a pause.
///
/// Connect: the documented default for every operation that is not listed otherwise. The others publish no
/// figures; these stay far below what field reports call throttled (assumption `pace.unpublished`).
fn budget(service: &str) -> (f64, f64) {
    match service {
        "connect" => (2.0, 5.0),
        "appstream" => (5.0, 10.0),
        "s3" => (100.0, 100.0),
        _ => (10.0, 20.0),
    }
}

/// Token buckets by service.
#[derive(Debug, Default)]
pub(super) struct Pace {
    buckets: Mutex<BTreeMap<&'static str, Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: Timestamp,
}

impl Pace {
    /// Waits until the service's budget has room for one more call. Returns how long that took.
    pub(super) async fn take(&self, service: &'static str, clock: &Clock) -> Duration {
        let wait = self.reserve(service, clock.now());
        if !wait.is_zero() {
            clock.sleep(wait).await;
        }
        wait
    }

    /// Takes a token, on credit if there is none, and says how long to wait for it.
    fn reserve(&self, service: &'static str, now: Timestamp) -> Duration {
        let (rate, burst) = budget(service);
        let mut buckets = self
            .buckets
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let bucket = buckets.entry(service).or_insert(Bucket {
            tokens: burst,
            at: now,
        });
        let elapsed = now.duration_since(bucket.at).as_secs_f64().max(0.0);
        bucket.tokens = (bucket.tokens + elapsed * rate).min(burst) - 1.0;
        bucket.at = now;
        if bucket.tokens >= 0.0 {
            Duration::ZERO
        } else {
            Duration::from_secs_f64(-bucket.tokens / rate)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_free_and_what_follows_is_spaced_by_the_rate() {
        let pace = Pace::default();
        let now = Timestamp::from_second(1_000).unwrap();
        let waits: Vec<_> = (0..7).map(|_| pace.reserve("connect", now).as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 500, 1000]);
        let later = Timestamp::from_second(1_100).unwrap();
        assert_eq!(pace.reserve("connect", later), Duration::ZERO);
    }
}
