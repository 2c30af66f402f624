//! What an address in an answer of DNS means for a name that is public.

use std::net::{IpAddr, Ipv4Addr};

/// Where an address leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Into the internet.
    Public,
    /// Into a private network: an endpoint of the company's own, or a page that says that the name is blocked. Whether it is
    /// one or the other shows when it is tried.
    Private,
    /// Nowhere: filters answer so for names that they block.
    Nowhere,
}

/// The IPv4 address that an IPv6 address stands for, or the address itself.
fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

fn of_v4(v4: Ipv4Addr) -> Reach {
    let [a, b, ..] = v4.octets();
    match (a, b) {
        (0 | 127, _) | (169, 254) => Reach::Nowhere,
        // 100.64.0.0/10 is shared by carriers, and by companies' cloud proxies; 198.18.0.0/15 is for benchmarks.
        (100, 64..=127) | (198, 18 | 19) => Reach::Private,
        _ if v4.is_private() => Reach::Private,
        _ if v4.is_broadcast() || v4.is_multicast() || v4.is_documentation() => Reach::Nowhere,
        _ => Reach::Public,
    }
}

pub(crate) fn reach(address: IpAddr) -> Reach {
    match plain(address) {
        IpAddr::V4(v4) => of_v4(v4),
        IpAddr::V6(v6) if v6.is_unspecified() || v6.is_loopback() || v6.is_unicast_link_local() => {
            Reach::Nowhere
        }
        IpAddr::V6(v6) if v6.is_multicast() => Reach::Nowhere,
        IpAddr::V6(v6) if v6.is_unique_local() => Reach::Private,
        IpAddr::V6(_) => Reach::Public,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_filters_answer_is_told_from_the_internet() {
        for (address, expected) in [
            ("15.193.0.1", Reach::Public),
            ("2600:f0f2:7100::1", Reach::Public),
            ("0.0.0.0", Reach::Nowhere),
            ("127.0.0.1", Reach::Nowhere),
            ("::", Reach::Nowhere),
            ("::1", Reach::Nowhere),
            ("::ffff:127.0.0.1", Reach::Nowhere),
            ("169.254.1.1", Reach::Nowhere),
            ("192.0.2.7", Reach::Nowhere),
            ("10.1.2.3", Reach::Private),
            ("172.31.255.1", Reach::Private),
            ("172.32.0.1", Reach::Public),
            ("192.168.0.1", Reach::Private),
            ("100.64.0.1", Reach::Private),
            ("fd00::1", Reach::Private),
        ] {
            assert_eq!(reach(address.parse().unwrap()), expected, "{address}");
        }
    }
}
