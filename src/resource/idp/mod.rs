//! SAML applications at identity providers outside AWS, and what all such applications have in common.

pub(in crate::resource) mod answers;
pub mod application;
mod entra;
mod okta;
mod other;
pub(in crate::resource) mod sheet;

pub use application::{Application, ApplicationSpec, Product};
