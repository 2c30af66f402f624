//! SAML providers.

mod metadata;

use headset_aws::Aws;
use headset_core::{Address, tag};
use serde_json::{Value, json};

use super::theirs;
use crate::invariants::conformance::{Case, ExternalChange, address, after, other_tags, tags};
use crate::kinds::identity_center::application::application;

/// Another identity provider's metadata.
const OTHER: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/crates/kinds/src/iam/samples/rotated.xml"
));

pub(crate) fn provider() -> (Address, Value) {
    let spec = json!({
        "name": "acme-idp", "metadata": after("identity_center.application/acme", "metadata"), "tags": tags(),
    });
    (address("iam.saml_provider/acme"), spec)
}

pub(crate) fn case() -> Case {
    Case {
        before: vec![application()],
        subject: provider(),
        changes: vec![("tags", other_tags())],
        unchanged: vec![(
            "metadata",
            "a second identity provider is not there; the kind's own tests change it",
        )],
    }
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    let iam = aws.iam();
    let listed = iam.list_saml_providers().send().await.unwrap();
    let arn = listed.saml_provider_list()[0].arn().unwrap().to_owned();
    match (field, way) {
        ("name" | "path", _) => return ExternalChange::Fixed("IAM has no call that renames or moves it"),
        ("metadata", 0) => {
            let request = iam.update_saml_provider().saml_provider_arn(arn);
            request.saml_metadata_document(OTHER).send().await.unwrap();
        }
        ("tags", 0) => {
            let request = iam.tag_saml_provider().saml_provider_arn(arn).tags(theirs());
            request.send().await.unwrap();
        }
        ("tags", 1) => {
            let request = iam.untag_saml_provider().saml_provider_arn(arn);
            request.tag_keys(tag::LINEAGE).send().await.unwrap();
        }
        (_, 1..) => return ExternalChange::Enough,
        (other, _) => panic!("iam.saml_provider: nothing here changes from outside `{other}`"),
    }
    ExternalChange::Changed
}
