//! Which call goes where.

use super::super::{Operation, Service};
use super::search;

/// The service.
#[derive(Debug)]
pub(crate) struct Tagging;

impl Service for Tagging {
    fn name(&self) -> &'static str {
        "resourcegroupstaggingapi"
    }

    fn table(&self) -> &'static [Operation] {
        OPERATIONS
    }
}

const OPERATIONS: &[Operation] = &[("GetResources", search::resources)];
