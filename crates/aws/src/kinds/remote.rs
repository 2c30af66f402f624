//! The contract of a kind's half that asks AWS and changes things there.
//!
//! A kind is written against its own types ([`Remote`]); the engine has specs as JSON, and asks any kind ([`Half`]). The
//! one step between them is here.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde_json::Value;

use headset_core::tag::TagChange;
use headset_core::{Address, AwsError, Diff, KindId, field};
use headset_kinds::discovery::Found;
use headset_kinds::extra::{Extra, Holder, List};
use headset_kinds::kind::{
    Checkpoint, Declared, Dependents, Forbidden, Kind, Live, Lookup, Observation, Published, parse,
};
use headset_kinds::rejected::Rejected;
use headset_kinds::verify::{Check, Checked};

use crate::Aws;

/// What a step may use while it works on one resource.
#[derive(Debug)]
pub struct Work<'a> {
    /// The way to AWS.
    pub aws: &'a Aws,
    /// What is being worked on.
    pub address: &'a Address,
    /// An idempotency token: the same whenever this step is tried again, another for every other step.
    /// At most 64 characters of `[0-9a-f-]`.
    pub token: String,
}

/// The things of one kind that are in another thing and carry a lineage.
#[derive(Debug)]
pub struct Inside {
    /// What such things are, in the plural: `users`.
    pub what: &'static str,
    /// Those that were found, or why they could not be searched.
    pub found: Result<Vec<Found>, AwsError>,
}

/// A person's answers to a checkpoint, by their keys.
pub type Answers = BTreeMap<String, String>;

/// How AWS is asked for things of a kind and made to change them.
#[async_trait]
pub trait Remote: Kind {
    /// Looks for many things with as few calls as AWS's batch operations allow.
    /// The answer has one entry for each lookup, in the same order.
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation>;

    /// Reads one of [`Kind::lists`] page by page, and returns what is in it and not known. What a thing is born with is left
    /// out. A list that this run has read already is not read again (`Aws::remembered`).
    async fn extras(&self, _aws: &Aws, list: &List, _holder: Holder<'_>) -> Result<Vec<Extra>, AwsError> {
        let message = format!("the {} of a {} are not listed", list.what, list.holder.name());
        Err(AwsError::bug(message))
    }

    /// Makes the thing and returns its physical id. Asynchronous creations are only started: the engine
    /// waits until [`Live::condition`] is settled and then calls [`Remote::update`] while a diff remains.
    async fn create(&self, work: &Work<'_>, want: &Self::Spec) -> Result<String, AwsError>
    where
        Self: Declared;

    /// Moves the thing one step towards what is wanted: what `diff` names and what the present state allows.
    /// A change that needs a stop is three steps: the first call stops, the next one updates, the last
    /// starts again. The engine reads and compares anew between calls.
    /// Tags are [`Remote::tag`]'s. Where nothing can change in place, there is none.
    async fn update(
        &self,
        _work: &Work<'_>,
        _want: &Self::Spec,
        _live: &Live,
        _diff: &Diff,
    ) -> Result<(), AwsError>
    where
        Self: Declared,
    {
        let message = format!("nothing of a {} changes in place", self.name());
        Err(AwsError::bug(message))
    }

    /// Sets and removes these tags; all others stay. Things that carry tags have one.
    async fn tag(&self, _work: &Work<'_>, _live: &Live, _change: TagChange) -> Result<(), AwsError> {
        let message = format!("a {} carries no tags", self.name());
        Err(AwsError::bug(message))
    }

    /// Moves the thing one step towards being gone (stops it first where AWS asks for that). The engine
    /// reads again between calls until it is absent.
    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError>;

    /// Looks for what else hangs on such a thing, before it is deleted. `None`: nothing of the sort can.
    async fn dependents(&self, _aws: &Aws, _live: &Live) -> Option<Result<Dependents, AwsError>> {
        None
    }

    /// How many such things the account's event history has seen come and go since then. `None`: AWS does not limit that.
    async fn made_and_deleted(&self, _aws: &Aws, _since: jiff::Timestamp) -> Option<Result<usize, AwsError>> {
        None
    }

    /// What the account itself tells against a thing that is to be made or changed: a setting of the whole account, or that
    /// what it names is not there. `None`: nothing of the sort concerns it.
    async fn forbidden(&self, _aws: &Aws, _want: &Self::Spec) -> Option<Result<Option<Forbidden>, AwsError>>
    where
        Self: Declared,
    {
        None
    }

    /// What keeps AWS from deleting such a thing because it uses it, with what to do: a sentence without a full stop.
    /// Asked after AWS has refused for longer than it takes to let go. `None`: that is not known.
    async fn in_use_by(&self, _aws: &Aws, _live: &Live) -> Option<String> {
        None
    }

    /// Searches the thing of that kind with this id for things of this kind that carry a lineage, by their tags, for when
    /// no state knows of them. `None`: such things are not inside of those, or are found otherwise.
    async fn inside(&self, _aws: &Aws, _holder: KindId, _id: &str) -> Option<Inside> {
        None
    }

    /// Checks a person's answers before they are stored; may fetch what they point to. Returns the answers to
    /// store (normalised, completed: a metadata URL also yields the document), or what is wrong with which one.
    async fn check_answers(&self, _aws: &Aws, _want: &Value, answers: &Answers) -> Result<Answers, Rejected> {
        Ok(answers.clone())
    }

    /// Looks whether a document that the answers point to is still the one that was read. `None`: they point to none.
    async fn published(&self, _aws: &Aws, _answers: &Answers) -> Option<Published> {
        None
    }

    /// Looks for what may be what an open checkpoint asks for although no answer says so: made under another name, or
    /// answered once and the answers are lost. Returns the checkpoint with what was found. What cannot be read adds
    /// nothing.
    async fn notice(&self, _aws: &Aws, _want: &Self::Spec, checkpoint: Checkpoint) -> Checkpoint
    where
        Self: Declared,
    {
        checkpoint
    }

    /// What is to be known about answers that were taken: what could not be checked, and what is unusual.
    async fn remarks(&self, _aws: &Aws, _want: &Value, _answers: &Answers) -> Vec<String> {
        Vec::new()
    }

    /// Makes a check that takes calls of its own, one that [`Kind::check`] does not answer. It changes nothing that lasts.
    /// `None`: the check does not concern this thing.
    async fn try_out(
        &self,
        _aws: &Aws,
        _check: &'static Check,
        _want: &Self::Spec,
        _live: &Live,
    ) -> Option<Checked>
    where
        Self: Declared,
    {
        None
    }

    /// Gets AWS ready for a checkpoint that is about to be waited for (starts a stopped image builder).
    ///
    /// `false`: that is on its way and takes time; the engine asks again until it is `true`, and only then shows the
    /// worksheet. May be called again and again.
    async fn prepare(&self, _work: &Work<'_>, _want: &Self::Spec) -> Result<bool, AwsError>
    where
        Self: Declared,
    {
        Ok(true)
    }

    /// Puts away what was got ready for a checkpoint that a person has passed.
    ///
    /// # Errors
    /// AWS's.
    async fn conclude(&self, _work: &Work<'_>, _want: &Self::Spec) -> Result<(), AwsError>
    where
        Self: Declared,
    {
        Ok(())
    }
}

/// What takes a spec, of any kind: here it is JSON, as the engine has it. Every [`Remote`] is one.
#[async_trait]
pub trait Half: Remote {
    /// [`Remote::create`].
    async fn create_any(&self, work: &Work<'_>, want: &Value) -> Result<String, AwsError>;

    /// [`Remote::tag`] and [`Remote::update`].
    async fn update_any(
        &self,
        work: &Work<'_>,
        want: &Value,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError>;

    /// [`Remote::forbidden`]. A spec that cannot be read yet has nothing to be asked about.
    async fn forbidden_any(&self, aws: &Aws, want: &Value) -> Option<Result<Option<Forbidden>, AwsError>>;

    /// [`Remote::notice`].
    async fn notice_any(&self, aws: &Aws, want: &Value, checkpoint: Checkpoint) -> Checkpoint;

    /// [`Remote::try_out`].
    async fn try_out_any(
        &self,
        aws: &Aws,
        check: &'static Check,
        want: &Value,
        live: &Live,
    ) -> Option<Checked>;

    /// [`Remote::prepare`].
    async fn prepare_any(&self, work: &Work<'_>, want: &Value) -> Result<bool, AwsError>;

    /// [`Remote::conclude`].
    async fn conclude_any(&self, work: &Work<'_>, want: &Value) -> Result<(), AwsError>;
}

#[async_trait]
impl<K: Remote + Declared> Half for K {
    async fn create_any(&self, work: &Work<'_>, want: &Value) -> Result<String, AwsError> {
        self.create(work, &parse(want)?).await
    }

    async fn update_any(
        &self,
        work: &Work<'_>,
        want: &Value,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        let (tags, others): (Diff, Diff) = diff
            .iter()
            .cloned()
            .partition(|change| change.field == field::TAGS);
        for change in &tags {
            self.tag(work, live, TagChange::of(change)).await?;
        }
        match others.is_empty() {
            // Tags alone take no spec: of a thing that is let go of, state need not know all fields.
            true => Ok(()),
            false => self.update(work, &parse(want)?, live, &others).await,
        }
    }

    async fn forbidden_any(&self, aws: &Aws, want: &Value) -> Option<Result<Option<Forbidden>, AwsError>> {
        self.forbidden(aws, &parse(want).ok()?).await
    }

    async fn notice_any(&self, aws: &Aws, want: &Value, checkpoint: Checkpoint) -> Checkpoint {
        match parse(want) {
            Ok(want) => self.notice(aws, &want, checkpoint).await,
            Err(error) => Checkpoint {
                unread: Some(error),
                ..checkpoint
            },
        }
    }

    async fn try_out_any(
        &self,
        aws: &Aws,
        check: &'static Check,
        want: &Value,
        live: &Live,
    ) -> Option<Checked> {
        match parse(want) {
            Ok(want) => self.try_out(aws, check, &want, live).await,
            Err(error) => Some(check.unknown(live.id.as_str(), error)),
        }
    }

    async fn prepare_any(&self, work: &Work<'_>, want: &Value) -> Result<bool, AwsError> {
        self.prepare(work, &parse(want)?).await
    }

    async fn conclude_any(&self, work: &Work<'_>, want: &Value) -> Result<(), AwsError> {
        self.conclude(work, &parse(want)?).await
    }
}
