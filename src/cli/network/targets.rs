//! The rows of an allow-list as a check tries them.

use std::collections::BTreeSet;

use headset_network::center::Center;
use headset_network::data::{Endpoints, Row};
use headset_network::list::{Allowed, Asked, list};
use headset_network::terms::{Direction, Ports, Protocol as Transport, Side};
use headset_probe::{Names, Protocol, Target};

/// The port of TURN and STUN.
const STUN: u16 = 3478;

/// The path at which a WebSocket is asked for. Which one a panel or a stream takes, no page says.
const ANY_PATH: &str = "/";

/// What one side needs, a target for each host and each port. `seen` are hosts that a browser showed: the streaming gateway of a
/// desktop, the host of signalling.
pub(super) fn of(center: &Center, data: &Endpoints, side: Side, seen: &[String]) -> Vec<Target> {
    let asked = Asked {
        sides: vec![side],
        ..Asked::default()
    };
    let rows = list(center, data, &asked, None).rows;
    let mut known = members(center, data);
    known.extend(seen.iter().cloned());
    let outbound = rows.iter().filter(|row| row.direction == Direction::Out);
    outbound
        .flat_map(|row| {
            let names = names(row, &known);
            let pairs = names
                .into_iter()
                .flat_map(|name| row.ports.iter().map(move |ports| (name.clone(), *ports)));
            pairs.map(|(names, ports)| Target {
                names,
                port: ports.first,
                last_port: (ports.last > ports.first).then_some(ports.last),
                protocol: match (row.websocket, row.is_https) {
                    (true, _) => Protocol::WebSocket {
                        path: ANY_PATH.to_owned(),
                    },
                    (false, true) => Protocol::Https,
                    (false, false) => protocol(ports),
                },
                purpose: row.reason.clone(),
            })
        })
        .collect()
}

/// Hosts that some wildcard of the data stands for, in the regions of this center.
fn members(center: &Center, data: &Endpoints) -> BTreeSet<String> {
    let of_row = |row: &Row| -> Vec<String> {
        let Some(region) = row.region_of.and_then(|of| center.region(of)) else {
            return Vec::new();
        };
        let by_region = row.by_region.get(region).into_iter().flatten();
        let everywhere = row
            .members
            .iter()
            .filter(|_| !row.except.iter().any(|without| without == region));
        by_region
            .chain(everywhere)
            .map(|host| host.replace("{region}", region))
            .collect()
    };
    data.rows.iter().flat_map(of_row).collect()
}

/// The hosts of a row, those of wildcards with those that are known to match.
fn names(row: &Allowed, known: &BTreeSet<String>) -> Vec<Names> {
    let hosts = row.hosts.iter().map(|host| match host.contains('*') {
        true => Names::Wildcard {
            pattern: host.clone(),
            members: known
                .iter()
                .filter(|known| matches(host, known))
                .cloned()
                .collect(),
        },
        false => Names::Host(host.clone()),
    });
    let others = row
        .addresses
        .iter()
        .map(ToString::to_string)
        .chain(row.to.clone());
    hosts.chain(others.map(Names::Words)).collect()
}

/// The first of these hosts that no wildcard of the targets stands for: a check would not try it.
pub(super) fn stray<'h>(targets: &[Target], seen: &'h [String]) -> Option<&'h str> {
    let is_tried = |host: &String| targets.iter().any(|target| target.hosts().contains(host));
    seen.iter().find(|host| !is_tried(host)).map(String::as_str)
}

/// Whether a pattern with one asterisk stands for a host.
fn matches(pattern: &str, host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let pattern = pattern.to_ascii_lowercase();
    pattern.split_once('*').is_some_and(|(before, after)| {
        host.len() > before.len() + after.len() && host.starts_with(before) && host.ends_with(after)
    })
}

fn protocol(ports: Ports) -> Protocol {
    match (ports.protocol, ports.first, ports.last) {
        (Transport::Tcp, 443, 443) => Protocol::Https,
        (Transport::Udp, STUN, STUN) => Protocol::Stun,
        (Transport::Tcp, ..) => Protocol::OtherTcp,
        (Transport::Udp, ..) => Protocol::OtherUdp,
    }
}

#[cfg(test)]
mod tests {
    use headset_network::terms::RegionOf;

    use super::*;

    /// The targets of a split center in London.
    fn targets(side: Side, seen: &[String]) -> Vec<Target> {
        let text = include_str!("../../../blueprints/split-ccp.yaml");
        let (blueprint, _) =
            headset_blueprint::read(&headset_blueprint::Sources::alone("split-ccp.yaml", text));
        let center = super::super::center::of(&blueprint.unwrap(), None);
        assert_eq!(center.region(RegionOf::Connect), Some("eu-west-2"));
        let data = Endpoints::embedded().unwrap();
        of(&center, &data, side, seen)
    }

    /// What its wildcards stand for, by pattern.
    fn tried(gateway: Option<&str>) -> Vec<(String, Vec<String>)> {
        let seen: Vec<String> = gateway.into_iter().map(str::to_owned).collect();
        let targets = targets(Side::Agent, &seen).into_iter();
        let wildcards = targets.filter_map(|target| match target.names {
            Names::Wildcard { pattern, members } => Some((pattern, members)),
            _ => None,
        });
        wildcards.collect()
    }

    #[test]
    fn a_wildcard_is_tried_by_every_host_that_any_row_knows_of_it() {
        let of = |pattern: &str, gateway| -> Vec<Vec<String>> {
            let wildcards = tried(gateway).into_iter();
            wildcards
                .filter(|(own, _)| own == pattern)
                .map(|(_, members)| members)
                .collect()
        };
        for members in of("*.cloudfront.net", None) {
            assert!(
                members.contains(&"dl32tyuy2mmv6.cloudfront.net".to_owned()),
                "{members:?}"
            );
        }
        assert!(of("*.cloudfront.net", None).len() > 1, "the portal has it, too");
        let portal = of("*.sso.us-east-1.amazonaws.com", None);
        assert_eq!(portal, [["portal.sso.us-east-1.amazonaws.com"]]);
        let gateway = "gw-1.streaming.eu-west-1.appstream2.amazonappstream.com";
        let patterns: Vec<(String, Vec<String>)> = tried(Some(gateway));
        let with_gateway = patterns
            .iter()
            .filter(|(_, members)| members.contains(&gateway.to_owned()));
        for (pattern, _) in with_gateway.clone() {
            assert!(
                pattern.ends_with(".streaming.eu-west-1.appstream2.amazonappstream.com"),
                "{pattern}"
            );
        }
        assert!(with_gateway.count() > 0, "{patterns:?}");
    }

    /// Signalling and streams go over WebSockets: that HTTPS passes proves nothing of them.
    #[test]
    fn a_row_of_web_sockets_is_tried_by_a_web_socket_on_each_side() {
        let by_web_socket = |side: Side| -> Vec<String> {
            let targets = targets(side, &[]).into_iter();
            let of = targets.filter(|target| matches!(target.protocol, Protocol::WebSocket { .. }));
            of.map(|target| target.name().to_owned()).collect()
        };
        let signalling = "*.transport.connect.eu-west-2.amazonaws.com";
        assert_eq!(by_web_socket(Side::Session), [signalling]);
        let agent = by_web_socket(Side::Agent);
        assert!(agent.contains(&signalling.to_owned()), "{agent:?}");
        assert!(
            agent.iter().any(|name| name.contains("dcv-streaming.eu-west-1")),
            "{agent:?}"
        );
        let host = "a1b2.transport.connect.eu-west-2.amazonaws.com".to_owned();
        let seen = [host.clone(), "a1b2.example.com".to_owned()];
        let targets = targets(Side::Session, &seen);
        let row = targets.iter().find(|target| target.name() == signalling).unwrap();
        assert_eq!(row.hosts(), [host]);
        assert_eq!(stray(&targets, &seen), Some("a1b2.example.com"));
        assert_eq!(stray(&targets, &seen[..1]), None);
    }
}
