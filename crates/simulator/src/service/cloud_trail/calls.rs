//! Which call goes where.

use super::super::{Operation, Service};
use super::lookup;
use crate::clock::Moment;
use crate::world::World;

/// The service.
#[derive(Debug)]
pub(crate) struct CloudTrail;

impl Service for CloudTrail {
    fn name(&self) -> &'static str {
        "cloudtrail"
    }

    fn table(&self) -> &'static [Operation] {
        OPERATIONS
    }

    fn tick(&self, world: &mut World, now: Moment) {
        lookup::forget(world, now);
    }
}

const OPERATIONS: &[Operation] = &[("LookupEvents", lookup::lookup)];
