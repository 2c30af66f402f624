//! What `verify --user` asks: why one person cannot sign in, or gets no call.
//!
//! Each check is about a thing of the environment, and says so by its address. What another identity provider keeps, or
//! what no operation of AWS's tells, is not checked, and never passed.

use serde_json::Value;

use headset_core::{Address, AwsError};

use crate::live::Live;
use crate::verify::Check;

/// A thing of the environment as it is.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// Where it stands.
    pub address: &'a Address,
    /// What the blueprint asks for, its references resolved as far as they are known.
    pub want: &'a Value,
    /// What is there; none: nothing, or it could not be read.
    pub live: Option<&'a Live>,
    /// Why it could not be read.
    pub unread: Option<&'a AwsError>,
}

/// The directory knows the user.
pub static IN_DIRECTORY: Check = Check {
    id: "person-in-directory",
    about: "the user is in the directory, and enabled",
    after: &[],
    across: &[],
};

/// The user may use the application that leads to Amazon Connect.
pub static ASSIGNED: Check = Check {
    id: "person-assigned",
    about: "the user is assigned to the application, by name or by a group",
    after: &[IN_DIRECTORY.id],
    across: &[],
};

/// The name that a sign-in comes with.
pub static NAMED: Check = Check {
    id: "person-session-name",
    about: "the user's sign-ins come with a name",
    after: &[IN_DIRECTORY.id],
    across: &[],
};

/// Amazon Connect knows that name.
pub static IN_CONNECT: Check = Check {
    id: "person-in-connect",
    about: "the instance has a user of exactly that name",
    after: &[IN_DIRECTORY.id, NAMED.id],
    across: &[],
};

/// The user may work as an agent.
pub static PERMITTED: Check = Check {
    id: "person-permitted",
    about: "the user's security profiles let them use the Contact Control Panel",
    after: &[IN_CONNECT.id],
    across: &[],
};

/// Calls are among what the user gets.
pub static VOICE: Check = Check {
    id: "person-voice",
    about: "the user's routing profile gives one call at a time",
    after: &[IN_CONNECT.id],
    across: &[],
};

/// Calls come from somewhere.
pub static QUEUE: Check = Check {
    id: "person-queue",
    about: "the user's routing profile has an enabled queue for calls",
    after: &[IN_CONNECT.id],
    across: &[],
};

/// Calls come to where the user hears them.
pub static PHONE: Check = Check {
    id: "person-phone",
    about: "calls come to where the user hears them",
    after: &[IN_CONNECT.id],
    across: &[],
};

/// The user may open the desktop.
pub static DESKTOP: Check = Check {
    id: "person-desktop",
    about: "the user may open the desktop",
    after: &[IN_DIRECTORY.id],
    across: &[],
};

/// The user gets applications there.
pub static ENTITLED: Check = Check {
    id: "person-entitled",
    about: "no entitlement keeps applications from the user",
    after: &[],
    across: &[],
};

/// There is a session, or one can begin.
pub static SESSION: Check = Check {
    id: "person-session",
    about: "the user has a session, or one can begin",
    after: &[],
    across: &[],
};

/// All of them, in the order in which a sign-in meets them.
pub static ALL: [&Check; 11] = [
    &IN_DIRECTORY,
    &ASSIGNED,
    &NAMED,
    &IN_CONNECT,
    &PERMITTED,
    &VOICE,
    &QUEUE,
    &PHONE,
    &DESKTOP,
    &ENTITLED,
    &SESSION,
];
