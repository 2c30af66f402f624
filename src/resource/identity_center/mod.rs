//! AWS IAM Identity Center: the SAML application that no API can make, and who may use it, and its link.

mod answered;
pub mod application;
mod arn;
pub mod assignment;
mod directory;
pub mod link;
mod sought;
mod spec;
mod worksheet;

pub use answered::{check_link, check_link_of};
pub use application::Application;
pub use assignment::{Assignment, AssignmentSpec};
pub use link::{Link, LinkSpec};
pub use spec::{ApplicationSpec, Mapping};
