//! Lambda functions that the flows of an instance may call.

use serde_json::Value;

use super::{PAGER, active_instance, not_found};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

pub(super) fn associate(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let limit = world.quota("connect.lambda-functions", 35);
    let one = active_instance(world, call)?;
    let arn = call.text("FunctionArn").unwrap_or_default();
    if one.functions.iter().any(|held| held == arn) {
        return Err(Fault::new(
            "ResourceConflictException",
            "the function is already associated",
        ));
    }
    if one.functions.len() as u64 >= limit {
        return Err(Fault::new(
            "ServiceQuotaExceededException",
            "the limit of functions of an instance is reached",
        ));
    }
    one.functions.push(arn.to_owned());
    Ok(Answer::empty())
}

pub(super) fn disassociate(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let place = one
        .functions
        .iter()
        .position(|held| call.text("FunctionArn") == Some(held));
    one.functions
        .remove(place.ok_or_else(|| not_found("the function"))?);
    Ok(Answer::empty())
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let items = one.functions.iter().cloned().map(Value::String).collect();
    PAGER.by(25).page(world, call, "LambdaFunctions", items)
}
