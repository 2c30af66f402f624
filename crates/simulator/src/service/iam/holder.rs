//! Whom policies hang on: roles, users and groups, with what IAM calls their parts.

use std::collections::BTreeMap;

use super::{Call, Fault, group, role, user};
use crate::world::World;

/// A sort of identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// A role.
    Role,
    /// A user.
    User,
    /// A group of users.
    Group,
}

/// The policies of one identity.
pub(super) struct Policies<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Inline policies by name.
    pub(super) inline: &'a mut BTreeMap<String, String>,
    /// ARNs of the attached managed policies.
    pub(super) attached: &'a mut Vec<String>,
}

impl Holder {
    /// Which one an operation is about: `PutUserPolicy`, `ListAttachedGroupPolicies`.
    pub(super) fn of(operation: &str) -> Holder {
        if operation.contains("User") {
            Holder::User
        } else if operation.contains("Group") {
            Holder::Group
        } else {
            Holder::Role
        }
    }

    /// What messages call it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Holder::Role => "role",
            Holder::User => "user",
            Holder::Group => "group",
        }
    }

    /// The member of requests and answers that names it.
    pub(super) fn member(self) -> &'static str {
        match self {
            Holder::Role => "RoleName",
            Holder::User => "UserName",
            Holder::Group => "GroupName",
        }
    }

    /// All its inline policies together, in characters without white space (IAM quotas).
    pub(super) fn most_characters(self) -> usize {
        match self {
            Holder::Role => 10_240,
            Holder::User => 2048,
            Holder::Group => 5120,
        }
    }

    /// The quota of attached policies: the simulator's name for it and IAM's. The default is 10 for each.
    pub(super) fn attachments(self) -> (&'static str, &'static str) {
        match self {
            Holder::Role => ("iam.policies-per-role", "PoliciesPerRole"),
            Holder::User => ("iam.policies-per-user", "PoliciesPerUser"),
            Holder::Group => ("iam.policies-per-group", "PoliciesPerGroup"),
        }
    }

    /// The policies of the identity that the call names. `change`: refused where a service owns it.
    pub(super) fn policies<'a>(
        self,
        world: &'a mut World,
        call: &Call,
        change: bool,
    ) -> Result<Policies<'a>, Fault> {
        Ok(match self {
            Holder::Role => {
                let role = match change {
                    true => role::find_to_change(world, call)?,
                    false => role::find(world, call)?,
                };
                Policies {
                    name: &role.name,
                    inline: &mut role.inline,
                    attached: &mut role.attached,
                }
            }
            Holder::User => {
                let user = user::find(world, call)?;
                Policies {
                    name: &user.name,
                    inline: &mut user.inline,
                    attached: &mut user.attached,
                }
            }
            Holder::Group => {
                let group = group::find(world, call)?;
                Policies {
                    name: &group.name,
                    inline: &mut group.inline,
                    attached: &mut group.attached,
                }
            }
        })
    }
}
