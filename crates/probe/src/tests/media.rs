//! The media path over UDP. That a silent host is asked as often as it should be is in `udp`.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::UdpSocket;

use super::servers::relay;
use super::{LONG, one_host, reaching, target};
use crate::{Cause, HostCheck, Protocol, Retransmission, Series, Settings, Verdict};

const HOST: &str = "TurnNlb-d76454ac48d20c1e.elb.us-east-1.amazonaws.com";

fn to(address: SocketAddr) -> Settings {
    let mut settings = Settings {
        series: Series {
            packets: 50,
            every: Duration::from_millis(1),
            linger: LONG,
        },
        ..reaching(HOST, address)
    };
    // A busy machine is late, and no fault of the way.
    settings.limits.jitter = LONG;
    settings.limits.round_trip = LONG;
    settings
}

async fn stun(settings: &Settings) -> HostCheck {
    one_host(target(HOST, Protocol::Stun), settings).await
}

#[tokio::test]
async fn a_relay_that_answers_is_open_and_measured() {
    let (address, _) = relay(|| false).await;
    let host = stun(&to(address)).await;
    assert_eq!((host.verdict, &host.cause), (Verdict::Open, &None));
    let media = host.evidence.media.unwrap();
    assert_eq!((media.sent, media.answered, media.transmissions), (50, 50, 1));
    let [least, middle, greatest] = media.round_trip_millis.unwrap();
    assert!(0.0 < least && least <= middle && middle <= greatest);
    assert!(media.jitter_millis.is_some());
    assert_eq!(media.mapped.unwrap().ip(), address.ip());
}

#[tokio::test]
async fn a_relay_that_is_silent_is_unknown() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let settings = Settings {
        retransmission: Retransmission {
            rto: Duration::from_millis(1),
            requests: 3,
            last: 16,
        },
        ..to(socket.local_addr().unwrap())
    };
    let host = stun(&settings).await;
    assert_eq!(
        (host.verdict, &host.cause),
        (Verdict::Unknown, &Some(Cause::Silent))
    );
    assert_eq!(
        host.agent_sees.unwrap(),
        format!("Browser unable to establish media channel with turn:{HOST}:443?transport=udp")
    );
    let media = host.evidence.media.unwrap();
    assert_eq!((media.transmissions, media.sent), (3, 0));
}

#[tokio::test]
async fn a_port_at_which_nothing_listens_is_blocked() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    drop(socket);
    assert_eq!(stun(&to(address)).await.cause, Some(Cause::Refused));
}

#[tokio::test]
async fn a_way_that_loses_packets_is_slow() {
    let mut random = fastrand::Rng::with_seed(20_261_130);
    let mut number = 0;
    let (address, answered) = relay(move || {
        number += 1;
        // The first comes back, the second does not, and of the others every third gets lost.
        number == 2 || number > 2 && random.u8(..3) == 0
    })
    .await;
    let mut settings = to(address);
    settings.series.linger = Duration::from_millis(500);
    let host = stun(&settings).await;
    let media = host.evidence.media.unwrap();
    let came_back = answered.load(Ordering::SeqCst) - 1;
    assert_eq!((media.sent, media.answered), (50, came_back));
    let percent = f64::from(50 - came_back) * 2.0;
    let Some(Cause::Lossy { percent: found }) = host.cause else {
        panic!("{:?}", host.cause);
    };
    assert!((found - percent).abs() < 1e-9);
    assert_eq!(host.verdict, Verdict::Slow);
    assert!(host.agent_sees.unwrap().starts_with("no error"));
}

#[tokio::test]
async fn a_first_request_that_gets_lost_is_sent_again() {
    let mut number = 0;
    let (address, _) = relay(move || {
        number += 1;
        number == 1
    })
    .await;
    let mut settings = to(address);
    settings.retransmission.rto = Duration::from_millis(200);
    let host = stun(&settings).await;
    assert_eq!(host.verdict, Verdict::Open);
    assert!(host.evidence.media.unwrap().transmissions >= 2);
}

#[tokio::test]
async fn what_gets_lost_over_time_is_summed_up() {
    let mut number = 0;
    let (address, _) = relay(move || {
        number += 1;
        // Two of the second look's packets: its first is the 52nd.
        [60, 70].contains(&number)
    })
    .await;
    let mut settings = to(address);
    settings.series.linger = Duration::from_millis(300);
    let targets = [
        target(HOST, Protocol::Stun),
        target("a.example.com", Protocol::Https),
    ];
    let looks = std::cell::Cell::new(0);
    let whole = Duration::from_millis(300);
    let never = std::future::pending();
    let watched = crate::watch(
        &targets,
        &settings,
        Duration::from_millis(1),
        whole,
        never,
        &|look| {
            assert_eq!(look.check.host, HOST);
            looks.set(looks.get() + 1);
        },
    )
    .await;
    assert_eq!(watched.len(), 1);
    let one = &watched[0];
    assert_eq!(one.looks, looks.get());
    assert_eq!((one.sent, one.silent), (one.looks * 50, 0));
    let lost = if one.looks > 1 { 2 } else { 0 };
    assert_eq!(one.answered, one.sent - lost);
    assert!((one.lost_percent() - f64::from(lost) * 100.0 / f64::from(one.sent)).abs() < 1e-9);
    assert!((one.worst.unwrap().1 - f64::from(lost) * 2.0).abs() < 1e-9);
}

#[tokio::test]
async fn a_watch_that_is_stopped_gives_what_it_has_seen() {
    let (address, _) = relay(|| false).await;
    let mut settings = to(address);
    settings.series.linger = Duration::from_millis(1);
    let targets = [target(HOST, Protocol::Stun)];
    let stop = tokio::sync::Notify::new();
    let (every, whole) = (Duration::from_millis(1), Duration::from_secs(3600));
    let seen = |_: &crate::Measurement<'_>| stop.notify_one();
    let watched = crate::watch(&targets, &settings, every, whole, stop.notified(), &seen).await;
    assert_eq!(watched[0].looks, 1);
}
