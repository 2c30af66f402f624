//! Builders, images, fleets, stacks, security groups and interface endpoints by their tags; associations and auto scaling by what they hang on.

use headset_core::{AwsError, KindId};

use super::{Discovery, Found};
use crate::Aws;
use crate::kinds::address::Address;
use crate::kinds::appstream::fleet::Fleets;
use crate::kinds::appstream::fleet_association::fleets_of;
use crate::kinds::appstream::image::Images;
use crate::kinds::appstream::image_builder::ImageBuilders;
use crate::kinds::appstream::listing::{self, Listing};
use crate::kinds::appstream::membership::Membership;
use crate::kinds::appstream::stack::Stacks;
use crate::kinds::appstream::tags;
use crate::kinds::autoscaling::listing as scaling;
use crate::kinds::autoscaling::names::fleet_of;
use crate::kinds::ec2::security_group::{self, Marked};
use crate::kinds::ec2::vpc_endpoint;
use crate::kinds::field;
use crate::kinds::spec::Existing;
use crate::kinds::tag;
use headset_kinds::appstream::{FleetAssociationSpec, FleetSpec, ImageBuilderSpec, ImageSpec, StackSpec};
use headset_kinds::autoscaling::FleetScalingSpec;
use headset_kinds::ec2::{SecurityGroupSpec, VpcEndpointSpec};

/// Everything of AppStream that carries a lineage, and what hangs on nothing but that.
pub(super) async fn discover(aws: &Aws) -> Discovery {
    let region = aws.regions().appstream.clone();
    let mut discovery = Discovery::default();
    let builders = marked(aws, ImageBuilderSpec::KIND, &ImageBuilders, &mut discovery).await;
    let images = marked(aws, ImageSpec::KIND, &Images::Own, &mut discovery).await;
    let fleets = marked(aws, FleetSpec::KIND, &Fleets, &mut discovery).await;
    let stacks = marked(aws, StackSpec::KIND, &Stacks, &mut discovery).await;
    for stack in &stacks {
        match associations(aws, stack, &fleets).await {
            Ok(found) => discovery.found.extend(found),
            Err(error) => {
                let what = format!("the fleets of stack `{}`", stack.id);
                discovery.miss(what, None, Some(&region), error);
            }
        }
    }
    let scaled = scaling(aws, &fleets).await;
    let scaled = discovery.list("the auto scaling of fleets", Some(&region), scaled);
    discovery.found.extend(scaled);
    let lineage = |found: &Found| found.tags.get(tag::LINEAGE).cloned();
    let after = |one: &Found, others: &[Found]| -> Vec<Address> {
        let of_one = lineage(one);
        others
            .iter()
            .filter(|other| lineage(other) == of_one)
            .map(|other| other.address.clone())
            .collect()
    };
    let groups = groups(aws, &mut discovery).await;
    let endpoints = endpoints(aws, &mut discovery).await;
    // AWS refuses to delete an image that a fleet uses, and a security group that a machine has; which one uses which matters
    // less than that all go first.
    discovery.found.extend(fleets.into_iter().map(|mut fleet| {
        fleet.after = after(&fleet, &images);
        fleet.after.extend(after(&fleet, &groups));
        fleet
    }));
    discovery.found.extend(images.into_iter().map(|mut image| {
        image.after = after(&image, &builders);
        image
    }));
    discovery.found.extend(builders.into_iter().map(|mut builder| {
        builder.after = after(&builder, &groups);
        builder
    }));
    discovery.found.extend(stacks.into_iter().map(|mut stack| {
        stack.after = after(&stack, &endpoints);
        stack
    }));
    discovery.found.extend(endpoints.into_iter().map(|mut endpoint| {
        endpoint.after = after(&endpoint, &groups);
        endpoint
    }));
    discovery.found.extend(groups);
    discovery
}

/// The interface endpoints, which are where the desktops are.
async fn endpoints(aws: &Aws, discovery: &mut Discovery) -> Vec<Found> {
    let region = &aws.regions().appstream;
    let marked = vpc_endpoint::marked(aws).await;
    let marked = discovery.list("the interface endpoints", Some(region), marked);
    let found = |endpoint: vpc_endpoint::Marked| Found {
        address: Address::new(VpcEndpointSpec::KIND, &endpoint.id),
        spec: field::texts([
            (VpcEndpointSpec::SERVICE, &endpoint.service),
            (VpcEndpointSpec::VPC, &endpoint.vpc),
        ]),
        id: endpoint.id,
        region: Some(region.clone()),
        tags: endpoint.tags,
        after: Vec::new(),
    };
    let marked = marked
        .into_iter()
        .filter(|endpoint| tag::is_marked(&endpoint.tags));
    marked.map(found).collect()
}

/// The security groups of desktops, which are where these are.
async fn groups(aws: &Aws, discovery: &mut Discovery) -> Vec<Found> {
    let region = &aws.regions().appstream;
    let marked = security_group::marked(aws).await;
    let marked = discovery.list("the security groups", Some(region), marked);
    let found = |group: Marked| Found {
        address: Address::new(SecurityGroupSpec::KIND, &group.name),
        spec: field::texts([
            (SecurityGroupSpec::NAME, &group.name),
            (SecurityGroupSpec::VPC, &group.vpc),
        ]),
        id: group.id,
        region: Some(region.clone()),
        tags: group.tags,
        after: Vec::new(),
    };
    let marked = marked.into_iter().filter(|group| tag::is_marked(&group.tags));
    marked.map(found).collect()
}

/// Those of a listing's things whose tags name an environment.
async fn marked<L: Listing>(aws: &Aws, kind: KindId, listing: &L, discovery: &mut Discovery) -> Vec<Found> {
    let region = &aws.regions().appstream;
    let what = format!(
        "the {}s",
        kind.name().trim_start_matches("appstream.").replace('_', " ")
    );
    let items = discovery.list(&what, Some(region), listing::all(aws, listing).await);
    let arns: Vec<String> = items.iter().map(|item| listing.arn(item).to_owned()).collect();
    let mut found = Vec::new();
    for (item, tags) in items.iter().zip(tags::read_marked(aws, &arns).await) {
        let tags = match tags {
            Ok(tags) => tags,
            // It went away between the two calls.
            Err(error) if error.is_not_found() => continue,
            Err(error) => {
                discovery.miss_tags(Address::new(kind, listing.name(item)), Some(region), error);
                continue;
            }
        };
        if tag::is_marked(&tags) {
            let name = listing.name(item);
            found.push(Found {
                address: Address::new(kind, name),
                region: Some(region.clone()),
                id: name.to_owned(),
                spec: Existing::Name {
                    name: name.to_owned(),
                }
                .erased(),
                tags,
                after: Vec::new(),
            });
        }
    }
    found
}

/// The associations of a stack with fleets of the same lineage.
async fn associations(aws: &Aws, stack: &Found, fleets: &[Found]) -> Result<Vec<Found>, AwsError> {
    let names = fleets_of(aws, &stack.id).await?;
    Ok(fleets
        .iter()
        .filter(|fleet| names.contains(&fleet.id))
        .filter(|fleet| fleet.tags.get(tag::LINEAGE) == stack.tags.get(tag::LINEAGE))
        .map(|fleet| Found {
            address: Address::new(FleetAssociationSpec::KIND, format!("{}:{}", stack.id, fleet.id)),
            id: Membership::new(fleet.id.as_str(), stack.id.as_str()).id(),
            region: stack.region.clone(),
            spec: field::texts([
                (FleetAssociationSpec::FLEET, &fleet.id),
                (FleetAssociationSpec::STACK, &stack.id),
            ]),
            tags: stack.tags.clone(),
            after: vec![fleet.address.clone(), stack.address.clone()],
        })
        .collect())
}

/// The scalable targets of these fleets, and those that carry our tags themselves: AWS does not take them away with a
/// fleet, so that the fleet may be gone.
async fn scaling(aws: &Aws, fleets: &[Found]) -> Result<Vec<Found>, AwsError> {
    let mut found = Vec::new();
    for target in scaling::all_targets(aws).await? {
        let Some(name) = fleet_of(&target.resource_id) else {
            continue;
        };
        let fleet = fleets.iter().find(|fleet| fleet.id == name);
        let tags = match (fleet, &target.scalable_target_arn) {
            (Some(fleet), _) => fleet.tags.clone(),
            (None, Some(arn)) => match scaling::tags(aws, arn).await {
                Ok(tags) => tags,
                // It went away between the two calls.
                Err(error) if error.is_not_found() => continue,
                Err(error) => return Err(error),
            },
            // Old ones have no ARN, and so no tags.
            (None, None) => continue,
        };
        if tag::is_marked(&tags) {
            found.push(Found {
                address: Address::new(FleetScalingSpec::KIND, name),
                id: name.to_owned(),
                region: Some(aws.regions().appstream.clone()),
                spec: field::texts([(FleetScalingSpec::FLEET, name)]),
                tags,
                after: fleet.map(|fleet| fleet.address.clone()).into_iter().collect(),
            });
        }
    }
    Ok(found)
}
