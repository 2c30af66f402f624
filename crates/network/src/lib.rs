//! What the network of a VDI contact center has to let through.
//!
//! Everything here is a function of values: the data that was read off AWS's pages ([`data`]), what is known of one environment
//! ([`center`]), AWS's file of address ranges ([`ranges`]). Files, clocks and the web are the program's.

pub mod authority;
pub mod center;
pub mod changes;
pub mod data;
pub mod format;
pub mod list;
pub mod ranges;
pub mod sizing;
pub mod table;
pub mod terms;
pub mod trial;
pub mod voice;

#[cfg(test)]
mod tests;
