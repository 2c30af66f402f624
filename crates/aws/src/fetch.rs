//! A plain GET of a public document: the SAML metadata that an identity provider publishes.

use std::time::Duration;

use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, OrchestratorError};
use aws_smithy_types::body::SdkBody;

use super::chokepoint::Wire;
use super::error::{chain, no_proof_beneath};
use headset_core::error::{AwsError, Class};
use headset_core::visible;

/// How long an answer is waited for where nothing else is said.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// Why a document could not be read.
#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error("it answered with HTTP status {0}: {1}")]
    Status(u16, String),
    #[error("the answer is not text")]
    NotText,
}

/// What of an answer fits into a sentence: an error may come with a whole page.
fn first_line(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    let visible = line.chars().filter(|c| !visible::is_hidden(*c));
    visible.take(200).collect()
}

/// What is posted.
pub(super) struct Post {
    /// A JSON document.
    pub(super) json: String,
    /// What lets it in.
    pub(super) token: Option<String>,
}

/// Fetches the document at `url`, or posts a JSON document to it and takes the answer.
pub(super) async fn exchange(
    wire: &Wire,
    url: &str,
    post: Option<Post>,
    timeout: Duration,
) -> Result<String, AwsError> {
    let invalid = |message: String| AwsError::own(Class::Invalid, format!("{url}: {message}"));
    let parsed: http::Uri = url
        .parse()
        .map_err(|error| invalid(format!("it is not a URL: {error}")))?;
    let (Some(scheme), Some(authority)) = (parsed.scheme_str(), parsed.authority()) else {
        return Err(invalid("it is not an absolute URL".to_owned()));
    };
    let path = parsed
        .path_and_query()
        .map_or("/", |path| path.as_str())
        .to_owned();
    let operation = Operation::builder()
        .service_name("http")
        .operation_name("request")
        .http_client(SharedHttpClient::new(wire.clone()))
        .endpoint_url(&format!("{scheme}://{authority}"))
        .no_auth()
        .no_retry()
        .timeout_config(
            aws_smithy_types::timeout::TimeoutConfig::builder()
                .operation_timeout(timeout)
                .build(),
        )
        .sleep_impl(aws_smithy_async::rt::sleep::TokioSleep::new())
        .serializer(move |_: ()| {
            let mut request = HttpRequest::new(SdkBody::empty());
            request
                .set_uri(path.as_str())
                .map_err(aws_smithy_runtime_api::box_error::BoxError::from)?;
            if let Some(Post { json: body, token }) = &post {
                request
                    .set_method("POST")
                    .map_err(aws_smithy_runtime_api::box_error::BoxError::from)?;
                request.headers_mut().insert("content-type", "application/json");
                if let Some(token) = token {
                    request
                        .headers_mut()
                        .insert("authorization", format!("Bearer {token}"));
                }
                request
                    .headers_mut()
                    .insert("content-length", body.len().to_string());
                *request.body_mut() = SdkBody::from(body.as_str());
            }
            Ok(request)
        })
        .deserializer::<String, Unreadable>(|response| {
            let status = response.status().as_u16();
            if status != 200 {
                let said = String::from_utf8_lossy(response.body().bytes().unwrap_or_default());
                return Err(OrchestratorError::operation(Unreadable::Status(
                    status,
                    first_line(&said),
                )));
            }
            let bytes = response.body().bytes().unwrap_or_default();
            String::from_utf8(bytes.to_vec()).map_err(|_| OrchestratorError::operation(Unreadable::NotText))
        })
        .build();
    operation.invoke(()).await.map_err(|error| {
        let too_large = no_proof_beneath(&error);
        let (class, message) = match (error.as_service_error(), too_large) {
            (Some(reason), _) => (Class::Invalid, reason.to_string()),
            (None, Some(too_large)) => (Class::Invalid, too_large.to_string()),
            (None, None) => (Class::Transient, chain(&error)),
        };
        AwsError::own(class, format!("{url}: {message}")).beneath(&error)
    })
}
