//! The reader from outside: good blueprints, and what holds for any text at all.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::model::*;
use super::{has_errors, read};
use crate::diagnostic::Severity;

fn no_files(path: &str) -> Result<String, String> {
    Err(format!("there is no {path}"))
}

/// A blueprint that has to be good, warnings included.
fn good(text: &str) -> Blueprint {
    let (blueprint, findings) = read("b.yaml", text, &no_files);
    assert_eq!(findings, Vec::new());
    blueprint.expect("no errors")
}

/// The codes of all findings.
fn codes(text: &str) -> Vec<&'static str> {
    read("b.yaml", text, &no_files)
        .1
        .into_iter()
        .map(|finding| finding.code)
        .collect()
}

const SPLIT_CCP: &str = include_str!("../../blueprints/split-ccp.yaml");
const MINIMAL: &str = include_str!("../../blueprints/minimal.yaml");

#[test]
fn the_smallest_example_takes_defaults() {
    let blueprint = good(MINIMAL);
    assert!(!blueprint.protect, "a lifetime unprotects");
    let connect = blueprint.connect.expect("connect");
    assert_eq!(connect.identity, ConnectIdentity::Saml);
    assert!(connect.inbound && connect.outbound);
    let user = connect.users.values().next().expect("a user");
    assert_eq!(user.routing.value, "Basic Routing Profile");
    assert_eq!(user.after_contact_work, 0);
    let sign_in = blueprint.sign_in.expect("sign_in");
    assert_eq!(sign_in.role.session, 43200);
    assert_eq!(sign_in.destination, "/ccp-v2");
    assert_eq!(sign_in.scope, FederationScope::User);
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
        region(&blueprint.aws.appstream_region).as_deref(),
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
    assert_eq!((fleet.session, fleet.disconnect, fleet.idle), (43200, 900, 900));
    assert_eq!(
        (&fleet.capacity, fleet.view, fleet.power),
        (&Capacity::Fixed(2), View::Desktop, true)
    );
    let Source::Ours(stack) = &appstream.stacks["agents"] else {
        panic!("ours")
    };
    assert_eq!(
        (stack.clipboard, stack.files, stack.printing),
        (Direction::None, Direction::None, false)
    );
}

#[test]
fn places_point_at_the_text() {
    let text = "version: 1\nname: acme\naws: { account: \"123456789012\" }\n";
    let (_, findings) = read("b.yaml", text, &no_files);
    assert!(
        findings
            .iter()
            .all(|finding| finding.severity == Severity::Warning),
        "{findings:?}"
    );
    let blueprint = read("b.yaml", text, &no_files).0.expect("no errors");
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
    let marked = read("b.yaml", &marked, &no_files);
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

#[test]
fn metadata_is_read_through_the_caller() {
    let text = "version: 1
name: acme
connect: { alias: acme }
sign_in: { idp: { identity_center: { application: a, groups: [g], metadata: { file: idp.xml } } } }
";
    let xml = format!("<EntityDescriptor>{}</EntityDescriptor>", " ".repeat(1000));
    let load = |path: &str| {
        if path == "idp.xml" {
            Ok(xml.clone())
        } else {
            Err("no such file".to_owned())
        }
    };
    let (blueprint, findings) = read("b.yaml", text, &load);
    assert_eq!(findings, Vec::new());
    let metadata = blueprint
        .expect("no errors")
        .sign_in
        .expect("sign_in")
        .idp
        .application
        .metadata
        .expect("metadata");
    assert_eq!(metadata.value, Metadata::File("idp.xml".into(), xml.clone()));
    assert_eq!(codes(text), ["unreadable-file"]);
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

#[test]
fn deep_nesting_is_refused() {
    for depth in [65, 300, 100_000] {
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

/// Whatever is said about a text stands inside of it, on the line and in the column that its offset means.
fn assert_places(text: &str) {
    let (blueprint, findings) = read("b.yaml", text, &no_files);
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
    let drawn = crate::diagnostic::render::human(&findings, &|_| Some(text.to_owned()), false);
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
