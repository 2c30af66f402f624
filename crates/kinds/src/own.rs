//! What tells whether a thing is an environment's own, where no state knows it.

use serde::Serialize;

/// An environment that things may be of.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// Its name; `None`: any environment.
    pub environment: Option<&'a str>,
    /// The account that it is in.
    pub account: &'a str,
}

/// What an environment's own thing would be called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "name_is")]
pub enum OwnName {
    /// This.
    Known {
        /// The name.
        name: String,
    },
    /// What its blueprint says.
    InBlueprint,
    /// By the environment, the image's key and the hash of its recipe.
    ByRecipe,
}

/// What AWS makes on its own beside a thing, and keeps after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beside {
    /// AppStream keeps home folders in a bucket of the whole account. Source: the AppStream guide's page on home folders.
    HomeFolders {
        /// The bucket, with `REGION` in place of the region.
        bucket: String,
    },
    /// Connect keeps the log group of contact flow logs. Source: Connect's page on contact flow logs.
    FlowLogs {
        /// The log group's name.
        group: String,
    },
}

/// A password that is given when a thing is made.
#[derive(Clone, Copy, Debug)]
pub struct Password {
    /// The field that says where it is, a [`crate::Secret`].
    pub field: &'static str,
    /// What the service would refuse about a password, in words that tell nothing of it.
    pub mistake: fn(&str) -> Option<String>,
    /// What the service asks of one.
    pub rule: &'static str,
}

/// What earlier versions of Headset kept of a thing in the record of another one with the same key.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// Its spec.
    pub spec: serde_json::Value,
    /// Its outputs.
    pub outputs: std::collections::BTreeMap<String, String>,
}
