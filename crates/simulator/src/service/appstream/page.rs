//! Pages and the names that a Describe was asked for.

use super::fault;
use crate::service::page::{Beyond, Pager};
use crate::service::{Call, Fault};
use crate::world::World;

/// Twenty entries where the model states no size and has no member for it.
///
/// Assumption: appstream.page-size. Small on purpose: a caller that does not page must notice.
pub(super) const PAGER: Pager = Pager {
    beyond: Beyond::Cut,
    // Assumption: appstream.token-code. No operation declares an error for a token of another list.
    wrong_token: || fault::combination("The NextToken is not valid.").with_status(400),
    unordered: |world| world.quirk("appstream.lists-unordered"),
    empty_first: |world| world.quirk("appstream.empty-first-page"),
    names: &["Names", "Arns", "DirectoryNames"],
    ..Pager::USUAL.by(20)
};

/// Decides about names that were asked for and are not there: an exception, or simply left out.
///
/// Both are modelled (the exception) and reported (the empty list), so a quirk per operation decides.
pub(super) fn missing(world: &World, call: &Call, kind: &str, missing: &[String]) -> Result<(), Fault> {
    match missing.first() {
        Some(name) if !world.quirk(&format!("appstream.missing-is-empty.{}", call.operation)) => {
            Err(fault::not_found(kind, name))
        }
        _ => Ok(()),
    }
}
