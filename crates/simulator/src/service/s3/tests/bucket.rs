//! Buckets and their subresources.

use super::*;

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
    // Once more is no mistake, and takes nothing else away.
    on("DeleteBucketTagging").ok(&mut w);
    on("GetPublicAccessBlock").ok(&mut w);
    with("PutBucketTagging", json!({ "Tagging": { "TagSet": next } })).ok(&mut w);
    assert_eq!(on("GetBucketTagging").ok(&mut w)["TagSet"], next);
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
fn lifecycle_rules_that_s3_refuses() {
    let mut w = with_bucket();
    let put = |rules: serde_json::Value| {
        with(
            "PutBucketLifecycleConfiguration",
            json!({ "LifecycleConfiguration": { "Rules": rules } }),
        )
    };
    let rule = |more: serde_json::Value| {
        let mut rule = json!({ "Status": "Enabled", "Filter": {} });
        rule.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        rule
    };
    let days = |days: i64| rule(json!({ "Expiration": { "Days": days } }));
    for (rules, code) in [
        (json!([]), "MalformedXML"),
        (json!([rule(json!({}))]), "InvalidRequest"),
        (json!([days(0)]), "InvalidArgument"),
        (json!([rule(json!({ "Expiration": {} }))]), "MalformedXML"),
        (
            json!([rule(json!({ "Expiration": { "Days": 1 }, "Prefix": "" }))]),
            "MalformedXML",
        ),
        (
            json!([
                rule(json!({ "ID": "a", "Expiration": { "Days": 1 } })),
                rule(json!({ "ID": "a", "Expiration": { "Days": 2 } }))
            ]),
            "InvalidArgument",
        ),
        (
            json!([rule(
                json!({ "Transitions": [{ "Days": 29, "StorageClass": "STANDARD_IA" }] })
            )]),
            "InvalidArgument",
        ),
        (
            json!([rule(
                json!({ "Transitions": [{ "Days": 60, "StorageClass": "GLACIER" }], "Expiration": { "Days": 60 } })
            )]),
            "InvalidArgument",
        ),
        (
            json!([rule(
                json!({ "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 0 } })
            )]),
            "InvalidArgument",
        ),
    ] {
        assert_eq!(put(rules.clone()).error(&mut w), error(code, 400), "{rules}");
    }
    let good = json!([
        rule(
            json!({ "Transitions": [{ "Days": 30, "StorageClass": "STANDARD_IA" }], "Expiration": { "Days": 90 } })
        ),
        rule(json!({ "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 7 } })),
    ]);
    put(good).ok(&mut w);
}

#[test]
fn acls_are_refused_where_the_owner_is_enforced() {
    let mut w = with_bucket();
    super::put(&mut w, "page.html", "x");
    let bucket = || with("PutBucketAcl", json!({ "ACL": "private" }));
    let object = || {
        with(
            "PutObjectAcl",
            json!({ "Key": "page.html", "ACL": "public-read" }),
        )
    };
    assert_eq!(
        bucket().error(&mut w),
        error("AccessControlListNotSupported", 400)
    );
    assert_eq!(
        object().error(&mut w),
        error("AccessControlListNotSupported", 400)
    );
    let preferred =
        json!({ "OwnershipControls": { "Rules": [{ "ObjectOwnership": "BucketOwnerPreferred" }] } });
    with("PutBucketOwnershipControls", preferred).ok(&mut w);
    bucket().ok(&mut w);
    // The public access block still forbids public ones.
    assert_eq!(object().error(&mut w), error("AccessDenied", 403));
}

#[test]
fn uploads_under_way_may_hold_a_bucket() {
    let holding = (1..)
        .find(|seed| crate::evidence::is_on(*seed, "s3.uploads-hold-bucket"))
        .unwrap();
    for (quirks, holds) in [(0, false), (holding, true)] {
        let mut w = with_bucket();
        w.settings.quirks = quirks;
        with("CreateMultipartUpload", json!({ "Key": "page.html" })).ok(&mut w);
        let deletion = on("DeleteBucket").run(&mut w);
        assert_eq!(deletion.is_err_and(|fault| fault.code == "BucketNotEmpty"), holds);
    }
}

#[test]
fn what_kms_encrypts_has_no_md5_as_its_entity_tag() {
    let mut w = with_bucket();
    let plain = super::put(&mut w, "a", "same");
    let other = super::put(&mut w, "b", "same");
    assert_eq!(plain["ETag"], other["ETag"]);
    let input = json!({ "Key": "c", "ServerSideEncryption": "aws:kms" });
    let by_kms = with("PutObject", input).body("same").ok(&mut w);
    assert_ne!(plain["ETag"], by_kms["ETag"]);
    assert_eq!(
        on("HeadBucket")
            .account("111122223333")
            .run(&mut w)
            .unwrap_err()
            .members["BucketRegion"],
        "eu-west-2"
    );
}

#[test]
fn access_logs_go_to_a_bucket_of_the_same_owner_and_region() {
    let mut w = with_bucket();
    let log_to = |target: &str| {
        with(
            "PutBucketLogging",
            json!({ "BucketLoggingStatus": { "LoggingEnabled": { "TargetBucket": target, "TargetPrefix": "log/" } } }),
        )
    };
    assert_eq!(
        log_to("nowhere").error(&mut w),
        error("InvalidTargetBucketForLogging", 400)
    );
    let far = json!({ "Bucket": "far", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-1" } });
    ask("CreateBucket", far).region("eu-west-1").ok(&mut w);
    assert_eq!(
        log_to("far").error(&mut w),
        error("CrossLocationLoggingProhibitted", 403)
    );
    let foreign =
        json!({ "Bucket": "foreign", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } });
    ask("CreateBucket", foreign).account(OTHER).ok(&mut w);
    assert_eq!(
        log_to("foreign").error(&mut w),
        error("InvalidTargetBucketForLogging", 400)
    );
    log_to("pages").ok(&mut w);
    assert_eq!(
        on("GetBucketLogging").ok(&mut w)["LoggingEnabled"]["TargetPrefix"],
        "log/"
    );
    with("PutBucketLogging", json!({ "BucketLoggingStatus": {} })).ok(&mut w);
    assert_eq!(on("GetBucketLogging").ok(&mut w), json!({}));
}
