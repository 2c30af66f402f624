//! Why a step is as it is, as a value: `report` makes the sentences.

use serde::Serialize;

use headset_kinds::Address;

/// Why a step is as it is. The identifier of each is stable: programs read it in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "id")]
pub enum Reason {
    /// It was not looked at.
    NotLookedAt,
    /// It could not be read.
    Unread,
    /// It could not be read, and is taken to be there: others look after it.
    TakenToBeThere,
    /// The blueprint links to it, and it is not there.
    ShouldExist,
    /// The blueprint links to it.
    LivesOutside,
    /// The blueprint links to it, and linked to another one before.
    AnotherLivesOutside,
    /// The rest of the account needs it as well, and it is not there.
    AccountNeeds,
    /// The rest of the account needs it as well, and it is not complete.
    AccountNeedsMore,
    /// It is shared with the rest of the account.
    Shared,
    /// The blueprint asks for it.
    Asked,
    /// An earlier run began to make it, and did not finish.
    CreationUnfinished,
    /// It was made, and is gone.
    DeletedOutside,
    /// Only a person can make it.
    ByHand {
        /// Why, in a sentence without a full stop.
        why: &'static str,
        /// Whether one was there before.
        is_gone: bool,
    },

    /// A person made it, and what was answered about it is lost.
    AnswersLost,
    /// It is there, and is not this environment's.
    NotOurs,
    /// Another entry of the blueprint asks for the same thing.
    ClaimedTwice,
    /// It failed, and does not recover by itself.
    Failed {
        /// AWS's word.
        state: String,
        /// AWS's reason.
        error: String,
    },
    /// AWS cannot change it, not even by replacing it.
    Unchangeable,
    /// AWS cannot change this field in place.
    FieldUnchangeable {
        /// Which.
        field: String,
    },
    /// Another one has to take its place, for a reason of its kind.
    Superseded {
        /// Why, in a sentence without a full stop.
        why: String,
    },
    /// `--replace` asks for another one.
    ReplaceAsked,
    /// A person made another one in its place.
    Successor {
        /// The id of the old one.
        of: String,
    },
    /// An earlier one takes its place again.
    BackTo {
        /// The id of the one that goes.
        of: String,
    },
    /// The blueprint names another one that a person made.
    OtherNamed,
    /// It is on its way to another state.
    Moving {
        /// AWS's word.
        state: String,
    },
    /// A person has to edit it: what is wanted of it changed.
    ValuesChanged,
    /// A person has to edit it: it is there from before, and what is wanted of it changed.
    ValuesChangedSince,
    /// It is this environment's, and state does not know it.
    UnknownToState,
    /// It is as wanted.
    AsWanted,
    /// Another hand changed it to what the blueprint asks for.
    ChangedAsWanted,
    /// An earlier run began to change it, and did not finish.
    ChangeUnfinished,
    /// The blueprint and another hand changed it.
    BlueprintAndCloudChanged,
    /// Another hand changed it, and it is not as the blueprint says. What was applied last is not known.
    ChangedOutsideAndDiffers,
    /// Another hand changed it.
    ChangedOutside,
    /// Another hand changed it, and what it refers to is no longer the same.
    ChangedOutsideAndFollows {
        /// What it refers to, where that is known.
        followed: Vec<Address>,
    },
    /// What it refers to is no longer the same.
    Follows {
        /// What it refers to, where that is known.
        followed: Vec<Address>,
    },
    /// It was imported, and has not been made as the blueprint says.
    Imported,
    /// An import or a search found it again, and it is not as the blueprint says. What was applied last is not known, so
    /// that nothing tells whether the blueprint or the cloud changed.
    FoundAgain,
    /// The blueprint changed.
    BlueprintChanged,
    /// The blueprint changed, and what it refers to is no longer the same.
    BlueprintChangedAndFollows {
        /// What it refers to, where that is known.
        followed: Vec<Address>,
    },

    /// It is not there any more.
    Gone,
    /// It is shared with the rest of the account, and stays.
    SharedStays,
    /// State only links to it, and it stays.
    OutsideStays,
    /// The blueprint says that Headset lets go of it.
    LetGo,
    /// The whole environment is taken down.
    TakenDown,
    /// The blueprint does not ask for it any more.
    NotAsked,
    /// A person made it, and a person deletes it.
    Persons,
    /// A person made it, and a person deletes it. What was answered about it is lost, so that nothing tells whether it is
    /// still there.
    PersonsUnanswered,
    /// It does not carry this environment's tags.
    Untagged,
    /// It can carry no tags, and nothing else proves that Headset made it.
    Unproven,
    /// It stays: it is the same thing as what another address holds.
    SameAs {
        /// The other address.
        holder: Address,
    },
}
