//! `connect`: the instance and its users.

use std::collections::BTreeMap;

use super::Reader;
use super::item::{Fields, Item, nearest};
use crate::blueprint::limits::{self, CONNECT_ATTRIBUTES};
use crate::blueprint::model::{At, ConnectIdentity, ConnectSection, ConnectUser, Source};
use crate::diagnostic::Diagnostic;

const KEYS: &[&str] = &[
    "alias",
    "existing",
    "identity",
    "calls",
    "attributes",
    "users",
    "protect",
    "tags",
];
/// What only makes sense for an instance that we make.
const OWN_KEYS: [&str; 5] = ["alias", "calls", "attributes", "protect", "tags"];
const USER_KEYS: &[&str] = &[
    "first",
    "last",
    "security",
    "routing",
    "auto_accept",
    "after_call_work",
    "protect",
    "tags",
];

impl Reader<'_> {
    pub(super) fn connect(&mut self, item: &Item<'_>) -> Option<ConnectSection> {
        let later = [
            ("queues", "Queues are made in the Connect console for now."),
            ("flows", "Flows are made in the Connect console for now."),
            (
                "routing_profiles",
                "Users refer to routing profiles by name; make them in the Connect console for now.",
            ),
            (
                "phone_numbers",
                "Numbers are claimed in the Connect console for now.",
            ),
            (
                "hours",
                "Hours of operation are made in the Connect console for now.",
            ),
            ("name", "The instance is called by its `alias`."),
        ];
        let fields = self.fields(item, KEYS, &later)?;
        let instance = self.instance(item, &fields);
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
        Some(ConnectSection {
            entry: self.entry(item, &fields),
            instance: instance?,
            identity: identity?,
            inbound,
            outbound,
            attributes,
            users,
        })
    }

    fn instance(&mut self, item: &Item<'_>, fields: &Fields<'_>) -> Option<Source<At<String>>> {
        let Some(existing) = fields.get("existing") else {
            let Some(alias) = fields.get("alias") else {
                self.report(
                    Diagnostic::error("missing-key", "`connect` lacks `alias`")
                        .at(item.place())
                        .help("Write `alias: acme-support` to make an instance, or `existing: ALIAS` to use one that is there already."),
                );
                return None;
            };
            return self.matching(&alias, &limits::CONNECT_ALIAS).map(Source::Ours);
        };
        for key in OWN_KEYS {
            if let Some(other) = fields.get(key) {
                self.report(
                    Diagnostic::error("conflict", format!("`{}` has no meaning for an existing instance", other.path))
                        .at(other.place())
                        .help("Headset links to an existing instance and never changes it. Delete this key, or write `alias` instead of `existing`."),
                );
            }
        }
        self.text(&existing).map(Source::Existing)
    }

    fn calls(&mut self, fields: &Fields<'_>) -> (bool, bool) {
        let calls = fields
            .get("calls")
            .and_then(|item| self.fields(&item, &["inbound", "outbound"], &[]));
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
        for (key, value) in self.entries(&item, "Write `attributes: { contactflow_logs: true }`.") {
            let lower = key.to_lowercase();
            if matches!(lower.as_str(), "inbound_calls" | "outbound_calls") {
                let short = lower.trim_end_matches("_calls");
                self.report(
                    Diagnostic::error(
                        "unknown-key",
                        format!("`{}` is set by `connect.calls.{short}`", value.path),
                    )
                    .at(value.place())
                    .help(format!("Write `calls: {{ {short}: ... }}` instead.")),
                );
                continue;
            }
            if lower != key || !key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
                let help = "Attributes have AWS's names in lower case, such as `contactflow_logs`.";
                self.bad_value(&item.path, &key, value.place(), help);
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
                    .help(format!("{near}It is passed on to AWS as it stands."))
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
        let example =
            "Write `users: { agent1@example.com: { first: Agent, last: One, security: [Agent] } }`.";
        let entries = self.entries(&item, example);
        if identity == Some(ConnectIdentity::ConnectManaged) && !entries.is_empty() {
            self.report(
                Diagnostic::error("not-yet", "users with passwords in Connect's own directory are not in this version")
                    .at(item.place())
                    .help("Write `identity: saml`, so that users sign in through `sign_in`; or delete `users`, and add them in the Connect console."),
            );
        }
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for (name, entry) in entries {
            let named = self.check_name("a user", &name, &limits::CONNECT_USER, &entry.place());
            if let Some(other) = seen.insert(name.to_lowercase(), name.clone()) {
                self.report(
                    Diagnostic::warning("similar-names", format!("`{name}` and `{other}` differ in case only"))
                        .at(entry.place())
                        .help("Connect takes them for two users, and only the exact case can sign in. Delete one of them."),
                );
            }
            if let Some(user) = self.user(&entry)
                && named
            {
                users.insert(name, user);
            }
        }
        users
    }

    fn user(&mut self, item: &Item<'_>) -> Option<ConnectUser> {
        let later = [
            (
                "email",
                "A SAML user's e-mail address belongs to the identity provider.",
            ),
            (
                "hierarchy",
                "Agent hierarchies are made in the Connect console for now.",
            ),
            ("phone", "Agents have soft phones in this version."),
            ("name", "The entry's key is the user's name."),
        ];
        let fields = self.fields(item, USER_KEYS, &later)?;
        let first = self
            .require(
                &fields,
                "first",
                "Write `first: Agent`; Connect wants both names of SAML users.",
            )
            .and_then(|item| self.short_text(&item, limits::FIRST_NAME));
        let last = self
            .require(
                &fields,
                "last",
                "Write `last: One`; Connect wants both names of SAML users.",
            )
            .and_then(|item| self.short_text(&item, limits::LAST_NAME));
        let security = self
            .require(
                &fields,
                "security",
                "Write `security: [Agent]`: one to ten names of security profiles.",
            )
            .and_then(|item| self.security(&item));
        let routing = match fields.get("routing") {
            Some(item) => self.short_text(&item, limits::PROFILE_NAME),
            None => Some(At {
                value: "Basic Routing Profile".to_owned(),
                place: item.place(),
            }),
        };
        let auto_accept = self.boolean_or(fields.get("auto_accept"), false);
        let after_contact_work = match fields.get("after_call_work") {
            Some(item) => self
                .duration(&item, limits::AFTER_CALL_WORK, None)
                .map(|duration| duration.value),
            None => Some(0),
        };
        Some(ConnectUser {
            entry: self.entry(item, &fields),
            first: first?.value,
            last: last?.value,
            security: security?,
            routing: routing?,
            auto_accept,
            after_contact_work: after_contact_work?,
            password: None,
            email: None,
        })
    }

    fn security(&mut self, item: &Item<'_>) -> Option<Vec<At<String>>> {
        let profiles = self.names(item, limits::PROFILE_NAME)?;
        if !limits::SECURITY_PROFILES.contains(&profiles.len()) {
            self.report(
                Diagnostic::error(
                    "bad-value",
                    format!("`{}` names {} security profiles", item.path, profiles.len()),
                )
                .at(item.node.place.clone())
                .help("A Connect user has one to ten."),
            );
            return None;
        }
        Some(profiles)
    }

    /// A list of names, each once. `None` if any of them is bad.
    pub(super) fn names(&mut self, item: &Item<'_>, longest: usize) -> Option<Vec<At<String>>> {
        let mut names: Vec<At<String>> = Vec::new();
        let elements = self.list(item)?;
        let count = elements.len();
        for element in elements {
            if let Some(name) = self.short_text(&element, longest) {
                self.check_once(item, &names, &name);
                names.push(name);
            }
        }
        (names.len() == count).then_some(names)
    }

    /// Reports a name that is in the list already.
    pub(super) fn check_once(&mut self, item: &Item<'_>, names: &[At<String>], name: &At<String>) {
        if names.iter().any(|known| known.value == name.value) {
            self.report(
                Diagnostic::error(
                    "duplicate-value",
                    format!("`{}` lists `{}` twice", item.path, name.value),
                )
                .at(name.place.clone())
                .help("Keep one of them."),
            );
        }
    }
}
