//! The Contact Control Panel of an instance, as a page that frames it meets it: whether the browser may show it there,
//! whether an agent is signed in, and a panel that speaks the protocol of amazon-connect-streams. There is no media and no
//! contact that a customer has made: who looks at it steers it.

use http::Uri;

use crate::clock::Moment;
use crate::wire::message::{Message, decode};
use crate::wire::rest::Written;
use crate::world::World;
use crate::world::connect::{Instance, Kind, OLD_DOMAIN, Stage};

/// What the host names of instances end with.
const DOMAINS: [&str; 2] = ["my.connect.aws", "govcloud.connect.aws"];
/// The cookie that says who is signed in.
const COOKIE: &str = "simulated-agent";

const PANEL: &str = include_str!("panel.html");
const SIGNED_OUT: &str = include_str!("signed-out.html");
const SCRIPT: &str = include_str!("panel.js");
const STYLE: &str = include_str!("panel.css");

/// Whether a host is an instance's.
pub(crate) fn is_host(world: &World, host: &str) -> bool {
    if host.ends_with(OLD_DOMAIN) {
        let instances = world.connect.instances.values();
        return instances
            .into_iter()
            .any(|one| one.host().as_deref() == Some(host));
    }
    let mut aliases = DOMAINS
        .iter()
        .filter_map(|domain| host.strip_suffix(domain)?.strip_suffix('.'));
    aliases.any(|alias| !alias.is_empty() && !alias.contains('.'))
}

/// The answer of an instance's host to a browser.
///
/// * `/ccp-v2/` is the panel, for an agent who is signed in.
/// * `/auth/sign-in?user=NAME&destination=PATH` is where a sign-in ends: it gives the browser the session of a user who
///   exists, and goes on to the destination. It stands for what federation has proven before.
/// * `/logout` ends the session.
pub(crate) fn answer(world: &World, message: &Message, now: Moment) -> Written {
    let host = message.host();
    let instance =
        world.connect.instances.values().find(|one| {
            one.host().as_deref() == Some(host) && one.stage == Stage::Active && one.gone.is_none()
        });
    let Some(instance) = instance else {
        return page(404, "text/plain; charset=utf-8", "no such instance".to_owned());
    };
    let Some(path) = message.path.strip_prefix(instance.path()) else {
        return page(404, "text/plain; charset=utf-8", "no such page".to_owned());
    };
    match (message.method.as_str(), path) {
        ("GET", "/ccp-v2/panel.js") => page(200, "text/javascript; charset=utf-8", SCRIPT.to_owned()),
        ("GET", "/ccp-v2/panel.css") => page(200, "text/css; charset=utf-8", STYLE.to_owned()),
        ("GET", path) if path == "/ccp-v2" || path.starts_with("/ccp-v2/") => panel(instance, message, now),
        ("GET", "/auth/sign-in") => sign_in(instance, message),
        ("GET", "/logout") => {
            let mut written = page(200, "text/plain; charset=utf-8", "signed out".to_owned());
            written
                .headers
                .push(("set-cookie".to_owned(), cookie("", "; Max-Age=0")));
            written
        }
        _ => page(404, "text/plain; charset=utf-8", "no such page".to_owned()),
    }
}

fn page(status: u16, media_type: &str, body: String) -> Written {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Written {
        status,
        headers: vec![
            header("content-type", media_type),
            header("cache-control", "no-store"),
            header("x-content-type-options", "nosniff"),
        ],
        body: body.into(),
    }
}

/// The panel, or what is there for a browser in which no agent is signed in.
fn panel(instance: &Instance, message: &Message, now: Moment) -> Written {
    let body = match user(instance, message) {
        Some(name) => PANEL
            .replace("{user}", &escape(&name))
            .replace("{account}", &instance.account)
            .replace("{region}", &instance.region)
            .replace("{instance}", &instance.id),
        None => SIGNED_OUT.to_owned(),
    };
    let body = body.replace("{path}", instance.path());
    let mut written = page(200, "text/html; charset=utf-8", body);
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; frame-ancestors {}",
        ancestors(instance, message, now)
    );
    written
        .headers
        .push(("content-security-policy".to_owned(), policy));
    written
}

/// Which pages may frame the panel. Assumption: connect.framing-by-referrer.
fn ancestors(instance: &Instance, message: &Message, now: Moment) -> String {
    let origin = message.header("referer").and_then(origin_of);
    let is_approved = |origin: &String| {
        let mut origins = instance.origins.iter();
        origins.any(|(approved, since)| approved == origin && *since <= now)
    };
    match origin.filter(is_approved) {
        Some(origin) => format!("'self' {origin}"),
        None => "'self'".to_owned(),
    }
}

/// Scheme, host and port of an address.
fn origin_of(address: &str) -> Option<String> {
    let uri: Uri = address.parse().ok()?;
    Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?))
}

fn sign_in(instance: &Instance, message: &Message) -> Written {
    let name = message.parameter("user").unwrap_or_default();
    // "Case-sensitive even with SAML": the administrator guide's page on SAML.
    if !is_user(instance, name) {
        return page(
            403,
            "text/plain; charset=utf-8",
            "the instance has no such user".to_owned(),
        );
    }
    let asked = message.parameter("destination").unwrap_or("/ccp-v2/");
    // A path of this host, or an address at an approved origin.
    let approved = |origin: String| instance.origins.iter().any(|(one, _)| *one == origin);
    let is_path = asked.starts_with('/') && !asked.starts_with("//");
    if !is_path && !origin_of(asked).is_some_and(approved) {
        return page(
            403,
            "text/plain; charset=utf-8",
            "the destination is not approved".to_owned(),
        );
    }
    let mut written = page(302, "text/plain; charset=utf-8", String::new());
    let encoded = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    written.headers.push(("location".to_owned(), asked.to_owned()));
    written
        .headers
        .push(("set-cookie".to_owned(), cookie(&encoded.to_string(), "")));
    written
}

/// Pages of other sites frame the panel, so that its cookie has to be sent from there, too.
fn cookie(value: &str, more: &str) -> String {
    format!("{COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=None{more}")
}

fn user(instance: &Instance, message: &Message) -> Option<String> {
    let cookies = message.headers.iter().filter(|(name, _)| name == "cookie");
    let mut pairs = cookies.flat_map(|(_, value)| value.split(';'));
    let value = pairs.find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))?;
    Some(decode(value)).filter(|name| is_user(instance, name))
}

fn is_user(instance: &Instance, name: &str) -> bool {
    let mut entities = instance.entities.values();
    entities.any(|entity| entity.kind == Kind::User && entity.name == name)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
