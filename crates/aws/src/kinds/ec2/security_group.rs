//! `ec2.security_group`: what desktops may send, and what reaches endpoints.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use futures_util::future::join_all;
use headset_client::services::ec2::{
    self, AuthorizeSecurityGroupEgress, AuthorizeSecurityGroupIngress, CreateSecurityGroup,
    DeleteSecurityGroup, DescribeSecurityGroups, Filter, GroupPair, IpPermission, IpRange, Ipv6Range,
    PrefixList, RevokeSecurityGroupEgress, RevokeSecurityGroupIngress,
};
use headset_core::{AwsError, Class};
pub use headset_kinds::ec2::security_group::*;

use super::filter::filter;
use super::{prefix_list, tags};
use crate::error::gone;
use crate::kinds::field::Diff;
use crate::kinds::kind::{Declared as _, Forbidden, Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};
use crate::kinds::tag::{self, TagChange};
use crate::kinds::tag_list;
use crate::{Aws, pages};

/// The word for all protocols, which EC2 writes as -1.
const ALL: &str = "all";

/// The rules of a group's permissions, one for each peer. A group of another account than `owner` is named with that.
fn texts(permissions: &[IpPermission], owner: Option<&str>) -> Vec<String> {
    let group = |pair: &GroupPair| match &pair.user_id {
        Some(account) if owner.is_some_and(|owner| owner != account) => {
            format!("{account}/{}", pair.group_id)
        }
        _ => pair.group_id.clone(),
    };
    let mut texts = Vec::new();
    for permission in permissions {
        let ports = (permission.from_port, permission.to_port);
        let what = match (permission.ip_protocol.as_str(), ports) {
            ("-1", _) => ALL.to_owned(),
            (protocol, (Some(from), Some(to))) if from == to => format!("{protocol} {from}"),
            (protocol, (Some(from), Some(to))) => format!("{protocol} {from}-{to}"),
            (protocol, _) => protocol.to_owned(),
        };
        let four = permission.ip_ranges.iter().map(|one| one.cidr_ip.clone());
        let six = permission.ipv6_ranges.iter().map(|one| one.cidr_ipv6.clone());
        let lists = permission
            .prefix_list_ids
            .iter()
            .map(|one| one.prefix_list_id.clone());
        let peers = four
            .chain(six)
            .chain(lists)
            .chain(permission.groups.iter().map(group));
        texts.extend(peers.map(|peer| format!("{what} {peer}")));
    }
    texts.sort();
    texts
}

/// The permission of a rule.
fn permission(text: &str) -> IpPermission {
    let (what, peer) = text.rsplit_once(' ').unwrap_or(("", text));
    let (protocol, ports) = what.split_once(' ').unwrap_or((what, ""));
    let (from, to) = match ports.split_once('-') {
        Some((from, to)) if !from.is_empty() => (from, to),
        // One port; or a type of ICMP, which may be -1.
        _ => (ports, ports),
    };
    let mut permission = IpPermission {
        ip_protocol: if protocol == ALL { "-1" } else { protocol }.to_owned(),
        from_port: from.parse().ok(),
        to_port: to.parse().ok(),
        ..IpPermission::default()
    };
    let peer = peer.to_owned();
    if let Some((account, group)) = peer.split_once("/sg-") {
        permission.groups = vec![GroupPair {
            group_id: format!("sg-{group}"),
            user_id: Some(account.to_owned()),
        }];
    } else if peer.starts_with("sg-") {
        permission.groups = vec![GroupPair {
            group_id: peer,
            user_id: None,
        }];
    } else if peer.starts_with("pl-") {
        permission.prefix_list_ids = vec![PrefixList { prefix_list_id: peer }];
    } else if peer.contains(':') {
        permission.ipv6_ranges = vec![Ipv6Range { cidr_ipv6: peer }];
    } else {
        permission.ip_ranges = vec![IpRange { cidr_ip: peer }];
    }
    permission
}

/// The permissions of the rules that are in the first list and not in the second one.
fn beyond(rules: &[String], known: &[String]) -> Vec<IpPermission> {
    let others = rules.iter().filter(|rule| !known.contains(rule));
    others.map(|rule| permission(rule)).collect()
}

/// What is there already is as good as added.
fn there<T>(added: Result<T, AwsError>) -> Result<(), AwsError> {
    match added {
        Err(error) if error.class != Class::AlreadyThere => Err(error),
        _ => Ok(()),
    }
}

/// The groups that all of these filters let through.
async fn list(aws: &Aws, filter: Vec<Filter>) -> Result<Vec<ec2::SecurityGroup>, AwsError> {
    pages(|next_token| {
        let filter = filter.clone();
        async move {
            let request = DescribeSecurityGroups { filter, next_token };
            let page = aws.ask(request).await?;
            Ok((page.security_group_info, page.next_token))
        }
    })
    .await
}

fn live(group: ec2::SecurityGroup) -> Live {
    let tags = tag_list::tags(group.tag_set);
    let owner = group.owner_id.as_deref();
    // An answer that says nothing of one leaves it unknown.
    let said = |text: String| (!text.is_empty()).then_some(text);
    let observed = SecurityGroupLive {
        name: said(group.group_name),
        vpc: group.vpc_id.and_then(said),
        description: said(group.group_description),
        egress: Some(texts(&group.ip_permissions_egress, owner)),
        ingress: Some(texts(&group.ip_permissions, owner)),
    };
    let live = Live::of(group.group_id.as_str(), "present", observed)
        .tagged(tags)
        .output(output::ID, group.group_id);
    match group.security_group_arn {
        Some(arn) => live.output(output::ARN, arn),
        None => live,
    }
}

/// A group that carries tags of Headset's.
pub(in crate::kinds) struct Marked {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its VPC.
    pub vpc: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// The groups that carry tags of Headset's, of whichever environment.
///
/// # Errors
/// AWS's.
pub(in crate::kinds) async fn marked(aws: &Aws) -> Result<Vec<Marked>, AwsError> {
    let groups = list(aws, vec![filter("tag-key", [tag::LINEAGE])]).await?;
    let groups = groups.into_iter().map(|group| Marked {
        tags: tag_list::tags(group.tag_set),
        id: group.group_id,
        name: group.group_name,
        vpc: group.vpc_id.unwrap_or_default(),
    });
    Ok(groups.collect())
}

#[async_trait]
impl Remote for SecurityGroup {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        // One call for all that state remembers; what is not among those is looked up by its name.
        let ids: BTreeSet<&str> = lookups.iter().filter_map(|lookup| lookup.id.as_deref()).collect();
        let known = match ids.is_empty() {
            true => Ok(Vec::new()),
            false => list(aws, vec![filter("group-id", ids)]).await,
        };
        let looks = lookups.iter().map(|lookup| look(aws, lookup, &known));
        join_all(looks).await.into_iter().map(Observation::from).collect()
    }

    async fn forbidden(
        &self,
        aws: &Aws,
        want: &SecurityGroupSpec,
    ) -> Option<Result<Option<Forbidden>, AwsError>> {
        prefix_list::unfit(aws, want).await
    }

    async fn create(&self, work: &Work<'_>, spec: &SecurityGroupSpec) -> Result<String, AwsError> {
        let request = CreateSecurityGroup {
            group_name: spec.name.clone(),
            group_description: spec.description.clone(),
            vpc_id: spec.vpc.clone(),
            tag_specification: tags::at_creation("security-group", &spec.tags),
        };
        Ok(work.aws.ask(request).await?.group_id)
    }

    /// What is too much goes first: a group is born with a rule that lets everything out. Rules that came or went meanwhile are
    /// no error, since the next look tells.
    async fn update(
        &self,
        work: &Work<'_>,
        spec: &SecurityGroupSpec,
        live: &Live,
        _: &Diff,
    ) -> Result<(), AwsError> {
        let now = self.read(live);
        let egress = now.egress.as_deref().unwrap_or_default();
        let ingress = now.ingress.as_deref().unwrap_or_default();
        let inward = beyond(ingress, &spec.ingress);
        if !inward.is_empty() {
            let request = RevokeSecurityGroupIngress {
                group_id: live.id.clone(),
                ip_permissions: inward,
            };
            gone(work.aws.ask(request).await)?;
        }
        let outward = beyond(egress, &spec.egress);
        if !outward.is_empty() {
            let request = RevokeSecurityGroupEgress {
                group_id: live.id.clone(),
                ip_permissions: outward,
            };
            gone(work.aws.ask(request).await)?;
        }
        let missing = beyond(&spec.egress, egress);
        if !missing.is_empty() {
            let request = AuthorizeSecurityGroupEgress {
                group_id: live.id.clone(),
                ip_permissions: missing,
            };
            there(work.aws.ask(request).await)?;
        }
        let missing = beyond(&spec.ingress, ingress);
        if !missing.is_empty() {
            let request = AuthorizeSecurityGroupIngress {
                group_id: live.id.clone(),
                ip_permissions: missing,
            };
            there(work.aws.ask(request).await)?;
        }
        Ok(())
    }

    async fn tag(&self, work: &Work<'_>, live: &Live, change: TagChange) -> Result<(), AwsError> {
        tags::change(work.aws, live, change).await
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let request = DeleteSecurityGroup {
            group_id: live.id.clone(),
        };
        gone(work.aws.ask(request).await)
    }

    async fn in_use_by(&self, _aws: &Aws, live: &Live) -> Option<String> {
        Some(format!(
            "network interfaces of machines still have {}: wait some minutes, and look which fleets, image builders or \
             others use it",
            live.id
        ))
    }
}

/// What state remembers, or else the one of this name in the VPC. `known`: those that state remembers.
async fn look(
    aws: &Aws,
    lookup: &Lookup,
    known: &Result<Vec<ec2::SecurityGroup>, AwsError>,
) -> Result<Option<Live>, AwsError> {
    if let Some(id) = &lookup.id {
        let known = known.as_ref().map_err(AwsError::clone)?;
        if let Some(found) = known.iter().find(|group| group.group_id == *id) {
            return Ok(Some(live(found.clone())));
        }
    }
    let name = SecurityGroupSpec::NAME.text(&lookup.spec);
    let vpc = SecurityGroupSpec::VPC.text(&lookup.spec);
    let (Some(name), Some(vpc)) = (name, vpc) else {
        return match &lookup.id {
            Some(_) => Ok(None),
            None => Err(AwsError::unnamed()),
        };
    };
    let named = vec![filter("group-name", [name]), filter("vpc-id", [vpc])];
    let mut found = list(aws, named).await?;
    // In a filter, an asterisk stands for anything.
    found.retain(|group| group.group_name == name);
    Ok(found.pop().map(live))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_comes_back_as_it_was_sent() {
        for text in [
            "tcp 443 0.0.0.0/0",
            "udp 137-138 192.0.2.0/24",
            "udp 8433 pl-0a1b2c3d4e5f60718",
            "all 0.0.0.0/0",
            "all ::/0",
            "tcp 22 sg-0a1b2c3d4e5f60718",
            "tcp 22 111122223333/sg-0a1b2c3d4e5f60718",
            "icmp -1 0.0.0.0/0",
            "icmp 3--1 0.0.0.0/0",
            "50 192.0.2.0/24",
        ] {
            assert_eq!(texts(&[permission(text)], Some("123456789012")), [text]);
        }
        assert_eq!(permission("all ::/0").from_port, None);
        assert_eq!(permission("icmp 3--1 0.0.0.0/0").to_port, Some(-1));
    }

    /// EC2 puts all rules with the same protocol and ports into one permission.
    #[test]
    fn a_permission_is_a_rule_for_each_peer() {
        let mut both = permission("tcp 443 0.0.0.0/0");
        both.ipv6_ranges = permission("tcp 443 ::/0").ipv6_ranges;
        assert_eq!(texts(&[both], None), ["tcp 443 0.0.0.0/0", "tcp 443 ::/0"]);
    }
}
