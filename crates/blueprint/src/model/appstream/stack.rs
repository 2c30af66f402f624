//! An entry of `appstream.stacks`.

use std::collections::BTreeMap;

use super::entitlement::Entitlement;
use super::machine::Machine;
use crate::at::At;
use crate::declare::{self, Value as _};
use crate::entry::{self, Entry};
use crate::limits;
use crate::node::Value;
use crate::reader::{Item, Reader};
use crate::table::{Between, Shape, rule};
use headset_core::diagnostic::Place;
use headset_derive::{Choice, Section};
use headset_kinds as kinds;

/// An entry of `appstream.stacks`.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(
    existing(kinds::appstream::FleetAssociationSpec::STACK),
    later(embed = "Write `embed_domains: [crm.example.com]`.")
)]
pub struct Stack {
    /// A key of `appstream.fleets`.
    #[key(
        reference = "fleets",
        example = "agents",
        to(kinds::appstream::FleetAssociationSpec::FLEET)
    )]
    pub fleet: At<String>,
    /// Which way the clipboard goes, as seen from the session.
    #[key(
        default = "none",
        example = "in",
        to(kinds::appstream::StackSpec::USER_SETTINGS)
    )]
    pub clipboard: Direction,
    /// How much text can be copied at once, where the clipboard is open.
    #[key(
        number = limits::CLIPBOARD,
        unit = "characters",
        example = "4096",
        otherwise = "AWS's own, and not owned",
        to(kinds::appstream::StackSpec::MAXIMUM_LENGTHS)
    )]
    pub clipboard_limit: Option<u64>,
    /// Which way files go, as seen from the session.
    #[key(
        default = "none",
        example = "in",
        to(kinds::appstream::StackSpec::USER_SETTINGS)
    )]
    pub files: Direction,
    /// Whether sessions print on the agent's own printer.
    #[key(
        default = "none",
        example = "local",
        to(kinds::appstream::StackSpec::USER_SETTINGS)
    )]
    pub printing: Printing,
    /// Whether the session has the time zone of the agent's machine.
    #[key(
        default = "false",
        example = "true",
        to(kinds::appstream::StackSpec::USER_SETTINGS)
    )]
    pub time_zone: bool,
    /// Whether programs in the session may use the smart card of the agent's machine.
    #[key(
        default = "false",
        example = "true",
        to(kinds::appstream::StackSpec::USER_SETTINGS)
    )]
    pub smart_card: bool,
    /// How users sign in to Windows where the fleet is in an Active Directory domain; AWS wants at least one way.
    #[key(
        default = "password",
        example = "smart-card",
        to(kinds::appstream::StackSpec::USER_SETTINGS)
    )]
    pub domain_sign_in: DomainSignIn,
    /// Storage that outlives sessions; what is not named is off.
    #[key(
        absent,
        example = "{ home_folders: true }",
        to(kinds::appstream::StackSpec::STORAGE_CONNECTORS)
    )]
    pub storage: Storage,
    /// Whether Windows and application settings outlive sessions.
    #[key(
        shape = Shape::Either(&[Shape::Boolean, SettingsGroup::SHAPE]),
        read = app_settings,
        default = "false",
        example = "true",
        to(kinds::appstream::StackSpec::APP_SETTINGS)
    )]
    pub app_settings: AppSettings,
    /// Where the browser goes after the session.
    #[key(pattern = limits::PAGE_URL, example = "https://example.com/goodbye", to(kinds::appstream::StackSpec::REDIRECT_URL))]
    pub redirect_url: Option<At<String>>,
    /// Where "Send feedback" leads; without one there is no such link.
    #[key(pattern = limits::PAGE_URL, example = "https://example.com/feedback", to(kinds::appstream::StackSpec::FEEDBACK_URL))]
    pub feedback_url: Option<At<String>>,
    /// Hosts whose pages may show the session in a frame.
    #[key(
        pattern = limits::EMBED_DOMAIN,
        count = (1, limits::MOST_EMBED_DOMAINS),
        example = "[crm.example.com]",
        to(kinds::appstream::StackSpec::EMBED_DOMAINS)
    )]
    pub embed_domains: Vec<At<String>>,
    /// VPC interface endpoints through which sessions stream; nothing else is let through then. `managed`: the one of
    /// `appstream.endpoints`.
    #[key(
        shape = Shape::Either(&[Shape::Word("managed"), ENDPOINTS]),
        read = access_endpoints,
        fallback = no_endpoints,
        example = "managed",
        to(kinds::appstream::StackSpec::ACCESS_ENDPOINTS)
    )]
    pub access_endpoints: AccessEndpoints,
    /// The preferred transport: UDP copes better with poor networks. AppStream's Windows client alone has it, and VPC
    /// endpoints have not.
    #[key(
        example = "udp",
        otherwise = "AWS's own, and not owned",
        to(kinds::appstream::StackSpec::STREAMING)
    )]
    pub streaming: Option<Transport>,
    /// Which addresses open in the browser of the agent's own machine instead of the session's.
    #[key(
        example = "{ allowed: [\"https://*.example.com/*\"] }",
        otherwise = "none does",
        to(kinds::appstream::StackSpec::URL_REDIRECTION)
    )]
    pub url_redirection: Option<UrlRedirection>,
    /// What AI agents may do in sessions.
    #[key(
        example = "{ sight: true, input: true }",
        otherwise = "nothing",
        to(kinds::appstream::StackSpec::AI_AGENTS)
    )]
    pub ai_agents: Option<AiAgents>,
    /// What the page looks like on which agents choose an application.
    #[key(
        example = "{ title: Acme Support, colour: blue, logo: { bucket: acme-brand, key: logo.png }, favicon: { bucket: acme-brand, key: icon.png } }"
    )]
    pub theme: Option<Theme>,
    /// Which users who sign in by SAML see which applications, by the entitlement's name. Without any, all users see all
    /// applications. Users of the pool see all in any case, and so do those of a whole desktop.
    #[key(
        entries = "an entitlement",
        names = limits::APPSTREAM_NAME,
        count = (0, limits::MOST_ENTITLEMENTS),
        hint = "Write `entitlements: { sales: { attributes: { department: sales }, applications: [crm] } }`.",
        example = "{ sales: { attributes: { department: sales }, applications: [crm] } }",
        to(kinds::appstream::EntitlementSpec::NAME)
    )]
    pub entitlements: BTreeMap<String, Entitlement>,
    /// `display_name`.
    #[key(like = Machine, to(kinds::appstream::StackSpec::DISPLAY_NAME))]
    pub display_name: Option<String>,
    /// `description`.
    #[key(like = Machine, to(kinds::appstream::StackSpec::DESCRIPTION))]
    pub description: Option<String>,
    /// The entry.
    #[key(
        from = entry::entry,
        keys(
            entry::name(&[kinds::appstream::StackSpec::NAME]),
            entry::PROTECT,
            entry::tags(
                "Tags of the stack, beside those of the blueprint.",
                &[kinds::appstream::StackSpec::TAGS]
            ),
            entry::TIMEOUTS,
            entry::OWNED
        )
    )]
    pub entry: Entry,
}

/// `appstream.stacks.*.access_endpoints`.
#[derive(Clone, Debug, PartialEq)]
pub enum AccessEndpoints {
    /// These. None: over the internet.
    Named(Vec<At<String>>),
    /// The one of `appstream.endpoints`.
    Managed {
        /// Where it says so.
        place: Place,
    },
}

impl AccessEndpoints {
    /// Where it is said that sessions stream through endpoints; `None`: they do not.
    pub fn place(&self) -> Option<&Place> {
        match self {
            AccessEndpoints::Named(ids) => ids.first().map(|id| &id.place),
            AccessEndpoints::Managed { place } => Some(place),
        }
    }
}

const ENDPOINTS: Shape = Shape::List {
    of: &Shape::Pattern(&limits::VPC_ENDPOINT),
    count: (1, limits::MOST_ENDPOINTS),
};

fn no_endpoints(_: &mut Reader<'_>, _: &Item<'_>) -> AccessEndpoints {
    AccessEndpoints::Named(Vec::new())
}

/// `managed`, or a list.
fn access_endpoints(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<AccessEndpoints> {
    match &item.node.value {
        Value::Text(text) if text == "managed" => Some(AccessEndpoints::Managed {
            place: item.node.place.clone(),
        }),
        Value::List(_) => reader.texts(item).map(AccessEndpoints::Named),
        _ => {
            reader.wrong_type(
                item,
                "`managed` or a list",
                "Write `access_endpoints: managed`, or `access_endpoints: [vpce-0a1b2c3d4e5f60718]`.",
            );
            None
        }
    }
}

/// Which way data may go, as seen from the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Direction {
    /// No way.
    None,
    /// From the agent's machine into the session.
    In,
    /// From the session to the agent's machine.
    Out,
    /// Both ways.
    Both,
}

/// `appstream.stacks.*.printing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Printing {
    /// Sessions do not print.
    None,
    /// On the agent's own printer.
    Local,
}

/// `appstream.stacks.*.domain_sign_in`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum DomainSignIn {
    /// By password, AWS's default.
    Password,
    /// By smart card.
    SmartCard,
    /// Either way.
    Both,
}

/// `appstream.stacks.*.streaming`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// `appstream.stacks.*.storage`: what is not there is off.
#[derive(Clone, Debug, Default, PartialEq, Section)]
pub struct Storage {
    /// A folder for each user in a bucket that AppStream makes; it stays when the stack goes.
    #[key(
        default = "false",
        example = "true",
        to(kinds::appstream::StackSpec::STORAGE_CONNECTORS)
    )]
    pub home_folders: bool,
    /// Google Drive of the organisation.
    #[key(
        example = "{ domains: [example.com] }",
        to(kinds::appstream::StackSpec::STORAGE_CONNECTORS)
    )]
    pub google_drive: Option<GoogleDrive>,
    /// OneDrive for Business of the organisation.
    #[key(
        example = "{ domains: [example.com] }",
        to(kinds::appstream::StackSpec::STORAGE_CONNECTORS)
    )]
    pub one_drive: Option<OneDrive>,
    /// Whether the sign-in to Google Drive and OneDrive outlives the session; otherwise users sign in there each time.
    #[key(
        shape = Shape::Boolean,
        read = kept,
        default = "false",
        example = "true",
        to(kinds::appstream::StackSpec::STORAGE_SIGN_IN)
    )]
    pub keep_sign_in: Option<Place>,
}

/// Where `true` stands.
fn kept(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Option<Place>> {
    let kept = reader.boolean(item)?;
    Some(kept.then(|| item.place()))
}

/// `appstream.stacks.*.storage.google_drive`.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct GoogleDrive {
    /// The organisation's domains there.
    #[key(
        pattern = limits::STORAGE_DOMAIN,
        count = (1, limits::MOST_STORAGE_DOMAINS),
        required,
        example = "[example.com]",
        to(kinds::appstream::StackSpec::STORAGE_CONNECTORS)
    )]
    pub domains: Vec<At<String>>,
}

/// `appstream.stacks.*.storage.one_drive`.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct OneDrive {
    /// `domains`: the organisation's domains.
    #[key(like = GoogleDrive, required)]
    pub domains: Vec<At<String>>,
    /// Those of the domains that need an administrator's consent before users can link their accounts.
    #[key(
        pattern = limits::STORAGE_DOMAIN,
        count = (0, limits::MOST_STORAGE_DOMAINS),
        example = "[example.com]",
        to(kinds::appstream::StackSpec::STORAGE_CONNECTORS)
    )]
    pub admin_consent: Vec<At<String>>,
}

/// `appstream.stacks.*.app_settings`.
#[derive(Clone, Debug, PartialEq)]
pub enum AppSettings {
    /// `false`, the default: they end with the session.
    Off,
    /// `true`, or `{ group: NAME }`: they are kept, by this group of settings (default: the stack's name).
    On(Option<At<String>>),
}

/// `app_settings: { group: NAME }`.
#[derive(Section)]
struct SettingsGroup {
    /// The group of settings; stacks with the same group share them.
    #[key(text = limits::SETTINGS_GROUP, example = "support", to(kinds::appstream::StackSpec::APP_SETTINGS))]
    group: At<String>,
}

fn app_settings(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<AppSettings> {
    if item.is_map() {
        return SettingsGroup::read(reader, item).map(|settings| AppSettings::On(Some(settings.group)));
    }
    if !matches!(item.node.value, Value::Bool(_)) && !item.node.loose {
        reader.wrong_type(
            item,
            "true, false or a map",
            "Write `app_settings: true`, or `app_settings: { group: NAME }`.",
        );
        return None;
    }
    Some(if reader.boolean(item)? {
        AppSettings::On(None)
    } else {
        AppSettings::Off
    })
}

/// `appstream.stacks.*.url_redirection`.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct UrlRedirection {
    /// Patterns of addresses that open there; `*` stands for anything, `?` for one character.
    #[key(
        pattern = limits::URL_PATTERN,
        count = (1, limits::MOST_URL_PATTERNS),
        required,
        example = "[\"https://*.example.com/*\"]",
        to(kinds::appstream::StackSpec::URL_REDIRECTION)
    )]
    pub allowed: Vec<At<String>>,
    /// Patterns of addresses that do not, although a pattern of `allowed` says so.
    #[key(
        pattern = limits::URL_PATTERN,
        count = (0, limits::MOST_URL_PATTERNS),
        example = "[\"https://intranet.example.com/*\"]",
        to(kinds::appstream::StackSpec::URL_REDIRECTION)
    )]
    pub denied: Vec<At<String>>,
}

/// `appstream.stacks.*.ai_agents`.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(
    rules(
        rule(
            Between::AnyOf(&["sight", "tools"]),
            "AI agents need `sight: true` or `tools: true`; without `ai_agents` they may do nothing.",
        ),
        rule(
            Between::Needs("input", &["sight"]),
            "AWS lets no AI agent type that sees nothing: write `sight: true` too.",
        ),
    ),
    later(
        replay = "Replay sessions are not in AWS's SDK for Rust yet: set them in the console, where Headset leaves them alone.",
    )
)]
pub struct AiAgents {
    /// They take pictures of the desktop.
    #[key(shape = Shape::Yes, read = open, fallback = declare::no, example = "true", to(kinds::appstream::StackSpec::AI_AGENTS))]
    pub sight: bool,
    /// They click, type and scroll.
    #[key(shape = Shape::Yes, read = open, fallback = declare::no, example = "true", to(kinds::appstream::StackSpec::AI_AGENTS))]
    pub input: bool,
    /// They call the session's tools by the Model Context Protocol.
    #[key(shape = Shape::Yes, read = open, fallback = declare::no, example = "true", to(kinds::appstream::StackSpec::AI_AGENTS))]
    pub tools: bool,
    /// The format of their pictures.
    #[key(default = "png", example = "jpeg", to(kinds::appstream::StackSpec::AI_AGENTS))]
    pub images: ImageFormat,
    /// What the user may do about an AI agent at work: watch it, also stop it, or neither.
    #[key(
        default = "stop",
        example = "watch",
        to(kinds::appstream::StackSpec::AI_AGENTS)
    )]
    pub users_may: UsersMay,
    /// The ARN of a bucket that keeps their pictures.
    #[key(
        pattern = limits::BUCKET_ARN,
        example = "arn:aws:s3:::acme-pictures",
        otherwise = "no pictures are kept",
        to(kinds::appstream::StackSpec::AI_AGENTS)
    )]
    pub screenshots: Option<At<String>>,
}

fn open(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<bool> {
    reader.yes(
        item,
        "Write `true`, or delete the line: what is not there is closed.",
    )
}

/// `ai_agents.images`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum ImageFormat {
    /// PNG, the default.
    Png,
    /// JPEG.
    Jpeg,
}

/// `ai_agents.users_may`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum UsersMay {
    /// Watch the AI agent.
    Watch,
    /// Watch and stop it, the default.
    Stop,
    /// Neither.
    Nothing,
}

/// `appstream.stacks.*.theme`.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct Theme {
    /// Where it stands.
    #[key(place)]
    pub place: Place,
    /// The title.
    #[key(pattern = limits::THEME_TEXT, example = "Acme Support", to(kinds::appstream::ThemeSpec::TITLE))]
    pub title: At<String>,
    /// The colour of links, buttons and background.
    #[key(example = "blue", to(kinds::appstream::ThemeSpec::STYLING))]
    pub colour: Colour,
    /// The organisation's logo, in a bucket that AppStream may read.
    #[key(
        example = "{ bucket: acme-brand, key: logo.png }",
        to(kinds::appstream::ThemeSpec::LOGO)
    )]
    pub logo: S3Location,
    /// The icon of the browser's tab, in a bucket that AppStream may read.
    #[key(
        example = "{ bucket: acme-brand, key: icon.png }",
        to(kinds::appstream::ThemeSpec::FAVICON)
    )]
    pub favicon: S3Location,
    /// Links in the footer: text and address, in this order.
    #[key(
        pattern = limits::PAGE_URL,
        entries = "a link",
        names = limits::THEME_TEXT,
        count = (0, 20),
        hint = "Write `links: { Help: \"https://example.com/help\" }`.",
        example = "{ Help: \"https://example.com/help\" }",
        to(kinds::appstream::ThemeSpec::LINKS)
    )]
    pub links: Vec<(String, At<String>)>,
    /// Whether the theme is shown.
    #[key(default = "true", example = "false", to(kinds::appstream::ThemeSpec::STATE))]
    pub enabled: bool,
}

/// `theme.colour`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Colour {
    /// Light blue.
    LightBlue,
    /// Blue.
    Blue,
    /// Pink.
    Pink,
    /// Red.
    Red,
}

/// An object in S3: `{ bucket: NAME, key: KEY }`.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct S3Location {
    /// The bucket.
    #[key(pattern = limits::ANY_BUCKET, example = "acme-brand")]
    pub bucket: At<String>,
    /// The object's key.
    #[key(text = limits::S3_KEY, example = "logo.png")]
    pub key: At<String>,
}
