//! Authentication profiles: how long sessions last, and whether inactive agents are logged out. Each instance has one.

use serde_json::{Value, json};

use super::instance::Instance;
use super::{PAGER, active_instance, not_found};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// How long a session lasts, in minutes: twelve hours, which AWS does not change.
const LONGEST: u64 = 720;

/// After how long access is looked at again, in minutes.
const PERIOD: u64 = 20;

/// The only profile of an instance, which comes with it.
///
/// Assumption: connect.default-authentication-profile.
fn shown(instance: &Instance, region: &str) -> Value {
    let mut id: Vec<char> = instance.id.chars().collect();
    // An id that stays, and that is not the instance's own.
    for digit in &mut id {
        *digit = match *digit {
            '0' => '1',
            '1' => '0',
            other => other,
        };
    }
    let id: String = id.into_iter().collect();
    let mut profile = json!({
        "Id": id,
        "Arn": format!("{}/authentication-profile/{id}", instance.arn()),
        "Name": "Default Authentication Profile",
        "AllowedIps": [],
        "BlockedIps": [],
        "IsDefault": true,
        "CreatedTime": instance.created.epoch_seconds(),
        "LastModifiedTime": instance.created.epoch_seconds(),
        "LastModifiedRegion": region,
        "PeriodicSessionDuration": PERIOD,
        "MaxSessionDuration": LONGEST,
        "SessionInactivityHandlingEnabled": instance.inactivity.is_some(),
    });
    if let Some(minutes) = instance.inactivity {
        profile["SessionInactivityDuration"] = json!(minutes);
    }
    profile
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let profile = shown(active_instance(world, call)?, &call.region);
    let mut summary = json!({});
    for member in [
        "Id",
        "Arn",
        "Name",
        "IsDefault",
        "LastModifiedTime",
        "LastModifiedRegion",
    ] {
        summary[member] = profile[member].clone();
    }
    PAGER.page(world, call, "AuthenticationProfileSummaryList", vec![summary])
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let profile = shown(active_instance(world, call)?, &call.region);
    match profile["Id"].as_str() == call.text("AuthenticationProfileId") {
        true => Ok(Answer::of(json!({ "AuthenticationProfile": profile }))),
        false => Err(not_found("the authentication profile")),
    }
}
