//! The bucket that hosts the pages.

use async_trait::async_trait;
use futures_util::future::join_all;
use headset_core::{AwsError, Class};
use headset_kinds::names;
use headset_kinds::regions::partition_of;
pub use headset_kinds::s3::bucket::*;
use headset_kinds::s3::state_bucket::Encryption;

use super::account::forbidden;
use super::settings::{
    Acl, change_tags, encryption, make_or_find, ownership, policy, public_access_block, put_encryption,
    put_ownership, put_policy, put_public_access_block, tags, unseen,
};
use super::{emptying, site};
use crate::kinds::field::{Diff, FieldId};
use crate::kinds::kind::{Declared, Dependents, Forbidden, Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};
use crate::kinds::tag::TagChange;
use crate::{Aws, pages};

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
        let acl = make_or_find(work.aws, &spec.name, &spec.region, &spec.tags).await?;
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

    async fn dependents(&self, aws: &Aws, live: &Live) -> Option<Result<Dependents, AwsError>> {
        if !names::may_be_script_bucket(&live.id) {
            return None;
        }
        let others = objects(aws, &live.id).await.map(|mut keys| {
            keys.retain(|key| !names::is_script(key));
            Dependents {
                what: OTHER_THAN_SCRIPTS.to_owned(),
                names: keys,
            }
        });
        Some(others)
    }

    async fn tag(&self, work: &Work<'_>, live: &Live, change: TagChange) -> Result<(), AwsError> {
        change_tags(work.aws, live, change).await
    }

    async fn forbidden(&self, aws: &Aws, want: &BucketSpec) -> Option<Result<Option<Forbidden>, AwsError>> {
        let is_public = want.policy.is_some() && !want.public_access_block.block_public_policy;
        match is_public {
            true => Some(forbidden(aws, &want.name).await),
            false => None,
        }
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

/// The keys of all objects in a bucket.
pub(super) async fn objects(aws: &Aws, bucket: &str) -> Result<Vec<String>, AwsError> {
    pages(|token| async move {
        let request = aws
            .s3()
            .list_objects_v2()
            .bucket(bucket)
            .set_continuation_token(token);
        let page = aws.call("s3", "ListObjectsV2", || request.clone().send()).await?;
        let found = page.contents.unwrap_or_default();
        let keys = found.into_iter().filter_map(|one| one.key).collect();
        Ok((keys, page.next_continuation_token))
    })
    .await
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
        encryption: encryption.map(|encryption| encryption.algorithm),
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

/// Sets these fields, one after the other: S3 answers OperationAborted to two at a time.
async fn configure(aws: &Aws, spec: &BucketSpec, fields: &[&str], acl: Acl) -> Result<(), AwsError> {
    let name = &spec.name;
    let has = |field: FieldId| fields.contains(&field.name);
    if has(BucketSpec::OWNERSHIP) {
        put_ownership(aws, name, &spec.ownership, acl).await?;
    }
    if has(BucketSpec::PUBLIC_ACCESS_BLOCK) {
        put_public_access_block(aws, name, spec.public_access_block).await?;
    }
    if has(BucketSpec::ENCRYPTION) {
        let encryption = Encryption {
            algorithm: spec.encryption.clone(),
            kms_key: None,
            bucket_key: false,
        };
        put_encryption(aws, name, &encryption).await?;
    }
    if has(BucketSpec::WEBSITE) {
        site::delete_website(aws, name).await?;
    }
    if has(BucketSpec::CORS) {
        site::delete_cors(aws, name).await?;
    }
    if has(BucketSpec::POLICY) {
        match &spec.policy {
            Some(policy) => {
                let block = spec.public_access_block;
                put_policy(aws, name, block, &policy.resolved()?).await?;
            }
            None => {
                let request = aws.s3().delete_bucket_policy().bucket(name);
                aws.call("s3", "DeleteBucketPolicy", || request.clone().send())
                    .await?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

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
