//! Which call goes where.

use super::super::{Answer, Call, Fault, Handler, Operation, Service};
use super::{
    check_store, delete_group, delete_membership, delete_user, describe_group, describe_membership,
    describe_user, directory, get_group_id, get_membership_id, get_user_id, is_member, list_groups,
    list_memberships_of_group, list_memberships_of_user, list_users,
};
use crate::world::World;

/// The service.
#[derive(Debug)]
pub(crate) struct IdentityStore;

impl Service for IdentityStore {
    fn name(&self) -> &'static str {
        "identitystore"
    }

    fn table(&self) -> &'static [Operation] {
        OPERATIONS
    }

    fn carry_out(&self, world: &mut World, call: &Call, handler: Handler) -> Result<Answer, Fault> {
        check_store(world, call)?;
        handler(world, call)
    }
}

const OPERATIONS: &[Operation] = &[
    ("CreateGroup", directory::create_group),
    ("CreateGroupMembership", directory::create_membership),
    ("CreateUser", directory::create_user),
    ("DeleteGroup", delete_group),
    ("DeleteGroupMembership", delete_membership),
    ("DeleteUser", delete_user),
    ("DescribeGroup", describe_group),
    ("DescribeGroupMembership", describe_membership),
    ("DescribeUser", describe_user),
    ("GetGroupId", get_group_id),
    ("GetGroupMembershipId", get_membership_id),
    ("GetUserId", get_user_id),
    ("IsMemberInGroups", is_member),
    ("ListGroupMemberships", list_memberships_of_group),
    ("ListGroupMembershipsForMember", list_memberships_of_user),
    ("ListGroups", list_groups),
    ("ListUsers", list_users),
    ("UpdateGroup", directory::update_group),
    ("UpdateUser", directory::update_user),
];
