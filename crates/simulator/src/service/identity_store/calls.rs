//! Which call goes where.

use super::super::{Answer, Call, Fault, Service};
use super::{
    check_store, delete_group, delete_user, directory, find_group, find_membership, find_user, get_group_id,
    get_membership_id, get_user_id, is_member, list_groups, list_memberships, list_users,
};
use crate::clock::Moment;
use crate::world::World;

/// The service.
#[derive(Debug)]
pub(crate) struct IdentityStore;

impl Service for IdentityStore {
    fn name(&self) -> &'static str {
        "identitystore"
    }

    fn operations(&self) -> &'static [&'static str] {
        &[
            "CreateGroup",
            "CreateGroupMembership",
            "CreateUser",
            "DeleteGroup",
            "DeleteGroupMembership",
            "DeleteUser",
            "DescribeGroup",
            "DescribeGroupMembership",
            "DescribeUser",
            "GetGroupId",
            "GetGroupMembershipId",
            "GetUserId",
            "IsMemberInGroups",
            "ListGroupMemberships",
            "ListGroupMembershipsForMember",
            "ListGroups",
            "ListUsers",
            "UpdateGroup",
            "UpdateUser",
        ]
    }

    fn tick(&self, _world: &mut World, _now: Moment) {}

    fn call(&self, world: &mut World, call: &Call) -> Result<Answer, Fault> {
        check_store(world, call)?;
        match call.operation.as_str() {
            "GetUserId" => get_user_id(world, call),
            "GetGroupId" => get_group_id(world, call),
            "ListUsers" => list_users(world, call),
            "ListGroups" => list_groups(world, call),
            "DescribeUser" => Ok(Answer::of(find_user(world, call, "UserId")?.shown())),
            "DescribeGroup" => Ok(Answer::of(find_group(world, call)?.shown())),
            "CreateUser" => directory::create_user(world, call),
            "CreateGroup" => directory::create_group(world, call),
            "DeleteUser" => delete_user(world, call),
            "DeleteGroup" => delete_group(world, call),
            "CreateGroupMembership" => directory::create_membership(world, call),
            "DescribeGroupMembership" => Ok(Answer::of(find_membership(world, call)?.shown())),
            "GetGroupMembershipId" => get_membership_id(world, call),
            "DeleteGroupMembership" => {
                let id = find_membership(world, call)?.id.clone();
                world.identity_store.memberships.retain(|one| one.id != id);
                Ok(Answer::empty())
            }
            "ListGroupMemberships" => {
                let group = find_group(world, call)?.id.clone();
                list_memberships(world, call, |one| one.group == group)
            }
            "ListGroupMembershipsForMember" => {
                let user = find_user(world, call, "MemberId")?.id.clone();
                list_memberships(world, call, |one| one.user == user)
            }
            "UpdateUser" => directory::update_user(world, call),
            "UpdateGroup" => directory::update_group(world, call),
            "IsMemberInGroups" => is_member(world, call),
            other => Err(Fault::not_implemented("identitystore", other)),
        }
    }
}
