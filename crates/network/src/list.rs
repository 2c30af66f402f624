//! The allow-list of one environment: the rows that apply to it, with its names in their holes.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use jiff::civil::Date;
use serde::Serialize;

use crate::authority::Authority;
use crate::center::{self, Center, Filling};
use crate::changes::Followed;
use crate::data::{Endpoints, Row, Take, TakeBy, Wanted};
use crate::ranges::{GLOBAL, Ranges, Stamp};
use crate::terms::{Basis, Choice, Condition, Direction, Ports, Protocol, Side, as_texts};

/// How a list says where connections lead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// By names.
    #[default]
    Domains,
    /// By addresses where AWS publishes them, else by names.
    Addresses,
    /// Both.
    Both,
}

/// How hosts are listed that can be listed one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// By a wildcard.
    #[default]
    Wildcard,
    /// One by one.
    Hosts,
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Which sides; none are named: all.
    pub sides: Vec<Side>,
    /// How.
    pub mode: Mode,
    /// The hosts of media.
    pub turn: Names,
    /// The hosts of static files.
    pub cloudfront: Names,
    /// What holds beside what the blueprint says.
    pub also: BTreeSet<Condition>,
}

impl Asked {
    /// Whether a condition holds of an environment in the list that is asked for.
    pub(crate) fn holds(&self, center: &Center, condition: Condition) -> bool {
        let by_form = match condition {
            Condition::Addresses => self.mode != Mode::Domains,
            Condition::TurnHosts => self.turn == Names::Hosts,
            _ => false,
        };
        by_form || self.also.contains(&condition) || center.holds(condition)
    }
}

/// An allow-list.
#[derive(Clone, Debug, Serialize)]
pub struct AllowList {
    /// Of which environment.
    pub environment: String,
    /// The day of the data's oldest row that is in it.
    pub data_of: Date,
    /// The publication of the addresses, if it has some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ranges: Option<Stamp>,
    /// Its rows, side by side.
    pub rows: Vec<Allowed>,
    /// What it cannot say.
    pub notes: Vec<String>,
}

impl AllowList {
    /// What leads out of a side.
    pub fn outward(&self, side: Side) -> impl Iterator<Item = &Allowed> {
        self.rows
            .iter()
            .filter(move |row| row.side == side && row.direction == Direction::Out)
    }
}

/// One row of an allow-list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Allowed {
    /// The row of the data.
    pub id: String,
    /// Where the connection begins.
    pub side: Side,
    /// Where it leads.
    pub direction: Direction,
    /// Whose service it is.
    pub service: String,
    /// Names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// Addresses.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "as_texts")]
    pub addresses: Vec<IpNet>,
    /// Which entries of AWS's file the addresses are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entries: Option<String>,
    /// What is neither a name nor an address that is known here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Whether these words stand for names that are not known here.
    #[serde(skip)]
    pub(crate) stands_for_names: bool,
    /// Which ports.
    pub ports: Vec<Ports>,
    /// Whether WebSockets go over these connections.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub websocket: bool,
    /// Whether HTTPS is spoken at these ports although they are others.
    #[serde(skip)]
    pub is_https: bool,
    /// Why.
    pub reason: String,
    /// What to know about this row.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// Where it was read.
    pub source: String,
    /// When.
    pub read: Date,
    /// What it rests on.
    pub basis: Basis,
}

impl Allowed {
    /// Where it leads, each on its own: names, addresses, or words.
    pub fn destinations(&self) -> Vec<String> {
        let mut found = self.hosts.clone();
        found.extend(self.addresses.iter().map(ToString::to_string));
        found.extend(self.to.clone());
        if let Some(entries) = self.entries.as_ref().filter(|_| self.addresses.is_empty()) {
            found.push(entries.clone());
        }
        found
    }
}

/// The allow-list of an environment.
pub fn list(center: &Center, data: &Endpoints, asked: &Asked, ranges: Option<&Ranges>) -> AllowList {
    let wants_addresses = asked.mode != Mode::Domains;
    let is_so = |condition: &Condition| asked.holds(center, *condition);
    let sides = match asked.sides.is_empty() {
        true => Side::ALL.to_vec(),
        false => asked.sides.clone(),
    };
    let mut rows = Vec::new();
    let mut unsaid = BTreeSet::new();
    for side in sides {
        let named: Vec<(&Row, Allowed)> = data
            .rows
            .iter()
            .filter(|row| row.ranges.is_none() && row.applies(side, &is_so))
            .filter(|row| !(is_so(&Condition::Fips) && row.has_fips(center, data)))
            .flat_map(|row| {
                named(row, side, center, asked)
                    .into_iter()
                    .map(move |allowed| (row, allowed))
            })
            .collect();
        let stands_in: BTreeSet<&str> = named
            .iter()
            .flat_map(|(row, _)| row.instead.iter().map(String::as_str))
            .collect();
        let ranged: Vec<Allowed> = data
            .rows
            .iter()
            .filter(|row| row.applies(side, &is_so))
            // The way back through a firewall without state is by addresses in every list.
            .filter(|row| {
                row.direction == Direction::In || wants_addresses && stands_in.contains(row.id.as_str())
            })
            .filter_map(|row| ranged(row, side, center, ranges))
            .collect();
        let is_replaced = |row: &Row| asked.mode == Mode::Addresses && !row.instead.is_empty();
        for (row, allowed) in named {
            match is_replaced(row) {
                true => {}
                false => rows.push(allowed),
            }
        }
        rows.extend(ranged);
        if matches!(side, Side::Session | Side::Builder) && is_so(&Condition::Desktops) {
            unsaid.insert(Condition::Desktops);
        }
    }
    let mut notes: Vec<String> = data
        .not_established
        .iter()
        .filter(|gap| {
            gap.when.iter().all(|when| match when {
                Condition::Desktops => unsaid.contains(when),
                _ => is_so(when),
            })
        })
        .map(|gap| gap.what.clone())
        .collect();
    if ranges.is_none() && rows.iter().any(|row| row.entries.is_some()) {
        notes.push(
            "The addresses themselves are in AWS's file ip-ranges.json: give it with `--ranges FILE`."
                .to_owned(),
        );
    }
    let has_ranges = rows.iter().any(|row| row.entries.is_some());
    AllowList {
        environment: center.environment.clone(),
        data_of: rows
            .iter()
            .map(|row| row.read)
            .min()
            .unwrap_or_else(|| data.oldest()),
        ranges: ranges.filter(|_| has_ranges).map(|ranges| ranges.stamp.clone()),
        rows,
        notes,
    }
}

impl Row {
    fn applies(&self, side: Side, is_so: &impl Fn(&Condition) -> bool) -> bool {
        self.sides.contains(&side) && self.when.iter().all(is_so) && !self.not.iter().any(is_so)
    }

    /// Whether other rows take its place where FIPS 140 cryptography is asked for.
    pub(crate) fn has_fips(&self, center: &Center, data: &Endpoints) -> bool {
        let mut rows = self.fips.iter().filter_map(|id| data.row(id));
        rows.any(|row| row.region_in(center).is_some())
    }

    /// Its region in an environment. `None`: the environment or the region has nothing of it.
    pub(crate) fn region_in<'c>(&self, center: &'c Center) -> Option<Option<&'c str>> {
        let Some(of) = self.region_of else {
            return Some(None);
        };
        let region = center.region(of)?;
        let is_listed = |list: &[String]| list.iter().any(|one| one == region);
        let is_there = !is_listed(&self.except) && (self.only.is_empty() || is_listed(&self.only));
        is_there.then_some(Some(region))
    }

    /// The row with nothing in it that depends on the environment.
    fn allowed(&self, side: Side) -> Allowed {
        Allowed {
            id: self.id.clone(),
            side,
            direction: self.direction,
            service: self.service.clone(),
            hosts: Vec::new(),
            addresses: Vec::new(),
            entries: None,
            to: self.to.clone(),
            stands_for_names: false,
            ports: self.ports.clone(),
            websocket: self.websocket,
            is_https: false,
            reason: self.reason.clone(),
            remarks: match self.basis {
                Basis::Inferred if self.source.starts_with("https://") => {
                    vec!["no page says so: what is known of the parts leads to it".to_owned()]
                }
                Basis::Inferred | Basis::Page | Basis::Data => Vec::new(),
            },
            source: self.source.clone(),
            read: self.read,
            basis: self.basis,
        }
    }
}

/// A row that leads to names, to fixed addresses, or where words say; and one for each port of its own that a blueprint writes
/// behind a host.
fn named(row: &Row, side: Side, center: &Center, asked: &Asked) -> Vec<Allowed> {
    let Some(region) = row.region_in(center) else {
        return Vec::new();
    };
    let mut elsewhere: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    let mut allowed = row.allowed(side);
    allowed.addresses = row
        .addresses
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect();
    let wants_hosts = match row.choice {
        Some(Choice::Turn) => asked.turn == Names::Hosts,
        Some(Choice::CloudFront) => asked.cloudfront == Names::Hosts,
        None => false,
    };
    let own = region.and_then(|region| row.by_region.get(region));
    let hosts = match (wants_hosts, own) {
        (true, Some(own)) => {
            allowed.remarks.push(format!(
                "AWS adds hosts without a notice: these are of {}, and a wildcard needs no care",
                row.read
            ));
            own
        }
        (true, None) => {
            allowed.remarks.push(format!(
                "no source lists the hosts of {} one by one",
                region.unwrap_or("this region")
            ));
            &row.hosts
        }
        (false, _) => &row.hosts,
    };
    if asked.also.contains(&Condition::Fips) && !row.fips.is_empty() {
        allowed.remarks.push(format!(
            "AWS lists no host with FIPS 140 cryptography for this in {}: it is the ordinary one",
            region.unwrap_or("this region")
        ));
    }
    for host in hosts {
        let host = center::in_partition(host.replace("{region}", region.unwrap_or_default()), region);
        let Some(hole) = host.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
            allowed.hosts.push(host);
            continue;
        };
        match center.filling(hole) {
            // A dot at the end says that the name is whole: firewalls and proxies write all names so, without it.
            Filling::Hosts(found) => {
                for Authority { host, port } in found {
                    let host = host.trim_end_matches('.').to_owned();
                    match port {
                        None => allowed.hosts.push(host),
                        Some(port) => elsewhere.entry(port).or_default().push(host),
                    }
                }
            }
            Filling::Pattern(pattern, remark) => {
                allowed.hosts.push(pattern);
                allowed.remarks.push(remark.to_owned());
            }
            Filling::Words(words, remark) => {
                allowed.to = Some(words);
                allowed.stands_for_names = true;
                allowed.remarks.push(remark.to_owned());
            }
            Filling::Nothing => {}
        }
    }
    // A region's own host may be one that the row names for all regions.
    let mut seen = BTreeSet::new();
    allowed.hosts.retain(|host| seen.insert(host.clone()));
    if row.id == OLD_HOST && center.instance.as_ref().is_some_and(|instance| instance.existing) {
        allowed.remarks.push(
            "an instance from before 2021 may still be at ALIAS.awsapps.com (paths /connect/...): then allow that, too"
                .to_owned(),
        );
    }
    let others = elsewhere.into_iter().map(|(port, hosts)| Allowed {
        hosts,
        ports: vec![Ports {
            protocol: Protocol::Tcp,
            first: port,
            last: port,
        }],
        is_https: true,
        ..row.allowed(side)
    });
    let others: Vec<Allowed> = others.collect();
    let is_empty = allowed.hosts.is_empty() && allowed.addresses.is_empty() && allowed.to.is_none();
    let own = (!is_empty).then_some(allowed);
    own.into_iter().chain(others).collect()
}

/// The row whose host an old instance may have otherwise.
const OLD_HOST: &str = "connect-instance";

/// A row that leads to what AWS publishes.
fn ranged(row: &Row, side: Side, center: &Center, ranges: Option<&Ranges>) -> Option<Allowed> {
    let wanted = row.ranges.as_ref()?;
    let region = row.region_in(center)?;
    let mut allowed = row.allowed(side);
    allowed.entries = Some(entries(wanted, region));
    if let Some(ranges) = ranges {
        allowed.addresses = ranges.collapsed(wanted, region);
        if allowed.addresses.is_empty() {
            allowed.remarks.push("the file has no such entries".to_owned());
        }
    }
    Some(allowed)
}

/// Which entries these are, for people.
fn entries(wanted: &Wanted, region: Option<&str>) -> String {
    let region = region.unwrap_or(GLOBAL);
    let of = match &wanted.take {
        Take::By(TakeBy::All) => "all regions".to_owned(),
        Take::By(TakeBy::GlobalAndRegion) => format!("{GLOBAL} and {region}"),
        Take::By(TakeBy::RegionElseGlobal) => format!("{region} ({GLOBAL} where that has none)"),
        Take::Regions(regions) => regions.join(" and "),
    };
    format!("ip-ranges.json: {} of {of}", wanted.service)
}

/// What an environment wants of AWS's file, with any firewall.
pub fn followed(center: &Center, data: &Endpoints) -> Followed {
    let asked = Asked {
        mode: Mode::Addresses,
        ..Asked::default()
    };
    let mut wanted: Vec<(Wanted, Option<String>)> = Vec::new();
    for allowed in list(center, data, &asked, None).rows {
        let Some(row) = data.row(&allowed.id) else {
            continue;
        };
        let (Some(ranges), Some(region)) = (&row.ranges, row.region_in(center)) else {
            continue;
        };
        let one = (ranges.clone(), region.map(str::to_owned));
        if !wanted.contains(&one) {
            wanted.push(one);
        }
    }
    Followed {
        environment: center.environment.clone(),
        wanted,
    }
}
