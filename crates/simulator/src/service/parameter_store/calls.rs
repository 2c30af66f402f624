//! Which call goes where.

use super::super::{Answer, Call, Fault, Service};
use super::parameter::{delete, get, get_many, put};
use super::{label, listing, tag};
use crate::clock::Moment;
use crate::world::World;

/// The service.
#[derive(Debug)]
pub(crate) struct ParameterStore;

impl Service for ParameterStore {
    fn name(&self) -> &'static str {
        "ssm"
    }

    fn operations(&self) -> &'static [&'static str] {
        &[
            "AddTagsToResource",
            "DeleteParameter",
            "DeleteParameters",
            "DescribeParameters",
            "GetParameter",
            "GetParameterHistory",
            "GetParameters",
            "GetParametersByPath",
            "LabelParameterVersion",
            "ListTagsForResource",
            "PutParameter",
            "RemoveTagsFromResource",
            "UnlabelParameterVersion",
        ]
    }

    fn tick(&self, _world: &mut World, _now: Moment) {}

    fn call(&self, world: &mut World, call: &Call) -> Result<Answer, Fault> {
        match call.operation.as_str() {
            "DeleteParameter" => delete(world, call),
            "GetParameter" => get(world, call),
            "GetParameters" => get_many(world, call),
            "PutParameter" => put(world, call),
            "DeleteParameters" => Ok(listing::delete(world, call)),
            "DescribeParameters" => listing::describe(world, call),
            "GetParameterHistory" => listing::history(world, call),
            "GetParametersByPath" => listing::by_path(world, call),
            "LabelParameterVersion" => label::attach(world, call),
            "UnlabelParameterVersion" => label::detach(world, call),
            "AddTagsToResource" | "RemoveTagsFromResource" | "ListTagsForResource" => tag::call(world, call),
            other => Err(Fault::not_implemented(self.name(), other)),
        }
    }
}
