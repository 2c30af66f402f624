//! Bucket policies and who may do what.

use super::*;

#[test]
fn policies_are_parsed_and_must_name_this_bucket() {
    let mut w = with_bucket();
    let own = format!("arn:aws:iam::{ACCOUNT}:root");
    let statement = |action: &str, resource: &str| {
        json!({ "Version": "2012-10-17", "Statement":
            { "Effect": "Allow", "Principal": { "AWS": own }, "Action": action, "Resource": resource } })
        .to_string()
    };
    for policy in [
        "{".to_owned(),
        "{}".to_owned(),
        statement("s3:GetObject", "arn:aws:s3:::other/*"),
        statement("s3:GetObject", "*"),
        statement("s3:GetObject", "arn:aws:s3:::pages"),
        statement("s3:ListBucket", "arn:aws:s3:::pages/*"),
        statement("iam:GetRole", "arn:aws:s3:::pages/*"),
        statement("s3:GetObject", "arn:aws:s3:::pages/*")
            .replace(&own, "arn:aws:iam::123456789012:role/never"),
    ] {
        let refused = with("PutBucketPolicy", json!({ "Policy": policy })).error(&mut w);
        assert_eq!(refused, error("MalformedPolicy", 400), "{policy}");
    }
    let good = statement("s3:GetObject", "arn:aws:s3:::pages/*");
    with("PutBucketPolicy", json!({ "Policy": good })).ok(&mut w);
    let got = on("GetBucketPolicy").ok(&mut w)["Policy"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        serde_json::from_str::<Value>(&got).unwrap(),
        serde_json::from_str::<Value>(&good).unwrap()
    );
    assert_eq!(
        on("GetBucketPolicyStatus").ok(&mut w)["PolicyStatus"]["IsPublic"],
        false
    );
}

#[test]
fn a_policy_that_makes_the_bucket_public_is_refused_while_block_public_policy_is_on() {
    let mut w = with_bucket();
    let policy = json!({ "Version": "2012-10-17", "Statement": public_read() }).to_string();
    let asked = || with("PutBucketPolicy", json!({ "Policy": policy }));
    assert_eq!(asked().error(&mut w), error("AccessDenied", 403));
    open_policy(&mut w, public_read());
    assert_eq!(
        on("GetBucketPolicyStatus").ok(&mut w)["PolicyStatus"]["IsPublic"],
        true
    );
}

#[test]
fn what_public_means() {
    for (condition, public) in [
        (json!({}), true),
        (json!({ "Bool": { "aws:SecureTransport": "true" } }), true),
        (
            json!({ "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } }),
            false,
        ),
        (
            json!({ "IpAddress": { "aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/1"] } }),
            true,
        ),
        (
            json!({ "NotIpAddress": { "aws:SourceIp": "203.0.113.0/24" } }),
            true,
        ),
        (
            json!({ "StringEquals": { "aws:SourceVpce": "vpce-0a1b2c3d" } }),
            false,
        ),
        (json!({ "StringLike": { "aws:SourceVpce": "vpce-*" } }), true),
        (
            json!({ "StringLike": { "aws:Referer": "https://acme.example.com/*" } }),
            true,
        ),
    ] {
        let mut statement = public_read();
        statement["Condition"] = condition.clone();
        let text = json!({ "Version": "2012-10-17", "Statement": statement }).to_string();
        let policy = crate::policy::Policy::parse(&text, crate::policy::Kind::Resource).unwrap();
        assert_eq!(
            crate::service::s3::policy::is_public(&policy),
            public,
            "{condition}"
        );
    }
}

#[test]
fn anonymous_reads_obey_the_bucket_policy_and_anonymous_writes_are_refused() {
    let mut w = with_bucket();
    put(&mut w, "ccp.html", "<html>");
    let read = || with("GetObject", json!({ "Key": "ccp.html" })).anonymous();
    assert_eq!(read().error(&mut w), error("AccessDenied", 403));
    let insecure = json!({ "Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": ["arn:aws:s3:::pages", "arn:aws:s3:::pages/*"],
        "Condition": { "Bool": { "aws:SecureTransport": "false" } } });
    let mut all = public_read();
    all["Action"] = json!("s3:*");
    open_policy(&mut w, json!([all, insecure]));
    assert_eq!(read().run(&mut w).unwrap().body.unwrap(), "<html>");
    let plain = read().header("x-forwarded-proto", "http").error(&mut w);
    assert_eq!(plain, error("AccessDenied", 403));
    let write = with("PutObject", json!({ "Key": "x" })).anonymous().error(&mut w);
    assert_eq!(write, error("AccessDenied", 403));
    let block = json!({ "PublicAccessBlockConfiguration": { "RestrictPublicBuckets": true } });
    with("PutPublicAccessBlock", block).ok(&mut w);
    assert_eq!(read().error(&mut w), error("AccessDenied", 403));
}

#[test]
fn only_those_who_may_list_learn_that_a_key_is_missing() {
    let mut w = with_bucket();
    open_policy(&mut w, public_read());
    let read = || with("GetObject", json!({ "Key": "none" }));
    assert_eq!(read().error(&mut w), error("NoSuchKey", 404));
    assert_eq!(read().anonymous().error(&mut w), error("AccessDenied", 403));
}

#[test]
fn a_deny_binds_the_owner_too_but_root_can_repair_the_policy() {
    let mut w = with_bucket();
    let deny = json!({ "Version": "2012-10-17", "Statement": { "Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": ["arn:aws:s3:::pages", "arn:aws:s3:::pages/*"] } });
    with("PutBucketPolicy", json!({ "Policy": deny.to_string() })).ok(&mut w);
    assert_eq!(on("ListObjectsV2").error(&mut w), error("AccessDenied", 403));
    assert_eq!(on("DeleteBucketPolicy").error(&mut w), error("AccessDenied", 403));
    let mut root = on("DeleteBucketPolicy");
    root.call.caller.arn = format!("arn:aws:iam::{ACCOUNT}:root");
    root.ok(&mut w);
    on("ListObjectsV2").ok(&mut w);
}

#[test]
fn a_policy_comes_back_in_s3s_own_form() {
    let mut w = with_bucket();
    let policy = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "AWS": [OTHER] },
        "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::pages/*"] }] });
    with("PutBucketPolicy", json!({ "Policy": policy.to_string() })).ok(&mut w);
    let got = on("GetBucketPolicy").ok(&mut w)["Policy"]
        .as_str()
        .unwrap()
        .to_owned();
    let got: Value = serde_json::from_str(&got).unwrap();
    assert_eq!(
        got["Statement"][0]["Principal"]["AWS"],
        format!("arn:aws:iam::{OTHER}:root")
    );
    assert_eq!(got["Statement"][0]["Action"], "s3:GetObject");
    let gone = policy.to_string().replace(OTHER, "AROAEXAMPLE");
    let refused = with("PutBucketPolicy", json!({ "Policy": gone })).error(&mut w);
    assert_eq!(refused, error("MalformedPolicy", 400));
}

#[test]
fn acls_count_only_where_ownership_and_the_public_access_block_let_them() {
    let mut w = with_bucket();
    let public = || with("PutBucketAcl", json!({ "ACL": "public-read" }));
    assert_eq!(
        public().error(&mut w),
        error("AccessControlListNotSupported", 400)
    );
    let private = with("PutBucketAcl", json!({ "ACL": "private" }));
    assert_eq!(private.error(&mut w), error("AccessControlListNotSupported", 400));
    let controls =
        json!({ "OwnershipControls": { "Rules": [{ "ObjectOwnership": "BucketOwnerPreferred" }] } });
    with("PutBucketOwnershipControls", controls).ok(&mut w);
    assert_eq!(public().error(&mut w), error("AccessDenied", 403));
    with(
        "PutPublicAccessBlock",
        json!({ "PublicAccessBlockConfiguration": {} }),
    )
    .ok(&mut w);
    put(&mut w, "hidden", "x");
    with("PutObject", json!({ "Key": "open", "ACL": "public-read" })).ok(&mut w);
    assert_eq!(
        on("ListObjectsV2").anonymous().error(&mut w),
        error("AccessDenied", 403)
    );
    public().ok(&mut w);
    assert_eq!(on("ListObjectsV2").anonymous().ok(&mut w)["KeyCount"], 2);
    assert_eq!(
        on("GetBucketAcl").ok(&mut w)["Grants"].as_array().unwrap().len(),
        2
    );
    let read = |key: &str| with("GetObject", json!({ "Key": key })).anonymous();
    read("open").ok(&mut w);
    assert_eq!(read("hidden").error(&mut w), error("AccessDenied", 403));
    with("PutObjectAcl", json!({ "Key": "open", "ACL": "private" })).ok(&mut w);
    assert_eq!(read("open").error(&mut w), error("AccessDenied", 403));
    with("PutObjectAcl", json!({ "Key": "open", "ACL": "public-read" })).ok(&mut w);
    let ignore = json!({ "PublicAccessBlockConfiguration": { "IgnorePublicAcls": true } });
    with("PutPublicAccessBlock", ignore).ok(&mut w);
    assert_eq!(read("open").error(&mut w), error("AccessDenied", 403));
    let both = json!({ "ACL": "private", "GrantRead": "id=\"abc\"" });
    assert_eq!(
        with("PutBucketAcl", both).error(&mut w),
        error("InvalidRequest", 400)
    );
    assert_eq!(
        on("PutBucketAcl").error(&mut w),
        error("MissingSecurityHeader", 400)
    );
}

/// A bucket whose ACLs count.
fn with_acls() -> World {
    let mut w = with_bucket();
    let controls = json!({ "OwnershipControls": { "Rules": [{ "ObjectOwnership": "ObjectWriter" }] } });
    with("PutBucketOwnershipControls", controls).ok(&mut w);
    w
}

const THIRD: &str = "444455556666";

fn id_of(account: &str) -> String {
    format!("id=\"{}\"", canonical(account))
}

#[test]
fn a_grant_to_one_account_lets_that_account_in_and_no_other() {
    let mut w = with_acls();
    let denied = || error("AccessDenied", 403);
    with("PutObject", json!({ "Key": "shared", "GrantRead": id_of(OTHER) })).ok(&mut w);
    put(&mut w, "own", "x");
    let read = |key: &str| with("GetObject", json!({ "Key": key }));
    read("shared").account(OTHER).ok(&mut w);
    for refused in [
        read("shared").account(THIRD),
        read("shared").anonymous(),
        read("own").account(OTHER),
        with("GetObjectAcl", json!({ "Key": "shared" })).account(OTHER),
        with("PutObjectAcl", json!({ "Key": "shared", "ACL": "private" })).account(OTHER),
        with("GetObjectTagging", json!({ "Key": "shared" })).account(OTHER),
        with("DeleteObject", json!({ "Key": "shared" })).account(OTHER),
        on("ListObjectsV2").account(OTHER),
    ] {
        assert_eq!(refused.error(&mut w), denied());
    }
    // Full control of an object is the control of its ACL, and nothing of the bucket.
    let full = json!({ "Key": "shared", "GrantFullControl": id_of(OTHER) });
    with("PutObjectAcl", full).ok(&mut w);
    with("GetObjectAcl", json!({ "Key": "shared" }))
        .account(OTHER)
        .ok(&mut w);
    assert_eq!(on("ListObjectsV2").account(OTHER).error(&mut w), denied());
    // Of the bucket: each permission lets in what it names.
    with(
        "PutBucketAcl",
        json!({ "GrantRead": id_of(OTHER), "GrantWriteACP": id_of(THIRD) }),
    )
    .ok(&mut w);
    assert_eq!(on("ListObjectsV2").account(OTHER).ok(&mut w)["KeyCount"], 2);
    on("ListObjectVersions").account(OTHER).ok(&mut w);
    on("HeadBucket").account(OTHER).ok(&mut w);
    for refused in [
        on("GetBucketAcl").account(OTHER),
        on("ListObjectsV2").account(THIRD),
        with("PutObject", json!({ "Key": "new" })).account(OTHER),
    ] {
        assert_eq!(refused.error(&mut w), denied());
    }
    let writes = json!({ "GrantWrite": id_of(OTHER), "GrantReadACP": id_of(THIRD) });
    with("PutBucketAcl", writes).account(THIRD).ok(&mut w);
    on("GetBucketAcl").account(THIRD).ok(&mut w);
    let new = json!({ "Key": "new", "ACL": "bucket-owner-full-control", "Tagging": "a=1" });
    with("PutObject", new).account(OTHER).ok(&mut w);
    let over = with("PutObject", json!({ "Key": "own" })).account(OTHER);
    assert_eq!(over.error(&mut w), denied(), "it is another's");
    // A policy that denies wins.
    let deny = json!({ "Version": "2012-10-17", "Statement": { "Effect": "Deny",
        "Principal": { "AWS": OTHER }, "Action": "s3:PutObjectAcl", "Resource": "arn:aws:s3:::pages/*" } });
    with("PutBucketPolicy", json!({ "Policy": deny.to_string() })).ok(&mut w);
    let said = with("PutObject", json!({ "Key": "next", "ACL": "private" })).account(OTHER);
    assert_eq!(said.error(&mut w), denied());
    with("PutObject", json!({ "Key": "next" }))
        .account(OTHER)
        .ok(&mut w);
    // Where the owner is enforced, no ACL counts.
    on("DeleteBucketPolicy").ok(&mut w);
    with("PutBucketAcl", json!({ "ACL": "private" })).ok(&mut w);
    read("shared").account(OTHER).ok(&mut w);
    let controls =
        json!({ "OwnershipControls": { "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] } });
    with("PutBucketOwnershipControls", controls).ok(&mut w);
    assert_eq!(read("shared").account(OTHER).error(&mut w), denied());
}

#[test]
fn what_blocks_public_access_leaves_grants_to_accounts() {
    let mut w = with_acls();
    let shared = json!({ "Key": "shared", "GrantRead": id_of(OTHER) });
    with("PutObject", shared).ok(&mut w);
    let block = json!({ "PublicAccessBlockConfiguration": { "IgnorePublicAcls": true } });
    with("PutPublicAccessBlock", block).ok(&mut w);
    let read = || with("GetObject", json!({ "Key": "shared" })).account(OTHER);
    read().ok(&mut w);
    let everybody = format!(
        "{}, uri=\"http://acs.amazonaws.com/groups/global/AllUsers\"",
        id_of(OTHER)
    );
    let open = json!({ "Key": "shared", "GrantRead": everybody });
    with("PutObjectAcl", open).ok(&mut w);
    assert_eq!(read().error(&mut w), error("AccessDenied", 403));
}

#[test]
fn a_write_that_gives_an_acl_or_tags_needs_the_permission_for_it() {
    let mut w = with_acls();
    let allow = |w: &mut World, actions: Value| {
        let policy = json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow",
            "Principal": { "AWS": OTHER }, "Action": actions, "Resource": "arn:aws:s3:::pages/*" } });
        with("PutBucketPolicy", json!({ "Policy": policy.to_string() })).ok(w);
    };
    with("PutObject", json!({ "Key": "source", "Tagging": "a=1" })).ok(&mut w);
    let acl = json!({ "ACL": "bucket-owner-full-control" });
    let grant = json!({ "GrantRead": id_of(OTHER) });
    let tags = json!({ "Tagging": "a=1" });
    let replaced = json!({ "Tagging": "a=1", "TaggingDirective": "REPLACE" });
    let cases = [
        ("PutObject", &acl, "s3:PutObjectAcl"),
        ("PutObject", &grant, "s3:PutObjectAcl"),
        ("PutObject", &tags, "s3:PutObjectTagging"),
        ("CreateMultipartUpload", &acl, "s3:PutObjectAcl"),
        ("CreateMultipartUpload", &tags, "s3:PutObjectTagging"),
        ("CopyObject", &replaced, "s3:PutObjectTagging"),
    ];
    for (operation, more, action) in cases {
        let ask = || {
            let mut input = json!({ "Key": "new" });
            if operation == "CopyObject" {
                input["CopySource"] = "pages/source".into();
            }
            let members = input.as_object_mut().unwrap();
            members.extend(more.as_object().unwrap().clone());
            with(operation, input).account(OTHER)
        };
        allow(&mut w, json!(["s3:PutObject", "s3:GetObject"]));
        assert_eq!(
            ask().error(&mut w),
            error("AccessDenied", 403),
            "{operation} {more}"
        );
        allow(&mut w, json!(["s3:PutObject", "s3:GetObject", action]));
        ask().ok(&mut w);
    }
    // Without either, nothing more is needed; the tags of a source are read and written by a copy.
    allow(&mut w, json!(["s3:PutObject", "s3:GetObject"]));
    with("PutObject", json!({ "Key": "new" }))
        .account(OTHER)
        .ok(&mut w);
    let copy = || {
        with(
            "CopyObject",
            json!({ "Key": "copy", "CopySource": "pages/source" }),
        )
        .account(OTHER)
    };
    for actions in [
        json!(["s3:PutObject", "s3:GetObject", "s3:PutObjectTagging"]),
        json!(["s3:PutObject", "s3:GetObject", "s3:GetObjectTagging"]),
    ] {
        allow(&mut w, actions.clone());
        assert_eq!(copy().error(&mut w), error("AccessDenied", 403), "{actions}");
    }
    allow(&mut w, json!(["s3:PutObject", "s3:GetObject", "s3:*Tagging"]));
    copy().ok(&mut w);
    // The owner needs no policy, and a policy that denies binds the owner too.
    let deny = json!({ "Version": "2012-10-17", "Statement": { "Effect": "Deny", "Principal": "*",
        "Action": "s3:PutObjectTagging", "Resource": "arn:aws:s3:::pages/*" } });
    with("PutBucketPolicy", json!({ "Policy": deny.to_string() })).ok(&mut w);
    let tagged = || with("PutObject", json!({ "Key": "new", "Tagging": "a=1" }));
    assert_eq!(tagged().error(&mut w), error("AccessDenied", 403));
    put(&mut w, "new", "x");
}
