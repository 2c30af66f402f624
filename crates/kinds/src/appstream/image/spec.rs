//! What a blueprint says about images.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::share::Share;
use crate::text::Text;

/// What a blueprint says about an image that is to be captured. An image that is copied has a [`CopySpec`] instead.
/// Images that exist already have a spec of one field: `name`, `arn`, or `newest` (the beginning of a public image's
/// name; with `usable_by`: `builder` where a builder is to start from it, `fleet` where only a fleet is).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImageSpec {
    /// Its name, at most 100 characters, with the beginning of the recipe's hash: other content, other name.
    pub name: String,
    /// The builder's name.
    pub builder: Text,
    /// The region, for whoever opens the console.
    pub region: String,
    /// The name that the console shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// A description, at most 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The applications in its catalog: 1 to 50.
    pub apps: Vec<Application>,
    /// The browser's policy files that the builder needs, by name, with their content.
    #[serde(default)]
    pub policy_files: BTreeMap<String, String>,
    /// The hash of everything that goes into it.
    pub recipe: String,
    /// Tags, given to the command that captures.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// The accounts that may use it; `None`: not owned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<BTreeMap<String, Share>>,
}

/// What a blueprint says about an image that AWS copies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CopySpec {
    /// Its name, at most 100 characters, with the beginning of a hash of the source: another source, another name.
    pub name: String,
    /// What is copied.
    pub copy_of: CopySource,
    /// A description, at most 256 characters; `None`: the source's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Tags. AWS does not copy the source's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// The accounts that may use it; `None`: not owned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<BTreeMap<String, Share>>,
}

/// The source of a copy, in the same account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopySource {
    /// The source image's name.
    pub name: String,
    /// The region that it is in.
    pub region: String,
}

/// One application of an image's catalog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Application {
    /// Its name: at most 256 characters, without spaces.
    pub name: String,
    /// The name that users see.
    pub display_name: String,
    /// The program on the builder: an `.exe` or `.bat`.
    pub path: String,
    /// What the program is started with; empty for nothing.
    #[serde(default)]
    pub parameters: String,
}
