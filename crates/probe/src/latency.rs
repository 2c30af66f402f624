//! How far regions are, by the time that a TCP connection takes.

use std::net::SocketAddr;

use futures_util::StreamExt;
use futures_util::stream;
use serde::Serialize;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::dns;
use crate::settings::Settings;

/// How many connections the middle is of.
const TRIES: usize = 5;

/// A region may be nearer by this much before advice says so: less is not heard.
const WORTH_MILLIS: f64 = 30.0;

/// A region, and a host there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Its name.
    pub name: String,
    /// A host in it.
    pub host: String,
    /// The port there.
    pub port: u16,
}

/// How far a region is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RegionTime {
    /// Its name.
    pub region: String,
    /// The middle of the times of some connections; none if there was no connection, or a proxy is on the way, whose
    /// distance would be measured in place of the region's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub millis: Option<f64>,
}

/// What the times say about the region of an environment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Advice {
    /// No other one is worth a move.
    Stay,
    /// Another one is nearer.
    Nearer {
        /// Which.
        region: String,
        /// By how much.
        millis: f64,
    },
    /// The region itself was not reached.
    Unknown,
}

/// Measures regions, nearest first; those that were not reached come last.
pub async fn latency(regions: &[Region], settings: &Settings) -> Vec<RegionTime> {
    let measured = regions.iter().map(|region| async move {
        RegionTime {
            region: region.name.clone(),
            millis: measure(region, settings).await,
        }
    });
    let times = stream::iter(measured).buffer_unordered(settings.concurrency.max(1));
    let mut times: Vec<RegionTime> = times.collect().await;
    times.sort_by(|a, b| {
        let key = |time: &RegionTime| time.millis.unwrap_or(f64::INFINITY);
        key(a).total_cmp(&key(b)).then_with(|| a.region.cmp(&b.region))
    });
    times
}

async fn measure(region: &Region, settings: &Settings) -> Option<f64> {
    if settings.proxies.of(&region.host).is_some() {
        return None;
    }
    let address = match settings.connect_to.get(&region.host) {
        Some(address) => *address,
        None => {
            let deadline = settings.deadlines.dns;
            let found = dns::resolve(&settings.resolver, &region.host, deadline, settings.seed).await;
            SocketAddr::new(*found.addresses.first()?, region.port)
        }
    };
    let mut times = Vec::new();
    for _ in 0..TRIES {
        let begun = Instant::now();
        match timeout(settings.deadlines.connect, TcpStream::connect(address)).await {
            Ok(Ok(_)) => times.push(begun.elapsed().as_secs_f64() * 1000.0),
            // What does not answer once would only take as long again.
            _ => return None,
        }
    }
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}

/// What to make of the times, for an environment in a region.
pub fn advice(times: &[RegionTime], home: &str) -> Advice {
    let at_home = times
        .iter()
        .find(|time| time.region == home)
        .and_then(|time| time.millis);
    let nearest = times
        .iter()
        .filter_map(|time| Some((&time.region, time.millis?)))
        .min_by(|a, b| a.1.total_cmp(&b.1));
    match (at_home, nearest) {
        (Some(at_home), Some((region, millis))) if at_home - millis >= WORTH_MILLIS => Advice::Nearer {
            region: region.clone(),
            millis: at_home - millis,
        },
        (Some(_), _) => Advice::Stay,
        (None, _) => Advice::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_region_is_advised_where_it_is_worth_it() {
        let times = |home: Option<f64>, other: Option<f64>| {
            [("eu-west-2", home), ("us-east-1", other)].map(|(region, millis)| RegionTime {
                region: region.to_owned(),
                millis,
            })
        };
        let nearer = Advice::Nearer {
            region: "us-east-1".to_owned(),
            millis: 60.0,
        };
        assert_eq!(advice(&times(Some(90.0), Some(30.0)), "eu-west-2"), nearer);
        assert_eq!(advice(&times(Some(50.0), Some(30.0)), "eu-west-2"), Advice::Stay);
        assert_eq!(advice(&times(Some(50.0), None), "eu-west-2"), Advice::Stay);
        assert_eq!(advice(&times(None, Some(30.0)), "eu-west-2"), Advice::Unknown);
    }
}
