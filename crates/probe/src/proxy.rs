//! The proxy on the way to TLS hosts.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use crate::certificate::is_within;

/// A proxy that speaks HTTP.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// The value of a Proxy-Authorization header.
    credentials: Option<String>,
}

/// Credentials are in no output.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Proxy").field(&self.to_string()).finish()
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "http://[{}]:{}", self.host, self.port),
            false => write!(f, "http://{}:{}", self.host, self.port),
        }
    }
}

/// Why a text names no proxy that can be used. It never holds the text, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadProxy {
    /// Another scheme than http.
    #[error("a proxy is reached by http:// here: https:// and socks:// are not supported")]
    Scheme,
    /// No host, or something else than a host and a port.
    #[error("a proxy is written http://HOST:PORT, with USER:PASSWORD@ before HOST where it takes a sign-in")]
    Form,
}

impl Proxy {
    /// Reads `http://USER:PASSWORD@HOST:PORT`; credentials may be left out, and either scheme or port. A bare word may be any
    /// mistake, and is none.
    ///
    /// # Errors
    ///
    /// If it is something else.
    pub fn read(text: &str) -> Result<Self, BadProxy> {
        let has_scheme = text.contains("://");
        let rest = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => rest,
            Some(_) => return Err(BadProxy::Scheme),
            None => text,
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (user, place) = match rest.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, rest),
        };
        let (host, port) = match place.strip_prefix('[') {
            Some(rest) => {
                let (host, rest) = rest.split_once(']').ok_or(BadProxy::Form)?;
                let port = match rest.strip_prefix(':') {
                    Some(port) => Some(port),
                    None if rest.is_empty() => None,
                    None => return Err(BadProxy::Form),
                };
                (host, port)
            }
            None => match place.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (place, None),
            },
        };
        let is_host_character = |c: char| c.is_ascii_alphanumeric() || ['-', '.', '_', ':'].contains(&c);
        if host.is_empty() || !host.chars().all(is_host_character) {
            return Err(BadProxy::Form);
        }
        if port.is_none() && !has_scheme {
            return Err(BadProxy::Form);
        }
        let port = port.map_or(Ok(80), str::parse).map_err(|_| BadProxy::Form)?;
        if port == 0 {
            return Err(BadProxy::Form);
        }
        let credentials = user.map(|user| {
            // A colon that is written as %3A belongs to the name or the password.
            let bytes = user.split_once(':').map_or_else(
                || [percent_decode_str(user).collect(), b":".to_vec()].concat(),
                |(name, password)| {
                    let name = percent_decode_str(name).collect::<Vec<u8>>();
                    [name, b":".to_vec(), percent_decode_str(password).collect()].concat()
                },
            );
            format!("Basic {}", STANDARD.encode(bytes))
        });
        Ok(Self {
            host: host.to_owned(),
            port,
            credentials,
        })
    }

    /// The request that asks the proxy for a way to a host.
    pub(crate) fn connect(&self, host: &str, port: u16) -> String {
        let credentials = self.credentials.as_ref();
        let credentials =
            credentials.map_or_else(String::new, |value| format!("Proxy-Authorization: {value}\r\n"));
        format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{credentials}\r\n")
    }
}

/// Which hosts are reached by a proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxies {
    proxy: Option<Proxy>,
    /// Hosts and domains without one; `*` is all.
    direct: Vec<String>,
}

impl Proxies {
    /// No proxy.
    pub fn none() -> Self {
        Self {
            proxy: None,
            direct: Vec::new(),
        }
    }

    /// One proxy for all hosts but those of a list, as the variable NO_PROXY holds one.
    pub fn through(proxy: Proxy, no_proxy: &str) -> Self {
        let names = no_proxy.split([',', ' ']).filter(|name| !name.is_empty());
        Self {
            proxy: Some(proxy),
            direct: names
                .map(|name| {
                    name.trim_start_matches("*.")
                        .trim_start_matches('.')
                        .to_ascii_lowercase()
                })
                .collect(),
        }
    }

    /// What the environment says, read by `variable`: HTTPS_PROXY, then ALL_PROXY, and NO_PROXY, in capitals or not.
    ///
    /// # Errors
    ///
    /// If it names something that is no proxy.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self, BadProxy> {
        let value = |name: &str| {
            let lower = variable(&name.to_ascii_lowercase()).filter(|value| !value.is_empty());
            lower.or_else(|| variable(name).filter(|value| !value.is_empty()))
        };
        match value("HTTPS_PROXY").or_else(|| value("ALL_PROXY")) {
            None => Ok(Self::none()),
            Some(text) => Ok(Self::through(
                Proxy::read(&text)?,
                &value("NO_PROXY").unwrap_or_default(),
            )),
        }
    }

    /// The proxy, if there is one.
    pub fn proxy(&self) -> Option<&Proxy> {
        self.proxy.as_ref()
    }

    /// The proxy on the way to a host.
    pub(crate) fn of(&self, host: &str) -> Option<&Proxy> {
        let is_direct = self.direct.iter().any(|name| {
            let name = name.split(':').next().unwrap_or_default();
            match name {
                "*" => true,
                // How Windows writes all names without a dot.
                "<local>" => !host.contains('.'),
                _ => is_within(host, name),
            }
        });
        self.proxy.as_ref().filter(|_| !is_direct)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_read_and_their_credentials_are_in_no_text() {
        for (text, shown) in [
            ("http://proxy.example.com:3128", "http://proxy.example.com:3128"),
            ("proxy.example.com:3128", "http://proxy.example.com:3128"),
            ("HTTP://proxy.example.com/", "http://proxy.example.com:80"),
            (
                "http://ana:s%3Acret@proxy.example.com:8080",
                "http://proxy.example.com:8080",
            ),
            ("http://[fd00::1]:3128", "http://[fd00::1]:3128"),
        ] {
            let proxy = Proxy::read(text).unwrap();
            assert_eq!(proxy.to_string(), shown);
            assert!(!format!("{proxy:?}").contains("cret"));
        }
        let proxy = Proxy::read("http://ana:s%3Acret@proxy.example.com:8080").unwrap();
        let sent = STANDARD.encode("ana:s:cret");
        let request = proxy.connect("a.my.connect.aws", 443);
        assert!(request.contains(&format!("\r\nProxy-Authorization: Basic {sent}\r\n")));
    }

    #[test]
    fn what_is_no_proxy_is_refused() {
        for (text, why) in [
            ("https://proxy.example.com", BadProxy::Scheme),
            ("socks5://proxy.example.com", BadProxy::Scheme),
            ("http://", BadProxy::Form),
            ("http://proxy.example.com:port", BadProxy::Form),
            ("http://proxy.example.com:0", BadProxy::Form),
            ("foo", BadProxy::Form),
            ("http://proxy.example.com:80:80", BadProxy::Form),
            ("http://[fd00::1", BadProxy::Form),
            // A line of its own in a request would be another request.
            ("http://proxy.example.com\r\nx: y", BadProxy::Form),
        ] {
            assert_eq!(Proxy::read(text), Err(why), "{text}");
        }
    }

    #[test]
    fn the_environment_names_proxy_and_exceptions() {
        let variables = |name: &str| match name {
            "HTTPS_PROXY" => Some("http://proxy.example.com:3128".to_owned()),
            "no_proxy" => Some(".my.connect.aws, example.com".to_owned()),
            _ => None,
        };
        let proxies = Proxies::from_environment(variables).unwrap();
        assert!(proxies.of("cloudfront.net").is_some());
        assert!(proxies.of("a.my.connect.aws").is_none());
        assert!(proxies.of("example.com").is_none());
        assert!(proxies.of("notexample.com").is_some());
        assert_eq!(Proxies::from_environment(|_| None), Ok(Proxies::none()));
        let all = Proxies::through(Proxy::read("proxy.example.com:80").unwrap(), "*");
        assert!(all.of("cloudfront.net").is_none());
        let by_system = Proxies::through(
            Proxy::read("proxy.example.com:80").unwrap(),
            "*.local,<local>,*.My.Connect.aws",
        );
        for (host, is_direct) in [
            ("intranet", true),
            ("printer.local", true),
            ("a.my.connect.aws", true),
            ("cloudfront.net", false),
        ] {
            assert_eq!(by_system.of(host).is_none(), is_direct, "{host}");
        }
    }
}
