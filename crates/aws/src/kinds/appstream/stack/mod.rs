//! A stack: what users sign in to, and what they may exchange with their own machine.

mod live;
pub mod open;
mod request;

use async_trait::async_trait;
use headset_core::AwsError;
pub use headset_kinds::appstream::stack::*;

pub(crate) use self::live::Stacks;
use super::fleet_association::{associated_with, fleets_of};
use super::{listing, tags};
use crate::Aws;
use crate::error::gone;
use crate::kinds::ec2;
use crate::kinds::field::Diff;
use crate::kinds::kind::{Forbidden, Live, Lookup, Observation};
use crate::kinds::remote::{Remote, Work};
use crate::kinds::tag::TagChange;

#[async_trait]
impl Remote for Stack {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        listing::survey(aws, &Stacks, lookups).await
    }

    /// The endpoints that it names. Those that Headset has yet to make have no id, and are looked at for themselves.
    async fn forbidden(&self, aws: &Aws, want: &StackSpec) -> Option<Result<Option<Forbidden>, AwsError>> {
        let ids = want.access_endpoints.iter().filter_map(|id| id.resolved().ok());
        let ids: Vec<String> = ids.collect();
        ec2::named::unfit(aws, &ids, &want.subnets).await
    }

    async fn create(&self, work: &Work<'_>, spec: &StackSpec) -> Result<String, AwsError> {
        let request = request::create(work.aws, spec)?;
        match work
            .aws
            .call("appstream", "CreateStack", || request.clone().send())
            .await
        {
            Ok(_) => Ok(spec.name.clone()),
            Err(error) => listing::made_before(work.aws, &Stacks, &spec.name, &spec.tags, error).await,
        }
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &StackSpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        let request = request::change(work.aws, spec, live, diff)?;
        work.aws
            .call("appstream", "UpdateStack", || request.clone().send())
            .await
            .map(drop)
    }

    async fn tag(&self, work: &Work<'_>, live: &Live, change: TagChange) -> Result<(), AwsError> {
        tags::change(work.aws, live, change).await
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let request = work.aws.appstream().delete_stack().name(&live.id);
        gone(
            work.aws
                .call("appstream", "DeleteStack", || request.clone().send())
                .await,
        )
    }

    async fn in_use_by(&self, aws: &Aws, live: &Live) -> Option<String> {
        associated_with("fleet", fleets_of(aws, &live.id).await)
    }
}
