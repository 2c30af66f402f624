//! `image-assistant.exe`: what it makes of its arguments, and what it writes.
//!
//! It parses with CommandLineParser for .NET. A word that begins with a hyphen is an option, with quotes or without, since the
//! shell has taken them away; `--name=value` is the only way to give such a value. For arguments that the parser refuses, it
//! writes a banner with the errors; for everything else, one object of JSON whose status is its exit code.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::account::Place;
use super::capture::{applications, capture};
use crate::clock::Moment;

/// What stands above the errors of the parser.
const BANNER: &str = "ConsoleImageBuilder 4.0.0.886\nCopyright (C) 2026 ConsoleImageBuilder\n\nERROR(S):\n";

/// What an option takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    One,
    Nothing,
    Many,
}

/// The options of each operation.
const OPERATIONS: &[(&str, &[(&str, Takes)])] = &[
    (
        "add-application",
        &[
            ("name", Takes::One),
            ("absolute-app-path", Takes::One),
            ("display-name", Takes::One),
            ("absolute-icon-path", Takes::One),
            ("working-directory", Takes::One),
            ("launch-parameters", Takes::One),
            ("absolute-manifest-path", Takes::One),
        ],
    ),
    ("remove-application", &[("name", Takes::One)]),
    ("list-applications", &[]),
    ("update-default-profile", &[("profile", Takes::One)]),
    ("reset-user-profile", &[("profile", Takes::One)]),
    (
        "create-image",
        &[
            ("name", Takes::One),
            ("description", Takes::One),
            ("display-name", Takes::One),
            ("enable-dynamic-app-catalog", Takes::Nothing),
            ("no-enable-dynamic-app-catalog", Takes::Nothing),
            ("use-latest-agent-version", Takes::Nothing),
            ("no-use-latest-agent-version", Takes::Nothing),
            ("tags", Takes::Many),
            ("dry-run", Takes::Nothing),
        ],
    ),
    ("help", &[]),
];

/// A word as the parser sees it.
#[derive(Debug, PartialEq)]
enum Token {
    Option(String),
    Value(String),
}

/// The words as options and values, or what the parser says of them.
fn tokens(words: &[String]) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    for word in words {
        let Some(rest) = word.strip_prefix('-') else {
            tokens.push(Token::Value(word.clone()));
            continue;
        };
        let Some(long) = rest.strip_prefix('-') else {
            match rest.chars().next() {
                // A negative number.
                Some(digit) if digit.is_numeric() => tokens.push(Token::Value(word.clone())),
                Some(letter) => tokens.push(Token::Option(letter.to_string())),
                None => return Err(format!("  Token '{word}' is not recognized.\n")),
            }
            continue;
        };
        match long.split_once('=') {
            None | Some(("", _)) => tokens.push(Token::Option(long.to_owned())),
            // A value has to begin with something, on one line.
            Some((_, value)) if value.is_empty() || value.starts_with(' ') || value.contains('\n') => {
                return Err(format!("  Token '{word}' is not recognized.\n"));
            }
            Some((name, value)) => {
                tokens.extend([Token::Option(name.to_owned()), Token::Value(value.to_owned())]);
            }
        }
    }
    Ok(tokens)
}

/// The options and their values, or what the parser says of them.
fn options(known: &[(&str, Takes)], words: &[String]) -> Result<Map<String, Value>, String> {
    let mut found = Map::new();
    // Writing to a String cannot fail.
    let mut errors = String::new();
    let mut tokens = tokens(words)?.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let name = match token {
            Token::Option(name) => name,
            Token::Value(value) => {
                writeln!(errors, "  Token '{value}' is not recognized.").unwrap_or_default();
                continue;
            }
        };
        let Some((_, takes)) = known.iter().find(|(option, _)| *option == name) else {
            writeln!(errors, "  Option '{name}' is unknown.").unwrap_or_default();
            continue;
        };
        let most = match takes {
            Takes::Nothing => 0,
            Takes::One => 1,
            Takes::Many => usize::MAX,
        };
        let mut values = Vec::new();
        while values.len() < most && matches!(tokens.peek(), Some(Token::Value(_))) {
            if let Some(Token::Value(value)) = tokens.next() {
                values.push(value);
            }
        }
        if values.is_empty() && *takes != Takes::Nothing {
            writeln!(errors, "  Option '{name}' has no value.").unwrap_or_default();
        }
        let value = match takes {
            Takes::Nothing => json!(true),
            Takes::One => json!(values.into_iter().next()),
            Takes::Many => json!(values),
        };
        if found.insert(name.clone(), value).is_some() {
            writeln!(errors, "  Option '{name}' is defined multiple times.").unwrap_or_default();
        }
    }
    match errors.is_empty() {
        true => Ok(found),
        false => Err(errors),
    }
}

/// Runs it on a builder and gives `exit` and `output`.
pub(super) fn run(place: &mut Place, quota: u64, builder: &str, words: &[String], now: Moment) -> Value {
    let (verb, rest) = match words {
        [] => ("", &[][..]),
        [verb, rest @ ..] => (verb.as_str(), rest),
    };
    let refused = |errors: &str| json!({ "exit": 1, "output": format!("{BANNER}{errors}") });
    let Some((_, known)) = OPERATIONS.iter().find(|(name, _)| *name == verb) else {
        let error = match verb {
            "" => "  No verb selected.\n".to_owned(),
            verb => format!("  Verb '{verb}' is not recognized.\n"),
        };
        return refused(&error);
    };
    let options = match options(known, rest) {
        Ok(options) => options,
        Err(errors) => return refused(&errors),
    };
    let needed: &[&str] = match verb {
        "add-application" => &["name", "absolute-app-path"],
        "remove-application" | "create-image" => &["name"],
        _ => &[],
    };
    if let Some(missing) = needed.iter().find(|name| !options.contains_key(**name)) {
        return refused(&format!("  Required option '{missing}' is missing.\n"));
    }
    let said = match verb {
        "add-application" => add(place, builder, &options),
        "remove-application" => remove(place, builder, &options),
        "list-applications" => Ok(list(place, builder)),
        "create-image" => create(place, quota, builder, &options, now),
        _ => Ok(Map::new()),
    };
    let (status, mut answer) = match said {
        Ok(answer) => (0, answer),
        Err(message) => (1, Map::from_iter([("message".to_owned(), json!(message))])),
    };
    answer.insert("status".to_owned(), json!(status));
    answer.entry("message").or_insert_with(|| json!("Success"));
    json!({ "exit": status, "output": format!("{}\n", Value::Object(answer)) })
}

fn text<'a>(options: &'a Map<String, Value>, name: &str) -> &'a str {
    options.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Whether a file is on a builder: what Windows brings along (Server 2022 and later with Edge), and what was put on it.
fn exists(place: &Place, builder: &str, path: &str) -> bool {
    let Some(builder) = place.builders.get(builder) else {
        return false;
    };
    let path = path.to_lowercase();
    let edge = path == r"c:\program files (x86)\microsoft\edge\application\msedge.exe"
        && !builder.image.platform.ends_with("2016")
        && !builder.image.platform.ends_with("2019");
    path.starts_with(r"c:\windows\") || edge || builder.files.contains_key(&path)
}

fn add(place: &mut Place, name: &str, options: &Map<String, Value>) -> Result<Map<String, Value>, String> {
    if !exists(place, name, text(options, "absolute-app-path")) {
        return Err("File not found (absolute-app-path)".to_owned());
    }
    for (option, complaint) in [
        ("absolute-manifest-path", "Optimization-manifest not found"),
        ("absolute-icon-path", "File not found"),
    ] {
        let path = text(options, option);
        if !path.is_empty() && !exists(place, name, path) {
            return Err(format!("{complaint}: {path}"));
        }
    }
    let builder = place.builders.get_mut(name).ok_or("There is no builder.")?;
    if builder
        .applications
        .iter()
        .any(|one| one["Name"] == text(options, "name"))
    {
        return Err("Name is not unique".to_owned());
    }
    let application: Map<String, Value> = options
        .iter()
        .map(|(name, value)| (name.replace('-', "_"), value.clone()))
        .collect();
    let input = json!({ "applications": [application] });
    builder.applications = applications(builder, &input).map_err(|fault| fault.message)?;
    Ok(Map::new())
}

fn remove(place: &mut Place, name: &str, options: &Map<String, Value>) -> Result<Map<String, Value>, String> {
    let builder = place.builders.get_mut(name).ok_or("There is no builder.")?;
    let before = builder.applications.len();
    let wanted = text(options, "name");
    builder.applications.retain(|one| one["Name"] != wanted);
    match builder.applications.len() < before {
        true => Ok(Map::new()),
        false => Err("App not found".to_owned()),
    }
}

/// Assumption: appstream.assistant-list. No page shows the members of an application in the list.
fn list(place: &Place, name: &str) -> Map<String, Value> {
    let applications = place.builders.get(name).map(|builder| &builder.applications);
    let listed: Vec<Value> = applications
        .into_iter()
        .flatten()
        .map(|one| json!({ "Name": one["Name"], "DisplayName": one["DisplayName"], "AbsoluteAppPath": one["LaunchPath"] }))
        .collect();
    Map::from_iter([("applications".to_owned(), json!(listed))])
}

fn create(
    place: &mut Place,
    quota: u64,
    name: &str,
    options: &Map<String, Value>,
    now: Moment,
) -> Result<Map<String, Value>, String> {
    let mut input = Map::new();
    for (option, value) in options {
        let (option, value) = match option.strip_prefix("no-") {
            Some(option) => (option, json!(false)),
            None => (option.as_str(), value.clone()),
        };
        input.insert(option.replace('-', "_"), value);
    }
    let pairs = options.get("tags").and_then(Value::as_array);
    let mut tags = Map::new();
    for pair in pairs.into_iter().flatten().collect::<Vec<_>>().chunks(2) {
        let [key, value] = pair else {
            return Err("Invalid value (tags)".to_owned());
        };
        tags.insert(key.as_str().unwrap_or_default().to_owned(), (*value).clone());
    }
    input.insert("tags".to_owned(), Value::Object(tags));
    capture(place, quota, name, &Value::Object(input), now)
        .map(|_| Map::new())
        .map_err(|fault| fault.message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(verb: &str, words: &[&str]) -> Result<Map<String, Value>, String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let (_, known) = OPERATIONS.iter().find(|(name, _)| *name == verb).unwrap();
        options(known, &words)
    }

    /// commandlineparser issues 709 and 735.
    #[test]
    fn a_value_that_begins_with_a_hyphen_is_an_option_unless_it_comes_behind_an_equals_sign() {
        let said = parse("add-application", &["--launch-parameters", "--kiosk https://x"]).unwrap_err();
        assert_eq!(
            said,
            "  Option 'launch-parameters' has no value.\n  Option 'kiosk https://x' is unknown.\n"
        );
        let said = parse(
            "add-application",
            &["--launch-parameters", "-new-window https://x"],
        )
        .unwrap_err();
        assert!(said.contains("Option 'n' is unknown"), "{said}");
        for words in [
            &["--launch-parameters=--kiosk https://x?a=b"][..],
            &["--launch-parameters", "https://x --kiosk"],
            &["--launch-parameters", "-1"],
        ] {
            let options = parse("add-application", words).unwrap();
            assert_eq!(options.len(), 1, "{options:?}");
        }
        for words in [&["--launch-parameters="][..], &["--launch-parameters= --x"]] {
            assert!(
                parse("add-application", words)
                    .unwrap_err()
                    .contains("not recognized")
            );
        }
    }

    #[test]
    fn other_mistakes_are_named() {
        for (verb, words, complaint) in [
            (
                "create-image",
                &["--name", "a", "b"][..],
                "Token 'b' is not recognized",
            ),
            ("create-image", &["--name", "a", "--name", "b"], "multiple times"),
            ("create-image", &["--colour", "red"], "Option 'colour' is unknown"),
            ("create-image", &["--dry-run", "yes"], "Token 'yes'"),
            ("remove-application", &["--name"], "has no value"),
        ] {
            let said = parse(verb, words).unwrap_err();
            assert!(said.contains(complaint), "{said}");
        }
        let options = parse("create-image", &["--tags", "a", "b", "c", "d", "--dry-run"]).unwrap();
        assert_eq!(options["tags"], json!(["a", "b", "c", "d"]));
    }
}
