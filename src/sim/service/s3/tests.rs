//! S3 by its own calls.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::*;
use crate::sim::service::Caller;

const START: Moment = Moment(1_790_000_000_000);
const ACCOUNT: &str = "123456789012";
const OTHER: &str = "111122223333";

fn world() -> World {
    World::new(Settings::default(), START)
}

/// One call, as the deployer in eu-west-2 unless changed.
struct Ask {
    call: Call,
}

fn ask(operation: &str, input: Value) -> Ask {
    Ask {
        call: Call {
            operation: operation.into(),
            input,
            body: Bytes::new(),
            headers: Vec::new(),
            region: "eu-west-2".into(),
            caller: Caller {
                account: ACCOUNT.into(),
                arn: format!("arn:aws:iam::{ACCOUNT}:user/deployer"),
                access_key: Some("AKIAEXAMPLE".into()),
            },
            now: START,
            base_url: None,
        },
    }
}

impl Ask {
    fn body(mut self, body: &str) -> Ask {
        self.call.body = Bytes::from(body.to_owned());
        self
    }
    fn anonymous(mut self) -> Ask {
        self.call.caller = Caller {
            account: String::new(),
            arn: String::new(),
            access_key: None,
        };
        self
    }
    fn account(mut self, account: &str) -> Ask {
        self.call.caller.account = account.into();
        self.call.caller.arn = format!("arn:aws:iam::{account}:user/someone");
        self
    }
    fn region(mut self, region: &str) -> Ask {
        self.call.region = region.into();
        self
    }
    fn header(mut self, name: &str, value: &str) -> Ask {
        self.call.headers.push((name.into(), value.into()));
        self
    }
    fn after(mut self, seconds: u64) -> Ask {
        self.call.now = START.after(Duration::from_secs(seconds));
        self
    }
    fn run(self, world: &mut World) -> Result<Answer, Fault> {
        S3.call(world, &self.call)
    }
    fn ok(self, world: &mut World) -> Value {
        self.run(world).unwrap().output
    }
    /// Code and status of the error.
    fn error(self, world: &mut World) -> (String, u16) {
        let fault = self.run(world).unwrap_err();
        (fault.code, fault.status.unwrap_or(0))
    }
}

fn error(code: &str, status: u16) -> (String, u16) {
    (code.to_owned(), status)
}

fn with_bucket() -> World {
    let mut w = world();
    let input =
        json!({ "Bucket": "pages", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } });
    ask("CreateBucket", input).ok(&mut w);
    w
}

fn on(operation: &str) -> Ask {
    ask(operation, json!({ "Bucket": "pages" }))
}

fn with(operation: &str, more: Value) -> Ask {
    let mut input = json!({ "Bucket": "pages" });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    ask(operation, input)
}

fn put(w: &mut World, key: &str, body: &str) -> Value {
    with("PutObject", json!({ "Key": key })).body(body).ok(w)
}

fn open_policy(w: &mut World, statements: Value) {
    let off = json!({ "PublicAccessBlockConfiguration": {} });
    with("PutPublicAccessBlock", off).ok(w);
    let policy = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    with("PutBucketPolicy", json!({ "Policy": policy })).ok(w);
}

fn public_read() -> Value {
    json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::pages/*" })
}

#[test]
fn every_operation_is_dispatched() {
    for operation in S3.operations() {
        let mut w = with_bucket();
        if let Err(fault) =
            with(operation, json!({ "Key": "k", "UploadId": "u", "PartNumber": 1 })).run(&mut w)
        {
            assert_ne!(fault.code, "NotImplemented", "{operation}");
        }
    }
    assert_eq!(
        on("PutBucketLogging").error(&mut with_bucket()),
        error("NotImplemented", 501)
    );
}

#[test]
fn us_east_1_takes_no_location_constraint_and_answers_200_when_the_bucket_is_yours() {
    let mut w = world();
    let plain = || ask("CreateBucket", json!({ "Bucket": "pages" })).region("us-east-1");
    let explicit =
        json!({ "Bucket": "pages", "CreateBucketConfiguration": { "LocationConstraint": "us-east-1" } });
    let refused = ask("CreateBucket", explicit).region("us-east-1").error(&mut w);
    assert_eq!(refused, error("InvalidLocationConstraint", 400));
    plain().ok(&mut w);
    plain().ok(&mut w);
    assert_eq!(
        plain().account(OTHER).error(&mut w),
        error("BucketAlreadyExists", 409)
    );
    assert_eq!(on("GetBucketLocation").ok(&mut w), json!({}));
}

#[test]
fn other_regions_need_a_constraint_and_answer_409() {
    let mut w = with_bucket();
    let illegal = error("IllegalLocationConstraintException", 400);
    assert_eq!(
        ask("CreateBucket", json!({ "Bucket": "two" })).error(&mut w),
        illegal
    );
    let wrong =
        json!({ "Bucket": "two", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-1" } });
    assert_eq!(ask("CreateBucket", wrong).error(&mut w), illegal);
    let again = json!({ "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } });
    assert_eq!(
        with("CreateBucket", again).error(&mut w),
        error("BucketAlreadyOwnedByYou", 409)
    );
    assert_eq!(
        on("GetBucketLocation").ok(&mut w)["LocationConstraint"],
        "eu-west-2"
    );
}

#[test]
fn bucket_names_are_checked() {
    for name in [
        "ab",
        "Upper",
        "under_score",
        "-edge",
        "a..b",
        "192.168.1.1",
        "xn--a",
        "a-s3alias",
        "pages-an",
    ] {
        let asked = ask("CreateBucket", json!({ "Bucket": name })).region("us-east-1");
        assert_eq!(
            asked.error(&mut world()),
            error("InvalidBucketName", 400),
            "{name}"
        );
    }
    let mut input =
        json!({ "Bucket": "pages-123456789012-us-east-1-an", "BucketNamespace": "account-regional" });
    ask("CreateBucket", input.clone())
        .region("us-east-1")
        .ok(&mut world());
    input["Bucket"] = json!("pages-111122223333-us-east-1-an");
    let foreign = ask("CreateBucket", input).region("us-east-1").error(&mut world());
    assert_eq!(foreign, error("InvalidBucketName", 400));
}

#[test]
fn head_from_another_region_is_a_301_with_the_buckets_region() {
    let mut w = with_bucket();
    assert_eq!(on("HeadBucket").ok(&mut w)["BucketRegion"], "eu-west-2");
    let moved = on("HeadBucket").region("us-east-1").run(&mut w).unwrap_err();
    assert_eq!(
        (moved.status, &moved.members["BucketRegion"]),
        (Some(301), &json!("eu-west-2"))
    );
    assert_eq!(
        on("HeadBucket").account(OTHER).error(&mut w),
        error("AccessDenied", 403)
    );
    assert_eq!(
        ask("HeadBucket", json!({ "Bucket": "none" })).error(&mut w),
        error("NotFound", 404)
    );
    assert_eq!(
        ask("ListObjectsV2", json!({ "Bucket": "none" })).error(&mut w),
        error("NoSuchBucket", 404)
    );
}

#[test]
fn a_new_bucket_blocks_public_access_and_enforces_owner_ownership() {
    let mut w = with_bucket();
    let block = on("GetPublicAccessBlock").ok(&mut w)["PublicAccessBlockConfiguration"].clone();
    for flag in [
        "BlockPublicAcls",
        "IgnorePublicAcls",
        "BlockPublicPolicy",
        "RestrictPublicBuckets",
    ] {
        assert_eq!(block[flag], true, "{flag}");
    }
    let controls = on("GetBucketOwnershipControls").ok(&mut w);
    assert_eq!(
        controls["OwnershipControls"]["Rules"][0]["ObjectOwnership"],
        "BucketOwnerEnforced"
    );
    let encryption = on("GetBucketEncryption").ok(&mut w);
    let rule = &encryption["ServerSideEncryptionConfiguration"]["Rules"][0];
    assert_eq!(
        rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"],
        "AES256"
    );
    let acl = with("PutObject", json!({ "Key": "k", "ACL": "public-read" })).error(&mut w);
    assert_eq!(acl, error("AccessControlListNotSupported", 400));
}

#[test]
fn unset_subresources_answer_404_with_the_right_code() {
    let mut w = with_bucket();
    for (operation, code) in [
        ("GetBucketPolicy", "NoSuchBucketPolicy"),
        ("GetBucketPolicyStatus", "NoSuchBucketPolicy"),
        ("GetBucketTagging", "NoSuchTagSet"),
        ("GetBucketCors", "NoSuchCORSConfiguration"),
        ("GetBucketWebsite", "NoSuchWebsiteConfiguration"),
        ("GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration"),
        ("GetBucketReplication", "ReplicationConfigurationNotFoundError"),
        (
            "GetObjectLockConfiguration",
            "ObjectLockConfigurationNotFoundError",
        ),
    ] {
        assert_eq!(on(operation).error(&mut w), error(code, 404), "{operation}");
    }
    assert_eq!(on("GetBucketVersioning").ok(&mut w), json!({}));
}

#[test]
fn removing_ownership_controls_or_public_access_block_makes_the_next_get_a_404() {
    let mut w = with_bucket();
    on("DeleteBucketOwnershipControls").ok(&mut w);
    let gone = on("GetBucketOwnershipControls").error(&mut w);
    assert_eq!(gone, error("OwnershipControlsNotFoundError", 404));
    on("DeletePublicAccessBlock").ok(&mut w);
    assert_eq!(
        on("GetPublicAccessBlock").error(&mut w),
        error("NoSuchPublicAccessBlockConfiguration", 404)
    );
}

#[test]
fn tags_at_create_count_and_tagging_replaces_the_whole_set() {
    let mut w = world();
    let tags = json!([{ "Key": "headset:environment", "Value": "acme" }]);
    let configuration = json!({ "LocationConstraint": "eu-west-2", "Tags": tags });
    with(
        "CreateBucket",
        json!({ "CreateBucketConfiguration": configuration }),
    )
    .ok(&mut w);
    assert_eq!(on("GetBucketTagging").ok(&mut w)["TagSet"], tags);
    let next = json!([{ "Key": "a", "Value": "1" }]);
    with("PutBucketTagging", json!({ "Tagging": { "TagSet": next } })).ok(&mut w);
    assert_eq!(on("GetBucketTagging").ok(&mut w)["TagSet"], next);
    let twice = json!([{ "Key": "a", "Value": "1" }, { "Key": "a", "Value": "2" }]);
    let refused = with("PutBucketTagging", json!({ "Tagging": { "TagSet": twice } })).error(&mut w);
    assert_eq!(refused, error("InvalidTag", 400));
    on("DeleteBucketTagging").ok(&mut w);
    assert_eq!(on("GetBucketTagging").error(&mut w), error("NoSuchTagSet", 404));
}

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
    assert_eq!(on("GetBucketPolicy").ok(&mut w)["Policy"], good);
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
        let policy = crate::sim::policy::Policy::parse(&text, crate::sim::policy::Kind::Resource).unwrap();
        assert_eq!(super::policy::is_public(&policy), public, "{condition}");
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
fn head_and_get_return_every_header_that_was_put() {
    let mut w = with_bucket();
    let headers = json!({
        "ContentType": "text/html; charset=utf-8",
        "CacheControl": "no-store",
        "ContentDisposition": "inline",
        "ContentLanguage": "en",
        "Metadata": { "build": "7" },
    });
    let mut input = headers.clone();
    input["Key"] = json!("ccp.html");
    input["Tagging"] = json!("a=1&b=x%20y");
    input["ContentEncoding"] = json!("gzip,aws-chunked");
    with("PutObject", input).body("<html>").ok(&mut w);
    for operation in ["HeadObject", "GetObject"] {
        let got = with(operation, json!({ "Key": "ccp.html" })).ok(&mut w);
        for (name, value) in headers.as_object().unwrap() {
            assert_eq!(&got[name], value, "{operation} {name}");
        }
        assert_eq!(got["ContentEncoding"], "gzip");
        assert_eq!(got["TagCount"], 2);
        assert_eq!(got["ContentLength"], 6);
        assert_eq!(got["ServerSideEncryption"], "AES256");
    }
    let tags = with("GetObjectTagging", json!({ "Key": "ccp.html" })).ok(&mut w);
    assert_eq!(
        tags["TagSet"],
        json!([{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "x y" }])
    );
}

#[test]
fn checksums_come_back_when_asked_for() {
    let mut w = with_bucket();
    with("PutObject", json!({ "Key": "given", "ChecksumSHA256": "c3Vt" }))
        .body("x")
        .ok(&mut w);
    put(&mut w, "own", "123456789");
    let head = |w: &mut World, key: &str, mode: Value| {
        with("HeadObject", json!({ "Key": key, "ChecksumMode": mode })).ok(w)
    };
    assert_eq!(head(&mut w, "given", json!("ENABLED"))["ChecksumSHA256"], "c3Vt");
    assert!(head(&mut w, "given", Value::Null).get("ChecksumSHA256").is_none());
    let own = head(&mut w, "own", json!("ENABLED"));
    assert_eq!(
        (own["ChecksumCRC64NVME"].as_str(), own["ChecksumType"].as_str()),
        (Some("rosUhgp5mYg="), Some("FULL_OBJECT"))
    );
    assert_eq!(own["ETag"], "\"25f9e794323b453885f5181f1b624d0b\"");
    let wrong = with("PutObject", json!({ "Key": "k", "ContentMD5": "AAAA" }))
        .body("x")
        .error(&mut w);
    assert_eq!(wrong, error("BadDigest", 400));
}

#[test]
fn conditional_writes_and_if_match_on_an_absent_key_is_404() {
    let mut w = with_bucket();
    let lock = |more: Value, body: &str| {
        let mut input = json!({ "Key": "lease" });
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        with("PutObject", input).body(body)
    };
    assert_eq!(
        lock(json!({ "IfMatch": "\"x\"" }), "1").error(&mut w),
        error("NoSuchKey", 404)
    );
    let first = lock(json!({ "IfNoneMatch": "*" }), "1").ok(&mut w);
    assert_eq!(
        lock(json!({ "IfNoneMatch": "*" }), "2").error(&mut w),
        error("PreconditionFailed", 412)
    );
    let second = lock(json!({ "IfMatch": first["ETag"] }), "2").ok(&mut w);
    assert_eq!(
        lock(json!({ "IfMatch": first["ETag"] }), "3").error(&mut w),
        error("PreconditionFailed", 412)
    );
    let stale = with(
        "DeleteObject",
        json!({ "Key": "lease", "IfMatch": first["ETag"] }),
    )
    .error(&mut w);
    assert_eq!(stale, error("PreconditionFailed", 412));
    with(
        "DeleteObject",
        json!({ "Key": "lease", "IfMatch": second["ETag"] }),
    )
    .ok(&mut w);
}

#[test]
fn conditional_reads() {
    let mut w = with_bucket();
    let etag = put(&mut w, "k", "body")["ETag"].clone();
    let known = with("GetObject", json!({ "Key": "k", "IfNoneMatch": etag })).error(&mut w);
    assert_eq!(known, error("NotModified", 304));
    let other = with("GetObject", json!({ "Key": "k", "IfMatch": "\"other\"" })).error(&mut w);
    assert_eq!(other, error("PreconditionFailed", 412));
    let seconds = (START.0 / 1000) as f64;
    let since = with("GetObject", json!({ "Key": "k", "IfModifiedSince": seconds })).error(&mut w);
    assert_eq!(since, error("NotModified", 304));
}

#[test]
fn ranges() {
    let mut w = with_bucket();
    put(&mut w, "k", "0123456789");
    for (range, body, content) in [
        ("bytes=2-4", "234", "bytes 2-4/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
        ("bytes=5-99", "56789", "bytes 5-9/10"),
    ] {
        let got = with("GetObject", json!({ "Key": "k", "Range": range }))
            .run(&mut w)
            .unwrap();
        assert_eq!(
            (got.body.unwrap(), got.status),
            (Bytes::from(body), Some(206)),
            "{range}"
        );
        assert_eq!(got.output["ContentRange"], content);
    }
    let beyond = with("GetObject", json!({ "Key": "k", "Range": "bytes=10-" })).error(&mut w);
    assert_eq!(beyond, error("InvalidRange", 416));
}

#[test]
fn listings_page_and_fold() {
    let mut w = with_bucket();
    for key in ["a", "dir/1", "dir/2", "dir/sub/3", "z"] {
        put(&mut w, key, key);
    }
    let mut seen = Vec::new();
    let mut input = json!({ "Delimiter": "/", "MaxKeys": 1 });
    loop {
        let page = with("ListObjectsV2", input.clone()).ok(&mut w);
        assert_eq!(page["KeyCount"], 1);
        seen.push(
            page["Contents"][0]["Key"]
                .as_str()
                .or(page["CommonPrefixes"][0]["Prefix"].as_str())
                .unwrap()
                .to_owned(),
        );
        if page["IsTruncated"] == false {
            break;
        }
        input["ContinuationToken"] = page["NextContinuationToken"].clone();
    }
    assert_eq!(seen, ["a", "dir/", "z"]);
    let folder = with(
        "ListObjectsV2",
        json!({ "Prefix": "dir/", "StartAfter": "dir/1" }),
    )
    .ok(&mut w);
    assert_eq!(folder["KeyCount"], 2);
    let old = with("ListObjects", json!({ "MaxKeys": 2, "Marker": "a" })).ok(&mut w);
    assert_eq!(old["Contents"][1]["Key"], "dir/2");
}

#[test]
fn versions_and_delete_markers() {
    let mut w = with_bucket();
    put(&mut w, "k", "before");
    with(
        "PutBucketVersioning",
        json!({ "VersioningConfiguration": { "Status": "Enabled" } }),
    )
    .ok(&mut w);
    let second = put(&mut w, "k", "second")["VersionId"].clone();
    let marker = with("DeleteObject", json!({ "Key": "k" })).ok(&mut w);
    assert_eq!(marker["DeleteMarker"], true);
    assert_eq!(
        with("GetObject", json!({ "Key": "k" })).error(&mut w),
        error("NoSuchKey", 404)
    );
    let by_id = json!({ "Key": "k", "VersionId": marker["VersionId"] });
    assert_eq!(
        with("GetObject", by_id.clone()).error(&mut w),
        error("MethodNotAllowed", 405)
    );
    let kept = with("GetObject", json!({ "Key": "k", "VersionId": second }))
        .run(&mut w)
        .unwrap();
    assert_eq!(kept.body.unwrap(), "second");
    assert_eq!(on("DeleteBucket").error(&mut w), error("BucketNotEmpty", 409));
    let first = with("ListObjectVersions", json!({ "MaxKeys": 2 })).ok(&mut w);
    assert_eq!(first["DeleteMarkers"][0]["IsLatest"], true);
    assert_eq!(first["Versions"][0]["VersionId"], second);
    let next =
        json!({ "KeyMarker": first["NextKeyMarker"], "VersionIdMarker": first["NextVersionIdMarker"] });
    let rest = with("ListObjectVersions", next).ok(&mut w);
    assert_eq!(rest["Versions"][0]["VersionId"], "null");
    with("DeleteObject", by_id).ok(&mut w);
    with("GetObject", json!({ "Key": "k" })).ok(&mut w);
    let objects = json!([{ "Key": "k", "VersionId": "null" }, { "Key": "k", "VersionId": second }]);
    with("DeleteObjects", json!({ "Delete": { "Objects": objects } })).ok(&mut w);
    on("DeleteBucket").ok(&mut w);
    assert_eq!(on("ListObjectVersions").error(&mut w), error("NoSuchBucket", 404));
}

#[test]
fn deleting_many_reports_each_key() {
    let mut w = with_bucket();
    put(&mut w, "keep/1", "x");
    put(&mut w, "2", "x");
    let deny = json!({ "Version": "2012-10-17", "Statement": { "Effect": "Deny", "Principal": "*",
        "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::pages/keep/*" } });
    with("PutBucketPolicy", json!({ "Policy": deny.to_string() })).ok(&mut w);
    let objects = json!([{ "Key": "keep/1" }, { "Key": "2" }, { "Key": "absent" }]);
    let done = with("DeleteObjects", json!({ "Delete": { "Objects": objects } })).ok(&mut w);
    assert_eq!(done["Errors"][0]["Code"], "AccessDenied");
    assert_eq!(done["Deleted"], json!([{ "Key": "2" }, { "Key": "absent" }]));
}

#[test]
fn copies_keep_or_replace_metadata() {
    let mut w = with_bucket();
    with(
        "PutObject",
        json!({ "Key": "a b", "ContentType": "text/css", "Tagging": "t=1" }),
    )
    .body("x")
    .ok(&mut w);
    with(
        "CopyObject",
        json!({ "Key": "kept", "CopySource": "pages/a%20b" }),
    )
    .ok(&mut w);
    let kept = with("HeadObject", json!({ "Key": "kept" })).ok(&mut w);
    assert_eq!(
        (&kept["ContentType"], &kept["TagCount"]),
        (&json!("text/css"), &json!(1))
    );
    let replace = json!({ "Key": "new", "CopySource": "/pages/a%20b", "MetadataDirective": "REPLACE", "ContentType": "text/plain" });
    with("CopyObject", replace).ok(&mut w);
    assert_eq!(
        with("HeadObject", json!({ "Key": "new" })).ok(&mut w)["ContentType"],
        "text/plain"
    );
    let itself = json!({ "Key": "a b", "CopySource": "pages/a%20b" });
    assert_eq!(
        with("CopyObject", itself).error(&mut w),
        error("InvalidRequest", 400)
    );
}

#[test]
fn multipart_uploads() {
    let mut w = with_bucket();
    let begun = with(
        "CreateMultipartUpload",
        json!({ "Key": "big", "ContentType": "text/plain" }),
    )
    .ok(&mut w);
    let id = begun["UploadId"].clone();
    let large = "x".repeat(5 * 1024 * 1024);
    let mut parts = Vec::new();
    for (number, body) in [(1, large.as_str()), (2, "tail")] {
        let input = json!({ "Key": "big", "UploadId": id, "PartNumber": number });
        let etag = with("UploadPart", input).body(body).ok(&mut w)["ETag"].clone();
        parts.push(json!({ "PartNumber": number, "ETag": etag }));
    }
    assert_eq!(on("DeleteBucket").error(&mut w), error("BucketNotEmpty", 409));
    let complete = |parts: Value| {
        with(
            "CompleteMultipartUpload",
            json!({ "Key": "big", "UploadId": id, "MultipartUpload": { "Parts": parts } }),
        )
    };
    let backwards = json!([parts[1], parts[0]]);
    assert_eq!(complete(backwards).error(&mut w), error("InvalidPartOrder", 400));
    let listed = with("ListParts", json!({ "Key": "big", "UploadId": id })).ok(&mut w);
    assert_eq!(listed["Parts"][1]["Size"], 4);
    let done = complete(json!(parts)).ok(&mut w);
    assert!(done["ETag"].as_str().unwrap().ends_with("-2\""));
    let got = with("GetObject", json!({ "Key": "big" })).run(&mut w).unwrap();
    assert_eq!(got.body.unwrap().len(), 5 * 1024 * 1024 + 4);
    assert_eq!(got.output["ContentType"], "text/plain");
    assert_eq!(complete(json!(parts)).error(&mut w), error("NoSuchUpload", 404));
}

#[test]
fn a_deleted_name_may_be_held_for_a_while() {
    let again = || {
        with(
            "CreateBucket",
            json!({ "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } }),
        )
    };
    let mut w = with_bucket();
    on("DeleteBucket").ok(&mut w);
    again().ok(&mut w);
    let mut w = with_bucket();
    w.settings.quirks = (1..100)
        .find(|seed| {
            World::new(
                Settings {
                    quirks: *seed,
                    ..Settings::default()
                },
                START,
            )
            .quirk("s3.deleted-name-is-held")
        })
        .unwrap();
    on("DeleteBucket").ok(&mut w);
    assert_eq!(again().error(&mut w), error("OperationAborted", 409));
    again().after(61).ok(&mut w);
}

#[test]
fn list_buckets_pages_and_shows_only_ones_own() {
    let mut w = with_bucket();
    for name in ["alpha", "zulu"] {
        ask("CreateBucket", json!({ "Bucket": name }))
            .region("us-east-1")
            .ok(&mut w);
    }
    ask("CreateBucket", json!({ "Bucket": "theirs" }))
        .region("us-east-1")
        .account(OTHER)
        .ok(&mut w);
    let first = ask("ListBuckets", json!({ "MaxBuckets": 2 })).ok(&mut w);
    assert_eq!(first["Buckets"][1]["Name"], "pages");
    let rest = ask(
        "ListBuckets",
        json!({ "ContinuationToken": first["ContinuationToken"] }),
    )
    .ok(&mut w);
    assert_eq!(rest["Buckets"].as_array().unwrap().len(), 1);
    assert_eq!(rest["Buckets"][0]["BucketRegion"], "us-east-1");
    assert_eq!(
        ask("ListBuckets", json!({})).anonymous().error(&mut w),
        error("AccessDenied", 403)
    );
}

#[test]
fn website_cors_and_lifecycle_are_checked_and_read_back() {
    let mut w = with_bucket();
    let website =
        json!({ "IndexDocument": { "Suffix": "index.html" }, "ErrorDocument": { "Key": "error.html" } });
    with("PutBucketWebsite", json!({ "WebsiteConfiguration": website })).ok(&mut w);
    assert_eq!(on("GetBucketWebsite").ok(&mut w), website);
    let bad = json!({ "WebsiteConfiguration": { "IndexDocument": { "Suffix": "a/b" } } });
    assert_eq!(
        with("PutBucketWebsite", bad).error(&mut w),
        error("InvalidArgument", 400)
    );
    let rules = json!([{ "AllowedMethods": ["GET"], "AllowedOrigins": ["https://acme.my.connect.aws"] }]);
    with(
        "PutBucketCors",
        json!({ "CORSConfiguration": { "CORSRules": rules } }),
    )
    .ok(&mut w);
    assert_eq!(on("GetBucketCors").ok(&mut w)["CORSRules"], rules);
    let bad = json!({ "CORSConfiguration": { "CORSRules": [{ "AllowedMethods": ["PATCH"], "AllowedOrigins": ["*"] }] } });
    assert_eq!(
        with("PutBucketCors", bad).error(&mut w),
        error("InvalidRequest", 400)
    );
    let rule = json!({ "Status": "Enabled", "Filter": {}, "Expiration": { "Days": 1 } });
    with(
        "PutBucketLifecycleConfiguration",
        json!({ "LifecycleConfiguration": { "Rules": [rule] } }),
    )
    .ok(&mut w);
    assert!(on("GetBucketLifecycleConfiguration").ok(&mut w)["Rules"][0]["ID"].is_string());
    on("DeleteBucketLifecycle").ok(&mut w);
    assert_eq!(
        on("GetBucketLifecycleConfiguration").error(&mut w),
        error("NoSuchLifecycleConfiguration", 404)
    );
}

#[test]
fn a_snapshot_contains_object_bodies() {
    let mut w = with_bucket();
    put(&mut w, "k", "\u{fc}ml\u{e4}ut");
    let text = serde_json::to_string(&w.s3).unwrap();
    let back: Store = serde_json::from_str(&text).unwrap();
    assert_eq!(back.buckets, w.s3.buckets);
}
