//! The lease of a shared state: who may change it, until when.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// For how long a lease holds unless it is renewed: longer than a network may be away, shorter than people like to wait
/// for one whose holder has died.
pub(super) const HOLDS: Duration = Duration::from_secs(300);

/// The highest number that a lease has: one that is higher was not counted.
pub(super) const HIGHEST: u64 = 1 << 53;

/// How often its holder renews it.
pub(super) const RENEWED: Duration = Duration::from_secs(60);

/// Who may change a shared state. Its moments are those of the service's clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Who, for people: user, machine and process.
    pub holder: String,
    /// The run that holds it: no two runs have the same.
    pub run: String,
    /// Counts the holders: a later one has a higher number.
    pub fence: u64,
    /// Since when.
    #[serde(with = "stamp")]
    pub since: Timestamp,
    /// Until when, unless it is renewed.
    #[serde(with = "stamp")]
    pub until: Timestamp,
    /// Whether its holder has given it back.
    pub released: bool,
}

impl Lease {
    /// Whether another run may take it at this moment.
    pub fn is_free(&self, now: Timestamp) -> bool {
        self.released || self.until <= now
    }

    /// The lease of the next holder.
    pub(super) fn next(before: Option<&Lease>, holder: &str, run: &str, now: Timestamp) -> Lease {
        Lease {
            holder: holder.to_owned(),
            run: run.to_owned(),
            fence: before.map_or(0, |lease| lease.fence) + 1,
            since: now,
            until: later(now),
            released: false,
        }
    }

    /// The same from now on; no shorter than it was, should the clock have jumped.
    pub(super) fn renewed(&self, now: Timestamp) -> Lease {
        Lease {
            until: later(now).max(self.until),
            ..self.clone()
        }
    }
}

impl std::fmt::Display for Lease {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (since, until) = (whole(self.since), whole(self.until));
        write!(f, "{}, since {since}, until {until} unless renewed", self.holder)
    }
}

/// Whole seconds: people read it.
fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

fn later(now: Timestamp) -> Timestamp {
    let span = SignedDuration::try_from(HOLDS).unwrap_or_default();
    now.checked_add(span).unwrap_or(Timestamp::MAX)
}

/// Moments as RFC 3339.
mod stamp {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(at)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}
