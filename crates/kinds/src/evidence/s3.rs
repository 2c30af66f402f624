//! What is assumed of Amazon S3.

use super::model::{Evidence, Signal};
use headset_core::Class;

pub(super) const ALL: &[Evidence] = &[
    Evidence {
        id: "s3.block-lifts-late",
        belief: "S3 may refuse a public policy for up to a minute after its public access block was lifted",
        source: "S3's settings are eventually consistent; no source says for how long",
        fallback: "apply again; if S3 still refuses the policy, the account's own public access block may forbid it",
        signals: &[Signal::Call {
            service: "s3",
            operations: &["PutBucketPolicy"],
            classes: &[Class::Denied],
        }],
    },
    Evidence {
        id: "s3.name-freed-late",
        belief: "the name of a deleted bucket stays taken for a while, an hour at most",
        source: "S3's guide says that a name may not be free at once; field reports speak of up to an hour",
        fallback: "choose another name (`ccp.bucket` for the pages)",
        signals: &[Signal::Call {
            service: "s3",
            operations: &["CreateBucket"],
            classes: &[Class::Conflict],
        }],
    },
];
