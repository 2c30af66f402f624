//! S3 and browsers: preflights, and the headers that let a page of another origin read an answer.

use bytes::Bytes;

use super::lock::lock;
use super::reply::{Progress, identify};
use super::service::s3::cors::{self, CorsRequest};
use super::simulator::Simulator;
use super::wire::message::Message;
use super::wire::rest::Written;
use super::wire::{Protocol, refusal, route};

/// What a request says about the page that it comes from.
fn cors_request(message: &Message, method: Option<String>) -> Option<CorsRequest> {
    let (bucket, object) = route::bucket(message)?;
    let header = |name: &str| message.header(name).map(str::to_owned);
    Some(CorsRequest {
        bucket,
        object,
        origin: header("origin"),
        method,
        headers: header("access-control-request-headers"),
    })
}

/// The page of another origin that a request to S3 comes from, if it comes from one.
pub(super) fn origin(message: &Message, service: &str) -> Option<CorsRequest> {
    message.header("origin").filter(|_| service == "s3")?;
    cors_request(message, Some(message.method.clone()))
}

impl Simulator {
    /// Answers a preflight; `None` for every other request.
    pub(super) fn preflight(&self, message: &Message) -> Option<Written> {
        if message.method != "OPTIONS" || message.header("x-amz-target").is_some() {
            return None;
        }
        let method = message.header("access-control-request-method").map(str::to_owned);
        let cors_request = cors_request(message, method)?;
        let progress = Progress {
            date: 0,
            service: "s3",
            operation: "OPTIONS".to_owned(),
            region: "us-east-1".to_owned(),
            protocol: Protocol::RestXml,
            head: false,
            ..self.begin()
        };
        let answer = self.with_world(|world, _| cors::preflight(world, &cors_request));
        let (mut written, code) = match answer {
            Ok(headers) => (
                Written {
                    status: 200,
                    headers,
                    body: Bytes::new(),
                },
                None,
            ),
            Err(fault) => {
                let id = &progress.request_id;
                let written = refusal::encode(progress.service, progress.protocol, &fault, id, false);
                (written, Some(fault.code))
            }
        };
        identify(&mut written, &progress);
        self.record(&progress, written.status, code, None);
        Some(written)
    }

    /// Adds what the bucket's rules say of the page that asks.
    pub(super) fn allow_origin(&self, cors_request: Option<&CorsRequest>, written: &mut Written) {
        if let Some(cors_request) = cors_request {
            let world = lock(&self.world);
            written.headers.extend(cors::headers(&world, cors_request));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http::{Request, Response};
    use serde_json::json;

    use super::*;
    use crate::service::{Call, Caller, Service, s3::S3};
    use crate::simulator::SimOptions;

    /// A cloud with a bucket whose page everybody may read, and pages of one other origin may.
    fn cloud() -> Arc<Simulator> {
        let simulator = Simulator::new(SimOptions::default());
        simulator.with_world(|world, now| {
            let policy = json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Principal": "*",
                "Action": "s3:GetObject", "Resource": "arn:aws:s3:::pages/*" } });
            let rules =
                json!([{ "AllowedOrigins": ["https://acme.example.com"], "AllowedMethods": ["GET"] }]);
            for (operation, input) in [
                (
                    "CreateBucket",
                    json!({ "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } }),
                ),
                (
                    "PutPublicAccessBlock",
                    json!({ "PublicAccessBlockConfiguration": {} }),
                ),
                ("PutBucketPolicy", json!({ "Policy": policy.to_string() })),
                (
                    "PutBucketCors",
                    json!({ "CORSConfiguration": { "CORSRules": rules } }),
                ),
                ("PutObject", json!({ "Key": "page.html" })),
            ] {
                let mut input = input;
                input["Bucket"] = json!("pages");
                let call = Call {
                    operation: operation.to_owned(),
                    input,
                    body: Bytes::from_static(b"<html>"),
                    headers: Vec::new(),
                    region: "eu-west-2".to_owned(),
                    caller: Caller {
                        account: "123456789012".to_owned(),
                        arn: "arn:aws:iam::123456789012:user/deployer".to_owned(),
                        access_key: Some("AKIAIOSFODNN7EXAMPLE".to_owned()),
                        permissions: None,
                    },
                    now,
                    base_url: None,
                };
                S3.call(world, &call).expect(operation);
            }
        });
        simulator
    }

    async fn asked(simulator: &Simulator, method: &str, headers: &[(&str, &str)]) -> Response<Bytes> {
        let mut request = Request::builder()
            .method(method)
            .uri("https://pages.s3.eu-west-2.amazonaws.com/page.html");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        simulator
            .handle(request.body(Bytes::new()).expect("a request"))
            .await
    }

    fn allowed(answer: &Response<Bytes>) -> Option<&str> {
        let origin = answer.headers().get("access-control-allow-origin")?;
        origin.to_str().ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_browser_asks_first_and_then_gets_the_page() {
        let simulator = cloud();
        let origin = ("origin", "https://acme.example.com");
        let wish = ("access-control-request-method", "GET");
        let first = asked(&simulator, "OPTIONS", &[origin, wish]).await;
        assert_eq!(
            (first.status(), allowed(&first)),
            (http::StatusCode::OK, Some(origin.1))
        );
        assert!(first.body().is_empty() && first.headers().contains_key("x-amz-request-id"));
        let page = asked(&simulator, "GET", &[origin]).await;
        assert_eq!(
            (&page.body()[..], allowed(&page)),
            (&b"<html>"[..], Some(origin.1))
        );
        // What the page may not read comes all the same: it is the browser that keeps it.
        let other = asked(&simulator, "GET", &[("origin", "https://other.example.net")]).await;
        assert_eq!((&other.body()[..], allowed(&other)), (&b"<html>"[..], None));
        let plain = asked(&simulator, "GET", &[]).await;
        assert_eq!(allowed(&plain), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_preflight_that_no_rule_covers_is_refused_in_xml() {
        let simulator = cloud();
        let origin = ("origin", "https://other.example.net");
        let refused = asked(
            &simulator,
            "OPTIONS",
            &[origin, ("access-control-request-method", "GET")],
        )
        .await;
        assert_eq!(refused.status(), http::StatusCode::FORBIDDEN);
        let text = String::from_utf8_lossy(refused.body()).into_owned();
        assert!(
            text.contains("<Code>AccessForbidden</Code>") && text.contains("<Method>GET</Method>"),
            "{text}"
        );
        let nothing = asked(&simulator, "OPTIONS", &[]).await;
        assert_eq!(nothing.status(), http::StatusCode::BAD_REQUEST);
        let log = simulator.call_log();
        assert_eq!(log.last().map(|call| call.operation.as_str()), Some("OPTIONS"));
    }

    /// Headers that an error brings along are headers, and not elements of its document.
    #[tokio::test(start_paused = true)]
    async fn what_has_not_changed_is_answered_with_its_entity_tag() {
        let simulator = cloud();
        let page = asked(&simulator, "GET", &[]).await;
        let etag = page.headers()["etag"].to_str().expect("text").to_owned();
        let same = asked(&simulator, "GET", &[("if-none-match", &etag)]).await;
        assert_eq!(same.status(), http::StatusCode::NOT_MODIFIED);
        assert_eq!(same.headers()["etag"].to_str().ok(), Some(etag.as_str()));
        assert_eq!(same.headers()["last-modified"], page.headers()["last-modified"]);
        assert!(same.body().is_empty());
        let failed = asked(&simulator, "GET", &[("if-match", "\"other\"")]).await;
        let text = String::from_utf8_lossy(failed.body()).into_owned();
        assert!(text.contains("<Condition>If-Match</Condition>"), "{text}");
    }
}
