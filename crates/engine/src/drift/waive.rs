//! What the blueprint's waivers are about. Pure.

use std::collections::{BTreeMap, BTreeSet};

use headset_blueprint::model::Waiver;
use headset_core::Address;
use headset_core::diagnostic::Diagnostic;
use jiff::civil::Date;

use super::report::{Class, Entry, Field, Waived};

/// Marks what is waived on this day. Of an entry that is waived in part, the rest becomes an entry of its own. What is to be
/// known of the waivers themselves comes beside it: one whose time is over is an error, and one that is about nothing that
/// differs a warning.
pub(super) fn waive(
    entries: Vec<Entry>,
    waivers: &BTreeMap<Address, Waiver>,
    today: Date,
) -> (Vec<Entry>, Vec<Diagnostic>) {
    let mut used = BTreeSet::new();
    let mut out = Vec::with_capacity(entries.len());
    for entry in entries {
        let waiver = waivers.get(&entry.address).filter(|waiver| {
            matches!(entry.class, Class::Drift | Class::Extra | Class::Missing) && waiver.until.value >= today
        });
        let Some(waiver) = waiver else {
            out.push(entry);
            continue;
        };
        let waived = Waived {
            reason: waiver.reason.clone(),
            until: waiver.until.value,
        };
        if waiver.fields.is_empty() {
            used.insert(entry.address.clone());
            out.push(Entry {
                waived: Some(waived),
                ..entry
            });
            continue;
        }
        let (covered, rest): (Vec<Field>, Vec<Field>) =
            (entry.fields.iter().cloned()).partition(|field| covers(waiver, field));
        if !covered.is_empty() {
            used.insert(entry.address.clone());
            out.push(Entry {
                fields: covered,
                waived: Some(waived),
                ..entry.clone()
            });
        }
        // A thing that differs as a whole has no fields, and no waiver of fields is about it.
        if !rest.is_empty() || entry.fields.is_empty() {
            out.push(Entry {
                fields: rest,
                ..entry
            });
        }
    }
    let findings = waivers.iter().filter_map(|(address, waiver)| {
        if waiver.until.value < today {
            return Some(
                Diagnostic::error(
                    "waiver-expired",
                    format!("the waiver of {address} ended on {}: {}", waiver.until.value, waiver.reason),
                )
                .at(waiver.place.clone())
                .help("bring the thing back, or the blueprint in line with it, and delete the waiver; or give it more time"),
            );
        }
        (!used.contains(address)).then(|| {
            Diagnostic::warning(
                "waiver-unused",
                format!("nothing differs that the waiver of {address} is about"),
            )
            .at(waiver.place.clone())
            .help("delete it")
        })
    });
    let findings = findings.collect();
    (out, findings)
}

/// Whether a waiver is about this leaf: its field, or something above it.
fn covers(waiver: &Waiver, field: &Field) -> bool {
    waiver.fields.iter().any(|asked| {
        let asked = asked.value.as_str();
        let below = field.path.strip_prefix(asked);
        // A key of a map may have dots: `tags.team` is not about the tag `team.owner`. What is in an element is.
        let is_element = asked.ends_with(']');
        let is_below = |rest: &str| rest.starts_with('[') || (is_element && rest.starts_with('.'));
        field.name == asked || below.is_some_and(|rest| rest.is_empty() || is_below(rest))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use headset_blueprint::model::At;
    use headset_core::diagnostic::{Place, Severity};
    use serde_json::json;

    use super::super::report::Why;
    use super::*;
    use crate::plan::Cause;

    fn place() -> Place {
        Place {
            file: Arc::from("center.yaml"),
            line: 9,
            column: 3,
            bytes: (90, 95),
        }
    }

    fn address() -> Address {
        "appstream.stack/agents".parse().unwrap()
    }

    fn field(name: &str, path: &str) -> Field {
        Field {
            name: name.to_owned(),
            path: path.to_owned(),
            want: Some(json!("a")),
            applied: Some(json!("a")),
            live: Some(json!("b")),
            cause: Cause::Drift,
        }
    }

    fn entry(class: Class, fields: Vec<Field>) -> Entry {
        Entry {
            class,
            address: address(),
            why: Why::ChangedOutside,
            fields,
            waived: None,
            place: Some(place()),
        }
    }

    fn waivers(fields: &[&str], until: &str) -> BTreeMap<Address, Waiver> {
        let waiver = Waiver {
            place: place(),
            fields: fields
                .iter()
                .map(|field| At {
                    value: (*field).to_owned(),
                    place: place(),
                })
                .collect(),
            reason: "an incident".to_owned(),
            until: At {
                value: until.parse().unwrap(),
                place: place(),
            },
        };
        [(address(), waiver)].into()
    }

    /// The paths that are waived and those that are not, and the codes of what is said.
    fn of(
        entries: Vec<Entry>,
        fields: &[&str],
        until: &str,
    ) -> (Vec<String>, Vec<String>, Vec<&'static str>) {
        let today = "2026-11-29".parse().unwrap();
        let (entries, findings) = waive(entries, &waivers(fields, until), today);
        let paths = |waived: bool| -> Vec<String> {
            let of = entries.iter().filter(|entry| entry.waived.is_some() == waived);
            of.flat_map(|entry| match entry.fields.as_slice() {
                [] => vec!["whole".to_owned()],
                fields => fields.iter().map(|field| field.path.clone()).collect(),
            })
            .collect()
        };
        (
            paths(true),
            paths(false),
            findings.iter().map(|finding| finding.code).collect(),
        )
    }

    #[test]
    fn a_waiver_is_about_its_fields_and_what_is_in_them() {
        let fields = || {
            vec![
                field("display_name", "display_name"),
                field("tags", "tags.team"),
                field("tags", "tags.teams"),
                field("tags", "tags.team.owner"),
                field("storage", "storage[home].domains"),
            ]
        };
        let drift = || vec![entry(Class::Drift, fields())];
        let (waived, rest, said) = of(drift(), &["tags.team", "storage[home]"], "2026-12-01");
        assert_eq!(waived, ["tags.team", "storage[home].domains"]);
        assert_eq!(rest, ["display_name", "tags.teams", "tags.team.owner"]);
        assert_eq!(said, [""; 0]);
        let (waived, rest, _) = of(drift(), &["tags"], "2026-12-01");
        assert_eq!((waived.len(), rest.len()), (3, 2));
        let (waived, rest, _) = of(drift(), &[], "2026-12-01");
        assert_eq!((waived.len(), rest.len()), (5, 0));
    }

    #[test]
    fn it_holds_to_the_end_of_its_last_day_and_is_an_error_after_it() {
        let drift = || vec![entry(Class::Drift, vec![field("display_name", "display_name")])];
        assert_eq!(of(drift(), &[], "2026-11-29").0, ["display_name"]);
        let (waived, rest, said) = of(drift(), &[], "2026-11-28");
        assert_eq!((waived.len(), rest.len(), said), (0, 1, vec!["waiver-expired"]));
        // Also where nothing differs any more: it has to go.
        let (_, findings) = waive(
            Vec::new(),
            &waivers(&[], "2026-11-28"),
            "2026-11-29".parse().unwrap(),
        );
        assert_eq!(findings[0].severity, Severity::Error);
    }

    #[test]
    fn it_is_about_nothing_but_drift() {
        let (waived, rest, said) = of(vec![entry(Class::Unknown, vec![])], &[], "2026-12-01");
        assert_eq!((waived.len(), rest.len(), said), (0, 1, vec!["waiver-unused"]));
        // As a whole it is gone: that is more than a field.
        let gone = || vec![entry(Class::Missing, vec![])];
        let (waived, rest, said) = of(gone(), &["tags"], "2026-12-01");
        assert_eq!((waived.len(), rest.len(), said), (0, 1, vec!["waiver-unused"]));
        assert_eq!(of(gone(), &[], "2026-12-01").0, ["whole"]);
    }
}
