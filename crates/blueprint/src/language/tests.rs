//! The table against the readers, in both directions: every key of the table is read, every limit of it holds, and
//! readers know nothing else (they ask the table for each key by name, and a test run stops where it has none).

use std::collections::BTreeSet;

use super::*;
use crate::model::{self, BLUEPRINT, every_key};
use crate::node::{Entry, Node, Source, Value};
use crate::table::{Default, Key, Shape};
use crate::yaml::{self, Budget};
use headset_core::diagnostic::{self, Diagnostic};
use headset_kinds::registry;

const WHOLE: [&str; 4] = [
    include_str!("../../../../tests/whole/single-sign-on.yaml"),
    include_str!("../../../../tests/whole/own-directory.yaml"),
    include_str!("../../../../tests/whole/existing-instance.yaml"),
    include_str!("../../../../tests/whole/bootstrap.yaml"),
];

/// Blueprints that use every key between them; the identity providers exclude each other.
fn whole() -> Vec<Node> {
    let mut texts: Vec<String> = WHOLE.iter().map(|text| (*text).to_owned()).collect();
    for product in [
        "okta",
        "entra",
        "adfs",
        "google",
        "pingone",
        "pingfederate",
        "other",
    ] {
        let lines = WHOLE[0].lines().filter(|line| !line.contains("application_arn:"));
        let text = lines.collect::<Vec<_>>().join("\n");
        let below = format!("idp:\n    {product}:");
        texts.push(text.replace("idp:\n    identity_center:", &below));
    }
    let lines = WHOLE[3].lines().filter(|line| !line.contains("thumbprints:"));
    let text = lines.collect::<Vec<_>>().join("\n");
    let existing = "{ existing: \"arn:aws:iam::123456789012:oidc-provider/ci.example.com\" }";
    texts.push(text.replace("https://ci.example.com", existing));
    texts
        .iter()
        .map(|text| {
            let (root, findings) = yaml::parse(&Source::new("b.yaml", text), &mut Budget::default());
            assert_eq!(findings, Vec::new());
            root.expect("a tree")
        })
        .collect()
}

fn load(path: &str) -> Result<String, headset_core::text_file::Unreadable> {
    if path.ends_with(".svg") {
        return Ok(r#"<svg xmlns="http://www.w3.org/2000/svg"/>"#.to_owned());
    }
    Ok(include_str!("../../../kinds/src/iam/samples/metadata.xml").to_owned())
}

fn no_picture(_: &str, _: usize) -> Result<Vec<u8>, headset_core::text_file::Unreadable> {
    Err("there is no such file".to_owned().into())
}

fn findings(root: &Node) -> Vec<Diagnostic> {
    model::read(root, (&load, &no_picture)).findings
}

/// The draft without its places.
fn meaning(root: &Node) -> String {
    let model::Told { draft, findings, .. } = model::read(root, (&load, &no_picture));
    assert!(!diagnostic::has_errors(&findings), "{findings:?}");
    let places = fancy_regex::Regex::new(r"Place \{[^}]*\}").expect("a valid pattern");
    places.replace_all(&format!("{draft:?}"), "").into_owned()
}

/// A way from the root to a value: the index of an entry or element on each level.
type Way = Vec<usize>;

/// A value of a blueprint, and what the table says of it.
struct Spot {
    way: Way,
    path: String,
    key: Option<&'static Key>,
    shape: &'static Shape,
}

/// Every value of a tree that the table knows.
fn spots(root: &Node) -> Vec<Spot> {
    fn walk(node: &Node, spot: Spot, found: &mut Vec<Spot>) {
        let below = |index: usize, path: String, key, shape| Spot {
            way: spot.way.iter().copied().chain([index]).collect(),
            path,
            key,
            shape,
        };
        match &node.value {
            Value::Map(entries) => {
                for (index, entry) in entries.iter().enumerate() {
                    if let Some(key) = spot.shape.map().and_then(|map| map.key(&entry.key)) {
                        let path = if spot.path.is_empty() {
                            key.name.to_owned()
                        } else {
                            format!("{}.{}", spot.path, key.name)
                        };
                        walk(&entry.node, below(index, path, Some(key), &key.shape), found);
                    } else if let Some(entries) = spot.shape.entries() {
                        let path = format!("{}.*", spot.path);
                        walk(&entry.node, below(index, path, None, &entries.of), found);
                    }
                }
            }
            Value::List(nodes) => {
                if let Some((of, _)) = spot.shape.list() {
                    for (index, node) in nodes.iter().enumerate() {
                        walk(node, below(index, format!("{}[]", spot.path), None, of), found);
                    }
                }
            }
            _ => {}
        }
        found.push(spot);
    }
    let mut found = Vec::new();
    let start = Spot {
        way: Vec::new(),
        path: String::new(),
        key: None,
        shape: &BLUEPRINT,
    };
    walk(root, start, &mut found);
    found
}

/// The tree with another value at the end of a way; `None` takes the entry or element away.
fn with(root: &Node, way: &[usize], value: Option<Value>) -> Node {
    let mut changed = root.clone();
    let mut node = &mut changed;
    let (last, inner) = match way.split_last() {
        Some((last, inner)) => (*last, inner),
        None => {
            changed.value = value.unwrap_or(Value::Null);
            return changed;
        }
    };
    for index in inner {
        node = match &mut node.value {
            Value::Map(entries) => &mut entries[*index].node,
            Value::List(nodes) => &mut nodes[*index],
            _ => panic!("the way leads through lists and maps"),
        };
    }
    match (&mut node.value, value) {
        (Value::Map(entries), Some(value)) => entries[last].node.value = value,
        (Value::Map(entries), None) => drop(entries.remove(last)),
        (Value::List(nodes), Some(value)) => nodes[last].value = value,
        (Value::List(nodes), None) => drop(nodes.remove(last)),
        _ => panic!("the way leads through lists and maps"),
    }
    changed
}

fn at<'a>(root: &'a Node, way: &[usize]) -> &'a Node {
    way.iter().fold(root, |node, index| match &node.value {
        Value::Map(entries) => &entries[*index].node,
        Value::List(nodes) => &nodes[*index],
        _ => panic!("the way leads through lists and maps"),
    })
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn entry(key: &str, value: Value) -> Entry {
    let place = Source::new("b.yaml", "").place(0, 0);
    Entry {
        key: key.to_owned(),
        key_place: place.clone(),
        node: Node {
            value,
            place,
            loose: false,
        },
    }
}

/// A value of a type that the shape does not have. Other tests try a secret in plain text.
fn of_another_type(shape: &Shape) -> Value {
    let any = |is: fn(&Shape) -> bool| shape.alternatives().iter().any(is);
    if !any(|shape| matches!(shape, Shape::Map(_) | Shape::Entries(_) | Shape::Values)) {
        Value::Map(vec![entry("zzz", Value::Bool(true))])
    } else if any(|shape| matches!(shape, Shape::Boolean)) {
        text("\u{1}")
    } else {
        Value::Bool(true)
    }
}

/// Values of the right type that break a limit of the shape, each with what it breaks.
fn beyond(shape: &Shape, node: &Node) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for shape in shape.alternatives() {
        match shape {
            Shape::Number { range, .. } => {
                found.push(("too great".to_owned(), Value::Number((range.1 + 1).to_string())));
                if range.0 > 0 {
                    found.push(("too small".to_owned(), Value::Number((range.0 - 1).to_string())));
                }
            }
            Shape::Duration { range, also, .. } => {
                found.push(("too long".to_owned(), text(&format!("{}s", range.1 + 60))));
                if range.0 > 1 && *also != Some(range.0 - 1) {
                    found.push(("too short".to_owned(), text(&format!("{}s", range.0 - 1))));
                }
            }
            Shape::Choice(_) | Shape::Version(_) => found.push(("no such word".to_owned(), text("zzz"))),
            Shape::Text(longest) => found.push(("too long".to_owned(), text(&"x".repeat(longest + 1)))),
            Shape::Pattern(pattern) if !pattern.accepts("\u{1}") => {
                found.push(("not of the shape".to_owned(), text("\u{1}")));
            }
            Shape::Reference(_) => found.push(("no such entry".to_owned(), text("zzz"))),
            Shape::List { count, .. } => {
                if let Value::List(nodes) = &node.value {
                    if count.1 <= 50
                        && let Some(first) = nodes.first()
                    {
                        let many = vec![first.clone(); count.1 + 1];
                        found.push(("too many".to_owned(), Value::List(many)));
                    }
                    if count.0 > 0 {
                        found.push(("too few".to_owned(), Value::List(Vec::new())));
                    }
                }
            }
            _ => {}
        }
    }
    found
}

fn errors(root: &Node) -> Vec<Diagnostic> {
    let mut findings = findings(root);
    findings.retain(|finding| finding.severity == diagnostic::Severity::Error);
    findings
}

#[test]
fn the_whole_blueprints_use_every_key() {
    let mut used = BTreeSet::new();
    for root in whole() {
        // The one document that is at hand here is not of every product.
        let mut found = findings(&root);
        found.retain(|finding| finding.code != "saml-metadata-issuer");
        assert_eq!(found, Vec::new());
        used.extend(spots(&root).into_iter().map(|spot| spot.path));
    }
    // It is read before the others are: see `compose`.
    used.insert("extends".to_owned());
    let unused: Vec<String> = every_key()
        .into_iter()
        .map(|place| place.path)
        .filter(|path| !used.contains(path))
        .collect();
    assert_eq!(unused, Vec::<String>::new());
}

#[test]
fn every_key_of_the_table_is_read() {
    for root in whole() {
        for spot in spots(&root).iter().filter(|spot| spot.key.is_some()) {
            for value in [Value::Null, of_another_type(spot.shape)] {
                let described = format!("{value:?}");
                let broken = with(&root, &spot.way, Some(value));
                assert!(
                    !errors(&broken).is_empty(),
                    "`{}` may be {described}: its reader does not look",
                    spot.path
                );
            }
        }
    }
}

#[test]
fn every_limit_of_the_table_holds() {
    for root in whole() {
        for spot in spots(&root) {
            for (what, value) in beyond(spot.shape, at(&root, &spot.way)) {
                // One good alternative is enough: `capacity` may be a map.
                let broken = with(&root, &spot.way, Some(value));
                assert!(!errors(&broken).is_empty(), "`{}`: {what}", spot.path);
            }
        }
    }
}

#[test]
fn an_unknown_key_is_unknown_everywhere() {
    for root in whole() {
        for spot in spots(&root) {
            let node = at(&root, &spot.way);
            let (Value::Map(entries), Some(_)) = (&node.value, spot.shape.map()) else {
                continue;
            };
            let mut entries = entries.clone();
            entries.push(entry("zzz", Value::Bool(true)));
            let broken = with(&root, &spot.way, Some(Value::Map(entries)));
            let codes: Vec<&str> = errors(&broken).iter().map(|finding| finding.code).collect();
            assert!(codes.contains(&"unknown-key"), "`{}`: {codes:?}", spot.path);
        }
    }
}

#[test]
fn what_is_required_is_missed() {
    for root in whole() {
        for spot in spots(&root) {
            let Some(key) = spot.key.filter(|key| key.required) else {
                continue;
            };
            let broken = with(&root, &spot.way, None);
            let missed = errors(&broken)
                .iter()
                .any(|finding| finding.code == "missing-key" && finding.message.contains(key.name));
            assert!(missed, "`{}` can be left out", spot.path);
        }
    }
}

#[test]
fn a_default_is_what_holds_without_the_key() {
    for root in whole() {
        for spot in spots(&root) {
            let Some(Default::Value(default)) = spot.key.map(|key| key.default) else {
                continue;
            };
            let (parsed, _) = yaml::parse(&Source::new("b.yaml", default), &mut Budget::default());
            let value = parsed.expect("a default is a value").value;
            let said = with(&root, &spot.way, Some(value));
            let unsaid = with(&root, &spot.way, None);
            if diagnostic::has_errors(&findings(&unsaid)) {
                continue;
            }
            // Not assert_eq: two whole drafts are too long to read.
            assert!(
                meaning(&said) == meaning(&unsaid),
                "`{}` is not `{default}` by default",
                spot.path
            );
        }
    }
}

#[test]
fn every_example_is_a_good_value() {
    // What an example refers to, or goes with, need not be in these blueprints.
    const ELSEWHERE: [&str; 5] = [
        "unknown-reference",
        "missing-section",
        "conflict",
        "missing-key",
        "ccp-hosting",
    ];
    for root in whole() {
        for spot in spots(&root) {
            let Some(key) = spot.key else { continue };
            let (parsed, mistakes) = yaml::parse(&Source::new("b.yaml", key.example), &mut Budget::default());
            assert_eq!(mistakes, Vec::new(), "{}", key.example);
            let value = parsed.expect("an example is a value").value;
            let errors = errors(&with(&root, &spot.way, Some(value)));
            let bad: Vec<&Diagnostic> = errors
                .iter()
                .filter(|finding| !ELSEWHERE.contains(&finding.code))
                .collect();
            assert!(bad.is_empty(), "`{}: {}`: {bad:?}", spot.path, key.example);
        }
    }
}

#[test]
fn every_key_ends_up_in_fields_that_exist() {
    let mut lost = BTreeSet::new();
    for place in every_key() {
        for id in place.key.sets {
            let found = registry::kind(id.kind)
                .fields()
                .iter()
                .any(|known| known.name == id.name);
            if !found {
                lost.insert(format!("{}: {} {}", place.path, id.kind, id.name));
            }
        }
    }
    assert_eq!(lost, BTreeSet::new());
}

#[test]
fn a_key_is_explained_by_its_path_with_or_without_names() {
    let star = explain_field("appstream.fleets.*.capacity.min").expect("it is a key");
    let named = explain_field("appstream.fleets.agents.capacity.min").expect("it is a key");
    assert_eq!(star, named);
    assert!(star.contains("0 to 5000") && star.contains("min: 2"), "{star}");
    // Names of users hold dots.
    let user = explain_field("connect.users.agent1@example.com.first").expect("it is a key");
    assert!(user.starts_with("connect.users.*.first\n"), "{user}");
    assert!(explain_field("appstream.fleets.agents.capacty").is_none());
    assert!(explain_field("").is_none());
    assert_eq!(
        similar_fields("appstream.fleets.*.capacty")
            .first()
            .map(String::as_str),
        Some("appstream.fleets.*.capacity")
    );
    assert!(similar_fields("clipboard").contains(&"appstream.stacks.*.clipboard".to_owned()));
}

#[test]
fn every_key_can_be_explained() {
    for place in every_key() {
        let path = place.path.replace("[]", "");
        let text = explain_field(&path).unwrap_or_else(|| panic!("no explanation of {path}"));
        assert!(text.starts_with(&path), "{text}");
        // An entry of a map of names is explained as such.
        for (at, _) in path.match_indices(".*.") {
            let entry = &path[..at + 2];
            let text = explain_field(entry).unwrap_or_else(|| panic!("no explanation of {entry}"));
            assert!(text.starts_with(entry) && text.contains("One entry: "), "{text}");
        }
    }
    let text = explain_field("connect.users.agent1@example.com").expect("an entry");
    assert!(
        text.starts_with("connect.users.*\n") && text.contains(".security"),
        "{text}"
    );
    assert!(explain_field("connect.users.agent.securty").is_none(), "a typo");
}
