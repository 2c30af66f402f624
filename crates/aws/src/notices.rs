//! What the way to AWS has to say while calls are made: an answer that does not come, credentials that have ended.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use headset_kinds::cloud::Notice;
use tokio::sync::Notify;
use tokio::time::Instant;

/// After so long without an answer, people hear of it.
pub(super) const SILENCE: Duration = Duration::from_secs(30);
/// What no one fetches is forgotten beyond so many.
const KEPT: usize = 64;

/// One thing to say.
#[derive(Clone, Debug)]
pub(super) enum Said {
    /// A request has no answer yet.
    Unanswered {
        service: &'static str,
        operation: &'static str,
        sent: Instant,
    },
    /// AWS refuses the credentials since they have ended, and the call waits for new ones.
    Expired { since: Instant, longest: Duration },
    /// There are good ones again.
    Renewed,
    /// What those who use the way have to say themselves.
    Told(Notice),
}

/// What is to be said and was not fetched yet.
#[derive(Debug, Default)]
pub(super) struct Notices {
    waiting: Mutex<VecDeque<Said>>,
    came: Notify,
}

impl Notices {
    pub(super) fn say(&self, said: Said) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() == KEPT {
            waiting.pop_front();
        }
        waiting.push_back(said);
        self.came.notify_one();
    }

    /// The next one. It may be dropped at any time: nothing is lost.
    pub(super) async fn next(&self) -> Said {
        loop {
            let next = {
                let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                waiting.pop_front()
            };
            match next {
                Some(said) => return said,
                None => self.came.notified().await,
            }
        }
    }
}
