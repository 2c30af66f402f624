//! Prefix lists that rules of a security group name.

use std::collections::{BTreeMap, BTreeSet};

use headset_client::services::ec2::DescribeManagedPrefixLists;
use headset_core::AwsError;
use headset_kinds::ec2::SecurityGroupSpec;
use headset_kinds::ec2::security_group::{MOST_RULES, peer};
use headset_kinds::kind::Forbidden;

use super::filter::filter;
use super::objection::Objections;
use crate::{Aws, pages};

/// How many entries each list may have; `None`: AWS does not tell, as of its own lists.
type Sizes = BTreeMap<String, Option<i64>>;

/// What speaks against a security group because of the lists that its rules name.
///
/// # Errors
/// AWS's: then nothing is known.
pub(super) async fn unfit(
    aws: &Aws,
    group: &SecurityGroupSpec,
) -> Option<Result<Option<Forbidden>, AwsError>> {
    let ids = named(group);
    match ids.is_empty() {
        true => None,
        false => Some(looked(aws, group, &ids).await),
    }
}

/// The lists that its rules name.
fn named(group: &SecurityGroupSpec) -> BTreeSet<&str> {
    let rules = group.egress.iter().chain(&group.ingress);
    rules
        .map(|rule| peer(rule))
        .filter(|peer| peer.starts_with("pl-"))
        .collect()
}

async fn looked(
    aws: &Aws,
    group: &SecurityGroupSpec,
    ids: &BTreeSet<&str>,
) -> Result<Option<Forbidden>, AwsError> {
    let ids: Vec<&str> = ids.iter().copied().collect();
    let name = format!("prefix lists {}", ids.join(" "));
    let seen = aws.remembered(&name, None, || read(aws, &ids)).await?;
    Ok(objections(group, &ids, &seen).told())
}

async fn read(aws: &Aws, ids: &[&str]) -> Result<Sizes, AwsError> {
    let listed = pages(|next_token| async {
        let request = DescribeManagedPrefixLists {
            filter: vec![filter("prefix-list-id", ids.iter().copied())],
            next_token,
        };
        let page = aws.ask(request).await?;
        Ok((page.prefix_list_set, page.next_token))
    })
    .await?;
    let sizes = listed
        .into_iter()
        .map(|list| (list.prefix_list_id, list.max_entries));
    Ok(sizes.collect())
}

fn objections(group: &SecurityGroupSpec, ids: &[&str], sizes: &Sizes) -> Objections {
    let mut found = Objections::default();
    for id in ids.iter().filter(|id| !sizes.contains_key(**id)) {
        found.refused(
            format!("there is no prefix list {id} in this region"),
            "name one of the region of AppStream",
        );
    }
    for (way, rules) in [("outwards", &group.egress), ("inwards", &group.ingress)] {
        let weight = |rule: &String| sizes.get(peer(rule)).copied().flatten().unwrap_or(1);
        let count: i64 = rules.iter().map(weight).sum();
        if count > MOST_RULES {
            found.warned(
                format!(
                    "its rules {way} count as {count}, since a prefix list counts in each with all entries that it may have, and \
                     AWS lets a group have {MOST_RULES}"
                ),
                "name a smaller list, or have the account's quota of rules raised",
            );
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(rules: &[&str], sizes: &[(&str, Option<i64>)]) -> Option<(bool, String)> {
        let group = SecurityGroupSpec {
            name: "acme-desktops".to_owned(),
            vpc: "vpc-1".to_owned(),
            description: String::new(),
            egress: rules.iter().map(|rule| (*rule).to_owned()).collect(),
            ingress: Vec::new(),
            tags: BTreeMap::new(),
        };
        let sizes = sizes.iter().map(|(id, size)| ((*id).to_owned(), *size)).collect();
        let ids: Vec<&str> = named(&group).into_iter().collect();
        let told = objections(&group, &ids, &sizes).told();
        told.map(|found| (found.is_refused, found.message))
    }

    #[test]
    fn a_list_counts_in_each_rule_with_all_that_it_may_hold() {
        let rules = [
            "tcp 443 pl-1",
            "tcp 80 pl-1",
            "udp 8433 pl-1",
            "tcp 53 10.20.0.0/16",
        ];
        assert_eq!(said(&rules, &[("pl-1", Some(19))]), None);
        let (is_refused, message) = said(&rules, &[("pl-1", Some(20))]).expect("an objection");
        assert!(
            !is_refused && message.contains("outwards count as 61"),
            "{message}"
        );
        assert_eq!(
            said(&rules, &[("pl-1", None)]),
            None,
            "AWS does not tell the size of its own"
        );
        let (is_refused, message) = said(&rules, &[]).expect("an objection");
        assert!(is_refused && message.contains("no prefix list pl-1"), "{message}");
    }
}
