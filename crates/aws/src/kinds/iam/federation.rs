//! Who signs people in to an instance of Amazon Connect, for a blueprint that is written after the fact.

use headset_core::AwsError;
use headset_core::arn::name_in;

use super::documents::{decoded, in_force};
use super::{role, saml_provider};
use crate::Aws;

/// Where a sign-in leads to.
#[derive(Clone, Copy)]
struct Goal<'a> {
    /// What a policy has to allow for it, in lower case.
    action: &'static str,
    /// What policies name such a thing by, in lower case.
    named: &'static [&'static str],
    /// Its id.
    id: &'a str,
}

/// A role by which people sign in, and a provider that it trusts.
#[derive(Clone, Debug)]
pub struct SignsIn {
    /// The role's name.
    pub role: String,
    /// The provider's name.
    pub provider: String,
    /// The identity provider's metadata, as IAM has it.
    pub metadata: String,
}

/// Everything by which people may sign in to the instance of this id.
///
/// # Errors
/// If AWS cannot be asked.
pub async fn signs_in(aws: &Aws, instance: &str) -> Result<Vec<SignsIn>, AwsError> {
    leading_to(aws, connect(instance)).await
}

/// Everything by which people may sign in to the desktops of the stack of this name.
///
/// # Errors
/// If AWS cannot be asked.
pub async fn streams(aws: &Aws, stack: &str) -> Result<Vec<SignsIn>, AwsError> {
    let goal = Goal {
        action: "appstream:stream",
        named: &[":stack/"],
        id: stack,
    };
    leading_to(aws, goal).await
}

/// An instance of Amazon Connect.
fn connect(instance: &str) -> Goal<'_> {
    Goal {
        action: "connect:getfederationtoken",
        named: &[":instance/", "connect:instanceid"],
        id: instance,
    }
}

async fn leading_to(aws: &Aws, goal: Goal<'_>) -> Result<Vec<SignsIn>, AwsError> {
    let mut found = Vec::new();
    let providers = saml_provider::list(aws).await?;
    let roles = role::list(aws).await?;
    for role in roles.iter().filter(|role| role::is_federated(role)) {
        let trust = decoded(role.assume_role_policy_document().unwrap_or_default())?;
        let is_trusted = |arn: &&String| trust.contains(&format!("\"{arn}\""));
        let trusted: Vec<&String> = providers.iter().filter(is_trusted).collect();
        if trusted.is_empty() || !leads_to(aws, &role.role_name, goal).await? {
            continue;
        }
        for arn in trusted {
            let Some(provider) = saml_provider::get(aws, arn).await? else {
                continue;
            };
            found.push(SignsIn {
                role: role.role_name.clone(),
                provider: name_in(arn).to_owned(),
                metadata: provider.saml_metadata_document.unwrap_or_default(),
            });
        }
    }
    Ok(found)
}

/// Whether a role's policies let people in.
async fn leads_to(aws: &Aws, role: &str, goal: Goal<'_>) -> Result<bool, AwsError> {
    let inline = role::policies(aws, role).await?;
    if inline.values().any(|document| is_about(document, goal)) {
        return Ok(true);
    }
    for arn in role::attached(aws, role).await? {
        if is_about(&in_force(aws, &arn).await?, goal) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a policy document lets people in there: it names that, or nothing of its sort.
fn is_about(document: &str, goal: Goal<'_>) -> bool {
    let lower = document.to_ascii_lowercase();
    let names_one = goal.named.iter().any(|named| {
        lower
            .match_indices(named)
            .any(|(at, what)| !lower[at + what.len()..].starts_with('*'))
    });
    lower.contains(goal.action) && (!names_one || lower.contains(&goal.id.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_about_the_instance_that_it_names_or_about_all() {
        let id = "01234567-89ab-cdef-0123-456789abcdef";
        let on = |resource: &str| {
            format!(
                r#"{{"Statement":{{"Effect":"Allow","Action":"connect:GetFederationToken","Resource":"{resource}"}}}}"#
            )
        };
        let instance = |id: &str| {
            on(&format!(
                "arn:aws:connect:eu-west-2:123456789012:instance/{id}/user/*"
            ))
        };
        assert!(is_about(&instance(id), connect(id)));
        assert!(is_about(&instance("*"), connect(id)));
        assert!(is_about(&on("*"), connect(id)));
        assert!(!is_about(
            &instance("76543210-89ab-cdef-0123-456789abcdef"),
            connect(id)
        ));
        let other = instance(id).replace("GetFederationToken", "DescribeUser");
        assert!(!is_about(&other, connect(id)));
    }
}
