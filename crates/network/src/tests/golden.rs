//! What each condition, and each sort of region, adds to a list and takes from it: `lists.txt`.

use std::collections::BTreeSet;

use super::{center, data, lines, of};
use crate::center::{Audio, Center, Pages, SignIn};
use crate::list::{Asked, Mode, Names};
use crate::terms::Condition;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/lists.txt");
/// The same for every region that the data names.
const REGIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/regions.txt");

fn base() -> Center {
    center("eu-west-2", "eu-west-1")
}

fn with(change: impl FnOnce(&mut Center)) -> Center {
    let mut center = base();
    change(&mut center);
    center
}

fn desktops(change: impl FnOnce(&mut crate::center::Desktops)) -> Center {
    with(|center| change(center.desktops.as_mut().unwrap()))
}

fn also(conditions: &[Condition]) -> Asked {
    Asked {
        also: conditions.iter().copied().collect(),
        ..Asked::default()
    }
}

fn plain() -> Asked {
    Asked::default()
}

/// Every case: what it is, the environment, what is asked.
fn cases() -> Vec<(&'static str, Center, Asked)> {
    let identity_center = |portal: Option<&str>| SignIn::IdentityCenter {
        region: "us-east-1".to_owned(),
        portal: portal.map(str::to_owned),
    };
    let hosts = Asked {
        turn: Names::Hosts,
        cloudfront: Names::Hosts,
        ..plain()
    };
    let by = |mode: Mode| Asked { mode, ..plain() };
    vec![
        (
            "session audio",
            with(|center| center.audio = Audio::Session),
            plain(),
        ),
        ("phone audio", with(|center| center.audio = Audio::Phone), plain()),
        (
            "Identity Center",
            with(|center| center.sign_in = identity_center(Some("d-0123456789.awsapps.com"))),
            plain(),
        ),
        (
            "Identity Center, portal unknown",
            with(|center| center.sign_in = identity_center(None)),
            plain(),
        ),
        (
            "Connect's own directory",
            with(|center| center.sign_in = SignIn::Directory),
            plain(),
        ),
        (
            "identity provider unknown",
            with(|center| {
                center.sign_in = SignIn::Provider {
                    name: "Okta".to_owned(),
                    hosts: Vec::new(),
                };
            }),
            plain(),
        ),
        (
            "CloudFront",
            with(|center| {
                center.pages = Some(Pages {
                    cloudfront: true,
                    host: Some("desk.example.com".to_owned()),
                });
            }),
            plain(),
        ),
        (
            "CloudFront, host unknown",
            with(|center| {
                center.pages = Some(Pages {
                    cloudfront: true,
                    host: None,
                });
            }),
            plain(),
        ),
        (
            "user pool",
            desktops(|desktops| desktops.user_pool = true),
            plain(),
        ),
        (
            "desktop sign-in",
            desktops(|desktops| desktops.sign_in = true),
            plain(),
        ),
        ("UDP streaming", desktops(|desktops| desktops.udp = true), plain()),
        (
            "streaming endpoint",
            desktops(|desktops| desktops.endpoint = true),
            plain(),
        ),
        (
            "applications and installers",
            desktops(|desktops| {
                desktops.applications = vec!["crm.example.com".into()];
                desktops.installers = vec!["downloads.example.com".into()];
            }),
            plain(),
        ),
        (
            "sites of other products",
            with(|center| center.sites = vec!["acme.lightning.force.com".into()]),
            plain(),
        ),
        ("no desktops", with(|center| center.desktops = None), plain()),
        ("no instance", with(|center| center.instance = None), plain()),
        (
            "storage in sessions",
            desktops(|desktops| desktops.storage = true),
            plain(),
        ),
        ("attachments", base(), also(&[Condition::Attachments])),
        ("agent workspace", base(), also(&[Condition::AgentWorkspace])),
        ("screen recording", base(), also(&[Condition::ScreenRecording])),
        ("scheduling", base(), also(&[Condition::Scheduling])),
        ("Global Resiliency", base(), also(&[Condition::GlobalResiliency])),
        ("domain-joined", base(), also(&[Condition::DomainJoined])),
        ("stateless", base(), also(&[Condition::Stateless])),
        ("hosts instead of wildcards", base(), hosts.clone()),
        ("addresses", base(), by(Mode::Addresses)),
        ("both", base(), by(Mode::Both)),
        (
            "region: no *.streaming",
            center("eu-west-2", "eu-south-1"),
            plain(),
        ),
        (
            "region: no sign-in host",
            {
                let mut center = center("eu-west-2", "ca-west-1");
                center.desktops.as_mut().unwrap().sign_in = true;
                center
            },
            plain(),
        ),
        (
            "region: static files from the instance",
            center("ca-central-1", "ca-central-1"),
            hosts,
        ),
        (
            "region: FIPS",
            {
                let mut center = center("us-east-1", "us-east-1");
                let desktops = center.desktops.as_mut().unwrap();
                (desktops.sign_in, desktops.udp) = (true, true);
                center
            },
            also(&[Condition::Fips]),
        ),
        (
            "region: GovCloud",
            center("us-gov-west-1", "us-gov-west-1"),
            plain(),
        ),
        (
            "region: no addresses of its own",
            center("ap-northeast-1", "eu-west-1"),
            by(Mode::Addresses),
        ),
    ]
}

/// The lines of a list, and what it says that it does not know.
fn said(center: &Center, asked: &Asked) -> Vec<String> {
    let list = of(center, asked);
    let notes = list.notes.iter().map(|note| format!("note: {note}"));
    lines(&list).into_iter().chain(notes).collect()
}

/// What a row, or a note, of the data can hang on is true in some case and false in another.
#[test]
fn each_condition_of_the_data_has_a_case() {
    let data = data();
    let of_rows = data.rows.iter().flat_map(|row| row.when.iter().chain(&row.not));
    let of_notes = data.not_established.iter().flat_map(|gap| &gap.when);
    let conditions: BTreeSet<Condition> = of_rows.chain(of_notes).copied().collect();
    assert!(conditions.len() > 20, "{conditions:?}");
    let mut cases = cases();
    cases.push(("base", base(), plain()));
    for condition in conditions {
        for wanted in [true, false] {
            let mut all = cases.iter();
            assert!(
                all.any(|(_, center, asked)| asked.holds(center, condition) == wanted),
                "{condition:?} is {wanted} in no case"
            );
        }
    }
}

#[test]
fn each_condition_and_each_sort_of_region_has_its_list() {
    let first = said(&base(), &plain());
    let before: BTreeSet<&String> = first.iter().collect();
    let mut text = format!(
        "# a split center in eu-west-2 and eu-west-1\n{}\n",
        first.join("\n")
    );
    for (name, center, asked) in cases() {
        let now = said(&center, &asked);
        let after: BTreeSet<&String> = now.iter().collect();
        text.extend(difference(name, &before, &after));
        assert!(
            before != after || name == "user pool",
            "{name}: a case that changes nothing shows nothing"
        );
    }
    is_golden(FILE, &text);
}

/// What a case adds and takes away.
fn difference(name: &str, before: &BTreeSet<&String>, after: &BTreeSet<&String>) -> Vec<String> {
    let mut text = vec![format!("\n# {name}\n")];
    for line in before.union(after) {
        match (before.contains(line), after.contains(line)) {
            (true, false) => text.push(format!("- {line}\n")),
            (false, true) => text.push(format!("+ {line}\n")),
            _ => {}
        }
    }
    text
}

fn is_golden(file: &str, text: &str) {
    if std::env::var_os("HEADSET_ACCEPT").is_some() {
        std::fs::write(file, text).unwrap();
    }
    let golden = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        golden == text,
        "{file} differs; look at what HEADSET_ACCEPT=1 makes of it:\n{text}"
    );
}

/// A center with both services in one region, and everything in its list that a region may have of its own.
#[test]
fn each_region_has_its_list() {
    let rows = &data().rows;
    let named = rows
        .iter()
        .flat_map(|row| row.by_region.keys().chain(&row.except).chain(&row.only));
    let regions: BTreeSet<&String> = named.collect();
    assert!(regions.len() > 12, "{regions:?}");
    let hosts = Asked {
        turn: Names::Hosts,
        cloudfront: Names::Hosts,
        ..plain()
    };
    let of_region = |region: &str| -> Vec<String> {
        let mut center = center(region, region);
        let desktops = center.desktops.as_mut().unwrap();
        (desktops.sign_in, desktops.udp) = (true, true);
        let lines = lines(&of(&center, &hosts)).into_iter();
        lines.map(|line| line.replace(region, "REGION")).collect()
    };
    let first = of_region("eu-west-2");
    let before: BTreeSet<&String> = first.iter().collect();
    let mut text = format!("# eu-west-2\n{}\n", first.join("\n"));
    for region in regions {
        let now = of_region(region);
        text.extend(difference(region, &before, &now.iter().collect()));
    }
    is_golden(REGIONS, &text);
}
