//! All pairs of conditions: two that hold together ask for what each of them asks for alone, and for nothing that no row of the
//! data has for both. Lists are values, so that every pair is looked at, and not a choice of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{center, data, of};
use crate::authority::Authority;
use crate::center::{Audio, Center, Desktops, Pages, SignIn};
use crate::data::Row;
use crate::list::{AllowList, Allowed, Asked, Mode, Names};
use crate::terms::{Condition, Direction, Protocol, Side};

/// One change to a split center in London and Ireland, and what no other change may be made with.
struct Change {
    /// Of one axis, one setting holds at a time.
    axis: &'static str,
    name: &'static str,
    make: fn(&mut Center, &mut Asked),
}

const fn change(axis: &'static str, name: &'static str, make: fn(&mut Center, &mut Asked)) -> Change {
    Change { axis, name, make }
}

fn also(asked: &mut Asked, condition: Condition) {
    asked.also.insert(condition);
}

fn desks(center: &mut Center) -> &mut Desktops {
    center.desktops.get_or_insert_default()
}

fn pages(center: &mut Center, cloudfront: bool, host: Option<&str>) {
    center.pages = Some(Pages {
        cloudfront,
        host: host.map(str::to_owned),
    });
}

/// Both services in one region.
fn region(center: &mut Center, name: &str) {
    let whole = super::center(name, name);
    center.instance = whole.instance;
    center.pages = whole.pages;
    desks(center).region = name.to_owned();
}

/// Everything that a condition of the data hangs on, and every sort of region.
const CHANGES: &[Change] = &[
    change("audio", "session", |center, _| center.audio = Audio::Session),
    change("audio", "phone", |center, _| center.audio = Audio::Phone),
    change("sign-in", "unknown", |center, _| center.sign_in = SignIn::Unknown),
    change("sign-in", "Connect's own directory", |center, _| {
        center.sign_in = SignIn::Directory;
    }),
    change("sign-in", "Identity Center", |center, _| {
        center.sign_in = SignIn::IdentityCenter {
            region: "us-east-1".to_owned(),
            portal: Some("d-0123456789.awsapps.com".to_owned()),
        };
    }),
    change("sign-in", "Identity Center, portal unknown", |center, _| {
        center.sign_in = SignIn::IdentityCenter {
            region: "us-east-1".to_owned(),
            portal: None,
        };
    }),
    change("sign-in", "provider unknown", |center, _| {
        center.sign_in = SignIn::Provider {
            name: "Okta".to_owned(),
            hosts: Vec::new(),
        };
    }),
    change("region", "eu-south-1: no *.streaming", |center, _| {
        desks(center).region = "eu-south-1".to_owned();
    }),
    change("region", "ca-west-1: no sign-in host", |center, _| {
        desks(center).region = "ca-west-1".to_owned();
    }),
    change("region", "us-east-1: FIPS", |center, _| {
        region(center, "us-east-1");
    }),
    change(
        "region",
        "ca-central-1: static files of the instance",
        |center, _| {
            region(center, "ca-central-1");
        },
    ),
    change("region", "us-gov-west-1", |center, _| {
        region(center, "us-gov-west-1");
    }),
    change("region", "us-gov-east-1", |center, _| {
        region(center, "us-gov-east-1");
    }),
    // The pages belong to a region, by which their own settings would be undone.
    change("region", "pages on CloudFront", |center, _| {
        pages(center, true, Some("desk.example.com"));
    }),
    change("region", "pages on CloudFront, host unknown", |center, _| {
        pages(center, true, None);
    }),
    change("region", "pages in a bucket, host unknown", |center, _| {
        pages(center, false, None);
    }),
    change("region", "no pages", |center, _| center.pages = None),
    change("region", "host of the instance unknown", |center, _| {
        let instance = center.instance.as_mut().unwrap();
        (instance.host, instance.existing) = (None, true);
    }),
    change("desktops", "user pool", |center, _| {
        desks(center).user_pool = true;
    }),
    change("desktop sign-in", "by SAML", |center, _| {
        desks(center).sign_in = true;
    }),
    change("UDP streaming", "on", |center, _| desks(center).udp = true),
    change("streaming endpoint", "alone", |center, _| {
        desks(center).endpoint = true;
    }),
    change("storage", "in sessions", |center, _| desks(center).storage = true),
    change("applications", "named", |center, _| {
        let wiki = Authority::of("https://wiki.example.com:8443").unwrap();
        desks(center).applications = vec!["crm.example.com".into(), wiki];
    }),
    change("installers", "named", |center, _| {
        desks(center).installers = vec!["downloads.example.com".into()];
    }),
    change("sites", "named", |center, _| {
        center.sites = vec!["acme.lightning.force.com".into()];
    }),
    change("attachments", "in use", |_, asked| {
        also(asked, Condition::Attachments);
    }),
    change("agent workspace", "in use", |_, asked| {
        also(asked, Condition::AgentWorkspace);
    }),
    change("screen recording", "in use", |_, asked| {
        also(asked, Condition::ScreenRecording);
    }),
    change("scheduling", "in use", |_, asked| {
        also(asked, Condition::Scheduling);
    }),
    change("Global Resiliency", "in use", |_, asked| {
        also(asked, Condition::GlobalResiliency);
    }),
    change("FIPS", "asked for", |_, asked| also(asked, Condition::Fips)),
    change("domain", "joined", |_, asked| {
        also(asked, Condition::DomainJoined);
    }),
    change("firewall", "stateless", |_, asked| {
        also(asked, Condition::Stateless);
    }),
    change("mode", "addresses", |_, asked| asked.mode = Mode::Addresses),
    change("mode", "both", |_, asked| asked.mode = Mode::Both),
    change("TURN", "by host", |_, asked| asked.turn = Names::Hosts),
    change("CloudFront", "by host", |_, asked| {
        asked.cloudfront = Names::Hosts;
    }),
];

/// An environment, what is asked of it, and what comes of that.
struct Case {
    center: Center,
    asked: Asked,
    list: AllowList,
}

/// A row of a list: from where, and which.
type Key = (Side, String);

impl Case {
    fn with(changes: &[&Change]) -> Case {
        let (mut center, mut asked) = (center("eu-west-2", "eu-west-1"), Asked::default());
        for one in changes {
            (one.make)(&mut center, &mut asked);
        }
        let list = of(&center, &asked);
        Case { center, asked, list }
    }

    fn holds(&self, condition: Condition) -> bool {
        self.asked.holds(&self.center, condition)
    }

    fn keys(&self) -> BTreeSet<Key> {
        let rows = self.list.rows.iter();
        rows.map(|row| (row.side, row.id.clone())).collect()
    }

    /// Where each row leads.
    fn destinations(&self) -> BTreeMap<Key, BTreeSet<String>> {
        let mut found: BTreeMap<Key, BTreeSet<String>> = BTreeMap::new();
        for row in &self.list.rows {
            let own = found.entry((row.side, row.id.clone())).or_default();
            for ports in &row.ports {
                own.extend(row.destinations().iter().map(|to| format!("{ports} {to}")));
            }
        }
        found
    }

    /// Rows that lead out of a side and whose name begins so.
    fn out(&self, side: Side, beginning: &str) -> Vec<&Allowed> {
        let rows = self.list.outward(side);
        rows.filter(|row| row.id.starts_with(beginning)).collect()
    }
}

/// Every pair of settings of two axes, with what comes of neither, of each, and of both.
fn each_pair(mut look: impl FnMut(&str, &Case, [&Case; 2], &Case)) {
    let base = Case::with(&[]);
    let alone: Vec<Case> = CHANGES.iter().map(|one| Case::with(&[one])).collect();
    let mut pairs = 0;
    for (at, one) in CHANGES.iter().enumerate() {
        for (other_at, other) in CHANGES.iter().enumerate().skip(at + 1) {
            if one.axis == other.axis {
                continue;
            }
            let name = format!("{} {} with {} {}", one.axis, one.name, other.axis, other.name);
            let both = Case::with(&[one, other]);
            look(&name, &base, [&alone[at], &alone[other_at]], &both);
            pairs += 1;
        }
    }
    assert!(pairs > 500, "{pairs}");
}

/// Why a row is not in a list: each reason by itself would keep it out.
fn against(row: &Row, case: &Case) -> Vec<String> {
    let data = data();
    let mut reasons = without_mode(row, case);
    let mode = case.asked.mode;
    if mode == Mode::Addresses && !row.instead.is_empty() {
        reasons.push("addresses stand in for it".to_owned());
    }
    if row.ranges.is_some() && row.direction == Direction::Out {
        if mode == Mode::Domains {
            reasons.push("the list has names alone".to_owned());
        }
        let mut named = data.rows.iter().filter(|named| named.instead.contains(&row.id));
        if named.all(|named| !without_mode(named, case).is_empty()) {
            reasons.push("it stands in for nothing".to_owned());
        }
    }
    reasons
}

/// The same, as far as names and addresses make no difference.
fn without_mode(row: &Row, case: &Case) -> Vec<String> {
    let missing = row.when.iter().filter(|when| !case.holds(**when));
    let ruling_out = row.not.iter().filter(|not| case.holds(**not));
    let mut reasons: Vec<String> = missing
        .map(|when| format!("not {when:?}"))
        .chain(ruling_out.map(|not| format!("{not:?}")))
        .collect();
    if row.region_in(&case.center).is_none() {
        reasons.push("the region has nothing of it".to_owned());
    }
    if case.holds(Condition::Fips) && row.has_fips(&case.center, data()) {
        reasons.push("rows with FIPS take its place".to_owned());
    }
    reasons
}

/// A pair changes what its two settings change, and the settings do not change each other.
#[test]
fn what_holds_of_a_pair_is_what_holds_of_either() {
    let data = data();
    let all: BTreeSet<Condition> = data
        .rows
        .iter()
        .flat_map(|row| row.when.iter().chain(&row.not))
        .copied()
        .collect();
    each_pair(|name, base, [one, other], both| {
        for condition in &all {
            let [before, with_one, with_other, with_both] =
                [base, one, other, both].map(|case| case.holds(*condition));
            let wanted = match (with_one == before, with_other == before) {
                (true, true) => before,
                _ => !before,
            };
            assert_eq!(with_both, wanted, "{name}: {condition:?}");
        }
    });
}

#[test]
fn a_pair_asks_for_what_each_of_the_two_asks_for() {
    let data = data();
    each_pair(|name, base, [one, other], both| {
        let [before, with_one, with_other, with_both] = [base, one, other, both].map(Case::keys);
        for key in with_one.intersection(&with_other) {
            // In a region with FIPS, the rows with FIPS are there instead.
            let mut instead = data.row(&key.1).unwrap().fips.iter();
            let has_other = instead.any(|fips| with_both.contains(&(key.0, fips.clone())));
            assert!(
                with_both.contains(key) != (both.holds(Condition::Fips) && has_other),
                "{name}: {key:?}"
            );
        }
        for key in with_one.symmetric_difference(&with_other) {
            let (has, lacks) = match with_one.contains(key) {
                true => (one, other),
                false => (other, one),
            };
            // What one setting takes away is gone with both; what one brings is there with both, unless the other rules it out.
            let row = data.row(&key.1).unwrap();
            let is_brought = !before.contains(key);
            let is_ruled_out = !against(row, both).is_empty() && !against(row, lacks).is_empty();
            assert!(
                !is_brought || with_both.contains(key) || is_ruled_out,
                "{name}: {key:?} is gone"
            );
            assert!(
                against(row, has).is_empty(),
                "{name}: {key:?} has no right to be there"
            );
            assert!(
                is_brought || !with_both.contains(key),
                "{name}: {key:?} has come back"
            );
        }
        for key in with_both.difference(&(&with_one | &with_other)) {
            // Neither of the two alone asks for it, each for a reason that the other takes away: a row that the data has for both.
            let row = data.row(&key.1).unwrap();
            let [without_one, without_other] = [other, one].map(|case| against(row, case));
            assert!(
                !without_one.is_empty() && !without_other.is_empty() && without_one != without_other,
                "{name}: {key:?} comes from nowhere"
            );
        }
    });
}

/// A setting that leaves a row as it is leaves it so beside every other one.
#[test]
fn a_row_leads_where_the_one_setting_has_it_lead_that_concerns_it() {
    let data = data();
    each_pair(|name, base, [one, other], both| {
        let [before, with_one, with_other, with_both] = [base, one, other, both].map(Case::destinations);
        for (key, to) in &with_both {
            let [before, with_one, with_other] =
                [&before, &with_one, &with_other].map(|destinations| destinations.get(key));
            let row = data.row(&key.1).unwrap();
            // Which hosts there are by name is a matter of the region; and what a setting does to a row shows where it is.
            let is_of_region = name.contains("region ");
            let is_seen = before.is_some() || !(is_of_region || row.choice.is_some());
            if !is_seen || (is_of_region && row.choice.is_some()) {
                continue;
            }
            if with_one == before && with_other.is_some() {
                assert_eq!(Some(to), with_other, "{name}: {key:?}");
            }
            if with_other == before && with_one.is_some() {
                assert_eq!(Some(to), with_one, "{name}: {key:?}");
            }
        }
    });
}

/// What an agent's work takes is there in each of them.
#[test]
fn every_pair_lets_an_agent_work() {
    each_pair(|name, _, _, both| {
        let is_media = |row: &&Allowed| {
            let mut ports = row.ports.iter();
            ports.any(|ports| ports.protocol == Protocol::Udp && (ports.first..=ports.last).contains(&3478))
        };
        let media = |side: Side| both.list.outward(side).filter(is_media).count() > 0;
        assert_eq!(media(Side::Agent), both.center.audio == Audio::Split, "{name}");
        assert_eq!(
            media(Side::Session),
            both.center.audio == Audio::Session,
            "{name}"
        );
        assert!(!media(Side::Builder), "{name}");

        for side in [Side::Agent, Side::Session] {
            let by_address = both.asked.mode == Mode::Addresses;
            let panel = if by_address {
                "addresses-ec2"
            } else {
                "connect-instance"
            };
            assert_eq!(both.out(side, panel).len(), 1, "{name}: the panel");
            let signs_in = ["aws-sign-in", "identity-", "connect-directory-sign-in"];
            let has_sign_in = signs_in.iter().any(|row| !both.out(side, row).is_empty());
            assert_eq!(
                has_sign_in,
                both.center.sign_in != SignIn::Unknown,
                "{name}: sign-in"
            );
        }

        let streams = both.out(Side::Agent, "appstream-streaming");
        assert!(!streams.is_empty(), "{name}: the desktop");
        let is_udp = |row: &&&Allowed| row.ports.iter().any(|ports| ports.protocol == Protocol::Udp);
        let desktops = both.center.desktops.as_ref().unwrap();
        let by_udp = streams.iter().filter(is_udp).count() > 0;
        assert_eq!(by_udp, desktops.udp && !desktops.endpoint, "{name}: 8433/udp");
        let has_relay = !both.out(Side::Agent, "appstream-relay").is_empty();
        let is_commercial = !both.center.holds(Condition::GovCloud);
        assert_eq!(
            has_relay,
            desktops.sign_in && is_commercial,
            "{name}: the relay of the desktop's sign-in"
        );

        let way_back = both
            .list
            .rows
            .iter()
            .any(|row| row.direction == Direction::In && row.entries.is_some());
        let has_voice = both.center.audio != Audio::Phone;
        assert_eq!(
            way_back,
            both.holds(Condition::Stateless) && has_voice,
            "{name}: the way back"
        );
    });
}

/// No list has a hole, a row without a reason, or a host of another part of AWS.
#[test]
fn every_pair_is_whole() {
    each_pair(|name, _, _, both| {
        let is_govcloud = both.center.holds(Condition::GovCloud);
        for row in &both.list.rows {
            assert!(
                !row.reason.is_empty() && !row.source.is_empty(),
                "{name}: {}",
                row.id
            );
            assert!(
                !row.destinations().is_empty() && !row.ports.is_empty(),
                "{name}: {}",
                row.id
            );
            for to in row.destinations() {
                assert!(
                    !to.contains(['{', '}']) && !to.contains(".."),
                    "{name}: {}: {to}",
                    row.id
                );
            }
            for host in &row.hosts {
                assert!(
                    !host.is_empty() && !host.ends_with('.'),
                    "{name}: {}: {host}",
                    row.id
                );
                assert!(
                    !(is_govcloud && host == "signin.aws.amazon.com"),
                    "{name}: {}",
                    row.id
                );
                assert!(
                    is_govcloud || !host.contains("us-gov"),
                    "{name}: {}: {host}",
                    row.id
                );
            }
        }
        // The same row twice would be two rules.
        let mut seen = BTreeSet::new();
        for row in &both.list.rows {
            for to in row.destinations() {
                for ports in &row.ports {
                    let line = (row.side, row.id.clone(), ports.to_string(), to.clone());
                    assert!(seen.insert(line.clone()), "{name}: {line:?} is there twice");
                }
            }
        }
    });
}
