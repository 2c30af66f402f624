//! One object of a bucket: a page, a script.

use std::collections::BTreeMap;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::bucket::BucketSpec;
use crate::discovery::Trace;
use crate::extra::List;
use crate::field::{Change, Diff, FieldChange, FieldId};
use crate::kind::{Actions, Declared, Kind, Live};
use crate::output;
use crate::outward::Terraform;
use crate::text::{self, Text};
use crate::verify::Check;

/// What a blueprint says about an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(
    kind = "s3.object",
    of = Object,
    live = ObjectLive {
        /// The SHA-256 of its content in hexadecimal.
        #[field(in_place)]
        sha256: String,
    }
)]
pub struct ObjectSpec {
    /// The bucket's name.
    #[field(replace)]
    pub bucket: Text,
    /// Its key.
    #[field(replace)]
    pub key: String,
    /// Its Content-Type.
    #[field(in_place)]
    pub content_type: String,
    /// Its Cache-Control.
    #[field(in_place)]
    pub cache_control: String,
    /// Its Content-Encoding; null: none.
    #[field(in_place)]
    #[serde(default)]
    pub content_encoding: Option<String>,
    /// Its Content-Disposition; null: none, so that browsers show it.
    #[field(in_place)]
    #[serde(default)]
    pub content_disposition: Option<String>,
    /// Its own metadata (`x-amz-meta-...`), by name without the prefix. It has these and no other ones.
    #[field(in_place)]
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// Its content; compared, and shown, as `sha256`. Empty where there is an `asset`.
    #[field(in_place, compared = WriteOnly)]
    pub body: Text,
    /// The SHA-256 of a file that is its content, and that is kept on the machine that uploads it, not in plans and state;
    /// null: `body` is its content.
    #[field(in_place, compared = WriteOnly)]
    #[serde(default)]
    pub asset: Option<String>,
    /// Whether no browser reads it, but only those whom the bucket's policy names.
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    /// The web origin that serves it; null: the bucket's own.
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default)]
    pub origin: Option<Text>,
    /// Id of the distribution whose edges have to forget it when its content changes; null: none.
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default)]
    pub distribution: Option<Text>,
}

/// `verify`: a browser gets the file, and nothing else. Asked with a call, as a browser does.
pub static SERVED: Check = Check {
    id: "file-served",
    about: "browsers get the file with its type and content",
    after: &["distribution-deployed"],
    across: &[],
};

/// `verify`: browsers get the headers that keep the page from being framed and downgraded. Asked with a call.
pub static HEADERS: Check = Check {
    id: "headers-served",
    about: "browsers get the page with the headers that protect it",
    after: &["distribution-deployed", "file-served"],
    across: &[],
};

/// The kind `s3.object`.
#[derive(Clone, Copy, Debug)]
pub struct Object;

impl Kind for Object {
    fn about(&self) -> &'static str {
        "An object in a bucket: one of the two pages, a script that they load, or one that an image builder fetches."
    }

    fn lists(&self) -> &'static [List] {
        const {
            &[List {
                holder: BucketSpec::KIND,
                one: "an object",
                what: "objects",
            }]
        }
    }

    fn trace(&self) -> Trace {
        Trace::Within
    }

    fn identity(&self) -> &'static [FieldId] {
        &[ObjectSpec::BUCKET, ObjectSpec::KEY]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (output::URL, "its URL"),
            (output::KEY, "its key"),
            (output::SHA256, "the SHA-256 of its content in hexadecimal"),
        ]
    }

    fn checks(&self) -> &'static [&'static Check] {
        const { &[&SERVED, &HEADERS] }
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform::by_id("aws_s3_object", "BUCKET/KEY"))
    }

    fn actions(&self) -> Actions {
        Actions {
            // Without ListBucket, S3 answers 403 where an object is missing.
            read: &["s3:GetObject", "s3:ListBucket", "cloudfront:GetDistribution"],
            write: &["s3:PutObject", "cloudfront:CreateInvalidation"],
            delete: &["s3:DeleteObject"],
        }
    }

    fn diff(&self, want: &Value, live: &Live) -> Diff {
        let mut diff = live.diff(ObjectSpec::FIELDS, want);
        let have = json!(self.read(live).sha256);
        let asset = ObjectSpec::ASSET.text(want).map(|digest| json!(digest));
        if let Some(wanted) = asset.or_else(|| ObjectSpec::BODY.of(want).and_then(digest_of))
            && wanted != have
        {
            diff.push(FieldChange {
                field: ObjectSpec::SHA256.name.to_owned(),
                have,
                want: wanted,
                change: Change::InPlace,
            });
        }
        diff
    }

    /// Edges forget what was there before only after the object was written.
    fn unfinished(&self, want: &Value) -> Diff {
        let edges = ObjectSpec::DISTRIBUTION.of(want).filter(|edges| !edges.is_null());
        let change = |edges: &Value| FieldChange {
            field: ObjectSpec::DISTRIBUTION.name.to_owned(),
            have: Value::Null,
            want: edges.clone(),
            change: Change::InPlace,
        };
        edges.map(change).into_iter().collect()
    }
}

/// The SHA-256 of a body, or what it waits for: never the body itself, which may be a whole page.
fn digest_of(body: &Value) -> Option<Value> {
    match body {
        Value::String(body) => Some(json!(hex::encode(Sha256::digest(body)))),
        body => {
            let missing = text::references(body)
                .into_iter()
                .map(|(address, output)| Text::after(&address, &output));
            serde_json::to_value(Text::join(missing)).ok()
        }
    }
}
