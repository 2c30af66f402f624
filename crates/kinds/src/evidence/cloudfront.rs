//! What is assumed of Amazon CloudFront.

use super::model::{Evidence, Signal};
use crate::cloudfront::DistributionSpec;
use headset_core::Class;

pub(super) const ALL: &[Evidence] = &[
    Evidence {
        id: "cloudfront.permissions-policy-custom",
        belief: "a response headers policy takes Permissions-Policy as a custom header",
        source: "the developer guide lists the headers that cannot be custom ones, and this is not among them",
        fallback: "the step fails and the pages are not published; write `hosting: s3` until Headset is corrected",
        signals: &[Signal::Call {
            service: "cloudfront",
            operations: &["CreateResponseHeadersPolicy", "UpdateResponseHeadersPolicy"],
            classes: &[Class::Invalid],
        }],
    },
    Evidence {
        id: "cloudfront.comments-kept",
        belief: "CloudFront answers a distribution's comment letter by letter as it was given",
        source: "no source says otherwise, and other tools compare it so",
        fallback: "the apply ends with the field `name` that is not as wanted; nothing else depends on it where state is kept",
        signals: &[Signal::Fields(&[DistributionSpec::NAME])],
    },
];
