//! The way to AWS: clients by service, one chokepoint for every call, error classes, time.
//!
//! Nothing here knows what a blueprint or a plan is.

pub mod assumptions;
mod chokepoint;
mod clients;
mod clock;
pub mod doubt;
mod error;
mod fetch;
mod memo;
mod nulls;
mod pace;
mod pages;
mod record;
pub mod regions;
mod role;
mod whole;

pub use chokepoint::{CallHook, CallRecord, Gate, Wire};
pub use clients::{Aws, AwsOptions, Credentials, Delay, Identity, Regions, Why, is_loopback};
pub use clock::Clock;
pub use error::{AwsError, Class, MISTAKE, class_of};
pub use pace::Pace;
pub use pages::{Page, pages};
pub use record::{FORMAT as RECORD_FORMAT, RecordError, Recorder};
pub use whole::{TOLD, Told};
