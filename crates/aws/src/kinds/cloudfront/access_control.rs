//! `cloudfront.access_control`: how a distribution proves to a bucket who asks.

use async_trait::async_trait;
use futures_util::future::join_all;
use headset_client::services::cloud_front::{
    CreateOriginAccessControl, DeleteOriginAccessControl, FoundOriginAccessControl, GetOriginAccessControl,
    ListOriginAccessControls, OriginAccessControlConfig, OriginAccessControlSummary,
    UpdateOriginAccessControl,
};
use headset_core::AwsError;
pub use headset_kinds::cloudfront::access_control::*;

use crate::error::gone;
use crate::kinds::field::Diff;
use crate::kinds::kind::{Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};
use crate::{Aws, pages};

/// The origin access controls of the account, page by page.
async fn list(aws: &Aws) -> Result<Vec<OriginAccessControlSummary>, AwsError> {
    pages(|marker| async move {
        let request = ListOriginAccessControls { marker };
        let page = aws.ask(request).await?;
        let mut page = page.origin_access_control_list;
        let next = page.next_marker.take();
        Ok((page.into_items(), next))
    })
    .await
}

/// The one with this id.
///
/// # Errors
/// AWS's.
pub(crate) async fn get(aws: &Aws, id: &str) -> Result<Option<FoundOriginAccessControl>, AwsError> {
    let request = GetOriginAccessControl { id: id.to_owned() };
    match aws.ask(request).await {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

fn live(id: String, config: OriginAccessControlConfig) -> Live {
    let observed = AccessControlLive {
        name: Some(config.name),
        description: Some(config.description.unwrap_or_default()),
        signing: Some(config.signing_behavior),
        protocol: Some(config.signing_protocol),
        origin_type: Some(config.origin_access_control_origin_type),
    };
    Live::of(id.as_str(), "present", observed).output(output::ID, id)
}

fn config(spec: &AccessControlSpec) -> OriginAccessControlConfig {
    OriginAccessControlConfig {
        name: spec.name.clone(),
        description: Some(spec.description.clone()),
        signing_protocol: spec.protocol.clone(),
        signing_behavior: spec.signing.clone(),
        origin_access_control_origin_type: spec.origin_type.clone(),
    }
}

#[async_trait]
impl Remote for AccessControl {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        join_all(lookups.iter().map(|lookup| async move {
            let name = AccessControlSpec::NAME.text(&lookup.spec);
            look(aws, lookup.id.as_deref(), name).await.into()
        }))
        .await
    }

    async fn create(&self, work: &Work<'_>, spec: &AccessControlSpec) -> Result<String, AwsError> {
        let request = CreateOriginAccessControl {
            origin_access_control_config: config(spec),
        };
        Ok(work.aws.ask(request).await?.found.id)
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &AccessControlSpec,
        live: &Live,
        _: &Diff,
    ) -> Result<(), AwsError> {
        let Some(now) = get(work.aws, &live.id).await? else {
            // Deleted meanwhile: the engine reads again and finds it absent.
            return Ok(());
        };
        let request = UpdateOriginAccessControl {
            id: live.id.clone(),
            if_match: now.etag,
            origin_access_control_config: config(spec),
        };
        work.aws.ask(request).await.map(drop)
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let Some(now) = get(work.aws, &live.id).await? else {
            return Ok(());
        };
        let request = DeleteOriginAccessControl {
            id: live.id.clone(),
            if_match: now.etag,
        };
        gone(work.aws.ask(request).await)
    }
}

/// What state remembers, or else the one of this name.
async fn look(aws: &Aws, id: Option<&str>, name: Option<&str>) -> Result<Option<Live>, AwsError> {
    if let Some(id) = id
        && let Some(found) = get(aws, id).await?
    {
        return Ok(Some(live(
            found.found.id,
            found.found.origin_access_control_config,
        )));
    }
    let Some(name) = name else {
        return match id {
            Some(_) => Ok(None),
            None => Err(AwsError::unnamed()),
        };
    };
    let named = list(aws).await?.into_iter().find(|one| one.name == name);
    let Some(named) = named else { return Ok(None) };
    let found = get(aws, &named.id).await?;
    Ok(found.map(|found| live(found.found.id, found.found.origin_access_control_config)))
}
