//! The rows of an allow-list as a check tries them.

use headset_network::center::Center;
use headset_network::data::Endpoints;
use headset_network::list::{Allowed, Asked, list};
use headset_network::terms::{Direction, Ports, Protocol as Transport, Side};
use headset_probe::{Names, Protocol, Target};

/// The port of TURN and STUN.
const STUN: u16 = 3478;

/// What one side needs, a target for each host and each port.
pub(super) fn of(center: &Center, data: &Endpoints, side: Side) -> Vec<Target> {
    let asked = Asked {
        sides: vec![side],
        ..Asked::default()
    };
    let rows = list(center, data, &asked, None).rows;
    let outbound = rows.iter().filter(|row| row.direction == Direction::Out);
    outbound
        .flat_map(|row| {
            let names = names(row, center, data);
            let pairs = names
                .into_iter()
                .flat_map(|name| row.ports.iter().map(move |ports| (name.clone(), *ports)));
            pairs.map(|(names, ports)| Target {
                names,
                port: ports.first,
                last_port: (ports.last > ports.first).then_some(ports.last),
                protocol: match row.is_https {
                    true => Protocol::Https,
                    false => protocol(ports),
                },
                purpose: row.reason.clone(),
            })
        })
        .collect()
}

/// The hosts of a row, those of wildcards with the members that the data knows.
fn names(row: &Allowed, center: &Center, data: &Endpoints) -> Vec<Names> {
    let known = data.rows.iter().find(|known| known.id == row.id);
    let region = known.and_then(|known| center.region(known.region_of?));
    let members = known
        .zip(region)
        .and_then(|(known, region)| known.by_region.get(region))
        .cloned()
        .unwrap_or_default();
    let hosts = row.hosts.iter().map(|host| match host.contains('*') {
        true => Names::Wildcard {
            pattern: host.clone(),
            members: members.clone(),
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

fn protocol(ports: Ports) -> Protocol {
    match (ports.protocol, ports.first, ports.last) {
        (Transport::Tcp, 443, 443) => Protocol::Https,
        (Transport::Udp, STUN, STUN) => Protocol::Stun,
        (Transport::Tcp, ..) => Protocol::OtherTcp,
        (Transport::Udp, ..) => Protocol::OtherUdp,
    }
}
