//! Whether a person gets a desktop: who may open it, what entitlements leave of it, and whether there is room.

use aws_sdk_appstream::types::{AuthenticationType, Entitlement, FleetType, Session, SessionState, User};
use headset_core::AwsError;
use headset_kinds::appstream::{FleetAssociationSpec, UserAssociationSpec, UserSpec};
use headset_kinds::identity_center::ApplicationSpec;
use headset_kinds::idp;
use headset_kinds::relay::{self, Landing};
use headset_kinds::verify::Checked;

use super::sign_in::{Known, covered};
use headset_kinds::person::{DESKTOP, ENTITLED, Part, SESSION};

use super::parts::{Found, One, of_kind};
use crate::kinds::appstream::entitlement::{conditions, entitlements, said};
use crate::kinds::identity_center::directory::Directory;
use crate::kinds::output;
use crate::{Aws, pages};

/// Everything between a person and the desktops of each stack.
pub(super) async fn desktops(aws: &Aws, who: &str, known: &Known, parts: &[Part<'_>]) -> Found {
    let mut found = Vec::new();
    for one in of_kind::<FleetAssociationSpec>(parts, FleetAssociationSpec::KIND) {
        let (Some(fleet), Some(stack)) = (one.spec.fleet.known(), one.spec.stack.known()) else {
            continue;
        };
        let address = one.part.address;
        let is_pooled = of_kind::<UserAssociationSpec>(parts, UserAssociationSpec::KIND)
            .iter()
            .any(|pooled| pooled.spec.stack.known().as_deref() == Some(&stack));
        let mut at = |checked: Checked| found.push((address.clone(), checked));
        let by_application = may_open(aws, known, &stack, parts).await;
        if is_pooled {
            let pool = of_kind::<UserSpec>(parts, UserSpec::KIND);
            let name = pool_name(who, &pool);
            at(pooled(aws, &name, &stack).await);
            at(room(aws, &fleet, &stack, &name, AuthenticationType::Userpool).await);
            // A stack may have both ways in.
            if by_application.is_none() {
                continue;
            }
        }
        if let Some(checked) = by_application {
            at(checked);
        }
        at(entitled(aws, &stack).await);
        let user = known.session.as_deref().unwrap_or(who);
        at(room(aws, &fleet, &stack, user, AuthenticationType::Saml).await);
    }
    found
}

/// Users of the pool are called by their e-mail addresses, in which letter case does not count.
fn pool_name(who: &str, pool: &[One<'_, UserSpec>]) -> String {
    let own = pool.iter().find(|one| one.spec.name.eq_ignore_ascii_case(who));
    own.map_or_else(|| who.to_owned(), |one| one.spec.name.clone())
}

/// Whether the pool has a user, and the user the stack.
async fn pooled(aws: &Aws, name: &str, stack: &str) -> Checked {
    let looked_at = format!("the user {name} of AppStream's user pool, and the users of the stack {stack}");
    let help = "add the user to `appstream.users` with this stack, and apply";
    let looked = async {
        let users = pages(|token| async move {
            let request = aws
                .appstream()
                .describe_users()
                .authentication_type(AuthenticationType::Userpool)
                .set_next_token(token);
            let page = aws
                .call("appstream", "DescribeUsers", || request.clone().send())
                .await?;
            Ok((page.users.unwrap_or_default(), page.next_token))
        })
        .await?;
        let is_user = |user: &User| {
            user.user_name()
                .is_some_and(|user| user.eq_ignore_ascii_case(name))
        };
        let Some(user) = users.into_iter().find(is_user) else {
            return Ok(Some("the pool has no such user"));
        };
        if user.enabled() == Some(false) {
            return Ok(Some("the user is disabled"));
        }
        let request = aws
            .appstream()
            .describe_user_stack_associations()
            .stack_name(stack)
            .user_name(user.user_name().unwrap_or_default())
            .authentication_type(AuthenticationType::Userpool);
        let answer = aws
            .call("appstream", "DescribeUserStackAssociations", || {
                request.clone().send()
            })
            .await?;
        let is_there = !answer.user_stack_associations().is_empty();
        Ok((!is_there).then_some("the user does not have the stack"))
    };
    match looked.await {
        Ok(None) => DESKTOP.passed(looked_at),
        Ok(Some(why)) => DESKTOP.failed(looked_at, why, help),
        Err(error) => DESKTOP.unknown(looked_at, error),
    }
}

/// Whether a person is assigned to the application that leads to a stack; none: no application of the environment does.
async fn may_open(aws: &Aws, known: &Known, stack: &str, parts: &[Part<'_>]) -> Option<Checked> {
    let leads = |relay_state: &headset_core::Text| {
        let landing = relay_state.known().and_then(|text| relay::read(&text).ok());
        matches!(landing, Some(Landing::Desktop { stack: to, .. }) if to == stack)
    };
    let others = of_kind::<idp::ApplicationSpec>(parts, idp::ApplicationSpec::KIND);
    if let Some(one) = others.iter().find(|one| leads(&one.spec.relay_state)) {
        let product = one.spec.product.title();
        return Some(DESKTOP.not_checked(
            format!("the application {} of {product}", one.spec.name),
            format!("{product} is out of Headset's reach"),
            format!(
                "look in {product} who is assigned to the application {}",
                one.spec.name
            ),
        ));
    }
    let own = of_kind::<ApplicationSpec>(parts, ApplicationSpec::KIND);
    let one = own.iter().find(|one| leads(&one.spec.relay_state))?;
    let arn = one
        .part
        .live
        .and_then(|live| live.outputs.get(output::APPLICATION_ARN));
    let (Some(arn), Some(id)) = (arn.filter(|arn| !arn.is_empty()), &known.id) else {
        return Some(DESKTOP.not_checked(
            format!("the application {}", one.spec.name),
            "the user is not known, or Identity Center is out of reach",
            "look in the IAM Identity Center console: the application, Assigned users and groups",
        ));
    };
    let looked_at = format!("who is assigned to {arn}");
    let looked = async {
        let directory = Directory::of_application(aws, arn).await?;
        covered(aws, &directory.store, arn, id).await
    };
    Some(match looked.await {
        Ok(Some(how)) => DESKTOP.passed(format!("{looked_at}: {how}")),
        Ok(None) => DESKTOP.failed(
            looked_at,
            "neither the user nor a group that the user is in",
            "add the user to a group that is assigned, or assign the user",
        ),
        Err(error) => DESKTOP.unknown(looked_at, error),
    })
}

/// Whether entitlements hide applications: which attributes a sign-in brings, only the identity provider knows.
async fn entitled(aws: &Aws, stack: &str) -> Checked {
    let looked_at = format!("the entitlements of the stack {stack}");
    match entitlements(aws, stack).await {
        Ok(none) if none.is_empty() => {
            ENTITLED.passed(format!("{looked_at}: there are none, so that all get everything"))
        }
        Ok(some) => ENTITLED.not_checked(
            looked_at,
            format!(
                "which attributes the user's sign-ins bring, no API tells: {}",
                asked(&some)
            ),
            "run `headset verify --saml-response FILE` with what a browser posted",
        ),
        Err(error) => ENTITLED.unknown(looked_at, error),
    }
}

fn asked(entitlements: &[Entitlement]) -> String {
    let all = entitlements
        .iter()
        .map(|one| format!("{} asks for {}", said(one.name()), conditions(one)));
    all.collect::<Vec<_>>().join("; ")
}

/// Whether there is a session, or room for one.
enum Room {
    /// There is.
    There(String),
    /// Instances were asked for, and are not there yet.
    Coming,
    /// There is none: why.
    None(String),
}

/// Whether a person has a session, or there is an instance for one.
async fn room(aws: &Aws, fleet: &str, stack: &str, user: &str, sign_in: AuthenticationType) -> Checked {
    let looked_at = format!("the sessions of {user} on the stack {stack}, and the fleet {fleet}");
    let looked = async {
        let request = aws
            .appstream()
            .describe_sessions()
            .fleet_name(fleet)
            .stack_name(stack)
            .user_id(user)
            .authentication_type(sign_in);
        let answer = aws
            .call("appstream", "DescribeSessions", || request.clone().send())
            .await?;
        let is_open = |session: &&Session| session.state() != Some(&SessionState::Expired);
        let open = answer.sessions().iter().filter(is_open).count();
        if open > 0 {
            return Ok::<_, AwsError>(Room::There(format!("{open} open")));
        }
        let request = aws.appstream().describe_fleets().names(fleet);
        let answer = aws
            .call("appstream", "DescribeFleets", || request.clone().send())
            .await?;
        let Some(fleet) = answer.fleets().first() else {
            return Ok(Room::None("there is no such fleet".to_owned()));
        };
        let state = fleet.state().map_or("", |state| state.as_str());
        if state != "RUNNING" {
            return Ok(Room::None(format!(
                "there is no session, and the fleet is {state}"
            )));
        }
        let capacity = fleet.compute_capacity_status();
        let free = match fleet.fleet_type() {
            // Elastic fleets have no instances of their own.
            Some(FleetType::Elastic) => None,
            _ => capacity.and_then(|capacity| capacity.available_user_sessions().or(capacity.available())),
        };
        let grows = capacity
            .is_some_and(|capacity| capacity.running().unwrap_or(0) < capacity.desired().unwrap_or(0));
        Ok(match free {
            Some(0) if grows => Room::Coming,
            Some(0) => Room::None("there is no session, and no instance of the fleet is free".to_owned()),
            Some(free) => Room::There(format!("none open, room for {free}")),
            None => Room::There("none open".to_owned()),
        })
    };
    match looked.await {
        Ok(Room::There(so)) => SESSION.passed(format!("{looked_at}: {so}")),
        Ok(Room::Coming) => SESSION.not_checked(
            looked_at,
            "there is no session, and the instances of the fleet are on their way, which may take twenty minutes",
            "run this again; `headset status` shows how many there are",
        ),
        Ok(Room::None(why)) => SESSION.failed(
            looked_at,
            why,
            "start the fleet or give it more capacity: `headset status` shows both",
        ),
        Err(error) => SESSION.unknown(looked_at, error),
    }
}
