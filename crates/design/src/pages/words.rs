//! What the pages say, by language: a table of texts by key, one JSON file a language. Another language is another file
//! beside `words.en.json` with the same keys, a variant of [`Language`], and a line in [`table`] and [`code`].

use headset_blueprint::model::Language;

/// The table of a language, as JSON: one text for each key.
pub(super) fn table(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("files/words.en.json"),
        Language::German => include_str!("files/words.de.json"),
    }
}

/// The language as HTML names it.
pub(super) fn code(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::German => "de",
    }
}

/// One text of a table.
pub(super) fn word(table: &str, key: &str) -> String {
    let table: serde_json::Value = serde_json::from_str(table).unwrap_or_default();
    table[key].as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn read(language: Language) -> BTreeMap<String, String> {
        serde_json::from_str(table(language)).expect("a table of texts")
    }

    /// The names in braces, which the pages fill in.
    fn names(text: &str) -> BTreeSet<&str> {
        text.split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name)
            .collect()
    }

    #[test]
    fn all_languages_have_the_same_texts() {
        let english = read(Language::English);
        for language in Language::ALL {
            let other = read(language);
            assert!(other.keys().eq(english.keys()), "{language:?}");
            for (key, text) in &other {
                assert!(!text.is_empty(), "{language:?}: {key}");
                assert_eq!(names(text), names(&english[key]), "{language:?}: {key}");
            }
        }
    }

    /// What a script or the page asks for is there, and nothing is there that none asks for.
    #[test]
    fn every_text_is_used_and_none_is_missing() {
        let english = read(Language::English);
        let sources = [
            super::super::SHARED_SCRIPT.concat(),
            super::super::PAGE.to_owned(),
        ]
        .concat();
        // These are put together of a beginning and what is known.
        let made = [
            "note_",
            "symptom_",
            "scenario_",
            "severity_",
            "softphone_",
            "title_",
            "notice_blocked_",
            "notice_missed",
            "notice_failed",
        ];
        for key in english.keys() {
            let quoted = [format!("\"{key}\"")];
            let is_used = quoted.iter().any(|quoted| sources.contains(quoted.as_str()))
                || made.iter().any(|start| key.starts_with(start))
                || [
                    "connected",
                    "disconnected",
                    "connecting",
                    "failed",
                    "granted",
                    "denied",
                    "prompt",
                    "open",
                    "unknown",
                ]
                .contains(&key.as_str());
            assert!(is_used, "{key}");
        }
        for source in sources
            .split("word(\"")
            .skip(1)
            .chain(sources.split("data-word=\"").skip(1))
        {
            let key = source.split('"').next().expect("quoted");
            let begins = |known: &String| key.ends_with('_') && known.starts_with(key);
            assert!(english.contains_key(key) || english.keys().any(begins), "{key}");
        }
        // However a script comes to say it: what looks like a key of a sentence is one.
        for start in ["call_", "notice_", "status_", "softphone_"] {
            for source in sources.split(&format!("\"{start}")).skip(1) {
                let key = [start, source.split('"').next().expect("quoted")].concat();
                let begins = |known: &String| key.ends_with('_') && known.starts_with(&key);
                assert!(english.contains_key(&key) || english.keys().any(begins), "{key}");
            }
        }
    }
}
