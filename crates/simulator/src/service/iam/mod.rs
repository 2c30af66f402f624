//! IAM: SAML providers, roles, policies, users. One store for all accounts; IAM has no regions.
//!
//! Wire codes carry no `Exception` suffix (`NoSuchEntity`, `DeleteConflict`, ...), as in IAM's model.

mod access_key;
mod catalog;
mod document;
mod evaluate;
#[cfg(test)]
pub(crate) mod fixture;
mod group;
mod holder;
mod inline;
mod instance_profile;
mod managed;
mod metadata;
mod oidc;
mod paging;
mod provider;
mod role;
mod service_linked;
mod tag;
#[cfg(test)]
mod tests;
mod user;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Answer, Call, Fault, Service};
use crate::clock::Moment;
use crate::world::{Settings, World};

pub use access_key::{AccessKey, caller as caller_of_key};
pub(in crate::service) use document::{names_principal, principal_ids, replaced};
pub(in crate::service) use evaluate::Powers;
pub use group::Group;
pub use instance_profile::InstanceProfile;
pub use managed::{ManagedPolicy, PolicyVersion};
pub use metadata::Metadata;
pub use oidc::WebProvider;
pub use provider::Provider;
pub use role::Role;
pub(in crate::service) use service_linked::release as release_service_linked_role;
pub use service_linked::{Deletion, ensure as ensure_service_linked_role};
pub use user::User;

/// How long a new role or user is unknown to everybody but IAM's own reads.
///
/// Assumption: iam.propagation. IAM is documented as eventually consistent without a figure; seconds are
/// normal, and clients budget two minutes (Terraform's `iamPropagationTimeout`).
pub const PROPAGATION: Duration = Duration::from_secs(10);

/// What this service remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// By account id.
    pub accounts: BTreeMap<String, Account>,
}

/// One account's part of IAM.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// Roles by lower-case name: two names that differ only in case cannot both exist.
    pub roles: BTreeMap<String, Role>,
    /// SAML providers by lower-case name.
    pub providers: BTreeMap<String, Provider>,
    /// Customer managed policies by lower-case name.
    pub policies: BTreeMap<String, ManagedPolicy>,
    /// Users by lower-case name.
    pub users: BTreeMap<String, User>,
    /// Groups by lower-case name.
    pub groups: BTreeMap<String, Group>,
    /// OpenID Connect providers by their address without `https://`.
    pub web_providers: BTreeMap<String, WebProvider>,
    /// Instance profiles by lower-case name.
    pub instance_profiles: BTreeMap<String, InstanceProfile>,
    /// Deletion tasks of service-linked roles by task id.
    pub deletions: BTreeMap<String, Deletion>,
}

impl Store {
    /// What is there before anybody did anything: the user who calls, and the role that AppStream's console made
    /// when the account was first used, unless the account is fresh.
    pub fn initial(settings: &Settings, now: Moment) -> Store {
        let mut store = Store::default();
        let account = store.accounts.entry(settings.account.clone()).or_default();
        // Old enough that every service knows them.
        let made = Moment(now.0.saturating_sub(PROPAGATION.as_millis() as u64 * 1000));
        let user = User::deployer(&settings.account, made);
        account.users.insert(user.name.clone(), user);
        if !settings.fresh_account {
            let role = role::Role::appstream_service_access(&settings.account, made);
            account.roles.insert(role.name.to_lowercase(), role);
        }
        let management = store
            .accounts
            .entry(settings.management_account.clone())
            .or_default();
        let role = role::Role::identity_center_access(&settings.management_account, &settings.account, made);
        management.roles.insert(role.name.to_lowercase(), role);
        store
    }

    /// The role with this ARN (path included).
    pub fn role(&self, arn: &str) -> Option<&Role> {
        let account = self.accounts.get(account_of(arn)?)?;
        let name = arn.rsplit('/').next()?;
        account
            .roles
            .get(&name.to_lowercase())
            .filter(|role| role.arn == arn)
    }

    /// Whether a role with this ARN (path included) exists in IAM, visible to other services or not.
    pub fn role_exists(&self, arn: &str) -> bool {
        self.role(arn).is_some()
    }

    /// Whether other services can use this role by now: it exists, and was not made within [`PROPAGATION`].
    pub fn role_usable(&self, arn: &str, now: Moment) -> bool {
        self.role(arn).is_some_and(|role| visible(role.created, now))
    }

    /// The SAML provider with this ARN.
    pub fn provider(&self, arn: &str) -> Option<&Provider> {
        let account = self.accounts.get(account_of(arn)?)?;
        let name = arn.split_once(":saml-provider/")?.1;
        account
            .providers
            .get(&name.to_lowercase())
            .filter(|provider| provider.arn == arn)
    }
}

/// The account in an ARN, where there is one.
pub(super) fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| !account.is_empty())
}

/// Whether something made at `created` has reached other services by `now`.
fn visible(created: Moment, now: Moment) -> bool {
    now >= created.after(PROPAGATION)
}

/// How long IAM's own reads may not know a new thing, where the coin falls that way.
///
/// Quirk `iam.reads-lag`. IAM is eventually consistent for its own reads too; how often that shows, and for
/// how long, no source says.
const READS_LAG: Duration = Duration::from_secs(3);

/// Whether a read at `now` misses what was made at `created`.
fn lags(world: &World, created: Moment, now: Moment) -> bool {
    world.quirk("iam.reads-lag") && now < created.after(READS_LAG)
}

/// A new unique id with AWS's prefix (`AROA`, `AIDA`, `ANPA`), 21 characters in all.
fn unique_id(world: &mut World, prefix: &str) -> String {
    format!("{prefix}{}", world.hex(17).to_uppercase())
}

/// A moment as the JSON form of the model's timestamps.
fn stamp(moment: Moment) -> serde_json::Value {
    moment.epoch_seconds().into()
}

fn no_such(what: &str, name: &str) -> Fault {
    Fault::new(
        "NoSuchEntity",
        format!("The {what} with name {name} cannot be found."),
    )
}

fn exists(what: &str, name: &str) -> Fault {
    Fault::new(
        "EntityAlreadyExists",
        format!("{what} with name {name} already exists."),
    )
}

fn limit(quota: &str, value: u64) -> Fault {
    Fault::new(
        "LimitExceeded",
        format!("Cannot exceed quota for {quota}: {value}"),
    )
}

fn required<'a>(call: &'a Call, member: &str) -> Result<&'a str, Fault> {
    call.text(member).ok_or_else(|| {
        Fault::new(
            "ValidationError",
            format!("1 validation error detected: {member} must not be null"),
        )
        .with_status(400)
    })
}

/// The ARN of a policy in a call.
fn policy_arn(call: &Call) -> Result<&str, Fault> {
    let arn = required(call, "PolicyArn")?;
    check_arn(arn).map(|()| arn)
}

/// Refuses what is no ARN at all. Whether there is such a thing is another question.
///
/// # Errors
/// `ValidationError`.
fn check_arn(text: &str) -> Result<(), Fault> {
    match text.starts_with("arn:") && text.splitn(6, ':').count() == 6 {
        true => Ok(()),
        false => Err(Fault::new("ValidationError", "Invalid ARN:  Could not be parsed!").with_status(400)),
    }
}

/// The service.
#[derive(Debug)]
pub struct Iam;

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
        if super::sts::is_of_user(world, call) {
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
