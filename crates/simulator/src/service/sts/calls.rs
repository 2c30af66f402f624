//! Which call goes where.

use super::super::{Answer, Call, Fault, Service};
use super::{assume, denied, federation_token, identity, session_of, session_token, web};
use crate::clock::Moment;
use crate::world::World;

/// The service.
#[derive(Debug)]
pub(crate) struct Sts;

impl Service for Sts {
    fn name(&self) -> &'static str {
        "sts"
    }

    fn operations(&self) -> &'static [&'static str] {
        &[
            "GetCallerIdentity",
            "AssumeRole",
            "AssumeRoleWithSAML",
            "AssumeRoleWithWebIdentity",
            "GetSessionToken",
            "GetFederationToken",
        ]
    }

    /// Expired sessions stay: their keys must go on meaning "expired", never another session.
    fn tick(&self, _world: &mut World, _now: Moment) {}

    fn call(&self, world: &mut World, call: &Call) -> Result<Answer, Fault> {
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
            _ => self.operations(),
        };
        if !allowed.contains(&call.operation.as_str()) {
            return Err(denied(call, "*"));
        }
        match call.operation.as_str() {
            "GetCallerIdentity" => identity(world, call),
            "AssumeRole" => assume::role(world, call),
            "AssumeRoleWithSAML" => assume::with_saml(world, call),
            "AssumeRoleWithWebIdentity" => web::identity(world, call),
            "GetSessionToken" => session_token(world, call),
            "GetFederationToken" => federation_token(world, call),
            other => Err(Fault::not_implemented(self.name(), other)),
        }
    }
}
