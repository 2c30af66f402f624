//! Looks, from where it runs, which rows of an allow-list get through: names, TCP, TLS, proxies, WebSockets, and the media of
//! calls over UDP.
//!
//! It knows no blueprint, no SDK and no terminal. What it is given is a [`Target`] per row; what it gives is a [`Row`] each:
//! a [`Verdict`], its [`Cause`], what was seen, what an agent would see, and what to ask of the network team. No row is
//! [`Verdict::Open`] that was not tried.

mod address;
mod cause;
mod certificate;
mod dns;
mod evidence;
mod host;
mod http;
mod latency;
mod machine;
mod proxy;
mod row;
mod run;
mod settings;
mod stream;
mod stun;
mod target;
mod tls;
mod udp;
mod watch;
mod web_socket;

#[cfg(test)]
mod tests;

pub use cause::{Cause, Verdict};
pub use certificate::{Certificate, issuers_of};
pub use evidence::{Attempt, Dns, DnsAnswer, Evidence, Http, Media, Tls, Tunnel, Upgrade};
pub use latency::{Advice, Region, RegionTime, advice, latency};
pub use machine::{Fact, Fitness, Load, Loads, SystemProxy, loads, machine, system_proxy};
pub use proxy::{BadProxy, Proxies, Proxy};
pub use row::{Ask, HostCheck, Row, agent_sees};
pub use run::{Progress, check, clock};
pub use settings::{Clock, Deadlines, Limits, Newest, Resolver, Retransmission, Roots, Series, Settings};
pub use target::{Names, Protocol, Target};
pub use watch::{Measurement, Watched, watch};
