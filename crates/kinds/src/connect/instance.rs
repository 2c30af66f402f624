//! `connect.instance`: an Amazon Connect instance.

use std::collections::BTreeMap;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::discovery::{Found, Trace};
use crate::field::FieldId;
use crate::kind::{Actions, Condition, CreationLimit, Dependents, Kind, Live, Loss};
use crate::output;
use crate::outward::{Quota, Terraform};
use crate::own::{Beside, OwnName, Owner};
use crate::verify::{Asked, Check, Checked};

/// What a blueprint asks of an instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "connect.instance", of = ConnectInstance, live = InstanceLive)]
pub struct InstanceSpec {
    /// The alias: 1 to 45 letters, digits and inner hyphens, not starting with `d-`; unique in the whole world.
    #[field(forbidden)]
    pub alias: String,
    /// Who keeps the users: `SAML` or `CONNECT_MANAGED`.
    #[field(forbidden, always)]
    pub identity: String,
    /// Whether it takes calls.
    #[field(in_place)]
    pub inbound: bool,
    /// Whether it makes calls.
    #[field(in_place)]
    pub outbound: bool,
    /// Instance attributes by AWS's names, such as `CONTACTFLOW_LOGS`; each `true` or `false` as text.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// Tags; others' tags stay.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// AWS's name of the attribute that is the field `inbound` ...
pub const INBOUND_CALLS: &str = "INBOUND_CALLS";
/// ... and of the one that is the field `outbound`.
pub const OUTBOUND_CALLS: &str = "OUTBOUND_CALLS";

/// `verify`: the instance takes sign-ins.
static ACTIVE: Check = Check {
    id: "instance-active",
    about: "the instance is active",
    after: &[],
    across: &[],
};

/// How sign-ins land at an instance: what the destination of their relay state begins with, percent-encoded, and how the relay
/// state ends. Old instances have their pages at `https://ALIAS.awsapps.com/connect`, and a page that frames one host does not
/// see a sign-in at the other (amazon-connect-streams#670).
pub fn landing(origin: &str) -> (&'static str, &'static str) {
    match origin.ends_with(".awsapps.com") {
        true => ("%2Fconnect", ""),
        false => ("", "&new_domain=true"),
    }
}

/// The kind `connect.instance`.
#[derive(Debug)]
pub struct ConnectInstance;

impl Kind for ConnectInstance {
    fn about(&self) -> &'static str {
        "An Amazon Connect instance: the contact center itself, with its numbers, users, metrics and records."
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    fn called_by(&self) -> &'static str {
        InstanceSpec::ALIAS.name
    }

    fn holds_data(&self) -> bool {
        true
    }

    fn check_name(&self, found: &Found, owner: &Owner<'_>) -> Result<(), OwnName> {
        match owner.environment == Some(&found.address.key) {
            true => Ok(()),
            false => Err(OwnName::InBlueprint),
        }
    }

    fn beside(&self, want: &Value, _account: &str) -> Option<Beside> {
        let alias = want.get(InstanceSpec::ALIAS.name)?.as_str()?;
        let group = format!("/aws/connect/{alias}");
        Some(Beside::FlowLogs { group })
    }

    fn said_elsewhere(&self) -> &'static [&'static str] {
        &[INBOUND_CALLS, OUTBOUND_CALLS]
    }

    fn identity(&self) -> &'static [FieldId] {
        &[InstanceSpec::ALIAS]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (output::ID, "the instance's id, a UUID"),
            (output::ARN, "its ARN"),
            (output::ALIAS, "its alias"),
            (
                output::URL,
                "where its pages are: `https://ALIAS.my.connect.aws`, for old instances another host, and a path",
            ),
            (output::ORIGIN, "the scheme and host of that"),
            (
                output::LANDING,
                "what the path begins with at which a sign-in lands, percent-encoded: nothing, of an old instance `%2Fconnect`",
            ),
            (
                output::DOMAIN,
                "how its relay state ends: `&new_domain=true`, of an old instance with nothing",
            ),
            (
                output::SERVICE_ROLE,
                "ARN of the service-linked role that AWS made for it",
            ),
        ]
    }

    fn checks(&self) -> &'static [&'static Check] {
        const { &[&ACTIVE] }
    }

    fn check(&self, Asked { live, .. }: Asked<'_>) -> Vec<Checked> {
        let looked_at = format!("the instance {}", live.id);
        vec![match &live.condition {
            Condition::Settled { .. } => ACTIVE.passed(looked_at),
            Condition::Moving { state, .. } => ACTIVE.failed(
                looked_at,
                format!("it is {state}"),
                "wait until Amazon Connect has made it, and verify again",
            ),
            Condition::Failed { state, reason } => ACTIVE.failed(
                looked_at,
                format!("it is {state}: {reason}"),
                "delete it with `headset destroy`, and apply again",
            ),
        }]
    }

    fn quotas(&self) -> &'static [Quota] {
        const { &[Quota::connect("L-AA17A6B9", "instances", 2, false)] }
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform::by_id("aws_connect_instance", "INSTANCE_ID"))
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "connect:ListInstances",
                "connect:DescribeInstance",
                "connect:ListTagsForResource",
                "connect:DescribeInstanceAttribute",
                "connect:ListInstanceAttributes",
                "connect:ListPhoneNumbersV2",
                "cloudtrail:LookupEvents",
            ],
            // The directory, role and log actions are what CreateInstance and UpdateInstanceAttribute do with the
            // caller's permissions; the last one where contact flow logs are switched on.
            write: &[
                "connect:CreateInstance",
                "connect:UpdateInstanceAttribute",
                "connect:TagResource",
                "connect:UntagResource",
                "ds:CheckAlias",
                "ds:CreateAlias",
                "ds:AuthorizeApplication",
                "ds:UnauthorizeApplication",
                "ds:CreateIdentityPoolDirectory",
                "ds:CreateDirectory",
                "ds:DescribeDirectories",
                "iam:CreateServiceLinkedRole",
                "iam:AttachRolePolicy",
                "iam:PutRolePolicy",
                "logs:CreateLogGroup",
            ],
            delete: &[
                "connect:DeleteInstance",
                "ds:DeleteDirectory",
                "ds:UnauthorizeApplication",
                "ds:DescribeDirectories",
                "iam:DeleteServiceLinkedRole",
            ],
        }
    }

    fn why_not_deleted(&self, dependents: &Dependents) -> Option<String> {
        // Assumption: connect.numbers-go-along.
        (!dependents.names.is_empty()).then(|| {
            format!(
                "phone numbers are claimed for it: {}. Headset releases no number that it did not claim: release them \
                 in Connect's admin website or with ReleasePhoneNumber, or move them to another instance; then go on",
                dependents.names.join(", ")
            )
        })
    }

    fn creation_limit(&self) -> Option<CreationLimit> {
        // Connect's quotas: beyond 100 creations and deletions in 30 days, an account waits for 30 days.
        Some(CreationLimit { most: 100, days: 30 })
    }

    fn why_unchangeable(&self, field: &str) -> Option<&'static str> {
        match field {
            _ if InstanceSpec::ALIAS == *field => Some(
                "the alias is part of the instance's address, which identity providers, pages and bookmarks hold, and \
                 Amazon Connect has no call that changes it",
            ),
            _ if InstanceSpec::IDENTITY == *field => Some(
                "how users sign in is fixed when an instance is made, and Amazon Connect has no call that changes it",
            ),
            _ => None,
        }
    }

    fn why_not_made(&self) -> Option<&'static str> {
        // Assumption: connect.alias-conflict. No code says that it is the alias.
        Some(
            "an alias is unique among the instances of all accounts, and may stay taken for a while after its instance was \
             deleted: apply again later, or choose another `connect.alias`",
        )
    }

    fn loss(&self, live: &Live) -> Option<Loss> {
        // A creation that failed has nothing in it.
        (!matches!(live.condition, Condition::Failed { .. })).then_some(
            "the Connect instance with its phone numbers, users, flows, metrics and contact records",
        )
    }
}
