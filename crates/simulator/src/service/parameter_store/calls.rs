//! Which call goes where.

use super::super::{Operation, Service};
use super::parameter::{delete, get, get_many, put};
use super::{label, listing, tag};

/// The service.
#[derive(Debug)]
pub(crate) struct ParameterStore;

impl Service for ParameterStore {
    fn name(&self) -> &'static str {
        "ssm"
    }

    fn table(&self) -> &'static [Operation] {
        OPERATIONS
    }
}

const OPERATIONS: &[Operation] = &[
    ("AddTagsToResource", tag::add),
    ("DeleteParameter", delete),
    ("DeleteParameters", listing::delete),
    ("DescribeParameters", listing::describe),
    ("GetParameter", get),
    ("GetParameterHistory", listing::history),
    ("GetParameters", get_many),
    ("GetParametersByPath", listing::by_path),
    ("LabelParameterVersion", label::attach),
    ("ListTagsForResource", tag::list),
    ("PutParameter", put),
    ("RemoveTagsFromResource", tag::remove),
    ("UnlabelParameterVersion", label::detach),
];
