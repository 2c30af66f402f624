//! SAML metadata: when its certificates and the document end, and whether the identity provider still publishes it.

use jiff::Timestamp;
use serde::Serialize;

use headset_core::diagnostic::Diagnostic;
use headset_core::{AwsError, Outputs};
use headset_design::Design;
use headset_kinds::Declared;
use headset_kinds::field;
use headset_kinds::iam::saml_metadata::{self, End, Ending, Validity};
use headset_kinds::iam::{SamlProvider, SamlProviderSpec};
use headset_kinds::identity_center;
use headset_kinds::idp;
use headset_kinds::idp::answers;
use headset_kinds::idp::issuer;
use headset_kinds::output;
use headset_kinds::{Address, Live, Observation, Published};

use crate::plan::Plan;
use crate::survey::Survey;

/// The dates of one SAML provider in IAM, each by its name.
#[derive(Clone, Debug, Serialize)]
pub struct Certificate {
    /// The provider's address.
    pub address: Address,
    /// The end of the certificate that ends next; of the last one once all have ended. Missing if they cannot be read.
    #[serde(flatten)]
    pub next: Option<End>,
    /// All signing certificates of the metadata document.
    pub certificates: Vec<Ending>,
    /// `validUntil` of the metadata document.
    pub metadata_valid_until: Option<End>,
    /// `ValidUntil` of the provider in IAM: the document's `validUntil`, or a hundred years after it was made.
    pub iam_valid_until: Option<End>,
    /// Why the document that IAM has cannot be read.
    pub problem: Option<String>,
}

/// The dates of all SAML providers, in the order of their addresses.
pub fn certificates(survey: &Survey, now: Timestamp) -> Vec<Certificate> {
    let found = survey
        .observations
        .iter()
        .filter_map(|(address, observation)| match observation {
            Observation::Present(live) => certificate(address, live, now),
            Observation::Absent | Observation::Unknown(_) => None,
        });
    found.collect()
}

fn certificate(address: &Address, live: &Live, now: Timestamp) -> Option<Certificate> {
    let iam = live.outputs.get(output::VALID_UNTIL)?;
    let iam_valid_until = iam.parse().ok().map(|until| End::at(until, now));
    let document = SamlProvider.read(live).metadata.as_deref();
    let read = saml_metadata::parse(document.unwrap_or_default());
    let (validity, problem) = match read {
        Ok(read) => (Some(Validity::of(&read, now)), None),
        Err(reason) => (None, Some(reason.to_string())),
    };
    Some(Certificate {
        address: address.clone(),
        next: validity.as_ref().and_then(Validity::next).map(|one| one.end),
        metadata_valid_until: validity.as_ref().and_then(|validity| validity.document),
        certificates: validity.map(|validity| validity.certificates).unwrap_or_default(),
        iam_valid_until,
        problem,
    })
}

/// What fetching an application's metadata again has shown.
#[derive(Clone, Debug)]
pub struct Publication {
    /// The application's address.
    pub address: Address,
    /// Where its metadata is published.
    pub url: String,
    /// Whether it is still what was read.
    pub freshness: Freshness,
}

/// Whether published metadata is still what was read.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum Freshness {
    /// It is, and IAM has it.
    Same,
    /// It is not.
    Changed {
        /// What is new in it, in a sentence without a full stop.
        what: String,
    },
    /// It is, and IAM does not have it: another hand, or an apply that was cut off after it had read the new document.
    Behind,
    /// It could not be fetched.
    Unknown {
        /// Why.
        error: AwsError,
    },
}

/// What fetching metadata again has shown, in the order of the addresses.
pub fn publications(plan: &Plan, survey: &Survey) -> Vec<Publication> {
    let found = survey.published.iter().map(|(address, published)| Publication {
        address: address.clone(),
        url: published.url().to_owned(),
        freshness: match published {
            Published::Same { .. } if is_behind(plan, address) => Freshness::Behind,
            Published::Same { .. } => Freshness::Same,
            Published::Changed { what, .. } => Freshness::Changed { what: what.clone() },
            Published::Unknown { error, .. } => Freshness::Unknown { error: error.clone() },
        },
    });
    found.collect()
}

/// Whether a provider that stands for this application has other metadata in IAM than it should.
fn is_behind(plan: &Plan, application: &Address) -> bool {
    plan.steps.values().any(|step| {
        step.address.kind == SamlProviderSpec::KIND
            && step.after.contains(application)
            && field::change_of(step.action.diff(), SamlProviderSpec::METADATA).is_some()
    })
}

/// Warnings about the dates in a document that was answered: IAM takes it although they have ended, or soon will.
pub fn of_document(address: &Address, document: &str, now: Timestamp) -> Vec<Diagnostic> {
    // Whether it can be read at all was judged when it was answered.
    let remarks =
        saml_metadata::parse(document).map_or_else(|_| Vec::new(), |read| saml_metadata::remarks(&read, now));
    remarks
        .into_iter()
        .map(|remark| {
            Diagnostic::warning("saml-metadata-date", format!("{address}: {remark}"))
                .help("IAM takes the document; give a new one once the identity provider has it")
        })
        .collect()
}

/// Warnings about the documents of all applications, but for those that the blueprint gives: about these it was said
/// when it was read.
pub fn of_applications(design: &Design, outputs: &Outputs, now: Timestamp) -> Vec<Diagnostic> {
    let is_in_blueprint = |address: &Address, document: &str| {
        let desired = design.resources.get(address);
        let given = desired.and_then(|desired| desired.answers.get(answers::METADATA));
        given.is_some_and(|given| saml_metadata::body(given) == document)
    };
    outputs
        .iter()
        .filter_map(|(address, outputs)| Some((address, outputs.get(output::METADATA)?)))
        .filter(|(address, document)| !is_in_blueprint(address, document))
        .flat_map(|(address, document)| of_document(address, document, now))
        .collect()
}

/// Warnings about documents that were fetched from an address in the blueprint and that another product has issued. Of
/// one in a file, reading the blueprint has said so; of one that a person answered, `checkpoint answer` has.
pub fn of_issuers(design: &Design, outputs: &Outputs) -> Vec<Diagnostic> {
    let given = design.resources.values().filter_map(|desired| {
        let document = outputs.get(&desired.address)?.get(output::METADATA)?;
        let given = desired.answers.get(answers::METADATA)?;
        let is_fetched = !saml_metadata::body(given).starts_with('<');
        is_fetched.then_some((desired, document))
    });
    given
        .filter_map(|(desired, document)| {
            let product = match desired.address.kind == identity_center::ApplicationSpec::KIND {
                true => None,
                false => Some(
                    serde_json::from_value(idp::ApplicationSpec::PRODUCT.of(&desired.spec)?.clone()).ok()?,
                ),
            };
            let said = issuer::of_another(product, document)?;
            let finding = Diagnostic::warning("saml-metadata-issuer", format!("{}: {said}", desired.address));
            Some(
                finding
                    .at_maybe(desired.place.clone())
                    .help("give the address of this application's own metadata"),
            )
        })
        .collect()
}
