//! What is assumed of other identity providers.

use super::model::{Evidence, Signal};

pub(super) const ALL: &[Evidence] = &[
    Evidence {
        id: "entra-role-arns",
        belief: "Entra ID imports a role whose ARN and provider's ARN have less than 240 characters together",
        source: "Microsoft's tutorial on AWS Single-Account Access, known issues; older versions of it say 119",
        fallback: "type the pair of ARNs into the claim by hand; Headset warns of longer ones beforehand",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "okta-constants",
        belief: "Okta sends an attribute's value that is none of its expressions unchanged",
        source: "common practice; Okta's field reference only shows expressions",
        fallback: "write the value in double quotes, which makes it an expression",
        signals: &[Signal::Person],
    },
];
