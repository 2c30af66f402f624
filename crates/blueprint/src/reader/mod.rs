//! From a tree to values: what the readers of all sections share.
//!
//! A section's own reader is written by the derive [`Section`](headset_derive::Section) of its struct in the model. Each
//! reports all of its mistakes and goes on.

mod item;
mod origin;
mod partition;
mod scalar;

use std::collections::BTreeMap;

pub(crate) use self::item::{Fields, Item, Named};
use self::partition::Located;

use super::account::OwnArn;
use super::at::At;
use super::limits::{self, Pattern};
use super::node::{Node, Value};
use super::region;
use headset_core::diagnostic::{Diagnostic, Severity};
use headset_core::text_file::Unreadable;
use headset_core::words::{agreeing, plural};

/// A way to read files that the blueprint names.
pub(crate) type Load<'a> = dyn Fn(&str) -> Result<String, Unreadable> + 'a;

/// The same of files that are no text, of which so many bytes are taken at most.
pub(crate) type LoadBytes<'a> = dyn Fn(&str, usize) -> Result<Vec<u8>, Unreadable> + 'a;

/// Both of them.
pub(crate) type Files<'a> = (&'a Load<'a>, &'a LoadBytes<'a>);

/// What the blueprint declares, well or badly: a reference to an entry with a mistake is not a second mistake.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    pub connect: bool,
    pub sign_in: bool,
    pub ccp: bool,
    pub appstream: bool,
    pub bootstrap: bool,
    pub images: Vec<String>,
    pub fleets: Vec<String>,
    pub stacks: Vec<String>,
    /// Whether a stack is made here, which streams from a fleet.
    pub needs_fleets: bool,
    /// The keys below `sign_in.idp`.
    pub identity_providers: Vec<String>,
    /// What `connect.identity` says, if it says anything.
    pub identity: Option<String>,
}

impl Outline {
    /// What this tree declares.
    pub(crate) fn of(root: &Node) -> Outline {
        let keys = |section: &str, key: &str| -> Vec<String> {
            let entries = child(root, section).and_then(|section| child(section, key));
            match entries.map(|node| &node.value) {
                Some(Value::Map(entries)) => entries.iter().map(|entry| entry.key.clone()).collect(),
                _ => Vec::new(),
            }
        };
        let identity = child(root, "connect").and_then(|connect| child(connect, "identity"));
        Outline {
            connect: child(root, "connect").is_some(),
            sign_in: child(root, "sign_in").is_some(),
            ccp: child(root, "ccp").is_some(),
            appstream: child(root, "appstream").is_some(),
            bootstrap: child(root, "bootstrap").is_some(),
            images: keys("appstream", "images"),
            fleets: keys("appstream", "fleets"),
            stacks: keys("appstream", "stacks"),
            needs_fleets: child(root, "appstream")
                .and_then(|appstream| child(appstream, "stacks"))
                .is_some_and(|stacks| match &stacks.value {
                    Value::Map(entries) => entries
                        .iter()
                        .any(|entry| child(&entry.node, "existing").is_none()),
                    _ => false,
                }),
            identity_providers: keys("sign_in", "idp"),
            identity: identity.and_then(|node| match &node.value {
                Value::Text(text) => Some(text.clone()),
                _ => None,
            }),
        }
    }
}

/// The value of a key, if the tree is a map that has it.
pub(crate) fn child<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    let Value::Map(entries) = &node.value else {
        return None;
    };
    entries
        .iter()
        .find(|entry| entry.key == key)
        .map(|entry| &entry.node)
}

/// What every section's reader is given.
pub(crate) struct Reader<'a> {
    /// Reads files that the blueprint names.
    pub load: &'a Load<'a>,
    /// Reads files that are no text.
    pub load_bytes: &'a LoadBytes<'a>,
    /// What the blueprint declares.
    pub outline: &'a Outline,
    /// `protect` where an entry does not say it.
    pub protect: bool,
    /// The keys of the blueprint's own tags: in lower case, and as they are written.
    pub tags: BTreeMap<String, String>,
    /// What lies in one partition.
    located: Vec<Located>,
    /// What has to be of the blueprint's own account.
    pub(crate) own: Vec<OwnArn>,
    findings: Vec<Diagnostic>,
    /// How many findings there were beyond the most that are kept, and whether any of them is an error.
    unsaid: (usize, bool),
}

/// The most findings that are shown. A hostile blueprint can have a hundred thousand, and people stop reading long before.
const MOST_FINDINGS: usize = 200;

impl<'a> Reader<'a> {
    /// A reader of a blueprint that declares this.
    pub(crate) fn new((load, load_bytes): Files<'a>, outline: &'a Outline) -> Reader<'a> {
        Reader {
            load,
            load_bytes,
            outline,
            protect: true,
            tags: BTreeMap::new(),
            located: Vec::new(),
            own: Vec::new(),
            findings: Vec::new(),
            unsaid: (0, false),
        }
    }

    /// Everything that was found in this tree.
    pub(crate) fn finish(mut self, root: &Node) -> Vec<Diagnostic> {
        for finding in partition::mixed(&std::mem::take(&mut self.located)) {
            self.report(finding);
        }
        let mut findings = self.findings;
        if let (unsaid @ 1.., grave) = self.unsaid {
            let message = format!(
                "there is more: {} {} not shown",
                plural(unsaid, "further finding"),
                agreeing(unsaid, "is", "are")
            );
            let finding = if grave {
                Diagnostic::error("too-many", message)
            } else {
                Diagnostic::warning("too-many", message)
            };
            findings.push(
                finding
                    .at(root.place.clone())
                    .help("Correct those that are shown, and try again."),
            );
        }
        findings
    }

    /// Remembers a text of this pattern, if it lies in a partition.
    fn locate(&mut self, path: &str, pattern: &Pattern, text: &At<String>) {
        self.located.extend(Located::of(path, pattern, text));
        if pattern.source == limits::REGION.source
            && let Some(finding) = region::unlisted(&text.value)
        {
            self.report(finding.at(text.place.clone()));
        }
        self.own.extend(OwnArn::of(path, text));
    }

    /// Remembers a text if it is an ARN.
    pub(crate) fn locate_arn(&mut self, path: &str, text: &At<String>) {
        self.located.extend(Located::of_arn(path, text));
        self.own.extend(OwnArn::of(path, text));
    }

    /// Adds a finding.
    pub(crate) fn report(&mut self, finding: Diagnostic) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        } else {
            self.unsaid.0 += 1;
            self.unsaid.1 |= finding.severity == Severity::Error;
        }
    }

    /// Whether another finding would not be shown, so that looking for something to suggest is not worth the time.
    fn is_full(&self) -> bool {
        self.findings.len() >= MOST_FINDINGS
    }
}
