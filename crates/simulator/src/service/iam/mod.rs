//! IAM: SAML providers, roles, policies, users. One store for all accounts; IAM has no regions.
//!
//! Wire codes carry no `Exception` suffix (`NoSuchEntity`, `DeleteConflict`, ...), as in IAM's model.

mod access_key;
mod asked;
mod calls;
mod catalog;
mod document;
mod evaluate;
#[cfg(test)]
pub(crate) mod fixture;
mod group;
mod holder;
mod inline;
mod instance_profile;
mod managed;
mod metadata;
mod oidc;
mod provider;
mod role;
mod service_linked;
mod tag;
#[cfg(test)]
mod tests;
mod user;

pub(crate) use calls::Iam;
use std::time::Duration;

use super::page::Pager;
use super::{Answer, Call, Fault};
use crate::clock::Moment;
use crate::world::{Settings, World};

pub(crate) use crate::world::iam::{Account, Store};
pub(crate) use access_key::caller as caller_of_key;
pub(crate) use evaluate::permissions;
pub(crate) use metadata::Metadata;
pub(crate) use provider::Provider;
pub(crate) use role::Role;
pub(crate) use user::User;

/// How long a new role or user is unknown to everybody but IAM's own reads.
///
/// Assumption: iam.propagation. IAM is documented as eventually consistent without a figure; seconds are
/// normal, and clients budget two minutes (Terraform's `iamPropagationTimeout`).
pub(crate) const PROPAGATION: Duration = Duration::from_secs(10);

impl Store {
    /// What is there from the beginning: the user who calls, and the role that AppStream's console made
    /// when the account was first used, unless the account is fresh.
    pub fn initial(settings: &Settings, now: Moment) -> Store {
        let mut store = Store::default();
        let account = store.accounts.entry(settings.account.clone()).or_default();
        // Old enough that every service knows them.
        let made = Moment(now.0.saturating_sub(PROPAGATION.as_millis() as u64 * 1000));
        let user = User::deployer(&settings.account, made);
        account.users.insert(user.name.clone(), user);
        if !settings.fresh_account {
            let role = role::Role::appstream_service_access(&settings.account, made);
            account.roles.insert(role.name.to_lowercase(), role);
        }
        let management = store
            .accounts
            .entry(settings.management_account.clone())
            .or_default();
        let role = role::Role::identity_center_access(&settings.management_account, &settings.account, made);
        management.roles.insert(role.name.to_lowercase(), role);
        store
    }

    /// The role with this ARN (path included).
    pub fn role(&self, arn: &str) -> Option<&Role> {
        let account = self.accounts.get(account_of(arn)?)?;
        let name = arn.rsplit('/').next()?;
        account
            .roles
            .get(&name.to_lowercase())
            .filter(|role| role.arn == arn)
    }

    /// Whether a role with this ARN (path included) exists in IAM, visible to other services or not.
    pub fn role_exists(&self, arn: &str) -> bool {
        self.role(arn).is_some()
    }

    /// Whether other services can use this role by now: it exists, and was not made within [`PROPAGATION`].
    pub fn role_usable(&self, arn: &str, now: Moment) -> bool {
        self.role(arn).is_some_and(|role| visible(role.created, now))
    }

    /// The SAML provider with this ARN.
    pub fn provider(&self, arn: &str) -> Option<&Provider> {
        let account = self.accounts.get(account_of(arn)?)?;
        let name = arn.split_once(":saml-provider/")?.1;
        account
            .providers
            .get(&name.to_lowercase())
            .filter(|provider| provider.arn == arn)
    }
}

/// The account in an ARN, where there is one.
pub(super) fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| !account.is_empty())
}

/// Whether something made at `created` has reached other services by `now`.
fn visible(created: Moment, now: Moment) -> bool {
    now >= created.after(PROPAGATION)
}

/// How long IAM's own reads may not know a new thing, by quirk.
///
/// Quirk `iam.reads-lag`. IAM is eventually consistent for its own reads too; how often that shows, and for
/// how long, no source says.
const READS_LAG: Duration = Duration::from_secs(3);

/// Whether a read at `now` misses what was made at `created`.
fn lags(world: &World, created: Moment, now: Moment) -> bool {
    world.quirk("iam.reads-lag") && now < created.after(READS_LAG)
}

/// 100 entries unless the caller says otherwise (documented with every `MaxItems`).
const PAGER: Pager = Pager {
    token: "Marker",
    size: "MaxItems",
    truncated: Some("IsTruncated"),
    wrong_token: || Fault::new("ValidationError", "Invalid Marker").with_status(400),
    unordered: |_| false,
    empty_first: |_| false,
    ..Pager::USUAL
};

/// A new unique id with AWS's prefix (`AROA`, `AIDA`, `ANPA`), 21 characters in all.
fn unique_id(world: &mut World, prefix: &str) -> String {
    format!("{prefix}{}", world.hex(17).to_uppercase())
}

/// A moment as the JSON form of the model's timestamps.
fn stamp(moment: Moment) -> serde_json::Value {
    moment.epoch_seconds().into()
}

fn no_such(what: &str, name: &str) -> Fault {
    Fault::new(
        "NoSuchEntity",
        format!("The {what} with name {name} cannot be found."),
    )
}

fn exists(what: &str, name: &str) -> Fault {
    Fault::new(
        "EntityAlreadyExists",
        format!("{what} with name {name} already exists."),
    )
}

fn limit(quota: &str, value: u64) -> Fault {
    Fault::new(
        "LimitExceeded",
        format!("Cannot exceed quota for {quota}: {value}"),
    )
}

fn required<'a>(call: &'a Call, member: &str) -> Result<&'a str, Fault> {
    call.text(member).ok_or_else(|| {
        Fault::new(
            "ValidationError",
            format!("1 validation error detected: {member} must not be null"),
        )
        .with_status(400)
    })
}

/// The ARN of a policy in a call.
fn policy_arn(call: &Call) -> Result<&str, Fault> {
    let arn = required(call, "PolicyArn")?;
    check_arn(arn).map(|()| arn)
}

/// Refuses what is no ARN at all. Whether there is such a thing is another question.
///
/// Assumption: iam.malformed-arn. The text is reported for policies; the other callers use it by analogy.
///
/// # Errors
/// `ValidationError`.
fn check_arn(text: &str) -> Result<(), Fault> {
    match text.starts_with("arn:") && text.splitn(6, ':').count() == 6 {
        true => Ok(()),
        false => Err(Fault::new("ValidationError", "Invalid ARN:  Could not be parsed!").with_status(400)),
    }
}
