//! YAML text to a tree of [`Node`]s with the place of every key and value.
//!
//! The only file that names the YAML crate. It reads the parser's events rather than going through serde: serde stops
//! at the first mistake, keeps no place for good values, and forgets whether a scalar was quoted.

mod core_schema;

use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};

use serde_saphyr::granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Span};

use self::core_schema::scalar;
use super::node::{Entry, Node, Source, Value, shortened};
use headset_core::diagnostic::{Diagnostic, Place};

/// The largest blueprint, in bytes. People write hundreds of lines; a megabyte is a mistake or an attack.
const MOST_BYTES: usize = 1 << 20;
/// The most values in a blueprint, counted after aliases are resolved: a few lines of nested aliases can stand for
/// billions of values.
const MOST_NODES: usize = 100_000;
/// The most bytes of text that anchors and aliases repeat: one long text can be repeated a hundred thousand times.
const MOST_REPEATED: usize = 8 << 20;
/// The most mistakes of spelling that are shown: a hostile file can have fifty thousand.
const MOST_DUPLICATES: usize = 200;
/// The deepest nesting. The blueprint's own sections need eight levels.
const MOST_LEVELS: usize = 32;

/// What is left of the limits, shared by all files of a blueprint.
#[derive(Debug, Default)]
pub(super) struct Budget {
    /// Bytes of all files.
    read: usize,
    /// Values so far, with what aliases repeat and anchors keep.
    nodes: usize,
    /// Bytes of text that aliases have repeated.
    repeated: usize,
}

/// Reads the text. Without a tree there is at least one error; with a tree there may be some (duplicate keys).
pub(super) fn parse(source: &Source<'_>, budget: &mut Budget) -> (Option<Node>, Vec<Diagnostic>) {
    let text = source.text();
    budget.read = budget.read.saturating_add(text.len());
    if budget.read > MOST_BYTES {
        let finding = Diagnostic::error(
            "too-big",
            format!("a blueprint has at most {MOST_BYTES} bytes, with all files that it extends"),
        )
        .at(source.place(0, 0))
        .help("Is this the right file?");
        return (None, vec![finding]);
    }
    if let Some(offset) = text.find('\0') {
        let finding = Diagnostic::error("syntax", "the file holds a NUL character, so it is not text")
            .at(source.place(offset, offset + 1))
            .help("Save the blueprint as UTF-8 text.");
        return (None, vec![finding]);
    }
    let mut options = Options::default();
    options.emit_comments = false;
    options.block_nesting_limit = MOST_LEVELS;
    options.flow_nesting_limit = MOST_LEVELS;
    options.emit_unresolved_aliases = true;
    let mut builder = Builder {
        source,
        // The parser counts a byte order mark in some offsets and not in others, so it never sees one.
        shift: text.len() - text.trim_start_matches('\u{feff}').len(),
        open: Vec::new(),
        anchors: HashMap::new(),
        budget,
        root: None,
        documents: 0,
        findings: Vec::new(),
    };
    for event in Parser::new_from_str_with_options(&text[builder.shift..], options) {
        let outcome = match event {
            Ok((event, span)) => builder.take(event, span),
            Err(error) => Err(builder.syntax_error(&error)),
        };
        if let Err(mut findings) = outcome {
            builder.findings.append(&mut findings);
            return (None, builder.findings);
        }
    }
    (builder.root, builder.findings)
}

/// A list or map whose end has not come yet.
struct Open {
    anchor: usize,
    start: usize,
    flow: bool,
    content: Content,
    /// What is inside so far, this one included.
    extent: Extent,
    /// The keys so far: looking through the entries for each would take the square of their number.
    keys: HashMap<String, Place>,
}

enum Content {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        merged: Vec<Entry>,
        key: Option<Key>,
    },
}

/// A key that waits for its value.
struct Key {
    /// `None` if it cannot be a key: the mistake has been noted, its value is dropped.
    text: Option<String>,
    merge: bool,
    place: Place,
}

/// What an alias stands for.
#[derive(Clone)]
struct Anchored {
    node: Node,
    extent: Extent,
}

/// How much a value is.
#[derive(Clone, Copy)]
struct Extent {
    /// The levels of lists and maps.
    levels: usize,
    /// The nodes.
    size: usize,
    /// The bytes of text.
    bytes: usize,
}

impl Extent {
    fn of_text(bytes: usize) -> Extent {
        Extent {
            levels: 0,
            size: 1,
            bytes,
        }
    }
}

struct Builder<'s, 't, 'b> {
    source: &'s Source<'t>,
    shift: usize,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    budget: &'b mut Budget,
    root: Option<Node>,
    documents: usize,
    findings: Vec<Diagnostic>,
}

impl Builder<'_, '_, '_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Vec<Diagnostic>> {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(vec![
                        Diagnostic::error(
                            "syntax",
                            "a second document begins here, but a file holds one blueprint",
                        )
                        .at(self.place(span))
                        .help("Move it to a file of its own; commands take several files."),
                    ]);
                }
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain
                    && tag.as_ref().is_none_or(|tag| tag.core_suffix() != Some("str"));
                self.check_tag(tag.as_deref(), span);
                let node = Node {
                    value: scalar(&text, plain),
                    place: self.place(span),
                    loose: false,
                };
                self.count(1, self.place(span))?;
                self.add(node, anchor, Extent::of_text(text.len()), plain)
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.check_tag(tag.as_deref(), span);
                let flow = style == serde_saphyr::granit_parser::StructureStyle::Flow;
                self.push(Content::List(Vec::new()), anchor, flow, span)
            }
            Event::MappingStart(style, anchor, tag) => {
                self.check_tag(tag.as_deref(), span);
                let flow = style == serde_saphyr::granit_parser::StructureStyle::Flow;
                let content = Content::Map {
                    entries: Vec::new(),
                    merged: Vec::new(),
                    key: None,
                };
                self.push(content, anchor, flow, span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.pop(span),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::UnresolvedAlias(name) => {
                self.findings.push(
                    Diagnostic::error(
                        "unknown-anchor",
                        format!("nothing above is anchored as `&{name}`"),
                    )
                    .at(self.place(span))
                    .help(
                        "An alias `*name` repeats a value that was marked `&name` further up. Quote the text \
                            if you meant a star.",
                    ),
                );
                let node = Node {
                    value: Value::Null,
                    place: self.place(span),
                    loose: false,
                };
                self.add(node, 0, Extent::of_text(0), false)
            }
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            // The parser's enum is open: anchors and comments are switched off above, and nothing else carries data.
            _ => Ok(()),
        }
    }

    fn place(&self, span: Span) -> Place {
        let range = span.byte_range().unwrap_or(0..0);
        let (start, end) = (range.start + self.shift, range.end + self.shift);
        let text = self.source.text();
        // The parser ends a multi-line plain scalar, and every block scalar, behind the line break.
        let end = text
            .get(start..end)
            .map_or(end, |slice| start + slice.trim_end().len());
        self.source.place(start, end)
    }

    fn check_tag(&mut self, tag: Option<&serde_saphyr::granit_parser::Tag>, span: Span) {
        let Some(tag) = tag else { return };
        if tag.core_suffix() == Some("str") {
            return;
        }
        let place = self.place(span.tag_span().unwrap_or(span));
        self.findings.push(
            Diagnostic::error(
                "yaml-tag",
                format!("the YAML tag `{}` means nothing in a blueprint", tag.original()),
            )
            .at(place)
            .help("Delete it. Text that begins with an exclamation mark has to be quoted."),
        );
    }

    /// Counts nodes that are kept, and refuses more than a blueprint has.
    fn count(&mut self, size: usize, place: Place) -> Result<(), Vec<Diagnostic>> {
        self.budget.nodes = self.budget.nodes.saturating_add(size);
        if self.budget.nodes > MOST_NODES {
            return Err(vec![
                Diagnostic::error(
                    "too-big",
                    format!("a blueprint has at most {MOST_NODES} values, counting what aliases repeat"),
                )
                .at(place)
                .help("Aliases inside of aliases multiply; write fewer of them."),
            ]);
        }
        Ok(())
    }

    /// The same for a value that is kept once more: by an alias that repeats it, or an anchor that remembers it.
    fn count_again(&mut self, extent: Extent, place: &Place) -> Result<(), Vec<Diagnostic>> {
        self.count(extent.size, place.clone())?;
        self.budget.repeated = self.budget.repeated.saturating_add(extent.bytes);
        if self.budget.repeated > MOST_REPEATED {
            return Err(vec![
                Diagnostic::error(
                    "too-big",
                    format!("anchors and aliases repeat at most {MOST_REPEATED} bytes of text"),
                )
                .at(place.clone())
                .help("Repeat shorter texts, or fewer of them."),
            ]);
        }
        Ok(())
    }

    fn push(
        &mut self,
        content: Content,
        anchor: usize,
        flow: bool,
        span: Span,
    ) -> Result<(), Vec<Diagnostic>> {
        self.count(1, self.place(span))?;
        if self.open.len() >= MOST_LEVELS {
            return Err(vec![self.too_deep(self.place(span))]);
        }
        let start = span.byte_range().map_or(0, |range| range.start) + self.shift;
        self.open.push(Open {
            anchor,
            start,
            flow,
            content,
            extent: Extent {
                levels: 1,
                size: 1,
                bytes: 0,
            },
            keys: HashMap::new(),
        });
        Ok(())
    }

    fn too_deep(&self, place: Place) -> Diagnostic {
        Diagnostic::error(
            "too-deep",
            format!("a blueprint nests at most {MOST_LEVELS} levels"),
        )
        .at(place)
        .help("Is this the right file?")
    }

    fn pop(&mut self, span: Span) -> Result<(), Vec<Diagnostic>> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let end = if open.flow {
            span.byte_range()
                .map_or(open.start, |range| range.end + self.shift)
        } else {
            // The first character is enough: a whole section would be underlined otherwise.
            open.start + 1
        };
        let place = self.source.place(open.start, end);
        let value = match open.content {
            Content::List(list) => Value::List(list),
            Content::Map {
                mut entries, merged, ..
            } => {
                // What a map says itself goes before what it merges, wherever the `<<` stands, and what it merges
                // first before what it merges later.
                let mut keys = open.keys;
                for entry in merged {
                    if let Vacant(vacant) = keys.entry(entry.key.clone()) {
                        vacant.insert(entry.key_place.clone());
                        entries.push(entry);
                    }
                }
                Value::Map(entries)
            }
        };
        self.add(
            Node {
                value,
                place,
                loose: false,
            },
            open.anchor,
            open.extent,
            false,
        )
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Vec<Diagnostic>> {
        let place = self.place(span);
        let Some(extent) = self.anchors.get(&anchor).map(|anchored| anchored.extent) else {
            return Err(vec![
                Diagnostic::error(
                    "alias-loop",
                    "this alias stands inside of the value that it repeats",
                )
                .at(place)
                .help("Write the value out."),
            ]);
        };
        // Refused before it is copied.
        self.count_again(extent, &place)?;
        if self.open.len() + extent.levels > MOST_LEVELS {
            return Err(vec![self.too_deep(place)]);
        }
        let value = self
            .anchors
            .get(&anchor)
            .map_or(Value::Null, |anchored| anchored.node.value.clone());
        let node = Node {
            value,
            place,
            loose: false,
        };
        self.add(node, 0, extent, false)
    }

    /// Puts a finished node where it belongs: into the list or map that is open, as its next key, or as the root.
    fn add(
        &mut self,
        mut node: Node,
        anchor: usize,
        extent: Extent,
        plain: bool,
    ) -> Result<(), Vec<Diagnostic>> {
        if anchor != 0 {
            self.count_again(extent, &node.place)?;
            self.anchors.insert(
                anchor,
                Anchored {
                    node: node.clone(),
                    extent,
                },
            );
        }
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        parent.extent.levels = parent.extent.levels.max(extent.levels + 1);
        parent.extent.size += extent.size;
        parent.extent.bytes += extent.bytes;
        match &mut parent.content {
            Content::List(list) => list.push(node),
            Content::Map { entries, merged, key } => match key.take() {
                None => {
                    let (read, mut findings) = read_key(node, plain);
                    *key = Some(read);
                    self.findings.append(&mut findings);
                }
                Some(Key { text: None, .. }) => {}
                Some(Key {
                    merge: true, place, ..
                }) => {
                    let mut findings = merge(node, &place, merged);
                    self.findings.append(&mut findings);
                }
                Some(Key {
                    text: Some(text),
                    place,
                    ..
                }) => {
                    let bare = match &node.value {
                        Value::Null => node.place.bytes.0 == node.place.bytes.1,
                        Value::Map(_) | Value::List(_) => node.place.bytes.1 == node.place.bytes.0 + 1,
                        _ => false,
                    };
                    if bare {
                        node.place = place.clone();
                    }
                    match parent.keys.entry(text.clone()) {
                        Occupied(first) => {
                            let finding = duplicate(&text, place, first.get());
                            if self.findings.len() < MOST_DUPLICATES {
                                self.findings.push(finding);
                            }
                        }
                        Vacant(vacant) => {
                            vacant.insert(place.clone());
                            entries.push(Entry {
                                key: text,
                                key_place: place,
                                node,
                            });
                        }
                    }
                }
            },
        }
        Ok(())
    }

    fn syntax_error(&self, error: &ScanError) -> Vec<Diagnostic> {
        let tabs = self.tabs();
        if !tabs.is_empty() {
            return tabs;
        }
        let offset = error.marker().byte_offset().unwrap_or_else(|| {
            let text = &self.source.text()[self.shift..];
            text.char_indices()
                .nth(error.marker().index())
                .map_or(text.len(), |(offset, _)| offset)
        }) + self.shift;
        let place = self.source.place(offset, offset + 1);
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            return vec![self.too_deep(place)];
        }
        let message = format!("this is not valid YAML: {}", error.info());
        vec![
            Diagnostic::error("syntax", message)
                .at(place)
                .help(way_out(error.kind())),
        ]
    }

    /// Tabs that indent, which YAML forbids and which are invisible. Looked for only when the text is not YAML, since
    /// a block of text may well hold some.
    fn tabs(&self) -> Vec<Diagnostic> {
        self.source
            .lines()
            .filter_map(|(start, line)| {
                let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
                let tab = line[..indent].find('\t')?;
                (indent < line.len()).then(|| {
                    Diagnostic::error(
                        "tab",
                        "a tab indents this line, but YAML indents with spaces only",
                    )
                    .at(self.source.place(start + tab, start + indent))
                    .help("Put two spaces for each level.")
                })
            })
            .collect()
    }
}

fn duplicate(text: &str, place: Place, first: &Place) -> Diagnostic {
    Diagnostic::error(
        "duplicate-key",
        format!("the key `{}` is here a second time", shortened(text)),
    )
    .at(place)
    .help("Keep one of them.")
    .note(format!("the first one is at {first}"))
}

fn read_key(node: Node, plain: bool) -> (Key, Vec<Diagnostic>) {
    let place = node.place;
    let (problem, help) = match node.value {
        Value::Text(text) => {
            let merge = plain && text == "<<";
            return (
                Key {
                    text: Some(text),
                    merge,
                    place,
                },
                Vec::new(),
            );
        }
        Value::Number(text) => (
            format!("the key `{text}` is a number, but keys are text"),
            format!("Quote it: \"{text}\"."),
        ),
        Value::Bool(value) => (
            format!("the key `{value}` is a boolean, but keys are text"),
            format!("Quote it: \"{value}\"."),
        ),
        Value::Null => (
            "a key is missing here".to_owned(),
            "Write `key: value`.".to_owned(),
        ),
        Value::List(_) => (
            "a list cannot be a key".to_owned(),
            "Write `key: value`; quote a text that begins with a bracket.".to_owned(),
        ),
        Value::Map(_) => (
            "a map cannot be a key".to_owned(),
            "Write `key: value`; quote a text that begins with a brace.".to_owned(),
        ),
    };
    let finding = Diagnostic::error("key-not-text", problem)
        .at(place.clone())
        .help(help);
    (
        Key {
            text: None,
            merge: false,
            place,
        },
        vec![finding],
    )
}

fn merge(node: Node, place: &Place, merged: &mut Vec<Entry>) -> Vec<Diagnostic> {
    let nodes = match node.value {
        Value::List(list) => list,
        Value::Map(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => vec![node],
    };
    let mut findings = Vec::new();
    for node in nodes {
        if let Value::Map(entries) = node.value {
            merged.extend(entries);
        } else {
            findings.push(
                Diagnostic::error(
                    "wrong-type",
                    format!("`<<` merges maps, not {}", node.value.described()),
                )
                .at(place.clone())
                .help("Write `<<: *name`, where `&name` marks a map further up."),
            );
        }
    }
    findings
}

fn way_out(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::UnexpectedEofFlowSequence | ErrorKind::ExpectedFlowSequenceSeparator => {
            "A list that begins with `[` ends with `]`, with commas between."
        }
        ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::ExpectedFlowMappingSeparator => {
            "A map that begins with `{` ends with `}`, with commas between."
        }
        ErrorKind::MisplacedFlowCollectionEnd | ErrorKind::MismatchedFlowCollectionEnd { .. } => {
            "Brackets and braces come in pairs."
        }
        ErrorKind::TabNotAllowed | ErrorKind::TabInBlockIndentation => "Put spaces for the tab.",
        ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::InvalidIndentation
        | ErrorKind::SimpleKeyExpected
        | ErrorKind::InvalidSimpleKey => {
            "Keys of one map begin in one column, as `key: value` with a space behind the colon."
        }
        _ => {
            "Look at this line and the one above: a missing colon, quote or bracket, or an indentation that does not fit, is the usual cause."
        }
    }
}
