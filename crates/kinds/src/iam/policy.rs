//! `iam.policy`: a policy of the account's own that roles carry, or that bounds them.

use std::collections::BTreeMap;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use crate::discovery::Trace;
use crate::field::FieldId;
use crate::kind::{Actions, Dependents, Kind};
use crate::output;
use crate::outward::Terraform;
use crate::text::Text;
use headset_core::Arn;

/// What a blueprint asks of a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "iam.policy", of = Policy, live = PolicyLive)]
pub struct PolicySpec {
    /// Its name: 1 to 128 of `[A-Za-z0-9_+=,.@-]`; another one makes another policy.
    #[field(replace, always)]
    pub name: String,
    /// Its path: `/`, or something between slashes.
    #[field(replace, always)]
    pub path: String,
    /// What it is for: at most 1,000 characters. AWS takes it when the policy is made, and has no call that changes it.
    #[field(at_creation, compared = WriteOnly)]
    pub description: String,
    /// What it says, as JSON, of at most 6,144 characters without white space. AWS keeps five versions: where there are so
    /// many, the oldest that is not in force goes first.
    #[field(in_place, compared = Policy)]
    pub document: Text,
    /// Tags; others' tags stay.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// The most versions that a policy has (IAM's quotas, "Versions per managed policy").
pub const MOST_VERSIONS: usize = 5;

/// The most managed policies that a role carries, unless the account's quota was raised (IAM's quotas, "Managed policies per
/// role").
pub const MOST_ATTACHED: usize = 10;

/// The ARN of an account's own policy.
pub fn arn_of(partition: &str, account: &str, path: &str, name: &str) -> String {
    let resource = format!("policy{path}{name}");
    let arn = Arn {
        partition,
        service: "iam",
        region: "",
        account,
        resource: &resource,
    };
    arn.to_string()
}

/// The kind `iam.policy`.
#[derive(Debug)]
pub struct Policy;

impl Kind for Policy {
    fn about(&self) -> &'static str {
        "A customer managed policy in IAM, in the version that is in force."
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    fn identity(&self) -> &'static [FieldId] {
        &[PolicySpec::NAME, PolicySpec::PATH]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[(output::ARN, "its ARN"), (output::NAME, "its name")]
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform::by_id("aws_iam_policy", "ARN"))
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "iam:GetPolicy",
                "iam:GetPolicyVersion",
                "iam:ListEntitiesForPolicy",
                "iam:ListPolicyTags",
            ],
            write: &[
                "iam:CreatePolicy",
                "iam:CreatePolicyVersion",
                "iam:DeletePolicyVersion",
                "iam:ListPolicyVersions",
                "iam:TagPolicy",
                "iam:UntagPolicy",
            ],
            delete: &[
                "iam:DeletePolicy",
                "iam:DeletePolicyVersion",
                "iam:ListPolicyVersions",
            ],
        }
    }

    fn searching(&self) -> &'static [&'static str] {
        &["iam:ListPolicies"]
    }

    /// What it bounds: without the boundary those who may shape a role may give it everything.
    fn kept_for(&self, dependents: &Dependents) -> Option<String> {
        Some(format!(
            "it bounds what {} may do: take down the environments that they belong to first",
            dependents.names.join(", ")
        ))
    }

    // IAM lets go of a policy within seconds after it was detached.
    fn timeout(&self) -> u64 {
        120
    }
}
