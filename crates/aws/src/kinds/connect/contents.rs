//! Things of an instance that are listed by name and described by id: all such kinds are looked up in one way.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::join_all;
use headset_core::AwsError;
use headset_kinds::extra::Holder;
use serde_json::Value;

use super::instance_id;
use super::names::{self, Listed};
use crate::Aws;
use crate::kinds::field::FieldId;
use crate::kinds::kind::{self, Live, Lookup, Observation};
use crate::kinds::text::Text;

/// How many things are described at the same time. The rate budget, not this, sets the pace; it only keeps a large center
/// from queueing thousands of calls at once.
const AT_ONCE: usize = 16;

/// A kind of such things.
#[async_trait]
pub(super) trait Contents: Send + Sync {
    /// One of them, as AWS describes it.
    type Described: Send;
    /// Names and ids of what a description refers to.
    type Names: Listed;

    /// The field that says in which instance it is.
    const INSTANCE: FieldId;
    /// The field that says its name.
    const NAME: FieldId;

    /// Ids of all of an instance by name. Not from a search: those are indexes that lag behind.
    async fn list(aws: &Aws, instance: &str) -> Result<BTreeMap<String, String>, AwsError>;

    /// One of them with all of its tags; `None`: it is not there.
    async fn describe(aws: &Aws, instance: &str, id: &str) -> Result<Option<Self::Described>, AwsError>;

    /// Whether these names have everything that a description refers to.
    fn is_named(described: &Self::Described, names: &Self::Names) -> bool;

    /// What AWS reports, in the terms of the field table.
    fn live(instance: &str, described: &Self::Described, names: &Self::Names) -> Live;
}

/// Ids of all things of a kind of an instance by name, as they are remembered.
struct Ids<C> {
    by_name: BTreeMap<String, String>,
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
    let named = ids.by_name.iter().filter(|(_, id)| !holder.known.contains(*id));
    Ok(named.map(|(name, id)| (name.clone(), id.clone())).collect())
}

/// Looks things up, instance by instance. One observation for each lookup, in their order.
pub(super) async fn survey<C: Contents + 'static>(aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
    let mut observations: BTreeMap<usize, Observation> = BTreeMap::new();
    let mut by_instance: BTreeMap<String, Vec<Wanted>> = BTreeMap::new();
    for (index, lookup) in lookups.iter().enumerate() {
        match wanted::<C>(lookup) {
            Ok((instance, name)) => {
                let id = lookup.id.clone();
                let of_instance = by_instance.entry(instance).or_default();
                of_instance.push(Wanted { index, name, id });
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
struct Wanted {
    /// Its place among the lookups.
    index: usize,
    name: String,
    /// The id that state remembers.
    id: Option<String>,
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
    wanted: &[Wanted],
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
    let known: BTreeSet<&String> = listed.values().collect();
    let mut observations = Vec::with_capacity(wanted.len());
    let mut found = Vec::new();
    for Wanted { index, name, id } in wanted {
        // The id that state remembers goes first: it is the same thing, also if it was renamed. It goes last, too, because
        // lists may lag behind what was just made, which descriptions do not.
        let remembered = id.as_ref().filter(|id| known.contains(id));
        match remembered.or(listed.get(name)).or(id.as_ref()) {
            Some(id) => found.push((*index, id.as_str())),
            None => observations.push((*index, Observation::Absent)),
        }
    }
    if found.is_empty() {
        return observations;
    }
    let mut names: Arc<C::Names> = match names::of(aws, instance, None).await {
        Ok(names) => names,
        Err(error) => {
            let unknown = |(index, _): &(usize, &str)| (*index, Observation::Unknown(error.clone()));
            observations.extend(found.iter().map(unknown));
            return observations;
        }
    };
    for some in found.chunks(AT_ONCE) {
        let calls = some.iter().map(|(_, id)| C::describe(aws, instance, id));
        for ((index, _), answer) in some.iter().zip(join_all(calls).await) {
            // What it refers to may have been made since the names were listed.
            if let Ok(Some(described)) = &answer
                && !C::is_named(described, &names)
                && let Ok(newer) = names::of(aws, instance, Some(&names)).await
            {
                names = newer;
            }
            let look = answer.map(|described| described.map(|one| C::live(instance, &one, &names)));
            observations.push((*index, look.into()));
        }
    }
    observations
}
