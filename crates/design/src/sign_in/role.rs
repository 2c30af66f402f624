//! The role in IAM that people get, and the provider that stands for an application.

use std::collections::BTreeMap;

use crate::context::DesignContext;
use crate::draft::DesignDraft;
use headset_blueprint::model::{RoleSection, SignInSection};
use headset_core::Arn;
use headset_kinds::iam::{RoleSpec, SamlProviderSpec};
use headset_kinds::output;
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
        context: &DesignContext,
        role: &RoleSection,
        role_name: String,
        provider_name: String,
    ) -> Pair {
        let iam = |resource: &str| {
            let arn = Arn {
                partition: &context.partition,
                service: "iam",
                region: "",
                account: &context.account,
                resource,
            };
            arn.to_string()
        };
        Pair {
            role_arn: iam(&format!("role{}{role_name}", role.path)),
            provider_arn: iam(&format!("saml-provider/{provider_name}")),
            role_name,
            provider_name,
        }
    }
}

/// The provider in IAM that stands for an application. Returns its address.
pub(super) fn draw_provider(
    draft: &mut DesignDraft<'_>,
    section: &SignInSection,
    key: impl Into<String>,
    pair: &Pair,
    application: &Address,
) -> Address {
    let spec = SamlProviderSpec {
        name: pair.provider_name.clone(),
        metadata: Text::after(application, output::METADATA),
        tags: draft.tags(&BTreeMap::new()),
    };
    draft.managed(key, &spec, section.protect, &section.place)
}

/// What a role is for, and what it may do.
pub(super) struct Purpose {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) trust: Text,
    pub(super) policies: BTreeMap<String, Text>,
}

/// A role; what its purpose leaves open is as the blueprint's `role` says. Returns its address.
pub(super) fn draw_role(
    draft: &mut DesignDraft<'_>,
    section: &SignInSection,
    key: &str,
    role: &RoleSection,
    purpose: Purpose,
) -> Address {
    let spec = RoleSpec {
        name: purpose.name,
        path: role.path.clone(),
        description: purpose.description,
        trust: purpose.trust,
        policies: purpose.policies,
        // What else is attached to it came from outside.
        managed_policies: (role.managed_policies.iter())
            .map(|arn| arn.value.clone())
            .collect(),
        max_session: role.session,
        permissions_boundary: (role.permissions_boundary.as_ref()).map(|arn| arn.value.clone()),
        tags: draft.tags(&BTreeMap::new()),
    };
    let address = draft.managed(key, &spec, section.protect, &section.place);
    draft.lists(&address, role.owned);
    address
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
