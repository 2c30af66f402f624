//! Rules: what goes wrong, with which calls and things.

use crate::fault::external_change::ExternalChange;
use crate::fault::resource_fault::ResourceFault;
use serde::Serialize;
use serde_json::{Map, Value};

/// One rule: what happens, and to what.
#[derive(Clone, Debug)]
pub struct Rule {
    /// As it was written.
    pub(super) written: Map<String, Value>,
    pub(super) effect: RuleEffect,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.written == other.written
    }
}

impl Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written.serialize(serializer)
    }
}

/// What a rule does.
#[derive(Clone, Debug)]
pub(super) enum RuleEffect {
    /// Calls go wrong.
    Call { calls: Calls, kind: Kind },
    /// A thing gets stuck, or its creation fails.
    Resource(ResourceFault),
    /// Another client changes something right before or right after a call.
    BesideCall {
        calls: Calls,
        before: bool,
        change: ExternalChange,
    },
    /// Another client changes something so many simulated seconds after the rule was set.
    AtTime { seconds: f64, change: ExternalChange },
}

/// Which calls a rule is about.
#[derive(Clone, Debug)]
pub(super) struct Calls {
    /// botocore's name of the service; any service where it is missing.
    pub(super) service: Option<String>,
    /// The operation; any operation where it is missing.
    pub(super) operation: Option<String>,
    pub(super) count: Count,
}

impl Calls {
    pub(super) fn include(&self, service: &str, operation: &str) -> bool {
        self.service.as_deref().is_none_or(|name| name == service)
            && self.operation.as_deref().is_none_or(|name| name == operation)
    }
}

/// Which of many.
#[derive(Clone, Copy, Debug)]
pub(super) struct Count {
    /// The first, counted from 1 when the rule is set.
    pub(super) nth: u64,
    /// How many from there on.
    pub(super) times: u64,
    /// How many of a hundred of these, picked at random by the seed; all where it is missing.
    pub(super) percent: Option<f64>,
}

impl Count {
    /// Counts one more; whether it is meant.
    pub(super) fn next(self, seen: &mut u64, random: &mut fastrand::Rng) -> bool {
        *seen += 1;
        // Asked for every one, so that the choice does not depend on the other keys.
        let picked = self.percent.is_none_or(|percent| random.f64() * 100.0 < percent);
        picked && *seen >= self.nth && *seen - self.nth < self.times
    }
}

/// What goes wrong with a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// The service answers with this error and does nothing.
    Error {
        /// AWS's error code.
        code: String,
        /// The HTTP status; the model's where it is missing.
        status: Option<u16>,
    },
    /// The service carries the call out, and the answer is nothing that a client can read.
    Garbage,
    /// The service carries the call out, and every enumerated value in the answer is one that no model has yet.
    UnknownValues,
    /// The service carries the call out, and whatever its model does not require is null in the answer.
    Nulls,
    /// The connection is lost before the service sees the call.
    DropBefore,
    /// The service carries the call out, and then the connection is lost.
    DropAfter,
    /// The call takes this much longer.
    Delay {
        /// Seconds on the clients' clock: in process simulated ones, over loopback those of the wall.
        seconds: f64,
    },
}
