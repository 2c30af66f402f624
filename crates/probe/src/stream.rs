//! A TCP connection to a host, directly or through a proxy.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::cause::Cause;
use crate::dns;
use crate::evidence::{Attempt, Evidence, Tunnel};
use crate::http;
use crate::proxy::Proxy;
use crate::settings::{Resolver, Settings};

/// How many addresses of a host are tried.
const ADDRESSES: usize = 3;

/// Where a host is reached.
#[derive(Clone, Debug)]
pub(crate) enum Way {
    /// At the first of these addresses that answers.
    Direct(Vec<SocketAddr>),
    /// By asking a proxy, which is at one of these addresses.
    Proxy(Proxy, Vec<SocketAddr>),
}

impl Way {
    /// The way to a proxy: its own name is looked up by the system.
    pub(crate) async fn through(proxy: &Proxy, settings: &Settings) -> Self {
        let addresses = match (proxy.host.parse::<IpAddr>(), settings.connect_to.get(&proxy.host)) {
            (_, Some(address)) => vec![*address],
            (Ok(ip), None) => vec![SocketAddr::new(ip, proxy.port)],
            (Err(_), None) => {
                let found = dns::resolve(
                    &Resolver::System,
                    &proxy.host,
                    settings.deadlines.dns,
                    settings.seed,
                )
                .await;
                let place = |ip: IpAddr| SocketAddr::new(ip, proxy.port);
                found.addresses.into_iter().map(place).collect()
            }
        };
        Self::Proxy(proxy.clone(), addresses)
    }
}

/// Connects, and writes down what was seen.
pub(crate) async fn open(
    way: &Way,
    host: &str,
    port: u16,
    deadline: Duration,
    evidence: &mut Evidence,
) -> Result<TcpStream, Cause> {
    match way {
        Way::Direct(addresses) => first(addresses, deadline, &mut evidence.connects).await,
        Way::Proxy(proxy, addresses) => {
            let mut stream = first(addresses, deadline, &mut evidence.connects)
                .await
                .map_err(|_| Cause::ProxyUnreachable)?;
            let asked = timeout(deadline, http::ask(&mut stream, &proxy.connect(host, port))).await;
            let mut tunnel = Tunnel {
                proxy: proxy.to_string(),
                status: None,
                schemes: Vec::new(),
            };
            let head = match asked {
                Ok(Ok(head)) => head,
                Ok(Err(error)) if error.kind() == ErrorKind::InvalidData => {
                    evidence.tunnel = Some(tunnel);
                    return Err(Cause::ProxyGarbled);
                }
                _ => {
                    evidence.tunnel = Some(tunnel);
                    return Err(Cause::ProxyUnreachable);
                }
            };
            tunnel.status = Some(head.status);
            tunnel.schemes = head
                .all("proxy-authenticate")
                .filter_map(|value| Some(value.split_whitespace().next()?.to_owned()))
                .collect();
            let schemes = tunnel.schemes.clone();
            evidence.tunnel = Some(tunnel);
            match head.status {
                200..=299 => Ok(stream),
                407 => Err(Cause::ProxySignIn { schemes }),
                403 => Err(Cause::ProxyForbids),
                status => Err(Cause::ProxyFails { status }),
            }
        }
    }
}

/// A connection to the first address that gives one.
async fn first(
    addresses: &[SocketAddr],
    deadline: Duration,
    attempts: &mut Vec<Attempt>,
) -> Result<TcpStream, Cause> {
    // One address of each family goes first: a machine may have a way for one of them alone.
    let (v4, v6): (Vec<&SocketAddr>, Vec<&SocketAddr>) =
        addresses.iter().partition(|address| address.is_ipv4());
    let ordered = v4
        .first()
        .into_iter()
        .chain(v6.first())
        .chain(v4.iter().skip(1))
        .chain(v6.iter().skip(1));
    let mut worst = Cause::Unreachable;
    for address in ordered.take(ADDRESSES) {
        let begun = Instant::now();
        let connected = timeout(deadline, TcpStream::connect(**address)).await;
        let error = match connected {
            Ok(Ok(stream)) => {
                attempts.push(attempt(**address, None, begun));
                return Ok(stream);
            }
            Ok(Err(error)) => error,
            Err(_) => ErrorKind::TimedOut.into(),
        };
        let cause = cause_of(&error);
        // That one family has no way at all says the least.
        if !matches!(cause, Cause::Unreachable) {
            worst = cause;
        }
        attempts.push(attempt(**address, Some(error.to_string()), begun));
    }
    Err(worst)
}

fn attempt(address: SocketAddr, error: Option<String>, begun: Instant) -> Attempt {
    Attempt {
        address,
        error,
        millis: begun.elapsed().as_secs_f64() * 1000.0,
    }
}

fn cause_of(error: &io::Error) -> Cause {
    match error.kind() {
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset => Cause::Refused,
        ErrorKind::TimedOut => Cause::Dropped,
        _ => Cause::Unreachable,
    }
}
