//! `ccp`: the pages.

use super::item::Item;
use super::reader::Reader;
use crate::model::{Audio, CcpSection};
use headset_core::diagnostic::Diagnostic;

impl Reader<'_> {
    pub(super) fn ccp(&mut self, item: &Item<'_>) -> Option<CcpSection> {
        let fields = self.fields(item)?;
        if let Some(hosting) = fields.get("hosting") {
            let later = [
                ("cloudfront", "Write `hosting: s3`."),
                ("existing", "Write `hosting: s3`."),
            ];
            self.choice(&hosting, &[("s3", ())], &later)?;
        }
        if !self.outline.connect {
            self.report(
                Diagnostic::error("missing-section", "`ccp` makes pages for a Connect instance, but there is no `connect` section")
                    .at(item.place())
                    .help("Add `connect: { alias: ... }`, or `connect: { existing: ALIAS }` for an instance that is there already."),
            );
        }
        let places = [("local", Audio::Local), ("session", Audio::Session)];
        let audio = self.choice_or(fields.get("audio"), &places, Audio::Local);
        let bucket = self.optional(fields.get("bucket"));
        let title = match fields.get("title") {
            Some(item) => self.text(&item).map(|text| text.value),
            None => Some("Contact Control Panel".to_owned()),
        };
        let entry = self.nameless_entry(item, &fields);
        let bucket = bucket?;
        Some(CcpSection {
            entry: crate::model::Entry {
                name: bucket.clone(),
                ..entry
            },
            audio: audio?,
            bucket,
            title: title?,
        })
    }
}
