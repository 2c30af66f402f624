//! Which call goes where.

use super::super::{Answer, Call, Fault, Service};
use super::{
    access_key, evaluate, group, inline, instance_profile, managed, oidc, paging, provider, role,
    service_linked, user,
};
use crate::clock::Moment;
use crate::world::World;

/// The service.
#[derive(Debug)]
pub(crate) struct Iam;

impl Service for Iam {
    fn name(&self) -> &'static str {
        "iam"
    }

    fn operations(&self) -> &'static [&'static str] {
        &[
            "CreateSAMLProvider",
            "GetSAMLProvider",
            "UpdateSAMLProvider",
            "DeleteSAMLProvider",
            "ListSAMLProviders",
            "TagSAMLProvider",
            "UntagSAMLProvider",
            "ListSAMLProviderTags",
            "CreateRole",
            "GetRole",
            "UpdateRole",
            "UpdateRoleDescription",
            "UpdateAssumeRolePolicy",
            "DeleteRole",
            "ListRoles",
            "TagRole",
            "UntagRole",
            "ListRoleTags",
            "PutRolePermissionsBoundary",
            "DeleteRolePermissionsBoundary",
            "ListInstanceProfilesForRole",
            "ListInstanceProfiles",
            "CreateInstanceProfile",
            "GetInstanceProfile",
            "DeleteInstanceProfile",
            "AddRoleToInstanceProfile",
            "RemoveRoleFromInstanceProfile",
            "TagInstanceProfile",
            "UntagInstanceProfile",
            "ListInstanceProfileTags",
            "PutRolePolicy",
            "GetRolePolicy",
            "DeleteRolePolicy",
            "ListRolePolicies",
            "CreatePolicy",
            "GetPolicy",
            "DeletePolicy",
            "ListPolicies",
            "CreatePolicyVersion",
            "GetPolicyVersion",
            "DeletePolicyVersion",
            "ListPolicyVersions",
            "SetDefaultPolicyVersion",
            "TagPolicy",
            "UntagPolicy",
            "ListPolicyTags",
            "AttachRolePolicy",
            "DetachRolePolicy",
            "ListAttachedRolePolicies",
            "ListEntitiesForPolicy",
            "CreateServiceLinkedRole",
            "DeleteServiceLinkedRole",
            "GetServiceLinkedRoleDeletionStatus",
            "CreateUser",
            "GetUser",
            "DeleteUser",
            "ListUsers",
            "ListMFADevices",
            "CreateAccessKey",
            "DeleteAccessKey",
            "UpdateAccessKey",
            "ListAccessKeys",
            "GetAccessKeyLastUsed",
            "PutUserPolicy",
            "GetUserPolicy",
            "DeleteUserPolicy",
            "ListUserPolicies",
            "AttachUserPolicy",
            "DetachUserPolicy",
            "ListAttachedUserPolicies",
            "CreateGroup",
            "GetGroup",
            "DeleteGroup",
            "ListGroups",
            "AddUserToGroup",
            "RemoveUserFromGroup",
            "ListGroupsForUser",
            "PutGroupPolicy",
            "GetGroupPolicy",
            "DeleteGroupPolicy",
            "ListGroupPolicies",
            "AttachGroupPolicy",
            "DetachGroupPolicy",
            "ListAttachedGroupPolicies",
            "SimulatePrincipalPolicy",
            "SimulateCustomPolicy",
            "GetContextKeysForPrincipalPolicy",
            "GetContextKeysForCustomPolicy",
            "CreateOpenIDConnectProvider",
            "GetOpenIDConnectProvider",
            "DeleteOpenIDConnectProvider",
            "ListOpenIDConnectProviders",
            "AddClientIDToOpenIDConnectProvider",
            "RemoveClientIDFromOpenIDConnectProvider",
            "UpdateOpenIDConnectProviderThumbprint",
            "TagOpenIDConnectProvider",
            "UntagOpenIDConnectProvider",
            "ListOpenIDConnectProviderTags",
            "ListAccountAliases",
        ]
    }

    fn tick(&self, world: &mut World, now: Moment) {
        service_linked::tick(world, now);
    }

    fn call(&self, world: &mut World, call: &Call) -> Result<Answer, Fault> {
        // "You cannot call any IAM operations using the CLI or the API", say GetFederationToken and, unless the
        // session has multi-factor authentication, GetSessionToken.
        if super::super::sts::is_of_user(world, call) {
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
        match call.operation.as_str() {
            "CreateSAMLProvider" => provider::create(world, call),
            "GetSAMLProvider" => provider::get(world, call),
            "UpdateSAMLProvider" => provider::update(world, call),
            "DeleteSAMLProvider" => provider::delete(world, call),
            "ListSAMLProviders" => provider::list(world, call),
            "TagSAMLProvider" => provider::tag(world, call),
            "UntagSAMLProvider" => provider::untag(world, call),
            "ListSAMLProviderTags" => provider::tags(world, call),
            "CreateRole" => role::create(world, call),
            "GetRole" => role::get(world, call),
            "UpdateRole" => role::update(world, call),
            "UpdateRoleDescription" => role::update_description(world, call),
            "UpdateAssumeRolePolicy" => role::update_trust(world, call),
            "DeleteRole" => role::delete(world, call),
            "ListRoles" => role::list(world, call),
            "TagRole" => role::tag(world, call),
            "UntagRole" => role::untag(world, call),
            "ListRoleTags" => role::tags(world, call),
            "PutRolePermissionsBoundary" => role::put_boundary(world, call),
            "DeleteRolePermissionsBoundary" => role::delete_boundary(world, call),
            "ListInstanceProfilesForRole" | "ListInstanceProfiles" => instance_profile::list(world, call),
            "CreateInstanceProfile" => instance_profile::create(world, call),
            "GetInstanceProfile" => instance_profile::get(world, call),
            "DeleteInstanceProfile" => instance_profile::delete(world, call),
            "AddRoleToInstanceProfile" => instance_profile::add_role(world, call),
            "RemoveRoleFromInstanceProfile" => instance_profile::remove_role(world, call),
            "TagInstanceProfile" => instance_profile::tag(world, call),
            "UntagInstanceProfile" => instance_profile::untag(world, call),
            "ListInstanceProfileTags" => instance_profile::tags(world, call),
            "PutRolePolicy" | "PutUserPolicy" | "PutGroupPolicy" => inline::put(world, call),
            "GetRolePolicy" | "GetUserPolicy" | "GetGroupPolicy" => inline::get(world, call),
            "DeleteRolePolicy" | "DeleteUserPolicy" | "DeleteGroupPolicy" => inline::delete(world, call),
            "ListRolePolicies" | "ListUserPolicies" | "ListGroupPolicies" => inline::list(world, call),
            "CreatePolicy" => managed::create(world, call),
            "GetPolicy" => managed::get(world, call),
            "DeletePolicy" => managed::delete(world, call),
            "ListPolicies" => managed::list(world, call),
            "CreatePolicyVersion" => managed::version::create(world, call),
            "GetPolicyVersion" => managed::version::get(world, call),
            "DeletePolicyVersion" => managed::version::delete(world, call),
            "ListPolicyVersions" => managed::version::list(world, call),
            "SetDefaultPolicyVersion" => managed::version::set_default(world, call),
            "TagPolicy" => managed::tag(world, call),
            "UntagPolicy" => managed::untag(world, call),
            "ListPolicyTags" => managed::tags(world, call),
            "AttachRolePolicy" | "AttachUserPolicy" | "AttachGroupPolicy" => {
                managed::attachment::attach(world, call)
            }
            "DetachRolePolicy" | "DetachUserPolicy" | "DetachGroupPolicy" => {
                managed::attachment::detach(world, call)
            }
            "ListAttachedRolePolicies" | "ListAttachedUserPolicies" | "ListAttachedGroupPolicies" => {
                managed::attachment::of_holder(world, call)
            }
            "ListEntitiesForPolicy" => managed::attachment::of_policy(world, call),
            "CreateServiceLinkedRole" => service_linked::create(world, call),
            "DeleteServiceLinkedRole" => service_linked::delete(world, call),
            "GetServiceLinkedRoleDeletionStatus" => service_linked::status(world, call),
            "CreateUser" => user::create(world, call),
            "GetUser" => user::get(world, call),
            "DeleteUser" => user::delete(world, call),
            "ListUsers" => user::list(world, call),
            "CreateAccessKey" => access_key::create(world, call),
            "DeleteAccessKey" => access_key::delete(world, call),
            "UpdateAccessKey" => access_key::update(world, call),
            "ListAccessKeys" => access_key::list(world, call),
            "GetAccessKeyLastUsed" => access_key::last_used(world, call),
            "ListMFADevices" => user::list_nothing(world, call, "MFADevices"),
            "CreateGroup" => group::create(world, call),
            "GetGroup" => group::get(world, call),
            "DeleteGroup" => group::delete(world, call),
            "ListGroups" => group::list(world, call),
            "AddUserToGroup" => group::add_user(world, call),
            "RemoveUserFromGroup" => group::remove_user(world, call),
            "ListGroupsForUser" => group::of_user(world, call),
            "SimulatePrincipalPolicy" | "SimulateCustomPolicy" => evaluate::simulate(world, call),
            "GetContextKeysForPrincipalPolicy" | "GetContextKeysForCustomPolicy" => {
                evaluate::context_keys(world, call)
            }
            "CreateOpenIDConnectProvider" => oidc::create(world, call),
            "GetOpenIDConnectProvider" => oidc::get(world, call),
            "DeleteOpenIDConnectProvider" => oidc::delete(world, call),
            "ListOpenIDConnectProviders" => oidc::list(world, call),
            "AddClientIDToOpenIDConnectProvider" => oidc::add_client(world, call),
            "RemoveClientIDFromOpenIDConnectProvider" => oidc::remove_client(world, call),
            "UpdateOpenIDConnectProviderThumbprint" => oidc::update_thumbprints(world, call),
            "TagOpenIDConnectProvider" => oidc::tag(world, call),
            "UntagOpenIDConnectProvider" => oidc::untag(world, call),
            "ListOpenIDConnectProviderTags" => oidc::tags(world, call),
            "ListAccountAliases" => paging::page(call, "AccountAliases", Vec::new()),
            other => Err(Fault::not_implemented(self.name(), other)),
        }
    }
}
