//! The way to a host: by which interface it leaves, how many hops it has, and how long it takes.

use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, timeout};

use super::command::said;
use super::fact::{Fact, Fitness};

const VPN: (&str, &str) = ("VPN", "streams of desktops and calls go past it");
const HOPS: (&str, &str) = (
    "way to the desktops",
    "few hops, and a round trip of at most 150 ms",
);

/// More hops than this are not tried: no host is farther.
const MOST_HOPS: u32 = 40;
/// How long a connection may take that is tried for its hops.
const PATIENCE: Duration = Duration::from_secs(2);
/// The longest round trip at which a streamed desktop is of use for office work (AppStream's guide, recommendations for bandwidth).
const LONGEST: Duration = Duration::from_millis(150);

/// Both facts of the way to a host whose address may not be known.
pub(super) async fn facts(gateway: Option<SocketAddr>, interface: Option<String>) -> Vec<Fact> {
    let Some(gateway) = gateway else {
        let nowhere = "the address of the desktops is not known here";
        return [VPN, HOPS]
            .map(|(about, needed)| Fact::new(about, needed, nowhere, Fitness::Unknown))
            .into();
    };
    let interface = match interface {
        Some(interface) => Some(interface),
        None => interface_to(gateway.ip()).await,
    };
    vec![vpn(interface.as_deref()), way(gateway).await]
}

fn vpn(interface: Option<&str>) -> Fact {
    let (about, needed) = VPN;
    match interface {
        None => Fact::unknown(about, needed),
        Some(name) if is_tunnel(name) => Fact::new(
            about,
            needed,
            format!("the way to the desktops leaves by `{name}`, a tunnel"),
            Fitness::Short,
        ),
        Some(name) => Fact::new(
            about,
            needed,
            format!("the way to the desktops leaves by `{name}`, no tunnel by its name"),
            Fitness::Enough,
        ),
    }
}

/// Whether an interface is a tunnel, by the names that VPNs give theirs.
fn is_tunnel(name: &str) -> bool {
    const BEGINNINGS: [&str; 9] = [
        "tun", "tap", "wg", "ppp", "utun", "ipsec", "gpd", "cscotun", "nordlynx",
    ];
    const PARTS: [&str; 6] = [
        "vpn",
        "wireguard",
        "anyconnect",
        "globalprotect",
        "zscaler",
        "tap-windows",
    ];
    let name = name.to_ascii_lowercase();
    BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
        || PARTS.iter().any(|part| name.contains(part))
}

/// The interface by which packets to an address leave.
async fn interface_to(address: IpAddr) -> Option<String> {
    if cfg!(target_os = "macos") {
        let told = said("route", &["-n", "get", &address.to_string()]).await?;
        let name = told
            .lines()
            .find_map(|line| line.trim().strip_prefix("interface:"))?;
        return Some(name.trim().to_owned());
    }
    let IpAddr::V4(address) = address else {
        return None;
    };
    of_table(&fs::read_to_string("/proc/net/route").ok()?, address)
}

/// The interface of the narrowest route that holds an address, by Linux' table, which has numbers of the machine's own order.
fn of_table(table: &str, address: Ipv4Addr) -> Option<String> {
    let address = u32::from_ne_bytes(address.octets());
    let routes = table.lines().skip(1).filter_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let number = |at: usize| u32::from_str_radix(columns.get(at)?, 16).ok();
        let (to, mask) = (number(1)?, number(7)?);
        let metric: u32 = columns.get(6)?.parse().ok()?;
        (address & mask == to).then(|| {
            (
                mask.count_ones(),
                std::cmp::Reverse(metric),
                columns[0].to_owned(),
            )
        })
    });
    routes.max().map(|(_, _, name)| name)
}

/// Hops and round trip: a connection comes about if its packets may pass as many routers as there are.
async fn way(gateway: SocketAddr) -> Fact {
    let (about, needed) = HOPS;
    let begun = Instant::now();
    match timeout(PATIENCE * 3, TcpStream::connect(gateway)).await {
        Ok(Ok(_)) => {}
        _ => {
            return Fact::new(
                about,
                needed,
                format!("{gateway} was not reached directly"),
                Fitness::Unknown,
            );
        }
    }
    let taken = begun.elapsed();
    let millis = taken.as_secs_f64() * 1000.0;
    let fitness = match taken <= LONGEST {
        true => Fitness::Enough,
        false => Fitness::Short,
    };
    let found = match hops(gateway).await {
        Some(hops) => format!("{hops} hops, round trip {millis:.0} ms"),
        None => format!("round trip {millis:.0} ms; the number of hops is not known"),
    };
    Fact::new(about, needed, found, fitness)
}

/// The least time to live with which a connection comes about.
async fn hops(to: SocketAddr) -> Option<u32> {
    if !reaches(to, MOST_HOPS).await? {
        return None;
    }
    // With `low` it does not reach, with `high` it does.
    let (mut low, mut high) = (0, MOST_HOPS);
    while high - low > 1 {
        let middle = u32::midpoint(low, high);
        match reaches(to, middle).await? {
            true => high = middle,
            false => low = middle,
        }
    }
    Some(high)
}

/// Whether a connection with this time to live comes about; none if it cannot be tried.
async fn reaches(to: SocketAddr, ttl: u32) -> Option<bool> {
    let SocketAddr::V4(_) = to else {
        return None;
    };
    let socket = TcpSocket::new_v4().ok()?;
    set_ttl(&socket, ttl).ok()?;
    let connected = timeout(PATIENCE, socket.connect(to)).await;
    Some(matches!(connected, Ok(Ok(_))))
}

/// The standard library sets it on its own type, which is made of a second handle of the same socket.
#[cfg(unix)]
fn set_ttl(socket: &TcpSocket, ttl: u32) -> io::Result<()> {
    use std::os::fd::AsFd as _;
    std::net::TcpStream::from(socket.as_fd().try_clone_to_owned()?).set_ttl(ttl)
}

/// The same on Windows.
#[cfg(windows)]
fn set_ttl(socket: &TcpSocket, ttl: u32) -> io::Result<()> {
    use std::os::windows::io::AsSocket as _;
    std::net::TcpStream::from(socket.as_socket().try_clone_to_owned()?).set_ttl(ttl)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_route_says_by_which_interface_packets_leave() {
        let hex = |address: [u8; 4]| format!("{:08X}", u32::from_ne_bytes(address));
        let line = |name: &str, to: [u8; 4], mask: [u8; 4], metric: u32| {
            format!(
                "{name}\t{}\t00000000\t0003\t0\t0\t{metric}\t{}\t0\t0\t0\n",
                hex(to),
                hex(mask)
            )
        };
        let table = [
            "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n".to_owned(),
            line("wlan0", [0; 4], [0; 4], 600),
            line("eth0", [0; 4], [0; 4], 100),
            line("tun0", [10, 0, 0, 0], [255, 0, 0, 0], 50),
        ]
        .concat();
        let to = |address: &str| of_table(&table, address.parse().unwrap());
        assert_eq!(to("10.1.2.3").as_deref(), Some("tun0"));
        assert_eq!(to("192.0.2.1").as_deref(), Some("eth0"));
        assert_eq!(of_table("Iface\n", [192, 0, 2, 1].into()), None);
        assert_eq!(vpn(Some("tun0")).fitness, Fitness::Short);
        assert_eq!(vpn(Some("Acme VPN Adapter")).fitness, Fitness::Short);
        assert_eq!(vpn(Some("eth0")).fitness, Fitness::Enough);
        assert_eq!(vpn(None).fitness, Fitness::Unknown);
    }

    #[tokio::test]
    async fn a_host_next_door_is_one_hop_away() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        assert_eq!(hops(listener.local_addr().unwrap()).await, Some(1));
        let silent = way("127.0.0.1:9".parse().unwrap()).await;
        assert_eq!(silent.fitness, Fitness::Unknown);
    }
}
