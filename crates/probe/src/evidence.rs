//! What was seen of one host.

use std::net::{IpAddr, SocketAddr};

use serde::Serialize;

use crate::certificate::Certificate;

/// Everything that was seen of one host. A part that is absent was not tried.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Evidence {
    /// Each answer about the name, with who gave it.
    pub dns: Vec<Dns>,
    /// The proxy that was on the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tunnel: Option<Tunnel>,
    /// Each attempt to connect.
    pub connects: Vec<Attempt>,
    /// The handshake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    /// The answer to a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<Http>,
    /// The answer to the wish for a WebSocket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upgrade: Option<Upgrade>,
    /// The media path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
}

/// One answer about a name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dns {
    /// A name server, or none for the system's own way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<SocketAddr>,
    /// What it said.
    pub answer: DnsAnswer,
    /// How long it took.
    pub millis: f64,
}

/// What was said about a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DnsAnswer {
    /// The name has these addresses.
    Addresses(Vec<IpAddr>),
    /// There is no such name (NXDOMAIN).
    NoSuchName,
    /// The name has no address.
    NoAddress,
    /// The resolver failed (SERVFAIL).
    ServerFailure,
    /// The resolver refuses to answer (REFUSED).
    Refused,
    /// It answers with another code.
    Code(u8),
    /// What it sent is no answer.
    Garbled,
    /// No answer came in time.
    Timeout,
    /// The name server cannot be reached.
    Unreachable,
    /// The system found nothing, and this is all that it says.
    NotFound(String),
}

/// How a proxy answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tunnel {
    /// The proxy, without credentials.
    pub proxy: String,
    /// Its status, if it answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The ways to sign in that it offers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub schemes: Vec<String>,
}

/// An attempt to connect by TCP.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Attempt {
    /// Where to.
    pub address: SocketAddr,
    /// Why it failed; none where it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How long it took.
    pub millis: f64,
}

/// A TLS handshake.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tls {
    /// The chain that the host showed, its own certificate first.
    pub chain: Vec<Certificate>,
    /// What is wrong with the chain, in the words of the TLS library; none where it is trusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distrusted: Option<String>,
    /// The version that was agreed on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// How long it took.
    pub millis: f64,
}

/// An answer to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Http {
    /// Its status.
    pub status: u16,
    /// By how many seconds the clock of this machine is ahead of its Date header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ahead_seconds: Option<i64>,
    /// Software on the way that names itself (the Via header).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
}

/// An answer to the wish for a WebSocket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Upgrade {
    /// Its status: 101 agrees.
    pub status: u16,
    /// Whether the host proved that it saw this very request.
    pub proven: bool,
    /// The status of the same request without the wish, if that had to be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plain_status: Option<u16>,
}

/// What was measured of a media path.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Media {
    /// Where to.
    pub address: SocketAddr,
    /// How many times the first request was sent.
    pub transmissions: u32,
    /// The address of this machine as the host sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mapped: Option<SocketAddr>,
    /// How many packets the series sent.
    pub sent: u32,
    /// How many were answered.
    pub answered: u32,
    /// Least, middle and greatest round trip.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round_trip_millis: Option<[f64; 3]>,
    /// Jitter as RFC 3550 computes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jitter_millis: Option<f64>,
}

impl Media {
    /// The share of packets that got lost.
    pub fn loss(&self) -> f64 {
        match self.sent {
            0 => 0.0,
            sent => f64::from(sent - self.answered) / f64::from(sent),
        }
    }
}
