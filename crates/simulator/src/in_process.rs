//! The simulator as the SDK's HTTP client: no socket in between.

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt;

use super::simulator::Simulator;

/// OtherClient the SDK's requests to a simulator.
#[derive(Clone, Debug)]
struct InProcess(Arc<Simulator>);

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let simulator = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move {
            let request = request
                .try_into_http1x()
                .map_err(|error| ConnectorError::user(error.into()))?;
            let (parts, body) = request.into_parts();
            // A streaming body (a file with aws-chunked framing and its trailer) is read to its end here.
            let body = body.collect().await.map_err(ConnectorError::user)?.to_bytes();
            let response = simulator
                .exchange(http::Request::from_parts(parts, body), None)
                .await
                .map_err(|dropped| ConnectorError::io(dropped.into()))?;
            HttpResponse::try_from(response.map(SdkBody::from))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

impl HttpClient for InProcess {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl Simulator {
    /// This simulator as an HTTP client for SDK clients: whatever they send, wherever to, arrives here.
    pub fn http_client(self: &Arc<Self>) -> SharedHttpClient {
        SharedHttpClient::new(InProcess(Arc::clone(self)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use aws_credential_types::Credentials;
    use aws_sdk_s3::primitives::ByteStream;
    use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
    use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
    use aws_smithy_types::error::metadata::ProvideErrorMetadata;
    use aws_types::SdkConfig;
    use aws_types::region::Region;
    use bytes::Bytes;
    use headset_client::services::identity_store::{self, AlternateIdentifier, GetGroupId};
    use proptest::prelude::*;
    use serde_json::json;

    use crate::fault::Rule;
    use crate::simulator::{SimOptions, Simulator};
    use std::sync::Arc;

    fn config(simulator: &Arc<Simulator>, key: &str) -> SdkConfig {
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-2"))
            .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(
                Credentials::new(key, "secret", None, None, "test"),
            ))
            .http_client(simulator.http_client())
            .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(
                aws_smithy_async::rt::sleep::TokioSleep::new(),
            ))
            .build()
    }

    fn world() -> (Arc<Simulator>, SdkConfig) {
        let simulator = Simulator::new(SimOptions::default());
        let config = config(&simulator, "AKIAIOSFODNN7EXAMPLE");
        (simulator, config)
    }

    #[tokio::test(start_paused = true)]
    async fn appstream_is_spoken_to_in_cbor() {
        let (simulator, config) = world();
        let client = aws_sdk_appstream::Client::new(&config);
        client
            .create_stack()
            .name("agents")
            .description("für Agenten")
            .send()
            .await
            .expect("a stack");
        let stacks = client
            .describe_stacks()
            .names("agents")
            .send()
            .await
            .expect("stacks");
        assert_eq!(stacks.stacks()[0].description(), Some("für Agenten"));
        assert!(stacks.stacks()[0].created_time().is_some());
        let absent = client
            .start_fleet()
            .name("absent")
            .send()
            .await
            .expect_err("no such fleet");
        assert_eq!(absent.code(), Some("ResourceNotFoundException"));
        let refused = client
            .create_stack()
            .name("no spaces please")
            .send()
            .await
            .expect_err("a bad name");
        assert_eq!(refused.code(), Some("ValidationException"));
        let log = simulator.call_log();
        assert_eq!(
            log.iter().map(|call| call.status).collect::<Vec<_>>(),
            [200, 200, 404, 400]
        );
        assert_eq!(log[2].operation, "StartFleet");
    }

    #[tokio::test(start_paused = true)]
    async fn every_other_protocol_is_spoken_too() {
        let (_simulator, config) = world();
        let instances = aws_sdk_connect::Client::new(&config)
            .list_instances()
            .send()
            .await
            .expect("instances");
        assert!(instances.instance_summary_list().is_empty());
        let absent = aws_sdk_connect::Client::new(&config)
            .describe_instance()
            .instance_id("11111111-2222-4333-8444-555555555555")
            .send()
            .await
            .expect_err("no such instance");
        assert_eq!(absent.code(), Some("ResourceNotFoundException"));
        let iam = aws_sdk_iam::Client::new(&config);
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"appstream.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
        let tag = aws_sdk_iam::types::Tag::builder()
            .key("a+b")
            .value("ü x")
            .build()
            .expect("a tag");
        iam.create_role()
            .role_name("r")
            .description("<a> & b")
            .assume_role_policy_document(trust)
            .tags(tag)
            .send()
            .await
            .expect("a role");
        let role = iam.get_role().role_name("r").send().await.expect("the role");
        let role = role.role().expect("a role");
        assert_eq!(
            (role.tags()[0].value(), role.description()),
            ("ü x", Some("<a> & b"))
        );
        let absent = iam
            .get_role()
            .role_name("absent")
            .send()
            .await
            .expect_err("no such role");
        assert_eq!(absent.code(), Some("NoSuchEntity"));
        let broken = iam
            .create_role()
            .role_name("s")
            .assume_role_policy_document("{")
            .send()
            .await;
        assert_eq!(
            broken.expect_err("no policy").code(),
            Some("MalformedPolicyDocument")
        );
        let who = aws_sdk_sts::Client::new(&config)
            .get_caller_identity()
            .send()
            .await
            .expect("an identity");
        assert_eq!(who.account(), Some("123456789012"));
        let idc = config.to_builder().region(Region::new("us-east-1")).build();
        let instances = aws_sdk_ssoadmin::Client::new(&idc)
            .list_instances()
            .send()
            .await
            .expect("instances");
        let store = instances.instances()[0].identity_store_id().expect("a directory");
        let people = headset_client::Client::new(&identity_store::SERVICE, &idc);
        let agents = GetGroupId {
            identity_store_id: store.to_owned(),
            alternate_identifier: AlternateIdentifier::of("displayName", "agents"),
        };
        let found = people.send(agents).await;
        assert!(!found.expect("a group").group_id.is_empty());
        let lacking = aws_sdk_connect::Client::new(&config)
            .list_rules()
            .instance_id("x")
            .send()
            .await;
        assert_eq!(
            lacking
                .expect_err("not simulated")
                .raw_response()
                .expect("an answer")
                .status()
                .as_u16(),
            501
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_of_twelve_digits_calls_from_that_account() {
        let simulator = Simulator::new(SimOptions::default());
        let client = aws_sdk_sts::Client::new(&config(&simulator, "111122223333"));
        assert_eq!(
            client
                .get_caller_identity()
                .send()
                .await
                .expect("an identity")
                .account(),
            Some("111122223333")
        );
    }

    /// S3 Control signs as S3; its errors have an element around them that those of S3 lack.
    #[tokio::test(start_paused = true)]
    async fn what_an_account_blocks_is_read_by_its_own_service() {
        use headset_client::services::s3_control::{self, GetPublicAccessBlock};
        let (_simulator, config) = world();
        let client = headset_client::Client::new(&s3_control::SERVICE, &config);
        let ask = |account: &str| GetPublicAccessBlock {
            account_id: account.to_owned(),
        };
        let absent = client
            .send(ask("123456789012"))
            .await
            .expect_err("nothing is set");
        assert_eq!(absent.code(), Some("NoSuchPublicAccessBlockConfiguration"));
        let foreign = client.send(ask("111122223333")).await.expect_err("not ours");
        assert_eq!(foreign.code(), Some("AccessDenied"));
        let simulator = Simulator::new(SimOptions {
            settings: crate::world::Settings {
                blocks_public_access: true,
                ..crate::world::Settings::default()
            },
            ..SimOptions::default()
        });
        let config = self::config(&simulator, "AKIAIOSFODNN7EXAMPLE");
        let client = headset_client::Client::new(&s3_control::SERVICE, &config);
        let blocks = client.send(ask("123456789012")).await.expect("settings");
        let blocks = blocks.public_access_block_configuration;
        assert!(blocks.block_public_policy && blocks.restrict_public_buckets);
    }

    #[tokio::test(start_paused = true)]
    async fn a_file_is_streamed_to_s3_and_survives_a_snapshot() {
        let (simulator, config) = world();
        let client = aws_sdk_s3::Client::new(&config);
        let place = CreateBucketConfiguration::builder()
            .location_constraint(BucketLocationConstraint::EuWest2)
            .build();
        client
            .create_bucket()
            .bucket("pages")
            .create_bucket_configuration(place)
            .send()
            .await
            .expect("a bucket");
        let content: Vec<u8> = (0..200_000_u32).map(|number| (number % 251) as u8).collect();
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), &content).expect("written");
        client
            .put_object()
            .bucket("pages")
            .key("a b/ü.html")
            .content_type("text/html")
            .cache_control("no-store")
            .metadata("recipe", "42")
            .body(ByteStream::from_path(file.path()).await.expect("a stream"))
            .send()
            .await
            .expect("stored");
        let fresh = Simulator::new(SimOptions::default());
        fresh.restore(&simulator.snapshot()).expect("a snapshot");
        for simulator in [&simulator, &fresh] {
            let client = aws_sdk_s3::Client::new(&self::config(simulator, "AKIAIOSFODNN7EXAMPLE"));
            let object = client
                .get_object()
                .bucket("pages")
                .key("a b/ü.html")
                .send()
                .await
                .expect("the object");
            assert_eq!(object.content_type(), Some("text/html"));
            assert_eq!(object.cache_control(), Some("no-store"));
            assert_eq!(
                object
                    .metadata()
                    .and_then(|all| all.get("recipe"))
                    .map(String::as_str),
                Some("42")
            );
            let body = object.body.collect().await.expect("a body").into_bytes();
            assert!(body == content, "the stored body differs");
            let listed = client
                .list_objects_v2()
                .bucket("pages")
                .send()
                .await
                .expect("a listing");
            assert_eq!(listed.contents()[0].key(), Some("a b/ü.html"));
        }
        let location = client
            .get_bucket_location()
            .bucket("pages")
            .send()
            .await
            .expect("a location");
        assert_eq!(
            location.location_constraint(),
            Some(&BucketLocationConstraint::EuWest2)
        );
        let head = client
            .head_object()
            .bucket("pages")
            .key("absent")
            .send()
            .await
            .expect_err("absent");
        assert!(head.as_service_error().is_some_and(|error| error.is_not_found()));
        let absent = client
            .get_object()
            .bucket("pages")
            .key("absent")
            .send()
            .await
            .expect_err("absent");
        assert_eq!(absent.code(), Some("NoSuchKey"));
    }

    #[tokio::test(start_paused = true)]
    async fn of_two_changes_of_a_bucket_at_a_time_one_is_aborted() {
        use aws_sdk_s3::types::{
            BucketVersioningStatus, PublicAccessBlockConfiguration, VersioningConfiguration,
        };
        let (_simulator, config) = world();
        let client = aws_sdk_s3::Client::new(&config);
        let place = CreateBucketConfiguration::builder()
            .location_constraint(BucketLocationConstraint::EuWest2)
            .build();
        for bucket in ["pages", "logs"] {
            let made = client.create_bucket().bucket(bucket);
            let made = made.create_bucket_configuration(place.clone()).send().await;
            made.expect("a bucket");
        }
        let version = |bucket: &str| {
            let status = BucketVersioningStatus::Enabled;
            let versioning = VersioningConfiguration::builder().status(status).build();
            let request = client.put_bucket_versioning().bucket(bucket);
            request.versioning_configuration(versioning).send()
        };
        let block = |bucket: &str| {
            let none = PublicAccessBlockConfiguration::builder().build();
            let request = client.put_public_access_block().bucket(bucket);
            request.public_access_block_configuration(none).send()
        };
        let (first, second) = tokio::join!(version("pages"), block("pages"));
        first.expect("nothing else was under way");
        assert_eq!(second.expect_err("it was").code(), Some("OperationAborted"));
        let (other, reads) = tokio::join!(block("logs"), client.get_bucket_policy().bucket("logs").send());
        other.expect("reads are no changes");
        assert_eq!(reads.expect_err("no policy").code(), Some("NoSuchBucketPolicy"));
        let (pages, logs) = tokio::join!(block("pages"), version("logs"));
        pages.expect("the first change is over");
        logs.expect("another bucket");
    }

    #[tokio::test(start_paused = true)]
    async fn a_lost_connection_is_a_dispatch_failure_before_or_after_the_deed() {
        let (simulator, config) = world();
        let once = config
            .to_builder()
            .retry_config(aws_smithy_types::retry::RetryConfig::disabled())
            .build();
        let client = aws_sdk_appstream::Client::new(&once);
        for (kind, exists) in [("drop-before", false), ("drop-after", true)] {
            let rule = json!({ "service": "appstream", "operation": "CreateStack", "kind": kind });
            simulator.inject(serde_json::from_value::<Rule>(rule).expect("a rule"));
            let lost = client.create_stack().name(kind).send().await.expect_err("lost");
            assert!(
                lost.as_service_error().is_none() && lost.raw_response().is_none(),
                "{lost:?}"
            );
            let stacks = client.describe_stacks().send().await.expect("stacks");
            assert_eq!(
                stacks.stacks().iter().any(|stack| stack.name() == Some(kind)),
                exists,
                "{kind}"
            );
        }
        let rule = json!({ "operation": "CreateStack", "kind": "error", "code": "LimitExceededException" });
        simulator.inject(serde_json::from_value::<Rule>(rule).expect("a rule"));
        let refused = client
            .create_stack()
            .name("third")
            .send()
            .await
            .expect_err("injected");
        assert_eq!(refused.code(), Some("LimitExceededException"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn no_request_makes_it_panic(
            method in prop::sample::select(vec!["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS"]),
            path in "/[ -~]{0,40}",
            service in prop::sample::select(vec!["appstream", "connect", "iam", "s3", "sso", "identitystore", "sts", "x"]),
            signed: bool,
            mark in prop::sample::select(vec![
                ("x-amz-target", "PhotonAdminProxyService.DescribeFleets"),
                ("smithy-protocol", "rpc-v2-cbor"),
                ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
                ("content-type", "application/x-www-form-urlencoded"),
                ("range", "bytes=9-1"),
            ]),
            body in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
            let uri: Option<http::Uri> = path.replace(' ', "+").parse().ok();
            prop_assume!(uri.is_some());
            let mut request = http::Request::builder().method(method).uri(uri.expect("checked")).header(mark.0, mark.1);
            if signed {
                let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
                let scope = format!("AKID/{}/eu-west-2/{service}/aws4_request", &now[..8]);
                request = request.header("x-amz-date", now).header(
                    "authorization",
                    format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"),
                );
            }
            let status = runtime.block_on(async {
                let simulator = Simulator::new(SimOptions::default());
                simulator.handle(request.body(Bytes::from(body)).expect("a request")).await.status()
            });
            prop_assert!(status.as_u16() < 500 || status.as_u16() == 501, "{status}");
        }
    }

    #[test]
    fn the_same_calls_get_the_same_ids() {
        // Two worlds that hear the same calls say the same: ids are counted, not random.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        let answers: BTreeMap<usize, String> = (0..2)
            .map(|index| {
                let text = runtime.block_on(async {
                    let (simulator, config) = world();
                    let client = aws_sdk_connect::Client::new(&config);
                    let made = client
                        .create_instance()
                        .instance_alias("acme")
                        .identity_management_type(aws_sdk_connect::types::DirectoryType::Saml)
                        .inbound_calls_enabled(true)
                        .outbound_calls_enabled(true)
                        .send()
                        .await
                        .expect("an instance");
                    assert_eq!(simulator.call_log().len(), 1);
                    made.id().expect("an id").to_owned()
                });
                (index, text)
            })
            .collect();
        assert_eq!(answers[&0], answers[&1]);
    }
}
