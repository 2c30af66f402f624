//! What is to be tried.

use serde::Serialize;

/// One row of an allow-list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Target {
    /// Which hosts.
    pub names: Names,
    /// The port there, or the first of a range.
    pub port: u16,
    /// The last port of a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_port: Option<u16>,
    /// What is spoken there.
    pub protocol: Protocol,
    /// What it is for, as the allow-list says it.
    pub purpose: String,
}

/// The hosts of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Names {
    /// One host.
    Host(String),
    /// A pattern. It cannot be tried itself: its known members are.
    Wildcard {
        /// As the allow-list has it.
        pattern: String,
        /// Hosts that are known to match it; none makes the row unknown.
        members: Vec<String>,
    },
    /// No host at all: words that a person understands, such as "the domain controllers".
    Words(String),
}

/// What is spoken to a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// TLS over TCP, and HTTP in it.
    Https,
    /// The same, and a WebSocket at this path.
    WebSocket {
        /// Begins with a slash.
        path: String,
    },
    /// STUN over UDP, as media relays (TURN) speak it.
    Stun,
    /// Something else over TCP, which is not tried.
    OtherTcp,
    /// Something else over UDP, which is not tried.
    OtherUdp,
}

impl Target {
    /// The name of the row: its host, or its pattern.
    pub fn name(&self) -> &str {
        match &self.names {
            Names::Host(host) => host,
            Names::Wildcard { pattern: name, .. } | Names::Words(name) => name,
        }
    }

    /// The hosts that can be tried.
    pub fn hosts(&self) -> &[String] {
        match &self.names {
            Names::Host(host) => std::slice::from_ref(host),
            Names::Wildcard { members, .. } => members,
            Names::Words(_) => &[],
        }
    }

    /// The port, or the range.
    pub fn ports(&self) -> String {
        match self.last_port {
            Some(last) => format!("{}-{last}", self.port),
            None => self.port.to_string(),
        }
    }

    /// The transport, as firewalls name it.
    pub fn transport(&self) -> &'static str {
        match self.protocol {
            Protocol::Https | Protocol::WebSocket { .. } | Protocol::OtherTcp => "TCP",
            Protocol::Stun | Protocol::OtherUdp => "UDP",
        }
    }

    /// Whether it is known how to try this.
    pub(crate) fn can_be_tried(&self) -> bool {
        !matches!(self.protocol, Protocol::OtherTcp | Protocol::OtherUdp)
            && !matches!(self.names, Names::Words(_))
    }
}
