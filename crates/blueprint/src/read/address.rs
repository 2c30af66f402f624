//! `moved` and `removed`: addresses of earlier days.

use super::item::Item;
use super::reader::Reader;
use crate::model::{At, Move};
use crate::nearest::nearest;
use headset_core::diagnostic::{Diagnostic, Place};
use headset_kinds::{Address, registry};

impl Reader<'_> {
    pub(super) fn moved(&mut self, item: Option<Item<'_>>) -> Vec<Move> {
        let Some(item) = item else { return Vec::new() };
        let mut moves: Vec<Move> = Vec::new();
        for entry in self.entries(&item) {
            let from = entry
                .good
                .then(|| self.known(&entry.name, entry.item.place()))
                .flatten();
            let to = self
                .text(&entry.item)
                .and_then(|text| self.known(&text.value, text.place));
            let (Some(from), Some(to)) = (from, to) else {
                continue;
            };
            if from.value.kind != to.value.kind {
                let message = format!("`{}` cannot become `{}`", from.value, to.value);
                self.report(
                    Diagnostic::error("bad-value", message)
                        .at(to.place)
                        .help("A thing keeps its kind, whatever it is called: both addresses begin alike."),
                );
            } else if from.value == to.value {
                self.report(
                    Diagnostic::error("bad-value", format!("`{}` stays where it is", from.value))
                        .at(to.place)
                        .help("Delete this line."),
                );
            } else if moves.iter().any(|other| other.to.value == to.value) {
                self.report(
                    Diagnostic::error(
                        "duplicate-value",
                        format!("`{}` is where something else moves already", to.value),
                    )
                    .at(to.place)
                    .help("Two things cannot have one address: keep one of the lines."),
                );
            } else {
                moves.push(Move { from, to });
            }
        }
        moves
    }

    pub(super) fn removed(&mut self, item: Option<Item<'_>>) -> Vec<At<Address>> {
        let texts = item.and_then(|item| self.texts(&item)).unwrap_or_default();
        texts
            .into_iter()
            .filter_map(|text| self.known(&text.value, text.place))
            .collect()
    }

    /// The address, if its kind is one.
    fn known(&mut self, text: &str, place: Place) -> Option<At<Address>> {
        let address: Address = text.parse().ok()?;
        if registry::kind(&address.kind).is_none() {
            let names = || registry::KINDS.iter().map(|kind| kind.name());
            let help = match nearest(&address.kind, names()) {
                Some(near) => format!("Did you mean `{near}/{}`?", address.key),
                None => format!("The kinds are {}.", names().collect::<Vec<_>>().join(", ")),
            };
            self.report(
                Diagnostic::error("unknown-kind", format!("there is no kind `{}`", address.kind))
                    .at(place)
                    .help(help),
            );
            return None;
        }
        Some(At {
            value: address,
            place,
        })
    }
}
