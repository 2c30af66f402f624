//! What is written can be read: every codec, on random values of every shape.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::table::{Kind, Shape, Table, table};
use super::{cbor, json, validate, xml};

const TEXT: [&str; 8] = [
    "",
    "a",
    "ü ß 漢",
    "<a href=\"x\">&amp;</a>",
    " two  spaces ",
    "line\nbreak\r\n\t",
    "🎧",
    "null",
];

/// A value of the shape's types; lengths and patterns do not matter to a codec.
fn random(table: &Table, shape: &Shape, generator: &mut fastrand::Rng, depth: usize) -> Value {
    match shape.kind {
        Kind::Structure if shape.document => Value::Object(Map::new()),
        Kind::Structure => {
            let mut out = Map::new();
            for (name, member) in shape
                .members
                .iter()
                .filter(|(_, member)| member.location.is_none())
            {
                if depth < 6 && generator.bool() {
                    let inner = table.shape(&member.shape);
                    let value = random(table, inner, generator, depth + 1);
                    // XML cannot tell an empty list without an element around it from none.
                    let is_flat = member.flattened || inner.flattened;
                    let is_nothing = is_flat && value.as_array().is_some_and(Vec::is_empty);
                    if !is_nothing {
                        out.insert(name.clone(), value);
                    }
                }
            }
            Value::Object(out)
        }
        Kind::List => {
            let entry = shape.member.as_ref().expect("a list has entries");
            let least = usize::from(depth < 6);
            (0..generator.usize(least..4))
                .map(|_| random(table, table.shape(&entry.shape), generator, depth + 1))
                .collect()
        }
        Kind::Map => {
            let inner = shape.value.as_ref().expect("a map has values");
            (0..generator.usize(1..4))
                .map(|index| {
                    (
                        format!("key {index}"),
                        random(table, table.shape(&inner.shape), generator, depth + 1),
                    )
                })
                .collect()
        }
        Kind::String => generator.choice(TEXT).expect("not empty").into(),
        Kind::Blob => super::codec::base64(&[generator.u8(..), generator.u8(..)]).into(),
        Kind::Boolean => generator.bool().into(),
        Kind::Integer | Kind::Long => generator.i64(..).into(),
        Kind::Float | Kind::Double => (f64::from(generator.i32(..)) / 4.0).into(),
        Kind::Timestamp => generator.i64(0..4_000_000_000).into(),
    }
}

fn structures(service: &str) -> (&'static Table, Vec<(&'static String, &'static Shape)>) {
    let table = table(service).expect("a table");
    let found = table
        .shapes
        .iter()
        .filter(|(_, shape)| shape.kind == Kind::Structure && !shape.document)
        .collect();
    (table, found)
}

proptest! {
    #[test]
    fn json_and_cbor_survive(seed: u64, service in prop::sample::select(vec!["appstream", "sso-admin", "identitystore"])) {
        let (table, shapes) = structures(service);
        let mut generator = fastrand::Rng::with_seed(seed);
        let (name, shape) = shapes[generator.usize(..shapes.len())];
        let value = random(table, shape, &mut generator, 0);
        let text = json::encode(table, name, &value).to_string();
        let read: Value = serde_json::from_str(&text).expect("JSON");
        prop_assert_eq!(json::decode(table, name, &read).expect("readable"), value.clone());
        // A document member has no CBOR form of its own on AWS; JSON covers it.
        prop_assert_eq!(cbor::decode(table, name, &cbor::encode(table, name, &value)).expect("readable"), value);
    }

    #[test]
    fn xml_survives(seed: u64, service in prop::sample::select(vec!["iam", "sts", "s3"])) {
        let (table, shapes) = structures(service);
        let mut generator = fastrand::Rng::with_seed(seed);
        let (_, shape) = shapes[generator.usize(..shapes.len())];
        let attributes = |shape: &Shape| shape.members.values().any(|member| member.xml_attribute);
        prop_assume!(!attributes(shape));
        let value = random(table, shape, &mut generator, 0);
        let mut out = xml::Writer::bare();
        out.open("Root", &[("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")]);
        xml::members(&mut out, table, shape, &value);
        out.close("Root");
        let text = out.into_text();
        let document = roxmltree::Document::parse(&text).expect("XML");
        prop_assert_eq!(xml::decode(table, shape, document.root_element()).expect("readable"), value);
    }

    #[test]
    fn random_bytes_are_refused_not_fatal(body in prop::collection::vec(any::<u8>(), 1..200)) {
        let (table, shapes) = structures("appstream");
        for (name, _) in shapes.iter().step_by(20) {
            let _outcome = cbor::decode(table, name, &body);
        }
    }
}

#[test]
fn a_null_in_a_map_is_sent_and_a_null_member_is_not() {
    let table = table("appstream").expect("a table");
    let value =
        serde_json::json!({ "Name": "a", "DisplayName": null, "Metadata": { "WORKING_DIRECTORY": null } });
    let text = json::encode(table, "Application", &value);
    assert_eq!(
        text,
        serde_json::json!({ "Name": "a", "Metadata": { "WORKING_DIRECTORY": null } })
    );
    let bytes = cbor::encode(table, "Application", &value);
    let shown = minicbor::display(&bytes).to_string();
    assert!(shown.contains("\"WORKING_DIRECTORY\": null"), "{shown}");
    assert!(!shown.contains("DisplayName"), "{shown}");
}

#[test]
fn every_reference_of_every_table_leads_somewhere() {
    for service in super::table::SERVICES {
        let table = table(service).expect("a table");
        for shape in table.shapes.values() {
            let parts = [&shape.member, &shape.key, &shape.value];
            for member in shape.members.values().chain(parts.into_iter().flatten()) {
                table.shape(&member.shape);
            }
        }
        for operation in table.operations.values() {
            for name in [&operation.input, &operation.output].into_iter().flatten() {
                table.shape(name);
            }
        }
    }
}

#[test]
fn constraints_of_the_model_are_found() {
    let table = table("appstream").expect("a table");
    let check = |input: Value| -> Vec<String> {
        validate::check(table, "CreateFleetRequest", &input)
            .into_iter()
            .map(|one| one.path)
            .collect()
    };
    assert_eq!(
        check(serde_json::json!({ "Name": "f", "InstanceType": "stream.standard.medium" })),
        [""; 0]
    );
    assert_eq!(check(serde_json::json!({ "Name": "f" })), ["instanceType"]);
    let wrong = serde_json::json!({
        "Name": "f f", "InstanceType": "x", "FleetType": "SOMETIMES", "Description": "d".repeat(257),
        "Tags": { "aws:x": "y" },
    });
    assert_eq!(check(wrong), ["description", "fleetType", "name", "tags.aws:x"]);
}
