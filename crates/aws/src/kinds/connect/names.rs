//! Things of an instance that people call by their names and Connect by their ids.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use headset_core::{AwsError, Class};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Aws;

/// Names and ids of an instance that things refer to.
#[async_trait]
pub(super) trait Listed: Send + Sync + Sized + 'static {
    /// All of them, asked of Connect.
    async fn list(aws: &Aws, instance: &str) -> Result<Self, AwsError>;

    /// Those that state remembers.
    fn recall(noted: &Noted) -> Self;

    /// The same with what this run knows of one thing.
    fn with(&self, known: &Known) -> Self;
}

/// What this run knows of one thing that others refer to, since it has made, renamed or described it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// What sort of thing it is, as state calls it.
    pub(super) sort: &'static str,
    pub(super) name: String,
    pub(super) id: String,
}

impl Known {
    /// The ids of a sort by name with this one.
    pub(super) fn among(&self, sort: &str, ids: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut ids = ids.clone();
        if self.sort == sort {
            ids.retain(|_, id| *id != self.id);
            ids.insert(self.name.clone(), self.id.clone());
        }
        ids
    }
}

/// All that this run knows of such things of an instance, by id: lists lag behind what was just made.
#[derive(Debug)]
struct Learned<N> {
    known: Mutex<BTreeMap<String, Known>>,
    of: PhantomData<fn() -> N>,
}

impl<N: Listed> Learned<N> {
    async fn of(aws: &Aws, instance: &str) -> Result<Arc<Learned<N>>, AwsError> {
        let nothing = || async {
            Ok(Learned {
                known: Mutex::default(),
                of: PhantomData,
            })
        };
        aws.remembered(instance, None, nothing).await
    }

    fn among(&self, names: N) -> N {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.values().fold(names, |names, one| names.with(one))
    }
}

/// Remembers what a thing is called, so that what refers to it by its name finds it before the lists show it.
pub(super) async fn learn<N: Listed>(aws: &Aws, instance: &str, known: Known) {
    if let Ok(learned) = Learned::<N>::of(aws, instance).await {
        let mut all = learned.known.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(known.id.clone(), known.clone());
    }
    let amend = |dated: &Dated<N>| Dated {
        names: dated.names.with(&known),
        at: dated.at,
    };
    aws.amended(instance, amend).await;
}

/// Forgets a thing that is gone.
pub(super) async fn forget<N: Listed>(aws: &Aws, instance: &str, id: &str) {
    if let Ok(learned) = Learned::<N>::of(aws, instance).await {
        let mut all = learned.known.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(id);
    }
}

/// What things are called, by what they are and by id, as state remembers it of each thing that refers to some. An id stays
/// with its thing, and the name may have changed since: it is asked for again before anything is called different.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Noted(BTreeMap<String, BTreeMap<String, String>>);

impl Noted {
    /// The same with names and ids of things of this sort.
    pub(super) fn with<'a>(
        mut self,
        sort: &str,
        ids: &BTreeMap<String, String>,
        used: impl IntoIterator<Item = &'a str>,
    ) -> Noted {
        let of_sort = self.0.entry(sort.to_owned()).or_default();
        for id in used {
            let named = ids.iter().find(|(_, one)| *one == id);
            of_sort.extend(named.map(|(name, id)| (id.clone(), name.clone())));
        }
        self
    }

    /// Ids of things of this sort by name.
    pub(super) fn ids(&self, sort: &str) -> BTreeMap<String, String> {
        let of_sort = self.0.get(sort).into_iter().flatten();
        of_sort.map(|(id, name)| (name.clone(), id.clone())).collect()
    }

    /// As it is kept.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// All that is kept in these texts. What two of them call by different names is not known.
    pub(super) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Noted {
        let mut noted = Noted::default();
        let mut renamed = Vec::new();
        for one in texts {
            let Noted(sorts) = serde_json::from_str(one).unwrap_or_default();
            for (sort, names) in sorts {
                for (id, name) in names {
                    let of_sort = noted.0.entry(sort.clone()).or_default();
                    if of_sort.get(&id).is_some_and(|other| *other != name) {
                        renamed.push((sort.clone(), id.clone()));
                    }
                    of_sort.insert(id, name);
                }
            }
        }
        for (sort, id) in renamed {
            noted.0.entry(sort).or_default().remove(&id);
        }
        noted
    }
}

/// Names as they were at one time.
#[derive(Debug)]
pub(super) struct Dated<N> {
    names: N,
    at: Timestamp,
}

impl<N> Deref for Dated<N> {
    type Target = N;

    fn deref(&self) -> &N {
        &self.names
    }
}

/// For how long a list that lacks a name is not asked for again: everything that refers to that name looks at the same time.
const FRESH: SignedDuration = SignedDuration::from_secs(30);

/// The names of an instance, looked up once a run: Connect lets two calls a second through, and every thing that refers to
/// some needs them. `stale` are names that lack something, which are then looked up anew.
pub(super) async fn of<N: Listed>(
    aws: &Aws,
    instance: &str,
    stale: Option<&Arc<Dated<N>>>,
) -> Result<Arc<Dated<N>>, AwsError> {
    let learned = Learned::<N>::of(aws, instance).await?;
    let list = || async move {
        Ok(Dated {
            names: learned.among(N::list(aws, instance).await?),
            at: aws.clock().now(),
        })
    };
    aws.remembered(instance, stale, list).await
}

/// What `find` finds in the names; if it finds nothing, in those that there are by now, unless they were listed a moment ago.
///
/// # Errors
/// Those of `find` on the newest names.
pub(super) async fn find<N: Listed, T>(
    aws: &Aws,
    instance: &str,
    find: impl Fn(&N) -> Result<T, AwsError>,
) -> Result<T, AwsError> {
    let names = of(aws, instance, None).await?;
    match find(&names) {
        Ok(found) => Ok(found),
        Err(error) if aws.clock().now().duration_since(names.at) <= FRESH => Err(error),
        Err(_) => find(&*of(aws, instance, Some(&names)).await?),
    }
}

/// The name of the thing with this id, of ids by name; the id itself if they do not have it.
pub(super) fn name(ids: &BTreeMap<String, String>, wanted: &str) -> String {
    ids.iter()
        .find(|(_, id)| *id == wanted)
        .map_or_else(|| wanted.to_owned(), |(name, _)| name.clone())
}

/// The id of the thing with this name. `what` such a thing is, and the `operation` that lists them, are for the error.
///
/// # Errors
/// [`Class::Invalid`] names what is not there and lists what is.
pub(super) fn id(
    ids: &BTreeMap<String, String>,
    what: &str,
    operation: &str,
    name: &str,
) -> Result<String, AwsError> {
    ids.get(name).cloned().ok_or_else(|| {
        let names: Vec<&str> = ids.keys().map(String::as_str).collect();
        let message = format!(
            "the instance has no {what} `{name}`; there are: {} (letter case counts)",
            names.join(", ")
        );
        AwsError::new("connect", operation, Class::Invalid, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = |(name, id): &(&str, &str)| ((*name).to_owned(), (*id).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn what_is_noted_is_what_is_referred_to() {
        let there = ids(&[("Agent", "s-1"), ("Admin", "s-2")]);
        let noted = Noted::default().with("security", &there, ["s-1", "s-9"]);
        let again = Noted::of([noted.text().as_str(), "not JSON", ""]);
        assert_eq!(again, noted);
        assert_eq!(again.ids("security"), ids(&[("Agent", "s-1")]));
        assert!(again.ids("routing").is_empty());
    }

    #[test]
    fn what_was_renamed_has_its_new_name_alone() {
        let there = ids(&[("Nights", "h-1"), ("Basic Hours", "h-2")]);
        let known = Known {
            sort: "hours",
            name: "Late".to_owned(),
            id: "h-1".to_owned(),
        };
        assert_eq!(
            known.among("hours", &there),
            ids(&[("Late", "h-1"), ("Basic Hours", "h-2")])
        );
        assert_eq!(known.among("routing", &there), there);
    }

    #[test]
    fn what_has_two_names_has_none() {
        let noted = |name: &str| {
            Noted::default()
                .with("routing", &ids(&[(name, "r-1")]), ["r-1"])
                .text()
        };
        let both = Noted::of([noted("Basic").as_str(), noted("Better").as_str()]);
        assert!(both.ids("routing").is_empty());
        let once = Noted::of([noted("Basic").as_str(), noted("Basic").as_str()]);
        assert_eq!(once.ids("routing"), ids(&[("Basic", "r-1")]));
    }
}
