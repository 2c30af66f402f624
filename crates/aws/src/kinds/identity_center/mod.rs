//! AWS IAM Identity Center: the SAML application that no API can make, and who may use it, and its link.

pub mod answered;
pub mod application;
pub mod assignment;
pub(crate) mod directory;
pub mod link;
pub(crate) mod members;
pub mod sought;

pub use headset_kinds::identity_center::*;
