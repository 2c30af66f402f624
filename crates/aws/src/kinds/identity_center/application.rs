//! `identity_center.application`: the SAML application through which people reach AWS.
//!
//! No API can make one: CreateApplication makes OAuth 2.0 applications only (its own documentation says so),
//! and no operation reads or writes ACS URL, audience, relay state, mappings or metadata. So it is a
//! checkpoint: a person makes it in the console from a worksheet and answers with what the console shows.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ssoadmin::types::ApplicationStatus;
use headset_core::{AwsError, Class};
pub use headset_kinds::identity_center::application::*;
use serde_json::Value;

use super::answered::{Told, ask, check_link, details, instance_in_metadata};
use super::arn::{check_arn, check_partition};
use super::directory::Directory;
use super::members;
use super::sought;
use super::spec::{ApplicationLive, ApplicationSpec};
use super::worksheet::worksheet_beside;
use crate::Aws;
use crate::kinds::field::Diff;
use crate::kinds::idp::answers::{self, Form};
use crate::kinds::idp::{landing, published};
use crate::kinds::kind::{Checkpoint, Condition, Declared, Live, Lookup, Observation, Published};
use crate::kinds::output;
use crate::kinds::rejected::Rejected;
use crate::kinds::remote::{Remote, Work};
use crate::kinds::text::Text;
use headset_kinds::idp::issuer;
use headset_kinds::regions::{Identity, partition_of};
use headset_kinds::verify::{Check, Checked};

/// The answers that are asked for. The link (`start_url`) has a checkpoint of its own, `identity_center.link`; earlier
/// versions asked for it here, and it is kept where it was.
const FORM: Form = Form {
    required: &[answers::METADATA],
    optional: &[(APPLICATION_ARN, check_arn)],
    metadata_url: |_| Ok(()),
    start_url: check_link,
};

/// Whether nothing in Identity Center may be done by API.
fn is_by_hand(aws: &Aws, by_hand: bool) -> bool {
    by_hand || *aws.identity() == Identity::ByHand
}

/// Whether a spec says so, as far as it is known.
fn says_by_hand(spec: &Value) -> bool {
    ApplicationSpec::BY_HAND.of(spec) == Some(&Value::Bool(true))
}

async fn observe(aws: &Aws, lookup: &Lookup) -> Observation {
    let answers = match answers::complete(aws, lookup, &FORM).await {
        Ok(Some(answers)) => answers,
        Ok(None) => return Observation::Absent,
        Err(error) => return Observation::Unknown(error),
    };
    let arn = answers.get(APPLICATION_ARN).filter(|arn| !arn.is_empty());
    let typed = answers::live::<ApplicationLive>(lookup, &answers, arn.map(String::as_str), TYPED);
    let mut live = match typed {
        Ok(live) => live.output(output::APPLICATION_ARN, arn.cloned().unwrap_or_default()),
        Err(error) => return Observation::Unknown(error),
    };
    live.amend(|application: &mut ApplicationLive| application.agreed = agreed(&answers));
    let instance = answers
        .get(answers::METADATA)
        .and_then(|metadata| instance_in_metadata(metadata));
    live = live.output(output::INSTANCE, instance.unwrap_or_default());
    live = live.output(output::PORTAL, "");
    let Some(arn) = arn.filter(|_| !is_by_hand(aws, says_by_hand(&lookup.spec))) else {
        return Observation::Present(live);
    };
    let request = aws.sso_admin().describe_application().application_arn(arn);
    match aws
        .call("sso-admin", "DescribeApplication", || request.clone().send())
        .await
    {
        Ok(answer) => {
            live = live.output(output::PORTAL, portal(answer.identity_store_arn()));
            let status = answer.status.as_ref().map(ApplicationStatus::as_str);
            live.amend(|application: &mut ApplicationLive| {
                if let Some(name) = answer.name() {
                    application.name = Some(name.to_owned());
                }
                application.told = Some(details(&answer));
                application.status = status.map(str::to_owned);
            });
            if let Some(status) = status {
                live.condition = Condition::settled(status);
            }
            Observation::Present(live)
        }
        // The answers stand; it is only that this account may not look.
        Err(error) if error.class == Class::Denied => Observation::Present(live),
        // Another region than the home region does not know the application either.
        Err(error) if error.is_not_found() => match Directory::seen_now(aws, arn).await {
            Ok(_) => Observation::Absent,
            Err(error) => Observation::Unknown(error),
        },
        Err(error) => Observation::Unknown(error),
    }
}

#[async_trait]
impl Remote for Application {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        // One or two per environment, and no operation describes several.
        let mut observations = Vec::with_capacity(lookups.len());
        for lookup in lookups {
            observations.push(observe(aws, lookup).await);
        }
        observations
    }

    async fn create(&self, _work: &Work<'_>, _spec: &ApplicationSpec) -> Result<String, AwsError> {
        Err(AwsError::own(
            Class::Other,
            "the application is gone, and only a person can make it again: apply again for its worksheet",
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
            "only a person can change a SAML application: change it in IAM Identity Center",
        ))
    }

    /// Deletes the application where its ARN is known and the API within reach. Elsewhere there is nothing
    /// that Headset could do, and a person deletes it.
    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let arn = live
            .outputs
            .get(output::APPLICATION_ARN)
            .filter(|arn| !arn.is_empty());
        let Some(arn) = arn.filter(|_| !is_by_hand(work.aws, self.read(live).by_hand == Some(true))) else {
            return Ok(());
        };
        let request = work.aws.sso_admin().delete_application().application_arn(arn);
        match work
            .aws
            .call("sso-admin", "DeleteApplication", || request.clone().send())
            .await
        {
            Err(error) if error.class == Class::Denied => {
                tracing::warn!(%error, "the application stays: a person has to delete it");
                Ok(())
            }
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }

    async fn notice(&self, aws: &Aws, spec: &ApplicationSpec, checkpoint: Checkpoint) -> Checkpoint {
        if is_by_hand(aws, spec.by_hand) {
            return checkpoint;
        }
        let found = match sought::called(aws, &spec.name).await {
            Ok(found) => found,
            Err(error) => {
                tracing::debug!(%error, "could not look up whether an application of that name exists");
                return Checkpoint {
                    unread: Some(error),
                    ..checkpoint
                };
            }
        };
        Checkpoint {
            title: sought::title(&spec.name, &found).unwrap_or(checkpoint.title),
            worksheet: worksheet_beside(&checkpoint.address, spec, &found),
            notices: sought::notices(&checkpoint.address, &spec.name, &found),
            ..checkpoint
        }
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
        if check.id != ALL_KNOWN.id {
            return None;
        }
        let application = live.outputs.get(output::APPLICATION_ARN);
        match application.filter(|arn| !arn.is_empty() && !is_by_hand(aws, want.by_hand)) {
            Some(application) => members::all_known(aws, check, want, application).await,
            None => members::instance(want).map(|_| {
                check.not_checked(
                    "the answers of the checkpoint",
                    "Identity Center is out of reach, or the application's ARN was not given",
                    "compare the assigned users in the IAM Identity Center console with the users of the instance",
                )
            }),
        }
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
        let mut checked = answers::check(aws, want, answers, &FORM, TYPED).await?;
        let arn = checked
            .get(APPLICATION_ARN)
            .filter(|arn| !arn.is_empty())
            .cloned();
        if let Some(arn) = &arn {
            check_partition(arn, partition_of(&aws.regions().identity_center))?;
        }
        let Some(arn) = arn.filter(|_| !is_by_hand(aws, says_by_hand(want))) else {
            return Ok(checked);
        };
        match ask(aws, &arn).await {
            Told::Nothing => Err(Rejected::from(format!(
                "application_arn: there is no application `{arn}`: copy the ARN that the application's page shows"
            ))),
            Told::OtherSort => Err(Rejected::from(format!(
                "application_arn: `{arn}` is an application of OAuth 2.0, and this has to be one of SAML 2.0"
            ))),
            Told::There(told) => {
                agree(&mut checked, answers, &arn, Some(details(&told)));
                Ok(checked)
            }
            Told::Unchecked(_) => {
                agree(&mut checked, answers, &arn, None);
                Ok(checked)
            }
        }
    }

    async fn remarks(&self, aws: &Aws, want: &Value, answers: &BTreeMap<String, String>) -> Vec<String> {
        let mut remarks = Vec::new();
        // Not refused: AWS does not say at which addresses all its portals are.
        if let Some(said) = answers
            .get(answers::METADATA)
            .and_then(|metadata| issuer::of_another(None, metadata))
        {
            remarks.push(format!(
                "metadata: {said}. Answer with the metadata file that the application's page in IAM Identity Center shows"
            ));
        }
        if let Some(arn) = answers.get(APPLICATION_ARN).filter(|arn| !arn.is_empty()) {
            let unchecked = |why: String| format!("application_arn: it was accepted unchecked: {why}");
            let told = match is_by_hand(aws, says_by_hand(want)) {
                true => None,
                false => Some(ask(aws, arn).await),
            };
            match told {
                None => remarks.push(unchecked("Headset cannot reach Identity Center".to_owned())),
                Some(Told::Unchecked(error)) => remarks.push(unchecked(error.to_string())),
                Some(Told::There(told)) => {
                    if let Some(name) = told
                        .name()
                        .filter(|name| ApplicationSpec::NAME.of(want).is_none_or(|want| want != name))
                    {
                        remarks.push(format!(
                            "application_arn: the application of this ARN is called `{name}`: rename it, or write \
                             `application: {name}` in the blueprint"
                        ));
                    }
                    let details = details(&told);
                    remarks.extend(unusual(&details, want).map(|what| {
                        format!("application_arn: {what}; Headset accepts that, and reports drift only if it changes")
                    }));
                }
                Some(Told::Nothing | Told::OtherSort) => {}
            }
        }
        remarks
    }
}
