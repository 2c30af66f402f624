//! What changed between two of AWS's files of address ranges, whom it concerns, and until when there is time.
//!
//! New ranges of Amazon Connect are published at least 30 days before they are used; within the two weeks after that, traffic
//! comes to them as to all others (administrator's guide, "Set up your network").

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use crate::data::{Take, TakeBy, Wanted};
use crate::ranges::{Entry, Ranges, Stamp, collapse, covers};

/// So many days after a range was published it may be used.
const DAYS_UNTIL_USE: i64 = 30;
/// So many days later it is used like every other.
const DAYS_UNTIL_FULL_USE: i64 = 14;

/// What an environment wants of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Followed {
    /// Which environment.
    pub environment: String,
    /// What it wants, and of which region.
    pub wanted: Vec<(Wanted, Option<String>)>,
}

/// The last publication in which a range was not there yet, by its words: `SERVICE REGION RANGE`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Seen {
    ranges: BTreeMap<String, Timestamp>,
    /// The publication that was looked at last, and what it had.
    #[serde(skip)]
    last: Option<(Timestamp, BTreeSet<String>)>,
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Changes {
    /// The publication that is known.
    pub from: Stamp,
    /// The newer one.
    pub to: Stamp,
    /// Ranges that have to be allowed.
    pub came: Vec<Came>,
    /// Ranges that need be allowed no more.
    pub went: Vec<Went>,
    /// How many came that lie within what was there.
    pub held: usize,
}

/// A range that has to be allowed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Came {
    /// The range.
    #[serde(flatten)]
    pub entry: Entry,
    /// Which environments need it; none are named: none were asked about.
    pub environments: BTreeSet<String>,
    /// The last publication in which it was not there yet. It was published at some time after that, and nothing says when.
    pub published_after: Timestamp,
    /// From this day on it may be used, at the earliest.
    pub due: Date,
    /// From this day on it is used like every other, at the earliest.
    pub in_full_use: Date,
    /// How many days are left until it may be used.
    pub days_left: i32,
}

/// A range that need be allowed no more.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Went {
    /// The range.
    #[serde(flatten)]
    pub entry: Entry,
    /// Which environments had it.
    pub environments: BTreeSet<String>,
}

impl Changes {
    /// Whether something has to be done.
    pub fn is_open(&self) -> bool {
        !self.came.is_empty()
    }
}

impl Seen {
    /// The same where this publication was looked at before: what it lacks was published after it.
    #[must_use]
    pub fn since(self, last: &Ranges) -> Seen {
        let had = last.entries().iter().map(words).collect();
        Seen {
            last: Some((last.stamp.created, had)),
            ..self
        }
    }

    /// The last publication in which a range was not there yet, as far as this is known: else it is the one that it is compared
    /// with.
    fn published_after(&self, entry: &Entry, old: &Ranges) -> Timestamp {
        let words = words(entry);
        let at_last = self.last.as_ref().filter(|(_, had)| !had.contains(&words));
        let at_last = at_last.map(|(created, _)| *created);
        let known = self.ranges.get(&words).copied().or(at_last);
        known.map_or(old.stamp.created, |known| known.max(old.stamp.created))
    }

    /// The same after a comparison: what came is noted, and what is no longer in the file is forgotten.
    #[must_use]
    pub fn after(&self, changes: &Changes, new: &Ranges) -> Seen {
        let there: BTreeSet<String> = new.entries().iter().map(words).collect();
        let known = self.ranges.iter().filter(|(entry, _)| there.contains(*entry));
        let mut seen: BTreeMap<String, Timestamp> = known
            .map(|(entry, published)| (entry.clone(), *published))
            .collect();
        for came in &changes.came {
            seen.insert(words(&came.entry), came.published_after);
        }
        Seen {
            ranges: seen,
            last: None,
        }
    }
}

fn words(entry: &Entry) -> String {
    format!("{} {} {}", entry.service, entry.region, entry.range)
}

/// What AWS's files have of services that a center uses, where no environment is asked about: of every region.
fn of_everything(old: &Ranges, new: &Ranges) -> Vec<Followed> {
    const SERVICES: [&str; 4] = ["AMAZON_CONNECT", "EC2", "CLOUDFRONT", "S3"];
    let entries = old.entries().iter().chain(new.entries());
    let pairs: BTreeSet<(&str, &str)> = entries
        .filter(|entry| SERVICES.contains(&entry.service.as_str()))
        .map(|entry| (entry.service.as_str(), entry.region.as_str()))
        .collect();
    let wanted = pairs.into_iter().map(|(service, region)| {
        let take = match service {
            // The nearest edge of any region serves.
            "CLOUDFRONT" => Take::By(TakeBy::All),
            // A range that lies in a global one is allowed with that.
            "AMAZON_CONNECT" => Take::By(TakeBy::GlobalAndRegion),
            _ => Take::By(TakeBy::RegionElseGlobal),
        };
        let service = service.to_owned();
        (Wanted { service, take }, Some(region.to_owned()))
    });
    vec![Followed {
        environment: String::new(),
        wanted: wanted.collect(),
    }]
}

/// What changed between two files, for these environments, or for all of AWS where none are named.
pub fn compare(old: &Ranges, new: &Ranges, followed: &[Followed], seen: &Seen, today: Date) -> Changes {
    let everything = of_everything(old, new);
    let followed = match followed.is_empty() {
        true => &everything,
        false => followed,
    };
    let mut came: BTreeMap<&Entry, BTreeSet<String>> = BTreeMap::new();
    let mut went: BTreeMap<&Entry, BTreeSet<String>> = BTreeMap::new();
    let mut held: BTreeSet<&Entry> = BTreeSet::new();
    for one in followed {
        for (wanted, region) in &one.wanted {
            let before = old.chosen(wanted, region.as_deref());
            let after = new.chosen(wanted, region.as_deref());
            let (had, has) = (all(&before), all(&after));
            for entry in &after {
                match covers(&had, &entry.range) {
                    false => note(&mut came, entry, &one.environment),
                    true if !before.contains(entry) => drop(held.insert(entry)),
                    true => {}
                }
            }
            for entry in before.iter().filter(|entry| !covers(&has, &entry.range)) {
                note(&mut went, entry, &one.environment);
            }
        }
    }
    let held = held.into_iter().filter(|entry| !came.contains_key(entry)).count();
    Changes {
        from: old.stamp.clone(),
        to: new.stamp.clone(),
        came: came
            .into_iter()
            .map(|(entry, environments)| {
                let published_after = seen.published_after(entry, old);
                let (due, in_full_use) = deadlines(published_after);
                Came {
                    entry: entry.clone(),
                    environments,
                    published_after,
                    due,
                    in_full_use,
                    days_left: (due - today).get_days(),
                }
            })
            .collect(),
        went: went
            .into_iter()
            .map(|(entry, environments)| Went {
                entry: entry.clone(),
                environments,
            })
            .collect(),
        held,
    }
}

fn all(entries: &[&Entry]) -> Vec<IpNet> {
    collapse(entries.iter().map(|entry| entry.range))
}

fn note<'e>(found: &mut BTreeMap<&'e Entry, BTreeSet<String>>, entry: &'e Entry, environment: &str) {
    let environments = found.entry(entry).or_default();
    if !environment.is_empty() {
        environments.insert(environment.to_owned());
    }
}

/// From which day on a range may be used, and from which day on it is used like every other.
pub fn deadlines(published: Timestamp) -> (Date, Date) {
    let day = published.to_zoned(TimeZone::UTC).date();
    let due = day.saturating_add(DAYS_UNTIL_USE.days());
    (due, due.saturating_add(DAYS_UNTIL_FULL_USE.days()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ranges::tests::{FILE, wanted};

    fn read(text: &str) -> Ranges {
        Ranges::read(text).unwrap()
    }

    /// The file as it is published a while later, with these entries more.
    fn later(more: &[(&str, &str, &str)]) -> Ranges {
        let lines: Vec<String> = more
            .iter()
            .map(|(range, region, service)| {
                format!(
                    "{{\"ip_prefix\": \"{range}\", \"region\": \"{region}\", \"service\": \"{service}\", \
                     \"network_border_group\": \"{region}\"}},"
                )
            })
            .collect();
        let text = FILE
            .replacen(
                "\"prefixes\": [",
                &format!("\"prefixes\": [{}", lines.concat()),
                1,
            )
            .replace("1793451600", "1793538000")
            .replace("2026-10-31", "2026-11-01");
        read(&text)
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn center() -> Vec<Followed> {
        let region = Some("eu-west-2".to_owned());
        vec![Followed {
            environment: "acme".to_owned(),
            wanted: vec![
                (wanted("AMAZON_CONNECT", TakeBy::GlobalAndRegion), region.clone()),
                (wanted("EC2", TakeBy::RegionElseGlobal), region),
                (wanted("CLOUDFRONT", TakeBy::All), None),
            ],
        }]
    }

    #[test]
    fn the_deadline_is_thirty_days_after_publication() {
        let published: Timestamp = "2026-11-01T23:30:00Z".parse().unwrap();
        assert_eq!(deadlines(published), (day("2026-12-01"), day("2026-12-15")));
        let leap: Timestamp = "2028-02-15T00:00:00Z".parse().unwrap();
        assert_eq!(deadlines(leap), (day("2028-03-16"), day("2028-03-30")));
    }

    #[test]
    fn what_came_says_for_whom_and_until_when() {
        let new = later(&[
            ("18.130.0.0/25", "eu-west-2", "AMAZON_CONNECT"),
            ("15.193.12.0/24", "eu-west-2", "AMAZON_CONNECT"),
            ("18.131.0.0/25", "us-east-1", "AMAZON_CONNECT"),
            ("203.0.113.224/28", "GLOBAL", "CLOUDFRONT"),
            ("18.132.0.0/25", "eu-west-2", "WORKSPACES_GATEWAYS"),
        ]);
        let changes = compare(&read(FILE), &new, &center(), &Seen::default(), day("2026-11-11"));
        let texts: Vec<String> = changes.came.iter().map(|came| words(&came.entry)).collect();
        assert_eq!(
            texts,
            ["AMAZON_CONNECT eu-west-2 18.130.0.0/25"],
            "another region, another service and what others hold need nothing"
        );
        assert_eq!(changes.held, 2);
        let came = &changes.came[0];
        assert_eq!(came.environments, BTreeSet::from(["acme".to_owned()]));
        assert_eq!(
            (came.due, came.in_full_use),
            (day("2026-11-30"), day("2026-12-14"))
        );
        assert_eq!(came.days_left, 19);
        assert!(changes.is_open() && changes.went.is_empty());
        assert_eq!(changes.to.sync_token, "1793538000");
        let everywhere = compare(&read(FILE), &new, &[], &Seen::default(), day("2026-11-11"));
        assert_eq!(everywhere.came.len(), 2, "{:?}", everywhere.came);
        assert!(everywhere.came.iter().all(|came| came.environments.is_empty()));
    }

    #[test]
    fn what_went_may_be_closed_and_nothing_is_open() {
        let with = later(&[("18.130.0.0/25", "eu-west-2", "AMAZON_CONNECT")]);
        let changes = compare(&with, &read(FILE), &center(), &Seen::default(), day("2026-11-11"));
        assert!(!changes.is_open());
        assert_eq!(changes.went.len(), 1);
        let known = Seen {
            ranges: BTreeMap::from([(words(&changes.went[0].entry), changes.from.created)]),
            last: None,
        };
        assert_eq!(
            known.after(&changes, &read(FILE)),
            Seen::default(),
            "it is forgotten"
        );
        let none = compare(&with, &with, &center(), &Seen::default(), day("2026-11-11"));
        assert_eq!((none.came.len(), none.went.len(), none.held), (0, 0, 0));
    }

    #[test]
    fn a_later_publication_gives_no_more_time() {
        let more: &[(&str, &str, &str)] = &[("18.130.0.0/25", "eu-west-2", "AMAZON_CONNECT")];
        let first = compare(
            &read(FILE),
            &later(more),
            &center(),
            &Seen::default(),
            day("2026-11-02"),
        );
        let mut newer = later(more);
        newer.stamp.created = "2026-11-20T00:00:00Z".parse().unwrap();
        let again = compare(
            &read(FILE),
            &newer,
            &center(),
            &Seen::default().after(&first, &newer),
            day("2026-12-03"),
        );
        assert_eq!(again.came[0].due, day("2026-11-30"));
        assert_eq!(again.came[0].days_left, -3);
        // A publication that was looked at in the meantime, and lacked it, leaves less to doubt; one that had it does not.
        let mut between = read(FILE);
        between.stamp.created = "2026-11-10T00:00:00Z".parse().unwrap();
        let due = |seen: &Seen| compare(&read(FILE), &newer, &center(), seen, day("2026-12-03")).came[0].due;
        assert_eq!(due(&Seen::default().since(&between)), day("2026-12-10"));
        assert_eq!(due(&Seen::default().since(&newer)), day("2026-11-30"));
        // Nothing says when after the older file it was published: it counts from there.
        let forgotten = compare(
            &read(FILE),
            &newer,
            &center(),
            &Seen::default(),
            day("2026-12-03"),
        );
        assert_eq!(forgotten.came[0].due, day("2026-11-30"));
    }

    #[test]
    fn a_region_that_gets_ranges_of_its_own_no_longer_has_the_global_ones() {
        let followed = [Followed {
            environment: "acme".to_owned(),
            wanted: vec![(
                wanted("EC2", TakeBy::RegionElseGlobal),
                Some("ca-west-1".to_owned()),
            )],
        }];
        let new = later(&[("18.130.0.0/25", "ca-west-1", "EC2")]);
        let changes = compare(&read(FILE), &new, &followed, &Seen::default(), day("2026-11-02"));
        assert_eq!(words(&changes.came[0].entry), "EC2 ca-west-1 18.130.0.0/25");
        assert_eq!(words(&changes.went[0].entry), "EC2 GLOBAL 192.0.2.0/25");
    }

    proptest! {
        #[test]
        fn who_allows_what_came_allows_everything(
            more in prop::collection::vec((0u8..64, 24u8..=30, prop::sample::select(&["eu-west-2", "GLOBAL", "us-east-1"][..])), 0..12),
        ) {
            let texts: Vec<(String, &str)> = more
                .iter()
                .map(|(low, bits, region)| {
                    let range: IpNet = format!("18.130.{low}.0/{bits}").parse().unwrap();
                    (range.to_string(), *region)
                })
                .collect();
            let more: Vec<(&str, &str, &str)> = texts.iter().map(|(range, region)| (range.as_str(), *region, "AMAZON_CONNECT")).collect();
            let (old, new) = (read(FILE), later(&more));
            let followed = center();
            let changes = compare(&old, &new, &followed, &Seen::default(), day("2026-11-02"));
            for (wanted, region) in &followed[0].wanted {
                let mut allowed = old.collapsed(wanted, region.as_deref());
                allowed.extend(changes.came.iter().map(|came| came.entry.range));
                let allowed = collapse(allowed);
                for range in new.collapsed(wanted, region.as_deref()) {
                    prop_assert!(covers(&allowed, &range), "{range}");
                }
            }
            for came in &changes.came {
                let had = followed[0].wanted.iter().flat_map(|(wanted, region)| old.collapsed(wanted, region.as_deref()));
                prop_assert!(!covers(&collapse(had), &came.entry.range), "{}", came.entry.range);
            }
        }
    }
}
