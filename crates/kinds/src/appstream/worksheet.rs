//! The worksheet of an image: what a person does inside the builder, where no API reaches.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::image::captured::{Captured, IMAGE};
use super::image::{Application, ImageSpec};
use crate::address::Address;
use crate::kind::{Answer, Checkpoint, Notice, Question};
use crate::shell::word;

/// The checkpoint of an image that has to be captured. `found`: images that were captured on its
/// builder under other names, newest first.
pub fn checkpoint(address: &Address, spec: &ImageSpec, found: &[Captured]) -> Checkpoint {
    Checkpoint {
        address: address.clone(),
        title: format!(
            "capture the image `{}` on the image builder `{}`",
            spec.name, spec.builder
        ),
        worksheet: worksheet(address, spec, found),
        // The image itself is the proof, unless it is called otherwise.
        questions: vec![Question {
            key: IMAGE.to_owned(),
            about: "the image's name, if it was captured under another one".to_owned(),
            required: false,
            answer: Answer::Text,
        }],
        notices: found.iter().map(|image| notice(address, spec, image)).collect(),
        unread: None,
    }
}

/// The command that takes an image of this name.
fn command(address: &Address, image: &str) -> String {
    let address = address.to_string();
    format!(
        "headset checkpoint answer BLUEPRINT {} {}",
        word(&address),
        word(&format!("{IMAGE}={image}"))
    )
}

fn notice(address: &Address, spec: &ImageSpec, image: &Captured) -> Notice {
    let at = image.at.as_ref().map(|at| format!(" ({at})")).unwrap_or_default();
    let text = format!(
        "an image `{}` was captured on `{}`{at}: if it is this one, take it with `{}`",
        image.name,
        spec.builder,
        command(address, &image.name)
    );
    Notice {
        of: image.name.clone(),
        text,
    }
}

/// What is said of images under other names.
fn under_other_names(address: &Address, spec: &ImageSpec, found: &[Captured]) -> String {
    let Some((newest, older)) = found.split_first() else {
        return String::new();
    };
    let at = newest
        .at
        .as_ref()
        .map(|at| format!(" ({at})"))
        .unwrap_or_default();
    let older = match older {
        [] => String::new(),
        older => {
            let names: Vec<String> = older.iter().map(|image| format!("`{}`", image.name)).collect();
            format!("Older ones are {}.\n\n", names.join(", "))
        }
    };
    format!(
        "## An image is there under another name\n\
         \n\
         It was captured on the image builder `{builder}`, and belongs to no entry of the blueprint:\n\
         \n\
         - Captured image: `{name}`{at}\n\
         \n\
         {older}\
         If it was made from this worksheet, nothing has to be captured again. Take it as it is:\n\
         \n\
         ```sh\n\
         {command}\n\
         ```\n\
         \n",
        builder = spec.builder,
        name = newest.name,
        command = command(address, &newest.name),
    )
}

fn worksheet(address: &Address, spec: &ImageSpec, found: &[Captured]) -> String {
    let mut text = format!(
        "# Checkpoint {address}\n\
         \n\
         AppStream 2.0 has no API that installs applications on an image builder or captures an image of it: both \
         happen inside a session on the builder, by its own command line `image-assistant.exe`. A person opens the \
         session and runs the block below. Nothing has to be reported back: the image that appears is the answer, as \
         long as it has the name below.\n\
         \n\
         {under_other_names}\
         ## What this is about\n\
         \n\
         - Image builder: `{builder}`\n\
         - Region: `{region}`\n\
         - Image name: `{name}`\n\
         \n\
         ## 1. Open a session\n\
         \n\
         Run `headset image connect {builder} --region {region}` and open the URL that it prints, within five minutes. Sign in to the \
         builder as **Administrator**. Only one session can be open on a builder at a time.\n\
         \n\
         ## 2. Install\n\
         \n",
        builder = spec.builder,
        region = spec.region,
        name = spec.name,
        under_other_names = under_other_names(address, spec, found),
    );
    text.push_str("Install what is missing, for all users, so that each of these files exists:\n\n");
    for path in paths(&spec.apps) {
        line(&mut text, &format!("- `{path}`"));
    }
    text.push_str(
        "\n## 3. Set the browser's policies\n\
         \n\
         They do this, for all users of the image:\n\
         \n\
         - Allow pop-ups and third-party cookies for the contact center's and the identity provider's pages: the \
         panel signs in through a pop-up, and runs in a frame of another origin.\n\
         - Switch off the first-run page, the offer to become the default browser, and the sign-in to a browser \
         account: every session starts with a fresh profile.\n\
         - Switch off the browser's own updates: an image changes by being captured anew.\n\
         - Leave the microphone alone: call audio stays on the agent's own machine.\n",
    );
    for (name, content) in &spec.policy_files {
        let how = match name.ends_with(".reg") {
            true => "Save this and import it by a double click",
            false => "Save this in the folder `distribution` beside the browser's program",
        };
        line(&mut text, &format!("\n{how}, as `{name}`:\n\n```text"));
        // Registry files end their lines as Windows does; a worksheet does not.
        content.lines().for_each(|content| line(&mut text, content));
        line(&mut text, "```");
    }
    text.push_str(
        "\n## 4. Register the applications and capture\n\
         \n\
         Run this in PowerShell as Administrator, on the builder. Each command answers with one line of JSON, in \
         which `\"status\":0` means success; `remove-application` may answer `App not found`. Stop at any other \
         status. The last command ends the session: the builder takes a snapshot and stops, and the image is ready \
         20 to 45 minutes later.\n\
         \n\
         ```powershell\n",
    );
    for app in &spec.apps {
        line(
            &mut text,
            &format!(
                "image-assistant.exe remove-application --name {}",
                quoted(&app.name)
            ),
        );
        line(&mut text, &add(app));
    }
    line(&mut text, "image-assistant.exe list-applications");
    let capture = capture(spec);
    line(&mut text, &format!("{capture} --dry-run"));
    line(&mut text, &capture);
    text.push_str("```\n");
    text.push_str("\n## Answers\n\n");
    let about = "(optional): the name of the image, if it was captured under another one";
    line(&mut text, &format!("- `{IMAGE}` {about}\n\n```sh"));
    line(&mut text, &command(address, "NAME"));
    line(&mut text, "```");
    text
}

/// The files that have to exist, each once, in the order of the applications.
fn paths(apps: &[Application]) -> Vec<&str> {
    let mut paths: Vec<&str> = Vec::new();
    for app in apps {
        if !paths.contains(&app.path.as_str()) {
            paths.push(&app.path);
        }
    }
    paths
}

fn line(text: &mut String, line: &str) {
    // Writing to a String cannot fail.
    writeln!(text, "{line}").unwrap_or_default();
}

fn add(app: &Application) -> String {
    let mut command = format!(
        "image-assistant.exe add-application --name {} --absolute-app-path {} --display-name {}",
        quoted(&app.name),
        quoted(&app.path),
        quoted(&app.display_name)
    );
    if !app.parameters.is_empty() {
        command.push_str(" --launch-parameters ");
        command.push_str(&quoted(&app.parameters));
    }
    command
}

fn capture(spec: &ImageSpec) -> String {
    let mut command = format!("image-assistant.exe create-image --name {}", quoted(&spec.name));
    for (option, text) in [
        ("--description", &spec.description),
        ("--display-name", &spec.display_name),
    ] {
        if let Some(text) = text.as_deref().filter(|text| !text.is_empty()) {
            command.extend([" ", option, " ", &quoted(text)]);
        }
    }
    command.push_str(" --use-latest-agent-version");
    if !spec.tags.is_empty() {
        command.push_str(" --tags");
        for (key, value) in &spec.tags {
            command.extend([" ", &quoted(key), " ", &quoted(value)]);
        }
    }
    command
}

/// A text as one argument of a command in PowerShell.
///
/// Where PowerShell gives a character no meaning of its own, the text stands between double quotes: quotes doubled, as
/// image-assistant's documentation asks for, and what PowerShell would expand (`$` and the backtick) escaped by its backtick.
/// PowerShell takes more characters for quotes, dashes and blanks than ASCII has: the curly and the low quotes close a text
/// that began with a straight one, and what follows them is code in the administrator's session. A text with any such
/// character is handed over as base64, which has none.
fn quoted(text: &str) -> String {
    // An argument is on one line.
    let text = text.replace("\r\n", " ").replace(['\r', '\n'], " ");
    let is_plain = |c: char| matches!(c, ' '..='~') || c.is_alphanumeric();
    if !text.chars().all(is_plain) {
        let encoded = STANDARD.encode(&text);
        return format!("([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{encoded}')))");
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\"\""),
            '`' | '$' => out.extend(['`', letter]),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::super::Image;
    use super::*;
    use crate::kind::Kind;
    use serde_json::json;

    fn want() -> ImageSpec {
        let want = json!({
            "name": "acme-desk-1a2b3c4d",
            "builder": "acme-desk",
            "region": "eu-west-1",
            "display_name": "Desk",
            "description": "An \"agent\" desktop",
            "apps": [
                {"name": "connect", "display_name": "Contact Center", "path": r"C:\Program Files\Chrome\chrome.exe",
                 "parameters": "--app=\"https://example.com/a?b=$c\""},
                {"name": "notes", "display_name": "Notes", "path": r"C:\Windows\notepad.exe", "parameters": ""},
            ],
            "recipe": "1a2b3c4d5e6f",
            "tags": {"headset:id": "0f0f", "headset:environment": "acme"},
        });
        serde_json::from_value(want).expect("a spec")
    }

    #[test]
    fn the_block_can_be_run_as_it_stands() {
        let address: Address = "appstream.image/desk".parse().expect("an address");
        let checkpoint = checkpoint(&address, &want(), &[]);
        assert_eq!(checkpoint.missing(&Default::default()), Vec::<&str>::new());
        let sheet = checkpoint.worksheet;
        assert!(sheet.starts_with("# Checkpoint appstream.image/desk\n"));
        for item in [
            "- Image builder: `acme-desk`",
            "- Region: `eu-west-1`",
            "- Image name: `acme-desk-1a2b3c4d`",
        ] {
            assert!(sheet.lines().any(|line| line == item), "{item} is missing");
        }
        let (_, block) = sheet.split_once("```powershell\n").expect("a block");
        let (block, _) = block.split_once("```\n").expect("its end");
        let lines: Vec<&str> = block.lines().collect();
        let create = "image-assistant.exe create-image --name \"acme-desk-1a2b3c4d\" \
            --description \"An \"\"agent\"\" desktop\" --display-name \"Desk\" --use-latest-agent-version \
            --tags \"headset:environment\" \"acme\" \"headset:id\" \"0f0f\"";
        assert_eq!(
            lines,
            [
                "image-assistant.exe remove-application --name \"connect\"",
                "image-assistant.exe add-application --name \"connect\" \
                 --absolute-app-path \"C:\\Program Files\\Chrome\\chrome.exe\" --display-name \"Contact Center\" \
                 --launch-parameters \"--app=\"\"https://example.com/a?b=`$c\"\"\"",
                "image-assistant.exe remove-application --name \"notes\"",
                "image-assistant.exe add-application --name \"notes\" \
                 --absolute-app-path \"C:\\Windows\\notepad.exe\" --display-name \"Notes\"",
                "image-assistant.exe list-applications",
                &format!("{create} --dry-run"),
                create,
            ]
        );
    }

    /// The quotes, dashes and blanks of PowerShell's lexer that are not in ASCII, and what a terminal would not show.
    #[test]
    fn no_text_of_a_blueprint_becomes_code() {
        for hidden in "\u{201c}\u{201d}\u{201e}\u{2018}\u{2019}\u{201a}\u{201b}\u{2013}\u{2014}\u{2015}\u{a0}\u{85}\u{2028}\u{1b}\u{202e}\t\0".chars() {
            let text = format!("a{hidden}; Start-Process calc; b");
            let argument = quoted(&text);
            let encoded = STANDARD.encode(&text);
            assert_eq!(argument, format!("([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{encoded}')))"));
        }
        assert_eq!(quoted("Köln 1 東京"), "\"Köln 1 東京\"", "letters are letters");
        assert_eq!(quoted("a\r\nb\nc"), "\"a b c\"");
        assert_eq!(quoted("$(x) `n \"q\" 'p' ;|&"), "\"`$(x) ``n \"\"q\"\" 'p' ;|&\"");
    }

    #[test]
    fn an_existing_image_has_no_worksheet() {
        let address: Address = "appstream.image/desk".parse().expect("an address");
        assert_eq!(Image.checkpoint(&address, &json!({"name": "desk"})), None);
        assert_eq!(Image.checkpoint(&address, &json!({"newest": "AppStream-"})), None);
    }

    #[test]
    fn an_image_under_another_name_comes_with_the_command_that_takes_it() {
        let address: Address = "appstream.image/desk".parse().expect("an address");
        let image = |name: &str| Captured {
            name: name.to_owned(),
            at: Some("2026-01-01T00:20:00Z".to_owned()),
        };
        let checkpoint = checkpoint(&address, &want(), &[image("my desk"), image("first-try")]);
        let notices: Vec<String> = checkpoint.notices.into_iter().map(String::from).collect();
        assert_eq!(
            notices,
            [
                "an image `my desk` was captured on `acme-desk` (2026-01-01T00:20:00Z): if it is this one, take it with \
                 `headset checkpoint answer BLUEPRINT appstream.image/desk 'image=my desk'`",
                "an image `first-try` was captured on `acme-desk` (2026-01-01T00:20:00Z): if it is this one, take it \
                 with `headset checkpoint answer BLUEPRINT appstream.image/desk image=first-try`",
            ]
        );
        let sheet = checkpoint.worksheet;
        for line in [
            "- Captured image: `my desk` (2026-01-01T00:20:00Z)",
            "Older ones are `first-try`.",
            "headset checkpoint answer BLUEPRINT appstream.image/desk 'image=my desk'",
            "headset checkpoint answer BLUEPRINT appstream.image/desk image=NAME",
            "- Image name: `acme-desk-1a2b3c4d`",
        ] {
            assert!(sheet.lines().any(|one| one == line), "no line {line}\n{sheet}");
        }
    }

    #[test]
    fn no_url_that_opens_a_session_is_in_it() {
        let address: Address = "appstream.image/desk".parse().expect("an address");
        let sheet = checkpoint(&address, &want(), &[]).worksheet;
        assert!(sheet.contains("`headset image connect acme-desk --region eu-west-1`"));
        assert!(!sheet.contains("https://appstream"));
    }
}
