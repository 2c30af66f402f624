//! What holds of every list.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;

use super::{center, data, of};
use crate::authority::Authority;
use crate::center::{Audio, Center, Desktops, Pages, SignIn};
use crate::list::{AllowList, Allowed, Asked, Mode, Names};
use crate::terms::{Condition, Direction, Protocol, Side};

/// Regions of every sort.
const CONNECT: [&str; 6] = [
    "eu-west-2",
    "eu-central-1",
    "us-east-1",
    "ca-central-1",
    "af-south-1",
    "us-gov-west-1",
];
const APPSTREAM: [&str; 6] = [
    "eu-west-1",
    "us-east-1",
    "eu-south-1",
    "ca-west-1",
    "ap-northeast-3",
    "us-gov-east-1",
];

/// What can be asked for beside what a blueprint says.
const ALSO: [Condition; 8] = [
    Condition::Attachments,
    Condition::AgentWorkspace,
    Condition::ScreenRecording,
    Condition::Scheduling,
    Condition::GlobalResiliency,
    Condition::Fips,
    Condition::DomainJoined,
    Condition::Stateless,
];

fn sign_in() -> impl Strategy<Value = SignIn> {
    let provider = |hosts: Vec<Authority>| SignIn::Provider {
        name: "Okta".to_owned(),
        hosts,
    };
    prop_oneof![
        Just(SignIn::Unknown),
        Just(SignIn::Directory),
        Just(SignIn::IdentityCenter {
            region: "us-east-1".to_owned(),
            portal: None
        }),
        Just(provider(Vec::new())),
        Just(provider(vec!["idp.example.com".into()])),
    ]
}

prop_compose! {
    fn desktops()(
        region in select(&APPSTREAM[..]),
        [user_pool, sign_in, udp, endpoint, storage, apps] in any::<[bool; 6]>(),
    ) -> Desktops {
        let hosts = |host: &str| if apps { vec![host.into()] } else { Vec::new() };
        Desktops {
            region: region.to_owned(),
            user_pool,
            sign_in,
            udp,
            endpoint,
            storage,
            applications: hosts("crm.example.com"),
            installers: hosts("downloads.example.com"),
            most: None,
        }
    }
}

prop_compose! {
    fn centers()(
        connect in select(&CONNECT[..]),
        audio in select(&[Audio::Split, Audio::Session, Audio::Phone][..]),
        sign_in in sign_in(),
        cloudfront in any::<bool>(),
        known in any::<bool>(),
        desktops in prop::option::of(desktops()),
    ) -> Center {
        let mut center = center(connect, "eu-west-1");
        center.pages = Some(Pages { cloudfront, host: known.then(|| "pages.example.com".to_owned()) });
        if !known {
            center.instance.as_mut().unwrap().host = None;
        }
        Center { audio, sign_in, desktops, ..center }
    }
}

prop_compose! {
    fn asked()(
        mode in select(&[Mode::Domains, Mode::Addresses, Mode::Both][..]),
        turn in select(&[Names::Wildcard, Names::Hosts][..]),
        cloudfront in select(&[Names::Wildcard, Names::Hosts][..]),
        also in prop::collection::btree_set(select(&ALSO[..]), 0..=2),
    ) -> Asked {
        Asked { sides: Vec::new(), mode, turn, cloudfront, also }
    }
}

fn has_media(list: &AllowList, side: Side) -> bool {
    list.rows.iter().any(|row| {
        let mut ports = row.ports.iter();
        let is_media =
            ports.any(|ports| ports.protocol == Protocol::Udp && (ports.first..=ports.last).contains(&3478));
        row.side == side && row.direction == Direction::Out && is_media
    })
}

proptest! {
    #[test]
    fn media_is_where_the_agents_voice_is_and_nowhere_else(center in centers(), asked in asked()) {
        let list = of(&center, &asked);
        prop_assert_eq!(has_media(&list, Side::Agent), center.audio == Audio::Split);
        prop_assert_eq!(has_media(&list, Side::Session), center.audio == Audio::Session);
        prop_assert!(!has_media(&list, Side::Builder));
        let way_back = list.rows.iter().any(|row| row.id.starts_with("stateless-media"));
        let needs_it = asked.also.contains(&Condition::Stateless) && center.audio != Audio::Phone;
        prop_assert_eq!(way_back, needs_it);
    }

    #[test]
    fn both_sides_sign_in_and_only_the_agents_streams(center in centers(), asked in asked()) {
        let list = of(&center, &asked);
        let sign_in = |side: Side| -> BTreeSet<(String, Vec<String>)> {
            let of = ["aws-sign-in", "aws-federation", "identity-", "connect-directory"];
            list.rows
                .iter()
                .filter(|row| row.side == side && of.iter().any(|of| row.id.starts_with(of)))
                .map(|row| (row.id.clone(), row.destinations()))
                .collect()
        };
        prop_assert_eq!(sign_in(Side::Agent), sign_in(Side::Session));
        prop_assert_eq!(sign_in(Side::Agent).is_empty(), center.sign_in == SignIn::Unknown);
        let streams = |side: Side| list.rows.iter().any(|row| row.side == side && row.id.starts_with("appstream-streaming"));
        prop_assert_eq!(streams(Side::Agent), center.desktops.is_some(), "with FIPS, too, wherever AWS has it");
        prop_assert!(!streams(Side::Session) && !streams(Side::Builder));
    }

    #[test]
    fn nothing_in_a_list_has_a_hole_and_everything_says_why(center in centers(), asked in asked()) {
        let list = of(&center, &asked);
        for row in &list.rows {
            prop_assert!(!row.destinations().is_empty(), "{}", row.id);
            prop_assert!(!row.reason.is_empty() && !row.source.is_empty());
            for to in row.destinations() {
                prop_assert!(!to.contains(['{', '}']) && !to.contains(".."), "{}: {}", row.id, to);
            }
        }
        let govcloud = center.holds(Condition::GovCloud);
        let commercial = list.rows.iter().any(|row| row.hosts.iter().any(|host| host == "signin.aws.amazon.com"));
        prop_assert!(!(govcloud && commercial));
    }

    #[test]
    fn what_two_conditions_ask_for_is_what_each_of_them_asks_for(
        center in centers(),
        one in select(&ALSO[..]),
        two in select(&ALSO[..]),
    ) {
        let ids = |also: &[Condition]| -> BTreeSet<String> {
            let asked = Asked { also: also.iter().copied().collect(), ..Asked::default() };
            of(&center, &asked).rows.into_iter().map(|row| format!("{} {}", row.side.word(), row.id)).collect()
        };
        let both = ids(&[one, two]);
        let data = data();
        for id in ids(&[one]).union(&ids(&[two])) {
            let row = data.row(id.split_once(' ').unwrap().1).unwrap();
            let has_other = !row.fips.is_empty() && [one, two].contains(&Condition::Fips);
            let is_ruled_out = row.not.contains(&one) || row.not.contains(&two) || has_other;
            prop_assert!(both.contains(id) || is_ruled_out, "{id}");
        }
        for id in both.difference(&ids(&[one])) {
            let row = data.row(id.split_once(' ').unwrap().1).unwrap();
            prop_assert!(row.when.contains(&two), "{id}");
        }
    }

    #[test]
    fn addresses_stand_in_for_every_name_that_is_gone(center in centers(), asked in asked()) {
        let named = of(&center, &Asked { mode: Mode::Domains, ..asked.clone() });
        let addressed = of(&center, &Asked { mode: Mode::Addresses, ..asked.clone() });
        let both = of(&center, &Asked { mode: Mode::Both, ..asked });
        let data = data();
        let has = |list: &AllowList, side: Side, id: &str| list.rows.iter().any(|row| row.side == side && row.id == id);
        for row in &named.rows {
            prop_assert!(has(&both, row.side, &row.id), "{}", row.id);
            let instead = &data.row(&row.id).unwrap().instead;
            prop_assert_eq!(has(&addressed, row.side, &row.id), instead.is_empty(), "{}", row.id);
            if !instead.is_empty() {
                prop_assert!(instead.iter().any(|id| has(&addressed, row.side, id)), "{}", row.id);
            }
        }
        for row in &addressed.rows {
            prop_assert!(has(&both, row.side, &row.id), "{}", row.id);
        }
    }
}

#[test]
fn what_no_source_gives_is_said_where_it_matters() {
    let center = center("eu-west-2", "eu-west-1");
    let notes = |asked: Asked| of(&center, &asked).notes.join(" ");
    let agent = Asked {
        sides: vec![Side::Agent],
        ..Asked::default()
    };
    assert_eq!(notes(agent.clone()), "");
    let workspace = Asked {
        also: BTreeSet::from([Condition::AgentWorkspace]),
        ..agent.clone()
    };
    assert!(notes(workspace).contains("agent workspace"));
    let turn = Asked {
        turn: Names::Hosts,
        ..agent.clone()
    };
    assert!(notes(turn).contains("use the wildcard"));
    let addresses = Asked {
        mode: Mode::Addresses,
        ..agent
    };
    assert!(notes(addresses).contains("listed by name"));
    let session = Asked {
        sides: vec![Side::Session],
        ..Asked::default()
    };
    assert!(notes(session).contains("Windows"));
    let without_file = crate::list::list(
        &center,
        data(),
        &Asked {
            mode: Mode::Addresses,
            ..Asked::default()
        },
        None,
    );
    assert!(
        without_file
            .notes
            .iter()
            .any(|note| note.contains("--ranges FILE"))
    );
    assert!(without_file.ranges.is_none());
}

#[test]
fn what_a_blueprint_does_not_know_is_a_pattern_and_says_so() {
    let mut center = center("eu-west-2", "eu-west-1");
    center.instance.as_mut().unwrap().host = None;
    center.instance.as_mut().unwrap().existing = true;
    center.pages.as_mut().unwrap().host = None;
    let list = of(&center, &Asked::default());
    let row = |id: &str| list.rows.iter().find(|row| row.id == id).unwrap();
    assert_eq!(row("connect-instance").hosts, ["*.my.connect.aws"]);
    assert_eq!(row("connect-instance").remarks.len(), 2);
    assert_eq!(row("pages-s3").hosts, ["*.s3.eu-west-2.amazonaws.com"]);
    assert!(
        row("pages-s3")
            .remarks
            .iter()
            .any(|remark| remark.contains("aws.account"))
    );
}

/// Where AWS lists no host with FIPS 140 cryptography, the ordinary one stays, and that is said.
#[test]
fn fips_takes_away_only_what_it_replaces() {
    let asked = Asked {
        also: [Condition::Fips].into(),
        ..Asked::default()
    };
    let found = |region: &str| -> BTreeSet<String> {
        let mut center = super::center("eu-west-2", region);
        center.desktops.as_mut().unwrap().sign_in = true;
        let list = of(&center, &asked);
        let ordinary = |row: &&Allowed| {
            row.remarks
                .iter()
                .any(|remark| remark.contains("the ordinary one"))
        };
        let of_desktops = list.rows.iter().filter(|row| row.id.starts_with("appstream-"));
        let (plain, fips): (Vec<&Allowed>, Vec<&Allowed>) = of_desktops.partition(ordinary);
        assert!(plain.iter().all(|row| !row.id.ends_with("-fips")));
        fips.iter()
            .filter(|row| row.id.ends_with("-fips"))
            .chain(&plain)
            .map(|row| row.id.clone())
            .collect()
    };
    let has = |found: &BTreeSet<String>, id: &str| found.contains(id);
    let ireland = found("eu-west-1");
    assert!(
        has(&ireland, "appstream-streaming-dcv") && has(&ireland, "appstream-relay"),
        "{ireland:?}"
    );
    assert!(ireland.iter().all(|id| !id.ends_with("-fips")), "{ireland:?}");
    let calgary = found("ca-west-1");
    assert!(
        has(&calgary, "appstream-streaming-dcv-fips") && has(&calgary, "appstream-relay"),
        "{calgary:?}"
    );
    assert!(!has(&calgary, "appstream-streaming-dcv"), "{calgary:?}");
    let virginia = found("us-east-1");
    assert!(
        has(&virginia, "appstream-relay-fips") && !has(&virginia, "appstream-relay"),
        "{virginia:?}"
    );
}

/// Parts of AWS have names of their own.
#[test]
fn hosts_are_those_of_the_part_of_aws() {
    let mut center = super::center("us-gov-west-1", "us-gov-west-1");
    center.instance.as_mut().unwrap().host = None;
    let hosts = |center: &Center| -> BTreeSet<String> {
        let list = of(center, &Asked::default());
        list.rows.into_iter().flat_map(|row| row.hosts).collect()
    };
    assert!(
        hosts(&center).contains("*.govcloud.connect.aws"),
        "{:?}",
        hosts(&center)
    );
    let mut center = super::center("cn-north-1", "cn-north-1");
    center.pages.as_mut().unwrap().host = None;
    let wrong: Vec<String> = hosts(&center)
        .into_iter()
        .filter(|host| host.ends_with(".cn-north-1.amazonaws.com"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(hosts(&center).contains("*.s3.cn-north-1.amazonaws.com.cn"));
    center.desktops.as_mut().unwrap().applications = vec!["crm.example.com.".into()];
    assert!(hosts(&center).contains("crm.example.com"));
}

#[test]
fn a_port_that_a_blueprint_writes_is_the_one_of_its_host() {
    let mut center = center("eu-west-2", "eu-west-1");
    let crm = Authority::of("https://crm.example.com:8443/x").unwrap();
    center.desktops.as_mut().unwrap().applications = vec![crm, "wiki.example.com".into()];
    let list = of(&center, &Asked::default());
    let rows = list.rows.iter().filter(|row| row.id == "session-applications");
    let rows: Vec<_> = rows
        .map(|row| (row.hosts.join(" "), row.ports[0].to_string(), row.is_https))
        .collect();
    let row = |host: &str, port: &str, is_https| (host.to_owned(), port.to_owned(), is_https);
    assert_eq!(
        rows,
        [
            row("wiki.example.com", "443/tcp", false),
            row("crm.example.com", "8443/tcp", true)
        ]
    );
}

/// Hosts by name grow old: each row that has some says of which day they are, and one without says that there are none.
#[test]
fn hosts_that_are_listed_one_by_one_say_of_which_day_they_are() {
    let asked = Asked {
        turn: Names::Hosts,
        cloudfront: Names::Hosts,
        ..Asked::default()
    };
    for (region, remark) in [
        (
            "eu-west-2",
            "AWS adds hosts without a notice: these are of 2026-11-28",
        ),
        ("ap-south-1", "no source lists the hosts of ap-south-1 one by one"),
    ] {
        let mut center = center(region, "eu-west-1");
        center.sign_in = SignIn::Directory;
        let list = of(&center, &asked);
        for id in [
            "connect-static",
            "connect-directory-cloudfront",
            "connect-media-agent",
        ] {
            let rows: Vec<&Allowed> = list.rows.iter().filter(|row| row.id == id).collect();
            assert!(!rows.is_empty(), "{id}");
            for row in rows {
                assert!(row.remarks.iter().any(|one| one.starts_with(remark)), "{row:?}");
            }
        }
    }
}
