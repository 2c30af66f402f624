//! What is read of a blueprint, and what it declares.

use std::collections::BTreeMap;

use crate::model::{AppstreamSection, At, AwsSection, CcpSection, ConnectSection, Move, SignInSection};
use crate::node::{Node, Value};
use headset_kinds::Address;

/// What could be read: a section with a mistake is missing here, and its mistakes are in the findings.
#[derive(Debug)]
pub(crate) struct Draft {
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
pub(crate) struct Outline {
    pub connect: bool,
    pub sign_in: bool,
    pub ccp: bool,
    pub images: Vec<String>,
    pub fleets: Vec<String>,
    pub stacks: Vec<String>,
    /// Whether a stack is made here, which streams from a fleet.
    pub needs_fleets: bool,
}

/// What a blueprint declares.
pub(super) fn outline(root: &Node) -> Outline {
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

/// The value of a key, if there is a map and it has the key.
pub(super) fn child<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    let Value::Map(entries) = &node.value else {
        return None;
    };
    entries
        .iter()
        .find(|entry| entry.key == key)
        .map(|entry| &entry.node)
}
