//! Why a field differs: because the blueprint changed, or because the cloud did.

use super::model::{Cause, FieldCause};
use crate::resource::Diff;
use crate::state::{Origin, Record};

/// Tells for each differing field whether the blueprint or the cloud changed.
pub(super) fn causes(diff: &Diff, record: Option<&Record>) -> Vec<FieldCause> {
    diff.iter()
        .map(|change| {
            let applied = record.and_then(|record| record.spec.get(&change.field));
            let cause = match applied {
                Some(applied) if *applied == change.want => Cause::Drift,
                Some(_) | None => Cause::Pending,
            };
            FieldCause {
                field: change.field.clone(),
                cause,
            }
        })
        .collect()
}

pub(super) fn why_update(causes: &[FieldCause], record: Option<&Record>) -> String {
    let drifted = causes.iter().any(|cause| cause.cause == Cause::Drift);
    let pending = causes.iter().any(|cause| cause.cause == Cause::Pending);
    match (pending, drifted) {
        (true, true) => "the blueprint changed, and so did the cloud",
        (false, true) => "it was changed outside of Headset",
        _ if record.is_some_and(|record| record.origin == Origin::Imported) => {
            "it was imported, and is not yet as the blueprint says"
        }
        (true, false) | (false, false) => "the blueprint changed",
    }
    .to_owned()
}
