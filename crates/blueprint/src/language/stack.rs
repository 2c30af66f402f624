//! An entry of `appstream.stacks`.

use super::super::limits;
use super::entry::{
    EXISTING_ALONE, WAITS, description, display_name, existing, name, protect, tags, timeouts,
};
use super::table::{Between, Entries, Key, Map, Shape, map, rule};
use super::words;

const USER_SETTINGS: &[(&str, &str)] = &[("appstream.stack", "user_settings")];
const URLS: &[(&str, &str)] = &[("appstream.stack", "url_redirection")];
const AGENT_ACCESS: &[(&str, &str)] = &[("appstream.stack", "ai_agents")];
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
            "url_redirection",
            Shape::Map(&URL_REDIRECTION),
            "{ allowed: [\"https://*.example.com/*\"] }",
            "Which addresses open in the browser of the agent's own machine instead of the session's.",
        )
        .otherwise("none does")
        .lands(URLS),
        Key::new(
            "ai_agents",
            Shape::Map(&AI_AGENTS),
            "{ sight: true, input: true }",
            "What AI agents may do in sessions.",
        )
        .otherwise("nothing")
        .lands(AGENT_ACCESS),
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
    Key::new(
        "keep_sign_in",
        Shape::Boolean,
        "true",
        "Whether the sign-in to Google Drive and OneDrive outlives the session; otherwise users sign in there each time.",
    )
    .default("false")
    .lands(&[("appstream.stack", "storage_sign_in")]),
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

static URL_PATTERN: Shape = Shape::Pattern(&limits::URL_PATTERN);

static URL_REDIRECTION: Map = map(&[
    Key::new(
        "allowed",
        Shape::List {
            of: &URL_PATTERN,
            count: (1, limits::MOST_URL_PATTERNS),
        },
        "[\"https://*.example.com/*\"]",
        "Patterns of addresses that open there; `*` stands for anything, `?` for one character.",
    )
    .required()
    .lands(URLS),
    Key::new(
        "denied",
        Shape::List {
            of: &URL_PATTERN,
            count: (0, limits::MOST_URL_PATTERNS),
        },
        "[\"https://intranet.example.com/*\"]",
        "Patterns of addresses that do not, although a pattern of `allowed` says so.",
    )
    .lands(URLS),
]);

static AI_AGENTS: Map = Map {
    keys: &[
        Key::new("sight", Shape::Yes, "true", "They take pictures of the desktop.").lands(AGENT_ACCESS),
        Key::new("input", Shape::Yes, "true", "They click, type and scroll.").lands(AGENT_ACCESS),
        Key::new(
            "tools",
            Shape::Yes,
            "true",
            "They call the session's tools by the Model Context Protocol.",
        )
        .lands(AGENT_ACCESS),
        Key::new(
            "images",
            Shape::Choice(words::IMAGE_FORMAT),
            "jpeg",
            "The format of their pictures.",
        )
        .default("png")
        .lands(AGENT_ACCESS),
        Key::new(
            "users_may",
            Shape::Choice(words::USERS_MAY),
            "watch",
            "What the user may do about an AI agent at work: watch it, also stop it, or neither.",
        )
        .default("stop")
        .lands(AGENT_ACCESS),
        Key::new(
            "screenshots",
            Shape::Pattern(&limits::BUCKET_ARN),
            "arn:aws:s3:::acme-pictures",
            "The ARN of a bucket that keeps their pictures.",
        )
        .otherwise("no pictures are kept")
        .lands(AGENT_ACCESS),
    ],
    rules: &[
        rule(
            Between::AnyOf(&["sight", "tools"]),
            "AI agents need `sight: true` or `tools: true`; without `ai_agents` they may do nothing.",
        ),
        rule(
            Between::Needs("input", &["sight"]),
            "AWS lets no AI agent type that sees nothing: write `sight: true` too.",
        ),
    ],
    later: &[(
        "replay",
        "Replay sessions are not in AWS's SDK for Rust yet: set them in the console, where Headset leaves them alone.",
    )],
};

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
