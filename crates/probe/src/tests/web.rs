//! What can happen between a TCP connection and an answer.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

use super::servers::{Authority, date, fine, plain, web};
use super::{SHORT, one_host, reaching, target};
use crate::{Cause, Clock, HostCheck, Protocol, Roots, Settings, Verdict};

const HOST: &str = "a.my.connect.aws";

/// Settings that trust an authority.
fn trusting(authority: &Authority, address: SocketAddr) -> Settings {
    Settings {
        roots: Roots::These(authority.roots()),
        ..reaching(HOST, address)
    }
}

async fn https(settings: &Settings) -> HostCheck {
    one_host(target(HOST, Protocol::Https), settings).await
}

#[tokio::test]
async fn a_host_that_is_open_is_open_with_its_evidence() {
    let authority = Authority::new("Amazon");
    let address = web(authority.serves(HOST, 2020, 2040), None, fine).await;
    let host = https(&trusting(&authority, address)).await;
    assert_eq!((host.verdict, host.cause), (Verdict::Open, None));
    let tls = host.evidence.tls.unwrap();
    assert_eq!(tls.chain[0].issuer, "Test authority (Amazon)");
    assert_eq!(tls.distrusted, None);
    let http = host.evidence.http.unwrap();
    assert_eq!(http.status, 200);
    assert!(http.ahead_seconds.unwrap().abs() < 60);
    assert_eq!(host.evidence.connects.len(), 1);
}

#[tokio::test]
async fn a_connection_that_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let host = https(&reaching(HOST, address)).await;
    assert_eq!(host.cause, Some(Cause::Refused));
    assert_eq!(
        host.agent_sees.as_deref(),
        Some("ERR_CONNECTION_REFUSED for https://a.my.connect.aws")
    );
}

/// A queue that is full drops the packets of those who want to connect.
#[tokio::test]
async fn a_connection_that_is_dropped() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(stream) = timeout(SHORT, TcpStream::connect(address)).await {
        queue.push(stream.unwrap());
        assert!(queue.len() < 10, "the queue has no end");
    }
    let mut settings = reaching(HOST, address);
    settings.deadlines.connect = SHORT;
    let host = https(&settings).await;
    assert_eq!(host.cause, Some(Cause::Dropped));
    assert_eq!(host.verdict, Verdict::Blocked);
}

#[tokio::test]
async fn a_connection_that_is_cut_at_the_name() {
    let authority = Authority::new("Amazon");
    let address = web(authority.serves(HOST, 2020, 2040), Some(HOST), fine).await;
    let host = https(&trusting(&authority, address)).await;
    assert_eq!(host.cause, Some(Cause::ResetAtName));
    // Once with the name, once as a control.
    assert_eq!(host.evidence.connects.len(), 2);
}

#[tokio::test]
async fn a_connection_that_is_cut_with_any_name_or_gets_no_answer_or_another() {
    assert_eq!(
        https(&reaching(HOST, plain("").await)).await.cause,
        Some(Cause::ResetInHandshake)
    );
    let page = plain("HTTP/1.1 302 Found\r\nLocation: https://blocked.example.com\r\n\r\n").await;
    assert_eq!(https(&reaching(HOST, page)).await.cause, Some(Cause::NotTls));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = reaching(HOST, listener.local_addr().unwrap());
    settings.deadlines.handshake = SHORT;
    assert_eq!(https(&settings).await.cause, Some(Cause::SilentInHandshake));
}

#[tokio::test]
async fn a_foreign_authority_is_an_interception_trusted_or_not() {
    let (amazon, proxy) = (Authority::new("Amazon"), Authority::new("Example Security"));
    let address = web(proxy.serves(HOST, 2020, 2040), None, fine).await;
    let issuer = "Test authority (Example Security)".to_owned();
    let host = https(&trusting(&amazon, address)).await;
    assert_eq!(
        host.cause,
        Some(Cause::ForeignAuthority {
            issuer: issuer.clone()
        })
    );
    assert_eq!(host.verdict, Verdict::Intercepted);
    assert!(host.evidence.tls.unwrap().distrusted.is_some());
    // Companies install the authority of their proxy on every desk.
    let host = https(&trusting(&proxy, address)).await;
    assert_eq!(host.cause, Some(Cause::OtherIssuer { issuer }));
    assert_eq!(host.verdict, Verdict::Intercepted);
    // A host that is not AWS's may have its certificate from anyone who is trusted.
    let other = "sign-in.example.com";
    let address = web(proxy.serves(other, 2020, 2040), None, fine).await;
    let mut settings = trusting(&proxy, address);
    settings.connect_to = [(other.to_owned(), address)].into();
    let host = one_host(target(other, Protocol::Https), &settings).await;
    assert_eq!(host.verdict, Verdict::Open);
}

#[tokio::test]
async fn a_certificate_that_has_ended_and_a_clock_that_is_wrong() {
    let authority = Authority::new("Amazon");
    let ended = web(authority.serves(HOST, 2020, 2021), None, fine).await;
    let host = https(&trusting(&authority, ended)).await;
    let until = "2021-01-01T00:00:00Z".to_owned();
    assert_eq!(host.cause, Some(Cause::Expired { until }));
    assert_eq!(host.verdict, Verdict::Blocked);

    // The certificate is good, by the clock of the host.
    let good = web(authority.serves(HOST, 2020, 2040), None, fine).await;
    let mut settings = trusting(&authority, good);
    // 1 January 2045.
    settings.clock = Clock::At(2_366_841_600);
    let host = https(&settings).await;
    let Some(Cause::ClockWrong { ahead_seconds }) = host.cause else {
        panic!("{host:?}");
    };
    assert!(ahead_seconds > 4 * 365 * 24 * 3600, "{ahead_seconds}");
    assert_eq!(
        host.agent_sees.as_deref(),
        Some("NET::ERR_CERT_DATE_INVALID for https://a.my.connect.aws")
    );
}

/// Certificates last for months: that a clock is minutes off shows in the Date header alone.
#[tokio::test]
async fn a_clock_that_is_off_by_minutes_is_seen_where_certificates_are_fine() {
    let authority = Authority::new("Amazon");
    let answer = |_: &str| format!("HTTP/1.1 200 OK\r\nDate: {}\r\n\r\n", date(600));
    let address = web(authority.serves(HOST, 2020, 2040), None, answer).await;
    let settings = trusting(&authority, address);
    let rows = crate::check(&[target(HOST, Protocol::Https)], &settings, &|_| {}).await;
    assert_eq!(rows[0].verdict, Verdict::Open);
    let Some(Cause::ClockWrong { ahead_seconds }) = crate::clock(&rows, settings.limits) else {
        panic!("{rows:?}");
    };
    assert!((-610..=-590).contains(&ahead_seconds), "{ahead_seconds}");
}

#[tokio::test]
async fn a_certificate_for_another_name() {
    let authority = Authority::new("Amazon");
    let address = web(authority.serves("b.my.connect.aws", 2020, 2040), None, fine).await;
    let host = https(&trusting(&authority, address)).await;
    assert_eq!(host.cause, Some(Cause::OtherName));
}

/// A host that answers a wish for a WebSocket by `answer`.
async fn web_socket(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> HostCheck {
    let authority = Authority::new("Amazon");
    let answer = move |asked: &str| match asked.starts_with("HEAD") {
        true => fine(asked),
        false => answer(asked),
    };
    let address = web(authority.serves(HOST, 2020, 2040), None, answer).await;
    let protocol = Protocol::WebSocket { path: "/".to_owned() };
    one_host(target(HOST, protocol), &trusting(&authority, address)).await
}

fn key(asked: &str) -> Option<&str> {
    asked
        .lines()
        .find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "))
}

#[tokio::test]
async fn a_web_socket_that_arrives() {
    let host = web_socket(|asked| {
        let proof = crate::web_socket::proof(key(asked).unwrap());
        format!("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: {proof}\r\n\r\n")
    })
    .await;
    assert_eq!(host.verdict, Verdict::Open, "{host:?}");
    assert!(host.evidence.upgrade.unwrap().proven);
    // It is refused, and differently from a plain request.
    let host = web_socket(|asked| match key(asked) {
        Some(_) => "HTTP/1.1 403 Forbidden\r\n\r\n".to_owned(),
        None => "HTTP/1.1 404 Not Found\r\n\r\n".to_owned(),
    })
    .await;
    assert_eq!(host.verdict, Verdict::Open, "{host:?}");
}

#[tokio::test]
async fn a_web_socket_that_is_stripped_or_not_proven() {
    let host = web_socket(|_| "HTTP/1.1 426 Upgrade Required\r\n\r\n".to_owned()).await;
    assert_eq!(host.cause, Some(Cause::WebSocketStripped { status: 426 }));
    assert_eq!(host.verdict, Verdict::Blocked);
    assert_eq!(
        host.agent_sees.as_deref(),
        Some("WebSocket connection to 'wss://a.my.connect.aws/' failed")
    );
    let host = web_socket(|_| "HTTP/1.1 403 Forbidden\r\n\r\n".to_owned()).await;
    assert_eq!(host.cause, Some(Cause::WebSocketUnproven { status: 403 }));
    assert_eq!(host.verdict, Verdict::Unknown);
}
