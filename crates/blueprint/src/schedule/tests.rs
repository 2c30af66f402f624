//! The table of facts. Each refusal names its source where it is not the table of fields itself.

use super::*;

fn read(text: &str) -> Result<Schedule, Mistake> {
    Schedule::read(text)
}

/// The examples of the user guides of EventBridge and Application Auto Scaling, and one of each wildcard.
const GOOD: &[&str] = &[
    "cron(0 10 * * ? *)",
    "cron(15 12 * * ? *)",
    "cron(0 18 ? * MON-FRI *)",
    "cron(0 8 1 * ? *)",
    "cron(0/15 * * * ? *)",
    "cron(0/10 * ? * MON-FRI *)",
    "cron(0/5 8-17 ? * MON-FRI *)",
    "cron(0/30 20-23 ? * MON-FRI *)",
    "cron(30 6 ? * MON *)",
    "cron(0 9 ? * 2#1 *)",
    "cron(0 9 ? * MON#5 *)",
    "cron(0 9 L * ? *)",
    "cron(0 9 LW * ? *)",
    "cron(0 9 3W * ? *)",
    "cron(0 9 31W * ? *)",
    "cron(0 9 ? * L *)",
    "cron(0 9 ? * 6L *)",
    "cron(0 9 ? * FRIL *)",
    "cron(0 9 1 JAN,JUL ? 2027)",
    "cron(0 9 1 jan-mar ? 2027-2030)",
    "cron(0 9 1/2 * ? *)",
    "cron(0 9 1 1/3 ? *)",
    // Steps within a range: localstack#13572, tried on AWS.
    "cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)",
    "cron(0 11-23/2 * * ? *)",
    "cron(0 9 29 2 ? *)",
    "cron(0 9 31 2,3 ? *)",
    "cron(* 1 * * ? *)",
    "cron(0 8 ? * 1-7 1970-2199)",
    "rate(1 minute)",
    "rate(5 minutes)",
    "rate(1 hour)",
    "rate(12 hours)",
    "rate(1 day)",
    "rate(7 days)",
    "at(2026-05-01T08:00:00)",
    "at(2028-02-29T23:59:59)",
];

#[test]
fn what_aws_takes_is_taken() {
    for text in GOOD {
        assert!(read(text).is_ok(), "{text}: {:?}", read(text));
    }
}

/// What is wrong, and what the way out must say.
const BAD: &[(&str, &str)] = &[
    // hashicorp/terraform-provider-aws#13995: no `?`.
    ("cron(0 8 * * MON-FRI *)", "cron(0 8 ? * MON-FRI *)"),
    ("cron(0 8 1 * * *)", "cron(0 8 1 * ? *)"),
    ("cron(0 8 * * * *)", "cron(0 8 ? * * *)"),
    ("cron(0 8 1 * MON *)", "two scheduled actions"),
    ("cron(0 8 ? * ? *)", "cron(0 8 * * ? *)"),
    ("cron(0 16 * * MON-FRI)", "six"),
    ("cron(0 8 ? * MON-FRI)", "YEAR"),
    ("cron()", "YEAR"),
    ("cron(60 8 ? * MON *)", "0 to 59"),
    ("cron(0 24 ? * MON *)", "0 to 23"),
    ("cron(0 8 0 * ? *)", "1 to 31"),
    ("cron(0 8 32 * ? *)", "1 to 31"),
    ("cron(0 8 ? 0 MON *)", "JAN to DEC"),
    ("cron(0 8 ? 13 MON *)", "JAN to DEC"),
    ("cron(0 8 ? JANU MON *)", "Did you mean `JAN`"),
    ("cron(0 8 ? * 0 *)", "SUN to SAT"),
    ("cron(0 8 ? * 8 *)", "SUN to SAT"),
    ("cron(0 8 ? * MONN *)", "Did you mean `MON`"),
    ("cron(0 8 ? * MON 1969)", "1970 to 2199"),
    ("cron(0 8 ? * MON 2200)", "1970 to 2199"),
    ("cron(? 8 ? * MON *)", "0 to 59"),
    ("cron(0 ? ? * MON *)", "0 to 23"),
    ("cron(0 8 ? ? MON *)", "JAN to DEC"),
    ("cron(0 8 ? * MON ?)", "1970 to 2199"),
    ("cron(0/0 8 ? * MON *)", "1 to 59"),
    ("cron(0/x 8 ? * MON *)", "1 to 59"),
    ("cron(0, 8 ? * MON *)", "0 to 59"),
    ("cron(-5 8 ? * MON *)", "0 to 59"),
    ("cron(L 8 ? * MON *)", "0 to 59"),
    ("cron(0 8 ? L MON *)", "JAN to DEC"),
    // Ranges do not begin anew.
    ("cron(0 8 ? * FRI-MON *)", "FRI-SAT,SUN-MON"),
    ("cron(0 8 ? * SAT-SUN *)", "SAT,SUN"),
    ("cron(0 8 ? * 6-2 *)", "6-7,1-2"),
    ("cron(0 22-2 ? * MON *)", "22-23,0-2"),
    ("cron(0 8 ? NOV-FEB MON *)", "NOV-DEC,JAN-FEB"),
    // One of them only: EventBridge user guide, the `#` wildcard.
    ("cron(0 8 ? * MON#1,FRI#1 *)", "1 to 5"),
    ("cron(0 8 ? * MON#6 *)", "1 to 5"),
    ("cron(0 8 ? * #1 *)", "SUN to SAT"),
    ("cron(0 8 1-5W * ? *)", "1 to 31"),
    ("cron(0 8 W * ? *)", "1 to 31"),
    // Days that never come.
    ("cron(0 8 30 2 ? *)", "a day that exists"),
    ("cron(0 8 31 4,6,9,11 ? *)", "a day that exists"),
    ("cron(0 8 30W FEB ? *)", "a day that exists"),
    ("cron(0 8 29 2 ? 2027)", "a day that exists"),
    ("rate(0 minutes)", "from 1 on"),
    ("rate(-1 hours)", "from 1 on"),
    ("rate(1.5 hours)", "from 1 on"),
    ("rate(2 weeks)", "`days`"),
    ("rate(5)", "`hours`"),
    ("rate(1 hours)", "rate(1 hour)"),
    ("rate(2 hour)", "rate(2 hours)"),
    ("at(2026-05-01)", "at(2026-05-01T08:00:00)"),
    ("at(2026-05-01T08:00:00Z)", "time_zone"),
    ("at(2026-02-30T08:00:00)", "a day that exists"),
    ("at(2026-13-01T08:00:00)", "a day that exists"),
    ("at(2026-05-01T24:00:00)", "00 to 23"),
    ("0 8 * * MON-FRI", "`cron(...)`"),
    ("0 8 ? * MON-FRI *", "`cron(...)`"),
    ("every day", "rate(2 hours)"),
    ("", "rate(2 hours)"),
    ("cron(0 8 ? * MON-FRI *) ", "rate(2 hours)"),
    ("CRON(0 8 ? * MON-FRI *)", "rate(2 hours)"),
];

#[test]
fn what_aws_refuses_is_refused_with_the_way_out() {
    for (text, help) in BAD {
        let told = read(text).expect_err(text);
        let all = format!("{} {}", told.what, told.help);
        assert!(all.contains(help), "{text}: {told:?}");
    }
}

#[test]
fn what_will_not_happen_any_more_is_known() {
    let now: Timestamp = "2026-05-01T07:30:00Z".parse().unwrap();
    for (text, zone, over) in [
        ("at(2026-05-01T07:29:59)", "UTC", true),
        ("at(2026-05-01T07:30:01)", "UTC", false),
        // Half past eight in London's summer.
        ("at(2026-05-01T08:29:59)", "Europe/London", true),
        ("at(2026-05-01T08:30:01)", "Europe/London", false),
        ("cron(0 8 ? * MON-FRI *)", "UTC", false),
        ("cron(0 8 ? * MON-FRI 2025)", "UTC", true),
        ("cron(0 8 30 APR ? 2026)", "UTC", true),
        ("cron(0 8 1 MAY ? 2026)", "UTC", false),
        ("cron(0 8 ? MAY MON 2026)", "UTC", false),
        ("rate(1 day)", "UTC", false),
    ] {
        let zone = zone::named(zone).unwrap();
        assert_eq!(read(text).unwrap().is_over(now, &zone), over, "{text}");
    }
}

#[test]
fn time_zones_are_known_by_their_exact_names() {
    for good in [
        "UTC",
        "GMT",
        "Etc/GMT+9",
        "Pacific/Tahiti",
        "Europe/London",
        "America/Argentina/Buenos_Aires",
        "Europe/Kyiv",
        "Asia/Kolkata",
    ] {
        assert!(
            zone::named(good).is_ok() && zone::check_name(good).is_none(),
            "{good}"
        );
    }
    for (bad, near) in [
        ("Europe/Berlim", Some("`Europe/Berlin`")),
        ("europe/london", Some("`Europe/London`")),
        ("Europe/Londno", Some("`Europe/London`")),
        ("CEST", None),
        ("Mars/Olympus_Mons", None),
        ("", None),
    ] {
        let told = zone::named(bad).expect_err(bad);
        match near {
            Some(near) => assert!(told.help.contains(near), "{bad}: {told:?}"),
            None => assert!(told.help.contains("Europe/London"), "{bad}: {told:?}"),
        }
    }
    for (alias, canonical) in [
        ("US/Eastern", "America/New_York"),
        ("GB", "Europe/London"),
        ("Asia/Calcutta", "Asia/Kolkata"),
    ] {
        let told = zone::named(alias).expect_err(alias);
        assert!(told.help.contains(canonical), "{alias}: {told:?}");
    }
    for odd in ["Europe/Kiev", "EST", "CET"] {
        assert!(
            zone::named(odd).is_ok() && zone::check_name(odd).is_some(),
            "{odd}"
        );
    }
}

#[test]
fn an_offset_in_place_of_a_zone_is_told_with_the_zone_that_has_it() {
    for (given, zone) in [
        ("GMT+1", Some("Etc/GMT-1")),
        ("gmt+01:00", Some("Etc/GMT-1")),
        ("UTC-5", Some("Etc/GMT+5")),
        ("UTC+14", Some("Etc/GMT-14")),
        ("+2", Some("Etc/GMT-2")),
        ("-0300", Some("Etc/GMT+3")),
        ("UTC\u{2212}3", Some("Etc/GMT+3")),
        ("UTC1", Some("Etc/GMT-1")),
        // The database's own names have the other sign.
        ("Etc/GMT+01", Some("Etc/GMT+1")),
        ("Etc/UTC-2", Some("Etc/GMT-2")),
        ("UTC+0", Some("UTC")),
        // No zone is called after these.
        ("UTC+5:30", None),
        ("GMT+15", None),
        ("GMT-13", None),
    ] {
        let told = zone::named(given).expect_err(given);
        assert!(told.what.contains("offset from UTC"), "{given}: {told:?}");
        assert!(told.help.contains("`Europe/Paris`"), "{given}: {told:?}");
        match zone {
            Some(zone) => {
                assert!(
                    zone::named(zone).is_ok() && told.help.contains(&format!("`{zone}`")),
                    "{given}: {told:?}"
                );
                let reversed = told.help.contains("the other way round");
                assert_eq!(reversed, zone != "UTC", "{given}: {told:?}");
            }
            None => assert!(!told.help.contains("Etc/GMT"), "{given}: {told:?}"),
        }
    }
    for other in ["1", "GMT+", "UTC+x", "GMT+1:2:3", "+"] {
        let told = zone::named(other).expect_err(other);
        assert!(!told.what.contains("offset from UTC"), "{other}: {told:?}");
    }
}

#[test]
fn no_suggestion_is_itself_refused_or_warned_of() {
    for wrong in [
        "BST",
        "GMT+x",
        "US/Easter",
        "Asia/Calcuta",
        "EDT",
        "Europe/Kieff",
        "MET+",
        "Etc/GMT0x",
    ] {
        let told = zone::named(wrong).expect_err(wrong);
        if let Some(near) = told
            .help
            .strip_prefix("Did you mean `")
            .and_then(|rest| rest.split('`').next())
        {
            assert!(
                zone::named(near).is_ok() && zone::check_name(near).is_none(),
                "{wrong}: {near}"
            );
        }
    }
}
