//! An entry of `appstream.stacks`.

use super::super::limits;
use super::top::{EXISTING_ALONE, WAITS, description, display_name, existing, name, protect, tags, timeouts};
use super::{Entries, Key, Map, Shape, map, words};

const USER_SETTINGS: &[(&str, &str)] = &[("appstream.stack", "user_settings")];
const STORAGE_CONNECTORS: &[(&str, &str)] = &[("appstream.stack", "storage_connectors")];

pub(super) static STACK: Map = Map {
    keys: &[
        existing(&[("appstream.fleet_association", "stack")]),
        Key::new(
            "fleet",
            Shape::Reference("fleets"),
            "agents",
            "A key of `appstream.fleets`.",
        )
        .required()
        .lands(&[("appstream.fleet_association", "fleet")]),
        Key::new(
            "clipboard",
            Shape::Choice(words::DIRECTION),
            "in",
            "Which way the clipboard goes, as seen from the session.",
        )
        .default("none")
        .lands(USER_SETTINGS),
        Key::new(
            "clipboard_limit",
            Shape::number(&limits::CLIPBOARD, "characters"),
            "4096",
            "How much text goes at once, on the ways that are open.",
        )
        .otherwise("AWS's own, and not owned")
        .lands(USER_SETTINGS),
        Key::new(
            "files",
            Shape::Choice(words::DIRECTION),
            "in",
            "Which way files go, as seen from the session.",
        )
        .default("none")
        .lands(USER_SETTINGS),
        Key::new(
            "printing",
            Shape::Choice(words::PRINTING),
            "local",
            "Whether sessions print on the agent's own printer.",
        )
        .default("none")
        .lands(USER_SETTINGS),
        Key::new(
            "time_zone",
            Shape::Boolean,
            "true",
            "Whether the session has the time zone of the agent's machine.",
        )
        .default("false")
        .lands(USER_SETTINGS),
        Key::new(
            "smart_card",
            Shape::Boolean,
            "true",
            "Whether programs in the session may use the smart card of the agent's machine.",
        )
        .default("false")
        .lands(USER_SETTINGS),
        Key::new(
            "domain_sign_in",
            Shape::Choice(words::DOMAIN_SIGN_IN),
            "smart-card",
            "How users sign in to Windows where the fleet is in an Active Directory domain; AWS wants at least one way.",
        )
        .default("password")
        .lands(USER_SETTINGS),
        Key::new(
            "storage",
            Shape::Map(&STORAGE),
            "{ home_folders: true }",
            "Storage that outlives sessions; what is not named is off.",
        )
        .lands(STORAGE_CONNECTORS),
        Key::new(
            "app_settings",
            Shape::Either(&[Shape::Boolean, Shape::Map(&APP_SETTINGS)]),
            "true",
            "Whether Windows and application settings outlive sessions.",
        )
        .default("false")
        .lands(&[("appstream.stack", "app_settings")]),
        Key::new(
            "redirect_url",
            Shape::Pattern(&limits::PAGE_URL),
            "https://example.com/goodbye",
            "Where the browser goes after the session.",
        )
        .lands(&[("appstream.stack", "redirect_url")]),
        Key::new(
            "feedback_url",
            Shape::Pattern(&limits::PAGE_URL),
            "https://example.com/feedback",
            "Where \"Send feedback\" leads; without one there is no such link.",
        )
        .lands(&[("appstream.stack", "feedback_url")]),
        Key::new(
            "embed_domains",
            Shape::List {
                of: &EMBED_DOMAIN,
                count: (1, limits::MOST_EMBED_DOMAINS),
            },
            "[crm.example.com]",
            "Hosts whose pages may show the session in a frame.",
        )
        .lands(&[("appstream.stack", "embed_domains")]),
        Key::new(
            "access_endpoints",
            Shape::List {
                of: &ENDPOINT,
                count: (1, limits::MOST_ENDPOINTS),
            },
            "[vpce-0a1b2c3d4e5f60718]",
            "VPC interface endpoints through which sessions stream; nothing else is let through then.",
        )
        .lands(&[("appstream.stack", "access_endpoints")]),
        Key::new(
            "streaming",
            Shape::Choice(words::STREAMING),
            "udp",
            "The preferred transport: UDP copes better with poor networks. AppStream's Windows client alone has it, and VPC endpoints have not.",
        )
        .otherwise("AWS's own, and not owned")
        .lands(&[("appstream.stack", "streaming")]),
        Key::new(
            "theme",
            Shape::Map(&THEME),
            "{ title: Acme Support, colour: blue, logo: { bucket: acme-brand, key: logo.png }, favicon: { bucket: acme-brand, key: icon.png } }",
            "What the page looks like on which agents choose an application.",
        ),
        name(&[("appstream.stack", "name")]),
        display_name(&[("appstream.stack", "display_name")]),
        description(&[("appstream.stack", "description")]),
        protect(),
        tags("Tags of the stack, beside those of the blueprint.").lands(&[("appstream.stack", "tags")]),
        timeouts(&WAITS),
    ],
    rules: &[EXISTING_ALONE],
    later: &[("embed", "Write `embed_domains: [crm.example.com]`.")],
};

static EMBED_DOMAIN: Shape = Shape::Pattern(&limits::EMBED_DOMAIN);
static ENDPOINT: Shape = Shape::Pattern(&limits::VPC_ENDPOINT);
static DOMAIN: Shape = Shape::Pattern(&limits::STORAGE_DOMAIN);

static STORAGE: Map = map(&[
    Key::new(
        "home_folders",
        Shape::Boolean,
        "true",
        "A folder for each user in a bucket that AppStream makes; it stays when the stack goes.",
    )
    .default("false")
    .lands(STORAGE_CONNECTORS),
    Key::new(
        "google_drive",
        Shape::Map(&GOOGLE_DRIVE),
        "{ domains: [example.com] }",
        "Google Drive of the organisation.",
    )
    .lands(STORAGE_CONNECTORS),
    Key::new(
        "one_drive",
        Shape::Map(&ONE_DRIVE),
        "{ domains: [example.com] }",
        "OneDrive for Business of the organisation.",
    )
    .lands(STORAGE_CONNECTORS),
]);

const DOMAINS: Key = Key::new(
    "domains",
    Shape::List {
        of: &DOMAIN,
        count: (1, limits::MOST_STORAGE_DOMAINS),
    },
    "[example.com]",
    "The organisation's domains there.",
)
.lands(STORAGE_CONNECTORS);

static GOOGLE_DRIVE: Map = map(&[DOMAINS.required()]);
static ONE_DRIVE: Map = map(&[
    DOMAINS.required(),
    Key::new(
        "admin_consent",
        Shape::List {
            of: &DOMAIN,
            count: (0, limits::MOST_STORAGE_DOMAINS),
        },
        "[example.com]",
        "Those of the domains that need an administrator's consent before users can link their accounts.",
    )
    .lands(STORAGE_CONNECTORS),
]);

static APP_SETTINGS: Map = map(&[Key::new(
    "group",
    Shape::text(limits::SETTINGS_GROUP),
    "support",
    "The group of settings; stacks with the same group share them.",
)
.required()
.lands(&[("appstream.stack", "app_settings")])]);

static THEME: Map = map(&[
    Key::new(
        "title",
        Shape::Pattern(&limits::THEME_TEXT),
        "Acme Support",
        "The title.",
    )
    .required()
    .lands(&[("appstream.theme", "title")]),
    Key::new(
        "colour",
        Shape::Choice(words::COLOUR),
        "blue",
        "The colour of links, buttons and background.",
    )
    .required()
    .lands(&[("appstream.theme", "styling")]),
    Key::new(
        "logo",
        Shape::Map(&OBJECT),
        "{ bucket: acme-brand, key: logo.png }",
        "The organisation's logo, in a bucket that AppStream may read.",
    )
    .required()
    .lands(&[("appstream.theme", "logo")]),
    Key::new(
        "favicon",
        Shape::Map(&OBJECT),
        "{ bucket: acme-brand, key: icon.png }",
        "The icon of the browser's tab, in a bucket that AppStream may read.",
    )
    .required()
    .lands(&[("appstream.theme", "favicon")]),
    Key::new(
        "links",
        Shape::Entries(&LINKS),
        "{ Help: \"https://example.com/help\" }",
        "Links in the footer: text and address, in this order.",
    )
    .lands(&[("appstream.theme", "links")]),
    Key::new("enabled", Shape::Boolean, "false", "Whether the theme is shown.")
        .default("true")
        .lands(&[("appstream.theme", "state")]),
]);

static OBJECT: Map = map(&[
    Key::new(
        "bucket",
        Shape::Pattern(&limits::ANY_BUCKET),
        "acme-brand",
        "The bucket.",
    )
    .required(),
    Key::new(
        "key",
        Shape::text(limits::S3_KEY),
        "logo.png",
        "The object's key.",
    )
    .required(),
]);

static LINKS: Entries = Entries {
    what: "a link",
    names: Some(&limits::THEME_TEXT),
    of: Shape::Pattern(&limits::PAGE_URL),
    count: (0, 20),
    example: "Write `links: { Help: \"https://example.com/help\" }`.",
};
