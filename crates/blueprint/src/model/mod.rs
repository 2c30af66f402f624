//! What a blueprint says, after reading and checking: typed, defaults filled in, references still by key.
//!
//! These structs are the language: each field is a key, declared once, with its meaning, its limits, its default and
//! the fields of resources that it ends up in (see [`Section`](headset_derive::Section)). Everything derived (names in
//! AWS, links, policies, pages) is in `design`.

mod address;
mod appstream;
mod aws;
mod blueprint;
mod bootstrap;
mod ccp;
mod connect;
mod draft;
mod embed;
mod hours;
mod secret;
mod sign_in;
mod source;
mod target;
mod waiver;

pub use crate::account::OwnArn;
pub use crate::at::At;
pub use crate::entry::{Entry, Waits};
pub use crate::owned::Owned;
pub use address::Move;
pub use appstream::*;
pub use aws::*;
pub use blueprint::Blueprint;
pub use bootstrap::*;
pub use ccp::*;
pub use connect::*;
pub use embed::*;
pub use hours::{ConnectHours, HoursOverride, OverrideType, Repeat};
pub use sign_in::*;
pub use source::{Linked, Source};
pub use target::Target;
pub use waiver::Waiver;

pub(crate) use draft::{BLUEPRINT, Draft, Told, every_key, read};
pub(crate) use waiver::by_address;
