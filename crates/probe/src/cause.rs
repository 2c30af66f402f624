//! Why a host is not simply open, and what follows.

use std::net::IpAddr;

use serde::Serialize;

/// What is known of a host or a row, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It was tried and gets through.
    Open,
    /// It was not tried, or what was tried proves nothing.
    Unknown,
    /// It gets through, and calls would suffer.
    Slow,
    /// Another machine answers in the name of the host.
    Intercepted,
    /// It does not get through.
    Blocked,
}

impl Verdict {
    /// One word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Unknown => "unknown",
            Self::Slow => "slow",
            Self::Intercepted => "intercepted",
            Self::Blocked => "blocked",
        }
    }
}

/// Why a host is not simply open.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Cause {
    /// NXDOMAIN.
    NoSuchName,
    /// The name is there and has no address.
    NoAddress,
    /// SERVFAIL, or another answer that is none.
    ResolverFails,
    /// The resolver refuses the question.
    ResolverRefuses,
    /// No resolver answers in time.
    ResolverSilent,
    /// The system does not find the name and says no more.
    NameNotFound,
    /// DNS leads nowhere, or to a private address behind which the host is not.
    Sinkhole {
        /// Where it leads.
        address: IpAddr,
    },
    /// The connection is refused.
    Refused,
    /// Packets are dropped: no answer in time.
    Dropped,
    /// The network says that there is no way.
    Unreachable,
    /// The connection is cut when the name is sent; with another name it is not.
    ResetAtName,
    /// The connection is cut in the handshake, with any name.
    ResetInHandshake,
    /// The handshake gets no answer.
    SilentInHandshake,
    /// What answers does not speak TLS.
    NotTls,
    /// What answers ends the handshake with an alert.
    Alert {
        /// Its name.
        alert: String,
    },
    /// The chain ends at an authority that is not trusted here.
    ForeignAuthority {
        /// Who issued the host's certificate.
        issuer: String,
    },
    /// The chain is trusted here, but not issued by whom AWS has its certificates from.
    OtherIssuer {
        /// Who issued the host's certificate.
        issuer: String,
    },
    /// The certificate has ended.
    Expired {
        /// When.
        until: String,
    },
    /// The certificate has not begun.
    NotYetValid {
        /// When it does.
        from: String,
    },
    /// The certificate is fine, the clock of this machine is not.
    ClockWrong {
        /// By how many seconds it is ahead.
        ahead_seconds: i64,
    },
    /// The certificate is for other names.
    OtherName,
    /// The certificate has another fault.
    BadCertificate {
        /// In the words of the TLS library.
        fault: String,
    },
    /// There are no trusted authorities here by which to judge.
    NoAuthorities,
    /// The proxy cannot be reached, or says nothing.
    ProxyUnreachable,
    /// What answers in the proxy's place does not speak HTTP.
    ProxyGarbled,
    /// The proxy wants a sign-in (407).
    ProxySignIn {
        /// The ways that it offers.
        schemes: Vec<String>,
    },
    /// The proxy forbids the host (403).
    ProxyForbids,
    /// The proxy answers with another status.
    ProxyFails {
        /// The status.
        status: u16,
    },
    /// The wish for a WebSocket does not reach the host, or its answer does not come back.
    WebSocketStripped {
        /// What came instead.
        status: u16,
    },
    /// The host answers no differently to a wish for a WebSocket than without.
    WebSocketUnproven {
        /// What came instead.
        status: u16,
    },
    /// The connection is there, and a request gets no answer.
    NoAnswer,
    /// No packet came back from a host that need not answer.
    Silent,
    /// Too many packets get lost.
    Lossy {
        /// Per cent.
        percent: f64,
    },
    /// Packets come too unevenly.
    Jitter {
        /// As RFC 3550 computes it.
        millis: f64,
    },
    /// Packets, or connections, take too long.
    Late {
        /// How long.
        millis: f64,
    },
    /// A wildcard of which no member is known.
    NoMember,
    /// There is no way to try it from here: no host, or a protocol that a check does not speak.
    NotTried,
    /// It does not get through directly, and a script decides whether a browser goes directly.
    ByScript {
        /// What was found directly.
        directly: String,
    },
    /// The deadline of the host was over before the check was.
    OutOfTime,
}

impl Cause {
    /// What a cause makes of a host.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::NoAuthorities
            | Self::NoAnswer
            | Self::WebSocketUnproven { .. }
            | Self::Silent
            | Self::NoMember
            | Self::NotTried
            | Self::ByScript { .. }
            | Self::OutOfTime => Verdict::Unknown,
            Self::Lossy { .. } | Self::Jitter { .. } | Self::Late { .. } => Verdict::Slow,
            Self::ForeignAuthority { .. } | Self::OtherIssuer { .. } => Verdict::Intercepted,
            _ => Verdict::Blocked,
        }
    }

    /// One sentence about it, without a full stop.
    pub fn says(&self) -> String {
        match self {
            Self::NoSuchName => "DNS says that there is no such name (NXDOMAIN)".into(),
            Self::NoAddress => "DNS has no address for the name".into(),
            Self::ResolverFails => "the resolver fails (SERVFAIL)".into(),
            Self::ResolverRefuses => "the resolver refuses the question (REFUSED)".into(),
            Self::ResolverSilent => "no resolver answered in time".into(),
            Self::NameNotFound => "the system does not find the name".into(),
            Self::Sinkhole { address } => {
                format!("DNS answers {address}, where the host is not: a filter's answer")
            }
            Self::Refused => "the connection is refused".into(),
            Self::Dropped => "packets are dropped: no connection in time".into(),
            Self::Unreachable => "the network says that there is no way to the host".into(),
            Self::ResetAtName => {
                "the connection is cut when the host's name is sent (SNI), and not with another name".into()
            }
            Self::ResetInHandshake => "the connection is cut in the TLS handshake".into(),
            Self::SilentInHandshake => "the TLS handshake gets no answer".into(),
            Self::NotTls => "what answers does not speak TLS".into(),
            Self::Alert { alert } => format!("what answers ends the TLS handshake: {alert}"),
            Self::ForeignAuthority { issuer } => {
                format!(
                    "another machine answers for the host: its certificate is by {issuer}, which is not trusted here"
                )
            }
            Self::OtherIssuer { issuer } => {
                format!(
                    "another machine answers for the host: its certificate is by {issuer}, which AWS does not use"
                )
            }
            Self::Expired { until } => format!("the host's certificate ended on {until}"),
            Self::NotYetValid { from } => format!("the host's certificate begins on {from} only"),
            Self::ClockWrong { ahead_seconds } => {
                format!("the clock of this machine is {}", off(*ahead_seconds))
            }
            Self::OtherName => "the certificate is for other names".into(),
            Self::BadCertificate { fault } => format!("the certificate is no good: {fault}"),
            Self::NoAuthorities => {
                "this system has no trusted authorities by which to judge the certificate".into()
            }
            Self::ProxyUnreachable => "the proxy cannot be reached".into(),
            Self::ProxyGarbled => "what answers in the proxy's place does not speak HTTP".into(),
            Self::ProxySignIn { schemes } if schemes.is_empty() => "the proxy wants a sign-in (407)".into(),
            Self::ProxySignIn { schemes } => {
                format!("the proxy wants a sign-in (407: {})", schemes.join(", "))
            }
            Self::ProxyForbids => "the proxy forbids the host (403)".into(),
            Self::ProxyFails { status } => format!("the proxy does not reach the host ({status})"),
            Self::WebSocketStripped { status } => {
                format!("the request for a WebSocket is lost on the way: {status} instead of 101")
            }
            Self::WebSocketUnproven { status } => format!(
                "TLS gets through; the host answers {status} with and without the request for a WebSocket, which proves \
                 nothing"
            ),
            Self::NoAnswer => "the connection is there, and a request gets no answer".into(),
            Self::Silent => "no packet came back; that the host answers at all is an assumption".into(),
            Self::Lossy { percent } => format!("{percent:.0} % of the packets get lost"),
            Self::Jitter { millis } => format!("packets come unevenly: {millis:.0} ms of jitter"),
            Self::Late { millis } => format!("it takes {millis:.0} ms"),
            Self::NoMember => "no host of this wildcard is known, so nothing was tried".into(),
            Self::NotTried => "this is not tried by the check".into(),
            Self::ByScript { directly } => format!(
                "directly, {directly}; a script (PAC) decides which way a browser goes, and it is not run here"
            ),
            Self::OutOfTime => "the check did not end in time".into(),
        }
    }

    /// What to ask of the network team.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::NoSuchName
            | Self::NoAddress
            | Self::ResolverFails
            | Self::ResolverRefuses
            | Self::ResolverSilent
            | Self::NameNotFound => "let the resolver answer for this name",
            Self::Sinkhole { .. } => "take the name out of the DNS filter",
            Self::Refused | Self::Dropped | Self::Unreachable => "let the firewall pass this row",
            Self::ResetAtName | Self::ResetInHandshake | Self::SilentInHandshake | Self::Alert { .. } => {
                "let the firewall pass TLS to this name"
            }
            Self::NotTls => "let the name pass without the page that answers in its place",
            Self::ForeignAuthority { .. } | Self::OtherIssuer { .. } => {
                "exempt this name from TLS inspection"
            }
            Self::Expired { .. }
            | Self::NotYetValid { .. }
            | Self::OtherName
            | Self::BadCertificate { .. } => {
                "look at what answers for this name: AWS's own certificates are in order"
            }
            Self::ClockWrong { .. } => "set the clock of this machine by NTP",
            Self::NoAuthorities => "install the system's certificate authorities",
            Self::ProxyUnreachable => "let this machine reach the proxy, or name another one",
            Self::ProxyGarbled => "name the port at which the proxy speaks HTTP",
            Self::ProxySignIn { .. } => "let the proxy pass this name without a sign-in",
            Self::ProxyForbids | Self::ProxyFails { .. } => "let the proxy pass this name",
            Self::WebSocketStripped { .. } => "let WebSockets pass: no inspection, no buffering",
            Self::NoAnswer => "let HTTP pass to this name",
            Self::ByScript { .. } => "name the proxy that the script gives for this name, and check by it",
            Self::WebSocketUnproven { .. } | Self::NoMember | Self::NotTried | Self::OutOfTime => {
                "confirm that this row is allowed"
            }
            Self::Silent => "confirm that this row is allowed, and the answers to it",
            Self::Lossy { .. } | Self::Jitter { .. } | Self::Late { .. } => {
                "look at the way to this host: Wi-Fi, VPN, queues, a nearer exit"
            }
        }
    }
}

/// How far a clock is off, in words.
fn off(ahead_seconds: i64) -> String {
    let minutes = ahead_seconds.unsigned_abs() / 60;
    let direction = if ahead_seconds < 0 { "behind" } else { "ahead" };
    match minutes {
        0..=119 => format!("{minutes} minutes {direction}"),
        120..=2879 => format!("{} hours {direction}", minutes / 60),
        _ => format!("{} days {direction}", minutes / 1440),
    }
}
