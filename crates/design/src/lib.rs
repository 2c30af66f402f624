//! From a blueprint to the resources it asks for: names, links, policies, pages. Pure.

mod applications;
mod appstream;
mod ccp;
mod companions;
mod connect;
pub mod names;
pub mod pages;
pub mod recipe;
mod sign_in;
mod tags;
#[cfg(test)]
mod tests;

pub use applications::{is_application, shared_application};
pub use companions::{ENTRIES, entries, rekeyed};

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use headset_blueprint::model::{Blueprint, Entry, Waits};
use headset_core::diagnostic::{Diagnostic, Place};
use headset_kinds::{Address, Text};

/// Where and for whom: all that the design may know beyond the blueprint.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The twelve-digit account.
    pub account: String,
    /// The partition: `aws` or `aws-us-gov`.
    pub partition: String,
    /// The region of Connect, the role's audiences and the bucket.
    pub region: String,
    /// The region of AppStream.
    pub appstream_region: String,
    /// The home region of IAM Identity Center.
    pub identity_center_region: String,
    /// The lineage of this environment's state: the value of the tag `headset:id`.
    pub lineage: String,
    /// When the environment expires (RFC 3339), if the blueprint sets `lifetime`.
    pub expires: Option<String>,
}

/// How a resource is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Made, changed and deleted by Headset.
    Managed,
    /// Only read and linked to.
    Existing,
    /// Made where it is missing, shared with whoever else is in the account, never changed and never deleted.
    Ensured,
}

/// One resource that the blueprint asks for.
#[derive(Clone, Debug)]
pub struct Desired {
    /// Its address.
    pub address: Address,
    /// How it is held.
    pub mode: Mode,
    /// Its spec, by the kind's field table; texts may refer to other resources' outputs.
    pub spec: Value,
    /// What else must be there first, beyond what the spec refers to.
    pub after: Vec<Address>,
    /// Whether deleting and replacing it is refused.
    pub protect: bool,
    /// Where the blueprint asks for it.
    pub place: Option<Place>,
    /// Answers to its checkpoint that the blueprint gives.
    pub answers: BTreeMap<String, String>,
    /// Whether the name in its spec is one that a person answered. What has that name is it, whatever its tags lack.
    pub is_named: bool,
    /// How long its operations may take, where the blueprint says so.
    pub waits: Waits,
}

/// Everything that the blueprint asks for.
#[derive(Clone, Debug, Default)]
pub struct Design {
    /// The resources by address.
    pub resources: BTreeMap<Address, Desired>,
    /// Addresses that changed.
    pub moved: Vec<Move>,
    /// What Headset lets go of without deleting it.
    pub removed: BTreeSet<Address>,
    /// What an administrator needs next, by name: may refer to outputs (`sign_in_url`, `in_session_page`, ...).
    pub outputs: BTreeMap<String, Text>,
}

/// A line of `moved`.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// The address in earlier versions of the blueprint.
    pub from: Address,
    /// The address now.
    pub to: Address,
    /// What else changes its address with it, from and to: whatever the design makes of the entry's key.
    pub companions: Vec<(Address, Address)>,
    /// Where the line stands.
    pub place: Place,
}

/// The keys under which entries were made, by their addresses now, where they were others: what is derived from a key
/// and cannot be given by name keeps the first one, so that a new key changes nothing in AWS.
pub type FirstKeys = BTreeMap<Address, String>;

/// Draws everything that a blueprint asks for, with all mistakes that only show once its parts are put together.
///
/// Pure: the same blueprint and setting always give the same design.
pub fn design(blueprint: &Blueprint, setting: &Setting) -> (Design, Vec<Diagnostic>) {
    design_under(blueprint, setting, &FirstKeys::new())
}

/// The same for an environment in which some entries were made under other keys.
pub fn design_under(
    blueprint: &Blueprint,
    setting: &Setting,
    first: &FirstKeys,
) -> (Design, Vec<Diagnostic>) {
    let mut drawing = drawing(blueprint, setting, first);
    drawing.moves(first);
    (drawing.design, drawing.diagnostics)
}

/// Everything but the moves.
fn drawing<'a>(blueprint: &'a Blueprint, setting: &'a Setting, first: &FirstKeys) -> Drawing<'a> {
    let mut drawing = Drawing {
        blueprint,
        setting,
        first: companions::without_doubles(blueprint, first),
        design: Design::default(),
        diagnostics: Vec::new(),
    };
    if let Some(section) = &blueprint.connect {
        connect::draw(&mut drawing, section);
    }
    if let Some(section) = &blueprint.sign_in {
        sign_in::draw(&mut drawing, section);
    }
    if let Some(section) = &blueprint.ccp {
        ccp::draw(&mut drawing, section);
    }
    if let Some(section) = &blueprint.appstream {
        appstream::draw(&mut drawing, section);
    }
    drawing
}

/// A design in the making.
struct Drawing<'a> {
    blueprint: &'a Blueprint,
    setting: &'a Setting,
    first: FirstKeys,
    design: Design,
    diagnostics: Vec<Diagnostic>,
}

impl Drawing<'_> {
    fn add(&mut self, address: Address, mode: Mode, spec: Value, protect: bool, place: &Place) {
        let desired = Desired {
            address: address.clone(),
            mode,
            spec,
            after: Vec::new(),
            protect,
            place: Some(place.clone()),
            answers: BTreeMap::new(),
            is_named: false,
            waits: Waits::default(),
        };
        self.design.resources.insert(address, desired);
    }

    fn managed(&mut self, address: Address, spec: Value, protect: bool, place: &Place) {
        self.add(address, Mode::Managed, spec, protect, place);
    }

    /// The same for an entry of the blueprint.
    fn entry(&mut self, address: Address, spec: Value, entry: &Entry) {
        self.managed(address.clone(), spec, entry.protect, &entry.place);
        if let Some(desired) = self.design.resources.get_mut(&address) {
            desired.waits = entry.waits;
        }
    }

    /// Something that the account needs and everybody shares.
    fn ensured(&mut self, address: Address, spec: Value, place: &Place) {
        self.add(address, Mode::Ensured, spec, true, place);
    }

    fn after(&mut self, address: &Address, others: Vec<Address>) {
        if let Some(desired) = self.design.resources.get_mut(address) {
            desired.after.extend(others);
        }
    }

    fn answer(&mut self, address: &Address, answers: BTreeMap<String, String>) {
        if let Some(desired) = self.design.resources.get_mut(address) {
            desired.answers = answers;
        }
    }

    fn output(&mut self, name: &str, text: Text) {
        self.design.outputs.insert(name.to_owned(), text);
    }

    /// The key that belongs into whatever is derived from an entry's and has no key of its own in the blueprint: the one
    /// under which the entry was made.
    fn first_key<'k>(&'k self, kind: &str, key: &'k str) -> &'k str {
        self.first
            .get(&Address::new(kind, key))
            .map_or(key, String::as_str)
    }

    /// Where what has moved to this address is in the end: there, or where further lines take it. `None`: nowhere.
    fn end_of(&self, address: &Address) -> Option<Address> {
        let mut at = address;
        // Every line once: lines that lead in a circle lead nowhere.
        for _ in 0..=self.blueprint.moved.len() {
            if self.design.resources.contains_key(at) {
                return Some(at.clone());
            }
            let next = self
                .blueprint
                .moved
                .iter()
                .find(|moved| moved.from.value == *at)?;
            at = &next.to.value;
        }
        None
    }

    /// `moved` and `removed`, which only make sense for what is no longer asked for.
    fn moves(&mut self, first: &FirstKeys) {
        let (blueprint, setting) = (self.blueprint, self.setting);
        for moved in &blueprint.moved {
            let (from, to) = (&moved.from.value, &moved.to.value);
            if self.design.resources.contains_key(from) {
                self.complain(
                    Diagnostic::error(
                        "moved-still-wanted",
                        format!("{from} has moved, and the blueprint still asks for it"),
                    )
                    .at(moved.from.place.clone())
                    .help("delete the entry there, or the line here"),
                );
                continue;
            }
            let Some(end) = self.end_of(to) else {
                let near = to.nearest(self.design.resources.keys());
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "delete the line if the entry is gone for good".to_owned(),
                };
                self.complain(
                    Diagnostic::error(
                        "moved-to-nothing",
                        format!("{from} has moved to {to}, and the blueprint asks for no such thing"),
                    )
                    .at(moved.to.place.clone())
                    .help(help),
                );
                continue;
            };
            let companions = companions::of(blueprint, setting, first, &end, (&from.key, &to.key));
            self.design.moved.push(Move {
                from: from.clone(),
                to: to.clone(),
                companions,
                place: moved.from.place.clone(),
            });
        }
        for removed in &self.blueprint.removed {
            if self.design.resources.contains_key(&removed.value) {
                self.complain(
                    Diagnostic::error(
                        "removed-still-wanted",
                        format!(
                            "{} is to be let go, and the blueprint still asks for it",
                            removed.value
                        ),
                    )
                    .at(removed.place.clone())
                    .help("delete the entry there, or the line here"),
                );
                continue;
            }
            self.design.removed.insert(removed.value.clone());
        }
    }

    fn complain(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn tags(&self, own: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        tags::of(self.blueprint, self.setting, own)
    }

    /// What the entry with this key is called in AppStream.
    fn name(&self, key: &str, entry: &Entry) -> String {
        if let Some(name) = &entry.name {
            return name.value.clone();
        }
        names::name(&[&self.blueprint.name.value, key], names::APPSTREAM)
    }
}
