//! The kinds of AppStream and S3 against the simulator, without the engine around them: what is made reads back
//! as it was asked for, every field can be changed, and what is deleted is gone.

mod bench;
mod blueprint;
mod capacity;
mod images;
mod pages;
mod people;
mod streaming;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use headset_aws::kinds::{Remote, Work, registry};
use headset_aws::{Aws, AwsOptions, Credentials, Wire};
use headset_core::{Address, Clock};
use headset_kinds::regions::{Identity, Regions};
use headset_kinds::{Condition, Live, Lookup, Observation};
use headset_simulator::world::Settings;
use headset_simulator::{SimOptions, Simulator};
use serde_json::{Value, json};

/// Seeds of the simulator's undecided points; 0 is the plain choice everywhere.
const SEEDS: std::ops::Range<u64> = 0..16;

/// The simulated time at which each test begins: 2026-01-01.
const START: i64 = 1_767_225_600;

/// One simulated cloud and the way to it.
struct Lab {
    simulator: Arc<Simulator>,
    aws: Aws,
    seed: u64,
}

impl Lab {
    async fn new(seed: u64, region: &str) -> Lab {
        let settings = Settings {
            quirks: seed,
            ..Settings::default()
        };
        Lab::of(settings, region).await
    }

    async fn of(settings: Settings, region: &str) -> Lab {
        let seed = settings.quirks;
        let simulator = Simulator::new(SimOptions {
            settings,
            ..SimOptions::default()
        });
        let wire = Wire::new(simulator.http_client(), None);
        let config = Aws::load_config(&Credentials::Simulated, Some(region), &wire).await;
        let aws = Aws::connect_with(AwsOptions {
            config,
            regions: Regions {
                connect: region.to_owned(),
                appstream: region.to_owned(),
                s3: region.to_owned(),
                identity_center: "us-east-1".to_owned(),
            },
            identity: Identity::Same,
            wire,
            clock: Clock::simulated(jiff::Timestamp::new(START, 0).unwrap(), 1.0),
            pace: headset_aws::Pace::default(),
            seed,
        });
        Lab { simulator, aws, seed }
    }

    /// One thing to work on.
    fn thing(&self, address: &str, want: Value) -> Thing<'_> {
        let address: Address = address.parse().unwrap();
        let kind = registry::remote(&address.kind).unwrap();
        Thing {
            lab: self,
            address,
            kind,
            want,
            id: None,
        }
    }
}

struct Thing<'lab> {
    lab: &'lab Lab,
    address: Address,
    kind: &'static dyn Remote,
    want: Value,
    id: Option<String>,
}

impl Thing<'_> {
    fn work(&self) -> Work<'_> {
        Work {
            aws: &self.lab.aws,
            address: &self.address,
            token: "00000000-0000-4000-8000-000000000000".to_owned(),
        }
    }

    async fn see(&self) -> Observation {
        let lookup = Lookup {
            address: self.address.clone(),
            spec: self.want.clone(),
            id: self.id.clone(),
            answers: BTreeMap::new(),
        };
        self.kind.survey(&self.lab.aws, &[lookup]).await.remove(0)
    }

    /// Makes it, and brings it to where it is wanted.
    async fn make(&mut self) -> Live {
        let id = self.kind.create(&self.work(), &self.want).await;
        self.id =
            Some(id.unwrap_or_else(|error| panic!("{} (seed {}): {error}", self.address, self.lab.seed)));
        self.converge().await
    }

    /// Changes fields of what is wanted, checks that each is seen as a difference, and brings it there.
    async fn change(&mut self, fields: Value) -> Live {
        let before = self.converge().await;
        let mut wanted = self.want.clone();
        for (field, value) in fields.as_object().unwrap() {
            let mut other = self.want.clone();
            other[field] = value.clone();
            wanted[field] = value.clone();
            let seen = if field == "body" { "sha256" } else { field.as_str() };
            let diff = self.kind.diff(&other, &before);
            assert_eq!(
                diff.iter()
                    .map(|change| change.field.as_str())
                    .collect::<Vec<_>>(),
                [seen],
                "{} (seed {})",
                self.address,
                self.lab.seed
            );
        }
        self.want = wanted;
        self.converge().await
    }

    /// Waits and updates until there is no difference.
    async fn converge(&self) -> Live {
        let mut story = Vec::new();
        for _ in 0..400 {
            match self.see().await {
                Observation::Present(live) => match &live.condition {
                    Condition::Settled { state } => {
                        let diff = self.kind.diff(&self.want, &live);
                        if diff.is_empty() {
                            return live;
                        }
                        story.push(format!("{state}: {diff:?}"));
                        assert!(
                            story.len() < 12,
                            "{} (seed {}): {story:#?}",
                            self.address,
                            self.lab.seed
                        );
                        self.kind
                            .update(&self.work(), &self.want, &live, &diff)
                            .await
                            .unwrap_or_else(|error| {
                                panic!("{} (seed {}): {error}\n{story:#?}", self.address, self.lab.seed)
                            });
                    }
                    Condition::Moving { .. } => {}
                    Condition::Failed { reason, .. } => panic!("{}: {reason}", self.address),
                },
                Observation::Absent => {}
                Observation::Unknown(error) => panic!("{} (seed {}): {error}", self.address, self.lab.seed),
            }
            self.lab.aws.clock().sleep(Duration::from_secs(15)).await;
        }
        panic!(
            "{} (seed {}) never came to rest: {story:#?}",
            self.address, self.lab.seed
        );
    }

    /// Deletes it, step by step, until it is gone; and once more.
    async fn delete(&self) {
        let mut last = None;
        for _ in 0..400 {
            match self.see().await {
                Observation::Absent => {
                    if let Some(live) = last {
                        self.kind.delete(&self.work(), &live).await.unwrap();
                    }
                    return;
                }
                Observation::Present(live) => {
                    match self.kind.delete(&self.work(), &live).await {
                        Ok(()) => {}
                        // Right after an association went, the fleet may still count as in use.
                        Err(error) if error.class == headset_core::Class::InUse => {}
                        Err(error) => panic!("{} (seed {}): {error}", self.address, self.lab.seed),
                    }
                    last = Some(live);
                }
                Observation::Unknown(error) => panic!("{} (seed {}): {error}", self.address, self.lab.seed),
            }
            self.lab.aws.clock().sleep(Duration::from_secs(15)).await;
        }
        panic!("{} (seed {}) never went", self.address, self.lab.seed);
    }
}

fn tags() -> Value {
    json!({"headset:environment": "acme", "headset:id": "6f1c2b7e-0000-4000-8000-000000000001"})
}

fn policy(key: &str) -> String {
    json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
        "Resource": format!("arn:aws:s3:::acme-pages/{key}"),
    }]})
    .to_string()
}

#[tokio::test(start_paused = true)]
async fn a_bucket_and_its_objects() {
    for seed in SEEDS {
        for region in ["eu-west-2", "us-east-1"] {
            let lab = Lab::new(seed, region).await;
            let mut bucket = lab.thing(
                "s3.bucket/pages",
                json!({"name": "acme-pages", "region": region, "policy": policy("a.html"),
                       "public_access_block": {"BlockPublicAcls": true, "IgnorePublicAcls": true,
                                               "BlockPublicPolicy": false, "RestrictPublicBuckets": false},
                       "ownership": "BucketOwnerEnforced", "encryption": "AES256", "tags": tags()}),
            );
            let live = bucket.make().await;
            assert_eq!(
                live.outputs["origin"],
                format!("https://acme-pages.s3.{region}.amazonaws.com")
            );
            // An attempt whose answer was lost: the tags prove whose the bucket is.
            bucket.kind.create(&bucket.work(), &bucket.want).await.unwrap();
            bucket.change(json!({"policy": policy("b.html")})).await;
            bucket
                .change(json!({"tags": {"headset:id": "6f1c2b7e-0000-4000-8000-000000000001", "team": "x"}}))
                .await;
            bucket
                .change(json!({"policy": null,
                               "public_access_block": {"BlockPublicAcls": true, "IgnorePublicAcls": true,
                                                       "BlockPublicPolicy": true, "RestrictPublicBuckets": true}}))
                .await;

            let mut page = lab.thing(
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

            // What somebody else left in it goes too.
            let client = lab.aws.s3();
            client
                .put_object()
                .bucket("acme-pages")
                .key("foreign")
                .send()
                .await
                .unwrap();
            let foreign = lab.thing(
                "s3.object/foreign",
                json!({"bucket": "acme-pages", "key": "foreign"}),
            );
            let Observation::Present(live) = foreign.see().await else {
                panic!("the object is there");
            };
            // It came without a SHA-256: its content told.
            assert_eq!(
                live.outputs["sha256"],
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            );
            bucket.delete().await;
        }
    }
}
