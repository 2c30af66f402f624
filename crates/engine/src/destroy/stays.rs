//! What stays after everything was taken down, and why, as values: `report` makes the sentences.

use headset_core::AwsError;
use headset_kinds::kind::Notice;
use serde::Serialize;

use crate::plan::Reason;
use crate::plan::claim::Unclaimed;

/// Something that stays.
#[derive(Clone, Debug)]
pub struct Leftover {
    /// What: an address, or AWS's own name for it.
    pub what: String,
    /// Why it stays.
    pub why: Stays,
}

/// Why something stays. The identifier of each is stable: programs read it in JSON.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "id")]
pub enum Stays {
    /// It could not be read.
    Unread {
        /// Why.
        error: AwsError,
    },
    /// AWS refused to delete it, or did not come to an end.
    NotDeleted,
    /// The run was interrupted before it was seen to be gone.
    Interrupted,
    /// Its deletion was not begun, because another one failed.
    NotBegun,
    /// AppStream keeps home folders in a bucket of the whole account.
    HomeFolders,
    /// Connect keeps the log group of contact flow logs.
    FlowLogs,
    /// Things of this class carry no tags, so that a search by tags does not find them.
    NotSearched {
        /// Where to look, in a sentence without a full stop.
        look: &'static str,
    },
    /// The user restricted the search to these regions.
    OtherRegions {
        /// Where it was looked.
        searched: Vec<String>,
    },
    /// What a person answered about it is not here, so that it could not be looked up.
    AnswersMissing {
        /// What its checkpoint says about what may be there.
        notices: Vec<Notice>,
    },
    /// What a person answered about it is not here, and it could not be looked up whether it is there.
    NotLookedUp {
        /// Why.
        unread: AwsError,
        /// Where to look, in a sentence without a full stop.
        look: &'static str,
    },
    /// It carries this environment's tags, and is there still.
    StillThere,
    /// It carries none of Headset's tags.
    NoTags {
        /// The command that takes it over.
        import: String,
    },
    /// It cannot carry tags.
    NoTagsPossible {
        /// The command that takes it over.
        import: String,
    },
    /// It holds data, and is not known to be the environment's.
    #[serde(untagged)]
    Unclaimed(Unclaimed),
    /// The plan leaves it.
    #[serde(untagged)]
    Planned(Reason),
}
