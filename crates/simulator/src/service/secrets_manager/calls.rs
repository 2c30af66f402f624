//! Which call goes where.

use super::super::{Answer, Call, Fault, Handler, Operation, Service};
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

    fn table(&self) -> &'static [Operation] {
        OPERATIONS
    }

    fn tick(&self, world: &mut World, now: Moment) {
        forget(world, now);
    }

    fn carry_out(&self, world: &mut World, call: &Call, handler: Handler) -> Result<Answer, Fault> {
        check_name(call.text("SecretId").unwrap_or_default())?;
        handler(world, call)
    }
}

const OPERATIONS: &[Operation] = &[
    ("CreateSecret", create),
    ("DeleteResourcePolicy", update::delete_policy),
    ("DeleteSecret", delete),
    ("DescribeSecret", describe),
    ("GetRandomPassword", password::random),
    ("GetResourcePolicy", update::get_policy),
    ("GetSecretValue", version::get),
    ("ListSecretVersionIds", version::list),
    ("ListSecrets", listing::list),
    ("PutResourcePolicy", update::put_policy),
    ("PutSecretValue", version::put),
    ("RestoreSecret", restore),
    ("TagResource", update::tag),
    ("UntagResource", update::untag),
    ("UpdateSecret", update::update),
    ("UpdateSecretVersionStage", version::move_stage),
];
