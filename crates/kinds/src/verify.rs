//! What `verify` asks about things: whether each is as an agent needs it who wants to get in.
//!
//! A kind declares its checks ([`crate::Kind::checks`]). It answers those itself that follow from what AWS reports
//! ([`crate::Kind::check`]); its other half makes those that take a call of their own, such as fetching a page as a
//! browser does. Each check is answered by one of the two.

use jiff::Timestamp;
use serde_json::Value;

use headset_core::AwsError;

use crate::live::Live;
use crate::published::Published;

/// One thing that has to be so, for an agent to get in.
#[derive(Debug, PartialEq, Eq)]
pub struct Check {
    /// Its identifier, unique among the checks of all kinds.
    pub id: &'static str,
    /// What has to be so, in a sentence without a full stop.
    pub about: &'static str,
    /// The checks that have to pass before this one says anything: of the same thing, or of what it refers to.
    pub after: &'static [&'static str],
    /// The checks that have to pass before this one says anything: of everything in the environment.
    pub across: &'static [&'static str],
}

impl Check {
    /// It is so.
    pub fn passed(&'static self, looked_at: impl Into<String>) -> Checked {
        self.with(looked_at, Verdict::Passed)
    }

    /// It is not so: why, and what to do, each in a sentence without a full stop.
    pub fn failed(
        &'static self,
        looked_at: impl Into<String>,
        why: impl Into<String>,
        help: impl Into<String>,
    ) -> Checked {
        let verdict = Verdict::Failed {
            why: why.into(),
            help: help.into(),
        };
        self.with(looked_at, verdict)
    }

    /// Nothing that Headset can ask says whether it is so: why, and where a person looks, each in a sentence without a
    /// full stop.
    pub fn not_checked(
        &'static self,
        looked_at: impl Into<String>,
        why: impl Into<String>,
        look: impl Into<String>,
    ) -> Checked {
        let verdict = Verdict::NotChecked {
            why: why.into(),
            look: look.into(),
        };
        self.with(looked_at, verdict)
    }

    /// Whether it is so could not be read.
    pub fn unknown(&'static self, looked_at: impl Into<String>, error: AwsError) -> Checked {
        self.with(looked_at, Verdict::Unknown(error))
    }

    fn with(&'static self, looked_at: impl Into<String>, verdict: Verdict) -> Checked {
        Checked {
            check: self,
            looked_at: looked_at.into(),
            verdict,
        }
    }
}

/// How a check ended.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It is so.
    Passed,
    /// It is not so.
    Failed {
        /// Why not, in a sentence without a full stop.
        why: String,
        /// What to do, in a sentence without a full stop.
        help: String,
    },
    /// It could not be read.
    Unknown(AwsError),
    /// Nothing that Headset can ask says it.
    NotChecked {
        /// Why not, in a sentence without a full stop.
        why: String,
        /// Where a person looks, in a sentence without a full stop.
        look: String,
    },
}

/// A check that was made.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Which one.
    pub check: &'static Check,
    /// What was looked at.
    pub looked_at: String,
    /// How it ended.
    pub verdict: Verdict,
}

/// What a kind is given to answer its checks.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// What the blueprint asks for, its references resolved.
    pub want: &'a Value,
    /// What is there.
    pub live: &'a Live,
    /// The time there.
    pub now: Timestamp,
    /// What has become of the document that its answers point to, if they do.
    pub published: Option<&'a Published>,
}
