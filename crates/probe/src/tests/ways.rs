//! Proxies, many rows, and regions.

use std::cell::RefCell;
use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::servers::{Authority, fine, proxy, web};
use super::{one_host, settings, target};
use crate::{
    Advice, Cause, HostCheck, Names, Protocol, Proxies, Proxy, Region, Roots, Settings, Target, Verdict,
};

const HOST: &str = "a.my.connect.aws";

fn through(address: SocketAddr) -> Proxies {
    let text = format!("http://ana:secret@{address}");
    Proxies::through(Proxy::read(&text).unwrap(), "")
}

async fn answered(by: &'static str) -> HostCheck {
    let settings = Settings {
        proxies: through(proxy(Err(by)).await),
        ..settings()
    };
    one_host(target(HOST, Protocol::Https), &settings).await
}

#[tokio::test]
async fn a_proxy_that_wants_a_sign_in() {
    let host = answered(
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: Basic \
         realm=\"x\"\r\n\r\n",
    )
    .await;
    let schemes = vec!["Negotiate".to_owned(), "Basic".to_owned()];
    assert_eq!(host.cause, Some(Cause::ProxySignIn { schemes }));
    assert_eq!(host.verdict, Verdict::Blocked);
    let tunnel = host.evidence.tunnel.as_ref().unwrap();
    assert_eq!(tunnel.status, Some(407));
    assert!(!format!("{host:?}").contains("secret"));
}

#[tokio::test]
async fn a_proxy_that_forbids_fails_or_is_not_there() {
    let host = answered("HTTP/1.1 403 Forbidden\r\n\r\n").await;
    assert_eq!(host.cause, Some(Cause::ProxyForbids));
    assert_eq!(
        host.agent_sees.as_deref(),
        Some("ERR_TUNNEL_CONNECTION_FAILED for https://a.my.connect.aws")
    );
    let host = answered("HTTP/1.1 502 Bad Gateway\r\n\r\n").await;
    assert_eq!(host.cause, Some(Cause::ProxyFails { status: 502 }));
    for strange in [
        "ICY 200 OK\r\n\r\n",
        "HTTP/1.1 twohundred\r\n\r\n",
        "HTTP/1.1 200",
    ] {
        assert_eq!(
            answered(strange).await.cause,
            Some(Cause::ProxyGarbled),
            "{strange}"
        );
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let settings = Settings {
        proxies: through(address),
        ..settings()
    };
    let host = one_host(target(HOST, Protocol::Https), &settings).await;
    assert_eq!(host.cause, Some(Cause::ProxyUnreachable));
}

#[tokio::test]
async fn a_host_behind_a_proxy_is_open_and_no_name_is_asked_for() {
    let authority = Authority::new("Amazon");
    let there = web(authority.serves(HOST, 2020, 2040), None, fine).await;
    let settings = Settings {
        proxies: through(proxy(Ok(there)).await),
        roots: Roots::These(authority.roots()),
        ..settings()
    };
    let host = one_host(target(HOST, Protocol::Https), &settings).await;
    assert_eq!(host.verdict, Verdict::Open, "{host:?}");
    assert_eq!(host.evidence.tunnel.unwrap().status, Some(200));
    assert!(host.evidence.dns.is_empty());
}

#[tokio::test]
async fn what_is_blocked_directly_is_unknown_where_a_script_decides() {
    let settings = Settings {
        by_script: true,
        ..settings()
    };
    let host = one_host(target("unknown.example.com", Protocol::Https), &settings).await;
    assert_eq!(host.verdict, Verdict::Unknown);
    assert!(host.cause.unwrap().says().contains("PAC"));
    let media = one_host(target("unknown.example.com", Protocol::Stun), &settings).await;
    assert_eq!(media.verdict, Verdict::Blocked, "no proxy carries media");
}

#[tokio::test]
async fn rows_keep_their_order_and_each_host_is_reported() {
    let authority = Authority::new("Amazon");
    let address = web(authority.serves(HOST, 2020, 2040), None, fine).await;
    let settings = Settings {
        connect_to: [(HOST.to_owned(), address)].into(),
        roots: Roots::These(authority.roots()),
        concurrency: 2,
        ..settings()
    };
    let wildcard = |members: &[&str]| Target {
        names: Names::Wildcard {
            pattern: "*.my.connect.aws".to_owned(),
            members: members.iter().map(|member| (*member).to_owned()).collect(),
        },
        ..target("", Protocol::Https)
    };
    // The resolver of these tests knows no name.
    let targets = [
        target("unknown.example.com", Protocol::Https),
        wildcard(&[HOST]),
        wildcard(&[]),
        wildcard(&[HOST, "unknown.example.com"]),
    ];
    let reported = RefCell::new(Vec::new());
    let rows = crate::check(&targets, &settings, &|progress| {
        assert_eq!(progress.of, 4);
        reported.borrow_mut().push(progress.done);
    })
    .await;
    assert_eq!(reported.into_inner(), [1, 2, 3, 4]);
    let verdicts: Vec<Verdict> = rows.iter().map(|row| row.verdict).collect();
    assert_eq!(
        verdicts,
        [
            Verdict::Blocked,
            Verdict::Open,
            Verdict::Unknown,
            Verdict::Blocked
        ]
    );
    assert!(
        rows.iter()
            .zip(&targets)
            .all(|(row, target)| row.target == *target)
    );
    assert_eq!(rows[0].hosts[0].cause, Some(Cause::NameNotFound));
}

#[tokio::test]
async fn regions_are_ordered_and_those_that_are_not_reached_come_last() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let settings = Settings {
        connect_to: [("near.example.com".to_owned(), listener.local_addr().unwrap())].into(),
        ..settings()
    };
    let regions = ["far", "near"].map(|name| Region {
        name: name.to_owned(),
        host: format!("{name}.example.com"),
        port: 443,
    });
    let times = crate::latency(&regions, &settings).await;
    assert_eq!(times[0].region, "near");
    assert!(times[0].millis.is_some());
    assert_eq!(times[1].millis, None);
    assert_eq!(crate::advice(&times, "near"), Advice::Stay);
    assert_eq!(crate::advice(&times, "far"), Advice::Unknown);
}
