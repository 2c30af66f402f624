//! `headset init --set` writes no blueprint that `validate` refuses.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use headset_blueprint::language;
use serde_json::Value;

use crate::support::desk::Desk;

/// Every path of the language, with `x` for names, as its schema has them.
fn paths() -> Vec<String> {
    fn walk(schema: &Value, path: &str, found: &mut BTreeSet<String>) {
        let below = |key: &str| match path.is_empty() {
            true => key.to_owned(),
            false => format!("{path}.{key}"),
        };
        for (key, schema) in schema["properties"].as_object().into_iter().flatten() {
            found.insert(below(key));
            walk(schema, &below(key), found);
        }
        if schema["additionalProperties"].is_object() {
            found.insert(below("x"));
            walk(&schema["additionalProperties"], &below("x"), found);
        }
        for one in schema["anyOf"].as_array().into_iter().flatten() {
            walk(one, path, found);
        }
    }
    let mut found = BTreeSet::new();
    walk(&language::schema(), "", &mut found);
    found.into_iter().collect()
}

/// Values as people type them, and as they should not.
const VALUES: [&str; 48] = [
    "",
    "''",
    "'",
    "\"",
    "\"12\"",
    "12",
    "012345678901",
    "123456789012",
    "-1",
    "1.5",
    "1e3",
    "0x1F",
    "true",
    "yes",
    "null",
    "~",
    "acme",
    "Acme",
    "a b",
    "a: b",
    "a, b",
    "a } b",
    "a # b",
    "#a",
    "[a]",
    "{a: b}",
    "- a",
    "-",
    "*a",
    "&a b",
    "!a b",
    "|",
    ">",
    "%a",
    "@a",
    "`a`",
    "${env:HOME}",
    "${",
    "é",
    "1h",
    "90s",
    "eu-west-2",
    "saml",
    "https://example.com/a?b=c",
    "agents@example.com",
    "\u{feff}a",
    "a\tb",
    "a\nb",
];

/// What goes into one template or another, among it values and keys that YAML would read otherwise.
const GOOD: [&str; 16] = [
    "name=our-center",
    "connect.alias=our-center",
    "connect.calls.outbound=false",
    "connect.tags.team=a, b",
    "tags.team=a } b # c",
    "tags.12=yes",
    "tags.null=\"null\"",
    "tags.\"a b: c\"=012x",
    "tags.empty=\"\"",
    "aws.account=\"012345678901\"",
    "aws.region=eu-central-1",
    "aws.region=\"eu-west-1\"",
    "lifetime=2h",
    "protect=false",
    "appstream.stacks.agents.clipboard=both",
    "appstream.fleets.agents.display_name='it''s: ours'",
];

/// A small source of chance whose course its seed fixes.
struct Dice(u64);

impl Dice {
    fn of(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

#[test]
fn whatever_is_written_is_valid() {
    let paths = paths();
    assert!(paths.len() > 200, "{} paths", paths.len());
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let seed = u64::try_from(seed & u128::from(u64::MAX)).unwrap();
    let mut dice = Dice(seed);
    let desk = Desk::with("");
    let templates = ["minimal", "split-ccp", "secure-ccp", "ephemeral", "enterprise"];
    let (mut written, mut refused) = (0, 0);
    for round in 0..120 {
        let file = format!("{round}.yaml");
        let mut arguments = vec![
            "init",
            file.as_str(),
            "--template",
            templates[dice.of(templates.len())],
        ];
        let sets: Vec<String> = (0..=dice.of(2))
            .map(|_| {
                if dice.of(3) > 0 {
                    return GOOD[dice.of(GOOD.len())].to_owned();
                }
                let path = &paths[dice.of(paths.len())];
                let path = match dice.of(8) {
                    0 => format!("{path}x"),
                    1 => path.replace(".x", ".12"),
                    2 => path.replace(".x", ".\"a b: c\""),
                    _ => path.clone(),
                };
                format!("{path}={}", VALUES[dice.of(VALUES.len())])
            })
            .collect();
        for set in &sets {
            arguments.extend(["--set", set.as_str()]);
        }
        let said = desk.run(&arguments);
        let about = format!("seed {seed}: {arguments:?}\n{}", said.talk);
        let is_there = desk.path().join(&file).exists();
        match said.code {
            Some(0) => {
                written += 1;
                let valid = desk.run(&["validate", &file]);
                assert_eq!(valid.code, Some(0), "{about}\n{}", valid.talk);
            }
            Some(1) => {
                refused += 1;
                assert!(!is_there, "{about}");
                assert!(said.talk.contains("error["), "{about}");
            }
            other => panic!("{other:?} {about}"),
        }
    }
    assert!(
        written > 3 && refused > 20,
        "seed {seed}: {written} written, {refused} refused"
    );
}

#[test]
fn what_validate_would_refuse_is_refused_in_its_words() {
    let desk = Desk::with("");
    desk.ok(&["init", "good.yaml"]);
    for (set, code) in [
        ("connect.alias=-a", "bad-value"),
        ("connect.aliass=acme", "unknown-key"),
        ("aws.account=9123", "bad-value"),
        ("connect.calls.inbound=maybe", "wrong-type"),
        ("name=acme: \"x", "bad-set"),
        ("name=", "missing-key"),
        ("name", "bad-set"),
    ] {
        let validated = desk.run(&["validate", "good.yaml", "--set", set]);
        let said = desk.run(&["init", "new.yaml", "--set", set]);
        assert_eq!(
            (said.code, validated.code),
            (Some(1), Some(1)),
            "{set}: {}",
            said.talk
        );
        let first = |talk: &str| talk.lines().next().unwrap_or_default().to_owned();
        assert_eq!(first(&said.talk), first(&validated.talk), "{set}");
        assert!(said.talk.contains(code), "{set}: {}", said.talk);
        assert!(!desk.path().join("new.yaml").exists(), "{set}");
    }
    // What is a text is quoted where it has to be.
    desk.ok(&[
        "init",
        "new.yaml",
        "--set",
        "aws.account=012345678901",
        "--set",
        "ccp.title='a, b } # c'",
    ]);
    let said = desk.ok(&["validate", "new.yaml"]);
    assert!(said.data.contains("valid"), "{}", said.data);
    let text = std::fs::read_to_string(desk.path().join("new.yaml")).unwrap();
    assert!(
        text.contains("\"012345678901\"") && text.contains("\"a, b } # c\""),
        "{text}"
    );
}
