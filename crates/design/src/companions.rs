//! What moves with an entry of the blueprint: every address that the design makes of the entry's key.
//!
//! No list says which those are. The design is made once more with a mark in place of the key, and every address that
//! holds the mark is made of it.

use crate::context::{DesignContext, FirstKeys};
use crate::entries::rekeyed;
use crate::sections;
use headset_blueprint::model::Blueprint;
use headset_kinds::Address;

/// What stands in place of a key. It is a character for private use, so that no key holds it.
const MARK: &str = "\u{f8ff}";

/// The addresses that change with an entry's when it gets the second of two keys in place of the first, from and to.
/// `entry` is where it is in the blueprint.
pub(crate) fn of(
    blueprint: &Blueprint,
    context: &DesignContext,
    first: &FirstKeys,
    entry: &Address,
    keys: (&str, &str),
) -> Vec<(Address, Address)> {
    let marked = rekeyed(blueprint, entry, MARK);
    let mark = Address::new(entry.kind, MARK);
    let mut first = first.clone();
    if let Some(key) = first.remove(entry) {
        first.insert(mark.clone(), key);
    }
    let design = sections::declare(&marked, context, &first).design;
    design
        .resources
        .into_keys()
        .filter(|address| address.key.contains(MARK) && *address != mark)
        .map(|address| {
            let with = |key: &str| Address::new(address.kind, address.key.replace(MARK, key));
            (with(keys.0), with(keys.1))
        })
        .collect()
}
