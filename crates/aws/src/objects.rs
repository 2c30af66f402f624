//! Objects of S3, and of what speaks its protocol, for shared state.

use async_trait::async_trait;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ServerSideEncryption;
use headset_core::{AwsError, Class};
pub use headset_kinds::objects::Place;
use headset_kinds::objects::{BucketOwner, Object, Objects, When, Written};
use headset_kinds::regions::Identity;
use jiff::SignedDuration;

use crate::Aws;
use crate::error::chain;

/// The most that an object of a state may have: far more than any state, far less than memory.
const MOST: i64 = 64 * 1024 * 1024;

/// The objects of a bucket.
#[derive(Clone, Debug)]
pub struct Bucket {
    aws: Aws,
    place: Place,
}

impl Bucket {
    /// The bucket of this place.
    pub fn new(aws: &Aws, place: Place) -> Bucket {
        let aws = match &place.region {
            None => aws.clone(),
            Some(region) => {
                let mut regions = aws.regions().clone();
                regions.s3.clone_from(region);
                aws.with_regions(regions, Identity::Same)
            }
        };
        let aws = match &place.owner {
            BucketOwner::Caller => aws,
            owner => aws.with_bucket_owner(owner.clone()),
        };
        Bucket { aws, place }
    }
}

#[async_trait]
impl Objects for Bucket {
    fn place(&self) -> String {
        format!("s3://{}", self.place.bucket)
    }

    fn address(&self, path: &str) -> String {
        self.place.address(path)
    }

    fn ahead(&self) -> SignedDuration {
        self.aws.wire().time().ahead()
    }

    async fn get(&self, key: &str) -> Result<Option<Object>, AwsError> {
        let request = self.aws.s3().get_object().bucket(&self.place.bucket).key(key);
        let answer = match self.aws.call("s3", "GetObject", || request.clone().send()).await {
            Ok(answer) => answer,
            Err(error) if error.code.as_deref() == Some("NoSuchKey") => return Ok(None),
            Err(error) => return Err(error),
        };
        let failed = |class, message: String| AwsError::new("s3", "GetObject", class, message);
        if answer.content_length().is_none_or(|length| length > MOST) {
            return Err(failed(
                Class::Invalid,
                format!("{key} is too big for what is kept there"),
            ));
        }
        let Some(tag) = answer.e_tag().map(str::to_owned) else {
            return Err(AwsError::lacking("s3", "GetObject", "ETag"));
        };
        let body = answer.body.collect().await;
        let body = body.map_err(|error| failed(Class::Transient, chain(&error)).beneath(&error))?;
        Ok(Some(Object {
            body: body.into_bytes().to_vec(),
            tag,
        }))
    }

    async fn put(&self, key: &str, body: Vec<u8>, when: &When) -> Result<Written, AwsError> {
        let (none, tag) = match when {
            When::Always => (None, None),
            When::Absent => (Some("*".to_owned()), None),
            When::Unchanged(tag) => (None, Some(tag.clone())),
        };
        let kms_key = &self.place.kms_key;
        let written = self
            .aws
            .call("s3", "PutObject", || {
                self.aws
                    .s3()
                    .put_object()
                    .bucket(&self.place.bucket)
                    .key(key)
                    .content_type("application/json")
                    .set_if_none_match(none.clone())
                    .set_if_match(tag.clone())
                    .set_server_side_encryption(kms_key.as_ref().map(|_| ServerSideEncryption::AwsKms))
                    .set_ssekms_key_id(kms_key.clone())
                    .body(ByteStream::from(body.clone()))
                    .send()
            })
            .await;
        match written {
            Ok(answer) => match answer.e_tag() {
                Some(tag) => Ok(Written::Done(tag.to_owned())),
                None => Err(AwsError::lacking("s3", "PutObject", "ETag")),
            },
            // The second one is what S3 answers where another write of the same key is under way; the third one is that
            // of a condition on an object that is gone.
            Err(error)
                if *when != When::Always
                    && matches!(
                        error.code.as_deref(),
                        Some("PreconditionFailed" | "ConditionalRequestConflict" | "NoSuchKey")
                    ) =>
            {
                Ok(Written::Refused)
            }
            Err(error) => Err(error),
        }
    }

    async fn delete(&self, key: &str) -> Result<(), AwsError> {
        let request = self.aws.s3().delete_object().bucket(&self.place.bucket).key(key);
        match self
            .aws
            .call("s3", "DeleteObject", || request.clone().send())
            .await
        {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, AwsError> {
        let mut keys = Vec::new();
        let mut token = None;
        loop {
            let request = self
                .aws
                .s3()
                .list_objects_v2()
                .bucket(&self.place.bucket)
                .prefix(prefix)
                .set_continuation_token(token.take());
            let page = self
                .aws
                .call("s3", "ListObjectsV2", || request.clone().send())
                .await?;
            keys.extend(
                page.contents()
                    .iter()
                    .filter_map(|one| one.key().map(str::to_owned)),
            );
            match page.next_continuation_token() {
                Some(next) if page.is_truncated() == Some(true) => token = Some(next.to_owned()),
                _ => return Ok(keys),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_where_the_state_is() {
        let place = Place::parse("s3://acme-state/headset/eu/?region=eu-west-1&kms_key=alias/state").unwrap();
        assert_eq!(place.bucket, "acme-state");
        assert_eq!(place.prefix, "headset/eu/");
        assert_eq!(place.region.as_deref(), Some("eu-west-1"));
        assert_eq!(place.kms_key.as_deref(), Some("alias/state"));
        assert_eq!(Place::parse("s3://acme-state").unwrap().prefix, "");
        for address in [
            "s3://acme-state",
            "s3://acme-state/headset/eu?region=eu-west-1&kms_key=alias/state&owner=any",
            "s3://acme-state/headset?owner=111122223333",
        ] {
            let place = Place::parse(address).unwrap();
            assert_eq!(place.address(&place.prefix), address);
        }
        let owner = |address: &str| Place::parse(address).unwrap().owner;
        assert_eq!(owner("s3://acme-state"), BucketOwner::Caller);
        assert_eq!(owner("s3://acme-state?owner=any"), BucketOwner::Any);
        let other = BucketOwner::Account("111122223333".to_owned());
        assert_eq!(
            owner("s3://acme-state?region=eu-west-1&owner=111122223333"),
            other
        );
        for wrong in [
            "acme-state/headset",
            "s3://",
            "s3://Acme/state",
            "s3://acme-state/../other",
            "s3://acme-state/a?region=",
            "s3://acme-state/a?kms=key",
            "s3://acme-state/a?owner=1111",
        ] {
            assert!(Place::parse(wrong).is_err(), "{wrong}");
        }
    }
}
