//! The bucket in which a team keeps state.

use std::collections::BTreeMap;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bucket::PublicAccessBlock;
use crate::discovery::{Found, Trace, Unread};
use crate::field::FieldId;
use crate::kind::{Actions, Dependents, Kind};
use crate::names;
use crate::output;
use crate::outward::Terraform;
use crate::own::{OwnName, Owner};
use crate::text::Text;

/// What a blueprint says about a bucket with states. It is a kind of its own because it is never emptied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "s3.state_bucket", of = StateBucket, live = StateBucketLive)]
pub struct StateBucketSpec {
    /// Its name: 3 to 63 characters of `[a-z0-9-]`, unique in the world.
    #[field(replace)]
    pub name: String,
    /// Its region; the same name cannot move to another.
    // The name is taken while the bucket exists, and for some time afterwards. Assumption: `s3.name-freed-late`.
    #[field(forbidden)]
    pub region: String,
    /// Who owns objects: `BucketOwnerEnforced` switches ACLs off.
    #[field(in_place)]
    pub ownership: String,
    /// What is blocked, over policies and ACLs: everything.
    #[field(in_place)]
    pub public_access_block: PublicAccessBlock,
    /// How objects are encrypted at rest, unless the call that puts one says otherwise.
    #[field(in_place)]
    pub encryption: Encryption,
    /// Whether earlier versions of an object are kept: `Enabled`.
    #[field(in_place)]
    pub versioning: String,
    /// What S3 deletes by itself, and when: earlier versions, and nothing else.
    #[field(in_place, reported = Value)]
    pub lifecycle: Lifecycle,
    /// The bucket policy as JSON.
    #[field(in_place, listed, compared = Policy)]
    pub policy: Text,
    /// Tags.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// How objects are encrypted at rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Encryption {
    /// `AES256`, or `aws:kms`.
    pub algorithm: String,
    /// The key in KMS: an ARN, an id or `alias/NAME`; null: S3's own.
    pub kms_key: Option<String>,
    /// Whether S3 asks KMS once for many objects.
    pub bucket_key: bool,
}

impl Encryption {
    /// With S3's own keys, or with a key in KMS.
    pub fn with(kms_key: Option<&str>) -> Encryption {
        Encryption {
            algorithm: match kms_key {
                None => "AES256".to_owned(),
                Some(_) => "aws:kms".to_owned(),
            },
            kms_key: kms_key.map(str::to_owned),
            bucket_key: kms_key.is_some(),
        }
    }
}

/// What S3 deletes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifecycle {
    /// How many days an earlier version is kept after a newer one took its place.
    pub previous_versions_days: i32,
}

/// The kind `s3.state_bucket`.
#[derive(Clone, Copy, Debug)]
pub struct StateBucket;

impl Kind for StateBucket {
    fn about(&self) -> &'static str {
        "The S3 bucket in which a team keeps state: versioned, encrypted, closed, TLS only. Headset never empties it, and \
         deletes it only while nothing is in it."
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    fn identity(&self) -> &'static [FieldId] {
        &[StateBucketSpec::NAME]
    }

    fn region(&self, spec: &Value, _outputs: &BTreeMap<String, String>) -> Option<String> {
        spec.get(StateBucketSpec::REGION.name)?
            .as_str()
            .map(str::to_owned)
    }

    fn holds_data(&self) -> bool {
        true
    }

    fn check_name(&self, found: &Found, owner: &Owner<'_>) -> Result<(), OwnName> {
        let region = found.region.as_deref().unwrap_or_default();
        let name = names::state_bucket(owner.environment.unwrap_or_default(), owner.account, region);
        match name == found.address.key {
            true => Ok(()),
            false => Err(OwnName::Known { name }),
        }
    }

    fn may_be_own(&self, name: &str, unread: &Unread, owner: &Owner<'_>) -> bool {
        let region = unread.region.as_deref().unwrap_or_default();
        match owner.environment {
            Some(environment) => name == names::state_bucket(environment, owner.account, region),
            None => names::may_be_state_bucket(name, owner.account),
        }
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[(output::NAME, "the bucket's name"), (output::ARN, "its ARN")]
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform::by_id("aws_s3_bucket", "BUCKET"))
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "s3:ListBucket",
                "s3:ListBucketVersions",
                "s3:GetBucketOwnershipControls",
                "s3:GetBucketPolicy",
                "s3:GetBucketPublicAccessBlock",
                "s3:GetBucketTagging",
                "s3:GetBucketVersioning",
                "s3:GetEncryptionConfiguration",
                "s3:GetLifecycleConfiguration",
            ],
            write: &[
                "s3:CreateBucket",
                "s3:TagResource",
                "s3:PutBucketAcl",
                "s3:PutBucketOwnershipControls",
                "s3:PutBucketPolicy",
                "s3:PutBucketPublicAccessBlock",
                "s3:PutBucketTagging",
                "s3:PutBucketVersioning",
                "s3:PutEncryptionConfiguration",
                "s3:PutLifecycleConfiguration",
            ],
            delete: &["s3:DeleteBucket"],
        }
    }

    fn why_unchangeable(&self, field: &str) -> Option<&'static str> {
        (StateBucketSpec::REGION == *field).then_some("a bucket stays in the region in which it was made")
    }

    fn kept_for(&self, dependents: &Dependents) -> Option<String> {
        Some(format!(
            "it holds {}: {}. Nothing brings states back, so that Headset never empties this bucket. Take down the \
             environments whose states these are, and empty the bucket yourself, earlier versions as well",
            dependents.what,
            dependents.names.join(", ")
        ))
    }
}
