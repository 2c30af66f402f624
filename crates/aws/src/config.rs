//! AWS's configuration: files, environment, endpoints, and credentials that can be looked for anew.

use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::SdkConfig;
use aws_types::region::Region;
use futures_util::future::BoxFuture;

use super::Aws;
use super::chokepoint::Wire;
use super::renewal::{Reload, Renewable};

/// Whose credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// AWS's standard chain: environment, profile, SSO, web identity, instance.
    Standard {
        /// A profile's name that goes before `AWS_PROFILE`.
        profile: Option<String>,
    },
    /// The simulator's fixed ones.
    Simulated,
}

/// How long one attempt may take.
const LONGEST_ATTEMPT: Duration = Duration::from_secs(60);

/// The same configuration with credentials that are looked for anew when they have ended.
fn renewable(config: SdkConfig, reload: Reload, wire: &Wire) -> SdkConfig {
    let Some(provider) = config.credentials_provider() else {
        return config;
    };
    let source = Renewable::new(provider, reload, wire.time().clone());
    wire.renewal().from(source.clone());
    config
        .into_builder()
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(
            source,
        ))
        // They are kept in one place.
        .identity_cache(aws_smithy_runtime::client::identity::IdentityCache::no_cache())
        .build()
}

fn behavior() -> aws_config::BehaviorVersion {
    aws_config::BehaviorVersion::v2026_01_12()
}

impl Aws {
    /// Loads AWS's standard configuration (files, environment, endpoints) around this HTTP client.
    pub async fn load_config(credentials: &Credentials, region: Option<&str>, wire: &Wire) -> SdkConfig {
        // Retrying is ours: the SDK's classifier retries Connect's and AppStream's quota errors.
        let retry = aws_config::retry::RetryConfig::disabled();
        let stall = aws_config::stalled_stream_protection::StalledStreamProtectionConfig::disabled();
        let timeouts = aws_config::timeout::TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(10))
            .operation_attempt_timeout(LONGEST_ATTEMPT)
            .build();
        let client = SharedHttpClient::new(wire.clone());
        let region = region.map(|region| Region::new(region.to_owned()));
        match credentials {
            Credentials::Standard { profile } => {
                let (profile, time) = (profile.clone(), wire.time().clone());
                let load = move || {
                    let mut loader = aws_config::defaults(behavior())
                        .http_client(client.clone())
                        .retry_config(retry.clone())
                        .stalled_stream_protection(stall.clone())
                        .timeout_config(timeouts.clone())
                        .time_source(time.clone())
                        // One difference for all clients: see `AwsTime`.
                        .disable_clock_skew_correction(true);
                    if let Some(region) = &region {
                        loader = loader.region(region.clone());
                    }
                    if let Some(profile) = &profile {
                        loader = loader.profile_name(profile);
                    }
                    loader.load()
                };
                let config = load().await;
                let reload = Box::new(move || -> BoxFuture<'static, _> {
                    let load = load.clone();
                    Box::pin(async move { load().await.credentials_provider() })
                });
                renewable(config, reload, wire)
            }
            Credentials::Simulated => {
                let credentials = aws_credential_types::Credentials::new(
                    "AKIAIOSFODNN7EXAMPLE",
                    "simulated",
                    None,
                    None,
                    "simulator",
                );
                SdkConfig::builder()
                    .behavior_version(behavior())
                    .http_client(client)
                    .retry_config(retry)
                    .stalled_stream_protection(stall)
                    .timeout_config(timeouts)
                    .region(region)
                    .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(
                        credentials,
                    ))
                    .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(
                        aws_smithy_async::rt::sleep::TokioSleep::new(),
                    ))
                    .time_source(wire.time().clone())
                    .disable_clock_skew_correction(true)
                    .build()
            }
        }
    }
}
