//! `ccp`: the pages.

use super::embed::Embed;
use crate::at::At;
use crate::entry::{self, Entry};
use crate::limits;
use crate::node::beside;
use crate::reader::{Fields, Item, Reader};
use headset_core::Cidr;
use headset_core::cidr::NoCidr;
use headset_core::diagnostic::Diagnostic;
use headset_derive::{Choice, Section};
use headset_kinds as kinds;
use headset_kinds::{png, svg};

/// `ccp`: the pages.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(
    before = has_an_instance,
    later(name = "Set `bucket`."),
    check = CcpSection::named
)]
pub struct CcpSection {
    /// What serves the pages: a bucket that may be read by everyone or by some addresses, or CloudFront before a bucket that
    /// nothing else may read.
    #[key(default = "s3", example = "cloudfront")]
    pub hosting: Hosting,
    /// A host name of your own for the pages, with `hosting: cloudfront`; without it they have one of CloudFront's.
    #[key(
        example = "{ name: desk.example.com, certificate: \"arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012\" }",
        otherwise = "a name of CloudFront's"
    )]
    pub domain: Option<PagesDomain>,
    /// Which of CloudFront's edges serve the pages, by its price classes, with `hosting: cloudfront`.
    #[key(
        example = "\"100\"",
        otherwise = "all of them",
        to(kinds::cloudfront::DistributionSpec::PRICE_CLASS)
    )]
    pub price_class: Option<PriceClass>,
    /// Where the agent's voice is: on the agent's own machine in a page of its own (the split panel), in the session
    /// like everything else, or on the agent's desk phone.
    #[key(default = "local", example = "session")]
    pub audio: Audio,
    /// The page on the agent's own machine.
    #[key(absent, example = "{ controls: shown }")]
    pub audio_page: AudioPage,
    /// Products whose pages embed the panel.
    #[key(example = "{ salesforce: { domain: acme } }")]
    pub embed: Option<Embed>,
    /// The bucket's name, unique in the world.
    #[key(
        pattern = limits::BUCKET,
        example = "acme-support-ccp",
        otherwise = "`{name}-ccp-{account}-{region}`",
        to(kinds::s3::BucketSpec::NAME)
    )]
    pub bucket: Option<At<String>>,
    /// The ranges of addresses that may read the pages: those of the agents' own machines, and those of the streamed
    /// desktops (the NAT gateway's, or what their subnets have). Without it everyone may read them.
    #[key(
        pattern = limits::CIDR,
        count = (1, limits::MOST_RANGES),
        example = "[203.0.113.0/24, 198.51.100.7/32]",
        to(kinds::s3::BucketSpec::POLICY)
    )]
    pub from: Vec<At<String>>,
    /// The heading of the pages.
    #[key(text = limits::PAGE_TITLE, default = "Contact Control Panel", example = "Support", to(kinds::s3::ObjectSpec::BODY))]
    pub title: String,
    /// The language of the pages' own words; Amazon Connect's panel has the language of the agent's settings there.
    #[key(default = "en", example = "en", to(kinds::s3::ObjectSpec::BODY))]
    pub language: Language,
    /// A picture in the heading, an SVG or PNG file (`.png`) relative to the file that holds this key.
    #[key(
        text = limits::FILE_PATH,
        read = logo,
        example = "logo.svg",
        otherwise = "none",
        to(kinds::s3::ObjectSpec::BODY)
    )]
    pub logo: Option<At<Picture>>,
    /// The colour of the heading; its letters are white or dark, whichever stand out.
    #[key(pattern = limits::COLOUR, example = "\"#0b5cad\"", otherwise = "grey", to(kinds::s3::ObjectSpec::BODY))]
    pub accent: Option<At<String>>,
    /// The colour of the pages below the heading.
    #[key(pattern = limits::COLOUR, example = "\"#10202e\"", otherwise = "white", to(kinds::s3::ObjectSpec::BODY))]
    pub background: Option<At<String>>,
    /// The colour of the letters on it: their contrast has to be 4.5 to 1 at least, as WCAG 2 (AA) asks for.
    #[key(
        pattern = limits::COLOUR,
        example = "\"#f2f3f3\"",
        otherwise = "white or dark, whichever stands out",
        to(kinds::s3::ObjectSpec::BODY)
    )]
    pub text: Option<At<String>>,
    /// The section; its name is the bucket's.
    #[key(
        from = entry::entry,
        keys(
            entry::PROTECT,
            entry::tags("Tags of the bucket, beside those of the blueprint.", &[kinds::s3::BucketSpec::TAGS]),
            entry::TIMEOUTS,
            entry::OWNED
        )
    )]
    pub entry: Entry,
}

impl CcpSection {
    fn named(
        reader: &mut Reader<'_>,
        item: &Item<'_>,
        _: &Fields<'_>,
        mut section: CcpSection,
    ) -> Option<CcpSection> {
        section.entry.name = section.bucket.clone();
        fits_audio(reader, item, section.audio);
        let mut good = fits_hosting(reader, &section);
        let mut ranges: Vec<Cidr> = Vec::new();
        for range in &section.from {
            match checked(&range.value, &ranges) {
                Ok(known) => ranges.push(known),
                Err((message, help)) => {
                    good = false;
                    reader.report(
                        Diagnostic::error("address-range", message)
                            .at(range.place.clone())
                            .help(help),
                    );
                }
            }
        }
        good.then_some(section)
    }
}

/// Says where something is said of a page that there is not.
fn fits_audio(reader: &mut Reader<'_>, item: &Item<'_>, audio: Audio) {
    let (Audio::Session | Audio::Phone, Some(place)) = (audio, item.place_of("audio_page")) else {
        return;
    };
    let message = format!(
        "`audio_page` has no effect with `audio: {}`: there is no page on the agent's own machine",
        audio.word()
    );
    reader.report(
        Diagnostic::warning("no-audio-page", message)
            .at(place)
            .help("Delete `audio_page`, or write `audio: local`."),
    );
}

/// Whether everything is said of what serves the pages that goes with it, and nothing besides.
fn fits_hosting(reader: &mut Reader<'_>, section: &CcpSection) -> bool {
    let place = section.entry.place.clone();
    let wrong = match section.hosting {
        Hosting::CloudFront => match section.from.first() {
            None => return true,
            Some(range) => (
                "the bucket's policy lets in CloudFront alone, so that `from` would say nothing".to_owned(),
                range.place.clone(),
                "Leave `from` out, and give the distribution a web ACL that lets in these ranges, or write `hosting: s3`.",
            ),
        },
        Hosting::S3 => match (&section.domain, section.price_class) {
            (None, None) => return true,
            (Some(domain), _) => (
                format!("S3 serves no pages over HTTPS under `{}`", domain.name.value),
                domain.name.place.clone(),
                "Write `hosting: cloudfront`, or leave `domain` out.",
            ),
            (None, Some(_)) => (
                "price classes are CloudFront's, and S3 serves the pages".to_owned(),
                place,
                "Write `hosting: cloudfront`, or leave `price_class` out.",
            ),
        },
    };
    let (message, place, help) = wrong;
    reader.report(Diagnostic::error("ccp-hosting", message).at(place).help(help));
    false
}

/// A picture that can be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picture {
    /// An SVG that passes [`svg::check`].
    Svg(String),
    /// A PNG that passes [`png::check`].
    Png(Vec<u8>),
}

/// What the file of the logo holds.
fn logo(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<At<Picture>> {
    let path = reader.text(item)?;
    let file = beside(&path.place, &path.value);
    let is_png = path.value.to_ascii_lowercase().ends_with(".png");
    let (loaded, help) = match is_png {
        true => (
            (reader.load_bytes)(&file, png::LARGEST)
                .map(|content| png::check(&content).map(|()| Picture::Png(content))),
            "Save it as a PNG of at most 256 KB and 2048 pixels a side.",
        ),
        false => (
            (reader.load)(&file).map(|text| svg::check(&text).map(|()| Picture::Svg(text))),
            "Save it as a plain SVG of at most 64 KB, without scripts and without links to other files, or as PNG with a name \
             that ends in `.png`.",
        ),
    };
    let problem = match loaded {
        Ok(Ok(value)) => {
            return Some(At {
                value,
                place: path.place,
            });
        }
        Ok(Err(why)) => Diagnostic::error("logo", format!("`{}` {why}", path.value)).help(help),
        Err(reason) => Diagnostic::error(
            "unreadable-file",
            format!("cannot read `{}`: {reason}", path.value),
        )
        .help(
            reason
                .help()
                .unwrap_or_else(|| "The path is relative to the file that says so.".to_owned()),
        ),
    };
    reader.report(problem.at(path.place));
    None
}

/// A range of addresses that may read the pages, or what is wrong with it and what to do.
fn checked(text: &str, others: &[Cidr]) -> Result<Cidr, (String, String)> {
    let range = Cidr::parse(text).map_err(|why| match why {
        NoCidr::Malformed => (
            format!("`{text}` is no range of addresses"),
            "Write it like `203.0.113.0/24`, or `203.0.113.7/32` for one address.".to_owned(),
        ),
        NoCidr::Address(range) => (
            format!("`{text}` is one address, not a range"),
            format!("Write `{range}`."),
        ),
        NoCidr::HostBits(range) => (
            format!("`{text}` has an address that is not the first of its range"),
            format!("Write `{range}`."),
        ),
    })?;
    let (v4, v6) = limits::WIDEST_RANGES;
    let widest = if range.is_v4() { v4 } else { v6 };
    if range.bits() < widest {
        return Err((
            format!("`{text}` is so wide that S3 takes it for the public"),
            format!(
                "Name ranges of /{widest} and narrower, or leave `from` out: then everyone may read the pages."
            ),
        ));
    }
    if range.is_private() {
        return Err((
            format!("`{text}` is of a private network, and no request comes to S3 from there"),
            "Name the public addresses behind which the network is: those of its NAT gateway or its proxy."
                .to_owned(),
        ));
    }
    if range.is_special() {
        return Err((
            format!(
                "`{text}` has addresses that no machine on the internet has, and no request comes to S3 from there"
            ),
            "Name the public addresses of the agents' own machines and of the desktops.".to_owned(),
        ));
    }
    match others
        .iter()
        .find(|other| other.holds(&range) || range.holds(other))
    {
        None => Ok(range),
        Some(other) => Err((
            format!("`{text}` and `{other}` have addresses in common"),
            "Keep the wider one of the two.".to_owned(),
        )),
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
#[later("existing" = "Write `hosting: s3`.")]
pub enum Hosting {
    /// A bucket's own address.
    S3,
    /// Amazon CloudFront, with headers that S3 cannot send.
    #[word("cloudfront")]
    CloudFront,
}

/// `ccp.domain`: a host name of one's own.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct PagesDomain {
    /// The name. Your DNS has to lead it to the host of CloudFront's that `output` shows.
    #[key(
        pattern = limits::HOST_NAME,
        example = "desk.example.com",
        to(kinds::cloudfront::DistributionSpec::DOMAIN)
    )]
    pub name: At<String>,
    /// The ARN of a certificate for it, in Certificate Manager's region us-east-1.
    #[key(
        pattern = limits::CERTIFICATE_ARN,
        example = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
        to(kinds::cloudfront::DistributionSpec::CERTIFICATE)
    )]
    pub certificate: At<String>,
}

/// `ccp.price_class`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum PriceClass {
    /// North America, Europe and Israel.
    #[word("100")]
    Cheapest,
    /// Most regions of the world.
    #[word("200")]
    Most,
    /// All of them.
    #[word("all")]
    All,
}

/// `ccp.audio`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Audio {
    /// On the agent's own machine, in a page of its own: the split Contact Control Panel.
    Local,
    /// In the session, like everything else: one page, one panel.
    Session,
    /// On the agent's desk phone: one page, in the session, that shows and controls calls. Each agent needs a `desk_phone`,
    /// and the instance has to make calls.
    Phone,
}

/// `ccp.audio_page`: the page on the agent's own machine, with `audio: local`.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct AudioPage {
    /// Whether it shows Amazon Connect's panel. Hidden, it has sign-in, the choice of devices, mute, the state of the call
    /// and whether all works, so that customers' data stay in the desktop.
    #[key(default = "hidden", example = "shown", to(kinds::s3::ObjectSpec::BODY))]
    pub controls: Controls,
}

/// `ccp.audio_page.controls`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Controls {
    /// The panel works unseen.
    Hidden,
    /// The panel is shown.
    Shown,
}

/// `ccp.language`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Language {
    /// English.
    #[word("en")]
    English,
    /// German.
    #[word("de")]
    German,
}

impl Language {
    /// Every language.
    pub const ALL: [Language; 2] = [Language::English, Language::German];
}
