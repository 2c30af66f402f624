//! CloudTrail: the event history of the calls that are worth looking up later.

mod calls;
mod lookup;
#[cfg(test)]
mod tests;

pub(crate) use calls::CloudTrail;

use super::ask::Trail;
use super::{Call, Fault};
use crate::clock::Moment;
use crate::world::cloud_trail::Event;
pub(crate) use crate::world::cloud_trail::Store;
use crate::world::{Settings, World};

impl Store {
    /// Nothing.
    pub fn initial(_settings: &Settings, _now: Moment) -> Store {
        Store::default()
    }
}

impl Trail for World {
    // Assumption: cloudtrail.refused-calls.
    fn record(&mut self, call: &Call, source: &str, refused: Option<&Fault>) {
        let event = Event {
            id: self.uuid(),
            at: call.now,
            account: call.caller.account.clone(),
            region: call.region.clone(),
            source: source.to_owned(),
            name: call.operation.clone(),
            caller: call.caller.arn.clone(),
            access_key: call.caller.access_key.clone(),
            error: refused.map(|fault| fault.code.clone()),
        };
        self.cloud_trail.events.push(event);
    }
}
