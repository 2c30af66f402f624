//! What the way to AWS says to those who use it.

use std::time::Duration;

use jiff::Timestamp;

use super::Aws;
use super::notices::Said;
use headset_kinds::cloud::Notice;

impl Aws {
    /// What is to be said about the calls that are made: an answer that does not come, credentials that have ended. It may be
    /// dropped at any time.
    pub async fn heard(&self) -> Notice {
        let wire = self.wire();
        let whole = |seconds: Duration| {
            Timestamp::from_second(self.clock().now().as_second()).map(|now| {
                let span = jiff::SignedDuration::try_from(seconds).unwrap_or_default();
                (now.checked_sub(span), now.checked_add(span))
            })
        };
        match wire.notices().next().await {
            Said::Unanswered {
                service,
                operation,
                sent,
            } => {
                let seconds = sent.elapsed();
                let since = whole(seconds).ok().and_then(|(before, _)| before.ok());
                Notice::Unanswered {
                    service,
                    operation,
                    since: since.unwrap_or_default(),
                    seconds: seconds.as_secs(),
                }
            }
            Said::Expired { since, longest } => {
                let left = longest.saturating_sub(since.elapsed());
                let until = whole(left).ok().and_then(|(_, after)| after.ok());
                Notice::CredentialsExpired {
                    until: until.unwrap_or(Timestamp::MAX),
                }
            }
            Said::Renewed => Notice::CredentialsRenewed,
            Said::Told(notice) => notice,
        }
    }

    /// Adds to what is to be said.
    pub fn tell(&self, notice: Notice) {
        self.wire().notices().say(Said::Told(notice));
    }

    /// How long calls wait for new credentials once theirs have ended; `None`: not at all.
    pub fn be_patient(&self, longest: Option<Duration>) {
        self.wire().renewal().be_patient(longest);
    }
}
