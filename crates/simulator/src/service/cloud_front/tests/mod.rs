//! CloudFront by its own calls, and by what browsers get.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::*;
use crate::service::s3::S3;
use crate::service::{Answer, Caller, Service};
use crate::wire::message::Message;

const START: Moment = Moment(1_790_000_000_000);
const ACCOUNT: &str = "123456789012";
const CACHE: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const CERTIFICATE: &str =
    "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";

fn call(operation: &str, input: Value, region: &str, seconds: u64) -> Call {
    Call {
        operation: operation.to_owned(),
        input,
        body: Bytes::from_static(b"<p>page"),
        headers: Vec::new(),
        region: region.to_owned(),
        caller: Caller {
            account: ACCOUNT.to_owned(),
            arn: format!("arn:aws:iam::{ACCOUNT}:user/deployer"),
            access_key: Some("AKIAEXAMPLE".to_owned()),
            permissions: None,
        },
        now: START.after(Duration::from_secs(seconds)),
        base_url: None,
    }
}

fn ask(w: &mut World, seconds: u64, operation: &str, input: Value) -> Result<Value, String> {
    let call = call(operation, input, "us-east-1", seconds);
    CloudFront.tick(w, call.now);
    let answer: Result<Answer, Fault> = CloudFront.call(w, &call);
    answer.map(|answer| answer.output).map_err(|fault| fault.code)
}

fn s3(w: &mut World, operation: &str, input: Value) {
    S3.call(w, &call(operation, input, "eu-west-2", 0)).unwrap();
}

/// A distribution before the bucket `pages`, with one page that has headers of its own. Its id, its version, its host.
fn with_pages() -> (World, String, String, String) {
    let mut w = World::new(Settings::default(), START);
    s3(
        &mut w,
        "CreateBucket",
        json!({ "Bucket": "pages", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } }),
    );
    s3(
        &mut w,
        "PutObject",
        json!({ "Bucket": "pages", "Key": "a.html", "ContentType": "text/html", "CacheControl": "max-age=60" }),
    );
    let control = ask(&mut w, 0, "CreateOriginAccessControl", control("pages")).unwrap();
    let control = control["OriginAccessControl"]["Id"].as_str().unwrap().to_owned();
    let policy = ask(&mut w, 0, "CreateResponseHeadersPolicy", policy("pages")).unwrap();
    let policy = policy["ResponseHeadersPolicy"]["Id"].as_str().unwrap().to_owned();
    let config = config("one", &control, &policy);
    let both = json!({ "DistributionConfig": config, "Tags": { "Items": [{ "Key": "a", "Value": "b" }] } });
    let made = ask(
        &mut w,
        0,
        "CreateDistributionWithTags",
        json!({ "DistributionConfigWithTags": both }),
    )
    .unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let id = text(&made["Distribution"]["Id"]);
    let allow = json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": { "Service": "cloudfront.amazonaws.com" }, "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::pages/a.html",
        "Condition": { "StringEquals": { "aws:SourceArn": made["Distribution"]["ARN"] } } } });
    s3(
        &mut w,
        "PutBucketPolicy",
        json!({ "Bucket": "pages", "Policy": allow.to_string() }),
    );
    let host = text(&made["Distribution"]["DomainName"]);
    (w, id, text(&made["ETag"]), host)
}

fn control(name: &str) -> Value {
    json!({ "OriginAccessControlConfig": { "Name": name, "SigningProtocol": "sigv4", "SigningBehavior": "always",
                                           "OriginAccessControlOriginType": "s3" } })
}

fn policy(name: &str) -> Value {
    json!({ "ResponseHeadersPolicyConfig": {
        "Name": name,
        "SecurityHeadersConfig": {
            "ContentTypeOptions": { "Override": true },
            "StrictTransportSecurity": { "Override": true, "AccessControlMaxAgeSec": 600 },
            "ContentSecurityPolicy": { "Override": true, "ContentSecurityPolicy": "frame-ancestors 'none'" },
        },
        "CustomHeadersConfig": { "Quantity": 1, "Items": [
            { "Header": "Permissions-Policy", "Value": "microphone=()", "Override": true }] },
    } })
}

fn config(reference: &str, control: &str, policy: &str) -> Value {
    let behavior = json!({ "TargetOriginId": "s3", "ViewerProtocolPolicy": "redirect-to-https", "CachePolicyId": CACHE });
    let mut page = behavior.clone();
    page["PathPattern"] = "/a.html".into();
    page["ResponseHeadersPolicyId"] = policy.into();
    json!({
        "CallerReference": reference, "Comment": "pages", "Enabled": true,
        "Origins": { "Quantity": 1, "Items": [{
            "Id": "s3", "DomainName": "pages.s3.eu-west-2.amazonaws.com", "OriginAccessControlId": control,
            "S3OriginConfig": { "OriginAccessIdentity": "" } }] },
        "DefaultCacheBehavior": behavior,
        "CacheBehaviors": { "Quantity": 1, "Items": [page] },
    })
}

/// Status, headers and body as a browser gets them.
fn get(w: &mut World, seconds: u64, host: &str, path: &str, scheme: &str) -> (u16, String, String) {
    let request = http::Request::get(format!("https://{host}{path}")).header("x-forwarded-proto", scheme);
    let message = Message::of(request.body(Bytes::new()).unwrap());
    let answer = serve(w, &message, START.after(Duration::from_secs(seconds)));
    let headers: Vec<String> = answer
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    (
        answer.status,
        headers.join("\n"),
        String::from_utf8_lossy(&answer.body).into_owned(),
    )
}

#[test]
fn a_private_bucket_is_served_with_headers_once_the_distribution_is_deployed() {
    let (mut w, id, _, host) = with_pages();
    assert!(is_host(&w, &host) && !is_host(&w, "pages.s3.eu-west-2.amazonaws.com"));
    assert_eq!(
        get(&mut w, 10, &host, "/a.html", "https").0,
        403,
        "it is on its way"
    );
    let (status, headers, body) = get(&mut w, 300, &host, "/a.html", "https");
    assert_eq!((status, body.as_str()), (200, "<p>page"), "{headers}");
    for header in [
        "content-type: text/html",
        "x-content-type-options: nosniff",
        "strict-transport-security: max-age=600",
        "content-security-policy: frame-ancestors 'none'",
        "permissions-policy: microphone=()",
        "x-cache: Miss from cloudfront",
    ] {
        assert!(headers.contains(header), "{header}: {headers}");
    }
    let (status, headers, _) = get(&mut w, 300, &host, "/a.html", "http");
    assert!(
        status == 301 && headers.contains(&format!("location: https://{host}/a.html")),
        "{headers}"
    );
    assert_eq!(
        get(&mut w, 300, &host, "/b.html", "https").0,
        403,
        "the policy names one object"
    );
    // The statement is for this distribution alone.
    let other = json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": { "Service": "cloudfront.amazonaws.com" }, "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::pages/*",
        "Condition": { "StringEquals": { "aws:SourceArn": format!("arn:aws:cloudfront::{ACCOUNT}:distribution/E1") } } } });
    s3(
        &mut w,
        "PutBucketPolicy",
        json!({ "Bucket": "pages", "Policy": other.to_string() }),
    );
    assert_eq!(
        get(&mut w, 310, &host, "/a.html", "https").0,
        200,
        "edges keep it"
    );
    assert_eq!(get(&mut w, 400, &host, "/a.html", "https").0, 403);
    assert_eq!(
        ask(&mut w, 400, "GetDistribution", json!({ "Id": id })).unwrap()["Distribution"]["Status"],
        "Deployed"
    );
}

#[test]
fn edges_keep_a_page_until_it_is_over_or_invalidated() {
    let (mut w, id, _, host) = with_pages();
    get(&mut w, 300, &host, "/a.html", "https");
    let mut newer = call(
        "PutObject",
        json!({ "Bucket": "pages", "Key": "a.html", "ContentType": "text/html", "CacheControl": "max-age=60" }),
        "eu-west-2",
        310,
    );
    newer.body = Bytes::from_static(b"<p>newer");
    S3.call(&mut w, &newer).unwrap();
    assert_eq!(get(&mut w, 320, &host, "/a.html", "https").2, "<p>page");
    let batch = |path: &str, reference: &str| {
        json!({ "DistributionId": id, "InvalidationBatch": {
            "CallerReference": reference, "Paths": { "Quantity": 1, "Items": [path] } } })
    };
    let made = ask(&mut w, 320, "CreateInvalidation", batch("/a.html", "1")).unwrap();
    assert_eq!(made["Invalidation"]["Status"], "InProgress");
    assert_eq!(get(&mut w, 321, &host, "/a.html", "https").2, "<p>newer");
    let again = ask(&mut w, 330, "CreateInvalidation", batch("/a.html", "1")).unwrap();
    assert_eq!(
        again["Invalidation"]["Id"], made["Invalidation"]["Id"],
        "the same reference is the same one"
    );
    let other = ask(&mut w, 330, "CreateInvalidation", batch("/b.html", "1"));
    assert_eq!(other, Err("InvalidArgument".to_owned()));
    let bad = ask(&mut w, 330, "CreateInvalidation", batch("a.html", "2"));
    assert_eq!(bad, Err("InvalidArgument".to_owned()));
    let one = json!({ "DistributionId": id, "Id": made["Invalidation"]["Id"] });
    let done = ask(&mut w, 400, "GetInvalidation", one).unwrap();
    assert_eq!(done["Invalidation"]["Status"], "Completed");
}

#[test]
fn a_change_names_the_version_that_it_is_made_of_and_a_distribution_goes_disabled() {
    let (mut w, id, etag, host) = with_pages();
    let read = ask(&mut w, 1, "GetDistributionConfig", json!({ "Id": id })).unwrap();
    let mut config = read["DistributionConfig"].clone();
    assert_eq!(
        config["ViewerCertificate"]["MinimumProtocolVersion"], "TLSv1",
        "with CloudFront's own certificate"
    );
    config["Enabled"] = false.into();
    let update = |etag: Option<&str>, config: &Value| json!({ "Id": id, "IfMatch": etag, "DistributionConfig": config });
    for (version, code) in [
        (None, "InvalidIfMatchVersion"),
        (Some("E1"), "PreconditionFailed"),
    ] {
        assert_eq!(
            ask(&mut w, 1, "UpdateDistribution", update(version, &config)),
            Err(code.to_owned())
        );
    }
    let gone = |etag: &str| json!({ "Id": id, "IfMatch": etag });
    assert_eq!(
        ask(&mut w, 1, "DeleteDistribution", gone(&etag)),
        Err("DistributionNotDisabled".to_owned())
    );
    let mut other = config.clone();
    other["CallerReference"] = "two".into();
    assert_eq!(
        ask(&mut w, 1, "UpdateDistribution", update(Some(&etag), &other)),
        Err("IllegalUpdate".to_owned())
    );
    let changed = ask(&mut w, 600, "UpdateDistribution", update(Some(&etag), &config)).unwrap();
    let newer = changed["ETag"].as_str().unwrap();
    assert_ne!(newer, etag);
    assert_eq!(
        ask(&mut w, 610, "DeleteDistribution", gone(newer)),
        Err("DistributionNotDisabled".to_owned()),
        "edges do not know it yet"
    );
    assert_eq!(get(&mut w, 1000, &host, "/a.html", "https").0, 403);
    ask(&mut w, 1000, "DeleteDistribution", gone(newer)).unwrap();
    assert_eq!(
        ask(&mut w, 1000, "GetDistribution", json!({ "Id": id })),
        Err("NoSuchDistribution".to_owned())
    );
}

#[test]
fn what_a_distribution_uses_stays_as_long_as_it_does() {
    let (mut w, id, etag, _) = with_pages();
    let account = w.cloud_front.accounts[ACCOUNT].clone();
    let (control, kept) = account.access_controls.iter().next().unwrap();
    let (headers, policy) = account.headers_policies.iter().next().unwrap();
    let gone = |id: &str, etag: &str| json!({ "Id": id, "IfMatch": etag });
    for (operation, input, code) in [
        (
            "DeleteOriginAccessControl",
            gone(control, &kept.etag),
            "OriginAccessControlInUse",
        ),
        (
            "DeleteResponseHeadersPolicy",
            gone(headers, &policy.etag),
            "ResponseHeadersPolicyInUse",
        ),
    ] {
        assert_eq!(ask(&mut w, 1, operation, input), Err(code.to_owned()));
    }
    assert_eq!(
        ask(
            &mut w,
            1,
            "CreateOriginAccessControl",
            super::tests::control("pages")
        ),
        Err("OriginAccessControlAlreadyExists".to_owned())
    );
    assert_eq!(
        ask(
            &mut w,
            1,
            "CreateResponseHeadersPolicy",
            super::tests::policy("pages")
        ),
        Err("ResponseHeadersPolicyAlreadyExists".to_owned())
    );
    let mut config = account.distributions[&id].config.clone();
    config["Enabled"] = false.into();
    let off = json!({ "Id": id, "IfMatch": etag, "DistributionConfig": config });
    let off = ask(&mut w, 300, "UpdateDistribution", off).unwrap();
    ask(
        &mut w,
        900,
        "DeleteDistribution",
        gone(&id, off["ETag"].as_str().unwrap()),
    )
    .unwrap();
    ask(
        &mut w,
        900,
        "DeleteOriginAccessControl",
        gone(control, &kept.etag),
    )
    .unwrap();
    ask(
        &mut w,
        900,
        "DeleteResponseHeadersPolicy",
        gone(headers, &policy.etag),
    )
    .unwrap();
}

#[test]
fn what_makes_no_distribution_is_refused() {
    let (mut w, _, _, _) = with_pages();
    let account = w.cloud_front.accounts[ACCOUNT].clone();
    let control = account.access_controls.keys().next().unwrap().clone();
    let policy = account.headers_policies.keys().next().unwrap().clone();
    let base = config("two", &control, &policy);
    let with = |pointer: &str, value: Value| {
        let mut config = base.clone();
        *config.pointer_mut(pointer).unwrap() = value;
        config
    };
    let named = |aliases: &[&str], certificate: Value| {
        let mut config = base.clone();
        config["Aliases"] = json!({ "Quantity": aliases.len(), "Items": aliases });
        config["ViewerCertificate"] = certificate;
        config
    };
    let own = || json!({ "ACMCertificateArn": CERTIFICATE, "SSLSupportMethod": "sni-only" });
    for (config, code) in [
        (
            with("/CallerReference", "one".into()),
            "DistributionAlreadyExists",
        ),
        (with("/Origins/Quantity", 2.into()), "InconsistentQuantities"),
        (
            with("/Origins/Items/0/OriginAccessControlId", "E1".into()),
            "InvalidOriginAccessControl",
        ),
        (
            with("/Origins/Items/0/S3OriginConfig", Value::Null),
            "InvalidOrigin",
        ),
        (
            with("/DefaultCacheBehavior/TargetOriginId", "x".into()),
            "NoSuchOrigin",
        ),
        (
            with("/DefaultCacheBehavior/CachePolicyId", "x".into()),
            "NoSuchCachePolicy",
        ),
        (
            with("/DefaultCacheBehavior/CachePolicyId", Value::Null),
            "InvalidArgument",
        ),
        (
            with("/CacheBehaviors/Items/0/ResponseHeadersPolicyId", "x".into()),
            "NoSuchResponseHeadersPolicy",
        ),
        (named(&["ccp.example.com"], json!({})), "InvalidViewerCertificate"),
        (named(&["ccp.example.org"], own()), "InvalidViewerCertificate"),
        (named(&["a.b.example.com"], own()), "InvalidViewerCertificate"),
        (
            named(&["ccp.example.com"], json!({ "ACMCertificateArn": CERTIFICATE })),
            "InvalidViewerCertificate",
        ),
    ] {
        let refused = ask(
            &mut w,
            1,
            "CreateDistribution",
            json!({ "DistributionConfig": config }),
        );
        assert_eq!(refused, Err(code.to_owned()), "{config}");
    }
    let good = json!({ "DistributionConfig": named(&["ccp.example.com"], own()) });
    ask(&mut w, 1, "CreateDistribution", good).unwrap();
    let mut taken = named(&["ccp.example.com"], own());
    taken["CallerReference"] = "three".into();
    assert_eq!(
        ask(
            &mut w,
            1,
            "CreateDistribution",
            json!({ "DistributionConfig": taken })
        ),
        Err("CNAMEAlreadyExists".to_owned())
    );
    assert_eq!(
        get(&mut w, 600, "ccp.example.com", "/a.html", "https").0,
        403,
        "the policy is for the other one"
    );
    let elsewhere = call("ListDistributions", json!({}), "eu-west-2", 1);
    assert_eq!(
        CloudFront.call(&mut w, &elsewhere).unwrap_err().code,
        "SignatureDoesNotMatch"
    );
}

#[test]
fn distributions_have_tags_and_come_in_pages() {
    let (mut w, id, _, _) = with_pages();
    let arn = format!("arn:aws:cloudfront::{ACCOUNT}:distribution/{id}");
    let tag = json!({ "Resource": arn, "Tags": { "Items": [{ "Key": "c", "Value": "d" }] } });
    ask(&mut w, 1, "TagResource", tag).unwrap();
    ask(
        &mut w,
        1,
        "UntagResource",
        json!({ "Resource": arn, "TagKeys": { "Items": ["a"] } }),
    )
    .unwrap();
    let tags = ask(&mut w, 1, "ListTagsForResource", json!({ "Resource": arn })).unwrap();
    assert_eq!(tags["Tags"]["Items"], json!([{ "Key": "c", "Value": "d" }]));
    let absent = json!({ "Resource": format!("{arn}X") });
    assert_eq!(
        ask(&mut w, 1, "ListTagsForResource", absent),
        Err("NoSuchResource".to_owned())
    );
    for number in 0..3 {
        ask(
            &mut w,
            1,
            "CreateOriginAccessControl",
            control(&format!("more-{number}")),
        )
        .unwrap();
    }
    let first = ask(&mut w, 1, "ListOriginAccessControls", json!({ "MaxItems": "3" })).unwrap();
    let list = &first["OriginAccessControlList"];
    assert_eq!(
        (&list["Quantity"], &list["IsTruncated"]),
        (&json!(3), &json!(true))
    );
    let next = json!({ "MaxItems": "3", "Marker": list["NextMarker"] });
    let second = ask(&mut w, 1, "ListOriginAccessControls", next).unwrap();
    assert_eq!(second["OriginAccessControlList"]["Quantity"], 1);
    let all = ask(&mut w, 1, "ListDistributions", json!({})).unwrap();
    assert_eq!(all["DistributionList"]["Items"][0]["Comment"], "pages");
}
