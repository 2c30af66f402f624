//! AWS IAM Identity Center: the SAML application that no API can make, and who may use it.

mod answered;
pub mod application;
pub mod assignment;
mod directory;

pub use answered::check_link;
pub use application::{Application, ApplicationSpec, Mapping};
pub use assignment::{Assignment, AssignmentSpec};
