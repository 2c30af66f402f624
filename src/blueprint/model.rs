//! What a blueprint says, after reading and checking: typed, defaults filled in, references still by key.
//!
//! Everything derived (names in AWS, links, policies, pages) is `design`'s business.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::diagnostic::Place;

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
    /// Where the section stands.
    pub place: Place,
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
    /// `protect` of the instance.
    pub protect: bool,
    /// `tags` of the instance.
    pub tags: BTreeMap<String, String>,
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
    /// Where the entry stands.
    pub place: Place,
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
    /// `protect`.
    pub protect: bool,
    /// `tags`.
    pub tags: BTreeMap<String, String>,
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
    /// `protect` of provider and role.
    pub protect: bool,
}

/// `sign_in.idp`. This version knows IAM Identity Center; others come later.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentityProvider {
    /// `identity_center.application`: the application's display name.
    pub application: At<String>,
    /// `identity_center.groups`: names of groups to assign.
    pub groups: Vec<At<String>>,
    /// `identity_center.users`: user names to assign.
    pub users: Vec<At<String>>,
    /// `identity_center.metadata`: an answer given in the blueprint: a URL, or the text of a file that was read.
    pub metadata: Option<At<Metadata>>,
    /// `identity_center.start_url`: an answer given in the blueprint.
    pub start_url: Option<At<String>>,
    /// `identity_center.application_arn`: an answer given in the blueprint.
    pub application_arn: Option<At<String>>,
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

/// `ccp`: the two pages.
#[derive(Clone, Debug, PartialEq)]
pub struct CcpSection {
    /// Where the section stands.
    pub place: Place,
    /// `bucket`: the bucket's name, default `{name}-ccp-{account}-{region}`.
    pub bucket: Option<At<String>>,
    /// `title` shown on the pages, default `Contact Control Panel`.
    pub title: String,
    /// `protect` of bucket and objects.
    pub protect: bool,
}

/// `appstream`.
#[derive(Clone, Debug, PartialEq)]
pub struct AppstreamSection {
    /// Where the section stands.
    pub place: Place,
    /// `network`.
    pub network: Network,
    /// `images` by key.
    pub images: BTreeMap<String, Source<Image>>,
    /// `fleets` by key.
    pub fleets: BTreeMap<String, Source<Fleet>>,
    /// `stacks` by key.
    pub stacks: BTreeMap<String, Source<Stack>>,
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

/// An entry of `appstream.images`: built in an image builder.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// Where the entry stands.
    pub place: Place,
    /// `base`.
    pub base: BaseImage,
    /// `builder`: the builder's instance type.
    pub builder: At<String>,
    /// `browser`: chrome, edge or firefox; the default of applications that open a URL.
    pub browser: Browser,
    /// `apps` by name.
    pub apps: BTreeMap<String, App>,
    /// `display_name`.
    pub display_name: Option<String>,
    /// `protect`.
    pub protect: bool,
    /// `tags`.
    pub tags: BTreeMap<String, String>,
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
    /// Where the entry stands.
    pub place: Place,
    /// `image`: a key of `images`.
    pub image: At<String>,
    /// `type`.
    pub fleet_type: FleetType,
    /// `instance`: the instance type.
    pub instance: At<String>,
    /// `capacity`: the number of instances.
    pub capacity: u64,
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
    /// `display_name`.
    pub display_name: Option<String>,
    /// `protect`.
    pub protect: bool,
    /// `tags`.
    pub tags: BTreeMap<String, String>,
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
    /// Where the entry stands.
    pub place: Place,
    /// `fleet`: a key of `fleets`.
    pub fleet: At<String>,
    /// `clipboard`: none, in (to the session), out, both. Default none.
    pub clipboard: Direction,
    /// `files`: none, in (upload), out (download), both. Default none.
    pub files: Direction,
    /// `printing`: default false (`none`); `local` is true.
    pub printing: bool,
    /// `time_zone`: whether the session follows the client's time zone; default false.
    pub time_zone: bool,
    /// `display_name`.
    pub display_name: Option<String>,
    /// `protect`.
    pub protect: bool,
    /// `tags`.
    pub tags: BTreeMap<String, String>,
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
