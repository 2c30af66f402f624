//! The client: one service in one region, with the configuration that SDK clients take.

use aws_runtime::service_clock_skew::ServiceClockSkewInterceptor;
use aws_smithy_runtime::client::identity::IdentityCache;
use aws_smithy_runtime::client::orchestrator::operation;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::identity::SharedIdentityCache;
use aws_smithy_runtime_api::client::interceptors::SharedInterceptor;
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_plugin::SharedRuntimePlugin;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::service_config::ServiceConfigKey;

use crate::error::ServiceError;
use crate::hosts::{Place, Wanted};
use crate::operation::Operation;
use crate::plugin::Signed;
use crate::{Service, wire};

/// How a call fails: as a call of an SDK client does.
pub type Failure = SdkError<ServiceError, HttpResponse>;

/// A client of one service. Cheap to clone; clones share credentials.
#[derive(Clone, Debug)]
pub struct Client {
    service: &'static Service,
    config: SdkConfig,
    /// The endpoint that the environment or a profile gives.
    endpoint: Option<String>,
    identities: SharedIdentityCache,
    /// Remembers from call to call how far the service's clock is off.
    skew: SharedInterceptor,
}

/// Why a request is not sent.
#[derive(Debug, thiserror::Error)]
enum Unsendable {
    #[error("no region is configured")]
    NoRegion,
    #[error("this is an operation of {0}, and the client is one of {1}")]
    Other(&'static str, &'static str),
}

impl Client {
    /// A client of this service: region, credentials, endpoint, HTTP client, retries and timeouts come from the
    /// configuration, as for an SDK client.
    pub fn new(service: &'static Service, config: &SdkConfig) -> Client {
        Client {
            service,
            config: config.clone(),
            endpoint: endpoint_of(service, config),
            // One for all calls: each would fetch its credentials anew otherwise.
            identities: config
                .identity_cache()
                .unwrap_or_else(|| IdentityCache::lazy().build()),
            skew: SharedInterceptor::permanent(ServiceClockSkewInterceptor::new()),
        }
    }

    /// The service.
    pub fn service(&self) -> &'static Service {
        self.service
    }

    /// The host that a request goes to, and the region that it is signed for.
    fn place(&self, account: Option<&str>) -> Result<Place, BoxError> {
        let region = self
            .config
            .region()
            .map(Region::as_ref)
            .ok_or(Unsendable::NoRegion)?;
        let wanted = Wanted {
            region,
            fips: self.config.use_fips().unwrap_or(false),
            dual_stack: self.config.use_dual_stack().unwrap_or(false),
            account,
        };
        let place = self.service.host.place(wanted);
        match &self.endpoint {
            None => Ok(place?),
            Some(url) => Ok(Place {
                url: url.clone(),
                signing_region: place.map_or_else(|_| region.to_owned(), |place| place.signing_region),
            }),
        }
    }

    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// What the service refused, with its code; or why no answer came, or none that can be read.
    pub async fn send<O: Operation>(&self, request: O) -> Result<O::Answer, Failure> {
        if !std::ptr::eq(O::SERVICE, self.service) && O::SERVICE.name != self.service.name {
            let other = Unsendable::Other(O::SERVICE.name, self.service.name);
            return Err(SdkError::construction_failure(other));
        }
        let place = self
            .place(request.account())
            .map_err(SdkError::construction_failure)?;
        let protocol = self.service.protocol;
        let config = &self.config;
        let mut operation = operation::Operation::builder()
            .service_name(self.service.id)
            .operation_name(O::NAME)
            .endpoint_url(&place.url)
            .standard_retry(
                &config
                    .retry_config()
                    .cloned()
                    .unwrap_or_else(RetryConfig::standard),
            )
            .timeout_config(
                config
                    .timeout_config()
                    .cloned()
                    .unwrap_or_else(|| TimeoutConfig::builder().build()),
            )
            .with_connection_poisoning()
            .runtime_plugin(SharedRuntimePlugin::new(Signed::new(
                self.service,
                config,
                self.identities.clone(),
                self.skew.clone(),
                place.signing_region,
            )))
            .serializer(|request: O| wire::request(&request))
            .deserializer::<O::Answer, ServiceError>(move |response| {
                let body = response.body().bytes().unwrap_or_default();
                if !response.status().is_success() {
                    return Err(OrchestratorError::operation(wire::error(
                        protocol, response, body,
                    )));
                }
                wire::answer::<O>(response, body).map_err(OrchestratorError::other)
            });
        if let Some(version) = config.behavior_version() {
            operation = operation.behavior_version(version);
        }
        if let Some(client) = config.http_client() {
            operation = operation.http_client(client);
        }
        if let Some(sleep) = config.sleep_impl() {
            operation = operation.sleep_impl(sleep);
        }
        operation = operation.time_source(config.time_source().unwrap_or_default());
        if let Some(protection) = config.stalled_stream_protection() {
            operation = operation.stalled_stream_protection(protection);
        }
        operation.build().invoke(request).await
    }
}

/// The endpoint that is configured for a service: one that the program sets, else the service's own in the environment
/// (`AWS_ENDPOINT_URL_SSM`) or the profile's `services` section, else the one for all services.
pub fn endpoint_of(service: &Service, config: &SdkConfig) -> Option<String> {
    let for_all = || config.endpoint_url().map(str::to_owned);
    if config.get_origin("endpoint_url").is_client_config() {
        return for_all();
    }
    let key = ServiceConfigKey::builder()
        .service_id(service.id)
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok();
    key.and_then(|key| config.service_config()?.load_config(key))
        .or_else(for_all)
}
