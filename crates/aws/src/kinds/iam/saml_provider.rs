//! `iam.saml_provider`: what stands for an identity provider in an AWS account.

use async_trait::async_trait;
use aws_sdk_iam::operation::get_saml_provider::GetSamlProviderOutput;
use aws_smithy_types::date_time::Format;
use futures_util::future::join_all;
use headset_core::AwsError;
use headset_core::arn::name_in;
pub use headset_kinds::iam::saml_provider::*;

use super::{provider_tags, saml_metadata, tag_list, tag_map};
use crate::Aws;
use crate::error::gone;
use crate::kinds::field::Diff;
use crate::kinds::kind::{Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};
use crate::kinds::tag::TagChange;

/// How many providers are read at the same time.
const AT_ONCE: usize = 8;

/// ARNs of all providers of the account; the operation has no pages.
pub(crate) async fn list(aws: &Aws) -> Result<Vec<String>, AwsError> {
    let request = aws.iam().list_saml_providers();
    let answer = aws
        .call("iam", "ListSAMLProviders", || request.clone().send())
        .await?;
    Ok(answer
        .saml_provider_list
        .unwrap_or_default()
        .into_iter()
        .filter_map(|one| one.arn)
        .collect())
}

pub(crate) async fn get(aws: &Aws, arn: &str) -> Result<Option<GetSamlProviderOutput>, AwsError> {
    let request = aws.iam().get_saml_provider().saml_provider_arn(arn);
    match aws
        .call("iam", "GetSAMLProvider", || request.clone().send())
        .await
    {
        Ok(mut answer) => match provider_tags(aws, arn, answer.tags.take()).await {
            Ok(tags) => {
                answer.tags = Some(tags);
                Ok(Some(answer))
            }
            // Deleted between the two calls.
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        },
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// What AWS reports, in the terms of the field table.
fn live(arn: &str, provider: &GetSamlProviderOutput) -> Live {
    let document = provider.saml_metadata_document().unwrap_or_default();
    let valid_until = provider
        .valid_until()
        .and_then(|time| time.fmt(Format::DateTime).ok())
        .unwrap_or_default();
    let entity_id = saml_metadata::parse(document).map_or_else(|_| String::new(), |read| read.entity_id);
    let observed = SamlProviderLive {
        name: Some(name_in(arn).to_owned()),
        metadata: Some(document.to_owned()),
    };
    Live::of(arn, "present", observed)
        .tagged(tag_map(provider.tags()))
        .output(output::ARN, arn)
        .output(output::VALID_UNTIL, valid_until)
        .output(output::ENTITY_ID, entity_id)
}

#[async_trait]
impl Remote for SamlProvider {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        let listed = match list(aws).await {
            Ok(listed) => listed,
            Err(error) => {
                return lookups
                    .iter()
                    .map(|_| Observation::Unknown(error.clone()))
                    .collect();
            }
        };
        let found: Vec<Option<&String>> = lookups
            .iter()
            .map(|lookup| {
                let name = SamlProviderSpec::NAME.text(&lookup.spec).unwrap_or_default();
                // IAM's names are unique without regard to letter case.
                let is_named = |arn: &&String| name_in(arn).eq_ignore_ascii_case(name);
                // What state remembers is asked for even where the list, which may lag, does not have it.
                let remembered = lookup.id.as_ref().filter(|id| listed.contains(id));
                remembered
                    .or_else(|| listed.iter().find(is_named))
                    .or(lookup.id.as_ref())
            })
            .collect();
        let mut observations = Vec::with_capacity(lookups.len());
        for some in found.chunks(AT_ONCE) {
            let mut calls = Vec::with_capacity(some.len());
            for arn in some {
                calls.push(async move {
                    match arn {
                        Some(arn) => get(aws, arn).await,
                        None => Ok(None),
                    }
                });
            }
            for (arn, answer) in some.iter().zip(join_all(calls).await) {
                let look = answer.map(|provider| Some(live(arn.as_ref()?, &provider?)));
                observations.push(look.into());
            }
        }
        observations
    }

    async fn create(&self, work: &Work<'_>, spec: &SamlProviderSpec) -> Result<String, AwsError> {
        let request = work
            .aws
            .iam()
            .create_saml_provider()
            .name(&spec.name)
            .saml_metadata_document(document(spec)?)
            .set_tags(Some(tag_list(&spec.tags)?));
        let answer = work
            .aws
            .call("iam", "CreateSAMLProvider", || request.clone().send())
            .await?;
        answer
            .saml_provider_arn
            .ok_or_else(|| AwsError::lacking("iam", "CreateSAMLProvider", "SAMLProviderArn"))
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &SamlProviderSpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        let iam = work.aws.iam();
        for change in diff {
            match change.id(SamlProviderSpec::KIND) {
                SamlProviderSpec::METADATA => {
                    let request = iam
                        .update_saml_provider()
                        .saml_provider_arn(&live.id)
                        .saml_metadata_document(document(spec)?);
                    work.aws
                        .call("iam", "UpdateSAMLProvider", || request.clone().send())
                        .await?;
                }
                field => {
                    return Err(AwsError::bug(format!(
                        "`{field}` of a SAML provider cannot change"
                    )));
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
                .tag_saml_provider()
                .saml_provider_arn(&live.id)
                .set_tags(Some(tag_list(&set)?));
            work.aws
                .call("iam", "TagSAMLProvider", || request.clone().send())
                .await?;
        }
        if !remove.is_empty() {
            let request = work
                .aws
                .iam()
                .untag_saml_provider()
                .saml_provider_arn(&live.id)
                .set_tag_keys(Some(remove));
            work.aws
                .call("iam", "UntagSAMLProvider", || request.clone().send())
                .await?;
        }
        Ok(())
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let request = work.aws.iam().delete_saml_provider().saml_provider_arn(&live.id);
        gone(
            work.aws
                .call("iam", "DeleteSAMLProvider", || request.clone().send())
                .await,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::kind::Kind;
    use crate::kinds::text::Text;
    use std::collections::BTreeMap;

    const BEFORE: &str = include_str!("../../../../kinds/src/iam/samples/metadata.xml");
    const AFTER: &str = include_str!("../../../../kinds/src/iam/samples/rotated.xml");
    const ARN: &str = "arn:aws:iam::123456789012:saml-provider/acme";

    fn differences(metadata: Text, have: &str) -> Diff {
        let want = SamlProviderSpec {
            name: "acme".to_owned(),
            metadata,
            tags: BTreeMap::new(),
        };
        let provider = GetSamlProviderOutput::builder()
            .saml_metadata_document(have)
            .build();
        SamlProvider.diff(&serde_json::to_value(want).unwrap(), &live(ARN, &provider))
    }

    #[test]
    fn the_same_metadata_in_another_layout_is_no_difference() {
        assert_eq!(differences(BEFORE.replace('\n', " ").into(), BEFORE), []);
    }

    #[test]
    fn a_rotated_certificate_is_a_difference_that_can_be_read() {
        let found = differences(AFTER.into(), BEFORE);
        let [change] = &found[..] else {
            panic!("{found:?}");
        };
        assert_eq!(change.field, "metadata");
        assert_eq!(change.want["entity_id"], "https://idp.example.com/saml");
        assert_eq!(change.want["certificates"].as_array().unwrap().len(), 1);
        assert_ne!(change.want["certificates"], change.have["certificates"]);
    }

    #[test]
    fn metadata_that_is_not_known_yet_is_a_difference() {
        let application = headset_core::address!("identity_center.application", "acme");
        let found = differences(Text::after(&application, "metadata"), BEFORE);
        assert_eq!(found.len(), 1);
        assert!(crate::kinds::text::is_unknown(&found[0].want));
    }
}
