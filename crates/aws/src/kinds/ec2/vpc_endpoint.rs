//! `ec2.vpc_endpoint`: how a service of AWS is reached inside of a VPC.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use futures_util::future::join_all;
use headset_client::services::ec2::{
    self, CreateVpcEndpoint, DeleteVpcEndpoints, DescribeVpcEndpoints, Filter, ModifyVpcEndpoint,
};
use headset_core::error::class_of;
use headset_core::{Arn, AwsError};
pub use headset_kinds::ec2::vpc_endpoint::*;
use headset_kinds::kind::Forbidden;
use headset_kinds::regions;
use serde_json::Value;

use super::filter::filter;
use super::network::{self, Place, Wanted};
use super::tags;
use crate::error::gone;
use crate::kinds::field::Diff;
use crate::kinds::kind::{Condition, Declared as _, Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};
use crate::kinds::tag::{self, TagChange};
use crate::kinds::tag_list;
use crate::kinds::text::Text;
use crate::{Aws, pages};

/// The sort of endpoint that has addresses in subnets.
const INTERFACE: &str = "Interface";

/// The endpoints that all of these filters let through.
///
/// # Errors
/// AWS's.
pub(in crate::kinds) async fn list(
    aws: &Aws,
    filter: Vec<Filter>,
) -> Result<Vec<ec2::VpcEndpoint>, AwsError> {
    pages(|next_token| {
        let filter = filter.clone();
        async move {
            let request = DescribeVpcEndpoints { filter, next_token };
            let page = aws.ask(request).await?;
            Ok((page.vpc_endpoint_set, page.next_token))
        }
    })
    .await
}

/// AWS's word for its state. The model writes it with a capital letter, and answers have it without.
pub(in crate::kinds) fn state(endpoint: &ec2::VpcEndpoint) -> String {
    let said = endpoint.state.as_deref().unwrap_or_default();
    said.chars()
        .enumerate()
        .map(|(index, letter)| {
            if index == 0 {
                letter.to_ascii_lowercase()
            } else {
                letter
            }
        })
        .collect()
}

/// Why it is as it is.
fn reason(endpoint: &ec2::VpcEndpoint) -> String {
    let last = endpoint.last_error.as_ref();
    let last = last.and_then(|error| error.message.clone().or_else(|| error.code.clone()));
    let why = endpoint.failure_reason.clone().or(last);
    why.unwrap_or_else(|| "AWS gives no reason".to_owned())
}

/// Whether it is there no more, or on its way out.
fn is_going(endpoint: &ec2::VpcEndpoint) -> bool {
    matches!(state(endpoint).as_str(), "deleting" | "deleted")
}

fn condition(endpoint: &ec2::VpcEndpoint) -> Condition {
    let state = state(endpoint);
    match state.as_str() {
        "pending" | "pendingAcceptance" | "deleting" | "deleted" => Condition::Moving {
            state,
            detail: String::new(),
            error: None,
        },
        "failed" | "rejected" | "expired" => Condition::Failed {
            state,
            reason: reason(endpoint),
        },
        _ => Condition::Settled { state },
    }
}

/// Its ARN, as far as the answer says enough to make one.
fn arn(aws: &Aws, endpoint: &ec2::VpcEndpoint) -> Option<String> {
    let region = &aws.regions().appstream;
    let resource = format!("vpc-endpoint/{}", endpoint.vpc_endpoint_id);
    let arn = Arn {
        partition: regions::partition_of(region),
        service: "ec2",
        region,
        account: endpoint.owner_id.as_deref()?,
        resource: &resource,
    };
    Some(arn.to_string())
}

fn live(aws: &Aws, endpoint: ec2::VpcEndpoint) -> Live {
    let condition = condition(&endpoint);
    let arn = arn(aws, &endpoint);
    let host = endpoint.dns_entry_set.first().map(|entry| entry.dns_name.clone());
    let groups = endpoint.group_set.into_iter().map(|group| group.group_id);
    let observed = VpcEndpointLive {
        service: endpoint.service_name,
        vpc: endpoint.vpc_id,
        subnets: Some(endpoint.subnet_id_set),
        security_groups: Some(groups.collect()),
        private_dns: endpoint.private_dns_enabled,
        policy: endpoint.policy_document,
    };
    let mut live = Live::of(endpoint.vpc_endpoint_id.as_str(), condition.state(), observed)
        .tagged(tag_list::tags(endpoint.tag_set))
        .output(output::ID, endpoint.vpc_endpoint_id)
        .output(output::HOST, host.unwrap_or_default());
    if let Some(arn) = arn {
        live = live.output(output::ARN, arn);
    }
    live.condition = condition;
    live
}

/// An endpoint that carries tags of Headset's.
pub(in crate::kinds) struct Marked {
    /// Its id.
    pub id: String,
    /// The service that it leads to.
    pub service: String,
    /// Its VPC.
    pub vpc: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// The endpoints that carry tags of Headset's, of whichever environment.
///
/// # Errors
/// AWS's.
pub(in crate::kinds) async fn marked(aws: &Aws) -> Result<Vec<Marked>, AwsError> {
    let found = list(aws, vec![filter("tag-key", [tag::LINEAGE])]).await?;
    let there = found.into_iter().filter(|one| !is_going(one));
    let marked = there.map(|one| Marked {
        tags: tag_list::tags(one.tag_set),
        id: one.vpc_endpoint_id,
        service: one.service_name.unwrap_or_default(),
        vpc: one.vpc_id.unwrap_or_default(),
    });
    Ok(marked.collect())
}

/// What comes and what goes, between two lists.
fn moved(want: &[String], have: &[String]) -> (Vec<String>, Vec<String>) {
    let beyond = |these: &[String], those: &[String]| -> Vec<String> {
        let others = these.iter().filter(|one| !those.contains(one));
        others.cloned().collect()
    };
    (beyond(want, have), beyond(have, want))
}

/// Security groups, whose ids are known by now.
fn groups(spec: &VpcEndpointSpec) -> Result<Vec<String>, AwsError> {
    let ids = spec.security_groups.iter().map(Text::resolved);
    Ok(ids.collect::<Result<_, _>>()?)
}

#[async_trait]
impl Remote for VpcEndpoint {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        // One call for all that state remembers; what is not among those is looked up by its service.
        let ids: BTreeSet<&str> = lookups.iter().filter_map(|lookup| lookup.id.as_deref()).collect();
        let known = match ids.is_empty() {
            true => Ok(Vec::new()),
            false => list(aws, vec![filter("vpc-endpoint-id", ids)]).await,
        };
        let looks = lookups.iter().map(|lookup| look(aws, lookup, &known));
        join_all(looks).await.into_iter().map(Observation::from).collect()
    }

    async fn forbidden(
        &self,
        aws: &Aws,
        want: &VpcEndpointSpec,
    ) -> Option<Result<Option<Forbidden>, AwsError>> {
        let wanted = Wanted::Endpoint {
            private_dns: want.private_dns,
        };
        let place = Place {
            subnets: &want.subnets,
            vpc: Some(&want.vpc),
        };
        network::forbidden(aws, place, wanted).await
    }

    async fn create(&self, work: &Work<'_>, spec: &VpcEndpointSpec) -> Result<String, AwsError> {
        let request = CreateVpcEndpoint {
            vpc_endpoint_type: INTERFACE.to_owned(),
            vpc_id: spec.vpc.clone(),
            service_name: spec.service.clone(),
            policy_document: spec.policy.clone(),
            subnet_id: spec.subnets.clone(),
            security_group_id: groups(spec)?,
            client_token: work.token.clone(),
            private_dns_enabled: spec.private_dns,
            tag_specification: tags::at_creation("vpc-endpoint", &spec.tags),
        };
        Ok(work.aws.ask(request).await?.vpc_endpoint.vpc_endpoint_id)
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &VpcEndpointSpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        let now = self.read(live);
        let mut request = ModifyVpcEndpoint {
            vpc_endpoint_id: live.id.clone(),
            ..ModifyVpcEndpoint::default()
        };
        for change in diff {
            match change.id(VpcEndpointSpec::KIND) {
                VpcEndpointSpec::SUBNETS => {
                    (request.add_subnet_id, request.remove_subnet_id) =
                        moved(&spec.subnets, now.subnets.as_deref().unwrap_or_default());
                }
                VpcEndpointSpec::SECURITY_GROUPS => {
                    (request.add_security_group_id, request.remove_security_group_id) =
                        moved(&groups(spec)?, now.security_groups.as_deref().unwrap_or_default());
                }
                VpcEndpointSpec::PRIVATE_DNS => request.private_dns_enabled = Some(spec.private_dns),
                VpcEndpointSpec::POLICY => request.policy_document.clone_from(&spec.policy),
                _ => {}
            }
        }
        work.aws.ask(request).await.map(drop)
    }

    async fn tag(&self, work: &Work<'_>, live: &Live, change: TagChange) -> Result<(), AwsError> {
        tags::change(work.aws, live, change).await
    }

    /// The call has no error where one is not deleted: its answer says so.
    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let request = DeleteVpcEndpoints {
            vpc_endpoint_id: vec![live.id.clone()],
        };
        let answer = work.aws.ask(request).await;
        gone(answer.and_then(|mut answer| match answer.unsuccessful.pop() {
            Some(refused) => {
                let code = refused.error.code.unwrap_or_default();
                let class = class_of("ec2", &code);
                let message = refused.error.message.unwrap_or_default();
                let mut failure = AwsError::new("ec2", "DeleteVpcEndpoints", class, message);
                failure.code = Some(code);
                Err(failure)
            }
            None => Ok(()),
        }))
    }
}

/// What state remembers, or else the one of this service in the VPC that has the lineage, or the private names that this one is
/// to have. `known`: those that state remembers.
async fn look(
    aws: &Aws,
    lookup: &Lookup,
    known: &Result<Vec<ec2::VpcEndpoint>, AwsError>,
) -> Result<Option<Live>, AwsError> {
    if let Some(id) = &lookup.id {
        let known = known.as_ref().map_err(AwsError::clone)?;
        let found = known.iter().find(|one| one.vpc_endpoint_id == *id);
        if let Some(found) = found.filter(|one| state(one) != "deleted") {
            return Ok(Some(live(aws, found.clone())));
        }
    }
    let service = VpcEndpointSpec::SERVICE.text(&lookup.spec);
    let vpc = VpcEndpointSpec::VPC.text(&lookup.spec);
    let (Some(service), Some(vpc)) = (service, vpc) else {
        return match &lookup.id {
            Some(_) => Ok(None),
            None => Err(AwsError::unnamed()),
        };
    };
    let lineage = VpcEndpointSpec::TAGS
        .of(&lookup.spec)
        .and_then(|tags| tags.get(tag::LINEAGE))
        .and_then(Value::as_str);
    let mut found = list(
        aws,
        vec![filter("service-name", [service]), filter("vpc-id", [vpc])],
    )
    .await?;
    found.retain(|one| !is_going(one));
    let is_own = |one: &ec2::VpcEndpoint| {
        let of = one.tag_set.iter().find(|tag| tag.key == tag::LINEAGE);
        lineage.is_some() && of.and_then(|tag| tag.value.as_deref()) == lineage
    };
    // A VPC may have several for a service, of which one has the private names: that one is in the way of ours.
    let wants_names = VpcEndpointSpec::PRIVATE_DNS.of(&lookup.spec) == Some(&Value::Bool(true));
    let has_names = |one: &ec2::VpcEndpoint| wants_names && one.private_dns_enabled == Some(true);
    let own = found
        .iter()
        .position(is_own)
        .or_else(|| found.iter().position(has_names));
    Ok(own.map(|own| live(aws, found.swap_remove(own))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_in_a_state_by_either_spelling() {
        let of = |said: &str| {
            let endpoint = ec2::VpcEndpoint {
                state: Some(said.to_owned()),
                failure_reason: Some("no room".to_owned()),
                ..ec2::VpcEndpoint::default()
            };
            condition(&endpoint)
        };
        for said in ["available", "Available"] {
            assert_eq!(of(said), Condition::settled("available"));
        }
        for said in ["Pending", "pendingAcceptance", "deleting"] {
            assert!(matches!(of(said), Condition::Moving { .. }), "{said}");
        }
        let failed = Condition::Failed {
            state: "failed".to_owned(),
            reason: "no room".to_owned(),
        };
        assert_eq!(of("Failed"), failed);
    }

    #[test]
    fn what_comes_and_what_goes_is_told_apart() {
        let texts = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let (comes, goes) = moved(&texts(&["a", "b"]), &texts(&["b", "c"]));
        assert_eq!((comes, goes), (texts(&["a"]), texts(&["c"])));
    }
}
