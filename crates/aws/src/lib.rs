//! The way to AWS: clients by service, one chokepoint for every call, error classes, time.
//!
//! Nothing here knows what a blueprint or a plan is.

mod chokepoint;
mod clients;
mod error;
mod fetch;
pub mod kinds;
mod memo;
mod nulls;
mod pace;
mod pages;
mod record;
pub use headset_kinds::regions;
mod reveal;
mod role;
mod whole;

pub use chokepoint::{CallHook, CallRecord, Gate, Wire};
pub use clients::{Aws, AwsOptions, Credentials, Delay, Why};
pub use error::Complete;
pub use headset_core::Clock;
pub use headset_core::endpoint::is_loopback;
pub use headset_core::error::{AwsError, Class, MISTAKE, class_of};
pub use headset_core::{assumptions, doubt};
pub use headset_kinds::regions::{Identity, Regions};
pub use pace::Pace;
pub use pages::{Page, pages};
pub use record::{FORMAT as RECORD_FORMAT, RecordError, Recorder};
pub use whole::{TOLD, Told};
