//! The simulator: AWS's wire protocols, constraints and lifecycles on a virtual clock.
//!
//! [`Simulator::new`] makes a simulated AWS from [`SimOptions`]. Clients reach it over loopback (`Simulator::serve`), as
//! the HTTP client of AWS's Rust SDKs (`Simulator::http_client`, with the feature `in-process`), or by single requests
//! (`Simulator::handle`). [`fault::Rule`] says what goes wrong, [`console::act`] does what people do where no API exists,
//! and `Simulator::with_world` looks at the [`world::World`] behind the calls or changes it.
//!
//! It knows nothing of Headset's engine: what the simulator accepts must be what AWS accepts, so it may not share a single
//! assumption with the code that it is there to test.

// Lowest first: a module uses only those above it. `docs/architecture.md` says what each layer is for.

mod answer;
mod clock;
pub mod evidence;
mod lock;
mod resource_type;

pub mod policy;
pub mod wire;

pub mod fault;
mod forward_compatibility;
mod in_flight;
mod latency;
mod reply;

pub mod world;

mod service;
mod throttle;

mod authorise;

mod caller;
mod control_panel;
mod identity_provider;

pub mod console;
pub mod operator;
mod other_client;

mod simulator;

mod control;
mod cross_origin;
mod door;
mod exchange;
#[cfg(feature = "in-process")]
mod in_process;
mod server;

pub mod replay;

#[cfg(test)]
mod fuzz;

pub use answer::Fault;
pub use clock::Moment;
pub use exchange::Dropped;
pub use simulator::{CallRecord, Latency, SimOptions, Simulator};
