//! Images as AWS reports them, and which of the public ones is the newest.

use async_trait::async_trait;
use aws_sdk_appstream::types;
use headset_core::AwsError;

use super::super::image_builder;
use super::super::listing::{self, Listing, text};
use crate::kinds::kind::{Condition, Live};
use crate::kinds::output;
use crate::{Aws, Page, pages};
use headset_kinds::appstream::ImageLive;
use headset_kinds::appstream::image::Application;

/// Every public image.
pub(super) async fn public_images(aws: &Aws) -> Result<Vec<types::Image>, AwsError> {
    pages(|token| async move {
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
        Ok((answer.images.unwrap_or_default(), answer.next_token))
    })
    .await
}

/// The newest usable image whose name begins with `prefix`, and that a builder can start from if it `builds`: by the date of its release, else of its creation,
/// and by name (which ends in a date) where those are equal.
pub(super) fn newest<'a>(images: &'a [types::Image], prefix: &str, builds: bool) -> Option<&'a types::Image> {
    images
        .iter()
        .filter(|image| {
            image.name().is_some_and(|name| name.starts_with(prefix))
                && image.state() == Some(&types::ImageState::Available)
                && (!builds || image.image_builder_supported() == Some(true))
        })
        .max_by_key(|image| {
            let date = image
                .public_base_image_released_date()
                .or_else(|| image.created_time());
            (date.map(|date| date.secs()), image.name())
        })
}

/// The image in the terms of its kind.
pub(super) fn live(image: &types::Image) -> Live {
    let state = image.state().map_or("UNKNOWN", |state| state.as_str());
    let name = image.name().unwrap_or_default();
    let observed = ImageLive {
        name: text(image.name()),
        display_name: text(image.display_name()),
        description: text(image.description()),
        // A call of its own tells with whom.
        share: None,
        builder_name: text(image.image_builder_name()),
        catalog: Some(catalog(image)),
        builder_supported: image.image_builder_supported(),
        agent: text(image.appstream_agent_version()),
        agent_is_newest: image
            .latest_appstream_agent_version()
            .map(|newest| *newest == types::LatestAppstreamAgentVersion::True),
        base_released: image
            .public_base_image_released_date()
            .and_then(|at| jiff::Timestamp::from_second(at.secs()).ok())
            .map(|at| at.strftime("%F").to_string()),
        created: image
            .created_time()
            .and_then(|at| jiff::Timestamp::from_second(at.secs()).ok())
            .map(|at| at.to_string()),
        image_type: image.image_type().map(|kind| kind.as_str().to_owned()),
        families: Some(image.supported_instance_families().to_vec()),
    };
    let mut live = Live::of(name, state, observed)
        .output(output::NAME, name)
        .output(output::ARN, image.arn().unwrap_or_default())
        .output(
            output::PLATFORM,
            image
                .platform()
                .map(|platform| platform.as_str())
                .unwrap_or_default(),
        );
    live.condition = condition(state, image);
    live
}

/// The applications of its catalog.
pub(super) fn catalog(image: &types::Image) -> Vec<Application> {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let application = |app: &types::Application| Application {
        name: text(app.name()),
        display_name: text(app.display_name()),
        path: text(app.launch_path()),
        parameters: text(app.launch_parameters()),
    };
    image.applications().iter().map(application).collect()
}

fn condition(state: &str, image: &types::Image) -> Condition {
    let error = image_builder::errors(image.image_errors());
    match state {
        "AVAILABLE" => Condition::settled(state),
        "FAILED" => {
            let reason = image.state_change_reason().map(|reason| {
                let code = reason.code().map_or("FAILED", |code| code.as_str());
                format!("{code}: {}", reason.message().unwrap_or_default())
            });
            let reasons: Vec<String> = [reason, error].into_iter().flatten().collect();
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
            error,
        },
    }
}

/// DescribeImages, by names or by ARNs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Images {
    /// By names: our own images, and public ones.
    ByName,
    /// By ARNs: the only way to see an image that another account shares (by name it is "not found").
    ByArn,
    /// The account's own, of any name: those of others cannot be deleted.
    Own,
}

#[async_trait]
impl Listing for Images {
    type Item = types::Image;

    async fn page(
        &self,
        aws: &Aws,
        names: &[String],
        token: Option<String>,
    ) -> Result<Page<types::Image>, AwsError> {
        let request = aws.appstream().describe_images().set_next_token(token);
        let request = match self {
            Images::ByName => request.set_names(listing::given(names)),
            Images::ByArn => request.set_arns(listing::given(names)),
            Images::Own => request.r#type(types::VisibilityType::Private),
        };
        let answer = aws
            .call("appstream", "DescribeImages", || request.clone().send())
            .await?;
        Ok((answer.images.unwrap_or_default(), answer.next_token))
    }

    fn name<'a>(&self, item: &'a types::Image) -> &'a str {
        match self {
            Images::ByName | Images::Own => item.name(),
            Images::ByArn => item.arn(),
        }
        .unwrap_or_default()
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
        let found = newest(&images, "AppStream-A", true).and_then(types::Image::name);
        assert_eq!(found, Some("AppStream-A-01-01-2025"));
        assert!(newest(&images, "AppStream-C", true).is_none());
        // A fleet can also run what no builder can start from.
        let found = newest(&images, "AppStream-A", false).and_then(types::Image::name);
        assert_eq!(found, Some("AppStream-A-04-01-2025"));
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
}
