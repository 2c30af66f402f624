//! Builders, images, fleets and stacks by their tags; associations and auto scaling by what they hang on.

use std::collections::BTreeMap;

use aws_sdk_applicationautoscaling::types::ServiceNamespace;
use aws_sdk_appstream::types::VisibilityType;
use serde_json::json;

use super::{Found, is_marked};
use crate::aws::{Aws, AwsError};
use crate::resource::address::Address;
use crate::resource::tag;

/// Everything of AppStream that carries a lineage, and what hangs on nothing but that.
pub(super) async fn discover(aws: &Aws) -> Result<Vec<Found>, AwsError> {
    let builders = marked(aws, "appstream.image_builder", builders(aws).await?).await?;
    let images = marked(aws, "appstream.image", images(aws).await?).await?;
    let fleets = marked(aws, "appstream.fleet", fleets(aws).await?).await?;
    let stacks = marked(aws, "appstream.stack", stacks(aws).await?).await?;
    let mut found = Vec::new();
    for stack in &stacks {
        found.extend(associations(aws, stack, &fleets).await?);
    }
    found.extend(scaling(aws, &fleets).await?);
    let lineage = |found: &Found| found.tags.get(tag::LINEAGE).cloned();
    let after = |one: &Found, others: &[Found]| -> Vec<Address> {
        let of_one = lineage(one);
        others
            .iter()
            .filter(|other| lineage(other) == of_one)
            .map(|other| other.address.clone())
            .collect()
    };
    // AWS refuses to delete an image that a fleet uses; which one uses which matters less than that all go first.
    found.extend(fleets.into_iter().map(|mut fleet| {
        fleet.after = after(&fleet, &images);
        fleet
    }));
    found.extend(images.into_iter().map(|mut image| {
        image.after = after(&image, &builders);
        image
    }));
    found.extend(builders);
    found.extend(stacks);
    Ok(found)
}

/// Those of these things (name and ARN) whose tags name an environment.
async fn marked(aws: &Aws, kind: &str, things: Vec<(String, String)>) -> Result<Vec<Found>, AwsError> {
    let mut found = Vec::new();
    for (name, arn) in things {
        let request = aws.appstream().list_tags_for_resource().resource_arn(&arn);
        let tags = match aws
            .call("appstream", "ListTagsForResource", || request.clone().send())
            .await
        {
            Ok(answer) => answer.tags.unwrap_or_default().into_iter().collect(),
            Err(error) if error.is_not_found() => continue,
            Err(error) => return Err(error),
        };
        if is_marked(&tags) {
            found.push(Found {
                address: Address::new(kind, &name),
                id: name.clone(),
                spec: json!({ "name": name }),
                tags,
                after: Vec::new(),
            });
        }
    }
    Ok(found)
}

/// Pages through one Describe operation of AppStream and gives names and ARNs.
macro_rules! listed {
    ($aws:ident, $name:literal, $request:expr, $items:ident) => {{
        let mut things = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let request = $request.set_next_token(token);
            let page = match $aws.call("appstream", $name, || request.clone().send()).await {
                Ok(page) => page,
                // An empty account may answer so.
                Err(error) if error.is_not_found() => break,
                Err(error) => return Err(error),
            };
            things.extend(page.$items.unwrap_or_default().into_iter().filter_map(|item| {
                let name = item.name().to_owned_name()?;
                Some((name, item.arn().to_owned_name()?))
            }));
            token = page.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                break;
            }
        }
        Ok(things)
    }};
}

/// A name or ARN, whichever way the SDK hands it out: required members are plain, the others optional.
trait ToOwnedName {
    fn to_owned_name(self) -> Option<String>;
}

impl ToOwnedName for Option<&str> {
    fn to_owned_name(self) -> Option<String> {
        self.map(str::to_owned)
    }
}

impl ToOwnedName for &str {
    fn to_owned_name(self) -> Option<String> {
        Some(self.to_owned())
    }
}

async fn builders(aws: &Aws) -> Result<Vec<(String, String)>, AwsError> {
    listed!(
        aws,
        "DescribeImageBuilders",
        aws.appstream().describe_image_builders(),
        image_builders
    )
}

/// Our own images only: nobody else's can be deleted.
async fn images(aws: &Aws) -> Result<Vec<(String, String)>, AwsError> {
    listed!(
        aws,
        "DescribeImages",
        aws.appstream().describe_images().r#type(VisibilityType::Private),
        images
    )
}

async fn fleets(aws: &Aws) -> Result<Vec<(String, String)>, AwsError> {
    listed!(aws, "DescribeFleets", aws.appstream().describe_fleets(), fleets)
}

async fn stacks(aws: &Aws) -> Result<Vec<(String, String)>, AwsError> {
    listed!(aws, "DescribeStacks", aws.appstream().describe_stacks(), stacks)
}

/// The associations of a stack with fleets of the same lineage.
async fn associations(aws: &Aws, stack: &Found, fleets: &[Found]) -> Result<Vec<Found>, AwsError> {
    let request = aws.appstream().list_associated_fleets().stack_name(&stack.id);
    let answer = aws
        .call("appstream", "ListAssociatedFleets", || request.clone().send())
        .await?;
    let names = answer.names.unwrap_or_default();
    Ok(fleets
        .iter()
        .filter(|fleet| names.contains(&fleet.id))
        .filter(|fleet| fleet.tags.get(tag::LINEAGE) == stack.tags.get(tag::LINEAGE))
        .map(|fleet| Found {
            address: Address::new(
                "appstream.fleet_association",
                format!("{}:{}", stack.id, fleet.id),
            ),
            id: crate::resource::appstream::fleet_association::id_of(&fleet.id, &stack.id),
            spec: json!({ "fleet": fleet.id, "stack": stack.id }),
            tags: stack.tags.clone(),
            after: vec![fleet.address.clone(), stack.address.clone()],
        })
        .collect())
}

/// The scalable targets of these fleets. AWS does not take them away with a fleet.
async fn scaling(aws: &Aws, fleets: &[Found]) -> Result<Vec<Found>, AwsError> {
    if fleets.is_empty() {
        return Ok(Vec::new());
    }
    let by_resource: BTreeMap<String, &Found> = fleets
        .iter()
        .map(|fleet| (format!("fleet/{}", fleet.id), fleet))
        .collect();
    let mut found = Vec::new();
    let mut token = None;
    loop {
        let request = aws
            .auto_scaling()
            .describe_scalable_targets()
            .service_namespace(ServiceNamespace::Appstream)
            .set_next_token(token);
        let page = aws
            .call("application-autoscaling", "DescribeScalableTargets", || {
                request.clone().send()
            })
            .await?;
        for target in page.scalable_targets.unwrap_or_default() {
            if let Some(fleet) = by_resource.get(&target.resource_id) {
                found.push(Found {
                    address: Address::new("autoscaling.fleet", &fleet.id),
                    id: fleet.id.clone(),
                    spec: json!({ "fleet": fleet.id }),
                    tags: fleet.tags.clone(),
                    after: vec![fleet.address.clone()],
                });
            }
        }
        token = page.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(found);
        }
    }
}
