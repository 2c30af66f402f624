//! Whether allowing names alone works: failed calls counted over contact records.
//!
//! AWS asks for a trial with more than 200 calls, and for address lists where more than 2 per cent fail (administrator's guide,
//! "Set up your network").

use std::collections::BTreeMap;

use serde::Serialize;

use crate::table::{BadTable, Table};

/// So many calls are too few for a verdict.
pub const TOO_FEW: usize = 200;
/// More failures than these, in per cent, ask for address lists.
pub const MOST_FAILURES: f64 = 2.0;

/// What a call ended with, in the column `result`.
const FAILURES: [&str; 4] = [
    "softphone-error",
    "dropped",
    "conference-failed",
    "transfer-failed",
];
/// What a good one has there.
const GOOD: &str = "ok";

/// What a trial came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trial {
    /// How many calls.
    pub calls: usize,
    /// How many failed, and how.
    pub failures: BTreeMap<String, usize>,
    /// In per cent.
    pub failed_percent: f64,
    /// What that means.
    pub verdict: Verdict,
}

/// What a trial means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// There are too few calls to tell.
    TooFew,
    /// Names are enough.
    Names,
    /// Address lists are needed.
    Addresses,
}

impl Verdict {
    /// What it means, for people.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::TooFew => "there is no verdict yet: AWS asks for more than 200 calls",
            Verdict::Names => "names are enough: no more than 2 per cent of the calls failed",
            Verdict::Addresses => {
                "more than 2 per cent of the calls failed: look at the proxy, and allow addresses instead (`headset network list FILE \
                 --mode addresses`)"
            }
        }
    }
}

/// Counts contact records: a table with the columns `contact` (its id) and `result` (`ok`, `softphone-error`, `dropped`,
/// `conference-failed` or `transfer-failed`).
///
/// # Errors
/// If it is no such table, or names a contact twice.
pub fn trial(text: &str) -> Result<Trial, BadTable> {
    let table = Table::read(text, &["contact", "result"])?;
    let mut failures: BTreeMap<String, usize> = FAILURES.iter().map(|one| ((*one).to_owned(), 0)).collect();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for row in table.rows() {
        if row.get("contact").is_empty() {
            return Err(row.wrong("it has no id of a contact"));
        }
        if let Some(before) = seen.insert(row.get("contact"), row.number) {
            return Err(row.wrong(format!("`{}` is on line {before} already", row.get("contact"))));
        }
        match row.get("result") {
            GOOD => {}
            result => match failures.get_mut(result) {
                Some(count) => *count += 1,
                None => {
                    return Err(row.wrong(format!(
                        "`{result}` is no result: write {GOOD}, {} or {}",
                        FAILURES[..3].join(", "),
                        FAILURES[3]
                    )));
                }
            },
        }
    }
    let (calls, failed) = (seen.len(), failures.values().sum::<usize>());
    let failed_percent = match calls {
        0 => 0.0,
        _ => 100.0 * failed as f64 / calls as f64,
    };
    let verdict = match calls > TOO_FEW {
        false => Verdict::TooFew,
        true if failed_percent > MOST_FAILURES => Verdict::Addresses,
        true => Verdict::Names,
    };
    Ok(Trial {
        calls,
        failures,
        failed_percent,
        verdict,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(good: usize, failed: usize) -> Trial {
        let rows = (0..good + failed).map(|at| {
            let result = if at < failed { FAILURES[at % 4] } else { GOOD };
            format!("c-{at},{result}\n")
        });
        trial(&format!("contact,result\n{}", rows.collect::<String>())).unwrap()
    }

    #[test]
    fn a_verdict_takes_more_than_two_hundred_calls() {
        assert_eq!(of(100, 100).verdict, Verdict::TooFew);
        assert_eq!(of(200, 0).verdict, Verdict::TooFew);
        assert_eq!(of(201, 0).verdict, Verdict::Names);
        assert_eq!(of(0, 0).failed_percent, 0.0);
    }

    #[test]
    fn more_than_two_per_cent_ask_for_addresses() {
        let at_the_bound = of(294, 6);
        assert_eq!(
            (at_the_bound.failed_percent, at_the_bound.verdict),
            (2.0, Verdict::Names)
        );
        let above = of(293, 7);
        assert_eq!(above.verdict, Verdict::Addresses);
        assert_eq!(above.failures["softphone-error"], 2);
        assert_eq!(above.failures["transfer-failed"], 1);
    }

    #[test]
    fn what_is_no_record_is_refused() {
        let wrong = |rows: &str| trial(&format!("contact,result\n{rows}")).unwrap_err().to_string();
        assert!(wrong("a,fine\n").starts_with("line 2: `fine` is no result"));
        assert_eq!(wrong("a,ok\n ,ok\n"), "line 3: it has no id of a contact");
        assert_eq!(wrong("a,ok\na,ok\n"), "line 3: `a` is on line 2 already");
    }
}
