//! Version ids. S3 knows its own ids again, whether the version is still there or not, and tells ids that it never gave
//! out from those: the former are no such version, the latter an invalid argument.

use sha2::{Digest, Sha256};

use super::fault;
use crate::service::Fault;
use crate::world::World;

/// The id of what was written without versioning.
pub(super) const NULL: &str = "null";

/// Digits before the seal, and of the seal.
const BARE: usize = 24;
const SEAL: usize = 8;

fn seal(bare: &str) -> String {
    hex::encode(Sha256::digest(bare.as_bytes()))[..SEAL].to_owned()
}

/// A new id: 32 characters, as AWS's have.
pub(super) fn fresh(world: &mut World) -> String {
    let bare = world.hex(BARE);
    format!("{bare}{}", seal(&bare))
}

/// Whether this id could have come from [`fresh`], or is [`NULL`].
pub(super) fn given_out(id: &str) -> bool {
    id == NULL || (id.is_ascii() && id.len() == BARE + SEAL && seal(&id[..BARE]) == id[BARE..])
}

/// Refuses an id that was never given out, as reads and single deletions do.
///
/// # Errors
/// `InvalidArgument`.
pub(super) fn check(id: Option<&str>) -> Result<(), Fault> {
    let Some(id) = id.filter(|id| !given_out(id)) else {
        return Ok(());
    };
    let mut invalid = fault("InvalidArgument", 400, "Invalid version id specified");
    invalid.members = serde_json::json!({ "ArgumentName": "versionId", "ArgumentValue": id });
    Err(invalid)
}
