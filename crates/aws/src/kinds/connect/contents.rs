//! Things of an instance that are listed by name and described by id: all such kinds are looked up in one way.
//!
//! Connect lets two calls a second through, so that a description of each would take minutes in a large center. Its index
//! shows 500 a call, and lags behind. So a thing is taken from the index where that shows it just as it is wanted, and where
//! the list says that it was not changed lately; everything else is described. What the index does not show is never absent.
//! What it refers to is called as state remembers it, until that would make a difference.
//!
//! What the index does not show at all, such as a user's e-mail address, was described once: state remembers a digest of it with
//! the time of the thing's last change. As long as the list gives that time, it is what it was.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;

use async_trait::async_trait;
use aws_smithy_types::DateTime;
use futures_util::future::join_all;
use headset_core::AwsError;
use headset_kinds::extra::Holder;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::instance_id;
use super::names::{self, Dated, Listed, Noted};
use crate::Aws;
use crate::kinds::field::{self, Field, FieldId};
use crate::kinds::kind::{self, Believed, Live, Lookup, Observation, Reading};
use crate::kinds::output;
use crate::kinds::text::Text;

/// How many things are described at the same time. The rate budget, not this, sets the pace; it only keeps a large center
/// from queueing thousands of calls at once.
const AT_ONCE: usize = 16;

/// For how long after a change the index is not believed.
///
/// Assumption: `connect.index-catches-up`.
const LAG: SignedDuration = SignedDuration::from_mins(15);

/// What a list says of a thing.
pub(super) struct Entry {
    pub(super) id: String,
    /// When it was changed last.
    modified: Option<Timestamp>,
}

impl Entry {
    /// As AWS's lists say it.
    pub(super) fn new(id: String, modified: Option<DateTime>) -> Entry {
        let modified = modified.and_then(|at| to_the_second(&at));
        Entry { id, modified }
    }

    /// Whether the index has caught up with its last change.
    fn is_settled(&self, now: Timestamp) -> bool {
        self.modified
            .is_some_and(|modified| now.duration_since(modified) > LAG)
    }
}

/// A time of AWS's without its parts of a second, which not every answer has.
fn to_the_second(at: &DateTime) -> Option<Timestamp> {
    Timestamp::from_second(at.secs()).ok()
}

/// What state remembers of a thing: when it was changed last, and a digest of what the index does not show of it.
fn note(modified: Timestamp, hidden: &[Value]) -> String {
    let digest = hex::encode(Sha256::digest(Value::from(hidden.to_vec()).to_string()));
    format!("{modified} {}", &digest[..16])
}

/// A kind of such things.
#[async_trait]
pub(super) trait Contents: Send + Sync {
    /// One of them, as AWS describes it.
    type Described: Send + Sync;
    /// Names and ids of what a description refers to.
    type Names: Listed;

    /// The field that says in which instance it is.
    const INSTANCE: FieldId;
    /// The field that says its name.
    const NAME: FieldId;

    /// The fields of its kind.
    const FIELDS: &'static [Field];
    /// Those whose values are names of what a description refers to.
    const NAMED: &'static [FieldId];
    /// Those that the index does not show.
    const HIDDEN: &'static [FieldId];
    /// How many things a page of the index has.
    const PAGE: usize = 500;

    /// All of an instance by name. Not from a search: those are indexes that lag behind.
    async fn list(aws: &Aws, instance: &str) -> Result<BTreeMap<String, Entry>, AwsError>;

    /// What the index of an instance has, by id: as it would be described, as far as the index shows it.
    async fn search(aws: &Aws, instance: &str) -> Result<BTreeMap<String, Self::Described>, AwsError>;

    /// One of them with all of its tags; `None`: it is not there.
    async fn describe(aws: &Aws, instance: &str, id: &str) -> Result<Option<Self::Described>, AwsError>;

    /// Whether these names have everything that a description refers to.
    fn is_named(described: &Self::Described, names: &Self::Names) -> bool;

    /// When it was changed last, and what it has in the hidden fields, as its description says.
    fn hidden(_described: &Self::Described) -> Option<(&DateTime, Vec<Value>)> {
        None
    }

    /// What others refer to by its name was seen: they need not look for it.
    async fn seen(_aws: &Aws, _instance: &str, _live: &Live) {}

    /// The same thing with what is wanted in the hidden fields, where that is known to be there.
    fn revealed(live: Live, _spec: &Value) -> Live {
        live
    }

    /// What AWS reports, in the terms of the field table.
    fn live(instance: &str, described: &Self::Described, names: &Self::Names) -> Live;
}

/// Ids of all things of a kind of an instance by name, as they are remembered.
struct Ids<C> {
    by_name: BTreeMap<String, Entry>,
    of: PhantomData<fn() -> C>,
}

impl<C: Contents> Ids<C> {
    async fn list(aws: &Aws, instance: &str) -> Result<Ids<C>, AwsError> {
        Ok(Ids {
            by_name: C::list(aws, instance).await?,
            of: PhantomData,
        })
    }
}

/// Name and id of each thing of an instance of which nothing is known.
pub(super) async fn unknown<C: Contents + 'static>(
    aws: &Aws,
    holder: Holder<'_>,
) -> Result<Vec<(String, String)>, AwsError> {
    let instance = holder.live.id.as_str();
    let ids = aws
        .remembered(instance, None, || Ids::<C>::list(aws, instance))
        .await?;
    let named = ids.by_name.iter();
    let named = named.filter(|(_, entry)| !holder.known.contains(&entry.id));
    Ok(named
        .map(|(name, entry)| (name.clone(), entry.id.clone()))
        .collect())
}

/// Looks things up, instance by instance. One observation for each lookup, in their order.
pub(super) async fn survey<C: Contents + 'static>(aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
    let mut observations: BTreeMap<usize, Observation> = BTreeMap::new();
    let mut by_instance: BTreeMap<String, Vec<Wanted<'_>>> = BTreeMap::new();
    for (index, lookup) in lookups.iter().enumerate() {
        match wanted::<C>(lookup) {
            Ok((instance, name)) => {
                let id = lookup.id.clone();
                let of_instance = by_instance.entry(instance).or_default();
                let spec = &lookup.spec;
                let believed = &lookup.believed;
                of_instance.push(Wanted {
                    index,
                    name,
                    id,
                    spec,
                    believed,
                });
            }
            Err(error) => {
                observations.insert(index, Observation::Unknown(error));
            }
        }
    }
    for (instance, wanted) in &by_instance {
        observations.extend(survey_instance::<C>(aws, instance, wanted).await);
    }
    observations.into_values().collect()
}

/// What one lookup asks for.
struct Wanted<'a> {
    /// Its place among the lookups.
    index: usize,
    name: String,
    /// The id that state remembers.
    id: Option<String>,
    /// As it is wanted.
    spec: &'a Value,
    believed: &'a Believed,
}

/// What is looked up, and listed.
struct Sought<'a> {
    index: usize,
    id: &'a str,
    spec: &'a Value,
    reading: Reading,
    /// What state remembers of the hidden fields, where it is still so: they are as they are wanted.
    noted: Option<&'a String>,
}

impl Sought<'_> {
    /// The fields that are wanted and that the index does not show.
    fn hidden<C: Contents>(&self) -> Vec<FieldId> {
        let is_wanted = |field: &FieldId| field.of(self.spec).is_some_and(|value| !value.is_null());
        C::HIDDEN.iter().copied().filter(is_wanted).collect()
    }

    /// Whether what the index shows is enough.
    fn may_be_searched<C: Contents>(&self) -> bool {
        match self.reading {
            Reading::Quick => true,
            Reading::Usual => self.noted.is_some() || self.hidden::<C>().is_empty(),
            Reading::Full | Reading::Settled => false,
        }
    }

    /// A thing of the index with what is known of the hidden fields.
    fn shown<C: Contents>(&self, live: Live) -> Live {
        match self.noted {
            Some(noted) => C::revealed(live, self.spec).output(output::HIDDEN, noted),
            None => live.without(self.hidden::<C>()),
        }
    }

    /// A described thing with what is to be remembered of the hidden fields.
    fn described<C: Contents>(&self, live: Live, described: &C::Described) -> Live {
        let hidden = C::hidden(described).filter(|_| !self.hidden::<C>().is_empty());
        let noted = hidden.and_then(|(at, values)| Some(note(to_the_second(at)?, &values)));
        match noted {
            Some(noted) => live.output(output::HIDDEN, noted),
            None => live,
        }
    }
}

/// What state remembers of a thing's hidden fields, if that is still so and as it is wanted.
fn noted<'a, C: Contents>(entry: Option<&Entry>, spec: &Value, believed: &'a Believed) -> Option<&'a String> {
    let modified = entry?.modified?;
    let wanted: Vec<Value> = C::HIDDEN
        .iter()
        .map(|field| field.of(spec).cloned().unwrap_or_default())
        .collect();
    let noted = believed.noted.get(output::HIDDEN)?;
    (*noted == note(modified, &wanted)).then_some(noted)
}

/// The instance's id and the name that a lookup asks for.
fn wanted<C: Contents>(lookup: &Lookup) -> Result<(String, String), AwsError> {
    let part = |field: FieldId| -> Result<String, AwsError> {
        let text: Text = kind::parse(lookup.spec.get(field.name).unwrap_or(&Value::Null))?;
        Ok(text.resolved()?)
    };
    let instance = part(C::INSTANCE)?;
    Ok((instance_id(&instance).to_owned(), part(C::NAME)?))
}

/// Sights of everything that is wanted of one instance, by index into the lookups.
async fn survey_instance<C: Contents + 'static>(
    aws: &Aws,
    instance: &str,
    wanted: &[Wanted<'_>],
) -> Vec<(usize, Observation)> {
    let everywhere = |observation: Observation| {
        wanted
            .iter()
            .map(|one| (one.index, observation.clone()))
            .collect()
    };
    let ids = aws.renewed(instance, || Ids::<C>::list(aws, instance)).await;
    let listed = match &ids {
        Ok(ids) => &ids.by_name,
        Err(error) if error.is_not_found() => return everywhere(Observation::Absent),
        Err(error) => return everywhere(Observation::Unknown(error.clone())),
    };
    let known: BTreeMap<&str, &Entry> = listed.values().map(|entry| (entry.id.as_str(), entry)).collect();
    let mut observations = Vec::with_capacity(wanted.len());
    let mut found = Vec::new();
    for Wanted {
        index,
        name,
        id,
        spec,
        believed,
    } in wanted
    {
        // The id that state remembers goes first: it is the same thing, also if it was renamed. It goes last, too, because
        // lists may lag behind what was just made, which descriptions do not.
        let remembered = id.as_deref().filter(|id| known.contains_key(id));
        let by_name = listed.get(name).map(|entry| entry.id.as_str());
        match remembered.or(by_name).or(id.as_deref()) {
            Some(id) => found.push(Sought {
                index: *index,
                id,
                spec,
                reading: believed.reading,
                noted: noted::<C>(known.get(id).copied(), spec, believed),
            }),
            None => observations.push((*index, Observation::Absent)),
        }
    }
    if found.is_empty() {
        return observations;
    }
    let believed = |one: &&Wanted<'_>| one.believed.reading.believes_indexes();
    let mut naming = Naming::<C>::of(aws, instance, wanted.iter().filter(believed));
    let indexed = indexed::<C>(aws, instance, &known, &found).await;
    let mut described = Vec::with_capacity(found.len());
    for one in found {
        let live = match indexed.get(one.id).filter(|_| one.may_be_searched::<C>()) {
            Some(shown) => naming.live(shown, one.spec).await.ok(),
            None => None,
        };
        let live = live.map(|live| one.shown::<C>(live));
        match live.filter(|live| live.diff(C::FIELDS, one.spec).is_empty()) {
            Some(live) => observations.push((one.index, Observation::Present(live))),
            None => described.push(one),
        }
    }
    for some in described.chunks(AT_ONCE) {
        let calls = some.iter().map(|one| C::describe(aws, instance, one.id));
        for (one, answer) in some.iter().zip(join_all(calls).await) {
            let look = match answer {
                Ok(Some(described)) => {
                    let live = naming.live(&described, one.spec).await;
                    live.map(|live| Some(one.described::<C>(live, &described)))
                }
                Ok(None) => Ok(None),
                Err(error) => Err(error),
            };
            observations.push((one.index, look.into()));
        }
    }
    for (_, observation) in &observations {
        if let Observation::Present(live) = observation {
            C::seen(aws, instance, live).await;
        }
    }
    observations
}

/// What things of an instance are called: as state remembers it, and as Connect lists it where that makes a difference.
struct Naming<'a, C: Contents> {
    aws: &'a Aws,
    instance: &'a str,
    recalled: C::Names,
    /// Whether the list was asked for once more, since it lacked something.
    is_renewed: bool,
    /// Why the list cannot be read: it is not asked for again for each thing.
    unread: Option<AwsError>,
}

impl<'a, C: Contents> Naming<'a, C> {
    fn of<'w>(aws: &'a Aws, instance: &'a str, wanted: impl Iterator<Item = &'w Wanted<'w>>) -> Self {
        let texts = wanted.filter_map(|one| one.believed.noted.get(output::NAMES));
        Naming {
            aws,
            instance,
            recalled: C::Names::recall(&Noted::of(texts.map(String::as_str))),
            is_renewed: false,
            unread: None,
        }
    }

    /// A description in the terms of the field table, with names of now wherever that differs from what is wanted.
    async fn live(&mut self, described: &C::Described, spec: &Value) -> Result<Live, AwsError> {
        if C::is_named(described, &self.recalled) {
            let live = C::live(self.instance, described, &self.recalled);
            if !field::differs(&live.diff(C::FIELDS, spec), C::NAMED) {
                return Ok(live);
            }
        }
        if let Some(error) = &self.unread {
            return Err(error.clone());
        }
        let listed: Result<Arc<Dated<C::Names>>, AwsError> = names::of(self.aws, self.instance, None).await;
        let mut names = listed.inspect_err(|error| self.unread = Some(error.clone()))?;
        // What it refers to may have been made since the names were listed.
        if !C::is_named(described, &names) && !self.is_renewed {
            self.is_renewed = true;
            if let Ok(newer) = names::of(self.aws, self.instance, Some(&names)).await {
                names = newer;
            }
        }
        Ok(C::live(self.instance, described, &names))
    }
}

/// What the index has of things that were not changed lately. Nothing where that takes more calls than to describe them, or
/// where the index cannot be read.
async fn indexed<C: Contents>(
    aws: &Aws,
    instance: &str,
    known: &BTreeMap<&str, &Entry>,
    found: &[Sought<'_>],
) -> BTreeMap<String, C::Described> {
    let now = aws.clock().now();
    let is_settled = |id: &str| known.get(id).is_some_and(|entry| entry.is_settled(now));
    let settled = found
        .iter()
        .filter(|one| is_settled(one.id) && one.may_be_searched::<C>());
    if settled.count() <= known.len().div_ceil(C::PAGE) {
        return BTreeMap::new();
    }
    match C::search(aws, instance).await {
        Ok(mut indexed) => {
            indexed.retain(|id, _| is_settled(id));
            indexed
        }
        Err(error) => {
            tracing::debug!(%error, "the index of an instance cannot be read");
            BTreeMap::new()
        }
    }
}
