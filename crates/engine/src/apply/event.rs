//! What happens during an apply, as data. Progress bars, plain lines and JSON are three readers of it.

use serde::Serialize;

use super::failure::Failure;
use super::operation::Operation;
use super::rejection::Rejection;
use crate::plan::Phase;
use headset_kinds::{Address, Checkpoint};

/// A moment as RFC 3339.
fn written<S: serde::Serializer>(at: &jiff::Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum Event {
    /// The run begins.
    Begun {
        /// The environment.
        environment: String,
        /// How many steps there are.
        steps: usize,
    },
    /// A step starts.
    Started {
        /// Whose.
        address: Address,
        /// Which half.
        phase: Phase,
        /// What it does.
        operation: Operation,
    },
    /// A thing was looked at while it is waited for.
    Observed {
        /// Which.
        address: Address,
        /// AWS's state, such as `STARTING`.
        state: String,
        /// What else is known, such as `0/2 running`.
        detail: String,
    },
    /// A step is finished.
    Finished {
        /// Whose.
        address: Address,
        /// Which half.
        phase: Phase,
        /// What it did.
        operation: Operation,
    },
    /// Nothing was made: what there would be is there already, and is used in its place.
    UpToDate {
        /// What was to be made.
        address: Address,
        /// What is used in its place.
        thing: String,
    },
    /// A step failed.
    Failed {
        /// Whose.
        address: Address,
        /// Which half.
        phase: Phase,
        /// What it was to do; `None` where the plan had nothing for it to do.
        operation: Option<Operation>,
        /// Why.
        failure: Failure,
    },
    /// A step cannot run because another one failed.
    Skipped {
        /// Whose.
        address: Address,
        /// Which other one.
        because: Address,
    },
    /// A person has to do something.
    CheckpointOpened {
        /// What.
        checkpoint: Checkpoint,
    },
    /// A person's answer came.
    CheckpointAnswered {
        /// To which checkpoint.
        address: Address,
    },
    /// A person's answer does not do.
    CheckpointRefused {
        /// To which checkpoint.
        address: Address,
        /// Why.
        because: Rejection,
    },
    /// Everything else is done; only people are waited for.
    WaitingForPeople {
        /// For which checkpoints.
        addresses: Vec<Address>,
    },
    /// A step waits until sessions have ended that it would cut off.
    WaitingForSessions {
        /// Whose.
        address: Address,
        /// How many are open.
        open: u32,
        /// Until when.
        #[serde(serialize_with = "written")]
        until: jiff::Timestamp,
    },
    /// A call has no answer for so long that people should know.
    Unanswered {
        /// The service.
        service: &'static str,
        /// The operation.
        operation: &'static str,
        /// When it was sent.
        #[serde(serialize_with = "written")]
        since: jiff::Timestamp,
        /// How long ago that is.
        seconds: u64,
    },
    /// The credentials have ended. Calls wait for new ones.
    CredentialsExpired {
        /// Until when.
        #[serde(serialize_with = "written")]
        until: jiff::Timestamp,
    },
    /// There are new credentials, and the run goes on.
    CredentialsRenewed,
    /// The user asked to stop: nothing new starts.
    Interrupted,
}
