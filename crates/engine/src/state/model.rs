//! The state of one environment, and what must always be true of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::entry::Entry;
use super::record::{Attempt, Intent, Places, Record, Relocation, Verb};
use headset_kinds::{Address, KindId, registry};

/// The format of state files that this version writes.
///
/// 1: no checksum. 2: a checksum over the whole, and a journal whose lines follow from it.
pub(super) const VERSION: u32 = 2;

/// More changes than any environment sees; a number above it was not counted up to.
const MOST_CHANGES: u64 = 1 << 53;

/// Everything that is remembered of one environment in one account and region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The format.
    pub version: u32,
    /// The environment's name.
    pub environment: String,
    /// The account it lives in.
    pub account: String,
    /// Its region.
    pub region: String,
    /// A UUID made with the environment: the value of the tag `headset:id`.
    pub lineage: String,
    /// Counts every change of this state.
    pub serial: u64,
    /// When the environment expires (RFC 3339), set when it was first applied, and moved by another lifetime.
    pub expires: Option<String>,
    /// The lifetime that `expires` comes from, in seconds: another one in the blueprint moves it. Unknown where `expires` was
    /// read off a tag, and in states of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<u64>,
    /// Where its services are: what is needed to take it down without its blueprint.
    #[serde(default)]
    pub places: Option<Places>,
    /// What was applied, by address.
    pub resources: BTreeMap<Address, Record>,
    /// Calls whose outcome is not recorded yet: after a crash, what to look at first.
    pub intents: BTreeMap<Address, Intent>,
    /// Predecessors that were replaced and still exist (captured images): deleted with the environment.
    pub deposed: Vec<(Address, Record)>,
    /// Creations and deletions that AWS counts, of the last [`REMEMBERED`] days, oldest first. Survives the environment.
    #[serde(default)]
    pub attempts: Vec<Attempt>,
    /// Which addresses something moved away from, and where it is now: a blueprint of before the move is known by them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Relocation>,
    /// Lines of `moved` in blueprints that were applied: they have nothing left to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<Relocation>,
    /// The address under which something was made, by its address now, where the two differ.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub first: BTreeMap<Address, Address>,
    /// What a person made and outlives the environment, by its address, with the spec that was applied last: what the
    /// environment of that name takes up again, even under another key. What was answered about it is kept as well.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outlived: BTreeMap<Address, Value>,
    /// Whether things of the environment that carry no tags may be there without this state knowing them: it was made
    /// from tags, or by taking over a part of what is there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

/// For how many days attempts are remembered: longer than any window in which AWS counts them.
const REMEMBERED: i64 = 90;

/// Whole days between two moments (RFC 3339); none where one of them is no moment.
fn days(from: &str, to: &str) -> i64 {
    let moment = |text: &str| text.parse::<jiff::Timestamp>().ok();
    match (moment(from), moment(to)) {
        (Some(from), Some(to)) => to.duration_since(from).as_hours() / 24,
        _ => 0,
    }
}

/// How many of these attempts were at things of a kind, in so many days before a moment.
pub(super) fn recent(attempts: &[Attempt], kind: KindId, within: i64, until: &str) -> usize {
    attempts
        .iter()
        .filter(|attempt| attempt.address.kind == kind && days(&attempt.at, until) < within)
        .count()
}

impl State {
    /// Whether another state follows this one, or is the same.
    pub(super) fn comes_before(&self, other: &State) -> bool {
        self.lineage == other.lineage && self.serial <= other.serial
    }

    /// The state of an environment that nothing is known of yet.
    pub fn new(environment: &str, account: &str, region: &str, lineage: String) -> State {
        State {
            version: VERSION,
            environment: environment.to_owned(),
            account: account.to_owned(),
            region: region.to_owned(),
            lineage,
            serial: 0,
            expires: None,
            lifetime: None,
            places: None,
            resources: BTreeMap::new(),
            intents: BTreeMap::new(),
            deposed: Vec::new(),
            attempts: Vec::new(),
            moved: Vec::new(),
            settled: Vec::new(),
            first: BTreeMap::new(),
            outlived: BTreeMap::new(),
            partial: false,
        }
    }

    /// Whether anything is known that may be there.
    pub fn holds_anything(&self) -> bool {
        !(self.resources.is_empty() && self.intents.is_empty() && self.deposed.is_empty())
    }

    /// Whether anything is known at an address: what was applied, or a call whose outcome is not.
    pub fn knows(&self, address: &Address) -> bool {
        self.resources.contains_key(address) || self.intents.contains_key(address)
    }

    /// Every address at which something is known.
    pub fn known(&self) -> impl Iterator<Item = &Address> {
        let begun = self.intents.keys();
        let applied = self.resources.keys();
        applied.chain(begun.filter(|address| !self.resources.contains_key(*address)))
    }

    /// The addresses at which something of this kind and physical id was applied: one, or none.
    pub fn holders(&self, kind: KindId, id: &str) -> Vec<&Address> {
        let of_kind = self.resources.iter().filter(|(address, _)| address.kind == kind);
        of_kind
            .filter(|(_, record)| record.id == id)
            .map(|(address, _)| address)
            .collect()
    }

    /// Takes one journal entry into account.
    pub fn apply(&mut self, entry: Entry) {
        self.serial += 1;
        match entry {
            Entry::Intend { address, intent } => {
                self.intents.insert(address, intent);
            }
            // The intent stays until the thing is as wanted.
            Entry::Made { address, record } => self.take(address, record),
            Entry::Done { address, record } => {
                self.intents.remove(&address);
                self.take(address, record);
            }
            Entry::Depose { address } => {
                // What was only linked to, another made: it is no predecessor of ours.
                if let Some(record) = self.resources.remove(&address)
                    && !record.is_link()
                    && self.holders(address.kind, &record.id).is_empty()
                {
                    self.deposed.push((address, record));
                }
            }
            Entry::Gone { address } => {
                self.intents.remove(&address);
                let outlives = registry::kind(address.kind).outlives();
                if let Some(record) = self.resources.remove(&address).filter(|_| outlives) {
                    self.outlived.insert(address, record.spec);
                }
            }
            Entry::DeposedGone { address, id } => {
                self.deposed
                    .retain(|(of, record)| *of != address || record.id != id);
                // The call that was about to delete it was written down at the address of its successor.
                if self
                    .intents
                    .get(&address)
                    .is_some_and(|intent| intent.verb == Verb::Delete)
                {
                    self.intents.remove(&address);
                }
            }
            Entry::Moved { from, to } => self.relocate(&[(from, to)]),
            Entry::Relocated { moves } => self.relocate(&moves),
            Entry::Counted { attempt } => {
                self.attempts
                    .retain(|before| days(&before.at, &attempt.at) < REMEMBERED);
                self.attempts.push(attempt);
            }
            Entry::Settled { lines } => {
                for (from, to) in lines {
                    let line = Relocation { from, to };
                    if !self.settled.contains(&line) {
                        self.settled.push(line);
                    }
                }
            }
            Entry::Placed { places } => self.places = Some(places),
            Entry::Expires { at, lifetime } => {
                self.expires = at;
                self.lifetime = lifetime;
            }
            Entry::Inherited { lineage } => self.lineage = lineage,
            Entry::Partial { is } => self.partial = is,
        }
    }

    /// How many things of a kind came or went in so many days before a moment (RFC 3339).
    pub fn attempts(&self, kind: KindId, within: i64, until: &str) -> usize {
        recent(&self.attempts, kind, within, until)
    }

    /// Takes a thing in at an address.
    fn take(&mut self, address: Address, record: Record) {
        // What is held is no predecessor, even if state says so: it would be deleted as one.
        self.deposed
            .retain(|(of, before)| of.kind != address.kind || !before.is_same(&record));
        // The address is in use again: a blueprint that asks for it is not one of before the move.
        if !self.resources.contains_key(&address) {
            self.moved.retain(|made| made.from != address);
        }
        self.outlived.remove(&address);
        self.resources.insert(address, record);
    }

    /// Makes these moves, all at once: addresses may swap. No target is in use by what does not move itself.
    fn relocate(&mut self, moves: &[(Address, Address)]) {
        let now = |address: &Address| {
            let found = moves.iter().find(|(from, _)| from == address);
            found.map_or_else(|| address.clone(), |(_, to)| to.clone())
        };
        let everywhere = |after: &mut Vec<Address>| {
            for address in after {
                *address = now(address);
            }
        };
        self.resources = std::mem::take(&mut self.resources)
            .into_iter()
            .map(|(address, record)| (now(&address), record))
            .collect();
        self.intents = std::mem::take(&mut self.intents)
            .into_iter()
            .map(|(address, intent)| (now(&address), intent))
            .collect();
        self.outlived = std::mem::take(&mut self.outlived)
            .into_iter()
            .map(|(address, spec)| (now(&address), spec))
            .collect();
        self.resources
            .values_mut()
            .for_each(|record| everywhere(&mut record.after));
        self.intents
            .values_mut()
            .for_each(|intent| everywhere(&mut intent.after));
        for (address, record) in &mut self.deposed {
            *address = now(address);
            everywhere(&mut record.after);
        }
        let mut first = self.first.clone();
        for (from, _) in moves {
            first.remove(from);
        }
        for (from, to) in moves {
            let made_as = self.first.get(from).unwrap_or(from);
            if made_as != to {
                first.insert(to.clone(), made_as.clone());
            }
        }
        self.first = first;
        for made in &mut self.moved {
            made.to = now(&made.to);
        }
        for (from, to) in moves {
            let made = Relocation {
                from: from.clone(),
                to: to.clone(),
            };
            if !self.moved.contains(&made) {
                self.moved.push(made);
            }
        }
        self.moved.retain(|made| made.from != made.to);
    }

    /// Checks what must always be true; called before every write and after every read.
    ///
    /// # Errors
    /// Says which rule is broken: the file was edited, or Headset has a bug.
    pub fn verify(&self) -> Result<(), String> {
        if self.serial >= MOST_CHANGES {
            return Err(format!("it claims to have changed {} times", self.serial));
        }
        if self.lineage.is_empty() || self.environment.is_empty() {
            return Err("it names no environment or no lineage".to_owned());
        }
        for (address, record) in &self.resources {
            if record.id.is_empty() {
                return Err(format!("{address} has no physical id"));
            }
            if record.after.contains(address) {
                return Err(format!("{address} comes after itself"));
            }
            if headset_kinds::text::is_unknown(&record.spec) {
                return Err(format!("the applied spec of {address} has unknown parts"));
            }
        }
        for (address, intent) in &self.intents {
            if intent.token.is_empty() {
                return Err(format!("the intent for {address} has no token"));
            }
        }
        Ok(())
    }
}
