//! Of a blueprint of what exists: who signs people in.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;
use serde_yaml::Value;

use super::desk::Desk;
use super::draft::{at, put, remove};
use crate::cli::exit::Failure;
use headset_aws::kinds::existing::saml_applications;
use headset_aws::kinds::iam::federation::{SignsIn, signs_in, streams};
use headset_blueprint::model::IdpProduct;
use headset_kinds::connect::InstanceSpec;
use headset_kinds::identity_center::AssignmentSpec;
use headset_kinds::idp::issuer::{Issuer, issuer_of, region_of};
use headset_kinds::output;
use headset_kinds::regions::{Identity, Regions};

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
            let (product, mut section) = self.sign_in(&one, &file);
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
            let before = self.access.aws.clone();
            if let Some(home) = &home {
                put(&mut self.draft, &IDENTITY_CENTER, json!({ "region": home }));
                let regions = Regions {
                    identity_center: home.clone(),
                    ..before.regions().clone()
                };
                self.access.aws = before.with_regions(regions, Identity::Same);
            }
            let is_known = product == IdpProduct::IdentityCenter && self.name_application(&mut section).await;
            if self.try_out(SIGN_IN, section).await? {
                if is_known {
                    self.add_assigned().await?;
                }
                let told = match is_known {
                    true => {
                        "where people start only Identity Center's portal tells: a checkpoint asks for it, and the application \
                         is the only one of SAML that Identity Center has"
                    }
                    false => {
                        "what the application is called, and where people start, only the identity provider tells: \
                         `application` stands for it, and a checkpoint asks for the rest"
                    }
                };
                self.notes.insert(told.to_owned());
            } else {
                remove(&mut self.draft, &IDENTITY_CENTER);
                self.access.aws = before;
            }
        }
        Ok(())
    }

    /// Names the application of Identity Center, where there is one that it can be: Identity Center does not say where one leads.
    /// Returns whether it did.
    async fn name_application(&mut self, section: &mut Value) -> bool {
        let found = match saml_applications(&self.access.aws).await {
            Ok(found) => found,
            Err(error) => {
                let note = format!("the applications of IAM Identity Center could not be read: {error}");
                self.notes.insert(note);
                return false;
            }
        };
        match found.as_slice() {
            [] => false,
            [(name, arn)] => {
                let keys = ["idp", IdpProduct::IdentityCenter.key()];
                put(section, &[&keys[..], &["application"]].concat(), json!(name));
                put(section, &[&keys[..], &["application_arn"]].concat(), json!(arn));
                true
            }
            several => {
                let each: Vec<String> = several
                    .iter()
                    .map(|(name, arn)| format!("{name} ({arn})"))
                    .collect();
                self.notes.insert(format!(
                    "IAM Identity Center has several applications of SAML, and does not say which one leads to the instance: \
                     `application` and `application_arn` below `sign_in.idp` name it, with its groups below `groups`: {}",
                    each.join(", ")
                ));
                false
            }
        }
    }

    /// Adds who is assigned to the application.
    async fn add_assigned(&mut self) -> Result<(), Failure> {
        let mut assigned: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for address in self.more.iter().filter(|one| one.kind == AssignmentSpec::KIND) {
            let Some((sort, name)) = address.key.split_once(':') else {
                continue;
            };
            let key = match sort {
                "GROUP" => "groups",
                "USER" => "users",
                _ => continue,
            };
            // Who has left the directory has an id and no name.
            if !name.starts_with('(') {
                assigned.entry(key).or_default().push(name.replace("${", "$${"));
            }
        }
        let before = self.draft.clone();
        for (key, names) in assigned {
            let keys = [SIGN_IN, "idp", IdpProduct::IdentityCenter.key(), key];
            put(&mut self.draft, &keys, json!(names));
        }
        if self.blueprint(&self.draft).is_err() {
            self.draft = before;
            return Ok(());
        }
        self.fill().await
    }

    /// Adds who signs people in to the desktops, where one role does for all, as keys can say it.
    pub(super) async fn add_desktops(&mut self, stem: &Path) -> Result<(), Failure> {
        let stacks = at(&self.draft, &["appstream", "stacks"]).and_then(Value::as_mapping);
        let stacks: Vec<(String, String)> = stacks
            .into_iter()
            .flatten()
            .filter_map(|(key, stack)| {
                Some((key.as_str()?.to_owned(), stack.get("name")?.as_str()?.to_owned()))
            })
            .collect();
        let stem = stem
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let mut section = at(&self.draft, &[SIGN_IN]).cloned();
        let (mut roles, mut notes) = (Vec::new(), Vec::new());
        for (key, stack) in &stacks {
            let found = match streams(&self.access.aws, stack).await {
                Ok(found) => found,
                Err(error) => {
                    let note = format!("who signs people in to {stack} could not be read: {error}");
                    self.notes.insert(note);
                    continue;
                }
            };
            notes.extend(found.iter().map(|one| {
                format!(
                    "the role {} streams the stack {stack} to people whom the provider {} vouches for: `sign_in.appstream` would \
                     make a role and a provider of its own",
                    one.role, one.provider
                )
            }));
            // One role streams all stacks, and trusts a provider for each.
            if let ([one], Some(section)) = (found.as_slice(), &mut section) {
                let file = format!("{stem}-{}.xml", one.provider);
                let application = json!({ "provider": one.provider, "metadata": { "file": file } });
                put(section, &["appstream", "stacks", key], application);
                put(section, &["appstream", "role", "name"], json!(one.role));
                self.files.insert(file, one.metadata.clone());
                roles.push(one.role.clone());
            }
        }
        roles.dedup();
        let is_said = match (section, roles.as_slice()) {
            (Some(section), [_]) => self.try_out(SIGN_IN, section).await?,
            _ => false,
        };
        if !is_said {
            self.notes.extend(notes);
        }
        Ok(())
    }

    /// The section for what was found, and which product that is.
    fn sign_in(&self, one: &SignsIn, file: &str) -> (IdpProduct, Value) {
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
        (product, section)
    }
}
