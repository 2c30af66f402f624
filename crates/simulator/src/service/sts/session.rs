//! The session that a call is made in.

use crate::service::Call;
use crate::world::World;
use crate::world::sts::Session;

pub(super) fn session_of<'world>(world: &'world World, call: &Call) -> Option<&'world Session> {
    world.sts.sessions.get(call.caller.access_key.as_deref()?)
}
