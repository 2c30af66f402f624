//! An image: captured by a person on a builder, copied by AWS, or found.

pub(super) mod captured;
mod copy;
mod live;
mod share;
mod spec;

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde_json::Value;

pub(in crate::resource) use self::live::Images;
pub use self::share::Share;
pub use self::spec::{Application, CopySource, CopySpec, ImageSpec};
use super::fleet::gone;
use super::{image_builder, listing, tags, worksheet};
use crate::aws::{Aws, AwsError, Class};
use crate::resource::address::Address;
use crate::resource::field::{Change, Compare, Diff, Field};
use crate::resource::kind::{Actions, Checkpoint, Kind, Live, Lookup, Loss, Sight, Work, parse};

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
    Field::new(
        "copy_of",
        Change::Replace,
        "name and region of the image that it is a copy of; part of the name",
    )
    .compared(Compare::WriteOnly),
    Field::new(
        "share",
        Change::InPlace,
        "the accounts that may use it, each with whether for fleets and for builders",
    ),
    Field::new("tags", Change::InPlace, "tags").compared(Compare::Owned),
];

/// What a lookup is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Query {
    Names(Vec<String>),
    Arn(String),
    /// The beginning of the name, and whether a builder is to start from it.
    Newest(String, bool),
}

fn query(lookup: &Lookup) -> Option<Query> {
    let text = |field: &str| lookup.spec.get(field).and_then(Value::as_str).map(str::to_owned);
    let builds = text("usable_by").as_deref() != Some("fleet");
    text("newest")
        .map(|prefix| Query::Newest(prefix, builds))
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
        "An image with applications: captured by a person on an image builder, copied by AWS, or one that exists."
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn identity(&self) -> &'static [&'static str] {
        &["name"]
    }

    fn known_by(&self) -> &'static [&'static [&'static str]] {
        // Images of one recipe are interchangeable, whatever they are called.
        &[&["recipe"]]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "the image's name"),
            ("arn", "its ARN"),
            (
                "platform",
                "its operating system, such as WINDOWS_SERVER_2022; empty where AWS does not say",
            ),
        ]
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "appstream:DescribeImages",
                "appstream:DescribeImagePermissions",
                "appstream:DescribeImageBuilders",
                "appstream:ListTagsForResource",
            ],
            write: &[
                "appstream:StartImageBuilder",
                "appstream:CopyImage",
                "appstream:UpdateImagePermissions",
                "appstream:DeleteImagePermissions",
                "appstream:TagResource",
                "appstream:UntagResource",
            ],
            delete: &["appstream:DeleteImagePermissions", "appstream:DeleteImage"],
        }
    }

    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Sight> {
        let queries: Vec<Option<Query>> = lookups.iter().map(query).collect();
        let names = queries.iter().flatten().flat_map(|query| match query {
            Query::Names(names) => names.clone(),
            Query::Arn(_) | Query::Newest(..) => Vec::new(),
        });
        let named = listing::find(aws, &Images::ByName, names).await;
        let named = listing::sights(aws, &Images::ByName, named).await;
        let arns = queries.iter().flatten().filter_map(|query| match query {
            Query::Arn(arn) => Some(arn.clone()),
            Query::Names(_) | Query::Newest(..) => None,
        });
        let by_arn = listing::find(aws, &Images::ByArn, arns).await;
        // One listing of the public images serves all who ask for a newest one.
        let public = if queries
            .iter()
            .flatten()
            .any(|query| matches!(query, Query::Newest(..)))
        {
            live::public_images(aws).await
        } else {
            Ok(Vec::new())
        };
        let mut sights: Vec<Sight> = queries
            .into_iter()
            .map(|query| match query {
                None => Sight::Unknown(AwsError::unnamed()),
                Some(Query::Names(names)) => listing::first(&named, &names),
                // Images of other accounts: their tags are not ours to list.
                Some(Query::Arn(arn)) => match by_arn.get(&arn) {
                    None => Sight::Absent,
                    Some(Ok(image)) => Sight::Present(live::live(image).field("arn", arn)),
                    Some(Err(error)) => Sight::Unknown(error.clone()),
                },
                Some(Query::Newest(prefix, builds)) => match &public {
                    Err(error) => Sight::Unknown(error.clone()),
                    Ok(images) => match live::newest(images, &prefix, builds) {
                        None => Sight::Absent,
                        Some(image) => Sight::Present(live::live(image).field("newest", prefix)),
                    },
                },
            })
            .collect();
        for (lookup, sight) in lookups.iter().zip(&mut sights) {
            // Who may use it takes a call an image, made only where the blueprint says who should.
            if lookup.spec.get("share").is_some() {
                share::complete(aws, sight).await;
            }
        }
        sights
    }

    async fn create(&self, work: &Work<'_>, want: &Value) -> Result<String, AwsError> {
        if want.get("copy_of").is_some() {
            return copy::copy(work.aws, &parse(want)?).await;
        }
        Err(AwsError::own(
            Class::Other,
            "the image is gone, and only a person can capture it again: apply again for its worksheet",
        ))
    }

    async fn update(&self, work: &Work<'_>, _: &Value, live: &Live, diff: &Diff) -> Result<(), AwsError> {
        let arn = live.outputs.get("arn").map(String::as_str).unwrap_or_default();
        tags::update(work.aws, arn, diff).await?;
        match diff.iter().find(|change| change.field == "share") {
            Some(change) => share::update(work.aws, &live.id, change).await,
            None => Ok(()),
        }
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        if !matches!(live.condition.state(), "AVAILABLE" | "FAILED") {
            // It is being made or being deleted: both end by themselves.
            return Ok(());
        }
        // AWS refuses to delete an image that is shared.
        for account in share::with(work.aws, &live.id).await?.keys() {
            share::end(work.aws, &live.id, account).await?;
        }
        let request = work.aws.appstream().delete_image().name(&live.id);
        gone(
            work.aws
                .call("appstream", "DeleteImage", || request.clone().send())
                .await,
        )
    }

    fn loss(&self, live: &Live) -> Option<Loss> {
        // Only what was captured names its builder; a copy can be made again from its source.
        let captured = live
            .fields
            .get("builder_name")
            .is_some_and(|name| !name.is_null());
        captured.then_some("a captured image, which cannot be made again without a person")
    }

    fn why_by_hand(&self) -> &'static str {
        "AWS has no API that captures it"
    }

    fn checkpoint(&self, address: &Address, want: &Value) -> Option<Checkpoint> {
        worksheet::checkpoint(address, want, &[])
    }

    fn answered_name<'a>(&self, want: &Value, answers: &'a BTreeMap<String, String>) -> Option<&'a str> {
        captured::answered(want, answers)
    }

    async fn check_answers(
        &self,
        aws: &Aws,
        want: &Value,
        answers: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, String> {
        captured::check(aws, want, answers).await
    }

    async fn notice(&self, aws: &Aws, want: &Value, checkpoint: Checkpoint) -> Checkpoint {
        let Ok(spec) = parse::<ImageSpec>(want) else {
            return checkpoint;
        };
        match captured::found(aws, &spec).await {
            Ok(found) => worksheet::checkpoint(&checkpoint.address, want, &found).unwrap_or(checkpoint),
            Err(error) => {
                tracing::debug!(%error, "whether an image was captured under another name is not known");
                checkpoint
            }
        }
    }

    async fn prepare(&self, work: &Work<'_>, want: &Value) -> Result<bool, AwsError> {
        if want.get("copy_of").is_some() {
            return Ok(true);
        }
        let spec: ImageSpec = parse(want)?;
        // A capture that has begun must not be disturbed: the image of that name is there already then.
        if listing::find_one(work.aws, &Images::ByName, &spec.name)
            .await?
            .is_some()
        {
            return Ok(true);
        }
        let builder = spec.builder.resolved()?;
        if captured::under_way(work.aws, &builder).await? {
            return Ok(true);
        }
        image_builder::running(work.aws, &builder).await
    }

    fn patience(&self) -> u64 {
        // From the snapshot to AVAILABLE it takes 20 to 45 minutes, and sometimes longer.
        2 * 3600
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn another_recipe_is_another_image() {
        let live = Live::new("acme-desk-1a2b3c4d", "AVAILABLE").field("name", "acme-desk-1a2b3c4d");
        let want = |name: &str| json!({"name": name, "recipe": "x", "apps": []});
        assert!(Image.diff(&want("acme-desk-1a2b3c4d"), &live).is_empty());
        let diff = Image.diff(&want("acme-desk-99999999"), &live);
        assert_eq!(
            diff.iter().map(|change| change.change).collect::<Vec<_>>(),
            [Change::Replace]
        );
    }

    #[test]
    fn a_copy_waits_for_nobody_and_loses_nothing() {
        let address: Address = "appstream.image/desk".parse().expect("an address");
        let copy = json!({"name": "desk-1a2b3c4d", "copy_of": {"name": "desk", "region": "eu-west-2"}});
        assert!(Image.checkpoint(&address, &copy).is_none());
        let live = |builder: Value| Live::new("i", "AVAILABLE").field("builder_name", builder);
        assert!(Image.loss(&live(Value::Null)).is_none());
        assert!(Image.loss(&live(json!("builder"))).is_some());
    }
}
