//! Time zones by name, from the database that is compiled in: the same on every machine.
//!
//! AWS takes "the canonical names of the IANA time zones supported by Joda-Time" (PutScheduledAction).

use jiff::tz::{self, TimeZone};

use super::alias;
use super::mistake::{Mistake, mistake};
use crate::nearest::nearest;

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

/// What may be wrong with a name that the database has: `None` for the names of places.
pub(crate) fn doubt(name: &str) -> Option<Mistake> {
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
