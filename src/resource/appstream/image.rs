//! An image: captured by a person on a builder, or found.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_appstream::types;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::fleet::gone;
use super::{image_builder, listing, listing::Listing, tags, worksheet};
use crate::aws::{Aws, AwsError, Class};
use crate::resource::address::Address;
use crate::resource::field::{Change, Compare, Diff, Field};
use crate::resource::kind::{Actions, Checkpoint, Condition, Kind, Live, Lookup, Loss, Sight, Work, parse};
use crate::resource::text::Text;

/// What a blueprint says about an image that is to be captured. Images that exist already have a spec of one
/// field instead: `name`, `arn`, or `newest` (the beginning of a public image's name).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImageSpec {
    /// Its name, at most 100 characters, with the beginning of the recipe's hash: other content, other name.
    pub name: String,
    /// The builder's name.
    pub builder: Text,
    /// The region, for whoever opens the console.
    pub region: String,
    /// The name that the console shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// A description, at most 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The applications in its catalog: 1 to 50.
    pub apps: Vec<Application>,
    /// The browser's policy files that the builder needs, by name, with their content.
    #[serde(default)]
    pub policy_files: BTreeMap<String, String>,
    /// The hash of everything that goes into it.
    pub recipe: String,
    /// Tags, given to the command that captures.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// One application of an image's catalog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Application {
    /// Its name: at most 256 characters, without spaces.
    pub name: String,
    /// The name that users see.
    pub display_name: String,
    /// The program on the builder: an `.exe` or `.bat`.
    pub path: String,
    /// What the program is started with; empty for nothing.
    #[serde(default)]
    pub parameters: String,
}

/// The kind `appstream.image`.
#[derive(Clone, Copy, Debug)]
pub struct Image;

const FIELDS: &[Field] = &[
    Field::new(
        "name",
        Change::Replace,
        "its name, with the beginning of the recipe's hash; another recipe is another image",
    ),
    Field::new("builder", Change::Replace, "the builder it is captured on").compared(Compare::WriteOnly),
    Field::new("region", Change::Replace, "the region, for the worksheet").compared(Compare::WriteOnly),
    // AWS can change nothing of an image but its tags, and all of these are part of the recipe, hence of the name.
    Field::new("display_name", Change::Replace, "the name that the console shows")
        .compared(Compare::WriteOnly),
    Field::new("description", Change::Replace, "a description").compared(Compare::WriteOnly),
    Field::new("apps", Change::Replace, "the applications in its catalog").compared(Compare::WriteOnly),
    Field::new(
        "policy_files",
        Change::Replace,
        "the browser's policy files, by name",
    )
    .compared(Compare::WriteOnly),
    Field::new(
        "recipe",
        Change::Replace,
        "the hash of everything that goes into it",
    )
    .compared(Compare::WriteOnly),
    Field::new("tags", Change::InPlace, "tags").compared(Compare::Owned),
];

/// What a lookup is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Query {
    Names(Vec<String>),
    Arn(String),
    Newest(String),
}

fn query(lookup: &Lookup) -> Option<Query> {
    let text = |field: &str| lookup.spec.get(field).and_then(Value::as_str).map(str::to_owned);
    text("newest")
        .map(Query::Newest)
        .or_else(|| text("arn").map(Query::Arn))
        .or_else(|| {
            Some(listing::names_of(lookup))
                .filter(|names| !names.is_empty())
                .map(Query::Names)
        })
}

#[async_trait]
impl Kind for Image {
    fn name(&self) -> &'static str {
        "appstream.image"
    }

    fn about(&self) -> &'static str {
        "An image with applications, captured by a person on an image builder; or one that exists already."
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn identity(&self) -> &'static [&'static str] {
        &["name"]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[("name", "the image's name"), ("arn", "its ARN")]
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &["appstream:DescribeImages", "appstream:ListTagsForResource"],
            write: &[
                "appstream:DescribeImageBuilders",
                "appstream:StartImageBuilder",
                "appstream:TagResource",
                "appstream:UntagResource",
            ],
            delete: &[
                "appstream:DescribeImagePermissions",
                "appstream:DeleteImagePermissions",
                "appstream:DeleteImage",
            ],
        }
    }

    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Sight> {
        let queries: Vec<Option<Query>> = lookups.iter().map(query).collect();
        let names = queries.iter().flatten().flat_map(|query| match query {
            Query::Names(names) => names.clone(),
            Query::Arn(_) | Query::Newest(_) => Vec::new(),
        });
        let named = listing::find(aws, &Images, names).await;
        let named = listing::sights(aws, &Images, named).await;
        let arns = queries.iter().flatten().filter_map(|query| match query {
            Query::Arn(arn) => Some(arn.clone()),
            Query::Names(_) | Query::Newest(_) => None,
        });
        let by_arn = listing::find(aws, &ImagesByArn, arns).await;
        // One listing of the public images serves all who ask for a newest one.
        let public = if queries
            .iter()
            .flatten()
            .any(|query| matches!(query, Query::Newest(_)))
        {
            public_images(aws).await
        } else {
            Ok(Vec::new())
        };
        queries
            .into_iter()
            .map(|query| match query {
                None => Sight::Absent,
                Some(Query::Names(names)) => listing::first(&named, &names),
                // Images of other accounts: their tags are not ours to list.
                Some(Query::Arn(arn)) => match by_arn.get(&arn) {
                    None => Sight::Absent,
                    Some(Ok(image)) => Sight::Present(live(image).field("arn", arn)),
                    Some(Err(error)) => Sight::Unknown(error.clone()),
                },
                Some(Query::Newest(prefix)) => match &public {
                    Err(error) => Sight::Unknown(error.clone()),
                    Ok(images) => match newest(images, &prefix) {
                        None => Sight::Absent,
                        Some(image) => Sight::Present(live(image).field("newest", prefix)),
                    },
                },
            })
            .collect()
    }

    async fn create(&self, work: &Work<'_>, _want: &Value) -> Result<String, AwsError> {
        Err(AwsError::internal(format!(
            "{} has no API that could make it: a person captures it",
            work.address
        )))
    }

    async fn update(&self, work: &Work<'_>, _: &Value, live: &Live, diff: &Diff) -> Result<(), AwsError> {
        let arn = live.outputs.get("arn").map(String::as_str).unwrap_or_default();
        tags::update(work.aws, arn, diff).await
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        if !matches!(live.condition.state(), "AVAILABLE" | "FAILED") {
            // It is being made or being deleted: both end by themselves.
            return Ok(());
        }
        // AWS refuses to delete an image that is shared.
        for account in shared_with(work.aws, &live.id).await? {
            let request = work
                .aws
                .appstream()
                .delete_image_permissions()
                .name(&live.id)
                .shared_account_id(account);
            gone(
                work.aws
                    .call("appstream", "DeleteImagePermissions", || request.clone().send())
                    .await,
            )?;
        }
        let request = work.aws.appstream().delete_image().name(&live.id);
        gone(
            work.aws
                .call("appstream", "DeleteImage", || request.clone().send())
                .await,
        )
    }

    fn loss(&self, _live: &Live) -> Option<Loss> {
        Some("a captured image, which cannot be made again without a person")
    }

    fn checkpoint(&self, address: &Address, want: &Value) -> Option<Checkpoint> {
        worksheet::checkpoint(address, want)
    }

    async fn prepare(&self, work: &Work<'_>, want: &Value) -> Result<bool, AwsError> {
        let spec: ImageSpec = parse(want)?;
        // A capture that has begun must not be disturbed: the image of that name is there already then.
        if listing::find_one(work.aws, &Images, &spec.name).await?.is_some() {
            return Ok(true);
        }
        image_builder::running(work.aws, &spec.builder.resolved()?).await
    }

    fn patience(&self) -> u64 {
        // From the snapshot to AVAILABLE it takes 20 to 45 minutes, and sometimes longer.
        2 * 3600
    }
}

/// The accounts that an image is shared with.
async fn shared_with(aws: &Aws, name: &str) -> Result<Vec<String>, AwsError> {
    let mut accounts = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let request = aws
            .appstream()
            .describe_image_permissions()
            .name(name)
            .set_next_token(token);
        let answer = match aws
            .call("appstream", "DescribeImagePermissions", || request.clone().send())
            .await
        {
            Err(error) if error.class == Class::NotFound => return Ok(accounts),
            answer => answer?,
        };
        accounts.extend(
            answer
                .shared_image_permissions_list
                .unwrap_or_default()
                .into_iter()
                .filter_map(|permission| permission.shared_account_id),
        );
        token = answer.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(accounts);
        }
    }
}

/// Every public image.
async fn public_images(aws: &Aws) -> Result<Vec<types::Image>, AwsError> {
    let mut images = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let request = aws
            .appstream()
            .describe_images()
            .r#type(types::VisibilityType::Public)
            // The model's maximum.
            .max_results(25)
            .set_next_token(token);
        let answer = aws
            .call("appstream", "DescribeImages", || request.clone().send())
            .await?;
        images.extend(answer.images.unwrap_or_default());
        token = answer.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(images);
        }
    }
}

/// The newest usable image whose name begins with `prefix`: by the date of its release, else of its creation,
/// and by name (which ends in a date) where those are equal.
fn newest<'a>(images: &'a [types::Image], prefix: &str) -> Option<&'a types::Image> {
    images
        .iter()
        .filter(|image| {
            image.name().is_some_and(|name| name.starts_with(prefix))
                && image.state() == Some(&types::ImageState::Available)
                && image.image_builder_supported() == Some(true)
        })
        .max_by_key(|image| {
            let date = image
                .public_base_image_released_date()
                .or_else(|| image.created_time());
            (date.map(|date| date.secs()), image.name())
        })
}

fn live(image: &types::Image) -> Live {
    let state = image.state().map_or("UNKNOWN", |state| state.as_str());
    let name = image.name().unwrap_or_default();
    let mut live = Live::new(name, state)
        .field("name", name)
        .field("display_name", listing::text_or_null(image.display_name()))
        .field("description", listing::text_or_null(image.description()))
        .output("name", name)
        .output("arn", image.arn().unwrap_or_default());
    live.condition = condition(state, image);
    live
}

fn condition(state: &str, image: &types::Image) -> Condition {
    let trouble = image_builder::errors(image.image_errors());
    match state {
        "AVAILABLE" => Condition::settled(state),
        "FAILED" => {
            let reason = image.state_change_reason().map(|reason| {
                let code = reason.code().map_or("FAILED", |code| code.as_str());
                format!("{code}: {}", reason.message().unwrap_or_default())
            });
            let reasons: Vec<String> = [reason, trouble].into_iter().flatten().collect();
            Condition::Failed {
                state: state.to_owned(),
                reason: if reasons.is_empty() {
                    "AWS gives no reason".to_owned()
                } else {
                    reasons.join("; ")
                },
            }
        }
        _ => Condition::Moving {
            state: state.to_owned(),
            detail: String::new(),
            trouble,
        },
    }
}

/// DescribeImages by names.
struct Images;

#[async_trait]
impl Listing for Images {
    type Item = types::Image;

    async fn page(
        &self,
        aws: &Aws,
        names: &[String],
        token: Option<String>,
    ) -> Result<listing::Page<types::Image>, AwsError> {
        let request = aws
            .appstream()
            .describe_images()
            .set_names(Some(names.to_vec()))
            .set_next_token(token);
        let answer = aws
            .call("appstream", "DescribeImages", || request.clone().send())
            .await?;
        Ok((answer.images.unwrap_or_default(), answer.next_token))
    }

    fn name<'a>(&self, item: &'a types::Image) -> &'a str {
        item.name().unwrap_or_default()
    }

    fn arn<'a>(&self, item: &'a types::Image) -> &'a str {
        item.arn().unwrap_or_default()
    }

    fn live(&self, item: &types::Image) -> Live {
        live(item)
    }
}

/// DescribeImages by ARNs: the only way to see an image that another account shares (by name it is "not found").
struct ImagesByArn;

#[async_trait]
impl Listing for ImagesByArn {
    type Item = types::Image;

    async fn page(
        &self,
        aws: &Aws,
        names: &[String],
        token: Option<String>,
    ) -> Result<listing::Page<types::Image>, AwsError> {
        let request = aws
            .appstream()
            .describe_images()
            .set_arns(Some(names.to_vec()))
            .set_next_token(token);
        let answer = aws
            .call("appstream", "DescribeImages", || request.clone().send())
            .await?;
        Ok((answer.images.unwrap_or_default(), answer.next_token))
    }

    fn name<'a>(&self, item: &'a types::Image) -> &'a str {
        item.arn().unwrap_or_default()
    }

    fn arn<'a>(&self, item: &'a types::Image) -> &'a str {
        item.arn().unwrap_or_default()
    }

    fn live(&self, item: &types::Image) -> Live {
        live(item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(name: &str, day: i64, state: types::ImageState, builder: bool) -> types::Image {
        types::Image::builder()
            .name(name)
            .arn(format!("arn:aws:appstream:eu-west-1::image/{name}"))
            .state(state)
            .image_builder_supported(builder)
            .public_base_image_released_date(aws_smithy_types::DateTime::from_secs(day * 86400))
            .build()
    }

    #[test]
    fn the_newest_image_is_available_fits_a_builder_and_has_the_prefix() {
        let images = [
            image("AppStream-A-01-01-2025", 10, types::ImageState::Available, true),
            // Dates in names are month first: the name does not sort by age.
            image("AppStream-A-02-01-2024", 5, types::ImageState::Available, true),
            image("AppStream-A-03-01-2025", 20, types::ImageState::Failed, true),
            image("AppStream-A-04-01-2025", 30, types::ImageState::Available, false),
            image("AppStream-B-05-01-2025", 40, types::ImageState::Available, true),
        ];
        let found = newest(&images, "AppStream-A").and_then(types::Image::name);
        assert_eq!(found, Some("AppStream-A-01-01-2025"));
        assert!(newest(&images, "AppStream-C").is_none());
    }

    #[test]
    fn a_failed_image_tells_why() {
        let failed = types::Image::builder()
            .name("i")
            .state(types::ImageState::Failed)
            .state_change_reason(
                types::ImageStateChangeReason::builder()
                    .code(types::ImageStateChangeReasonCode::ImageBuilderNotAvailable)
                    .message("gone")
                    .build(),
            )
            .build();
        assert_eq!(
            live(&failed).condition,
            Condition::Failed {
                state: "FAILED".to_owned(),
                reason: "IMAGE_BUILDER_NOT_AVAILABLE: gone".to_owned(),
            }
        );
        let copying = types::Image::builder().state(types::ImageState::Copying).build();
        assert!(matches!(live(&copying).condition, Condition::Moving { .. }));
    }

    #[test]
    fn another_recipe_is_another_image() {
        let live = live(&image(
            "acme-desk-1a2b3c4d",
            1,
            types::ImageState::Available,
            true,
        ));
        let want = |name: &str| serde_json::json!({"name": name, "recipe": "x", "apps": []});
        assert!(Image.diff(&want("acme-desk-1a2b3c4d"), &live).is_empty());
        let diff = Image.diff(&want("acme-desk-99999999"), &live);
        assert_eq!(
            diff.iter().map(|change| change.change).collect::<Vec<_>>(),
            [Change::Replace]
        );
    }
}
