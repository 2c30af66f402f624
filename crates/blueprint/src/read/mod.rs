//! From a tree to the model: one file for each section, which reports all of its mistakes and goes on.

mod address;
mod appstream;
mod aws;
mod ccp;
mod connect;
mod draft;
mod entry;
mod fleet;
mod image;
mod item;
mod network;
mod pool;
mod reader;
mod scalar;
mod scaling;
mod secret;
mod sign_in;
mod stack;
mod theme;

use std::collections::BTreeMap;

pub(super) use self::draft::{Draft, Outline};

use self::draft::{child, outline};
use self::item::Item;
use self::reader::{Load, Reader};
use super::node::{Node, Value};
use headset_core::diagnostic::Diagnostic;

/// Reads the whole tree.
pub(super) fn read(root: &Node, load: &Load<'_>) -> (Draft, Outline, Vec<Diagnostic>) {
    let outline = outline(root);
    let mut reader = Reader::new(load, &outline);
    let draft = reader.blueprint(root);
    let findings = reader.into_findings(&root.place);
    (draft, outline, findings)
}

impl Reader<'_> {
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
