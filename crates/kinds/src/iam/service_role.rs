//! `iam.service_role`: a role that an AWS service needs in the account, which its console makes on first use and
//! its API does not. Shared with all other users of the service in the account: made where it is missing, never
//! deleted.

use std::collections::BTreeSet;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::discovery::Trace;
use crate::field::{Diff, FieldId};
use crate::kind::{Actions, Kind, Live};
use crate::output;

/// What the account needs of such a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Fields)]
#[fields(kind = "iam.service_role", of = ServiceRole, live = ServiceRoleLive)]
pub struct ServiceRoleSpec {
    /// Its name, which the service decides.
    #[field(replace)]
    pub name: String,
    /// Its path: services look for their role below it, and for no other of that name.
    #[field(replace)]
    pub path: String,
    /// The service that assumes it, such as `appstream.amazonaws.com`.
    #[field(replace, reported = Vec<String>)]
    pub service: String,
    /// The account for which the service may assume a role that Headset makes: no other account's work can make the
    /// service use it. A role that is there already is not touched for that.
    // AppStream sends `aws:SourceAccount` for its service role (AppStream's guide, "Cross-Service Confused Deputy
    // Prevention").
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default)]
    pub account: String,
    /// ARNs of the managed policies that have to be attached. IAM attaches those of a service-linked role by itself.
    #[field(in_place, reported = Vec<String>)]
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub policies: BTreeSet<String>,
    /// Whether it is a service-linked role, which only CreateServiceLinkedRole can make.
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default)]
    pub linked: bool,
}

/// The kind `iam.service_role`.
#[derive(Clone, Copy, Debug)]
pub struct ServiceRole;

impl Kind for ServiceRole {
    fn about(&self) -> &'static str {
        "A role that an AWS service needs in the account: made where it is missing, and never deleted."
    }

    fn trace(&self) -> Trace {
        Trace::Kept
    }

    fn identity(&self) -> &'static [FieldId] {
        &[ServiceRoleSpec::NAME]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[(output::NAME, "the role's name"), (output::ARN, "its ARN")]
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &["iam:GetRole", "iam:ListAttachedRolePolicies"],
            write: &[
                "iam:CreateRole",
                "iam:AttachRolePolicy",
                "iam:CreateServiceLinkedRole",
            ],
            delete: &[],
        }
    }

    fn diff(&self, want: &Value, live: &Live) -> Diff {
        let mut diff = live.diff(ServiceRoleSpec::FIELDS, want);
        diff.retain(|change| match change.id(ServiceRoleSpec::KIND) {
            // What others attached, or let assume the role besides, is theirs.
            ServiceRoleSpec::POLICIES | ServiceRoleSpec::SERVICE => !includes(&change.have, &change.want),
            _ => true,
        });
        diff
    }
}

/// Whether a list holds a text, or every text of another list.
fn includes(list: &Value, wanted: &Value) -> bool {
    let Some(list) = list.as_array() else { return false };
    match wanted {
        Value::Array(wanted) => wanted.iter().all(|one| list.contains(one)),
        one => list.contains(one),
    }
}
