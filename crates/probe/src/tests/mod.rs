//! Against servers on loopback, each with one fault.

mod media;
mod names;
mod servers;
mod ways;
mod web;

use std::net::SocketAddr;
use std::time::Duration;

use crate::{Deadlines, HostCheck, Names, Protocol, Resolver, Row, Settings, Target};

/// Deadlines that are long on loopback, and short for a test.
const SHORT: Duration = Duration::from_millis(400);
/// For what answers: a busy machine may take its time.
const LONG: Duration = Duration::from_secs(20);

fn settings() -> Settings {
    let seed = 20_261_130;
    Settings {
        deadlines: Deadlines {
            dns: LONG,
            connect: LONG,
            handshake: LONG,
            answer: LONG,
            host: LONG * 3,
        },
        // No test asks a resolver of this machine.
        resolver: Resolver::At(Vec::new()),
        seed,
        ..Settings::default()
    }
}

fn target(host: &str, protocol: Protocol) -> Target {
    Target {
        names: Names::Host(host.to_owned()),
        port: 443,
        last_port: None,
        protocol,
        purpose: "a test".to_owned(),
    }
}

/// Settings by which a host is reached at an address.
fn reaching(host: &str, address: SocketAddr) -> Settings {
    Settings {
        connect_to: [(host.to_owned(), address)].into(),
        ..settings()
    }
}

async fn one_row(target: Target, settings: &Settings) -> Row {
    let mut rows = crate::check(&[target], settings, &|_| {}).await;
    rows.remove(0)
}

async fn one_host(target: Target, settings: &Settings) -> HostCheck {
    one_row(target, settings).await.hosts.remove(0)
}
