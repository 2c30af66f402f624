//! What is assumed of IAM.

use super::model::{Evidence, Signal};
use headset_core::Class;

pub(super) const ALL: &[Evidence] = &[
    Evidence {
        id: "iam.policy-visible-soon",
        belief: "a policy that was just made can be attached at once, or AttachRolePolicy does not know it for some seconds",
        source: "IAM is eventually consistent, and its guide names no operation that is not",
        fallback: "the error is final: Headset has repeated the call for some minutes, and by then the policy or the role is \
                   gone",
        signals: &[Signal::Call {
            service: "iam",
            operations: &["AttachRolePolicy"],
            classes: &[Class::NotYetVisible],
        }],
    },
    Evidence {
        id: "iam.principal-visible-soon",
        belief: "a policy of Headset's own that IAM or S3 calls malformed names a principal that is not visible yet",
        source: "one code stands for both; IAM is eventually consistent, and Headset's documents are well formed",
        fallback: "the error is final: Headset has repeated the call for some minutes, and AWS's message says what is wrong \
                   with the policy",
        signals: &[Signal::Call {
            service: "iam",
            operations: &["CreateRole", "UpdateAssumeRolePolicy"],
            classes: &[Class::NotYetVisible],
        }],
    },
    Evidence {
        id: "iam.saml-ec-keys",
        belief: "IAM takes certificates of identity providers with keys on elliptic curves",
        source: "IAM's guide asks for 1,024 bits or more and names no sort of key",
        fallback: "let the identity provider sign with an RSA key",
        signals: &[Signal::Call {
            service: "iam",
            operations: &["CreateSAMLProvider", "UpdateSAMLProvider"],
            classes: &[Class::Invalid],
        }],
    },
    Evidence {
        id: "iam.saml-valid-until",
        belief: "IAM takes metadata whose validUntil is past, and may refuse sign-ins with it",
        source: "GetSAMLProvider calls the date \"the expiration date and time for the SAML provider\", and no source says \
                 more",
        fallback: "get new metadata from the identity provider; Headset warns of such a date beforehand",
        signals: &[Signal::Call {
            service: "iam",
            operations: &["CreateSAMLProvider", "UpdateSAMLProvider"],
            classes: &[Class::Invalid],
        }],
    },
];
