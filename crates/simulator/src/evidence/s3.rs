//! S3.

use super::entry::Evidence;

pub(super) const ENTRIES: &[Evidence] = &[
    Evidence {
        id: "s3.anonymous-writes",
        belief: "unsigned requests never write, even where a bucket's policy allows it",
        source: "S3 would allow it; nothing that is built here should rely on it",
        fallback: None,
        signals: &["PutObject", "DeleteObject"],
    },
    Evidence {
        id: "s3.completed-uploads",
        belief: "an upload can be completed again for as long as what it made is the newest version of its key",
        source: "Moto's test of it is verified on AWS; for how long S3 remembers is not documented",
        fallback: None,
        signals: &["CompleteMultipartUpload"],
    },
    Evidence {
        id: "s3.concurrent-changes",
        belief: "of two changes of one bucket's configuration at the same time the second fails with OperationAborted",
        source: "reports of OperationAborted name many pairs (terraform-provider-aws issues 7628, 33478 and 33552), and \
                 none that never conflicts",
        fallback: None,
        signals: &["PutBucketPolicy", "PutPublicAccessBlock", "PutBucketTagging"],
    },
    Evidence {
        id: "s3.condition-keys-of-patterns",
        belief: "a condition key is valid for a pattern of actions if one action that the pattern means has it; actions \
                 that are named all need it",
        source: "the reference lists keys by action, and reports show that named actions all need them (S3-Uploads issue \
                 239)",
        fallback: None,
        signals: &["PutBucketPolicy"],
    },
    Evidence {
        id: "s3.deleted-name-is-held",
        belief: "the name of a deleted bucket can be taken again at once",
        source: "field reports of OperationAborted for up to an hour (aws-cli issue 2593)",
        fallback: Some("for a minute CreateBucket fails with OperationAborted"),
        signals: &["CreateBucket"],
    },
    Evidence {
        id: "s3.ignored-acls",
        belief: "where public ACLs are ignored, an ACL with a public grant is ignored whole, with its grants to accounts",
        source: "\"causes Amazon S3 to ignore all public ACLs\"; what becomes of their other grants is not said",
        fallback: None,
        signals: &["GetObject"],
    },
    Evidence {
        id: "s3.one-owner",
        belief: "an object belongs to the bucket's owner, also where another account wrote it; a grant to write allows \
                 new objects and no overwriting",
        source: "S3 leaves it to the writer unless ownership controls say otherwise; \"for the object owners of existing \
                 objects, also allows deletions and overwrites\"",
        fallback: None,
        signals: &["PutObject", "PutBucketAcl"],
    },
    Evidence {
        id: "s3.source",
        belief: "a request came over TLS unless x-forwarded-proto says otherwise, from the first address of \
                 x-forwarded-for",
        source: "on loopback there is neither TLS nor an address worth checking",
        fallback: None,
        signals: &["GetObject"],
    },
    Evidence {
        id: "s3.uploads-hold-bucket",
        belief: "a bucket with multipart uploads under way can be deleted",
        source: "documented for directory buckets only; field reports say both (ceph pull request 15630, cloud-custodian \
                 issue 545)",
        fallback: Some("DeleteBucket fails with BucketNotEmpty"),
        signals: &["DeleteBucket"],
    },
    Evidence {
        id: "s3.writer-says",
        belief: "a caller who may write by an ACL may give the new object an ACL and tags",
        source: "policies need s3:PutObjectAcl and s3:PutObjectTagging for it; ACLs have no such permission, and writers \
                 by ACL have always granted the bucket's owner full control",
        fallback: None,
        signals: &["PutObject"],
    },
];
