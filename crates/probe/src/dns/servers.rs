//! The name servers of this system.

use std::net::SocketAddr;

/// The name servers that the system's resolver asks; empty where they cannot be found.
#[cfg(not(windows))]
pub(crate) fn of_system() -> Vec<SocketAddr> {
    // macOS writes this file too: with the servers of its first network service.
    let Ok(text) = std::fs::read("/etc/resolv.conf") else {
        return Vec::new();
    };
    let Ok(config) = resolv_conf::Config::parse(text) else {
        return Vec::new();
    };
    let addresses = config.nameservers.iter().map(std::net::IpAddr::from);
    addresses.map(|address| SocketAddr::new(address, 53)).collect()
}

/// The name servers that the system's resolver asks; empty where they cannot be found.
#[cfg(windows)]
pub(crate) fn of_system() -> Vec<SocketAddr> {
    let Ok(adapters) = ipconfig::get_adapters() else {
        return Vec::new();
    };
    let up = adapters
        .iter()
        .filter(|adapter| adapter.oper_status() == ipconfig::OperStatus::IfOperStatusUp);
    let mut found: Vec<SocketAddr> = up
        .flat_map(|adapter| adapter.dns_servers())
        .map(|address| SocketAddr::new(*address, 53))
        .collect();
    found.dedup();
    found
}
