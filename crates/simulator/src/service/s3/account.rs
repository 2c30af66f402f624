//! S3 Control: what an account blocks for all of its buckets.

use serde_json::{Value, json};

use super::{FLAGS, denied, fault};
use crate::service::{Answer, Call, Fault, Handler, Operation, Service};
use crate::world::World;
use crate::world::s3::AccountBlock;

/// The service.
#[derive(Debug)]
pub(crate) struct S3Control;

impl Service for S3Control {
    fn name(&self) -> &'static str {
        "s3control"
    }

    fn table(&self) -> &'static [Operation] {
        OPERATIONS
    }

    /// An account answers its own callers only.
    fn carry_out(&self, world: &mut World, call: &Call, handler: Handler) -> Result<Answer, Fault> {
        match call.text("AccountId") == Some(call.caller.account.as_str()) {
            true => handler(world, call),
            false => Err(denied()),
        }
    }
}

const OPERATIONS: &[Operation] = &[
    ("GetPublicAccessBlock", get),
    ("PutPublicAccessBlock", put),
    ("DeletePublicAccessBlock", delete),
];

fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let Some(block) = world.s3.blocks.get(&call.caller.account) else {
        let message = "The public access block configuration was not found";
        return Err(fault("NoSuchPublicAccessBlockConfiguration", 404, message));
    };
    let on = |flag: &str| block.get(flag).copied().unwrap_or(false);
    let block: serde_json::Map<String, Value> = FLAGS
        .iter()
        .map(|flag| ((*flag).to_owned(), on(flag).into()))
        .collect();
    Ok(Answer::of(json!({ "PublicAccessBlockConfiguration": block })))
}

/// A flag that is left out is off.
fn put(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let asked = &call.input["PublicAccessBlockConfiguration"];
    let on = |flag: &str| asked[flag].as_bool().unwrap_or(false);
    let block: AccountBlock = FLAGS.iter().map(|flag| ((*flag).to_owned(), on(flag))).collect();
    set(world, &call.caller.account, Some(block));
    Ok(Answer::empty())
}

fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    set(world, &call.caller.account, None);
    Ok(Answer::empty().with_status(204))
}

fn set(world: &mut World, account: &str, block: Option<AccountBlock>) {
    let buckets = world.s3.buckets.values_mut();
    for bucket in buckets.filter(|bucket| bucket.account == account) {
        bucket.of_account = block.clone().unwrap_or_default();
    }
    match block {
        Some(block) => world.s3.blocks.insert(account.to_owned(), block),
        None => world.s3.blocks.remove(account),
    };
}
