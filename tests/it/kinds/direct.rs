//! A kind against the simulator without the engine around it, each call of the contract by itself:
//! create, read, no difference; change every field, read, no difference; delete, absent.
//!
//! Under several seeds, since what no source decides (lists that lag, spellings, both forms of a setting) is a
//! quirk of the simulator that must not matter.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use headset_aws::kinds::{Half, Work};
use headset_aws::{Aws, AwsOptions, Credentials, Wire};
use headset_core::{Address, Clock};
use headset_kinds::connect::{InstanceSpec, UserSpec};
use headset_kinds::regions::{Identity, Regions};
use headset_kinds::{Believed, Condition, Live, Lookup, Observation, output};
use headset_simulator::world::Settings;
use headset_simulator::{Moment, SimOptions, Simulator};
use serde::Serialize;
use serde_json::Value;

use crate::support::effort;

/// 2026-01-01.
const ORIGIN: u64 = 1_767_225_600_000;
/// A simulated cloud and the way to it.
pub(crate) struct Direct {
    pub(crate) simulator: Arc<Simulator>,
    pub(crate) aws: Aws,
    pub(crate) tokens: std::cell::Cell<u32>,
}

impl Direct {
    pub(crate) async fn new(quirks: u64) -> Direct {
        let settings = Settings {
            quirks,
            ..Settings::default()
        };
        let origin = Moment(ORIGIN);
        let simulator = Simulator::new(SimOptions {
            settings,
            origin,
            ..SimOptions::default()
        });
        let wire = Wire::new(simulator.http_client(), None);
        let region = || "eu-west-2".to_owned();
        let regions = Regions {
            connect: region(),
            appstream: region(),
            s3: region(),
            identity_center: "us-east-1".to_owned(),
        };
        let config = Aws::load_config(&Credentials::Simulated, Some("eu-west-2"), &wire).await;
        let now = jiff::Timestamp::from_millisecond(i64::try_from(ORIGIN).unwrap()).unwrap();
        let clock = Clock::simulated(now, 1.0);
        let identity = Identity::Same;
        let aws = Aws::connect_with(AwsOptions {
            config,
            regions,
            identity,
            wire,
            clock,
            pace: headset_aws::Pace::default(),
            seed: 7,
        });
        Direct {
            simulator,
            aws,
            tokens: std::cell::Cell::new(0),
        }
    }

    pub(crate) fn token(&self) -> String {
        self.tokens.set(self.tokens.get() + 1);
        format!("{:08x}-0000-4000-8000-000000000000", self.tokens.get())
    }

    pub(crate) async fn observation(
        &self,
        kind: &dyn Half,
        address: &Address,
        spec: &Value,
        id: Option<&str>,
    ) -> Observation {
        self.observe_with(kind, address, spec, id, BTreeMap::new()).await
    }

    pub(crate) async fn observe_with(
        &self,
        kind: &dyn Half,
        address: &Address,
        spec: &Value,
        id: Option<&str>,
        answers: BTreeMap<String, String>,
    ) -> Observation {
        let lookup = Lookup {
            address: address.clone(),
            spec: spec.clone(),
            id: id.map(str::to_owned),
            answers,
            believed: Believed::default(),
        };
        let mut observations = kind.survey(&self.aws, &[lookup]).await;
        assert_eq!(observations.len(), 1);
        observations.remove(0)
    }

    /// Looks until the thing is settled, as the engine does. Lists may lag by a few seconds.
    pub(crate) async fn settled(
        &self,
        kind: &dyn Half,
        address: &Address,
        spec: &Value,
        id: Option<&str>,
    ) -> Live {
        for _ in 0..100 {
            match self.observation(kind, address, spec, id).await {
                Observation::Present(live) if matches!(live.condition, Condition::Settled { .. }) => {
                    return live;
                }
                Observation::Unknown(error) => panic!("{address}: {error}"),
                Observation::Present(_) | Observation::Absent => {
                    self.aws.clock().sleep(Duration::from_secs(5)).await;
                }
            }
        }
        panic!("{address} never settled");
    }

    /// Creates, and updates until nothing differs.
    pub(crate) async fn make(&self, kind: &dyn Half, address: &Address, spec: &Value) -> Live {
        let token = self.token();
        let id = kind
            .create_any(
                &Work {
                    aws: &self.aws,
                    address,
                    token,
                },
                spec,
            )
            .await;
        let id = id.unwrap_or_else(|error| panic!("{address}: {error}"));
        let live = self.converge(kind, address, spec, Some(&id)).await;
        assert_eq!(live.id, id, "{address}: create and survey name another id");
        // Without what state remembers it is found as well, once lists have caught up.
        self.aws.clock().sleep(Duration::from_secs(10)).await;
        assert_eq!(self.settled(kind, address, spec, None).await.id, id);
        // Where no address is wanted that an index does not show, nothing is noted of it.
        let is_noted = UserSpec::EMAIL.of(spec).is_some_and(|email| !email.is_null());
        let given = kind.outputs().iter();
        for (output, _) in given.filter(|(output, _)| is_noted || *output != output::HIDDEN) {
            assert!(
                live.outputs.contains_key(*output),
                "{address} has no output {output}"
            );
        }
        live
    }

    pub(crate) async fn converge(
        &self,
        kind: &dyn Half,
        address: &Address,
        spec: &Value,
        id: Option<&str>,
    ) -> Live {
        for _ in 0..3 {
            let live = self.settled(kind, address, spec, id).await;
            let diff = kind.diff(spec, &live);
            if diff.is_empty() {
                return live;
            }
            let token = self.token();
            let work = Work {
                aws: &self.aws,
                address,
                token,
            };
            if let Err(error) = kind.update_any(&work, spec, &live, &diff).await {
                panic!("{address}: {error}");
            }
        }
        let live = self.settled(kind, address, spec, id).await;
        panic!("{address} still differs: {:?}", kind.diff(spec, &live));
    }

    /// Changes each of these fields by itself: seen as a difference, and gone after the update.
    pub(crate) async fn change(
        &self,
        kind: &dyn Half,
        address: &Address,
        spec: &mut Value,
        changes: &[(&str, Value)],
    ) {
        for (field, value) in changes {
            let before = self.settled(kind, address, spec, None).await;
            spec[field] = value.clone();
            let named: Vec<_> = kind
                .diff(spec, &before)
                .into_iter()
                .map(|change| change.field)
                .collect();
            assert_eq!(named, [*field], "{address}");
            self.converge(kind, address, spec, Some(&before.id)).await;
        }
    }

    /// Deletes, twice: what is gone already is fine.
    pub(crate) async fn remove(&self, kind: &dyn Half, address: &Address, spec: &Value, live: &Live) {
        for _ in 0..2 {
            let token = self.token();
            let work = Work {
                aws: &self.aws,
                address,
                token,
            };
            kind.delete(&work, live)
                .await
                .unwrap_or_else(|error| panic!("{address}: {error}"));
        }
        for _ in 0..100 {
            if matches!(
                self.observation(kind, address, spec, Some(&live.id)).await,
                Observation::Absent
            ) {
                return;
            }
            self.aws.clock().sleep(Duration::from_secs(5)).await;
        }
        panic!("{address} is still there");
    }
}

/// Runs a test under each seed, on time that jumps as soon as everything waits.
pub(crate) fn under_all_seeds(test: impl AsyncFn(Direct)) {
    for seed in effort::seeds(3, 12) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build();
        runtime
            .unwrap()
            .block_on(async { test(Direct::new(seed).await).await });
    }
}

pub(crate) fn spec(spec: impl Serialize) -> Value {
    serde_json::to_value(spec).unwrap()
}

pub(crate) fn tags() -> BTreeMap<String, String> {
    [
        ("headset:environment", "acme"),
        ("headset:id", "6f1d0c1e-1111-4111-8111-111111111111"),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into()
}

pub(crate) fn more_tags() -> Value {
    let mut tags = tags();
    tags.insert("team".to_owned(), "a".to_owned());
    spec(tags)
}

pub(crate) fn instance() -> (Address, Value) {
    let spec = spec(InstanceSpec {
        alias: "acme-support".to_owned(),
        identity: "SAML".to_owned(),
        inbound: true,
        outbound: true,
        attributes: BTreeMap::from([("CONTACTFLOW_LOGS".to_owned(), "true".to_owned())]),
        tags: tags(),
    });
    (headset_core::address!("connect.instance", "main"), spec)
}
