//! `iam.saml_provider`: what stands for an identity provider in an AWS account.

use std::collections::BTreeMap;

use headset_core::{AwsError, Class};
use headset_derive::Fields;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::saml_metadata::{self, Certificate, SamlMetadata};
use crate::discovery::Trace;
use crate::field::{Diff, FieldChange, FieldId};
use crate::kind::{Actions, Declared, Kind, Live};
use crate::output;
use crate::outward::Terraform;
use crate::text::Text;
use crate::verify::{Asked, Check, Checked};

/// What a blueprint asks of a SAML provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "iam.saml_provider", of = SamlProvider, live = SamlProviderLive)]
pub struct SamlProviderSpec {
    /// Its name: 1 to 128 of `[A-Za-z0-9_.-]`; the last part of its ARN.
    #[field(replace)]
    pub name: String,
    /// The identity provider's metadata document; compared by entityID, certificates, sign-in URLs and validUntil.
    #[field(in_place)]
    pub metadata: Text,
    /// Tags; others' tags stay.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// The kind `iam.saml_provider`.
#[derive(Debug)]
pub struct SamlProvider;

/// What of a metadata document counts, for people to read in a plan.
fn summary(read: &SamlMetadata) -> Value {
    json!({
        "entity_id": read.entity_id,
        "certificates": read.certificates.iter()
            .map(|one| format!("{} until {}", one.sha256, one.not_after))
            .collect::<Vec<_>>(),
        "sign_in_urls": read.sign_in_urls,
    })
}

/// Judges a difference of two documents: `None` if they mean the same, else what differs in what they mean.
fn judged(change: FieldChange) -> Option<FieldChange> {
    let read = |value: &Value| saml_metadata::parse(value.as_str()?).ok();
    match (read(&change.want), read(&change.have)) {
        (Some(want), Some(have)) if want == have => None,
        (Some(want), Some(have)) => Some(FieldChange {
            want: summary(&want),
            have: summary(&have),
            ..change
        }),
        _ => Some(change),
    }
}

/// The document to send, checked: AWS's own message for a bad one is only "Could not parse metadata".
pub fn document(spec: &SamlProviderSpec) -> Result<String, AwsError> {
    let text = spec.metadata.resolved()?;
    saml_metadata::parse(&text).map_err(|reason| {
        let message = format!("the SAML metadata cannot be used: {reason}");
        AwsError::own(Class::Invalid, message)
    })?;
    Ok(saml_metadata::body(&text).to_owned())
}

/// `verify`: IAM takes assertions of this provider today.
static VALID: Check = Check {
    id: "provider-valid",
    about: "the provider's metadata can be read and has not ended",
    after: &[],
    across: &[],
};

/// `verify`: what IAM has is what the identity provider gave.
static CURRENT: Check = Check {
    id: "provider-current",
    about: "IAM has the metadata that the identity provider gave",
    after: &[
        "provider-valid",
        "identity-center-metadata",
        "identity-provider-metadata",
    ],
    across: &[],
};

/// Whether metadata is valid at a time.
fn valid(metadata: &SamlMetadata, now: Timestamp, looked_at: String) -> Checked {
    let help = "have the identity provider sign with a current certificate, give the new metadata, and apply";
    if let Some(end) = metadata.valid_until.filter(|end| *end <= now) {
        return VALID.failed(looked_at, format!("its validUntil was {end}"), help);
    }
    let is_current = |one: &Certificate| one.not_before <= now && now < one.not_after;
    match metadata.certificates.iter().any(is_current) {
        true => VALID.passed(looked_at),
        false => {
            let last = metadata.certificates.iter().map(|one| one.not_after).max();
            let last = last.map_or_else(String::new, |end| format!("; the last one ended on {end}"));
            VALID.failed(
                looked_at,
                format!("no certificate of it is valid now{last}"),
                help,
            )
        }
    }
}

impl Kind for SamlProvider {
    fn about(&self) -> &'static str {
        "The SAML identity provider whose assertions an AWS account accepts."
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    fn identity(&self) -> &'static [FieldId] {
        &[SamlProviderSpec::NAME]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (output::ARN, "its ARN"),
            (
                output::VALID_UNTIL,
                "IAM's ValidUntil, RFC 3339: the document's validUntil, or a hundred years after it was made; it says \
                 nothing about certificates; empty if AWS does not say",
            ),
            (output::ENTITY_ID, "the identity provider's entityID"),
        ]
    }

    fn checks(&self) -> &'static [&'static Check] {
        const { &[&VALID, &CURRENT] }
    }

    fn check(&self, asked: Asked<'_>) -> Vec<Checked> {
        let looked_at = format!("the metadata of {}", asked.live.id);
        let there = self.read(asked.live).metadata.as_deref().unwrap_or_default();
        let there = match saml_metadata::parse(there) {
            Ok(there) => there,
            Err(why) => {
                let help = "give the identity provider's metadata again, and apply";
                return vec![VALID.failed(looked_at, format!("it cannot be read: {why}"), help)];
            }
        };
        let wanted = SamlProviderSpec::METADATA.text(asked.want);
        let wanted = wanted.and_then(|text| saml_metadata::parse(text).ok());
        let current = wanted.map(|wanted| match wanted.signs_in_like(&there) {
            true => CURRENT.passed(looked_at.clone()),
            false => CURRENT.failed(
                looked_at.clone(),
                "it is not the metadata that was given: another entityID, certificate or sign-in address",
                "give IAM the metadata with `headset apply`",
            ),
        });
        [valid(&there, asked.now, looked_at)]
            .into_iter()
            .chain(current)
            .collect()
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform::by_id("aws_iam_saml_provider", "ARN"))
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "iam:ListSAMLProviders",
                "iam:GetSAMLProvider",
                "iam:ListSAMLProviderTags",
            ],
            write: &[
                "iam:CreateSAMLProvider",
                "iam:UpdateSAMLProvider",
                "iam:TagSAMLProvider",
                "iam:UntagSAMLProvider",
            ],
            delete: &["iam:DeleteSAMLProvider"],
        }
    }

    fn diff(&self, want: &Value, live: &Live) -> Diff {
        live.diff(SamlProviderSpec::FIELDS, want)
            .into_iter()
            .filter_map(|change| match change.id(SamlProviderSpec::KIND) {
                SamlProviderSpec::METADATA => judged(change),
                _ => Some(change),
            })
            .collect()
    }
}
