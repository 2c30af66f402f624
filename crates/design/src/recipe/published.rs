//! What we set, held against what the browsers' makers publish ([`super::known`]) and against our own page about it.
//!
//! Assumption: `browser.policy-names`. The lists are those of a certain day.

use std::collections::BTreeSet;

use serde_json::Value;

use super::browser::{CHROME_KEY, Desk, EDGE_KEY, policies};
use super::known::{self, Known, Takes};
use super::origins::Origins;
use headset_blueprint::model::{Audio, Browser};

const GUIDE: &str = include_str!("../../../../docs/guide/browser-policies.md");

fn takes(value: &Value) -> Takes {
    match value {
        Value::Bool(_) => Takes::Switch,
        Value::Number(_) => Takes::Number,
        Value::String(_) => Takes::Text,
        Value::Array(_) => Takes::List,
        Value::Null | Value::Object(_) => Takes::Preference,
    }
}

/// Every policy that is set, by path, with what it is given.
fn set(value: &Value, path: &str, found: &mut Vec<(String, Takes)>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let path = match path {
            "" => name.clone(),
            path => format!("{path}/{name}"),
        };
        // A preference is given with its value and status.
        match value {
            Value::Object(_) if !path.starts_with("Preferences/") => set(value, &path, found),
            value => found.push((path, takes(value))),
        }
    }
}

fn every() -> Vec<(Browser, Desk, Value)> {
    let mut all = Vec::new();
    for audio in [Audio::Local, Audio::Session, Audio::Phone] {
        let origins = Origins {
            audio,
            page: Some("https://p.example.com".to_owned()),
            in_session: Some("https://p.example.com/in-session.html".to_owned()),
            connect: Some("https://c.example.com".to_owned()),
            sites: vec!["https://s.example.com".to_owned()],
        };
        for browser in BROWSERS {
            for desk in [Desk::Image, Desk::Agent] {
                all.push((browser, desk, policies(browser, desk, &origins)));
            }
        }
    }
    all
}

/// The parts of a browser's policies, each with what is published about it.
fn parts(browser: Browser, policies: &Value) -> Vec<(&Value, &'static [Known])> {
    match browser {
        Browser::Chrome => vec![
            (&policies[CHROME_KEY], known::of(browser)),
            (
                &policies[r"SOFTWARE\Policies\Google\Update"],
                known::of_updaters(),
            ),
        ],
        Browser::Edge => vec![
            (&policies[EDGE_KEY], known::of(browser)),
            (
                &policies[r"SOFTWARE\Policies\Microsoft\EdgeUpdate"],
                known::of_updaters(),
            ),
        ],
        Browser::Firefox => vec![(
            policies.pointer("/policies").unwrap_or(&Value::Null),
            known::of(browser),
        )],
    }
}

/// The paths of everything that a browser is given, on any desk.
fn names(browser: Browser) -> BTreeSet<String> {
    let mut names = Vec::new();
    for (_, _, policies) in every().iter().filter(|(one, _, _)| *one == browser) {
        for (part, _) in parts(browser, policies) {
            set(part, "", &mut names);
        }
    }
    names.into_iter().map(|(name, _)| name).collect()
}

#[test]
fn every_policy_has_a_published_name_and_is_given_what_it_takes() {
    for (browser, desk, policies) in every() {
        let parts = parts(browser, &policies);
        let keys = parts.iter().filter(|(part, _)| part.is_object()).count();
        assert_eq!(
            policies.as_object().map(serde_json::Map::len),
            Some(keys),
            "{policies:#}"
        );
        for (part, known) in parts {
            let mut found = Vec::new();
            set(part, "", &mut found);
            for (name, given) in found {
                let known = known.iter().find(|one| one.name == name);
                assert_eq!(
                    known.map(|one| one.takes),
                    Some(given),
                    "{browser:?} {desk:?} {name}"
                );
            }
        }
    }
}

/// A name that is in no file of ours any more says nothing here either; and what is published has an order.
#[test]
fn every_published_name_here_is_one_that_we_set() {
    for browser in BROWSERS {
        let used = names(browser);
        let known = known::of(browser);
        for one in known {
            assert!(used.contains(one.name), "{browser:?} {}", one.name);
            // The oldest browsers that AWS's page on Amazon Connect names are far newer.
            assert!(one.since > 0 && one.since < 130, "{}", one.name);
            let successor = one.successor.is_none_or(|name| !used.contains(name));
            assert!(successor, "{}: it and its successor are set", one.name);
        }
        assert!(
            known.is_sorted_by_key(|one| one.name),
            "{browser:?}: names are in order"
        );
    }
    for one in known::of_updaters() {
        let chrome = names(Browser::Chrome);
        assert!(chrome.contains(one.name) && names(Browser::Edge).contains(one.name));
    }
}

/// The words between backticks that are names of policies: other words there have dots, slashes or small first letters.
fn policies_in(text: &str) -> BTreeSet<&str> {
    let words = text.split('`').skip(1).step_by(2);
    words
        .filter(|word| {
            let mut letters = word.chars();
            letters.next().is_some_and(|first| first.is_ascii_uppercase())
                && letters.all(|letter| letter.is_ascii_alphabetic())
                || word.starts_with("browser.")
        })
        .collect()
}

const BROWSERS: [Browser; 3] = [Browser::Chrome, Browser::Edge, Browser::Firefox];

/// What the page names, with the browsers of which it says so: those of the column's heading; in its prose, all of them.
fn told() -> Vec<(Vec<Browser>, BTreeSet<&'static str>)> {
    let mut told = Vec::new();
    let mut heads: Vec<&str> = Vec::new();
    for line in GUIDE.lines() {
        let Some(row) = line.strip_prefix('|') else {
            heads.clear();
            told.push((BROWSERS.to_vec(), policies_in(line)));
            continue;
        };
        let cells: Vec<&str> = row.trim_end_matches('|').split('|').map(str::trim).collect();
        if heads.is_empty() {
            heads = cells;
            continue;
        }
        let mut before = BTreeSet::new();
        for (head, cell) in heads.iter().zip(cells) {
            let names = match cell {
                "the same" => before,
                cell => policies_in(cell),
            };
            let named = BROWSERS.map(|browser| head.contains(&format!("{browser:?}")).then_some(browser));
            let named: Vec<Browser> = named.into_iter().flatten().collect();
            told.push((
                match named.is_empty() {
                    true => BROWSERS.to_vec(),
                    false => named,
                },
                names.clone(),
            ));
            before = names;
        }
    }
    told
}

/// Whether a name of the page means this policy: its name, or for a part of Firefox's any part of the path.
fn means(word: &str, path: &str) -> bool {
    path == word || path.split('/').any(|part| part == word)
}

/// Who reads the page knows what is set, and what is set is on the page.
#[test]
fn the_page_and_the_files_agree() {
    let told = told();
    for browser in BROWSERS {
        let of_it = told.iter().filter(|(named, _)| named.contains(&browser));
        let words: BTreeSet<&str> = of_it.flat_map(|(_, words)| words.iter().copied()).collect();
        assert!(words.len() > 8, "{browser:?}: the page was not read");
        for path in names(browser) {
            assert!(
                words.iter().any(|word| means(word, &path)),
                "the page does not name {path} of {browser:?}"
            );
        }
    }
    for (named, words) in &told {
        for word in words {
            let is_set = |browser: &Browser| names(*browser).iter().any(|path| means(word, path));
            assert!(
                named.iter().any(is_set),
                "the page names `{word}` of {named:?}, which do not get it"
            );
        }
    }
}

/// Every list of policies, with the key above it; below `Allow` and `Block` the one above that.
fn each_list<'v>(value: &'v Value, found: &mut dyn FnMut(&'v str, &'v [Value])) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let inner = value.as_object().and_then(|inner| inner.get("Allow"));
        match inner.unwrap_or(value) {
            Value::Array(list) => found(key, list),
            _ => each_list(value, found),
        }
    }
}

/// Content settings take origins: a path makes Chrome ignore the entry.
#[test]
fn lists_name_origins_and_no_pages() {
    for (browser, desk, policies) in every() {
        let text = policies.to_string();
        assert!(
            !text.contains(".html") && !text.contains("{{"),
            "{browser:?} {desk:?} {text}"
        );
        assert!(
            text.contains("\"https://p.example.com\"") && text.contains("\"https://c.example.com\""),
            "{text}"
        );
        // Wherever the page may do something, a site that embeds the panel may: but for the microphone, which one page has.
        let microphone = [
            "AudioCaptureAllowedUrls",
            "Microphone",
            "AutoplayAllowlist",
            "Autoplay",
        ];
        each_list(&policies, &mut |name, list| {
            let has_page = list.contains(&"https://p.example.com".into());
            let expected = has_page && (desk == Desk::Image || !microphone.contains(&name));
            let has_site = list.contains(&"https://s.example.com".into());
            assert_eq!(has_site, expected, "{browser:?} {desk:?} {name}");
        });
    }
}
