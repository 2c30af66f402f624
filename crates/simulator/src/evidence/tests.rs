//! The catalogue is in order, its seeds pick both sides, and its signals exist.

use std::collections::BTreeSet;

use super::*;
use crate::wire::table::{self, Kind, Table};

#[test]
fn ids_are_in_order_and_none_comes_twice() {
    for (title, entries) in PARTS {
        assert!(entries.windows(2).all(|pair| pair[0].id < pair[1].id), "{title}");
    }
    let ids: BTreeSet<&str> = all().map(|one| one.id).collect();
    assert_eq!(ids.len(), all().count());
}

#[test]
fn every_quirk_is_on_and_off_within_sixteen_seeds() {
    // The whole suite runs on sixteen seeds: a quirk that none of them turns on would not be tested at all.
    let single = all().filter(|one| one.fallback.is_some() && !one.id.ends_with('*'));
    for quirk in single {
        let on = (0..16).filter(|seed| is_on(*seed, quirk.id)).count();
        assert!((1..16).contains(&on), "{}: {on}", quirk.id);
    }
    assert!(!all().any(|one| is_on(0, one.id)));
}

/// The service whose operations an entry names without saying whose.
fn service_of(id: &str) -> &str {
    match id.split_once('.').map_or(id, |(service, _)| service) {
        "auto-scaling" => "application-autoscaling",
        "identity-store" => "identitystore",
        "sso" => "sso-admin",
        other => other,
    }
}

/// Whether a shape has a member of this name, itself or further down.
fn holds(table: &Table, shape: &str, member: &str, seen: &mut BTreeSet<String>) -> bool {
    let Some(known) = table.shapes.get(shape).filter(|_| seen.insert(shape.to_owned())) else {
        return false;
    };
    match known.kind {
        Kind::Structure => {
            known.members.contains_key(member)
                || known
                    .members
                    .values()
                    .any(|one| holds(table, &one.shape, member, seen))
        }
        Kind::List => known
            .member
            .iter()
            .any(|one| holds(table, &one.shape, member, seen)),
        Kind::Map => known
            .value
            .iter()
            .any(|one| holds(table, &one.shape, member, seen)),
        _ => false,
    }
}

/// Whether the tables have an operation, and its answer a member, of this signal.
fn exists(id: &str, signal: &str) -> bool {
    let (service, rest) = signal.split_once(':').unwrap_or((service_of(id), signal));
    let (operation, member) = match rest.split_once('.') {
        Some((operation, member)) => (operation, Some(member)),
        None => (rest, None),
    };
    let Some(table) = table::table(service) else {
        return false;
    };
    table.operations.iter().any(|(name, known)| {
        let named = match operation.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name == operation,
        };
        let answered = |member: &str| {
            known
                .output
                .as_deref()
                .is_some_and(|shape| holds(table, shape, member, &mut BTreeSet::new()))
        };
        named && member.is_none_or(answered)
    })
}

#[test]
fn every_signal_names_an_operation_and_a_member_of_its_answer() {
    let mut unknown = Vec::new();
    for one in all() {
        assert!(!one.signals.is_empty(), "{} shows nowhere", one.id);
        // `*` alone: every call of every service.
        let wrong = one
            .signals
            .iter()
            .filter(|signal| **signal != "*" && !exists(one.id, signal));
        unknown.extend(wrong.map(|signal| format!("{}: {signal}", one.id)));
    }
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
    assert!(!exists("iam.reads-lag", "GetFleet") && !exists("iam.reads-lag", "GetRole.Colour"));
}

#[test]
fn entries_are_sentences_that_fit_a_table() {
    for one in all() {
        for text in [one.belief, one.source].into_iter().chain(one.fallback) {
            assert!(
                !text.is_empty() && !text.contains(['|', '\n']) && !text.ends_with('.'),
                "{}: {text}",
                one.id
            );
        }
    }
}
