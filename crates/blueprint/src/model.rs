//! What a blueprint says, after reading and checking: typed, defaults filled in, references still by key.
//!
//! Everything derived (names in AWS, links, policies, pages) is `design`'s business.

mod appstream;
mod entry;

use std::collections::BTreeMap;
use std::path::PathBuf;

use headset_core::diagnostic::Place;
use headset_kinds::{Address, Secret};

pub use appstream::*;
pub use entry::*;

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
    /// `endpoint`: at which of AppStream's hosts the sign-in ends. Default `standard`.
    pub endpoint: DesktopEndpoint,
}

/// `sign_in.appstream.endpoint`: AppStream's hosts for relay states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DesktopEndpoint {
    /// `standard`: the host of which AWS shows whole relay states.
    Standard,
    /// `fips`: the same with FIPS 140 validated cryptography.
    Fips,
    /// `euc-sso`: the host that AWS lists today.
    EucSso,
    /// `euc-sso-fips`: the same with FIPS 140 validated cryptography.
    EucSsoFips,
}

impl DesktopEndpoint {
    /// The word in the blueprint.
    pub fn word(self) -> &'static str {
        match self {
            DesktopEndpoint::Standard => "standard",
            DesktopEndpoint::Fips => "fips",
            DesktopEndpoint::EucSso => "euc-sso",
            DesktopEndpoint::EucSsoFips => "euc-sso-fips",
        }
    }
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
