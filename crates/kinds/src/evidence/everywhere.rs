//! What is assumed of all services, or of several.

use super::model::{Evidence, Signal};
use headset_core::Class;

pub(super) const ALL: &[Evidence] = &[
    Evidence {
        id: "pace.unpublished",
        belief: "AppStream, IAM, SSO Admin and Identity Store take ten calls a second",
        source: "AWS publishes no rates for these services; ten is far below what field reports call throttled",
        fallback: "Headset calls too fast: it repeats each throttled call after a pause, and the next apply goes on \
                   where this one stopped",
        signals: &[Signal::AnyCall(&[Class::Throttled])],
    },
    Evidence {
        id: "regions.refused-until-enabled",
        belief: "in a region that the account has not enabled, services refuse good credentials with \
                 UnrecognizedClientException, InvalidClientTokenId, InvalidAccessKeyId, InvalidToken, AuthFailure or \
                 OptInRequired, and the account has nothing there",
        source: "reports of other tools that go through all regions (boto/boto3#2065, boto/boto3#2022); an enabled region \
                 refuses tokens of AWS STS's older kind in the same way",
        fallback: "Headset finds nothing in such a region and calls it not enabled; `--region` with its name searches it \
                   all the same and shows the refusal",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "answers.request-id",
        belief: "every answer of AWS's services carries a request id in one of three headers",
        source: "AWS's SDKs take it from there; S3 documents it for all of its answers, the other services do not say it",
        fallback: "Headset takes an answer without one for that of a proxy, concludes nothing from it, and the command \
                   fails",
        signals: &[Signal::Named],
    },
    Evidence {
        id: "answers.empty-lists",
        belief: "AWS sends the list or map that an operation is for also where it is empty (flattened lists of S3 apart)",
        source: "the models require few members of answers; clients of AWS read these without asking whether they came",
        fallback: "Headset reports what hangs on it as not known, with the name of the missing member, and changes nothing",
        signals: &[Signal::Named],
    },
    Evidence {
        id: "reads.visible-soon",
        belief: "AWS shows a new resource to all reads within four minutes",
        source: "AWS's services are eventually consistent and name no time; clients wait up to four minutes for a new user \
                 of AppStream's pool, and less for all else",
        fallback: "apply again: Headset finds what it has made by its name or its tags, or repeats the call with the same \
                   token",
        signals: &[Signal::Absence],
    },
    Evidence {
        id: "waits.long-enough",
        belief: "AWS finishes what it has begun within the time for which Headset waits for that kind of resource",
        source: "AWS's guides name a time for few resources; the others are from field reports, with a margin",
        fallback: "write a longer time under `timeouts` in the blueprint",
        signals: &[Signal::LongWait],
    },
];
