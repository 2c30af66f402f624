//! What `verify --saml-response` asks of a response.

use crate::verify::Check;

/// It is a response.
pub static READ: Check = Check {
    id: "response-read",
    about: "it is one SAML response of success, with one assertion that can be read",
    after: &[],
    across: &[],
};

/// The identity provider signed it.
pub static SIGNED: Check = Check {
    id: "response-signed",
    about: "the identity provider signed it, by a certificate that IAM has",
    after: &[READ.id],
    across: &[],
};

/// It comes from the identity provider that signed it.
pub static ISSUER: Check = Check {
    id: "response-issuer",
    about: "it comes from the identity provider that IAM knows by that certificate",
    after: &[SIGNED.id],
    across: &[],
};

/// It leads to a role of this environment.
pub static PAIR: Check = Check {
    id: "response-role",
    about: "it names one role with its provider, and both are this environment's",
    after: &[SIGNED.id],
    across: &[],
};

/// It is for AWS.
pub static AUDIENCE: Check = Check {
    id: "response-audience",
    about: "it is for AWS",
    after: &[PAIR.id],
    across: &[],
};

/// It was sent to AWS.
pub static RECIPIENT: Check = Check {
    id: "response-recipient",
    about: "it was sent to AWS's sign-in of this region",
    after: &[PAIR.id],
    across: &[],
};

/// It says who signs in.
pub static SUBJECT: Check = Check {
    id: "response-subject",
    about: "its subject has the form that the role's trust policy asks for",
    after: &[PAIR.id],
    across: &[],
};

/// The session has a name.
pub static SESSION_NAME: Check = Check {
    id: "response-session-name",
    about: "it names the session once, as STS takes names and the blueprint wants users called",
    after: &[PAIR.id],
    across: &[],
};

/// The session is as long as the blueprint asks.
pub static DURATION: Check = Check {
    id: "response-duration",
    about: "the session lasts as long as the blueprint asks, and the role allows it",
    after: &[PAIR.id],
    across: &[],
};

/// Entitlements find what they ask for.
pub static TAGS: Check = Check {
    id: "response-tags",
    about: "it has the session tags that the blueprint asks for, and none that the role refuses",
    after: &[PAIR.id],
    across: &[],
};

/// It counts now.
pub static IN_TIME: Check = Check {
    id: "response-in-time",
    about: "it counts now",
    after: &[SIGNED.id],
    across: &[],
};

/// Amazon Connect knows who signs in.
pub static KNOWN: Check = Check {
    id: "response-user-known",
    about: "the instance has a user of exactly that name",
    after: &[SESSION_NAME.id, PAIR.id],
    across: &[],
};

/// STS takes it.
pub static TAKEN: Check = Check {
    id: "sign-in-role",
    about: "STS gives the role for it",
    after: &[PAIR.id, IN_TIME.id],
    across: &[],
};

/// Amazon Connect lets the role's session in.
pub static ENTERED: Check = Check {
    id: "sign-in-connect",
    about: "Amazon Connect lets the session in",
    after: &[TAKEN.id, KNOWN.id],
    across: &[],
};

/// All of them, in the order in which a sign-in meets them. The last two are made where they are asked for.
pub static ALL: [&Check; 14] = [
    &READ,
    &SIGNED,
    &ISSUER,
    &PAIR,
    &AUDIENCE,
    &RECIPIENT,
    &SUBJECT,
    &SESSION_NAME,
    &DURATION,
    &TAGS,
    &IN_TIME,
    &KNOWN,
    &TAKEN,
    &ENTERED,
];
