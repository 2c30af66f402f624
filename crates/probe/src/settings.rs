//! How a check is done: deadlines, limits, and what stands in for the system.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use rustls::RootCertStore;

use crate::proxy::Proxies;

/// How a check is done.
#[derive(Debug)]
pub struct Settings {
    /// How long each part may take.
    pub deadlines: Deadlines,
    /// What is slow.
    pub limits: Limits,
    /// When a STUN request is sent again.
    pub retransmission: Retransmission,
    /// The packets by which the quality of a media path is measured.
    pub series: Series,
    /// How many hosts are tried at the same time.
    pub concurrency: usize,
    /// Who answers for names.
    pub resolver: Resolver,
    /// The way to TLS hosts.
    pub proxies: Proxies,
    /// Whether a script decides which way a browser goes (PAC): what is blocked directly proves nothing then.
    pub by_script: bool,
    /// Which authorities are trusted.
    pub roots: Roots,
    /// The time by which certificates are judged.
    pub clock: Clock,
    /// Hosts that are reached at a given address, and for which no DNS is asked.
    pub connect_to: BTreeMap<String, SocketAddr>,
    /// The newest versions of browsers, as far as they are known.
    pub browsers: Vec<Newest>,
    /// Where random identifiers come from: the same seed sends the same packets.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            deadlines: Deadlines::default(),
            limits: Limits::default(),
            retransmission: Retransmission::default(),
            series: Series::default(),
            concurrency: 8,
            resolver: Resolver::System,
            proxies: Proxies::none(),
            by_script: false,
            roots: Roots::System,
            clock: Clock::System,
            connect_to: BTreeMap::new(),
            browsers: Vec::new(),
            seed: fastrand::u64(..),
        }
    }
}

/// How long each part may take.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// One question to one resolver. It is asked twice.
    pub dns: Duration,
    /// Until a TCP connection is there, with the proxy's answer if there is one.
    pub connect: Duration,
    /// The TLS handshake.
    pub handshake: Duration,
    /// The answer to a request.
    pub answer: Duration,
    /// Everything about one host.
    pub host: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            dns: Duration::from_secs(3),
            connect: Duration::from_secs(6),
            handshake: Duration::from_secs(6),
            answer: Duration::from_secs(6),
            // A STUN request to a silent host alone takes 39.5 s.
            host: Duration::from_secs(90),
        }
    }
}

/// What is slow.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Share of packets that may get lost.
    pub loss: f64,
    /// Jitter of a media path.
    pub jitter: Duration,
    /// Round trip of a media path: twice the 150 ms one way of ITU-T G.114.
    pub round_trip: Duration,
    /// TCP connect and TLS handshake together.
    pub handshake: Duration,
    /// How wrong a clock may be. AWS refuses signatures that are five minutes off.
    pub skew: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            loss: 0.01,
            jitter: Duration::from_millis(30),
            round_trip: Duration::from_millis(300),
            handshake: Duration::from_secs(2),
            skew: Duration::from_secs(300),
        }
    }
}

/// When a STUN request over UDP is sent again (RFC 8489, 6.2.1).
#[derive(Clone, Copy, Debug)]
pub struct Retransmission {
    /// Until the second transmission; doubles with each.
    pub rto: Duration,
    /// How many transmissions (Rc).
    pub requests: u32,
    /// How many times the RTO to wait after the last (Rm).
    pub last: u32,
}

impl Default for Retransmission {
    fn default() -> Self {
        Self {
            rto: Duration::from_millis(500),
            requests: 7,
            last: 16,
        }
    }
}

/// The packets by which the quality of a media path is measured.
#[derive(Clone, Copy, Debug)]
pub struct Series {
    /// How many.
    pub packets: u32,
    /// The time between two: voice sends one each 20 ms.
    pub every: Duration,
    /// How long to wait for answers after the last one.
    pub linger: Duration,
}

impl Default for Series {
    fn default() -> Self {
        Self {
            packets: 50,
            every: Duration::from_millis(20),
            linger: Duration::from_secs(1),
        }
    }
}

/// The newest version of a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newest {
    /// A word that its name has on every system, such as `Chrome`.
    pub name: String,
    /// The newest one that is known for sure.
    pub known: u32,
    /// The newest one that there should be by now.
    pub expected: u32,
}

/// Who answers for names.
#[derive(Clone, Debug)]
pub enum Resolver {
    /// The system, as it does for a browser. Where it finds nothing, its name servers are asked for the reason.
    System,
    /// These name servers alone.
    At(Vec<SocketAddr>),
}

/// Which authorities are trusted.
#[derive(Clone, Debug)]
pub enum Roots {
    /// Those of the system.
    System,
    /// These alone.
    These(RootCertStore),
}

/// The time by which certificates are judged.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The system's.
    System,
    /// Always the same: seconds since 1970.
    At(u64),
}

impl Clock {
    /// Seconds since 1970.
    pub(crate) fn now(self) -> u64 {
        match self {
            Self::At(seconds) => seconds,
            Self::System => std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .map_or(0, |since| since.as_secs()),
        }
    }
}
