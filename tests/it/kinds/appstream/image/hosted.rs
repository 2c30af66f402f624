//! A script that the image builder fetches with its role.

use std::time::Duration;

use headset_aws::Aws;
use headset_engine::plan::guard::{Allowed, guard};
use headset_simulator::operator;
use headset_simulator::world::Settings;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::support::fixtures::seed_with;
use crate::support::{Sandbox, on_virtual_time};

const TEXT: &str = "\
version: 1
name: acme
aws: { region: eu-west-2, regions: { appstream: eu-west-1 } }
lifetime: 1d
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718], security_groups: [sg-0a1b2c3d4e5f60718], internet: nat }
  images:
    desk:
      base: { newest: AppStream-WinServer2022 }
      builder: stream.standard.medium
      role: arn:aws:iam::123456789012:role/builder
      script: hosted
      apps: { crm: { open: \"https://crm.example.com\" } }
";
const BUCKET: &str = "acme-img-123456789012-eu-west-2";

/// A cloud with the builder's role, which allows nothing by itself.
async fn with_role(quirks: u64) -> (Sandbox, Aws) {
    let settings = Settings {
        quirks,
        ..Settings::default()
    };
    let sandbox = Sandbox::new("hosted.yaml", TEXT, settings);
    let aws = sandbox.aws(None).await;
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": "appstream.amazonaws.com" }, "Action": "sts:AssumeRole" }] });
    let role = aws.iam().create_role().role_name("builder");
    role.assume_role_policy_document(trust.to_string())
        .send()
        .await
        .unwrap();
    aws.clock().sleep(Duration::from_secs(60)).await;
    (sandbox, aws)
}

/// The keys in the bucket.
async fn keys(aws: &Aws) -> Vec<String> {
    let listed = aws.s3().list_objects_v2().bucket(BUCKET).send().await.unwrap();
    let keys = listed.contents().iter().filter_map(|one| one.key());
    keys.map(str::to_owned).collect()
}

/// What the person sees on the builder who pastes the line.
fn paste(sandbox: &Sandbox, worksheet: &str) -> Result<(), String> {
    let simulator = &sandbox.simulator;
    let done = simulator.with_world(|world, now| operator::read_and_act(world, worksheet, None, now));
    done.map(drop)
}

#[test]
fn the_builder_fetches_its_script_by_either_of_aws_s_programs() {
    for tools_only in [false, true] {
        on_virtual_time(async {
            let (mut sandbox, aws) = with_role(seed_with("appstream.builder-tools", tools_only)).await;
            let outcome = sandbox.apply(None).await;
            assert!(outcome.is_done(), "{outcome:?}\n{}", sandbox.told());
            assert!(sandbox.plan().await.is_empty());
            let before = keys(&aws).await;
            let [key] = before.as_slice() else {
                panic!("{before:?}")
            };
            let script = aws
                .s3()
                .get_object()
                .bucket(BUCKET)
                .key(key)
                .send()
                .await
                .unwrap();
            let script = script.body.collect().await.unwrap().into_bytes();
            assert_eq!(*key, format!("{}.ps1", hex::encode(Sha256::digest(&script))));
            // It is for the builder and for no browser.
            let url = format!("https://{BUCKET}.s3.eu-west-2.amazonaws.com/{key}");
            assert_eq!(aws.get(&url, None).await.unwrap().status, 403);
            let verified = sandbox.verify(&aws).await;
            assert!(verified.entries.iter().all(|one| one.check.id != "file-served"));
            if tools_only {
                return;
            }
            // Another recipe is another script, and the old one goes.
            sandbox.rewrite(&TEXT.replace("https://crm.", "https://wiki."));
            let outcome = sandbox.apply(None).await;
            assert!(outcome.is_done(), "{outcome:?}\n{}", sandbox.told());
            let after = keys(&aws).await;
            assert!(after.len() == 1 && after != before, "{before:?} {after:?}");
            // Scripts can be written again: without them the bucket goes like anything else, unless others use it.
            let pasted = TEXT
                .replace("https://crm.", "https://wiki.")
                .replace("script: hosted", "script: pasted");
            sandbox.rewrite(&pasted);
            assert_eq!(guard(&sandbox.plan().await, &Allowed::default()), []);
            let put = aws.s3().put_object().bucket(BUCKET).key("notes.txt");
            put.body(b"mine".to_vec().into()).send().await.unwrap();
            let refused = guard(&sandbox.plan().await, &Allowed::default());
            assert!(
                refused.len() == 1 && refused[0].message.contains("notes.txt"),
                "{refused:?}"
            );
            let outcome = sandbox.destroy(None).await;
            assert!(outcome.is_done(), "{outcome:?}");
            let left = aws.s3().list_buckets().send().await.unwrap();
            assert!(
                left.buckets().iter().all(|one| one.name() != Some(BUCKET)),
                "{left:?}"
            );
        });
    }
}

#[test]
fn a_script_that_is_another_one_or_out_of_reach_is_not_run() {
    on_virtual_time(async {
        let (sandbox, aws) = with_role(seed_with("appstream.builder-tools", false)).await;
        let open = sandbox.apply_alone().await.open;
        let [checkpoint] = open.as_slice() else {
            panic!("{open:?}")
        };
        let sheet = &checkpoint.worksheet;
        assert!(
            sheet.contains("headset image script BLUEPRINT desk --line"),
            "{sheet}"
        );
        let keys = keys(&aws).await;
        let put = aws.s3().put_object().bucket(BUCKET).key(&keys[0]);
        put.body(b"Start-Process calc".to_vec().into())
            .send()
            .await
            .unwrap();
        let why = paste(&sandbox, sheet).unwrap_err();
        assert!(why.contains("nothing was run"), "{why}");
        aws.s3()
            .delete_bucket_policy()
            .bucket(BUCKET)
            .send()
            .await
            .unwrap();
        let why = paste(&sandbox, sheet).unwrap_err();
        assert!(why.contains("did not get the script"), "{why}");
        // The next apply puts both right, and then a person can paste the same line.
        let outcome = sandbox.apply(None).await;
        assert!(outcome.is_done(), "{outcome:?}\n{}", sandbox.told());
    });
}
