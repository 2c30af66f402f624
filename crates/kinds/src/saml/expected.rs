//! What the blueprint asks of the applications that people sign in by, whichever product has them.

use std::collections::BTreeSet;
use std::time::Duration;

use headset_core::Address;

use super::assertion::ATTRIBUTES;
use crate::identity_center::ApplicationSpec;
use crate::idp::{self, SessionName};
use crate::person::Part;
use crate::relay::{self, Landing};

/// What the blueprint asks of an application, whichever product has it.
#[derive(Debug)]
pub(super) struct Expected {
    /// Where it stands.
    pub(super) address: Address,
    /// The role's ARN.
    pub(super) role: String,
    /// The provider's ARN.
    pub(super) provider: String,
    /// Where its responses go.
    pub(super) acs_url: String,
    /// Whom they are for.
    pub(super) audience: String,
    /// How long sessions last.
    pub(super) session: Duration,
    /// What sessions are called after; none: no API tells.
    pub(super) named: Option<SessionName>,
    /// The tags that sessions have.
    pub(super) tags: BTreeSet<String>,
    /// The instance that it leads to.
    pub(super) instance: Option<String>,
    /// Whether it leads to a desktop.
    pub(super) is_desktop: bool,
}

/// What the blueprint asks of each application that leads to AWS by a role.
pub(super) fn expected(parts: &[Part<'_>]) -> Vec<Expected> {
    let landing = |relay_state: &headset_core::Text| relay::read(&relay_state.known()?).ok();
    let instance = |landing: &Option<Landing>| match landing {
        Some(Landing::Connect { instance, .. }) => Some(instance.clone()),
        _ => None,
    };
    let is_desktop = |landing: &Option<Landing>| matches!(landing, Some(Landing::Desktop { .. }));
    let mut all = Vec::new();
    for part in parts {
        if part.address.kind == ApplicationSpec::KIND {
            let Ok(spec) = serde_json::from_value::<ApplicationSpec>(part.want.clone()) else {
                continue;
            };
            let mapped = |name: &str| {
                let attribute = format!("{ATTRIBUTES}{name}");
                let mapping = spec.mappings.iter().find(|one| one.attribute == attribute);
                mapping.and_then(|one| one.value.known())
            };
            let Some((role, provider)) = mapped("Role").as_deref().and_then(split) else {
                continue;
            };
            let tag = |name: &str| {
                Some(
                    name.strip_prefix(ATTRIBUTES)?
                        .strip_prefix("PrincipalTag:")?
                        .to_owned(),
                )
            };
            let landing = landing(&spec.relay_state);
            all.push(Expected {
                address: part.address.clone(),
                role,
                provider,
                named: match mapped("RoleSessionName").as_deref() {
                    Some("${user:email}") => Some(SessionName::Email),
                    Some("${user:subject}" | "${user:preferredUsername}") => Some(SessionName::UserName),
                    _ => None,
                },
                tags: spec
                    .mappings
                    .iter()
                    .filter_map(|one| tag(&one.attribute))
                    .collect(),
                instance: instance(&landing),
                is_desktop: is_desktop(&landing),
                acs_url: spec.acs_url,
                audience: spec.audience,
                session: spec.session,
            });
        } else if part.address.kind == idp::ApplicationSpec::KIND {
            let Ok(spec) = serde_json::from_value::<idp::ApplicationSpec>(part.want.clone()) else {
                continue;
            };
            let landing = landing(&spec.relay_state);
            all.push(Expected {
                address: part.address.clone(),
                role: spec.role_arn,
                provider: spec.provider_arn,
                named: Some(spec.session_name),
                tags: spec.session_tags.into_keys().collect(),
                instance: instance(&landing),
                is_desktop: is_desktop(&landing),
                acs_url: spec.acs_url,
                audience: spec.audience,
                session: spec.session,
            });
        }
    }
    all
}

/// Role and provider of a pair, which AWS takes in either order.
pub(super) fn split(pair: &str) -> Option<(String, String)> {
    let (one, other) = pair.split_once(',')?;
    let (one, other) = (one.trim().to_owned(), other.trim().to_owned());
    match one.contains(":saml-provider/") {
        true => Some((other, one)),
        false => Some((one, other)),
    }
}
