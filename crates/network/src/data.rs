//! The list of endpoints, which was read off AWS's pages: `policies/network/endpoints.yaml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use ipnet::IpNet;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::terms::{Basis, Choice, Condition, Direction, Ports, Protocol, RegionOf, Side};

/// The data that the program carries.
const EMBEDDED: &str = include_str!("../../../policies/network/endpoints.yaml");

/// The version of the data's form.
const VERSION: u32 = 1;

/// Older than so many days, the data is out of date.
pub const STALE_AFTER: i32 = 180;

/// Everything that the data says.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoints {
    version: u32,
    /// The rows.
    #[serde(rename = "endpoints")]
    pub rows: Vec<Row>,
    /// The newest versions of browsers.
    #[serde(default)]
    pub browsers: Vec<Browser>,
    /// What no source gives.
    #[serde(default)]
    pub not_established: Vec<Gap>,
}

/// A row.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its name, which stays.
    pub id: String,
    /// Whose service it is.
    pub service: String,
    /// Where the connection begins.
    pub sides: Vec<Side>,
    /// Where it leads.
    #[serde(default)]
    pub direction: Direction,
    /// Names, with holes in braces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// Addresses that are always the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// Which entries of `ip-ranges.json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ranges: Option<Wanted>,
    /// What is neither a name nor an address that AWS knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Which ports.
    pub ports: Vec<Ports>,
    /// Whether WebSockets go over its connections: more than a request and an answer has to pass.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub websocket: bool,
    /// What has to hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Condition>,
    /// What must not hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not: Vec<Condition>,
    /// The rows with FIPS 140 cryptography that take its place where that is asked for, in the regions that have them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fips: Vec<String>,
    /// Whose region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region_of: Option<RegionOf>,
    /// Regions without it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
    /// The only regions with it; none are named: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// What chooses between wildcard and hosts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    /// The hosts of each region.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_region: BTreeMap<String, Vec<String>>,
    /// Hosts that its wildcards are known to stand for, with the same holes: what a check tries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    /// The rows with addresses that stand in for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instead: Vec<String>,
    /// The service in botocore's endpoints whose hosts these are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub botocore: Option<String>,
    /// Why.
    pub reason: String,
    /// Where it was read.
    pub source: String,
    /// When.
    pub read: Date,
    /// What it rests on.
    #[serde(default)]
    pub basis: Basis,
}

/// Which entries of `ip-ranges.json`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The service, as AWS writes it there.
    pub service: String,
    /// Of which regions.
    pub take: Take,
}

/// Of which regions entries are taken.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Take {
    /// As this rule says.
    By(TakeBy),
    /// Of these.
    Regions(Vec<String>),
}

/// A rule for the regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TakeBy {
    /// `GLOBAL` and the region.
    GlobalAndRegion,
    /// The region, and `GLOBAL` where that has none.
    RegionElseGlobal,
    /// All.
    All,
}

/// The newest version of a browser, on the day when that was read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Browser {
    /// A word that its name has on every system: `Chrome`.
    pub name: String,
    /// The newest version.
    pub newest: u32,
    /// When that came.
    pub released: Date,
    /// How many days there are between two versions.
    pub every_days: u32,
    /// Where it was read.
    pub source: String,
    /// When.
    pub read: Date,
}

impl Browser {
    /// The newest version there is on a day, as far as the days between two say it.
    pub fn newest_by(&self, today: Date) -> u32 {
        let days = u32::try_from((today - self.released).get_days()).unwrap_or_default();
        self.newest + days / self.every_days.max(1)
    }
}

/// What no source gives.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// Its name.
    pub id: String,
    /// Where it matters.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// What is not known, and what to do.
    pub what: String,
}

/// Why data cannot be used.
#[derive(Debug)]
pub struct BadData(String);

impl fmt::Display for BadData {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

impl std::error::Error for BadData {}

impl Endpoints {
    /// The data that the program carries.
    ///
    /// # Errors
    /// If it is broken, which a test rules out.
    pub fn embedded() -> Result<Endpoints, BadData> {
        Endpoints::read(EMBEDDED)
    }

    /// Reads data.
    ///
    /// # Errors
    /// If it has not the form of the data, or says something that cannot be.
    pub fn read(text: &str) -> Result<Endpoints, BadData> {
        let data: Endpoints = serde_saphyr::from_str(text).map_err(|error| BadData(error.to_string()))?;
        if data.version != VERSION {
            return Err(BadData(format!(
                "its `version` is {}, and this program reads version {VERSION}",
                data.version
            )));
        }
        if data.rows.is_empty() {
            return Err(BadData("it has no endpoints".to_owned()));
        }
        let ids: BTreeSet<&str> = data.rows.iter().map(|row| row.id.as_str()).collect();
        if ids.len() != data.rows.len() {
            return Err(BadData("two of its rows have the same id".to_owned()));
        }
        for row in &data.rows {
            row.check(&data)
                .map_err(|why| BadData(format!("row `{}` {why}", row.id)))?;
        }
        for browser in &data.browsers {
            let Browser { name, source, .. } = browser;
            if name.trim().is_empty() || source.trim().is_empty() || browser.every_days == 0 {
                return Err(BadData(format!(
                    "browser `{}` needs a name, a source and days between two versions",
                    name.escape_debug()
                )));
            }
        }
        Ok(data)
    }

    /// The day on which the newest row was read.
    pub fn newest(&self) -> Date {
        self.days().max().unwrap_or_default()
    }

    /// The day on which the oldest row was read.
    pub fn oldest(&self) -> Date {
        self.days().min().unwrap_or_default()
    }

    fn days(&self) -> impl Iterator<Item = Date> {
        self.rows.iter().map(|row| row.read)
    }

    /// How many days old it is, by its oldest row.
    pub fn age(&self, today: Date) -> i32 {
        (today - self.oldest()).get_days()
    }

    /// Where it was read: each source, and how many rows are from there.
    pub fn sources(&self) -> BTreeMap<&str, usize> {
        let mut found = BTreeMap::new();
        for row in &self.rows {
            *found.entry(row.source.as_str()).or_default() += 1;
        }
        found
    }

    /// The row of this name.
    pub fn row(&self, id: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.id == id)
    }
}

impl Row {
    /// Whether the row says what a row has to say.
    fn check(&self, data: &Endpoints) -> Result<(), String> {
        self.is_clean()?;
        self.agrees_with_itself()?;
        if self.source.trim().is_empty() {
            return Err("has no source".to_owned());
        }
        if self.reason.trim().is_empty() {
            return Err("has no reason".to_owned());
        }
        if self.sides.is_empty() || self.ports.is_empty() {
            return Err("needs a side and a port".to_owned());
        }
        let ways = [
            !self.hosts.is_empty(),
            !self.addresses.is_empty(),
            self.ranges.is_some(),
            self.to.is_some(),
        ];
        if ways.into_iter().filter(|way| *way).count() != 1 {
            return Err("needs one of `hosts`, `addresses`, `ranges` and `to`".to_owned());
        }
        if let Some(wrong) = self.addresses.iter().find(|text| text.parse::<IpNet>().is_err()) {
            return Err(format!("has `{wrong}`, which is no range of addresses"));
        }
        let has_region = |host: &String| host.contains("{region}");
        let by_rule = |wanted: &Wanted| matches!(wanted.take, Take::By(by) if by != TakeBy::All);
        let needs_region = self.hosts.iter().any(has_region) || self.ranges.as_ref().is_some_and(by_rule);
        if needs_region && self.region_of.is_none() {
            return Err("needs `region_of`".to_owned());
        }
        for instead in &self.instead {
            if data.row(instead).is_none_or(|row| row.ranges.is_none()) {
                return Err(format!("names `{instead}`, which is no row with ranges"));
            }
        }
        for fips in &self.fips {
            let has_fips = |row: &Row| row.when.contains(&Condition::Fips) && row.fips.is_empty();
            if !data.row(fips).is_some_and(has_fips) {
                return Err(format!("names `{fips}`, which is no row for `fips`"));
            }
        }
        Ok(())
    }

    /// Whether its texts are one line each, and its names names: they become lines of a proxy's configuration.
    fn is_clean(&self) -> Result<(), String> {
        let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if self.id.is_empty() || !self.id.bytes().all(is_word) {
            return Err("has an `id` with something else in it than a to z, digits and hyphens".to_owned());
        }
        let texts = [
            ("service", Some(&self.service)),
            ("to", self.to.as_ref()),
            ("reason", Some(&self.reason)),
            ("source", Some(&self.source)),
        ];
        for (key, text) in texts {
            if text.is_some_and(|text| text.chars().any(char::is_control)) {
                return Err(format!(
                    "has a line break or another control character in `{key}`"
                ));
            }
        }
        let regions = self.by_region.keys().chain(&self.except).chain(&self.only);
        for region in regions {
            if region.is_empty() || !region.bytes().all(is_word) {
                return Err(format!("has `{}`, which is no region", region.escape_debug()));
            }
        }
        for host in self.hosts.iter().chain(self.by_region.values().flatten()) {
            if !is_name(host) {
                return Err(format!(
                    "has `{}`, which is no name of a host",
                    host.escape_debug()
                ));
            }
        }
        Ok(())
    }

    /// Whether no two of its keys exclude each other: then it would never apply, and its hosts would be missing.
    fn agrees_with_itself(&self) -> Result<(), String> {
        if self.when.iter().any(|when| self.not.contains(when)) {
            return Err("has one condition in `when` and in `not`".to_owned());
        }
        if let Some(region) = self.only.iter().find(|region| self.except.contains(region)) {
            return Err(format!("has {region} in `only` and in `except`"));
        }
        if !self.fips.is_empty()
            && [&self.when, &self.not]
                .into_iter()
                .any(|list| list.contains(&Condition::Fips))
        {
            return Err("has rows in `fips`, and speaks of `fips` in `when` or `not` as well".to_owned());
        }
        if !self.by_region.is_empty() && self.choice.is_none() {
            return Err("has `by_region` without `choice`".to_owned());
        }
        let is_https =
            |ports: &Ports| ports.protocol == Protocol::Tcp && ports.first == 443 && ports.last == 443;
        if self.websocket && (self.hosts.is_empty() || !self.ports.iter().all(is_https)) {
            return Err("has `websocket`, and other ports than 443/tcp or no hosts".to_owned());
        }
        if self.choice.is_some() && self.region_of.is_none() {
            return Err("has `choice` without `region_of`".to_owned());
        }
        Ok(())
    }
}

/// What stands in braces for names of an environment.
pub(crate) const HOLES: [&str; 7] = [
    "{instance}",
    "{pages}",
    "{portal}",
    "{identity_provider}",
    "{sites}",
    "{applications}",
    "{installers}",
];

/// Whether this is a name as rows write it: a hole, or labels with asterisks and with the region in braces.
fn is_name(host: &str) -> bool {
    let plain = host.replace("{region}", "region");
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_*".contains(&byte);
    let mut labels = plain.split('.');
    HOLES.contains(&host) || labels.all(|label| !label.is_empty() && label.bytes().all(is_letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = "version: 1\nendpoints:\n- id: a\n  service: S\n  sides: [agent]\n  hosts: [a.example.com]\n  ports: \
                       [443/tcp]\n  reason: why\n";

    fn refused(text: &str) -> String {
        Endpoints::read(text).unwrap_err().to_string()
    }

    #[test]
    fn the_data_that_the_program_carries_is_whole() {
        let data = Endpoints::embedded().unwrap();
        assert!(data.rows.len() > 40, "{}", data.rows.len());
        assert!(data.newest() >= data.oldest());
        let of_pages = data
            .sources()
            .into_keys()
            .filter(|source| source.starts_with("https://docs.aws.amazon.com/"))
            .count();
        assert!(of_pages >= 6);
        // Course material of 2021 has names that AWS no longer lists, and hyphens that a PDF has lost.
        let stale = [
            "static.connect.aws",
            "execute-api",
            "a2z.com/",
            "uswest-2",
            "apsoutheast-2",
        ];
        for host in data.rows.iter().flat_map(|row| &row.hosts) {
            assert!(stale.iter().all(|stale| !host.contains(stale)), "{host}");
        }
    }

    #[test]
    fn a_row_without_source_or_date_is_refused() {
        assert!(refused(ROW).contains("source"), "{}", refused(ROW));
        let with_source = format!("{ROW}  source: https://example.com\n");
        assert!(
            refused(&with_source).contains("read"),
            "{}",
            refused(&with_source)
        );
        let blank = format!("{ROW}  source: ''\n  read: 2026-11-28\n");
        assert_eq!(refused(&blank), "row `a` has no source");
        let no_day = format!("{ROW}  source: https://example.com\n  read: lately\n");
        assert!(Endpoints::read(&no_day).is_err());
        let whole = format!("{with_source}  read: 2026-11-28\n");
        assert_eq!(Endpoints::read(&whole).unwrap().rows.len(), 1);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let whole = format!("{ROW}  source: https://example.com\n  read: 2026-11-28\n");
        for (from, to, why) in [
            ("443/tcp", "443", "has not the form"),
            ("443/tcp", "99-9/tcp", "has not the form"),
            ("[agent]", "[moon]", "moon"),
            ("hosts:", "host:", "host"),
            ("a.example.com", "'a.{region}.example.com'", "region_of"),
            ("hosts: [a.example.com]", "addresses: [10.0.0.0/33]", "no range"),
            ("hosts: [a.example.com]", "hosts: []", "needs one of"),
            ("version: 1", "version: 2", "version"),
            ("  reason", "  instead: [b]\n  reason", "names `b`"),
            ("  reason", "  fips: [a]\n  reason", "no row for `fips`"),
            ("id: a", "id: \"a\\nb\"", "an `id` with something else"),
            (
                "reason: why",
                "reason: \"why\\nacl\"",
                "control character in `reason`",
            ),
            (
                "[a.example.com]",
                "[\"a.example.com\\nacl x\"]",
                "no name of a host",
            ),
            ("a.example.com", "a.example.com.", "no name of a host"),
            ("a.example.com", "'{moon}'", "no name of a host"),
            (
                "  reason",
                "  when: [s3]\n  not: [s3]\n  reason",
                "in `when` and in `not`",
            ),
            (
                "  reason",
                "  only: [a]\n  except: [a]\n  reason",
                "a in `only` and in `except`",
            ),
            ("  reason", "  by_region: {a: [b]}\n  reason", "without `choice`"),
            (
                "443/tcp]",
                "443/tcp, 3478/udp]\n  websocket: true",
                "other ports than 443/tcp",
            ),
        ] {
            let broken = whole.replacen(from, to, 1);
            assert!(refused(&broken).contains(why), "{broken}\n{}", refused(&broken));
        }
        let twice = whole.split_once("- ").unwrap().1;
        assert!(refused(&format!("{whole}- {twice}")).contains("same id"));
    }

    #[test]
    fn the_newest_version_of_a_later_day_follows_from_the_days_between_two() {
        let data = Endpoints::embedded().unwrap();
        let names: Vec<&str> = data.browsers.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["Chrome", "Edge", "Firefox"]);
        let chrome = Browser {
            released: "2026-11-03".parse().unwrap(),
            newest: 157,
            every_days: 14,
            ..data.browsers[0].clone()
        };
        for (day, newest) in [
            // A clock that is behind.
            ("2026-01-01", 157),
            ("2026-11-03", 157),
            ("2026-11-16", 157),
            ("2026-11-17", 158),
            ("2027-11-03", 157 + 26),
        ] {
            assert_eq!(chrome.newest_by(day.parse().unwrap()), newest, "{day}");
        }
        let whole = format!("{ROW}  source: https://example.com\n  read: 2026-11-28\n");
        let browser = "browsers:\n- name: Chrome\n  newest: 157\n  released: 2026-11-03\n  every_days: 0\n  source: MDN\n  \
                       read: 2026-11-30\n";
        let wrong = refused(&format!("{whole}{browser}"));
        assert!(wrong.contains("days between two versions"), "{wrong}");
        let right = browser.replace("every_days: 0", "every_days: 14");
        assert_eq!(
            Endpoints::read(&format!("{whole}{right}"))
                .unwrap()
                .browsers
                .len(),
            1
        );
    }

    #[test]
    fn age_is_that_of_the_oldest_row() {
        let data = Endpoints::embedded().unwrap();
        let day = data.oldest();
        assert_eq!(data.age(day), 0);
        assert_eq!(data.age("2027-11-28".parse().unwrap()), 365);
    }
}
