//! Why a step did not finish, as a value: `report` makes the sentences and the advice.

use serde::Serialize;

use super::rejection::Rejection;
use crate::plan::Refusal;
use headset_core::AwsError;
use headset_core::diagnostic::Place;
use headset_kinds::Address;
use headset_kinds::evidence::{self, Evidence};

/// Why a step failed. The identifier of each is stable: programs read it in JSON.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "id")]
pub enum Failure {
    /// A call failed, or the thing could not be read.
    Call {
        /// How, with AWS's code, its class and the id of the request.
        error: AwsError,
        /// What a look at what hangs on the thing tells about it, in a sentence without a full stop.
        #[serde(skip_serializing_if = "Option::is_none")]
        hint: Option<String>,
    },
    /// The plan refused it: it is not this environment's to change.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// State could not be written.
    State {
        /// What the file system or the file says.
        error: String,
    },
    /// Something that it refers to does not have the output that it needs.
    NoOutput {
        /// What it refers to.
        of: Address,
        /// The output.
        output: String,
    },
    /// Answers about a checkpoint do not do.
    Answers {
        /// Why.
        why: Rejection,
        /// Where they come from, and so where to correct them.
        given: Given,
    },
    /// It is on its way, and AWS reports trouble for so long that it does not arrive by itself.
    Stuck {
        /// AWS's word for its state.
        state: String,
        /// AWS's reason.
        error: String,
    },
    /// It is on its way for longer than it is waited for.
    StillMoving {
        /// AWS's word for its state.
        state: String,
        /// For how long, in seconds.
        seconds: u64,
    },
    /// It was made, and another hand deleted it at once.
    GoneAgain,
    /// AWS took the creation, and the thing did not appear.
    NeverAppeared,
    /// AWS says that it failed.
    Failed {
        /// AWS's word for its state.
        state: String,
        /// AWS's reason.
        error: String,
    },
    /// AWS took every change, and it did not become as wanted.
    NotAsWanted {
        /// The fields that still differ.
        fields: Vec<String>,
    },
    /// More sessions are open than the user agreed to cut off.
    SessionsOpened {
        /// How many are open.
        open: u32,
        /// How many were open when it was planned.
        planned: u32,
    },
    /// Sessions were still open when the time was over that they were given.
    SessionsStay {
        /// How many are open.
        open: u32,
        /// How long they were given, in seconds.
        seconds: u64,
    },
    /// What was to be deleted is what another address keeps.
    SameAs {
        /// The other address.
        holder: Address,
        /// AWS's id of the thing.
        thing: String,
    },
}

impl Failure {
    /// The assumptions that may be behind the failure of a step on this address. Where something else is known to be why,
    /// there are none.
    pub fn evidence(&self, address: &Address) -> Vec<&'static Evidence> {
        match self {
            Failure::Call { error, hint: None } => evidence::behind_call(error),
            Failure::Stuck { .. } => evidence::behind_wait(address.kind),
            Failure::StillMoving { .. } => evidence::behind_long_wait(),
            Failure::NeverAppeared => evidence::behind_absence(),
            Failure::NotAsWanted { fields } => evidence::behind_fields(address.kind, fields),
            Failure::Call { hint: Some(_), .. }
            | Failure::Refused { .. }
            | Failure::State { .. }
            | Failure::NoOutput { .. }
            | Failure::Answers { .. }
            | Failure::GoneAgain
            | Failure::Failed { .. }
            | Failure::SessionsOpened { .. }
            | Failure::SessionsStay { .. }
            | Failure::SameAs { .. } => Vec::new(),
        }
    }
}

/// Where answers come from.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum Given {
    /// A person gave them in this run, or by `checkpoint answer`.
    Person,
    /// They stand in the blueprint.
    Blueprint {
        /// Where, if that is known.
        place: Option<Place>,
    },
}
