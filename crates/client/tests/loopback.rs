//! The client over sockets: what arrives at a server, and what becomes of its answers.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says why and ends")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_types::SdkConfig;
use aws_types::origin::Origin;
use aws_types::region::Region;
use aws_types::request_id::RequestId;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use headset_client::services::ssm::{self, GetParameter};
use headset_client::{Answered, Body, Client, Http, Operation, Protocol, Service, endpoint_of, hosts};
use serde::{Deserialize, Serialize};

/// A server that gives these answers, one after the other, and keeps what it was asked.
struct Server {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

fn answer(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nx-amzn-requestid: r-1\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

impl Server {
    fn answering(answers: Vec<String>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        std::thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut head, mut length) = (String::new(), 0);
                while !head.ends_with("\r\n\r\n") {
                    let start = head.len();
                    reader.read_line(&mut head).unwrap();
                    if let Some(told) = head[start..].strip_prefix("content-length: ") {
                        length = told.trim().parse().unwrap();
                    }
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                seen.lock()
                    .unwrap()
                    .push(head + std::str::from_utf8(&body).unwrap());
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        Server { url, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Credentials that count how often they are asked for.
#[derive(Clone, Debug, Default)]
struct Counted(Arc<AtomicUsize>);

impl ProvideCredentials for Counted {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        self.0.fetch_add(1, Ordering::SeqCst);
        let token = Some("token".to_owned());
        future::ProvideCredentials::ready(Ok(Credentials::new("AKID", "secret", token, None, "test")))
    }
}

fn config(url: &str, retry: RetryConfig) -> aws_types::sdk_config::Builder {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .region(Region::new("eu-west-2"))
        .retry_config(retry)
        .credentials_provider(SharedCredentialsProvider::new(Counted::default()))
        .endpoint_url(url)
}

fn service(name: &'static str, protocol: Protocol) -> &'static Service {
    Box::leak(Box::new(Service {
        name,
        id: name,
        signing_name: name,
        version: "2020-01-01",
        host: &hosts::SSM,
        protocol,
    }))
}

fn parameter() -> GetParameter {
    GetParameter {
        name: "/acme/agent1".to_owned(),
        with_decryption: Some(true),
    }
}

#[tokio::test]
async fn json_arrives_signed_as_an_sdk_would_sign_it() {
    let server = Server::answering(vec![answer(
        "200 OK",
        r#"{"Parameter":{"Value":"v","Version":3}}"#,
    )]);
    let client = Client::new(
        &ssm::SERVICE,
        &config(&server.url, RetryConfig::disabled()).build(),
    );
    let read = client.send(parameter()).await.unwrap();
    assert_eq!(read.parameter.unwrap().value.as_deref(), Some("v"));
    let asked = server.asked();
    let [asked] = asked.as_slice() else {
        panic!("{asked:?}")
    };
    let (head, body) = asked.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, r#"{"Name":"/acme/agent1","WithDecryption":true}"#);
    for part in [
        "POST / HTTP/1.1\r\n",
        "x-amz-target: AmazonSSM.GetParameter\r\n",
        "content-type: application/x-amz-json-1.1\r\n",
        "x-amz-security-token: token\r\n",
        "authorization: AWS4-HMAC-SHA256 Credential=AKID/",
        "/eu-west-2/ssm/aws4_request, SignedHeaders=",
        "x-amz-user-agent: aws-sdk-rust/",
        "api/ssm/",
        "amz-sdk-request: attempt=1; max=1\r\n",
    ] {
        assert!(asked.contains(part), "no {part:?} in\n{head}");
    }
}

/// One request in four protocols.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Ask<const PROTOCOL: usize> {
    name: &'static str,
    list: Vec<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Told {
    list: Vec<String>,
}

macro_rules! in_protocol {
    ($number:literal, $service:ident, $name:literal, $protocol:expr) => {
        static $service: Service = Service {
            name: $name,
            id: $name,
            signing_name: $name,
            version: "2020-01-01",
            host: &hosts::SSM,
            protocol: $protocol,
        };
        impl Operation for Ask<$number> {
            const SERVICE: &'static Service = &$service;
            const NAME: &'static str = "Ask";
            type Answer = Told;
            const HTTP: Http = Http {
                method: "PUT",
                path: "/asked/{Name}",
                body: Body::Members("Ask"),
                answer: Answered::BODY,
                ..Http::POST
            };
        }
    };
}

in_protocol!(0, REST_JSON, "rest-json", Protocol::RestJson);
in_protocol!(1, REST_XML, "rest-xml", Protocol::RestXml { namespace: "urn:x" });
in_protocol!(2, QUERY, "query", Protocol::Query);
in_protocol!(3, EC2, "ec2", Protocol::Ec2Query);

async fn exchange<const PROTOCOL: usize>(told: &str, line: &str, body: &str)
where
    Ask<PROTOCOL>: Operation<Answer = Told>,
{
    let server = Server::answering(vec![answer("200 OK", told)]);
    let service = <Ask<PROTOCOL> as Operation>::SERVICE;
    let client = Client::new(service, &config(&server.url, RetryConfig::disabled()).build());
    let list = vec!["x", "y"];
    let read = client.send(Ask::<PROTOCOL> { name: "a b", list }).await.unwrap();
    assert_eq!(read.list, ["p", "q"], "{}", service.name);
    let asked = server.asked();
    assert!(asked[0].starts_with(line), "{}", asked[0]);
    assert_eq!(asked[0].split_once("\r\n\r\n").unwrap().1, body);
    let scope = format!("/eu-west-2/{}/aws4_request", service.signing_name);
    assert!(asked[0].contains(&scope), "{}", asked[0]);
}

#[tokio::test]
async fn the_other_protocols_arrive_too() {
    let json = r#"{"List":["p","q"]}"#;
    let xml = "<R><List><member>p</member><member>q</member></List></R>";
    let result = format!(
        "<AskResponse><AskResult>{}</AskResult></AskResponse>",
        &xml[3..xml.len() - 4]
    );
    exchange::<0>(json, "PUT /asked/a%20b HTTP/1.1\r\n", r#"{"List":["x","y"]}"#).await;
    let document = "<Ask xmlns=\"urn:x\"><List><member>x</member><member>y</member></List></Ask>";
    exchange::<1>(xml, "PUT /asked/a%20b HTTP/1.1\r\n", document).await;
    let form = "Action=Ask&Version=2020-01-01&Name=a%20b&List.member.1=x&List.member.2=y";
    exchange::<2>(&result, "POST / HTTP/1.1\r\n", form).await;
    let form = "Action=Ask&Version=2020-01-01&Name=a%20b&List.1=x&List.2=y";
    exchange::<3>(xml, "POST / HTTP/1.1\r\n", form).await;
}

#[tokio::test]
async fn a_refusal_has_its_code_its_message_and_the_id_of_its_request() {
    let body = r#"{"__type":"ParameterNotFound","message":"no such parameter"}"#;
    let server = Server::answering(vec![answer("400 Bad Request", body)]);
    let client = Client::new(
        &ssm::SERVICE,
        &config(&server.url, RetryConfig::standard()).build(),
    );
    let error = client.send(parameter()).await.unwrap_err();
    assert_eq!(error.code(), Some("ParameterNotFound"));
    assert_eq!(error.message(), Some("no such parameter"));
    assert_eq!(error.request_id(), Some("r-1"));
    assert!(error.as_service_error().is_some());
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_no_refusal() {
    let server = Server::answering(vec![answer("200 OK", "<html>sign in</html>")]);
    let client = Client::new(
        &ssm::SERVICE,
        &config(&server.url, RetryConfig::disabled()).build(),
    );
    let error = client.send(parameter()).await.unwrap_err();
    assert!(error.as_service_error().is_none());
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 200);
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_credentials_are_fetched_once() {
    let throttled = r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#;
    let server = Server::answering(vec![
        answer("503 Service Unavailable", ""),
        answer("400 Bad Request", throttled),
        answer("200 OK", "{}"),
        answer("200 OK", "{}"),
    ]);
    let retry = RetryConfig::standard()
        .with_initial_backoff(Duration::from_millis(1))
        .with_max_backoff(Duration::from_millis(1));
    let credentials = Counted::default();
    let config = config(&server.url, retry)
        .credentials_provider(SharedCredentialsProvider::new(credentials.clone()))
        .build();
    let client = Client::new(&ssm::SERVICE, &config);
    client.send(parameter()).await.unwrap();
    client.clone().send(parameter()).await.unwrap();
    assert_eq!(server.asked().len(), 4);
    assert_eq!(credentials.0.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_cannot_be_sent_is_said_before_anything_is() {
    let config = config("http://127.0.0.1:1", RetryConfig::disabled()).build();
    let nowhere = config.clone().into_builder().region(None::<Region>).build();
    let error = Client::new(&ssm::SERVICE, &nowhere)
        .send(parameter())
        .await
        .unwrap_err();
    let why = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(why, "no region is configured");

    let other = Client::new(service("other", Protocol::Query), &config);
    let error = other.send(parameter()).await.unwrap_err();
    let why = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(why, "this is an operation of ssm, and the client is one of other");
}

/// What the environment and a profile say of one service.
#[derive(Debug)]
struct Configured;

impl LoadServiceConfig for Configured {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let keys = (key.service_id(), key.env(), key.profile());
        (keys == ("SSM", "AWS_ENDPOINT_URL", "endpoint_url")).then(|| "https://own.example.com".to_owned())
    }
}

#[test]
fn a_services_own_endpoint_goes_before_the_one_for_all() {
    let other = service("other", Protocol::Query);
    let config = SdkConfig::builder()
        .endpoint_url("https://all.example.com")
        .service_config(Configured)
        .build();
    assert_eq!(
        endpoint_of(&ssm::SERVICE, &config).as_deref(),
        Some("https://own.example.com")
    );
    assert_eq!(
        endpoint_of(other, &config).as_deref(),
        Some("https://all.example.com")
    );
    // What the program sets itself goes before both.
    let mut builder = config.into_builder();
    builder.insert_origin("endpoint_url", Origin::shared_config());
    let config = builder.build();
    assert_eq!(
        endpoint_of(&ssm::SERVICE, &config).as_deref(),
        Some("https://all.example.com")
    );
    assert_eq!(endpoint_of(&ssm::SERVICE, &SdkConfig::builder().build()), None);
}
