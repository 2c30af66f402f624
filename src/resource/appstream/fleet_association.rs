//! Which fleet serves which stack.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_appstream::types::{AuthenticationType, SessionState};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::fleet::{Fleets, gone};
use super::listing;
use crate::aws::{Aws, AwsError, Class};
use crate::resource::field::{Change, Diff, Field};
use crate::resource::kind::{Actions, Kind, Live, Lookup, Sight, Work, parse};
use crate::resource::text::Text;

/// What a blueprint says about an association.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FleetAssociationSpec {
    /// The fleet's name.
    pub fleet: Text,
    /// The stack's name. A stack has one fleet; a fleet may serve several stacks.
    pub stack: Text,
}

/// The kind `appstream.fleet_association`.
#[derive(Clone, Copy, Debug)]
pub struct FleetAssociation;

/// How often a stack is looked at whose former fleet is being taken away ...
const LOOKS: u32 = 24;
/// ... and with what pause, two minutes in all.
const PAUSE: Duration = Duration::from_secs(5);

const FIELDS: &[Field] = &[
    Field::new("fleet", Change::Replace, "the fleet's name"),
    Field::new("stack", Change::Replace, "the stack's name"),
];

/// The names of fleet and stack in a lookup: those that state remembers, else those of its spec.
fn pair(lookup: &Lookup) -> Option<(String, String)> {
    let known = |field: &str| lookup.spec.get(field).and_then(Value::as_str).map(str::to_owned);
    lookup
        .id
        .as_deref()
        .and_then(parts)
        .or_else(|| known("fleet").zip(known("stack")))
}

/// The physical id. Neither name can hold a slash.
pub(crate) fn id_of(fleet: &str, stack: &str) -> String {
    format!("{stack}/{fleet}")
}

/// Fleet and stack of an id.
fn parts(id: &str) -> Option<(String, String)> {
    let (stack, fleet) = id.split_once('/')?;
    Some((fleet.to_owned(), stack.to_owned()))
}

#[async_trait]
impl Kind for FleetAssociation {
    fn name(&self) -> &'static str {
        "appstream.fleet_association"
    }

    fn about(&self) -> &'static str {
        "A fleet's association with a stack: the stack's users get the fleet's instances."
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn identity(&self) -> &'static [&'static str] {
        &["fleet", "stack"]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &["appstream:ListAssociatedFleets", "appstream:DescribeFleets"],
            write: &["appstream:AssociateFleet"],
            delete: &[
                "appstream:DisassociateFleet",
                "appstream:DescribeSessions",
                "appstream:ExpireSession",
            ],
        }
    }

    fn is_exclusive(&self) -> bool {
        true
    }

    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Sight> {
        let pairs: Vec<Option<(String, String)>> = lookups.iter().map(pair).collect();
        let stacks: BTreeSet<&str> = pairs.iter().flatten().map(|(_, stack)| stack.as_str()).collect();
        let lists: BTreeMap<&str, Result<Vec<String>, AwsError>> = stacks
            .iter()
            .copied()
            .zip(join_all(stacks.iter().map(|stack| fleets_of(aws, stack))).await)
            .collect();
        let associated = |fleet: &String, stack: &str| matches!(lists.get(stack), Some(Ok(fleets)) if fleets.contains(fleet));
        // How busy an association is, its fleet tells.
        let names = pairs
            .iter()
            .flatten()
            .filter(|(fleet, stack)| associated(fleet, stack))
            .map(|(fleet, _)| fleet.clone());
        let fleets = listing::find(aws, &Fleets, names).await;
        pairs
            .iter()
            .map(|pair| {
                let Some((fleet, stack)) = pair else {
                    return Sight::Absent;
                };
                match lists.get(stack.as_str()) {
                    Some(Err(error)) if error.is_not_found() => Sight::Absent,
                    Some(Err(error)) => Sight::Unknown(error.clone()),
                    Some(Ok(list)) if list.contains(fleet) => {
                        let mut live = Live::new(id_of(fleet, stack), "associated")
                            .field("fleet", fleet.as_str())
                            .field("stack", stack.as_str());
                        match fleets.get(fleet) {
                            Some(Ok(item)) => {
                                let fleet = listing::Listing::live(&Fleets, item);
                                (live.running, live.sessions) = (fleet.running, fleet.sessions);
                                Sight::Present(live)
                            }
                            Some(Err(error)) => Sight::Unknown(error.clone()),
                            None => Sight::Present(live),
                        }
                    }
                    _ => Sight::Absent,
                }
            })
            .collect()
    }

    async fn create(&self, work: &Work<'_>, want: &Value) -> Result<String, AwsError> {
        let spec: FleetAssociationSpec = parse(want)?;
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
                answer => return answer.map(|_| id_of(&fleet, &stack)),
            };
            let there = fleets_of(work.aws, &stack).await?;
            if there.contains(&fleet) {
                // An earlier attempt made it, and only its answer was lost.
                return Ok(id_of(&fleet, &stack));
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

    async fn update(&self, _: &Work<'_>, _: &Value, _: &Live, _: &Diff) -> Result<(), AwsError> {
        // There is nothing but the pair, and another pair is another association.
        Ok(())
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let Some((fleet, stack)) = parts(&live.id) else {
            return Err(AwsError::internal(format!(
                "`{}` is no association's id",
                live.id
            )));
        };
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
            // Sessions are in the way. Whoever asked for the deletion was told how many there are.
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

/// The fleets of a stack.
async fn fleets_of(aws: &Aws, stack: &str) -> Result<Vec<String>, AwsError> {
    let mut names = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let request = aws
            .appstream()
            .list_associated_fleets()
            .stack_name(stack)
            .set_next_token(token);
        let answer = aws
            .call("appstream", "ListAssociatedFleets", || request.clone().send())
            .await?;
        names.extend(answer.names.unwrap_or_default());
        token = answer.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(names);
        }
    }
}

/// How users may have signed in. DescribeSessions without a type lists those with streaming URLs only.
const SIGN_INS: [AuthenticationType; 4] = [
    AuthenticationType::Saml,
    AuthenticationType::Api,
    AuthenticationType::Userpool,
    AuthenticationType::AwsAd,
];

/// Ends every session of the pair and returns how many there were.
async fn expire_sessions(aws: &Aws, fleet: &str, stack: &str) -> Result<usize, AwsError> {
    let mut open = BTreeSet::new();
    for sign_in in SIGN_INS {
        let mut token: Option<String> = None;
        loop {
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
            open.extend(
                answer
                    .sessions
                    .unwrap_or_default()
                    .into_iter()
                    // Sessions that are over stay listed for a while.
                    .filter(|session| session.state != Some(SessionState::Expired))
                    .filter_map(|session| session.id),
            );
            token = answer.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                break;
            }
        }
    }
    for id in &open {
        let request = aws.appstream().expire_session().session_id(id);
        aws.call("appstream", "ExpireSession", || request.clone().send())
            .await?;
    }
    Ok(open.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_keeps_stack_and_fleet_apart() {
        let id = id_of("agents-fleet", "agents-stack");
        assert_eq!(
            parts(&id),
            Some(("agents-fleet".to_owned(), "agents-stack".to_owned()))
        );
        assert_eq!(parts("nothing"), None);
    }
}
