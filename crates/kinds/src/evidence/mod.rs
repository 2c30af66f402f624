//! The catalogue of assumptions: what Headset believes about AWS although no source says it.
//!
//! One file for each service, in one form ([`Evidence`]). The code that relies on an assumption names its id in a comment
//! (``Assumption: `id` ``), and `tests/it/tidy` holds the two together. The page is `docs/unproven.md`. The simulator has a
//! catalogue of its own, so that neither side can teach the other its mistakes.

mod appstream;
mod autoscaling;
mod catalogue;
mod cloudfront;
mod connect;
pub mod dated;
mod desk;
mod ec2;
mod everywhere;
mod iam;
mod identity_center;
mod idp;
mod model;
mod page;
mod s3;
mod session;
mod sign_in;

pub use catalogue::{
    all, behind_absence, behind_call, behind_fields, behind_incompatibility, behind_long_wait, behind_wait,
    find,
};
pub use model::{Evidence, Signal};
pub use page::page;
