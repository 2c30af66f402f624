//! AWS as the cloud that the engine asks: each call goes to the kind's half that knows the operations.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

use headset_core::{Address, AwsError, Clock, Diff};
use headset_kinds::cloud::{Caller, Cloud, NotMade, Notice, Task};
use headset_kinds::discovery::{Discovery, Part};
use headset_kinds::extra::{Extra, Holder, List};
use headset_kinds::kind::{Checkpoint, Dependents, Forbidden, Kind, Live, Lookup, Observation, Published};
use headset_kinds::novelty::Novelty;
use headset_kinds::regions::{Identity, Regions};
use headset_kinds::rejected::Rejected;
use headset_kinds::saml::judged::Arrival;
use headset_kinds::saml::posted::Posted;
use headset_kinds::verify::{Check, Checked};

use super::discovery;
use super::people;
use super::registry::remote;
use super::remote::{Half, Work};
use crate::Aws;
use crate::attempt::attempt;

/// The half of a kind that asks AWS.
fn half(kind: &dyn Kind) -> &'static dyn Half {
    remote(kind.id())
}

impl Aws {
    /// Lets several environments share this way: what they look for at about the same time is asked together, and what
    /// holds for the whole account is read once.
    pub fn share(&self) {
        self.run_cache().gather.turn_on();
    }

    /// Whether several environments share this way.
    pub(crate) fn is_shared(&self) -> bool {
        self.run_cache().gather.is_on()
    }

    /// Searches a part of the cloud for tags.
    async fn search(&self, part: Part<'_>) -> Discovery {
        let there = |region| self.with_regions(Regions::all_in(region), Identity::Same);
        match part {
            Part::Connect(region) => discovery::connect(&there(region)).await,
            Part::AppStream(region) => discovery::appstream(&there(region)).await,
            Part::Buckets(regions) => discovery::buckets(self, regions).await,
            Part::CloudFront => discovery::cloudfront(self).await,
            Part::Iam(roles) => discovery::iam(self, roles).await,
        }
    }

    fn work<'a>(&'a self, task: &Task<'a>) -> Work<'a> {
        Work {
            aws: self,
            address: task.address,
            token: task.token.clone(),
        }
    }
}

#[async_trait]
impl Cloud for Aws {
    fn clock(&self) -> &Clock {
        Aws::clock(self)
    }

    fn regions(&self) -> &Regions {
        Aws::regions(self)
    }

    fn identity(&self) -> &Identity {
        Aws::identity(self)
    }

    async fn heard(&self) -> Notice {
        Aws::heard(self).await
    }

    fn tell(&self, notice: Notice) {
        Aws::tell(self, notice);
    }

    fn novelties(&self) -> Vec<(String, Novelty)> {
        self.wire().novelties()
    }

    fn be_patient(&self, longest: Option<Duration>) {
        Aws::be_patient(self, longest);
    }

    async fn caller(&self) -> Result<Caller, AwsError> {
        self.who().await
    }

    async fn discover(&self, part: Part<'_>) -> Discovery {
        if !self.is_shared() {
            return self.search(part).await;
        }
        // All environments look for other things by the same search.
        let look = || async { Ok(self.search(part).await) };
        match self.remembered(&format!("{part:?}"), None, look).await {
            Ok(found) => Discovery::clone(&found),
            Err(_) => self.search(part).await,
        }
    }

    async fn person(&self, who: &str, parts: &[headset_kinds::person::Part<'_>]) -> Vec<(Address, Checked)> {
        people::explain(self, who, parts).await
    }

    async fn contact(&self, instance: &str, id: &str) -> Checked {
        people::contact(self, instance, id).await
    }

    async fn arrive(&self, arrival: &Arrival, posted: Option<&Posted>) -> Vec<Checked> {
        people::arrive(self, arrival, posted).await
    }

    async fn survey(&self, kind: &dyn Kind, lookups: &[Lookup]) -> Vec<Observation> {
        let half = half(kind);
        if !self.is_shared() {
            return half.survey(self, lookups).await;
        }
        let all = |lookups: Vec<Lookup>| async move { half.survey(self, &lookups).await };
        let gather = &self.run_cache().gather;
        gather.survey(kind.id(), lookups, self.clock(), all).await
    }

    async fn extras(&self, kind: &dyn Kind, list: &List, holder: Holder<'_>) -> Result<Vec<Extra>, AwsError> {
        half(kind).extras(self, list, holder).await
    }

    async fn create(&self, kind: &dyn Kind, task: &Task<'_>, want: &Value) -> Result<String, NotMade> {
        attempt(half(kind).create_any(&self.work(task), want)).await
    }

    async fn update(
        &self,
        kind: &dyn Kind,
        task: &Task<'_>,
        want: &Value,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        half(kind).update_any(&self.work(task), want, live, diff).await
    }

    async fn delete(&self, kind: &dyn Kind, task: &Task<'_>, live: &Live) -> Result<(), AwsError> {
        half(kind).delete(&self.work(task), live).await
    }

    async fn dependents(&self, kind: &dyn Kind, live: &Live) -> Option<Result<Dependents, AwsError>> {
        half(kind).dependents(self, live).await
    }

    async fn made_and_deleted(
        &self,
        kind: &dyn Kind,
        since: jiff::Timestamp,
    ) -> Option<Result<usize, AwsError>> {
        let half = half(kind);
        if !self.is_shared() {
            return half.made_and_deleted(self, since).await;
        }
        // Environments that are looked at together ask within moments of each other.
        let name = format!("{} since {}", kind.name(), since.as_second() / 3600);
        let look = || async { Ok(half.made_and_deleted(self, since).await) };
        match self.remembered(&name, None, look).await {
            Ok(counted) => Option::clone(&counted),
            Err(error) => Some(Err(error)),
        }
    }

    async fn forbidden(&self, kind: &dyn Kind, want: &Value) -> Option<Result<Option<Forbidden>, AwsError>> {
        half(kind).forbidden_any(self, want).await
    }

    async fn in_use_by(&self, kind: &dyn Kind, live: &Live) -> Option<String> {
        half(kind).in_use_by(self, live).await
    }

    async fn check_answers(
        &self,
        kind: &dyn Kind,
        want: &Value,
        answers: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, Rejected> {
        half(kind).check_answers(self, want, answers).await
    }

    async fn published(&self, kind: &dyn Kind, answers: &BTreeMap<String, String>) -> Option<Published> {
        half(kind).published(self, answers).await
    }

    async fn remarks(
        &self,
        kind: &dyn Kind,
        want: &Value,
        answers: &BTreeMap<String, String>,
    ) -> Vec<String> {
        half(kind).remarks(self, want, answers).await
    }

    async fn notice(&self, kind: &dyn Kind, want: &Value, checkpoint: Checkpoint) -> Checkpoint {
        half(kind).notice_any(self, want, checkpoint).await
    }

    async fn prepare(&self, kind: &dyn Kind, task: &Task<'_>, want: &Value) -> Result<bool, AwsError> {
        half(kind).prepare_any(&self.work(task), want).await
    }

    async fn conclude(&self, kind: &dyn Kind, task: &Task<'_>, want: &Value) -> Result<(), AwsError> {
        half(kind).conclude_any(&self.work(task), want).await
    }

    async fn check(
        &self,
        kind: &dyn Kind,
        check: &'static Check,
        want: &Value,
        live: &Live,
    ) -> Option<Checked> {
        half(kind).try_out_any(self, check, want, live).await
    }
}
