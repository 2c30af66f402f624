//! Time zones by name, from the database that is compiled in: the same on every machine.
//!
//! AWS takes "the canonical names of the IANA time zones supported by Joda-Time" (PutScheduledAction).

use jiff::tz::{self, TimeZone};

use super::alias;
use super::mistake::{Mistake, mistake};
use headset_core::nearest::nearest;

/// The zone of this name.
pub(crate) fn named(name: &str) -> Result<TimeZone, Mistake> {
    if let Some(canonical) = alias::old(name) {
        return Err(mistake(
            format!("it is an alias of `{canonical}`, and AWS takes canonical names only"),
            format!("Write `{canonical}`."),
        ));
    }
    match TimeZone::get(name) {
        // The database is asked without regard to letter case, and AWS is not known to be.
        Ok(zone) if zone.iana_name() == Some(name) => Ok(zone),
        Ok(zone) => Err(unknown(zone.iana_name())),
        Err(_) => Err(offset(name).unwrap_or_else(|| {
            // A name that would be refused or warned of itself is no help.
            let names: Vec<String> = tz::db()
                .available()
                .map(|name| name.to_string())
                .filter(|name| alias::old(name).is_none() && check_name(name).is_none())
                .collect();
            unknown(nearest(name, names.iter().map(String::as_str)))
        })),
    }
}

/// What is wrong with an offset from UTC in place of a name (`GMT+1`, `UTC-05:30`, `+2`), and which name has it. `None`:
/// it is no offset.
///
/// The database's own names have the sign of POSIX, the other way round: `Etc/GMT-1` is one hour ahead of UTC.
fn offset(name: &str) -> Option<Mistake> {
    let upper = name.trim().to_ascii_uppercase();
    let (text, is_of_database) = match upper.strip_prefix("ETC/") {
        Some(text) => (text, true),
        None => (upper.as_str(), false),
    };
    let stem = ["GMT", "UTC", "UT"]
        .into_iter()
        .find_map(|stem| text.strip_prefix(stem));
    let signed = stem.unwrap_or(text).trim();
    let (sign, digits) = match signed.chars().next()? {
        sign @ ('+' | '-' | '\u{2212}') => (sign, &signed[sign.len_utf8()..]),
        // A number alone, such as `1`, is no offset.
        _ if stem.is_some() => ('+', signed),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() > 2 => digits.split_at_checked(digits.len() - 2)?,
        None => (digits, ""),
    };
    let is_number = |part: &str| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if hours.is_empty() || !is_number(hours) || !is_number(minutes) {
        return None;
    }
    let hours: u8 = hours.parse().ok()?;
    let minutes: u8 = minutes.parse().unwrap_or_default();
    let is_ahead = (sign == '+') != is_of_database;
    let what = "there is no such time zone: an offset from UTC is no name of one";
    let help = match zone_of(is_ahead, hours, minutes) {
        Some(zone) if zone == "UTC" => format!("Did you mean `{zone}`? {PLACE}"),
        Some(zone) => {
            let plural = if hours == 1 { "" } else { "s" };
            let way = if is_ahead { "ahead of" } else { "behind" };
            format!(
                "{PLACE} The zone that is always {hours} hour{plural} {way} UTC is called `{zone}`: the signs of these \
                 names are the other way round."
            )
        }
        None => format!("No zone is called after this offset. {PLACE}"),
    };
    Some(mistake(what, help))
}

/// What to write in place of an offset.
const PLACE: &str =
    "Write the place, such as `Europe/Paris` or `Asia/Kolkata`, whose summer time counts as well.";

/// The zone that is called after an offset.
fn zone_of(is_ahead: bool, hours: u8, minutes: u8) -> Option<String> {
    match (is_ahead, hours, minutes) {
        (_, 0, 0) => Some("UTC".to_owned()),
        (true, 1..=14, 0) => Some(format!("Etc/GMT-{hours}")),
        (false, 1..=12, 0) => Some(format!("Etc/GMT+{hours}")),
        _ => None,
    }
}

fn unknown(near: Option<&str>) -> Mistake {
    let near = near.map_or_else(String::new, |near| format!("Did you mean `{near}`? "));
    mistake(
        "there is no such time zone",
        format!("{near}It is a name of the IANA time zone database such as `Europe/London`, or `UTC`."),
    )
}

/// What may be wrong with a name that the database has: `None` for the names of places.
pub(crate) fn check_name(name: &str) -> Option<Mistake> {
    if let Some(canonical) = alias::recent(name) {
        return Some(mistake(
            format!("`{name}` has become an alias of `{canonical}`"),
            format!(
                "AWS takes canonical names only: write `{canonical}`. Where AWS's database is older, this is the name."
            ),
        ));
    }
    (!name.contains('/') && !["UTC", "GMT"].contains(&name)).then(|| {
        mistake(
            format!("`{name}` is no place's time zone"),
            "Not every database has it. Write a place, such as `Europe/Paris` or `America/Panama`.",
        )
    })
}
