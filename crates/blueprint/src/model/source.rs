//! What is ours, and what lives outside.

use crate::at::At;
use crate::declare::Value;
use crate::reader::{Item, Reader};
use crate::table::Shape;

/// Something of ours, or something that lives outside and is only linked to.
#[derive(Clone, Debug, PartialEq)]
pub enum Source<T> {
    /// Made and managed by this blueprint.
    Ours(T),
    /// `existing: NAME-or-ARN`: read and linked to, never changed or deleted.
    Existing(At<String>),
}

impl<T: Value> Value for Source<T> {
    const SHAPE: Shape = T::SHAPE;

    fn read(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Source<T>> {
        if item.has("existing") {
            let fields = reader.fields(item)?;
            let existing = fields.get("existing")?;
            reader.text(&existing).map(Source::Existing)
        } else {
            T::read(reader, item).map(Source::Ours)
        }
    }
}
