//! `iam.policy`: a policy of the account's own that roles carry, or that bounds them.

use async_trait::async_trait;
use aws_sdk_iam::types::{Policy as Described, PolicyUsageType, PolicyVersion, Tag};
use futures_util::future::join_all;
use headset_core::AwsError;
pub use headset_kinds::iam::policy::*;

use super::documents::document;
use super::{tag_list, tag_map};
use crate::error::gone;
use crate::kinds::field::Diff;
use crate::kinds::kind::{Dependents, Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};
use crate::kinds::tag::TagChange;
use crate::{Aws, pages};

/// How many policies are read at the same time.
const AT_ONCE: usize = 8;

/// The tags of a policy. `described` is what came with its description; that something on the way has dropped the list looks
/// like a policy without tags, so that IAM is asked for the list itself.
///
/// # Errors
/// AWS's.
pub(crate) async fn policy_tags(
    aws: &Aws,
    arn: &str,
    described: Option<Vec<Tag>>,
) -> Result<Vec<Tag>, AwsError> {
    if let Some(tags) = described {
        return Ok(tags);
    }
    pages(|marker| async move {
        let request = aws.iam().list_policy_tags().policy_arn(arn).set_marker(marker);
        let page = aws
            .call("iam", "ListPolicyTags", || request.clone().send())
            .await?;
        Ok((page.tags, page.marker.filter(|_| page.is_truncated)))
    })
    .await
}

/// What AWS reports, in the terms of the field table.
fn live(arn: &str, policy: &Described, document: String) -> Live {
    let observed = PolicyLive {
        name: policy.policy_name().map(str::to_owned),
        path: policy.path().map(str::to_owned),
        document: Some(document),
    };
    Live::of(arn, "present", observed)
        .tagged(tag_map(policy.tags()))
        .output(output::ARN, arn)
        .output(output::NAME, policy.policy_name().unwrap_or_default())
}

/// One policy by its ARN, as it is in force.
async fn read(aws: &Aws, arn: &str) -> Result<Option<Live>, AwsError> {
    let request = aws.iam().get_policy().policy_arn(arn);
    let answer = match aws.call("iam", "GetPolicy", || request.clone().send()).await {
        Err(error) if error.is_not_found() => return Ok(None),
        answer => answer?,
    };
    let lacking = |member| AwsError::lacking("iam", "GetPolicy", member);
    let mut policy = answer.policy.ok_or_else(|| lacking("Policy"))?;
    let version = policy.default_version_id.clone();
    let version = version.ok_or_else(|| lacking("Policy.DefaultVersionId"))?;
    let read = async {
        policy.tags = Some(policy_tags(aws, arn, policy.tags.take()).await?);
        let document = document(aws, arn, &version).await?;
        Ok(live(arn, &policy, document))
    };
    match read.await {
        // Deleted between two calls.
        Err(error) if AwsError::is_not_found(&error) => Ok(None),
        live => live.map(Some),
    }
}

/// The policy that state remembers; else the one of the wanted name.
async fn observe(aws: &Aws, lookup: &Lookup) -> Result<Option<Live>, AwsError> {
    if let Some(remembered) = lookup.id.as_deref()
        && let Some(live) = read(aws, remembered).await?
    {
        return Ok(Some(live));
    }
    let spec = &lookup.spec;
    let (Some(name), Some(path)) = (PolicySpec::NAME.text(spec), PolicySpec::PATH.text(spec)) else {
        return Err(AwsError::unnamed());
    };
    let caller = aws.who().await?;
    let wanted = arn_of(&caller.partition, &caller.account, path, name);
    match lookup.id.as_deref() == Some(&wanted) {
        true => Ok(None),
        false => read(aws, &wanted).await,
    }
}

/// All versions of a policy, the oldest first.
async fn versions(aws: &Aws, arn: &str) -> Result<Vec<PolicyVersion>, AwsError> {
    let mut versions = pages(|marker| async move {
        let request = aws
            .iam()
            .list_policy_versions()
            .policy_arn(arn)
            .set_marker(marker);
        let page = aws
            .call("iam", "ListPolicyVersions", || request.clone().send())
            .await?;
        Ok((
            page.versions.unwrap_or_default(),
            page.marker.filter(|_| page.is_truncated),
        ))
    })
    .await?;
    versions.sort_by_key(number);
    Ok(versions)
}

/// IAM numbers versions, and never uses a number twice: `v12`.
fn number(version: &PolicyVersion) -> u64 {
    let digits = version.version_id().and_then(|id| id.strip_prefix('v'));
    digits.and_then(|digits| digits.parse().ok()).unwrap_or_default()
}

async fn delete_version(aws: &Aws, arn: &str, version: &PolicyVersion) -> Result<(), AwsError> {
    let request = aws
        .iam()
        .delete_policy_version()
        .policy_arn(arn)
        .set_version_id(version.version_id.clone());
    gone(
        aws.call("iam", "DeletePolicyVersion", || request.clone().send())
            .await,
    )
}

/// The roles, users and groups that a policy is used by: as what they carry and as their boundary, or as their boundary
/// alone.
async fn used_by(aws: &Aws, arn: &str, only: Option<PolicyUsageType>) -> Result<Vec<String>, AwsError> {
    pages(|marker| {
        let only = only.clone();
        async move {
            let request = aws
                .iam()
                .list_entities_for_policy()
                .policy_arn(arn)
                .set_policy_usage_filter(only)
                .set_marker(marker);
            let page = aws
                .call("iam", "ListEntitiesForPolicy", || request.clone().send())
                .await?;
            let roles = page.policy_roles().iter().filter_map(|one| one.role_name());
            let users = page.policy_users().iter().filter_map(|one| one.user_name());
            let groups = page.policy_groups().iter().filter_map(|one| one.group_name());
            let named = roles
                .map(|name| format!("the role {name}"))
                .chain(users.map(|name| format!("the user {name}")))
                .chain(groups.map(|name| format!("the group {name}")));
            Ok((named.collect(), page.marker.clone().filter(|_| page.is_truncated)))
        }
    })
    .await
}

#[async_trait]
impl Remote for Policy {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        // ListPolicies has neither tags nor documents, so that every policy takes calls of its own anyway.
        let mut observations = Vec::with_capacity(lookups.len());
        for some in lookups.chunks(AT_ONCE) {
            let looks = join_all(some.iter().map(|lookup| observe(aws, lookup))).await;
            observations.extend(looks.into_iter().map(Observation::from));
        }
        observations
    }

    async fn create(&self, work: &Work<'_>, spec: &PolicySpec) -> Result<String, AwsError> {
        let request = work
            .aws
            .iam()
            .create_policy()
            .policy_name(&spec.name)
            .path(&spec.path)
            .description(&spec.description)
            .policy_document(spec.document.resolved()?)
            .set_tags(Some(tag_list(&spec.tags)?));
        let answer = work
            .aws
            .call("iam", "CreatePolicy", || request.clone().send())
            .await?;
        let arn = answer.policy.and_then(|policy| policy.arn);
        arn.ok_or_else(|| AwsError::lacking("iam", "CreatePolicy", "Policy.Arn"))
    }

    /// Puts a new version in force. The version before it stays, for people who look back.
    async fn update(
        &self,
        work: &Work<'_>,
        spec: &PolicySpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        let (aws, arn) = (work.aws, live.id.as_str());
        for change in diff {
            if !change.is(PolicySpec::DOCUMENT) {
                return Err(AwsError::bug(format!(
                    "`{}` of a policy cannot change",
                    change.field
                )));
            }
            let versions = versions(aws, arn).await?;
            let spare = versions.iter().find(|version| !version.is_default_version);
            if versions.len() >= MOST_VERSIONS
                && let Some(oldest) = spare
            {
                delete_version(aws, arn, oldest).await?;
            }
            let request = aws
                .iam()
                .create_policy_version()
                .policy_arn(arn)
                .policy_document(spec.document.resolved()?)
                .set_as_default(true);
            aws.call("iam", "CreatePolicyVersion", || request.clone().send())
                .await?;
        }
        Ok(())
    }

    async fn tag(&self, work: &Work<'_>, live: &Live, change: TagChange) -> Result<(), AwsError> {
        let TagChange { set, remove } = change;
        if !set.is_empty() {
            let request = work
                .aws
                .iam()
                .tag_policy()
                .policy_arn(&live.id)
                .set_tags(Some(tag_list(&set)?));
            work.aws
                .call("iam", "TagPolicy", || request.clone().send())
                .await?;
        }
        if !remove.is_empty() {
            let request = work
                .aws
                .iam()
                .untag_policy()
                .policy_arn(&live.id)
                .set_tag_keys(Some(remove));
            work.aws
                .call("iam", "UntagPolicy", || request.clone().send())
                .await?;
        }
        Ok(())
    }

    /// Versions that are not in force go first: IAM deletes a policy with its last one only.
    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let (aws, arn) = (work.aws, live.id.as_str());
        let versions = match versions(aws, arn).await {
            Err(error) if error.is_not_found() => return Ok(()),
            versions => versions?,
        };
        for version in versions.iter().filter(|version| !version.is_default_version) {
            delete_version(aws, arn, version).await?;
        }
        let request = aws.iam().delete_policy().policy_arn(arn);
        gone(aws.call("iam", "DeletePolicy", || request.clone().send()).await)
    }

    /// Those whom it bounds. What carries it is no dependent: that lets go of it before it goes, or AWS refuses.
    async fn dependents(&self, aws: &Aws, live: &Live) -> Option<Result<Dependents, AwsError>> {
        let bounded = used_by(aws, &live.id, Some(PolicyUsageType::PermissionsBoundary)).await;
        match bounded {
            Err(error) if error.is_not_found() => None,
            bounded => Some(bounded.map(|names| Dependents {
                what: "those whom it bounds".to_owned(),
                names,
            })),
        }
    }

    async fn in_use_by(&self, aws: &Aws, live: &Live) -> Option<String> {
        let users = used_by(aws, &live.id, None).await.ok()?;
        (!users.is_empty()).then(|| {
            format!(
                "{} carries it or is bounded by it: detach it there, then go on",
                users.join(", ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_go_by_their_numbers() {
        let version = |id: &str| PolicyVersion::builder().version_id(id).build();
        let mut versions = ["v10", "v9", "v2"].map(version);
        versions.sort_by_key(number);
        let ids: Vec<_> = versions.iter().filter_map(PolicyVersion::version_id).collect();
        assert_eq!(ids, ["v2", "v9", "v10"]);
    }
}
