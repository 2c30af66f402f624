//! The commands of an image worksheet, read as PowerShell would read them.

use base64::Engine as _;
use serde_json::{Map, Value, json};

/// One word of a command line, and whether it was quoted: a quoted `--kiosk` is a value, not an option.
#[derive(Clone, Debug, PartialEq)]
struct Word {
    text: String,
    quoted: bool,
}

/// Reads the commands and returns what the image assistant was told, as the console action `capture` takes it:
/// `{name, description, display_name, use_latest_agent_version, removed, applications, tags}`. A dry run of
/// `create-image` is read and has no effect; `removed` are applications that the builder had before.
///
/// # Errors
///
/// Says what the shell or the image assistant would complain about: an unknown command or option, a missing
/// value, a quote that does not close, a variable that PowerShell would expand, anything after `create-image`.
pub(super) fn read(script: &str) -> Result<Value, String> {
    let mut applications: Vec<Value> = Vec::new();
    let mut removed = Vec::new();
    let mut image: Option<Map<String, Value>> = None;
    for words in commands(script)? {
        let [program, verb, arguments @ ..] = words.as_slice() else {
            return Err("image-assistant.exe was called without a command".to_owned());
        };
        let program = program
            .text
            .rsplit('\\')
            .next()
            .unwrap_or_default()
            .to_lowercase();
        if program.trim_end_matches(".exe") != "image-assistant" {
            return Err(format!("{program} is not recognized as the name of a program"));
        }
        if image.is_some() {
            return Err("the session is over after create-image: nothing can follow it".to_owned());
        }
        let options = options(arguments)?;
        match verb.text.as_str() {
            "add-application" => applications.push(application(&options)?),
            // An application that is not there is answered with `App not found`, and the script goes on.
            "remove-application" => {
                let name = named(&options)?;
                let before = applications.len();
                applications.retain(|one| one["name"] != name.as_str());
                if applications.len() == before {
                    removed.push(json!(name));
                }
            }
            "create-image" => {
                // A dry run only checks: the session goes on after it.
                let mut told = create_image(&options)?;
                if told.remove("dry_run").is_none() {
                    image = Some(told);
                }
            }
            "list-applications" | "update-default-profile" | "reset-user-profile" => {}
            other => return Err(format!("image-assistant.exe does not know the command {other}")),
        }
    }
    let mut image = image.ok_or("the commands never call create-image")?;
    image.insert("applications".to_owned(), Value::Array(applications));
    image.insert("removed".to_owned(), Value::Array(removed));
    Ok(Value::Object(image))
}

/// A character by what PowerShell's tokenizer takes it for (`CharTraits` of its source). It has more quotes and blanks than
/// ASCII: text that comes out of a word processor is code to it.
mod class {
    /// A single quote: straight, left, right, low, reversed.
    pub(super) fn is_single_quote(c: char) -> bool {
        matches!(c, '\'' | '\u{2018}'..='\u{201b}')
    }

    /// A double quote: straight, left, right, low.
    pub(super) fn is_double_quote(c: char) -> bool {
        matches!(c, '"' | '\u{201c}'..='\u{201e}')
    }

    /// What begins a parameter: hyphen, en dash, em dash, horizontal bar.
    pub(super) fn is_dash(c: char) -> bool {
        matches!(c, '-' | '\u{2013}'..='\u{2015}')
    }

    /// A blank inside of a line. Separators of lines and paragraphs are blanks; only CR and LF end a line.
    pub(super) fn is_blank(c: char) -> bool {
        matches!(
            c,
            ' ' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'
                ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
        )
    }

    /// The end of a line.
    pub(super) fn is_line_end(c: char) -> bool {
        matches!(c, '\r' | '\n')
    }

    /// What ends a word and begins something else: a pipe, a block, a redirection, a list.
    pub(super) fn is_operator(c: char) -> bool {
        matches!(c, '|' | '&' | '(' | ')' | '{' | '}' | '<' | '>' | ',' | ';')
    }
}

use class::{is_blank, is_dash, is_double_quote, is_line_end, is_operator, is_single_quote};

type Letters<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// The commands of a script, each as its words. Comments and empty lines fall away; a backtick or a backslash
/// at the end of a line, outside quotes, continues it. The call operator `&` at the beginning of a command is dropped.
fn commands(script: &str) -> Result<Vec<Vec<Word>>, String> {
    let mut commands = Vec::new();
    let mut words: Vec<Word> = Vec::new();
    let mut letters = script.chars().peekable();
    while let Some(&letter) = letters.peek() {
        match letter {
            ';' => {
                letters.next();
                finish(&mut words, &mut commands);
            }
            c if is_line_end(c) => {
                letters.next();
                finish(&mut words, &mut commands);
            }
            '#' => while letters.next_if(|c| !is_line_end(*c)).is_some() {},
            c if is_blank(c) => {
                letters.next();
            }
            '&' if words.is_empty() => {
                letters.next();
            }
            '(' => words.push(expression(&mut letters)?),
            c if is_operator(c) => {
                return Err(format!("`{c}` in the commands is an operator of PowerShell"));
            }
            _ => words.extend(word(&mut letters)?),
        }
    }
    finish(&mut words, &mut commands);
    Ok(commands)
}

fn finish(words: &mut Vec<Word>, commands: &mut Vec<Vec<Word>>) {
    let command = std::mem::take(words);
    if !command.is_empty() {
        commands.push(command);
    }
}

/// Evaluates the only expression that the operator knows: a text as base64 of UTF-8.
fn expression(letters: &mut Letters<'_>) -> Result<Word, String> {
    const BEFORE: &str = "([text.encoding]::utf8.getstring([convert]::frombase64string('";
    const AFTER: &str = "')))";
    let unknown = || "an expression in the commands is none that the operator can evaluate".to_owned();
    for wanted in BEFORE.chars() {
        let letter = letters.next().ok_or_else(unknown)?;
        if letter.to_ascii_lowercase() != wanted {
            return Err(unknown());
        }
    }
    let mut encoded = String::new();
    while let Some(letter) = letters.next_if(|c| !is_single_quote(*c)) {
        encoded.push(letter);
    }
    for wanted in AFTER.chars() {
        if letters.next() != Some(wanted) {
            return Err(unknown());
        }
    }
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(&encoded)
        .map_err(|_| format!("FromBase64String does not take `{encoded}`"))?;
    // What is no UTF-8 becomes replacement characters, as in .NET.
    Ok(Word {
        text: String::from_utf8_lossy(&bytes).into_owned(),
        quoted: true,
    })
}

/// Reads one word; `None` where it was only a line's continuation.
fn word(letters: &mut Letters<'_>) -> Result<Option<Word>, String> {
    let (mut text, mut quoted) = (String::new(), false);
    while let Some(&letter) = letters.peek() {
        match letter {
            c if is_blank(c) || is_line_end(c) || is_operator(c) => break,
            c if is_double_quote(c) || is_single_quote(c) => {
                letters.next();
                quoted = true;
                match is_double_quote(c) {
                    true => expandable(letters, &mut text)?,
                    false => literal(letters, &mut text)?,
                }
            }
            '`' | '\\' => {
                letters.next();
                let continues = letters.peek().is_none_or(|next| is_line_end(*next));
                match letters.peek() {
                    _ if continues && (letter == '`' || text.is_empty()) => {
                        letters.next_if_eq(&'\r');
                        letters.next_if_eq(&'\n');
                    }
                    Some(_) if letter == '`' => text.extend(letters.next().map(escaped)),
                    _ => text.push(letter),
                }
                if continues && text.is_empty() && !quoted {
                    return Ok(None);
                }
            }
            '$' => {
                letters.next();
                refuse_variable(letters.peek())?;
                text.push('$');
            }
            '@' if text.is_empty() && !quoted => {
                return Err(
                    "PowerShell would take a word with `@` before it for a list or a variable".to_owned(),
                );
            }
            c if is_dash(c) && c != '-' && text.is_empty() && !quoted => {
                return Err(format!(
                    "PowerShell would take the word that begins with {c:?} for a parameter"
                ));
            }
            _ => {
                letters.next();
                text.push(letter);
            }
        }
    }
    Ok(Some(Word { text, quoted }))
}

/// What a backtick makes of the letter behind it.
fn escaped(letter: char) -> char {
    match letter {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'e' => '\u{1b}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        other => other,
    }
}

/// Reads up to any double quote. Two in a row, of whichever form, stand for the second one; a backtick escapes.
fn expandable(letters: &mut Letters<'_>, text: &mut String) -> Result<(), String> {
    while let Some(letter) = letters.next() {
        match letter {
            c if is_double_quote(c) => match letters.next_if(|next| is_double_quote(*next)) {
                Some(second) => text.push(second),
                None => return Ok(()),
            },
            '`' if letters.peek() == Some(&'u') => {
                return Err("what `u means depends on the version of PowerShell".to_owned());
            }
            '`' => text.extend(letters.next().map(escaped)),
            '$' => {
                refuse_variable(letters.peek())?;
                text.push('$');
            }
            c if is_line_end(c) => {
                return Err("a quote in the commands does not close on its line".to_owned());
            }
            other => text.push(other),
        }
    }
    Err("a quote in the commands does not close".to_owned())
}

/// Reads up to any single quote. Two in a row, of whichever form, stand for the second one.
fn literal(letters: &mut Letters<'_>, text: &mut String) -> Result<(), String> {
    while let Some(letter) = letters.next() {
        match letter {
            c if is_single_quote(c) => match letters.next_if(|next| is_single_quote(*next)) {
                Some(second) => text.push(second),
                None => return Ok(()),
            },
            c if is_line_end(c) => {
                return Err("a quote in the commands does not close on its line".to_owned());
            }
            other => text.push(other),
        }
    }
    Err("a quote in the commands does not close".to_owned())
}

/// PowerShell replaces `$name` and `$(...)` in double quotes; what is meant literally must be escaped.
fn refuse_variable(next: Option<&char>) -> Result<(), String> {
    match next {
        Some(next) if next.is_alphanumeric() || matches!(next, '_' | '{' | '(' | '?' | ':' | '$' | '^') => {
            Err(format!(
                "PowerShell would expand ${next}... in the commands as a variable"
            ))
        }
        _ => Ok(()),
    }
}

/// Options and their values.
fn options(words: &[Word]) -> Result<Vec<(String, Vec<String>)>, String> {
    let mut options: Vec<(String, Vec<String>)> = Vec::new();
    for word in words {
        if let Some(name) = word.text.strip_prefix("--").filter(|_| !word.quoted) {
            if options.iter().any(|(known, _)| known == name) {
                return Err(format!("--{name} is given twice"));
            }
            options.push((name.to_owned(), Vec::new()));
        } else if let Some((_, values)) = options.last_mut() {
            values.push(word.text.clone());
        } else {
            return Err(format!("image-assistant.exe does not expect {}", word.text));
        }
    }
    Ok(options)
}

fn single(name: &str, values: &[String]) -> Result<String, String> {
    match values {
        [value] => Ok(value.clone()),
        _ => Err(format!(
            "--{name} takes one value, and {} are given",
            values.len()
        )),
    }
}

/// The only option of `remove-application`.
fn named(options: &[(String, Vec<String>)]) -> Result<String, String> {
    match options {
        [(name, values)] if name == "name" => single(name, values),
        _ => Err("remove-application takes --name and nothing else".to_owned()),
    }
}

fn application(options: &[(String, Vec<String>)]) -> Result<Value, String> {
    let mut application = Map::new();
    for (name, values) in options {
        let member = match name.as_str() {
            "name" => "name",
            "absolute-app-path" => "absolute_app_path",
            "display-name" => "display_name",
            "launch-parameters" => "launch_parameters",
            "working-directory" => "working_directory",
            "absolute-icon-path" => "absolute_icon_path",
            "absolute-manifest-path" => "absolute_manifest_path",
            other => return Err(format!("add-application does not know --{other}")),
        };
        application.insert(member.to_owned(), json!(single(name, values)?));
    }
    for member in ["name", "absolute_app_path"] {
        if !application.contains_key(member) {
            return Err(format!("add-application needs --{}", member.replace('_', "-")));
        }
    }
    Ok(Value::Object(application))
}

fn create_image(options: &[(String, Vec<String>)]) -> Result<Map<String, Value>, String> {
    let mut image = Map::new();
    let mut tags = Map::new();
    for (name, values) in options {
        let member = match name.as_str() {
            "name" => "name",
            "description" => "description",
            "display-name" => "display_name",
            "use-latest-agent-version"
            | "no-use-latest-agent-version"
            | "enable-dynamic-app-catalog"
            | "no-enable-dynamic-app-catalog"
            | "dry-run" => {
                if !values.is_empty() {
                    return Err(format!("--{name} takes no value"));
                }
                let (member, value) = match name.strip_prefix("no-") {
                    Some(rest) => (rest, false),
                    None => (name.as_str(), true),
                };
                image.insert(member.replace('-', "_"), json!(value));
                continue;
            }
            "tags" => {
                if !values.len().is_multiple_of(2) || values.is_empty() {
                    return Err("--tags takes pairs of key and value".to_owned());
                }
                for pair in values.chunks(2) {
                    tags.insert(pair[0].clone(), json!(pair[1]));
                }
                continue;
            }
            other => return Err(format!("create-image does not know --{other}")),
        };
        image.insert(member.to_owned(), json!(single(name, values)?));
    }
    if !image.contains_key("name") {
        return Err("create-image needs --name".to_owned());
    }
    image.insert("tags".to_owned(), Value::Object(tags));
    Ok(image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_as_powershell_reads_them() {
        let script = r#"# Inside the builder
image-assistant.exe remove-application --name "old"
image-assistant.exe add-application --name "connect" `
    --absolute-app-path "C:\Program Files\Google\Chrome\chrome.exe" \
    --display-name "Agent ""workspace""" --launch-parameters "--kiosk --app=""https://example.com/?a=1&b=`$c"""
& 'C:\Tools\Image-Assistant.exe' add-application --name notes --absolute-app-path C:\notes.exe

image-assistant.exe list-applications
image-assistant.exe create-image --name "desk-1" --dry-run
image-assistant.exe create-image --name "desk-1" --description "d" --display-name "Desk" --use-latest-agent-version --tags "headset:id" "x" "k2" "v 2"
"#;
        let image = read(script).unwrap();
        assert_eq!(
            image,
            json!({
                "name": "desk-1",
                "removed": ["old"],
                "description": "d",
                "display_name": "Desk",
                "use_latest_agent_version": true,
                "tags": { "headset:id": "x", "k2": "v 2" },
                "applications": [
                    {
                        "name": "connect",
                        "absolute_app_path": r"C:\Program Files\Google\Chrome\chrome.exe",
                        "display_name": r#"Agent "workspace""#,
                        "launch_parameters": "--kiosk --app=\"https://example.com/?a=1&b=$c\"",
                    },
                    { "name": "notes", "absolute_app_path": r"C:\notes.exe" },
                ],
            })
        );
    }

    #[test]
    fn what_a_shell_would_refuse_is_refused() {
        for (script, complaint) in [
            ("image-assistant.exe create-image --description d", "--name"),
            ("image-assistant.exe create-image --name a b", "one value"),
            ("image-assistant.exe create-image --name \"a", "does not close"),
            ("image-assistant.exe create-image --name a --tags k", "pairs"),
            (
                "image-assistant.exe create-image --name a --colour red",
                "--colour",
            ),
            ("image-assistant.exe create-image --name \"$env:X\"", "expand"),
            (
                "image-assistant.exe add-application --name a",
                "--absolute-app-path",
            ),
            (
                "image-assistant.exe add-application --name a --absolute-app-path b",
                "create-image",
            ),
            ("assist create-image --name a", "not recognized"),
            (
                "image-assistant.exe create-image --name a --dry-run",
                "never call create-image",
            ),
            ("image-assistant.exe remove-application", "--name"),
            (
                "image-assistant.exe create-image --name a\nimage-assistant.exe add-application --name b",
                "nothing can follow",
            ),
            ("image-assistant.exe create-image --name a | Out-Null", "operator"),
            ("image-assistant.exe create-image --name a > x", "operator"),
            ("image-assistant.exe create-image --name a && b", "operator"),
            ("image-assistant.exe create-image --name (Get-Date)", "expression"),
            ("image-assistant.exe create-image --name @x", "list"),
            ("image-assistant.exe create-image \u{2013}-name a", "parameter"),
            ("image-assistant.exe create-image --name \"$$\"", "expand"),
            (
                "image-assistant.exe create-image --name a\n --tags k v",
                "not recognized",
            ),
        ] {
            let said = read(script).unwrap_err();
            assert!(said.contains(complaint), "{script}: {said}");
        }
    }

    /// What a word processor makes of quotes closes a text as the straight ones do, and what follows is a command.
    #[test]
    fn curly_quotes_are_quotes() {
        for quote in [
            '"', '\u{201c}', '\u{201d}', '\u{201e}', '\'', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}',
        ] {
            let straight = if is_single_quote(quote) { '\'' } else { '"' };
            let script = format!(
                "image-assistant.exe create-image --name {straight}a{quote}; calc.exe; {straight}b{straight}"
            );
            let said = read(&script).unwrap_err();
            assert!(
                said.contains("without a command") || said.contains("not recognized"),
                "{quote}: {said}"
            );
            let doubled =
                format!("image-assistant.exe create-image --name {straight}a{quote}{quote}b{straight}");
            assert_eq!(read(&doubled).unwrap()["name"], format!("a{quote}b"));
        }
        // A no-break space parts words, and a separator of lines ends none.
        let image = read("image-assistant.exe\u{a0}create-image\u{2028}--name\u{3000}a").unwrap();
        assert_eq!(image["name"], "a");
    }

    #[test]
    fn a_text_in_base64_is_one_word() {
        let encoded = base64::engine::general_purpose::STANDARD.encode("a\u{201d}; --x $y `z");
        let script = format!(
            "image-assistant.exe create-image --name ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{encoded}')))"
        );
        assert_eq!(read(&script).unwrap()["name"], "a\u{201d}; --x $y `z");
        assert!(
            read(&script.replace("Convert", "Other"))
                .unwrap_err()
                .contains("expression")
        );
        assert!(
            read(&script.replace(&encoded, "%"))
                .unwrap_err()
                .contains("FromBase64String")
        );
    }

    #[test]
    fn backticks_escape_as_in_powershell() {
        let image = read("image-assistant.exe create-image --name \"a`tb``c`\"d`$e\"").unwrap();
        assert_eq!(image["name"], "a\tb`c\"d$e");
    }

    #[test]
    fn a_dry_run_and_a_removal_leave_the_session_open() {
        let script = "image-assistant.exe remove-application --name a\n\
            image-assistant.exe add-application --name a --absolute-app-path old.exe\n\
            image-assistant.exe remove-application --name a\n\
            image-assistant.exe add-application --name a --absolute-app-path new.exe\n\
            image-assistant.exe create-image --name i --dry-run\n";
        assert!(read(script).unwrap_err().contains("never call create-image"));
        let image = read(&format!("{script}image-assistant.exe create-image --name i\n")).unwrap();
        assert_eq!(
            image["applications"],
            json!([{"name": "a", "absolute_app_path": "new.exe"}])
        );
        assert_eq!(image.get("dry_run"), None);
    }

    #[test]
    fn a_backslash_that_ends_a_path_does_not_continue_the_line() {
        let script = "image-assistant.exe add-application --name a --absolute-app-path b.exe --working-directory C:\\dir\\\nimage-assistant.exe create-image --name i";
        let image = read(script).unwrap();
        assert_eq!(image["applications"][0]["working_directory"], "C:\\dir\\");
    }
}
