//! The plan: one step for each address.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::reason::Reason;
use super::refusal::Refusal;
use super::selection::Partial;
use super::unread::Unread;
use headset_blueprint::model::Waits;
use headset_core::AwsError;
use headset_core::diagnostic::{Diagnostic, Place};
use headset_design::{Lists, Mode};
use headset_kinds::{Address, Checkpoint, Diff, Outputs};

/// What happens to one resource.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "do")]
pub enum Action {
    /// Nothing: it is as wanted.
    Keep,
    /// It lives outside and is only read.
    Read,
    /// It is made.
    Create,
    /// It is there and ours, but state does not know it: it is taken into state, and changed where it differs.
    Adopt {
        /// What differs.
        diff: Diff,
    },
    /// It is changed. An empty diff means: it is on its way, and is waited for.
    Update {
        /// What differs.
        diff: Diff,
    },
    /// A new one takes its place.
    Replace {
        /// Which of the two goes first.
        order: Replacement,
        /// What differs.
        diff: Diff,
    },
    /// It is deleted.
    Delete,
    /// It stays, and Headset lets go of it: the tags that prove ownership are taken off.
    Release,
    /// It is no longer looked after, and stays (or is gone already).
    Forget,
    /// A person has to do something first.
    Await {
        /// What.
        checkpoint: Checkpoint,
        /// What differs of a thing that is there and that a person has to change. Empty where it has to be made.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        diff: Diff,
    },
    /// Nothing is done about it: it is there, and is not this environment's to change.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// Nothing can be said: it could not be read.
    Unknown {
        /// Why.
        error: AwsError,
    },
}

/// In which order a replacement happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Replacement {
    /// The new one is there before the old one goes; the old one stays as a predecessor in state.
    CreateFirst,
    /// The old one has to make room: both would have the same name.
    DeleteFirst,
}

/// What a step costs others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case", tag = "impact")]
pub enum Impact {
    /// No user notices.
    None,
    /// It cuts off its users.
    Disrupts {
        /// How many sessions are open now. `None`: AWS does not report whether it is in use.
        sessions: Option<u32>,
    },
    /// It loses what cannot be made again.
    Irreversible {
        /// What.
        loss: String,
        /// What of it has names of its own, such as phone numbers.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        names: Vec<String>,
        /// How many sessions are open now. `None`: AWS does not report whether it is in use.
        sessions: Option<u32>,
    },
}

impl Impact {
    /// How many sessions it cuts off; `None`: AWS does not report whether what goes is in use.
    pub fn sessions(&self) -> Option<u32> {
        match self {
            Impact::None => Some(0),
            Impact::Disrupts { sessions } | Impact::Irreversible { sessions, .. } => *sessions,
        }
    }
}

/// Why a field differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The blueprint asks for something else than was applied.
    Pending,
    /// The cloud is no longer as it was applied, be it that it is what the blueprint asks for by now.
    Drift,
    /// The blueprint asks for the same as before, and what it refers to is no longer the same.
    Follows,
}

/// A field that differs from what was applied last or from what is wanted, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldCause {
    /// The field.
    pub field: String,
    /// Why.
    pub cause: Cause,
    /// What it refers to, and is no longer the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub follows: Vec<Address>,
    /// What was applied last, in the terms of the kind's differences; `None` where nothing was.
    #[serde(skip)]
    pub applied: Option<Value>,
    /// What is there.
    #[serde(skip)]
    pub live: Value,
    /// What is wanted, the same as what is there where nothing is to be done; `None` where the blueprint asks for
    /// nothing any more.
    #[serde(skip)]
    pub want: Option<Value>,
}

/// One step.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// Which resource.
    pub address: Address,
    /// What happens to it.
    #[serde(flatten)]
    pub action: Action,
    /// Why.
    #[serde(rename = "because")]
    pub reason: Reason,
    /// What else taking it away does to what is not its own, in a sentence without a full stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side_effect: Option<String>,
    /// Why each field differs; also where nothing is done about it.
    pub causes: Vec<FieldCause>,
    /// What it costs.
    pub impact: Impact,
    /// What has to be there before it (and, for deletions, what it has to go before).
    pub after: Vec<Address>,
    /// Whether deleting and replacing it is refused.
    pub protect: bool,
    /// How it is held.
    #[serde(skip)]
    pub mode: Mode,
    /// Whose its lists are.
    #[serde(skip)]
    pub lists: Lists,
    /// How long its operations may take, where the blueprint says so.
    #[serde(skip)]
    pub waits: Waits,
    /// The wanted spec, resolved as far as known; the applied one for a deletion.
    #[serde(skip)]
    pub want: Value,
    /// The physical id that is known now.
    pub id: Option<String>,
    /// Answers to its checkpoint that the blueprint gives.
    #[serde(skip)]
    pub answers: BTreeMap<String, String>,
    /// Where the blueprint asks for it.
    pub place: Option<Place>,
}

/// What a plan comes to: its text and its exit code both say this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything is as wanted, in AWS and in state.
    AsWanted,
    /// Something can be done now, be it in state alone.
    Changes,
    /// Something is not this environment's to change, and nothing can be done about the rest.
    Refused,
    /// Something could not be read, and nothing can be done about the rest.
    Unknown,
    /// Only people can go on.
    Checkpoints,
}

/// A whole plan.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The environment.
    pub environment: String,
    /// When the world looked like this (RFC 3339).
    pub as_of: String,
    /// The steps by address.
    pub steps: BTreeMap<Address, Step>,
    /// Addresses that change in state alone: from, to.
    pub moved: Vec<(Address, Address)>,
    /// Predecessors to delete, with their physical ids (when everything is taken down).
    pub deposed: Vec<(Address, String)>,
    /// The outputs that are known now.
    pub outputs: Outputs,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// What was left out, if this is a part of a plan.
    pub partial: Option<Partial>,
    /// What goes beyond AWS's limits on creations and deletions, each with its count: guards refuse it.
    pub over_limit: Vec<Diagnostic>,
}

impl Action {
    /// Whether carrying it out calls AWS to change something now.
    pub fn changes(&self) -> bool {
        match self {
            Action::Create
            | Action::Update { .. }
            | Action::Replace { .. }
            | Action::Delete
            | Action::Release => true,
            Action::Adopt { diff } => !diff.is_empty(),
            Action::Keep
            | Action::Read
            | Action::Forget
            | Action::Await { .. }
            | Action::Refused { .. }
            | Action::Unknown { .. } => false,
        }
    }

    /// The differences that it removes.
    pub fn diff(&self) -> &[headset_kinds::FieldChange] {
        match self {
            Action::Adopt { diff }
            | Action::Update { diff }
            | Action::Replace { diff, .. }
            | Action::Await { diff, .. } => diff,
            Action::Keep
            | Action::Read
            | Action::Create
            | Action::Delete
            | Action::Release
            | Action::Forget
            | Action::Refused { .. }
            | Action::Unknown { .. } => &[],
        }
    }

    /// Whether a person changes something that is there: what depends on it need not wait.
    pub fn edits(&self) -> bool {
        matches!(self, Action::Await { diff, .. } if !diff.is_empty())
    }

    /// Whether it takes something away (before anything else takes its place).
    pub fn removes(&self) -> bool {
        matches!(
            self,
            Action::Delete
                | Action::Replace {
                    order: Replacement::DeleteFirst,
                    ..
                }
        )
    }

    /// Whether what is there now is still there after it, for this address.
    pub fn keeps(&self) -> bool {
        matches!(
            self,
            Action::Keep | Action::Read | Action::Adopt { .. } | Action::Update { .. }
        )
    }

    /// Whether nothing is done about it, and what comes after it cannot run.
    pub fn blocks(&self) -> bool {
        matches!(self, Action::Refused { .. } | Action::Unknown { .. })
    }

    /// Whether after it something is there that was asked for.
    pub fn provides(&self) -> bool {
        !matches!(self, Action::Delete | Action::Forget)
    }
}

impl Plan {
    /// How many open sessions it cuts off. What goes before something else that has sessions, as the association of a fleet
    /// does, shows the same ones once more.
    pub fn sessions(&self) -> u32 {
        let of = |step: &Step| step.impact.sessions().filter(|open| *open > 0);
        let shown_again = |step: &Step| {
            let mut others = step.after.iter().filter_map(|address| self.steps.get(address));
            others.any(|other| of(other).is_some())
        };
        let all = self.steps.values().filter(|step| !shown_again(step));
        all.filter_map(of).sum()
    }

    /// What is there and goes, be it that something takes its place.
    pub fn going(&self) -> impl Iterator<Item = &Address> {
        let goes = |step: &&Step| matches!(step.action, Action::Delete | Action::Replace { .. });
        self.steps.values().filter(goes).map(|step| &step.address)
    }

    /// What is made or changed, each with what is wanted.
    pub fn coming(&self) -> impl Iterator<Item = (&Address, &Value)> {
        let comes = |step: &&Step| match &step.action {
            Action::Create | Action::Replace { .. } => true,
            Action::Adopt { diff } | Action::Update { diff } => !diff.is_empty(),
            _ => false,
        };
        let coming = self.steps.values().filter(comes);
        coming.map(|step| (&step.address, &step.want))
    }

    /// How many steps would change AWS now.
    pub fn changes(&self) -> usize {
        self.steps.values().filter(|step| step.action.changes()).count() + self.deposed.len()
    }

    /// What it comes to.
    pub fn verdict(&self) -> Verdict {
        let any = |is: fn(&Action) -> bool| self.steps.values().any(|step| is(&step.action));
        let blocked = self.held_by(Action::blocks);
        let waits = |action: &Action| matches!(action, Action::Await { .. });
        // What hangs on a thing that a person changes need not wait for that.
        let people = self.held_by(|action| waits(action) && !action.edits());
        let runs = |step: &Step| {
            let does = step.action.changes() || matches!(step.action, Action::Adopt { .. } | Action::Forget);
            does && !blocked.contains(&step.address) && !people.contains(&step.address)
        };
        // Predecessors go last, once everything is as wanted.
        let deposed = !self.deposed.is_empty()
            && blocked.is_empty()
            && !any(|action| matches!(action, Action::Await { .. }));
        if self.is_empty() {
            Verdict::AsWanted
        } else if self.steps.values().any(runs) || deposed || !self.moved.is_empty() {
            Verdict::Changes
        } else if any(|action| matches!(action, Action::Refused { .. })) {
            Verdict::Refused
        } else if any(|action| matches!(action, Action::Unknown { .. })) {
            Verdict::Unknown
        } else {
            Verdict::Checkpoints
        }
    }

    /// The steps of this sort, and those that come after one of them and so cannot run before it has.
    fn held_by(&self, holds: impl Fn(&Action) -> bool) -> BTreeSet<Address> {
        let mut held: BTreeSet<Address> = BTreeSet::new();
        loop {
            let more: Vec<Address> = self
                .steps
                .values()
                .filter(|step| !held.contains(&step.address))
                .filter(|step| {
                    // What is taken away does not wait for what it came after.
                    let waits = !matches!(step.action, Action::Delete | Action::Release | Action::Forget);
                    holds(&step.action) || (waits && step.after.iter().any(|before| held.contains(before)))
                })
                .map(|step| step.address.clone())
                .collect();
            if more.is_empty() {
                return held;
            }
            held.extend(more);
        }
    }

    /// How many steps wait for a person.
    pub fn checkpoints(&self) -> usize {
        self.steps
            .values()
            .filter(|step| matches!(step.action, Action::Await { .. }))
            .count()
    }

    /// Whether there is nothing to do, not even in state.
    pub fn is_empty(&self) -> bool {
        self.deposed.is_empty()
            && self.moved.is_empty()
            && self
                .steps
                .values()
                .all(|step| matches!(step.action, Action::Keep | Action::Read))
    }
}
