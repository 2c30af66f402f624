//! The machine on which a check runs: whether an agent can work at it, and which way it goes.
//!
//! Only what the system tells without privileges. What it does not tell is unknown.

mod browser;
mod command;
mod fact;
mod hardware;
mod load;
mod path;
mod system_proxy;

use std::net::SocketAddr;

use crate::dns;
use crate::settings::Settings;
use command::said;
use hardware::Told;

pub use fact::{Fact, Fitness};
pub use load::{Load, Loads, loads};
pub use system_proxy::SystemProxy;

/// What Windows says of itself: `key=value`, a line each. `{address}` is that of the desktops.
const WINDOWS: &str = include_str!("windows.ps1");

/// The address of a script's hole where there are no desktops.
const NOWHERE: &str = "";

/// The proxy that the system's settings name.
pub async fn system_proxy() -> Option<SystemProxy> {
    let windows = windows(NOWHERE).await;
    system_proxy::read(windows.as_ref()).await
}

/// What is known of this machine, and of its way to the desktops, which are behind a host.
pub async fn machine(gateway: Option<&str>, settings: &Settings) -> Vec<Fact> {
    let has_desktops = gateway.is_some();
    let gateway = match gateway {
        Some(host) => address(host, settings).await,
        None => None,
    };
    let text = gateway
        .map(|gateway| gateway.ip().to_string())
        .unwrap_or_default();
    let windows = windows(&text).await;
    let mut facts = hardware::facts(windows.as_ref(), &settings.browsers).await;
    let interface = windows.and_then(|told| told.texts("interface").into_iter().next());
    if has_desktops {
        facts.extend(path::facts(gateway, interface).await);
    }
    facts
}

async fn address(host: &str, settings: &Settings) -> Option<SocketAddr> {
    if let Some(address) = settings.connect_to.get(host) {
        return Some(*address);
    }
    let found = dns::resolve(&settings.resolver, host, settings.deadlines.dns, settings.seed).await;
    found.addresses.first().map(|ip| SocketAddr::new(*ip, 443))
}

async fn windows(address: &str) -> Option<Told> {
    if !cfg!(target_os = "windows") {
        return None;
    }
    let script = WINDOWS.replace("{address}", address);
    let told = said(
        "powershell",
        &["-NoProfile", "-NonInteractive", "-Command", &script],
    )
    .await;
    Some(Told::read(&told.unwrap_or_default()))
}
