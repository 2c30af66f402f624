//! A fleet: the instances that stream.

mod live;
pub mod request;

use std::time::Duration;

use async_trait::async_trait;
use headset_core::AwsError;
pub use headset_kinds::appstream::fleet::*;

pub(crate) use self::live::Fleets;
pub(super) use self::request::{image_of, network, volume};
use self::step::Step;
use super::fleet_association::{associated_with, stacks_of};
use super::listing::{self, Listing as _};
use super::tags;
use crate::Aws;
use crate::error::gone;
use crate::kinds::ec2;
use crate::kinds::ec2::network::{Place, Wanted};
use crate::kinds::field::{Change, Diff};
use crate::kinds::kind::{Forbidden, Live, Lookup, Observation};
use crate::kinds::remote::{Remote, Work};
use crate::kinds::tag::TagChange;

/// So often it is looked whether sessions have ended.
const LOOK: Duration = Duration::from_secs(30);

/// Waits until the last session has ended, so long at most. New ones may begin meanwhile: AppStream cannot close a fleet to
/// them without a stop.
async fn drained(aws: &Aws, name: &str, limit: Duration) -> Result<(), AwsError> {
    let mut waited = Duration::ZERO;
    while waited < limit {
        let fleet = listing::find_one(aws, &Fleets, name).await?;
        let sessions = fleet.and_then(|fleet| Fleets.live(&fleet).sessions);
        if sessions.is_none_or(|sessions| sessions == 0) {
            break;
        }
        let pause = LOOK.min(limit - waited);
        aws.clock().sleep(pause).await;
        waited += pause;
    }
    Ok(())
}

/// How many machines there are when all run. Of a multi-session fleet capacity is sessions. Assumption:
/// `autoscaling.sessions-counted`.
fn most_machines(want: &FleetSpec) -> i64 {
    let capacity = want
        .most_capacity
        .or(want.desired_sessions)
        .or(want.desired_instances);
    let capacity = i64::from(capacity.or(want.initial_capacity).unwrap_or_default());
    match want.sessions_per_instance.map(i64::from) {
        Some(each) => (capacity + each.max(1) - 1) / each.max(1),
        _ => capacity,
    }
}

#[async_trait]
impl Remote for Fleet {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        listing::survey(aws, &Fleets, lookups).await
    }

    /// Its network, with as many machines as it may come to have.
    async fn forbidden(&self, aws: &Aws, want: &FleetSpec) -> Option<Result<Option<Forbidden>, AwsError>> {
        let wanted = Wanted::Machines {
            internet: want.internet,
            most: most_machines(want),
        };
        let place = Place {
            subnets: &want.subnets,
            vpc: want.vpc.as_deref(),
        };
        ec2::network::forbidden(aws, place, wanted).await
    }

    async fn create(&self, work: &Work<'_>, spec: &FleetSpec) -> Result<String, AwsError> {
        let request = request::create(work.aws, spec)?;
        match work
            .aws
            .call("appstream", "CreateFleet", || request.clone().send())
            .await
        {
            Ok(_) => Ok(spec.name.clone()),
            Err(error) => listing::made_before(work.aws, &Fleets, &spec.name, &spec.tags, error).await,
        }
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &FleetSpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        match step::next(live.condition.state(), diff) {
            Step::Wait => Ok(()),
            Step::Stop => {
                // Only another image waits for sessions: it is the one change that could also be made without a stop.
                let is_rollout = diff
                    .iter()
                    .all(|change| change.change != Change::Stopped || change.is(FleetSpec::IMAGE));
                if let Some(drain) = spec.drain.filter(|_| is_rollout) {
                    drained(work.aws, &live.id, Duration::from_secs(drain.into())).await?;
                }
                request::stop(work.aws, &live.id).await
            }
            Step::Start => {
                let request = work.aws.appstream().start_fleet().name(&live.id);
                work.aws
                    .call("appstream", "StartFleet", || request.clone().send())
                    .await
                    .map(drop)
            }
            Step::Change(fields) => request::change(work.aws, &live.id, spec, &fields).await,
        }
    }

    async fn tag(&self, work: &Work<'_>, live: &Live, change: TagChange) -> Result<(), AwsError> {
        tags::change(work.aws, live, change).await
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        match live.condition.state() {
            "RUNNING" | "STARTING" => request::stop(work.aws, &live.id).await,
            "STOPPED" => {
                let request = work.aws.appstream().delete_fleet().name(&live.id);
                gone(
                    work.aws
                        .call("appstream", "DeleteFleet", || request.clone().send())
                        .await,
                )
            }
            _ => Ok(()),
        }
    }

    async fn in_use_by(&self, aws: &Aws, live: &Live) -> Option<String> {
        associated_with("stack", stacks_of(aws, &live.id).await)
    }
}
