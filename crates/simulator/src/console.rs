//! What people do by hand and no API does: console actions under `/_sim/console/...`.

use serde_json::Value;

use super::clock::Moment;
use super::identity_provider;
use super::service::{Fault, appstream, identity_store, sso_admin};
use super::world::World;

/// Performs a console action: `identity-center/...`, `identity-provider/...`, `directory/...` or `image-builder/...`.
///
/// # Errors
/// Whatever the console would show; `NotImplemented` for an unknown path.
pub fn act(world: &mut World, path: &str, input: &Value, now: Moment) -> Result<Value, Fault> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["identity-center", rest @ ..] => sso_admin::console(world, rest, input, now),
        ["identity-provider", rest @ ..] => identity_provider::console(world, rest, input, now),
        ["directory", rest @ ..] => identity_store::console(world, rest, input, now),
        ["image-builder", rest @ ..] => appstream::console(world, rest, input, now),
        _ => Err(Fault::not_implemented("console", path)),
    }
}
