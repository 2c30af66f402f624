//! `appstream`: networks, images, fleets, stacks and the user pool.

mod endpoint;
mod entitlement;
mod fleet;
mod image;
mod machine;
mod peer;
mod pool;
mod scaling;
mod script;
mod section;
mod stack;
mod update;

pub use endpoint::{Endpoint, EndpointPolicy, Endpoints};
pub use entitlement::{Applications, Attributes, Entitlement};
pub use fleet::*;
pub use image::*;
pub use machine::{Groups, Internet, Network};
pub use pool::PoolUser;
pub(super) use scaling::time_zone;
pub use scaling::{Capacity, Cooldown, Scaling, Shift};
pub use script::{Installer, ScriptPlace};
pub use section::AppstreamSection;
pub use stack::*;
pub use update::Updated;
