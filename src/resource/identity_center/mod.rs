//! AWS IAM Identity Center: the SAML application that no API can make, and who may use it.

pub mod application;
pub mod assignment;
mod directory;

pub use application::{Application, ApplicationSpec, Mapping, check_link};
pub use assignment::{Assignment, AssignmentSpec};
