//! What the bucket answers to browsers.

use super::*;
use crate::service::s3::cors::{CorsRequest, headers, preflight};

fn with_rules(rules: Value) -> World {
    let mut w = with_bucket();
    with(
        "PutBucketCors",
        json!({ "CORSConfiguration": { "CORSRules": rules } }),
    )
    .ok(&mut w);
    w
}

fn from(origin: &str, method: &str, headers: &str) -> CorsRequest {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    CorsRequest {
        bucket: "pages".to_owned(),
        object: true,
        origin: given(origin),
        method: given(method),
        headers: given(headers),
    }
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

fn refused(w: &World, cors_request: &CorsRequest) -> (String, u16) {
    let fault = preflight(w, cors_request).unwrap_err();
    (fault.code, fault.status.unwrap())
}

#[test]
fn a_preflight_is_answered_by_the_first_rule_that_covers_it() {
    let w = with_rules(json!([
        { "AllowedOrigins": ["https://acme.example.com"], "AllowedMethods": ["GET", "PUT"],
          "AllowedHeaders": ["*"], "MaxAgeSeconds": 3000, "ExposeHeaders": ["ETag", "x-amz-id-2"] },
        { "AllowedOrigins": ["http://*.example.org"], "AllowedMethods": ["GET"] },
        { "AllowedOrigins": ["*"], "AllowedMethods": ["HEAD"], "AllowedHeaders": ["X-Amz-*"] },
    ]));
    let own = preflight(
        &w,
        &from("https://acme.example.com", "PUT", "X-Custom,content-type"),
    )
    .unwrap();
    for (name, value) in [
        ("access-control-allow-origin", "https://acme.example.com"),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "GET, PUT"),
        ("access-control-allow-headers", "x-custom, content-type"),
        ("access-control-expose-headers", "ETag, x-amz-id-2"),
        ("access-control-max-age", "3000"),
    ] {
        assert_eq!(header(&own, name), Some(value), "{name}");
    }
    let partly = preflight(&w, &from("http://desk.example.org", "GET", "")).unwrap();
    assert_eq!(
        header(&partly, "access-control-allow-origin"),
        Some("http://desk.example.org")
    );
    assert_eq!(header(&partly, "access-control-max-age"), None);
    let every = preflight(&w, &from("https://other.example.net", "HEAD", "x-amz-date")).unwrap();
    assert_eq!(header(&every, "access-control-allow-origin"), Some("*"));
    assert_eq!(header(&every, "access-control-allow-credentials"), None);
    for (origin, method, headers) in [
        ("https://other.example.net", "GET", ""),
        ("http://desk.example.org", "PUT", ""),
        ("http://desk.example.org", "GET", "x-custom"),
        ("http://desk.example.org/", "GET", ""),
        ("https://other.example.net", "HEAD", "content-type"),
    ] {
        let cors_request = from(origin, method, headers);
        assert_eq!(
            refused(&w, &cors_request),
            error("AccessForbidden", 403),
            "{origin} {method} {headers}"
        );
    }
}

#[test]
fn a_preflight_without_an_origin_a_bucket_or_rules_is_refused() {
    let w = with_bucket();
    assert_eq!(refused(&w, &from("", "GET", "")), error("BadRequest", 400));
    let fault = preflight(&w, &from("https://acme.example.com", "", "")).unwrap_err();
    assert_eq!(
        (fault.code.as_str(), fault.status),
        ("AccessForbidden", Some(403))
    );
    assert_eq!(
        fault.members,
        json!({ "Method": "OPTIONS", "ResourceType": "BUCKET" })
    );
    let nowhere = CorsRequest {
        bucket: "none".to_owned(),
        ..from("https://acme.example.com", "GET", "")
    };
    assert_eq!(refused(&w, &nowhere), error("AccessForbidden", 403));
    let w = with_rules(json!([{ "AllowedOrigins": ["*"], "AllowedMethods": ["GET"] }]));
    assert_eq!(
        refused(&w, &from("https://acme.example.com", "", "")),
        error("BadRequest", 400)
    );
}

#[test]
fn an_answer_to_a_page_of_another_origin_says_that_the_page_may_read_it() {
    let w =
        with_rules(json!([{ "AllowedOrigins": ["https://acme.example.com"], "AllowedMethods": ["GET"] }]));
    let own = headers(&w, &from("https://acme.example.com", "GET", ""));
    assert_eq!(
        header(&own, "access-control-allow-origin"),
        Some("https://acme.example.com")
    );
    assert!(header(&own, "vary").unwrap().starts_with("Origin"));
    for (origin, method) in [
        ("https://acme.example.com", "PUT"),
        ("https://other.example.net", "GET"),
    ] {
        assert_eq!(headers(&w, &from(origin, method, "")), [], "{origin} {method}");
    }
}
