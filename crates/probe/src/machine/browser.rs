//! Browsers, and whether one of them is among those in which the panel runs.

use super::fact::{Fact, Fitness};
use crate::settings::Newest;

const BROWSER: (&str, &str) = (
    "browser",
    "one of the latest three versions of Chrome, Edge or Firefox",
);

/// How many versions behind the newest one are taken as well.
const BEHIND: u32 = 2;

/// What is there, by what is the newest. Between the newest that is known and the newest that there should be, a version may be
/// too old or not.
pub(super) fn fact(found: &[String], newest: &[Newest]) -> Fact {
    let (about, needed) = BROWSER;
    if found.is_empty() {
        return Fact::unknown(about, needed);
    }
    let judged: Vec<Fitness> = found.iter().map(|text| judge(text, newest)).collect();
    let is = |fitness: Fitness| judged.contains(&fitness);
    // One browser is enough for an agent.
    let fitness = match (is(Fitness::Enough), is(Fitness::Unknown)) {
        (true, _) => Fitness::Enough,
        (false, true) => Fitness::Unknown,
        (false, false) => Fitness::Short,
    };
    let texts: Vec<String> = found
        .iter()
        .zip(&judged)
        .map(|(text, fitness)| said(text, *fitness))
        .collect();
    Fact::new(about, needed, texts.join(", "), fitness)
}

fn said(text: &str, fitness: Fitness) -> String {
    match fitness {
        Fitness::Enough => text.to_owned(),
        Fitness::Short => format!("{text}: too old"),
        Fitness::Unknown => format!("{text}: compare with the newest"),
    }
}

/// A browser with its version, such as `Google Chrome 157.0.1.2` or `msedge.exe 157.0.1.2`.
fn judge(text: &str, newest: &[Newest]) -> Fitness {
    let lower = text.to_ascii_lowercase();
    // Chromium is what Chrome is made of, and has its numbers.
    let lower = lower.replace("chromium", "chrome");
    let of = newest
        .iter()
        .find(|one| lower.contains(&one.name.to_ascii_lowercase()));
    let version = lower
        .split_whitespace()
        .find_map(|word| word.split('.').next()?.parse::<u32>().ok());
    match (of, version) {
        // A version with extended support has a number of its own.
        _ if lower.contains("esr") => Fitness::Unknown,
        (Some(of), Some(version)) if version + BEHIND >= of.expected => Fitness::Enough,
        (Some(of), Some(version)) if version + BEHIND < of.known => Fitness::Short,
        _ => Fitness::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newest() -> Vec<Newest> {
        let one = |name: &str, known, expected| Newest {
            name: name.to_owned(),
            known,
            expected,
        };
        vec![
            one("Chrome", 157, 160),
            one("Edge", 157, 160),
            one("Firefox", 160, 163),
        ]
    }

    #[test]
    fn a_browser_is_judged_by_the_newest_that_is_known_and_the_newest_that_should_be() {
        for (text, expected) in [
            ("Google Chrome 160.0.7339.80", Fitness::Enough),
            ("Google Chrome 158.0.7339.80", Fitness::Enough),
            // It was among the latest three, and may still be.
            ("Google Chrome 157.0.7339.80", Fitness::Unknown),
            ("Google Chrome 155.0.7339.80", Fitness::Unknown),
            ("Google Chrome 154.0.7339.80", Fitness::Short),
            ("Chromium 154.0.7339.80 built on Debian", Fitness::Short),
            ("Microsoft Edge 154.0.3485.54", Fitness::Short),
            ("msedge.exe 160.0.3485.54", Fitness::Enough),
            ("firefox.exe 157.0", Fitness::Short),
            ("Mozilla Firefox 153.4.0esr", Fitness::Unknown),
            ("Opera 120.0", Fitness::Unknown),
            ("Google Chrome", Fitness::Unknown),
        ] {
            assert_eq!(judge(text, &newest()), expected, "{text}");
            assert_eq!(judge(text, &[]), Fitness::Unknown, "{text}");
        }
    }

    #[test]
    fn one_browser_that_is_new_enough_is_enough() {
        let of = |found: &[&str]| {
            let found: Vec<String> = found.iter().map(|text| (*text).to_owned()).collect();
            fact(&found, &newest())
        };
        let both = of(&["Google Chrome 100.0", "Microsoft Edge 160.0"]);
        assert_eq!(both.fitness, Fitness::Enough);
        assert_eq!(both.found, "Google Chrome 100.0: too old, Microsoft Edge 160.0");
        assert_eq!(of(&["Google Chrome 100.0"]).fitness, Fitness::Short);
        assert_eq!(
            of(&["Google Chrome 100.0", "Opera 1.0"]).fitness,
            Fitness::Unknown
        );
        assert_eq!(of(&[]).fitness, Fitness::Unknown);
    }
}
