//! `iam.role`: a role that people or services assume.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_iam::types::Role as Described;
use futures_util::future::join_all;
use headset_core::AwsError;
use headset_core::seconds::whole;
pub use headset_kinds::iam::role::*;
use headset_kinds::verify::{Check, Checked};

use super::documents::{decoded, in_force};
use super::{role_tags, tag_list, tag_map};
use crate::error::gone;
use crate::kinds::field::{self, Diff};
use crate::kinds::kind::{Declared, Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::policy::same_policy;
use crate::kinds::remote::{Remote, Work};
use crate::kinds::tag::TagChange;
use crate::{Aws, pages};

/// How many roles, and inline policies of one role, are read at the same time.
const AT_ONCE: usize = 8;

/// Names of the role's inline policies, page by page.
async fn policy_names(aws: &Aws, role: &str) -> Result<Vec<String>, AwsError> {
    pages(|marker| async move {
        let request = aws.iam().list_role_policies().role_name(role).set_marker(marker);
        let page = aws
            .call("iam", "ListRolePolicies", || request.clone().send())
            .await?;
        Ok((page.policy_names, page.marker.filter(|_| page.is_truncated)))
    })
    .await
}

/// One inline policy; `None` if it went meanwhile.
async fn policy(aws: &Aws, role: &str, name: &str) -> Result<Option<String>, AwsError> {
    let request = aws.iam().get_role_policy().role_name(role).policy_name(name);
    match aws.call("iam", "GetRolePolicy", || request.clone().send()).await {
        Ok(answer) => decoded(&answer.policy_document).map(Some),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a role lets people in with all that is attached to it; `None`: nothing is.
async fn entered(aws: &Aws, want: &RoleSpec, live: &Live) -> Option<Checked> {
    let arns = live.read::<RoleLive>().managed_policies.clone()?;
    if arns.is_empty() {
        return None;
    }
    let mut documents = Vec::new();
    for arn in &arns {
        match in_force(aws, arn).await {
            Ok(document) => documents.push(document),
            Err(error) => return Some(FEDERATES.unknown(format!("the policy {arn}"), error)),
        }
    }
    enters(want, live, &documents)
}

/// All roles of the account, page by page, without their tags.
pub(crate) async fn list(aws: &Aws) -> Result<Vec<Described>, AwsError> {
    pages(|marker| async move {
        let request = aws.iam().list_roles().set_marker(marker);
        let page = aws.call("iam", "ListRoles", || request.clone().send()).await?;
        Ok((page.roles, page.marker.filter(|_| page.is_truncated)))
    })
    .await
}

/// Whether a role trusts a SAML provider. The document is percent-encoded, and encodes no letters.
pub(crate) fn is_federated(role: &Described) -> bool {
    role.assume_role_policy_document()
        .is_some_and(|trust| trust.contains("AssumeRoleWithSAML"))
}

/// All inline policies by name.
pub(super) async fn policies(aws: &Aws, role: &str) -> Result<BTreeMap<String, String>, AwsError> {
    let names = policy_names(aws, role).await?;
    let mut found = BTreeMap::new();
    for some in names.chunks(AT_ONCE) {
        let mut calls = Vec::with_capacity(some.len());
        for name in some {
            calls.push(policy(aws, role, name));
        }
        for (name, document) in some.iter().zip(join_all(calls).await) {
            if let Some(document) = document? {
                found.insert(name.clone(), document);
            }
        }
    }
    Ok(found)
}

/// What AWS reports, in the terms of the field table.
fn live(
    role: &Described,
    policies: BTreeMap<String, String>,
    managed: Vec<String>,
) -> Result<Live, AwsError> {
    let boundary = role
        .permissions_boundary()
        .and_then(|boundary| boundary.permissions_boundary_arn());
    let trust = decoded(role.assume_role_policy_document().unwrap_or_default())?;
    let observed = RoleLive {
        name: Some(role.role_name().to_owned()),
        path: Some(role.path().to_owned()),
        description: Some(role.description().unwrap_or_default().to_owned()),
        trust: Some(trust),
        policies: Some(policies),
        managed_policies: Some(managed),
        max_session: Some(role.max_session_duration().unwrap_or(3_600)),
        permissions_boundary: boundary.map(str::to_owned),
    };
    Ok(Live::of(role.role_name(), "present", observed)
        .tagged(tag_map(role.tags()))
        .output(output::ARN, role.arn())
        .output(output::NAME, role.role_name())
        .output(output::ID, role.role_id()))
}

/// One role by name, with its inline policies.
async fn read(aws: &Aws, name: &str) -> Result<Option<Live>, AwsError> {
    let request = aws.iam().get_role().role_name(name);
    let answer = match aws.call("iam", "GetRole", || request.clone().send()).await {
        Err(error) if error.is_not_found() => return Ok(None),
        answer => answer?,
    };
    let mut role = answer
        .role
        .ok_or_else(|| AwsError::lacking("iam", "GetRole", "Role"))?;
    let read = async {
        role.tags = Some(role_tags(aws, name, role.tags.take()).await?);
        let (policies, managed) = tokio::try_join!(policies(aws, name), attached(aws, name))?;
        live(&role, policies, managed)
    };
    match read.await {
        // Deleted between two calls.
        Err(error) if error.is_not_found() => Ok(None),
        live => live.map(Some),
    }
}

/// The role that state remembers, under any name; else the one of the wanted name.
async fn observe(aws: &Aws, lookup: &Lookup) -> Result<Option<Live>, AwsError> {
    let wanted = RoleSpec::NAME.text(&lookup.spec);
    if lookup.id.as_deref().or(wanted).is_none() {
        return Err(AwsError::unnamed());
    }
    if let Some(remembered) = lookup.id.as_deref()
        && let Some(live) = read(aws, remembered).await?
    {
        return Ok(Some(live));
    }
    match wanted.filter(|wanted| lookup.id.as_deref() != Some(*wanted)) {
        Some(wanted) => read(aws, wanted).await,
        None => Ok(None),
    }
}

async fn delete_policy(aws: &Aws, role: &str, name: &str) -> Result<(), AwsError> {
    let request = aws.iam().delete_role_policy().role_name(role).policy_name(name);
    gone(
        aws.call("iam", "DeleteRolePolicy", || request.clone().send())
            .await,
    )
}

/// Writes inline policies that differ and removes those that the spec does not have.
async fn update_policies(
    aws: &Aws,
    role: &str,
    spec: &RoleSpec,
    have: &BTreeMap<String, String>,
) -> Result<(), AwsError> {
    for (name, document) in &spec.policies {
        let document = document.resolved()?;
        let same = have
            .get(name)
            .is_some_and(|have| same_policy(&document.as_str().into(), &have.as_str().into()));
        if !same {
            let request = aws
                .iam()
                .put_role_policy()
                .role_name(role)
                .policy_name(name)
                .policy_document(document);
            aws.call("iam", "PutRolePolicy", || request.clone().send())
                .await?;
        }
    }
    for name in have.keys().filter(|name| !spec.policies.contains_key(*name)) {
        delete_policy(aws, role, name).await?;
    }
    Ok(())
}

async fn detach(aws: &Aws, role: &str, arn: &str) -> Result<(), AwsError> {
    let request = aws.iam().detach_role_policy().role_name(role).policy_arn(arn);
    gone(
        aws.call("iam", "DetachRolePolicy", || request.clone().send())
            .await,
    )
}

/// Attaches the managed policies that are missing and detaches those that are not asked for.
async fn update_managed(aws: &Aws, role: &str, spec: &RoleSpec, have: &[String]) -> Result<(), AwsError> {
    for arn in have.iter().filter(|arn| !spec.managed_policies.contains(*arn)) {
        detach(aws, role, arn).await?;
    }
    for arn in spec.managed_policies.iter().filter(|arn| !have.contains(arn)) {
        let request = aws.iam().attach_role_policy().role_name(role).policy_arn(arn);
        aws.call("iam", "AttachRolePolicy", || request.clone().send())
            .await?;
    }
    Ok(())
}

async fn update_boundary(aws: &Aws, role: &str, boundary: Option<&str>) -> Result<(), AwsError> {
    match boundary {
        Some(boundary) => {
            let request = aws
                .iam()
                .put_role_permissions_boundary()
                .role_name(role)
                .permissions_boundary(boundary);
            aws.call("iam", "PutRolePermissionsBoundary", || request.clone().send())
                .await?;
        }
        None => {
            let request = aws.iam().delete_role_permissions_boundary().role_name(role);
            aws.call("iam", "DeleteRolePermissionsBoundary", || request.clone().send())
                .await?;
        }
    }
    Ok(())
}

async fn update_tags(aws: &Aws, role: &str, change: TagChange) -> Result<(), AwsError> {
    let TagChange { set, remove } = change;
    if !set.is_empty() {
        let request = aws
            .iam()
            .tag_role()
            .role_name(role)
            .set_tags(Some(tag_list(&set)?));
        aws.call("iam", "TagRole", || request.clone().send()).await?;
    }
    if !remove.is_empty() {
        let request = aws.iam().untag_role().role_name(role).set_tag_keys(Some(remove));
        aws.call("iam", "UntagRole", || request.clone().send()).await?;
    }
    Ok(())
}

/// ARNs of managed policies attached to the role, page by page.
pub(super) async fn attached(aws: &Aws, role: &str) -> Result<Vec<String>, AwsError> {
    pages(|marker| async move {
        let request = aws
            .iam()
            .list_attached_role_policies()
            .role_name(role)
            .set_marker(marker);
        let page = aws
            .call("iam", "ListAttachedRolePolicies", || request.clone().send())
            .await?;
        let policies = page.attached_policies.unwrap_or_default();
        Ok((
            policies.into_iter().filter_map(|one| one.policy_arn).collect(),
            page.marker.filter(|_| page.is_truncated),
        ))
    })
    .await
}

/// Takes everything off the role that keeps it from being deleted.
async fn strip(aws: &Aws, role: &str) -> Result<(), AwsError> {
    for name in policy_names(aws, role).await? {
        delete_policy(aws, role, &name).await?;
    }
    for arn in attached(aws, role).await? {
        detach(aws, role, &arn).await?;
    }
    Ok(())
}

#[async_trait]
impl Remote for Role {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        // ListRoles has neither tags nor boundaries, so that every role takes a GetRole anyway.
        let mut observations = Vec::with_capacity(lookups.len());
        for some in lookups.chunks(AT_ONCE) {
            let mut calls = Vec::with_capacity(some.len());
            for lookup in some {
                calls.push(observe(aws, lookup));
            }
            observations.extend(join_all(calls).await.into_iter().map(Observation::from));
        }
        observations
    }

    async fn create(&self, work: &Work<'_>, spec: &RoleSpec) -> Result<String, AwsError> {
        let request = work
            .aws
            .iam()
            .create_role()
            .role_name(&spec.name)
            .path(&spec.path)
            .description(&spec.description)
            .assume_role_policy_document(spec.trust.resolved()?)
            .max_session_duration(whole(spec.max_session)?)
            .set_permissions_boundary(spec.permissions_boundary.clone())
            .set_tags(Some(tag_list(&spec.tags)?));
        work.aws
            .call("iam", "CreateRole", || request.clone().send())
            .await?;
        // The inline policies follow as an update: each is a call of its own that may fail by itself.
        Ok(spec.name.clone())
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &RoleSpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        let (aws, role, have) = (work.aws, live.id.as_str(), self.read(live));
        if field::differs(diff, &[RoleSpec::DESCRIPTION, RoleSpec::MAX_SESSION]) {
            // Both, always: UpdateRole without a duration would set it to an hour.
            let request = aws
                .iam()
                .update_role()
                .role_name(role)
                .description(&spec.description)
                .max_session_duration(whole(spec.max_session)?);
            aws.call("iam", "UpdateRole", || request.clone().send()).await?;
        }
        for change in diff {
            match change.id(RoleSpec::KIND) {
                RoleSpec::DESCRIPTION | RoleSpec::MAX_SESSION => {}
                RoleSpec::TRUST => {
                    let request = aws
                        .iam()
                        .update_assume_role_policy()
                        .role_name(role)
                        .policy_document(spec.trust.resolved()?);
                    aws.call("iam", "UpdateAssumeRolePolicy", || request.clone().send())
                        .await?;
                }
                RoleSpec::POLICIES => {
                    let have = have.policies.clone().unwrap_or_default();
                    update_policies(aws, role, spec, &have).await?;
                }
                RoleSpec::MANAGED_POLICIES => {
                    let have = have.managed_policies.as_deref().unwrap_or_default();
                    update_managed(aws, role, spec, have).await?;
                }
                RoleSpec::PERMISSIONS_BOUNDARY => {
                    update_boundary(aws, role, spec.permissions_boundary.as_deref()).await?;
                }
                field => {
                    return Err(AwsError::bug(format!("`{field}` of a role cannot change")));
                }
            }
        }
        Ok(())
    }

    async fn tag(&self, work: &Work<'_>, live: &Live, change: TagChange) -> Result<(), AwsError> {
        update_tags(work.aws, &live.id, change).await
    }

    async fn try_out(
        &self,
        aws: &Aws,
        check: &'static Check,
        want: &RoleSpec,
        live: &Live,
    ) -> Option<Checked> {
        if check.id == FEDERATES.id {
            return entered(aws, want, live).await;
        }
        let boundary = self.read(live).permissions_boundary.clone()?;
        if check.id != BOUNDED.id {
            return None;
        }
        match in_force(aws, &boundary).await {
            Ok(document) => bounded(want, &boundary, &document),
            Err(error) => Some(check.unknown(format!("the permissions boundary {boundary}"), error)),
        }
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        gone(strip(work.aws, &live.id).await)?;
        let request = work.aws.iam().delete_role().role_name(&live.id);
        gone(
            work.aws
                .call("iam", "DeleteRole", || request.clone().send())
                .await,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::kind::Kind;
    use crate::kinds::text::Text;
    use serde_json::Value;
    use std::collections::BTreeSet;

    const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRoleWithSAML",
        "Principal":{"Federated":"arn:aws:iam::123456789012:saml-provider/acme"},
        "Condition":{"StringEquals":{"SAML:aud":["https://signin.aws.amazon.com/saml"]}}}]}"#;
    const ALLOW: &str =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"a:B","Resource":"*"}}"#;

    fn spec() -> RoleSpec {
        RoleSpec {
            name: "acme-agent".to_owned(),
            path: "/".to_owned(),
            description: "Agents".to_owned(),
            trust: TRUST.into(),
            policies: BTreeMap::from([("connect".to_owned(), ALLOW.into())]),
            managed_policies: BTreeSet::new(),
            max_session: std::time::Duration::from_hours(12),
            permissions_boundary: None,
            tags: BTreeMap::new(),
        }
    }

    fn reported(policies: &[(&str, &str)]) -> Live {
        let role = Described::builder()
            .role_name("acme-agent")
            .role_id("AROAEXAMPLE000000001")
            .arn("arn:aws:iam::123456789012:role/acme-agent")
            .path("/")
            .create_date(aws_smithy_types::DateTime::from_secs(0))
            .description("Agents")
            .max_session_duration(43_200)
            .assume_role_policy_document(
                percent_encoding::utf8_percent_encode(TRUST, percent_encoding::NON_ALPHANUMERIC).to_string(),
            )
            .build()
            .unwrap();
        let policies = policies
            .iter()
            .map(|(name, document)| ((*name).to_owned(), (*document).to_owned()))
            .collect();
        live(&role, policies, Vec::new()).unwrap()
    }

    fn fields(want: &Value, live: &Live) -> Vec<String> {
        Role.diff(want, live)
            .into_iter()
            .map(|change| change.field)
            .collect()
    }

    #[test]
    fn what_iam_returns_encoded_and_reordered_is_no_difference() {
        let reordered =
            r#"{"Statement":[{"Resource":["*"],"Action":["a:b"],"Effect":"Allow"}],"Version":"2012-10-17"}"#;
        let want = serde_json::to_value(spec()).unwrap();
        assert_eq!(fields(&want, &reported(&[("connect", reordered)])), [""; 0]);
    }

    #[test]
    fn a_policy_that_nobody_asked_for_a_missing_one_and_a_boundary_are_differences() {
        let want = serde_json::to_value(spec()).unwrap();
        let extra = reported(&[("connect", ALLOW), ("by-hand", ALLOW)]);
        assert_eq!(fields(&want, &extra), ["policies"]);
        assert_eq!(fields(&want, &reported(&[])), ["policies"]);
        let mut bounded = reported(&[("connect", ALLOW)]);
        bounded.amend(|role: &mut RoleLive| {
            role.permissions_boundary = Some("arn:aws:iam::123456789012:policy/limits".to_owned());
        });
        assert_eq!(fields(&want, &bounded), ["permissions_boundary"]);
    }

    #[test]
    fn an_attached_policy_is_a_difference_and_its_detachment_is_told() {
        let want = serde_json::to_value(spec()).unwrap();
        let mut live = reported(&[("connect", ALLOW)]);
        assert_eq!(Role.removal(&live), None);
        let admin = "arn:aws:iam::aws:policy/AdministratorAccess";
        live.amend(|role: &mut RoleLive| role.managed_policies = Some(vec![admin.to_owned()]));
        assert_eq!(fields(&want, &live), ["managed_policies"]);
        assert!(Role.removal(&live).is_some_and(|besides| besides.contains(admin)));
    }

    #[test]
    fn a_policy_that_is_not_known_yet_is_a_difference() {
        let unknown = Text::after(&headset_core::address!("connect.instance", "main"), "arn");
        let mut spec = spec();
        spec.policies.insert("connect".to_owned(), unknown);
        let want = serde_json::to_value(spec).unwrap();
        assert_eq!(fields(&want, &reported(&[("connect", ALLOW)])), ["policies"]);
    }
}
