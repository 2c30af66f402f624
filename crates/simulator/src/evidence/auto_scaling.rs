//! Application Auto Scaling.

use super::entry::Evidence;

pub(super) const ENTRIES: &[Evidence] = &[
    Evidence {
        id: "auto-scaling.eventual",
        belief: "a new scalable target is known at once",
        source: "RegisterScalableTarget speaks of \"a brief delay\"",
        fallback: Some("for two seconds it is not known"),
        signals: &["RegisterScalableTarget", "DescribeScalableTargets"],
    },
    Evidence {
        id: "auto-scaling.past-schedule-refused",
        belief: "a scheduled action that can never be due is taken",
        source: "no source says that it is refused, and none that it is taken",
        fallback: Some("it is refused with ValidationException"),
        signals: &["PutScheduledAction"],
    },
    Evidence {
        id: "auto-scaling.policy-needs-role",
        belief: "PutScalingPolicy works while the new service-linked role cannot be used yet",
        source: "the model declares the error for alarms that cannot be reached; IAM is eventually consistent",
        fallback: Some("until then it fails with FailedResourceAccessException"),
        signals: &["PutScalingPolicy"],
    },
    Evidence {
        id: "auto-scaling.rate-origin",
        belief: "a rate of a scheduled action counts from its start time, else from when the action was made",
        source: "not documented",
        fallback: None,
        signals: &["PutScheduledAction"],
    },
    Evidence {
        id: "auto-scaling.role-propagates",
        belief: "the first registration in an account succeeds",
        source: "IAM is eventually consistent; what this service answers meanwhile is not documented",
        fallback: Some("it fails until the service-linked role that it made can be used"),
        signals: &["RegisterScalableTarget"],
    },
    Evidence {
        id: "auto-scaling.shrinks-by-halves",
        belief: "target tracking takes away half of what is too much at a time",
        source: "the user guide says \"conservatively\"",
        fallback: None,
        signals: &["DescribeScalingActivities"],
    },
    Evidence {
        id: "auto-scaling.target-goes-with-fleet",
        belief: "a scalable target stays when its fleet is deleted",
        source: "no source says that it goes, and none that it stays",
        fallback: Some("it goes with its fleet"),
        signals: &["DescribeScalableTargets"],
    },
];
