//! Which call goes where.

use super::super::{Answer, Call, Fault, Handler, Operation, Service};
use super::{assume, denied, federation_token, identity, session_of, session_token, web};
use crate::world::World;

/// The service.
#[derive(Debug)]
pub(crate) struct Sts;

impl Service for Sts {
    fn name(&self) -> &'static str {
        "sts"
    }

    fn table(&self) -> &'static [Operation] {
        OPERATIONS
    }

    /// Expired sessions stay: their keys must go on meaning "expired", never another session.
    fn carry_out(&self, world: &mut World, call: &Call, handler: Handler) -> Result<Answer, Fault> {
        // The assertion or the token is the credential of these operations, whose requests carry no signature.
        let unsigned = ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"];
        if call.caller.access_key.is_none() && !unsigned.contains(&call.operation.as_str()) {
            return Err(Fault::new(
                "MissingAuthenticationToken",
                "Request is missing Authentication Token",
            )
            .with_status(403));
        }
        // A federated user may ask who it is and nothing else; a user's session may also assume a role.
        let allowed: &[&str] = match session_of(world, call) {
            Some(session) if session.arn.contains(":federated-user/") => &["GetCallerIdentity"],
            Some(session) if !session.arn.contains(":assumed-role/") => &["GetCallerIdentity", "AssumeRole"],
            _ => &[],
        };
        if !allowed.is_empty() && !allowed.contains(&call.operation.as_str()) {
            return Err(denied(call, "*"));
        }
        handler(world, call)
    }
}

const OPERATIONS: &[Operation] = &[
    ("GetCallerIdentity", identity),
    ("AssumeRole", assume::role),
    ("AssumeRoleWithSAML", assume::with_saml),
    ("AssumeRoleWithWebIdentity", web::identity),
    ("GetSessionToken", session_token),
    ("GetFederationToken", federation_token),
];
