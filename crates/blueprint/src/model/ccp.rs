//! `ccp`: the pages.

use crate::at::At;
use crate::entry::{self, Entry};
use crate::limits;
use crate::reader::{Fields, Item, Reader};
use headset_core::diagnostic::Diagnostic;
use headset_derive::{Choice, Section};
use headset_kinds as kinds;

/// `ccp`: the pages.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(
    before = has_an_instance,
    later(
        domain = "The pages have S3's own address in this version.",
        name = "Set `bucket`.",
    ),
    check = CcpSection::named
)]
pub struct CcpSection {
    /// What serves the pages.
    #[key(default = "s3", example = "s3")]
    pub hosting: Hosting,
    /// Where the agent's voice is: on the agent's own machine in a page of its own (the split panel), or in the session
    /// like everything else.
    #[key(default = "local", example = "session")]
    pub audio: Audio,
    /// The bucket's name, unique in the world.
    #[key(
        pattern = limits::BUCKET,
        example = "acme-support-ccp",
        otherwise = "`{name}-ccp-{account}-{region}`",
        to(kinds::s3::BucketSpec::NAME)
    )]
    pub bucket: Option<At<String>>,
    /// The heading of the pages.
    #[key(text = limits::PAGE_TITLE, default = "Contact Control Panel", example = "Support", to(kinds::s3::ObjectSpec::BODY))]
    pub title: String,
    /// The section; its name is the bucket's.
    #[key(
        from = entry::entry,
        keys(
            entry::PROTECT,
            entry::tags("Tags of the bucket, beside those of the blueprint.", &[kinds::s3::BucketSpec::TAGS]),
            entry::TIMEOUTS
        )
    )]
    pub entry: Entry,
}

impl CcpSection {
    #[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
    fn named(
        _: &mut Reader<'_>,
        _: &Item<'_>,
        _: &Fields<'_>,
        mut section: CcpSection,
    ) -> Option<CcpSection> {
        section.entry.name = section.bucket.clone();
        Some(section)
    }
}

fn has_an_instance(reader: &mut Reader<'_>, item: &Item<'_>) {
    if !reader.outline.connect {
        reader.report(
            Diagnostic::error("missing-section", "`ccp` makes pages for a Connect instance, but there is no `connect` section")
                .at(item.place())
                .help("Add `connect: { alias: ... }`, or `connect: { existing: ALIAS }` for an instance that is there already."),
        );
    }
}

/// `ccp.hosting`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
#[later("cloudfront" = "Write `hosting: s3`.", "existing" = "Write `hosting: s3`.")]
pub enum Hosting {
    /// A bucket's own address.
    S3,
}

/// `ccp.audio`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Audio {
    /// On the agent's own machine, in a page of its own: the split Contact Control Panel.
    Local,
    /// In the session, like everything else: one page, one panel.
    Session,
}
