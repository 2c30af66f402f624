//! Names as firewalls write them.

use std::collections::BTreeSet;

use crate::list::{AllowList, Allowed};
use crate::terms::{Ports, Protocol, Side};

/// The rows of a side that lead out to names, by TCP.
pub(super) fn rows(list: &AllowList, side: Side) -> impl Iterator<Item = &Allowed> {
    let is_tcp = |ports: &Ports| ports.protocol == Protocol::Tcp;
    list.outward(side)
        .filter(move |row| !row.hosts.is_empty() && row.ports.iter().any(is_tcp))
}

/// The names of rows in the form in which `.example.com` stands for every name below it, without those that others hold; and
/// what had to be widened.
pub(super) fn dotted<'a>(rows: impl Iterator<Item = &'a Allowed>) -> (Vec<String>, Vec<String>) {
    let mut found = BTreeSet::new();
    let mut widened = BTreeSet::new();
    for host in rows.flat_map(|row| &row.hosts) {
        let host = host.to_ascii_lowercase();
        match host.rsplit_once('*') {
            None => {
                found.insert(host);
            }
            // An asterisk within a label has no such form: all names below the next dot.
            Some((before, after)) => {
                let below = after.find('.').map_or("", |dot| &after[dot..]);
                if !before.is_empty() || !after.starts_with('.') {
                    widened.insert(format!(
                        "{host} is widened to *{below}: this form knows whole labels only"
                    ));
                }
                found.insert(below.to_owned());
            }
        }
    }
    let is_held = |name: &String| {
        let plain = name.trim_start_matches('.');
        let mut others = found
            .iter()
            .filter(|other| *other != name && other.starts_with('.'));
        others.any(|other| plain.ends_with(other.as_str()) || plain == &other[1..])
    };
    let names = found.iter().filter(|name| !is_held(name)).cloned().collect();
    (names, widened.into_iter().collect())
}

/// The sides of a list, in order.
pub(super) fn sides(list: &AllowList) -> Vec<Side> {
    let found: BTreeSet<Side> = list.rows.iter().map(|row| row.side).collect();
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::center::Center;
    use crate::data::Endpoints;
    use crate::list::{Asked, list};

    fn of(hosts: &[&str]) -> (Vec<String>, Vec<String>) {
        let data = Endpoints::read(
            "version: 1\nendpoints:\n- {id: a, service: S, sides: [agent], hosts: [a.example], ports: [443/tcp], reason: why, \
             source: here, read: 2026-11-28}\n",
        )
        .unwrap();
        let mut list = list(&Center::default(), &data, &Asked::default(), None);
        list.rows[0].hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        dotted(rows(&list, Side::Agent))
    }

    #[test]
    fn what_another_name_holds_is_left_out() {
        let (names, widened) = of(&[
            "*.example.com",
            "a.example.com",
            "*.b.example.com",
            "example.com",
            "notexample.com",
            "A.example.org",
            "a.example.org",
        ]);
        assert_eq!(names, [".example.com", "a.example.org", "notexample.com"]);
        assert!(widened.is_empty());
    }

    #[test]
    fn an_asterisk_within_a_label_is_widened_and_said() {
        let (names, widened) = of(&["TurnNlb-*.elb.eu-west-2.amazonaws.com", "rec-*.s3.example.com"]);
        assert_eq!(names, [".elb.eu-west-2.amazonaws.com", ".s3.example.com"]);
        assert_eq!(widened.len(), 2);
        assert!(widened[0].starts_with("rec-*.s3.example.com is widened to *.s3.example.com"));
    }
}
