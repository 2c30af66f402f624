//! `ec2.security_group`: what desktops may send, and that nothing reaches them.

use std::collections::BTreeMap;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use crate::discovery::Trace;
use crate::field::FieldId;
use crate::kind::{Actions, Declared, Kind, parse};
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
    #[field(in_place, compared = Set)]
    pub egress: Vec<String>,
    /// What may come in: nothing. What is there is taken away.
    #[field(in_place, compared = Set)]
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

/// Sessions stay black without the stream, and pages stay empty without HTTPS.
const RULES: Check = Check {
    id: "desktops-let-out",
    about: "the security group of the desktops lets out what a session needs, and nothing in",
    after: &[],
    across: &[],
};

/// The kind `ec2.security_group`.
#[derive(Debug)]
pub struct SecurityGroup;

impl Kind for SecurityGroup {
    fn about(&self) -> &'static str {
        "A security group of Amazon EC2 for fleets and image builders: it lets out what a desktop needs, and nothing in."
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

    fn checks(&self) -> &'static [&'static Check] {
        const { &[&RULES] }
    }

    fn check(&self, Asked { want, live, .. }: Asked<'_>) -> Vec<Checked> {
        let looked_at = format!("the security group {}", live.id);
        let Ok(want) = parse::<SecurityGroupSpec>(want) else {
            return Vec::new();
        };
        let there = self.read(live);
        let beyond = |rules: &[String], others: &[String]| -> Vec<String> {
            rules
                .iter()
                .filter(|rule| !others.contains(rule))
                .cloned()
                .collect()
        };
        let missing = beyond(&want.egress, there.egress.as_deref().unwrap_or_default());
        let inward = beyond(there.ingress.as_deref().unwrap_or_default(), &want.ingress);
        let why = match (missing.is_empty(), inward.is_empty()) {
            (true, true) => return vec![RULES.passed(looked_at)],
            (false, _) => format!("it does not let out {}", missing.join(", ")),
            (true, false) => format!("it lets in {}", inward.join(", ")),
        };
        vec![RULES.failed(looked_at, why, "set its rules right with `headset apply`")]
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform::by_id("aws_security_group", "ID"))
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &["ec2:DescribeSecurityGroups"],
            write: &[
                "ec2:AuthorizeSecurityGroupEgress",
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
