//! The bucket with states: the case, what others change, and that it is never emptied.

use aws_sdk_s3::types;
use headset_aws::Aws;
use headset_core::{Address, Class, tag};
use headset_kinds::Cloud;
use headset_kinds::Observation;
use headset_kinds::discovery::Part;
use serde_json::{Value, json};

use crate::invariants::conformance::{Bench, Case, ExternalChange, address, design, other_tags, shown, tags};
use crate::kinds::lab::{Lab, seeds as lab_seeds, tags as lab_tags};
use crate::support::on_virtual_time;

const BUCKET: &str = "acme-state-123456789012-eu-west-2";

fn tls_only(sid: &str, action: &str) -> Value {
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Sid": sid, "Effect": "Deny", "Principal": "*", "Action": action,
        "Resource": [format!("arn:aws:s3:::{BUCKET}"), format!("arn:aws:s3:::{BUCKET}/*")],
        "Condition": { "Bool": { "aws:SecureTransport": "false" } } }] });
    Value::String(policy.to_string())
}

fn spec(tags: Value) -> Value {
    json!({
        "name": BUCKET, "region": "eu-west-2", "ownership": "BucketOwnerEnforced",
        "public_access_block": { "BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": true,
                                 "RestrictPublicBuckets": true },
        "encryption": { "algorithm": "AES256", "kms_key": null, "bucket_key": false },
        "versioning": "Enabled", "lifecycle": { "previous_versions_days": 90 }, "policy": tls_only("TlsOnly", "s3:*"),
        "tags": tags,
    })
}

fn holding(mut tags: Value) -> Value {
    tags[tag::HOLDS] = json!(tag::STATES);
    tags
}

fn bucket() -> (Address, Value) {
    (address("s3.state_bucket/state"), spec(holding(tags())))
}

pub(crate) fn case() -> Case {
    Case {
        before: vec![],
        subject: bucket(),
        changes: vec![
            (
                "encryption",
                json!({ "algorithm": "aws:kms", "bucket_key": true,
                    "kms_key": "arn:aws:kms:eu-west-2:123456789012:key/6f1d0c1e-1111-4111-8111-111111111111" }),
            ),
            (
                "encryption",
                json!({ "algorithm": "AES256", "kms_key": null, "bucket_key": false }),
            ),
            ("lifecycle", json!({ "previous_versions_days": 30 })),
            ("policy", tls_only("TlsOnly", "s3:GetObject")),
            ("tags", holding(other_tags())),
        ],
        unchanged: vec![
            ("ownership", "only this value is offered"),
            (
                "public_access_block",
                "only this value is offered: everything is blocked",
            ),
            ("versioning", "only this value is offered"),
        ],
    }
}

fn lifecycle(rule: types::LifecycleRule) -> types::BucketLifecycleConfiguration {
    types::BucketLifecycleConfiguration::builder()
        .rules(rule)
        .build()
        .unwrap()
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    let s3 = aws.s3();
    match (field, way) {
        ("name" | "region", _) => return ExternalChange::Fixed("a bucket cannot be renamed or moved"),
        ("ownership", 0) => {
            let request = s3.delete_bucket_ownership_controls().bucket(BUCKET);
            request.send().await.map(drop).unwrap();
        }
        ("public_access_block", 0) => {
            let request = s3.delete_public_access_block().bucket(BUCKET);
            request.send().await.map(drop).unwrap();
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
        ("versioning", 0) => {
            let suspended = types::VersioningConfiguration::builder()
                .status(types::BucketVersioningStatus::Suspended)
                .build();
            let request = s3.put_bucket_versioning().bucket(BUCKET);
            request
                .versioning_configuration(suspended)
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        // States would be deleted a week after they were written.
        ("lifecycle", 0) => {
            let rule = types::LifecycleRule::builder()
                .id("clean")
                .status(types::ExpirationStatus::Enabled)
                .filter(types::LifecycleRuleFilter::builder().prefix("").build())
                .expiration(types::LifecycleExpiration::builder().days(7).build())
                .build()
                .unwrap();
            let request = s3.put_bucket_lifecycle_configuration().bucket(BUCKET);
            request
                .lifecycle_configuration(lifecycle(rule))
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        ("lifecycle", 1) => {
            let request = s3.delete_bucket_lifecycle().bucket(BUCKET);
            request.send().await.map(drop).unwrap();
        }
        ("policy", 0) => {
            let theirs = tls_only("Theirs", "s3:*")
                .as_str()
                .unwrap()
                .replace("s3:*", "s3:GetObject");
            let request = s3.put_bucket_policy().bucket(BUCKET).policy(theirs);
            request.send().await.map(drop).unwrap();
        }
        ("policy", 1) => {
            let request = s3.delete_bucket_policy().bucket(BUCKET);
            request.send().await.map(drop).unwrap();
        }
        ("tags", 0) => {
            let now = s3.get_bucket_tagging().bucket(BUCKET).send().await.unwrap();
            let kept = now.tag_set.into_iter().filter(|tag| tag.key != "team");
            let tagging = types::Tagging::builder()
                .set_tag_set(Some(kept.collect()))
                .build()
                .unwrap();
            let request = s3.put_bucket_tagging().bucket(BUCKET).tagging(tagging);
            request.send().await.map(drop).unwrap();
        }
        (_, 1..) => return ExternalChange::Enough,
        (other, _) => panic!("s3.state_bucket: nothing here changes from outside `{other}`"),
    }
    ExternalChange::Changed
}

async fn put(aws: &Aws, key: &str) {
    let request = aws.s3().put_object().bucket(BUCKET).key(key);
    request.send().await.unwrap();
}

/// What is in it is never deleted: not its objects, and not their earlier versions.
#[tokio::test(start_paused = true)]
async fn a_bucket_with_states_is_not_emptied() {
    for seed in lab_seeds() {
        let lab = Lab::new(seed, "eu-west-2").await;
        let mut bucket = lab.resource("s3.state_bucket/state", spec(holding(lab_tags())));
        bucket.make().await;
        put(&lab.aws, "headset/acme/state.json").await;
        let Observation::Present(live) = bucket.see().await else {
            panic!("it is there")
        };
        let refused = bucket.kind.delete(&bucket.work(), &live).await.unwrap_err();
        assert_eq!(refused.class, Class::Invalid, "seed {seed}: {refused}");
        // Deleted, it is an earlier version with a mark on it: that can still be brought back.
        let request = lab.aws.s3().delete_object().bucket(BUCKET);
        request.key("headset/acme/state.json").send().await.unwrap();
        bucket.kind.delete(&bucket.work(), &live).await.unwrap_err();
        let dependents = bucket.kind.dependents(&lab.aws, &live).await.unwrap().unwrap();
        assert_eq!(dependents.names, ["headset/acme/state.json"], "seed {seed}");
        let why = bucket.kind.kept_for(&dependents).unwrap();
        assert!(why.contains("headset/acme/state.json"), "{why}");
        let versions = lab.aws.s3().list_object_versions().bucket(BUCKET);
        let versions = versions.send().await.unwrap();
        assert_eq!(
            (versions.versions().len(), versions.delete_markers().len()),
            (1, 1),
            "seed {seed}"
        );
    }
}

/// The plan says so, and nothing of it is carried out.
#[test]
fn a_plan_that_would_delete_it_is_refused_while_it_holds_states() {
    on_virtual_time(async {
        let bench = Bench::new().await;
        bench.make(&design(&[bucket()]), "creation").await;
        assert!(!found_kept(&bench).await);
        for number in 0..7 {
            put(&bench.aws, &format!("headset/acme-{number}/state.json")).await;
        }
        assert!(found_kept(&bench).await);
    });
}

/// Whether a plan without the bucket is refused because of what it holds.
async fn found_kept(bench: &Bench) -> bool {
    let state = bench.sandbox.state();
    let assessed = bench.sandbox.assess(&bench.aws, &design(&[]), &state).await;
    let kept: Vec<String> = assessed
        .findings
        .iter()
        .filter(|finding| finding.code == "kept")
        .map(|finding| finding.message.clone())
        .collect();
    if let [kept] = &kept[..] {
        assert!(
            kept.contains("headset/acme-4/state.json, and 2 more"),
            "{kept}\n{}",
            shown(&assessed.plan)
        );
    }
    !kept.is_empty()
}

/// Where state is lost, its own tag tells it from a bucket with pages, which would be emptied.
#[test]
fn it_is_found_as_what_it_is() {
    on_virtual_time(async {
        let bench = Bench::new().await;
        bench.make(&design(&[bucket()]), "creation").await;
        let found = bench.aws.discover(Part::Buckets(None)).await.found;
        let kinds: Vec<&str> = found.iter().map(|one| one.address.kind.name()).collect();
        assert_eq!(kinds, ["s3.state_bucket"]);
    });
}
