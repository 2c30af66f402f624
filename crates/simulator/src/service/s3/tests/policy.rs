//! What a bucket policy may ask about a request, and what it finds there.

use super::*;

fn put_policy(w: &mut World, statement: Value) -> Result<Answer, Fault> {
    let policy = json!({ "Version": "2012-10-17", "Statement": statement }).to_string();
    with("PutBucketPolicy", json!({ "Policy": policy })).run(w)
}

/// A statement for another account, about objects.
fn for_other(action: &str, condition: Value) -> Value {
    json!({ "Effect": "Allow", "Principal": { "AWS": OTHER }, "Action": action,
            "Resource": "arn:aws:s3:::pages/*", "Condition": condition })
}

#[test]
fn conditions_name_keys_that_s3_has_and_the_actions_have() {
    let mut w = with_bucket();
    let equals = |key: &str| json!({ "StringEquals": { key: "x" } });
    for (action, key, good) in [
        ("s3:GetObject", "s3:ExistingObjectTag/team", true),
        ("s3:PutObject", "s3:RequestObjectTag/team", true),
        ("s3:PutObject", "s3:x-amz-copy-source", true),
        ("s3:PutObject", "s3:x-amz-grant-full-control", true),
        ("s3:GetObject", "aws:SourceIp", true),
        ("s3:GetObject", "s3:color", false),
        ("s3:GetObject", "s3:ExistingObjectTag", false),
        ("s3:GetObject", "s3:prefix", false),
        ("s3:GetObject", "s3:RequestObjectTag/team", false),
        ("s3:PutObject", "s3:ExistingObjectTag/team", false),
    ] {
        let condition = match key {
            "aws:SourceIp" => json!({ "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } }),
            key => equals(key),
        };
        let outcome = put_policy(&mut w, for_other(action, condition));
        let code = outcome.err().map(|fault| (fault.code, fault.status));
        let refused = Some(("MalformedPolicy".to_owned(), Some(400)));
        assert_eq!(code, if good { None } else { refused }, "{action} {key}");
    }
    let several = json!(["s3:ListBucket", "s3:GetBucketLocation"]);
    let mut statement = for_other("", equals("s3:prefix"));
    statement["Action"] = several;
    statement["Resource"] = json!("arn:aws:s3:::pages");
    assert!(
        put_policy(&mut w, statement.clone()).is_err(),
        "one action has no prefix"
    );
    statement["Action"] = json!("s3:ListBucket");
    put_policy(&mut w, statement).unwrap();
    let unknown = for_other("s3:FetchObject", json!({}));
    assert_eq!(put_policy(&mut w, unknown).unwrap_err().code, "MalformedPolicy");
}

#[test]
fn services_that_do_not_exist_are_no_principals() {
    let mut w = with_bucket();
    for (service, good) in [
        ("appstream.amazonaws.com", true),
        ("logging.s3.amazonaws.com", true),
        ("appstrem.amazonaws.com", false),
    ] {
        let mut statement = for_other("s3:GetObject", json!({}));
        statement["Principal"] = json!({ "Service": service });
        assert_eq!(put_policy(&mut w, statement).is_ok(), good, "{service}");
    }
}

#[test]
fn a_policy_can_ask_for_the_tags_that_an_object_has() {
    let mut w = with_bucket();
    for (key, tags) in [
        ("open", "security=public"),
        ("shut", "security=private"),
        ("bare", ""),
    ] {
        with("PutObject", json!({ "Key": key, "Tagging": tags })).ok(&mut w);
    }
    let condition = json!({ "StringEquals": { "s3:ExistingObjectTag/security": "public" } });
    put_policy(&mut w, for_other("s3:GetObject", condition)).unwrap();
    let read = |key: &str| with("GetObject", json!({ "Key": key })).account(OTHER);
    read("open").ok(&mut w);
    for key in ["shut", "bare"] {
        assert_eq!(read(key).error(&mut w), error("AccessDenied", 403), "{key}");
    }
}

#[test]
fn a_policy_can_ask_for_the_tags_and_headers_of_a_request() {
    let mut w = with_bucket();
    put(&mut w, "public/a", "x");
    put(&mut w, "private/a", "x");
    let write = |more: Value| {
        let mut input = json!({ "Key": "k" });
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        input
    };
    let copy = |from: &str| ("CopyObject", write(json!({ "CopySource": from })));
    for (condition, good, bad) in [
        (
            json!({ "StringEquals": { "s3:RequestObjectTag/security": "public" } }),
            ("PutObject", write(json!({ "Tagging": "security=public&a=b" }))),
            ("PutObject", write(json!({ "Tagging": "security=private" }))),
        ),
        (
            json!({ "ForAllValues:StringLike": { "s3:RequestObjectTagKeys": ["a", "b"] } }),
            ("PutObject", write(json!({ "Tagging": "a=1&b=2" }))),
            ("PutObject", write(json!({ "Tagging": "a=1&c=2" }))),
        ),
        (
            json!({ "StringLike": { "s3:x-amz-copy-source": "pages/public/*" } }),
            copy("/pages/public/a"),
            copy("pages/private/a"),
        ),
        (
            json!({ "StringEquals": { "s3:x-amz-metadata-directive": "COPY" } }),
            (
                "CopyObject",
                write(json!({ "CopySource": "pages/public/a", "MetadataDirective": "COPY" })),
            ),
            copy("pages/public/a"),
        ),
        (
            json!({ "StringEquals": { "s3:x-amz-server-side-encryption": "AES256" } }),
            ("PutObject", write(json!({ "ServerSideEncryption": "AES256" }))),
            ("PutObject", write(json!({}))),
        ),
        (
            json!({ "StringEquals": { "s3:x-amz-acl": "bucket-owner-full-control" } }),
            ("PutObject", write(json!({ "ACL": "bucket-owner-full-control" }))),
            ("PutObject", write(json!({}))),
        ),
        (
            json!({ "StringEquals": { "s3:if-none-match": "*" } }),
            ("PutObject", write(json!({ "Key": "new", "IfNoneMatch": "*" }))),
            ("PutObject", write(json!({}))),
        ),
    ] {
        // The owner reads for the other account what it copies.
        let mut reads = for_other("s3:GetObject", json!({}));
        reads["Sid"] = json!("reads");
        let writes = for_other("s3:PutObject", condition.clone());
        // What an object's ACL and tags take besides is allowed whatever the request says.
        let mut says = for_other("s3:PutObjectAcl", json!({}));
        says["Action"] = json!(["s3:PutObjectAcl", "s3:PutObjectTagging"]);
        says["Sid"] = json!("says");
        put_policy(&mut w, json!([writes, reads, says])).unwrap();
        ask_in(good.0, good.1).account(OTHER).ok(&mut w);
        let refused = ask_in(bad.0, bad.1).account(OTHER).error(&mut w);
        assert_eq!(refused, error("AccessDenied", 403), "{condition}");
    }
    let grants = json!({ "Null": { "s3:x-amz-grant-read": "false" } });
    let mut statement = for_other("s3:PutObject", grants);
    statement["Effect"] = json!("Deny");
    put_policy(&mut w, statement).unwrap();
    let own = with("PutObject", json!({ "Key": "k", "GrantRead": "id=\"abc\"" }));
    assert_eq!(
        own.error(&mut w),
        error("AccessControlListNotSupported", 400),
        "the deny is for the other account"
    );
    let mut everybody = for_other(
        "s3:PutObject",
        json!({ "Null": { "s3:x-amz-grant-read": "false" } }),
    );
    everybody["Effect"] = json!("Deny");
    everybody["Principal"] = json!("*");
    put_policy(&mut w, everybody).unwrap();
    let own = with("PutObject", json!({ "Key": "k", "GrantRead": "id=\"abc\"" }));
    assert_eq!(own.error(&mut w), error("AccessDenied", 403));
}

fn ask_in(operation: &str, mut input: Value) -> Ask {
    input["Bucket"] = json!("pages");
    ask(operation, input)
}

#[test]
fn an_account_that_blocks_public_access_refuses_what_its_buckets_allow() {
    let settings = Settings {
        blocks_public_access: true,
        ..Settings::default()
    };
    let mut w = World::new(settings, START);
    let input =
        json!({ "Bucket": "pages", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } });
    ask("CreateBucket", input).ok(&mut w);
    let off = json!({ "PublicAccessBlockConfiguration": {} });
    with("PutPublicAccessBlock", off).ok(&mut w);
    let refused = put_policy(&mut w, public_read()).unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.status),
        ("AccessDenied", Some(403))
    );
    put_policy(&mut w, for_other("s3:GetObject", json!({}))).unwrap();
    let controls =
        json!({ "OwnershipControls": { "Rules": [{ "ObjectOwnership": "BucketOwnerPreferred" }] } });
    with("PutBucketOwnershipControls", controls).ok(&mut w);
    let public = with("PutBucketAcl", json!({ "ACL": "public-read" }));
    assert_eq!(public.error(&mut w), error("AccessDenied", 403));
}
