//! What every bucket of Headset's has set, read and written setting by setting.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_s3::types;
use headset_core::{AwsError, Class};
use headset_kinds::s3::bucket::PublicAccessBlock;
use headset_kinds::s3::state_bucket::Encryption;

use super::account::refused;
use super::unset::unset;
use crate::kinds::kind::Live;
use crate::kinds::tag::{LINEAGE, TagChange};
use crate::{Aws, Complete, pages};

/// HeadBucket's errors have no text; this says what their codes mean.
pub(super) fn explained(mut error: AwsError, name: &str, aws: &Aws) -> AwsError {
    match error.code.as_deref() {
        Some("PermanentRedirect" | "301") => {
            error.message = format!(
                "a bucket `{name}` exists in another region than {}; bucket names are unique in the world",
                aws.regions().s3
            );
        }
        Some("AccessDenied" | "Forbidden" | "403") => {
            error.class = Class::Denied;
            error.message = format!(
                "a bucket `{name}` exists, but these credentials may not see it: it may belong to another \
                 account, or s3:ListBucket is missing"
            );
        }
        _ => {}
    }
    error
}

/// Why a bucket may not be looked at. The list of the caller's own buckets tells whether it is another account's, where that list
/// may be read.
pub(super) async fn unseen(error: AwsError, name: &str, aws: &Aws) -> AwsError {
    let error = explained(error, name, aws);
    let is_there =
        error.class == Class::Denied || matches!(error.code.as_deref(), Some("PermanentRedirect" | "301"));
    if !is_there || !matches!(is_own(aws, name).await, Ok(false)) {
        return error;
    }
    AwsError {
        class: Class::AlreadyThere,
        message: format!(
            "a bucket `{name}` exists and belongs to another account: bucket names are unique in the world"
        ),
        ..error
    }
}

/// Whether a bucket is in the list of the caller's.
async fn is_own(aws: &Aws, name: &str) -> Result<bool, AwsError> {
    let listed = pages(|token| async move {
        let request = aws.s3().list_buckets().prefix(name).max_buckets(MOST_LISTED);
        let request = request.set_continuation_token(token);
        let page = aws.call("s3", "ListBuckets", || request.clone().send()).await?;
        Ok((page.buckets.unwrap_or_default(), page.continuation_token))
    });
    let listed = listed.await?;
    Ok(listed.iter().any(|bucket| bucket.name() == Some(name)))
}

/// How many buckets come on one page.
const MOST_LISTED: i32 = 1000;

pub(super) async fn policy(aws: &Aws, name: &str) -> Result<Option<String>, AwsError> {
    let request = aws.s3().get_bucket_policy().bucket(name);
    let answer = unset(aws.call("s3", "GetBucketPolicy", || request.clone().send()).await)?;
    Ok(answer.and_then(|answer| answer.policy))
}

pub(super) async fn public_access_block(
    aws: &Aws,
    name: &str,
) -> Result<Option<PublicAccessBlock>, AwsError> {
    let request = aws.s3().get_public_access_block().bucket(name);
    let answer = unset(
        aws.call("s3", "GetPublicAccessBlock", || request.clone().send())
            .await,
    )?;
    let block = answer.and_then(|answer| answer.public_access_block_configuration);
    Ok(block.map(|block| PublicAccessBlock {
        block_public_acls: block.block_public_acls.unwrap_or(false),
        ignore_public_acls: block.ignore_public_acls.unwrap_or(false),
        block_public_policy: block.block_public_policy.unwrap_or(false),
        restrict_public_buckets: block.restrict_public_buckets.unwrap_or(false),
    }))
}

pub(super) async fn ownership(aws: &Aws, name: &str) -> Result<Option<String>, AwsError> {
    let request = aws.s3().get_bucket_ownership_controls().bucket(name);
    let answer = unset(
        aws.call("s3", "GetBucketOwnershipControls", || request.clone().send())
            .await,
    )?;
    let rule = answer
        .as_ref()
        .and_then(|answer| answer.ownership_controls())
        .and_then(|controls| controls.rules().first());
    Ok(rule.map(|rule| rule.object_ownership().as_str().to_owned()))
}

pub(super) async fn tags(aws: &Aws, name: &str) -> Result<BTreeMap<String, String>, AwsError> {
    let request = aws.s3().get_bucket_tagging().bucket(name);
    let answer = unset(
        aws.call("s3", "GetBucketTagging", || request.clone().send())
            .await,
    )?;
    Ok(answer
        .map(|answer| answer.tag_set)
        .unwrap_or_default()
        .into_iter()
        .map(|tag| (tag.key, tag.value))
        .collect())
}

/// Whether the bucket carries our lineage.
async fn is_ours(aws: &Aws, name: &str, wanted: &BTreeMap<String, String>) -> bool {
    let Some(lineage) = wanted.get(LINEAGE) else {
        return false;
    };
    matches!(tags(aws, name).await, Ok(tags) if tags.get(LINEAGE) == Some(lineage))
}

/// Makes a bucket, or finds it made by an attempt whose answer was lost. Returns what its ACL may hold.
pub(super) async fn make_or_find(
    aws: &Aws,
    name: &str,
    region: &str,
    tags: &BTreeMap<String, String>,
) -> Result<Acl, AwsError> {
    match make(aws, name, region, tags).await {
        // A new bucket has no ACL but its owner's.
        Ok(()) => Ok(Acl::OfOwner),
        // Ours already? The tags, set by the creation itself, tell.
        Err(error) if error.class == Class::AlreadyThere && is_ours(aws, name, tags).await => {
            Ok(Acl::under(ownership(aws, name).await?.as_deref()))
        }
        Err(error) => Err(error),
    }
}

/// CreateBucket, tags included, so that a bucket never exists without saying whose it is.
async fn make(aws: &Aws, name: &str, region: &str, tags: &BTreeMap<String, String>) -> Result<(), AwsError> {
    let home = region == "us-east-1";
    if home {
        // There, CreateBucket of a bucket that one owns already succeeds, and resets its ACLs.
        let request = aws.s3().head_bucket().bucket(name);
        match aws.call("s3", "HeadBucket", || request.clone().send()).await {
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(explained(error, name, aws)),
            Ok(_) => {
                return Err(AwsError::new(
                    "s3",
                    "CreateBucket",
                    Class::AlreadyThere,
                    format!("a bucket `{name}` is there already"),
                ));
            }
        }
    }
    let mut configuration = types::CreateBucketConfiguration::builder();
    if !home {
        // us-east-1 is no LocationConstraint; every other region has to be one.
        let region = types::BucketLocationConstraint::from(region);
        configuration = configuration.location_constraint(region);
    }
    if !tags.is_empty() {
        configuration = configuration.set_tags(Some(tag_list(tags)?));
    }
    let configuration = (!home || !tags.is_empty()).then(|| configuration.build());
    let request = aws
        .s3()
        .create_bucket()
        .bucket(name)
        .set_create_bucket_configuration(configuration);
    aws.call("s3", "CreateBucket", || request.clone().send())
        .await
        .map(drop)
}

fn tag_list(tags: &BTreeMap<String, String>) -> Result<Vec<types::Tag>, AwsError> {
    tags.iter()
        .map(|(key, value)| types::Tag::builder().key(key).value(value).build().complete())
        .collect()
}

/// The `ownership` that switches ACLs off.
const ENFORCED: &str = "BucketOwnerEnforced";

/// What the bucket's ACL may grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Acl {
    /// It cannot grant anything to others than the owner.
    OfOwner,
    /// ACLs count, and this one may grant something to others.
    Open,
}

impl Acl {
    /// By the ownership that the bucket has now. Without ownership controls, ACLs count.
    pub(super) fn under(ownership: Option<&str>) -> Acl {
        match ownership {
            Some(ENFORCED) => Acl::OfOwner,
            _ => Acl::Open,
        }
    }
}

/// Gives a bucket these tags and no others.
async fn put_tags(aws: &Aws, name: &str, tags: &BTreeMap<String, String>) -> Result<(), AwsError> {
    if tags.is_empty() {
        let request = aws.s3().delete_bucket_tagging().bucket(name);
        aws.call("s3", "DeleteBucketTagging", || request.clone().send())
            .await?;
        return Ok(());
    }
    let tagging = types::Tagging::builder()
        .set_tag_set(Some(tag_list(tags)?))
        .build()
        .complete()?;
    let request = aws.s3().put_bucket_tagging().bucket(name).tagging(tagging);
    aws.call("s3", "PutBucketTagging", || request.clone().send())
        .await?;
    Ok(())
}

/// How objects are encrypted that say nothing themselves.
pub(super) async fn encryption(aws: &Aws, name: &str) -> Result<Option<Encryption>, AwsError> {
    let request = aws.s3().get_bucket_encryption().bucket(name);
    let answer = unset(
        aws.call("s3", "GetBucketEncryption", || request.clone().send())
            .await,
    )?;
    let rule = answer
        .as_ref()
        .and_then(|answer| answer.server_side_encryption_configuration())
        .and_then(|configuration| configuration.rules().first());
    Ok(rule.and_then(|rule| {
        let default = rule.apply_server_side_encryption_by_default()?;
        Some(Encryption {
            algorithm: default.sse_algorithm().as_str().to_owned(),
            kms_key: default.kms_master_key_id().map(str::to_owned),
            bucket_key: rule.bucket_key_enabled().unwrap_or(false),
        })
    }))
}

/// Changes tags. PutBucketTagging replaces the whole set, so foreign tags are sent along. AWS's own cannot be.
pub(super) async fn change_tags(aws: &Aws, live: &Live, change: TagChange) -> Result<(), AwsError> {
    let TagChange { set, remove } = change;
    let mut tags = live.tags.clone().unwrap_or_default();
    tags.extend(set);
    tags.retain(|key, _| !remove.contains(key) && !key.starts_with("aws:"));
    put_tags(aws, &live.id, &tags).await
}

/// Says who owns objects. S3 answers OperationAborted to two changes at a time: this is called one after the other.
pub(super) async fn put_ownership(aws: &Aws, name: &str, ownership: &str, acl: Acl) -> Result<(), AwsError> {
    // S3 does not switch ACLs off while one grants something to others (InvalidBucketAclWithObjectOwnership).
    if acl == Acl::Open && ownership == ENFORCED {
        let private = types::BucketCannedAcl::Private;
        let request = aws.s3().put_bucket_acl().bucket(name).acl(private);
        aws.call("s3", "PutBucketAcl", || request.clone().send()).await?;
    }
    let rule = types::OwnershipControlsRule::builder()
        .object_ownership(types::ObjectOwnership::from(ownership))
        .build()
        .complete()?;
    let controls = types::OwnershipControls::builder()
        .rules(rule)
        .build()
        .complete()?;
    let request = aws
        .s3()
        .put_bucket_ownership_controls()
        .bucket(name)
        .ownership_controls(controls);
    aws.call("s3", "PutBucketOwnershipControls", || request.clone().send())
        .await?;
    Ok(())
}

/// Blocks public access.
pub(super) async fn put_public_access_block(
    aws: &Aws,
    name: &str,
    block: PublicAccessBlock,
) -> Result<(), AwsError> {
    let configuration = types::PublicAccessBlockConfiguration::builder()
        .block_public_acls(block.block_public_acls)
        .ignore_public_acls(block.ignore_public_acls)
        .block_public_policy(block.block_public_policy)
        .restrict_public_buckets(block.restrict_public_buckets)
        .build();
    let request = aws
        .s3()
        .put_public_access_block()
        .bucket(name)
        .public_access_block_configuration(configuration);
    aws.call("s3", "PutPublicAccessBlock", || request.clone().send())
        .await?;
    Ok(())
}

/// Says how objects are encrypted that say nothing themselves.
pub(super) async fn put_encryption(aws: &Aws, name: &str, wanted: &Encryption) -> Result<(), AwsError> {
    let default = types::ServerSideEncryptionByDefault::builder()
        .sse_algorithm(types::ServerSideEncryption::from(wanted.algorithm.as_str()))
        .set_kms_master_key_id(wanted.kms_key.clone())
        .build()
        .complete()?;
    let rule = types::ServerSideEncryptionRule::builder()
        .apply_server_side_encryption_by_default(default)
        .set_bucket_key_enabled(wanted.bucket_key.then_some(true))
        .build();
    let configuration = types::ServerSideEncryptionConfiguration::builder()
        .rules(rule)
        .build()
        .complete()?;
    let request = aws
        .s3()
        .put_bucket_encryption()
        .bucket(name)
        .server_side_encryption_configuration(configuration);
    aws.call("s3", "PutBucketEncryption", || request.clone().send())
        .await?;
    Ok(())
}

/// How often a policy is offered while the block that forbids it is being lifted.
const OFFERS: u32 = 6;

/// PutBucketPolicy, again for a minute where the block should allow it.
/// Assumption: `s3.block-lifts-late` — S3 may refuse a public policy with AccessDenied for some seconds after
/// PutPublicAccessBlock allowed it.
pub(super) async fn put_policy(
    aws: &Aws,
    name: &str,
    block: PublicAccessBlock,
    policy: &str,
) -> Result<(), AwsError> {
    let request = aws.s3().put_bucket_policy().bucket(name).policy(policy);
    let mut offered = 0;
    loop {
        match aws.call("s3", "PutBucketPolicy", || request.clone().send()).await {
            Err(error) if error.class == Class::Denied && !block.block_public_policy => {
                if offered == OFFERS {
                    return Err(refused(aws, error, name).await);
                }
                aws.clock().sleep(Duration::from_secs(1 << offered)).await;
                offered += 1;
            }
            answer => return answer.map(drop),
        }
    }
}
