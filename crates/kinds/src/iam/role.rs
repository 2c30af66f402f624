//! `iam.role`: a role that people or services assume.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::grants;
use crate::discovery::{Trace, Unread};
use crate::field::{Diff, FieldId};
use crate::kind::{Actions, Declared, Kind, Live, Tied};
use crate::names;
use crate::output;
use crate::outward::Terraform;
use crate::own::Owner;
use crate::policy::same_policy;
use crate::seconds;
use crate::text::{self, Text};
use crate::verify::{Asked, Check, Checked};

/// What a blueprint asks of a role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "iam.role", of = Role, live = RoleLive)]
pub struct RoleSpec {
    /// Its name: 1 to 64 of `[A-Za-z0-9_+=,.@-]`.
    #[field(replace)]
    pub name: String,
    /// Its path: `/`, or something between slashes.
    #[field(replace)]
    pub path: String,
    /// What it is for: at most 1,000 characters of Latin-1.
    #[field(in_place)]
    pub description: String,
    /// Who may assume it: a policy document as JSON.
    #[field(in_place, listed, compared = Policy)]
    pub trust: Text,
    /// Inline policies by name, each a policy document as JSON. The role has these and no other inline ones.
    #[field(in_place, listed)]
    #[serde(default)]
    pub policies: BTreeMap<String, Text>,
    /// ARNs of managed policies. The role has these and no other ones attached.
    #[field(in_place, listed, compared = Set, reported = Vec<String>)]
    #[serde(default)]
    pub managed_policies: BTreeSet<String>,
    /// The longest session, in seconds, 3,600 to 43,200.
    #[field(in_place, reported = i32)]
    #[serde(with = "seconds")]
    pub max_session: Duration,
    /// ARN of the policy that bounds its permissions; null: none.
    #[field(in_place)]
    #[serde(default)]
    pub permissions_boundary: Option<String>,
    /// Tags; others' tags stay.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// The kind `iam.role`.
#[derive(Debug)]
pub struct Role;

/// Whether the wanted inline policies and those that are there mean the same, name by name.
fn same_policies(want: &Value, have: &Value) -> bool {
    let (Some(want), Some(have)) = (want.as_object(), have.as_object()) else {
        return want == have;
    };
    want.len() == have.len()
        && want.iter().all(|(name, document)| {
            have.get(name)
                .is_some_and(|have| !text::is_unknown(document) && same_policy(document, have))
        })
}

/// `verify`: who comes from the identity provider gets the role.
static TRUSTS: Check = Check {
    id: "role-trusts-provider",
    about: "the role lets in who comes from the identity provider",
    after: &["provider-valid"],
    across: &[],
};

/// `verify`: the role gets in to Connect, or to the desktop. Asked with a call where managed policies are attached to it.
pub static FEDERATES: Check = Check {
    id: "role-may-enter",
    about: "the role may do what a sign-in needs",
    after: &["role-trusts-provider"],
    across: &[],
};

/// `verify`: the boundary takes none of it away. Asked with a call.
pub static BOUNDED: Check = Check {
    id: "boundary-lets-in",
    about: "the role's permissions boundary allows what a sign-in needs",
    after: &["role-trusts-provider"],
    across: &[],
};

/// Whether a boundary with this document lets people sign in by a role; `None`: people do not sign in by it.
pub fn bounded(spec: &RoleSpec, boundary: &str, document: &str) -> Option<Checked> {
    if !signs_in(&spec.trust.known()?) {
        return None;
    }
    let wanted: Vec<String> = spec.policies.values().filter_map(Text::known).collect();
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let looked_at = format!("the permissions boundary {boundary}");
    Some(match grants::lacking(&wanted, &[document]) {
        None => BOUNDED.passed(looked_at),
        Some(lacking) => BOUNDED.failed(
            looked_at,
            format!("it takes away what a sign-in needs: {lacking}"),
            "have the policy's owner allow it, or set another `sign_in.role.permissions_boundary`; `headset policy show \
             boundary` prints one that is enough",
        ),
    })
}

/// Whether a role's policies, those attached to it with these documents among them, let people get in; `None`: people do not
/// sign in by it, or no inline policy says what they need.
pub fn enters(spec: &RoleSpec, live: &Live, attached: &[String]) -> Option<Checked> {
    let signs_in = signs_in(&spec.trust.known()?);
    let wanted: Vec<String> = spec.policies.values().filter_map(Text::known).collect();
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let attached: Vec<&str> = attached.iter().map(String::as_str).collect();
    (signs_in && !wanted.is_empty()).then(|| entering(&wanted, live, &attached))
}

fn entering(wanted: &[&str], live: &Live, attached: &[&str]) -> Checked {
    let role = live.read::<RoleLive>();
    let inline = role.policies.iter().flatten().map(|(_, text)| text.as_str());
    let there: Vec<&str> = inline.chain(attached.iter().copied()).collect();
    let looked_at = match attached.len() {
        0 => format!("the role {}", live.id),
        _ => {
            let names = role.managed_policies.as_deref().unwrap_or_default();
            format!(
                "the role {}, and {}, attached to it",
                live.id,
                names.join(" and ")
            )
        }
    };
    match grants::lacking(wanted, &there) {
        None => FEDERATES.passed(looked_at),
        Some(lacking) => FEDERATES.failed(
            looked_at,
            format!("its policies do not let it do what a sign-in needs: {lacking}"),
            RESTORE,
        ),
    }
}

const RESTORE: &str = "restore it with `headset apply`";

/// Whether people get a role by signing in.
fn signs_in(trust: &str) -> bool {
    trust.contains("sts:AssumeRoleWithSAML")
}

impl Kind for Role {
    fn about(&self) -> &'static str {
        "An IAM role with its trust policy, inline policies and attached managed policies."
    }

    fn may_be_own(&self, name: &str, unread: &Unread, owner: &Owner<'_>) -> bool {
        !unread.is_unlike_ours || names::may_be_role(name, owner.environment)
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    /// Roles that sign people in to Amazon Connect. What managed policies let them do is not known here.
    fn tied(&self, want: &Value) -> Option<Tied> {
        let policies = RoleSpec::POLICIES.of(want).and_then(Value::as_object);
        let is_by_hand = policies.is_none_or(serde_json::Map::is_empty);
        let signs_in = RoleSpec::TRUST
            .of(want)
            .is_some_and(|trust| signs_in(&trust.to_string()));
        let federates = (is_by_hand && signs_in)
            || policies
                .into_iter()
                .flatten()
                .any(|(_, policy)| policy.to_string().contains("connect:GetFederationToken"));
        federates.then_some(Tied {
            loss: "users who have signed in before cannot sign in any more: Amazon Connect ties a user to the first role",
            help: "keep the role if you can; else, after the change, remove each user who has signed in before and make \
                   it again: take it out of `connect.users`, apply, put it back, apply",
            source: "Amazon Connect's administrator guide, configure-saml: a user can only be associated with a single IAM role",
        })
    }

    fn identity(&self) -> &'static [FieldId] {
        &[RoleSpec::NAME]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (output::ARN, "its ARN"),
            (output::NAME, "its name"),
            (
                output::ID,
                "its unique id (`AROA...`), the first half of `aws:userid`",
            ),
        ]
    }

    fn checks(&self) -> &'static [&'static Check] {
        const { &[&TRUSTS, &FEDERATES, &BOUNDED] }
    }

    fn check(&self, asked: Asked<'_>) -> Vec<Checked> {
        let role = self.read(asked.live);
        let looked_at = format!("the role {}", asked.live.id);
        let wanted = RoleSpec::TRUST.text(asked.want).unwrap_or_default();
        let there = [role.trust.as_deref().unwrap_or_default()];
        // As long as the role may last at most, so long a session the sign-in asks for.
        let longest = RoleSpec::MAX_SESSION.of(asked.want).and_then(Value::as_u64);
        let longest = longest
            .zip(role.max_session)
            .filter(|(asked, longest)| u64::try_from(*longest).is_ok_and(|longest| longest < *asked));
        let trusts = signs_in(wanted).then(|| match (grants::lacking(&[wanted], &there), longest) {
            (None, None) => TRUSTS.passed(looked_at),
            (Some(lacking), _) => TRUSTS.failed(
                looked_at,
                format!("its trust policy does not let in who signs in: {lacking}"),
                RESTORE,
            ),
            (None, Some((asked, longest))) => TRUSTS.failed(
                looked_at,
                format!(
                    "its sessions last {longest} seconds at most, and sign-ins ask for {asked}: AWS refuses them all"
                ),
                RESTORE,
            ),
        });
        let wanted = RoleSpec::POLICIES.of(asked.want).and_then(Value::as_object);
        let wanted: Vec<&str> = wanted
            .into_iter()
            .flatten()
            .filter_map(|(_, text)| text.as_str())
            .collect();
        // What the managed policies of a role without others let it do is not read. Where others are beside them, they are
        // read with calls: one may deny what these allow.
        let is_alone = role.managed_policies.as_ref().is_none_or(Vec::is_empty);
        let federates =
            (trusts.is_some() && !wanted.is_empty() && is_alone).then(|| entering(&wanted, asked.live, &[]));
        trusts.into_iter().chain(federates).collect()
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform::by_id("aws_iam_role", "NAME"))
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "iam:GetRole",
                "iam:ListRoleTags",
                "iam:ListRolePolicies",
                "iam:GetRolePolicy",
                "iam:ListAttachedRolePolicies",
            ],
            write: &[
                "iam:CreateRole",
                "iam:UpdateRole",
                "iam:UpdateAssumeRolePolicy",
                "iam:PutRolePolicy",
                "iam:DeleteRolePolicy",
                "iam:AttachRolePolicy",
                "iam:DetachRolePolicy",
                "iam:PutRolePermissionsBoundary",
                "iam:DeleteRolePermissionsBoundary",
                "iam:TagRole",
                "iam:UntagRole",
            ],
            delete: &["iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:DeleteRole"],
        }
    }

    fn removal(&self, live: &Live) -> Option<String> {
        let attached = self.read(live).managed_policies.as_deref().unwrap_or_default();
        (!attached.is_empty()).then(|| format!("it is detached from {}, which stays", attached.join(" and ")))
    }

    fn diff(&self, want: &Value, live: &Live) -> Diff {
        live.diff(RoleSpec::FIELDS, want)
            .into_iter()
            .filter(|change| !change.is(RoleSpec::POLICIES) || !same_policies(&change.want, &change.have))
            .collect()
    }
}
