//! The Amazon Connect instance and its users.

use std::collections::BTreeMap;

use serde_json::json;

use crate::desired::Mode;
use crate::drawing::Drawing;
use headset_blueprint::model::{ConnectIdentity, ConnectSection, Source};
use headset_kinds::{Address, Text};

/// The address of the instance: a blueprint has one.
pub(super) fn instance() -> Address {
    Address::new("connect.instance", "main")
}

/// The origin of the instance, if the blueprint names it by its alias.
///
/// Assumption: connect-host. In GovCloud the host may be another; there, an instance's own address is what counts, and
/// the origin here only goes into browser policies.
pub(super) fn origin(section: &ConnectSection) -> Option<String> {
    let alias = match section.instance() {
        Source::Ours(alias) => alias.to_owned(),
        Source::Existing(name) if !is_id(&name.value) => name.value,
        Source::Existing(_) => return None,
    };
    Some(format!("https://{alias}.my.connect.aws"))
}

/// Whether a name is an instance's id or ARN, and not an alias.
pub(super) fn is_id(name: &str) -> bool {
    let groups: Vec<usize> = name.split('-').map(str::len).collect();
    name.starts_with("arn:")
        || (groups == [8, 4, 4, 4, 12] && name.chars().all(|c| c == '-' || c.is_ascii_hexdigit()))
}

pub(super) fn draw(drawing: &mut Drawing<'_>, section: &ConnectSection) {
    let address = instance();
    match section.instance() {
        Source::Ours(alias) => {
            let identity = match section.identity {
                ConnectIdentity::Saml => "SAML",
                ConnectIdentity::ConnectManaged => "CONNECT_MANAGED",
            };
            let attributes: BTreeMap<&String, String> = section
                .attributes
                .iter()
                .map(|(name, on)| (name, on.to_string()))
                .collect();
            drawing.entry(
                address.clone(),
                json!({
                    "alias": alias,
                    "identity": identity,
                    "inbound": section.calls.inbound,
                    "outbound": section.calls.outbound,
                    "attributes": attributes,
                    "tags": drawing.tags(&section.entry.tags),
                }),
                &section.entry,
            );
        }
        Source::Existing(name) => {
            let spec = if is_id(&name.value) {
                let id = name.value.rsplit('/').next().unwrap_or(&name.value);
                json!({ "id": id })
            } else {
                json!({ "alias": name.value })
            };
            drawing.add(address.clone(), Mode::Existing, spec, false, &name.place);
        }
    }
    for (username, user) in &section.users {
        let profiles: Vec<&String> = user.security.iter().map(|profile| &profile.value).collect();
        let mut spec = json!({
            "instance_id": Text::after(&address, "id"),
            "username": username,
            "first_name": user.first,
            "last_name": user.last,
            "security_profiles": profiles,
            "routing_profile": user.routing.value,
            "auto_accept": user.auto_accept,
            "after_contact_work": user.after_contact_work.as_secs(),
            "tags": drawing.tags(&user.entry.tags),
        });
        // With SAML, giving either is an error of Connect's; elsewhere an address that is not given is not owned.
        if let Some(password) = &user.password {
            spec["password"] = json!(password.value);
        }
        if let Some(email) = &user.email {
            spec["email"] = json!(email.value);
        }
        drawing.entry(Address::new("connect.user", username), spec, &user.entry);
    }
    drawing.output("connect_url", Text::after(&address, "url"));
}
