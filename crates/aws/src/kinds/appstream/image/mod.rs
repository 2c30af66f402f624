//! An image: captured by a person on a builder, copied by AWS, or found.

pub mod captured;
mod copy;
mod import;
mod live;
pub mod share;
pub mod update;
mod used;

use std::collections::BTreeMap;

use async_trait::async_trait;
use headset_core::{AwsError, Class};
pub use headset_kinds::appstream::image::*;
use headset_kinds::extra::{Extra, Holder, List};
use serde_json::Value;

pub(crate) use self::live::Images;
use super::{image_builder, listing, tags, worksheet};
use crate::Aws;
use crate::error::gone;
use crate::kinds::field::Diff;
use crate::kinds::kind::{Checkpoint, Condition, Declared, Live, Lookup, Observation, parse};
use crate::kinds::rejected::Rejected;
use crate::kinds::remote::{Remote, Work};
use crate::kinds::tag::TagChange;
use headset_kinds::spec::Existing;

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
    let builds = text(Existing::USABLE_BY).as_deref() != Some(Existing::ONLY_FLEETS);
    text(Existing::NEWEST)
        .map(|prefix| Query::Newest(prefix, builds))
        .or_else(|| text(Existing::ARN).map(Query::Arn))
        .or_else(|| {
            Some(listing::names_of(lookup))
                .filter(|names| !names.is_empty())
                .map(Query::Names)
        })
}

/// An image that was captured without its applications is no more use than one that AWS failed to make: no fleet takes it.
fn judge(lookup: &Lookup, live: &mut Live) {
    let (name, apps) = match parse::<WantedImage>(&lookup.spec) {
        Ok(WantedImage::Captured(spec)) => (spec.name, spec.apps),
        Ok(WantedImage::Imported(spec)) => (spec.name, spec.apps),
        Ok(WantedImage::Copied(_) | WantedImage::Updated(_)) | Err(_) => return,
    };
    // An older image has the catalog of an older recipe.
    if live.id != name || !matches!(live.condition, Condition::Settled { .. }) {
        return;
    }
    let catalog = Image.read(live).catalog.clone().unwrap_or_default();
    if let Some(why) = catalog::unfit(&apps, &catalog) {
        live.condition = Condition::Failed {
            state: live.condition.state().to_owned(),
            reason: format!("it {why}: it has to be made again"),
        };
    }
}

#[async_trait]
impl Remote for Image {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        let queries: Vec<Option<Query>> = lookups.iter().map(query).collect();
        let names = queries.iter().flatten().flat_map(|query| match query {
            Query::Names(names) => names.clone(),
            Query::Arn(_) | Query::Newest(..) => Vec::new(),
        });
        let named = listing::find(aws, &Images::ByName, names).await;
        let named = listing::observations(aws, &Images::ByName, named, lookups).await;
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
        let mut observations: Vec<Observation> = queries
            .into_iter()
            .map(|query| match query {
                None => Observation::Unknown(AwsError::unnamed()),
                Some(Query::Names(names)) => listing::first(&named, &names),
                // Images of other accounts: their tags are not ours to list.
                Some(Query::Arn(arn)) => match by_arn.get(&arn) {
                    None => Observation::Absent,
                    Some(Ok(image)) => Observation::Present(live::live(image)),
                    Some(Err(error)) => Observation::Unknown(error.clone()),
                },
                Some(Query::Newest(prefix, builds)) => match &public {
                    Err(error) => Observation::Unknown(error.clone()),
                    Ok(images) => match live::newest(images, &prefix, builds) {
                        None => Observation::Absent,
                        Some(image) => Observation::Present(live::live(image)),
                    },
                },
            })
            .collect();
        for (lookup, observation) in lookups.iter().zip(&mut observations) {
            // Who may use it takes a call an image, made only where the blueprint says who should.
            if ImageSpec::SHARE.of(&lookup.spec).is_some() {
                share::complete(aws, observation).await;
            }
            if let Observation::Present(live) = observation {
                judge(lookup, live);
            }
        }
        observations
    }

    async fn extras(&self, aws: &Aws, _list: &List, holder: Holder<'_>) -> Result<Vec<Extra>, AwsError> {
        if ImageSpec::SHARE.of(holder.spec).is_some() {
            // The field has all of them.
            return Ok(Vec::new());
        }
        let accounts = share::with(aws, &holder.live.id).await?;
        let extra = |(account, share): (String, share::Share)| Extra {
            about: Some(share.about().to_owned()),
            ..Extra::new(&account, &account)
        };
        Ok(accounts.into_iter().map(extra).collect())
    }

    async fn create(&self, work: &Work<'_>, want: &WantedImage) -> Result<String, AwsError> {
        match want {
            WantedImage::Copied(spec) => copy::copy(work.aws, spec).await,
            WantedImage::Imported(spec) => import::import(work.aws, spec).await,
            WantedImage::Updated(spec) => update::make(work.aws, spec).await,
            WantedImage::Captured(_) => Err(AwsError::own(
                Class::Other,
                "the image is gone, and only a person can capture it again: apply again for its worksheet",
            )),
        }
    }

    async fn update(
        &self,
        work: &Work<'_>,
        want: &WantedImage,
        live: &Live,
        _: &Diff,
    ) -> Result<(), AwsError> {
        let share = match want {
            WantedImage::Copied(spec) => &spec.share,
            WantedImage::Imported(spec) => &spec.share,
            WantedImage::Updated(spec) => &spec.share,
            WantedImage::Captured(spec) => &spec.share,
        };
        let have = self.read(live).share.clone().unwrap_or_default();
        match share {
            Some(want) => share::update(work.aws, &live.id, want, &have).await,
            None => Ok(()),
        }
    }

    async fn tag(&self, work: &Work<'_>, live: &Live, change: TagChange) -> Result<(), AwsError> {
        tags::change(work.aws, live, change).await
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

    async fn check_answers(
        &self,
        aws: &Aws,
        want: &Value,
        answers: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, Rejected> {
        captured::check(aws, want, answers).await
    }

    async fn notice(&self, aws: &Aws, want: &WantedImage, checkpoint: Checkpoint) -> Checkpoint {
        let WantedImage::Captured(spec) = want else {
            return checkpoint;
        };
        match captured::found(aws, spec).await {
            Ok(found) => worksheet::checkpoint(&checkpoint.address, spec, &found),
            Err(error) => {
                tracing::debug!(%error, "could not look up whether an image was captured under another name");
                Checkpoint {
                    unread: Some(error),
                    ..checkpoint
                }
            }
        }
    }

    async fn prepare(&self, work: &Work<'_>, want: &WantedImage) -> Result<bool, AwsError> {
        let WantedImage::Captured(spec) = want else {
            return Ok(true);
        };
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

    /// A capture stops its builder by itself. One that was started for a capture, and then another image was named, still runs.
    async fn conclude(&self, work: &Work<'_>, want: &WantedImage) -> Result<(), AwsError> {
        let WantedImage::Captured(spec) = want else {
            return Ok(());
        };
        image_builder::rest(work.aws, &spec.builder.resolved()?).await
    }

    async fn in_use_by(&self, aws: &Aws, live: &Live) -> Option<String> {
        used::by(aws, live).await
    }
}
