//! What the engine asks of a cloud: the kinds' other half, behind a trait.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;

use headset_core::{Address, AwsError, Clock, Diff};

use crate::discovery::{self, Discovery};
use crate::extra::{Extra, Holder, List};
use crate::kind::{Checkpoint, Dependents, Forbidden, Kind, Live, Lookup, Observation, Published};
use crate::novelty::Novelty;
use crate::person::Part;
use crate::regions::{Identity, Regions};
use crate::rejected::Rejected;
use crate::saml::judged::Arrival;
use crate::saml::posted::Posted;
use crate::verify::{Check, Checked};

/// What a step works on.
#[derive(Clone, Debug)]
pub struct Task<'a> {
    /// What is being worked on.
    pub address: &'a Address,
    /// An idempotency token: the same whenever this step is tried again, another for every other step.
    /// At most 64 characters of `[0-9a-f-]`.
    pub token: String,
}

/// What a cloud has to say while it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A call has no answer yet.
    Unanswered {
        /// The service.
        service: &'static str,
        /// The operation.
        operation: &'static str,
        /// When it was sent.
        since: Timestamp,
        /// How long ago that is.
        seconds: u64,
    },
    /// The credentials have ended, and calls wait for new ones.
    CredentialsExpired {
        /// Until when.
        until: Timestamp,
    },
    /// There are new ones, and calls go on.
    CredentialsRenewed,
    /// An index may not be read, and what it would show takes a call for each thing.
    OneByOne {
        /// What would have to be allowed.
        action: &'static str,
        /// Why it may not be read.
        error: AwsError,
    },
    /// A run that was cut off began to make something that AWS does not show yet.
    NotVisibleYet {
        /// At which address.
        address: Address,
        /// Until when it is looked for.
        until: Timestamp,
    },
}

/// Why a creation did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotMade {
    /// The call that failed.
    pub error: AwsError,
    /// Whether something may be there all the same: an earlier call of the same attempt has changed something, or had no answer.
    pub in_part: bool,
}

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The twelve-digit account.
    pub account: String,
    /// The partition: `aws` or `aws-us-gov`.
    pub partition: String,
    /// The ARN of who that is.
    pub arn: String,
}

impl Caller {
    /// Whether it is the account's root user.
    pub fn is_root(&self) -> bool {
        self.arn.ends_with(":root")
    }
}

/// A cloud in which things of every kind can be looked for and changed. Each method is that of the kind's other half.
#[async_trait]
pub trait Cloud: Send + Sync + std::fmt::Debug {
    /// The time there.
    fn clock(&self) -> &Clock;

    /// Where its services are.
    fn regions(&self) -> &Regions;

    /// How IAM Identity Center is reached.
    fn identity(&self) -> &Identity;

    /// What is to be said while it is asked. It may be dropped at any time, and nothing is lost.
    async fn heard(&self) -> Notice {
        std::future::pending().await
    }

    /// Adds to what is to be said.
    fn tell(&self, _notice: Notice) {}

    /// What its answers had that this version of Headset does not know, with the operations that answered it.
    fn novelties(&self) -> Vec<(String, Novelty)> {
        Vec::new()
    }

    /// How long calls wait for new credentials once theirs have ended; `None`: not at all.
    fn be_patient(&self, _longest: Option<Duration>) {}

    /// Asks who calls.
    async fn caller(&self) -> Result<Caller, AwsError>;

    /// Searches a part of it for everything that carries tags that name an environment.
    async fn discover(&self, part: discovery::Part<'_>) -> Discovery;

    /// Looks for many things of a kind with as few calls as the batch operations allow.
    /// The answer has one entry for each lookup, in the same order.
    async fn survey(&self, kind: &dyn Kind, lookups: &[Lookup]) -> Vec<Observation>;

    /// Reads a list of things of this kind, and returns what is in it and not known.
    async fn extras(&self, kind: &dyn Kind, list: &List, holder: Holder<'_>) -> Result<Vec<Extra>, AwsError>;

    /// Makes the thing, or starts to, and returns its physical id.
    async fn create(&self, kind: &dyn Kind, task: &Task<'_>, want: &Value) -> Result<String, NotMade>;

    /// Moves the thing one step towards what is wanted.
    async fn update(
        &self,
        kind: &dyn Kind,
        task: &Task<'_>,
        want: &Value,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError>;

    /// Moves the thing one step towards being gone.
    async fn delete(&self, kind: &dyn Kind, task: &Task<'_>, live: &Live) -> Result<(), AwsError>;

    /// Looks for what else hangs on a thing, before it is deleted. `None`: nothing of the sort can.
    async fn dependents(&self, kind: &dyn Kind, live: &Live) -> Option<Result<Dependents, AwsError>>;

    /// How many things of a kind were made and deleted in this account and region since then, by all who work in it. `None`: that
    /// is not kept.
    async fn made_and_deleted(
        &self,
        kind: &dyn Kind,
        since: jiff::Timestamp,
    ) -> Option<Result<usize, AwsError>>;

    /// What settings of the whole account forbid about a thing that is to be made or changed. `None`: nothing of the sort
    /// concerns it.
    async fn forbidden(&self, kind: &dyn Kind, want: &Value) -> Option<Result<Option<Forbidden>, AwsError>>;

    /// What keeps a thing from being deleted because it uses it, with what to do. `None`: that is not known.
    async fn in_use_by(&self, kind: &dyn Kind, live: &Live) -> Option<String>;

    /// Checks a person's answers before they are stored. Returns those to store, or what is wrong with which one.
    async fn check_answers(
        &self,
        kind: &dyn Kind,
        want: &Value,
        answers: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, Rejected>;

    /// Looks whether a document that the answers point to is still the one that was read. `None`: they point to none.
    async fn published(&self, kind: &dyn Kind, answers: &BTreeMap<String, String>) -> Option<Published>;

    /// What is to be known about answers that were taken: what could not be checked, and what is unusual.
    async fn remarks(&self, kind: &dyn Kind, want: &Value, answers: &BTreeMap<String, String>)
    -> Vec<String>;

    /// The checkpoint with what is to be noticed at AWS while it is open.
    async fn notice(&self, kind: &dyn Kind, want: &Value, checkpoint: Checkpoint) -> Checkpoint;

    /// Gets ready for a checkpoint that is about to be waited for. `false`: that is on its way; ask again.
    async fn prepare(&self, kind: &dyn Kind, task: &Task<'_>, want: &Value) -> Result<bool, AwsError>;

    /// Puts away what was got ready for a checkpoint that a person has passed.
    async fn conclude(&self, kind: &dyn Kind, task: &Task<'_>, want: &Value) -> Result<(), AwsError>;

    /// Finds out why a person who is known by this name or e-mail address cannot sign in or gets no call: what was checked,
    /// each about one of these things.
    async fn person(&self, who: &str, parts: &[Part<'_>]) -> Vec<(Address, Checked)>;

    /// Checks whether an instance of Amazon Connect has a call as a contact, and an agent has taken it.
    async fn contact(&self, instance: &str, id: &str) -> Checked;

    /// Checks whether the person of a SAML response arrives: whether Amazon Connect knows the name; and, with the
    /// response, whether STS and Amazon Connect take it, which signs the person in.
    async fn arrive(&self, arrival: &Arrival, posted: Option<&Posted>) -> Vec<Checked>;

    /// Makes one of the checks of a thing that take calls of their own. `None`: it does not concern this thing.
    async fn check(
        &self,
        kind: &dyn Kind,
        check: &'static Check,
        want: &Value,
        live: &Live,
    ) -> Option<Checked>;
}
