//! `appstream`: the section, and the images, fleets and stacks by name.

use std::collections::BTreeMap;

use super::item::{Fields, Item};
use super::reader::Reader;
use crate::model::{AppstreamSection, At, Network, Source};
use headset_core::diagnostic::Diagnostic;

impl Reader<'_> {
    pub(super) fn appstream(&mut self, item: &Item<'_>) -> Option<AppstreamSection> {
        let fields = self.fields(item)?;
        let network = match fields.get("network") {
            Some(item) => self.network(&item),
            None => Some(Network::default()),
        };
        let service_roles = self.boolean_or(fields.get("service_roles"), true);
        let usage_reports = fields.get("usage_reports").and_then(|item| {
            self.boolean(&item).map(|value| At {
                value,
                place: item.place(),
            })
        });
        let images = self.sources(&fields, "images", |reader, item| reader.image(item));
        let fleets = self.sources(&fields, "fleets", |reader, item| reader.fleet(item));
        let stacks = self.sources(&fields, "stacks", |reader, item| reader.stack(item));
        let users = self.pool_users(&fields);
        if self.outline.needs_fleets && fields.get("fleets").is_none() {
            self.report(
                Diagnostic::error("missing-section", "`appstream.stacks` stream from fleets, but there is no `appstream.fleets`")
                    .at(item.place())
                    .help("Add a fleet, or `fleets: { agents: { existing: NAME-IN-AWS } }` for one that is there already."),
            );
        }
        Some(AppstreamSection {
            place: item.place(),
            network: network?,
            service_roles,
            usage_reports,
            images,
            fleets,
            stacks,
            users,
        })
    }

    /// The entries of a section, each ours or existing.
    fn sources<T>(
        &mut self,
        fields: &Fields<'_>,
        section: &str,
        read: impl Fn(&mut Self, &Item<'_>) -> Option<T>,
    ) -> BTreeMap<String, Source<T>> {
        let mut sources = BTreeMap::new();
        let Some(item) = fields.get(section) else {
            return sources;
        };
        for entry in self.entries(&item) {
            let source = if entry.item.has("existing") {
                self.fields(&entry.item)
                    .and_then(|fields| fields.get("existing"))
                    .and_then(|item| self.text(&item))
                    .map(Source::Existing)
            } else {
                read(self, &entry.item).map(Source::Ours)
            };
            if let Some(source) = source
                && entry.good
            {
                sources.insert(entry.name, source);
            }
        }
        sources
    }

    /// The key of a sibling. What lives outside is declared first, so that every link can be drawn.
    pub(super) fn reference(&mut self, item: &Item<'_>, section: &str) -> Option<At<String>> {
        if item.has("existing") {
            self.report(
                Diagnostic::error(
                    "wrong-type",
                    format!(
                        "`{}` should be a key of `appstream.{section}`, not a map",
                        item.path
                    ),
                )
                .at(item.node.place.clone())
                .help(format!(
                    "Declare it as `appstream.{section}.NAME: {{ existing: ... }}`, and write NAME here."
                )),
            );
            return None;
        }
        self.text(item)
    }
}
