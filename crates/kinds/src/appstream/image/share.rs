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

impl Share {
    /// The same in words.
    pub fn about(self) -> &'static str {
        match (self.fleet, self.builder) {
            (true, true) => "for fleets and image builders",
            (true, false) => "for fleets",
            (false, true) => "for image builders",
            (false, false) => "for nothing",
        }
    }
}
