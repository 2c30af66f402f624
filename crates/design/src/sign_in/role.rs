//! The role in IAM that people get, and the provider that stands for an application.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::drawing::Drawing;
use crate::setting::Setting;
use headset_blueprint::model::{RoleSection, SignInSection};
use headset_kinds::{Address, Text};

/// A role and its provider, both known from names alone, so that a worksheet can be filled in before either exists.
pub(super) struct Pair {
    pub(super) role_name: String,
    pub(super) role_arn: String,
    pub(super) provider_name: String,
    pub(super) provider_arn: String,
}

impl Pair {
    pub(super) fn of(
        setting: &Setting,
        role: &RoleSection,
        role_name: String,
        provider_name: String,
    ) -> Pair {
        let iam = format!("arn:{}:iam::{}", setting.partition, setting.account);
        Pair {
            role_arn: format!("{iam}:role{}{role_name}", role.path),
            provider_arn: format!("{iam}:saml-provider/{provider_name}"),
            role_name,
            provider_name,
        }
    }
}

/// The provider in IAM that stands for an application.
pub(super) fn draw_provider(
    drawing: &mut Drawing<'_>,
    section: &SignInSection,
    provider: &Address,
    pair: &Pair,
    application: &Address,
) {
    let tags = drawing.tags(&BTreeMap::new());
    drawing.managed(
        provider.clone(),
        json!({
            "name": pair.provider_name,
            "metadata": Text::after(application, "metadata"),
            "tags": tags,
        }),
        section.protect,
        &section.place,
    );
}

/// A role: `own` holds its name, description, trust and policies; the rest is as the blueprint's `role` says.
pub(super) fn draw_role(
    drawing: &mut Drawing<'_>,
    section: &SignInSection,
    address: &Address,
    role: &RoleSection,
    own: Value,
) {
    let mut spec = own;
    spec["path"] = json!(role.path);
    // What the role may do stands in its inline policies alone: whatever else is attached to it came from outside.
    spec["managed_policies"] = json!([]);
    spec["max_session"] = json!(role.session.as_secs());
    spec["permissions_boundary"] = json!(role.permissions_boundary.as_ref().map(|arn| &arn.value));
    spec["tags"] = json!(drawing.tags(&BTreeMap::new()));
    drawing.managed(address.clone(), spec, section.protect, &section.place);
}

/// A JSON array of texts that need no escaping.
pub(super) fn list(texts: impl Iterator<Item = Text>) -> Text {
    let mut parts = vec![Text::from("[")];
    for (index, text) in texts.enumerate() {
        parts.push(Text::from(if index == 0 { "\"" } else { ", \"" }));
        parts.push(text);
        parts.push(Text::from("\""));
    }
    parts.push(Text::from("]"));
    Text::join(parts)
}
