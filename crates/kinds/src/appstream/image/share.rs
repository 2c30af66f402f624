//! Sharing an image with other accounts of the same region.

use serde::{Deserialize, Serialize};

/// What an account may do with an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Run fleets from it.
    #[serde(default)]
    pub fleet: bool,
    /// Start image builders from it.
    #[serde(default)]
    pub builder: bool,
}
