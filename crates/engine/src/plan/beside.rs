//! A thing as its environment sees it, where its lists are shared with others.

use headset_core::{Field, beside};
use headset_design::Lists;
use headset_kinds::{Kind, Live};
use serde_json::Value;

use crate::state::{Intent, Record};

/// What others put into lists of a thing, by field.
pub(crate) type Theirs = Vec<(&'static Field, Value)>;

/// What others put into the lists of a thing that are shared with them, and the thing without it; `None` where that is the
/// thing itself. What was applied, what a call has begun, and what it was born with, is the environment's own, even where it is
/// not wanted any more.
pub(crate) fn part(
    kind: &dyn Kind,
    lists: Lists,
    live: &Live,
    want: &Value,
    record: Option<&Record>,
    intent: Option<&Intent>,
) -> (Theirs, Option<Live>) {
    if lists == Lists::All {
        return (Vec::new(), None);
    }
    let known = [
        record.map(|record| &record.spec),
        intent.map(|intent| &intent.spec),
    ];
    let born = kind.born_with();
    let own: Vec<&Value> = known.into_iter().flatten().chain(&born).chain([want]).collect();
    let theirs = live.beside(kind.fields(), want, &own);
    let own = (!theirs.is_empty()).then(|| live.without_others(&theirs, want));
    (theirs, own)
}

/// What is written so that both stay: what is wanted, and what others put there.
pub(crate) fn written(want: &Value, theirs: &[(&Field, Value)]) -> Value {
    let mut all = want.clone();
    for (field, theirs) in theirs {
        all[field.name] = beside::together(&want[field.name], theirs);
    }
    all
}
