//! Ranges of addresses, as AWS's policies and security groups write them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range of addresses: `203.0.113.0/24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cidr {
    network: IpAddr,
    bits: u8,
}

/// Why a text is no range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoCidr {
    /// It is no address with a slash and a number of bits.
    Malformed,
    /// It is one address, which would be this range.
    Address(Cidr),
    /// The address has bits beyond those of the range, which would be this one.
    HostBits(Cidr),
}

impl Cidr {
    /// Reads a range.
    ///
    /// # Errors
    /// If it is none, or not in the one form that AWS keeps.
    pub fn parse(text: &str) -> Result<Cidr, NoCidr> {
        let Some((address, bits)) = text.split_once('/') else {
            let network: IpAddr = text.parse().map_err(|_| NoCidr::Malformed)?;
            let bits = width(network);
            return Err(NoCidr::Address(Cidr { network, bits }));
        };
        let address: IpAddr = address.parse().map_err(|_| NoCidr::Malformed)?;
        let is_number = !bits.is_empty() && bits.bytes().all(|digit| digit.is_ascii_digit());
        let is_plain = is_number && (bits == "0" || !bits.starts_with('0'));
        let bits: u8 = bits.parse().ok().filter(|_| is_plain).ok_or(NoCidr::Malformed)?;
        if bits > width(address) {
            return Err(NoCidr::Malformed);
        }
        let network = masked(address, bits);
        match network == address {
            true => Ok(Cidr { network, bits }),
            false => Err(NoCidr::HostBits(Cidr { network, bits })),
        }
    }

    /// How many bits all of its addresses share.
    pub fn bits(&self) -> u8 {
        self.bits
    }

    /// Whether it is one of IPv4.
    pub fn is_v4(&self) -> bool {
        self.network.is_ipv4()
    }

    /// Whether all of its addresses are for networks of one's own, which no packet on the internet comes from.
    pub fn is_private(&self) -> bool {
        match self.network {
            IpAddr::V4(network) => PRIVATE.iter().any(|(private, bits)| {
                self.bits >= *bits && masked(network.into(), *bits) == IpAddr::V4(*private)
            }),
            IpAddr::V6(network) => self.bits >= 7 && (network.segments()[0] & 0xfe00) == 0xfc00,
        }
    }

    /// Whether some of its addresses stand for no machine on the internet: those of the machine itself, of its own wire, of
    /// many at once, and those that are kept for later.
    pub fn is_special(&self) -> bool {
        let range = |text: &str| Cidr::parse(text).ok();
        SPECIAL
            .iter()
            .filter_map(|text| range(text))
            .any(|special| special.holds(self) || self.holds(&special))
    }

    /// Whether the other range lies in this one.
    pub fn holds(&self, other: &Cidr) -> bool {
        self.is_v4() == other.is_v4()
            && self.bits <= other.bits
            && masked(other.network, self.bits) == self.network
    }
}

/// IANA's registries of special-purpose and of multicast addresses.
const SPECIAL: [&str; 9] = [
    "0.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/128",
    "::1/128",
    "fe80::/10",
    "ff00::/8",
];

/// RFC 1918, and what providers use behind their own translation (RFC 6598).
const PRIVATE: [(Ipv4Addr, u8); 4] = [
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
];

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn masked(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            Ipv4Addr::from_bits(address.to_bits() & mask).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            Ipv6Addr::from_bits(address.to_bits() & mask).into()
        }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Cidr {
        Cidr::parse(text).unwrap_or_else(|why| panic!("{text}: {why:?}"))
    }

    #[test]
    fn a_range_reads_as_it_is_written() {
        for text in [
            "0.0.0.0/0",
            "203.0.113.0/24",
            "203.0.113.7/32",
            "::/0",
            "2001:db8::/32",
            "2001:db8::1/128",
        ] {
            assert_eq!(range(text).to_string(), text);
        }
    }

    #[test]
    fn what_is_no_range_says_which_one_it_may_mean() {
        assert_eq!(
            Cidr::parse("203.0.113.7"),
            Err(NoCidr::Address(range("203.0.113.7/32")))
        );
        assert_eq!(
            Cidr::parse("203.0.113.7/24"),
            Err(NoCidr::HostBits(range("203.0.113.0/24")))
        );
        assert_eq!(
            Cidr::parse("2001:db8::1/32"),
            Err(NoCidr::HostBits(range("2001:db8::/32")))
        );
        for text in [
            "",
            "/",
            "1.2.3/8",
            "1.2.3.4/33",
            "::/129",
            "1.2.3.4/08",
            "1.2.3.4/+8",
            "host/8",
            "1.2.3.4/",
        ] {
            assert_eq!(Cidr::parse(text), Err(NoCidr::Malformed), "{text}");
        }
    }

    #[test]
    fn private_networks_are_known() {
        for text in [
            "10.0.0.0/8",
            "10.1.0.0/16",
            "172.31.0.0/16",
            "192.168.1.0/24",
            "100.64.0.0/10",
            "fd00::/8",
        ] {
            assert!(range(text).is_private(), "{text}");
        }
        for text in [
            "8.0.0.0/7",
            "172.32.0.0/16",
            "192.0.0.0/8",
            "203.0.113.0/24",
            "2001:db8::/32",
        ] {
            assert!(!range(text).is_private(), "{text}");
        }
    }

    #[test]
    fn a_range_holds_what_is_in_it() {
        assert!(range("203.0.113.0/24").holds(&range("203.0.113.128/25")));
        assert!(!range("203.0.113.0/24").holds(&range("203.0.112.0/23")));
        assert!(!range("0.0.0.0/0").holds(&range("::/0")));
    }

    #[test]
    fn what_no_machine_on_the_internet_has_is_special() {
        for text in [
            "127.0.0.0/8",
            "127.0.0.1/32",
            "239.1.0.0/16",
            "169.254.169.254/32",
            "ff02::/32",
            "::1/128",
            "126.0.0.0/7",
        ] {
            assert!(range(text).is_special(), "{text}");
        }
        for text in ["203.0.113.0/24", "128.0.0.0/9", "2001:db8::/32", "10.0.0.0/8"] {
            assert!(!range(text).is_special(), "{text}");
        }
    }
}
