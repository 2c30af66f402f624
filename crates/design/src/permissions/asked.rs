//! Whose permissions are asked for, and on what.

use headset_kinds::regions::Identity;

use crate::context::DesignContext;
use crate::desired::Design;

/// The bucket in which states are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatePlace {
    /// Its name.
    pub bucket: String,
    /// What all keys of states begin with: empty, or ends in `/`.
    pub prefix: String,
    /// Its region.
    pub region: String,
    /// The KMS key that encrypts them, if one is named: an ARN, an id or `alias/NAME`.
    pub kms_key: Option<String>,
}

/// Whose permissions, and on what.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The environment's name.
    pub environment: &'a str,
    /// What its blueprint asks for.
    pub design: &'a Design,
    /// Where it is, and whose.
    pub context: &'a DesignContext,
    /// How IAM Identity Center is reached.
    pub identity: &'a Identity,
    /// The bucket in which states are, if they are in one.
    pub state: Option<&'a StatePlace>,
}
