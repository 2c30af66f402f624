//! Where a search by tags has looked.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use headset_engine::discover::Searched;
use headset_kinds::regions;

/// More regions than this are counted, not listed.
const LISTED: usize = 4;

/// Where it looked, for people.
pub fn words(searched: &Searched) -> String {
    let open = |regions: &BTreeSet<String>| -> Vec<String> {
        regions.difference(&searched.not_enabled).cloned().collect()
    };
    let places = |service: &str, regions: &BTreeSet<String>| {
        let open = open(regions);
        match open.len() {
            0 => None,
            1..=LISTED => Some(format!("{service} in {}", open.join(" and "))),
            count => Some(format!("{service} in {count} regions")),
        }
    };
    let buckets = match &searched.scope.buckets {
        None => Some("all buckets".to_owned()),
        Some(regions) => places("buckets", regions),
    };
    let mut parts: Vec<String> = [
        places("Amazon Connect", &searched.scope.connect),
        places("AppStream", &searched.scope.appstream),
        buckets,
        Some("IAM".to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !searched.scope.presumed.is_empty() {
        parts.push(format!(
            "the regions are those of AWS's lists of {}",
            regions::AS_OF
        ));
    }
    if !searched.not_enabled.is_empty() {
        let closed: Vec<&str> = searched.not_enabled.iter().map(String::as_str).collect();
        parts.push(format!(
            "not enabled for these credentials: {}",
            closed.join(", ")
        ));
    }
    parts.join("; ")
}

/// The same for programs.
pub fn json(searched: &Searched) -> Value {
    let unread: Vec<String> = searched.unread.iter().map(ToString::to_string).collect();
    let because = searched.unread.iter().map(|unread| {
        json!({
            "what": unread.what, "address": unread.thing, "region": unread.region, "error": unread.error,
        })
    });
    json!({
        "connect": searched.scope.connect,
        "appstream": searched.scope.appstream,
        "buckets": searched.scope.buckets,
        "not_enabled": searched.not_enabled,
        "unread": unread,
        "unread_because": because.collect::<Vec<Value>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::super::written::check;
    use super::*;

    #[test]
    fn a_search_reads_so_for_people_and_so_for_programs() {
        let searched = samples::searched();
        check("search_view.txt", &format!("{}\n", words(&searched)));
        let json = serde_json::to_string_pretty(&json(&searched)).unwrap();
        check("search_view.json", &format!("{json}\n"));
    }
}
