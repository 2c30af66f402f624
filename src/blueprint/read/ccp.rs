//! `ccp`: the two pages.

use super::Reader;
use super::item::Item;
use crate::blueprint::limits;
use crate::blueprint::model::{Audio, CcpSection};
use crate::diagnostic::Diagnostic;

/// The pages' heading; our own limit.
const LONGEST_TITLE: usize = 100;

impl Reader<'_> {
    pub(super) fn ccp(&mut self, item: &Item<'_>) -> Option<CcpSection> {
        let later = [
            ("domain", "The pages have S3's own address in this version."),
            ("name", "Set `bucket`."),
            ("tags", "Set `tags` at the top level: they go to everything."),
        ];
        let fields = self.fields(item, &["hosting", "bucket", "title", "protect"], &later)?;
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
        let bucket = match fields.get("bucket") {
            Some(item) => Some(self.matching(&item, &limits::BUCKET)?),
            None => None,
        };
        let title = match fields.get("title") {
            Some(item) => self.short_text(&item, LONGEST_TITLE)?.value,
            None => "Contact Control Panel".to_owned(),
        };
        Some(CcpSection {
            entry: self.entry(item, &fields),
            audio: Audio::Local,
            bucket,
            title,
        })
    }
}
