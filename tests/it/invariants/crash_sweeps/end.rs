//! How everything is in the end, so that two ways to it can be compared.

use std::collections::BTreeMap;

use headset_engine::state::Origin;
use serde_json::Value;

use crate::support::Sandbox;

/// How everything is in the end.
#[derive(Debug, PartialEq)]
pub(super) struct End {
    /// The cloud, without ids and times.
    cloud: Vec<String>,
    /// How each thing came into state.
    origins: BTreeMap<String, Origin>,
}

impl End {
    pub(super) fn of(sandbox: &Sandbox) -> End {
        // Instances arrive a while after their fleet, wherever the run was cut off.
        sandbox.simulator.skip(std::time::Duration::from_secs(7200));
        sandbox.simulator.with_world(|_, _| ());
        let mut world = sandbox.simulator.snapshot()["world"].take();
        // How many ids were given out, and who was signed in.
        for name in ["issued", "sts", "settings"] {
            world.as_object_mut().unwrap().remove(name);
        }
        let mut cloud = Vec::new();
        flatten(&world, "", &mut cloud);
        // What the shared store keeps is not what was made.
        cloud.retain(|line| !line.contains("/acme.state/"));
        // What follows from times and ids, how often auto scaling has looked, and what was changed so lately that the next
        // change may be refused.
        let passing = ["/checksums/", "/watch/", "/changed/"];
        cloud.retain(|line| !passing.iter().any(|part| line.contains(part)));
        cloud.sort();
        // That edges have forgotten a page counts, and not how often they were made to.
        cloud.dedup_by(|one, other| one == other && one.contains("/invalidations/"));
        let state = sandbox.state();
        let origins = state
            .resources
            .iter()
            .map(|(address, record)| (address.to_string(), record.origin))
            .collect();
        End { cloud, origins }
    }

    /// What differs, for a person.
    pub(super) fn difference(&self, straight: &End) -> String {
        let without = |these: &[String], those: &[String]| -> Vec<String> {
            let mut those = those.to_vec();
            let mut rest = Vec::new();
            for line in these {
                match those.iter().position(|other| other == line) {
                    Some(at) => drop(those.swap_remove(at)),
                    None => rest.push(line.clone()),
                }
            }
            rest
        };
        let more = without(&self.cloud, &straight.cloud);
        let less = without(&straight.cloud, &self.cloud);
        let origins = match self.origins == straight.origins {
            true => String::new(),
            false => format!("origins {:#?} and not {:#?}", self.origins, straight.origins),
        };
        format!("more: {more:#?}\nless: {less:#?}\n{origins}")
    }
}

/// Every value of a document with its path, ids and times left out.
fn flatten(value: &Value, path: &str, lines: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                flatten(value, &format!("{path}/{}", masked(key)), lines);
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| flatten(item, &format!("{path}/-"), lines)),
        Value::String(text) => lines.push(format!("{path} {}", masked(text))),
        Value::Number(number) if number.as_f64().is_some_and(|number| number > 1e8) => {
            lines.push(format!("{path} #"));
        }
        value => lines.push(format!("{path} {value}")),
    }
}

/// A text whose words with many digits are one sign.
fn masked(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(at) = (0..text.len()).find(|at| text.get(*at..*at + 36).is_some_and(is_uuid)) {
        text.replace_range(at..at + 36, "uuid");
    }
    let is_id = |word: &str| word.len() >= 8 && word.bytes().filter(u8::is_ascii_digit).count() >= 2;
    let mut masked = String::new();
    for (at, word) in text.split(|c: char| !c.is_ascii_alphanumeric()).enumerate() {
        if at > 0 {
            masked.push('.');
        }
        masked.push_str(if is_id(word) { "#" } else { word });
    }
    masked
}

fn is_uuid(text: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.bytes().enumerate().all(fits)
}

#[test]
fn ids_and_times_are_left_out_and_names_are_not() {
    assert_eq!(masked("acme-support-agents"), "acme.support.agents");
    assert_eq!(masked("of 6f1d0c1e-1111-4111-8111-111111111111"), "of.uuid");
}
