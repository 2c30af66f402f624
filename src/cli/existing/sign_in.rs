//! Of a blueprint of what exists: who signs people in.

use std::path::Path;

use serde_json::json;
use serde_yaml::Value;

use super::desk::Desk;
use super::draft::{put, remove};
use crate::cli::exit::Failure;
use headset_aws::kinds::iam::federation::{SignsIn, signs_in};
use headset_blueprint::model::IdpProduct;
use headset_kinds::connect::InstanceSpec;
use headset_kinds::idp::issuer::{Issuer, issuer_of, region_of};
use headset_kinds::output;

/// The section.
const SIGN_IN: &str = "sign_in";
/// Where IAM Identity Center is.
const IDENTITY_CENTER: [&str; 2] = ["aws", "identity_center"];

impl Desk<'_> {
    /// Adds who signs people in to the instance. `stem`: the blueprint's name, for files beside it.
    pub(super) async fn add_sign_in(&mut self, stem: &Path) -> Result<(), Failure> {
        let instance = self
            .there
            .iter()
            .find(|(address, _)| address.kind == InstanceSpec::KIND);
        let Some(id) = instance
            .and_then(|(_, live)| live.outputs.get(output::ID))
            .cloned()
        else {
            return Ok(());
        };
        let found = match signs_in(&self.access.aws, &id).await {
            Ok(found) => found,
            Err(error) => {
                self.notes
                    .insert(format!("who signs people in could not be read: {error}"));
                return Ok(());
            }
        };
        let stem = stem.file_name().unwrap_or_default().to_string_lossy();
        let several = found.len() > 1;
        for one in found {
            let file = format!("{stem}-{}.xml", one.provider);
            let section = self.sign_in(&one, &file);
            let home = region_of(&one.metadata).filter(|home| *home != self.access.aws.regions().connect);
            self.files.insert(file, one.metadata);
            if several {
                let why = format!(
                    "the role {} signs people in by the provider {}, and is not the only one that does: a blueprint has one",
                    one.role, one.provider
                );
                self.leave_out(SIGN_IN, section, vec![why]);
                continue;
            }
            if let Some(home) = &home {
                put(&mut self.draft, &IDENTITY_CENTER, json!({ "region": home }));
            }
            if self.try_out(SIGN_IN, section).await? {
                self.notes.insert(
                    "what the application is called, and where people start, only the identity provider tells: `application` \
                     stands for it, and a checkpoint asks for the rest"
                        .to_owned(),
                );
            } else {
                remove(&mut self.draft, &IDENTITY_CENTER);
            }
        }
        Ok(())
    }

    /// The section for what was found.
    fn sign_in(&self, one: &SignsIn, file: &str) -> Value {
        let product = match issuer_of(&one.metadata) {
            Some(Issuer::Aws) => IdpProduct::IdentityCenter,
            Some(Issuer::Product(product)) => IdpProduct::ALL
                .into_iter()
                .find(|known| known.outside() == Some(product))
                .unwrap_or(IdpProduct::Other),
            None => IdpProduct::Other,
        };
        let mut section = Value::Null;
        let application = json!({ "application": self.name(), "metadata": { "file": file } });
        put(&mut section, &["idp", product.key()], application);
        put(&mut section, &["role", "name"], json!(one.role));
        put(&mut section, &["role", "provider"], json!(one.provider));
        section
    }
}
