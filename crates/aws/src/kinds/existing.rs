//! What others have made, for a blueprint that is written after the fact.

use headset_core::AwsError;

use super::appstream::fleet::Fleets;
use super::appstream::fleet_association::fleets_of;
use super::appstream::listing::{self, Listing};
use super::appstream::stack::Stacks;
use super::appstream::tags::read_marked;
use super::autoscaling::listing::targets;
use super::autoscaling::names::resource_id;
use super::connect::instance;
use super::kind::Live;
use crate::Aws;

/// A fleet as it is.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// What AppStream reports of it.
    pub live: Live,
    /// The limits between which Application Auto Scaling decides how many instances it has, if it does.
    pub limits: Option<(i32, i32)>,
}

/// The aliases of all instances of Amazon Connect, sorted; the id of one without an alias.
///
/// # Errors
/// If AWS cannot be asked.
pub async fn instances(aws: &Aws) -> Result<Vec<String>, AwsError> {
    let listed = instance::list(aws).await?.into_iter();
    let mut aliases: Vec<String> = listed.filter_map(|one| one.instance_alias.or(one.id)).collect();
    aliases.sort();
    Ok(aliases)
}

/// The names of all stacks, sorted.
///
/// # Errors
/// If AWS cannot be asked.
pub async fn stacks(aws: &Aws) -> Result<Vec<String>, AwsError> {
    let listed = listing::all(aws, &Stacks).await?;
    let mut names: Vec<String> = listed.iter().map(|stack| Stacks.name(stack).to_owned()).collect();
    names.sort();
    Ok(names)
}

/// The fleets of a stack; `None`: there is no such stack.
///
/// # Errors
/// If AWS cannot be asked.
pub async fn fleets_before(aws: &Aws, stack: &str) -> Result<Option<Vec<Fleet>>, AwsError> {
    if listing::find_one(aws, &Stacks, stack).await?.is_none() {
        return Ok(None);
    }
    let names = fleets_of(aws, stack).await?;
    let ids: Vec<String> = names.iter().map(|name| resource_id(name)).collect();
    let targets = targets(aws, &ids).await?;
    let mut fleets = Vec::new();
    for (name, found) in listing::find(aws, &Fleets, names).await {
        let target = targets.get(&resource_id(&name));
        fleets.push(Fleet {
            live: Fleets.live(&found?),
            limits: target.map(|target| (target.min_capacity, target.max_capacity)),
        });
    }
    let arns: Vec<String> = fleets.iter().map(|fleet| fleet.live.arn().to_owned()).collect();
    for (fleet, tags) in fleets.iter_mut().zip(read_marked(aws, &arns).await) {
        fleet.live.tags = Some(tags?);
    }
    Ok(Some(fleets))
}
