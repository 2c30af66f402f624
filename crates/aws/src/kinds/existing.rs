//! What others have made, for a blueprint that is written after the fact.

use std::collections::BTreeMap;

use headset_core::{AwsError, tag};

use super::appstream::EntitlementLive;
use super::appstream::entitlement::reported;
use super::appstream::fleet::Fleets;
use super::appstream::fleet_association::fleets_of;
use super::appstream::listing::{self, Listing};
use super::appstream::stack::Stacks;
use super::appstream::tags::read_marked;
use super::appstream::{theme, usage_report};
use super::autoscaling::listing::targets;
use super::autoscaling::names::resource_id;
use super::cloudfront::distribution;
use super::connect::instance;
use super::identity_center::sought;
use super::kind::Live;
use crate::Aws;
use headset_kinds::appstream::ThemeLive;

/// A fleet as it is.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// What AppStream reports of it.
    pub live: Live,
    /// The limits between which Application Auto Scaling decides how many instances it has, if it does.
    pub limits: Option<(i32, i32)>,
}

/// An instance of Amazon Connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Its alias; the id of one without an alias.
    pub alias: String,
    /// The environment that its tags say it belongs to.
    pub owner: Option<Owner>,
}

/// The environment that the tags of a thing name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Its name.
    pub environment: String,
    /// What tells it from others of that name.
    pub lineage: String,
}

impl Owner {
    /// The one that these tags name.
    pub fn of(tags: &BTreeMap<String, String>) -> Option<Owner> {
        Some(Owner {
            environment: tags.get(tag::ENVIRONMENT)?.clone(),
            lineage: tags.get(tag::LINEAGE)?.clone(),
        })
    }
}

/// All instances of Amazon Connect, by their aliases.
///
/// # Errors
/// If AWS cannot be asked.
pub async fn instances(aws: &Aws) -> Result<Vec<Instance>, AwsError> {
    let mut found = Vec::new();
    for one in instance::list(aws).await? {
        let Some(id) = one.id else { continue };
        let described = instance::describe(aws, &id).await?;
        let tags = described.and_then(|instance| instance.tags).unwrap_or_default();
        found.push(Instance {
            alias: one.instance_alias.unwrap_or(id),
            owner: Owner::of(&tags.into_iter().collect()),
        });
    }
    found.sort_by(|one, other| one.alias.cmp(&other.alias));
    Ok(found)
}

/// A stack of AppStream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// Its name.
    pub name: String,
    /// The environment that its tags say it belongs to.
    pub owner: Option<Owner>,
}

/// The theme of a stack, if it has one.
///
/// # Errors
/// If AWS cannot be asked.
pub async fn theme_before(aws: &Aws, stack: &str) -> Result<Option<ThemeLive>, AwsError> {
    Ok(theme::of(aws, stack)
        .await?
        .map(|live| live.read::<ThemeLive>().clone()))
}

/// Whether AppStream writes usage reports in this region.
///
/// # Errors
/// If AWS cannot be asked.
pub async fn has_usage_reports(aws: &Aws) -> Result<bool, AwsError> {
    Ok(usage_report::subscription(aws).await?.is_some())
}

/// All stacks, by name.
///
/// # Errors
/// If AWS cannot be asked.
pub async fn stacks(aws: &Aws) -> Result<Vec<Stack>, AwsError> {
    let listed = listing::all(aws, &Stacks).await?;
    let arns: Vec<String> = listed.iter().map(|stack| Stacks.arn(stack).to_owned()).collect();
    let mut found = Vec::new();
    for (stack, tags) in listed.iter().zip(read_marked(aws, &arns).await) {
        found.push(Stack {
            name: Stacks.name(stack).to_owned(),
            owner: Owner::of(&tags?),
        });
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
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

/// The SAML applications of IAM Identity Center that people have made, each with name and ARN. Identity Center does not say
/// where one leads.
///
/// # Errors
/// If AWS cannot be asked, or this account does not see Identity Center.
pub async fn saml_applications(aws: &Aws) -> Result<Vec<(String, String)>, AwsError> {
    sought::all(aws).await
}

/// What CloudFront serves from a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The distribution's id.
    pub id: String,
    /// The host of the bucket.
    pub bucket_host: String,
    /// The name of one's own, with its certificate.
    pub domain: Option<(String, String)>,
}

/// The distribution that answers to a host name: CloudFront's, or one's own.
///
/// # Errors
/// If AWS cannot be asked.
pub async fn edge_of(aws: &Aws, host: &str) -> Result<Option<Edge>, AwsError> {
    for one in distribution::list(aws).await? {
        let Some(found) = distribution::get(aws, &one.id).await? else {
            continue;
        };
        let is_own = one.aliases.as_slice().iter().any(|name| name == host);
        if !is_own && found.found.domain_name != host {
            continue;
        }
        let config = found.found.distribution_config;
        let certificate = config.viewer_certificate.as_ref();
        let certificate = certificate.and_then(|one| one.acm_certificate_arn.clone());
        return Ok(distribution::origin(&config).map(|origin| Edge {
            id: one.id,
            bucket_host: origin.domain_name.clone(),
            domain: certificate.filter(|_| is_own).map(|arn| (host.to_owned(), arn)),
        }));
    }
    Ok(None)
}

/// The entitlements of a stack that is there.
///
/// # Errors
/// If AWS cannot be asked.
pub async fn entitlements_before(aws: &Aws, stack: &str) -> Result<Vec<EntitlementLive>, AwsError> {
    reported(aws, stack).await
}
