//! CloudTrail.

use super::entry::Evidence;

pub(super) const ENTRIES: &[Evidence] = &[
    Evidence {
        id: "cloudtrail.delay",
        belief: "an event can be looked up five minutes after its call",
        source: "the user guide says five minutes on average, and promises nothing",
        fallback: None,
        signals: &["LookupEvents.Events"],
    },
    Evidence {
        id: "cloudtrail.refused-calls",
        belief: "calls that a service has refused are events too, with an errorCode",
        source: "the reference of event records has errorCode; no list says of which refusals there are events",
        fallback: None,
        signals: &["LookupEvents.CloudTrailEvent"],
    },
];
