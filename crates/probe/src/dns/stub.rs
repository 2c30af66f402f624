//! Asks the system, or name servers, for the addresses of a name.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket, lookup_host};
use tokio::time::{Instant, timeout, timeout_at};

use super::message::{Reading, RecordType, question, read};
use super::servers::of_system;
use crate::evidence::{Dns, DnsAnswer};
use crate::settings::Resolver;

/// How many times a name server is asked.
const ATTEMPTS: u32 = 2;

/// What was found of a name.
#[derive(Debug)]
pub(crate) struct Found {
    /// Where the name leads; empty if nothing is known.
    pub(crate) addresses: Vec<IpAddr>,
    /// Every answer, the deciding one last.
    pub(crate) answers: Vec<Dns>,
}

/// The addresses of a name, IPv4 first.
pub(crate) async fn resolve(resolver: &Resolver, name: &str, deadline: Duration, seed: u64) -> Found {
    let mut answers = Vec::new();
    let servers = match resolver {
        Resolver::At(servers) => servers.clone(),
        Resolver::System => {
            let by_system = ask_system(name, deadline).await;
            let is_found = matches!(by_system.answer, DnsAnswer::Addresses(_));
            answers.push(by_system);
            // The system does not say why it finds nothing. Its name servers do.
            if is_found { Vec::new() } else { of_system() }
        }
    };
    for server in servers {
        let begun = Instant::now();
        let answer = ask(server, name, deadline, seed).await;
        let is_final = !matches!(
            answer,
            DnsAnswer::Timeout | DnsAnswer::Unreachable | DnsAnswer::ServerFailure | DnsAnswer::Garbled
        );
        answers.push(Dns {
            server: Some(server),
            answer,
            millis: millis(begun),
        });
        if is_final {
            break;
        }
    }
    let decided_by_system = matches!(resolver, Resolver::System);
    let deciding = if decided_by_system {
        answers.first()
    } else {
        answers.last()
    };
    let mut addresses = match deciding.map(|dns| &dns.answer) {
        Some(DnsAnswer::Addresses(addresses)) => addresses.clone(),
        _ => Vec::new(),
    };
    addresses.sort_by_key(IpAddr::is_ipv6);
    Found { addresses, answers }
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

async fn ask_system(name: &str, deadline: Duration) -> Dns {
    let begun = Instant::now();
    let answer = match timeout(deadline * ATTEMPTS, lookup_host((name, 443))).await {
        Err(_) => DnsAnswer::Timeout,
        Ok(Err(error)) => DnsAnswer::NotFound(error.to_string()),
        Ok(Ok(found)) => {
            let mut addresses: Vec<IpAddr> = found.map(|address| address.ip()).collect();
            addresses.dedup();
            match addresses.is_empty() {
                true => DnsAnswer::NoAddress,
                false => DnsAnswer::Addresses(addresses),
            }
        }
    };
    Dns {
        server: None,
        answer,
        millis: millis(begun),
    }
}

/// Both kinds of addresses, as one answer.
async fn ask(server: SocketAddr, name: &str, deadline: Duration, seed: u64) -> DnsAnswer {
    let mut random = fastrand::Rng::with_seed(seed);
    let ids = (random.u16(..), random.u16(..));
    let (v4, v6) = tokio::join!(
        ask_for(server, name, RecordType::A, deadline, ids.0),
        ask_for(server, name, RecordType::Aaaa, deadline, ids.1),
    );
    match (v4, v6) {
        (DnsAnswer::Addresses(mut first), DnsAnswer::Addresses(second)) => {
            first.extend(second);
            DnsAnswer::Addresses(first)
        }
        (found @ DnsAnswer::Addresses(_), _) | (_, found @ DnsAnswer::Addresses(_)) => found,
        // A resolver that has trouble with one kind says more by it than by having none of the other.
        (DnsAnswer::NoAddress, other) | (other, _) => other,
    }
}

async fn ask_for(
    server: SocketAddr,
    name: &str,
    record: RecordType,
    deadline: Duration,
    id: u16,
) -> DnsAnswer {
    let Some(asked) = question(id, name, record) else {
        return DnsAnswer::NoSuchName;
    };
    for _ in 0..ATTEMPTS {
        match by_datagram(server, &asked, deadline).await {
            Ok(Some(Reading::Answer(answer))) => return answer,
            Ok(Some(Reading::Truncated)) => {
                return match timeout(deadline, by_stream(server, &asked)).await {
                    Err(_) => DnsAnswer::Timeout,
                    Ok(Ok(answer)) => answer,
                    Ok(Err(_)) => DnsAnswer::Unreachable,
                };
            }
            Ok(Some(Reading::Foreign) | None) => {}
            Err(_) => return DnsAnswer::Unreachable,
        }
    }
    DnsAnswer::Timeout
}

/// Asks by UDP; nothing if no answer to this question comes in time.
async fn by_datagram(server: SocketAddr, asked: &[u8], deadline: Duration) -> io::Result<Option<Reading>> {
    let any: IpAddr = match server {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).await?;
    socket.connect(server).await?;
    socket.send(asked).await?;
    let until = Instant::now() + deadline;
    let mut buffer = [0; 4096];
    while let Ok(received) = timeout_at(until, socket.recv(&mut buffer)).await {
        match read(asked, &buffer[..received?]) {
            Reading::Foreign => {}
            reading => return Ok(Some(reading)),
        }
    }
    Ok(None)
}

async fn by_stream(server: SocketAddr, asked: &[u8]) -> io::Result<DnsAnswer> {
    let mut stream = TcpStream::connect(server).await?;
    let length = u16::try_from(asked.len()).unwrap_or(u16::MAX);
    stream.write_all(&[&length.to_be_bytes(), asked].concat()).await?;
    let length = stream.read_u16().await?;
    let mut message = vec![0; usize::from(length)];
    stream.read_exact(&mut message).await?;
    Ok(match read(asked, &message) {
        Reading::Answer(answer) => answer,
        Reading::Foreign | Reading::Truncated => DnsAnswer::Garbled,
    })
}
