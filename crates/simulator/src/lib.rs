//! The simulator: AWS's wire protocols, constraints and lifecycles on a virtual clock.
//!
//! It knows nothing of the engine. The two meet at the SDK's HTTP client (in process) or over
//! loopback (`headset sim serve`), and nowhere else: what the simulator accepts must be what AWS
//! accepts, so it may not share a single assumption with the code it is there to test.

pub mod assumption;
mod caller;
pub mod clock;
pub mod console;
mod control;
mod cross_origin;
pub mod fault;
#[cfg(test)]
mod fuzz;
mod hands;
pub mod identity_provider;
mod in_flight;
#[cfg(feature = "in-process")]
mod in_process;
mod latency;
mod newer;
pub mod operator;
pub mod policy;
pub mod quirk;
pub mod replay;
mod reply;
mod server;
pub mod service;
pub mod simulator;
mod thing;
mod throttle;
pub mod wire;
pub mod world;

pub use simulator::{CallRecord, Dropped, Latency, SimOptions, Simulator};
