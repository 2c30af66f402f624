//! Why a field differs: because the cloud changed, because something that it follows did, or because the blueprint did.
//!
//! Three values decide about each field, and each comparison is the kind's own: what was applied last and what is there
//! (different: the cloud changed), what is wanted and what is there (different: there is something to do), and what
//! would be wanted if everything that the field refers to were as it was applied (different: the blueprint changed).

use std::collections::BTreeSet;

use serde_json::Value;

use super::model::{Cause, FieldCause};
use super::reason::Reason;
use crate::state::{Origin, Record, State};
use headset_kinds::{Address, Diff, FieldChange, Kind, Live, Outputs, field, text};

/// What decides about the causes of one thing's differences.
pub(super) struct Judged<'a> {
    pub(super) kind: &'a dyn Kind,
    /// What was applied last. `None` where nothing was, or where an earlier run has begun and not finished: what that
    /// left is not another hand's change.
    pub(super) record: Option<&'a Record>,
    /// What the blueprint asks for, with its references.
    pub(super) spec: &'a Value,
    /// What is there.
    pub(super) live: &'a Live,
    /// What is to be changed.
    pub(super) changes: &'a Diff,
    /// Everything that was applied.
    pub(super) state: &'a State,
    /// The outputs of everything that is there.
    pub(super) outputs: &'a Outputs,
    /// What will have other outputs after this plan than now.
    pub(super) remade: &'a BTreeSet<Address>,
}

/// What others have added to a thing, as drift: nothing of it was applied, and nothing is wanted.
pub(super) fn others(kind: &dyn Kind, live: &Live) -> Vec<FieldCause> {
    let added = live.others(kind.fields()).into_iter();
    added
        .map(|(name, there)| FieldCause {
            field: name.to_owned(),
            cause: Cause::Drift,
            follows: Vec::new(),
            applied: None,
            live: there.clone(),
            want: None,
        })
        .collect()
}

/// The fields in which what is there differs from what was applied last, where the blueprint asks for nothing any more.
pub(super) fn drifted(kind: &dyn Kind, record: &Record, live: &Live) -> Vec<FieldCause> {
    let drifted = kind.diff(&record.spec, live).into_iter();
    drifted.map(|drift| drift_of(drift, None)).collect()
}

impl Judged<'_> {
    /// A cause for each field that differs from what was applied last or from what is wanted, in the order of the
    /// kind's table.
    pub(super) fn causes(&self) -> Vec<FieldCause> {
        let drifted = self
            .record
            .map_or_else(Diff::new, |record| self.kind.diff(&record.spec, self.live));
        let of = |diff: &Diff, name: &str| diff.iter().find(|change| change.field == name).cloned();
        let own = match self
            .changes
            .iter()
            .all(|change| of(&drifted, &change.field).is_some())
        {
            true => None,
            false => self.own_changes(),
        };
        let mut causes: Vec<FieldCause> = Vec::new();
        for change in self.changes {
            let name = change.field.as_str();
            causes.push(match of(&drifted, name) {
                Some(drift) => drift_of(drift, Some(change.want.clone())),
                None if self.was_nothing(change) => FieldCause {
                    cause: Cause::Drift,
                    applied: None,
                    ..pending(change)
                },
                None if own.as_ref().is_some_and(|own| of(own, name).is_none()) => FieldCause {
                    cause: Cause::Follows,
                    follows: self.followed(name),
                    ..pending(change)
                },
                None => pending(change),
            });
        }
        for drift in &drifted {
            if of(self.changes, &drift.field).is_none() {
                // Another hand made it what the blueprint asks for by now: nothing to do, and drift all the same.
                causes.push(drift_of(drift.clone(), Some(drift.have.clone())));
            }
        }
        let place = |cause: &FieldCause| {
            let fields = self.kind.fields();
            fields
                .iter()
                .position(|field| field.name == cause.field)
                .unwrap_or(fields.len())
        };
        causes.sort_by_key(place);
        causes
    }

    /// Why something changes.
    pub(super) fn why(&self, causes: &[FieldCause]) -> Reason {
        let any = |cause| causes.iter().any(|known| known.cause == cause);
        let followed: BTreeSet<&Address> = causes.iter().flat_map(|cause| &cause.follows).collect();
        let followed: Vec<Address> = followed.into_iter().cloned().collect();
        let pending = any(Cause::Pending) || self.is_changed_twice(causes);
        let is_part = self.record.is_some_and(Record::is_part);
        match (pending, any(Cause::Drift), any(Cause::Follows)) {
            // What was applied last is not known, and so not what changed since.
            (true, true, _) if is_part => Reason::ChangedOutsideAndDiffers,
            (true, true, _) => Reason::BlueprintAndCloudChanged,
            (false, true, true) => Reason::ChangedOutsideAndFollows { followed },
            (false, true, false) => Reason::ChangedOutside,
            (false, false, true) => Reason::Follows { followed },
            _ if self
                .record
                .is_some_and(|record| record.origin == Origin::Imported) =>
            {
                Reason::Imported
            }
            _ if is_part => Reason::FoundAgain,
            (true, false, true) => Reason::BlueprintChangedAndFollows { followed },
            (_, false, false) => Reason::BlueprintChanged,
        }
    }

    /// Whether the blueprint changed a field that the cloud changed as well.
    fn is_changed_twice(&self, causes: &[FieldCause]) -> bool {
        let drifted: Vec<&FieldCause> = causes
            .iter()
            .filter(|cause| cause.cause == Cause::Drift)
            .collect();
        if drifted.is_empty() {
            return false;
        }
        let was = self.wanted_then();
        drifted.into_iter().any(|cause| {
            let name = cause.field.as_str();
            let applied = self.record.and_then(|record| record.spec.get(name));
            let compare = field::compare_of(self.kind.fields(), name);
            match (was.get(name), applied) {
                (Some(was), Some(applied)) => !field::equal(compare, was, applied),
                _ => false,
            }
        })
    }

    /// Whether nothing was applied to the field and nothing is wanted, so that what is there came from outside.
    fn was_nothing(&self, change: &FieldChange) -> bool {
        fn nothing(value: &Value) -> bool {
            match value {
                Value::Null => true,
                Value::Array(items) => items.is_empty(),
                // Switches, all of them off.
                Value::Object(members) => members.values().all(|value| *value == false || nothing(value)),
                Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
            }
        }
        // Of what was imported, state holds only what was as wanted.
        self.record
            .is_some_and(|record| !record.is_part() && record.spec.get(&change.field).is_none())
            && nothing(&change.want)
    }

    /// What would be wanted if everything that is referred to were as it was applied.
    fn wanted_then(&self) -> Value {
        let referred = text::references(self.spec).into_iter();
        let applied: Outputs = referred
            .filter_map(|(address, _)| {
                let record = self.state.resources.get(&address)?;
                Some((address, record.outputs.clone()))
            })
            .collect();
        text::resolve(self.spec, &applied)
    }

    /// The differences for which the blueprint itself is the reason. `None`: nothing was applied that could be compared.
    fn own_changes(&self) -> Option<Diff> {
        let record = self.record?;
        let then = self.wanted_then();
        let mut own = self.kind.diff(&then, self.live);
        own.extend(self.live.diff_applied(self.kind.fields(), &then, &record.spec));
        Some(own)
    }

    /// What a field refers to, and is no longer as it was applied. Where the field is made of others (a digest), what
    /// those refer to.
    fn followed(&self, name: &str) -> Vec<Address> {
        let part = self.spec.get(name).unwrap_or(self.spec);
        let followed: BTreeSet<Address> = text::references(part)
            .into_iter()
            .filter(|(address, output)| {
                let applied = self.state.resources.get(address);
                let applied = applied.and_then(|record| record.outputs.get(output));
                let now = self.outputs.get(address).and_then(|outputs| outputs.get(output));
                // What could not be looked at is taken to be as it was.
                self.remade.contains(address) || (now.is_some() && applied != now)
            })
            .map(|(address, _)| address)
            .collect();
        followed.into_iter().collect()
    }
}

fn drift_of(drift: FieldChange, want: Option<Value>) -> FieldCause {
    FieldCause {
        field: drift.field,
        cause: Cause::Drift,
        follows: Vec::new(),
        applied: Some(drift.want),
        live: drift.have,
        want,
    }
}

/// A field that is as it was applied, if anything was: only what is wanted differs.
fn pending(change: &FieldChange) -> FieldCause {
    FieldCause {
        field: change.field.clone(),
        cause: Cause::Pending,
        follows: Vec::new(),
        applied: Some(change.have.clone()),
        live: change.have.clone(),
        want: Some(change.want.clone()),
    }
}
