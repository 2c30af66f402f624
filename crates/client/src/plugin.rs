//! What makes a request one of AWS's: credentials, signature, and the headers that every SDK sends.

use std::borrow::Cow;

use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::auth::{SigV4OperationSigningConfig, SigningOptions};
use aws_runtime::invocation_id::InvocationIdInterceptor;
use aws_runtime::recursion_detection::RecursionDetectionInterceptor;
use aws_runtime::request_info::RequestInfoInterceptor;
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_runtime::service_clock_skew::{DisableClockSkewCorrection, ServiceClockSkewClassifier};
use aws_runtime::user_agent::{ApiMetadata, UserAgentInterceptor};
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{
    AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
};
use aws_smithy_runtime_api::client::identity::SharedIdentityCache;
use aws_smithy_runtime_api::client::interceptors::SharedInterceptor;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::{Order, RuntimePlugin};
use aws_smithy_types::config_bag::{FrozenLayer, Layer};
use aws_types::region::{Region, SigningRegion};
use aws_types::{SdkConfig, SigningName};

use crate::error::ServiceError;
use crate::service::Service;

/// Signs requests of one service with Signature Version 4, as SDK clients do.
#[derive(Debug)]
pub(crate) struct Signed {
    layer: FrozenLayer,
    components: RuntimeComponentsBuilder,
}

impl Signed {
    pub(crate) fn new(
        service: &Service,
        config: &SdkConfig,
        identities: SharedIdentityCache,
        skew: SharedInterceptor,
        signing_region: String,
    ) -> Signed {
        let region = SigningRegion::from(Region::new(signing_region));
        let name = SigningName::from_static(service.signing_name);
        let mut options = SigningOptions::default();
        if service.signing_name == "s3" {
            // S3 alone takes paths as they are, and wants the body's hash in a header.
            options.double_uri_encode = false;
            options.normalize_uri_path = false;
            options.content_sha256_header = true;
        }
        let mut layer = Layer::new("headset_client");
        layer.store_put(region.clone());
        layer.store_put(name.clone());
        layer.store_put(SigV4OperationSigningConfig {
            region: Some(region),
            name: Some(name),
            signing_options: options,
            ..SigV4OperationSigningConfig::default()
        });
        layer.store_put(ApiMetadata::new(service.name, env!("CARGO_PKG_VERSION")));
        layer.store_put(AuthSchemeOptionResolverParams::new(()));
        if let Some(disabled) = config.disable_clock_skew_correction() {
            layer.store_put(DisableClockSkewCorrection::from(disabled));
        }
        if let Some(app) = config.app_name() {
            layer.store_put(app.clone());
        }

        let mut components = RuntimeComponentsBuilder::new("headset_client");
        components.set_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(
            StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]),
        )));
        components.push_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()));
        components.set_identity_cache(Some(identities));
        if let Some(credentials) = config.credentials_provider() {
            components.set_identity_resolver(SCHEME_ID, credentials);
        }
        components.push_retry_classifier(HttpStatusCodeClassifier::default());
        components.push_retry_classifier(AwsErrorCodeClassifier::<ServiceError>::new());
        components.push_retry_classifier(TransientErrorClassifier::<ServiceError>::new());
        components.push_retry_classifier(ServiceClockSkewClassifier::<ServiceError>::new());
        components.push_interceptor(skew);
        components.push_interceptor(SharedInterceptor::permanent(RequestInfoInterceptor::new()));
        components.push_interceptor(SharedInterceptor::permanent(UserAgentInterceptor::new()));
        components.push_interceptor(SharedInterceptor::permanent(InvocationIdInterceptor::new()));
        components.push_interceptor(SharedInterceptor::permanent(RecursionDetectionInterceptor::new()));
        Signed {
            layer: layer.freeze(),
            components,
        }
    }
}

impl RuntimePlugin for Signed {
    fn order(&self) -> Order {
        Order::Overrides
    }

    fn config(&self) -> Option<FrozenLayer> {
        Some(self.layer.clone())
    }

    fn runtime_components(&self, _: &RuntimeComponentsBuilder) -> Cow<'_, RuntimeComponentsBuilder> {
        Cow::Borrowed(&self.components)
    }
}
