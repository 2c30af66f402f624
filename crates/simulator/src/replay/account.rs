//! Whose cloud a recording is of: the accounts that it meets, and where Identity Center is.

use std::collections::BTreeMap;

use serde_json::Value;

use super::log::Recorded;
use super::mapping::Mapping;
use crate::world::Settings;

/// The role that the simulated management account has; see [`Settings::management_account`].
const MANAGEMENT_ROLE: &str = "headset-identity-center";

/// An account that is neither the caller's nor the organisation's management account.
const OTHER_ACCOUNT: &str = "444455556666";

/// How the cloud is set up, and which account of the recording is which of its own. The accounts are those of every
/// simulated cloud, so that what it decides by ARNs comes out as in the cloud that was recorded, if that was a simulated one.
pub(super) fn settings(calls: &[Recorded], quirks: u64) -> (Settings, BTreeMap<String, String>) {
    let mut settings = Settings {
        quirks,
        ..Settings::default()
    };
    let mut accounts = BTreeMap::new();
    let caller = "/GetCallerIdentityResponse/GetCallerIdentityResult/Account";
    let answered = calls
        .iter()
        .find_map(|call| call.answer.pointer(caller)?.as_str());
    // A recording without GetCallerIdentity still shows the account in every ARN.
    if let Some(account) = answered.or_else(|| calls.iter().find_map(|call| account_in(&call.answer))) {
        accounts.insert(account.to_owned(), settings.account.clone());
    }
    let mut identity_center = calls
        .iter()
        .filter(|call| matches!(call.service.as_str(), "sso-admin" | "identitystore"))
        .peekable();
    if let Some(region) = identity_center.peek().and_then(|call| call.region.clone()) {
        settings.identity_center_region = region;
    }
    let taken = calls
        .iter()
        .filter(|call| call.operation == "AssumeRole")
        .find_map(|call| call.request["RoleArn"].as_str()?.split(':').nth(4));
    if let Some(account) = taken {
        let management = settings.management_account.clone();
        accounts.entry(account.to_owned()).or_insert(management);
    }
    let owner = calls
        .iter()
        .find_map(|call| call.answer.pointer("/Instances/0/OwnerAccountId")?.as_str());
    if let Some(owner) = owner {
        let owner = accounts
            .entry(owner.to_owned())
            .or_insert_with(|| OTHER_ACCOUNT.to_owned());
        owner.clone_into(&mut settings.identity_center_account);
    } else {
        let (denied, fine): (Vec<_>, Vec<_>) = identity_center.partition(|call| !call.succeeded());
        if fine.is_empty()
            && denied
                .iter()
                .any(|call| call.code.as_deref() == Some("AccessDeniedException"))
        {
            OTHER_ACCOUNT.clone_into(&mut settings.identity_center_account);
        }
    }
    (settings, accounts)
}

/// The account of the first ARN that has one.
fn account_in(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => {
            let account = text.strip_prefix("arn:")?.split(':').nth(3)?;
            let digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
            digits.then_some(account)
        }
        Value::Array(entries) => entries.iter().find_map(account_in),
        Value::Object(members) => members.values().find_map(account_in),
        _ => None,
    }
}

/// What the role that a recording takes is called here.
pub(super) fn roles(calls: &[Recorded], mapping: &mut Mapping) {
    for call in calls.iter().filter(|call| call.operation == "AssumeRole") {
        if let Some(name) = call.request["RoleArn"]
            .as_str()
            .and_then(|arn| arn.rsplit('/').next())
        {
            mapping.set(name, MANAGEMENT_ROLE);
        }
    }
}
