//! An image that a person captured under another name than the worksheet says: noticed, and taken by an answer.

use std::collections::BTreeMap;

use aws_sdk_appstream::types;
use headset_core::AwsError;
pub use headset_kinds::appstream::image::captured::*;
use headset_kinds::appstream::image::catalog;
use serde_json::Value;

use super::super::image_builder::ImageBuilders;
use super::super::{listing, tags};
use super::live::{self, Images};
use super::spec::ImageSpec;
use crate::kinds::iam::saml_metadata::excerpt;
use crate::kinds::idp::WORKSHEET;
use crate::kinds::kind::{Condition, parse};
use crate::kinds::rejected::Rejected;
use crate::kinds::tag;
use crate::{Aws, pages};

/// How much of a recipe's hash is shown: as much as names have.
const SHOWN: usize = 8;

/// The most characters of an image's name.
const LONGEST: usize = 101;

/// Checks an answer, and notes of which recipe it is.
pub(super) async fn check(
    aws: &Aws,
    want: &Value,
    answers: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Rejected> {
    let known = [IMAGE, RECIPE, WORKSHEET];
    let is_known = |key: &str| known.contains(&key) || is_of_recipe(key);
    if let Some(other) = answers.keys().find(|key| !is_known(key)) {
        return Err(format!("`{other}` is not an answer to this checkpoint; it asks for: {IMAGE}").into());
    }
    let name = answers.get(IMAGE).map(|name| name.trim()).unwrap_or_default();
    let mut kept: BTreeMap<String, String> = answers
        .iter()
        .filter(|(key, _)| is_of_recipe(key))
        .map(|(key, name)| (key.clone(), name.clone()))
        .collect();
    // An empty answer takes an earlier one back.
    if name.is_empty() {
        let recipe = ImageSpec::RECIPE.text(want).unwrap_or_default();
        kept.remove(&key_of(recipe));
        return Ok(kept);
    }
    if !is_name(name) {
        return Err(format!(
            "{IMAGE}: `{}` cannot be the name of an image: it has letters, digits, `_`, `.` and `-`, at most 101 of \
             them",
            excerpt(name)
        )
        .into());
    }
    let spec: ImageSpec = parse(want)?;
    let unseen = |error: AwsError| {
        let what = format!("{IMAGE}: `{name}` was not accepted, since it could not be read");
        Rejected::unchecked(what, error)
    };
    let found = listing::find_one(aws, &Images::ByName, name)
        .await
        .map_err(unseen)?;
    let Some(image) = found else {
        // One that another account shares is not found by its name alone.
        let shared = shared(aws).await.unwrap_or_default();
        let why = match shared.iter().find(|image| image.name() == Some(name)) {
            Some(image) => refusal(name, &unfit(image, None, &spec).unwrap_or_default()),
            None => format!(
                "{IMAGE}: there is no image `{name}` in {}: give the name that was typed in Image Assistant, with its \
                 letter case",
                spec.region
            ),
        };
        return Err(why.into());
    };
    if let Some(why) = unfit(&image, None, &spec) {
        return Err(refusal(name, &why).into());
    }
    let tags = tags::read(aws, image.arn().unwrap_or_default())
        .await
        .map_err(unseen)?;
    let why = match unfit(&image, Some(&tags), &spec) {
        // The command of the worksheet tags the image with its recipe, which the base is part of.
        None if !tags.contains_key(tag::RECIPE) => {
            let machine = Machine::observe(aws, &spec).await.map_err(unseen)?;
            machine.and_then(|machine| machine.unfit(&image, &spec))
        }
        why => why,
    };
    match why {
        Some(why) => Err(refusal(name, &why).into()),
        None => {
            kept.insert(key_of(&spec.recipe), name.to_owned());
            kept.insert(IMAGE.to_owned(), name.to_owned());
            kept.insert(RECIPE.to_owned(), spec.recipe);
            Ok(kept)
        }
    }
}

/// Whether an image can be called so (AppStream's service model, `Name`).
fn is_name(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    text.len() <= LONGEST
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(is_inner)
}

fn refusal(name: &str, why: &str) -> String {
    format!("{IMAGE}: `{name}` {why}")
}

/// The images that other accounts share with this one.
async fn shared(aws: &Aws) -> Result<Vec<types::Image>, AwsError> {
    pages(|token| async move {
        let request = aws
            .appstream()
            .describe_images()
            .r#type(types::VisibilityType::Shared)
            .set_next_token(token);
        let answer = aws
            .call("appstream", "DescribeImages", || request.clone().send())
            .await?;
        Ok((answer.images.unwrap_or_default(), answer.next_token))
    })
    .await
}

/// Why an image cannot be the one that a worksheet asks for, as far as AWS tells; said after its name. `tags`: its
/// tags, once they are known.
fn unfit(image: &types::Image, tags: Option<&BTreeMap<String, String>>, spec: &ImageSpec) -> Option<String> {
    match image.visibility() {
        Some(types::VisibilityType::Public) => {
            return Some("is a public image of AWS's, and was not captured".to_owned());
        }
        Some(types::VisibilityType::Shared) => {
            return Some("belongs to another account, which shares it with this one".to_owned());
        }
        _ => {}
    }
    match image.state() {
        Some(types::ImageState::Failed) => {
            let reason = match live::live(image).condition {
                Condition::Failed { reason, .. } => reason,
                Condition::Settled { state } | Condition::Moving { state, .. } => state,
            };
            return Some(format!("failed while it was made ({reason}): capture it again"));
        }
        Some(types::ImageState::Deleting) => return Some("is being deleted".to_owned()),
        _ => {}
    }
    let Ok(builder) = spec.builder.resolved() else {
        return Some(format!(
            "cannot be the image: its image builder is not there yet ({})",
            spec.builder
        ));
    };
    match image.image_builder_name().filter(|name| !name.is_empty()) {
        // AWS made it out of another one. Only its tags can tell that this was one of this recipe.
        None if tags.is_none_or(|tags| tags.get(tag::RECIPE) == Some(&spec.recipe)) => {}
        None => {
            return Some(
                "was not captured on an image builder of this account: it was copied, imported or updated"
                    .to_owned(),
            );
        }
        Some(other) if other != builder => {
            return Some(format!(
                "was captured on the image builder `{other}`, and this one is captured on `{builder}`"
            ));
        }
        Some(_) => {}
    }
    let tags = tags?;
    let ours = |key: &str| spec.tags.get(key);
    if let Some(other) = tags.get(tag::LINEAGE)
        && ours(tag::LINEAGE).is_some_and(|lineage| lineage != other)
    {
        let owner = tags
            .get(tag::ENVIRONMENT)
            .map_or("another environment", String::as_str);
        return Some(format!("belongs to `{owner}`: its tag {} says so", tag::LINEAGE));
    }
    if let Some(recipe) = tags.get(tag::RECIPE).filter(|recipe| **recipe != spec.recipe) {
        let digits = |hash: &str| hash.chars().take(SHOWN).collect::<String>();
        return Some(format!(
            "was made from another recipe ({}) than the one that the blueprint asks for ({}): capture the image as its \
             worksheet says",
            digits(recipe),
            digits(&spec.recipe)
        ));
    }
    // Until an image is ready its catalog may not be.
    match image.state() {
        Some(types::ImageState::Available) => catalog::unfit(&spec.apps, &live::catalog(image)),
        _ => None,
    }
}

/// The image builder as it is now.
struct Machine {
    /// When it was made, where AWS says so.
    since: Option<i64>,
    /// The base that it was made from, as its tag says; builders of earlier versions have none.
    base: Option<String>,
}

impl Machine {
    /// The builder on which the image is to be captured; `None`: there is none, or it is to be made anew.
    async fn observe(aws: &Aws, spec: &ImageSpec) -> Result<Option<Machine>, AwsError> {
        let Ok(name) = spec.builder.resolved() else {
            return Ok(None);
        };
        let Some(builder) = listing::find_one(aws, &ImageBuilders, &name).await? else {
            return Ok(None);
        };
        let mut tags = tags::read(aws, builder.arn().unwrap_or_default()).await?;
        Ok(Some(Machine {
            since: builder.created_time().map(aws_smithy_types::DateTime::secs),
            base: tags.remove(tag::BASE),
        }))
    }

    /// Whether an image was captured before this builder was made: on another one of its name, of which nothing is known.
    fn is_younger_than(&self, image: &types::Image) -> bool {
        let captured = age(image);
        self.since
            .zip(captured)
            .is_some_and(|(since, captured)| captured < since)
    }

    /// Why an image that was captured on this builder cannot be the one that a worksheet asks for.
    fn unfit(&self, image: &types::Image, spec: &ImageSpec) -> Option<String> {
        let base = self.base.as_ref()?;
        let wanted = spec.base.as_ref().filter(|wanted| *wanted != base)?;
        (!self.is_younger_than(image)).then(|| {
            format!(
                "was captured on an image builder that was made from another base ({base}) than the blueprint names \
                 ({wanted}): apply, so that the builder is made from that one, and capture the image again"
            )
        })
    }
}

/// When an image was captured.
fn age(image: &types::Image) -> Option<i64> {
    image.created_time().map(aws_smithy_types::DateTime::secs)
}

/// Looks for images that were captured on this image's builder, as it is now, and may be the image: newest first.
pub(super) async fn found(aws: &Aws, spec: &ImageSpec) -> Result<Vec<Captured>, AwsError> {
    if spec.builder.resolved().is_err() {
        return Ok(Vec::new());
    }
    let mut images = listing::all(aws, &Images::Own).await?;
    images.retain(|image| image.name() != Some(spec.name.as_str()) && unfit(image, None, spec).is_none());
    if images.is_empty() {
        return Ok(Vec::new());
    }
    let machine = Machine::observe(aws, spec).await?;
    let before = |image: &types::Image| {
        machine
            .as_ref()
            .is_some_and(|machine| machine.is_younger_than(image))
    };
    images.retain(|image| !before(image));
    images.sort_by_key(|image| (std::cmp::Reverse(age(image)), image.name().map(str::to_owned)));
    let arns: Vec<String> = images
        .iter()
        .map(|image| image.arn().unwrap_or_default().to_owned())
        .collect();
    let tags = tags::read_all(aws, &arns).await;
    let fits_machine = |image: &types::Image, tags: &BTreeMap<String, String>| {
        let unfit = machine.as_ref().and_then(|machine| machine.unfit(image, spec));
        tags.contains_key(tag::RECIPE) || unfit.is_none()
    };
    let mut found = Vec::new();
    for (image, tags) in images.iter().zip(tags) {
        match tags {
            Ok(tags) if unfit(image, Some(&tags), spec).is_none() && fits_machine(image, &tags) => found
                .push(Captured {
                    name: image.name().unwrap_or_default().to_owned(),
                    at: age(image)
                        .and_then(|at| jiff::Timestamp::from_second(at).ok())
                        .map(|at| at.to_string()),
                }),
            // It is another one's, or went away between the two calls.
            Ok(_) => {}
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// Whether an image is being made from this builder now: it must not be disturbed.
pub(super) async fn under_way(aws: &Aws, builder: &str) -> Result<bool, AwsError> {
    let images = listing::all(aws, &Images::Own).await?;
    let is_moving = |image: &types::Image| matches!(live::live(image).condition, Condition::Moving { .. });
    Ok(images
        .iter()
        .any(|image| image.image_builder_name() == Some(builder) && is_moving(image)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn want() -> Value {
        json!({
            "name": "acme-desk-1a2b3c4d", "builder": "acme-desk", "region": "eu-west-1", "apps": [],
            "recipe": "1a2b3c4d5e6f", "tags": { "headset:id": "0f0f", "headset:environment": "acme" },
        })
    }

    fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        pairs.iter().map(own).collect()
    }

    #[test]
    fn an_answer_holds_for_its_recipe() {
        let answers = pairs(&[("image", "my-desk"), ("recipe", "1a2b3c4d5e6f")]);
        assert_eq!(answered(&want(), &answers), Some("my-desk"));
        let mut other = want();
        other["recipe"] = json!("999999999999");
        assert_eq!(answered(&other, &answers), None);
        // What was answered for a recipe is found again after another one.
        let mut later = earlier(&answers);
        later.extend(pairs(&[("image", "my-second-desk"), ("recipe", "999999999999")]));
        assert_eq!(answered(&want(), &later), Some("my-desk"));
        assert_eq!(answered(&other, &later), Some("my-second-desk"));
        assert_eq!(earlier(&later).len(), 2);
        assert_eq!(
            answered(&json!({ "name": "desk" }), &answers),
            None,
            "a copy has no recipe"
        );
        assert_eq!(answered(&want(), &pairs(&[("recipe", "1a2b3c4d5e6f")])), None);
    }

    /// What tags do not say, the builder does: of which base it was made, as long as it is the one of the capture.
    #[test]
    fn an_image_of_a_builder_with_another_base_does_not_fit() {
        let mut want = want();
        want["base"] = json!("newest:AppStream-WinServer2022");
        let spec: ImageSpec = parse(&want).expect("a spec");
        let image = |at: i64| {
            let at = aws_smithy_types::DateTime::from_secs(at);
            types::Image::builder().name("my-desk").created_time(at).build()
        };
        let machine = |base: Option<&str>| Machine {
            since: Some(100),
            base: base.map(str::to_owned),
        };
        let other = machine(Some("newest:AppStream-WinServer2019"));
        let said = other.unfit(&image(200), &spec).unwrap_or_default();
        assert!(
            said.contains("newest:AppStream-WinServer2019") && said.contains("2022"),
            "{said}"
        );
        assert_eq!(other.unfit(&image(50), &spec), None, "captured on an earlier one");
        assert_eq!(machine(spec.base.as_deref()).unfit(&image(200), &spec), None);
        assert_eq!(
            machine(None).unfit(&image(200), &spec),
            None,
            "an earlier version made it"
        );
    }

    #[test]
    fn what_cannot_be_the_image_says_why() {
        use types::{Image, ImageState, VisibilityType};
        let spec: ImageSpec = parse(&want()).expect("a spec");
        let mine = || {
            Image::builder()
                .name("my-desk")
                .visibility(VisibilityType::Private)
                .state(ImageState::Available)
                .image_builder_name("acme-desk")
        };
        let none = BTreeMap::new();
        let why = |image: Image, tags: &BTreeMap<String, String>| unfit(&image, Some(tags), &spec);
        assert_eq!(why(mine().build(), &none), None);
        assert_eq!(
            why(mine().state(ImageState::Pending).build(), &none),
            None,
            "it is on its way"
        );
        let ours = pairs(&[("headset:id", "0f0f"), ("headset:recipe", "1a2b3c4d5e6f")]);
        assert_eq!(
            why(mine().build(), &ours),
            None,
            "captured by the worksheet's command"
        );
        for (image, tags, reason) in [
            (mine().visibility(VisibilityType::Public), &none, "public image"),
            (
                mine().visibility(VisibilityType::Shared),
                &none,
                "another account",
            ),
            (
                mine().state(ImageState::Failed),
                &none,
                "failed while it was made",
            ),
            (mine().state(ImageState::Deleting), &none, "is being deleted"),
            (
                mine().image_builder_name("other"),
                &none,
                "on the image builder `other`",
            ),
            (
                mine().set_image_builder_name(None),
                &none,
                "not captured on an image builder",
            ),
            (
                mine(),
                &pairs(&[("headset:id", "aaaa"), ("headset:environment", "desks")]),
                "belongs to `desks`",
            ),
            (
                mine(),
                &pairs(&[("headset:recipe", "999999999999")]),
                "another recipe (99999999)",
            ),
        ] {
            let said = why(image.build(), tags).unwrap_or_default();
            assert!(said.contains(reason), "{reason}: {said}");
        }
    }
}
