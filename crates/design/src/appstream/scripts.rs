//! The bucket with the scripts that image builders fetch, and the scripts in it.

use std::collections::BTreeMap;

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::draft::DesignDraft;
use headset_core::diagnostic::Place;
use headset_kinds::appstream::image::{Hosted, ImageSpec, script};
use headset_kinds::names;
use headset_kinds::output;
use headset_kinds::s3::bucket::arn_of;
use headset_kinds::s3::{BucketSpec, ObjectSpec, PublicAccessBlock};
use headset_kinds::template::fill;
use headset_kinds::{Address, Text};

const POLICY: &str = include_str!("../../../../policies/s3/image-scripts.json");

/// The key of the bucket.
const KEY: &str = "image-scripts";

/// A script that a builder fetches with its role.
pub(super) struct Reader {
    role: String,
    key: String,
}

/// The bucket's name.
fn bucket(draft: &DesignDraft<'_>) -> String {
    let context = draft.context;
    names::script_bucket(&draft.blueprint.name.value, &context.account, &context.region)
}

/// Draws the script that captures an image, and says where it lies. Returns its address and who reads it.
pub(super) fn declare(
    draft: &mut DesignDraft<'_>,
    image: &str,
    spec: &ImageSpec,
    role: &str,
    place: &Place,
) -> (Hosted, Address, Reader) {
    let body = script::to_host(spec);
    let sha256 = hex::encode(Sha256::digest(&body));
    // Another script is another object, so that a line that was pasted before never runs what it does not know.
    let key = names::script(&sha256);
    let hosted = Hosted {
        bucket: bucket(draft),
        region: draft.context.region.clone(),
        key: key.clone(),
        sha256,
    };
    let spec = ObjectSpec {
        bucket: Text::after(&Address::new(BucketSpec::KIND, KEY), output::NAME),
        key: key.clone(),
        content_type: "text/plain; charset=us-ascii".to_owned(),
        cache_control: "no-store".to_owned(),
        content_encoding: None,
        content_disposition: None,
        metadata: BTreeMap::new(),
        body: body.into(),
        asset: None,
        private: true,
        origin: None,
        distribution: None,
    };
    // It can always be written again.
    let object = draft.managed(format!("{image}.ps1"), &spec, false, place);
    let reader = Reader {
        role: role.to_owned(),
        key,
    };
    (hosted, object, reader)
}

/// Draws the bucket, if there are scripts. Each role may read the script of its own builder, by TLS, and no other one.
pub(super) fn bucket_of(draft: &mut DesignDraft<'_>, readers: &[Reader], place: &Place) {
    if readers.is_empty() {
        return;
    }
    let name = bucket(draft);
    let bucket_arn = arn_of(&draft.context.partition, &name);
    let statements: Vec<String> = readers
        .iter()
        .enumerate()
        .map(|(index, reader)| {
            json!({
                "Sid": format!("ReadScript{}", index + 1),
                "Effect": "Allow",
                "Principal": { "AWS": reader.role },
                "Action": "s3:GetObject",
                "Resource": format!("{bucket_arn}/{}", reader.key),
            })
            .to_string()
        })
        .collect();
    let holes: [(&str, Text); 2] = [
        ("readers", statements.join(",").into()),
        ("bucket_arn", bucket_arn.into()),
    ];
    let spec = BucketSpec {
        name,
        region: draft.context.region.clone(),
        policy: Some(fill(POLICY, &holes)),
        public_access_block: PublicAccessBlock {
            block_public_acls: true,
            ignore_public_acls: true,
            block_public_policy: true,
            restrict_public_buckets: true,
        },
        ownership: "BucketOwnerEnforced".to_owned(),
        encryption: "AES256".to_owned(),
        website: (),
        cors: (),
        tags: draft.tags(&BTreeMap::new()),
    };
    draft.managed(KEY, &spec, false, place);
}

/// The address of the bucket.
pub(super) fn bucket_address() -> Address {
    Address::new(BucketSpec::KIND, KEY)
}
