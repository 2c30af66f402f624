//! One host from its name to its answer.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use rustls::RootCertStore;
use tokio::time::timeout;

use crate::address::{Reach, reach};
use crate::cause::{Cause, Verdict};
use crate::dns;
use crate::evidence::{Dns, DnsAnswer, Evidence, Http};
use crate::http::{ask, request};
use crate::row::HostCheck;
use crate::settings::Settings;
use crate::stream::{Way, open};
use crate::target::{Protocol, Target};
use crate::tls::{Broken, Shaken, shake};
use crate::udp;
use crate::web_socket;

/// The name of a control: a connection that is cut at the name of a host, and not at this one, is cut because of the name.
const CONTROL: &str = "example.com";

/// How hosts are tried, and by what they are judged.
#[derive(Debug)]
pub(crate) struct Examiner<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) roots: Option<Arc<RootCertStore>>,
}

/// Where a name leads.
#[derive(Debug)]
struct Places {
    addresses: Vec<SocketAddr>,
    /// The first one, if all of them are private.
    private: Option<IpAddr>,
}

impl Examiner<'_> {
    /// Tries one host of a row.
    pub(crate) async fn examine(&self, target: &Target, host: &str, seed: u64) -> HostCheck {
        let mut evidence = Evidence::default();
        let examined = async {
            match &target.protocol {
                Protocol::Stun => self.media(host, target.port, seed, &mut evidence).await,
                Protocol::Https | Protocol::WebSocket { .. } => {
                    self.web(target, host, seed, &mut evidence).await
                }
                Protocol::OtherTcp | Protocol::OtherUdp => Err(Cause::NotTried),
            }
        };
        let examined = timeout(self.settings.deadlines.host, examined).await;
        let cause = examined.unwrap_or(Err(Cause::OutOfTime)).err();
        let is_web = matches!(target.protocol, Protocol::Https | Protocol::WebSocket { .. });
        let cause = cause.map(|cause| match cause.verdict() {
            Verdict::Blocked if is_web && self.settings.by_script => Cause::ByScript {
                directly: cause.says(),
            },
            _ => cause,
        });
        HostCheck::new(target, host, cause, evidence)
    }

    async fn places(
        &self,
        host: &str,
        port: u16,
        seed: u64,
        evidence: &mut Evidence,
    ) -> Result<Places, Cause> {
        let at = |address| Places {
            addresses: vec![address],
            private: None,
        };
        if let Some(address) = self.settings.connect_to.get(host) {
            return Ok(at(*address));
        }
        if let Ok(ip) = host.parse() {
            return Ok(at(SocketAddr::new(ip, port)));
        }
        let found = dns::resolve(&self.settings.resolver, host, self.settings.deadlines.dns, seed).await;
        evidence.dns = found.answers;
        let Some(first) = found.addresses.first() else {
            return Err(not_found(&evidence.dns));
        };
        let usable: Vec<IpAddr> = found
            .addresses
            .iter()
            .copied()
            .filter(|address| reach(*address) != Reach::Nowhere)
            .collect();
        if usable.is_empty() {
            return Err(Cause::Sinkhole { address: *first });
        }
        let all_private = usable.iter().all(|address| reach(*address) == Reach::Private);
        Ok(Places {
            private: usable.first().copied().filter(|_| all_private),
            addresses: usable.into_iter().map(|ip| SocketAddr::new(ip, port)).collect(),
        })
    }

    async fn media(&self, host: &str, port: u16, seed: u64, evidence: &mut Evidence) -> Result<(), Cause> {
        let places = self.places(host, port, seed, evidence).await?;
        // A browser gathers candidates over IPv4 and IPv6; the relays of today are IPv4.
        let Some(address) = places.addresses.first() else {
            return Err(Cause::NoAddress);
        };
        let (media, cause) = udp::measure(*address, self.settings, seed).await;
        evidence.media = Some(media);
        match cause {
            None => Ok(()),
            Some(cause) => Err(elsewhere(cause, places.private)),
        }
    }

    async fn web(
        &self,
        target: &Target,
        host: &str,
        seed: u64,
        evidence: &mut Evidence,
    ) -> Result<(), Cause> {
        let (way, private) = match self.settings.proxies.of(host) {
            // The proxy asks DNS, as it does for a browser.
            Some(proxy) => (Way::through(proxy, self.settings).await, None),
            None => {
                let places = self.places(host, target.port, seed, evidence).await?;
                (Way::Direct(places.addresses), places.private)
            }
        };
        let opened = self.shaken(&way, host, target.port, evidence).await;
        let mut shaken = opened.map_err(|cause| elsewhere(cause, private))?;
        evidence.tls = Some(shaken.tls.clone());
        let mut cause = shaken.cause.take();
        let head = self.head(&mut shaken, host).await;
        if let Some(head) = &head {
            evidence.http = Some(head.clone());
        }
        let ahead = head.as_ref().and_then(|head| head.ahead_seconds);
        if let Some(Cause::Expired { .. } | Cause::NotYetValid { .. }) = &cause
            && let Some(ahead) = ahead
            && self.is_clock(&shaken, ahead)
        {
            cause = Some(Cause::ClockWrong { ahead_seconds: ahead });
        }
        if let Some(cause) = cause {
            return Err(cause);
        }
        if head.is_none() {
            return Err(Cause::NoAnswer);
        }
        if let Protocol::WebSocket { path } = &target.protocol {
            self.web_socket(&way, target, host, path, seed, evidence).await?;
        }
        let connect = evidence.connects.iter().find(|attempt| attempt.error.is_none());
        let millis = connect.map_or(0.0, |attempt| attempt.millis) + shaken.tls.millis;
        if millis > self.settings.limits.handshake.as_secs_f64() * 1000.0 {
            return Err(Cause::Late { millis });
        }
        Ok(())
    }

    /// A connection with the handshake behind it.
    async fn shaken(
        &self,
        way: &Way,
        host: &str,
        port: u16,
        evidence: &mut Evidence,
    ) -> Result<Shaken, Cause> {
        let deadlines = self.settings.deadlines;
        let stream = open(way, host, port, deadlines.connect, evidence).await?;
        let clock = self.settings.clock;
        match shake(stream, host, self.roots.as_ref(), clock, deadlines.handshake).await {
            Ok(shaken) => Ok(shaken),
            Err(Broken::Because(cause)) => Err(cause),
            Err(Broken::Silent) => Err(Cause::SilentInHandshake),
            Err(Broken::Cut) => {
                let stream = open(way, host, port, deadlines.connect, evidence).await?;
                let control = shake(stream, CONTROL, self.roots.as_ref(), clock, deadlines.handshake).await;
                Err(match control {
                    Ok(_) | Err(Broken::Because(_)) => Cause::ResetAtName,
                    Err(Broken::Cut | Broken::Silent) => Cause::ResetInHandshake,
                })
            }
        }
    }

    /// The answer to a request for the head of the first page; none if none comes.
    async fn head(&self, shaken: &mut Shaken, host: &str) -> Option<Http> {
        let request = request("HEAD", host, "/", "Connection: close\r\n");
        let asked = ask(&mut shaken.stream, &request);
        let head = timeout(self.settings.deadlines.answer, asked).await.ok()?.ok()?;
        let now = i64::try_from(self.settings.clock.now()).unwrap_or(i64::MAX);
        Some(Http {
            status: head.status,
            ahead_seconds: head.date().map(|date| now - date),
            via: head.all("via").next().map(str::to_owned),
        })
    }

    /// Whether a certificate is out of its time because the clock here is wrong.
    fn is_clock(&self, shaken: &Shaken, ahead: i64) -> bool {
        let there = i64::try_from(self.settings.clock.now()).unwrap_or(i64::MAX) - ahead;
        ahead.unsigned_abs() > self.settings.limits.skew.as_secs()
            && shaken.tls.chain.first().is_some_and(|own| own.holds_at(there))
    }

    async fn web_socket(
        &self,
        way: &Way,
        target: &Target,
        host: &str,
        path: &str,
        seed: u64,
        evidence: &mut Evidence,
    ) -> Result<(), Cause> {
        let deadline = self.settings.deadlines.answer;
        let mut shaken = self.shaken(way, host, target.port, evidence).await?;
        let wished = timeout(deadline, web_socket::wish(&mut shaken.stream, host, path, seed)).await;
        let Ok(Ok((_, mut upgrade))) = wished else {
            return Err(Cause::NoAnswer);
        };
        if web_socket::needs_comparison(&upgrade) {
            let mut shaken = self.shaken(way, host, target.port, evidence).await?;
            let plain = request("GET", host, path, "Connection: close\r\n");
            if let Ok(Ok(head)) = timeout(deadline, ask(&mut shaken.stream, &plain)).await {
                upgrade.plain_status = Some(head.status);
            }
        }
        let cause = web_socket::judge(&upgrade);
        evidence.upgrade = Some(upgrade);
        cause.map_or(Ok(()), Err)
    }
}

/// Why a name has no address, by the last answer about it.
fn not_found(answers: &[Dns]) -> Cause {
    match answers.last().map(|dns| &dns.answer) {
        Some(DnsAnswer::NoSuchName) => Cause::NoSuchName,
        Some(DnsAnswer::NoAddress) => Cause::NoAddress,
        Some(DnsAnswer::ServerFailure | DnsAnswer::Code(_) | DnsAnswer::Garbled) => Cause::ResolverFails,
        Some(DnsAnswer::Refused) => Cause::ResolverRefuses,
        Some(DnsAnswer::Timeout | DnsAnswer::Unreachable) => Cause::ResolverSilent,
        // The system finds nothing where its name servers do, or it has none that are known.
        Some(DnsAnswer::NotFound(_) | DnsAnswer::Addresses(_)) | None => Cause::NameNotFound,
    }
}

/// A private address may be an endpoint of the company's own. Where the host is not behind it, it is a filter's answer.
fn elsewhere(cause: Cause, private: Option<IpAddr>) -> Cause {
    match (&cause, private) {
        (Cause::Refused | Cause::Dropped | Cause::Unreachable | Cause::NotTls, Some(address)) => {
            Cause::Sinkhole { address }
        }
        _ => cause,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_address_is_a_filter_s_where_the_host_is_not_behind_it() {
        let address: IpAddr = "10.1.2.3".parse().unwrap();
        for cause in [Cause::Refused, Cause::Dropped, Cause::Unreachable, Cause::NotTls] {
            assert_eq!(
                elsewhere(cause.clone(), Some(address)),
                Cause::Sinkhole { address }
            );
            assert_eq!(elsewhere(cause.clone(), None), cause);
        }
        assert_eq!(elsewhere(Cause::NoAnswer, Some(address)), Cause::NoAnswer);
    }
}
