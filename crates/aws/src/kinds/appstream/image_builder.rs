//! An image builder: the machine on which a person makes an image.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_appstream::types;
use headset_client::services::app_stream::UpdateImageBuilder;
use headset_core::{AwsError, Class, tag};
pub use headset_kinds::appstream::image_builder::*;

use super::fleet::{image_of, network, volume};
use super::listing::{self, Listing, security_groups, subnets, text};
use super::tags;
use crate::error::gone;
use crate::kinds::ec2;
use crate::kinds::ec2::network::{Place, Wanted};
use crate::kinds::field::{self, Diff, FieldId};
use crate::kinds::kind::{Condition, Forbidden, Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};
use crate::kinds::tag::TagChange;
use crate::{Aws, Page};

#[async_trait]
impl Remote for ImageBuilder {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        let mut observations = listing::survey(aws, &ImageBuilders, lookups).await;
        for observation in &mut observations {
            if let Observation::Present(live) = observation {
                // A builder that an earlier version made has no such tag.
                let base = live.tags.as_ref().and_then(|tags| tags.get(tag::BASE)).cloned();
                live.amend(|builder: &mut ImageBuilderLive| builder.base = base);
            }
        }
        observations
    }

    /// Its network: a builder is in the first of its subnets.
    async fn forbidden(
        &self,
        aws: &Aws,
        want: &ImageBuilderSpec,
    ) -> Option<Result<Option<Forbidden>, AwsError>> {
        let wanted = Wanted::Builder {
            internet: want.internet,
        };
        let place = Place {
            subnets: &want.subnets,
            vpc: want.vpc.as_deref(),
        };
        ec2::network::forbidden(aws, place, wanted).await
    }

    async fn create(&self, work: &Work<'_>, spec: &ImageBuilderSpec) -> Result<String, AwsError> {
        let (image_name, image_arn) = image_of(&spec.base_image)?;
        let tags = tags_of(spec);
        let subnet = spec.subnets.get(..1).unwrap_or_default();
        let request = work
            .aws
            .appstream()
            .create_image_builder()
            .name(&spec.name)
            .set_image_name(image_name)
            .set_image_arn(image_arn)
            .instance_type(&spec.instance_type)
            .set_vpc_config(network(subnet, &spec.security_groups)?)
            .enable_default_internet_access(spec.internet)
            .set_display_name(spec.display_name.clone())
            .set_description(spec.description.clone())
            .set_root_volume_config(volume(spec.root_volume))
            .set_disable_imdsv1(spec.imds_v1.map(|on| !on))
            .set_iam_role_arn(spec.role.clone())
            .set_appstream_agent_version(spec.agent.clone())
            .set_tags(tags::at_creation(&tags));
        match work
            .aws
            .call("appstream", "CreateImageBuilder", || request.clone().send())
            .await
        {
            Ok(_) => Ok(spec.name.clone()),
            Err(error) => listing::made_before(work.aws, &ImageBuilders, &spec.name, &tags, error).await,
        }
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &ImageBuilderSpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        let differs = |field: FieldId| field::change_of(diff, field).is_some();
        if !differs(ImageBuilderSpec::DISPLAY_NAME) && !differs(ImageBuilderSpec::DESCRIPTION) {
            return Ok(());
        }
        match live.condition.state() {
            "RUNNING" => stop(work.aws, &live.id).await,
            "STOPPED" => {
                let text =
                    |field, text: Option<&String>| differs(field).then(|| listing::text_or_empty(text));
                let request = UpdateImageBuilder {
                    name: live.id.clone(),
                    display_name: text(ImageBuilderSpec::DISPLAY_NAME, spec.display_name.as_ref()),
                    description: text(ImageBuilderSpec::DESCRIPTION, spec.description.as_ref()),
                };
                work.aws.ask(request).await.map(drop)
            }
            // In every other state AWS allows no change; it leaves them by itself.
            _ => Ok(()),
        }
    }

    async fn tag(&self, work: &Work<'_>, live: &Live, change: TagChange) -> Result<(), AwsError> {
        tags::change(work.aws, live, change).await
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        match live.condition.state() {
            "RUNNING" => stop(work.aws, &live.id).await,
            "STOPPED" | "FAILED" => delete(work.aws, &live.id).await,
            // One that cannot boot may stay so for ever. Assumption: `appstream.stalled-builder-deletable` — it can be
            // deleted then, as a fleet that cannot start can be stopped; refused, it may still get somewhere.
            "PENDING" if matches!(live.condition, Condition::Moving { error: Some(_), .. }) => {
                match delete(work.aws, &live.id).await {
                    Err(error) if error.class == Class::WrongState => Ok(()),
                    answer => answer,
                }
            }
            // In every other state AWS allows no action; it leaves them by itself.
            _ => Ok(()),
        }
    }
}

/// What a new builder is tagged with: no answer of AWS says later from which base it was made.
fn tags_of(spec: &ImageBuilderSpec) -> BTreeMap<String, String> {
    let base = spec.base.iter().map(|base| (tag::BASE.to_owned(), base.clone()));
    spec.tags.clone().into_iter().chain(base).collect()
}

async fn delete(aws: &Aws, name: &str) -> Result<(), AwsError> {
    let request = aws.appstream().delete_image_builder().name(name);
    gone(
        aws.call("appstream", "DeleteImageBuilder", || request.clone().send())
            .await,
    )
}

async fn stop(aws: &Aws, name: &str) -> Result<(), AwsError> {
    let request = aws.appstream().stop_image_builder().name(name);
    gone(
        aws.call("appstream", "StopImageBuilder", || request.clone().send())
            .await,
    )
}

/// Whether the builder runs, so that a session can be opened on it. Starts it if it is stopped; any other state than
/// these two ends by itself.
///
/// # Errors
/// AWS's, and [`headset_core::Class::NotFound`] if there is no such builder.
pub(super) async fn running(aws: &Aws, name: &str) -> Result<bool, AwsError> {
    let Some(builder) = listing::find_one(aws, &ImageBuilders, name).await? else {
        return Err(not_there(name));
    };
    match builder.state() {
        Some(types::ImageBuilderState::Stopped) => {
            let request = aws.appstream().start_image_builder().name(name);
            aws.call("appstream", "StartImageBuilder", || request.clone().send())
                .await?;
            Ok(false)
        }
        // What failed does not recover by waiting: the builder's own step says so, and a person may look.
        Some(types::ImageBuilderState::Running | types::ImageBuilderState::Failed) => Ok(true),
        _ => Ok(false),
    }
}

/// Stops a builder that runs, for nothing more is to be done on it. Any other state is left as it is.
///
/// # Errors
/// AWS's.
pub(super) async fn rest(aws: &Aws, name: &str) -> Result<(), AwsError> {
    let builder = listing::find_one(aws, &ImageBuilders, name).await?;
    let state = builder.as_ref().and_then(types::ImageBuilder::state);
    match state {
        Some(types::ImageBuilderState::Running) => stop(aws, name).await,
        _ => Ok(()),
    }
}

/// Stops an image builder because a person asks for it.
///
/// # Errors
/// AWS's, and [`headset_core::Class::NotFound`] if there is no such builder.
pub async fn stop_builder(aws: &Aws, name: &str) -> Result<bool, AwsError> {
    let Some(builder) = listing::find_one(aws, &ImageBuilders, name).await? else {
        return Err(not_there(name));
    };
    match builder.state() {
        Some(types::ImageBuilderState::Stopped | types::ImageBuilderState::Stopping) => Ok(false),
        _ => {
            let request = aws.appstream().stop_image_builder().name(name);
            aws.call("appstream", "StopImageBuilder", || request.clone().send())
                .await?;
            Ok(true)
        }
    }
}

fn not_there(name: &str) -> AwsError {
    AwsError::new(
        "appstream",
        "DescribeImageBuilders",
        Class::NotFound,
        format!("there is no image builder `{name}`"),
    )
}

/// How long a streaming URL can be opened, in seconds. It is a key to the builder: short.
const VALIDITY: i64 = 300;

/// A URL that opens a session on this builder, and when it expires. It alone opens the session: show it to the
/// person who asked and store it nowhere.
///
/// # Errors
/// AWS's; [`headset_core::Class::WrongState`] while the builder is not RUNNING.
pub async fn streaming_url(aws: &Aws, builder: &str) -> Result<(String, jiff::Timestamp), AwsError> {
    let request = aws
        .appstream()
        .create_image_builder_streaming_url()
        .name(builder)
        .validity(VALIDITY);
    let answer = aws
        .call("appstream", "CreateImageBuilderStreamingURL", || {
            request.clone().send()
        })
        .await?;
    let url = answer
        .streaming_url
        .ok_or_else(|| AwsError::lacking("appstream", "CreateImageBuilderStreamingURL", "StreamingURL"))?;
    let expires = answer
        .expires
        .and_then(|at| jiff::Timestamp::new(at.secs(), 0).ok())
        .unwrap_or_else(|| aws.clock().now() + jiff::SignedDuration::from_secs(VALIDITY));
    Ok((url, expires))
}

/// Errors of a builder or an image in one line.
pub(super) fn errors(errors: &[types::ResourceError]) -> Option<String> {
    let texts: Vec<String> = errors
        .iter()
        .map(|error| {
            let code = error.error_code().map_or("error", |code| code.as_str());
            format!("{code}: {}", error.error_message().unwrap_or_default())
        })
        .collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// DescribeImageBuilders.
pub(crate) struct ImageBuilders;

#[async_trait]
impl Listing for ImageBuilders {
    type Item = types::ImageBuilder;

    async fn page(
        &self,
        aws: &Aws,
        names: &[String],
        token: Option<String>,
    ) -> Result<Page<types::ImageBuilder>, AwsError> {
        let request = aws
            .appstream()
            .describe_image_builders()
            .set_names(listing::given(names))
            .set_next_token(token);
        let answer = aws
            .call("appstream", "DescribeImageBuilders", || request.clone().send())
            .await?;
        Ok((answer.image_builders.unwrap_or_default(), answer.next_token))
    }

    fn name<'a>(&self, item: &'a types::ImageBuilder) -> &'a str {
        item.name().unwrap_or_default()
    }

    fn arn<'a>(&self, item: &'a types::ImageBuilder) -> &'a str {
        item.arn().unwrap_or_default()
    }

    fn live(&self, builder: &types::ImageBuilder) -> Live {
        let state = builder.state().map_or("UNKNOWN", |state| state.as_str());
        let network = builder.vpc_config();
        let observed = ImageBuilderLive {
            name: text(builder.name()),
            // Its tags say it.
            base: None,
            instance_type: text(builder.instance_type()),
            subnets: Some(subnets(network)),
            security_groups: Some(security_groups(network)),
            internet: Some(builder.enable_default_internet_access().unwrap_or(false)),
            display_name: text(builder.display_name()),
            description: text(builder.description()),
            root_volume: builder
                .root_volume_config()
                .and_then(types::VolumeConfig::volume_size_in_gb),
            imds_v1: Some(!builder.disable_imdsv1().unwrap_or(false)),
            role: text(builder.iam_role_arn()),
        };
        let mut live = Live::of(self.name(builder), state, observed)
            .output(output::NAME, self.name(builder))
            .output(output::ARN, self.arn(builder));
        live.condition = condition(state, builder);
        live.running = state == "RUNNING";
        // DescribeSessions takes a stack and a fleet, and no other operation knows sessions: whether a person works on
        // a builder that runs, AWS does not say.
        live.sessions = (!live.running).then_some(0);
        live
    }
}

fn condition(state: &str, builder: &types::ImageBuilder) -> Condition {
    let error = errors(builder.image_builder_errors());
    match state {
        // A new builder starts by itself, and one that has captured stops by itself: it rests in both.
        "RUNNING" | "STOPPED" => Condition::settled(state),
        "FAILED" => Condition::Failed {
            state: state.to_owned(),
            reason: error
                .or_else(|| Some(builder.state_change_reason()?.message()?.to_owned()))
                .unwrap_or_else(|| "AWS gives no reason".to_owned()),
        },
        _ => Condition::Moving {
            state: state.to_owned(),
            detail: String::new(),
            error,
        },
    }
}

#[cfg(test)]
mod tests {
    use crate::kinds::kind::Kind;
    use serde_json::json;

    use super::*;

    fn live(state: types::ImageBuilderState) -> Live {
        ImageBuilders.live(
            &types::ImageBuilder::builder()
                .name("b")
                .arn("arn")
                .state(state)
                .vpc_config(types::VpcConfig::builder().subnet_ids("subnet-1").build())
                .image_builder_errors(
                    types::ResourceError::builder()
                        .error_code(types::FleetErrorCode::StsDisabledInRegion)
                        .error_message("no STS")
                        .build(),
                )
                .build(),
        )
    }

    #[test]
    fn a_builder_rests_running_and_stopped() {
        let running = live(types::ImageBuilderState::Running);
        assert_eq!(running.condition, Condition::settled("RUNNING"));
        assert_eq!((running.running, running.sessions), (true, None));
        let stopped = live(types::ImageBuilderState::Stopped);
        assert_eq!((stopped.running, stopped.sessions), (false, Some(0)));
        assert!(matches!(
            live(types::ImageBuilderState::Snapshotting).condition,
            Condition::Moving { .. }
        ));
        assert_eq!(
            live(types::ImageBuilderState::Failed).condition,
            Condition::Failed {
                state: "FAILED".to_owned(),
                reason: "STS_DISABLED_IN_REGION: no STS".to_owned(),
            }
        );
    }

    #[test]
    fn only_the_first_subnet_counts() {
        let live = live(types::ImageBuilderState::Running);
        let subnets = |list: &[&str]| ImageBuilder.diff(&json!({"subnets": list}), &live).len();
        assert_eq!(subnets(&["subnet-1", "subnet-2"]), 0);
        assert_eq!(subnets(&["subnet-2", "subnet-1"]), 1);
        assert_eq!(subnets(&[]), 1);
    }
}
