//! Which call goes where.

use super::super::{Answer, Call, Fault, Service};
use super::{application, assignment, check_place, instance_shown, list_instances, scope};
use crate::clock::Moment;
use crate::world::World;

/// The service.
#[derive(Debug)]
pub(crate) struct SsoAdmin;

impl Service for SsoAdmin {
    fn name(&self) -> &'static str {
        "sso-admin"
    }

    fn operations(&self) -> &'static [&'static str] {
        &[
            "CreateApplication",
            "CreateApplicationAssignment",
            "DeleteApplication",
            "DeleteApplicationAccessScope",
            "DeleteApplicationAssignment",
            "DescribeApplication",
            "DescribeApplicationAssignment",
            "DescribeApplicationProvider",
            "DescribeInstance",
            "GetApplicationAccessScope",
            "GetApplicationAssignmentConfiguration",
            "ListApplicationAccessScopes",
            "ListApplicationAssignments",
            "ListApplicationAssignmentsForPrincipal",
            "ListApplicationProviders",
            "ListApplications",
            "ListInstances",
            "ListTagsForResource",
            "PutApplicationAccessScope",
            "PutApplicationAssignmentConfiguration",
            "TagResource",
            "UntagResource",
            "UpdateApplication",
        ]
    }

    fn tick(&self, _world: &mut World, _now: Moment) {}

    fn call(&self, world: &mut World, call: &Call) -> Result<Answer, Fault> {
        match call.operation.as_str() {
            // Members of an organization see its instance, and nothing more of it.
            "ListInstances" => return list_instances(world, call),
            "ListApplicationProviders" => return application::list_providers(world, call),
            "DescribeApplicationProvider" => return application::describe_provider(call),
            _ => {}
        }
        check_place(world, call)?;
        match call.operation.as_str() {
            "DescribeInstance" => Ok(Answer::of(instance_shown(world))),
            "ListApplications" => application::list(world, call),
            "DescribeApplication" => application::describe(world, call),
            "CreateApplication" => application::create(world, call),
            "UpdateApplication" => application::update(world, call),
            "DeleteApplication" => application::delete(world, call),
            "TagResource" | "UntagResource" | "ListTagsForResource" => application::tags(world, call),
            "PutApplicationAssignmentConfiguration" => assignment::put_configuration(world, call),
            "GetApplicationAssignmentConfiguration" => assignment::get_configuration(world, call),
            "PutApplicationAccessScope" => scope::put(world, call),
            "GetApplicationAccessScope" => scope::get(world, call),
            "DeleteApplicationAccessScope" => scope::delete(world, call),
            "ListApplicationAccessScopes" => scope::list(world, call),
            "CreateApplicationAssignment" => assignment::create(world, call),
            "DeleteApplicationAssignment" => assignment::delete(world, call),
            "DescribeApplicationAssignment" => assignment::describe(world, call),
            "ListApplicationAssignments" => assignment::list(world, call),
            "ListApplicationAssignmentsForPrincipal" => assignment::list_for_principal(world, call),
            other => Err(Fault::not_implemented("sso-admin", other)),
        }
    }
}
