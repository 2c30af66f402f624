//! What was found of a row, in words for agents and for the network team.

use serde::Serialize;

use crate::cause::{Cause, Verdict};
use crate::evidence::Evidence;
use crate::target::{Names, Protocol, Target};

/// What was found of one host.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HostCheck {
    /// The host.
    pub host: String,
    /// What is known of it.
    pub verdict: Verdict,
    /// Why, if it is not open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// The error that an agent would see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_sees: Option<String>,
    /// What was seen.
    pub evidence: Evidence,
}

impl HostCheck {
    pub(crate) fn new(target: &Target, host: &str, cause: Option<Cause>, evidence: Evidence) -> Self {
        Self {
            host: host.to_owned(),
            verdict: cause.as_ref().map_or(Verdict::Open, Cause::verdict),
            agent_sees: cause.as_ref().and_then(|cause| agent_sees(target, host, cause)),
            cause,
            evidence,
        }
    }
}

/// What was found of a row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The row.
    pub target: Target,
    /// The worst of its hosts.
    pub verdict: Verdict,
    /// Why, if it is not open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// What to give to the network team, if it is not open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<Ask>,
    /// Its hosts.
    pub hosts: Vec<HostCheck>,
}

/// A row for the network team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ask {
    /// The host, or the pattern.
    pub name: String,
    /// TCP or UDP.
    pub transport: &'static str,
    /// The port, or a range.
    pub ports: String,
    /// All rows are outbound.
    pub direction: &'static str,
    /// What it is for.
    pub purpose: String,
    /// What was found.
    pub found: String,
    /// What to do.
    pub wanted: &'static str,
}

impl Row {
    pub(crate) fn new(target: &Target, hosts: Vec<HostCheck>) -> Self {
        let is_wildcard = matches!(target.names, Names::Wildcard { .. });
        let is_gone = |host: &HostCheck| host.cause == Some(Cause::NoSuchName);
        // A list of members grows old: one that is gone says nothing as long as another one is there.
        let counted = hosts.iter().filter(|host| !is_wildcard || !is_gone(host));
        let worst = counted.max_by_key(|host| host.verdict).or_else(|| hosts.first());
        let cause = match worst {
            Some(worst) => worst.cause.clone(),
            None if target.can_be_tried() => Some(Cause::NoMember),
            None => Some(Cause::NotTried),
        };
        let verdict = cause.as_ref().map_or(Verdict::Open, Cause::verdict);
        let ask = cause.as_ref().map(|cause| Ask {
            name: target.name().to_owned(),
            transport: target.transport(),
            ports: target.ports(),
            direction: "outbound",
            purpose: target.purpose.clone(),
            found: match worst.filter(|worst| worst.host != target.name()) {
                Some(worst) => format!("{}: {}", worst.host, cause.says()),
                None => cause.says(),
            },
            wanted: cause.advice(),
        });
        Self {
            target: target.clone(),
            verdict,
            cause,
            ask,
            hosts,
        }
    }
}

/// The error that an agent would see: the CCP's own for media, the browser's for pages.
pub fn agent_sees(target: &Target, host: &str, cause: &Cause) -> Option<String> {
    let port = target.port;
    if target.protocol == Protocol::Stun {
        return match cause.verdict() {
            Verdict::Slow => Some("no error: voices break up, come late or get lost".into()),
            Verdict::Open => None,
            _ => Some(format!(
                "Browser unable to establish media channel with turn:{host}:{port}?transport=udp"
            )),
        };
    }
    let error = match cause {
        Cause::NoSuchName => "DNS_PROBE_FINISHED_NXDOMAIN",
        Cause::NoAddress
        | Cause::NameNotFound
        | Cause::ResolverFails
        | Cause::ResolverRefuses
        | Cause::ResolverSilent => "ERR_NAME_NOT_RESOLVED",
        Cause::Sinkhole { .. } | Cause::Refused => "ERR_CONNECTION_REFUSED",
        Cause::Dropped | Cause::SilentInHandshake => "ERR_CONNECTION_TIMED_OUT",
        Cause::Unreachable => "ERR_ADDRESS_UNREACHABLE",
        Cause::ResetAtName | Cause::ResetInHandshake => "ERR_CONNECTION_RESET",
        Cause::NotTls | Cause::Alert { .. } => "ERR_SSL_PROTOCOL_ERROR",
        Cause::ForeignAuthority { .. } => "NET::ERR_CERT_AUTHORITY_INVALID",
        Cause::Expired { .. } | Cause::NotYetValid { .. } | Cause::ClockWrong { .. } => {
            "NET::ERR_CERT_DATE_INVALID"
        }
        Cause::OtherName => "NET::ERR_CERT_COMMON_NAME_INVALID",
        Cause::BadCertificate { .. } => "NET::ERR_CERT_INVALID",
        Cause::ProxyUnreachable => "ERR_PROXY_CONNECTION_FAILED",
        Cause::ProxySignIn { .. } => "ERR_PROXY_AUTH_REQUESTED",
        Cause::ProxyGarbled | Cause::ProxyForbids | Cause::ProxyFails { .. } => {
            "ERR_TUNNEL_CONNECTION_FAILED"
        }
        Cause::WebSocketStripped { .. } => {
            let path = match &target.protocol {
                Protocol::WebSocket { path } => path,
                _ => "/",
            };
            return Some(format!("WebSocket connection to 'wss://{host}{path}' failed"));
        }
        Cause::OtherIssuer { .. } => return Some("no error: the connection is read on the way".into()),
        Cause::Late { .. } => return Some("no error: the panel is slow".into()),
        Cause::NoAuthorities
        | Cause::WebSocketUnproven { .. }
        | Cause::NoAnswer
        | Cause::Silent
        | Cause::Lossy { .. }
        | Cause::Jitter { .. }
        | Cause::NoMember
        | Cause::NotTried
        | Cause::ByScript { .. }
        | Cause::OutOfTime => return None,
    };
    Some(format!("{error} for https://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(members: &[&str]) -> Target {
        Target {
            names: Names::Wildcard {
                pattern: "TurnNlb-*.elb.eu-west-2.amazonaws.com".into(),
                members: members.iter().map(|member| (*member).to_owned()).collect(),
            },
            port: 3478,
            last_port: None,
            protocol: Protocol::Stun,
            purpose: "the media of calls".into(),
        }
    }

    fn row(target: &Target, causes: &[Option<Cause>]) -> Row {
        let hosts = target.hosts().iter().zip(causes);
        Row::new(
            target,
            hosts
                .map(|(host, cause)| HostCheck::new(target, host, cause.clone(), Evidence::default()))
                .collect(),
        )
    }

    #[test]
    fn a_wildcard_without_members_is_unknown() {
        let row = row(&turn(&[]), &[]);
        assert_eq!(
            (row.verdict, row.cause),
            (Verdict::Unknown, Some(Cause::NoMember))
        );
    }

    #[test]
    fn a_member_that_is_gone_says_nothing_beside_one_that_is_there() {
        let target = turn(&["a", "b"]);
        assert_eq!(
            row(&target, &[Some(Cause::NoSuchName), None]).verdict,
            Verdict::Open
        );
        let all_gone = row(&target, &[Some(Cause::NoSuchName), Some(Cause::NoSuchName)]);
        assert_eq!(all_gone.verdict, Verdict::Blocked);
        let silent = row(&target, &[None, Some(Cause::Silent)]);
        assert_eq!(silent.verdict, Verdict::Unknown);
    }

    #[test]
    fn agents_and_the_network_team_read_what_concerns_them() {
        let row = row(
            &turn(&["TurnNlb-1.elb.eu-west-2.amazonaws.com"]),
            &[Some(Cause::Refused)],
        );
        assert_eq!(
            row.hosts[0].agent_sees.as_deref(),
            Some(
                "Browser unable to establish media channel with \
                 turn:TurnNlb-1.elb.eu-west-2.amazonaws.com:3478?transport=udp"
            )
        );
        let ask = row.ask.unwrap();
        assert_eq!(
            (ask.name.as_str(), ask.transport, ask.ports.as_str()),
            (row.target.name(), "UDP", "3478")
        );
        assert_eq!(
            ask.found,
            "TurnNlb-1.elb.eu-west-2.amazonaws.com: the connection is refused"
        );
    }
}
