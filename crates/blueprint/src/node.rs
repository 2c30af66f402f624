//! The tree that a blueprint's text becomes: every value and every key with its place.
//!
//! Nothing here knows YAML, and nothing here knows what a blueprint means.

use std::path::Path;
use std::sync::Arc;

use headset_core::diagnostic::Place;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The value.
    pub value: Value,
    /// The text in question. A block map, a block list and a missing value have no text of their own worth showing:
    /// they stand where their key stands.
    pub place: Place,
    /// Whether it came out of a variable or with an option, which hold texts alone: it then stands for any type that is
    /// wanted, a text or the number or boolean that it looks like.
    pub loose: bool,
}

/// What YAML's core schema knows.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Nothing: an empty value, `~` or `null`.
    Null,
    /// `true` or `false`, unquoted.
    Bool(bool),
    /// An unquoted number, as written: what looks like a number may be an account id with leading zeros.
    Number(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the file; keys are unique.
    Map(Vec<Entry>),
}

/// One key of a map.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_place: Place,
    /// Its value.
    pub node: Node,
}

impl Value {
    /// What this is called in a message.
    pub(super) fn described(&self) -> String {
        match self {
            Value::Null => "nothing".to_owned(),
            Value::Bool(value) => format!("the boolean `{value}`"),
            Value::Number(text) => format!("the number `{text}`"),
            Value::Text(text) => format!("the text `{}`", shortened(text)),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a map".to_owned(),
        }
    }
}

/// One tree over another: maps merge, everything else replaces, and `null` takes away.
pub(super) fn over(below: Node, above: Node) -> Node {
    let (below, above, place, loose) = match (below.value, above.value) {
        (Value::Map(below), Value::Map(above_entries)) => (below, above_entries, above.place, above.loose),
        (_, value) => return Node { value, ..above },
    };
    let mut merged = below;
    let mut index: std::collections::HashMap<String, usize> = merged
        .iter()
        .enumerate()
        .map(|(index, entry)| (entry.key.clone(), index))
        .collect();
    let mut removed: Vec<bool> = vec![false; merged.len()];
    for entry in above {
        match index.get(&entry.key).copied() {
            Some(known) if matches!(entry.node.value, Value::Null) => removed[known] = true,
            Some(known) => {
                let slot = &mut merged[known];
                let base = std::mem::replace(
                    &mut slot.node,
                    Node {
                        value: Value::Null,
                        place: entry.key_place.clone(),
                        loose: false,
                    },
                );
                slot.node = over(base, entry.node);
                slot.key_place = entry.key_place;
            }
            None => {
                index.insert(entry.key.clone(), merged.len());
                removed.push(false);
                merged.push(entry);
            }
        }
    }
    let mut removed = removed.into_iter();
    merged.retain(|_| !removed.next().unwrap_or(false));
    Node {
        value: Value::Map(merged),
        place,
        loose,
    }
}

/// A text that fits into a sentence: its first line, at most 60 characters.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() > LONGEST || line.len() < text.trim_end().len() {
        let start: String = line.chars().take(LONGEST).collect();
        format!("{start}…")
    } else {
        line.to_owned()
    }
}

/// The path of a file that was written at this place, as it is seen from where the blueprint's own path is: relative
/// paths are relative to the file that wrote them. `.` and `..` are resolved as far as the text itself can tell.
pub(super) fn beside(place: &Place, path: &str) -> String {
    let folder = Path::new(&*place.file).parent().unwrap_or(Path::new(""));
    let mut parts: Vec<std::path::Component<'_>> = Vec::new();
    let joined = folder.join(path);
    for part in joined.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir
                if matches!(parts.last(), Some(std::path::Component::Normal(_))) =>
            {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    let resolved: std::path::PathBuf = parts.iter().collect();
    resolved.to_string_lossy().into_owned()
}

/// Turns byte offsets of one file into places, so that no place can lie outside the file.
#[derive(Debug)]
pub(super) struct Source<'a> {
    file: Arc<str>,
    text: &'a str,
    line_starts: Vec<usize>,
    /// How many characters begin before each multiple of [`STRIDE`] bytes: a line may be a megabyte long.
    characters: Vec<usize>,
}

const STRIDE: usize = 1024;

/// How many characters begin in these bytes.
fn count_characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

impl<'a> Source<'a> {
    /// The places of this text.
    pub(super) fn new(file: &str, text: &'a str) -> Source<'a> {
        let line_starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(offset, _)| offset + 1))
            .collect();
        let mut characters = vec![0];
        for chunk in text.as_bytes().chunks(STRIDE) {
            let before = characters.last().copied().unwrap_or(0);
            characters.push(before + count_characters(chunk));
        }
        Source {
            file: Arc::from(file),
            text,
            line_starts,
            characters,
        }
    }

    /// The whole text.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// The place from `start` to `end`, both moved to the nearest character inside the file.
    pub(super) fn place(&self, start: usize, end: usize) -> Place {
        let start = self.boundary(start);
        let end = self.boundary(end.max(start));
        let line = self
            .line_starts
            .partition_point(|&line_start| line_start <= start);
        let line_start = self.line_starts[line - 1];
        Place {
            file: self.file.clone(),
            line,
            column: 1 + self.characters_before(start) - self.characters_before(line_start),
            bytes: (start, end),
        }
    }

    fn characters_before(&self, offset: usize) -> usize {
        let chunk = offset / STRIDE;
        self.characters[chunk] + count_characters(&self.text.as_bytes()[chunk * STRIDE..offset])
    }

    /// The lines of the text with the offset where each begins, without their line breaks.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &'a str)> {
        self.line_starts.iter().enumerate().map(|(index, &start)| {
            let end = self
                .line_starts
                .get(index + 1)
                .copied()
                .unwrap_or(self.text.len());
            (start, self.text[start..end].trim_end_matches(['\n', '\r']))
        })
    }

    fn boundary(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(text: &str, start: usize) -> (usize, usize) {
        let place = Source::new("b.yaml", text).place(start, start + 1);
        (place.line, place.column)
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        assert_eq!(spot("é: x", 4), (1, 4));
        assert_eq!(spot("a\nbé: x", 6), (2, 4));
    }

    #[test]
    fn an_offset_beyond_the_end_is_the_end() {
        let place = Source::new("b.yaml", "ab\ncd").place(77, 99);
        assert_eq!((place.line, place.column, place.bytes), (2, 3, (5, 5)));
    }

    #[test]
    fn going_back_to_an_earlier_line_counts_anew() {
        let source = Source::new("b.yaml", "abc\ndef");
        assert_eq!(source.place(6, 7).column, 3);
        assert_eq!(source.place(1, 2).column, 2);
        assert_eq!(source.place(5, 6).column, 2);
    }

    #[test]
    fn columns_of_long_lines_are_right_at_every_stride() {
        let text = format!("x\n{}", "é".repeat(3000));
        for character in [0, 1, 510, 511, 512, 513, 1024, 2999] {
            let place = Source::new("b.yaml", &text).place(2 + character * 2, 2 + character * 2);
            assert_eq!((place.line, place.column), (2, character + 1));
        }
    }

    #[test]
    fn paths_are_relative_to_the_file_that_wrote_them() {
        let from = |file: &str, path: &str| {
            let mut place = Source::new(file, "").place(0, 0);
            place.file = Arc::from(file);
            beside(&place, path)
        };
        assert_eq!(from("b.yaml", "x.xml"), "x.xml");
        assert_eq!(from("env/b.yaml", "../base/./x.yaml"), "base/x.yaml");
        assert_eq!(from("b.yaml", "../x.yaml"), "../x.yaml");
        assert_eq!(from("env/b.yaml", "/etc/x.yaml"), "/etc/x.yaml");
    }

    #[test]
    fn long_text_is_shortened_for_sentences() {
        assert_eq!(shortened("one\ntwo"), "one…");
        assert_eq!(shortened("one\n"), "one");
        assert_eq!(shortened(&"x".repeat(70)).chars().count(), 61);
    }
}
