//! Time zones by name, from the database that is compiled in: the same on every machine.
//!
//! AWS takes "the canonical names of the IANA time zones supported by Joda-Time" (PutScheduledAction).

use jiff::tz::{self, TimeZone};

use super::super::read::nearest;
use super::{Mistake, mistake};

/// The zone of this name.
pub(in crate::blueprint) fn named(name: &str) -> Result<TimeZone, Mistake> {
    match TimeZone::get(name) {
        // The database is asked without regard to letter case, and AWS is not known to be.
        Ok(zone) if zone.iana_name() == Some(name) => Ok(zone),
        Ok(zone) => Err(unknown(zone.iana_name())),
        Err(_) => {
            let names: Vec<String> = tz::db().available().map(|name| name.to_string()).collect();
            Err(unknown(nearest(name, names.iter().map(String::as_str))))
        }
    }
}

fn unknown(near: Option<&str>) -> Mistake {
    let near = near.map_or_else(String::new, |near| format!("Did you mean `{near}`? "));
    mistake(
        "there is no such time zone",
        format!("{near}It is a name of the IANA time zone database such as `Europe/London`, or `UTC`."),
    )
}

/// Where names were moved to that have been aliases since the database began, the first of the two such as `US/Eastern`.
/// (Later aliases, such as `Europe/Kiev`, are canonical in the older databases that AWS may have.)
const OLD_PLACES: [&str; 5] = ["Brazil/", "Canada/", "Chile/", "Mexico/", "US/"];

/// Whether the name has always been an alias of another.
pub(in crate::blueprint) fn is_old_alias(name: &str) -> bool {
    let whole = ["UTC", "GMT"];
    !whole.contains(&name) && (!name.contains('/') || OLD_PLACES.iter().any(|place| name.starts_with(place)))
}
