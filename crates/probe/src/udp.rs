//! The media path: whether STUN over UDP comes back, and how evenly.

use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout_at};

use crate::cause::Cause;
use crate::evidence::Media;
use crate::settings::{Limits, Retransmission, Series, Settings};
use crate::stun::{Response, TransactionId, request, response};

/// Measures the way to a media relay: what was seen, and what it means.
pub(crate) async fn measure(address: SocketAddr, settings: &Settings, seed: u64) -> (Media, Option<Cause>) {
    let mut media = Media {
        address,
        transmissions: 0,
        mapped: None,
        sent: 0,
        answered: 0,
        round_trip_millis: None,
        jitter_millis: None,
    };
    let cause = match fill(&mut media, settings, seed).await {
        Ok(cause) => cause,
        // Windows reports as a reset what others report as a refusal: the host says that nothing listens there.
        Err(error) if is_refusal(&error) => Some(Cause::Refused),
        Err(_) => Some(Cause::Unreachable),
    };
    (media, cause)
}

fn is_refusal(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset
    )
}

async fn fill(media: &mut Media, settings: &Settings, seed: u64) -> io::Result<Option<Cause>> {
    let any: IpAddr = match media.address {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).await?;
    socket.connect(media.address).await?;
    let mut random = fastrand::Rng::with_seed(seed);
    let first = transact(
        &socket,
        id(&mut random),
        settings.retransmission,
        &mut media.transmissions,
    )
    .await?;
    // Assumption: `network.turn-answers-binding`.
    let Some(first) = first else {
        return Ok(Some(Cause::Silent));
    };
    media.mapped = first.mapped;
    let ids: Vec<TransactionId> = (0..settings.series.packets).map(|_| id(&mut random)).collect();
    let times = series(&socket, &ids, settings.series).await?;
    media.sent = settings.series.packets;
    media.answered = u32::try_from(times.len()).unwrap_or(u32::MAX);
    media.round_trip_millis = spread(&times);
    media.jitter_millis = (times.len() > 1).then(|| jitter(&times));
    Ok(judge(media, settings.limits))
}

fn id(random: &mut fastrand::Rng) -> TransactionId {
    let mut id = [0; 12];
    random.fill(&mut id);
    id
}

/// Sends a request as often as RFC 8489, 6.2.1 says, until its response comes.
async fn transact(
    socket: &UdpSocket,
    id: TransactionId,
    retransmission: Retransmission,
    transmissions: &mut u32,
) -> io::Result<Option<Response>> {
    let message = request(&id);
    let mut pause = retransmission.rto;
    for number in 1..=retransmission.requests {
        socket.send(&message).await?;
        *transmissions = number;
        if number == retransmission.requests {
            pause = retransmission.rto * retransmission.last;
        }
        if let Some(response) = wait_for(socket, id, pause).await? {
            return Ok(Some(response));
        }
        pause *= 2;
    }
    Ok(None)
}

async fn wait_for(socket: &UdpSocket, id: TransactionId, pause: Duration) -> io::Result<Option<Response>> {
    let until = Instant::now() + pause;
    let mut buffer = [0; 2048];
    while let Ok(received) = timeout_at(until, socket.recv(&mut buffer)).await {
        let response = response(&buffer[..received?]);
        if let Some(response) = response.filter(|response| response.id == id) {
            return Ok(Some(response));
        }
    }
    Ok(None)
}

/// Sends one request after the other, each once, and gives the round trips in the order of the responses.
async fn series(socket: &UdpSocket, ids: &[TransactionId], series: Series) -> io::Result<Vec<f64>> {
    let mut ticks = interval(series.every.max(Duration::from_micros(100)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut under_way: HashMap<TransactionId, Instant> = HashMap::new();
    let mut left = ids.iter();
    let mut until = None;
    let mut times = Vec::new();
    let mut buffer = [0; 2048];
    loop {
        tokio::select! {
            _ = ticks.tick(), if until.is_none() => match left.next() {
                Some(id) => {
                    under_way.insert(*id, Instant::now());
                    match socket.send(&request(id)).await {
                        // The host has refused an earlier one. This one is lost, and the next goes out.
                        Err(error) if is_refusal(&error) => {}
                        sent => {
                            sent?;
                        }
                    }
                }
                None => until = Some(Instant::now() + series.linger),
            },
            received = socket.recv(&mut buffer) => {
                let received = match received {
                    Err(error) if is_refusal(&error) => continue,
                    received => received?,
                };
                let response = response(&buffer[..received]);
                if let Some(sent) = response.and_then(|response| under_way.remove(&response.id)) {
                    times.push(sent.elapsed().as_secs_f64() * 1000.0);
                }
                if times.len() == ids.len() {
                    return Ok(times);
                }
            }
            () = sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => return Ok(times),
        }
    }
}

/// Least, middle and greatest.
fn spread(times: &[f64]) -> Option<[f64; 3]> {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    Some([*sorted.first()?, *sorted.get(sorted.len() / 2)?, *sorted.last()?])
}

/// The jitter of RFC 3550, 6.4.1, of round trips: sender and receiver are one clock here.
fn jitter(times: &[f64]) -> f64 {
    times.windows(2).fold(0.0, |jitter, pair| {
        jitter + ((pair[1] - pair[0]).abs() - jitter) / 16.0
    })
}

fn judge(media: &Media, limits: Limits) -> Option<Cause> {
    let millis = |limit: Duration| limit.as_secs_f64() * 1000.0;
    if media.loss() > limits.loss {
        return Some(Cause::Lossy {
            percent: media.loss() * 100.0,
        });
    }
    if let Some(jitter) = media
        .jitter_millis
        .filter(|jitter| *jitter > millis(limits.jitter))
    {
        return Some(Cause::Jitter { millis: jitter });
    }
    let [_, middle, _] = media.round_trip_millis?;
    (middle > millis(limits.round_trip)).then_some(Cause::Late { millis: middle })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_is_that_of_rfc_3550() {
        assert!(jitter(&[20.0, 20.0, 20.0]).abs() < 1e-9);
        // 16 ms more, then 16 ms less: 1, then 1 + 15/16.
        assert!((jitter(&[20.0, 36.0, 20.0]) - 1.9375).abs() < 1e-9);
    }

    #[test]
    fn what_calls_suffer_from_is_slow() {
        let media = |answered, middle, jitter| Media {
            address: "192.0.2.1:3478".parse().unwrap(),
            transmissions: 1,
            mapped: None,
            sent: 50,
            answered,
            round_trip_millis: Some([1.0, middle, 900.0]),
            jitter_millis: Some(jitter),
        };
        let judged = |media| judge(&media, Limits::default());
        assert_eq!(judged(media(50, 40.0, 3.0)), None);
        assert_eq!(judged(media(45, 40.0, 3.0)), Some(Cause::Lossy { percent: 10.0 }));
        assert_eq!(
            judged(media(50, 40.0, 31.0)),
            Some(Cause::Jitter { millis: 31.0 })
        );
        assert_eq!(judged(media(50, 301.0, 3.0)), Some(Cause::Late { millis: 301.0 }));
    }

    /// 500 ms, doubled with each of seven requests, and 16 times as long after the last: 39.5 s. The clock is the
    /// runtime's and stands still but for deadlines.
    #[tokio::test(start_paused = true)]
    async fn a_silent_host_is_asked_as_often_as_rfc_8489_says() {
        let host = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        host.set_nonblocking(true).unwrap();
        let begun = Instant::now();
        let settings = Settings::default();
        let (media, cause) = measure(host.local_addr().unwrap(), &settings, 1).await;
        assert_eq!(cause, Some(Cause::Silent));
        assert_eq!((media.transmissions, media.sent), (7, 0));
        let elapsed = begun.elapsed().as_millis();
        assert!((39_500..39_600).contains(&elapsed), "{elapsed}");
        let mut buffer = [0; 64];
        let mut requests = Vec::new();
        while let Ok(length) = host.recv(&mut buffer) {
            requests.push(buffer[..length].to_vec());
        }
        assert_eq!(requests.len(), 7);
        assert!(requests.iter().all(|request| *request == requests[0]));
    }
}
