//! Who may use an application, one by one, and what their sign-ins call them.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use headset_client::services::identity_store::{DescribeUser, ListGroupMemberships, User};
use headset_core::AwsError;
use headset_kinds::identity_center::application::SESSION_NAME;
use headset_kinds::relay::{self, Landing};
use headset_kinds::verify::{Check, Checked};

use super::assignment;
use super::directory::Directory;
use super::spec::ApplicationSpec;
use crate::kinds::connect::users;
use crate::{Aws, pages};

/// How many users are looked at, at most: each takes a call.
const MOST: usize = 2_000;

/// How many of them at the same time.
const AT_ONCE: usize = 8;

/// How many names a sentence has.
const NAMED: usize = 5;

/// What a session is called after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NamedAfter {
    /// The primary e-mail address.
    Email,
    /// The name that the user signs in with.
    UserName,
}

impl NamedAfter {
    /// What the application's mappings say; none: something that no API tells.
    pub(crate) fn of(spec: &ApplicationSpec) -> Option<NamedAfter> {
        let mapping = spec.mappings.iter().find(|one| one.attribute == SESSION_NAME)?;
        match mapping.value.known()?.as_str() {
            "${user:email}" => Some(NamedAfter::Email),
            "${user:subject}" | "${user:preferredUsername}" => Some(NamedAfter::UserName),
            _ => None,
        }
    }

    /// What the sessions of a user are called.
    pub(crate) fn session(self, user: &User) -> Option<&str> {
        match self {
            NamedAfter::Email => user.email(),
            NamedAfter::UserName => user.user_name.as_deref(),
        }
    }
}

/// The instance to which an application's sign-ins lead; none: they lead to a desktop.
pub(crate) fn instance(spec: &ApplicationSpec) -> Option<String> {
    match relay::read(&spec.relay_state.known()?) {
        Ok(Landing::Connect { instance, .. }) => Some(instance),
        Ok(Landing::Desktop { .. }) | Err(_) => None,
    }
}

/// Why names are not compared.
enum Uncompared {
    /// There is no user to compare.
    Unassigned,
    /// None of them signs in.
    Disabled,
    /// There are so many.
    Many(usize),
}

/// Checks that all who are assigned to an application are users of the instance, letter by letter.
pub(super) async fn all_known(
    aws: &Aws,
    check: &'static Check,
    spec: &ApplicationSpec,
    application: &str,
) -> Option<Checked> {
    let instance = instance(spec)?;
    let looked_at = format!("who is assigned to {application}, and the users of the instance {instance}");
    let look = "compare the assigned users in the IAM Identity Center console with the users of the instance";
    let Some(named_after) = NamedAfter::of(spec) else {
        let why = "the name of a session is mapped to something that no API tells";
        return Some(check.not_checked(looked_at, why, look));
    };
    match assignment::is_required(aws, application).await {
        Ok(true) => {}
        Ok(false) => {
            let why = "the application needs no assignment, so that every user of the directory may use it";
            return Some(check.not_checked(looked_at, why, look));
        }
        Err(error) => return Some(check.unknown(looked_at, error)),
    }
    let compared = async {
        let ids = assigned(aws, application).await?;
        if ids.is_empty() {
            return Ok(Err(Uncompared::Unassigned));
        }
        if ids.len() > MOST {
            return Ok(Err(Uncompared::Many(ids.len())));
        }
        let names = names(aws, application, named_after, &ids).await?;
        if names.is_empty() {
            return Ok(Err(Uncompared::Disabled));
        }
        let known: BTreeSet<String> = users(aws, &instance).await?.into_keys().collect();
        Ok(Ok((unknown(&names, &known), idle(&names, &known))))
    };
    Some(match compared.await {
        // Not wrong: an administrator may have another way in.
        Ok(Ok((unknown, idle))) if unknown.is_empty() => check.passed(format!("{looked_at}{idle}")),
        Ok(Ok((unknown, _))) => check.failed(
            looked_at,
            sentence(&unknown),
            "add them to `connect.users` under exactly the name that their sign-ins come with, or take them out of the group",
        ),
        Ok(Err(Uncompared::Disabled)) => check.failed(
            looked_at,
            "every user who is assigned to the application is disabled",
            "enable the users in the IAM Identity Center console, or where the directory is filled from",
        ),
        Ok(Err(Uncompared::Unassigned)) => check.failed(
            looked_at,
            "no user is assigned to the application, by name or by a group that has members",
            "assign users or a group, or add members to the group",
        ),
        Ok(Err(Uncompared::Many(many))) => check.not_checked(
            looked_at,
            format!("{many} users are assigned, and each takes a call: more than {MOST} are not looked at"),
            look,
        ),
        Err(error) => check.unknown(looked_at, error),
    })
}

/// The ids of all users who may use an application, by themselves or by a group.
async fn assigned(aws: &Aws, application: &str) -> Result<BTreeSet<String>, AwsError> {
    let directory = Directory::of_application(aws, application).await?;
    let mut ids = BTreeSet::new();
    for one in assignment::list(aws, application).await? {
        match one.principal_type().as_str() {
            "GROUP" => ids.extend(members(aws, &directory.store, one.principal_id()).await?),
            _ => {
                ids.insert(one.principal_id().to_owned());
            }
        }
    }
    Ok(ids)
}

/// The ids of the users who are in a group.
pub(crate) async fn members(aws: &Aws, store: &str, group: &str) -> Result<Vec<String>, AwsError> {
    let listed = pages(|token| async move {
        let request = ListGroupMemberships {
            identity_store_id: store.to_owned(),
            group_id: group.to_owned(),
            next_token: token,
        };
        let page = aws.ask(request).await?;
        Ok((page.group_memberships, page.next_token))
    })
    .await;
    let listed = match listed {
        // An assignment may outlive its group.
        Err(error) if error.is_not_found() => Vec::new(),
        listed => listed?,
    };
    Ok(listed
        .into_iter()
        .filter_map(|one| one.member_id?.user_id)
        .collect())
}

/// A user of the directory; none: they are gone.
pub(crate) async fn described(aws: &Aws, store: &str, id: &str) -> Result<Option<User>, AwsError> {
    let request = DescribeUser {
        identity_store_id: store.to_owned(),
        user_id: id.to_owned(),
    };
    match aws.ask(request).await {
        Ok(user) => Ok(Some(user)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// What the sign-ins of these users come with, by the name that each signs in with. Who is disabled does not sign in.
async fn names(
    aws: &Aws,
    application: &str,
    named_after: NamedAfter,
    ids: &BTreeSet<String>,
) -> Result<BTreeMap<String, Option<String>>, AwsError> {
    let directory = Directory::of_application(aws, application).await?;
    let ids: Vec<&String> = ids.iter().collect();
    let mut names = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        let looks = some.iter().map(|id| described(aws, &directory.store, id));
        for user in join_all(looks).await {
            let Some(user) = user?.filter(|user| user.user_status.as_deref() != Some("DISABLED")) else {
                continue;
            };
            let lacking = || AwsError::lacking("identitystore", "DescribeUser", "UserName");
            let name = user.user_name.clone().ok_or_else(lacking)?;
            names.insert(name, named_after.session(&user).map(str::to_owned));
        }
    }
    Ok(names)
}

/// Why a user is not a user of the instance.
#[derive(Debug, PartialEq, Eq)]
enum Unknown {
    /// There is no such user.
    Missing(String),
    /// There is one whose name differs in the case of letters.
    OtherCase { comes: String, there: String },
    /// The user has nothing that the session could be called after.
    Nameless(String),
}

/// Who of those who sign in is not a user of the instance.
fn unknown(names: &BTreeMap<String, Option<String>>, known: &BTreeSet<String>) -> Vec<Unknown> {
    let alike = |name: &str| known.iter().find(|one| one.eq_ignore_ascii_case(name));
    names
        .iter()
        .filter_map(|(user, session)| match session {
            None => Some(Unknown::Nameless(user.clone())),
            Some(name) if known.contains(name) => None,
            Some(name) => Some(match alike(name) {
                None => Unknown::Missing(name.clone()),
                Some(there) => Unknown::OtherCase {
                    comes: name.clone(),
                    there: there.clone(),
                },
            }),
        })
        .collect()
}

/// Which users of the instance none of those who sign in comes as, to go on with.
fn idle(names: &BTreeMap<String, Option<String>>, known: &BTreeSet<String>) -> String {
    let comes: BTreeSet<&String> = names.values().flatten().collect();
    let idle: Vec<&str> = known
        .iter()
        .filter(|name| !comes.contains(name))
        .map(String::as_str)
        .collect();
    let some = idle.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match (idle.len(), idle.len().saturating_sub(NAMED)) {
        (0, _) => String::new(),
        (_, 0) => format!("; no assigned user signs in as {some}"),
        (_, rest) => format!("; no assigned user signs in as {some}, and {rest} more"),
    }
}

fn sentence(unknown: &[Unknown]) -> String {
    let said = unknown.iter().take(NAMED).map(|one| match one {
        Unknown::Missing(name) => format!("`{name}` is no user of the instance"),
        Unknown::OtherCase { comes, there } => {
            format!("`{comes}` is called `{there}` there, and letter case counts")
        }
        Unknown::Nameless(user) => format!("`{user}` has no primary e-mail address"),
    });
    let said: Vec<String> = said.collect();
    let rest = unknown.len().saturating_sub(NAMED);
    match rest {
        0 => said.join("; "),
        rest => format!("{}; and {rest} more", said.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_whom_no_assignment_lets_in_are_named() {
        let names = BTreeMap::from([
            ("a".to_owned(), Some("a@example.com".to_owned())),
            ("b".to_owned(), None),
        ]);
        let known = |many: usize| -> BTreeSet<String> {
            let others = (0..many).map(|one| format!("{one}@example.com"));
            others.chain(["a@example.com".to_owned()]).collect()
        };
        assert_eq!(idle(&names, &known(0)), "");
        assert_eq!(
            idle(&names, &known(1)),
            "; no assigned user signs in as 0@example.com"
        );
        assert!(idle(&names, &known(7)).ends_with("4@example.com, and 2 more"));
    }

    #[test]
    fn letter_case_counts_and_a_missing_address_is_said() {
        let names = BTreeMap::from([
            ("a".to_owned(), Some("a@example.com".to_owned())),
            ("b".to_owned(), Some("B@example.com".to_owned())),
            ("c".to_owned(), None),
            ("d".to_owned(), Some("d@example.com".to_owned())),
        ]);
        let known = ["a@example.com", "b@example.com"].map(str::to_owned).into();
        let found = unknown(&names, &known);
        assert_eq!(
            sentence(&found),
            "`B@example.com` is called `b@example.com` there, and letter case counts; `c` has no primary e-mail address; \
             `d@example.com` is no user of the instance"
        );
        let many: Vec<Unknown> = (0..7).map(|one| Unknown::Missing(one.to_string())).collect();
        assert!(sentence(&many).ends_with("; and 2 more"));
    }
}
