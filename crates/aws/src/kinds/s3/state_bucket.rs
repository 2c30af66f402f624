//! The bucket in which a team keeps state.

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_s3::types;
use futures_util::future::join_all;
use headset_core::{AwsError, Class};
use headset_kinds::regions::partition_of;
use headset_kinds::s3::bucket::arn_of;
pub use headset_kinds::s3::state_bucket::*;
use serde_json::{Value, json};

use super::settings::{
    Acl, change_tags, encryption, make_or_find, ownership, policy, public_access_block, put_encryption,
    put_ownership, put_policy, put_public_access_block, tags, unseen,
};
use super::unset::unset;
use crate::kinds::field::{Diff, FieldId};
use crate::kinds::kind::{Declared, Dependents, Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};
use crate::kinds::tag::TagChange;
use crate::{Aws, Complete};

/// The id of the one rule of the bucket's lifecycle.
const RULE: &str = "headset-previous-versions";

/// After so many days S3 drops uploads that were never finished.
const UPLOAD_DAYS: i32 = 7;

/// How many objects are named before the rest is counted.
const NAMED: usize = 5;

#[async_trait]
impl Remote for StateBucket {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        join_all(lookups.iter().map(|lookup| async move {
            // What state remembers comes first: a blueprint with another name is a difference of that bucket.
            match lookup.id.as_deref().or(StateBucketSpec::NAME.text(&lookup.spec)) {
                None => Observation::Unknown(AwsError::unnamed()),
                Some(name) => observe(aws, name).await.into(),
            }
        }))
        .await
    }

    async fn create(&self, work: &Work<'_>, spec: &StateBucketSpec) -> Result<String, AwsError> {
        let acl = make_or_find(work.aws, &spec.name, &spec.region, &spec.tags).await?;
        let fields: Vec<&str> = StateBucketSpec::FIELDS.iter().map(|field| field.name).collect();
        configure(work.aws, spec, &fields, acl).await?;
        Ok(spec.name.clone())
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &StateBucketSpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        let fields: Vec<&str> = diff.iter().map(|change| change.field.as_str()).collect();
        let acl = Acl::under(self.read(live).ownership.as_deref());
        configure(work.aws, spec, &fields, acl).await
    }

    async fn tag(&self, work: &Work<'_>, live: &Live, change: TagChange) -> Result<(), AwsError> {
        change_tags(work.aws, live, change).await
    }

    /// Deletes it while nothing is in it, and never anything in it.
    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        // S3 refuses this, too, in the words in which it refuses a bucket that was emptied a moment ago.
        match keys(work.aws, &live.id).await {
            Ok(keys) if keys.is_empty() => {}
            Ok(_) => {
                let message = format!(
                    "the bucket `{}` holds objects, and Headset does not empty it",
                    live.id
                );
                return Err(AwsError::own(Class::Invalid, message));
            }
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) => return Err(error),
        }
        let request = work.aws.s3().delete_bucket().bucket(&live.id);
        match work
            .aws
            .call("s3", "DeleteBucket", || request.clone().send())
            .await
        {
            Err(error) if error.is_not_found() => Ok(()),
            answer => answer.map(drop),
        }
    }

    async fn dependents(&self, aws: &Aws, live: &Live) -> Option<Result<Dependents, AwsError>> {
        let named = |keys: BTreeSet<String>| {
            let more = keys.len().saturating_sub(NAMED);
            let mut names: Vec<String> = keys.into_iter().take(NAMED).collect();
            if more > 0 {
                names.push(format!("and {more} more"));
            }
            Dependents {
                what: "objects".to_owned(),
                names,
            }
        };
        match keys(aws, &live.id).await {
            Err(error) if error.is_not_found() => None,
            found => Some(found.map(named)),
        }
    }
}

/// The keys of what is in the bucket, earlier versions and marks of deletion included: of the first page, which tells
/// enough.
async fn keys(aws: &Aws, name: &str) -> Result<BTreeSet<String>, AwsError> {
    let request = aws.s3().list_object_versions().bucket(name);
    let page = aws
        .call("s3", "ListObjectVersions", || request.clone().send())
        .await?;
    let versions = page.versions().iter().filter_map(types::ObjectVersion::key);
    let marks = page
        .delete_markers()
        .iter()
        .filter_map(types::DeleteMarkerEntry::key);
    Ok(versions.chain(marks).map(str::to_owned).collect())
}

/// Reads a bucket and all of its settings; `None` if there is none of that name.
async fn observe(aws: &Aws, name: &str) -> Result<Option<Live>, AwsError> {
    let request = aws.s3().head_bucket().bucket(name);
    let head = match aws.call("s3", "HeadBucket", || request.clone().send()).await {
        Ok(head) => head,
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(unseen(error, name, aws).await),
    };
    let region = head.bucket_region().unwrap_or(&aws.regions().s3).to_owned();
    let answers = tokio::try_join!(
        policy(aws, name),
        public_access_block(aws, name),
        ownership(aws, name),
        encryption(aws, name),
        tags(aws, name),
        versioning(aws, name),
        lifecycle(aws, name),
    );
    let (policy, public_access_block, ownership, encryption, tags, versioning, lifecycle) = match answers {
        Ok(answers) => answers,
        // It went away between two calls.
        Err(error) if error.code.as_deref() == Some("NoSuchBucket") => return Ok(None),
        Err(error) => return Err(error),
    };
    let observed = StateBucketLive {
        name: Some(name.to_owned()),
        region: Some(region.clone()),
        ownership,
        public_access_block,
        encryption,
        versioning,
        lifecycle,
        policy,
    };
    Ok(Some(
        Live::of(name, "present", observed)
            .tagged(tags)
            .output(output::NAME, name)
            .output(output::ARN, arn_of(partition_of(&region), name)),
    ))
}

/// `Enabled` or `Suspended`; `None` where it was never on.
async fn versioning(aws: &Aws, name: &str) -> Result<Option<String>, AwsError> {
    let request = aws.s3().get_bucket_versioning().bucket(name);
    let answer = aws
        .call("s3", "GetBucketVersioning", || request.clone().send())
        .await?;
    Ok(answer.status().map(|status| status.as_str().to_owned()))
}

/// What S3 deletes by itself, in the form of the spec where it is nothing else than that; else rule by rule in AWS's names.
async fn lifecycle(aws: &Aws, name: &str) -> Result<Option<Value>, AwsError> {
    let request = aws.s3().get_bucket_lifecycle_configuration().bucket(name);
    let answer = unset(
        aws.call("s3", "GetBucketLifecycleConfiguration", || request.clone().send())
            .await,
    )?;
    let Some(answer) = answer else { return Ok(None) };
    if let [rule] = answer.rules()
        && let Some(lifecycle) = ours(rule)
    {
        return Ok(Some(serde_json::to_value(lifecycle)?));
    }
    Ok(Some(answer.rules().iter().map(shown).collect()))
}

/// What a rule says, if it says what ours does and nothing besides.
fn ours(rule: &types::LifecycleRule) -> Option<Lifecycle> {
    let days = rule.noncurrent_version_expiration()?.noncurrent_days()?;
    let lifecycle = Lifecycle {
        previous_versions_days: days,
    };
    (*rule == of(lifecycle).ok()?).then_some(lifecycle)
}

/// The rule for this.
fn of(lifecycle: Lifecycle) -> Result<types::LifecycleRule, AwsError> {
    let previous = types::NoncurrentVersionExpiration::builder()
        .noncurrent_days(lifecycle.previous_versions_days)
        .build();
    let marks = types::LifecycleExpiration::builder()
        .expired_object_delete_marker(true)
        .build();
    let uploads = types::AbortIncompleteMultipartUpload::builder()
        .days_after_initiation(UPLOAD_DAYS)
        .build();
    types::LifecycleRule::builder()
        .id(RULE)
        .status(types::ExpirationStatus::Enabled)
        .filter(types::LifecycleRuleFilter::builder().prefix("").build())
        .noncurrent_version_expiration(previous)
        .expiration(marks)
        .abort_incomplete_multipart_upload(uploads)
        .build()
        .complete()
}

/// A rule of others, as far as it tells what becomes of states.
fn shown(rule: &types::LifecycleRule) -> Value {
    let expiration = rule.expiration();
    let previous = rule.noncurrent_version_expiration();
    json!({
        "ID": rule.id(),
        "Status": rule.status().as_str(),
        "Prefix": rule.filter().and_then(types::LifecycleRuleFilter::prefix),
        "Days": expiration.and_then(types::LifecycleExpiration::days),
        "Date": expiration.and_then(types::LifecycleExpiration::date).map(ToString::to_string),
        "NoncurrentDays": previous.and_then(types::NoncurrentVersionExpiration::noncurrent_days),
        "NewerNoncurrentVersions":
            previous.and_then(types::NoncurrentVersionExpiration::newer_noncurrent_versions),
        "Transitions": rule.transitions().len() + rule.noncurrent_version_transitions().len(),
    })
}

/// Sets these fields, one after the other: S3 answers OperationAborted to two at a time. Nothing can be put into the bucket
/// by others before it is closed, and nothing is kept in it before it is versioned.
async fn configure(aws: &Aws, spec: &StateBucketSpec, fields: &[&str], acl: Acl) -> Result<(), AwsError> {
    let name = &spec.name;
    let has = |field: FieldId| fields.contains(&field.name);
    if has(StateBucketSpec::OWNERSHIP) {
        put_ownership(aws, name, &spec.ownership, acl).await?;
    }
    if has(StateBucketSpec::PUBLIC_ACCESS_BLOCK) {
        put_public_access_block(aws, name, spec.public_access_block).await?;
    }
    if has(StateBucketSpec::ENCRYPTION) {
        put_encryption(aws, name, &spec.encryption).await?;
    }
    if has(StateBucketSpec::VERSIONING) {
        let configuration = types::VersioningConfiguration::builder()
            .status(types::BucketVersioningStatus::from(spec.versioning.as_str()))
            .build();
        let request = aws
            .s3()
            .put_bucket_versioning()
            .bucket(name)
            .versioning_configuration(configuration);
        aws.call("s3", "PutBucketVersioning", || request.clone().send())
            .await?;
    }
    if has(StateBucketSpec::LIFECYCLE) {
        let configuration = types::BucketLifecycleConfiguration::builder()
            .rules(of(spec.lifecycle)?)
            .build()
            .complete()?;
        let request = aws
            .s3()
            .put_bucket_lifecycle_configuration()
            .bucket(name)
            .lifecycle_configuration(configuration);
        aws.call("s3", "PutBucketLifecycleConfiguration", || request.clone().send())
            .await?;
    }
    if has(StateBucketSpec::POLICY) {
        put_policy(aws, name, spec.public_access_block, &spec.policy.resolved()?).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_rule_is_known_again_and_another_one_is_not() {
        let wanted = Lifecycle {
            previous_versions_days: 90,
        };
        let rule = of(wanted).unwrap();
        assert_eq!(ours(&rule), Some(wanted));
        let off = types::LifecycleRule::builder()
            .status(types::ExpirationStatus::Disabled)
            .set_id(rule.id.clone())
            .set_filter(rule.filter.clone())
            .set_noncurrent_version_expiration(rule.noncurrent_version_expiration.clone())
            .set_expiration(rule.expiration.clone())
            .set_abort_incomplete_multipart_upload(rule.abort_incomplete_multipart_upload.clone())
            .build()
            .unwrap();
        assert_eq!(ours(&off), None);
        // States would go a day after they were written.
        let mut deletes = rule.clone();
        deletes.expiration = Some(types::LifecycleExpiration::builder().days(1).build());
        assert_eq!(ours(&deletes), None);
        assert_eq!(shown(&deletes)["Days"], 1);
    }
}
