//! Objects, and what holds for all of S3.

use super::*;

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
        on("PutBucketReplication").error(&mut with_bucket()),
        error("NotImplemented", 501)
    );
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
        (Some("rosUhgp5mIg="), Some("FULL_OBJECT"))
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
    let none = with("ListObjects", json!({ "MaxKeys": -1 })).error(&mut w);
    assert_eq!(none, error("InvalidArgument", 400));
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
    // The same part again, out of an object that holds it in its middle.
    with("PutObject", json!({ "Key": "source" }))
        .body("a tail!")
        .ok(&mut w);
    let mut input = json!({
        "Key": "big", "UploadId": id, "PartNumber": 2, "CopySource": "pages/source", "CopySourceRange": "bytes=2-5",
    });
    let copied = with("UploadPartCopy", input.clone()).ok(&mut w);
    assert_eq!(copied["CopyPartResult"]["ETag"], parts[1]["ETag"]);
    input["CopySourceRange"] = json!("bytes=2-7");
    assert_eq!(
        with("UploadPartCopy", input).error(&mut w),
        error("InvalidArgument", 400)
    );
    with("DeleteObject", json!({ "Key": "source" })).ok(&mut w);
    let done = complete(json!(parts)).ok(&mut w);
    assert!(done["ETag"].as_str().unwrap().ends_with("-2\""));
    let got = with("GetObject", json!({ "Key": "big" })).run(&mut w).unwrap();
    assert_eq!(got.body.unwrap().len(), 5 * 1024 * 1024 + 4);
    assert_eq!(got.output["ContentType"], "text/plain");
    let again = complete(json!(parts)).ok(&mut w);
    assert_eq!(again, done, "completing again is the same completion");
    put(&mut w, "big", "overwritten");
    assert_eq!(complete(json!(parts)).error(&mut w), error("NoSuchUpload", 404));
}

#[test]
fn an_object_has_the_parts_that_it_was_made_of() {
    let mut w = with_bucket();
    put(&mut w, "k", "whole");
    let part = |number: u64| with("GetObject", json!({ "Key": "k", "PartNumber": number }));
    let first = part(1).run(&mut w).unwrap();
    assert_eq!((first.status, first.body.unwrap()), (Some(206), "whole".into()));
    assert_eq!(first.output["ContentRange"], "bytes 0-4/5");
    assert_eq!(first.output.get("PartsCount"), None, "it was not made of parts");
    assert_eq!(part(2).error(&mut w), error("InvalidPartNumber", 416));
    let both = json!({ "Key": "k", "PartNumber": 1, "Range": "bytes=0-1" });
    assert_eq!(
        with("GetObject", both).error(&mut w),
        error("InvalidRequest", 400)
    );
    put(&mut w, "empty", "");
    let empty = with("HeadObject", json!({ "Key": "empty", "PartNumber": 1 }))
        .run(&mut w)
        .unwrap();
    assert_eq!(
        (empty.status, &empty.output["ContentLength"]),
        (Some(206), &json!(0))
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
