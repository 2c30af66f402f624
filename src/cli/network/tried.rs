//! A check of the network, for every command that makes one.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{lists, targets};
use crate::cli::exit::Failure;
use crate::cli::signal::{Followed, Signals};
use crate::cli::terminal;
use crate::report::probe_view::NetworkCheck;
use crate::report::span;
use headset_kinds::regions::{self, Has};
use headset_network::center::Center;
use headset_network::data::Browser;
use headset_network::terms::{RegionOf, Side};
use headset_probe::{
    Measurement, Newest, Progress, Proxies, Proxy, Region, Resolver, Settings, SystemProxy, Target,
};

/// By which way hosts are tried.
#[derive(Debug, Default)]
pub(in crate::cli) struct Way {
    /// The proxy, as it was given.
    pub(in crate::cli) proxy: Option<String>,
    /// Name servers in place of the system's.
    pub(in crate::cli) resolver: Vec<SocketAddr>,
    /// The streaming gateway of a desktop.
    pub(in crate::cli) gateway: Option<String>,
    /// Hosts that wildcards are seen to stand for.
    pub(in crate::cli) known: Vec<String>,
    /// Newer data of allow-lists.
    pub(in crate::cli) data: Option<PathBuf>,
    /// For how long media relays are looked at afterwards.
    pub(in crate::cli) watch: Option<Duration>,
}

/// An address with the port of DNS, if it has none.
pub(in crate::cli) fn name_server(text: &str) -> Result<SocketAddr, String> {
    let with_port = text.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 53));
    let found = with_port.or_else(|_| text.parse());
    let found = found
        .ok()
        .filter(|address: &SocketAddr| address.port() != 0 && !address.ip().is_unspecified());
    found.ok_or_else(|| format!("`{text}` is neither an IP address nor one with a port"))
}

/// What a check looks at.
#[derive(Debug)]
pub(super) struct Objects {
    /// The rows of one side, as a check tries them.
    pub(super) targets: Vec<Target>,
    /// By what browsers are judged.
    pub(super) browsers: Vec<Browser>,
}

/// What a check of one side looks at.
pub(super) fn objects(center: &Center, side: Side, way: &Way) -> Result<Objects, Failure> {
    let data = lists::data(way.data.as_deref())?;
    lists::warn_if_stale(&data);
    let seen: Vec<String> = way.gateway.iter().chain(&way.known).cloned().collect();
    let targets = targets::of(center, &data, side, &seen);
    if targets.is_empty() {
        return Err(
            Failure::new("this blueprint needs nothing of the network on that side")
                .help("it has neither `connect` nor `appstream`, or another `--side` has the rows"),
        );
    }
    if let Some(stray) = targets::stray(&targets, &way.known) {
        return Err(
            Failure::usage(format!("no wildcard of this side's list stands for `{stray}`"))
                .help("`headset network list FILE` has the wildcards, each with its side"),
        );
    }
    Ok(Objects {
        targets,
        browsers: data.browsers,
    })
}

/// The host of what a browser shows: a host, or an address that begins with `wss://` or `https://`. What follows the host, which may
/// be a secret, is left out.
pub(in crate::cli) fn seen_host(text: &str) -> Result<String, String> {
    let place = ["wss://", "https://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    let host = place.unwrap_or(text);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.strip_suffix(":443").unwrap_or(host).trim_end_matches('.');
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    match host.contains('.') && host.chars().all(is_of_name) {
        true => Ok(host.to_ascii_lowercase()),
        false => {
            Err("it is no name of a host, such as a1b2.transport.connect.eu-west-2.amazonaws.com".to_owned())
        }
    }
}

/// Says that the network is not simulated. The variable HEADSET_SIM may ask for the simulation in a whole terminal, so that it is no
/// reason to stop.
pub(in crate::cli) fn say_what_is_real(simulated: bool) {
    if simulated {
        terminal::warn("the simulation has no network: what is tried is the network of this machine");
    }
}

/// Tries the rows of one side from here.
pub(in crate::cli) async fn tried(
    center: &Center,
    side: Side,
    way: &Way,
    followed: &Followed,
) -> Result<NetworkCheck, Failure> {
    let Objects { targets, browsers } = objects(center, side, way)?;
    let system_proxy = headset_probe::system_proxy().await;
    let proxies = proxies(way.proxy.as_deref(), system_proxy.as_ref())?;
    let settings = Settings {
        by_script: way.proxy.is_none()
            && proxies.proxy().is_none()
            && system_proxy
                .as_ref()
                .is_some_and(SystemProxy::is_decided_by_script),
        proxies,
        resolver: match way.resolver.is_empty() {
            true => Resolver::System,
            false => Resolver::At(way.resolver.clone()),
        },
        browsers: browsers
            .into_iter()
            .map(|browser| Newest {
                known: browser.newest,
                expected: browser.newest_by(lists::today()),
                name: browser.name,
            })
            .collect(),
        ..Settings::default()
    };
    let shows_progress = terminal::is_terminal();
    let progress = |progress: Progress<'_>| {
        if shows_progress {
            let Progress {
                done,
                of,
                host,
                verdict,
            } = progress;
            terminal::talk(&format!("{done} of {of}: {host}: {}", verdict.word()));
        }
    };
    let gateway = gateway(center, side, way.gateway.as_deref());
    let (rows, machine) = tokio::join!(
        headset_probe::check(&targets, &settings, &progress),
        headset_probe::machine(gateway.as_deref(), &settings)
    );
    let home = center.region(RegionOf::Connect);
    let latency = match home {
        Some(home) => headset_probe::latency(&near(home), &settings).await,
        None => Vec::new(),
    };
    let (watched, load) = match way.watch {
        Some(whole) => {
            // A watch that is stopped says what it has seen until then.
            let _listens = followed.by_a_run();
            let mut signals = Signals::new();
            let stopped = CancellationToken::new();
            let stop = async {
                signals.next().await;
                stopped.cancel();
            };
            let watch = headset_probe::watch(&targets, &settings, BETWEEN_LOOKS, whole, stop, &seen);
            let loads = headset_probe::loads(BETWEEN_LOOKS, whole, stopped.cancelled());
            let (watched, load) = tokio::join!(watch, loads);
            (watched, Some(load))
        }
        None => (Vec::new(), None),
    };
    Ok(NetworkCheck {
        environment: center.environment.clone(),
        side: side.word(),
        proxy: settings.proxies.proxy().map(ToString::to_string),
        system_proxy,
        machine,
        seed: settings.seed,
        clock: headset_probe::clock(&rows, settings.limits),
        rows,
        advice: headset_probe::advice(&latency, home.unwrap_or_default()),
        home: home.map(str::to_owned),
        latency,
        watched,
        load,
    })
}

/// The same beside what asks a cloud, on a clock of its own: the simulation's does not measure it.
pub(in crate::cli) async fn beside(
    center: Center,
    side: Side,
    way: Way,
    followed: &Followed,
) -> Result<NetworkCheck, Failure> {
    let followed = followed.clone();
    let found = tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(tried(&center, side, &way, &followed))
    });
    found
        .await
        .map_err(|error| Failure::new(format!("the check of the network did not end: {error}")))?
}

/// What stands for the desktops: the gateway that was given, or AppStream's own host in their region. The hosts of gateways differ
/// from session to session, and no page lists them. Inside a session there is no way to it.
pub(super) fn gateway(center: &Center, side: Side, given: Option<&str>) -> Option<String> {
    let region = center
        .region(RegionOf::Appstream)
        .filter(|_| side == Side::Agent)?;
    let own = || format!("appstream2.{region}.amazonaws.com");
    Some(given.map_or_else(own, str::to_owned))
}

/// How long `--watch` waits between two looks.
const BETWEEN_LOOKS: Duration = Duration::from_secs(60);

/// Says at once what `--watch` finds that a call would suffer from: it may be stopped before its end.
fn seen(look: &Measurement<'_>) {
    if let Some(cause) = &look.check.cause {
        let after = span(look.at);
        terminal::warn(&format!("after {after}: {}: {}", look.check.host, cause.says()));
    }
}

/// The proxy that was given, or that the environment names, or that the system's settings name.
fn proxies(given: Option<&str>, system: Option<&SystemProxy>) -> Result<Proxies, Failure> {
    let variable = |name: &str| std::env::var(name).ok();
    let read = match given {
        Some("none") => Ok(Proxies::none()),
        Some(text) => {
            let no_proxy = variable("no_proxy").or_else(|| variable("NO_PROXY"));
            Proxy::read(text).map(|proxy| Proxies::through(proxy, &no_proxy.unwrap_or_default()))
        }
        None => Proxies::from_environment(variable).and_then(|found| match (found.proxy(), system) {
            (
                None,
                Some(SystemProxy {
                    proxy: Some(place),
                    direct,
                    ..
                }),
            ) => Proxy::read(place).map(|proxy| Proxies::through(proxy, direct)),
            _ => Ok(found),
        }),
    };
    // What was given may hold a password: it is not repeated.
    read.map_err(|error| {
        let what = match given {
            Some(_) => "--proxy",
            None => "HTTPS_PROXY, ALL_PROXY or the system's settings",
        };
        Failure::usage(format!("{what} names no proxy that can be used: {error}"))
            .help("give another one with --proxy, or `--proxy none`")
    })
}

/// The regions of Connect in the partition of one, each by the host of its API.
pub(super) fn near(home: &str) -> Vec<Region> {
    let partition = regions::partition_of(home);
    regions::with(Has::Connect)
        .into_iter()
        .filter(|region| regions::is_in_partition(region, partition))
        .map(|region| Region {
            name: region.to_owned(),
            host: format!("connect.{region}.amazonaws.com"),
            port: 443,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_taken_from_what_a_browser_shows() {
        let host = "a1.transport.connect.eu-west-2.amazonaws.com";
        for text in [
            host,
            "wss://a1.transport.connect.eu-west-2.amazonaws.com/prod?X-Amz-Signature=secret",
            "https://A1.transport.connect.eu-west-2.amazonaws.com:443/",
            "a1.transport.connect.eu-west-2.amazonaws.com.",
        ] {
            assert_eq!(seen_host(text).as_deref(), Ok(host), "{text}");
        }
        for wrong in [
            "",
            "localhost",
            "*.example.com",
            "wss://ana:secret@a.example.com/",
            "a b.c",
        ] {
            let error = seen_host(wrong).unwrap_err();
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_name_server_has_an_address_and_a_port_that_can_be_asked() {
        assert_eq!(name_server("192.0.2.1"), Ok("192.0.2.1:53".parse().unwrap()));
        assert_eq!(name_server("[::1]:5353"), Ok("[::1]:5353".parse().unwrap()));
        for wrong in [":0", "192.0.2.1:0", "0.0.0.0", "192.0.2.1:dns", "resolver"] {
            assert!(name_server(wrong).is_err(), "{wrong}");
        }
    }
}
