//! What stands in the simulator's place in a program that was built without it: there is never one.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::exit::Failure;
use super::global::Global;
use headset_blueprint::model::Blueprint;
use headset_core::Clock;
use headset_engine::apply::CheckpointResponder;
use headset_kinds::Checkpoint;
use headset_kinds::regions::Regions;

/// A simulator in process: none.
#[derive(Clone, Debug)]
pub(super) enum Simulation {}

impl Simulation {
    /// Says that there is none.
    pub(super) fn open(_: &Global) -> Result<Simulation, Failure> {
        Err(
            Failure::usage("--sim needs the simulator, and this program was built without it")
                .help("build it with the feature `simulator`, which is on by default"),
        )
    }

    /// The HTTP client that ends in the simulator.
    pub(super) fn http_client(&self) -> SharedHttpClient {
        match *self {}
    }

    /// The simulated time.
    pub(super) fn clock(&self) -> Clock {
        match *self {}
    }

    /// How many simulated seconds pass in a second of the wall.
    pub(super) fn passing(&self) -> f64 {
        match *self {}
    }

    /// Lets the simulated directory hold the groups and users that a blueprint names, and the network what it names.
    pub(super) fn populate(&self, _: &Blueprint, _: &Regions) -> Result<(), Failure> {
        match *self {}
    }

    /// Keeps the simulated cloud for the next command.
    pub(super) fn save(&self) -> Result<(), Failure> {
        match *self {}
    }
}

#[async_trait]
impl CheckpointResponder for Simulation {
    async fn act(&self, _: &Checkpoint) -> Option<Result<BTreeMap<String, String>, String>> {
        match *self {}
    }
}
