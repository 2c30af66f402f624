//! The time by AWS's clock. Requests are signed by it, however wrong the clock of this machine is.
//!
//! AWS refuses a signature that is minutes off, and says its own time in the `Date` of every answer. One difference serves
//! the clients of all services, and those that fetch credentials: what the first refusal taught, no other call learns again.
//! (The SDK would learn it too, for each client by itself.)

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use aws_smithy_async::time::TimeSource;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use jiff::SignedDuration;

/// A smaller difference is left alone, in milliseconds: answers say whole seconds, and take their time to arrive.
const IGNORED: i64 = 60_000;
/// An answer that took longer says too little about when it was made.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);
/// The codes with which services refuse a signature of another time. The first is S3's, the second that of the Query
/// protocol.
const REFUSALS: [&str; 3] = [
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
];

/// AWS's time, as far as it is known. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct AwsTime {
    /// How far AWS's clock is ahead, in milliseconds.
    ahead: Arc<AtomicI64>,
}

impl AwsTime {
    /// How far AWS's clock is ahead of this machine's: less than nothing where this machine's is ahead, nothing where both
    /// are about the same.
    pub fn ahead(&self) -> SignedDuration {
        SignedDuration::from_millis(self.ahead.load(Ordering::Relaxed))
    }

    /// What time it is at AWS.
    pub(super) fn at_aws(&self) -> SystemTime {
        shifted(SystemTime::now(), self.ahead.load(Ordering::Relaxed))
    }

    /// Learns from the `Date` of an answer of AWS's to a request that was sent and answered at these moments by this
    /// machine's clock.
    pub(super) fn learn(&self, date: &str, sent: SystemTime, came: SystemTime) {
        let took = came.duration_since(sent);
        let (Ok(date), Ok(took)) = (DateTime::from_str(date, Format::HttpDate), took) else {
            return;
        };
        let Ok(there) = SystemTime::try_from(date) else {
            return;
        };
        if took > LONGEST_ANSWER {
            return;
        }
        let here = sent + took / 2;
        let millis = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        let ahead = match there.duration_since(here) {
            Ok(ahead) => millis(ahead),
            Err(behind) => -millis(behind.duration()),
        };
        let kept = if ahead.abs() < IGNORED { 0 } else { ahead };
        self.ahead.store(kept, Ordering::Relaxed);
    }
}

impl TimeSource for AwsTime {
    fn now(&self) -> SystemTime {
        self.at_aws()
    }
}

/// Whether a refusal may be for the time of the signature alone.
pub(super) fn is_of_another_time(code: &str) -> bool {
    REFUSALS.contains(&code)
}

fn shifted(time: SystemTime, millis: i64) -> SystemTime {
    let span = Duration::from_millis(millis.unsigned_abs());
    let shifted = match millis < 0 {
        true => time.checked_sub(span),
        false => time.checked_add(span),
    };
    shifted.unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-31T12:00:00Z.
    fn noon() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_769_860_800)
    }

    const NOON: &str = "Sat, 31 Jan 2026 12:00:00 GMT";

    fn ahead_of(sent: SystemTime, came: SystemTime) -> i64 {
        let time = AwsTime::default();
        time.learn(NOON, sent, came);
        time.ahead().as_secs()
    }

    #[test]
    fn the_difference_is_taken_from_the_middle_of_the_call() {
        let hour = Duration::from_secs(3600);
        let take = Duration::from_secs(20);
        assert_eq!(ahead_of(noon() - hour, noon() - hour + take), 3590);
        assert_eq!(ahead_of(noon() + hour, noon() + hour + take), -3610);
    }

    #[test]
    fn what_is_no_difference_or_says_too_little_changes_nothing() {
        let minute = Duration::from_secs(59);
        assert_eq!(ahead_of(noon() - minute, noon() - minute), 0);
        let hour = Duration::from_secs(3600);
        assert_eq!(
            ahead_of(noon() - hour, noon() - hour + Duration::from_secs(31)),
            0
        );
        assert_eq!(ahead_of(noon(), noon() - hour), 0);
        let time = AwsTime::default();
        time.learn("soon", noon() - hour, noon() - hour);
        assert_eq!(time.ahead(), SignedDuration::ZERO);
        // A clock that was set right again.
        time.learn(NOON, noon() - hour, noon() - hour);
        assert_eq!(time.ahead().as_secs(), 3600);
        time.learn(NOON, noon(), noon());
        assert_eq!(time.ahead(), SignedDuration::ZERO);
    }
}
