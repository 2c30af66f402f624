//! What a look for drift tells, as values.

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use headset_core::diagnostic::Place;
use headset_core::{Address, AwsError};

use crate::metadata::{Certificate, Freshness, Publication};
use crate::plan::{Cause, Reason, Refusal};

/// Everything that differs in one environment.
#[derive(Clone, Debug)]
pub struct DriftReport {
    /// The environment.
    pub environment: String,
    /// What differs, in the order of the addresses; what publications show comes last.
    pub entries: Vec<Entry>,
    /// Things that are as they were applied, and as the blueprint asks for.
    pub unchanged: Vec<Address>,
    /// When the certificates of SAML providers end.
    pub certificates: Vec<Certificate>,
    /// Whether identity providers still publish what was read.
    pub publications: Vec<Publication>,
}

impl DriftReport {
    /// How many entries are of this class, without those that are waived.
    pub fn count(&self, class: Class) -> usize {
        let counted = |entry: &&Entry| entry.class == class && entry.waived.is_none();
        self.entries.iter().filter(counted).count()
    }

    /// What it comes to.
    pub fn verdict(&self) -> Verdict {
        let outside = [Class::Drift, Class::Extra, Class::Missing];
        let outside: usize = outside.into_iter().map(|class| self.count(class)).sum();
        match (self.count(Class::Unknown), outside) {
            (0, 0) => Verdict::AsApplied,
            (0, _) => Verdict::Drift,
            (_, 0) => Verdict::Unknown,
            (_, _) => Verdict::DriftAndUnknown,
        }
    }

    /// How many entries are waived.
    pub fn waived(&self) -> usize {
        self.entries.iter().filter(|entry| entry.waived.is_some()).count()
    }
}

/// What a look for drift comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing was changed, added or deleted outside of Headset, but for what is waived.
    AsApplied,
    /// Something was.
    Drift,
    /// Nothing was as far as it is known, and something could not be read.
    Unknown,
    /// Something was, and something else could not be read.
    DriftAndUnknown,
}

/// What kind of difference it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// What is there is not what was applied last.
    Drift,
    /// Others made it, and the blueprint does not declare it.
    Extra,
    /// The blueprint asks for the same as before, and what it refers to is no longer the same.
    Follows,
    /// It was applied, and is gone.
    Missing,
    /// The blueprint asks for something else than was applied.
    Pending,
    /// It could not be read.
    Unknown,
}

/// What the blueprint says of drift that it lets be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Waived {
    /// Why.
    pub reason: String,
    /// The last day, in UTC.
    pub until: Date,
}

/// One thing that differs, in one way.
#[derive(Clone, Debug)]
pub struct Entry {
    /// In which way.
    pub class: Class,
    /// The thing's address.
    pub address: Address,
    /// Why.
    pub why: Why,
    /// Where, leaf by leaf; empty where the thing as a whole differs.
    pub fields: Vec<Field>,
    /// The blueprint lets it be for a while: it is no reason to fail.
    pub waived: Option<Waived>,
    /// Where the blueprint asks for the thing.
    pub place: Option<Place>,
}

/// One leaf at which a thing differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The field of the kind's table.
    pub name: String,
    /// The whole path, from that field on.
    pub path: String,
    /// What is wanted; `None`: nothing.
    pub want: Option<Value>,
    /// What was applied last; `None`: nothing was.
    pub applied: Option<Value>,
    /// What is there; `None`: nothing is.
    pub live: Option<Value>,
    /// Why it differs.
    pub cause: Cause,
}

/// What a plan says of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// Why it is as it is.
    #[serde(flatten)]
    pub reason: Reason,
    /// What else it does to what is not the thing's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side_effect: Option<String>,
}

/// Why something differs. The identifier of each is stable; what a plan says has the plan's.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "id")]
pub enum Why {
    /// It could not be read.
    Unread {
        /// Why.
        error: AwsError,
    },
    /// Another hand changed it, and apply changes it back.
    ChangedOutside,
    /// Another hand changed it to what the blueprint asks for by now.
    ChangedAsWanted,
    /// Another hand changed it. The rest of the account shares it, and apply leaves it.
    ChangedAndShared,
    /// Another hand added to it what the blueprint does not name, and apply leaves that.
    AddedByOthers,
    /// Another hand added to a list in it what the blueprint does not name, and apply takes that away: the thing has what
    /// the blueprint says and nothing else.
    AddedToIt,
    /// It is in a list of a thing of the environment, and the blueprint does not declare it. Apply leaves it.
    Undeclared {
        /// The thing that has the list.
        holder: Address,
        /// What it is, with its article.
        one: String,
        /// What AWS knows it by.
        physical_id: String,
        /// What else is known of it.
        #[serde(skip_serializing_if = "Option::is_none")]
        about: Option<String>,
    },
    /// A list of what the thing has could not be read.
    Unlisted {
        /// Of what.
        what: String,
        /// Why.
        error: AwsError,
    },
    /// Another hand changed it, and what the plan does about it has this reason of its own.
    ChangedAndPlanned {
        /// This one.
        planned: Planned,
    },
    /// It follows what it refers to.
    Follows {
        /// What it refers to, where that is known.
        followed: Vec<Address>,
    },
    /// It is not as needed. The rest of the account shares it, and apply leaves it.
    SharedDiffers,
    /// It was imported, and has not been made as the blueprint says.
    Imported,
    /// It was found again without what was applied last, and is not as the blueprint says.
    FoundAgain,
    /// The blueprint changed; other fields of the thing differ for other reasons.
    BlueprintChanged,
    /// What is there is not this environment's to change.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// What the identity provider publishes is not what was read, or not what IAM has.
    Metadata {
        /// Whether it is.
        freshness: Freshness,
    },
    /// The plan's reason.
    #[serde(untagged)]
    Planned(Planned),
}
