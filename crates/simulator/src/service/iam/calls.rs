//! Which call goes where.

use super::super::{Answer, Call, Fault, Handler, Operation, Service};
use super::{
    PAGER, access_key, evaluate, group, inline, instance_profile, managed, oidc, provider, role,
    service_linked, user,
};
use crate::clock::Moment;
use crate::service::ask::Sessions;
use crate::world::World;

/// The service.
#[derive(Debug)]
pub(crate) struct Iam;

impl Service for Iam {
    fn name(&self) -> &'static str {
        "iam"
    }

    fn table(&self) -> &'static [Operation] {
        OPERATIONS
    }

    fn tick(&self, world: &mut World, now: Moment) {
        service_linked::tick(world, now);
    }

    fn carry_out(&self, world: &mut World, call: &Call, handler: Handler) -> Result<Answer, Fault> {
        // "You cannot call any IAM operations using the CLI or the API", say GetFederationToken and, unless the
        // session has multi-factor authentication, GetSessionToken.
        if world.is_session_of_user(call) {
            let message = format!("{} may not call IAM with a session token", call.caller.arn);
            return Err(Fault::new("AccessDenied", message).with_status(403));
        }
        if call.caller.access_key.is_none() {
            return Err(Fault::new(
                "MissingAuthenticationToken",
                "Request is missing Authentication Token",
            )
            .with_status(403));
        }
        handler(world, call)
    }
}

const OPERATIONS: &[Operation] = &[
    ("CreateSAMLProvider", provider::create),
    ("GetSAMLProvider", provider::get),
    ("UpdateSAMLProvider", provider::update),
    ("DeleteSAMLProvider", provider::delete),
    ("ListSAMLProviders", provider::list),
    ("TagSAMLProvider", provider::tag),
    ("UntagSAMLProvider", provider::untag),
    ("ListSAMLProviderTags", provider::tags),
    ("CreateRole", role::create),
    ("GetRole", role::get),
    ("UpdateRole", role::update),
    ("UpdateRoleDescription", role::update_description),
    ("UpdateAssumeRolePolicy", role::update_trust),
    ("DeleteRole", role::delete),
    ("ListRoles", role::list),
    ("TagRole", role::tag),
    ("UntagRole", role::untag),
    ("ListRoleTags", role::tags),
    ("PutRolePermissionsBoundary", role::put_boundary),
    ("DeleteRolePermissionsBoundary", role::delete_boundary),
    ("ListInstanceProfilesForRole", instance_profile::list),
    ("ListInstanceProfiles", instance_profile::list),
    ("CreateInstanceProfile", instance_profile::create),
    ("GetInstanceProfile", instance_profile::get),
    ("DeleteInstanceProfile", instance_profile::delete),
    ("AddRoleToInstanceProfile", instance_profile::add_role),
    ("RemoveRoleFromInstanceProfile", instance_profile::remove_role),
    ("TagInstanceProfile", instance_profile::tag),
    ("UntagInstanceProfile", instance_profile::untag),
    ("ListInstanceProfileTags", instance_profile::tags),
    ("PutRolePolicy", inline::put),
    ("GetRolePolicy", inline::get),
    ("DeleteRolePolicy", inline::delete),
    ("ListRolePolicies", inline::list),
    ("CreatePolicy", managed::create),
    ("GetPolicy", managed::get),
    ("DeletePolicy", managed::delete),
    ("ListPolicies", managed::list),
    ("CreatePolicyVersion", managed::version::create),
    ("GetPolicyVersion", managed::version::get),
    ("DeletePolicyVersion", managed::version::delete),
    ("ListPolicyVersions", managed::version::list),
    ("SetDefaultPolicyVersion", managed::version::set_default),
    ("TagPolicy", managed::tag),
    ("UntagPolicy", managed::untag),
    ("ListPolicyTags", managed::tags),
    ("AttachRolePolicy", managed::attachment::attach),
    ("DetachRolePolicy", managed::attachment::detach),
    ("ListAttachedRolePolicies", managed::attachment::of_holder),
    ("ListEntitiesForPolicy", managed::attachment::of_policy),
    ("CreateServiceLinkedRole", service_linked::create),
    ("DeleteServiceLinkedRole", service_linked::delete),
    ("GetServiceLinkedRoleDeletionStatus", service_linked::status),
    ("CreateUser", user::create),
    ("GetUser", user::get),
    ("DeleteUser", user::delete),
    ("ListUsers", user::list),
    ("ListMFADevices", |world, call| {
        user::list_nothing(world, call, "MFADevices")
    }),
    ("CreateAccessKey", access_key::create),
    ("DeleteAccessKey", access_key::delete),
    ("UpdateAccessKey", access_key::update),
    ("ListAccessKeys", access_key::list),
    ("GetAccessKeyLastUsed", access_key::last_used),
    ("PutUserPolicy", inline::put),
    ("GetUserPolicy", inline::get),
    ("DeleteUserPolicy", inline::delete),
    ("ListUserPolicies", inline::list),
    ("AttachUserPolicy", managed::attachment::attach),
    ("DetachUserPolicy", managed::attachment::detach),
    ("ListAttachedUserPolicies", managed::attachment::of_holder),
    ("CreateGroup", group::create),
    ("GetGroup", group::get),
    ("DeleteGroup", group::delete),
    ("ListGroups", group::list),
    ("AddUserToGroup", group::add_user),
    ("RemoveUserFromGroup", group::remove_user),
    ("ListGroupsForUser", group::of_user),
    ("PutGroupPolicy", inline::put),
    ("GetGroupPolicy", inline::get),
    ("DeleteGroupPolicy", inline::delete),
    ("ListGroupPolicies", inline::list),
    ("AttachGroupPolicy", managed::attachment::attach),
    ("DetachGroupPolicy", managed::attachment::detach),
    ("ListAttachedGroupPolicies", managed::attachment::of_holder),
    ("SimulatePrincipalPolicy", evaluate::simulate),
    ("SimulateCustomPolicy", evaluate::simulate),
    ("GetContextKeysForPrincipalPolicy", evaluate::context_keys),
    ("GetContextKeysForCustomPolicy", evaluate::context_keys),
    ("CreateOpenIDConnectProvider", oidc::create),
    ("GetOpenIDConnectProvider", oidc::get),
    ("DeleteOpenIDConnectProvider", oidc::delete),
    ("ListOpenIDConnectProviders", oidc::list),
    ("AddClientIDToOpenIDConnectProvider", oidc::add_client),
    ("RemoveClientIDFromOpenIDConnectProvider", oidc::remove_client),
    ("UpdateOpenIDConnectProviderThumbprint", oidc::update_thumbprints),
    ("TagOpenIDConnectProvider", oidc::tag),
    ("UntagOpenIDConnectProvider", oidc::untag),
    ("ListOpenIDConnectProviderTags", oidc::tags),
    ("ListAccountAliases", |world, call| {
        PAGER.page(world, call, "AccountAliases", Vec::new())
    }),
];
