//! The tags that prove ownership.

/// Names the environment.
pub const ENVIRONMENT: &str = "headset:environment";
/// Proves ownership: the environment's lineage, a UUID that is made with it.
pub const LINEAGE: &str = "headset:id";
/// When the environment expires (RFC 3339): what `destroy --expired` looks at.
pub const EXPIRES: &str = "headset:expires";
/// The hash of what an image was built from.
pub const RECIPE: &str = "headset:recipe";
