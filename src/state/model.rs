//! The state of one environment, and what must always be true of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::journal::Entry;
use crate::aws::{Identity, Regions};
use crate::blueprint::model::Waits;
use crate::resource::Address;

/// The format of state files that this version writes.
pub(super) const VERSION: u32 = 1;

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
    /// When the environment expires (RFC 3339), set when it was first applied.
    pub expires: Option<String>,
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
pub(super) fn recent(attempts: &[Attempt], kind: &str, within: i64, until: &str) -> usize {
    attempts
        .iter()
        .filter(|attempt| attempt.address.kind == kind && days(&attempt.at, until) < within)
        .count()
}

/// A creation or deletion that AWS counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Of what.
    pub address: Address,
    /// When (RFC 3339).
    pub at: String,
}

/// Where an environment's services are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// The region of each service.
    pub regions: Regions,
    /// How IAM Identity Center is reached.
    pub identity: Identity,
}

/// How something came under Headset's care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Headset made it.
    Created,
    /// It was there and ours already, or harmless to take over; what carries no tag is not deleted.
    Adopted,
    /// Somebody else made it and handed it over (`headset import`): from then on it is Headset's as if it had made it.
    Imported,
    /// It lives outside and is only linked to.
    Existing,
    /// The account needs it and everybody in it shares it: made where it was missing, never deleted.
    Shared,
}

/// What was last applied to one resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its physical id.
    pub id: String,
    /// How it came here.
    pub origin: Origin,
    /// The spec that was applied, wholly resolved.
    pub spec: Value,
    /// Its outputs at that time.
    pub outputs: BTreeMap<String, String>,
    /// Whether it was protected.
    pub protect: bool,
    /// What had to be there first: the reverse of this is the order of deletion.
    pub after: Vec<Address>,
    /// How long its operations may take, where the blueprint said so: a deletion may come without a blueprint.
    #[serde(default)]
    pub waits: Waits,
}

/// What a call in flight wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// Make it.
    Create,
    /// Change it.
    Update,
    /// Remove it.
    Delete,
}

/// A call that was about to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// What it wants to do.
    pub verb: Verb,
    /// Its idempotency token.
    pub token: String,
    /// The spec, wholly resolved: how to find what the call may have made.
    pub spec: Value,
    /// What it comes after.
    pub after: Vec<Address>,
}

impl State {
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
            places: None,
            resources: BTreeMap::new(),
            intents: BTreeMap::new(),
            deposed: Vec::new(),
            attempts: Vec::new(),
        }
    }

    /// Takes one journal entry into account.
    pub fn apply(&mut self, entry: Entry) {
        self.serial += 1;
        match entry {
            Entry::Intend { address, intent } => {
                self.intents.insert(address, intent);
            }
            // The intent stays until the thing is as wanted.
            Entry::Made { address, record } => {
                self.resources.insert(address, record);
            }
            Entry::Done { address, record } => {
                self.intents.remove(&address);
                self.resources.insert(address, record);
            }
            Entry::Depose { address } => {
                if let Some(record) = self.resources.remove(&address) {
                    self.deposed.push((address, record));
                }
            }
            Entry::Gone { address } => {
                self.intents.remove(&address);
                self.resources.remove(&address);
            }
            Entry::DeposedGone { address, id } => {
                self.deposed
                    .retain(|(of, record)| *of != address || record.id != id);
            }
            Entry::Moved { from, to } => self.rename(&from, &to),
            Entry::Counted { attempt } => {
                self.attempts
                    .retain(|before| days(&before.at, &attempt.at) < REMEMBERED);
                self.attempts.push(attempt);
            }
            Entry::Placed { places } => self.places = Some(places),
            Entry::Expires { at } => self.expires = at,
            Entry::Inherited { lineage } => self.lineage = lineage,
        }
    }

    /// How many things of a kind came or went in so many days before a moment (RFC 3339).
    pub fn attempts(&self, kind: &str, within: i64, until: &str) -> usize {
        recent(&self.attempts, kind, within, until)
    }

    fn rename(&mut self, from: &Address, to: &Address) {
        let renamed = |address: &mut Address| {
            if address == from {
                address.clone_from(to);
            }
        };
        if let Some(record) = self.resources.remove(from) {
            self.resources.insert(to.clone(), record);
        }
        if let Some(intent) = self.intents.remove(from) {
            self.intents.insert(to.clone(), intent);
        }
        for (address, record) in &mut self.deposed {
            renamed(address);
            record.after.iter_mut().for_each(renamed);
        }
        for record in self.resources.values_mut() {
            record.after.iter_mut().for_each(renamed);
        }
        for intent in self.intents.values_mut() {
            intent.after.iter_mut().for_each(renamed);
        }
    }

    /// Checks what must always be true; called before every write and after every read.
    ///
    /// # Errors
    /// Says which rule is broken: the file was edited, or Headset has a bug.
    pub fn verify(&self) -> Result<(), String> {
        if self.version != VERSION {
            return Err(format!(
                "it has format {}, and this version of Headset reads {VERSION}",
                self.version
            ));
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
            if crate::resource::text::is_unknown(&record.spec) {
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
