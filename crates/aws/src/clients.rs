//! Clients by service, and how a call is made: paced, retried, classified.

use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::SdkConfig;
use aws_types::region::Region;
use headset_client::{Client, Operation, Service};

use super::attempt;
use super::aws_time::is_of_another_time;
use super::chokepoint::{CURRENT, Wire};
use super::delays::{Delay, Delays, Why};
use super::fetch::Fetched;
use super::owner::Expect;
use super::pace::{Counter, Pace};
use super::renewal::{Waiting, lacks_credentials};
use super::role::Roles;
use super::run_cache::RunCache;
use headset_core::endpoint::is_loopback;
use headset_core::error::{AwsError, Class};
use headset_core::{Arn, Clock};
use headset_kinds::Caller;
use headset_kinds::objects::BucketOwner;
use headset_kinds::regions::{Identity, Regions};
use tokio::sync::OnceCell;

/// Everything that [`Aws::connect_with`] needs.
#[derive(Clone, Debug)]
pub struct AwsOptions {
    /// The configuration that all clients share; see [`Aws::load_config`].
    pub config: SdkConfig,
    /// The services' regions.
    pub regions: Regions,
    /// How to get at IAM Identity Center.
    pub identity: Identity,
    /// The chokepoint.
    pub wire: Wire,
    /// The time.
    pub clock: Clock,
    /// The rate budgets; all work with the same credentials shares them.
    pub pace: Pace,
    /// Seeds the jitter of retries.
    pub seed: u64,
}

/// The way to AWS. Cheap to clone; clones share clients, budget and record.
#[derive(Clone, Debug)]
pub struct Aws {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: AwsOptions,
    jitter: Mutex<fastrand::Rng>,
    run_cache: RunCache,
    assets: super::assets::Assets,
    delays: Arc<Delays>,
    roles: Arc<Roles>,
    /// The role with which everything is done; empty: the credentials that were found.
    acting: String,
    /// Who calls, once that was asked.
    caller: Arc<OnceCell<Caller>>,
    /// Whose the buckets have to be.
    bucket_owner: BucketOwner,
    appstream: OnceLock<aws_sdk_appstream::Client>,
    connect: OnceLock<aws_sdk_connect::Client>,
    iam: OnceLock<aws_sdk_iam::Client>,
    s3: OnceLock<aws_sdk_s3::Client>,
    sso_admin: OnceLock<aws_sdk_ssoadmin::Client>,
    sts: OnceLock<aws_sdk_sts::Client>,
    /// Clients of services without an SDK crate, by service.
    others: Mutex<BTreeMap<&'static str, Client>>,
}

/// What all ways to AWS have in common that come of one.
#[derive(Debug, Default)]
struct Shared {
    delays: Arc<Delays>,
    roles: Arc<Roles>,
    acting: String,
    caller: Arc<OnceCell<Caller>>,
}

/// Attempts at one call before its failure is final. At the backoff below that is about five minutes, which
/// is what AppStream's "wait a few minutes and try again" (ConcurrentModificationException) asks for.
const ATTEMPTS: u32 = 10;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// So long one operation may be without any answer, all of its attempts together.
const LONGEST_SILENCE: Duration = Duration::from_secs(150);

impl Aws {
    /// The way to AWS with these options.
    pub fn connect_with(options: AwsOptions) -> Aws {
        Aws::sharing(options, Shared::default(), BucketOwner::default())
    }

    fn sharing(options: AwsOptions, shared: Shared, bucket_owner: BucketOwner) -> Aws {
        let Shared {
            delays,
            roles,
            acting,
            caller,
        } = shared;
        let jitter = Mutex::new(fastrand::Rng::with_seed(options.seed));
        Aws {
            inner: Arc::new(Inner {
                options,
                jitter,
                run_cache: RunCache::default(),
                assets: super::assets::Assets::default(),
                delays,
                roles,
                acting,
                caller,
                bucket_owner,
                appstream: OnceLock::new(),
                connect: OnceLock::new(),
                iam: OnceLock::new(),
                s3: OnceLock::new(),
                sso_admin: OnceLock::new(),
                sts: OnceLock::new(),
                others: Mutex::default(),
            }),
        }
    }

    /// The same way with its services in other regions, and another way to Identity Center. It shares the chokepoint,
    /// its record, the rate budgets and the roles that were taken.
    pub fn with_regions(&self, regions: Regions, identity: Identity) -> Aws {
        self.elsewhere(regions, identity, self.inner.bucket_owner.clone())
    }

    /// The same way to buckets of another owner.
    pub fn with_bucket_owner(&self, owner: BucketOwner) -> Aws {
        self.elsewhere(self.regions().clone(), self.identity().clone(), owner)
    }

    fn elsewhere(&self, regions: Regions, identity: Identity, bucket_owner: BucketOwner) -> Aws {
        let options = AwsOptions {
            regions,
            identity,
            ..self.inner.options.clone()
        };
        let shared = Shared {
            delays: Arc::clone(&self.inner.delays),
            roles: Arc::clone(&self.inner.roles),
            acting: self.inner.acting.clone(),
            caller: Arc::clone(&self.inner.caller),
        };
        Aws::sharing(options, shared, bucket_owner)
    }

    /// The time.
    pub fn clock(&self) -> &Clock {
        &self.inner.options.clock
    }

    /// The services' regions.
    pub fn regions(&self) -> &Regions {
        &self.inner.options.regions
    }

    /// How to get at IAM Identity Center.
    pub fn identity(&self) -> &Identity {
        &self.inner.options.identity
    }

    /// What was looked up under this name before, or what `look` finds now. However many ask at the same time, one
    /// looks. `stale` is what the caller has and knows to be out of date: then, and only if nothing newer has been found
    /// since, it is looked up anew.
    ///
    /// # Errors
    /// Those of `look`; nothing is remembered then.
    pub async fn remembered<T, F>(
        &self,
        name: &str,
        stale: Option<&Arc<T>>,
        look: impl FnOnce() -> F + Send,
    ) -> Result<Arc<T>, AwsError>
    where
        T: Send + Sync + 'static,
        F: Future<Output = Result<T, AwsError>> + Send,
    {
        self.inner.run_cache.remembered(name, stale, look).await
    }

    /// What `look` finds now. It is remembered under this name, so that [`Aws::remembered`] gives it to those who need not
    /// know of what comes later.
    ///
    /// # Errors
    /// Those of `look`; nothing is remembered then.
    pub async fn renewed<T, F>(&self, name: &str, look: impl FnOnce() -> F + Send) -> Result<Arc<T>, AwsError>
    where
        T: Send + Sync + 'static,
        F: Future<Output = Result<T, AwsError>> + Send,
    {
        self.inner.run_cache.renewed(name, look).await
    }

    /// Puts another thing in the place of what is remembered under this name, if anything is: what this run has made since it
    /// was looked up belongs to it.
    pub async fn amended<T>(&self, name: &str, amend: impl FnOnce(&T) -> T + Send)
    where
        T: Send + Sync + 'static,
    {
        self.inner.run_cache.amended(name, amend).await;
    }

    /// What is looked up once for all who use this way.
    pub(super) fn run_cache(&self) -> &RunCache {
        &self.inner.run_cache
    }

    /// The chokepoint, for its record.
    pub fn wire(&self) -> &Wire {
        &self.inner.options.wire
    }

    /// The AppStream client.
    pub fn appstream(&self) -> &aws_sdk_appstream::Client {
        self.inner.appstream.get_or_init(|| {
            aws_sdk_appstream::Client::new(&self.config_for(&self.inner.options.regions.appstream))
        })
    }

    /// The same way with AppStream in another region: CopyImage is called where the source is.
    pub fn with_appstream_in(&self, region: &str) -> Aws {
        let regions = Regions {
            appstream: region.to_owned(),
            ..self.regions().clone()
        };
        self.with_regions(regions, self.identity().clone())
    }

    /// The Connect client.
    pub fn connect(&self) -> &aws_sdk_connect::Client {
        self.inner.connect.get_or_init(|| {
            aws_sdk_connect::Client::new(&self.config_for(&self.inner.options.regions.connect))
        })
    }

    /// The IAM client.
    pub fn iam(&self) -> &aws_sdk_iam::Client {
        self.inner
            .iam
            .get_or_init(|| aws_sdk_iam::Client::new(&self.inner.options.config))
    }

    /// The S3 client.
    pub fn s3(&self) -> &aws_sdk_s3::Client {
        self.inner.s3.get_or_init(|| {
            let config = self.config_for(&self.inner.options.regions.s3);
            let mut builder = aws_sdk_s3::config::Builder::from(&config);
            // A bucket in a host name needs DNS, which a loopback endpoint does not have.
            if config.endpoint_url().is_some_and(is_loopback) {
                builder = builder.force_path_style(true);
            }
            let expect = Expect {
                owner: self.inner.bucket_owner.clone(),
                caller: Arc::clone(&self.inner.caller),
            };
            aws_sdk_s3::Client::from_conf(builder.interceptor(expect).build())
        })
    }

    /// The STS client.
    pub fn sts(&self) -> &aws_sdk_sts::Client {
        self.inner
            .sts
            .get_or_init(|| aws_sdk_sts::Client::new(&self.inner.options.config))
    }

    /// The SSO Admin client, with the credentials for Identity Center.
    pub fn sso_admin(&self) -> &aws_sdk_ssoadmin::Client {
        self.inner
            .sso_admin
            .get_or_init(|| aws_sdk_ssoadmin::Client::new(&self.identity_config()))
    }

    /// The client of a service without an SDK crate, where Headset uses that service and with the credentials for it.
    fn other(&self, service: &'static Service) -> Client {
        let mut others = self.inner.others.lock().unwrap_or_else(PoisonError::into_inner);
        let client = others.entry(service.name).or_insert_with(|| {
            let config = match service.name {
                "identitystore" => self.identity_config(),
                name => match self.region_of(name) {
                    Some(region) => self.config_for(region),
                    None => self.inner.options.config.clone(),
                },
            };
            Client::new(service, &config)
        });
        client.clone()
    }

    /// Asks a service without an SDK crate: a call like any other, by the names that the request knows.
    ///
    /// # Errors
    /// As [`Aws::call`].
    pub async fn ask<O: Operation>(&self, request: O) -> Result<O::Answer, AwsError> {
        let client = self.other(O::SERVICE);
        self.call(O::SERVICE.name, O::NAME, || client.send(request.clone()))
            .await
    }

    /// Who calls. Asked once; all ways to AWS that come of one share the answer. (A type of its own, since calls ask for it
    /// themselves.)
    ///
    /// # Errors
    /// As [`Aws::call`].
    pub fn who(&self) -> Pin<Box<dyn Future<Output = Result<Caller, AwsError>> + Send + '_>> {
        Box::pin(async move {
            let ask = || async {
                let request = self.sts().get_caller_identity();
                let caller = self
                    .call("sts", "GetCallerIdentity", || request.clone().send())
                    .await?;
                let arn = caller.arn().unwrap_or_default();
                let partition = Arn::parse(arn).map_or("aws", |arn| arn.partition);
                Ok(Caller {
                    account: caller.account().unwrap_or_default().to_owned(),
                    partition: partition.to_owned(),
                    arn: arn.to_owned(),
                })
            };
            self.inner.caller.get_or_try_init(ask).await.cloned()
        })
    }

    fn identity_config(&self) -> SdkConfig {
        let options = &self.inner.options;
        let config = self.config_for(&options.regions.identity_center);
        let Identity::Role(role) = &options.identity else {
            return config;
        };
        let roles = &self.inner.roles;
        let provider = roles.of(
            (role, None),
            self.sts(),
            &options.clock,
            &options.pace,
            options.wire.time(),
        );
        config
            .into_builder()
            .credentials_provider(provider)
            // The role's credentials are kept once for all clients, and by the clock that they end by.
            .identity_cache(aws_smithy_runtime::client::identity::IdentityCache::no_cache())
            .build()
    }

    /// The same way with a role in place of the credentials, and what its trust asks for.
    pub fn acting_as(&self, role: &str, external_id: Option<&str>) -> Aws {
        let options = &self.inner.options;
        let asked = (role, external_id);
        let time = options.wire.time();
        let provider = (self.inner.roles).of(asked, self.sts(), &options.clock, &options.pace, time);
        let cache = aws_smithy_runtime::client::identity::IdentityCache::no_cache();
        let config = options.config.clone().into_builder();
        let options = AwsOptions {
            config: config
                .credentials_provider(provider)
                .identity_cache(cache)
                .build(),
            ..options.clone()
        };
        let shared = Shared {
            delays: Arc::clone(&self.inner.delays),
            acting: role.to_owned(),
            ..Shared::default()
        };
        Aws::sharing(options, shared, self.inner.bucket_owner.clone())
    }

    fn config_for(&self, region: &str) -> SdkConfig {
        self.inner
            .options
            .config
            .clone()
            .into_builder()
            .region(Region::new(region.to_owned()))
            .build()
    }

    /// Makes one call: waits for the service's budget, sends, classifies a failure and tries again where its
    /// class says that this helps. `send` must be repeatable: clone a built request and send it.
    ///
    /// # Errors
    /// The last attempt's, classified. [`Class::AlreadyThere`] after a transient failure may mean that the
    /// first attempt took effect: callers read back before they judge.
    pub async fn call<T, E, F>(
        &self,
        service: &'static str,
        operation: &'static str,
        send: impl Fn() -> F + Send,
    ) -> Result<T, AwsError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        if service == "s3" && self.inner.bucket_owner == BucketOwner::Caller {
            self.who().await?;
        }
        let wire = &self.inner.options.wire;
        let (mut tried, mut corrected) = (0, false);
        let mut silent = Duration::ZERO;
        let mut waiting = Waiting::default();
        loop {
            let waited = self
                .inner
                .options
                .pace
                .take(self.counter(service), self.clock())
                .await;
            if !waited.is_zero() {
                self.inner.delays.note(service, operation, Why::Budget, waited);
            }
            let ahead = wire.time().ahead();
            let began = tokio::time::Instant::now();
            let (error, has_ended) = match CURRENT.scope((service, operation), send()).await {
                Ok(answer) => {
                    wire.renewal().accepted(wire.notices());
                    attempt::note(service, operation, None);
                    return Ok(answer);
                }
                Err(error) => {
                    let lacks = lacks_credentials(&error);
                    let error = super::error::of_sdk(service, operation, error);
                    let has_ended = lacks || error.is_of_expired_credentials();
                    (error, has_ended)
                }
            };
            if has_ended {
                // AWS refused the call before it did anything.
                match wire
                    .renewal()
                    .waited(&mut waiting, self.clock(), wire.notices())
                    .await
                {
                    true => continue,
                    false => return Err(error),
                }
            }
            match &error.code {
                // The refusal said AWS's time: signed by that, the same call may be good.
                Some(code) if is_of_another_time(code) && !corrected && wire.time().ahead() != ahead => {
                    corrected = true;
                    continue;
                }
                Some(_) => wire.renewal().accepted(wire.notices()),
                None if error.class == Class::Transient => silent += began.elapsed(),
                None => {}
            }
            attempt::note(service, operation, Some(&error));
            tried += 1;
            let attempts = match error.class {
                Class::Throttled | Class::Conflict | Class::NotYetVisible => ATTEMPTS,
                Class::Transient | Class::Unproven => ATTEMPTS / 2,
                Class::NotFound
                | Class::AlreadyThere
                | Class::InUse
                | Class::Quota
                | Class::Denied
                | Class::WrongState
                | Class::UpToDate
                | Class::Invalid
                | Class::Other => 1,
            };
            if tried >= attempts || silent >= LONGEST_SILENCE {
                return Err(error);
            }
            tracing::debug!(%error, tried, "trying again");
            let pause = self.pause(tried);
            let why = match error.class {
                Class::Throttled => Why::Throttled,
                _ => Why::Retry,
            };
            self.inner.delays.note(service, operation, why, pause);
            self.clock().sleep(pause).await;
        }
    }

    /// Where AWS counts a call to this service.
    fn counter(&self, service: &'static str) -> Counter {
        let options = &self.inner.options;
        let region = match service {
            "cloudfront" | "iam" | "sts" => "",
            _ => self
                .region_of(service)
                .or_else(|| options.config.region().map(Region::as_ref))
                .unwrap_or_default(),
        };
        let role = match (service, &options.identity) {
            ("sso-admin" | "identitystore", Identity::Role(role)) => role.as_str(),
            _ => &self.inner.acting,
        };
        Counter {
            service,
            region: region.to_owned(),
            role: role.to_owned(),
        }
    }

    /// The region in which Headset uses a service; `None` is the blueprint's.
    fn region_of(&self, service: &str) -> Option<&str> {
        let regions = &self.inner.options.regions;
        match service {
            "connect" | "cloudtrail" => Some(&regions.connect),
            "appstream" | "application-autoscaling" | "ec2" | "resourcegroupstaggingapi" => {
                Some(&regions.appstream)
            }
            "s3" | "s3control" => Some(&regions.s3),
            "sso-admin" | "identitystore" => Some(&regions.identity_center),
            _ => None,
        }
    }

    /// What calls had to wait for until now, by operation.
    pub fn delays(&self) -> Vec<Delay> {
        self.inner.delays.all()
    }

    /// Doubles from [`FIRST_PAUSE`], with up to half of it taken off at random so that tasks do not march in step.
    fn pause(&self, tried: u32) -> Duration {
        let full = FIRST_PAUSE.saturating_mul(1 << tried.min(16)).min(LONGEST_PAUSE);
        let mut jitter = self
            .inner
            .jitter
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        full.mul_f64(1.0 - jitter.f64() / 2.0)
    }

    /// The files that can be uploaded as they are.
    pub fn assets(&self) -> &super::assets::Assets {
        &self.inner.assets
    }

    /// Fetches a public document over HTTP(S) by a plain GET, through the same chokepoint.
    ///
    /// # Errors
    /// [`Class::Transient`] if no answer came, [`Class::Invalid`] for an answer other than 200 or one that is
    /// not text.
    pub async fn fetch(&self, url: &str) -> Result<String, AwsError> {
        super::fetch::exchange(&self.inner.options.wire, url, None, super::fetch::PATIENCE).await
    }

    /// The same, giving up after this time.
    ///
    /// # Errors
    /// As [`Aws::fetch`].
    pub async fn fetch_within(&self, url: &str, timeout: std::time::Duration) -> Result<String, AwsError> {
        super::fetch::exchange(&self.inner.options.wire, url, None, timeout).await
    }

    /// Gets a page as a browser does that comes from `referer`. Every status is an answer; redirects are not followed.
    ///
    /// # Errors
    /// [`Class::Transient`] if no answer came.
    pub async fn get(&self, url: &str, referer: Option<&str>) -> Result<Fetched, AwsError> {
        let sent = super::fetch::Sent {
            referer,
            ..super::fetch::Sent::default()
        };
        super::fetch::request(&self.inner.options.wire, url, sent, super::fetch::PATIENCE).await
    }

    /// The same of a page that AWS serves. Where an endpoint on this machine stands in AWS's place, it serves that page, too: no
    /// DNS leads there.
    ///
    /// # Errors
    /// [`Class::Transient`] if no answer came.
    pub async fn get_served(&self, url: &str, referer: Option<&str>) -> Result<Fetched, AwsError> {
        let endpoint = self.inner.options.config.endpoint_url();
        let sent = super::fetch::Sent {
            referer,
            instead: endpoint.filter(|endpoint| is_loopback(endpoint)),
            ..super::fetch::Sent::default()
        };
        super::fetch::request(&self.inner.options.wire, url, sent, super::fetch::PATIENCE).await
    }

    /// Gets a document, unless it is the one with this ETag: then the status is 304.
    ///
    /// # Errors
    /// [`Class::Transient`] if no answer came.
    pub async fn get_unless(&self, url: &str, etag: Option<&str>) -> Result<Fetched, AwsError> {
        let sent = super::fetch::Sent {
            etag: etag.filter(|etag| !etag.is_empty()),
            ..super::fetch::Sent::default()
        };
        super::fetch::request(&self.inner.options.wire, url, sent, super::fetch::PATIENCE).await
    }

    /// Posts a JSON document and returns the answer's text, through the same chokepoint; with a token, as its bearer.
    ///
    /// # Errors
    /// As [`Aws::fetch`].
    pub async fn post(&self, url: &str, json: String, token: Option<&str>) -> Result<String, AwsError> {
        let post = super::fetch::Post {
            json,
            token: token.map(str::to_owned),
        };
        super::fetch::exchange(&self.inner.options.wire, url, Some(post), super::fetch::PATIENCE).await
    }
}
