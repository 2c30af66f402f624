//! AppStream 2.0: image builders, images, fleets, stacks with their themes and entitlements, which fleet serves which
//! stack, who is in the user pool, and the account's usage reports.

pub mod entitlement;
pub mod family;
pub mod fleet;
pub mod fleet_association;
pub mod image;
pub mod image_builder;
pub mod membership;
pub mod stack;
pub mod theme;
pub mod usage_report;
pub mod user;
pub mod user_association;
pub mod worksheet;

pub use entitlement::{Entitlement, EntitlementLive, EntitlementSpec};
pub use fleet::{Fleet, FleetLive, FleetSpec};
pub use fleet_association::{FleetAssociation, FleetAssociationLive, FleetAssociationSpec};
pub use image::{
    Application, CopySource, CopySpec, Hosted, Image, ImageLive, ImageSpec, ImportSource, ImportSpec,
    Installer, UpdateSpec, WantedImage,
};
pub use image_builder::{ImageBuilder, ImageBuilderLive, ImageBuilderSpec};
pub use stack::{Stack, StackLive, StackSpec};
pub use theme::{Theme, ThemeLive, ThemeSpec};
pub use usage_report::{UsageReport, UsageReportLive, UsageReportSpec};
pub use user::{PASSWORD_DAYS, User, UserLive, UserSpec};
pub use user_association::{UserAssociation, UserAssociationLive, UserAssociationSpec};
