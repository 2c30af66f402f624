//! Credentials that end while a run waits: they are looked for anew, and the calls that need them wait.
//!
//! A person renews them in another terminal (`aws sso login`, a tool that writes the credentials file). The SDK's chain reads
//! files once, so it is made anew to see that.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, Result, SharedCredentialsProvider, future};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use futures_util::future::BoxFuture;
use tokio::sync::watch;
use tokio::time::Instant;

use super::aws_time::AwsTime;
use super::notices::{Notices, Said};
use headset_core::{Clock, revealed};

/// How long before their end credentials are not used any more.
const MARGIN: Duration = Duration::from_secs(60);
/// How long a source of credentials may take.
const LONGEST_LOAD: Duration = Duration::from_secs(30);
/// New credentials are looked for after this at first, ...
const FIRST_LOOK: Duration = Duration::from_secs(1);
/// ... and less often the longer it takes, up to this.
const LONGEST_LOOK: Duration = Duration::from_secs(15);

/// Takes what is secret of credentials out of all that this process says, wherever they come from: a file, a role, SSO.
pub(super) fn keep_out(credentials: &Credentials) {
    let secrets = [Some(credentials.secret_access_key()), credentials.session_token()];
    secrets.into_iter().flatten().for_each(revealed::keep_out);
}

/// Makes the chain of sources anew.
pub(super) type Reload = Box<dyn Fn() -> BoxFuture<'static, Option<SharedCredentialsProvider>> + Send + Sync>;

/// Credentials that can be looked for anew. Clones share them.
#[derive(Clone)]
pub(super) struct Renewable(Arc<Source>);

struct Source {
    reload: Reload,
    time: AwsTime,
    held: tokio::sync::Mutex<Held>,
}

struct Held {
    provider: SharedCredentialsProvider,
    credentials: Option<Credentials>,
}

impl std::fmt::Debug for Renewable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Renewable")
    }
}

impl Renewable {
    /// What this source gives, until it is made anew.
    pub(super) fn new(provider: SharedCredentialsProvider, reload: Reload, time: AwsTime) -> Renewable {
        Renewable(Arc::new(Source {
            reload,
            time,
            held: tokio::sync::Mutex::new(Held {
                provider,
                credentials: None,
            }),
        }))
    }

    /// Forgets what is held, and makes the source anew: the next call asks it.
    async fn renew(&self) {
        let mut held = self.0.held.lock().await;
        held.credentials = None;
        if let Some(provider) = (self.0.reload)().await {
            held.provider = provider;
        }
    }

    async fn credentials(&self) -> Result {
        // Who asks the source holds the lock, so that all others wait for the same credentials.
        let mut held = self.0.held.lock().await;
        let now = self.0.time.at_aws();
        let ends_within = |credentials: &Credentials, span: Duration| {
            credentials.expiry().is_some_and(|end| end < now + span)
        };
        if let Some(credentials) = &held.credentials
            && !ends_within(credentials, MARGIN)
        {
            return Ok(credentials.clone());
        }
        let loaded = tokio::time::timeout(LONGEST_LOAD, held.provider.provide_credentials()).await;
        match (loaded, &held.credentials) {
            (Ok(Ok(credentials)), _) => {
                keep_out(&credentials);
                held.credentials = Some(credentials.clone());
                Ok(credentials)
            }
            // What is held is still good for a moment.
            (_, Some(credentials)) if !ends_within(credentials, Duration::ZERO) => Ok(credentials.clone()),
            (Ok(Err(error)), _) => Err(error),
            (Err(_), _) => Err(CredentialsError::provider_timed_out(LONGEST_LOAD)),
        }
    }
}

impl ProvideCredentials for Renewable {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

/// Whether a call was not made because there are no credentials.
///
/// A role that could not be taken is another matter, whether AWS refused it or its answer was lost: the call that takes it
/// had credentials, unless their lack is the cause of that in turn.
pub(super) fn lacks_credentials(error: &(dyn Error + 'static)) -> bool {
    use aws_sdk_sts::operation::assume_role::AssumeRoleError;
    let mut lacks = false;
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<AssumeRoleError>() || error.is::<SdkError<AssumeRoleError, HttpResponse>>() {
            lacks = false;
        } else {
            lacks |= error.is::<CredentialsError>();
        }
        cause = error.source();
    }
    lacks
}

/// What all calls share about credentials that have ended.
#[derive(Debug)]
pub(super) struct Renewal {
    source: OnceLock<Renewable>,
    /// How long calls wait for new ones; `None`: not at all.
    patience: watch::Sender<Option<Duration>>,
    /// They have ended, and people were asked to renew them.
    ended: AtomicBool,
    /// When the source was made anew.
    looked: Mutex<Option<Instant>>,
}

impl Default for Renewal {
    fn default() -> Renewal {
        Renewal {
            source: OnceLock::new(),
            patience: watch::Sender::new(None),
            ended: AtomicBool::new(false),
            looked: Mutex::new(None),
        }
    }
}

/// One call that waits for new credentials.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    since: Option<Instant>,
    pause: Option<Duration>,
}

impl Renewal {
    /// Where the credentials come from. Only the first source counts.
    pub(super) fn from(&self, source: Renewable) {
        drop(self.source.set(source));
    }

    /// Sets how long calls wait for new credentials. Those that wait already hear of it.
    pub(super) fn be_patient(&self, longest: Option<Duration>) {
        self.patience.send_replace(longest);
    }

    /// A call was refused because the credentials have ended: waits a while and looks for new ones. `false`: they were
    /// waited for long enough.
    pub(super) async fn waited(&self, waiting: &mut Waiting, clock: &Clock, notices: &Notices) -> bool {
        let mut patience = self.patience.subscribe();
        let Some(longest) = *patience.borrow_and_update() else {
            return false;
        };
        let since = *waiting.since.get_or_insert_with(Instant::now);
        if since.elapsed() >= longest {
            return false;
        }
        if !self.ended.swap(true, Ordering::Relaxed) {
            notices.say(Said::Expired { since, longest });
        }
        let pause = waiting.pause.unwrap_or(FIRST_LOOK);
        waiting.pause = Some((pause * 2).min(LONGEST_LOOK));
        tokio::select! {
            biased;
            _ = patience.changed() => {}
            () = clock.sleep(pause) => {}
        }
        if patience.borrow().is_none() {
            return false;
        }
        self.look().await;
        true
    }

    /// Makes the source anew, unless another call has just done that.
    async fn look(&self) {
        let is_due = {
            let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
            let is_due = looked.is_none_or(|at| at.elapsed() >= FIRST_LOOK);
            if is_due {
                *looked = Some(Instant::now());
            }
            is_due
        };
        if let Some(source) = self.source.get().filter(|_| is_due) {
            source.renew().await;
        }
    }

    /// A call was not refused for that.
    pub(super) fn accepted(&self, notices: &Notices) {
        if self.ended.load(Ordering::Relaxed) && self.ended.swap(false, Ordering::Relaxed) {
            notices.say(Said::Renewed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use headset_core::revealed::{WITHHELD, withheld};

    /// Where they come from does not matter: a file of AWS's, a role, SSO.
    #[tokio::test]
    async fn what_is_secret_of_credentials_is_kept_out_of_what_is_said() {
        let (key, session) = (
            "OfAProfile/wJalrXUtnFEMI/K7MDENG",
            "OfAProfile-FwoGZXIvYXdzEBYaDHqa0",
        );
        let held = Credentials::new(
            "AKIAIOSFODNN7EXAMPLE",
            key,
            Some(session.to_owned()),
            None,
            "profile",
        );
        let source = Renewable::new(
            SharedCredentialsProvider::new(held),
            Box::new(|| Box::pin(async { None })),
            AwsTime::default(),
        );
        assert_eq!(withheld(key), key, "not read yet");
        source.credentials().await.unwrap();
        assert_eq!(
            withheld(&format!("{key} {session}")),
            format!("{WITHHELD} {WITHHELD}")
        );
    }
}
