//! The commands of an image worksheet, read as PowerShell would read them.

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

/// The commands of a script, each as its words. Comments and empty lines fall away; a backtick or a backslash
/// at the end of a line, outside quotes, continues it. The call operator `&` is dropped.
fn commands(script: &str) -> Result<Vec<Vec<Word>>, String> {
    let mut commands = Vec::new();
    let mut words: Vec<Word> = Vec::new();
    let mut characters = script.chars().peekable();
    while let Some(&character) = characters.peek() {
        match character {
            '\n' | ';' => {
                characters.next();
                finish(&mut words, &mut commands);
            }
            '#' => while characters.next_if(|c| *c != '\n').is_some() {},
            c if c.is_whitespace() => {
                characters.next();
            }
            _ => words.extend(word(&mut characters)?),
        }
    }
    finish(&mut words, &mut commands);
    Ok(commands)
}

fn finish(words: &mut Vec<Word>, commands: &mut Vec<Vec<Word>>) {
    let mut command = std::mem::take(words);
    if command
        .first()
        .is_some_and(|word| word.text == "&" && !word.quoted)
    {
        command.remove(0);
    }
    if !command.is_empty() {
        commands.push(command);
    }
}

/// Reads one word; `None` where it was only a line's continuation.
fn word(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Option<Word>, String> {
    let (mut text, mut quoted) = (String::new(), false);
    while let Some(&character) = characters.peek() {
        match character {
            c if c.is_whitespace() || c == ';' => break,
            '"' | '\'' => {
                characters.next();
                quoted = true;
                quoted_text(characters, character, &mut text)?;
            }
            '`' | '\\' => {
                characters.next();
                let continues = characters.peek().is_none_or(|next| matches!(next, '\n' | '\r'));
                match characters.peek() {
                    _ if continues && (character == '`' || text.is_empty()) => {
                        characters.next_if_eq(&'\r');
                        characters.next_if_eq(&'\n');
                    }
                    Some(_) if character == '`' => text.extend(characters.next()),
                    _ => text.push(character),
                }
                if continues && text.is_empty() && !quoted {
                    return Ok(None);
                }
            }
            '$' => {
                characters.next();
                refuse_variable(characters.peek())?;
                text.push('$');
            }
            _ => {
                characters.next();
                text.push(character);
            }
        }
    }
    Ok(Some(Word { text, quoted }))
}

/// Reads up to the closing quote. A doubled quote stands for one; in double quotes a backtick escapes.
fn quoted_text(
    characters: &mut std::iter::Peekable<std::str::Chars<'_>>,
    quote: char,
    text: &mut String,
) -> Result<(), String> {
    while let Some(character) = characters.next() {
        match character {
            c if c == quote => {
                if characters.next_if_eq(&quote).is_none() {
                    return Ok(());
                }
                text.push(quote);
            }
            '`' if quote == '"' => text.extend(characters.next()),
            '$' if quote == '"' => {
                refuse_variable(characters.peek())?;
                text.push('$');
            }
            '\n' => return Err("a quote in the commands does not close on its line".to_owned()),
            other => text.push(other),
        }
    }
    Err("a quote in the commands does not close".to_owned())
}

/// PowerShell replaces `$name` and `$(...)` in double quotes; what is meant literally must be escaped.
fn refuse_variable(next: Option<&char>) -> Result<(), String> {
    match next {
        Some(next) if next.is_alphanumeric() || matches!(next, '_' | '{' | '(' | '?' | ':') => Err(format!(
            "PowerShell would expand ${next}... in the commands as a variable"
        )),
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
            (
                "image-assistant.exe create-image --name a\n --tags k v",
                "not recognized",
            ),
        ] {
            let said = read(script).unwrap_err();
            assert!(said.contains(complaint), "{script}: {said}");
        }
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
