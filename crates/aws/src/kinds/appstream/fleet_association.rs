//! Which fleet serves which stack.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_appstream::types::{AuthenticationType, SessionState};
use headset_core::{AwsError, Class};
use headset_kinds::appstream::FleetSpec;
pub use headset_kinds::appstream::fleet_association::*;
use headset_kinds::extra::{Extra, Holder, List};
use headset_kinds::verify::{Check, Checked};

use super::fleet::Fleets;
use super::listing;
use super::membership::{self, Membership};
use crate::error::gone;
use crate::kinds::kind::{Live, Lookup, Observation};
use crate::kinds::remote::{Remote, Work};
use crate::{Aws, pages};

/// How often a stack is looked at whose former fleet is being taken away ...
const LOOKS: u32 = 24;

/// For whom `verify` asks for an address.
const CHECKING: &str = "headset-verify";

/// ... and with what pause, two minutes in all.
const PAUSE: Duration = Duration::from_secs(5);

#[async_trait]
impl Remote for FleetAssociation {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        let survey = membership::Survey::of(
            lookups,
            (FleetAssociationSpec::FLEET, FleetAssociationSpec::STACK),
            |stack| async move {
                let listed = aws.renewed(&stack, || fleets_listed(aws, &stack)).await?;
                Ok(listed.0.clone())
            },
        )
        .await;
        // How busy an association is, its fleet tells.
        let associated = survey.asked.iter().flatten().filter(|one| survey.has(one));
        let fleets = listing::find(aws, &Fleets, associated.map(|one| one.member.clone())).await;
        survey.observations(|one| {
            let observed = FleetAssociationLive {
                fleet: Some(one.member.clone()),
                stack: Some(one.stack.clone()),
            };
            let mut live = Live::of(one.id(), "associated", observed);
            match fleets.get(&one.member) {
                Some(Ok(item)) => {
                    let fleet = listing::Listing::live(&Fleets, item);
                    (live.running, live.sessions) = (fleet.running, fleet.sessions);
                    Observation::Present(live)
                }
                Some(Err(error)) => Observation::Unknown(error.clone()),
                None => Observation::Present(live),
            }
        })
    }

    async fn extras(&self, aws: &Aws, list: &List, holder: Holder<'_>) -> Result<Vec<Extra>, AwsError> {
        let name = holder.live.id.as_str();
        let pairs: Vec<Membership> = if list.holder == FleetSpec::KIND {
            let stacks = stacks_of(aws, name).await?;
            stacks
                .into_iter()
                .map(|stack| Membership::new(name, stack))
                .collect()
        } else {
            let listed = aws.remembered(name, None, || fleets_listed(aws, name)).await?;
            listed
                .0
                .iter()
                .map(|fleet| Membership::new(fleet, name))
                .collect()
        };
        Ok(membership::unknown(pairs, holder, |pair| {
            format!("{}:{}", pair.stack, pair.member)
        }))
    }

    async fn try_out(
        &self,
        aws: &Aws,
        check: &'static Check,
        want: &FleetAssociationSpec,
        live: &Live,
    ) -> Option<Checked> {
        let looked_at = format!("CreateStreamingURL for {}", live.id);
        Some(match streaming_url(aws, want).await {
            Ok(()) => check.passed(looked_at),
            Err(error) if matches!(error.class, Class::Denied | Class::Transient | Class::Unproven) => {
                check.unknown(looked_at, error)
            }
            Err(error) => check.failed(
                looked_at,
                error.to_string(),
                "look at the fleet's errors in `headset status`",
            ),
        })
    }

    async fn create(&self, work: &Work<'_>, spec: &FleetAssociationSpec) -> Result<String, AwsError> {
        let (fleet, stack) = (spec.fleet.resolved()?, spec.stack.resolved()?);
        let request = work
            .aws
            .appstream()
            .associate_fleet()
            .fleet_name(&fleet)
            .stack_name(&stack);
        let mut looked = 0;
        loop {
            let answer = work
                .aws
                .call("appstream", "AssociateFleet", || request.clone().send())
                .await;
            // Assumption: `appstream.second-fleet` — as which of these errors a second fleet is refused is not said;
            // nor (assumption `appstream.associate-again`) what one more call for the same pair answers.
            let error = match answer {
                Err(error)
                    if matches!(
                        error.class,
                        Class::WrongState | Class::Quota | Class::AlreadyThere | Class::InUse
                    ) =>
                {
                    error
                }
                answer => return answer.map(|_| Membership::new(fleet, stack).id()),
            };
            let there = fleets_of(work.aws, &stack).await?;
            if there.contains(&fleet) {
                // An earlier attempt made it, and only its answer was lost.
                return Ok(Membership::new(fleet, stack).id());
            }
            // The stack still has its former fleet, which another step takes away at this moment. Where it has none
            // any more, one further attempt tells whether that was what stood in the way.
            if looked >= LOOKS {
                return Err(error);
            }
            looked = if there.is_empty() { LOOKS } else { looked + 1 };
            work.aws.clock().sleep(PAUSE).await;
        }
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let Membership { member: fleet, stack } = Membership::of_id(&live.id)?;
        let request = work
            .aws
            .appstream()
            .disassociate_fleet()
            .fleet_name(&fleet)
            .stack_name(&stack);
        let answer = work
            .aws
            .call("appstream", "DisassociateFleet", || request.clone().send())
            .await;
        match answer {
            // Sessions are in the way. The plan has shown how many there are.
            Err(error) if error.class == Class::InUse => {
                if expire_sessions(work.aws, &fleet, &stack).await? == 0 {
                    return Err(error);
                }
                Ok(())
            }
            answer => gone(answer),
        }
    }
}

/// The names of a stack's fleets, as they are remembered.
struct FleetNames(Vec<String>);

async fn fleets_listed(aws: &Aws, stack: &str) -> Result<FleetNames, AwsError> {
    fleets_of(aws, stack).await.map(FleetNames)
}

/// The names of a stack's fleets.
pub(crate) async fn fleets_of(aws: &Aws, stack: &str) -> Result<Vec<String>, AwsError> {
    pages(|token| async move {
        let request = aws
            .appstream()
            .list_associated_fleets()
            .stack_name(stack)
            .set_next_token(token);
        let answer = aws
            .call("appstream", "ListAssociatedFleets", || request.clone().send())
            .await?;
        Ok((answer.names.unwrap_or_default(), answer.next_token))
    })
    .await
}

/// The names of the stacks that a fleet is associated with.
pub(super) async fn stacks_of(aws: &Aws, fleet: &str) -> Result<Vec<String>, AwsError> {
    pages(|token| async move {
        let request = aws
            .appstream()
            .list_associated_stacks()
            .fleet_name(fleet)
            .set_next_token(token);
        let answer = aws
            .call("appstream", "ListAssociatedStacks", || request.clone().send())
            .await?;
        Ok((answer.names.unwrap_or_default(), answer.next_token))
    })
    .await
}

/// What to do about associations that keep a fleet or a stack from being deleted. `None` where there are none, or AWS
/// does not say.
pub(super) fn associated_with(what: &str, names: Result<Vec<String>, AwsError>) -> Option<String> {
    let names = names.ok().filter(|names| !names.is_empty())?;
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    Some(format!(
        "it is associated with the {what} {}: end that association where it was made, then go on",
        names.join(", ")
    ))
}

/// How users may have signed in. DescribeSessions without a type lists those with streaming URLs only.
const SIGN_INS: [AuthenticationType; 4] = [
    AuthenticationType::Saml,
    AuthenticationType::Api,
    AuthenticationType::Userpool,
    AuthenticationType::AwsAd,
];

/// How many sessions of the pair are open, and how many of them began before this moment.
///
/// # Errors
/// AWS's.
pub async fn sessions_before(
    aws: &Aws,
    fleet: &str,
    stack: &str,
    at: jiff::Timestamp,
) -> Result<(usize, usize), AwsError> {
    let open = open_sessions(aws, fleet, stack).await?;
    let began = |start: &Option<i64>| start.is_some_and(|start| start < at.as_second());
    Ok((open.len(), open.values().filter(|start| began(start)).count()))
}

/// The open sessions of the pair by id, with when they began, in seconds since 1970.
async fn open_sessions(
    aws: &Aws,
    fleet: &str,
    stack: &str,
) -> Result<BTreeMap<String, Option<i64>>, AwsError> {
    let mut open = BTreeMap::new();
    for sign_in in &SIGN_INS {
        let sessions = pages(|token| async move {
            let request = aws
                .appstream()
                .describe_sessions()
                .fleet_name(fleet)
                .stack_name(stack)
                .authentication_type(sign_in.clone())
                .set_next_token(token);
            let answer = aws
                .call("appstream", "DescribeSessions", || request.clone().send())
                .await?;
            Ok((answer.sessions.unwrap_or_default(), answer.next_token))
        })
        .await?;
        open.extend(
            sessions
                .into_iter()
                // Sessions that are over stay listed for a while.
                .filter(|session| session.state != Some(SessionState::Expired))
                .filter_map(|session| Some((session.id?, session.start_time.map(|at| at.secs())))),
        );
    }
    Ok(open)
}

/// Ends every session of the pair and returns how many there were.
async fn expire_sessions(aws: &Aws, fleet: &str, stack: &str) -> Result<usize, AwsError> {
    let open = open_sessions(aws, fleet, stack).await?;
    for id in open.keys() {
        let request = aws.appstream().expire_session().session_id(id);
        aws.call("appstream", "ExpireSession", || request.clone().send())
            .await?;
    }
    Ok(open.len())
}

/// Asks for the address of a session, which ends after a second and is not kept.
async fn streaming_url(aws: &Aws, spec: &FleetAssociationSpec) -> Result<(), AwsError> {
    let request = aws
        .appstream()
        .create_streaming_url()
        .fleet_name(spec.fleet.resolved()?)
        .stack_name(spec.stack.resolved()?)
        .user_id(CHECKING)
        .validity(1);
    aws.call("appstream", "CreateStreamingURL", || request.clone().send())
        .await
        .map(drop)
}
