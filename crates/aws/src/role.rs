//! Roles: that through which IAM Identity Center is reached, and that with which an environment in another account is worked
//! on. Each is taken once, shared by every client, and renewed in time.
//!
//! The SDK would keep its credentials too, but for each client anew where no cache is configured.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, Result, SharedCredentialsProvider, future};
use jiff::{SignedDuration, Timestamp};

use super::aws_time::AwsTime;
use super::chokepoint::CURRENT;
use super::pace::{Counter, Pace};
use super::renewal::keep_out;
use headset_core::Clock;

/// The name of the session, which CloudTrail shows beside the role.
const SESSION: &str = "headset";
/// How long before their end credentials are not used any more: longer than any call may take.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);
/// How long credentials are taken to last whose end makes no sense: the shortest session there is.
const SHORTEST: Duration = Duration::from_secs(900);

/// Whether credentials that end then can still be used.
fn is_good(end: Timestamp, now: Timestamp) -> bool {
    now + MARGIN < end
}

/// When credentials end that were asked for at this moment, by what AWS says.
fn end(told: i64, asked: Timestamp) -> Timestamp {
    Timestamp::from_second(told)
        .ok()
        .filter(|end| *end > asked)
        .unwrap_or(asked + SHORTEST)
}

/// The roles that were taken, by ARN and by what their trust asks for.
#[derive(Debug, Default)]
pub(super) struct Roles {
    taken: Mutex<BTreeMap<(String, Option<String>), SharedCredentialsProvider>>,
}

impl Roles {
    /// The credentials of a role; all callers of one role share them.
    pub(super) fn of(
        &self,
        (role, external_id): (&str, Option<&str>),
        sts: &aws_sdk_sts::Client,
        clock: &Clock,
        pace: &Pace,
        time: &AwsTime,
    ) -> SharedCredentialsProvider {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = (role.to_owned(), external_id.map(str::to_owned));
        let provider = taken.entry(asked).or_insert_with(|| {
            SharedCredentialsProvider::new(TakenRole {
                role: role.to_owned(),
                external_id: external_id.map(str::to_owned),
                sts: sts.clone(),
                clock: clock.clone(),
                pace: pace.clone(),
                time: time.clone(),
                held: Arc::default(),
            })
        });
        provider.clone()
    }
}

/// One role, and the credentials that it gave last.
#[derive(Debug)]
struct TakenRole {
    role: String,
    /// What its trust asks for.
    external_id: Option<String>,
    sts: aws_sdk_sts::Client,
    clock: Clock,
    pace: Pace,
    time: AwsTime,
    /// The task that assumes the role holds the lock, so that all others wait for the same credentials.
    held: Arc<tokio::sync::Mutex<Option<(Credentials, Timestamp)>>>,
}

impl TakenRole {
    async fn credentials(&self) -> Result {
        let mut held = self.held.lock().await;
        // Signatures and credentials go by real time, however fast a simulated cloud ages.
        let asked = Timestamp::try_from(self.time.at_aws()).unwrap_or_else(|_| Clock::wall().now());
        if let Some((credentials, end)) = held.as_ref()
            && is_good(*end, asked)
        {
            return Ok(credentials.clone());
        }
        // What was refused or failed is tried again by the call that needs it.
        let counter = Counter {
            service: "sts",
            region: String::new(),
            role: String::new(),
        };
        self.pace.take(counter, &self.clock).await;
        let request = self
            .sts
            .assume_role()
            .role_arn(&self.role)
            .role_session_name(SESSION)
            .set_external_id(self.external_id.clone());
        let answer = CURRENT
            .scope(("sts", "AssumeRole"), request.send())
            .await
            .map_err(CredentialsError::provider_error)?;
        let given = answer
            .credentials
            .ok_or_else(|| CredentialsError::provider_error("AssumeRole answered without credentials"))?;
        let end = end(given.expiration.secs(), asked);
        let credentials = Credentials::new(
            given.access_key_id,
            given.secret_access_key,
            Some(given.session_token),
            None,
            "AssumeRole",
        );
        keep_out(&credentials);
        *held = Some((credentials.clone(), end));
        Ok(credentials)
    }
}

impl ProvideCredentials for TakenRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_renewed_some_minutes_before_they_end() {
        let asked = Timestamp::from_second(1_000_000).unwrap();
        let end = end(1_003_600, asked);
        let after = |minutes| asked + SignedDuration::from_mins(minutes);
        assert!(is_good(end, after(0)));
        assert!(is_good(end, after(54)));
        assert!(!is_good(end, after(55)));
        assert!(!is_good(end, after(61)));
    }

    #[test]
    fn an_end_that_makes_no_sense_is_a_short_session() {
        let asked = Timestamp::from_second(1_000_000).unwrap();
        for told in [0, 999_999, i64::MAX] {
            assert_eq!(end(told, asked), asked + SHORTEST, "{told}");
        }
    }
}
