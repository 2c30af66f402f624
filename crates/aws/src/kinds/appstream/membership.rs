//! What belongs to a stack and has no id of its own: a fleet that serves it, a user who may stream from it.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use headset_core::AwsError;
pub use headset_kinds::appstream::membership::*;
use headset_kinds::extra::{Extra, Holder};

use crate::kinds::field::FieldId;
use crate::kinds::kind::{Lookup, Observation};

/// Those of which nothing is known; `key` makes the key that a blueprint with these names would have.
pub(super) fn unknown(
    pairs: impl IntoIterator<Item = Membership>,
    holder: Holder<'_>,
    key: fn(&Membership) -> String,
) -> Vec<Extra> {
    let unknown = |pair: &Membership| !holder.known.contains(&pair.id());
    let extra = |pair: Membership| Extra::new(pair.id(), key(&pair));
    pairs.into_iter().filter(unknown).map(extra).collect()
}

/// What lookups found out: each with what it is about, as far as that is known, and the members of the stacks.
pub(super) struct Survey {
    pub(super) asked: Vec<Option<Membership>>,
    members: BTreeMap<String, Result<Vec<String>, AwsError>>,
}

impl Survey {
    /// What the lookups are about, by the fields of the member and the stack. Lists each stack once with `list`, however many questions there are about it.
    pub(super) async fn of<F>(
        lookups: &[Lookup],
        fields: (FieldId, FieldId),
        list: impl Fn(String) -> F,
    ) -> Survey
    where
        F: Future<Output = Result<Vec<String>, AwsError>>,
    {
        let asked: Vec<Option<Membership>> = lookups
            .iter()
            .map(|lookup| Membership::of_lookup(lookup, fields))
            .collect();
        let stacks: BTreeSet<String> = asked.iter().flatten().map(|one| one.stack.clone()).collect();
        let listed = join_all(stacks.iter().cloned().map(list)).await;
        Survey {
            asked,
            members: stacks.into_iter().zip(listed).collect(),
        }
    }

    /// Whether the stack is known to have the member.
    pub(super) fn has(&self, one: &Membership) -> bool {
        matches!(self.members.get(&one.stack), Some(Ok(members)) if members.contains(&one.member))
    }

    /// An observation for each lookup; `present` makes it where the stack has the member.
    pub(super) fn observations(&self, present: impl Fn(&Membership) -> Observation) -> Vec<Observation> {
        let observation = |one: &Option<Membership>| {
            let Some(one) = one else {
                return Observation::Unknown(AwsError::unnamed());
            };
            match self.members.get(&one.stack) {
                // A stack that is not there has no members.
                Some(Err(error)) if error.is_not_found() => Observation::Absent,
                Some(Err(error)) => Observation::Unknown(error.clone()),
                Some(Ok(_)) if self.has(one) => present(one),
                Some(Ok(_)) => Observation::Absent,
                None => Observation::Unknown(AwsError::bug("its stack was not looked at")),
            }
        };
        self.asked.iter().map(observation).collect()
    }
}
