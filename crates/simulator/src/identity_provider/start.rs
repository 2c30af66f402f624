//! Where people start, as a browser meets it that is not signed in: Identity Center's access portal, and the pages of
//! other identity providers.

use super::addresses;
use crate::wire::message::Message;
use crate::wire::rest::Written;
use crate::world::World;
use crate::world::identity_store::IDENTITY_STORE_ID;

const PORTALS: &str = ".awsapps.com";

const PAGE: &str = "<!DOCTYPE html><html lang=\"en\"><title>Sign in</title><p>Sign in.</p></html>\n";

/// Whether a browser may be on its way to a place where people start, by the host.
pub(crate) fn may_be_start(message: &Message) -> bool {
    let host = message.host();
    let is_such = host.ends_with(PORTALS) || host.ends_with(".example.com");
    is_such && message.method == "GET" && message.header("authorization").is_none()
}

/// The answer to a browser that opens a place where people start; `None`: the request is for another place.
///
/// Assumption: sso.portal-answers.
pub(crate) fn start_page(world: &World, message: &Message) -> Option<Written> {
    let written = |status: u16, body: &'static str| Written {
        status,
        headers: vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())],
        body: body.into(),
    };
    let host = message.host();
    let is_there = match host.strip_suffix(PORTALS) {
        Some(directory) => {
            let is_open = !world.sso_admin.portal_is_closed;
            directory == IDENTITY_STORE_ID && message.path.starts_with("/start") && is_open
        }
        None => {
            let begins = format!("https://{host}{}", message.path);
            let mut applications = world.identity_provider.applications.iter();
            // A host is compared without its port.
            let is_meant = applications.any(|(token, one)| {
                addresses::start_page(one.product, token).replace(":9031/", "/") == begins
            });
            if is_meant && world.identity_provider.is_closed {
                return Some(written(503, ""));
            }
            is_meant
        }
    };
    match is_there {
        true => Some(written(200, PAGE)),
        false => host.ends_with(PORTALS).then(|| written(404, "")),
    }
}
