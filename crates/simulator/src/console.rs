//! What people do by hand and no API does: console actions under `/_sim/console/...`.

use serde_json::Value;

use super::clock::Moment;
use super::identity_provider;
use super::service::{Fault, appstream, connect, ec2, identity_store, sso_admin, sts};
use super::world::World;

/// Performs a console action: `identity-center/...`, `identity-provider/...`, `directory/...`, `network/...`,
/// `image-builder/...`, `telephone/...`, `credentials/end` or `clock/ahead`.
///
/// # Errors
/// Whatever the console would show; `NotImplemented` for an unknown path.
pub fn act(world: &mut World, path: &str, input: &Value, now: Moment) -> Result<Value, Fault> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["identity-center", rest @ ..] => sso_admin::console(world, rest, input, now),
        ["identity-provider", rest @ ..] => identity_provider::console(world, rest, input, now),
        ["network", rest @ ..] => ec2::console(world, rest, input),
        ["directory", rest @ ..] => identity_store::console(world, rest, input, now),
        ["image-builder", rest @ ..] => appstream::console(world, rest, input, now),
        ["telephone", rest @ ..] => connect::console(world, rest, input, now),
        ["credentials", "end"] => sts::end(world, input, now),
        ["clock", "ahead"] => ahead(world, input),
        _ => Err(Fault::not_implemented("console", path)),
    }
}

/// Sets how far AWS's clock is ahead of the real one, by which clients sign.
fn ahead(world: &mut World, input: &Value) -> Result<Value, Fault> {
    let Some(seconds) = input["seconds"]
        .as_i64()
        .filter(|seconds| seconds.abs() <= 3_200_000_000)
    else {
        return Err(Fault::new(
            "InvalidClock",
            "seconds must be a whole number, negative for behind",
        ));
    };
    world.settings.clock_ahead = seconds;
    Ok(serde_json::json!({ "seconds": seconds }))
}
