//! Approved origins: which sites may embed the Contact Control Panel.

use serde_json::Value;

use super::{PAGER, active_instance, invalid_parameter, not_found};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// Checks an origin and gives it the form in which it is kept.
///
/// Assumption: connect.origin-format. AWS's model has a length and no pattern; that an origin is
/// `scheme://host[:port]` without a path, https except for localhost, without wildcards, is what third
/// parties report. Whether AWS normalises it (case, closing slash, default port) is the quirk
/// `connect.origins-normalised`; without it, the text is kept and compared as it came.
fn accept(origin: &str, normalised: bool) -> Result<String, Fault> {
    let Some((scheme, rest)) = origin.split_once("://") else {
        return Err(invalid_parameter("Origin must begin with https://"));
    };
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let host_is_valid = !host.is_empty()
        && host
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.');
    let port_is_valid = !authority.ends_with(':') && port.chars().all(|c| c.is_ascii_digit());
    if !host_is_valid || !port_is_valid || (!port.is_empty() && port.parse::<u16>().is_err()) {
        return Err(invalid_parameter("Origin must be scheme://host[:port]"));
    }
    let scheme_lower = scheme.to_ascii_lowercase();
    match scheme_lower.as_str() {
        "https" => {}
        "http" if host.eq_ignore_ascii_case("localhost") => {}
        _ => return Err(invalid_parameter("Origin must use https")),
    }
    if !normalised {
        return Ok(origin.to_owned());
    }
    let default = if scheme_lower == "https" { "443" } else { "80" };
    let host = host.to_ascii_lowercase();
    Ok(if port.is_empty() || port == default {
        format!("{scheme_lower}://{host}")
    } else {
        format!("{scheme_lower}://{host}:{port}")
    })
}

pub(super) fn associate(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let normalised = world.quirk("connect.origins-normalised");
    let limit = world.quota("connect.approved-origins", 100);
    let one = active_instance(world, call)?;
    let origin = accept(call.text("Origin").unwrap_or_default(), normalised)?;
    if one.origins.iter().any(|(known, _)| *known == origin) {
        return Err(Fault::new(
            "ResourceConflictException",
            "the origin is already approved",
        ));
    }
    if one.origins.len() as u64 >= limit {
        return Err(Fault::new(
            "ServiceQuotaExceededException",
            "the limit of approved origins is reached",
        ));
    }
    one.origins.push((origin, call.now));
    Ok(Answer::empty())
}

pub(super) fn disassociate(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let normalised = world.quirk("connect.origins-normalised");
    let one = active_instance(world, call)?;
    let given = call.text("Origin").unwrap_or_default();
    let origin = if normalised {
        accept(given, true).unwrap_or_else(|_| given.to_owned())
    } else {
        given.to_owned()
    };
    let place = one.origins.iter().position(|(known, _)| *known == origin);
    one.origins.remove(place.ok_or_else(|| not_found("the origin"))?);
    Ok(Answer::empty())
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    active_instance(world, call)?;
    let world = &*world;
    let one = super::instance(world, call)?;
    let listed = one
        .origins
        .iter()
        .filter(|(_, approved)| super::entity::listed(world, call, *approved));
    let items = listed.map(|(origin, _)| Value::String(origin.clone())).collect();
    PAGER.by(25).page(world, call, "Origins", items)
}
