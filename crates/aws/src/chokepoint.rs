//! The one place that every request to AWS passes.
//!
//! It sits at the SDK's HTTP client, below serialisation and signing, and gives each request a sequence
//! number, lets a test hold the process right before or right after request number k, keeps the record for
//! `--timings`, refuses answers that are not AWS's or not whole, takes nulls out of AppStream's answers before the SDK
//! stumbles over them, learns AWS's time from its answers, and says which request has no answer for long.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, SystemTime};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use headset_core::error::NoProof;
use headset_kinds::Novelty;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::aws_time::AwsTime;
use super::notices::{Notices, SILENCE, Said};
use super::novelties::Novelties;
use super::record::{Asked, Recorder, Told};
use super::renewal::Renewal;
use super::whole;

/// Under which target of the log each call is written, with how long it took.
pub const CALLS: &str = "headset_aws::calls";

/// The largest answer that is read, in bytes: a state in a bucket is the largest thing that Headset asks AWS for.
const LARGEST: usize = 64 << 20;
/// The same of what is no service of AWS's, such as SAML metadata: IAM's limit for that, whose characters may take four bytes.
const LARGEST_DOCUMENT: usize = 40_000_000;

tokio::task_local! {
    /// Which operation the current task is calling; set by [`super::Aws::call`].
    pub(super) static CURRENT: (&'static str, &'static str);
}

/// What a hook decides about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Go on.
    Pass,
    /// Never go on: to the rest of the program the process has stopped here.
    Hold,
}

/// Looks at every request, before it is sent and after it took effect. Tests stop the process with it.
pub trait CallHook: Send + Sync + fmt::Debug {
    /// Request number `sequence` (from 1) is about to be sent.
    fn before(&self, sequence: u64, service: &str, operation: &str) -> Gate;
    /// Its answer has arrived, and the caller has not got it yet.
    fn after(&self, sequence: u64, service: &str, operation: &str) -> Gate;
}

/// One request that was sent.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CallRecord {
    /// Its number, from 1.
    pub sequence: u64,
    /// The service.
    pub service: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// The HTTP status, if an answer came.
    pub status: Option<u16>,
    /// From sending to the answer's head.
    pub took: Duration,
}

/// The chokepoint, around the HTTP client that sends.
#[derive(Clone, Debug)]
pub struct Wire {
    inner: SharedHttpClient,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    sequence: AtomicU64,
    hook: Option<Box<dyn CallHook>>,
    records: Mutex<Vec<CallRecord>>,
    recorder: OnceLock<Recorder>,
    time: AwsTime,
    notices: Notices,
    novelties: Novelties,
    renewal: Renewal,
}

impl Wire {
    /// A chokepoint around `inner`.
    pub fn new(inner: SharedHttpClient, hook: Option<Box<dyn CallHook>>) -> Wire {
        Wire {
            inner,
            shared: Arc::new(Shared {
                hook,
                ..Shared::default()
            }),
        }
    }

    /// Writes every request from now on into a recording. Only the first recorder counts.
    pub fn record(&self, recorder: Recorder) {
        drop(self.shared.recorder.set(recorder));
    }

    /// Why the recording has ended early, if it has.
    pub fn record_failure(&self) -> Option<String> {
        self.shared.recorder.get()?.failure()
    }

    /// AWS's time, as its answers say it.
    pub fn time(&self) -> &AwsTime {
        &self.shared.time
    }

    pub(super) fn notices(&self) -> &Notices {
        &self.shared.notices
    }

    /// What answers had that this version does not know, with the operations that answered it.
    pub fn novelties(&self) -> Vec<(String, Novelty)> {
        self.shared.novelties.all()
    }

    pub(super) fn renewal(&self) -> &Renewal {
        &self.shared.renewal
    }

    /// Every request so far.
    pub fn records(&self) -> Vec<CallRecord> {
        self.shared
            .records
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .clone()
    }
}

impl HttpClient for Wire {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        parts: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, parts);
        SharedHttpConnector::new(Connector {
            inner,
            shared: self.shared.clone(),
        })
    }
}

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    shared: Arc<Shared>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (inner, shared) = (self.inner.clone(), self.shared.clone());
        HttpConnectorFuture::new(async move { shared.pass(inner, request).await })
    }
}

impl Shared {
    async fn pass(
        &self,
        inner: SharedHttpConnector,
        request: HttpRequest,
    ) -> Result<HttpResponse, ConnectorError> {
        let (service, operation) = CURRENT
            .try_with(|current| *current)
            .unwrap_or(("http", "request"));
        let sequence = self.sequence.fetch_add(1, Ordering::SeqCst) + 1;
        self.hold_if(|hook| hook.before(sequence, service, operation))
            .await;
        let recording = self.recorder.get().map(|recorder| {
            (
                recorder,
                recorder.now(),
                Asked::of(&request, (service, operation)),
            )
        });
        let signed_for = whole::signed_for(&request);
        let started = tokio::time::Instant::now();
        let sent = SystemTime::now();
        let mut answer = self
            .answered(inner.call(request), (service, operation), started)
            .await;
        let came = SystemTime::now();
        if let Some((recorder, start, asked)) = recording {
            let told;
            (answer, told) = told_of(answer, signed_for.is_some()).await;
            recorder.write(sequence, start, started.elapsed(), &asked, &told);
        }
        let status = answer.as_ref().ok().map(|response| response.status().as_u16());
        let took = started.elapsed();
        match status {
            Some(status) => {
                tracing::debug!(target: CALLS, "{service}:{operation} {status} in {} ms", took.as_millis());
            }
            None => {
                tracing::debug!(target: CALLS, "{service}:{operation} no answer in {} ms", took.as_millis());
            }
        }
        self.records
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .push(CallRecord {
                sequence,
                service,
                operation,
                status,
                took,
            });
        self.hold_if(|hook| hook.after(sequence, service, operation))
            .await;
        match (answer, signed_for) {
            (Ok(response), Some(signed_for)) => {
                let response = proven((service, operation), &signed_for, response, &self.novelties).await?;
                // What a cache has kept says nothing about now.
                if let (Some(date), None) = (response.headers().get("date"), response.headers().get("age")) {
                    self.time.learn(date, sent, came);
                }
                Ok(response)
            }
            // What is not signed was not sent to a service of AWS's that is known here.
            (Ok(mut response), None) => {
                let bytes = to_end(&mut response, LARGEST_DOCUMENT).await?;
                *response.body_mut() = SdkBody::from(bytes);
                Ok(response)
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Waits for an answer, and says so where it does not come.
    async fn answered(
        &self,
        answer: HttpConnectorFuture,
        (service, operation): (&'static str, &'static str),
        sent: tokio::time::Instant,
    ) -> Result<HttpResponse, ConnectorError> {
        let mut answer = std::pin::pin!(answer);
        tokio::select! {
            biased;
            answer = &mut answer => return answer,
            () = tokio::time::sleep(SILENCE) => {}
        }
        self.notices.say(Said::Unanswered {
            service,
            operation,
            sent,
        });
        answer.await
    }

    async fn hold_if(&self, ask: impl Fn(&dyn CallHook) -> Gate) {
        if self.hook.as_deref().is_some_and(|hook| ask(hook) == Gate::Hold) {
            std::future::pending::<()>().await;
        }
    }
}

/// Reads an answer to its end, for the recording; the answer itself stays as it was.
async fn told_of(
    answer: Result<HttpResponse, ConnectorError>,
    is_signed: bool,
) -> (Result<HttpResponse, ConnectorError>, Told) {
    let mut response = match answer {
        Ok(response) => response,
        Err(error) => {
            let told = Told::Lost(super::error::chain(&error));
            return (Err(error), told);
        }
    };
    let most = if is_signed { LARGEST } else { LARGEST_DOCUMENT };
    match to_end(&mut response, most).await {
        Ok(bytes) => {
            let headers = response
                .headers()
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            let told = Told::Answer(response.status().as_u16(), headers, bytes.clone());
            *response.body_mut() = SdkBody::from(bytes);
            (Ok(response), told)
        }
        Err(error) => {
            let told = Told::Lost(super::error::chain(&error));
            (Err(error), told)
        }
    }
}

/// Takes the body out of an answer, as long as it is no longer than that: an answer that never ends would fill the memory.
async fn to_end(response: &mut HttpResponse, most: usize) -> Result<Bytes, ConnectorError> {
    let too_large = || ConnectorError::other(NoProof::TooLarge { most }.into(), None);
    let body = std::mem::replace(response.body_mut(), SdkBody::empty());
    match Limited::new(body, most).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(error) => Err(ConnectorError::io(error)),
    }
}

/// Reads an answer to its end and passes it on if it is AWS's and whole: what reads less than that would take it for the
/// answer that there is nothing.
async fn proven(
    call: (&str, &str),
    signed_for: &str,
    mut response: HttpResponse,
    novelties: &Novelties,
) -> Result<HttpResponse, ConnectorError> {
    let bytes = to_end(&mut response, LARGEST).await?;
    let answer = whole::judge(call, signed_for, &response, &bytes)
        .map_err(|no_proof| ConnectorError::other(no_proof.into(), None))?;
    if let Some(answer) = answer {
        novelties.notice(call, &answer);
    }
    let is_cbor = response.headers().get("content-type") == Some("application/cbor");
    let cleaned = match is_cbor && response.status().is_success() {
        true => super::nulls::without_nulls(&bytes),
        false => None,
    };
    *response.body_mut() = match cleaned {
        Some(cleaned) => {
            // The length is another one now; the SDK would wait for bytes that never come.
            response
                .headers_mut()
                .insert("content-length", cleaned.len().to_string());
            SdkBody::from(cleaned)
        }
        None => SdkBody::from(bytes),
    };
    Ok(response)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use http_body_util::{Full, StreamBody};

    use super::*;

    fn answer(body: SdkBody) -> HttpResponse {
        HttpResponse::try_from(http::Response::new(body)).unwrap()
    }

    /// Metadata that never ends would fill the memory of the machine.
    #[tokio::test]
    async fn an_endless_answer_is_read_to_its_limit_and_no_further() {
        let part = Bytes::from_static(&[b'x'; 100]);
        let frame = move || {
            Full::new(part.clone())
                .frame()
                .now_or_never()
                .flatten()
                .expect("a frame")
        };
        let parts = futures_util::stream::repeat_with(frame);
        let mut endless = answer(SdkBody::from_body_1_x(StreamBody::new(parts)));
        let error = to_end(&mut endless, 1_000).await.unwrap_err();
        let chain = crate::error::chain(&error);
        assert!(chain.contains("larger than 1000 bytes"), "{chain}");
        let mut whole = answer(SdkBody::from("a whole answer"));
        assert_eq!(to_end(&mut whole, 14).await.unwrap(), "a whole answer");
        assert!(
            to_end(&mut answer(SdkBody::from("a whole answer")), 13)
                .await
                .is_err()
        );
    }
}
