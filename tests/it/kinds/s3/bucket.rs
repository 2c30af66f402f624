//! Buckets: the case, what others change, where the account forbids what a bucket needs.

use aws_sdk_s3::types;
use headset_aws::Aws;
use headset_core::{Address, tag};
use serde_json::{Value, json};

use super::BUCKET;
use crate::invariants::conformance::{Case, ExternalChange, Things, address, other_tags, tags, things, with};
use crate::kinds::lab::{Lab, seeds as lab_seeds, tags as lab_tags};
use aws_sdk_s3::types::{
    BucketCannedAcl, ObjectOwnership, OwnershipControls, OwnershipControlsRule,
    PublicAccessBlockConfiguration,
};
use headset_core::Class;
use headset_kinds::Observation;
use headset_simulator::world::Settings;

pub(crate) fn bucket() -> (Address, Value) {
    let spec = json!({
        "name": "acme-ccp-123456789012-eu-west-2", "region": "eu-west-2", "policy": null,
        "public_access_block": { "BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": false,
                                 "RestrictPublicBuckets": false },
        "ownership": "BucketOwnerEnforced", "encryption": "AES256", "tags": tags(),
    });
    (address("s3.bucket/pages"), spec)
}

pub(crate) fn policy(resource: &str) -> Value {
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
        "Resource": format!("arn:aws:s3:::acme-ccp-123456789012-eu-west-2/{resource}") }] });
    Value::String(policy.to_string())
}

pub(crate) fn case() -> Case {
    Case {
        before: vec![],
        subject: bucket(),
        changes: vec![
            ("policy", policy("page.html")),
            ("policy", policy("other.html")),
            ("policy", Value::Null),
            (
                "public_access_block",
                json!({ "BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": true,
                            "RestrictPublicBuckets": true }),
            ),
            ("tags", other_tags()),
        ],
        unchanged: vec![
            ("ownership", "only this value is offered"),
            ("website", "only this value is offered: there is none"),
            ("cors", "only this value is offered: there are none"),
            ("encryption", "only this value is offered"),
        ],
    }
}

/// The bucket before a field of it is changed from outside.
pub(crate) fn base(field: &str, way: usize) -> Things {
    let own = things("s3.bucket");
    match (field, way) {
        // A policy that was changed, and one that went; without them, one that came.
        ("policy", 1..) => with(own, &[("policy", policy("page.html"))]),
        ("website" | "cors", _) => with(own, &[("website", json!(null)), ("cors", json!(null))]),
        _ => own,
    }
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    let s3 = aws.s3();
    match (field, way) {
        ("name" | "region", _) => return ExternalChange::Fixed("a bucket cannot be renamed or moved"),
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
        (_, 1..) => return ExternalChange::Enough,
        (other, _) => panic!("s3.bucket: nothing here changes from outside `{other}`"),
    }
    ExternalChange::Changed
}

fn open_to_all(key: &str) -> String {
    json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
        "Resource": format!("arn:aws:s3:::acme-pages/{key}"),
    }]})
    .to_string()
}

fn open_bucket() -> Value {
    json!({"name": "acme-pages", "region": "eu-west-2", "policy": open_to_all("a.html"),
           "public_access_block": {"BlockPublicAcls": true, "IgnorePublicAcls": true,
                                   "BlockPublicPolicy": false, "RestrictPublicBuckets": false},
           "ownership": "BucketOwnerEnforced", "encryption": "AES256", "tags": lab_tags()})
}

/// Lets everybody list the bucket, as one can who may write its configuration.
async fn open_by_acl(lab: &Lab) {
    let client = lab.aws.s3();
    let none = PublicAccessBlockConfiguration::builder().build();
    let request = client.put_public_access_block().bucket("acme-pages");
    request
        .public_access_block_configuration(none)
        .send()
        .await
        .unwrap();
    let rule = OwnershipControlsRule::builder()
        .object_ownership(ObjectOwnership::BucketOwnerPreferred)
        .build()
        .unwrap();
    let controls = OwnershipControls::builder().rules(rule).build().unwrap();
    let request = client.put_bucket_ownership_controls().bucket("acme-pages");
    request.ownership_controls(controls).send().await.unwrap();
    let request = client.put_bucket_acl().bucket("acme-pages");
    request.acl(BucketCannedAcl::PublicRead).send().await.unwrap();
}

/// S3 takes the ownership back only after the ACL that contradicts it is gone.
#[tokio::test(start_paused = true)]
async fn a_bucket_that_was_opened_by_its_acl_is_closed_again() {
    for seed in lab_seeds() {
        let lab = Lab::new(seed, "eu-west-2").await;
        let mut pages = lab.resource("s3.bucket/pages", open_bucket());
        pages.make().await;
        open_by_acl(&lab).await;
        let Observation::Present(live) = pages.see().await else {
            panic!("the bucket is there");
        };
        let mut seen: Vec<String> = pages
            .kind
            .diff(&pages.want, &live)
            .iter()
            .map(|change| change.field.clone())
            .collect();
        seen.sort();
        assert_eq!(seen, ["ownership", "public_access_block"], "seed {seed}");
        let before = lab.simulator.call_log().len();
        pages.converge().await;
        let calls: Vec<String> = lab
            .simulator
            .call_log()
            .split_off(before)
            .into_iter()
            .filter(|call| call.operation.starts_with("PutBucket"))
            .map(|call| format!("{} {}", call.operation, call.status))
            .collect();
        assert_eq!(
            calls,
            ["PutBucketAcl 200", "PutBucketOwnershipControls 200"],
            "seed {seed}"
        );
        let grants = lab.aws.s3().get_bucket_acl().bucket("acme-pages").send();
        assert_eq!(grants.await.unwrap().grants().len(), 1, "seed {seed}");
        // The same while an attempt to make it is repeated, whose answer was lost.
        open_by_acl(&lab).await;
        pages.kind.create_any(&pages.work(), &pages.want).await.unwrap();
        pages.converge().await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_that_forbids_public_buckets_is_named_as_the_reason() {
    let settings = Settings {
        blocks_public_access: true,
        ..Settings::default()
    };
    let lab = Lab::of(settings, "eu-west-2").await;
    let pages = lab.resource("s3.bucket/pages", open_bucket());
    let error = pages
        .kind
        .create_any(&pages.work(), &pages.want)
        .await
        .unwrap_err();
    assert_eq!(error.class, Class::Denied);
    let text = error.to_string();
    assert!(
        text.contains("Block Public Access settings of the account 123456789012 have BlockPublicPolicy"),
        "{text}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_bucket_and_its_objects() {
    for seed in lab_seeds() {
        for region in ["eu-west-2", "us-east-1"] {
            let lab = Lab::new(seed, region).await;
            let mut bucket = lab.resource(
                "s3.bucket/pages",
                json!({"name": "acme-pages", "region": region, "policy": open_to_all("a.html"),
                       "public_access_block": {"BlockPublicAcls": true, "IgnorePublicAcls": true,
                                               "BlockPublicPolicy": false, "RestrictPublicBuckets": false},
                       "ownership": "BucketOwnerEnforced", "encryption": "AES256", "tags": lab_tags()}),
            );
            let live = bucket.make().await;
            assert_eq!(
                live.outputs["origin"],
                format!("https://acme-pages.s3.{region}.amazonaws.com")
            );
            // An attempt whose answer was lost: the tags prove whose the bucket is.
            bucket
                .kind
                .create_any(&bucket.work(), &bucket.want)
                .await
                .unwrap();
            bucket.change(json!({"policy": open_to_all("b.html")})).await;
            bucket
                .change(json!({"tags": {"headset:id": "6f1c2b7e-0000-4000-8000-000000000001", "team": "x"}}))
                .await;
            bucket
                .change(json!({"policy": null,
                               "public_access_block": {"BlockPublicAcls": true, "IgnorePublicAcls": true,
                                                       "BlockPublicPolicy": true, "RestrictPublicBuckets": true}}))
                .await;

            let mut page = lab.resource(
                "s3.object/page.html",
                json!({"bucket": "acme-pages", "key": "page.html", "content_type": "text/html; charset=utf-8",
                       "cache_control": "max-age=60", "body": "<!doctype html>"}),
            );
            let live = page.make().await;
            assert_eq!(
                live.outputs["url"],
                format!("https://acme-pages.s3.{region}.amazonaws.com/page.html")
            );
            page.change(json!({"body": "<!doctype html>é"})).await;
            page.change(json!({"cache_control": "no-store"})).await;
            page.change(json!({"content_type": "text/plain"})).await;
            page.delete().await;

            // What others left in it goes too.
            let client = lab.aws.s3();
            client
                .put_object()
                .bucket("acme-pages")
                .key("foreign")
                .send()
                .await
                .unwrap();
            let foreign = lab.resource(
                "s3.object/foreign",
                json!({"bucket": "acme-pages", "key": "foreign"}),
            );
            let Observation::Present(live) = foreign.see().await else {
                panic!("the object is there");
            };
            // It came without a SHA-256: its content was compared.
            assert_eq!(
                live.outputs["sha256"],
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            );
            bucket.delete().await;
        }
    }
}
