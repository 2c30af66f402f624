//! Signed documents, and all the ways to make one say something else.

mod foreign;
pub(super) mod signer;
mod wrapping;
