//! The bucket of the pages where others have changed it, or the account forbids what it needs.

use aws_sdk_s3::types::{
    BucketCannedAcl, ObjectOwnership, OwnershipControls, OwnershipControlsRule,
    PublicAccessBlockConfiguration,
};
use headset_core::Class;
use headset_kinds::Observation;
use headset_simulator::world::Settings;
use serde_json::{Value, json};

use super::{Lab, SEEDS, policy, tags};

fn bucket() -> Value {
    json!({"name": "acme-pages", "region": "eu-west-2", "policy": policy("a.html"),
           "public_access_block": {"BlockPublicAcls": true, "IgnorePublicAcls": true,
                                   "BlockPublicPolicy": false, "RestrictPublicBuckets": false},
           "ownership": "BucketOwnerEnforced", "encryption": "AES256", "tags": tags()})
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
    for seed in SEEDS {
        let lab = Lab::new(seed, "eu-west-2").await;
        let mut pages = lab.thing("s3.bucket/pages", bucket());
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
        pages.kind.create(&pages.work(), &pages.want).await.unwrap();
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
    let pages = lab.thing("s3.bucket/pages", bucket());
    let error = pages.kind.create(&pages.work(), &pages.want).await.unwrap_err();
    assert_eq!(error.class, Class::Denied);
    let text = error.to_string();
    assert!(
        text.contains("Block Public Access settings of the whole account"),
        "{text}"
    );
}
