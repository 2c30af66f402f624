//! CloudFront: distributions, what they may read and which headers they add, and the pages that they serve.

mod access_control;
mod calls;
mod config;
mod distribution;
mod headers_policy;
mod invalidation;
mod kept;
mod serve;
mod tag;
#[cfg(test)]
mod tests;

pub(crate) use calls::CloudFront;
pub(crate) use serve::{is_host, serve};

use super::{Call, Fault};
use crate::clock::Moment;
pub(crate) use crate::world::cloud_front::Store;
use crate::world::cloud_front::{Account, Distribution};
use crate::world::{Settings, World};

impl Store {
    /// One certificate, for the names of examples.
    pub fn initial(settings: &Settings, _now: Moment) -> Store {
        let arn = format!(
            "arn:aws:acm:us-east-1:{}:certificate/12345678-1234-1234-1234-123456789012",
            settings.account
        );
        let names = vec!["example.com".to_owned(), "*.example.com".to_owned()];
        Store {
            certificates: [(arn, names)].into(),
            ..Store::default()
        }
    }
}

/// What the caller's account has.
fn own<'world>(world: &'world mut World, call: &Call) -> &'world mut Account {
    let accounts = &mut world.cloud_front.accounts;
    accounts.entry(call.caller.account.clone()).or_default()
}

/// The distribution with this id.
fn distribution<'world>(
    world: &'world mut World,
    call: &Call,
    id: &str,
) -> Result<&'world mut Distribution, Fault> {
    let found = own(world, call).distributions.get_mut(id);
    found.ok_or_else(|| Fault::new("NoSuchDistribution", "The specified distribution does not exist."))
}

/// Refuses a change that does not name the version that it is made of.
///
/// # Errors
/// `InvalidIfMatchVersion` without one, `PreconditionFailed` with another one.
fn check_version(call: &Call, etag: &str) -> Result<(), Fault> {
    match call.text("IfMatch") {
        None | Some("") => Err(Fault::new(
            "InvalidIfMatchVersion",
            "The If-Match version is missing or not valid for the resource.",
        )),
        Some(named) if named == etag => Ok(()),
        Some(_) => Err(Fault::new(
            "PreconditionFailed",
            "The request failed because it didn't meet the preconditions in one or more request-header fields.",
        )),
    }
}

/// An id or a version as CloudFront makes them: `E` and thirteen capitals and digits.
fn fresh(world: &mut World) -> String {
    format!("E{}", world.hex(13).to_uppercase())
}

fn invalid(message: impl Into<String>) -> Fault {
    Fault::new("InvalidArgument", message)
}
