//! The rate budget: how many calls a second each service gets in each account and region, shared by every task.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use headset_core::Clock;

/// Calls a second, and how many may come at once after a pause.
///
/// Connect: the documented default for every operation that is not listed otherwise. The others publish no
/// figures; these stay far below what field reports call throttled (assumption `pace.unpublished`).
fn budget(service: &str) -> (f64, f64) {
    match service {
        "connect" => (2.0, 5.0),
        "appstream" => (5.0, 10.0),
        // The documented limit of LookupEvents.
        "cloudtrail" => (2.0, 2.0),
        "s3" => (100.0, 100.0),
        _ => (10.0, 20.0),
    }
}

/// What AWS counts together: the calls of one service in one region by one account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Counter {
    pub(super) service: &'static str,
    /// Empty for services that are everywhere the same.
    pub(super) region: String,
    /// The role whose account it is; empty for the account of the credentials.
    pub(super) role: String,
}

/// Token buckets by service, account and region. Clones share them: one is enough for all the environments that a
/// process works on with the same credentials.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    buckets: Arc<Mutex<BTreeMap<Counter, Bucket>>>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: Timestamp,
}

impl Pace {
    /// Waits until the budget has room for one more call. Returns how long that took.
    pub(super) async fn take(&self, counter: Counter, clock: &Clock) -> Duration {
        let wait = self.reserve(counter, clock.now());
        if !wait.is_zero() {
            clock.sleep(wait).await;
        }
        wait
    }

    /// Takes a token, on credit if there is none, and says how long to wait for it.
    fn reserve(&self, counter: Counter, now: Timestamp) -> Duration {
        let (rate, burst) = budget(counter.service);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(counter).or_insert(Bucket {
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

    fn connect(region: &str, role: &str) -> Counter {
        Counter {
            service: "connect",
            region: region.to_owned(),
            role: role.to_owned(),
        }
    }

    #[test]
    fn a_burst_is_free_and_what_follows_is_spaced_by_the_rate() {
        let pace = Pace::default();
        let now = Timestamp::from_second(1_000).unwrap();
        let reserve = |now| pace.reserve(connect("eu-west-2", ""), now);
        let waits: Vec<_> = (0..7).map(|_| reserve(now).as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 500, 1000]);
        let later = Timestamp::from_second(1_100).unwrap();
        assert_eq!(reserve(later), Duration::ZERO);
    }

    #[test]
    fn each_region_and_each_account_has_its_own_bucket_and_clones_share_it() {
        let pace = Pace::default();
        let now = Timestamp::from_second(1_000).unwrap();
        for _ in 0..5 {
            assert_eq!(
                pace.clone().reserve(connect("eu-west-2", ""), now),
                Duration::ZERO
            );
        }
        assert!(pace.reserve(connect("eu-west-2", ""), now) > Duration::ZERO);
        assert_eq!(pace.reserve(connect("us-east-1", ""), now), Duration::ZERO);
        let role = "arn:aws:iam::111122223333:role/headset-identity-center";
        assert_eq!(pace.reserve(connect("eu-west-2", role), now), Duration::ZERO);
    }
}
