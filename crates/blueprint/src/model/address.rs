//! `moved` and `removed`: addresses of earlier days.

use crate::at::At;
use crate::reader::{Item, Reader};
use headset_core::KindId;
use headset_core::address::{Address, NotAnAddress};
use headset_core::diagnostic::{Diagnostic, Place};

/// An entry of `moved`.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// The address in earlier versions of the blueprint.
    pub from: At<Address>,
    /// The address now.
    pub to: At<Address>,
}

/// `moved`.
#[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
pub(super) fn moved(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Vec<Move>> {
    let mut moves: Vec<Move> = Vec::new();
    for entry in reader.entries(item) {
        let from = entry
            .good
            .then(|| known(reader, &entry.name, entry.item.place()))
            .flatten();
        let to = reader
            .text(&entry.item)
            .and_then(|text| known(reader, &text.value, text.place));
        let (Some(from), Some(to)) = (from, to) else {
            continue;
        };
        if from.value.kind != to.value.kind {
            let message = format!("`{}` cannot become `{}`", from.value, to.value);
            reader.report(
                Diagnostic::error("bad-value", message)
                    .at(to.place)
                    .help("A resource keeps its kind: both addresses have to begin with the same one."),
            );
        } else if from.value == to.value {
            reader.report(
                Diagnostic::error("bad-value", format!("`{}` moves to its own address", from.value))
                    .at(to.place)
                    .help("Delete this line."),
            );
        } else if moves.iter().any(|other| other.to.value == to.value) {
            reader.report(
                Diagnostic::error(
                    "duplicate-value",
                    format!("something else moves to `{}` already", to.value),
                )
                .at(to.place)
                .help("Two resources cannot have one address: keep one of the lines."),
            );
        } else {
            moves.push(Move { from, to });
        }
    }
    Some(moves)
}

/// `removed`.
pub(super) fn removed(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Vec<At<Address>>> {
    let texts = reader.texts(item)?;
    let known = texts
        .into_iter()
        .filter_map(|text| known(reader, &text.value, text.place));
    Some(known.collect())
}

/// The address, if its kind is one. What has not the form of an address was reported when its text was read.
pub(super) fn known(reader: &mut Reader<'_>, text: &str, place: Place) -> Option<At<Address>> {
    match text.parse() {
        Ok(value) => Some(At { value, place }),
        Err(NotAnAddress::Form(_)) => None,
        Err(NotAnAddress::Kind { no_kind, key }) => {
            let help = match &no_kind.meant {
                Some(near) => format!("Did you mean `{near}/{key}`?"),
                None => {
                    let names: Vec<&str> = KindId::all().map(KindId::name).collect();
                    format!("The kinds are {}.", names.join(", "))
                }
            };
            reader.report(
                Diagnostic::error("unknown-kind", no_kind.to_string())
                    .at(place)
                    .help(help),
            );
            None
        }
    }
}
