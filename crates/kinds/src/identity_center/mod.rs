//! AWS IAM Identity Center: the SAML application that no API can make, and who may use it, and its link.

pub mod answered;
pub mod application;
pub mod arn;
pub mod assignment;
pub mod link;
pub mod sought;
pub mod spec;
pub mod worksheet;

pub use answered::{check_link, check_link_of};
pub use application::Application;
pub use assignment::{Assignment, AssignmentLive, AssignmentSpec};
pub use link::{Link, LinkLive, LinkSpec};
pub use spec::{ApplicationLive, ApplicationSpec, Mapping};
