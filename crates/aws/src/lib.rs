//! The way to AWS: clients by service, one chokepoint for every call, error classes, time.
//!
//! Nothing here knows what a blueprint or a plan is.

mod assets;
mod attempt;
mod attention;
mod aws_time;
mod chokepoint;
mod clients;
mod config;
mod delays;
mod error;
mod fetch;
mod gather;
pub mod kinds;
mod notices;
mod novelties;
mod nulls;
pub mod objects;
pub mod owner;
mod pace;
mod pages;
mod record;
mod recordings;
mod renewal;
mod reveal;
mod role;
mod run_cache;
mod told;
mod trail;
mod whole;

pub use assets::Assets;
pub use aws_time::AwsTime;
pub use chokepoint::{CALLS, CallHook, CallRecord, Gate, Wire};
pub use clients::{Aws, AwsOptions};
pub use config::Credentials;
pub use delays::{Delay, Why};
pub use error::Complete;
pub use fetch::Fetched;
pub use pace::Pace;
pub use pages::{Page, pages};
pub use record::{FORMAT as RECORD_FORMAT, RecordError, Recorder};
pub use recordings::recordings;
pub use told::{TOLD, Told};
