//! IAM roles that AppStream is given, and the one that it needs for itself.

use crate::service::ask::Identities;
use crate::service::{Call, Fault};
use crate::world::World;

/// Refuses a role that does not exist, or not yet as far as AppStream can see: it validates the ARN when a fleet,
/// builder or import is made, and does not wait for IAM.
pub(super) fn check(world: &World, call: &Call, arn: &str) -> Result<(), Fault> {
    let own = arn
        .strip_prefix("arn:aws:iam::")
        .and_then(|rest| rest.split_once(':'))
        .is_some_and(|(owner, path)| {
            owner == call.caller.account && path.starts_with("role/") && path.len() > 5
        });
    if own && world.role_usable(arn, call.now) {
        Ok(())
    } else {
        Err(invalid(arn))
    }
}

/// What AppStream says of a role that it cannot use. The wording is the one fact known about this error: clients
/// recognise propagation delays by it (hashicorp/terraform-provider-aws issue 25388).
pub(super) fn invalid(arn: &str) -> Fault {
    Fault::new(
        "InvalidRoleException",
        format!("AppStream encountered an error because your IAM role {arn} cannot be used."),
    )
}

/// Whether a role that was fine when it was named still exists; its absence stalls a fleet's start.
pub(super) fn gone(world: &World, arn: &str) -> bool {
    !world.role_exists(arn)
}

/// Whether the account lacks the role under which AppStream makes network interfaces. The console makes it on
/// first use, the API never does, and only the path `/service-role/` counts (HardBoiledSmith/johanna#288).
pub(super) fn service_role_missing(world: &World, account: &str) -> bool {
    let arn = format!("arn:aws:iam::{account}:role/service-role/AmazonAppStreamServiceAccess");
    !world.role_exists(&arn)
}
