//! A thing as AWS reports it: of its kind's own type for the kind, of named JSON values for the engine.
//!
//! A kind's half that asks AWS fills in a struct, such as `FleetLive`, which the derive of `FleetSpec` declares; its other
//! half reads that struct. [`Live`] is the one place where such a struct becomes JSON, once, when it is made: the engine
//! compares and shows things of all kinds by the fields of their tables.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use headset_core::beside;
use headset_core::field::FieldId;
use headset_core::untold::{Untold, untold};
use headset_core::{Diff, Field, KindId, field};

use crate::output;

/// What is reported of a thing of a certain kind: the fields of its spec as they are, and facts beside them. What is
/// `None` in it could not be read, or is not there. `#[derive(Fields)]` makes one for each spec.
pub trait Observed: Serialize + Clone + Debug + Send + Sync + 'static {
    /// Its kind.
    const KIND: KindId;
}

/// Whether a thing is where it will stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Condition {
    /// It stays as it is until it is changed. `state` is AWS's name for that, such as `RUNNING`.
    Settled {
        /// AWS's word.
        state: String,
    },
    /// It is on its way to another state; looking again later will tell.
    Moving {
        /// AWS's word, such as `STARTING`.
        state: String,
        /// What else is known, such as `0/2 running`.
        detail: String,
        /// Errors that AWS reports meanwhile. They may be transient: only several looks in a row count.
        error: Option<String>,
    },
    /// It failed and will not recover by itself.
    Failed {
        /// AWS's word, such as `CREATION_FAILED`.
        state: String,
        /// AWS's reason.
        reason: String,
    },
}

impl Condition {
    /// Settled in AWS's state of that name.
    pub fn settled(state: impl Into<String>) -> Condition {
        Condition::Settled { state: state.into() }
    }

    /// AWS's word for the state.
    pub fn state(&self) -> &str {
        match self {
            Condition::Settled { state }
            | Condition::Moving { state, .. }
            | Condition::Failed { state, .. } => state,
        }
    }
}

/// One thing as AWS reports it.
#[derive(Clone, Debug)]
pub struct Live {
    /// Its physical id: what `update` and `delete` need to name it.
    pub id: String,
    /// What others may refer to.
    pub outputs: BTreeMap<String, String>,
    /// Its tags; `None` if things of this kind cannot carry any.
    pub tags: Option<BTreeMap<String, String>>,
    /// Whether it stays as it is.
    pub condition: Condition,
    /// How many people use it right now. `None`: it may be in use, and AWS does not report that.
    pub sessions: Option<u32>,
    /// Whether stopping or deleting it now would cut users off: it is running.
    pub running: bool,
    /// What of it was not looked at: neither as wanted nor different.
    pub unread: Vec<FieldId>,
    /// What is reported, as its kind's type ...
    observed: Arc<dyn Any + Send + Sync>,
    /// ... and the same by name, in the form that a spec has as JSON.
    fields: Map<String, Value>,
}

impl Live {
    /// A settled thing without sessions or tags.
    pub fn of<T: Observed>(id: impl Into<String>, state: &str, observed: T) -> Live {
        Live {
            id: id.into(),
            outputs: BTreeMap::new(),
            tags: None,
            condition: Condition::settled(state),
            sessions: Some(0),
            running: false,
            unread: Vec::new(),
            fields: erased(&observed),
            observed: Arc::new(observed),
        }
    }

    /// What is reported of it, as its kind's type.
    ///
    /// # Panics
    /// If it is a thing of another kind: that is a mistake in Headset.
    pub fn read<T: Observed>(&self) -> &T {
        let observed = self.observed.downcast_ref();
        observed.unwrap_or_else(|| panic!("{} was read as a {}, which it is not", self.id, T::KIND))
    }

    /// Adds what only a later call reports.
    pub fn amend<T: Observed>(&mut self, amend: impl FnOnce(&mut T)) {
        let mut observed = self.read::<T>().clone();
        amend(&mut observed);
        let tags = self.fields.remove_entry(field::TAGS);
        self.fields = erased(&observed);
        self.fields.extend(tags);
        self.observed = Arc::new(observed);
    }

    /// What is reported of the field or fact of this name, for reports; null: nothing.
    pub fn reported(&self, name: &str) -> &Value {
        self.fields.get(name).unwrap_or(&Value::Null)
    }

    /// Whether one of these fields is known both here and in a spec, and is another one there.
    pub fn is_other(&self, spec: &Value, fields: &[FieldId]) -> bool {
        let both = |field: &FieldId| Some((field.of(spec)?, self.fields.get(field.name)?));
        fields.iter().filter_map(both).any(|(want, have)| want != have)
    }

    /// Compares the fields that a spec holds with what is there.
    pub fn diff(&self, fields: &[Field], want: &Value) -> Diff {
        let mut diff = field::diff(fields, want, &self.fields);
        diff.retain(|change| !field::differs(std::slice::from_ref(change), &self.unread));
        diff
    }

    /// The same, of which these fields were not looked at.
    pub fn without(mut self, unread: Vec<FieldId>) -> Live {
        self.unread = unread;
        self
    }

    /// What is reported, and a spec does not say.
    pub fn untold(&self, fields: &[Field], want: &Value) -> Vec<Untold> {
        untold(fields, want, &self.fields)
    }

    /// Compares the fields that AWS never reports with what was applied last.
    pub fn diff_applied(&self, fields: &[Field], want: &Value, applied: &Value) -> Diff {
        field::diff_applied(fields, want, applied, &self.fields)
    }

    /// A spec with what is there in these fields in place of what it asks for; `None` if not all of that is known.
    pub fn over(&self, want: &Value, fields: &[FieldId]) -> Option<Value> {
        fields.iter().try_fold(want.clone(), |mut there, field| {
            there[field.name] = self.fields.get(field.name)?.clone();
            Some(there)
        })
    }

    /// What others have added to it, by field.
    pub fn others<'a>(&'a self, fields: &'a [Field]) -> Vec<(&'a str, &'a Value)> {
        field::others(fields, &self.fields)
    }

    /// What others put into its lists, by field: what is in none of these specs.
    pub fn beside<'f>(&self, fields: &'f [Field], want: &Value, own: &[&Value]) -> Vec<(&'f Field, Value)> {
        beside::beside(fields, &self.fields, want, own)
    }

    /// The same thing without that, to be compared and never to be changed by.
    pub fn without_others(&self, theirs: &[(&Field, Value)], want: &Value) -> Live {
        let mut own = self.clone();
        for (field, theirs) in theirs {
            let Some(all) = self.fields.get(field.name) else {
                continue;
            };
            match beside::without(all, theirs, &want[field.name]) {
                Value::Null => own.fields.remove(field.name),
                left => own.fields.insert(field.name.to_owned(), left),
            };
        }
        own
    }

    /// Its ARN; empty where it has none, or AWS reported none.
    pub fn arn(&self) -> &str {
        self.outputs.get(output::ARN).map_or("", String::as_str)
    }

    /// The same with an output.
    pub fn output(mut self, name: &str, value: impl Into<String>) -> Live {
        self.outputs.insert(name.to_owned(), value.into());
        self
    }

    /// The same with tags, which are a field, too.
    pub fn tagged(mut self, tags: BTreeMap<String, String>) -> Live {
        let values = tags
            .iter()
            .map(|(key, value)| (key.clone(), value.as_str().into()));
        self.fields
            .insert(field::TAGS.to_owned(), Value::Object(values.collect()));
        self.tags = Some(tags);
        self
    }
}

/// What is reported, by name. What is `None` is left out.
fn erased(observed: &impl Observed) -> Map<String, Value> {
    match serde_json::to_value(observed) {
        Ok(Value::Object(fields)) => fields,
        other => unreachable!("a struct of texts, numbers, lists and maps became {other:?}"),
    }
}
