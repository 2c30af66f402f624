//! `cloudfront.access_control`: how a distribution proves to a bucket who asks.

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use crate::discovery::Trace;
use crate::field::FieldId;
use crate::kind::{Actions, Kind};
use crate::output;
use crate::outward::Terraform;

/// CloudFront's guide to origin access control, in characters.
pub const LONGEST_NAME: usize = 64;

/// What a blueprint asks of an origin access control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "cloudfront.access_control", of = AccessControl, live = AccessControlLive)]
pub struct AccessControlSpec {
    /// Its name, 1 to 64 characters; an account has one of a name.
    #[field(in_place, always)]
    pub name: String,
    /// What it is for, at most 256 characters.
    #[field(in_place)]
    pub description: String,
    /// When the distribution signs what it asks of the bucket: `always`.
    #[field(in_place)]
    pub signing: String,
    /// How: `sigv4`.
    #[field(in_place)]
    pub protocol: String,
    /// What is asked: `s3`.
    #[field(in_place)]
    pub origin_type: String,
}

/// The kind `cloudfront.access_control`.
#[derive(Debug)]
pub struct AccessControl;

impl Kind for AccessControl {
    fn about(&self) -> &'static str {
        "An origin access control of Amazon CloudFront: the distribution signs what it asks of the bucket, so that the bucket \
         is open to nothing else."
    }

    fn trace(&self) -> Trace {
        Trace::Within
    }

    fn identity(&self) -> &'static [FieldId] {
        &[AccessControlSpec::NAME]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[(output::ID, "its id")]
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform::by_id("aws_cloudfront_origin_access_control", "ID"))
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "cloudfront:ListOriginAccessControls",
                "cloudfront:GetOriginAccessControl",
            ],
            write: &[
                "cloudfront:CreateOriginAccessControl",
                "cloudfront:UpdateOriginAccessControl",
            ],
            delete: &["cloudfront:DeleteOriginAccessControl"],
        }
    }
}
