//! The text of a blueprint of what exists. What was left out stands in comments, each where it would be taken in: once the
//! marks before its lines are deleted, it is part of the blueprint.

use std::collections::BTreeMap;

use serde_yaml::{Mapping, Value};

use super::draft::plain;

/// What is left out of a blueprint, and why.
pub(super) struct Alternative {
    /// Why, in sentences without a full stop.
    pub(super) why: Vec<String>,
    /// What it would be.
    pub(super) section: Value,
}

/// How far the keys of one level stand to the right of those above.
const INDENT: usize = 2;

/// What an alternative would change in one place of a draft.
enum Part {
    /// Keys that are not there yet, in the map at this path.
    Added { at: Vec<String>, keys: Mapping },
    /// Another value for a key that is there.
    Instead {
        path: Vec<String>,
        was: Value,
        value: Value,
    },
}

/// The text of a draft, with what was left out of it.
pub(super) fn whole(draft: &Value, alternatives: &[Alternative]) -> String {
    let all: Vec<(&Alternative, Vec<Part>)> = alternatives
        .iter()
        .map(|one| {
            let mut parts = Vec::new();
            split(draft, &one.section, &mut Vec::new(), &mut parts);
            (one, parts)
        })
        .collect();
    let mut times: BTreeMap<(Vec<String>, String), usize> = BTreeMap::new();
    for (at, key) in all.iter().flat_map(|(_, parts)| parts).flat_map(names) {
        *times.entry((at, key)).or_default() += 1;
    }
    let mut lines: Vec<String> = plain(draft).lines().map(str::to_owned).collect();
    let mut end = String::new();
    // Comments by the line before which they stand.
    let mut within: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (one, parts) in &all {
        for part in parts {
            let several = names(part).find(|name| times.get(name).is_some_and(|times| *times > 1));
            let comment = comment(&one.why, part, several.map(|(_, key)| key).as_deref());
            match part {
                Part::Added { at, .. } if !at.is_empty() => {
                    let pad = " ".repeat(INDENT * at.len());
                    let comment = comment.into_iter().map(|line| format!("{pad}{line}"));
                    within.entry(end_of(&lines, at)).or_default().extend(comment);
                }
                Part::Added { .. } | Part::Instead { .. } => {
                    end.push('\n');
                    end.extend(comment.into_iter().map(|line| line + "\n"));
                }
            }
        }
    }
    for (before, comment) in within.into_iter().rev() {
        lines.splice(before..before, comment);
    }
    lines.into_iter().map(|line| line + "\n").collect::<String>() + &end
}

/// A point of a comment.
pub(super) fn bullet(line: &str) -> String {
    let is_break = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    format!("# - {}", line.replace(is_break, " "))
}

/// Where the keys are that a part adds.
fn names(part: &Part) -> impl Iterator<Item = (Vec<String>, String)> + use<'_> {
    let added = match part {
        Part::Added { at, keys } => Some((at, keys)),
        Part::Instead { .. } => None,
    };
    added.into_iter().flat_map(|(at, keys)| {
        let keys = keys.keys().filter_map(Value::as_str);
        keys.map(|key| (at.clone(), key.to_owned()))
    })
}

/// What a section would change of a draft.
fn split(draft: &Value, section: &Value, path: &mut Vec<String>, found: &mut Vec<Part>) {
    let mut added = Mapping::new();
    for (key, value) in section.as_mapping().into_iter().flatten() {
        let name = key.as_str().unwrap_or_default().to_owned();
        match draft.get(key) {
            None => {
                added.insert(key.clone(), value.clone());
            }
            Some(same) if same == value => {}
            Some(Value::Mapping(map)) if !map.is_empty() && value.is_mapping() => {
                path.push(name);
                split(&Value::Mapping(map.clone()), value, path, found);
                path.pop();
            }
            Some(was) => {
                let path = path.iter().cloned().chain([name]).collect();
                let (was, value) = (was.clone(), value.clone());
                found.push(Part::Instead { path, was, value });
            }
        }
    }
    if !added.is_empty() {
        found.push(Part::Added {
            at: path.clone(),
            keys: added,
        });
    }
}

/// The lines about a part of what was left out. `several`: a key that others would add as well.
fn comment(why: &[String], part: &Part, several: Option<&str>) -> Vec<String> {
    let mut lines = vec!["# Left out, because of this:".to_owned()];
    lines.extend(why.iter().map(|why| bullet(why)));
    match part {
        Part::Added { keys, .. } => {
            let alone = several.map_or_else(String::new, |key| format!(" and no other `{key}`"));
            lines.push(format!(
                "# To take it in{alone}, delete the `# ` before each of these lines, and look at the next plan:"
            ));
            let keys = plain(&Value::Mapping(keys.clone()));
            lines.extend(keys.lines().map(|line| format!("# {line}")));
        }
        Part::Instead { path, was, value } => lines.push(format!(
            "# To take it in, write `{}` in place of `{}: {}`, and look at the next plan.",
            flat(value),
            path.join("."),
            flat(was)
        )),
    }
    lines
}

/// A value on one line.
fn flat(value: &Value) -> String {
    match value {
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {
            plain(value).trim_end().to_owned()
        }
        value => serde_json::to_string(value).unwrap_or_default(),
    }
}

/// The line behind the last one of the map at a path.
fn end_of(lines: &[String], path: &[String]) -> usize {
    let (mut start, mut end) = (0, lines.len());
    for (depth, key) in path.iter().enumerate() {
        let column = INDENT * depth;
        let head = format!(
            "{}{}:",
            " ".repeat(column),
            plain(&Value::from(key.as_str())).trim_end()
        );
        let Some(at) = (start..end).find(|at| lines[*at].starts_with(&head)) else {
            return lines.len();
        };
        // A list stands at the column of its key.
        let is_within = |line: &String| {
            let own = line.len() - line.trim_start().len();
            own > column || line.trim().is_empty() || (own == column && line.trim_start().starts_with("- "))
        };
        start = at + 1;
        end = (start..end).find(|at| !is_within(&lines[*at])).unwrap_or(end);
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yaml(text: &str) -> Value {
        serde_yaml::from_str(text).unwrap()
    }

    /// The text with the marks deleted before the lines of this comment that takes something in.
    fn taken(text: &str, which: usize) -> String {
        let mut seen = 0;
        let mut taking = false;
        let lines = text.lines().map(|line| {
            let is_comment = line.trim_start().starts_with("# ");
            taking = taking && is_comment && !line.contains("# Left out");
            let line = match taking && seen == which + 1 {
                true => line.replacen("# ", "", 1),
                false => line.to_owned(),
            };
            if line.ends_with("look at the next plan:") {
                (seen, taking) = (seen + 1, true);
            }
            line + "\n"
        });
        lines.collect()
    }

    #[test]
    fn what_was_left_out_is_taken_in_by_deleting_the_marks() {
        let draft = "connect:\n  alias: one\nappstream:\n  stacks:\n    desk:\n      fleet: desk\n  fleets:\n    desk:\n      network:\n        subnets:\n        - subnet-1\ntags:\n  team: support\n";
        let draft = yaml(draft);
        let alternative = |section: &str| Alternative {
            why: vec!["it is\nso".to_owned()],
            section: yaml(section),
        };
        let text = whole(
            &draft,
            &[
                alternative("connect: { alias: two }"),
                alternative(
                    "appstream: { stacks: { alone: { existing: alone } }, fleets: { other: { existing: other } } }",
                ),
                alternative("ccp: { bucket: first }"),
                alternative("ccp: { bucket: second }"),
            ],
        );
        let whole = yaml(&text);
        assert_eq!(whole, draft, "{text}");
        assert!(
            text.contains("write `two` in place of `connect.alias: one`"),
            "{text}"
        );
        assert!(text.contains("# - it is so\n"), "{text}");
        assert_eq!(
            text.matches("To take it in and no other `ccp`").count(),
            2,
            "{text}"
        );
        for (which, path, wanted) in [
            (0, ["appstream", "stacks"], "alone"),
            (1, ["appstream", "fleets"], "other"),
        ] {
            let taken = taken(&text, which);
            let there = path.iter().fold(yaml(&taken), |value, key| value[*key].clone());
            assert_eq!(there[wanted]["existing"], Value::from(wanted), "{taken}");
            assert!(there.get("desk").is_some(), "{taken}");
        }
        assert_eq!(yaml(&taken(&text, 2))["ccp"]["bucket"], Value::from("first"));
        assert_eq!(yaml(&taken(&text, 3))["ccp"]["bucket"], Value::from("second"));
    }
}
