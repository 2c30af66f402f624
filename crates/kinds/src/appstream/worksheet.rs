//! The worksheet of an image: what a person does inside the builder, where no API reaches.

use std::fmt::Write as _;

use super::image::captured::{Captured, IMAGE};
use super::image::{ImageSpec, script};
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
         AppStream 2.0 captures an image inside a session on the image builder, by its own command line \
         `image-assistant.exe`: a person opens the session and runs one line. Nothing has to be reported back: the image \
         that appears is the answer, as long as it has the name below.\n\
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
    let installer = spec.installer.as_ref();
    if let Some(installer) = installer {
        text.push_str("The script below installs the browser, if the package is the one that was meant:\n\n");
        line(&mut text, &format!("- Browser package: `{}`", installer.url));
        line(&mut text, &format!("- Its SHA-256: `{}`", installer.sha256));
        text.push('\n');
    }
    let mut missing = script::programs(&spec.apps);
    missing.retain(|path| installer.is_none_or(|installer| installer.program != *path));
    if !missing.is_empty() {
        text.push_str("Install what is missing, for all users, so that each of these files exists:\n\n");
        for path in missing {
            line(&mut text, &format!("- `{path}`"));
        }
    }
    text.push_str("\n## 3. Set policies, register the applications and capture\n\n");
    let (does, pasted) = match &spec.hosted {
        None => (
            "carries a script that sets",
            script::one_line(&script::script(spec)),
        ),
        Some(hosted) => (
            "fetches a script with the builder's role, and runs it only if it is the one that was meant. The script sets",
            script::fetch_line(hosted),
        ),
    };
    let how = format!(
        "Paste this line into PowerShell, opened as Administrator on the builder. It {does} the \
         browser's policies for all users, registers the applications, tries the capture, asks for one launch as a test \
         user, and captures. At the first thing that goes wrong it stops and says what: mend that, and paste the line \
         again. Its last command ends the session: the builder takes a snapshot and stops, and the image is ready 20 to \
         45 minutes later.\n\
         \n\
         ```powershell",
    );
    line(&mut text, &how);
    line(&mut text, &pasted);
    text.push_str("```\n");
    if let Some(hosted) = &spec.hosted {
        let place = format!(
            "\nThe script is `{key}` in the bucket `{bucket}`. The line takes the AWS CLI, or the AWS Tools for PowerShell, \
             whichever is on the builder. Where neither is, install the AWS CLI, or paste what \
             `headset image script BLUEPRINT {name} --line` prints: that line carries the script itself and needs no role.",
            key = hosted.key,
            bucket = hosted.bucket,
            name = word(&address.key),
        );
        line(&mut text, &place);
    }
    text.push_str("\n## Answers\n\n");
    let about = "(optional): the name of the image, if it was captured under another one";
    line(&mut text, &format!("- `{IMAGE}` {about}\n\n```sh"));
    line(&mut text, &command(address, "NAME"));
    line(&mut text, "```");
    text
}

fn line(text: &mut String, line: &str) {
    // Writing to a String cannot fail.
    writeln!(text, "{line}").unwrap_or_default();
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
    fn one_line_is_all_that_is_pasted() {
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
        assert_eq!(block, script::one_line(&script::script(&want())) + "\n");
        for path in [
            r"- `C:\Program Files\Chrome\chrome.exe`",
            r"- `C:\Windows\notepad.exe`",
        ] {
            assert!(sheet.lines().any(|line| line == path), "{path} is missing");
        }
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
