//! Reads live AWS for many resources at once.
//!
//! A round looks up everything whose identity is known, one batch per kind, all kinds at the same time.
//! What a round finds makes further identities known (the users of an instance need its id), so a second
//! or third round follows. It only reads.

mod begun;
mod foreign;
mod published;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use serde_json::Value;

use crate::state::{Origin, Record, State, StoreError, together};
pub(crate) use begun::INVISIBLE;
pub use begun::{Begun, Beside, Made, begun, not_visible_yet};
use headset_core::{AwsError, Class};
use headset_design::{Design, Desired, Mode};
use headset_kinds::field::FieldId;
use headset_kinds::idp::WORKSHEET;
use headset_kinds::spec::Existing;
use headset_kinds::{
    Address, Believed, Cloud, Condition, Dependents, Forbidden, Kind, KindId, Live, Lookup, Observation,
    Outputs, Published, Reading, registry, text,
};
pub use published::{changed_documents, fetch_again, keep};

/// What to look for: the wanted resources, and those that only state still knows.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its address.
    pub address: Address,
    /// Its spec, with references.
    pub spec: Value,
    /// The physical id that state remembers.
    pub id: Option<String>,
    /// The answers to its checkpoint.
    pub answers: BTreeMap<String, String>,
    /// What is known of it although not everything was answered, as outputs.
    pub told: BTreeMap<String, String>,
    /// Whether state knows it and its answers are lost: see [`recall`].
    pub is_lost: bool,
    /// The spec that was applied last, if it is part of something that lives outside: where it is, even if the blueprint
    /// links to another by now. Nothing takes that along which is inside.
    pub applied: Option<Value>,
    /// What may be believed of it without AWS's word of now.
    pub believed: Believed,
}

impl Target {
    /// Looks where it was applied from now on. `false`: it was not applied anywhere else.
    fn look_back(&mut self) -> bool {
        match self.applied.take() {
            Some(applied) => {
                self.spec = applied;
                true
            }
            None => false,
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// By address: every target has an entry.
    pub observations: BTreeMap<Address, Observation>,
    /// The outputs of everything that is there.
    pub outputs: Outputs,
    /// What is known of things that are not seen to be there, since answers are missing: as far as some of them tell, or
    /// state does whose answers are lost.
    pub told: Outputs,
    /// What state knows and no answers speak of any more: whether it is there is not known.
    pub lost: BTreeSet<Address>,
    /// What hangs on things that are about to go, where that was looked for: see [`Survey::look_at_dependents`].
    pub dependents: BTreeMap<Address, Result<Dependents, AwsError>>,
    /// What is there of what is wanted, where what state knows at the address is another thing that is there as well: a
    /// person made the next one.
    pub successors: BTreeMap<Address, Live>,
    /// What has become of documents that answers point to, where that was looked for: see [`fetch_again`].
    pub published: BTreeMap<Address, Published>,
    /// What settings of the whole account forbid about what is to be made or changed, where that was asked: see
    /// [`Survey::look_at_account`].
    pub forbidden: BTreeMap<Address, Result<Forbidden, AwsError>>,
    /// How many things of a kind the account's event history has seen come and go, where that counts and was asked: see
    /// [`Survey::look_up_events`].
    pub events: BTreeMap<KindId, Result<usize, AwsError>>,
}

impl Survey {
    /// Looks what else goes with the things at these addresses. `true`: something may, and the plan has to know it.
    pub async fn look_at_dependents(
        &mut self,
        cloud: &dyn Cloud,
        going: impl IntoIterator<Item = &Address>,
    ) -> bool {
        for address in going {
            let Some(Observation::Present(live)) = self.observations.get(address) else {
                continue;
            };
            if let Some(found) = cloud.dependents(registry::kind(address.kind), live).await {
                self.dependents.insert(address.clone(), found);
            }
        }
        !self.dependents.is_empty()
    }

    /// Looks whether the account tells against what is to be made or changed. `true`: it does, or cannot be read, and the
    /// plan has to know it.
    pub async fn look_at_account(
        &mut self,
        cloud: &dyn Cloud,
        coming: impl IntoIterator<Item = (&Address, &Value)>,
    ) -> bool {
        let looks = coming.into_iter().map(|(address, want)| async move {
            let found = cloud.forbidden(registry::kind(address.kind), want).await;
            Some((address.clone(), found.and_then(Result::transpose)?))
        });
        self.forbidden.extend(join_all(looks).await.into_iter().flatten());
        !self.forbidden.is_empty()
    }

    /// Looks up how often things of these kinds came and went, in the time in which AWS counts that. `true`: that says
    /// something.
    pub async fn look_up_events(
        &mut self,
        cloud: &dyn Cloud,
        kinds: impl IntoIterator<Item = &'static dyn Kind>,
    ) -> bool {
        for kind in kinds {
            let days = kind.creation_limit().map_or(0, |limit| limit.days);
            let span = jiff::SignedDuration::from_hours(days * 24);
            let since = cloud.clock().now().checked_sub(span);
            let since = since.unwrap_or(jiff::Timestamp::UNIX_EPOCH);
            if let Some(events) = cloud.made_and_deleted(kind, since).await {
                self.events.insert(kind.id(), events);
            }
        }
        !self.events.is_empty()
    }
}

/// Gives what was answered to the checkpoint at an address.
pub type AnswersAt<'a> = dyn Fn(&Address) -> Result<BTreeMap<String, String>, StoreError> + 'a;

/// What has to be looked for: what is wanted, what was applied, and what a call that was cut off may have made.
///
/// `answers` gives what was answered at an address. What the blueprint answers itself goes before that.
///
/// # Errors
/// If stored answers cannot be read.
pub fn targets(design: &Design, state: &State, answers: &AnswersAt<'_>) -> Result<Vec<Target>, StoreError> {
    let mut wanted = BTreeMap::new();
    for (address, intent) in &state.intents {
        wanted.insert(address, (&intent.spec, None, None));
    }
    for (address, record) in &state.resources {
        wanted.insert(address, (&record.spec, Some(record.id.clone()), None));
    }
    for (address, desired) in &design.resources {
        let record = state.resources.get(address);
        let id = record.and_then(|record| known_id(record, desired));
        let applied = record.filter(|_| desired.mode == Mode::Managed && is_inside_existing(desired, design));
        wanted.insert(
            address,
            (&desired.spec, id, applied.map(|record| record.spec.clone())),
        );
    }
    wanted
        .into_iter()
        .map(|(address, (spec, id, applied))| {
            let mut answers = answers(address)?;
            if let Some(desired) = design.resources.get(address) {
                answers = together(&answers, &desired.answers);
            }
            let kind = registry::kind(address.kind);
            Ok(Target {
                address: address.clone(),
                spec: spec.clone(),
                told: match misses(kind, address, spec, &answers) {
                    true => kind.told(&answers),
                    // AWS itself says what there is of it.
                    false => BTreeMap::new(),
                },
                believed: Believed {
                    noted: noted(state, address, id.as_deref()),
                    reading: Reading::default(),
                },
                id,
                answers,
                applied,
                is_lost: false,
            })
        })
        .collect()
}

/// The outputs that state has of what is known there by this id.
fn noted(state: &State, address: &Address, id: Option<&str>) -> BTreeMap<String, String> {
    let record = state.resources.get(address);
    let record = record.filter(|record| Some(record.id.as_str()) == id);
    record.map(|record| record.outputs.clone()).unwrap_or_default()
}

/// The physical id that state remembers of something wanted. Of what lives outside it says nothing once the blueprint links
/// to another.
pub fn known_id(record: &Record, desired: &Desired) -> Option<String> {
    let is_same = match desired.mode {
        Mode::Existing => record.spec == desired.spec,
        // What stood for another thing is not that.
        Mode::Managed | Mode::Ensured => record.spec.get(Existing::INSTEAD_OF).is_none(),
    };
    is_same.then(|| record.id.clone())
}

/// Whether something is part of what lives outside: its identity names that.
fn is_inside_existing(desired: &Desired, design: &Design) -> bool {
    let identity = registry::kind(desired.address.kind).identity().iter();
    let mut identity = identity.filter_map(|field| field.of(&desired.spec));
    identity.any(|value| {
        text::references(value).iter().any(|(address, _)| {
            let container = design.resources.get(address);
            container.is_some_and(|container| container.mode == Mode::Existing)
        })
    })
}

/// Whether the identity of a thing is another one than the applied one.
fn is_elsewhere(target: &Target, outputs: &Outputs) -> bool {
    let Some(applied) = &target.applied else {
        return false;
    };
    let now = |field: &FieldId| field.of(&target.spec).map(|value| text::resolve(value, outputs));
    registry::kind(target.address.kind)
        .identity()
        .iter()
        .any(|field| now(field).as_ref() != field.of(applied))
}

/// Whether answers about a thing are missing.
fn misses(kind: &dyn Kind, address: &Address, spec: &Value, answers: &BTreeMap<String, String>) -> bool {
    let asked = kind.checkpoint(address, spec);
    asked.is_some_and(|asked| !asked.missing(answers).is_empty())
}

/// Adds what state still tells of things whose answers are lost: no longer there, or given again in part. `are_kept` says
/// whether answers at an address were ever written down; that a thing is gone is written down, too.
pub fn recall(targets: &mut [Target], state: &State, are_kept: &dyn Fn(&Address) -> bool) {
    for target in targets {
        let (address, answers) = (&target.address, &target.answers);
        let Some(record) = state.resources.get(address) else {
            continue;
        };
        let kind = registry::kind(address.kind);
        let misses = misses(kind, address, &record.spec, answers);
        let told = &target.told;
        // An ARN that was answered again is that of the thing that state knows, or of another one.
        let is_same = !told.is_empty()
            && told
                .iter()
                .all(|(key, value)| record.outputs.get(key) == Some(value));
        let is_open = misses && record.origin != Origin::Existing && kind.rests_on_answers(&record.spec);
        if is_open && (is_same || (told.is_empty() && !are_kept(address))) {
            target.told.clone_from(&record.outputs);
            target.is_lost = true;
        }
    }
}

/// Looks for all targets.
pub async fn survey(cloud: &dyn Cloud, targets: Vec<Target>) -> Survey {
    let mut found = Survey::default();
    let told: BTreeMap<Address, (BTreeMap<String, String>, bool)> = targets
        .iter()
        .filter(|target| target.is_lost || !target.told.is_empty())
        .map(|target| (target.address.clone(), (target.told.clone(), target.is_lost)))
        .collect();
    let mut waiting = targets;
    let mut renamed: Vec<(Lookup, String)> = Vec::new();
    let mut early: Vec<Lookup> = Vec::new();
    while !waiting.is_empty() {
        let (ready, mut blocked): (Vec<Target>, Vec<Target>) = waiting
            .into_iter()
            .partition(|target| identity_blockers(target, &found.outputs).is_empty());
        if ready.is_empty() {
            // What it is to be part of is not there; where it was applied, it may still be.
            let mut back = false;
            for target in &mut blocked {
                let mut parents = identity_blockers(target, &found.outputs).into_iter();
                let is_absent = |parent| matches!(found.observations.get(&parent), Some(Observation::Absent));
                back |= parents.all(is_absent) && target.look_back();
            }
            if back {
                waiting = blocked;
                continue;
            }
            settle_blocked(&mut found, blocked);
            break;
        }
        let mut again = BTreeMap::new();
        let mut batches: BTreeMap<KindId, Vec<Lookup>> = BTreeMap::new();
        for mut target in ready {
            // It is looked for where it was applied first, and where it is to be only if it is gone from there.
            if is_elsewhere(&target, &found.outputs) {
                let next = Target {
                    id: None,
                    applied: None,
                    ..target.clone()
                };
                target.look_back();
                again.insert(target.address.clone(), next);
            }
            let lookup = Lookup {
                spec: text::resolve(&target.spec, &found.outputs),
                id: target.id,
                answers: target.answers,
                believed: target.believed,
                address: target.address,
            };
            batches.entry(lookup.address.kind).or_default().push(lookup);
        }
        let rounds = batches.into_iter().map(|(kind, lookups)| async move {
            let observations = observe(cloud, kind, &lookups).await;
            (lookups, observations)
        });
        for (lookups, observations) in join_all(rounds).await {
            for (lookup, observation) in lookups.into_iter().zip(observations) {
                if matches!(observation, Observation::Absent)
                    && let Some(next) = again.remove(&lookup.address)
                {
                    blocked.push(next);
                    continue;
                }
                if let Observation::Present(live) = &observation {
                    found.outputs.insert(lookup.address.clone(), live.outputs.clone());
                    if is_early(&lookup) {
                        early.push(lookup.clone());
                    }
                    if is_renamed(&lookup, live) {
                        renamed.push((lookup.clone(), live.id.clone()));
                    }
                }
                if matches!(observation, Observation::Absent)
                    && let Some((told, is_lost)) = told.get(&lookup.address)
                {
                    found.outputs.insert(lookup.address.clone(), told.clone());
                    found.told.insert(lookup.address.clone(), told.clone());
                    if *is_lost {
                        found.lost.insert(lookup.address.clone());
                    }
                }
                found.observations.insert(lookup.address, observation);
            }
        }
        waiting = blocked;
    }
    look_again(cloud, &mut found, early).await;
    look_for_successors(cloud, &mut found, renamed).await;
    found
}

/// Whether a thing was looked up before everything was known that answers are about. Answers that no apply has taken yet are
/// about what is asked for, as far as that is there; those that were given with a worksheet, about what stood there.
fn is_early(lookup: &Lookup) -> bool {
    let is_unsigned = !lookup.answers.is_empty() && !lookup.answers.contains_key(WORKSHEET);
    is_unsigned
        && registry::kind(lookup.address.kind).outlives()
        && !text::references(&lookup.spec).is_empty()
}

/// Looks at such things again, by what is there.
async fn look_again(cloud: &dyn Cloud, found: &mut Survey, early: Vec<Lookup>) {
    for lookup in early {
        let spec = text::resolve(&lookup.spec, &found.outputs);
        if spec == lookup.spec {
            continue;
        }
        let lookup = Lookup { spec, ..lookup };
        let observations = observe(cloud, lookup.address.kind, std::slice::from_ref(&lookup)).await;
        if let Some(Observation::Present(live)) = observations.into_iter().next() {
            found.outputs.insert(lookup.address.clone(), live.outputs.clone());
            found
                .observations
                .insert(lookup.address, Observation::Present(live));
        }
    }
}

/// Whether what was found by its id is another thing than the wanted one, which only a person makes.
fn is_renamed(lookup: &Lookup, live: &Live) -> bool {
    let kind = registry::kind(lookup.address.kind);
    lookup.id.is_some()
        && live.is_other(&lookup.spec, kind.identity())
        && kind.checkpoint(&lookup.address, &lookup.spec).is_some()
}

/// Looks for what is wanted by its identity alone. What cannot be read now, the apply looks at again.
async fn look_for_successors(cloud: &dyn Cloud, found: &mut Survey, renamed: Vec<(Lookup, String)>) {
    for (lookup, known) in renamed {
        let lookup = Lookup { id: None, ..lookup };
        let observations = observe(cloud, lookup.address.kind, std::slice::from_ref(&lookup)).await;
        let Some(Observation::Present(live)) = observations.into_iter().next() else {
            continue;
        };
        if live.id != known && !matches!(live.condition, Condition::Failed { .. }) {
            found.outputs.insert(lookup.address.clone(), live.outputs.clone());
            found.successors.insert(lookup.address, live);
        }
    }
}

/// Looks for things of one kind; the answer has as many entries as the question.
pub async fn observe(cloud: &dyn Cloud, kind: KindId, lookups: &[Lookup]) -> Vec<Observation> {
    let mut observations = cloud.survey(registry::kind(kind), lookups).await;
    debug_assert_eq!(
        observations.len(),
        lookups.len(),
        "{} answers one observation a lookup",
        kind.name()
    );
    observations.resize_with(lookups.len(), || {
        Observation::Unknown(AwsError::bug(format!(
            "{} did not answer every lookup",
            kind.name()
        )))
    });
    observations
}

/// Which addresses the target's identity still waits for.
fn identity_blockers(target: &Target, outputs: &Outputs) -> BTreeSet<Address> {
    registry::kind(target.address.kind)
        .identity()
        .iter()
        .filter_map(|field| field.of(&target.spec))
        .flat_map(|value| text::references(&text::resolve(value, outputs)))
        .map(|(address, _)| address)
        .collect()
}

/// What is inside something that AWS says is absent is absent; what is inside something unreadable is unknown.
fn settle_blocked(found: &mut Survey, blocked: Vec<Target>) {
    let mut blocked = blocked;
    // Each pass settles at least one target, or none of the rest ever will.
    loop {
        let before = blocked.len();
        blocked.retain(|target| {
            let parents = identity_blockers(target, &found.outputs);
            let verdict = parents
                .iter()
                .find_map(|parent| match found.observations.get(parent) {
                    Some(Observation::Unknown(error)) => Some(Observation::Unknown(error.clone())),
                    Some(Observation::Absent | Observation::Present(_)) => Some(Observation::Absent),
                    None => None,
                });
            match verdict {
                Some(observation) => {
                    found.observations.insert(target.address.clone(), observation);
                    false
                }
                None => true,
            }
        });
        if blocked.len() == before {
            break;
        }
    }
    // Nothing is known of what these are part of, and so nothing of them either.
    for target in blocked {
        let parents: Vec<String> = identity_blockers(&target, &found.outputs)
            .iter()
            .map(ToString::to_string)
            .collect();
        let message = format!(
            "it is part of {}, which neither the blueprint nor state has",
            parents.join(" and ")
        );
        let error = AwsError::own(Class::Other, message);
        found
            .observations
            .insert(target.address, Observation::Unknown(error));
    }
}
