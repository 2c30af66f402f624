//! Endpoints that stacks name: whether sessions get through.

use std::collections::BTreeSet;

use headset_client::services::ec2;
use headset_core::AwsError;
use headset_kinds::kind::Forbidden;

use super::filter::filter;
use super::vpc_endpoint::{list, state, streaming};
use super::{network, objection::Objections};
use crate::Aws;

/// What speaks against streaming through these endpoints to machines in these subnets.
///
/// # Errors
/// AWS's: then nothing is known.
pub(in crate::kinds) async fn unfit(
    aws: &Aws,
    ids: &[String],
    subnets: &[String],
) -> Option<Result<Option<Forbidden>, AwsError>> {
    match ids.is_empty() {
        true => None,
        false => Some(looked(aws, ids, subnets).await),
    }
}

async fn looked(aws: &Aws, ids: &[String], subnets: &[String]) -> Result<Option<Forbidden>, AwsError> {
    let name = format!("endpoints {}", ids.join(" "));
    let seen = aws.remembered(&name, None, || list(aws, vec![filter("vpc-endpoint-id", ids)]));
    let seen = seen.await?;
    let vpcs = match subnets.is_empty() {
        true => BTreeSet::new(),
        false => network::vpcs_of(aws, subnets).await?,
    };
    let service = streaming(&aws.regions().appstream);
    let mut found = Objections::default();
    for id in ids {
        match seen.iter().find(|one| one.vpc_endpoint_id == *id) {
            Some(endpoint) => against(endpoint, &service, &vpcs, &mut found),
            None => found.refused(
                format!("there is no endpoint {id} in this region"),
                "name endpoints of the region of AppStream, or write `access_endpoints: managed`",
            ),
        }
    }
    Ok(found.told())
}

/// What speaks against an endpoint that is there. `vpcs`: those of the machines, where that is known.
fn against(endpoint: &ec2::VpcEndpoint, service: &str, vpcs: &BTreeSet<String>, found: &mut Objections) {
    let id = &endpoint.vpc_endpoint_id;
    let leads_to = endpoint.service_name.as_deref().unwrap_or_default();
    if leads_to != service {
        found.refused(
            format!("{id} leads to {leads_to}, and sessions are streamed by {service}"),
            "name an endpoint for streaming",
        );
    }
    match state(endpoint).as_str() {
        "available" => {}
        "pending" => found.warned(
            format!("{id} is pending, and no session gets through until it is available"),
            "wait some minutes",
        ),
        other => found.refused(
            format!("{id} is {other}, and no session gets through"),
            "name one that is available",
        ),
    }
    let vpc = endpoint.vpc_id.as_deref().unwrap_or_default();
    if !vpcs.is_empty() && !vpcs.contains(vpc) {
        let machines: Vec<&str> = vpcs.iter().map(String::as_str).collect();
        found.warned(
            format!(
                "{id} is in {vpc}, and the machines of the fleet are in {}",
                machines.join(" and ")
            ),
            "name an endpoint of the VPC of the machines, unless both networks are one to the agents",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(change: &dyn Fn(&mut ec2::VpcEndpoint), vpcs: &[&str]) -> Option<(bool, String)> {
        let service = streaming("eu-west-1");
        let mut endpoint = ec2::VpcEndpoint {
            vpc_endpoint_id: "vpce-1".to_owned(),
            vpc_id: Some("vpc-1".to_owned()),
            service_name: Some(service.clone()),
            state: Some("available".to_owned()),
            ..ec2::VpcEndpoint::default()
        };
        change(&mut endpoint);
        let vpcs = vpcs.iter().map(|vpc| (*vpc).to_owned()).collect();
        let mut found = Objections::default();
        against(&endpoint, &service, &vpcs, &mut found);
        found.told().map(|found| (found.is_refused, found.message))
    }

    #[test]
    fn an_endpoint_that_is_there_may_still_let_no_session_through() {
        assert_eq!(said(&|_| {}, &["vpc-1"]), None);
        assert_eq!(said(&|_| {}, &[]), None, "the machines may be anywhere");
        let of =
            |change: &dyn Fn(&mut ec2::VpcEndpoint), vpcs: &[&str]| said(change, vpcs).expect("an objection");
        let (is_refused, message) = of(&|_| {}, &["vpc-2"]);
        assert!(!is_refused && message.contains("vpce-1 is in vpc-1"), "{message}");
        let (is_refused, message) = of(&|one| one.state = Some("Pending".to_owned()), &["vpc-1"]);
        assert!(!is_refused && message.contains("pending"), "{message}");
        let (is_refused, message) = of(&|one| one.state = Some("failed".to_owned()), &["vpc-1"]);
        assert!(is_refused && message.contains("is failed"), "{message}");
        let to_api = |one: &mut ec2::VpcEndpoint| {
            one.service_name = Some(super::super::vpc_endpoint::api("eu-west-1"));
        };
        let (is_refused, message) = of(&to_api, &["vpc-1"]);
        assert!(is_refused && message.contains("appstream.api"), "{message}");
    }
}
