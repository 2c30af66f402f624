//! `sign_in`: federation.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::item::{Fields, Item};
use super::reader::Reader;
use crate::limits;
use crate::model::{
    Application, At, DesktopEndpoint, DesktopSignIn, FederationScope, IdentityProvider, IdpProduct, Metadata,
    RoleSection, SignInSection, UserName,
};
use crate::node::beside;
use headset_core::diagnostic::Diagnostic;
use headset_kinds::iam::saml_metadata;
use headset_kinds::idp::{Product, check_metadata_url};

const PRODUCTS: [(&str, IdpProduct); 4] = [
    ("identity_center", IdpProduct::IdentityCenter),
    ("okta", IdpProduct::Okta),
    ("entra", IdpProduct::Entra),
    ("other", IdpProduct::Other),
];

/// The longest path that is shown whole, in characters.
const LONGEST_PATH: usize = 120;

/// A path as a sentence shows it.
fn excerpt_of_path(path: &str) -> String {
    match path.chars().count() > LONGEST_PATH || path.contains('\n') {
        true => saml_metadata::excerpt(path),
        false => path.to_owned(),
    }
}

/// Whether a text is a document, where the way to one should be.
fn is_document(text: &str) -> bool {
    let text = saml_metadata::body(text);
    text.starts_with('<') || text.starts_with("&lt;") || text.contains('\n')
}

/// Where the product offers its metadata.
fn download(product: Option<IdpProduct>) -> &'static str {
    match product {
        Some(IdpProduct::IdentityCenter) => {
            "Download `IAM Identity Center SAML metadata file` from the application's page, not the certificate."
        }
        Some(IdpProduct::Okta) => {
            "Download what is behind `Metadata URL` on the application's tab Sign On, not the certificate."
        }
        Some(IdpProduct::Entra) => {
            "Download `Federation Metadata XML` from the application's page Single sign-on, not the certificate."
        }
        Some(IdpProduct::Other) | None => {
            "Download the SAML 2.0 metadata that the identity provider has for this application, not its certificate."
        }
    }
}

/// What `sign_in.connect` says.
struct Federation {
    destination: String,
    scope: FederationScope,
    instances: Vec<At<String>>,
}

impl Reader<'_> {
    pub(super) fn sign_in(&mut self, item: &Item<'_>) -> Option<SignInSection> {
        let fields = self.fields(item)?;
        if !self.outline.connect {
            self.report(
                Diagnostic::error("missing-section", "`sign_in` leads to a Connect instance, but there is no `connect` section")
                    .at(item.place())
                    .help("Add `connect: { alias: ... }`, or `connect: { existing: ALIAS }` for an instance that is there already."),
            );
        }
        let idp = fields.get("idp").and_then(|item| self.idp(&item));
        let names = [("email", UserName::Email), ("user_name", UserName::UserName)];
        let user_name = self.choice_or(fields.get("user_name"), &names, UserName::Email);
        let by_default = RoleSection {
            name: None,
            session: *limits::ROLE_SESSION.end(),
            path: "/".to_owned(),
            permissions_boundary: None,
        };
        let role = match fields.get("role") {
            Some(item) => self.role(&item, &by_default),
            None => Some(by_default),
        };
        let connect = match fields.get("connect") {
            Some(item) => self.federation(&item),
            None => Some(Federation {
                destination: "/ccp-v2".to_owned(),
                scope: FederationScope::User,
                instances: Vec::new(),
            }),
        };
        let product = idp.as_ref().map(|idp| idp.product);
        let appstream = match fields.get("appstream") {
            Some(item) => self.desktop(&item, role.as_ref(), product).map(Some),
            None => Some(None),
        };
        let protect = self.protect(&fields);
        let connect = connect?;
        Some(SignInSection {
            place: item.place(),
            idp: idp?,
            user_name: user_name?,
            role: role?,
            destination: connect.destination,
            scope: connect.scope,
            instances: connect.instances,
            appstream: appstream?,
            protect,
        })
    }

    fn idp(&mut self, item: &Item<'_>) -> Option<IdentityProvider> {
        let fields = self.fields(item)?;
        let providers: Vec<Option<IdentityProvider>> = PRODUCTS
            .iter()
            .filter_map(|(key, product)| Some((fields.get(key)?, *product)))
            .map(|(item, product)| self.provider(&item, product))
            .collect();
        match providers.as_slice() {
            [Some(only)] => Some(only.clone()),
            // None, a bad one or several: reported.
            _ => None,
        }
    }

    fn provider(&mut self, item: &Item<'_>, product: IdpProduct) -> Option<IdentityProvider> {
        let fields = self.fields(item)?;
        let groups = self.texts_or_none(fields.get("groups"));
        let users = self.texts_or_none(fields.get("users"));
        if groups.as_ref().is_some_and(Vec::is_empty) && users.as_ref().is_some_and(Vec::is_empty) {
            self.report(
                Diagnostic::warning(
                    "nobody-assigned",
                    format!("`{}` assigns no group and no user to the application", item.path),
                )
                .at(item.place())
                .help("Add `groups: [agents]`; without an assignment no user can sign in."),
            );
        }
        let has_arn = product == IdpProduct::IdentityCenter;
        if has_arn {
            self.check_directory_users(users.as_deref().unwrap_or_default());
        }
        let application = self.application(item, &fields, has_arn, Some(product));
        Some(IdentityProvider {
            product,
            // A missing name has been reported.
            application: application.filter(|application| application.name.is_some())?,
            groups: groups?,
            users: users?,
        })
    }

    /// Whether a person can type this name of an application into a form: forms take the blanks at both ends off, so that
    /// there never is an application of such a name.
    fn is_typed_whole(&mut self, name: &At<String>) -> bool {
        let is_whole = name.value.trim() == name.value;
        if !is_whole {
            self.report(
                Diagnostic::error(
                    "bad-value",
                    format!(
                        "the application's name `{}` begins or ends with a blank",
                        name.value
                    ),
                )
                .at(name.place.clone())
                .help("Delete the blank: a person types the name into a form, which takes it off."),
            );
        }
        is_whole
    }

    /// Reports names of users that IAM Identity Center has none of (model: identitystore `UserName`, which has no blank).
    fn check_directory_users(&mut self, users: &[At<String>]) {
        for user in users
            .iter()
            .filter(|user| user.value.contains(char::is_whitespace))
        {
            self.report(
                Diagnostic::error(
                    "bad-value",
                    format!("no user of IAM Identity Center is called `{}`", user.value),
                )
                .at(user.place.clone())
                .help("User names there have no blanks. Write the user name, not the display name."),
            );
        }
    }

    /// An application, and what a person has read off the console and committed.
    fn application(
        &mut self,
        item: &Item<'_>,
        fields: &Fields<'_>,
        has_arn: bool,
        product: Option<IdpProduct>,
    ) -> Option<Application> {
        let name = self.optional(fields.get("application"));
        let name = name.filter(|name| name.as_ref().is_none_or(|name| self.is_typed_whole(name)));
        let metadata = match fields.get("metadata") {
            Some(item) => self.metadata(&item, product).map(Some),
            None => Some(None),
        };
        let start_url = self.optional(fields.get("start_url"));
        let application_arn = if has_arn {
            self.optional(fields.get("application_arn"))
        } else {
            Some(None)
        };
        Some(Application {
            place: item.place(),
            name: name?,
            metadata: metadata?,
            start_url: start_url?,
            application_arn: application_arn?,
        })
    }

    fn metadata(&mut self, item: &Item<'_>, product: Option<IdpProduct>) -> Option<At<Metadata>> {
        if item.is_map() {
            let fields = self.fields(item)?;
            return self.metadata_file(&fields.get("file")?, product);
        }
        let text = self.any_text(item)?;
        if !text.value.starts_with("https://") {
            let help = if is_document(&text.value) {
                "That is the document itself: save it as a file and write `metadata: { file: saml-metadata.xml }`."
            } else {
                "Write an `https://` address, or `metadata: { file: saml-metadata.xml }`."
            };
            self.bad_value(&item.path, &text.value, text.place, help);
            return None;
        }
        let text = self.text(item)?;
        let checked = match product {
            Some(IdpProduct::Okta) => check_metadata_url(Product::Okta, &text.value),
            Some(IdpProduct::Entra) => check_metadata_url(Product::Entra, &text.value),
            Some(IdpProduct::IdentityCenter | IdpProduct::Other) | None => Ok(()),
        };
        if let Err(reason) = checked {
            self.report(
                Diagnostic::error("saml-metadata", reason)
                    .at(text.place)
                    .help(download(product)),
            );
            return None;
        }
        Some(At {
            value: Metadata::Url(text.value),
            place: text.place,
        })
    }

    fn metadata_file(&mut self, item: &Item<'_>, product: Option<IdpProduct>) -> Option<At<Metadata>> {
        let path = self.text(item)?;
        let misplaced = if is_document(&path.value) {
            Some("Save the document as a file, and write the path of that.")
        } else if path.value.starts_with("https://") {
            Some("Write an address without `file`: `metadata: https://...`.")
        } else {
            None
        };
        if let Some(help) = misplaced {
            self.bad_value(&item.path, &path.value, path.place, help);
            return None;
        }
        let name = excerpt_of_path(&path.value);
        let beside = beside(&path.place, &path.value);
        let text = match (self.load)(&beside) {
            Ok(text) => text,
            Err(reason) => {
                self.report(
                    Diagnostic::error("unreadable-file", format!("cannot read `{name}`: {reason}"))
                        .at(path.place)
                        .help(format!(
                            "The path is relative to the file that says so. {}",
                            download(product)
                        )),
                );
                return None;
            }
        };
        if let Err(reason) = saml_metadata::parse(&text) {
            self.report(
                Diagnostic::error(
                    "saml-metadata",
                    format!("`{name}` is not what IAM takes: {reason}"),
                )
                .at(path.place)
                .help(download(product)),
            );
            return None;
        }
        Some(At {
            value: Metadata::File(PathBuf::from(beside), text),
            place: path.place,
        })
    }

    /// A role; what it does not say is as in `default`, except for the name.
    fn role(&mut self, item: &Item<'_>, default: &RoleSection) -> Option<RoleSection> {
        let fields = self.fields(item)?;
        let name = self.optional(fields.get("name"));
        let session = self.duration_or(fields.get("session"), default.session);
        let path = match fields.get("path") {
            Some(item) => self.text(&item).map(|path| path.value),
            None => Some(default.path.clone()),
        };
        let boundary = match fields.get("permissions_boundary") {
            Some(item) => self.text(&item).map(Some),
            None => Some(default.permissions_boundary.clone()),
        };
        Some(RoleSection {
            name: name?,
            session: session?,
            path: path?,
            permissions_boundary: boundary?,
        })
    }

    fn federation(&mut self, item: &Item<'_>) -> Option<Federation> {
        let fields = self.fields(item)?;
        let destination = match fields.get("destination") {
            Some(item) => self.text(&item).map(|destination| destination.value),
            None => Some("/ccp-v2".to_owned()),
        };
        let scopes = [
            ("user", FederationScope::User),
            ("instance", FederationScope::Instance),
        ];
        let scope = self.choice_or(fields.get("scope"), &scopes, FederationScope::User);
        let instances = self.texts_or_none(fields.get("instances"));
        Some(Federation {
            destination: destination?,
            scope: scope?,
            instances: instances?,
        })
    }

    /// `sign_in.appstream`: the stacks as a list, or as a map with what is known about their applications.
    fn desktop(
        &mut self,
        item: &Item<'_>,
        connect_role: Option<&RoleSection>,
        product: Option<IdpProduct>,
    ) -> Option<DesktopSignIn> {
        let fields = self.fields(item)?;
        let stacks = fields
            .get("stacks")
            .and_then(|item| self.desktop_stacks(&item, product));
        let default = RoleSection {
            name: None,
            ..connect_role?.clone()
        };
        let role = match fields.get("role") {
            Some(item) => self.role(&item, &default),
            None => Some(default),
        };
        let endpoints = [
            DesktopEndpoint::Standard,
            DesktopEndpoint::Fips,
            DesktopEndpoint::EucSso,
            DesktopEndpoint::EucSsoFips,
        ]
        .map(|endpoint| (endpoint.word(), endpoint));
        let endpoint = self.choice_or(fields.get("endpoint"), &endpoints, DesktopEndpoint::Standard);
        Some(DesktopSignIn {
            place: item.place(),
            stacks: stacks?,
            role: role?,
            endpoint: endpoint?,
        })
    }

    fn desktop_stacks(
        &mut self,
        item: &Item<'_>,
        product: Option<IdpProduct>,
    ) -> Option<BTreeMap<String, Application>> {
        let mut stacks = BTreeMap::new();
        if !item.is_map() {
            for stack in self.texts(item)? {
                let unnamed = Application {
                    place: stack.place,
                    name: None,
                    metadata: None,
                    start_url: None,
                    application_arn: None,
                };
                stacks.insert(stack.value, unnamed);
            }
            return Some(stacks);
        }
        for entry in self.entries(item) {
            let outline = self.outline;
            self.check_declared(&entry.item.place(), "stacks", &entry.name, &outline.stacks);
            let Some(fields) = self.fields(&entry.item) else {
                continue;
            };
            if let Some(arn) = fields.get("application_arn")
                && product.is_some_and(|product| product != IdpProduct::IdentityCenter)
            {
                self.report(
                    Diagnostic::error(
                        "conflict",
                        format!("`{}` goes with `identity_center` only", arn.path),
                    )
                    .at(arn.place())
                    .help("Delete it: only applications of IAM Identity Center have an ARN."),
                );
            }
            if let Some(application) = self.application(&entry.item, &fields, true, product)
                && entry.good
            {
                stacks.insert(entry.name, application);
            }
        }
        Some(stacks)
    }
}
