//! `idp.application`: the SAML application at an identity provider outside AWS, such as Okta or AD FS.
//!
//! Headset has no access to those, so a person makes the application, from a worksheet in the product's own words and
//! order, and answers with what the product shows: the address where people start among it, which Identity Center shows
//! only to people who are assigned (`identity_center.link`).

use std::collections::BTreeMap;

use async_trait::async_trait;
use headset_core::{AwsError, Class};
pub use headset_kinds::idp::application::*;
use headset_kinds::verify::{Check, Checked};
use serde_json::Value;

use super::answers::{self, Form};
use super::{
    ApplicationLive, ApplicationSpec, Product, adfs, entra, google, issuer, landing, link, okta, ping,
    published, start,
};
use crate::Aws;
use crate::kinds::field::{Diff, FieldId};
use crate::kinds::kind::{Declared, Live, Lookup, Observation, Published};
use crate::kinds::rejected::Rejected;
use crate::kinds::remote::{Remote, Work};
use crate::kinds::text::Text;

/// What this product asks for.
fn form(spec: &Value) -> Form {
    let derived = product_of(spec).is_some_and(link::is_derived);
    Form {
        required: match derived {
            true => &[answers::METADATA],
            false => &[answers::METADATA, START_URL],
        },
        optional: &[],
        metadata_url: match product_of(spec) {
            Some(Product::Okta) => okta::check_metadata_url,
            Some(Product::Entra) => entra::check_metadata_url,
            Some(Product::Adfs) => adfs::check_metadata_url,
            Some(Product::Google) => google::check_metadata_url,
            Some(Product::PingOne) => ping::check_one_metadata_url,
            Some(Product::PingFederate) => ping::check_federate_metadata_url,
            Some(Product::Other) | None => |_| Ok(()),
        },
        start_url: match product_of(spec) {
            Some(Product::Okta) => |url| start::check(Product::Okta, url),
            Some(Product::Entra) => |url| start::check(Product::Entra, url),
            Some(Product::Adfs) => |url| start::check(Product::Adfs, url),
            Some(Product::Google) => |url| start::check(Product::Google, url),
            Some(Product::PingOne) => |url| start::check(Product::PingOne, url),
            Some(Product::PingFederate) => |url| start::check(Product::PingFederate, url),
            Some(Product::Other) | None => |url| start::check(Product::Other, url),
        },
    }
}

/// What complete answers say.
fn seen(lookup: &Lookup, answers: &BTreeMap<String, String>) -> Result<Observation, AwsError> {
    let live = answers::live::<ApplicationLive>(lookup, answers, None, TYPED)?;
    let product = Application.read(&live).product;
    // An application of another product is another application.
    if product.is_some() && product != product_of(&lookup.spec) {
        return Ok(Observation::Absent);
    }
    match started(&lookup.spec, answers) {
        Start::At(url) => Ok(Observation::Present(live.output(START_URL, url))),
        // The relay state names a resource that is not there yet.
        Start::Later => Ok(Observation::Absent),
        Start::Unknown(_) => Ok(Observation::Present(live.output(START_URL, String::new()))),
    }
}

/// Where people start.
enum Start {
    /// There.
    At(String),
    /// At an address that is known once the relay state is.
    Later,
    /// The metadata does not tell, and why.
    Unknown(String),
}

/// Where people start, as answered or as it follows from the metadata and what was typed.
fn started(spec: &Value, answers: &BTreeMap<String, String>) -> Start {
    if let Some(url) = answers.get(START_URL).filter(|url| !url.is_empty()) {
        return Start::At(url.clone());
    }
    let Some(product) = product_of(spec).filter(|product| link::is_derived(*product)) else {
        return Start::At(String::new());
    };
    let typed = answers::typed_values(answers, spec, TYPED);
    let text = |field: &FieldId| {
        let typed = typed.get(field.name).or_else(|| field.of(spec));
        typed.and_then(Value::as_str).map(str::to_owned)
    };
    let (Some(audience), Some(relay_state)) = (
        text(&ApplicationSpec::AUDIENCE),
        text(&ApplicationSpec::RELAY_STATE),
    ) else {
        return Start::Later;
    };
    let metadata = answers.get(answers::METADATA).map_or("", String::as_str);
    match link::derived(product, metadata, &audience, &relay_state) {
        Some(url) => Start::At(url),
        None => Start::Unknown(link::missing(product)),
    }
}

/// The product that a spec names.
fn product_of(spec: &Value) -> Option<Product> {
    let product = ApplicationSpec::PRODUCT.of(spec)?;
    serde_json::from_value(product.clone()).ok()
}

#[async_trait]
impl Remote for Application {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        let mut observations = Vec::with_capacity(lookups.len());
        for lookup in lookups {
            let answers = answers::complete(aws, lookup, &form(&lookup.spec)).await;
            observations.push(match answers {
                Ok(Some(answers)) => seen(lookup, &answers).unwrap_or_else(Observation::Unknown),
                Ok(None) => Observation::Absent,
                Err(error) => Observation::Unknown(error),
            });
        }
        observations
    }

    async fn create(&self, _work: &Work<'_>, _spec: &ApplicationSpec) -> Result<String, AwsError> {
        Err(AwsError::own(
            Class::Other,
            "only a person can make an application at an identity provider: apply again for its worksheet",
        ))
    }

    async fn update(
        &self,
        _work: &Work<'_>,
        _spec: &ApplicationSpec,
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

    async fn try_out(
        &self,
        aws: &Aws,
        check: &'static Check,
        want: &ApplicationSpec,
        live: &Live,
    ) -> Option<Checked> {
        if check.id == LEADS.id {
            let typed = self.read(live).relay_state.as_ref().and_then(Text::known);
            return Some(landing::leads(aws, check, typed.as_deref(), &want.relay_state.known()?).await);
        }
        let start = live.outputs.get(START_URL).filter(|start| !start.is_empty())?;
        (check.id == REACHED.id).then_some(())?;
        Some(landing::starts(aws, check, start).await)
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
        let checked = answers::check(aws, want, answers, &form(want), TYPED).await?;
        match started(want, &checked) {
            Start::Unknown(why) if checked.contains_key(answers::METADATA) => Err(why.into()),
            _ => Ok(checked),
        }
    }

    async fn remarks(&self, _aws: &Aws, want: &Value, answers: &BTreeMap<String, String>) -> Vec<String> {
        let product = product_of(want);
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
