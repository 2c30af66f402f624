//! `idp.application`: the SAML application at an identity provider outside AWS: Okta, Microsoft Entra ID, or any other.
//!
//! Headset has no access to those, so a person makes the application, from a worksheet in the product's own words and
//! order, and answers with what the product shows: the address where people start among it, which Identity Center shows
//! only to people who are assigned (`identity_center.link`).

use std::collections::BTreeMap;

use async_trait::async_trait;
use headset_core::{AwsError, Class};
pub use headset_kinds::idp::application::*;
use serde_json::Value;

use super::answers::{self, Form};
use super::{ApplicationSpec, Product, entra, issuer, okta, published, start};
use crate::Aws;
use crate::kinds::field::Diff;
use crate::kinds::kind::{Live, Lookup, Observation, Published};
use crate::kinds::rejected::Rejected;
use crate::kinds::remote::{Remote, Work};

/// What this product asks for.
fn form(spec: &Value) -> Form {
    Form {
        required: &[answers::METADATA, START_URL],
        optional: &[],
        metadata_url: match ApplicationSpec::PRODUCT.text(spec) {
            Some("okta") => okta::check_metadata_url,
            Some("entra") => entra::check_metadata_url,
            _ => |_| Ok(()),
        },
        start_url: match ApplicationSpec::PRODUCT.text(spec) {
            Some("okta") => |url| start::check(Product::Okta, url),
            Some("entra") => |url| start::check(Product::Entra, url),
            _ => |url| start::check(Product::Other, url),
        },
    }
}

#[async_trait]
impl Remote for Application {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        let mut observations = Vec::with_capacity(lookups.len());
        for lookup in lookups {
            let answers = answers::complete(aws, lookup, &form(&lookup.spec)).await;
            observations.push(match answers {
                Ok(Some(answers)) => {
                    let start = answers.get(START_URL).cloned().unwrap_or_default();
                    let live = answers::live(lookup, &answers, None, TYPED).output(START_URL, start);
                    // An application of another product is another application.
                    match live.get(ApplicationSpec::PRODUCT) {
                        Some(product) if ApplicationSpec::PRODUCT.of(&lookup.spec) != Some(product) => {
                            Observation::Absent
                        }
                        _ => Observation::Present(live),
                    }
                }
                Ok(None) => Observation::Absent,
                Err(error) => Observation::Unknown(error),
            });
        }
        observations
    }

    async fn create(&self, _work: &Work<'_>, _want: &Value) -> Result<String, AwsError> {
        Err(AwsError::own(
            Class::Other,
            "only a person can make an application at an identity provider: apply again for its worksheet",
        ))
    }

    async fn update(
        &self,
        _work: &Work<'_>,
        _want: &Value,
        _live: &Live,
        _diff: &Diff,
    ) -> Result<(), AwsError> {
        Err(AwsError::own(
            Class::Other,
            "only a person can change an application at an identity provider: change it there",
        ))
    }

    /// Does nothing: the application stays until a person deletes it. Without the provider in IAM it leads nowhere.
    async fn delete(&self, _work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        tracing::info!(
            application = live.id,
            "the application stays: a person has to delete it"
        );
        Ok(())
    }

    async fn published(&self, aws: &Aws, answers: &BTreeMap<String, String>) -> Option<Published> {
        published::again(aws, answers).await
    }

    async fn check_answers(
        &self,
        aws: &Aws,
        want: &Value,
        answers: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, Rejected> {
        answers::check(aws, want, answers, &form(want), TYPED).await
    }

    async fn remarks(&self, _aws: &Aws, want: &Value, answers: &BTreeMap<String, String>) -> Vec<String> {
        let product = ApplicationSpec::PRODUCT
            .of(want)
            .cloned()
            .and_then(|product| serde_json::from_value(product).ok());
        let link = answers.get(START_URL);
        let remark = product
            .zip(link)
            .and_then(|(product, link)| start::remark(product, link));
        let metadata = product.zip(answers.get(answers::METADATA));
        let said = metadata.and_then(|(product, metadata)| issuer::of_another(Some(product), metadata));
        remark
            .into_iter()
            .chain(said.map(|said| format!("metadata: {said}")))
            .collect()
    }
}
