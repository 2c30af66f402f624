//! From a tree to the model: one file for each section, which reports all of its mistakes and goes on.

mod address;
mod appstream;
mod aws;
mod ccp;
mod connect;
mod entry;
mod fleet;
mod image;
mod item;
mod network;
mod pool;
mod scalar;
mod scaling;
mod secret;
mod sign_in;
mod stack;
mod theme;

use std::collections::BTreeMap;

pub(super) use self::item::nearest;
pub(super) use self::scalar::duration_text;

use self::item::Item;
use super::model::{AppstreamSection, At, AwsSection, CcpSection, ConnectSection, Move, SignInSection};
use super::node::{Node, Value};
use headset_core::diagnostic::{Diagnostic, Severity};
use headset_kinds::Address;

/// A way to read files that the blueprint names.
pub(super) type Load<'a> = dyn Fn(&str) -> Result<String, String> + 'a;

/// What could be read: a section with a mistake is missing here, and its mistakes are in the findings.
#[derive(Debug)]
pub(super) struct Draft {
    pub name: Option<At<String>>,
    pub aws: Option<AwsSection>,
    pub lifetime: Option<At<u64>>,
    pub protect: bool,
    pub tags: BTreeMap<String, String>,
    pub connect: Option<ConnectSection>,
    pub sign_in: Option<SignInSection>,
    pub ccp: Option<CcpSection>,
    pub appstream: Option<AppstreamSection>,
    pub moved: Vec<Move>,
    pub removed: Vec<At<Address>>,
}

/// What the blueprint declares, well or badly: a reference to an entry with a mistake is not a second mistake.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub connect: bool,
    pub sign_in: bool,
    pub ccp: bool,
    pub images: Vec<String>,
    pub fleets: Vec<String>,
    pub stacks: Vec<String>,
    /// Whether a stack is made here, which streams from a fleet.
    pub needs_fleets: bool,
}

/// What every section's reader is given.
pub(super) struct Reader<'a> {
    load: &'a Load<'a>,
    outline: &'a Outline,
    /// `protect` where an entry does not say it.
    protect: bool,
    /// The keys of the blueprint's own tags: in lower case, and as they are written.
    tags: BTreeMap<String, String>,
    findings: Vec<Diagnostic>,
    /// How many findings there were beyond the most that are kept, and whether any of them is an error.
    unsaid: (usize, bool),
}

/// The most findings that are told: nobody reads more, and a hostile blueprint can have a hundred thousand.
const MOST_FINDINGS: usize = 200;

/// Reads the whole tree.
pub(super) fn read(root: &Node, load: &Load<'_>) -> (Draft, Outline, Vec<Diagnostic>) {
    let outline = outline(root);
    let mut reader = Reader {
        load,
        outline: &outline,
        protect: true,
        tags: BTreeMap::new(),
        findings: Vec::new(),
        unsaid: (0, false),
    };
    let draft = reader.blueprint(root);
    let mut findings = reader.findings;
    if let (unsaid @ 1.., grave) = reader.unsaid {
        let message = format!("there is more: {unsaid} further findings are not shown");
        let finding = if grave {
            Diagnostic::error("too-many", message)
        } else {
            Diagnostic::warning("too-many", message)
        };
        findings.push(
            finding
                .at(root.place.clone())
                .help("Mend those that are shown, and look again."),
        );
    }
    (draft, outline, findings)
}

fn outline(root: &Node) -> Outline {
    let keys = |section: &str| -> Vec<String> {
        let entries = child(root, "appstream").and_then(|appstream| child(appstream, section));
        match entries.map(|node| &node.value) {
            Some(Value::Map(entries)) => entries.iter().map(|entry| entry.key.clone()).collect(),
            _ => Vec::new(),
        }
    };
    Outline {
        connect: child(root, "connect").is_some(),
        sign_in: child(root, "sign_in").is_some(),
        ccp: child(root, "ccp").is_some(),
        images: keys("images"),
        fleets: keys("fleets"),
        stacks: keys("stacks"),
        needs_fleets: child(root, "appstream")
            .and_then(|appstream| child(appstream, "stacks"))
            .is_some_and(|stacks| match &stacks.value {
                Value::Map(entries) => entries
                    .iter()
                    .any(|entry| child(&entry.node, "existing").is_none()),
                _ => false,
            }),
    }
}

fn child<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    let Value::Map(entries) = &node.value else {
        return None;
    };
    entries
        .iter()
        .find(|entry| entry.key == key)
        .map(|entry| &entry.node)
}

impl Reader<'_> {
    fn report(&mut self, finding: Diagnostic) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        } else {
            self.unsaid.0 += 1;
            self.unsaid.1 |= finding.severity == Severity::Error;
        }
    }

    /// Whether another finding would not be told, so that looking for something to suggest is not worth the time.
    fn is_full(&self) -> bool {
        self.findings.len() >= MOST_FINDINGS
    }

    /// Reads something without a word: it is read again elsewhere, which reports.
    fn quietly<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = (self.findings.len(), self.unsaid);
        let found = read(self);
        self.findings.truncate(before.0);
        self.unsaid = before.1;
        found
    }

    fn blueprint(&mut self, root: &Node) -> Draft {
        let mut draft = Draft {
            name: None,
            aws: None,
            lifetime: None,
            protect: true,
            tags: BTreeMap::new(),
            connect: None,
            sign_in: None,
            ccp: None,
            appstream: None,
            moved: Vec::new(),
            removed: Vec::new(),
        };
        let Value::Map(_) = root.value else {
            self.report(
                Diagnostic::error(
                    "wrong-type",
                    format!("a blueprint is a map of sections, not {}", root.value.described()),
                )
                .at(root.place.clone())
                .help("Begin with `version: 1` and `name: ...`; the section keys stand at the left margin."),
            );
            return draft;
        };
        let top = Item::root(root);
        if !self.version(&top) {
            return draft;
        }
        let Some(fields) = self.fields(&top) else {
            return draft;
        };
        draft.name = fields.get("name").and_then(|item| self.text(&item));
        draft.lifetime = fields.get("lifetime").and_then(|item| self.duration(&item));
        self.protect = match fields.get("protect") {
            Some(item) => self.boolean(&item).unwrap_or(true),
            None => fields.get("lifetime").is_none(),
        };
        draft.protect = self.protect;
        draft.tags = self.tags(&fields);
        draft.aws = self.aws(fields.get("aws"), root);
        draft.connect = fields.get("connect").and_then(|item| self.connect(&item));
        draft.sign_in = fields.get("sign_in").and_then(|item| self.sign_in(&item));
        draft.ccp = fields.get("ccp").and_then(|item| self.ccp(&item));
        draft.appstream = fields.get("appstream").and_then(|item| self.appstream(&item));
        draft.moved = self.moved(fields.get("moved"));
        draft.removed = self.removed(fields.get("removed"));
        draft
    }

    /// Whether this is a version that can be read; another one may mean anything, so that reading on would only
    /// produce noise.
    fn version(&mut self, top: &Item<'_>) -> bool {
        // Its absence is reported with that of other keys.
        let Some(node) = child(top.node, "version") else {
            return true;
        };
        if matches!(&node.value, Value::Number(text) if text == "1") {
            return true;
        }
        if matches!(&node.value, Value::Text(text) if text == "1" && node.loose) {
            return true;
        }
        if matches!(&node.value, Value::Text(text) if text == "1") {
            self.wrong_type(
                &Item {
                    path: "version".to_owned(),
                    ..Item::root(node)
                },
                "a number",
                "Write `version: 1`, without quotes.",
            );
            return true;
        }
        self.report(
            Diagnostic::error(
                "unknown-version",
                format!(
                    "this Headset reads version 1 of the language, not {}",
                    node.value.described()
                ),
            )
            .at(node.place.clone())
            .help("Write `version: 1`, or use the Headset that this blueprint was written for."),
        );
        false
    }
}
