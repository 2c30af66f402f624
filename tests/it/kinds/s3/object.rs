//! Objects: the pages.

use aws_sdk_s3::primitives::ByteStream;
use headset_aws::Aws;
use headset_core::KindId;
use serde_json::{Value, json};

use super::BUCKET;
use super::bucket::bucket;
use crate::invariants::conformance::{Case, ExternalChange, Things, address, after, things, with};

pub(crate) fn case() -> Case {
    Case {
        before: vec![bucket()],
        subject: (
            address("s3.object/page.html"),
            json!({
                "bucket": after("s3.bucket/pages", "name"), "key": "page.html",
                "content_type": "text/html; charset=utf-8", "cache_control": "no-cache", "body": "<h1>hello</h1>",
            }),
        ),
        changes: vec![
            ("body", json!("<h1>good bye</h1>")),
            ("content_type", json!("text/html")),
            ("cache_control", json!("max-age=60")),
            ("content_encoding", json!("identity")),
            ("content_encoding", Value::Null),
            ("content_disposition", json!("inline")),
            ("content_disposition", Value::Null),
            ("metadata", json!({ "of": "pages" })),
            ("metadata", json!({})),
        ],
        unchanged: vec![("sha256", "follows from the body")],
    }
}

/// The object before a field of it is changed from outside.
pub(crate) fn base(field: &str, _way: usize) -> Things {
    match field {
        "content_encoding" | "content_disposition" | "metadata" => with(
            things("s3.object"),
            &[
                ("content_encoding", json!(null)),
                ("content_disposition", json!(null)),
                ("metadata", json!({})),
            ],
        ),
        _ => things("s3.object"),
    }
}

/// Puts another object there, as others do.
pub(crate) async fn put(aws: &Aws, _: KindId) -> String {
    let put = aws.s3().put_object().bucket(BUCKET).key("theirs.html");
    put.body(ByteStream::from_static(b"theirs")).send().await.unwrap();
    format!("{BUCKET}/theirs.html")
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    if ["bucket", "key"].contains(&field) {
        return ExternalChange::Fixed("an object's name is what it is: another one is another object");
    }
    if way > 0 {
        return ExternalChange::Enough;
    }
    let (content, kind, cache) = ("<h1>hello</h1>", "text/html; charset=utf-8", "no-cache");
    let put = aws.s3().put_object().bucket(BUCKET).key("page.html");
    let put = put.cache_control(if field == "cache_control" {
        "max-age=31536000"
    } else {
        cache
    });
    let put = put.content_type(if field == "content_type" {
        "text/plain"
    } else {
        kind
    });
    let body = if field == "sha256" {
        "<h1>theirs</h1>"
    } else {
        content
    };
    let put = put.body(ByteStream::from_static(body.as_bytes()));
    let put = match field {
        "content_encoding" => put.content_encoding("gzip"),
        "content_disposition" => put.content_disposition("attachment"),
        "metadata" => put.metadata("theirs", "yes"),
        "cache_control" | "content_type" | "sha256" => put,
        other => panic!("s3.object: nothing here changes from outside `{other}`"),
    };
    put.send().await.unwrap();
    ExternalChange::Changed
}
