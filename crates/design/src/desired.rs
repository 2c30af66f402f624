//! A design as a value: the resources that a blueprint asks for, and what becomes of those that it gives up.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use headset_blueprint::model::{Waits, Waiver};
use headset_core::diagnostic::Place;
use headset_kinds::{Address, Text, text};

/// How a resource is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Made, changed and deleted by Headset.
    Managed,
    /// Only read and linked to.
    Existing,
    /// Made where it is missing, shared with the rest of the account, never changed and never deleted.
    Ensured,
}

/// Whose the lists of a thing are: whether `drift` reports what others put into them, and `apply` takes it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lists {
    /// The lists hold what the blueprint declares, and everything else in them is extra.
    All,
    /// They are shared with others: what the blueprint does not declare is theirs.
    OnlyDeclared,
}

/// What of a resource is not to be done now, although the blueprint asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// What the blueprint changed since it was applied.
    Changes,
    /// Everything.
    Whole,
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
    /// Whether the name in its spec is one that a person answered. What has that name is it, even without tags.
    pub is_named: bool,
    /// How long its operations may take, where the blueprint says so.
    pub waits: Waits,
}

impl Desired {
    /// What it comes after: what it refers to, and what the design says beyond that.
    pub fn dependencies(&self) -> BTreeSet<Address> {
        let referred = text::references(&self.spec)
            .into_iter()
            .map(|(address, _)| address);
        referred.chain(self.after.iter().cloned()).collect()
    }
}

/// Everything that the blueprint asks for.
#[derive(Clone, Debug, Default)]
pub struct Design {
    /// The resources by address.
    pub resources: BTreeMap<Address, Desired>,
    /// Addresses that changed.
    pub moved: Vec<Move>,
    /// What Headset lets go of without deleting it, and where the blueprint says so.
    pub removed: BTreeMap<Address, Place>,
    /// Whose the lists of things are, where the blueprint says so.
    pub lists: BTreeMap<Address, Lists>,
    /// What is not to be done now. Of a blueprint's own design nothing is.
    pub left_out: BTreeMap<Address, LeftOut>,
    /// Drift that is known and let be for a while.
    pub waivers: BTreeMap<Address, Waiver>,
    /// What an administrator needs next, by name: may refer to outputs (`sign_in_url`, `in_session_page`, ...).
    pub outputs: BTreeMap<String, Text>,
}

impl Design {
    /// Whose the lists of a thing are: its own, unless it lives outside, or the blueprint says otherwise.
    pub fn lists_of(&self, desired: &Desired) -> Lists {
        let said = self.lists.get(&desired.address).copied();
        said.unwrap_or(match desired.mode {
            Mode::Managed => Lists::All,
            Mode::Existing | Mode::Ensured => Lists::OnlyDeclared,
        })
    }
}

/// A line of `moved`.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// The address in earlier versions of the blueprint.
    pub from: Address,
    /// The address now.
    pub to: Address,
    /// What else changes its address with it, from and to: everything that the design makes of the entry's key.
    pub companions: Vec<(Address, Address)>,
    /// Where the line stands.
    pub place: Place,
}
