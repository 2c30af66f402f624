//! `cloudfront.headers_policy`: the headers that a distribution adds to what it serves.

use async_trait::async_trait;
use futures_util::future::join_all;
use headset_client::services::cloud_front::{
    ContentSecurityPolicy, ContentTypeOptions, CreateResponseHeadersPolicy, CustomHeader,
    DeleteResponseHeadersPolicy, FoundResponseHeadersPolicy, GetResponseHeadersPolicy,
    ListResponseHeadersPolicies, ReferrerPolicy, ResponseHeadersPolicy, ResponseHeadersPolicyConfig,
    SecurityHeadersConfig, StrictTransportSecurity, UpdateResponseHeadersPolicy,
};
use headset_core::AwsError;
pub use headset_kinds::cloudfront::headers_policy::*;

use crate::error::gone;
use crate::kinds::field::Diff;
use crate::kinds::kind::{Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};
use crate::{Aws, pages};

/// The response headers policies of the account itself, page by page.
async fn list(aws: &Aws) -> Result<Vec<ResponseHeadersPolicy>, AwsError> {
    pages(|marker| async move {
        let request = ListResponseHeadersPolicies {
            r#type: Some("custom".to_owned()),
            marker,
        };
        let mut page = aws.ask(request).await?.response_headers_policy_list;
        let next = page.next_marker.take();
        let policies = page.into_items().into_iter();
        Ok((policies.map(|one| one.response_headers_policy).collect(), next))
    })
    .await
}

/// The one with this id.
///
/// # Errors
/// AWS's.
pub(crate) async fn get(aws: &Aws, id: &str) -> Result<Option<FoundResponseHeadersPolicy>, AwsError> {
    let request = GetResponseHeadersPolicy { id: id.to_owned() };
    match aws.ask(request).await {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_permissions(header: &CustomHeader) -> bool {
    header.header.eq_ignore_ascii_case(PERMISSIONS_POLICY)
}

fn live(policy: ResponseHeadersPolicy) -> Live {
    let config = policy.response_headers_policy_config;
    let security = config.security_headers_config.unwrap_or_default();
    let custom = config.custom_headers_config.unwrap_or_default();
    let permissions = custom.as_slice().iter().find(|header| is_permissions(header));
    let observed = HeadersPolicyLive {
        name: Some(config.name),
        description: Some(config.comment.unwrap_or_default()),
        content_security_policy: security
            .content_security_policy
            .map(|header| header.content_security_policy),
        referrer_policy: security.referrer_policy.map(|header| header.referrer_policy),
        transport_security: security
            .strict_transport_security
            .map(|header| header.access_control_max_age_sec),
        no_sniff: Some(security.content_type_options.is_some()),
        permissions_policy: permissions.map(|header| header.value.clone()),
    };
    Live::of(policy.id.as_str(), "present", observed).output(output::ID, policy.id)
}

/// The configuration that is wanted. A change replaces all of it, so that what the blueprint has no word for stays as it is
/// in `now`.
fn config(
    spec: &HeadersPolicySpec,
    now: ResponseHeadersPolicyConfig,
) -> Result<ResponseHeadersPolicyConfig, AwsError> {
    let others = now.custom_headers_config.unwrap_or_default().into_items();
    let mut custom: Vec<CustomHeader> = others.into_iter().filter(|one| !is_permissions(one)).collect();
    custom.push(CustomHeader {
        header: PERMISSIONS_POLICY.to_owned(),
        value: spec.permissions_policy.resolved()?,
        r#override: true,
    });
    let security = now.security_headers_config.unwrap_or_default();
    Ok(ResponseHeadersPolicyConfig {
        comment: Some(spec.description.clone()),
        name: spec.name.clone(),
        security_headers_config: Some(SecurityHeadersConfig {
            referrer_policy: Some(ReferrerPolicy {
                r#override: true,
                referrer_policy: spec.referrer_policy.clone(),
            }),
            content_security_policy: Some(ContentSecurityPolicy {
                r#override: true,
                content_security_policy: spec.content_security_policy.clone(),
            }),
            content_type_options: spec.no_sniff.then_some(ContentTypeOptions { r#override: true }),
            strict_transport_security: Some(StrictTransportSecurity {
                r#override: true,
                access_control_max_age_sec: spec.transport_security.as_secs(),
                ..security.strict_transport_security.unwrap_or_default()
            }),
            ..security
        }),
        custom_headers_config: Some(custom.into()),
        ..now
    })
}

#[async_trait]
impl Remote for HeadersPolicy {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        join_all(lookups.iter().map(|lookup| async move {
            let name = HeadersPolicySpec::NAME.text(&lookup.spec);
            look(aws, lookup.id.as_deref(), name).await.into()
        }))
        .await
    }

    async fn create(&self, work: &Work<'_>, spec: &HeadersPolicySpec) -> Result<String, AwsError> {
        let request = CreateResponseHeadersPolicy {
            response_headers_policy_config: config(spec, ResponseHeadersPolicyConfig::default())?,
        };
        Ok(work.aws.ask(request).await?.found.id)
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &HeadersPolicySpec,
        live: &Live,
        _: &Diff,
    ) -> Result<(), AwsError> {
        let Some(now) = get(work.aws, &live.id).await? else {
            // Deleted meanwhile: the engine reads again and finds it absent.
            return Ok(());
        };
        let request = UpdateResponseHeadersPolicy {
            id: live.id.clone(),
            if_match: now.etag,
            response_headers_policy_config: config(spec, now.found.response_headers_policy_config)?,
        };
        work.aws.ask(request).await.map(drop)
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let Some(now) = get(work.aws, &live.id).await? else {
            return Ok(());
        };
        let request = DeleteResponseHeadersPolicy {
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
        return Ok(Some(live(found.found)));
    }
    let Some(name) = name else {
        return match id {
            Some(_) => Ok(None),
            None => Err(AwsError::unnamed()),
        };
    };
    let mut all = list(aws).await?.into_iter();
    Ok(all
        .find(|one| one.response_headers_policy_config.name == name)
        .map(live))
}
