//! SAML applications at identity providers outside AWS, and what all such applications have in common.

pub mod answers;
pub mod application;
pub(crate) mod landing;
pub(crate) mod published;

pub use headset_kinds::idp::*;
