//! What the blueprint lets go of (`removed`): it stays as it is, and no longer says that it is Headset's.

use headset_engine::plan::Action;
use headset_simulator::world::Settings;
use serde_json::Value;

use crate::support::{Sandbox, example, on_virtual_time};

const BUCKET: &str = "s3.bucket/ccp";

/// A center, and the same blueprint with nothing in it but that everything is let go of.
async fn let_go(tagged: bool) -> Sandbox {
    let (file, text) = example("split-ccp.yaml");
    let text = match tagged {
        true => text,
        // Without tags of the user's own, those of Headset are all that there are.
        false => text
            .replace("\n  team: support\n", "\n")
            .replace("\ntags:  ", "\n# "),
    };
    let mut sandbox = Sandbox::new(&file, &text, Settings::default());
    let outcome = sandbox.apply(None).await;
    assert!(
        outcome.failed.is_empty() && outcome.open.is_empty(),
        "{outcome:?}"
    );
    let state = sandbox.state();
    let removed: Vec<String> = state
        .resources
        .keys()
        .map(|address| format!("  - \"{address}\"\n"))
        .collect();
    let (head, _) = text.split_once("\nlifetime:").unwrap();
    sandbox.rewrite(&format!("{head}\nremoved:\n{}", removed.concat()));
    sandbox
}

/// The bucket's tags, as S3 has them.
async fn tags(sandbox: &Sandbox) -> Option<Vec<(String, String)>> {
    let aws = sandbox.aws(None).await;
    let bucket = sandbox.state().resources[&BUCKET.parse().unwrap()].id.clone();
    read_tags(&aws, &bucket).await
}

async fn read_tags(aws: &headset_aws::Aws, bucket: &str) -> Option<Vec<(String, String)>> {
    let answer = aws.s3().get_bucket_tagging().bucket(bucket).send().await.ok()?;
    let tags = answer.tag_set.into_iter();
    Some(tags.map(|tag| (tag.key, tag.value)).collect())
}

/// Takes out what services remember of earlier calls, by their tokens.
fn without_answers(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("answered");
            members.values_mut().for_each(without_answers);
        }
        Value::Array(items) => items.iter_mut().for_each(without_answers),
        _ => {}
    }
}

fn asked(sandbox: &Sandbox, operation: &str) -> usize {
    let log = sandbox.simulator.call_log();
    log.iter().filter(|call| call.operation == operation).count()
}

#[test]
fn a_bucket_that_is_let_go_of_has_no_tags_of_ours_and_keeps_all_others() {
    for tagged in [true, false] {
        on_virtual_time(async {
            let sandbox = let_go(tagged).await;
            let before = tags(&sandbox).await.unwrap();
            assert!(before.iter().any(|(key, _)| key == "headset:id"), "{before:?}");
            let theirs: Vec<(String, String)> = before
                .into_iter()
                .filter(|(key, _)| !key.starts_with("headset:"))
                .collect();
            assert_eq!(theirs.is_empty(), !tagged, "{theirs:?}");
            let aws = sandbox.aws(None).await;
            let bucket = sandbox.state().resources[&BUCKET.parse().unwrap()].id.clone();

            let plan = sandbox.plan().await;
            let step = &plan.steps[&BUCKET.parse().unwrap()];
            assert!(matches!(step.action, Action::Release), "{step:?}");
            assert!(
                plan.steps
                    .values()
                    .all(|step| matches!(step.action, Action::Release | Action::Forget)),
                "{plan:#?}"
            );
            let (put, deleted) = (
                asked(&sandbox, "PutBucketTagging"),
                asked(&sandbox, "DeleteBucketTagging"),
            );
            let outcome = sandbox.apply(None).await;
            assert!(outcome.failed.is_empty(), "{outcome:?}");
            let left = read_tags(&aws, &bucket).await;
            // A bucket without tags has no set of them.
            assert_eq!(left.unwrap_or_default(), theirs);
            assert_eq!(asked(&sandbox, "PutBucketTagging") - put, usize::from(tagged));
            assert_eq!(
                asked(&sandbox, "DeleteBucketTagging") - deleted,
                usize::from(!tagged)
            );
            // Nothing was deleted, and nothing of any kind says that it is Headset's.
            for operation in [
                "DeleteBucket",
                "DeleteObjects",
                "DeleteStack",
                "DeleteFleet",
                "DeleteInstance",
            ] {
                assert_eq!(asked(&sandbox, operation), 0, "{operation}");
            }
            let mut snapshot = sandbox.simulator.snapshot();
            without_answers(&mut snapshot);
            let snapshot = snapshot.to_string();
            for tag in ["headset:id", "headset:environment"] {
                let around = |at: usize| snapshot[at.saturating_sub(300)..at].to_owned();
                assert_eq!(snapshot.find(tag).map(around), None, "{tag}");
            }
            assert!(sandbox.plan().await.is_empty());
        });
    }
}
