//! The form of answers and errors, as recordings of AWS have it.

use super::*;

fn versioned(status: &str) -> Ask {
    with(
        "PutBucketVersioning",
        json!({ "VersioningConfiguration": { "Status": status } }),
    )
}

fn owned_by(ownership: &str) -> Ask {
    let controls = json!({ "OwnershipControls": { "Rules": [{ "ObjectOwnership": ownership }] } });
    with("PutBucketOwnershipControls", controls)
}

#[test]
fn acls_are_not_switched_off_while_one_grants_something_to_others() {
    let mut w = with_bucket();
    let off = json!({ "PublicAccessBlockConfiguration": {} });
    with("PutPublicAccessBlock", off).ok(&mut w);
    let owner = canonical(ACCOUNT);
    let other = canonical(OTHER);
    for (acl, refused) in [
        (json!({ "ACL": "public-read" }), true),
        (json!({ "ACL": "log-delivery-write" }), true),
        (json!({ "GrantRead": format!("id=\"{other}\"") }), true),
        (json!({ "GrantFullControl": format!("id=\"{owner}\"") }), false),
        (json!({ "ACL": "private" }), false),
    ] {
        owned_by("ObjectWriter").ok(&mut w);
        with("PutBucketAcl", acl.clone()).ok(&mut w);
        let outcome = owned_by("BucketOwnerEnforced").run(&mut w).err();
        let code = outcome.map(|fault| (fault.code, fault.status));
        let expected = ("InvalidBucketAclWithObjectOwnership".to_owned(), Some(400));
        assert_eq!(code, refused.then_some(expected), "{acl}");
        with("PutBucketAcl", json!({ "ACL": "private" })).run(&mut w).ok();
        owned_by("BucketOwnerEnforced").ok(&mut w);
    }
}

#[test]
fn a_new_bucket_takes_an_acl_that_fits_its_ownership_and_is_not_public() {
    let made = |acl: &str, ownership: &str| {
        let input = json!({ "Bucket": "logs", "ACL": acl, "ObjectOwnership": ownership });
        ask("CreateBucket", input)
            .region("us-east-1")
            .run(&mut world())
            .err()
            .map(|fault| fault.code)
    };
    let refused = |code: &str| Some(code.to_owned());
    assert_eq!(made("private", "BucketOwnerEnforced"), None);
    assert_eq!(
        made("public-read", "BucketOwnerEnforced"),
        refused("InvalidBucketAclWithObjectOwnership")
    );
    assert_eq!(
        made("public-read", "ObjectWriter"),
        refused("InvalidBucketAclWithBlockPublicAccessError")
    );
    assert_eq!(made("log-delivery-write", "ObjectWriter"), None);
}

#[test]
fn making_ones_own_bucket_again_with_tags_is_a_conflict_in_us_east_1_too() {
    let mut w = world();
    let made = |tags: Value| {
        let input = json!({ "Bucket": "pages", "CreateBucketConfiguration": { "Tags": tags } });
        ask("CreateBucket", input).region("us-east-1")
    };
    let tags = json!([{ "Key": "a", "Value": "1" }]);
    made(tags.clone()).ok(&mut w);
    let conflict = error("BucketAlreadyOwnedByYou", 409);
    assert_eq!(made(tags.clone()).error(&mut w), conflict, "the same tags");
    assert_eq!(made(json!([{ "Key": "b", "Value": "" }])).error(&mut w), conflict);
    made(json!([])).ok(&mut w);
    let kept = on("GetBucketTagging").region("us-east-1").ok(&mut w);
    assert_eq!(kept["TagSet"], tags);
}

#[test]
fn version_ids_that_never_were_are_told_from_those_that_are_gone() {
    let mut w = with_bucket();
    let of = |operation: &str, id: &str| with(operation, json!({ "Key": "k", "VersionId": id }));
    let many = |id: &str| {
        let objects = json!([{ "Key": "k", "VersionId": id }]);
        with("DeleteObjects", json!({ "Delete": { "Objects": objects } }))
    };
    put(&mut w, "k", "x");
    let never = "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD";
    for operation in ["GetObject", "HeadObject", "DeleteObject", "GetObjectTagging"] {
        let invalid = error("InvalidArgument", 400);
        assert_eq!(of(operation, never).error(&mut w), invalid, "{operation}");
    }
    let fault = of("GetObject", never).run(&mut w).unwrap_err();
    assert_eq!(
        fault.members,
        json!({ "ArgumentName": "versionId", "ArgumentValue": never })
    );
    assert_eq!(many(never).ok(&mut w)["Errors"][0]["Code"], "NoSuchVersion");
    of("GetObject", "null").ok(&mut w);
    versioned("Enabled").ok(&mut w);
    let id = put(&mut w, "k", "y")["VersionId"].as_str().unwrap().to_owned();
    assert_eq!(id.len(), 32);
    let altered = format!("{}ABCD", &id[..28]);
    assert_eq!(
        of("DeleteObject", &altered).error(&mut w),
        error("InvalidArgument", 400)
    );
    of("DeleteObject", &id).ok(&mut w);
    let gone = of("GetObject", &id).run(&mut w).unwrap_err();
    assert_eq!((gone.code.as_str(), gone.status), ("NoSuchVersion", Some(404)));
    assert_eq!(gone.members, json!({ "Key": "k", "VersionId": id }));
    of("DeleteObject", &id).ok(&mut w);
    assert_eq!(
        many(&id).ok(&mut w)["Deleted"][0]["Key"],
        "k",
        "deleting it again is no mistake"
    );
}

#[test]
fn policy_and_tags_are_put_with_204_and_no_tags_are_no_set_of_tags() {
    let mut w = with_bucket();
    let deny = json!({ "Version": "2012-10-17", "Statement": { "Effect": "Deny", "Principal": "*",
        "Action": "s3:GetObject", "Resource": "arn:aws:s3:::pages/*" } });
    let put = with("PutBucketPolicy", json!({ "Policy": deny.to_string() }));
    assert_eq!(put.run(&mut w).unwrap().status, Some(204));
    let tagged = |tags: Value| with("PutBucketTagging", json!({ "Tagging": { "TagSet": tags } }));
    let answer = tagged(json!([{ "Key": "a", "Value": "" }])).run(&mut w).unwrap();
    assert_eq!(answer.status, Some(204));
    tagged(json!([])).ok(&mut w);
    assert_eq!(on("GetBucketTagging").error(&mut w), error("NoSuchTagSet", 404));
}

#[test]
fn a_failed_condition_is_named_and_304_brings_the_entity_tag() {
    let mut w = with_bucket();
    let etag = put(&mut w, "k", "body")["ETag"].clone();
    let failed = |w: &mut World, operation: &str, more: Value| {
        let mut input = json!({ "Key": "k" });
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let fault = with(operation, input).run(w).unwrap_err();
        (fault.status, fault.members)
    };
    let named = |condition: &str| (Some(412), json!({ "Condition": condition }));
    let before = (START.0 / 1000) as f64 - 60.0;
    for (operation, more, condition) in [
        ("PutObject", json!({ "IfNoneMatch": "*" }), "If-None-Match"),
        ("PutObject", json!({ "IfMatch": "\"x\"" }), "If-Match"),
        ("DeleteObject", json!({ "IfMatch": "\"x\"" }), "If-Match"),
        ("GetObject", json!({ "IfMatch": "\"x\"" }), "If-Match"),
        (
            "GetObject",
            json!({ "IfUnmodifiedSince": before }),
            "If-Unmodified-Since",
        ),
        (
            "CopyObject",
            json!({ "CopySource": "pages/k", "CopySourceIfNoneMatch": etag }),
            "x-amz-copy-source-If-None-Match",
        ),
    ] {
        assert_eq!(
            failed(&mut w, operation, more),
            named(condition),
            "{operation} {condition}"
        );
    }
    let (status, members) = failed(&mut w, "GetObject", json!({ "IfNoneMatch": etag }));
    assert_eq!((status, &members["header:etag"]), (Some(304), &etag));
    for (more, header) in [
        (json!({ "IfNoneMatch": etag }), "If-None-Match"),
        (json!({ "IfMatch": "*" }), "If-Match"),
        (
            json!({ "IfMatch": etag, "IfNoneMatch": "*" }),
            "If-Match,If-None-Match",
        ),
    ] {
        let (status, members) = failed(&mut w, "PutObject", more);
        assert_eq!((status, &members["Header"]), (Some(501), &json!(header)));
    }
    let later = (START.0 / 1000) as f64 + 3600.0;
    with("GetObject", json!({ "Key": "k", "IfModifiedSince": later })).ok(&mut w);
}

#[test]
fn an_expected_owner_is_an_account() {
    let mut w = with_bucket();
    for owner in ["0000", "0000000000020", "abcd", "aa000000000$"] {
        let asked = with("GetBucketPolicy", json!({ "ExpectedBucketOwner": owner }));
        assert_eq!(
            asked.error(&mut w),
            error("InvalidBucketOwnerAWSAccountID", 400),
            "{owner}"
        );
    }
    let other = with("GetBucketPolicy", json!({ "ExpectedBucketOwner": OTHER }));
    assert_eq!(other.error(&mut w), error("AccessDenied", 403));
}

#[test]
fn a_write_while_versioning_is_suspended_does_not_name_its_version() {
    let mut w = with_bucket();
    versioned("Suspended").ok(&mut w);
    assert_eq!(put(&mut w, "k", "x").get("VersionId"), None);
    assert_eq!(
        with("GetObject", json!({ "Key": "k" })).ok(&mut w)["VersionId"],
        "null"
    );
    let itself = json!({ "Key": "k", "CopySource": "pages/k", "MetadataDirective": "REPLACE" });
    assert_eq!(with("CopyObject", itself).ok(&mut w)["VersionId"], "null");
    let deleted = with("DeleteObject", json!({ "Key": "k" })).ok(&mut w);
    assert_eq!(
        (&deleted["DeleteMarker"], &deleted["VersionId"]),
        (&json!(true), &json!("null"))
    );
}

#[test]
fn a_delete_marker_can_only_be_deleted_and_tags_of_what_is_deleted_not_be_had() {
    let mut w = with_bucket();
    versioned("Enabled").ok(&mut w);
    put(&mut w, "k", "x");
    let marker = with("DeleteObject", json!({ "Key": "k" })).ok(&mut w)["VersionId"].clone();
    let fault = with("GetObject", json!({ "Key": "k", "VersionId": marker }))
        .run(&mut w)
        .unwrap_err();
    assert_eq!(
        (fault.code.as_str(), fault.status),
        ("MethodNotAllowed", Some(405))
    );
    assert_eq!(
        (&fault.members["Method"], &fault.members["ResourceType"]),
        (&json!("GET"), &json!("DeleteMarker"))
    );
    assert_eq!(
        (&fault.members["header:allow"], &fault.members["x-amz-version-id"]),
        (&json!("DELETE"), &marker)
    );
    for operation in ["GetObjectTagging", "DeleteObjectTagging"] {
        let latest = with(operation, json!({ "Key": "k" })).error(&mut w);
        assert_eq!(latest, error("MethodNotAllowed", 405), "{operation}");
    }
}

#[test]
fn a_range_that_is_the_whole_keeps_the_checksum() {
    let mut w = with_bucket();
    put(&mut w, "k", "0123456789");
    let read = |w: &mut World, range: &str| {
        let input = json!({ "Key": "k", "Range": range, "ChecksumMode": "ENABLED" });
        with("GetObject", input).ok(w).get("ChecksumCRC64NVME").is_some()
    };
    assert!(read(&mut w, "bytes=0-100") && read(&mut w, "bytes=-15"));
    assert!(!read(&mut w, "bytes=0-8") && !read(&mut w, "bytes=1-"));
}

#[test]
fn the_dates_of_a_lifecycle_are_days() {
    let mut w = with_bucket();
    let put = |rule: Value| {
        let mut whole = json!({ "Status": "Enabled", "Filter": {} });
        whole
            .as_object_mut()
            .unwrap()
            .extend(rule.as_object().unwrap().clone());
        let input = json!({ "LifecycleConfiguration": { "Rules": [whole] } });
        with("PutBucketLifecycleConfiguration", input)
    };
    // 2026-01-01, and two hours later.
    let (midnight, later) = (1_767_225_600.0, 1_767_232_800.0);
    put(json!({ "Expiration": { "Date": midnight } })).ok(&mut w);
    for rule in [
        json!({ "Expiration": { "Date": later } }),
        json!({ "Transitions": [{ "Date": later, "StorageClass": "GLACIER" }] }),
    ] {
        assert_eq!(put(rule).error(&mut w), error("InvalidArgument", 400));
    }
    let twice = json!({ "Expiration": { "Days": 1 },
        "Filter": { "And": { "Tags": [{ "Key": "a", "Value": "1" }, { "Key": "a", "Value": "2" }] } } });
    assert_eq!(put(twice).error(&mut w), error("InvalidRequest", 400));
    let never = json!({ "Expiration": { "Days": 1 }, "NoncurrentVersionExpiration": {} });
    assert_eq!(put(never).error(&mut w), error("MalformedXML", 400));
}

#[test]
fn tags_in_a_header_come_once_each() {
    let mut w = with_bucket();
    for (tags, code) in [
        ("a=1&a=2", "InvalidArgument"),
        ("a=1,b=2", "InvalidArgument"),
        ("aws:a=1", "InvalidTag"),
    ] {
        let input = json!({ "Key": "k", "Tagging": tags });
        assert_eq!(with("PutObject", input).error(&mut w), error(code, 400), "{tags}");
    }
}
