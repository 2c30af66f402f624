//! Approved origins: a set that others may add to, in pages, in any spelling.

use headset_simulator::world::{Settings, World};
use headset_simulator::{Moment, Simulator};
use serde_json::json;

use super::{applies, count, edit, example_with, goes, inject, live, sandbox};
use crate::support::{Sandbox, on_virtual_time, seeds};

const PAGE: &str =
    "connect.approved_origin/https://acme-tiny-ccp-123456789012-eu-west-2.s3.eu-west-2.amazonaws.com";

/// The origins that the one instance has.
async fn origins(sandbox: &Sandbox) -> Vec<String> {
    let aws = sandbox.aws(None).await;
    let id = live(sandbox, "connect.instance/main").await.id;
    let mut found = Vec::new();
    let mut token = None;
    loop {
        let request = aws
            .connect()
            .list_approved_origins()
            .instance_id(&id)
            .set_next_token(token);
        let page = request.send().await.unwrap();
        found.extend(page.origins.unwrap_or_default());
        token = page.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return found;
        }
    }
}

/// Lets exactly these origins be approved at every instance, for as long as anybody can remember.
fn approve(simulator: &Simulator, origins: impl IntoIterator<Item = String>) {
    let approved: Vec<(String, Moment)> = origins.into_iter().map(|origin| (origin, Moment(0))).collect();
    edit(simulator, |world| {
        for (_, instance) in world["connect"]["instances"].as_object_mut().unwrap() {
            instance["origins"] = json!(approved);
        }
    });
}

/// Lesson 27 (tfaws#47046, awscc#966, awscc#1058): an origin that was there already was an error, one beyond the first
/// page was not found, and one in another spelling was another.
#[test]
fn an_origin_is_found_behind_sixty_others_and_in_any_spelling() {
    let text = example_with("minimal.yaml", &[]);
    for seed in seeds() {
        on_virtual_time(async {
            let sandbox = sandbox(&text, seed);
            applies(&sandbox, &format!("seed {seed}")).await;
            let ours = origins(&sandbox).await;
            assert_eq!(ours.len(), 1, "{ours:?}");
            // Where Connect normalises origins, no other spelling can be there.
            let settings = Settings {
                quirks: seed,
                ..Settings::default()
            };
            let normalises = World::new(settings, Moment(0)).quirk("connect.origins-normalised");
            let mut spellings = vec![ours[0].clone()];
            if !normalises {
                spellings.extend([
                    ours[0].to_uppercase().replace("HTTPS", "https"),
                    format!("{}/", ours[0]),
                    format!("{}:443", ours[0]),
                ]);
            }
            for spelling in spellings {
                let others = (0..60).map(|number| format!("https://page{number}.example.com"));
                approve(&sandbox.simulator, others.chain([spelling.clone()]));
                super::is_empty(&sandbox, &format!("{spelling}, seed {seed}")).await;
            }
            // It goes by the spelling that AWS has, and the others stay.
            let aws = sandbox.aws(None).await;
            let mut design = sandbox.design(&aws, &sandbox.state());
            design
                .resources
                .retain(|address, _| address.kind.name() != "connect.approved_origin");
            let outcome = sandbox.run_design(&aws, &design, true).await;
            assert!(outcome.failed.is_empty(), "seed {seed}: {outcome:?}");
            assert_eq!(origins(&sandbox).await.len(), 60, "seed {seed}");
        });
    }
}

/// Lesson 27 again: the first answer was lost, and the second call says that it is there already. So says AWS too if
/// another client was quicker.
#[test]
fn an_origin_that_is_there_already_is_as_wanted() {
    let text = example_with("minimal.yaml", &[]);
    for seed in seeds() {
        on_virtual_time(async {
            let lost = sandbox(&text, seed);
            inject(
                &lost,
                json!({ "operation": "AssociateApprovedOrigin", "kind": "drop-after", "times": 1 }),
            );
            applies(&lost, &format!("seed {seed}")).await;
            assert!(count(&lost, "AssociateApprovedOrigin") >= 2, "seed {seed}");
            assert_eq!(origins(&lost).await.len(), 1, "seed {seed}");
            goes(&lost, &format!("seed {seed}")).await;

            // Another client associates it between our look and our call.
            let quicker = sandbox(&text, seed);
            let simulator = quicker.simulator.clone();
            let origin = PAGE.split_once('/').unwrap().1.to_owned();
            let outcome = quicker
                .apply(Some(Box::new(super::Meanwhile(move |operation: &str| {
                    if operation == "PutBucketPolicy" {
                        approve(&simulator, [origin.clone()]);
                    }
                }))))
                .await;
            super::succeeded(&outcome, &format!("quicker, seed {seed}"));
            super::is_empty(&quicker, &format!("quicker, seed {seed}")).await;
        });
    }
}
