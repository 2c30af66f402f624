//! Taking an environment down: what of it goes, what stays, and what proves that it is gone.

mod leftovers;
mod proof;
mod stays;
mod takedown;

pub use proof::{Proof, by_name, not_looked_for};
pub use stays::{Leftover, Stays};
pub use takedown::{Takedown, TakenDown, Way, foresee, lock};
