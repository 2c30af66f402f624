//! Whether a person gets through the sign-in: directory, assignment, and the name that comes out of it.

use headset_client::services::identity_store::{AlternateIdentifier, GetUserId, User};
use headset_core::{Address, AwsError};
use headset_kinds::connect::{InstanceSpec, UserSpec};
use headset_kinds::identity_center::ApplicationSpec;
use headset_kinds::idp;
use headset_kinds::regions::Identity;
use headset_kinds::relay::{self, Landing};

use headset_kinds::person::{ASSIGNED, IN_DIRECTORY, NAMED, Part};

use super::parts::{Found, One, of_kind, unread};
use crate::Aws;
use crate::kinds::identity_center::assignment;
use crate::kinds::identity_center::directory::Directory;
use crate::kinds::identity_center::members::{NamedAfter, described, members};
use crate::kinds::output;

/// What is known of a person after the sign-in was looked at.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The user's id in Identity Center's directory.
    pub(super) id: Option<String>,
    /// What the session is called, and so the user in Amazon Connect.
    pub(super) session: Option<String>,
    /// What says so.
    pub(super) address: Option<Address>,
    /// Whether the name of the session is what was typed: what the sign-in really comes with is kept out of reach.
    pub(super) is_typed: bool,
}

/// Where an application's sign-ins go.
fn landing(relay_state: &headset_core::Text) -> Option<Landing> {
    relay::read(&relay_state.known()?).ok()
}

/// Looks at the way to Amazon Connect.
pub(super) async fn sign_in(aws: &Aws, who: &str, parts: &[Part<'_>]) -> (Found, Known) {
    let is_to_connect = |relay_state| matches!(landing(relay_state), Some(Landing::Connect { .. }));
    let own = of_kind::<ApplicationSpec>(parts, ApplicationSpec::KIND);
    if let Some(one) = own.iter().find(|one| is_to_connect(&one.spec.relay_state)) {
        return identity_center(aws, who, one).await;
    }
    let others = of_kind::<idp::ApplicationSpec>(parts, idp::ApplicationSpec::KIND);
    if let Some(one) = others.iter().find(|one| is_to_connect(&one.spec.relay_state)) {
        return elsewhere(who, one);
    }
    // Where an application leads is known once the instance is there.
    if let Some(one) = own.iter().find(|one| one.spec.relay_state.known().is_none()) {
        let looked_at = format!("the application {}", one.spec.name);
        let why = "it leads nowhere yet: the instance is not there";
        let address = one.part.address.clone();
        return (
            vec![(address, IN_DIRECTORY.failed(looked_at, why, NOT_APPLIED))],
            Known::default(),
        );
    }
    (Vec::new(), without_sign_in(who, parts))
}

const NOT_APPLIED: &str = "run `headset apply` first; `headset status` says what is there";

/// Amazon Connect itself knows its users: by a name, which the blueprint may give together with an e-mail address.
fn without_sign_in(who: &str, parts: &[Part<'_>]) -> Known {
    let users = of_kind::<UserSpec>(parts, UserSpec::KIND);
    let is_who =
        |user: &&One<'_, UserSpec>| user.spec.username == who || user.spec.email.as_deref() == Some(who);
    let user = users.iter().find(is_who);
    let instance = parts.iter().find(|part| part.address.kind == InstanceSpec::KIND);
    Known {
        id: None,
        session: Some(user.map_or_else(|| who.to_owned(), |user| user.spec.username.clone())),
        address: user
            .map(|user| user.part.address)
            .or(instance.map(|part| part.address))
            .cloned(),
        is_typed: false,
    }
}

/// What another identity provider keeps is out of reach.
fn elsewhere(who: &str, one: &One<'_, idp::ApplicationSpec>) -> (Found, Known) {
    let product = one.spec.product.title();
    let address = one.part.address;
    let out_of_reach = format!("{product} is out of Headset's reach");
    let named = match one.spec.session_name {
        idp::SessionName::Email => "the e-mail address",
        idp::SessionName::UserName => "the user name",
    };
    let found = vec![
        IN_DIRECTORY.not_checked(
            format!("the directory of {product}"),
            out_of_reach.clone(),
            format!("look in {product} whether {who} is there, and active"),
        ),
        ASSIGNED.not_checked(
            format!("the application {} of {product}", one.spec.name),
            out_of_reach.clone(),
            format!(
                "look in {product} who is assigned to the application {}",
                one.spec.name
            ),
        ),
        NAMED.not_checked(
            format!("the attributes of the application {}", one.spec.name),
            format!("{out_of_reach}; it is to send {named}, and {who} is taken for it"),
            "run `headset verify --saml-response FILE` with what a browser posted",
        ),
    ];
    let known = Known {
        id: None,
        session: Some(who.to_owned()),
        address: Some(address.clone()),
        is_typed: true,
    };
    (
        found
            .into_iter()
            .map(|checked| (address.clone(), checked))
            .collect(),
        known,
    )
}

/// Looks a user up by the name to sign in with, else by the e-mail address.
async fn look_up(aws: &Aws, store: &str, who: &str) -> Result<Option<(String, User)>, AwsError> {
    for attribute in ["userName", "emails.value"] {
        let request = GetUserId {
            identity_store_id: store.to_owned(),
            alternate_identifier: AlternateIdentifier::of(attribute, who),
        };
        let id = match aws.ask(request).await {
            Ok(answer) => answer.user_id,
            Err(error) if error.is_not_found() => continue,
            Err(error) => return Err(error),
        };
        return Ok(described(aws, store, &id).await?.map(|user| (id, user)));
    }
    Ok(None)
}

/// What covers a user among those who are assigned to an application; none: nothing does.
async fn assigned(aws: &Aws, store: &str, application: &str, id: &str) -> Result<Option<String>, AwsError> {
    for one in assignment::list(aws, application).await? {
        match one.principal_type().as_str() {
            "GROUP" => {
                let group = members(aws, store, one.principal_id()).await?;
                if group.iter().any(|member| member == id) {
                    return Ok(Some(format!("as a member of the group {}", one.principal_id())));
                }
            }
            _ if one.principal_id() == id => return Ok(Some("by name".to_owned())),
            _ => {}
        }
    }
    Ok(None)
}

/// Why a user may use an application; none: for no reason.
pub(super) async fn covered(
    aws: &Aws,
    store: &str,
    application: &str,
    id: &str,
) -> Result<Option<String>, AwsError> {
    match assignment::is_required(aws, application).await? {
        true => assigned(aws, store, application, id).await,
        false => Ok(Some("the application needs no assignment".to_owned())),
    }
}

async fn identity_center(aws: &Aws, who: &str, one: &One<'_, ApplicationSpec>) -> (Found, Known) {
    let address = one.part.address;
    let arn = one
        .part
        .live
        .and_then(|live| live.outputs.get(output::APPLICATION_ARN));
    let reached =
        arn.filter(|arn| !arn.is_empty() && !one.spec.by_hand && *aws.identity() != Identity::ByHand);
    let mut known = Known {
        address: Some(address.clone()),
        ..Known::default()
    };
    let mut found: Found = Vec::new();
    if one.part.live.is_none() {
        let looked_at = format!("the application {}", one.spec.name);
        found.push((
            address.clone(),
            match one.part.unread {
                Some(error) => IN_DIRECTORY.unknown(looked_at, error.clone()),
                None => IN_DIRECTORY.failed(looked_at, "the application is not there", NOT_APPLIED),
            },
        ));
        return (found, known);
    }
    let Some(arn) = reached else {
        let why = "Identity Center is out of reach, or the application's ARN was not given";
        let look =
            "look in the IAM Identity Center console: Users, and the application's assigned users and groups";
        let looked_at = format!("the application {}", one.spec.name);
        for check in [&IN_DIRECTORY, &ASSIGNED, &NAMED] {
            found.push((address.clone(), check.not_checked(looked_at.clone(), why, look)));
        }
        known.session = Some(who.to_owned());
        known.is_typed = true;
        return (found, known);
    };
    let store = match Directory::of_application(aws, arn).await {
        Ok(directory) => directory.store,
        Err(error) => {
            found.push((
                address.clone(),
                unread(&IN_DIRECTORY, "the directory of IAM Identity Center", error),
            ));
            return (found, known);
        }
    };
    let looked_at = format!("the users of the directory {store}, by name and by e-mail address");
    let user = match look_up(aws, &store, who).await {
        Ok(user) => user,
        Err(error) => {
            found.push((address.clone(), unread(&IN_DIRECTORY, &looked_at, error)));
            return (found, known);
        }
    };
    let Some((id, user)) = user else {
        let help = "add the user to the directory, or to the one that it is filled from; give the name to sign in with, or \
                    the e-mail address";
        found.push((
            address.clone(),
            IN_DIRECTORY.failed(looked_at, format!("it has no user {who}"), help),
        ));
        return (found, known);
    };
    if user.user_status.as_deref() == Some("DISABLED") {
        let help =
            "enable the user in the IAM Identity Center console, or where the directory is filled from";
        found.push((
            address.clone(),
            IN_DIRECTORY.failed(looked_at, "the user is disabled", help),
        ));
        return (found, known);
    }
    found.push((
        address.clone(),
        IN_DIRECTORY.passed(format!("the user {id} of the directory {store}")),
    ));
    let looked_at = format!("who is assigned to {arn}");
    let checked = match covered(aws, &store, arn, &id).await {
        Ok(Some(how)) => ASSIGNED.passed(format!("{looked_at}: {how}")),
        Ok(None) => ASSIGNED.failed(
            looked_at,
            "neither the user nor a group that the user is in",
            "add the user to a group that is assigned, or assign the user",
        ),
        Err(error) => unread(&ASSIGNED, &looked_at, error),
    };
    found.push((address.clone(), checked));
    let looked_at = format!("the attributes of the user {id}, as the application's mappings take them");
    let checked = match NamedAfter::of(&one.spec).map(|after| after.session(&user).map(str::to_owned)) {
        Some(Some(session)) => {
            let checked = NAMED.passed(format!("{looked_at}: {session}"));
            known.session = Some(session);
            checked
        }
        Some(None) => NAMED.failed(
            looked_at,
            "the user has no primary e-mail address",
            "give the user one in the directory",
        ),
        None => NAMED.not_checked(
            looked_at,
            "the name of a session is mapped to something that no API tells",
            "run `headset verify --saml-response FILE` with what a browser posted",
        ),
    };
    found.push((address.clone(), checked));
    known.id = Some(id);
    (found, known)
}
