//! From a tree to the model: one file for each section, which reports all of its mistakes and goes on.

mod appstream;
mod aws;
mod ccp;
mod connect;
mod fleet;
mod image;
mod item;
mod scalar;
mod sign_in;
mod stack;
mod tags;

use std::collections::BTreeMap;

use self::item::{Fields, Item};
use super::limits;
use super::model::{AppstreamSection, At, AwsSection, CcpSection, ConnectSection, SignInSection};
use super::node::{Node, Value};
use crate::diagnostic::Diagnostic;

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
}

/// What every section's reader is given.
pub(super) struct Reader<'a> {
    load: &'a Load<'a>,
    outline: &'a Outline,
    /// `protect` where an entry does not say it.
    protect: bool,
    findings: Vec<Diagnostic>,
}

const KEYS: &[&str] = &[
    "version",
    "name",
    "aws",
    "lifetime",
    "protect",
    "tags",
    "connect",
    "sign_in",
    "ccp",
    "appstream",
];

/// Reads the whole tree.
pub(super) fn read(root: &Node, load: &Load<'_>) -> (Draft, Outline, Vec<Diagnostic>) {
    let outline = outline(root);
    let mut reader = Reader {
        load,
        outline: &outline,
        protect: true,
        findings: Vec::new(),
    };
    let draft = reader.blueprint(root);
    let findings = reader.findings;
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
        self.findings.push(finding);
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
        let later = [("extends", "Overlays come later: write the blueprint out.")];
        let Some(fields) = self.fields(&top, KEYS, &later) else {
            return draft;
        };
        draft.name = self.name(&fields);
        draft.lifetime = fields
            .get("lifetime")
            .and_then(|item| self.duration(&item, limits::LIFETIME, None));
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
        draft
    }

    /// Whether this is a version that can be read; another one may mean anything, so that reading on would only
    /// produce noise.
    fn version(&mut self, top: &Item<'_>) -> bool {
        let Some(node) = child(top.node, "version") else {
            self.report(
                Diagnostic::error(
                    "missing-key",
                    "the blueprint does not say which version of the language it is in",
                )
                .at(top.node.place.clone())
                .help("Write `version: 1` as its first line."),
            );
            return true;
        };
        if matches!(&node.value, Value::Number(text) if text == "1") {
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

    fn name(&mut self, fields: &Fields<'_>) -> Option<At<String>> {
        let item = self.require(
            fields,
            "name",
            "Write `name: acme-support`: it becomes the beginning of every name in AWS.",
        )?;
        self.matching(&item, &limits::ENVIRONMENT)
    }
}
