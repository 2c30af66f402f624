//! AppStream 2.0: image builders, images, fleets, stacks with their themes and entitlements, which fleet serves which
//! stack, who is in the user pool, and the account's usage reports.

pub mod entitlement;
pub mod fleet;
pub mod fleet_association;
pub mod image;
pub mod image_builder;
pub(crate) mod listing;
pub mod membership;
pub mod stack;
pub(crate) mod tags;
pub mod theme;
pub mod usage_report;
pub mod user;
pub mod user_association;

pub use fleet_association::sessions_before;
pub use headset_kinds::appstream::*;
pub use image_builder::{stop_builder, streaming_url};
pub use user::invite;
