//! AppStream 2.0: image builders, images, fleets, stacks, and which fleet serves which stack.

pub mod fleet;
pub mod fleet_association;
pub mod image;
pub mod image_builder;
mod listing;
pub mod stack;
mod tags;
mod worksheet;

pub use fleet::{Fleet, FleetSpec};
pub use fleet_association::{FleetAssociation, FleetAssociationSpec};
pub use image::{Application, Image, ImageSpec};
pub use image_builder::{ImageBuilder, ImageBuilderSpec, streaming_url};
pub use stack::{Stack, StackSpec};
