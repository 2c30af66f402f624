//! `cloudfront.distribution`: what serves the pages.

use std::collections::BTreeMap;

use async_trait::async_trait;
use futures_util::future::join_all;
use headset_client::services::cloud_front::{
    CacheBehavior, CreateDistributionWithTags, DeleteDistribution, DistributionConfig,
    DistributionConfigWithTags, DistributionSummary, FoundDistribution, GetDistribution, ListDistributions,
    ListTagsForResource, Origin, S3OriginConfig, Tag, TagResource, UntagResource, UpdateDistribution,
    ViewerCertificate,
};
use headset_core::AwsError;
pub use headset_kinds::cloudfront::distribution::*;
use serde_json::Value;

use crate::error::gone;
use crate::kinds::field::Diff;
use crate::kinds::kind::{Condition, Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};
use crate::kinds::tag::{self, TagChange};
use crate::kinds::tag_list::{self, listed};
use crate::{Aws, pages};

/// What the origin is called inside of the distribution.
const ORIGIN: &str = "pages";
/// The state of one whose edges all have its configuration.
const DEPLOYED: &str = "Deployed";

/// The distributions of the account, page by page.
///
/// # Errors
/// AWS's.
pub(crate) async fn list(aws: &Aws) -> Result<Vec<DistributionSummary>, AwsError> {
    pages(|marker| async move {
        let request = ListDistributions { marker };
        let mut page = aws.ask(request).await?.distribution_list;
        let next = page.next_marker.take();
        Ok((page.into_items(), next))
    })
    .await
}

/// The tags of a distribution.
///
/// # Errors
/// AWS's.
pub(crate) async fn tags(aws: &Aws, arn: &str) -> Result<BTreeMap<String, String>, AwsError> {
    let request = ListTagsForResource {
        resource: arn.to_owned(),
    };
    let answer = aws.ask(request).await?;
    Ok(tag_list::tags(answer.tags.items.all.0))
}

/// The one with this id.
///
/// # Errors
/// AWS's.
pub(crate) async fn get(aws: &Aws, id: &str) -> Result<Option<FoundDistribution>, AwsError> {
    let request = GetDistribution { id: id.to_owned() };
    match aws.ask(request).await {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// All behaviors, the default one first.
pub(crate) fn behaviors(config: &DistributionConfig) -> impl Iterator<Item = &CacheBehavior> {
    let named = config
        .cache_behaviors
        .as_ref()
        .map_or(&[][..], |all| all.as_slice());
    std::iter::once(&config.default_cache_behavior).chain(named)
}

/// The origin of what no behavior of its own has.
pub(crate) fn origin(config: &DistributionConfig) -> Option<&Origin> {
    let id = &config.default_cache_behavior.target_origin_id;
    config.origins.as_slice().iter().find(|origin| origin.id == *id)
}

/// What all behaviors say; where they do not say the same, all of it.
fn said(config: &DistributionConfig, of: impl Fn(&CacheBehavior) -> &str) -> String {
    let mut said: Vec<&str> = behaviors(config).map(of).collect();
    said.dedup();
    said.join(", ")
}

/// A text, where there is one and it is not empty.
fn present(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

fn live(found: FoundDistribution, tags: BTreeMap<String, String>) -> Live {
    let one = found.found;
    let config = one.distribution_config;
    let origin = origin(&config);
    let domain = config.aliases.as_ref().map(|names| names.as_slice().join(", "));
    let domain = present(domain.as_deref());
    let certificate = config.viewer_certificate.as_ref();
    let path_policies = behaviors(&config).skip(1).map(|behavior| {
        let path = behavior.path_pattern.clone().unwrap_or_default();
        (
            path,
            behavior.response_headers_policy_id.clone().unwrap_or_default(),
        )
    });
    let host = domain
        .clone()
        .filter(|domain| !domain.contains(','))
        .unwrap_or_else(|| one.domain_name.clone());
    let observed = DistributionLive {
        name: Some(config.comment.clone()),
        bucket_host: origin.map(|origin| origin.domain_name.clone()),
        access_control: present(origin.and_then(|origin| origin.origin_access_control_id.as_deref())),
        headers_policy: present(
            config
                .default_cache_behavior
                .response_headers_policy_id
                .as_deref(),
        ),
        path_policies: Some(path_policies.collect()),
        domain,
        certificate: present(certificate.and_then(|one| one.acm_certificate_arn.as_deref())),
        minimum_tls: certificate.and_then(|one| one.minimum_protocol_version.clone()),
        price_class: config.price_class.clone(),
        viewer_protocol: Some(said(&config, |behavior| &behavior.viewer_protocol_policy)),
        cache_policy: Some(said(&config, |behavior| {
            behavior.cache_policy_id.as_deref().unwrap_or_default()
        })),
        compress: Some(behaviors(&config).all(|behavior| behavior.compress == Some(true))),
        http_version: config.http_version.clone(),
        ipv6: config.is_ipv6_enabled,
        enabled: Some(config.enabled),
    };
    let mut live = Live::of(one.id.as_str(), &one.status, observed)
        .tagged(tags)
        .output(output::ID, one.id)
        .output(output::ARN, one.arn)
        .output(output::ORIGIN, format!("https://{host}"))
        .output(output::HOST, one.domain_name);
    if one.status != DEPLOYED {
        live.condition = Condition::Moving {
            state: one.status,
            detail: "until all edges have it".to_owned(),
            error: None,
        };
    }
    live
}

/// One behavior as it is wanted; what the blueprint has no word for stays as it is.
fn behavior(spec: &DistributionSpec, now: CacheBehavior, policy: String) -> CacheBehavior {
    CacheBehavior {
        target_origin_id: ORIGIN.to_owned(),
        viewer_protocol_policy: spec.viewer_protocol.clone(),
        compress: Some(spec.compress),
        cache_policy_id: Some(spec.cache_policy.clone()),
        response_headers_policy_id: Some(policy),
        // A cache policy takes the place of these.
        forwarded_values: None,
        min_ttl: None,
        default_ttl: None,
        max_ttl: None,
        ..now
    }
}

/// The configuration that is wanted. A change replaces all of it, so that what the blueprint has no word for (a firewall, logs,
/// countries) stays as it is in `now`.
fn config(spec: &DistributionSpec, now: DistributionConfig) -> Result<DistributionConfig, AwsError> {
    let mut origins = now.origins.into_items();
    let mine = origins.iter().position(|origin| origin.id == ORIGIN);
    let mine = mine.map(|place| origins.remove(place)).unwrap_or_default();
    origins.push(Origin {
        id: ORIGIN.to_owned(),
        domain_name: spec.bucket_host.clone(),
        s3_origin_config: Some(S3OriginConfig::default()),
        custom_origin_config: None,
        vpc_origin_config: None,
        origin_access_control_id: Some(spec.access_control.resolved()?),
        ..mine
    });
    let mut paths = now.cache_behaviors.unwrap_or_default().into_items();
    let mut named = Vec::new();
    for (path, policy) in &spec.path_policies {
        let before = paths
            .iter()
            .position(|one| one.path_pattern.as_deref() == Some(path));
        let before = before.map(|place| paths.remove(place)).unwrap_or_default();
        named.push(CacheBehavior {
            path_pattern: Some(path.clone()),
            ..behavior(spec, before, policy.resolved()?)
        });
    }
    let names: Vec<String> = spec.domain.iter().cloned().collect();
    Ok(DistributionConfig {
        aliases: Some(names.into()),
        origins: origins.into(),
        default_cache_behavior: behavior(spec, now.default_cache_behavior, spec.headers_policy.resolved()?),
        cache_behaviors: Some(named.into()),
        // Assumption: `cloudfront.comments-kept`.
        comment: spec.name.clone(),
        price_class: Some(spec.price_class.clone()),
        enabled: spec.enabled,
        viewer_certificate: Some(match &spec.certificate {
            Some(arn) => ViewerCertificate {
                acm_certificate_arn: Some(arn.clone()),
                ssl_support_method: Some("sni-only".to_owned()),
                minimum_protocol_version: Some(spec.minimum_tls.clone()),
                ..ViewerCertificate::default()
            },
            None => ViewerCertificate {
                cloud_front_default_certificate: Some(true),
                ..ViewerCertificate::default()
            },
        }),
        http_version: Some(spec.http_version.clone()),
        is_ipv6_enabled: Some(spec.ipv6),
        ..now
    })
}

#[async_trait]
impl Remote for Distribution {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        join_all(
            lookups
                .iter()
                .map(|lookup| async move { look(aws, lookup).await.into() }),
        )
        .await
    }

    async fn create(&self, work: &Work<'_>, spec: &DistributionSpec) -> Result<String, AwsError> {
        let begun = DistributionConfig {
            caller_reference: work.token.clone(),
            ..DistributionConfig::default()
        };
        let request = CreateDistributionWithTags {
            distribution_config_with_tags: DistributionConfigWithTags {
                distribution_config: config(spec, begun)?,
                tags: listed::<Tag>(&spec.tags).into(),
            },
        };
        Ok(work.aws.ask(request).await?.found.id)
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &DistributionSpec,
        live: &Live,
        _: &Diff,
    ) -> Result<(), AwsError> {
        let Some(now) = get(work.aws, &live.id).await? else {
            // Deleted meanwhile: the engine reads again and finds it absent.
            return Ok(());
        };
        let request = UpdateDistribution {
            id: live.id.clone(),
            if_match: now.etag,
            distribution_config: config(spec, now.found.distribution_config)?,
        };
        work.aws.ask(request).await.map(drop)
    }

    async fn tag(&self, work: &Work<'_>, live: &Live, change: TagChange) -> Result<(), AwsError> {
        let TagChange { set, remove } = change;
        if !set.is_empty() {
            let request = TagResource {
                resource: live.arn().to_owned(),
                tags: listed::<Tag>(&set).into(),
            };
            work.aws.ask(request).await?;
        }
        if !remove.is_empty() {
            let request = UntagResource {
                resource: live.arn().to_owned(),
                tag_keys: remove.into(),
            };
            work.aws.ask(request).await?;
        }
        Ok(())
    }

    /// It is disabled first, and goes once all edges know that.
    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let Some(now) = get(work.aws, &live.id).await? else {
            return Ok(());
        };
        let config = now.found.distribution_config;
        if config.enabled {
            let request = UpdateDistribution {
                id: live.id.clone(),
                if_match: now.etag,
                distribution_config: DistributionConfig {
                    enabled: false,
                    ..config
                },
            };
            return gone(work.aws.ask(request).await);
        }
        let request = DeleteDistribution {
            id: live.id.clone(),
            if_match: now.etag,
        };
        gone(work.aws.ask(request).await)
    }
}

/// What state remembers, or else the one of this name: of several that of the same lineage.
async fn look(aws: &Aws, lookup: &Lookup) -> Result<Option<Live>, AwsError> {
    if let Some(id) = &lookup.id
        && let Some(found) = get(aws, id).await?
    {
        let tags = tags(aws, &found.found.arn).await?;
        return Ok(Some(live(found, tags)));
    }
    let Some(name) = DistributionSpec::NAME.text(&lookup.spec) else {
        return match &lookup.id {
            Some(_) => Ok(None),
            None => Err(AwsError::unnamed()),
        };
    };
    let lineage = DistributionSpec::TAGS
        .of(&lookup.spec)
        .and_then(|tags| tags.get(tag::LINEAGE))
        .and_then(Value::as_str);
    let mut found: Option<(DistributionSummary, BTreeMap<String, String>)> = None;
    for one in list(aws).await?.into_iter().filter(|one| one.comment == name) {
        let tags = tags(aws, &one.arn).await?;
        let is_own = lineage.is_some() && tags.get(tag::LINEAGE).map(String::as_str) == lineage;
        if found.is_none() || is_own {
            found = Some((one, tags));
        }
        if is_own {
            break;
        }
    }
    let Some((one, tags)) = found else { return Ok(None) };
    let found = get(aws, &one.id).await?;
    Ok(found.map(|found| live(found, tags)))
}
