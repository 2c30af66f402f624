//! `appstream`: networks, images, fleets, stacks and the user pool.

use std::collections::BTreeMap;

use super::entry::{At, Entry, Source};
use headset_core::diagnostic::Place;

/// `appstream`.
#[derive(Clone, Debug, PartialEq)]
pub struct AppstreamSection {
    /// Where the section stands.
    pub place: Place,
    /// `network`.
    pub network: Network,
    /// `service_roles`: whether Headset sees to the roles that the console makes on first use. Default true.
    pub service_roles: bool,
    /// `usage_reports`: whether the account's usage reports are on; `None`: not owned.
    pub usage_reports: Option<At<bool>>,
    /// `images` by key.
    pub images: BTreeMap<String, Source<Image>>,
    /// `fleets` by key.
    pub fleets: BTreeMap<String, Source<Fleet>>,
    /// `stacks` by key.
    pub stacks: BTreeMap<String, Source<Stack>>,
    /// `users` of the user pool by e-mail address.
    pub users: BTreeMap<String, PoolUser>,
}

/// `appstream.network`, the default of builders and fleets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// `subnets`.
    pub subnets: Vec<At<String>>,
    /// `security_groups`.
    pub security_groups: Vec<At<String>>,
    /// `internet`: `nat` (false, the default) or `default` (AppStream's own, at most 100 instances).
    pub default_internet_access: bool,
}

/// An entry of `appstream.images`, wherever it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// The entry; with a name, image and builder are called after it.
    pub entry: Entry,
    /// Where the image comes from.
    pub origin: ImageOrigin,
    /// `display_name`.
    pub display_name: Option<String>,
    /// `description`.
    pub description: Option<String>,
    /// `share`: accounts that may use the image, and for what. `None`: not owned.
    pub share: Option<BTreeMap<String, Share>>,
}

/// Where an image that is not merely `existing` comes from.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a blueprint has a handful of images")]
pub enum ImageOrigin {
    /// `base`, `builder`, `apps`: captured in an image builder.
    Built(Build),
    /// `newest: PREFIX`: the newest public image of this family, as it is. Only read.
    Newest(At<String>),
    /// `copy: { image: NAME, region: REGION }`: copied by AWS, from another region or the same one.
    Copied {
        /// The source image's name.
        image: At<String>,
        /// The source's region; `None`: AppStream's region of this blueprint.
        region: Option<At<String>>,
    },
    /// `shared: ARN`: another account's image that it shares with ours. Only read.
    Shared(At<String>),
}

/// How an image is built.
#[derive(Clone, Debug, PartialEq)]
pub struct Build {
    /// `base`.
    pub base: BaseImage,
    /// `builder`: the builder's instance type.
    pub builder: At<String>,
    /// `browser`: chrome, edge or firefox; the default of applications that open a URL.
    pub browser: Browser,
    /// `apps` by name.
    pub apps: BTreeMap<String, App>,
    /// `network` of the builder, in place of `appstream.network`; the builder takes one subnet of it, the first.
    pub network: Option<Network>,
    /// `root_volume` in GB: 200 to 500; `None`: not owned.
    pub root_volume: Option<u64>,
    /// `imds_v1`: whether version 1 of the instance metadata service answers; `None`: not owned.
    pub imds_v1: Option<bool>,
    /// `role`: the ARN of the builder's IAM role.
    pub role: Option<At<String>>,
    /// `agent`: `LATEST` or a version of the AppStream agent; `None`: the base image's.
    pub agent: Option<At<String>>,
}

/// What another account may do with an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// `fleet`, default true.
    pub fleet: bool,
    /// `builder`, default false.
    pub builder: bool,
}

/// `appstream.images.*.base`.
#[derive(Clone, Debug, PartialEq)]
pub enum BaseImage {
    /// `newest: PREFIX`: the newest public image of this family when the builder is made.
    Newest(At<String>),
    /// A certain image by name or ARN.
    Named(At<String>),
}

/// `appstream.images.*.browser`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    /// Google Chrome, the default.
    Chrome,
    /// Microsoft Edge.
    Edge,
    /// Mozilla Firefox.
    Firefox,
}

/// An entry of `appstream.images.*.apps`.
#[derive(Clone, Debug, PartialEq)]
pub struct App {
    /// Where the entry stands.
    pub place: Place,
    /// `open` or `program`.
    pub launch: Launch,
    /// `display_name`.
    pub display_name: Option<String>,
}

/// What an application is.
#[derive(Clone, Debug, PartialEq)]
pub enum Launch {
    /// `open: ccp.in_session`: the in-session page in the image's browser.
    InSessionPage,
    /// `open: URL`: a page in the image's browser.
    Url(At<String>),
    /// `program: C:\...exe`, with `arguments`.
    Program {
        /// The absolute path.
        path: At<String>,
        /// The launch parameters, if any.
        arguments: Option<String>,
    },
}

/// An entry of `appstream.fleets`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fleet {
    /// The entry.
    pub entry: Entry,
    /// `image`: a key of `images`.
    pub image: At<String>,
    /// `type`.
    pub fleet_type: FleetType,
    /// `instance`: the instance type.
    pub instance: At<String>,
    /// `capacity`.
    pub capacity: Capacity,
    /// `sessions_per_instance`: 2 to 50 make a multi-session fleet, whose capacity counts sessions.
    pub sessions_per_instance: Option<At<u64>>,
    /// `view`.
    pub view: View,
    /// `power`: whether it should run, default true.
    pub power: bool,
    /// `timeouts.session` in seconds: 600 to 432000, default 12 h.
    pub session: u64,
    /// `timeouts.disconnect` in seconds: 60 to 36000, default 15 min.
    pub disconnect: u64,
    /// `timeouts.idle` in seconds: 0 (never) or 60 to 36000; default never with a contact center, else 15 min.
    pub idle: At<u64>,
    /// `network`, in place of `appstream.network`.
    pub network: Option<Network>,
    /// `root_volume` in GB: 200 to 500; `None`: not owned.
    pub root_volume: Option<u64>,
    /// `imds_v1`: whether version 1 of the instance metadata service answers; `None`: not owned.
    pub imds_v1: Option<bool>,
    /// `role`: the ARN of the IAM role that its instances have.
    pub role: Option<At<String>>,
    /// `usb`: filter strings of USB devices that sessions may use.
    pub usb: Vec<At<String>>,
    /// `display_name`.
    pub display_name: Option<String>,
    /// `description`.
    pub description: Option<String>,
}

/// `appstream.fleets.*.capacity`: instances, or sessions of a multi-session fleet.
#[derive(Clone, Debug, PartialEq)]
pub enum Capacity {
    /// A number: auto scaling does not exist.
    Fixed(u64),
    /// A range: capacity belongs to Application Auto Scaling.
    Scaled(Scaling),
}

/// A capacity that follows demand and the clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaling {
    /// Where it stands.
    pub place: Place,
    /// `min`.
    pub min: u64,
    /// `max`.
    pub max: u64,
    /// `target`: the wanted utilisation in percent, 1 to 100; `None`: no target tracking, the schedule alone decides.
    pub target: Option<u64>,
    /// `cooldown.out` in seconds: how long to wait after adding.
    pub cooldown_out: Option<u64>,
    /// `cooldown.in` in seconds: how long to wait after taking away.
    pub cooldown_in: Option<u64>,
    /// `scale_in`: whether target tracking also takes away; default true.
    pub scale_in: bool,
    /// `schedule` by name: when other limits begin to hold.
    pub schedule: BTreeMap<String, Shift>,
}

/// An entry of `capacity.schedule`.
#[derive(Clone, Debug, PartialEq)]
pub struct Shift {
    /// Where the entry stands.
    pub place: Place,
    /// `at`: `cron(...)`, `rate(...)` or `at(...)`, as Application Auto Scaling writes them.
    pub at: At<String>,
    /// `time_zone`: an IANA name; default UTC.
    pub time_zone: Option<At<String>>,
    /// `min` from then on.
    pub min: Option<u64>,
    /// `max` from then on.
    pub max: Option<u64>,
}

/// `appstream.fleets.*.type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FleetType {
    /// `on-demand`, the default.
    OnDemand,
    /// `always-on`.
    AlwaysOn,
}

/// `appstream.fleets.*.view`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// `desktop`.
    Desktop,
    /// `app`, AWS's default.
    App,
}

/// An entry of `appstream.stacks`.
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    /// The entry.
    pub entry: Entry,
    /// `fleet`: a key of `fleets`.
    pub fleet: At<String>,
    /// `clipboard`: none, in (to the session), out, both. Default none.
    pub clipboard: Direction,
    /// `clipboard_limit` in characters, 1 to 20971520, for the ways that are open; `None`: not owned.
    pub clipboard_limit: Option<u64>,
    /// `files`: none, in (upload), out (download), both. Default none.
    pub files: Direction,
    /// `printing`: default false (`none`); `local` is true.
    pub printing: bool,
    /// `time_zone`: whether the session follows the client's time zone; default false.
    pub time_zone: bool,
    /// `smart_card`: whether the session may use the client's smart card; default false.
    pub smart_card: bool,
    /// `domain_sign_in`: how users sign in to Windows of a fleet in a domain; default by password.
    pub domain_sign_in: DomainSignIn,
    /// `storage`.
    pub storage: Storage,
    /// `app_settings`: whether settings of applications survive sessions, and in which group (default: the stack's).
    pub app_settings: AppSettings,
    /// `redirect_url`: where the browser goes after the session.
    pub redirect_url: Option<At<String>>,
    /// `feedback_url`: where "Send feedback" leads.
    pub feedback_url: Option<At<String>>,
    /// `embed_domains`: hosts whose pages may frame the session.
    pub embed_domains: Vec<At<String>>,
    /// `access_endpoints`: ids of VPC interface endpoints through which sessions stream.
    pub access_endpoints: Vec<At<String>>,
    /// `streaming`: the preferred transport; `None`: not owned.
    pub streaming: Option<Transport>,
    /// `url_redirection`: which addresses open in the browser of the agent's own machine; `None`: none.
    pub url_redirection: Option<UrlRedirection>,
    /// `ai_agents`: what AI agents may do; `None`: nothing.
    pub ai_agents: Option<AiAgents>,
    /// `theme` of the page that users see.
    pub theme: Option<Theme>,
    /// `display_name`.
    pub display_name: Option<String>,
    /// `description`.
    pub description: Option<String>,
}

/// `appstream.stacks.*.domain_sign_in`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomainSignIn {
    /// `password`, AWS's default.
    Password,
    /// `smart-card`.
    SmartCard,
    /// `both`.
    Both,
}

/// `appstream.stacks.*.storage`: what is not there is off.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Storage {
    /// `home_folders`.
    pub home_folders: bool,
    /// `google_drive.domains`: the organisation's domains.
    pub google_drive: Option<Vec<At<String>>>,
    /// `one_drive.domains`, and `one_drive.admin_consent`.
    pub one_drive: Option<OneDrive>,
    /// `keep_sign_in`, where it is true.
    pub keep_sign_in: Option<Place>,
}

/// `appstream.stacks.*.url_redirection`.
#[derive(Clone, Debug, PartialEq)]
pub struct UrlRedirection {
    /// `allowed`: patterns.
    pub allowed: Vec<At<String>>,
    /// `denied`: patterns.
    pub denied: Vec<At<String>>,
}

/// `appstream.stacks.*.ai_agents`.
#[derive(Clone, Debug, PartialEq)]
pub struct AiAgents {
    /// `sight`.
    pub sight: bool,
    /// `input`.
    pub input: bool,
    /// `tools`.
    pub tools: bool,
    /// `images`, as AWS calls the format; default `PNG`.
    pub images: &'static str,
    /// `users_may`, as AWS calls it; default `VIEW_STOP`.
    pub users_may: &'static str,
    /// `screenshots`: the ARN of a bucket.
    pub screenshots: Option<At<String>>,
}

/// `appstream.stacks.*.storage.one_drive`.
#[derive(Clone, Debug, PartialEq)]
pub struct OneDrive {
    /// `domains`: the organisation's domains.
    pub domains: Vec<At<String>>,
    /// `admin_consent`: those of them that need an administrator's consent.
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

/// `appstream.stacks.*.streaming`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// `tcp`.
    Tcp,
    /// `udp`.
    Udp,
}

/// `appstream.stacks.*.theme`.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// Where it stands.
    pub place: Place,
    /// `title`: at most 300 characters.
    pub title: At<String>,
    /// `colour`: AWS's name in upper case, `LIGHT_BLUE`, `BLUE`, `PINK` or `RED`.
    pub styling: String,
    /// `logo`: an object in S3 that AppStream may read.
    pub logo: S3Location,
    /// `favicon`: an object in S3 that AppStream may read.
    pub favicon: S3Location,
    /// `links` of the footer: text to address, in the order of the file.
    pub links: Vec<(String, At<String>)>,
    /// `enabled`, default true.
    pub enabled: bool,
}

/// `{ bucket: NAME, key: KEY }`.
#[derive(Clone, Debug, PartialEq)]
pub struct S3Location {
    /// `bucket`.
    pub bucket: At<String>,
    /// `key`.
    pub key: At<String>,
}

/// An entry of `appstream.users`: somebody in AppStream's user pool.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolUser {
    /// The entry; its name is its key, and users of the pool carry no tags.
    pub entry: Entry,
    /// `existing: true`: the user is there already, and only its links to stacks are ours.
    pub existing: bool,
    /// `first`.
    pub first: Option<String>,
    /// `last`.
    pub last: Option<String>,
    /// `stacks`: keys of `appstream.stacks`.
    pub stacks: Vec<At<String>>,
    /// `notify`: whether AppStream writes mails to them; default true, since the first one brings the password.
    pub notify: bool,
    /// `enabled`, default true.
    pub enabled: bool,
}

/// Which way data may go, as seen from the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
