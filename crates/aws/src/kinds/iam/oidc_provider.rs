//! `iam.oidc_provider`: what vouches for pipelines in an AWS account.

use async_trait::async_trait;
use aws_sdk_iam::operation::get_open_id_connect_provider::GetOpenIdConnectProviderOutput;
use aws_sdk_iam::types::Tag;
use futures_util::future::join_all;
use headset_core::AwsError;
pub use headset_kinds::iam::oidc_provider::*;
use headset_kinds::spec::Existing;

use super::{tag_list, tag_map};
use crate::error::gone;
use crate::kinds::field::Diff;
use crate::kinds::kind::{Declared, Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};
use crate::kinds::tag::TagChange;
use crate::{Aws, pages};

/// ARNs of all providers of the account; the operation has no pages.
pub(crate) async fn list(aws: &Aws) -> Result<Vec<String>, AwsError> {
    let request = aws.iam().list_open_id_connect_providers();
    let answer = aws
        .call("iam", "ListOpenIDConnectProviders", || request.clone().send())
        .await?;
    let providers = answer.open_id_connect_provider_list.unwrap_or_default();
    Ok(providers.into_iter().filter_map(|one| one.arn).collect())
}

/// One provider with its tags; `None` if there is none of that ARN.
pub(crate) async fn get(aws: &Aws, arn: &str) -> Result<Option<GetOpenIdConnectProviderOutput>, AwsError> {
    let request = aws
        .iam()
        .get_open_id_connect_provider()
        .open_id_connect_provider_arn(arn);
    let mut answer = match aws
        .call("iam", "GetOpenIDConnectProvider", || request.clone().send())
        .await
    {
        Err(error) if error.is_not_found() => return Ok(None),
        answer => answer?,
    };
    match tags(aws, arn, answer.tags.take()).await {
        Ok(tags) => {
            answer.tags = Some(tags);
            Ok(Some(answer))
        }
        // Deleted between the two calls.
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Its tags; asked for by themselves where they did not come with its description.
async fn tags(aws: &Aws, arn: &str, described: Option<Vec<Tag>>) -> Result<Vec<Tag>, AwsError> {
    if let Some(tags) = described {
        return Ok(tags);
    }
    pages(|marker| async move {
        let request = aws
            .iam()
            .list_open_id_connect_provider_tags()
            .open_id_connect_provider_arn(arn)
            .set_marker(marker);
        let page = aws
            .call("iam", "ListOpenIDConnectProviderTags", || request.clone().send())
            .await?;
        Ok((page.tags, page.marker.filter(|_| page.is_truncated)))
    })
    .await
}

/// What AWS reports, in the terms of the field table. IAM gives the address without `https://`.
fn live(arn: &str, provider: &GetOpenIdConnectProviderOutput) -> Live {
    let host = provider
        .url()
        .map_or_else(|| host_in(arn).unwrap_or_default(), host_of);
    let observed = OidcProviderLive {
        url: Some(format!("https://{host}")),
        client_ids: provider.client_id_list.clone(),
        thumbprints: provider.thumbprint_list.clone(),
    };
    Live::of(arn, "present", observed)
        .tagged(tag_map(provider.tags()))
        .output(output::ARN, arn)
        .output(output::NAME, host)
}

/// The provider that state remembers or a link names; else the one of the wanted address.
async fn observe(aws: &Aws, lookup: &Lookup) -> Result<Option<Live>, AwsError> {
    let linked = lookup.spec.get(Existing::ARN).and_then(|arn| arn.as_str());
    let wanted = match (linked, OidcProviderSpec::URL.text(&lookup.spec)) {
        (Some(arn), _) => arn.to_owned(),
        (None, Some(url)) => {
            let caller = aws.who().await?;
            arn_of(&caller.partition, &caller.account, url)
        }
        (None, None) => match &lookup.id {
            Some(id) => id.clone(),
            None => return Err(AwsError::unnamed()),
        },
    };
    let look = async |arn: &str| Ok::<_, AwsError>(get(aws, arn).await?.map(|provider| live(arn, &provider)));
    let remembered = lookup
        .id
        .as_deref()
        .filter(|id| *id != wanted && linked.is_none());
    if let Some(remembered) = remembered
        && let Some(live) = look(remembered).await?
    {
        return Ok(Some(live));
    }
    look(&wanted).await
}

#[async_trait]
impl Remote for OidcProvider {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        let looks = join_all(lookups.iter().map(|lookup| observe(aws, lookup))).await;
        looks.into_iter().map(Observation::from).collect()
    }

    async fn create(&self, work: &Work<'_>, spec: &OidcProviderSpec) -> Result<String, AwsError> {
        let thumbprints = spec.thumbprints.clone();
        let request = work
            .aws
            .iam()
            .create_open_id_connect_provider()
            .url(&spec.url)
            .set_client_id_list(Some(spec.client_ids.iter().cloned().collect()))
            .set_thumbprint_list(thumbprints.map(|some| some.into_iter().collect()))
            .set_tags(Some(tag_list(&spec.tags)?));
        let answer = work
            .aws
            .call("iam", "CreateOpenIDConnectProvider", || request.clone().send())
            .await?;
        let arn = answer.open_id_connect_provider_arn;
        arn.ok_or_else(|| AwsError::lacking("iam", "CreateOpenIDConnectProvider", "OpenIDConnectProviderArn"))
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &OidcProviderSpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        let (aws, arn) = (work.aws, live.id.as_str());
        for change in diff {
            match change.id(OidcProviderSpec::KIND) {
                OidcProviderSpec::CLIENT_IDS => {
                    let have = self.read(live).client_ids.as_deref().unwrap_or_default();
                    update_clients(aws, arn, spec, have).await?;
                }
                OidcProviderSpec::THUMBPRINTS => {
                    let wanted = spec.thumbprints.iter().flatten().cloned().collect();
                    let request = aws
                        .iam()
                        .update_open_id_connect_provider_thumbprint()
                        .open_id_connect_provider_arn(arn)
                        .set_thumbprint_list(Some(wanted));
                    aws.call("iam", "UpdateOpenIDConnectProviderThumbprint", || {
                        request.clone().send()
                    })
                    .await?;
                }
                field => {
                    let message = format!("`{field}` of an OpenID Connect provider cannot change");
                    return Err(AwsError::bug(message));
                }
            }
        }
        Ok(())
    }

    async fn tag(&self, work: &Work<'_>, live: &Live, change: TagChange) -> Result<(), AwsError> {
        let TagChange { set, remove } = change;
        if !set.is_empty() {
            let request = work
                .aws
                .iam()
                .tag_open_id_connect_provider()
                .open_id_connect_provider_arn(&live.id)
                .set_tags(Some(tag_list(&set)?));
            work.aws
                .call("iam", "TagOpenIDConnectProvider", || request.clone().send())
                .await?;
        }
        if !remove.is_empty() {
            let request = work
                .aws
                .iam()
                .untag_open_id_connect_provider()
                .open_id_connect_provider_arn(&live.id)
                .set_tag_keys(Some(remove));
            work.aws
                .call("iam", "UntagOpenIDConnectProvider", || request.clone().send())
                .await?;
        }
        Ok(())
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let request = work
            .aws
            .iam()
            .delete_open_id_connect_provider()
            .open_id_connect_provider_arn(&live.id);
        gone(
            work.aws
                .call("iam", "DeleteOpenIDConnectProvider", || request.clone().send())
                .await,
        )
    }
}

/// Adds the audiences that are missing, then takes away those that are not asked for.
async fn update_clients(
    aws: &Aws,
    arn: &str,
    spec: &OidcProviderSpec,
    have: &[String],
) -> Result<(), AwsError> {
    for client in spec.client_ids.iter().filter(|client| !have.contains(client)) {
        let request = aws
            .iam()
            .add_client_id_to_open_id_connect_provider()
            .open_id_connect_provider_arn(arn)
            .client_id(client);
        aws.call("iam", "AddClientIDToOpenIDConnectProvider", || {
            request.clone().send()
        })
        .await?;
    }
    for client in have.iter().filter(|client| !spec.client_ids.contains(*client)) {
        let request = aws
            .iam()
            .remove_client_id_from_open_id_connect_provider()
            .open_id_connect_provider_arn(arn)
            .client_id(client);
        aws.call("iam", "RemoveClientIDFromOpenIDConnectProvider", || {
            request.clone().send()
        })
        .await?;
    }
    Ok(())
}
