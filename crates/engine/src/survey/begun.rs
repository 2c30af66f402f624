//! What runs that were cut off may have made, where nothing else looks for it.
//!
//! A survey looks for a thing where the blueprint wants it, or else where state knows it. A call whose outcome is not known
//! may be about another thing: the blueprint has named it otherwise since, or state still knows what it was to replace. So
//! it is looked for as the intent describes it, and what is there and proves to be the environment's own is taken for what
//! that run would have written down, had it heard the answer.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::Value;

use super::observe;
use crate::state::{Entry, Intent, Origin, Record, State, Verb};
use headset_core::AwsError;
use headset_core::diagnostic::Diagnostic;
use headset_design::{Design, Desired, Mode};
use headset_kinds::{
    Address, Believed, Cloud, Kind, KindId, Live, Lookup, Observation, Outputs, Reading, registry, tag, text,
};

/// A thing that was just made may stay invisible this long before its absence means anything, and so may what AWS calls
/// "already there" because the answer to its creation was lost. Clients wait up to four minutes for a new user of
/// AppStream's pool. Assumption: `reads.visible-soon`.
pub(crate) const INVISIBLE: Duration = Duration::from_secs(240);

/// What calls have made whose outcome is not known, beyond what a survey finds.
#[derive(Clone, Debug, Default)]
pub struct Begun {
    /// What is there, and this environment's own.
    pub made: Vec<Made>,
    /// Where that could not be read: nothing may be made or deleted there.
    pub unread: BTreeMap<Address, AwsError>,
    /// What was begun so short a time ago that its absence says nothing, and until when that is so.
    pub unseen: BTreeMap<Address, Timestamp>,
}

/// Something that a run made, and did not write down any more.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// At which address.
    pub address: Address,
    /// As that run would have written it down.
    pub record: Record,
    /// What state knows at the address besides.
    pub beside: Beside,
}

/// What state knows at an address where something else was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Nothing, or what is gone.
    Nothing,
    /// What was to be replaced, and goes.
    Predecessor,
    /// What the blueprint asks for again: what was made has to go.
    Wanted,
}

impl Made {
    /// What `state` has to learn, in which the thing is at `address`. The intent stays until everything there is as wanted.
    pub fn entries(&self, address: &Address, state: &State) -> Vec<Entry> {
        let depose = || Entry::Depose {
            address: address.clone(),
        };
        let take = |record: Record| Entry::Made {
            address: address.clone(),
            record,
        };
        let intent = state.intents.get(address);
        let made = take(Record {
            after: intent.map_or_else(Vec::new, |intent| intent.after.clone()),
            ..self.record.clone()
        });
        match (self.beside, state.resources.get(address)) {
            (Beside::Nothing, _) | (_, None) => vec![made],
            (Beside::Predecessor, Some(_)) => vec![depose(), made],
            (Beside::Wanted, Some(known)) => vec![depose(), made, depose(), take(known.clone())],
        }
    }
}

/// Looks for what calls whose outcome is not known may have made. `state` has the addresses that the design asks for.
pub async fn begun(cloud: &dyn Cloud, design: &Design, state: &State) -> Begun {
    let now = cloud.clock().now();
    let mut batches: BTreeMap<KindId, Vec<(Lookup, &Intent)>> = BTreeMap::new();
    for (address, intent) in &state.intents {
        let sought = Sought {
            design,
            state,
            address,
            intent,
        };
        if sought.is_sought(now) {
            let lookup = Lookup {
                address: address.clone(),
                spec: intent.spec.clone(),
                id: None,
                answers: BTreeMap::new(),
                believed: Believed {
                    noted: BTreeMap::new(),
                    reading: Reading::Full,
                },
            };
            batches.entry(address.kind).or_default().push((lookup, intent));
        }
    }
    let rounds = batches.into_iter().map(|(kind, sought)| async move {
        let (lookups, intents): (Vec<Lookup>, Vec<&Intent>) = sought.into_iter().unzip();
        let observations = observe(cloud, kind, &lookups).await;
        (lookups, intents, observations)
    });
    let mut begun = Begun::default();
    for (lookups, intents, observations) in join_all(rounds).await {
        for ((lookup, intent), observation) in lookups.into_iter().zip(intents).zip(observations) {
            let address = lookup.address;
            match observation {
                Observation::Present(live) => begun.made.extend(made(design, state, &address, intent, live)),
                Observation::Unknown(error) => drop(begun.unread.insert(address, error)),
                Observation::Absent => {
                    if let Some(until) = visible_at(intent).filter(|until| now < *until) {
                        begun.unseen.insert(address, until);
                    }
                }
            }
        }
    }
    begun
}

/// What is to be known of things that were begun and that AWS does not show yet.
pub fn not_visible_yet(unseen: &BTreeMap<Address, Timestamp>) -> impl Iterator<Item = Diagnostic> {
    unseen.iter().map(|(address, until)| {
        let message = format!(
            "a run that was cut off began to make {address} as it was asked for then, and AWS does not show it yet"
        );
        Diagnostic::warning("not-visible-yet", message).help(format!(
            "what it made may show until {until}: `apply` and `destroy` look for it as long as that"
        ))
    })
}

/// When a thing shows at the latest that a call may have made. `None`: AWS answered that call, or an earlier version made it.
fn visible_at(intent: &Intent) -> Option<Timestamp> {
    let at = intent.at.filter(|_| intent.verb == Verb::Create)?;
    at.checked_add(jiff::SignedDuration::try_from(INVISIBLE).ok()?)
        .ok()
}

/// An intent, and what surrounds it.
struct Sought<'a> {
    design: &'a Design,
    state: &'a State,
    address: &'a Address,
    intent: &'a Intent,
}

impl Sought<'_> {
    /// Whether no survey would find what the call was about.
    fn is_sought(&self, now: Timestamp) -> bool {
        let Sought {
            design,
            state,
            address,
            intent,
        } = self;
        let kind = registry::kind(address.kind);
        // Of those only people's answers tell.
        if kind.rests_on_answers(&intent.spec) {
            return false;
        }
        let Some(own) = identity(kind, &intent.spec, &Outputs::new()) else {
            return false;
        };
        let outputs = outputs_of(state);
        let is_it = |spec: &Value| identity(kind, spec, &outputs).as_ref() == Some(&own);
        let is_asked_for = |desired: &Desired| desired.address.kind == address.kind && is_it(&desired.spec);
        // Where the blueprint asks for it, be it at another address by now, it is found and judged there.
        if design.resources.values().any(is_asked_for) {
            return false;
        }
        match (
            design.resources.contains_key(address),
            state.resources.get(address),
        ) {
            // It is looked for by the id that state has of it.
            (_, Some(record)) if intent.verb != Verb::Create && is_it(&record.spec) => false,
            // It is looked for as the intent describes it; only what was begun just now is worth a look of its own.
            (false, None) => visible_at(intent).is_some_and(|until| now < until),
            _ => true,
        }
    }
}

/// What is to be written down about something that is there; `None`: it is known already, or does not prove to be this
/// environment's own.
fn made(design: &Design, state: &State, address: &Address, intent: &Intent, live: Live) -> Option<Made> {
    let kind = registry::kind(address.kind);
    let known = state.resources.get(address);
    let is_predecessor = |(of, record): &(Address, Record)| of.kind == address.kind && record.id == live.id;
    if !state.holders(address.kind, &live.id).is_empty() || state.deposed.iter().any(is_predecessor) {
        return None;
    }
    let desired = design.resources.get(address);
    // Without one, it is found as the intent describes it, and judged by that.
    if desired.is_none() && known.is_none() {
        return None;
    }
    let origin = match desired.map(|desired| desired.mode) {
        Some(Mode::Ensured) => Origin::Shared,
        Some(Mode::Managed | Mode::Existing) | None => origin(kind, address, intent, &live, &state.lineage)?,
    };
    let outputs = outputs_of(state);
    let of = |spec: &Value| identity(kind, spec, &outputs);
    let beside = match known.map(|known| of(&known.spec)) {
        None => Beside::Nothing,
        // There is room for one thing of an identity: that of another id is gone.
        Some(known) if known == of(&intent.spec) => Beside::Nothing,
        Some(known) if known.is_some() && known == desired.and_then(|desired| of(&desired.spec)) => {
            Beside::Wanted
        }
        Some(_) => Beside::Predecessor,
    };
    Some(Made {
        address: address.clone(),
        record: Record {
            id: live.id,
            origin,
            spec: intent.spec.clone(),
            outputs: live.outputs,
            protect: desired.is_some_and(|desired| desired.protect),
            after: intent.after.clone(),
            waits: desired.map(|desired| desired.waits).unwrap_or_default(),
            as_found: false,
        },
        beside,
    })
}

/// How something came here that a call is known to have been about; `None`: that is not proven.
fn origin(
    kind: &dyn Kind,
    address: &Address,
    intent: &Intent,
    live: &Live,
    lineage: &String,
) -> Option<Origin> {
    let by_a_person = kind.checkpoint(address, &intent.spec).is_some();
    match (&live.tags, intent.verb) {
        (Some(tags), _) if tags.get(tag::LINEAGE) == Some(lineage) => Some(match by_a_person {
            true => Origin::Adopted,
            false => Origin::Created,
        }),
        // All that Headset makes carries its tags from the beginning.
        (Some(_), _) => None,
        (None, _) if by_a_person => None,
        // It was absent when the call was about to be made, or known to be Headset's own.
        (None, _) => intent.proves().then_some(Origin::Created),
    }
}

/// What state has of the outputs of everything.
fn outputs_of(state: &State) -> Outputs {
    let known = state.resources.iter();
    known
        .map(|(address, record)| (address.clone(), record.outputs.clone()))
        .collect()
}

/// The values that tell a thing from others of its kind; `None` where one of them is missing or not known.
fn identity(kind: &dyn Kind, spec: &Value, outputs: &Outputs) -> Option<Vec<Value>> {
    let values = kind.identity().iter().map(|field| {
        let value = text::resolve(field.of(spec)?, outputs);
        (!value.is_null() && !text::is_unknown(&value)).then_some(value)
    });
    values.collect()
}
