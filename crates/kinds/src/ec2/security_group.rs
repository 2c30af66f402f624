//! `ec2.security_group`: what desktops may send, and what reaches endpoints.

use std::collections::BTreeMap;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::discovery::Trace;
use crate::field::{FieldId, change_of};
use crate::kind::{Actions, Kind};
use crate::output;
use crate::outward::Terraform;
use crate::verify::{Asked, Check, Checked};

/// What a blueprint asks of a security group.
///
/// A rule is a text, which [`rule`] writes and the half that asks AWS reads: the protocol, the port or ports, and whom it is
/// about, such as `tcp 443 0.0.0.0/0` or `udp 8433 pl-0a1b2c3d4e5f60718`; `all` has no ports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "ec2.security_group", of = SecurityGroup, live = SecurityGroupLive)]
pub struct SecurityGroupSpec {
    /// Its name, at most 255 characters; a VPC has one of a name.
    #[field(replace, always)]
    pub name: String,
    /// Id of its VPC.
    #[field(replace, always)]
    pub vpc: String,
    /// What it is for, at most 255 characters.
    #[field(replace, always)]
    pub description: String,
    /// What may leave, rule by rule, such as `tcp 443 0.0.0.0/0`; all else is taken away.
    #[field(in_place, listed, compared = Set)]
    pub egress: Vec<String>,
    /// What may come in: to desktops nothing, to an endpoint what it serves. All else is taken away.
    #[field(in_place, listed, compared = Set)]
    #[serde(default)]
    pub ingress: Vec<String>,
    /// Tags; others' tags stay.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// A rule as a text.
#[must_use]
pub fn rule(protocol: &str, from: u16, to: u16, peer: &str) -> String {
    match from == to {
        true => format!("{protocol} {from} {peer}"),
        false => format!("{protocol} {from}-{to} {peer}"),
    }
}

/// Whom a rule is about: a range of addresses, a prefix list, a group.
#[must_use]
pub fn peer(rule: &str) -> &str {
    rule.rsplit_once(' ').map_or(rule, |(_, peer)| peer)
}

/// The most rules of a group in one direction, unless the account's quota was raised (Amazon VPC quotas, "Inbound or outbound
/// rules per security group").
pub const MOST_RULES: i64 = 60;

/// Sessions stay black without the stream, and pages stay empty without HTTPS.
const RULES: Check = Check {
    id: "desktops-let-out",
    about: "the security group of the desktops lets out what a session needs, and nothing in; that of an endpoint lets in what \
            this serves",
    after: &[],
    across: &[],
};

/// The kind `ec2.security_group`.
#[derive(Debug)]
pub struct SecurityGroup;

impl Kind for SecurityGroup {
    fn about(&self) -> &'static str {
        "A security group of Amazon EC2. That of fleets and image builders lets out what a desktop needs, and nothing in; that of \
         an interface endpoint lets in what it serves, and nothing out."
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    fn identity(&self) -> &'static [FieldId] {
        const { &[SecurityGroupSpec::NAME, SecurityGroupSpec::VPC] }
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[(output::ID, "its id"), (output::ARN, "its ARN")]
    }

    fn searching(&self) -> &'static [&'static str] {
        &["ec2:DescribeSecurityGroups"]
    }

    /// The rule that lets everything out.
    fn born_with(&self) -> Option<Value> {
        let name = SecurityGroupSpec::EGRESS.name;
        Some(json!({ name: ["all 0.0.0.0/0", "all ::/0"] }))
    }

    fn checks(&self) -> &'static [&'static Check] {
        const { &[&RULES] }
    }

    fn check(&self, Asked { want, live, .. }: Asked<'_>) -> Vec<Checked> {
        let looked_at = format!("the security group {}", live.id);
        // By what differs, since it may be without what others have there: `Live::without_others`.
        let diff = self.diff(want, live);
        let texts = |value: &Value| -> Vec<String> {
            let texts = value.as_array().into_iter().flatten();
            texts
                .filter_map(|text| text.as_str().map(str::to_owned))
                .collect()
        };
        let beyond = |field: FieldId, is_wanted: bool| -> Vec<String> {
            let Some(change) = change_of(&diff, field) else {
                return Vec::new();
            };
            let (want, have) = (texts(&change.want), texts(&change.have));
            let (these, those) = if is_wanted { (want, have) } else { (have, want) };
            these.into_iter().filter(|rule| !those.contains(rule)).collect()
        };
        let against = [
            ("does not let out", beyond(SecurityGroupSpec::EGRESS, true)),
            ("does not let in", beyond(SecurityGroupSpec::INGRESS, true)),
            ("lets in", beyond(SecurityGroupSpec::INGRESS, false)),
        ];
        let Some((what, rules)) = against.into_iter().find(|(_, rules)| !rules.is_empty()) else {
            return vec![RULES.passed(looked_at)];
        };
        let why = format!("it {what} {}", rules.join(", "));
        vec![RULES.failed(looked_at, why, "set its rules right with `headset apply`")]
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform::by_id("aws_security_group", "ID"))
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &["ec2:DescribeManagedPrefixLists", "ec2:DescribeSecurityGroups"],
            write: &[
                "ec2:AuthorizeSecurityGroupEgress",
                "ec2:AuthorizeSecurityGroupIngress",
                "ec2:CreateSecurityGroup",
                "ec2:CreateTags",
                "ec2:DeleteTags",
                "ec2:RevokeSecurityGroupEgress",
                "ec2:RevokeSecurityGroupIngress",
            ],
            delete: &["ec2:DeleteSecurityGroup"],
        }
    }

    /// The network interfaces of machines stay for some minutes when the machines are gone, and hold it as long.
    fn timeout(&self) -> u64 {
        1_800
    }
}
