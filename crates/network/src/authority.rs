//! A host, with the port at which it is reached.

/// A host, and its port where that is not the one of HTTPS.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Authority {
    /// The host, in lower case.
    pub host: String,
    /// Another port than 443.
    pub port: Option<u16>,
}

/// The port of HTTPS.
const HTTPS: u16 = 443;

impl Authority {
    /// Where an address that begins with `https://` leads; none of any other text.
    pub fn of(url: &str) -> Option<Authority> {
        let (scheme, rest) = url.split_once("://")?;
        let place = rest.split(['/', '?', '#']).next()?;
        // What stands before an @ is a name and a password, and no host.
        let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (place, None),
        };
        let is_one = scheme.eq_ignore_ascii_case("https") && !host.is_empty();
        is_one.then(|| Authority {
            host: host.trim_end_matches('.').to_ascii_lowercase(),
            port: port.filter(|port| *port != HTTPS),
        })
    }
}

impl From<&str> for Authority {
    /// A host at the port of HTTPS.
    fn from(host: &str) -> Authority {
        Authority {
            host: host.to_owned(),
            port: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_and_may_have_a_port() {
        let of = |url: &str| Authority::of(url).map(|found| (found.host, found.port));
        let one = |host: &str, port: Option<u16>| Some((host.to_owned(), port));
        for (url, expected) in [
            ("https://Acme.okta.com/app/x?y=z", one("acme.okta.com", None)),
            (
                "https://d-0123456789.awsapps.com/start/#/saml",
                one("d-0123456789.awsapps.com", None),
            ),
            ("https://idp.example.com:8443", one("idp.example.com", Some(8443))),
            ("https://idp.example.com:443/x", one("idp.example.com", None)),
            (
                "https://idp.example.com.:8443/x",
                one("idp.example.com", Some(8443)),
            ),
            ("https://ana@idp.example.com?a:b", one("idp.example.com", None)),
            ("https://idp.example.com:99999", None),
            ("http://idp.example.com", None),
            ("idp.example.com", None),
            ("https://", None),
        ] {
            assert_eq!(of(url), expected, "{url}");
        }
    }
}
