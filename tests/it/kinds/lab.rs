//! A kind against the simulator without the engine around it: what is made reads back as it was asked for, every field can be
//! changed, and what is deleted is gone.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use headset_aws::kinds::{Half, Work, registry};
use headset_aws::{Aws, AwsOptions, Credentials, Wire};
use headset_core::{Address, Clock};
use headset_kinds::regions::{Identity, Regions};
use headset_kinds::{Believed, Condition, Live, Lookup, Observation};
use headset_simulator::world::Settings;
use headset_simulator::{SimOptions, Simulator};
use serde_json::{Value, json};

use crate::support::effort;

/// Seeds of the simulator's quirks; 0 is the plain choice everywhere.
pub(crate) fn seeds() -> Vec<u64> {
    effort::seeds(4, 16)
}

/// The simulated time at which each test begins: 2026-01-01.
const START: i64 = 1_767_225_600;

/// One simulated cloud and the way to it.
pub(crate) struct Lab {
    pub(crate) simulator: Arc<Simulator>,
    pub(crate) aws: Aws,
    pub(crate) seed: u64,
}

impl Lab {
    pub(crate) async fn new(seed: u64, region: &str) -> Lab {
        let settings = Settings {
            quirks: seed,
            ..Settings::default()
        };
        Lab::of(settings, region).await
    }

    pub(crate) async fn of(settings: Settings, region: &str) -> Lab {
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
    pub(crate) fn resource(&self, address: &str, want: Value) -> Resource<'_> {
        let address: Address = address.parse().unwrap();
        let kind = registry::remote(address.kind);
        Resource {
            lab: self,
            address,
            kind,
            want,
            id: None,
        }
    }
}

pub(crate) struct Resource<'lab> {
    pub(crate) lab: &'lab Lab,
    pub(crate) address: Address,
    pub(crate) kind: &'static dyn Half,
    pub(crate) want: Value,
    pub(crate) id: Option<String>,
}

impl Resource<'_> {
    pub(crate) fn work(&self) -> Work<'_> {
        Work {
            aws: &self.lab.aws,
            address: &self.address,
            token: "00000000-0000-4000-8000-000000000000".to_owned(),
        }
    }

    pub(crate) async fn see(&self) -> Observation {
        let lookup = Lookup {
            address: self.address.clone(),
            spec: self.want.clone(),
            id: self.id.clone(),
            answers: BTreeMap::new(),
            believed: Believed::default(),
        };
        self.kind.survey(&self.lab.aws, &[lookup]).await.remove(0)
    }

    /// Makes it, and brings it to where it is wanted.
    pub(crate) async fn make(&mut self) -> Live {
        let id = self.kind.create_any(&self.work(), &self.want).await;
        self.id =
            Some(id.unwrap_or_else(|error| panic!("{} (seed {}): {error}", self.address, self.lab.seed)));
        self.converge().await
    }

    /// Changes fields of what is wanted, checks that each is seen as a difference, and brings it there.
    pub(crate) async fn change(&mut self, fields: Value) -> Live {
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
    pub(crate) async fn converge(&self) -> Live {
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
                            .update_any(&self.work(), &self.want, &live, &diff)
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
    pub(crate) async fn delete(&self) {
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

pub(crate) fn tags() -> Value {
    json!({"headset:environment": "acme", "headset:id": "6f1c2b7e-0000-4000-8000-000000000001"})
}
