//! What holds of all requests and of all answers.

use aws_smithy_types::DateTime;
use proptest::prelude::*;

use super::super::{answer, error, request};
use super::{Everything, JSON, JsonDo, QUERY, XmlDo, read, response, text};
use crate::values::{Blob, Flat, Iso8601};

/// Texts as XML can carry them.
fn xml_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(any::<char>(), 0..12).prop_map(|chars| {
        let fit = |c: &char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{85}');
        let fit = |c: &char| fit(c) && !matches!(c, '\u{fffe}' | '\u{ffff}');
        chars.into_iter().filter(fit).collect()
    })
}

proptest! {
    #[test]
    fn what_is_sent_is_what_is_read(
        name in xml_text(),
        number in proptest::option::of(any::<i64>()),
        // Fractions of at most fifteen digits: beyond, the last bit of what serde_json reads may be another one.
        ratio in proptest::option::of(any::<i32>().prop_map(|n| f64::from(n) / 64.0)),
        blob in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..20)),
        names in proptest::option::of(proptest::collection::vec(xml_text(), 0..4)),
        // XML cannot tell an empty flat list from none.
        flat in proptest::option::of(proptest::collection::vec(xml_text(), 1..4)),
        pairs in proptest::option::of(proptest::collection::btree_map(xml_text(), xml_text(), 0..4)),
        seconds in 0_i64..253_402_300_799,
    ) {
        let sent = Everything {
            name,
            number,
            ratio,
            on: number.map(|number| number > 0),
            at: Some(Iso8601(DateTime::from_secs(seconds))),
            blob: blob.map(Blob),
            names,
            flat: flat.map(Flat),
            map: pairs,
            ..Everything::default()
        };
        let json = request(&JsonDo(sent.clone())).unwrap();
        prop_assert_eq!(&read::<JsonDo>(text(&json)), &sent);
        let xml = request(&XmlDo(sent.clone())).unwrap();
        prop_assert_eq!(&read::<XmlDo>(text(&xml)), &sent);
    }

    #[test]
    fn no_body_makes_a_reader_panic(body in ".{0,60}") {
        let response = response(200, &[], "");
        drop(answer::<XmlDo>(&response, body.as_bytes()));
        drop(answer::<JsonDo>(&response, body.as_bytes()));
        drop(error(QUERY.protocol, &response, body.as_bytes()));
        drop(error(JSON.protocol, &response, body.as_bytes()));
    }
}
