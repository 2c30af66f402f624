//! Which call goes where.

use super::super::{Answer, Call, Fault, Handler, Operation, Service};
use super::{application, assignment, check_place, describe_instance, list_instances, scope};
use crate::world::World;

/// The service.
#[derive(Debug)]
pub(crate) struct SsoAdmin;

impl Service for SsoAdmin {
    fn name(&self) -> &'static str {
        "sso-admin"
    }

    fn table(&self) -> &'static [Operation] {
        OPERATIONS
    }

    fn carry_out(&self, world: &mut World, call: &Call, handler: Handler) -> Result<Answer, Fault> {
        // Members of an organization see its instance, and nothing more of it.
        let free = [
            "ListInstances",
            "ListApplicationProviders",
            "DescribeApplicationProvider",
        ];
        if !free.contains(&call.operation.as_str()) {
            check_place(world, call)?;
        }
        handler(world, call)
    }
}

const OPERATIONS: &[Operation] = &[
    ("CreateApplication", application::create),
    ("CreateApplicationAssignment", assignment::create),
    ("DeleteApplication", application::delete),
    ("DeleteApplicationAccessScope", scope::delete),
    ("DeleteApplicationAssignment", assignment::delete),
    ("DescribeApplication", application::describe),
    ("DescribeApplicationAssignment", assignment::describe),
    ("DescribeApplicationProvider", application::describe_provider),
    ("DescribeInstance", describe_instance),
    ("GetApplicationAccessScope", scope::get),
    (
        "GetApplicationAssignmentConfiguration",
        assignment::get_configuration,
    ),
    ("ListApplicationAccessScopes", scope::list),
    ("ListApplicationAssignments", assignment::list),
    (
        "ListApplicationAssignmentsForPrincipal",
        assignment::list_for_principal,
    ),
    ("ListApplicationProviders", application::list_providers),
    ("ListApplications", application::list),
    ("ListInstances", list_instances),
    ("ListTagsForResource", application::list_tags),
    ("PutApplicationAccessScope", scope::put),
    (
        "PutApplicationAssignmentConfiguration",
        assignment::put_configuration,
    ),
    ("TagResource", application::tag),
    ("UntagResource", application::untag),
    ("UpdateApplication", application::update),
];
