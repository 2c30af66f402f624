//! The reader from outside: good blueprints, and what holds for any text at all.

mod bootstrap;
mod metadata;
mod names;
mod partitions;
mod products;

use std::fmt::Write as _;
use std::time::Duration;

use proptest::prelude::*;

use super::model::*;
use super::{Sources, has_errors, read};
use headset_core::diagnostic::Severity;
use headset_kinds::Secret;

/// A blueprint that has to be good, warnings included.
fn good(text: &str) -> Blueprint {
    let (blueprint, findings) = read(&Sources::alone("b.yaml", text));
    assert_eq!(findings, Vec::new());
    blueprint.expect("no errors")
}

/// The codes of all findings.
fn codes(text: &str) -> Vec<&'static str> {
    read(&Sources::alone("b.yaml", text))
        .1
        .into_iter()
        .map(|finding| finding.code)
        .collect()
}

const SPLIT_CCP: &str = include_str!("../../../blueprints/split-ccp.yaml");
const MINIMAL: &str = include_str!("../../../blueprints/minimal.yaml");

/// How long sessions last, in seconds.
fn session_times(fleet: &Fleet) -> (u64, u64, u64) {
    let times = &fleet.timeouts;
    let idle = times.idle.value;
    (
        times.session.as_secs(),
        times.disconnect.as_secs(),
        idle.as_secs(),
    )
}

#[test]
fn the_smallest_example_takes_defaults() {
    let blueprint = good(MINIMAL);
    assert!(!blueprint.protect, "a lifetime unprotects");
    let connect = blueprint.connect.expect("connect");
    assert_eq!(connect.identity, ConnectIdentity::Saml);
    assert!(connect.calls.inbound && connect.calls.outbound);
    let user = connect.users.values().next().expect("a user");
    assert_eq!(user.routing.value, "Basic Routing Profile");
    assert_eq!(user.after_contact_work, Duration::ZERO);
    let sign_in = blueprint.sign_in.expect("sign_in");
    assert_eq!(sign_in.role.session, Duration::from_hours(12));
    assert_eq!(sign_in.connect.destination, "/ccp-v2");
    assert_eq!(sign_in.connect.scope, FederationScope::User);
    assert_eq!(sign_in.user_name, UserName::Email);
    assert_eq!(blueprint.ccp.expect("ccp").title, "Contact Control Panel");
    assert!(blueprint.appstream.is_none());
}

#[test]
fn the_whole_example_says_what_the_design_says() {
    let blueprint = good(SPLIT_CCP);
    let region = |region: &Option<At<String>>| region.as_ref().map(|region| region.value.clone());
    assert_eq!(region(&blueprint.aws.region).as_deref(), Some("eu-west-2"));
    assert_eq!(
        region(&blueprint.aws.regions.appstream).as_deref(),
        Some("eu-west-1")
    );
    assert_eq!(
        region(&blueprint.aws.identity_center.region).as_deref(),
        Some("us-east-1")
    );
    let connect = blueprint.connect.expect("connect");
    let users: Vec<&str> = connect.users.keys().map(String::as_str).collect();
    assert_eq!(
        users,
        ["admin@example.com", "agent1@example.com", "agent2@example.com"]
    );
    assert_eq!(connect.attributes.get("CONTACTFLOW_LOGS"), Some(&true));
    let appstream = blueprint.appstream.expect("appstream");
    let Source::Ours(image) = &appstream.images["agent-desktop"] else {
        panic!("ours")
    };
    let ImageOrigin::Built(image) = &image.origin else {
        panic!("built")
    };
    assert_eq!(image.apps["ccp"].launch, Launch::InSessionPage);
    assert!(matches!(image.apps["crm"].launch, Launch::Url(_)));
    let Source::Ours(fleet) = &appstream.fleets["agents"] else {
        panic!("ours")
    };
    assert_eq!(session_times(fleet), (43200, 900, 0));
    assert_eq!(
        (&fleet.capacity, fleet.view, fleet.power),
        (&Capacity::Fixed(2), View::Desktop, true)
    );
    let Source::Ours(stack) = &appstream.stacks["agents"] else {
        panic!("ours")
    };
    assert_eq!(
        (stack.clipboard, stack.files, stack.printing),
        (Direction::None, Direction::None, Printing::None)
    );
}

#[test]
fn places_point_at_the_text() {
    let text = "version: 1\nname: acme\naws: { account: \"123456789012\" }\n";
    let (_, findings) = read(&Sources::alone("b.yaml", text));
    assert!(
        findings
            .iter()
            .all(|finding| finding.severity == Severity::Warning),
        "{findings:?}"
    );
    let blueprint = read(&Sources::alone("b.yaml", text)).0.expect("no errors");
    let account = blueprint.aws.account.expect("an account");
    assert_eq!((account.place.line, account.place.column), (3, 17));
    assert_eq!(
        &text[account.place.bytes.0..account.place.bytes.1],
        "\"123456789012\""
    );
    assert_eq!(
        &text[blueprint.name.place.bytes.0..blueprint.name.place.bytes.1],
        "acme"
    );
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_change_nothing() {
    let plain = good(MINIMAL);
    let marked = format!("\u{feff}{}", MINIMAL.replace('\n', "\r\n"));
    let marked = read(&Sources::alone("b.yaml", &marked));
    assert_eq!(marked.1, Vec::new());
    assert_eq!(marked.0.expect("no errors").name.value, plain.name.value);
}

#[test]
fn protect_follows_lifetime_unless_it_is_said() {
    let base = "version: 1\nname: acme\nconnect: { alias: acme }\n";
    assert!(good(base).protect);
    assert!(!good(&format!("{base}lifetime: 3d\n")).protect);
    assert!(
        good(&format!("{base}lifetime: 3d\nprotect: true\n"))
            .connect
            .expect("connect")
            .entry
            .protect
    );
}

#[test]
fn aliases_and_merges_repeat_values() {
    let blueprint = good(
        "version: 1
name: acme
connect:
  alias: acme
sign_in: { idp: { identity_center: { application: a, groups: &groups [one, two], users: *groups } } }
ccp: { tags: { a: b } }
"
        .replace(
            "ccp: { tags: { a: b } }\n",
            "tags: { <<: { a: x, b: y }, a: own }\n",
        )
        .as_str(),
    );
    let idp = blueprint.sign_in.expect("sign_in").idp;
    let names = |names: &[At<String>]| names.iter().map(|name| name.value.clone()).collect::<Vec<_>>();
    assert_eq!(names(&idp.users), names(&idp.groups));
    assert_eq!(blueprint.tags["a"], "own");
    assert_eq!(blueprint.tags["b"], "y");
}

#[test]
fn an_escaped_dollar_is_a_dollar() {
    let blueprint = good("version: 1\nname: acme\nconnect: { alias: acme }\nccp: { title: \"$${team}\" }\n");
    assert_eq!(blueprint.ccp.expect("ccp").title, "${team}");
}

const EVERYTHING: &str = include_str!("../../../tests/whole/single-sign-on.yaml");
const OWN_DIRECTORY: &str = include_str!("../../../tests/whole/own-directory.yaml");
const EXISTING: &str = include_str!("../../../tests/whole/existing-instance.yaml");

/// An identity provider's metadata, whose certificate is valid until 2054.
const METADATA: &str = include_str!("../../kinds/src/iam/samples/metadata.xml");

/// Any file is SAML metadata, and any other an empty blueprint.
fn any_file(path: &str) -> Result<String, headset_core::text_file::Unreadable> {
    if path.ends_with(".svg") {
        Ok(r#"<svg xmlns="http://www.w3.org/2000/svg"/>"#.to_owned())
    } else if path.ends_with(".xml") {
        // As Identity Center issues it: the other product's are met on their own.
        let portal = "https://portal.sso.us-east-1.amazonaws.com/saml/assertion/MTIz";
        Ok(METADATA.replace("https://idp.example.com/saml\"", &format!("{portal}\"")))
    } else {
        Ok("version: 1\n".to_owned())
    }
}

fn whole(text: &str) -> Blueprint {
    let (blueprint, findings) = read(&Sources {
        load: &any_file,
        ..Sources::alone("folder/b.yaml", text)
    });
    assert_eq!(findings, Vec::new());
    blueprint.expect("no errors")
}

fn value<T: Clone>(at: &Option<At<T>>) -> Option<T> {
    at.as_ref().map(|at| at.value.clone())
}

fn values(list: &[At<String>]) -> Vec<&str> {
    list.iter().map(|at| at.value.as_str()).collect()
}

#[test]
fn every_key_of_single_sign_on_arrives() {
    let blueprint = whole(EVERYTHING);
    let moved = &blueprint.moved[0];
    assert_eq!(moved.from.value.to_string(), "appstream.fleet/old");
    assert_eq!(moved.to.value.to_string(), "appstream.fleet/agents");
    assert_eq!(blueprint.removed[0].value.to_string(), "appstream.stack/older");
    assert_eq!(blueprint.tags["empty"], "");
    let connect = blueprint.connect.expect("connect");
    let waits = |create: u64, update: u64, delete: u64| Waits {
        create: Some(create * 60),
        update: Some(update * 60),
        delete: Some(delete * 60),
    };
    assert_eq!(connect.entry.waits, waits(30, 10, 20));
    assert!(!connect.entry.protect && blueprint.protect && connect.calls.inbound && !connect.calls.outbound);
    let user = &connect.users["agent1@example.com"];
    assert_eq!(
        (user.entry.waits, user.after_contact_work),
        (waits(5, 6, 7), Duration::from_secs(30))
    );
    let sign_in = blueprint.sign_in.expect("sign_in");
    assert_eq!(sign_in.idp.product, IdpProduct::IdentityCenter);
    assert_eq!(sign_in.connect.instances.len(), 2);
    let desktop = sign_in.appstream.expect("appstream");
    let application = &desktop.stacks["agents"];
    assert_eq!(value(&application.name).as_deref(), Some("Desktop"));
    assert!(matches!(
        value(&application.metadata),
        Some(Metadata::File(path, _)) if path.ends_with("folder/idp.xml")
    ));
    assert!(application.application_arn.is_some() && application.start_url.is_some());
    assert_eq!(value(&desktop.role.name).as_deref(), Some("acme-desktop"));
    assert_eq!(desktop.endpoint, DesktopEndpoint::EucSso);
    assert_eq!(
        (desktop.role.session, desktop.role.path.as_deref()),
        (Some(Duration::from_hours(2)), Some("/desktop/"))
    );
    assert_eq!(sign_in.role.session, Duration::from_hours(8));
    let ccp = blueprint.ccp.expect("ccp");
    assert_eq!(
        (ccp.audio, value(&ccp.entry.name)),
        (Audio::Session, Some("acme-pages".to_owned()))
    );
    assert_eq!(ccp.entry.waits, waits(2, 3, 4));
}

#[test]
fn every_key_of_images_and_fleets_arrives() {
    let appstream = whole(EVERYTHING).appstream.expect("appstream");
    assert!(!appstream.service_roles);
    assert_eq!(value(&appstream.usage_reports), Some(true));
    let image = |key: &str| match &appstream.images[key] {
        Source::Ours(image) => image.clone(),
        Source::Existing(_) => panic!("{key} is ours"),
    };
    let built = image("built");
    assert_eq!(value(&built.entry.name).as_deref(), Some("acme-desk"));
    assert_eq!(built.description.as_deref(), Some("The desk of the support team"));
    let shares = built.share.expect("shared");
    assert_eq!(
        shares["111122223333"],
        Share {
            fleet: true,
            builder: true
        }
    );
    let ImageOrigin::Built(build) = built.origin else {
        panic!("built")
    };
    assert_eq!(
        (build.root_volume, build.imds_v1, build.browser),
        (Some(300), Some(false), Browser::Edge)
    );
    assert_eq!(value(&build.agent).as_deref(), Some("LATEST"));
    assert!(build.role.is_some());
    let network = build.network.expect("its own");
    assert_eq!(network.internet, Internet::Default);
    assert!(matches!(image("public").origin, ImageOrigin::Newest(_)));
    assert!(matches!(
        image("copied").origin,
        ImageOrigin::Copied(Copied { region: Some(_), .. })
    ));
    assert_eq!(
        image("copied").share.expect("shared")["111122223333"],
        Share {
            fleet: true,
            builder: false
        }
    );
    assert!(matches!(image("shared").origin, ImageOrigin::Shared(_)));
    assert!(matches!(appstream.images["old"], Source::Existing(_)));
    let Source::Ours(fleet) = &appstream.fleets["agents"] else {
        panic!("ours")
    };
    assert_eq!(value(&fleet.sessions_per_instance), Some(4));
    assert_eq!(session_times(fleet), (36000, 600, 0));
    assert_eq!(fleet.entry.waits.create, Some(7200));
    assert_eq!((fleet.root_volume, fleet.imds_v1), (Some(400), Some(true)));
    assert_eq!(values(&fleet.usb), ["Headset,046d,0a44,,,,1,0"]);
    assert_eq!(
        values(&fleet.network.as_ref().expect("its own").subnets),
        ["subnet-3a1b2c3d4e5f60718"]
    );
    let Capacity::Scaled(scaling) = &fleet.capacity else {
        panic!("scaled")
    };
    assert_eq!((scaling.min, scaling.max, scaling.target), (2, 20, Some(75)));
    assert_eq!(
        (scaling.cooldown.after_removal, scaling.cooldown.after_addition),
        (Some(Duration::from_mins(5)), Some(Duration::from_mins(2)))
    );
    assert!(!scaling.scale_in);
    let mornings = &scaling.schedule["mornings"];
    assert_eq!((mornings.min, mornings.max), (Some(10), Some(20)));
    assert_eq!(value(&mornings.time_zone).as_deref(), Some("Europe/London"));
    assert_eq!(scaling.schedule["once"].at.value, "at(2035-12-24T18:00:00)");
}

#[test]
fn every_key_of_stacks_and_the_pool_arrives() {
    let appstream = whole(EVERYTHING).appstream.expect("appstream");
    let Source::Ours(stack) = &appstream.stacks["agents"] else {
        panic!("ours")
    };
    assert_eq!(
        (stack.clipboard, stack.clipboard_limit),
        (Direction::Both, Some(4096))
    );
    assert_eq!(
        (stack.files, stack.printing, stack.time_zone),
        (Direction::In, Printing::Local, true)
    );
    assert_eq!(
        (stack.smart_card, stack.domain_sign_in, stack.streaming),
        (true, DomainSignIn::Both, Some(Transport::Tcp))
    );
    assert!(stack.storage.home_folders);
    assert_eq!(
        values(&stack.storage.google_drive.as_ref().expect("there").domains),
        ["example.com"]
    );
    let one_drive = stack.storage.one_drive.as_ref().expect("there");
    assert_eq!(values(&one_drive.admin_consent), ["example.org"]);
    assert!(matches!(&stack.app_settings, AppSettings::On(Some(group)) if group.value == "support"));
    assert!(stack.redirect_url.is_some() && stack.feedback_url.is_some());
    assert_eq!(values(&stack.embed_domains), ["crm.example.com"]);
    let AccessEndpoints::Named(endpoints) = &stack.access_endpoints else {
        panic!("{:?}", stack.access_endpoints);
    };
    assert_eq!(values(endpoints), ["vpce-0a1b2c3d4e5f60718"]);
    let theme = stack.theme.as_ref().expect("there");
    assert_eq!((theme.colour, theme.enabled), (Colour::LightBlue, false));
    assert_eq!(theme.logo.bucket.value, "acme-brand");
    let links: Vec<&str> = theme.links.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(links, ["Help", "About us"], "in the order of the file");
    let Source::Ours(plain) = &appstream.stacks["plain"] else {
        panic!("ours")
    };
    assert_eq!(plain.app_settings, AppSettings::On(None));
    let user = &appstream.users["agent1@example.com"];
    assert_eq!((user.notify, user.enabled, user.existing), (true, false, false));
    assert_eq!(values(&user.stacks), ["agents"]);
    assert!(appstream.users["agent2@example.com"].existing);
}

#[test]
fn a_password_is_only_ever_a_place() {
    let connect = whole(OWN_DIRECTORY).connect.expect("connect");
    let secret = |user: &str| value(&connect.users[user].password).expect("a password");
    assert_eq!(secret("agent1"), Secret::Env("AGENT1_PASSWORD".to_owned()));
    // Relative to the file that says so.
    assert_eq!(secret("agent2"), Secret::File("folder/secrets/agent2".to_owned()));
    assert!(matches!(secret("agent3"), Secret::SecretsManager(_)));
    assert_eq!(secret("agent4"), Secret::Parameter("/acme/agent4".to_owned()));
    assert_eq!(secret("agent5"), Secret::Existing);
    assert_eq!(
        value(&connect.users["agent1"].email).as_deref(),
        Some("agent1@example.com")
    );
}

#[test]
fn an_existing_instance_and_shorthands() {
    let blueprint = whole(EXISTING);
    assert!(blueprint.aws.identity_center.by_hand);
    let connect = blueprint.connect.expect("connect");
    assert!(matches!(connect.instance(), Source::Existing(_)));
    let sign_in = blueprint.sign_in.expect("sign_in");
    let (role, desktop) = (sign_in.role, sign_in.appstream.expect("appstream"));
    assert_eq!(desktop.stacks["agents"].name, None);
    assert_eq!(desktop.role.over(&role), role);
}

#[test]
fn an_alias_bomb_is_refused_before_it_goes_off() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let below = level - 1;
        let list = vec![format!("*a{below}"); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{list}]").expect("a string takes everything");
    }
    assert_eq!(codes(&text), ["too-big"]);
}

#[test]
fn a_blueprint_of_two_megabytes_is_refused() {
    assert_eq!(
        codes(&format!("version: 1\nname: {}\n", "x".repeat(2 << 20))),
        ["too-big"]
    );
}

/// How long this thread has had a processor: the machine may be busy with other tests.
fn worked() -> std::time::Duration {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").expect("tests run on Linux");
    let nanoseconds = statistics.split(' ').next().and_then(|first| first.parse().ok());
    std::time::Duration::from_nanos(nanoseconds.expect("its first number"))
}

/// Far more than any of these texts takes, on a busy machine too, and far less than time that grows with the square of a
/// megabyte, which is minutes.
const ENDLESS: std::time::Duration = std::time::Duration::from_secs(20);

/// Reads a hostile text in time that does not grow with its square, and says what was found.
fn hostile(text: &str) -> Vec<&'static str> {
    let start = worked();
    let (blueprint, findings) = read(&Sources {
        load: &|_| Ok(text.to_owned()),
        variable: &|_| Some("x".repeat(1 << 19)),
        ..Sources::alone("b.yaml", text)
    });
    let drawn = headset_core::diagnostic::render::human(&findings, &|_| Some(text.to_owned()), false);
    let took = worked() - start;
    assert!(blueprint.is_none());
    assert!(findings.len() <= 500, "{} findings", findings.len());
    assert!(drawn.len() < 1 << 21, "{} bytes are drawn", drawn.len());
    let codes: Vec<&str> = findings.into_iter().map(|finding| finding.code).collect();
    assert!(took < ENDLESS, "it took {took:?} to find {:?}", codes.last());
    codes
}

#[test]
fn hostile_blueprints_come_to_an_end() {
    let head = "version: 1\nname: acme\n";
    let numbered = |count: usize, line: &dyn Fn(usize) -> String| -> String {
        (0..count).map(line).collect::<Vec<_>>().concat()
    };
    // A million keys are more than a megabyte; fifty thousand are not.
    let million = numbered(1_000_000, &|n| format!("k{n}: 1\n"));
    assert_eq!(hostile(&million), ["too-big"]);
    let keys = numbered(45_000, &|n| format!("k{n}: 1\n"));
    assert!(hostile(&format!("{head}{keys}")).contains(&"too-many"));
    let same = "k: 1\n".repeat(45_000);
    assert!(hostile(&format!("{head}{same}")).contains(&"duplicate-key"));
    // One map merged many times, and one large map merged once.
    let merged = numbered(20_000, &|n| format!("  k{n}: 1\n"));
    assert!(hostile(&format!("{head}x: &x\n{merged}y: {{ <<: [*x, *x, *x] }}\n")).contains(&"too-big"));
    let merged = numbered(15_000, &|n| format!("  k{n}: 1\n"));
    let once = hostile(&format!("{head}tags: {{ <<: *x }}\nconnect: &x\n{merged}"));
    assert!(once.contains(&"unknown-anchor"), "{once:?}");
    let once = hostile(&format!("{head}connect: &x\n{merged}tags:\n  <<: *x\n"));
    assert!(once.contains(&"too-many"), "{once:?}");
    // A long text repeated by aliases: small in the file, fifty gigabytes in memory.
    let long = format!(
        "{head}x: &x {}\ny: [{}]\n",
        "x".repeat(500_000),
        "*x,".repeat(90_000)
    );
    assert_eq!(hostile(&long), ["too-big"]);
    // A list that is anchored on thirty levels is kept thirty times.
    let deep: String = (0..28).map(|n| format!("&a{n} [")).collect();
    let nested = format!("{head}x: {deep}{}{}\n", "x,".repeat(80_000), "]".repeat(28));
    assert_eq!(hostile(&nested), ["too-big"]);
    // Many short lists on one line.
    let lists = format!("{head}x: [{}]\n", "[x],".repeat(49_000));
    assert!(hostile(&lists).contains(&"unknown-key"));
    // A long key, and entries without end below it.
    let entries = numbered(40_000, &|n| format!("    k{n}: {{}}\n"));
    let key = "x".repeat(1000);
    assert!(hostile(&format!("{head}appstream:\n  {key}:\n{entries}")).contains(&"unknown-key"));
    assert!(hostile(&format!("{head}appstream:\n  stacks:\n{entries}")).contains(&"bad-value"));
    // References to nothing among a thousand entries that are there.
    let fleets = numbered(1000, &|n| format!("    fleet-number-{n}: {{ existing: x{n} }}\n"));
    let stacks = numbered(1000, &|n| format!("    s{n}: {{ fleet: fleet-numbre-{n} }}\n"));
    let references = format!("{head}appstream:\n  fleets:\n{fleets}  stacks:\n{stacks}");
    assert!(hostile(&references).contains(&"too-many"));
    // Variables that grow.
    let variables = format!(
        "{head}tags:\n{}",
        numbered(1000, &|n| format!("  k{n}: \"${{env:A}}\"\n"))
    );
    assert!(hostile(&variables).contains(&"too-big"));
    // A file that extends itself, eight times a level.
    let bases = (0..60)
        .map(|n| format!("f{n}.yaml"))
        .collect::<Vec<_>>()
        .join(", ");
    assert!(hostile(&format!("extends: [{bases}]\n{head}")).contains(&"too-big"));
}

#[test]
fn deep_nesting_is_refused() {
    for depth in [33, 300, 100_000] {
        for text in [
            "[".repeat(depth),
            format!("a: {}1{}", "{a: ".repeat(depth), "}".repeat(depth)),
            "- ".repeat(depth),
        ] {
            let codes = codes(&text);
            assert_eq!(codes, ["too-deep"], "{depth}");
        }
    }
}

#[test]
fn a_long_line_is_read_in_linear_time() {
    // A megabyte on one line with a hundred thousand values: counting columns from the line's start each time would
    // take minutes.
    let text = format!("version: 1\nname: acme\nx: [{}]\n", "abcdefg,".repeat(99_000));
    assert_eq!(codes(&text), ["unknown-key"]);
}

/// Every finding about a text lies inside of it, on the line and in the column that its offset means.
fn assert_places(text: &str) {
    let (blueprint, findings) = read(&Sources::alone("b.yaml", text));
    assert_eq!(blueprint.is_none(), has_errors(&findings), "{findings:?}");
    for finding in &findings {
        let place = finding
            .place
            .as_ref()
            .expect("every finding of the reader has a place");
        let (start, end) = place.bytes;
        assert!(start <= end && end <= text.len(), "{finding:?}");
        let before = &text[..start];
        assert_eq!(place.line, before.matches('\n').count() + 1, "{finding:?}");
        let line = before.rsplit('\n').next().unwrap_or_default();
        assert_eq!(place.column, line.chars().count() + 1, "{finding:?}");
        assert!(text.is_char_boundary(end), "{finding:?}");
    }
    let drawn = headset_core::diagnostic::render::human(&findings, &|_| Some(text.to_owned()), false);
    assert_eq!(drawn.is_empty(), findings.is_empty());
}

/// Lines that are nearly a blueprint, so that chance reaches deep into the readers.
fn nearly_a_blueprint() -> impl Strategy<Value = String> {
    let lines: Vec<&'static str> = SPLIT_CCP
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .collect();
    let pieces = prop_oneof![
        8 => proptest::sample::select(lines).prop_map(str::to_owned),
        1 => "[ \t]{0,6}[a-z_]{1,9}: ?(\\[|\\{|&a|\\*a|\"|'|é|~|[0-9]{1,3}[mhd]?|yes|\\$\\{x\\}|<<)?",
        1 => "\\PC{0,20}",
    ];
    proptest::collection::vec(pieces, 0..60).prop_map(|lines| lines.join("\n"))
}

/// The whole example with one stretch replaced.
fn damaged() -> impl Strategy<Value = String> {
    (
        0..SPLIT_CCP.len(),
        0..30_usize,
        "\\PC{0,6}|[\\[\\]{}:,&*!|>'\"%@`#\\-\\?\t\r\n\u{feff}]{0,4}",
    )
        .prop_map(|(start, length, replacement)| {
            let boundary =
                |offset: usize| (offset..=SPLIT_CCP.len()).find(|&o| SPLIT_CCP.is_char_boundary(o));
            let start = boundary(start).unwrap_or(0);
            let end = boundary((start + length).min(SPLIT_CCP.len())).unwrap_or(start);
            format!("{}{replacement}{}", &SPLIT_CCP[..start], &SPLIT_CCP[end..])
        })
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "(\\PC|\n|\r|\t|\u{0}|\u{feff}){0,200}") {
        assert_places(&text);
    }

    #[test]
    fn nearly_a_blueprint_is_read_without_panic(text in nearly_a_blueprint()) {
        assert_places(&text);
    }

    #[test]
    fn a_damaged_blueprint_is_read_without_panic(text in damaged()) {
        assert_places(&text);
    }
}
