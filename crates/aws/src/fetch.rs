//! A plain GET of a public document: the SAML metadata that an identity provider publishes, a page as browsers get it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

use super::chokepoint::Wire;
use super::error::{chain, no_proof_beneath};
use headset_core::error::{AwsError, Class};
use headset_core::visible;

/// How long an answer is waited for where nothing else is said.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// What was answered.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The HTTP status.
    pub status: u16,
    /// The headers, by name in lower case; of one that came several times, the values after each other.
    pub headers: BTreeMap<String, String>,
    /// The content.
    pub body: Vec<u8>,
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

/// What is sent beside the address.
#[derive(Default)]
pub(super) struct Sent<'a> {
    /// A document to post; none: the answer is got.
    pub(super) post: Option<Post>,
    /// The page from which a browser comes.
    pub(super) referer: Option<&'a str>,
    /// The ETag of what is here already: the same is not sent again.
    pub(super) etag: Option<&'a str>,
    /// What answers in the place of the host, which is named as if it did.
    pub(super) instead: Option<&'a str>,
}

/// Fetches the document at `url`, or posts a JSON document to it and takes the answer.
pub(super) async fn exchange(
    wire: &Wire,
    url: &str,
    post: Option<Post>,
    timeout: Duration,
) -> Result<String, AwsError> {
    let sent = Sent {
        post,
        ..Sent::default()
    };
    let Fetched { status, body, .. } = request(wire, url, sent, timeout).await?;
    let invalid = |message: String| AwsError::own(Class::Invalid, format!("{url}: {message}"));
    if status != 200 {
        let said = first_line(&String::from_utf8_lossy(&body));
        return Err(invalid(format!("it answered with HTTP status {status}: {said}")));
    }
    String::from_utf8(body).map_err(|_| invalid("the answer is not text".to_owned()))
}

/// Sends one request. Every status is an answer, redirects among them.
pub(super) async fn request(
    wire: &Wire,
    url: &str,
    sent: Sent<'_>,
    timeout: Duration,
) -> Result<Fetched, AwsError> {
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
    let Sent {
        post,
        referer,
        etag,
        instead,
    } = sent;
    let (referer, etag) = (referer.map(str::to_owned), etag.map(str::to_owned));
    let host = instead.map(|_| authority.to_string());
    let endpoint = match instead {
        Some(instead) => instead.to_owned(),
        None => format!("{scheme}://{authority}"),
    };
    let operation = Operation::builder()
        .service_name("http")
        .operation_name("request")
        .http_client(SharedHttpClient::new(wire.clone()))
        .endpoint_url(&endpoint)
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
            if let Some(host) = &host {
                request.headers_mut().insert("host", host.clone());
            }
            if let Some(referer) = &referer {
                request.headers_mut().insert("referer", referer.clone());
            }
            if let Some(etag) = &etag {
                request
                    .headers_mut()
                    .try_insert("if-none-match", etag.clone())
                    .map_err(aws_smithy_runtime_api::box_error::BoxError::from)?;
            }
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
        .deserializer::<Fetched, Infallible>(|response| {
            let mut headers: BTreeMap<String, String> = BTreeMap::new();
            for (name, value) in response.headers() {
                let values = headers.entry(name.to_ascii_lowercase()).or_default();
                let between = if values.is_empty() { "" } else { ", " };
                *values = format!("{values}{between}{value}");
            }
            Ok(Fetched {
                status: response.status().as_u16(),
                headers,
                body: response.body().bytes().unwrap_or_default().to_vec(),
            })
        })
        .build();
    operation.invoke(()).await.map_err(|error| {
        let (class, message) = match no_proof_beneath(&error) {
            Some(too_large) => (Class::Invalid, too_large.to_string()),
            None => (Class::Transient, chain(&error)),
        };
        AwsError::own(class, format!("{url}: {message}")).beneath(&error)
    })
}
