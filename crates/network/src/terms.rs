//! The words of the data.

use std::fmt;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// Where a connection begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The agent's own machine.
    Agent,
    /// A streamed desktop.
    Session,
    /// An image builder.
    Builder,
}

impl Side {
    /// All of them.
    pub const ALL: [Side; 3] = [Side::Agent, Side::Session, Side::Builder];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Side::Agent => "agent",
            Side::Session => "session",
            Side::Builder => "builder",
        }
    }

    /// What it is, for people.
    pub fn name(self) -> &'static str {
        match self {
            Side::Agent => "the agent's own machine",
            Side::Session => "the streamed desktop",
            Side::Builder => "the image builder",
        }
    }
}

/// Where a connection leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From the side.
    #[default]
    Out,
    /// To it.
    In,
}

impl Direction {
    /// What it is, for people.
    pub fn name(self) -> &'static str {
        match self {
            Direction::Out => "outbound",
            Direction::In => "inbound",
        }
    }
}

/// A transport protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Protocol {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
        }
    }
}

/// Ports of one protocol: `443/tcp`, `1400-1499/tcp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ports {
    /// The protocol.
    pub protocol: Protocol,
    /// The first port.
    pub first: u16,
    /// The last one.
    pub last: u16,
}

impl Ports {
    /// The ports without their protocol.
    pub fn numbers(&self) -> String {
        match self.first == self.last {
            true => self.first.to_string(),
            false => format!("{}-{}", self.first, self.last),
        }
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}/{}", self.numbers(), self.protocol.word())
    }
}

impl From<Ports> for String {
    fn from(ports: Ports) -> String {
        ports.to_string()
    }
}

impl TryFrom<String> for Ports {
    type Error = String;

    fn try_from(text: String) -> Result<Ports, String> {
        let wrong = || format!("`{text}` has not the form `443/tcp` or `1400-1499/tcp`");
        let (numbers, protocol) = text.split_once('/').ok_or_else(wrong)?;
        let protocol = match protocol {
            "tcp" => Protocol::Tcp,
            "udp" => Protocol::Udp,
            _ => return Err(wrong()),
        };
        let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
        let (Ok(first), Ok(last)) = (first.parse::<u16>(), last.parse::<u16>()) else {
            return Err(wrong());
        };
        match first == 0 || first > last {
            true => Err(wrong()),
            false => Ok(Ports {
                protocol,
                first,
                last,
            }),
        }
    }
}

/// The words of a row that leads to every address.
pub const EVERYWHERE: &str = "everywhere";

/// Writes addresses as texts: the crate for them is shared with libraries that do without.
pub(crate) fn as_texts<S: serde::Serializer>(ranges: &[IpNet], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(ranges.iter().map(ToString::to_string))
}

/// The same for one.
pub(crate) fn as_text<S: serde::Serializer>(range: &IpNet, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(range)
}

/// What has to hold of an environment for a row to be needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// The agent's voice is on the agent's own machine: the split panel.
    SplitAudio,
    /// It is in the session.
    SessionAudio,
    /// It is on a desk phone.
    PhoneAudio,
    /// Agents sign in by SAML, with any provider.
    Saml,
    /// The provider is IAM Identity Center.
    IdentityCenter,
    /// It is another product.
    SamlProvider,
    /// Users are those of Connect's own directory.
    ConnectDirectory,
    /// Desktops have users of AppStream's own pool.
    UserPool,
    /// A sign-in by SAML leads to desktops.
    DesktopSignIn,
    /// A bucket serves the pages.
    S3,
    /// CloudFront serves them.
    #[serde(rename = "cloudfront")]
    CloudFront,
    /// Pages of other products embed the panel.
    Sites,
    /// There are streamed desktops.
    Desktops,
    /// They may be streamed by UDP.
    UdpStreaming,
    /// They are streamed through interface endpoints alone.
    StreamingEndpoint,
    /// They store files in home folders, Google Drive or OneDrive.
    StorageConnectors,
    /// They have joined a domain.
    DomainJoined,
    /// Their applications open pages.
    Applications,
    /// Their images have installers.
    Installers,
    /// Contacts have attachments.
    Attachments,
    /// Agents work in Connect's agent workspace.
    AgentWorkspace,
    /// Their screens are recorded.
    ScreenRecording,
    /// Supervisors upload balances of time off.
    Scheduling,
    /// The instance is replicated to another region.
    GlobalResiliency,
    /// Connections have FIPS 140 cryptography.
    Fips,
    /// The instance, or the desktops, are in AWS GovCloud (US).
    #[serde(rename = "govcloud")]
    GovCloud,
    /// The firewall keeps no state.
    Stateless,
    /// The list has addresses.
    Addresses,
    /// The list has the hosts of media one by one.
    TurnHosts,
}

/// What the rest of a row rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The page says so.
    #[default]
    Page,
    /// No page says so; what is known of the parts leads to it.
    Inferred,
    /// AWS's endpoint data has it.
    Data,
}

/// Whose region a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegionOf {
    /// The Connect instance's.
    Connect,
    /// The desktops'.
    Appstream,
    /// IAM Identity Center's home.
    IdentityCenter,
    /// The buckets'.
    S3,
}

/// Hosts that can be listed by a wildcard or one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Those of media.
    Turn,
    /// Those of static files.
    #[serde(rename = "cloudfront")]
    CloudFront,
}
