//! The bucket that hosts the pages.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::types;
use futures_util::future::join_all;
use headset_core::{AwsError, Class};
use headset_kinds::regions::partition_of;
pub use headset_kinds::s3::bucket::*;

use super::unset::unset;
use super::{emptying, site};
use crate::kinds::field::{Diff, FieldId};
use crate::kinds::kind::{Declared, Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};
use crate::kinds::tag::{LINEAGE, TagChange};
use crate::{Aws, Complete};

#[async_trait]
impl Remote for Bucket {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        join_all(lookups.iter().map(|lookup| async move {
            // What state remembers comes first: a blueprint with another name is a difference of that bucket.
            match lookup.id.as_deref().or(BucketSpec::NAME.text(&lookup.spec)) {
                None => Observation::Unknown(AwsError::unnamed()),
                Some(name) => observe(aws, name).await.into(),
            }
        }))
        .await
    }

    async fn create(&self, work: &Work<'_>, spec: &BucketSpec) -> Result<String, AwsError> {
        // A new bucket has no ACL but its owner's.
        let mut acl = Acl::OfOwner;
        if let Err(error) = make(work.aws, spec).await {
            // Ours already, from an attempt whose answer was lost? The tags, set by the creation itself, tell.
            if error.class != Class::AlreadyThere || !is_ours(work.aws, spec).await {
                return Err(error);
            }
            acl = Acl::under(ownership(work.aws, &spec.name).await?.as_deref());
        }
        // A new bucket has neither website nor CORS.
        let names = BucketSpec::FIELDS.iter().map(|field| field.name);
        let fields: Vec<&str> = names
            .filter(|name| BucketSpec::WEBSITE != **name && BucketSpec::CORS != **name)
            .collect();
        configure(work.aws, spec, &fields, acl).await?;
        Ok(spec.name.clone())
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &BucketSpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        let fields: Vec<&str> = diff.iter().map(|change| change.field.as_str()).collect();
        let acl = Acl::under(self.read(live).ownership.as_deref());
        configure(work.aws, spec, &fields, acl).await
    }

    async fn tag(&self, work: &Work<'_>, live: &Live, change: TagChange) -> Result<(), AwsError> {
        let TagChange { set, remove } = change;
        // PutBucketTagging replaces the whole set, so foreign tags are sent along. AWS's own cannot be.
        let mut tags = live.tags.clone().unwrap_or_default();
        tags.extend(set);
        tags.retain(|key, _| !remove.contains(key) && !key.starts_with("aws:"));
        put_tags(work.aws, &live.id, &tags).await
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let answer = match emptying::empty(work.aws, &live.id).await {
            Ok(()) => {
                let request = work.aws.s3().delete_bucket().bucket(&live.id);
                work.aws
                    .call("s3", "DeleteBucket", || request.clone().send())
                    .await
                    .map(drop)
            }
            Err(error) => Err(error),
        };
        match answer {
            Err(error) if error.is_not_found() => Ok(()),
            // An object was written meanwhile: the next call empties it again.
            Err(error) if error.class == Class::InUse => Ok(()),
            answer => answer,
        }
    }
}

/// Reads a bucket and all of its settings; `None` if there is none of that name.
async fn observe(aws: &Aws, name: &str) -> Result<Option<Live>, AwsError> {
    let request = aws.s3().head_bucket().bucket(name);
    let head = match aws.call("s3", "HeadBucket", || request.clone().send()).await {
        Ok(head) => head,
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(explained(error, name, aws)),
    };
    let region = head.bucket_region().unwrap_or(&aws.regions().s3).to_owned();
    let answers = tokio::try_join!(
        policy(aws, name),
        public_access_block(aws, name),
        ownership(aws, name),
        encryption(aws, name),
        tags(aws, name),
        site::website(aws, name),
        site::cors(aws, name),
    );
    let (policy, public_access_block, ownership, encryption, tags, website, cors) = match answers {
        Ok(answers) => answers,
        // It went away between two calls.
        Err(error) if error.code.as_deref() == Some("NoSuchBucket") => return Ok(None),
        Err(error) => return Err(error),
    };
    let observed = BucketLive {
        name: Some(name.to_owned()),
        region: Some(region.clone()),
        ownership,
        public_access_block,
        encryption,
        policy,
        website,
        cors,
    };
    Ok(Some(
        Live::of(name, "present", observed)
            .tagged(tags)
            .output(output::NAME, name)
            .output(output::ARN, arn_of(partition_of(&region), name))
            .output(output::ORIGIN, origin(name, &region)),
    ))
}

/// HeadBucket's errors have no text; this says what their codes mean.
fn explained(mut error: AwsError, name: &str, aws: &Aws) -> AwsError {
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

async fn policy(aws: &Aws, name: &str) -> Result<Option<String>, AwsError> {
    let request = aws.s3().get_bucket_policy().bucket(name);
    let answer = unset(aws.call("s3", "GetBucketPolicy", || request.clone().send()).await)?;
    Ok(answer.and_then(|answer| answer.policy))
}

async fn public_access_block(aws: &Aws, name: &str) -> Result<Option<PublicAccessBlock>, AwsError> {
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

async fn ownership(aws: &Aws, name: &str) -> Result<Option<String>, AwsError> {
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

async fn encryption(aws: &Aws, name: &str) -> Result<Option<String>, AwsError> {
    let request = aws.s3().get_bucket_encryption().bucket(name);
    let answer = unset(
        aws.call("s3", "GetBucketEncryption", || request.clone().send())
            .await,
    )?;
    let default = answer
        .as_ref()
        .and_then(|answer| answer.server_side_encryption_configuration())
        .and_then(|configuration| configuration.rules().first())
        .and_then(|rule| rule.apply_server_side_encryption_by_default());
    Ok(default.map(|default| default.sse_algorithm().as_str().to_owned()))
}

async fn tags(aws: &Aws, name: &str) -> Result<BTreeMap<String, String>, AwsError> {
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
async fn is_ours(aws: &Aws, spec: &BucketSpec) -> bool {
    let Some(lineage) = spec.tags.get(LINEAGE) else {
        return false;
    };
    matches!(tags(aws, &spec.name).await, Ok(tags) if tags.get(LINEAGE) == Some(lineage))
}

/// CreateBucket, tags included, so that a bucket never exists without saying whose it is.
async fn make(aws: &Aws, spec: &BucketSpec) -> Result<(), AwsError> {
    let home = spec.region == "us-east-1";
    if home {
        // There, CreateBucket of a bucket that one owns already succeeds, and resets its ACLs.
        let request = aws.s3().head_bucket().bucket(&spec.name);
        match aws.call("s3", "HeadBucket", || request.clone().send()).await {
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(explained(error, &spec.name, aws)),
            Ok(_) => {
                return Err(AwsError::new(
                    "s3",
                    "CreateBucket",
                    Class::AlreadyThere,
                    format!("a bucket `{}` is there already", spec.name),
                ));
            }
        }
    }
    let mut configuration = types::CreateBucketConfiguration::builder();
    if !home {
        // us-east-1 is no LocationConstraint; every other region has to be one.
        let region = types::BucketLocationConstraint::from(spec.region.as_str());
        configuration = configuration.location_constraint(region);
    }
    if !spec.tags.is_empty() {
        configuration = configuration.set_tags(Some(tag_list(&spec.tags)?));
    }
    let configuration = (!home || !spec.tags.is_empty()).then(|| configuration.build());
    let request = aws
        .s3()
        .create_bucket()
        .bucket(&spec.name)
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
enum Acl {
    /// It cannot grant anything to others than the owner.
    OfOwner,
    /// ACLs count, and this one may grant something to others.
    Open,
}

impl Acl {
    /// By the ownership that the bucket has now. Without ownership controls, ACLs count.
    fn under(ownership: Option<&str>) -> Acl {
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

/// Sets these fields, one after the other: S3 answers OperationAborted to two at a time.
async fn configure(aws: &Aws, spec: &BucketSpec, fields: &[&str], acl: Acl) -> Result<(), AwsError> {
    let name = &spec.name;
    let has = |field: FieldId| fields.contains(&field.name);
    if has(BucketSpec::OWNERSHIP) {
        // S3 does not switch ACLs off while one grants something to others (InvalidBucketAclWithObjectOwnership).
        if acl == Acl::Open && spec.ownership == ENFORCED {
            let private = types::BucketCannedAcl::Private;
            let request = aws.s3().put_bucket_acl().bucket(name).acl(private);
            aws.call("s3", "PutBucketAcl", || request.clone().send()).await?;
        }
        let rule = types::OwnershipControlsRule::builder()
            .object_ownership(types::ObjectOwnership::from(spec.ownership.as_str()))
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
    }
    if has(BucketSpec::PUBLIC_ACCESS_BLOCK) {
        let block = spec.public_access_block;
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
    }
    if has(BucketSpec::ENCRYPTION) {
        let default = types::ServerSideEncryptionByDefault::builder()
            .sse_algorithm(types::ServerSideEncryption::from(spec.encryption.as_str()))
            .build()
            .complete()?;
        let rule = types::ServerSideEncryptionRule::builder()
            .apply_server_side_encryption_by_default(default)
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
    }
    if has(BucketSpec::WEBSITE) {
        site::delete_website(aws, name).await?;
    }
    if has(BucketSpec::CORS) {
        site::delete_cors(aws, name).await?;
    }
    if has(BucketSpec::POLICY) {
        match &spec.policy {
            Some(policy) => put_policy(aws, spec, &policy.resolved()?).await?,
            None => {
                let request = aws.s3().delete_bucket_policy().bucket(name);
                aws.call("s3", "DeleteBucketPolicy", || request.clone().send())
                    .await?;
            }
        }
    }
    Ok(())
}

/// How often a policy is offered while the block that forbids it is being lifted.
const OFFERS: u32 = 6;

/// PutBucketPolicy, again for a minute where the block should allow it.
/// Assumption: `s3.block-lifts-late` — S3 may refuse a public policy with AccessDenied for some seconds after
/// PutPublicAccessBlock allowed it.
async fn put_policy(aws: &Aws, spec: &BucketSpec, policy: &str) -> Result<(), AwsError> {
    let request = aws.s3().put_bucket_policy().bucket(&spec.name).policy(policy);
    let mut offered = 0;
    loop {
        match aws.call("s3", "PutBucketPolicy", || request.clone().send()).await {
            Err(error) if error.class == Class::Denied && !spec.public_access_block.block_public_policy => {
                if offered == OFFERS {
                    return Err(refused(error, &spec.name));
                }
                aws.clock().sleep(Duration::from_secs(1 << offered)).await;
                offered += 1;
            }
            answer => return answer.map(drop),
        }
    }
}

/// S3 says AccessDenied for two things that have nothing to do with each other.
fn refused(mut error: AwsError, name: &str) -> AwsError {
    error.message = format!(
        "S3 does not take the policy of the bucket `{name}`, although the bucket's own Block Public Access allows it: \
         either the Block Public Access settings of the whole account forbid public policies (switch BlockPublicPolicy \
         and RestrictPublicBuckets off there), or these credentials may not do s3:PutBucketPolicy; S3 said: {}",
        error.message
    );
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::field::Change;
    use crate::kinds::kind::Kind;
    use serde_json::{Value, json};

    #[test]
    fn an_origin_is_virtual_hosted_and_regional() {
        assert_eq!(
            origin("pages", "eu-west-2"),
            "https://pages.s3.eu-west-2.amazonaws.com"
        );
        assert_eq!(
            origin("pages", "us-gov-west-1"),
            "https://pages.s3.us-gov-west-1.amazonaws.com"
        );
    }

    #[test]
    fn the_spec_has_amazons_names_for_the_block_and_null_for_no_policy() {
        let spec = BucketSpec {
            name: "pages".to_owned(),
            region: "eu-west-2".to_owned(),
            policy: None,
            public_access_block: PublicAccessBlock {
                block_public_acls: true,
                ignore_public_acls: true,
                block_public_policy: false,
                restrict_public_buckets: false,
            },
            ownership: "BucketOwnerEnforced".to_owned(),
            encryption: "AES256".to_owned(),
            website: (),
            cors: (),
            tags: BTreeMap::new(),
        };
        let value = serde_json::to_value(&spec).expect("JSON");
        assert_eq!(value["policy"], Value::Null);
        assert!(value.as_object().expect("an object").contains_key("policy"));
        assert_eq!(
            value["public_access_block"],
            json!({"BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": false,
                   "RestrictPublicBuckets": false})
        );
    }

    #[test]
    fn a_policy_that_somebody_added_is_a_difference() {
        let observed = BucketLive {
            region: Some("eu-west-1".to_owned()),
            policy: Some("{\"Statement\":[]}".to_owned()),
            ..BucketLive::default()
        };
        let live = Live::of("pages", "present", observed);
        assert_eq!(Bucket.diff(&json!({"policy": null}), &live).len(), 1);
        let region = Bucket.diff(&json!({"region": "eu-west-2"}), &live);
        assert_eq!(region[0].change, Change::Forbidden);
    }
}
