//! The engine: what was applied, what is there, what is to be done, and doing it; and on top of that the use cases, each a
//! function with plain options and a plain value as its outcome.
//!
//! It asks a cloud by the trait [`headset_kinds::Cloud`] and knows no other way to one; it knows kinds by their trait alone.
//! Modules import downwards only; this list is in that order, lowest first.

pub mod state;

pub mod survey;

mod as_applied;

pub mod plan;

pub mod apply;

pub mod metadata;

pub mod passwords;

pub mod session;

pub mod assess;

pub mod checkpoints;

pub mod drift;

pub mod verify;

pub mod saved;

mod recorded;

pub mod import;

pub mod edit;

pub mod existing;

pub mod proposal;

pub mod destroy;

pub mod discover;

#[cfg(test)]
mod tests;
