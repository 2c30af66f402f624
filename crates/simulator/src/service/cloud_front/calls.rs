//! Which call goes where.

use super::super::{Answer, Call, Fault, Handler, Operation, Service};
use super::{access_control, distribution, headers_policy, invalidation, tag};
use crate::clock::Moment;
use crate::world::World;

/// The service.
#[derive(Debug)]
pub(crate) struct CloudFront;

impl Service for CloudFront {
    fn name(&self) -> &'static str {
        "cloudfront"
    }

    fn table(&self) -> &'static [Operation] {
        OPERATIONS
    }

    fn tick(&self, world: &mut World, now: Moment) {
        distribution::deploy(world, now);
    }

    /// CloudFront is everywhere the same, and signed for as one region.
    fn carry_out(&self, world: &mut World, call: &Call, handler: Handler) -> Result<Answer, Fault> {
        if call.region != "us-east-1" {
            let message = "Credential should be scoped to a valid region.";
            return Err(Fault::new("SignatureDoesNotMatch", message).with_status(403));
        }
        handler(world, call)
    }
}

const OPERATIONS: &[Operation] = &[
    ("CreateOriginAccessControl", access_control::create),
    ("GetOriginAccessControl", access_control::get),
    ("GetOriginAccessControlConfig", access_control::get_config),
    ("UpdateOriginAccessControl", access_control::update),
    ("DeleteOriginAccessControl", access_control::delete),
    ("ListOriginAccessControls", access_control::list),
    ("CreateResponseHeadersPolicy", headers_policy::create),
    ("GetResponseHeadersPolicy", headers_policy::get),
    ("GetResponseHeadersPolicyConfig", headers_policy::get_config),
    ("UpdateResponseHeadersPolicy", headers_policy::update),
    ("DeleteResponseHeadersPolicy", headers_policy::delete),
    ("ListResponseHeadersPolicies", headers_policy::list),
    ("CreateDistribution", distribution::create),
    ("CreateDistributionWithTags", distribution::create),
    ("GetDistribution", distribution::get),
    ("GetDistributionConfig", distribution::get_config),
    ("UpdateDistribution", distribution::update),
    ("DeleteDistribution", distribution::delete),
    ("ListDistributions", distribution::list),
    ("CreateInvalidation", invalidation::create),
    ("GetInvalidation", invalidation::get),
    ("ListInvalidations", invalidation::list),
    ("TagResource", tag::add),
    ("UntagResource", tag::remove),
    ("ListTagsForResource", tag::list),
];
