//! Another hand in S3.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types;
use headset_aws::Aws;
use headset_core::tag;
use serde_json::json;

use super::super::policy;
use super::{Deed, Things, things, with};

const BUCKET: &str = "acme-ccp-123456789012-eu-west-2";

pub(super) fn base(kind: &str, field: &str, way: usize) -> Things {
    match (kind, field, way) {
        // A policy that was changed, and one that went; without them, one that came.
        ("s3.bucket", "policy", 1..) => with(things(kind), &[("policy", policy("page.html"))]),
        ("s3.bucket", "website" | "cors", _) => {
            with(things(kind), &[("website", json!(null)), ("cors", json!(null))])
        }
        ("s3.object", "content_encoding" | "content_disposition" | "metadata", _) => with(
            things(kind),
            &[
                ("content_encoding", json!(null)),
                ("content_disposition", json!(null)),
                ("metadata", json!({})),
            ],
        ),
        _ => things(kind),
    }
}

pub(super) async fn change(aws: &Aws, kind: &str, field: &str, way: usize) -> Deed {
    match (kind, field) {
        ("s3.bucket", "name" | "region") => Deed::Fixed("a bucket cannot be renamed or moved"),
        ("s3.object", "bucket" | "key") => {
            Deed::Fixed("an object's name is what it is: another one is another object")
        }
        ("s3.bucket", field) => of_bucket(aws, field, way).await,
        ("s3.object", field) => of_object(aws, field, way).await,
        (other, _) => panic!("{other}: no other hand changes its things"),
    }
}

async fn of_bucket(aws: &Aws, field: &str, way: usize) -> Deed {
    let s3 = aws.s3();
    match (field, way) {
        ("ownership", 0) => {
            let rule = types::OwnershipControlsRule::builder()
                .object_ownership(types::ObjectOwnership::ObjectWriter)
                .build()
                .unwrap();
            let controls = types::OwnershipControls::builder().rules(rule).build().unwrap();
            let request = s3.put_bucket_ownership_controls().bucket(BUCKET);
            request
                .ownership_controls(controls)
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        ("ownership", 1) => {
            s3.delete_bucket_ownership_controls()
                .bucket(BUCKET)
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        ("public_access_block", 0) => {
            let block = types::PublicAccessBlockConfiguration::builder().build();
            let request = s3.put_public_access_block().bucket(BUCKET);
            request
                .public_access_block_configuration(block)
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        ("public_access_block", 1) => {
            s3.delete_public_access_block()
                .bucket(BUCKET)
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        ("encryption", 0) => {
            let default = types::ServerSideEncryptionByDefault::builder()
                .sse_algorithm(types::ServerSideEncryption::AwsKms)
                .build()
                .unwrap();
            let rule = types::ServerSideEncryptionRule::builder()
                .apply_server_side_encryption_by_default(default)
                .build();
            let configuration = types::ServerSideEncryptionConfiguration::builder()
                .rules(rule)
                .build()
                .unwrap();
            let request = s3.put_bucket_encryption().bucket(BUCKET);
            request
                .server_side_encryption_configuration(configuration)
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        ("tags", 0 | 1) => {
            let now = s3.get_bucket_tagging().bucket(BUCKET).send().await.unwrap();
            let kept = now.tag_set.into_iter().filter(|tag| match way {
                0 => tag.key != "team",
                _ => tag.key != tag::LINEAGE,
            });
            let tagging = types::Tagging::builder()
                .set_tag_set(Some(kept.collect()))
                .build()
                .unwrap();
            s3.put_bucket_tagging()
                .bucket(BUCKET)
                .tagging(tagging)
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        ("tags", 2) => s3
            .delete_bucket_tagging()
            .bucket(BUCKET)
            .send()
            .await
            .map(drop)
            .unwrap(),
        ("website", 0) => {
            let index = types::IndexDocument::builder()
                .suffix("index.html")
                .build()
                .unwrap();
            let website = types::WebsiteConfiguration::builder()
                .index_document(index)
                .build();
            let request = s3.put_bucket_website().bucket(BUCKET);
            request
                .website_configuration(website)
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        ("cors", 0) => {
            let rule = types::CorsRule::builder()
                .allowed_origins("*")
                .allowed_methods("GET")
                .build()
                .unwrap();
            let cors = types::CorsConfiguration::builder()
                .cors_rules(rule)
                .build()
                .unwrap();
            s3.put_bucket_cors()
                .bucket(BUCKET)
                .cors_configuration(cors)
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        ("policy", 0 | 1) => {
            let document = policy("secret.html").as_str().unwrap().to_owned();
            s3.put_bucket_policy()
                .bucket(BUCKET)
                .policy(document)
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        ("policy", 2) => s3
            .delete_bucket_policy()
            .bucket(BUCKET)
            .send()
            .await
            .map(drop)
            .unwrap(),
        (_, 1..) => return Deed::Enough,
        (other, _) => panic!("s3.bucket: no other hand changes `{other}`"),
    }
    Deed::Changed
}

async fn of_object(aws: &Aws, field: &str, way: usize) -> Deed {
    if way > 0 {
        return Deed::Enough;
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
        other => panic!("s3.object: no other hand changes `{other}`"),
    };
    put.send().await.unwrap();
    Deed::Changed
}
