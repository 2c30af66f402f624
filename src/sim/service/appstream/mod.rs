//! AppStream: not written yet.

use serde::{Deserialize, Serialize};

use super::{Answer, Call, Fault, Service};
use crate::sim::clock::Moment;
use crate::sim::world::World;

/// What this service remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {}

impl Store {
    /// What AWS has there before anybody did anything.
    pub fn initial(_settings: &crate::sim::world::Settings, _now: Moment) -> Store {
        Store::default()
    }
}

/// The service.
#[derive(Debug)]
pub struct AppStream;

impl Service for AppStream {
    fn name(&self) -> &'static str {
        "appstream"
    }

    fn operations(&self) -> &'static [&'static str] {
        &[]
    }

    fn tick(&self, _world: &mut World, _now: Moment) {}

    fn call(&self, _world: &mut World, call: &Call) -> Result<Answer, Fault> {
        Err(Fault::not_implemented(self.name(), &call.operation))
    }
}

/// Console actions of image builders: there are none yet.
///
/// # Errors
/// Always `NotImplemented`.
pub fn console(_: &mut World, path: &[&str], _: &serde_json::Value, _: Moment) -> Result<serde_json::Value, Fault> {
    Err(Fault::not_implemented("image-builder", &path.join("/")))
}
