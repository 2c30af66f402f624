//! What is ours, and what lives outside.

use crate::at::At;
use crate::declare::Value;
use crate::owned::Owned;
use crate::reader::{Item, Reader};
use crate::table::Shape;

/// Something of ours, or something that lives outside and is only linked to.
#[derive(Clone, Debug, PartialEq)]
pub enum Source<T> {
    /// Made and managed by this blueprint.
    Ours(T),
    /// `existing: NAME-or-ARN`: read and linked to, never changed or deleted.
    Existing(Linked),
}

/// Something that lives outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Linked {
    /// Its name or ARN.
    pub name: At<String>,
    /// `owned`: whose its lists are.
    pub owned: Option<Owned>,
}

impl<T: Value> Value for Source<T> {
    const SHAPE: Shape = T::SHAPE;

    fn read(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Source<T>> {
        if item.has("existing") {
            let fields = reader.fields(item)?;
            let existing = fields.get("existing")?;
            let owned = match fields.knows("owned") {
                true => fields.get("owned").and_then(|owned| Owned::read(reader, &owned)),
                false => None,
            };
            let name = reader.text(&existing)?;
            Some(Source::Existing(Linked { name, owned }))
        } else {
            T::read(reader, item).map(Source::Ours)
        }
    }
}
