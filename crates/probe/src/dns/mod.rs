//! Names to addresses, and why not.

mod message;
mod servers;
mod stub;

pub(crate) use stub::resolve;
