//! Policies of the role that the blueprint gives in place of Headset's own.

use std::collections::BTreeMap;

use super::role::Pair;
use crate::draft::DesignDraft;
use headset_blueprint::model::{At, RoleSection};
use headset_core::diagnostic::Diagnostic;
use headset_kinds::Text;
use serde_json::Value;

/// The inline policies that a blueprint gives.
pub(super) fn policies(own: &BTreeMap<String, At<String>>) -> BTreeMap<String, Text> {
    let policies = own.iter();
    policies
        .map(|(name, document)| (name.clone(), document.value.as_str().into()))
        .collect()
}

/// Says what is wrong with the policies that a blueprint gives: through a role that trusts another provider, or that may do
/// nothing, people cannot sign in.
pub(super) fn check(draft: &mut DesignDraft<'_>, role: &RoleSection, pair: &Pair) {
    let inline = role.policies.iter().flatten().map(|(_, document)| document);
    for document in role.trust.iter().chain(inline) {
        if !is_document(&document.value) {
            draft.complain(
                Diagnostic::error("policy-document", "this is not a policy document as JSON")
                    .at(document.place.clone())
                    .help("write the whole document on one line, between single quotes: '{\"Version\": \"2012-10-17\", ...}'"),
            );
        }
    }
    if let Some(trust) = &role.trust
        && !(trust.value.contains(&pair.provider_arn) && trust.value.contains("sts:AssumeRoleWithSAML"))
    {
        draft.complain(
            Diagnostic::error(
                "role-trust",
                format!(
                    "this trust policy does not let in who comes from the provider {}",
                    pair.provider_arn
                ),
            )
            .at(trust.place.clone())
            .help("allow it `sts:AssumeRoleWithSAML`, or say by `role.provider` which provider is meant"),
        );
    }
    if role.policies.as_ref().is_some_and(BTreeMap::is_empty) && role.managed_policies.is_empty() {
        let place = role.name.as_ref().map(|name| name.place.clone());
        draft.complain(
            Diagnostic::error(
                "role-without-policies",
                "the role that signs people in would have no policy",
            )
            .at_maybe(place)
            .help("leave `policies` out, or name what the role has below `managed_policies`"),
        );
    }
}

/// Whether a text is a policy document, as far as its form tells.
fn is_document(text: &str) -> bool {
    let document: Result<Value, _> = serde_json::from_str(text);
    document.is_ok_and(|document| document.get("Statement").is_some())
}
