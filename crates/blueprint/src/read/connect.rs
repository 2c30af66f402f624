//! `connect`: the instance and its users.

use std::collections::BTreeMap;

use super::item::{Fields, Item};
use super::reader::Reader;
use crate::limits::{self, CONNECT_ATTRIBUTES};
use crate::model::{At, ConnectIdentity, ConnectSection, ConnectUser, Entry, Source};
use crate::nearest::nearest;
use headset_core::diagnostic::Diagnostic;

impl Reader<'_> {
    pub(super) fn connect(&mut self, item: &Item<'_>) -> Option<ConnectSection> {
        let fields = self.fields(item)?;
        let alias = fields.get("alias").and_then(|item| self.text(&item));
        let existing = fields.get("existing").and_then(|item| self.text(&item));
        let identity = match fields.get("identity") {
            Some(item) => {
                let choices = [
                    ("saml", ConnectIdentity::Saml),
                    ("connect-managed", ConnectIdentity::ConnectManaged),
                ];
                let later = [("existing-directory", "Write `identity: saml`.")];
                self.choice(&item, &choices, &later)
            }
            None => Some(ConnectIdentity::Saml),
        };
        let (inbound, outbound) = self.calls(&fields);
        let attributes = self.attributes(&fields);
        let users = self.users(&fields, identity);
        let entry = self.nameless_entry(item, &fields);
        let entry = Entry {
            name: alias.clone(),
            ..entry
        };
        let instance = existing.map(Source::Existing).or(alias.map(Source::Ours));
        Some(ConnectSection {
            entry,
            instance: instance?,
            identity: identity?,
            inbound,
            outbound,
            attributes,
            users,
        })
    }

    fn calls(&mut self, fields: &Fields<'_>) -> (bool, bool) {
        let calls = fields.get("calls").and_then(|item| self.fields(&item));
        let Some(calls) = calls else { return (true, true) };
        (
            self.boolean_or(calls.get("inbound"), true),
            self.boolean_or(calls.get("outbound"), true),
        )
    }

    fn attributes(&mut self, fields: &Fields<'_>) -> BTreeMap<String, bool> {
        let mut attributes = BTreeMap::new();
        let Some(item) = fields.get("attributes") else {
            return attributes;
        };
        for attribute in self.entries(&item) {
            let (key, value) = (attribute.name, attribute.item);
            if !attribute.good {
                continue;
            }
            if !CONNECT_ATTRIBUTES.contains(&key.as_str()) {
                let near = nearest(&key, CONNECT_ATTRIBUTES.into_iter())
                    .map(|near| format!("Did you mean `{near}`? "))
                    .unwrap_or_default();
                self.report(
                    Diagnostic::warning(
                        "unknown-attribute",
                        format!("Connect has no attribute `{key}` that this version knows"),
                    )
                    .at(value.place())
                    .help(format!("{near}It is passed on to AWS unchanged."))
                    .note(format!("known attributes: {}", CONNECT_ATTRIBUTES.join(", "))),
                );
            }
            if let Some(wanted) = self.boolean(&value) {
                attributes.insert(key.to_uppercase(), wanted);
            }
        }
        attributes
    }

    fn users(
        &mut self,
        fields: &Fields<'_>,
        identity: Option<ConnectIdentity>,
    ) -> BTreeMap<String, ConnectUser> {
        let mut users = BTreeMap::new();
        let Some(item) = fields.get("users") else {
            return users;
        };
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for entry in self.entries(&item) {
            let (name, place) = (entry.name, entry.item.place());
            let mut good = entry.good;
            if good && identity == Some(ConnectIdentity::ConnectManaged) {
                good = self.check_name(
                    "a user of Connect's own directory",
                    &name,
                    &limits::CONNECT_OWN_USER,
                    &place,
                );
            }
            if name.eq_ignore_ascii_case(limits::RESERVED_USER) {
                good = false;
                self.report(
                    Diagnostic::error(
                        "reserved-name",
                        format!("a user of Connect cannot be called `{name}`"),
                    )
                    .at(place.clone())
                    .help("Amazon Connect keeps this name for itself. Choose another one, such as `admin`."),
                );
            }
            if let Some(other) = seen.insert(name.to_lowercase(), name.clone()) {
                self.report(
                    Diagnostic::warning("similar-names", format!("`{name}` and `{other}` differ in case only"))
                        .at(place)
                        .help("Connect takes them for two users, and only the exact case can sign in. Delete one of them."),
                );
            }
            if let Some(user) = self.user(&entry.item, identity)
                && good
            {
                users.insert(name, user);
            }
        }
        users
    }

    fn user(&mut self, item: &Item<'_>, identity: Option<ConnectIdentity>) -> Option<ConnectUser> {
        let fields = self.fields(item)?;
        let first = fields.get("first").and_then(|item| self.composed(&item));
        let last = fields.get("last").and_then(|item| self.composed(&item));
        let security = fields.get("security").and_then(|item| self.texts(&item));
        let routing = match fields.get("routing") {
            Some(item) => self.text(&item),
            None => Some(At {
                value: "Basic Routing Profile".to_owned(),
                place: item.place(),
            }),
        };
        let auto_accept = self.boolean_or(fields.get("auto_accept"), false);
        let after_contact_work = self.duration_or(fields.get("after_call_work"), 0);
        let password = match fields.get("password") {
            Some(item) => self.secret(&item).map(Some),
            None => Some(None),
        };
        let email = self.optional(fields.get("email"));
        self.check_directory(item, &fields, identity);
        let entry = self.nameless_entry(item, &fields);
        let entry = self.personal(entry, &fields);
        Some(ConnectUser {
            entry,
            first: first?.value,
            last: last?.value,
            security: security?,
            routing: routing?,
            auto_accept,
            after_contact_work: after_contact_work?,
            password: password?,
            email: email?,
        })
    }

    /// A text without combining marks: Connect takes names in Unicode's composed form only (`UserIdentityInfo` in its
    /// model), while file names on some systems, and what is copied from them, come decomposed.
    fn composed(&mut self, item: &Item<'_>) -> Option<At<String>> {
        let text = self.text(item)?;
        let mark = text.value.chars().find(|letter| {
            matches!(letter, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
                | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
        });
        if let Some(mark) = mark {
            self.report(
                Diagnostic::error(
                    "bad-value",
                    format!("`{}` has a combining mark (U+{:04X})", item.path, u32::from(mark)),
                )
                .at(text.place)
                .help("Type the letter and its accent as one character: Connect refuses names in decomposed form."),
            );
            return None;
        }
        Some(text)
    }

    /// Users in Connect's own directory have a password and may have an address; others have neither.
    fn check_directory(&mut self, item: &Item<'_>, fields: &Fields<'_>, identity: Option<ConnectIdentity>) {
        match identity {
            Some(ConnectIdentity::ConnectManaged) if fields.get("password").is_none() => {
                self.report(
                    Diagnostic::error("missing-key", format!("`{}` lacks `password`", item.path))
                        .at(item.place())
                        .help("Write `password: { env: NAME }`: in Connect's own directory a user begins with a password. Or sign in by `identity: saml`."),
                );
            }
            Some(ConnectIdentity::Saml) => {
                for key in ["password", "email"] {
                    if let Some(other) = fields.get(key) {
                        self.report(
                            Diagnostic::error("conflict", format!("`{}` goes with `identity: connect-managed` only", other.path))
                                .at(other.place())
                                .help("Delete it: passwords and addresses of SAML users belong to the identity provider."),
                        );
                    }
                }
            }
            Some(ConnectIdentity::ConnectManaged) | None => {}
        }
    }
}
