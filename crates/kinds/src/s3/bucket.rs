//! The bucket that hosts the pages, or the scripts that image builders fetch.

use std::collections::BTreeMap;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::discovery::{Found, Trace, Unread};
use crate::field::FieldId;
use crate::kind::{Actions, Dependents, Kind, Live, Loss};
use crate::names;
use crate::output;
use crate::outward::Terraform;
use crate::own::{OwnName, Owner};
use crate::regions;
use crate::text::Text;
use headset_core::Arn;

/// What a blueprint says about a bucket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "s3.bucket", of = Bucket, live = BucketLive)]
pub struct BucketSpec {
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
    /// What is blocked, over policies and ACLs.
    #[field(in_place)]
    pub public_access_block: PublicAccessBlock,
    /// How objects are encrypted at rest: `AES256`.
    #[field(in_place)]
    pub encryption: String,
    /// Tags.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// The bucket policy as JSON; none must be there if this is `null`.
    #[field(in_place, listed, compared = Policy)]
    pub policy: Option<Text>,
    /// S3's own website of the bucket; null, the only value: there is none.
    #[field(in_place, listed, reported = Value)]
    #[serde(default)]
    pub website: (),
    /// Rules for pages of other sites that read it; null, the only value: there are none.
    #[field(in_place, listed, reported = Value)]
    #[serde(default)]
    pub cors: (),
}

/// The four switches of Block Public Access, by AWS's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "AWS's structure is these four switches"
)]
pub struct PublicAccessBlock {
    /// Refuse ACLs that make things public.
    pub block_public_acls: bool,
    /// Ignore ACLs that make things public.
    pub ignore_public_acls: bool,
    /// Refuse policies that make things public.
    pub block_public_policy: bool,
    /// Let only the account in where the policy is public.
    pub restrict_public_buckets: bool,
}

/// The ARN of the bucket of this name: it names neither account nor region.
pub fn arn_of(partition: &str, name: &str) -> String {
    let arn = Arn {
        partition,
        service: "s3",
        region: "",
        account: "",
        resource: name,
    };
    arn.to_string()
}

/// The kind `s3.bucket`.
#[derive(Clone, Copy, Debug)]
pub struct Bucket;

/// What goes with a bucket of scripts beside these.
pub const OTHER_THAN_SCRIPTS: &str = "objects that are no scripts of Headset's";

// In the order in which S3 needs the calls: a public policy is refused until the block allows it.
impl Kind for Bucket {
    fn about(&self) -> &'static str {
        "The S3 bucket that hosts the pages of the Contact Control Panel."
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    fn identity(&self) -> &'static [FieldId] {
        &[BucketSpec::NAME]
    }

    fn region(&self, spec: &Value, _outputs: &BTreeMap<String, String>) -> Option<String> {
        spec.get(BucketSpec::REGION.name)?.as_str().map(str::to_owned)
    }

    fn holds_data(&self) -> bool {
        true
    }

    fn check_name(&self, found: &Found, owner: &Owner<'_>) -> Result<(), OwnName> {
        let region = found.region.as_deref().unwrap_or_default();
        let environment = owner.environment.unwrap_or_default();
        match names::is_bucket(&found.address.key, environment, owner.account, region) {
            true => Ok(()),
            false => Err(OwnName::Known {
                name: names::bucket(environment, owner.account, region),
            }),
        }
    }

    fn may_be_own(&self, name: &str, unread: &Unread, owner: &Owner<'_>) -> bool {
        let region = unread.region.as_deref().unwrap_or_default();
        match owner.environment {
            Some(environment) => names::is_bucket(name, environment, owner.account, region),
            None => names::may_be_bucket(name, owner.account),
        }
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (output::NAME, "the bucket's name"),
            (output::ARN, "its ARN"),
            (
                output::ORIGIN,
                "the web origin of its objects, without a slash at the end",
            ),
        ]
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform::by_id("aws_s3_bucket", "BUCKET"))
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "s3:ListBucket",
                "s3:GetBucketPolicy",
                "s3:GetBucketPublicAccessBlock",
                "s3:GetBucketOwnershipControls",
                "s3:GetEncryptionConfiguration",
                "s3:GetBucketTagging",
                "s3:GetBucketWebsite",
                "s3:GetBucketCORS",
                "s3:GetAccountPublicAccessBlock",
            ],
            write: &[
                "s3:CreateBucket",
                "s3:TagResource",
                "s3:PutBucketOwnershipControls",
                "s3:PutBucketAcl",
                "s3:PutBucketPublicAccessBlock",
                "s3:PutEncryptionConfiguration",
                "s3:PutBucketTagging",
                "s3:PutBucketPolicy",
                "s3:DeleteBucketPolicy",
                "s3:DeleteBucketWebsite",
                "s3:PutBucketCORS",
            ],
            delete: &[
                "s3:ListBucketVersions",
                "s3:ListBucketMultipartUploads",
                "s3:DeleteObject",
                "s3:DeleteObjectVersion",
                "s3:AbortMultipartUpload",
                "s3:DeleteBucket",
            ],
        }
    }

    fn why_unchangeable(&self, field: &str) -> Option<&'static str> {
        (BucketSpec::REGION == *field).then_some("a bucket stays in the region in which it was made")
    }

    /// Scripts can always be written again.
    fn is_spared(&self, dependents: &Dependents) -> bool {
        dependents.what == OTHER_THAN_SCRIPTS && dependents.names.is_empty()
    }

    fn loss(&self, _live: &Live) -> Option<Loss> {
        Some("every object in the bucket, also those that Headset did not put there, and the bucket's name")
    }
}

/// The web origin of a bucket's objects: the regional, virtual-hosted form, which Connect can approve.
/// A path-style origin is shared by every bucket of the region, and a website endpoint has no HTTPS.
pub fn origin(bucket: &str, region: &str) -> String {
    let domain = regions::domain(regions::partition_of(region));
    format!("https://{bucket}.s3.{region}.{domain}")
}
