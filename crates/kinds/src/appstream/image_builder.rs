//! An image builder: the machine on which a person makes an image.

use std::collections::BTreeMap;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::family;
use crate::discovery::Trace;
use crate::field::{Diff, FieldId};
use crate::kind::{Actions, Declared, Incompatibility, Kind, Live};
use crate::output;
use crate::outward::{HourlyCost, Quota, Terraform};
use crate::shell::word;
use crate::text::Text;

/// What a blueprint says about an image builder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "appstream.image_builder", of = ImageBuilder, live = ImageBuilderLive)]
pub struct ImageBuilderSpec {
    /// Its name: at most 101 characters, case-sensitive.
    #[field(replace)]
    pub name: String,
    /// The image that `base` leads to when it is made: a name, or an ARN where it is shared. Counts at creation only.
    #[field(at_creation, compared = WriteOnly)]
    pub base_image: Text,
    /// The base as the blueprint says it: `newest:PREFIX`, or the name or ARN of one image. Another one makes another
    /// builder; a newer image of the same family does not.
    // Its own tag says it.
    #[field(replace, compared = Applied, reported)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The instance type, such as `stream.standard.medium`.
    #[field(replace, always)]
    pub instance_type: String,
    /// Subnets; a builder takes one, and the first is sent.
    #[field(replace, compared = Set)]
    #[serde(default)]
    pub subnets: Vec<String>,
    /// The VPC that the subnets have to be in; null: any.
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc: Option<String>,
    /// Security groups, at most five.
    #[field(replace, compared = Set)]
    #[serde(default)]
    pub security_groups: Vec<Text>,
    /// Whether it gets a public address (needs a public subnet).
    #[field(replace)]
    pub internet: bool,
    /// The name shown in the console, at most 100 characters.
    #[field(stopped)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// A description, at most 256 characters.
    #[field(stopped)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The size of its root volume in GB, 200 to 500. Images captured on it need as much.
    #[field(replace)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_volume: Option<i32>,
    /// Whether version 1 of the instance metadata service answers.
    #[field(replace)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imds_v1: Option<bool>,
    /// ARN of the IAM role that it has; null: none.
    #[field(replace)]
    #[serde(default)]
    pub role: Option<String>,
    /// The AppStream agent, LATEST or a version.
    #[field(replace, compared = Applied)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// Tags.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// The kind `appstream.image_builder`.
#[derive(Clone, Copy, Debug)]
pub struct ImageBuilder;

impl Kind for ImageBuilder {
    fn about(&self) -> &'static str {
        "An image builder: the machine on which a person installs applications and captures an image."
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    fn identity(&self) -> &'static [FieldId] {
        &[ImageBuilderSpec::NAME]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[(output::NAME, "the builder's name"), (output::ARN, "its ARN")]
    }

    fn hourly_cost(&self, live: &Live) -> Option<HourlyCost> {
        let instance = self.read(live).instance_type.clone()?;
        live.running.then_some(HourlyCost::Machine { instance })
    }

    fn runs_for_people(&self, live: &Live) -> Option<String> {
        live.running.then(|| {
            format!(
                "if no person works on it, stop it with `headset image stop {}`",
                word(&live.id)
            )
        })
    }

    fn quotas(&self) -> &'static [Quota] {
        const { &[Quota::appstream("L-DE32F884", "image builders", 10)] }
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform::by_id("aws_appstream_image_builder", "NAME"))
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "appstream:DescribeImageBuilders",
                "appstream:ListTagsForResource",
                // The network that it is to be in.
                "ec2:DescribeRouteTables",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcAttribute",
                "ec2:DescribeVpcs",
                "tag:GetResources",
            ],
            write: &[
                "appstream:CreateImageBuilder",
                "appstream:CreateImageBuilderStreamingURL",
                "appstream:StopImageBuilder",
                "appstream:TagResource",
                "appstream:UntagResource",
                "appstream:UpdateImageBuilder",
                "iam:PassRole",
            ],
            delete: &["appstream:StopImageBuilder", "appstream:DeleteImageBuilder"],
        }
    }

    fn incompatibility<'a>(
        &self,
        want: &Value,
        referred: &dyn Fn(FieldId) -> Option<&'a Live>,
    ) -> Option<Incompatibility> {
        let instance_type = ImageBuilderSpec::INSTANCE_TYPE.text(want)?;
        let fields = (ImageBuilderSpec::BASE_IMAGE, ImageBuilderSpec::INSTANCE_TYPE);
        family::incompatibility(
            referred(ImageBuilderSpec::BASE_IMAGE)?,
            fields,
            instance_type,
            true,
        )
    }

    fn diff(&self, want: &Value, live: &Live) -> Diff {
        let mut diff = live.diff(ImageBuilderSpec::FIELDS, want);
        // Only one subnet was sent, so only one can be there.
        diff.retain(|change| {
            !change.is(ImageBuilderSpec::SUBNETS)
                || change.want.get(0).is_none()
                || change.want.get(0) != change.have.get(0)
        });
        diff
    }

    fn timeout(&self) -> u64 {
        // Creation takes about a quarter of an hour, with a domain to join longer.
        3600
    }
}
