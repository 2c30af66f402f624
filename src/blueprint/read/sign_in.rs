//! `sign_in`: federation.

use std::path::PathBuf;

use super::Reader;
use super::item::{Fields, Item};
use crate::blueprint::limits;
use crate::blueprint::model::{
    Application, At, FederationScope, IdentityProvider, IdpProduct, Metadata, RoleSection, SignInSection,
    UserName,
};
use crate::blueprint::node::Value;
use crate::diagnostic::Diagnostic;

const PROVIDER_KEYS: &[&str] = &[
    "application",
    "groups",
    "users",
    "metadata",
    "start_url",
    "application_arn",
];
const ROLE_KEYS: &[&str] = &["name", "session", "path", "permissions_boundary"];

impl Reader<'_> {
    pub(super) fn sign_in(&mut self, item: &Item<'_>) -> Option<SignInSection> {
        let later = [
            (
                "appstream",
                "Agents reach the desktop by a streaming URL in this version.",
            ),
            ("name", "Set `role.name`."),
            ("tags", "Set `tags` at the top level: they go to everything."),
        ];
        let fields = self.fields(item, &["idp", "user_name", "role", "connect", "protect"], &later)?;
        if !self.outline.connect {
            self.report(
                Diagnostic::error("missing-section", "`sign_in` leads to a Connect instance, but there is no `connect` section")
                    .at(item.place())
                    .help("Add `connect: { alias: ... }`, or `connect: { existing: ALIAS }` for an instance that is there already."),
            );
        }
        let help = "Write `idp: { identity_center: { application: acme-support, groups: [agents] } }`.";
        let idp = self
            .require(&fields, "idp", help)
            .and_then(|item| self.idp(&item));
        let user_name = match fields.get("user_name") {
            Some(item) => self.choice(
                &item,
                &[("email", UserName::Email), ("user_name", UserName::UserName)],
                &[],
            ),
            None => Some(UserName::Email),
        };
        let role = match fields.get("role") {
            Some(item) => self.role(&item),
            None => Some(RoleSection {
                name: None,
                session: *limits::ROLE_SESSION.end(),
                path: "/".to_owned(),
                permissions_boundary: None,
            }),
        };
        let connect = match fields.get("connect") {
            Some(item) => self.federation(&item),
            None => Some(("/ccp-v2".to_owned(), FederationScope::User)),
        };
        let protect = self.protect(&fields);
        let (destination, scope) = connect?;
        Some(SignInSection {
            place: item.place(),
            idp: idp?,
            user_name: user_name?,
            role: role?,
            destination,
            scope,
            instances: Vec::new(),
            appstream: None,
            protect,
        })
    }

    fn idp(&mut self, item: &Item<'_>) -> Option<IdentityProvider> {
        let instead = "This version knows IAM Identity Center: write `identity_center: { application: ..., groups: [...] }`.";
        let later = [("okta", instead), ("entra", instead), ("other", instead)];
        let fields = self.fields(item, &["identity_center"], &later)?;
        let Some(item) = fields.get("identity_center") else {
            if !later.iter().any(|(key, _)| fields.get(key).is_some()) {
                self.require(&fields, "identity_center", instead);
            }
            return None;
        };
        let fields = self.fields(&item, PROVIDER_KEYS, &[])?;
        let help = "Write `application: acme-support`: the name that agents see in their access portal.";
        let application = self
            .require(&fields, "application", help)
            .and_then(|item| self.short_text(&item, limits::APPLICATION_NAME));
        let groups = match fields.get("groups") {
            Some(item) => self.names(&item, limits::GROUP_NAME),
            None => Some(Vec::new()),
        };
        let users = match fields.get("users") {
            Some(item) => self.names(&item, limits::DIRECTORY_USER),
            None => Some(Vec::new()),
        };
        if groups.as_ref().is_some_and(Vec::is_empty) && users.as_ref().is_some_and(Vec::is_empty) {
            self.report(
                Diagnostic::warning(
                    "nobody-assigned",
                    format!("`{}` assigns nobody to the application", item.path),
                )
                .at(item.place())
                .help("Add `groups: [agents]`; without an assignment nobody can sign in."),
            );
        }
        let (metadata, start_url, application_arn) = self.answers(&fields)?;
        Some(IdentityProvider {
            product: IdpProduct::IdentityCenter,
            application: Application {
                place: item.place(),
                name: Some(application?),
                metadata,
                start_url,
                application_arn,
            },
            groups: groups?,
            users: users?,
        })
    }

    /// What a person has read off the console and committed. `None` if any of it is bad.
    #[expect(
        clippy::type_complexity,
        reason = "three optional answers, taken apart by the only caller"
    )]
    fn answers(
        &mut self,
        fields: &Fields<'_>,
    ) -> Option<(Option<At<Metadata>>, Option<At<String>>, Option<At<String>>)> {
        let mut good = true;
        let metadata = fields.get("metadata").map(|item| self.metadata(&item));
        good &= !matches!(metadata, Some(None));
        let start_url = fields
            .get("start_url")
            .map(|item| self.matching(&item, &limits::HTTPS_URL));
        good &= !matches!(start_url, Some(None));
        let arn = fields
            .get("application_arn")
            .map(|item| self.matching(&item, &limits::APPLICATION_ARN));
        good &= !matches!(arn, Some(None));
        good.then(|| (metadata.flatten(), start_url.flatten(), arn.flatten()))
    }

    fn metadata(&mut self, item: &Item<'_>) -> Option<At<Metadata>> {
        if let Value::Map(_) = item.node.value {
            let fields = self.fields(item, &["file"], &[])?;
            let file = self.require(&fields, "file", "Write `metadata: { file: saml-metadata.xml }`.")?;
            return self.metadata_file(&file);
        }
        let text = self.text(item)?;
        if !text.value.starts_with("https://") {
            let help = "Write an `https://` address, or `metadata: { file: saml-metadata.xml }`.";
            self.bad_value(&item.path, &text.value, text.place, help);
            return None;
        }
        self.check_shape(&item.path, &text.value, &limits::HTTPS_URL, &text.place)
            .then_some(At {
                value: Metadata::Url(text.value),
                place: text.place,
            })
    }

    fn metadata_file(&mut self, item: &Item<'_>) -> Option<At<Metadata>> {
        let path = self.text(item)?;
        let text = match (self.load)(&path.value) {
            Ok(text) => text,
            Err(reason) => {
                self.report(
                    Diagnostic::error("unreadable-file", format!("cannot read `{}`: {reason}", path.value))
                        .at(path.place)
                        .help("The path is relative to the blueprint. The console of IAM Identity Center offers the file on the application's page."),
                );
                return None;
            }
        };
        let length = text.chars().count();
        let problem = if !text.contains("EntityDescriptor") {
            "is not SAML metadata: it has no `EntityDescriptor`".to_owned()
        } else if !limits::METADATA.contains(&length) {
            format!(
                "has {length} characters, but IAM takes {} to {}",
                limits::METADATA.start(),
                limits::METADATA.end()
            )
        } else {
            return Some(At {
                value: Metadata::File(PathBuf::from(&path.value), text),
                place: path.place,
            });
        };
        self.report(
            Diagnostic::error("bad-value", format!("`{}` {problem}", path.value))
                .at(path.place)
                .help("Download `IAM Identity Center SAML metadata file` from the application's page, not the certificate."),
        );
        None
    }

    fn role(&mut self, item: &Item<'_>) -> Option<RoleSection> {
        let fields = self.fields(item, ROLE_KEYS, &[])?;
        let name = fields
            .get("name")
            .map(|item| self.matching(&item, &limits::ROLE_NAME));
        let session = match fields.get("session") {
            Some(item) => self
                .duration(&item, limits::ROLE_SESSION, None)
                .map(|duration| duration.value),
            None => Some(*limits::ROLE_SESSION.end()),
        };
        let path = match fields.get("path") {
            Some(item) => self.matching(&item, &limits::ROLE_PATH).map(|path| path.value),
            None => Some("/".to_owned()),
        };
        let boundary = fields
            .get("permissions_boundary")
            .map(|item| self.matching(&item, &limits::POLICY_ARN));
        if matches!(name, Some(None)) || matches!(boundary, Some(None)) {
            return None;
        }
        Some(RoleSection {
            name: name.flatten(),
            session: session?,
            path: path?,
            permissions_boundary: boundary.flatten(),
        })
    }

    fn federation(&mut self, item: &Item<'_>) -> Option<(String, FederationScope)> {
        let fields = self.fields(item, &["destination", "scope"], &[])?;
        let destination = match fields.get("destination") {
            Some(item) => self
                .matching(&item, &limits::DESTINATION)
                .map(|destination| destination.value),
            None => Some("/ccp-v2".to_owned()),
        };
        let scope = match fields.get("scope") {
            Some(item) => {
                let choices = [
                    ("user", FederationScope::User),
                    ("instance", FederationScope::Instance),
                ];
                self.choice(&item, &choices, &[])
            }
            None => Some(FederationScope::User),
        };
        Some((destination?, scope?))
    }
}
