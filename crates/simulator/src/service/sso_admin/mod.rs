//! IAM Identity Center's administration: its instance, applications and assignments.
//!
//! What makes a customer-managed SAML application (ACS address, audience, relay state, attribute mappings)
//! has no API: it is typed in the console, which is [`console`]. The API sees the application afterwards.

mod application;
mod assignment;
mod browser;
mod calls;
mod metadata;
mod scope;

#[cfg(test)]
mod tests;

pub(crate) use calls::SsoAdmin;

use serde_json::{Value, json};

use super::page::Pager;
use super::{Answer, Call, Fault};
use crate::clock::Moment;
use crate::world::World;
use crate::world::identity_store::IDENTITY_STORE_ID;

pub(crate) use crate::world::sso_admin::Store;
pub(crate) use browser::console;
pub(crate) use metadata::certificate;
pub(crate) use metadata::saml_metadata;

/// What is on a page of most lists.
/// The last part of the instance's ARN.
const INSTANCE_ID: &str = "ssoins-7223f0a1b2c3d4e5";

impl Store {
    /// An organization instance without applications.
    pub fn initial(_settings: &crate::world::Settings, now: Moment) -> Store {
        Store {
            enabled: Some(now),
            ..Store::default()
        }
    }
}

fn validation(message: &str) -> Fault {
    Fault::new("ValidationException", message)
}

fn not_found(what: &str) -> Fault {
    Fault::new("ResourceNotFoundException", format!("{what} was not found"))
}

fn denied(message: &str) -> Fault {
    Fault::new("AccessDeniedException", message)
}

fn conflict(message: &str) -> Fault {
    Fault::new("ConflictException", message)
}

const PAGER: Pager = Pager {
    parents: &["/ApplicationArn", "/PrincipalId"],
    wrong_token: || validation("the NextToken is not valid"),
    ..Pager::USUAL
};

/// The instance's ARN. It names neither account nor region.
fn instance_arn() -> String {
    format!("arn:aws:sso:::instance/{INSTANCE_ID}")
}

fn identity_store_arn(world: &World) -> String {
    format!(
        "arn:aws:identitystore::{}:identitystore/{IDENTITY_STORE_ID}",
        world.settings.identity_center_account
    )
}

/// Everything but the list of instances is for the account that owns Identity Center, in its region.
fn check_place(world: &World, call: &Call) -> Result<(), Fault> {
    if !world.settings.administers_identity_center(&call.caller.account) {
        return Err(denied("the caller's account does not administer the instance"));
    }
    let named = call.text("InstanceArn");
    let other_region = call.region != world.settings.identity_center_region;
    if other_region || named.is_some_and(|arn| arn != instance_arn()) {
        // Assumption: sso.wrong-region. Operations that declare ResourceNotFoundException answer it for an
        // instance of another region; those that do not declare it deny access.
        return Err(match call.operation.as_str() {
            "ListApplications" | "DescribeInstance" => denied("the instance is not in this region"),
            _ => not_found("the instance"),
        });
    }
    Ok(())
}

fn instance_shown(world: &World) -> Value {
    let region = &world.settings.identity_center_region;
    let created = world.sso_admin.enabled.unwrap_or(Moment(0)).epoch_seconds();
    json!({
        "InstanceArn": instance_arn(),
        "IdentityStoreId": IDENTITY_STORE_ID,
        "IdentityStoreArn": identity_store_arn(world),
        "OwnerAccountId": world.settings.identity_center_account,
        "CreatedDate": created,
        "Status": "ACTIVE",
        "PrimaryRegion": region,
        "Regions": [{
            "RegionName": region, "Status": "ACTIVE", "AddedDate": created, "IsPrimaryRegion": true,
        }],
    })
}

fn describe_instance(world: &mut World, _call: &Call) -> Result<Answer, Fault> {
    Ok(Answer::of(instance_shown(world)))
}

/// Regional: elsewhere the list is empty, unless the caller asks for all regions.
fn list_instances(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let everywhere = call.text("RegionScope") == Some("ALL_REGIONS");
    let here = call.region == world.settings.identity_center_region;
    let items = if here || everywhere {
        vec![instance_shown(world)]
    } else {
        Vec::new()
    };
    PAGER.page(world, call, "Instances", items)
}
