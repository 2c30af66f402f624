//! The form of an assumption.

use headset_core::field::FieldId;
use headset_core::{Class, KindId};

/// One assumption, with what speaks for it and how a person would notice that it is wrong.
///
/// `belief` goes on after "Headset assumes that", and `fallback` after "if that is wrong,".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Its id, as code, messages and documents name it.
    pub id: &'static str,
    /// What is believed.
    pub belief: &'static str,
    /// What comes closest to a source.
    pub source: &'static str,
    /// What happens, or what to do, if it is wrong.
    pub fallback: &'static str,
    /// How it would show that it is wrong: at least one way.
    pub signals: &'static [Signal],
}

/// One way in which a wrong assumption shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// One of these operations fails with an error of one of these classes.
    Call {
        /// The service, as AWS's models call it.
        service: &'static str,
        /// Its operations.
        operations: &'static [&'static str],
        /// The classes.
        classes: &'static [Class],
    },
    /// Any call fails with an error of one of these classes.
    AnyCall(&'static [Class]),
    /// AWS takes every change, and one of these fields does not become as wanted.
    Fields(&'static [FieldId]),
    /// A wait for something of this kind ends in errors that AWS reports.
    Errors(KindId),
    /// Any wait takes longer than Headset's timeout.
    LongWait,
    /// AWS takes a creation, and the resource does not appear.
    Absence,
    /// The plan refuses a resource because of what it refers to, and one of these fields is why.
    Incompatibility(&'static [FieldId]),
    /// A call fails, and its message names the assumption itself.
    Named,
    /// Only a person can notice it: no step fails because of it.
    Person,
    /// It does not show: what Headset does is right either way.
    Nothing,
}
