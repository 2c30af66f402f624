//! What is assumed of Application Auto Scaling.

use super::model::{Evidence, Signal};
use crate::autoscaling::FleetScalingSpec;
use headset_core::Class;

pub(super) const ALL: &[Evidence] = &[
    Evidence {
        id: "autoscaling.role-visible-soon",
        belief: "the service role that the first scaling in an account needs is visible within half a minute, and that any \
                 refusal until then is because of it",
        source: "IAM is eventually consistent; AWS does not document the error for a role that is not visible yet",
        fallback: "apply again: Headset registers the fleet then",
        signals: &[Signal::Call {
            service: "application-autoscaling",
            operations: &["RegisterScalableTarget", "PutScalingPolicy", "PutScheduledAction"],
            classes: &[Class::Denied, Class::Invalid, Class::NotFound, Class::Other],
        }],
    },
    Evidence {
        id: "autoscaling.sessions-counted",
        belief: "the range of a multi-session fleet counts sessions",
        source: "today's administration guide; the API only says capacity",
        fallback: "write the range in instances",
        signals: &[Signal::Fields(&[FleetScalingSpec::MIN, FleetScalingSpec::MAX])],
    },
];
