//! Which call goes where.

use super::super::{Answer, Call, Fault, Service};
use super::secret::{create, delete, describe, forget, restore};
use super::{check_name, listing, password, update, version};
use crate::clock::Moment;
use crate::world::World;

/// The service.
#[derive(Debug)]
pub(crate) struct SecretsManager;

impl Service for SecretsManager {
    fn name(&self) -> &'static str {
        "secretsmanager"
    }

    fn operations(&self) -> &'static [&'static str] {
        &[
            "CreateSecret",
            "DeleteResourcePolicy",
            "DeleteSecret",
            "DescribeSecret",
            "GetRandomPassword",
            "GetResourcePolicy",
            "GetSecretValue",
            "ListSecretVersionIds",
            "ListSecrets",
            "PutResourcePolicy",
            "PutSecretValue",
            "RestoreSecret",
            "TagResource",
            "UntagResource",
            "UpdateSecret",
            "UpdateSecretVersionStage",
        ]
    }

    fn tick(&self, world: &mut World, now: Moment) {
        forget(world, now);
    }

    fn call(&self, world: &mut World, call: &Call) -> Result<Answer, Fault> {
        check_name(call.text("SecretId").unwrap_or_default())?;
        match call.operation.as_str() {
            "CreateSecret" => create(world, call),
            "DeleteSecret" => delete(world, call),
            "DescribeSecret" => describe(world, call),
            "GetSecretValue" => version::get(world, call),
            "PutSecretValue" => version::put(world, call),
            "RestoreSecret" => restore(world, call),
            "GetRandomPassword" => password::random(world, call),
            "GetResourcePolicy" | "PutResourcePolicy" | "DeleteResourcePolicy" => update::policy(world, call),
            "ListSecretVersionIds" => version::list(world, call),
            "ListSecrets" => listing::list(world, call),
            "TagResource" | "UntagResource" => update::tag(world, call),
            "UpdateSecret" => update::update(world, call),
            "UpdateSecretVersionStage" => version::move_stage(world, call),
            other => Err(Fault::not_implemented(self.name(), other)),
        }
    }
}
