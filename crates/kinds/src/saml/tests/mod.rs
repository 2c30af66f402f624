//! Signed documents, and all the ways to make one say something else.

pub(super) mod signer;
mod wrapping;
