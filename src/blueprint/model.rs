//! What a blueprint says, after reading and checking: typed, defaults filled in, references still by key.
//!
//! Everything derived (names in AWS, links, policies, pages) is `design`'s business.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::diagnostic::Place;
use crate::resource::{Address, Secret};

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Its place; for a default, the place of the entry that it belongs to.
    pub place: Place,
}

/// Something of ours, or something that lives outside and is only linked to.
#[derive(Clone, Debug, PartialEq)]
pub enum Source<T> {
    /// Made and managed by this blueprint.
    Ours(T),
    /// `existing: NAME-or-ARN`: read and linked to, never changed or deleted.
    Existing(At<String>),
}

/// What every entry can say about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where the entry stands.
    pub place: Place,
    /// `name`: what the thing is called in AWS, in place of the derived name. Images still get their recipe appended.
    pub name: Option<At<String>>,
    /// `protect`: deleting and replacing it is refused.
    pub protect: bool,
    /// `tags`, beyond the blueprint's own.
    pub tags: BTreeMap<String, String>,
    /// `timeouts.create`, `.update` and `.delete`.
    pub waits: Waits,
}

/// How long an operation of one resource may take, in seconds, in place of its kind's own patience.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waits {
    /// `timeouts.create`.
    pub create: Option<u64>,
    /// `timeouts.update`.
    pub update: Option<u64>,
    /// `timeouts.delete`.
    pub delete: Option<u64>,
}

/// A whole blueprint.
#[derive(Clone, Debug, PartialEq)]
pub struct Blueprint {
    /// The file it was read from, as the user named it.
    pub file: String,
    /// `name`: prefix of every name, and the tag `headset:environment`. 2 to 32 of `[a-z0-9-]`.
    pub name: At<String>,
    /// `aws`.
    pub aws: AwsSection,
    /// `lifetime` in seconds, if set: tags an expiry, and makes `protect` default to false.
    pub lifetime: Option<At<u64>>,
    /// Whether things are protected unless they say otherwise: true without `lifetime`, false with it.
    pub protect: bool,
    /// Extra tags for everything that can carry tags (top-level `tags`).
    pub tags: BTreeMap<String, String>,
    /// `connect`.
    pub connect: Option<ConnectSection>,
    /// `sign_in`.
    pub sign_in: Option<SignInSection>,
    /// `ccp`.
    pub ccp: Option<CcpSection>,
    /// `appstream`.
    pub appstream: Option<AppstreamSection>,
    /// `moved`: what used to be at one address, and is at another now. State follows; AWS is not touched.
    pub moved: Vec<Move>,
    /// `removed`: what Headset lets go of without deleting it.
    pub removed: Vec<At<Address>>,
}

/// An entry of `moved`.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// The address in earlier versions of the blueprint.
    pub from: At<Address>,
    /// The address now.
    pub to: At<Address>,
}

/// `aws`: where.
#[derive(Clone, Debug, PartialEq)]
pub struct AwsSection {
    /// `account`: twelve digits; refuses to touch any other account.
    pub account: Option<At<String>>,
    /// `region`: the default of every service; `None` means the caller's configuration decides.
    pub region: Option<At<String>>,
    /// `regions.connect`.
    pub connect_region: Option<At<String>>,
    /// `regions.appstream`.
    pub appstream_region: Option<At<String>>,
    /// `identity_center`.
    pub identity_center: IdentityCenter,
}

/// `aws.identity_center`.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentityCenter {
    /// `region`: its home region; default: `aws.region`.
    pub region: Option<At<String>>,
    /// `role`: the role to assume for it.
    pub role: Option<At<String>>,
    /// `by_hand`: nothing there is done by API.
    pub by_hand: bool,
}

/// `connect`: the instance and its users.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectSection {
    /// The instance as an entry; its name is its alias.
    pub entry: Entry,
    /// `alias` (ours) or `existing`.
    pub instance: Source<At<String>>,
    /// `identity`.
    pub identity: ConnectIdentity,
    /// `calls.inbound`, default true.
    pub inbound: bool,
    /// `calls.outbound`, default true.
    pub outbound: bool,
    /// `attributes`: AWS's names in upper case (`CONTACTFLOW_LOGS`) to wanted values.
    pub attributes: BTreeMap<String, bool>,
    /// `users` by Connect user name.
    pub users: BTreeMap<String, ConnectUser>,
}

/// `connect.identity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectIdentity {
    /// `saml`, the default.
    Saml,
    /// `connect-managed`.
    ConnectManaged,
}

/// An entry of `connect.users`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectUser {
    /// The entry; its name is its key.
    pub entry: Entry,
    /// `first`.
    pub first: String,
    /// `last`.
    pub last: String,
    /// `security`: names of security profiles, at least one.
    pub security: Vec<At<String>>,
    /// `routing`: name of a routing profile, default `Basic Routing Profile`.
    pub routing: At<String>,
    /// `auto_accept`, default false.
    pub auto_accept: bool,
    /// `after_call_work` in seconds, default 0.
    pub after_contact_work: u64,
    /// `password`: of users in Connect's own directory only, and required there. Used at creation, never stored.
    pub password: Option<At<Secret>>,
    /// `email`: of users in Connect's own directory only.
    pub email: Option<At<String>>,
}

/// `sign_in`: federation.
#[derive(Clone, Debug, PartialEq)]
pub struct SignInSection {
    /// Where the section stands.
    pub place: Place,
    /// `idp`.
    pub idp: IdentityProvider,
    /// `user_name`: what RoleSessionName is. Default `email`.
    pub user_name: UserName,
    /// `role`.
    pub role: RoleSection,
    /// `connect.destination`: the page after sign-in, default `/ccp-v2`.
    pub destination: String,
    /// `connect.scope`.
    pub scope: FederationScope,
    /// `connect.instances`: further instances (alias or ARN), existing ones, that the same role federates into.
    pub instances: Vec<At<String>>,
    /// `appstream`: the desktop by single sign-on too.
    pub appstream: Option<DesktopSignIn>,
    /// `protect` of applications, providers and roles.
    pub protect: bool,
}

/// `sign_in.idp`: who vouches for the agents.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentityProvider {
    /// Which product it is.
    pub product: IdpProduct,
    /// The application that leads to Connect.
    pub application: Application,
    /// `groups`: names of groups to assign. Of Identity Center they are assigned by API; elsewhere they stand on the
    /// worksheet.
    pub groups: Vec<At<String>>,
    /// `users`: user names to assign.
    pub users: Vec<At<String>>,
}

/// The key below `sign_in.idp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdpProduct {
    /// `identity_center`: AWS IAM Identity Center.
    IdentityCenter,
    /// `okta`.
    Okta,
    /// `entra`: Microsoft Entra ID.
    Entra,
    /// `other`: any other SAML 2.0 identity provider.
    Other,
}

/// A SAML application at the identity provider, and the answers about it that the blueprint gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Application {
    /// Where it stands.
    pub place: Place,
    /// `application`: its display name; `None`: derived (only for desktops).
    pub name: Option<At<String>>,
    /// `metadata`: an answer given in the blueprint: a URL, or the text of a file that was read.
    pub metadata: Option<At<Metadata>>,
    /// `start_url`: an answer given in the blueprint.
    pub start_url: Option<At<String>>,
    /// `application_arn`: an answer given in the blueprint; of Identity Center only.
    pub application_arn: Option<At<String>>,
}

/// `sign_in.appstream`: a second application (one for each stack) and a second role.
#[derive(Clone, Debug, PartialEq)]
pub struct DesktopSignIn {
    /// Where the section stands.
    pub place: Place,
    /// `stacks`: keys of `appstream.stacks`, each with its application.
    pub stacks: BTreeMap<String, Application>,
    /// `role`: what it does not say is as in `sign_in.role`, except for the name.
    pub role: RoleSection,
}

/// SAML metadata given in the blueprint.
#[derive(Clone, Debug, PartialEq)]
pub enum Metadata {
    /// An `https://` URL to fetch it from.
    Url(String),
    /// A file next to the blueprint, and its text.
    File(PathBuf, String),
}

/// `sign_in.user_name`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserName {
    /// The primary e-mail address.
    Email,
    /// The user name in the directory.
    UserName,
}

/// `sign_in.role`.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleSection {
    /// `name`: of the role and, with the suffix `-idp`, of the provider; default derived.
    pub name: Option<At<String>>,
    /// `session` in seconds, 3600 to 43200; default 12 h.
    pub session: u64,
    /// `path`, default `/`.
    pub path: String,
    /// `permissions_boundary`: an ARN.
    pub permissions_boundary: Option<At<String>>,
}

/// `sign_in.connect.scope`: which of the two documented GetFederationToken policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FederationScope {
    /// Only as the signed-in user (`.../user/${aws:userid}`), the default.
    User,
    /// Whoever signs in, on this instance.
    Instance,
}

/// `ccp`: the pages.
#[derive(Clone, Debug, PartialEq)]
pub struct CcpSection {
    /// The section; its name is the bucket's.
    pub entry: Entry,
    /// `audio`: where the agent's voice is. Default `local`.
    pub audio: Audio,
    /// `bucket`: the bucket's name, default `{name}-ccp-{account}-{region}`.
    pub bucket: Option<At<String>>,
    /// `title` shown on the pages, default `Contact Control Panel`.
    pub title: String,
}

/// `ccp.audio`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audio {
    /// `local`: on the agent's own machine, in a page of its own: the split Contact Control Panel.
    Local,
    /// `session`: in the session, like everything else: one page, one panel.
    Session,
}

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
    /// `timeouts.idle` in seconds: 0 (never) or 60 to 36000, default 15 min.
    pub idle: u64,
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
    /// `smart_card`: whether the session may use the client's smart card; `None`: not owned.
    pub smart_card: Option<bool>,
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
    /// `theme` of the page that users see.
    pub theme: Option<Theme>,
    /// `display_name`.
    pub display_name: Option<String>,
    /// `description`.
    pub description: Option<String>,
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
    /// `notify`: whether AppStream writes mails to them; default false.
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
