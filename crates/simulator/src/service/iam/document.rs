//! Policy documents inside IAM: parsing, sizes, principals, and the encoding on the way out.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Account, Fault, Store, account_of, limit, visible};
use crate::clock::Moment;
use crate::policy::{Kind, Policy, PrincipalEntry};
use crate::world::World;

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The document as IAM's reads return it ("URL-encoded compliant with RFC 3986").
pub(super) fn encoded(document: &str) -> String {
    utf8_percent_encode(document, RESERVED).to_string()
}

/// The length that counts against quotas: white space does not.
pub(super) fn counted(document: &str) -> usize {
    document.chars().filter(|c| !c.is_whitespace()).count()
}

pub(super) fn parse(document: &str, kind: Kind) -> Result<Policy, Fault> {
    Policy::parse(document, kind).map_err(|e| Fault::new("MalformedPolicyDocument", e.to_string()))
}

/// Reads a trust policy: its size, its grammar, and whether its principals exist.
///
/// # Errors
/// `LimitExceeded` over the quota (2,048 characters by default), `MalformedPolicyDocument` for the rest. A
/// principal that was made within [`super::PROPAGATION`] is as unknown as one that never was.
pub(super) fn trust(world: &World, document: &str, now: Moment) -> Result<Policy, Fault> {
    let most = world.quota("iam.trust-policy-characters", 2048);
    if counted(document) as u64 > most {
        return Err(limit("ACLSizePerRole", most));
    }
    let policy = parse(document, Kind::Trust)?;
    for entry in policy.principals() {
        let known = match entry {
            PrincipalEntry::Aws(name) => names_principal(&world.iam, name, now),
            PrincipalEntry::Federated(arn) => federated_known(world, arn, now),
            PrincipalEntry::Everybody | PrincipalEntry::Service(_) => true,
            PrincipalEntry::CanonicalUser(_) => false,
        };
        if !known {
            return Err(Fault::new(
                "MalformedPolicyDocument",
                format!("Invalid principal in policy: {entry:?}"),
            ));
        }
    }
    Ok(policy)
}

/// Whether an AWS principal in a resource or trust policy names an identity that can be resolved by now.
///
/// Assumption: iam.foreign-principals. A principal in an account that this world does not hold is taken to
/// exist, since this cloud cannot ask for it.
pub(super) fn names_principal(store: &Store, name: &str, now: Moment) -> bool {
    // A unique id is what reads show for a principal that is gone; it cannot be put.
    if name.starts_with("AROA") || name.starts_with("AIDA") {
        return false;
    }
    let account = account_of(name).unwrap_or(name);
    let Some(account) = store.accounts.get(account) else {
        return true;
    };
    match name.splitn(6, ':').nth(5) {
        None | Some("root") => true,
        // Sessions and federated users are not looked up: their names are made at sign-in.
        Some(rest) if rest.starts_with("assumed-role/") || rest.starts_with("federated-user/") => true,
        Some(rest) => resolves(account, name, rest, now),
    }
}

fn resolves(account: &Account, arn: &str, rest: &str, now: Moment) -> bool {
    let key = rest.rsplit('/').next().unwrap_or_default().to_lowercase();
    if rest.starts_with("role/") {
        account
            .roles
            .get(&key)
            .is_some_and(|role| role.arn == arn && visible(role.created, now))
    } else if rest.starts_with("user/") {
        account
            .users
            .get(&key)
            .is_some_and(|user| user.arn == arn && visible(user.created, now))
    } else {
        false
    }
}

/// Quirk `iam.federated-principal-may-be-missing`. Whether a trust policy may name a SAML provider that does not exist
/// (yet), no source decides: refused, unless the quirk is on. Nor does one decide whether a provider that was made
/// a moment ago is visible: it is, unless that quirk is on.
fn federated_known(world: &World, principal: &str, now: Moment) -> bool {
    let Some((_, name)) = principal.split_once(":saml-provider/") else {
        // What web identity providers are called, nothing here makes. OIDC providers are named before they exist.
        return true;
    };
    if name.is_empty() {
        return false;
    }
    let own = account_of(principal).is_some_and(|account| world.iam.accounts.contains_key(account));
    if !own || world.quirk("iam.federated-principal-may-be-missing") {
        return true;
    }
    world.iam.provider(principal).is_some_and(|provider| {
        visible(provider.created, now) || !world.quirk("iam.federated-principal-lags")
    })
}

/// The role or user with this ARN, by unique id.
fn unique_id_of<'a>(store: &'a Store, arn: &str) -> Option<&'a str> {
    let account = store.accounts.get(account_of(arn)?)?;
    let key = arn.rsplit('/').next()?.to_lowercase();
    if arn.contains(":role/") {
        account
            .roles
            .get(&key)
            .filter(|role| role.arn == arn)
            .map(|role| role.id.as_str())
    } else {
        account
            .users
            .get(&key)
            .filter(|user| user.arn == arn)
            .map(|user| user.id.as_str())
    }
}

/// The unique ids of the roles and users that a policy names: AWS keeps those, and shows ARNs only for as long
/// as they lead to the same ids.
pub(super) fn principal_ids(store: &Store, document: &str) -> BTreeMap<String, String> {
    let policy = Policy::parse(document, Kind::Trust).or_else(|_| Policy::parse(document, Kind::Resource));
    let mut ids = BTreeMap::new();
    for entry in policy.iter().flat_map(Policy::principals) {
        if let PrincipalEntry::Aws(arn) = entry
            && let Some(id) = unique_id_of(store, arn)
        {
            ids.insert(arn.clone(), id.to_owned());
        }
    }
    ids
}

/// The unique id that stands for `arn` in a policy once its principal was deleted or made anew.
pub(super) fn replaced(store: &Store, ids: &BTreeMap<String, String>, arn: &str) -> Option<String> {
    let id = ids.get(arn)?;
    (unique_id_of(store, arn) != Some(id)).then(|| id.clone())
}
