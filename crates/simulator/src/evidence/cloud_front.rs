//! CloudFront.

use super::entry::Evidence;

pub(super) const ENTRIES: &[Evidence] = &[
    Evidence {
        id: "cloudfront.csp-length",
        belief: "a Content-Security-Policy has at most 1,783 characters in a response headers policy",
        source: "the model has TooLongCSPInResponseHeadersPolicy, and no figure",
        fallback: None,
        signals: &["CreateResponseHeadersPolicy", "UpdateResponseHeadersPolicy"],
    },
    Evidence {
        id: "cloudfront.deployment-time",
        belief: "a change of a distribution is everywhere after four minutes",
        source: "the developer guide says within five minutes, usually; AWS's own waiter waits up to 35",
        fallback: None,
        signals: &["GetDistribution.Status"],
    },
    Evidence {
        id: "cloudfront.invalidation-time",
        belief: "an invalidation is completed after a minute",
        source: "AWS names no time; its own waiter asks every 20 seconds, for ten minutes",
        fallback: None,
        signals: &["GetInvalidation.Status"],
    },
    Evidence {
        id: "cloudfront.validation",
        belief: "what breaks a constraint of the model is answered with InvalidArgument",
        source: "the model declares it for nearly every operation, and says nothing of its constraints",
        fallback: None,
        signals: &["*"],
    },
];
