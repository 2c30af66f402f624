//! Who may come in over loopback. Everything on this machine reaches a port of loopback, web pages in a browser among it: a page
//! of another site can post to it, and one whose name is made to mean 127.0.0.1 (DNS rebinding) can read the answers, too.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Response, header};
use serde_json::json;

/// Where the token of the control plane is given, besides `Authorization: Bearer`.
const TOKEN: &str = "x-headset-sim-token";
/// What the control plane tells everybody.
const OPEN: &str = "/_sim/hello";

/// The answer to a request that may not come in. `token`: what the control plane asks for, if it asks for one. `is_given`:
/// whether a distribution of the simulated CloudFront answers to a name.
pub(super) fn refusal(
    parts: &Parts,
    token: Option<&str>,
    is_given: impl Fn(&str) -> bool,
) -> Option<Response<Bytes>> {
    let text = |name: header::HeaderName| {
        parts
            .headers
            .get(name)
            .map(|value| value.to_str().unwrap_or_default())
    };
    let control = parts.uri.path().starts_with("/_sim/");
    if let Some(host) = text(header::HOST)
        && !is_own_name(host)
        && (control || !is_given(name(host)))
    {
        let why =
            "the simulator answers on loopback only: use its own address, http://127.0.0.1 with its port";
        return Some(refused(403, "ForeignHost", why));
    }
    // A page may read what a bucket's rules allow it; that is for S3 to say, and changes nothing.
    let only_reads = matches!(parts.method.as_str(), "GET" | "HEAD" | "OPTIONS");
    if let Some(origin) = text(header::ORIGIN)
        && (control || !only_reads)
        && !is_own_origin(origin)
    {
        return Some(refused(
            403,
            "ForeignOrigin",
            "no page of another site may change the simulated cloud",
        ));
    }
    if control && parts.uri.path() != OPEN && token.is_some_and(|token| !gives(&parts.headers, token)) {
        let why = "the control plane needs the token that `headset sim serve` has printed, in the header \
                   x-headset-sim-token";
        return Some(refused(401, "TokenRequired", why));
    }
    None
}

fn refused(status: u16, code: &str, message: &str) -> Response<Bytes> {
    let body = json!({ "code": code, "message": message }).to_string();
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    let media_type = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    response
}

/// The name in an authority, without its port.
fn name(authority: &str) -> &str {
    match authority.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or(address),
        None => authority.split(':').next().unwrap_or(authority),
    }
}

/// Whether a name means this machine for sure: loopback's addresses, `localhost` and what is below it, and names of
/// AWS's, which a client has that reaches the simulator in AWS's place.
fn is_own_name(authority: &str) -> bool {
    let name = name(authority).trim_end_matches('.').to_ascii_lowercase();
    let is_loopback = |name: &str| {
        name.parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
    };
    let below = |domain: &str| {
        name.strip_suffix(domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    // A bucket may stand before the address.
    let address: Vec<&str> = name.rsplitn(5, '.').take(4).collect();
    let last = address.iter().rev().copied().collect::<Vec<_>>().join(".");
    is_loopback(&name)
        || is_loopback(&last)
        || [
            "localhost",
            "amazonaws.com",
            "amazonaws.com.cn",
            "api.aws",
            "my.connect.aws",
            "govcloud.connect.aws",
        ]
        .into_iter()
        .any(below)
}

/// Whether a page comes from this machine itself.
fn is_own_origin(origin: &str) -> bool {
    let authority = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(|authority| {
        let name = name(authority).to_ascii_lowercase();
        name == "localhost"
            || name
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    })
}

/// Whether a request gives this token. Every byte is looked at, so that the time tells nothing.
fn gives(headers: &HeaderMap, token: &str) -> bool {
    let bearer = || {
        headers
            .get(header::AUTHORIZATION)?
            .to_str()
            .ok()?
            .strip_prefix("Bearer ")
    };
    let own = headers.get(TOKEN).and_then(|value| value.to_str().ok());
    let given = own.or_else(bearer).unwrap_or_default().as_bytes();
    let differs = given
        .iter()
        .zip(token.as_bytes())
        .fold(0, |differs, (a, b)| differs | (a ^ b));
    given.len() == token.len() && differs == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(method: &str, path: &str, headers: &[(&str, &str)]) -> u16 {
        let mut request = http::Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let is_given = |name: &str| name == "desk.example.com";
        refusal(&parts, Some("the-token"), is_given).map_or(200, |refusal| refusal.status().as_u16())
    }

    #[test]
    fn a_name_that_was_made_to_mean_this_machine_does_not_come_in() {
        for host in [
            "127.0.0.1:4566",
            "[::1]:4566",
            "localhost:4566",
            "LOCALHOST",
            "pages.localhost:4566",
            "127.8.9.1",
            "pages.127.0.0.1:4566",
            "s3.eu-west-2.amazonaws.com",
            "acme.my.connect.aws",
        ] {
            assert_eq!(status("GET", "/", &[("host", host)]), 200, "{host}");
        }
        for host in [
            "evil.example.com",
            "evil.example.com:4566",
            "127.0.0.1.example.com",
            "notlocalhost",
            "0.0.0.0:4566",
            "xamazonaws.com",
            "10.0.0.1",
            "",
        ] {
            assert_eq!(status("POST", "/", &[("host", host)]), 403, "{host}");
        }
    }

    #[test]
    fn a_name_that_a_distribution_answers_to_comes_in_and_not_to_the_control_plane() {
        let host = ("host", "desk.example.com:4566");
        assert_eq!(status("GET", "/in-session.html", &[host]), 200);
        let token = (TOKEN, "the-token");
        assert_eq!(status("GET", "/_sim/snapshot", &[host, token]), 403);
    }

    #[test]
    fn a_page_of_another_site_changes_nothing() {
        let own = ("host", "127.0.0.1:4566");
        for origin in [
            "https://evil.example.com",
            "null",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
        ] {
            for method in ["POST", "PUT", "DELETE", "PATCH"] {
                assert_eq!(
                    status(method, "/", &[own, ("origin", origin)]),
                    403,
                    "{method} {origin}"
                );
            }
            assert_eq!(
                status("GET", "/_sim/hello", &[own, ("origin", origin)]),
                403,
                "{origin}"
            );
            assert_eq!(
                status("GET", "/bucket/key", &[own, ("origin", origin)]),
                200,
                "S3 has rules for that"
            );
        }
        for origin in ["http://localhost:3000", "http://127.0.0.1:4566", "https://[::1]"] {
            assert_eq!(status("POST", "/", &[own, ("origin", origin)]), 200, "{origin}");
        }
    }

    #[test]
    fn the_control_plane_asks_for_its_token() {
        let own = ("host", "127.0.0.1:4566");
        assert_eq!(status("GET", "/_sim/hello", &[own]), 200);
        assert_eq!(status("GET", "/bucket", &[own]), 200);
        for (method, path) in [
            ("GET", "/_sim/snapshot"),
            ("POST", "/_sim/reset"),
            ("GET", "/_sim/calls"),
        ] {
            assert_eq!(status(method, path, &[own]), 401, "{path}");
            for wrong in ["", "the-toke", "the-token-", "The-token"] {
                assert_eq!(status(method, path, &[own, (TOKEN, wrong)]), 401, "{wrong}");
            }
            assert_eq!(status(method, path, &[own, (TOKEN, "the-token")]), 200, "{path}");
            assert_eq!(
                status(method, path, &[own, ("authorization", "Bearer the-token")]),
                200,
                "{path}"
            );
        }
    }
}
