//! AWS's file of address ranges: reading it, and the fewest ranges of what is asked for.

use std::fmt;

use ipnet::IpNet;
use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::data::{Take, TakeBy, Wanted};
use crate::terms::as_text;

/// The address at which AWS publishes the file.
pub const URL: &str = "https://ip-ranges.amazonaws.com/ip-ranges.json";
/// What is asked for by this name is everywhere.
pub const GLOBAL: &str = "GLOBAL";
/// The most bytes that are read of such a file. In 2026 it has about two million.
pub const LARGEST: u64 = 32 << 20;
/// The form of `createDate`.
const CREATED: &str = "%Y-%m-%d-%H-%M-%S";

/// What AWS has published.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranges {
    /// Which publication it is.
    pub stamp: Stamp,
    entries: Vec<Entry>,
}

/// Which publication it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stamp {
    /// AWS's token of the publication.
    pub sync_token: String,
    /// When AWS made the file.
    pub created: Timestamp,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Entry {
    /// Whose they are.
    pub service: String,
    /// Where.
    pub region: String,
    /// The addresses.
    #[serde(serialize_with = "as_text")]
    pub range: IpNet,
}

/// Why a file is not taken.
#[derive(Debug, PartialEq)]
pub struct BadRanges(String);

impl fmt::Display for BadRanges {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

impl std::error::Error for BadRanges {}

/// The file's form (VPC user guide, "AWS IP address ranges JSON"): what it has beside is let be.
#[derive(Deserialize)]
struct File {
    #[serde(rename = "syncToken")]
    sync_token: String,
    #[serde(rename = "createDate")]
    create_date: String,
    prefixes: Vec<V4>,
    ipv6_prefixes: Vec<V6>,
}

#[derive(Deserialize)]
struct V4 {
    ip_prefix: String,
    region: String,
    service: String,
}

#[derive(Deserialize)]
struct V6 {
    ipv6_prefix: String,
    region: String,
    service: String,
}

impl Ranges {
    /// Reads the file.
    ///
    /// # Errors
    /// If it is cut short, or is another file.
    pub fn read(text: &str) -> Result<Ranges, BadRanges> {
        let bad = |why: String| BadRanges(format!("it is not AWS's file of address ranges: {why}"));
        if text.trim_start().starts_with('<') {
            return Err(bad("it is a web page, perhaps that of a proxy".to_owned()));
        }
        let file: File = serde_json::from_str(text).map_err(|error| match error.is_eof() {
            true => BadRanges(format!(
                "it ends in the middle (line {}): the download was cut short",
                error.line()
            )),
            false => bad(error.to_string()),
        })?;
        if file.sync_token.is_empty() || !file.sync_token.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(bad(format!("its syncToken is `{}`", file.sync_token)));
        }
        let created = DateTime::strptime(CREATED, &file.create_date)
            .and_then(|created| created.in_tz("UTC"))
            .map_err(|_| bad(format!("its createDate is `{}`", file.create_date)))?
            .timestamp();
        let v4 = file
            .prefixes
            .into_iter()
            .map(|v4| (v4.ip_prefix, v4.region, v4.service, true));
        let v6 = file
            .ipv6_prefixes
            .into_iter()
            .map(|v6| (v6.ipv6_prefix, v6.region, v6.service, false));
        let mut entries = Vec::new();
        for (text, region, service, is_v4) in v4.chain(v6) {
            let range: Option<IpNet> = text.parse().ok();
            let good =
                range.filter(|range| matches!(range, IpNet::V4(_)) == is_v4 && range.trunc() == *range);
            let Some(range) = good else {
                return Err(bad(format!("`{text}` of {service} in {region} is no such range")));
            };
            if region.is_empty() || service.is_empty() {
                return Err(bad(format!("`{text}` has no region or no service")));
            }
            if !is_held(&range) {
                return Err(bad(format!(
                    "`{text}` of {service} in {region} holds addresses that are not AWS's"
                )));
            }
            entries.push(Entry {
                service,
                region,
                range,
            });
        }
        if !entries.iter().any(|entry| entry.service == "AMAZON_CONNECT") {
            return Err(bad("it names no ranges of AMAZON_CONNECT".to_owned()));
        }
        entries.sort();
        entries.dedup();
        Ok(Ranges {
            stamp: Stamp {
                sync_token: file.sync_token,
                created,
            },
            entries,
        })
    }

    /// Holds this publication against one that is known: what is older, or lacks a whole service, shows no ranges that went.
    ///
    /// # Errors
    /// If it is older, or names no ranges of a service of which the known one has some.
    pub fn follows(&self, known: &Ranges) -> Result<(), BadRanges> {
        if self.stamp.created < known.stamp.created {
            return Err(BadRanges(format!(
                "it was made at {}, before the file that it is compared with ({})",
                self.stamp.created, known.stamp.created
            )));
        }
        let has =
            |ranges: &Ranges, service: &str| ranges.entries.iter().any(|entry| entry.service == service);
        for entry in &known.entries {
            if !has(self, &entry.service) {
                return Err(BadRanges(format!(
                    "it names no ranges of {}, of which the file that it is compared with has some",
                    entry.service
                )));
            }
        }
        Ok(())
    }

    /// The entries, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries that are asked for, for a region.
    pub fn chosen<'r>(&'r self, wanted: &'r Wanted, region: Option<&'r str>) -> Vec<&'r Entry> {
        let of = |region: &str| -> Vec<&'r Entry> {
            self.entries
                .iter()
                .filter(|entry| entry.service == wanted.service && entry.region == region)
                .collect()
        };
        match &wanted.take {
            Take::By(TakeBy::All) => self
                .entries
                .iter()
                .filter(|entry| entry.service == wanted.service)
                .collect(),
            Take::By(TakeBy::GlobalAndRegion) => {
                let mut found = of(GLOBAL);
                found.extend(region.map(of).unwrap_or_default());
                found
            }
            Take::By(TakeBy::RegionElseGlobal) => match region.map(of) {
                Some(own) if !own.is_empty() => own,
                _ => of(GLOBAL),
            },
            Take::Regions(regions) => regions.iter().flat_map(|region| of(region)).collect(),
        }
    }

    /// What is asked for, for a region, in the fewest ranges.
    pub fn collapsed(&self, wanted: &Wanted, region: Option<&str>) -> Vec<IpNet> {
        collapse(self.chosen(wanted, region).into_iter().map(|entry| entry.range))
    }
}

/// Whether one company can hold all of a range: IANA gives out no more than a /8, or a /12 of IPv6, and none of the addresses
/// that lead into one's own network.
fn is_held(range: &IpNet) -> bool {
    match range {
        IpNet::V4(range) => {
            let first = range.network();
            let is_own = first.is_private() || first.is_loopback() || first.is_link_local();
            range.prefix_len() >= 8 && first.octets()[0] != 0 && !is_own && !first.is_multicast()
        }
        // What is given out to use in the internet is all in 2000::/3.
        IpNet::V6(range) => range.prefix_len() >= 12 && range.network().segments()[0] >> 13 == 1,
    }
}

/// Exactly the same addresses in the fewest ranges, IPv4 first.
pub fn collapse(ranges: impl IntoIterator<Item = IpNet>) -> Vec<IpNet> {
    let mut collapsed = IpNet::aggregate(&ranges.into_iter().collect());
    collapsed.sort();
    collapsed
}

/// Whether all addresses of a range are in collapsed ranges.
pub fn covers(collapsed: &[IpNet], range: &IpNet) -> bool {
    collapsed.iter().any(|wider| wider.contains(range))
}

#[cfg(test)]
pub(crate) mod tests {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::*;

    /// A made-up file in the documented form. Its addresses are those that AWS gives Amazon Connect, and examples.
    pub(crate) const FILE: &str = include_str!("../tests/ip-ranges.json");

    pub(crate) fn wanted(service: &str, by: TakeBy) -> Wanted {
        Wanted {
            service: service.to_owned(),
            take: Take::By(by),
        }
    }

    #[test]
    fn what_is_older_or_lacks_a_service_follows_nothing() {
        let known = Ranges::read(FILE).unwrap();
        assert_eq!(known.follows(&known), Ok(()));
        let mut older = known.clone();
        older.stamp.created = Timestamp::UNIX_EPOCH;
        assert_eq!(known.follows(&older), Ok(()));
        let (was, is) = (known.stamp.created, older.stamp.created);
        assert_eq!(
            older.follows(&known).unwrap_err().to_string(),
            format!("it was made at {is}, before the file that it is compared with ({was})")
        );
        let mut cut = known.clone();
        cut.entries.retain(|entry| entry.service != "CLOUDFRONT");
        assert_eq!(known.follows(&cut), Ok(()));
        assert_eq!(
            cut.follows(&known).unwrap_err().to_string(),
            "it names no ranges of CLOUDFRONT, of which the file that it is compared with has some"
        );
    }

    fn texts(ranges: &[IpNet]) -> Vec<String> {
        ranges.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_region_has_its_own_ranges_and_the_global_ones() {
        let file = Ranges::read(FILE).unwrap();
        assert_eq!(file.stamp.sync_token, "1793451600");
        assert_eq!(file.stamp.created.to_string(), "2026-10-31T13:00:00Z");
        let connect = wanted("AMAZON_CONNECT", TakeBy::GlobalAndRegion);
        // The /24 of the region lies in the global /19; the others of the region do not.
        assert_eq!(
            texts(&file.collapsed(&connect, Some("eu-central-1"))),
            [
                "15.193.0.0/19",
                "18.184.2.128/25",
                "35.158.127.64/26",
                "2600:f0f2:7100::/40"
            ]
        );
        assert_eq!(
            texts(&file.collapsed(&connect, Some("eu-west-2"))),
            ["15.193.0.0/19", "2600:f0f2:7100::/40"]
        );
        let ec2 = wanted("EC2", TakeBy::RegionElseGlobal);
        assert_eq!(
            texts(&file.collapsed(&ec2, Some("eu-west-2"))),
            ["198.51.100.0/25", "2001:db8:2::/47"],
            "two halves are one"
        );
        assert_eq!(
            texts(&file.collapsed(&ec2, Some("ca-west-1"))),
            ["192.0.2.0/25"],
            "without a range of its own it has the global ones"
        );
        let cloudfront = wanted("CLOUDFRONT", TakeBy::All);
        assert_eq!(
            texts(&file.collapsed(&cloudfront, None)),
            ["203.0.113.0/25", "203.0.113.192/26", "2001:db8:c000::/48"],
            "of every region, and none of the origins' side"
        );
        let two = Wanted {
            service: "S3".to_owned(),
            take: Take::Regions(vec!["us-east-1".to_owned(), "us-west-2".to_owned()]),
        };
        assert_eq!(texts(&file.collapsed(&two, None)), ["192.0.2.192/27"]);
    }

    #[test]
    fn what_is_not_the_file_is_refused() {
        for (text, why) in [
            (FILE.split_at(FILE.len() / 2).0.to_owned(), "ends in the middle"),
            (String::new(), "ends in the middle"),
            ("<html><body>Sign in</body></html>".to_owned(), "web page"),
            ("{}".to_owned(), "syncToken"),
            ("[]".to_owned(), "not AWS's file"),
            (FILE.replace("1793451600", "soon"), "syncToken is `soon`"),
            (
                FILE.replace("2026-10-31-13-00-00", "yesterday"),
                "createDate is `yesterday`",
            ),
            (FILE.replace("15.193.0.0/19", "15.193.0.1/19"), "15.193.0.1/19"),
            (FILE.replace("15.193.0.0/19", "2600:f0f2::/40"), "2600:f0f2::/40"),
            (FILE.replace("15.193.0.0/19", "15.193.0.0/33"), "15.193.0.0/33"),
            (FILE.replace("15.193.0.0/19", "0.0.0.0/0"), "not AWS's"),
            (FILE.replace("15.193.0.0/19", "15.0.0.0/7"), "15.0.0.0/7"),
            (FILE.replace("15.193.0.0/19", "14.0.0.0/7"), "not AWS's"),
            (FILE.replace("15.193.0.0/19", "10.0.0.0/16"), "not AWS's"),
            (FILE.replace("2600:f0f2:7100::/40", "::/0"), "not AWS's"),
            (FILE.replace("2600:f0f2:7100::/40", "fd00::/32"), "not AWS's"),
            (FILE.replace("AMAZON_CONNECT", "AMAZON"), "names no ranges"),
            (FILE.replace("ipv6_prefixes", "prefixes6"), "ipv6_prefixes"),
        ] {
            let refused = Ranges::read(&text).unwrap_err().to_string();
            assert!(refused.contains(why), "{why}: {refused}");
        }
    }

    #[test]
    fn what_aws_adds_to_the_form_is_let_be() {
        let more = FILE.replacen("\"syncToken\"", "\"future\": {\"a\": 1}, \"syncToken\"", 1);
        assert_eq!(Ranges::read(&more).unwrap(), Ranges::read(FILE).unwrap());
    }

    fn v4() -> impl Strategy<Value = IpNet> {
        // Near each other, so that they overlap, touch and contain each other.
        (0u32..1024, 20u8..=32).prop_map(|(low, bits)| {
            let address = IpAddr::V4(Ipv4Addr::from(0x0a00_0000 | low << 4));
            IpNet::new(address, bits).unwrap().trunc()
        })
    }

    fn v6() -> impl Strategy<Value = IpNet> {
        (0u128..1024, 110u8..=128).prop_map(|(low, bits)| {
            let address = IpAddr::V6(Ipv6Addr::from(0x2001_0db8 << 96 | low << 6));
            IpNet::new(address, bits).unwrap().trunc()
        })
    }

    proptest! {
        #[test]
        fn collapsed_ranges_hold_exactly_the_same_addresses_in_the_fewest_ranges(
            ranges in prop::collection::vec(prop_oneof![v4(), v6()], 0..24),
            low in 0u32..0x8000,
        ) {
            let collapsed = collapse(ranges.clone());
            for range in &ranges {
                prop_assert!(covers(&collapsed, range), "{range} is lost");
            }
            // Each border of each range, and one address anywhere.
            let anywhere = [
                IpAddr::V4(Ipv4Addr::from(0x0a00_0000 | low)),
                IpAddr::V6(Ipv6Addr::from(0x2001_0db8 << 96 | u128::from(low))),
            ];
            let borders = collapsed.iter().flat_map(|range| [range.network(), range.broadcast()]);
            for address in borders.chain(anywhere) {
                let is_in = |ranges: &[IpNet]| ranges.iter().any(|range| range.contains(&address));
                prop_assert_eq!(is_in(&ranges), is_in(&collapsed), "{}", address);
            }
            for (at, one) in collapsed.iter().enumerate() {
                for other in &collapsed[at + 1..] {
                    prop_assert!(!one.contains(other) && !other.contains(one), "{one} and {other}");
                    let are_halves = one.supernet().is_some_and(|both| other.supernet() == Some(both));
                    prop_assert!(!are_halves, "{one} and {other} are one range");
                }
            }
            prop_assert_eq!(collapse(collapsed.clone()), collapsed);
        }
    }
}
