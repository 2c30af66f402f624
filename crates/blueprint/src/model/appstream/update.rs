//! `update` of an entry of `appstream.images`.

use crate::at::At;
use crate::limits;
use crate::reader::{Item, Reader};
use headset_derive::Section;
use headset_kinds as kinds;

/// `update`: what an image is updated from, and when.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct Updated {
    /// A key of `appstream.images`: an image that is built, imported or copied here.
    #[key(
        reference = "images",
        example = "agent-desktop",
        to(kinds::appstream::UpdateSpec::UPDATE_OF)
    )]
    pub image: At<String>,
    /// The day of the update, of your choice: it tells this one from the one before.
    #[key(pattern = limits::DATE, read = day, example = "\"2026-12-01\"", to(kinds::appstream::ImageSpec::NAME))]
    pub day: At<String>,
}

fn day(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<At<String>> {
    let day = reader.date(item)?;
    Some(At {
        value: day.value.to_string(),
        place: day.place,
    })
}
