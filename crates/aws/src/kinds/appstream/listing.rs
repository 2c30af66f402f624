//! Finding many things by name with few calls.
//!
//! AppStream answers a Describe by names, one of which is missing, either with ResourceNotFoundException for
//! all of them or with a list that leaves it out; its models allow both, and both are met.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use async_trait::async_trait;
use aws_sdk_appstream::types::VpcConfig;
use headset_core::Arn;
use headset_core::AwsError;
use headset_core::arn::name_in;
use serde_json::Value;

use super::tags;
use crate::kinds::kind::{Condition, Live, Lookup, Observation, Reading};
use crate::kinds::spec::Existing;
use crate::{Aws, Page};

/// Names in one call. The models set no limit on the list; this keeps a request small and an answer on one page.
/// Assumption: `appstream.describe-names` — that 25 names in one Describe are accepted.
const NAMES: usize = 25;
/// So many names are asked for one by one where some are missing; of more, everything is listed: that takes fewer calls.
const FEW: usize = 5;

/// What was found by name; a name that is not in it is absent.
pub(crate) type Found<T> = BTreeMap<String, Result<T, AwsError>>;

/// Names for a request, or none: an empty list is not the same as no list.
pub(super) fn given(names: &[String]) -> Option<Vec<String>> {
    (!names.is_empty()).then(|| names.to_vec())
}

/// A Describe operation that takes names.
#[async_trait]
pub(crate) trait Listing: Send + Sync {
    /// What it lists.
    type Item: Clone + Send + Sync + Debug;

    /// One page of the things of these names; of everything where none are given.
    async fn page(
        &self,
        aws: &Aws,
        names: &[String],
        token: Option<String>,
    ) -> Result<Page<Self::Item>, AwsError>;

    /// The item's name.
    fn name<'a>(&self, item: &'a Self::Item) -> &'a str;

    /// The item's ARN.
    fn arn<'a>(&self, item: &'a Self::Item) -> &'a str;

    /// The item in the terms of its kind.
    fn live(&self, item: &Self::Item) -> Live;
}

/// Looks for things by name: one call for each 25 of them where all of those exist.
pub(crate) async fn find<L: Listing>(
    aws: &Aws,
    listing: &L,
    names: impl IntoIterator<Item = String>,
) -> Found<L::Item> {
    let names: Vec<String> = names.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    let mut found = Found::new();
    for some in names.chunks(NAMES) {
        match pages(aws, listing, some).await {
            Ok(items) => keep(listing, some, items, &mut found),
            Err(error) if error.is_not_found() && some.len() > FEW => {
                match pages(aws, listing, &[]).await {
                    Ok(items) => keep(listing, some, items, &mut found),
                    // A policy may allow these by name and not all of them.
                    Err(_) => one_by_one(aws, listing, some, &mut found).await,
                }
            }
            Err(error) if error.is_not_found() && some.len() > 1 => {
                one_by_one(aws, listing, some, &mut found).await;
            }
            Err(error) if error.is_not_found() => {}
            Err(error) => found.extend(some.iter().map(|name| (name.clone(), Err(error.clone())))),
        }
    }
    found
}

/// Looks for each of these names by itself: one that is missing may hide the others.
async fn one_by_one<L: Listing>(aws: &Aws, listing: &L, names: &[String], found: &mut Found<L::Item>) {
    for name in names {
        let one = std::slice::from_ref(name);
        match pages(aws, listing, one).await {
            Ok(items) => keep(listing, one, items, found),
            Err(error) if error.is_not_found() => {}
            Err(error) => {
                found.insert(name.clone(), Err(error));
            }
        }
    }
}

/// Looks for one thing.
pub(crate) async fn find_one<L: Listing>(
    aws: &Aws,
    listing: &L,
    name: &str,
) -> Result<Option<L::Item>, AwsError> {
    find(aws, listing, [name.to_owned()])
        .await
        .remove(name)
        .transpose()
}

/// Everything that there is, of any name.
pub(crate) async fn all<L: Listing>(aws: &Aws, listing: &L) -> Result<Vec<L::Item>, AwsError> {
    match pages(aws, listing, &[]).await {
        // An empty account may answer so.
        Err(error) if error.is_not_found() => Ok(Vec::new()),
        answer => answer,
    }
}

async fn pages<L: Listing>(aws: &Aws, listing: &L, names: &[String]) -> Result<Vec<L::Item>, AwsError> {
    crate::pages(|token| listing.page(aws, names, token)).await
}

/// Keeps the items that were asked for: names are compared here once more, with letter case.
fn keep<L: Listing>(listing: &L, names: &[String], items: Vec<L::Item>, found: &mut Found<L::Item>) {
    for item in items {
        let name = listing.name(&item).to_owned();
        if names.contains(&name) {
            found.insert(name, Ok(item));
        }
    }
}

/// The names that a lookup may be about, best first: what state remembers, then its field `name` or the last part
/// of its ARN. They differ where the blueprint gives another name to something that exists: then the existing
/// one is what there is, and the other is what it differs in.
pub(super) fn names_of(lookup: &Lookup) -> Vec<String> {
    let text = |field: &str| lookup.spec.get(field).and_then(Value::as_str);
    let asked = text(Existing::NAME).or_else(|| text(Existing::ARN).map(name_in));
    let mut names: Vec<String> = lookup.id.iter().cloned().collect();
    names.extend(
        asked
            .filter(|name| lookup.id.as_deref() != Some(*name))
            .map(str::to_owned),
    );
    names
}

/// The first observation that there is of any of these names.
pub(super) fn first(observations: &BTreeMap<String, Observation>, names: &[String]) -> Observation {
    if names.is_empty() {
        return Observation::Unknown(AwsError::unnamed());
    }
    names
        .iter()
        .find_map(|name| {
            observations
                .get(name)
                .filter(|observation| !matches!(observation, Observation::Absent))
        })
        .cloned()
        .unwrap_or(Observation::Absent)
}

/// Surveys things that are found by name and carry tags.
pub(super) async fn survey<L: Listing>(aws: &Aws, listing: &L, lookups: &[Lookup]) -> Vec<Observation> {
    let names: Vec<Vec<String>> = lookups.iter().map(names_of).collect();
    let found = find(aws, listing, names.iter().flatten().cloned()).await;
    let observations = observations(aws, listing, found, lookups).await;
    names.iter().map(|names| first(&observations, names)).collect()
}

/// Turns what was found into observations, with tags: as an index shows them, where that is as the lookups want them.
pub(super) async fn observations<L: Listing>(
    aws: &Aws,
    listing: &L,
    found: Found<L::Item>,
    lookups: &[Lookup],
) -> BTreeMap<String, Observation> {
    let mut wanted: BTreeMap<String, Option<BTreeMap<String, String>>> = BTreeMap::new();
    // Of which of these nothing but the state is asked for while they move.
    let mut settling = BTreeSet::new();
    for lookup in lookups {
        let names = names_of(lookup);
        if lookup.believed.reading == Reading::Settled {
            settling.extend(names.iter().cloned());
        }
        let tags = tags::wanted(lookup);
        wanted.extend(names.into_iter().map(|name| (name, tags.clone())));
    }
    let is_moving = |item: &L::Item| matches!(listing.live(item).condition, Condition::Moving { .. });
    // A public image's ARN names no account; its tags are Amazon's, and no other account may list them.
    let private = |item: &L::Item| Arn::parse(listing.arn(item)).is_some_and(|arn| !arn.account.is_empty());
    let resources: Vec<(String, Option<BTreeMap<String, String>>)> = found
        .iter()
        .filter_map(|(name, item)| Some((name, item.as_ref().ok()?)))
        .filter(|(name, item)| private(item) && !(settling.contains(*name) && is_moving(item)))
        .map(|(name, item)| (listing.arn(item).to_owned(), wanted.remove(name).flatten()))
        .collect();
    let tags = tags::read_wanted(aws, &resources).await;
    let arns = resources.into_iter().map(|(arn, _)| arn);
    let tags: BTreeMap<String, Result<BTreeMap<String, String>, AwsError>> = arns.zip(tags).collect();
    found
        .into_iter()
        .map(|(name, item)| {
            let observation = match item {
                Err(error) => Observation::Unknown(error),
                Ok(item) => match tags.get(listing.arn(&item)) {
                    None => Observation::Present(listing.live(&item)),
                    Some(Ok(tags)) => Observation::Present(listing.live(&item).tagged(tags.clone())),
                    // It went away between the two calls.
                    Some(Err(error)) if error.is_not_found() => Observation::Absent,
                    Some(Err(error)) => Observation::Unknown(error.clone()),
                },
            };
            (name, observation)
        })
        .collect()
}

/// Decides about a Create that failed because the name is taken: fine if the thing carries our tags, because
/// then an earlier attempt made it and only its answer was lost. Anything else is the caller's error.
pub(super) async fn made_before<L: Listing>(
    aws: &Aws,
    listing: &L,
    name: &str,
    want: &BTreeMap<String, String>,
    error: AwsError,
) -> Result<String, AwsError> {
    if error.class != headset_core::Class::AlreadyThere {
        return Err(error);
    }
    let Some(item) = find_one(aws, listing, name).await? else {
        return Err(error);
    };
    let have = tags::read(aws, listing.arn(&item)).await?;
    if tags::prove(want, &have) {
        Ok(name.to_owned())
    } else {
        Err(error)
    }
}

/// A text as AWS reports it: none and empty are the same.
pub(super) fn text(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The subnets of a machine.
pub(super) fn subnets(network: Option<&VpcConfig>) -> Vec<String> {
    network.map(VpcConfig::subnet_ids).unwrap_or_default().to_vec()
}

/// The security groups of a machine.
pub(super) fn security_groups(network: Option<&VpcConfig>) -> Vec<String> {
    network
        .map(VpcConfig::security_group_ids)
        .unwrap_or_default()
        .to_vec()
}

/// What a wanted text is sent as: `null` clears by the empty text.
/// Assumption: `appstream.empty-text-clears` — DisplayName and Description have no entry in AttributesToDelete
/// and no minimum length, so the empty text is the only way to clear them.
pub(super) fn text_or_empty(text: Option<&String>) -> String {
    text.cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use headset_kinds::appstream::FleetLive;
    use serde_json::json;

    fn lookup(spec: Value, id: Option<&str>) -> Lookup {
        Lookup {
            address: "appstream.fleet/agents".parse().expect("an address"),
            spec,
            id: id.map(str::to_owned),
            answers: BTreeMap::new(),
            believed: headset_kinds::Believed::default(),
        }
    }

    #[test]
    fn what_state_remembers_goes_before_what_the_blueprint_says() {
        assert_eq!(
            names_of(&lookup(json!({"name": "new"}), Some("old"))),
            ["old", "new"]
        );
        assert_eq!(names_of(&lookup(json!({"name": "same"}), Some("same"))), ["same"]);
        let arn = "arn:aws:appstream:eu-west-1:123456789012:stack/desk";
        assert_eq!(names_of(&lookup(json!({"arn": arn}), None)), ["desk"]);
    }

    #[test]
    fn a_name_that_is_gone_gives_way_to_the_next() {
        let there = Observation::Present(Live::of("new", "present", FleetLive::default()));
        let observations =
            BTreeMap::from([("old".to_owned(), Observation::Absent), ("new".to_owned(), there)]);
        let names = ["old".to_owned(), "new".to_owned()];
        assert!(matches!(first(&observations, &names), Observation::Present(live) if live.id == "new"));
        assert!(matches!(first(&observations, &names[..1]), Observation::Absent));
    }
}
