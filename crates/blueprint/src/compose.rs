//! One tree out of several files: `extends`, values set from outside, variables.
//!
//! Every value keeps the place where it was written, so that a mistake in a base is shown in the base.

use super::chosen::{chosen, names};
use super::interpolate::Interpolation;
use super::node::{Entry, Node, Source, Value, beside, over, shortened};
use super::requires;
use super::sources::Sources;
use super::yaml::{self, Budget};
use headset_core::diagnostic::{Diagnostic, Place};
use headset_core::shell::option;
use headset_core::words::plural;

/// The longest chain of bases. People use two or three.
const MOST_BASES: usize = 10;
/// The most files that one blueprint is read from, counting those that are read again: several bases with bases of
/// their own multiply.
const MOST_FILES: usize = 64;
/// What the file of values set from outside is called in places.
pub(super) const SET: &str = "--set";
/// By which option files of values come.
const VALUES: &str = "--vars";
/// The most keys in the path of a value that is set.
const MOST_KEYS: usize = 32;

/// What has been put together.
pub(super) struct Composed {
    /// The tree; `None` if there is an error that leaves nothing to read.
    pub root: Option<Node>,
    /// What is wrong so far.
    pub findings: Vec<Diagnostic>,
    /// The names of all files, in the order in which they were first met.
    pub files: Vec<String>,
}

/// Reads the files and puts them together.
pub(super) fn compose(sources: &Sources<'_>) -> Composed {
    let mut composer = Composer::of(sources);
    let start = Source::new(sources.file, sources.text).place(0, 0);
    let root = composer.file(sources.file, sources.text, &mut Vec::new());
    let root = root.map(|root| {
        let root = chosen(root, sources.target, &start, &mut composer.findings);
        let mut root = composer.under_values(root);
        composer.set_all(&mut root);
        let mut interpolation = Interpolation::new(sources);
        interpolation.resolve(&mut root);
        composer.findings.append(&mut interpolation.findings);
        root
    });
    if root.is_none() && composer.findings.is_empty() {
        composer.findings.push(
            Diagnostic::error("empty-blueprint", "the file holds no blueprint")
                .at(start)
                .help("Begin with `version: 1` and `name: ...`."),
        );
    }
    composer.files.push(SET.to_owned());
    Composed {
        root,
        findings: composer.findings,
        files: composer.files,
    }
}

/// The names of a blueprint's targets, in the order of the file. Empty: it is one environment, or cannot be read.
pub fn targets(sources: &Sources<'_>) -> Vec<String> {
    let mut composer = Composer::of(sources);
    let root = composer.file(sources.file, sources.text, &mut Vec::new());
    root.map(|root| names(&root)).unwrap_or_default()
}

struct Composer<'a> {
    sources: &'a Sources<'a>,
    budget: Budget,
    findings: Vec<Diagnostic>,
    files: Vec<String>,
    read: usize,
}

impl<'a> Composer<'a> {
    fn of(sources: &'a Sources<'a>) -> Composer<'a> {
        Composer {
            sources,
            budget: Budget::default(),
            findings: Vec::new(),
            files: Vec::new(),
            read: 0,
        }
    }

    /// A file over its bases. `chain` are the files that led here.
    fn file(&mut self, name: &str, text: &str, chain: &mut Vec<String>) -> Option<Node> {
        if !self.files.iter().any(|known| known == name) {
            self.files.push(name.to_owned());
        }
        let (root, mut findings) = yaml::parse(&Source::new(name, text), &mut self.budget);
        self.findings.append(&mut findings);
        let mut root = root?;
        let Value::Map(entries) = &mut root.value else {
            // A blueprint that is not a map is reported where it is read, a base here.
            if !chain.is_empty() {
                self.findings.push(
                    Diagnostic::error(
                        "wrong-type",
                        format!("a blueprint is a map of sections, not {}", root.value.described()),
                    )
                    .at(root.place.clone())
                    .help("Begin with `version: 1`; the section keys stand at the left margin."),
                );
                return None;
            }
            return Some(root);
        };
        self.findings.extend(requires::unmet_by(entries));
        let Some(index) = entries.iter().position(|entry| entry.key == "extends") else {
            return Some(root);
        };
        let extends = entries.remove(index);
        chain.push(name.to_owned());
        let mut below: Option<Node> = None;
        for (path, place) in self.bases(extends) {
            let Some(base) = self.base(&path, &place, chain) else {
                continue;
            };
            below = Some(match below {
                Some(earlier) => over(earlier, base),
                None => base,
            });
        }
        chain.pop();
        Some(match below {
            Some(below) => over(below, root),
            None => root,
        })
    }

    /// A blueprint under the files of values that are set from outside.
    fn under_values(&mut self, root: Node) -> Node {
        // A blueprint that is no map is reported where it is read.
        if !matches!(root.value, Value::Map(_)) {
            return root;
        }
        let values = self.sources.values;
        values.iter().fold(root, |below, (name, text)| {
            match self.file(name, text, &mut vec![VALUES.to_owned()]) {
                Some(above) => over(below, above),
                None => below,
            }
        })
    }

    /// The paths that `extends` names, as seen from where the blueprint's own path is.
    fn bases(&mut self, extends: Entry) -> Vec<(String, Place)> {
        let mut node = extends.node;
        let mut interpolation = Interpolation::new(self.sources);
        interpolation.resolve(&mut node);
        let unset = !interpolation.findings.is_empty();
        self.findings.append(&mut interpolation.findings);
        if unset {
            return Vec::new();
        }
        let place = node.place.clone();
        let nodes = match node.value {
            Value::List(nodes) => nodes,
            Value::Text(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Map(_) => vec![node],
        };
        if nodes.is_empty() || nodes.len() > MOST_FILES {
            self.findings.push(
                Diagnostic::error(
                    "bad-value",
                    format!("`extends` names {}", plural(nodes.len(), "file")),
                )
                .at(place)
                .help("Write `extends: base.yaml`, or a list of a few files; the later ones win."),
            );
            return Vec::new();
        }
        let mut paths = Vec::new();
        for node in nodes {
            match &node.value {
                Value::Text(path) if !path.trim().is_empty() && !path.chars().any(char::is_control) => {
                    paths.push((beside(&node.place, path), node.place));
                }
                other => self.findings.push(
                    Diagnostic::error(
                        "wrong-type",
                        format!(
                            "`extends` should be the path of a file, not {}",
                            other.described()
                        ),
                    )
                    .at(node.place.clone())
                    .help("Write `extends: base.yaml`, relative to this file."),
                ),
            }
        }
        paths
    }

    fn base(&mut self, path: &str, place: &Place, chain: &mut Vec<String>) -> Option<Node> {
        let refused =
            |code, message: String, help: &str| Diagnostic::error(code, message).at(place.clone()).help(help);
        // First of all, so that no more files than this have findings of their own.
        self.read += 1;
        if self.read > MOST_FILES {
            if self.read == MOST_FILES + 1 {
                self.findings.push(refused(
                    "too-big",
                    format!("a blueprint is read from at most {MOST_FILES} files, counting those that are read again"),
                    "Bases of bases multiply; write fewer of them.",
                ));
            }
            return None;
        }
        if chain.iter().any(|file| file == path) {
            let way = [chain.as_slice(), &[path.to_owned()]].concat().join(" → ");
            let finding = refused(
                "extends-loop",
                format!("`{}` extends itself", shortened(path)),
                "Take one of the `extends` away.",
            );
            self.findings.push(finding.note(way));
            return None;
        }
        if chain.len() > MOST_BASES {
            self.findings.push(refused(
                "too-deep",
                format!("a blueprint has at most {MOST_BASES} bases one below the other"),
                "Merge some of them.",
            ));
            return None;
        }
        let text = match (self.sources.load)(path) {
            Ok(text) => text,
            Err(reason) => {
                self.findings.push(refused(
                    "unreadable-file",
                    format!("cannot read `{}`: {reason}", shortened(path)),
                    &reason
                        .help()
                        .unwrap_or_else(|| "The path is relative to the file that says so.".to_owned()),
                ));
                return None;
            }
        };
        self.file(path, &text, chain)
    }

    fn set_all(&mut self, root: &mut Node) {
        let sets = self.sources.sets;
        if sets.is_empty() {
            return;
        }
        // Each on a line of its own, so that a place shows which one is meant.
        let text = set_text(sets);
        let source = Source::new(SET, &text);
        let mut offset = 0;
        for set in sets {
            let length = visible(set).len();
            let place = |start: usize, end: usize| source.place(offset + start, offset + end);
            if let Err(finding) = self.set(root, &visible(set), &place) {
                self.findings.push(finding);
            }
            offset += length + 1;
        }
    }

    /// Applies one `path=value`.
    fn set(
        &mut self,
        root: &mut Node,
        set: &str,
        place: &dyn Fn(usize, usize) -> Place,
    ) -> Result<(), Diagnostic> {
        let refused = |message: String, place: Place| {
            Diagnostic::error("bad-set", message).at(place).help(
                "Write `--set path=value`, such as `--set connect.alias=acme`; quote a name that has dots in \
                    it: `--set 'connect.users.\"a@example.com\".first=Ada'`.",
            )
        };
        let Some((keys, equals)) = path_of(set) else {
            return Err(refused(
                "there is no `path=value` here".to_owned(),
                place(0, set.len()),
            ));
        };
        if keys.len() > MOST_KEYS || keys.iter().any(|key| key.text.is_empty()) {
            return Err(refused(
                "this path has an empty key, or too many of them".to_owned(),
                place(0, equals),
            ));
        }
        let written = &set[equals + 1..];
        let (value, findings) = yaml::parse(&Source::new(SET, written), &mut self.budget);
        let value = match value {
            Some(node) if findings.is_empty() => node.value,
            None if findings.is_empty() => Value::Null,
            _ => {
                let why = findings
                    .first()
                    .map_or_else(String::new, |finding| format!(": {}", finding.message));
                let message = format!("this value cannot be read{why}");
                return Err(refused(message, place(equals + 1, set.len())));
            }
        };
        if matches!(value, Value::List(_) | Value::Map(_)) {
            let message = format!("only single values can be set, not {}", value.described());
            let whole = option(
                "set",
                &format!("{}={}", &set[..equals], serde_json::Value::from(written)),
            );
            return Err(refused(message, place(equals + 1, set.len())).help(format!(
                "Lists and maps stand in the file. If it is a text: `{whole}`."
            )));
        }
        let removes = matches!(value, Value::Null);
        let mut node = root;
        let Some((last, inner)) = keys.split_last() else {
            return Ok(());
        };
        for key in inner {
            let described = node.value.described();
            let Value::Map(entries) = &mut node.value else {
                let message = format!(
                    "`{}` stands below {described}, where nothing can be set",
                    shortened(&key.text)
                );
                return Err(refused(message, place(key.start, key.end)));
            };
            let index = match entries.iter().position(|entry| entry.key == key.text) {
                Some(index) => index,
                None => {
                    entries.push(Entry {
                        key: key.text.clone(),
                        key_place: place(key.start, key.end),
                        node: Node {
                            value: Value::Map(Vec::new()),
                            place: place(key.start, key.end),
                            loose: false,
                        },
                    });
                    entries.len() - 1
                }
            };
            node = &mut entries[index].node;
        }
        let described = node.value.described();
        let Value::Map(entries) = &mut node.value else {
            let message = format!(
                "`{}` stands below {described}, where nothing can be set",
                shortened(&last.text)
            );
            return Err(refused(message, place(last.start, last.end)));
        };
        let known = entries.iter().position(|entry| entry.key == last.text);
        if removes {
            let Some(index) = known else {
                let message = format!("there is no `{}` that could be removed", shortened(&last.text));
                return Err(refused(message, place(last.start, last.end)));
            };
            entries.remove(index);
            return Ok(());
        }
        let entry = Entry {
            key: last.text.clone(),
            key_place: place(last.start, last.end),
            node: Node {
                value,
                place: place(equals + 1, set.len()),
                loose: true,
            },
        };
        match known {
            Some(index) => entries[index] = entry,
            None => entries.push(entry),
        }
        Ok(())
    }
}

/// What places in `--set` refer to: the values in their order, one a line.
pub(super) fn set_text(sets: &[String]) -> String {
    let lines: Vec<String> = sets.iter().map(|set| visible(set)).collect();
    lines.join("\n")
}

/// A value on one line: line breaks would tear the places apart, and no scalar that is set here needs one.
pub(super) fn visible(set: &str) -> String {
    set.replace(['\n', '\r'], " ")
}

/// One key of a path, and where it stands in the text.
pub(super) struct PathKey {
    pub(super) text: String,
    start: usize,
    end: usize,
}

/// The keys before the first `=` that is not quoted, and where that stands. Keys are separated by dots; a dot, a
/// quote or `=` inside of a key is quoted by `"` or preceded by a backslash.
pub(super) fn path_of(set: &str) -> Option<(Vec<PathKey>, usize)> {
    let mut keys = Vec::new();
    let (mut text, mut start) = (String::new(), 0);
    let mut quoted = false;
    let mut characters = set.char_indices();
    while let Some((offset, character)) = characters.next() {
        match character {
            '\\' => text.push(characters.next()?.1),
            '"' => quoted = !quoted,
            '.' | '=' if !quoted => {
                keys.push(PathKey {
                    text: std::mem::take(&mut text),
                    start,
                    end: offset,
                });
                if character == '=' {
                    return Some((keys, offset));
                }
                start = offset + 1;
            }
            other => text.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests;
