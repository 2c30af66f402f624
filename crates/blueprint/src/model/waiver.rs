//! `waivers`: drift that the team knows of and lets be for a while.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::address::known;
use crate::at::At;
use crate::declare::Value as _;
use crate::limits;
use crate::reader::{Item, Reader};
use headset_core::address::Address;
use headset_core::diagnostic::Place;
use headset_derive::Section;

/// An entry of `waivers`.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct Waiver {
    /// Where it stands.
    #[key(place)]
    pub place: Place,
    /// The fields that it is about, as `headset drift` prints them; what is in a field belongs to it.
    #[key(
        pattern = limits::FIELD,
        count = (1, 100),
        example = "[display_name]",
        otherwise = "everything that differs there"
    )]
    pub fields: Vec<At<String>>,
    /// Why it may differ: shown wherever it does.
    #[key(text = 500, required, example = "\"changed by hand during an incident\"")]
    pub reason: String,
    /// The last day on which it may, in UTC. From the next day on `headset drift` fails.
    #[key(pattern = limits::DATE, read = date, required, example = "2026-12-31")]
    pub until: At<Date>,
}

fn date(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<At<Date>> {
    reader.date(item)
}

/// `waivers`, by the addresses that they are about.
#[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
pub(super) fn waivers(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<BTreeMap<String, Waiver>> {
    let mut waivers = BTreeMap::new();
    for entry in reader.entries(item) {
        let address = entry
            .good
            .then(|| known(reader, &entry.name, entry.item.place()))
            .flatten();
        if let (Some(waiver), Some(_)) = (Waiver::read(reader, &entry.item), address) {
            waivers.insert(entry.name, waiver);
        }
    }
    Some(waivers)
}

/// The same by what the addresses mean.
pub(crate) fn by_address(waivers: BTreeMap<String, Waiver>) -> BTreeMap<Address, Waiver> {
    let known = waivers
        .into_iter()
        .filter_map(|(address, waiver)| Some((address.parse().ok()?, waiver)));
    known.collect()
}
