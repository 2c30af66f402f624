//! A small typed client for AWS's services.
//!
//! A service that a program is made of deserves its SDK crate. Of most others a program uses a handful of operations, and
//! an SDK crate costs a minute of build time for them. This crate speaks to those: over the runtime of the SDKs
//! (credentials, signatures, retries, timeouts, HTTP client), with AWS's protocols written once.
//!
//! - [`Service`] says what a service is called, where it is and which protocol it uses.
//! - [`Operation`] is implemented by the request of an operation, a serde struct. Its answer is one too.
//! - [`Client::send`] sends it and gives the answer, or an error that the SDKs' traits describe.
//! - [`services`] has the operations that Headset uses. Others can be defined anywhere.
//!
//! Nothing here knows Headset's engine, its blueprints or its simulator.

mod client;
mod error;
pub mod hosts;
mod operation;
mod plugin;
mod service;
pub mod services;
mod values;
mod wire;

pub use client::{Client, Failure, endpoint_of};
pub use error::ServiceError;
pub use hosts::Host;
pub use operation::{Answered, Body, Http, Nothing, Operation};
pub use service::{Json, Protocol, Service};
pub use values::{Blob, Epoch, Flat, HttpDate, Iso8601, Verbatim};
