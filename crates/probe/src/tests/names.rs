//! What DNS can do to a row.

use std::net::IpAddr;

use super::servers::{Says, dns};
use super::{LONG, SHORT, one_host, settings, target};
use crate::{Cause, DnsAnswer, HostCheck, Protocol, Resolver, Settings, Verdict};

const HOST: &str = "a.my.connect.aws";

async fn asked(servers: &[Says]) -> HostCheck {
    let mut addresses = Vec::new();
    for says in servers {
        addresses.push(dns(says.clone()).await);
    }
    let mut settings = Settings {
        resolver: Resolver::At(addresses),
        ..settings()
    };
    let is_silent = |says: &Says| matches!(says, Says::Nothing);
    settings.deadlines.dns = if servers.iter().any(is_silent) {
        SHORT
    } else {
        LONG
    };
    // What has an address is not reached in these tests, and need not be waited for.
    settings.deadlines.connect = SHORT;
    one_host(target(HOST, Protocol::Https), &settings).await
}

fn addresses(texts: &[&str]) -> Says {
    Says::Addresses(texts.iter().map(|text| text.parse().unwrap()).collect())
}

#[tokio::test]
async fn a_name_that_is_not_there() {
    let host = asked(&[Says::Code(3)]).await;
    assert_eq!(host.cause, Some(Cause::NoSuchName));
    assert_eq!(host.verdict, Verdict::Blocked);
    assert_eq!(
        host.agent_sees.as_deref(),
        Some("DNS_PROBE_FINISHED_NXDOMAIN for https://a.my.connect.aws")
    );
    let dns = &host.evidence.dns[0];
    assert!(dns.server.is_some() && dns.millis > 0.0);
    assert!(host.evidence.connects.is_empty());
}

#[tokio::test]
async fn a_resolver_that_fails_or_refuses() {
    assert_eq!(asked(&[Says::Code(2)]).await.cause, Some(Cause::ResolverFails));
    assert_eq!(asked(&[Says::Code(5)]).await.cause, Some(Cause::ResolverRefuses));
    assert_eq!(asked(&[addresses(&[])]).await.cause, Some(Cause::NoAddress));
    // The next one is asked.
    let host = asked(&[Says::Code(2), Says::Code(3)]).await;
    assert_eq!(host.cause, Some(Cause::NoSuchName));
    assert_eq!(host.evidence.dns[0].answer, DnsAnswer::ServerFailure);
}

#[tokio::test]
async fn a_resolver_that_is_silent() {
    let host = asked(&[Says::Nothing]).await;
    assert_eq!(host.cause, Some(Cause::ResolverSilent));
    assert_eq!(host.evidence.dns[0].answer, DnsAnswer::Timeout);
    // It was asked twice.
    assert!(host.evidence.dns[0].millis >= 2.0 * SHORT.as_secs_f64() * 1000.0);
}

#[tokio::test]
async fn a_filter_that_answers_in_the_place_of_the_name() {
    for nowhere in ["0.0.0.0", "127.0.0.1", "::"] {
        let host = asked(&[addresses(&[nowhere])]).await;
        let address: IpAddr = nowhere.parse().unwrap();
        assert_eq!(host.cause, Some(Cause::Sinkhole { address }), "{nowhere}");
        assert!(host.evidence.connects.is_empty(), "{nowhere}");
    }
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_asked_for_by_tcp() {
    let host = asked(&[Says::TooLong(vec!["0.0.0.0".parse().unwrap()])]).await;
    let address: IpAddr = "0.0.0.0".parse().unwrap();
    assert_eq!(host.cause, Some(Cause::Sinkhole { address }));
}
