//! The PowerShell script that makes an image of its builder: it sets the browser's policies, registers the applications,
//! tries the capture, and captures. It stops at the first thing that goes wrong, so that no image is captured without its
//! applications.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::{Application, Hosted, ImageSpec};
use crate::tag;

/// What the lines of a script call.
const FUNCTIONS: &str = include_str!("../../../../../policies/image/functions.ps1");

/// Where the lists of files lie that AppStream reads ahead, an application a list.
const MANIFESTS: &str = r"C:\ProgramData\Headset";

/// What the person does between the trial of the capture and the capture.
const LAUNCH: &str = "Now start each application once as a test user: choose Switch user in the toolbar of the session, sign in \
                      as Template User, start the browser once and close it; then as Test User, start each application and \
                      look whether it opens what it should. Switch back to Administrator, and press Enter here";

/// The script that captures this image, in ASCII: an encoding can change nothing of it.
pub fn script(spec: &ImageSpec) -> String {
    match spec.hosted {
        Some(_) => to_host(spec),
        None => rendered(spec),
    }
}

/// The same to be kept in a bucket: without the day on which the environment expires, which may change while nothing else
/// does. Headset adds that tag when the image is there.
pub fn to_host(spec: &ImageSpec) -> String {
    let mut spec = spec.clone();
    spec.tags.remove(tag::EXPIRES);
    rendered(&spec)
}

fn rendered(spec: &ImageSpec) -> String {
    let mut text = format!(
        "# Headset made this for the image {}: run it in PowerShell as Administrator, on the image builder.\n{FUNCTIONS}\n",
        comment(&spec.name)
    );
    if let Some(installer) = &spec.installer {
        line(
            &mut text,
            &format!(
                "Install-Package {} {}",
                literal(&installer.url),
                literal(&installer.sha256)
            ),
        );
    }
    let programs: Vec<String> = programs(&spec.apps).into_iter().map(literal).collect();
    line(
        &mut text,
        &format!(
            "foreach ($program in @({})) {{\n    if (-not (Test-Path -LiteralPath $program)) {{ throw ('Install this first: ' \
             + $program) }}\n}}",
            programs.join(", ")
        ),
    );
    for (name, content) in &spec.policy_files {
        let lines: Vec<String> = content.lines().map(literal).collect();
        let lines = lines.join(",\n    ");
        match name.ends_with(".reg") {
            true => line(&mut text, &format!("Import-Registry @(\n    {lines}\n)")),
            false => {
                for folder in firefox_folders(&spec.apps) {
                    let path = format!(r"{folder}\distribution\{name}");
                    line(
                        &mut text,
                        &format!("Save-Text {} @(\n    {lines}\n)", literal(&path)),
                    );
                }
            }
        }
    }
    for app in &spec.apps {
        line(&mut text, &prepare(app));
    }
    // What an earlier recipe left on the builder goes.
    line(
        &mut text,
        "foreach ($known in @((Invoke-Assistant 'list-applications').applications)) {\n    if ($known.name) { $null = \
         Invoke-Assistant ('remove-application --name \"' + $known.name + '\"') 'App not found' }\n}",
    );
    for app in &spec.apps {
        let remove = format!("remove-application --name {}", argument(&app.name));
        assist(&mut text, &remove, Some("App not found"));
        assist(&mut text, &add(app), None);
    }
    let capture = capture(spec);
    assist(&mut text, &format!("{capture} --dry-run"), None);
    line(&mut text, &format!("$null = Read-Host {}", literal(LAUNCH)));
    // Assumption: `appstream.default-profile`.
    assist(&mut text, "update-default-profile", None);
    assist(&mut text, &capture, None);
    line(
        &mut text,
        "Write-Host 'The image is being captured. This session ends by itself.'",
    );
    text
}

/// One line that can be pasted into PowerShell and carries the whole script: nothing of it runs unless all of it arrived.
pub fn one_line(script: &str) -> String {
    format!(
        "& ([ScriptBlock]::Create([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{}'))))",
        STANDARD.encode(script)
    )
}

/// One line that fetches the script with the builder's role, and runs it if it is the one that was meant. Which of AWS's
/// programs are on the base image, nothing says: it takes the one that is there.
///
/// Assumption: `appstream.builder-has-aws-tools`
pub fn fetch_line(hosted: &Hosted) -> String {
    let Hosted {
        bucket,
        region,
        key,
        sha256,
    } = hosted;
    let [bucket, region, key, sha256] = [bucket, region, key, sha256].map(|text| literal(text));
    let profile = literal(PROFILE);
    format!(
        "& {{ $ErrorActionPreference = 'Stop'; $file = Join-Path $env:TEMP 'headset-image.ps1'; \
         if (Get-Command 'aws.exe' -ErrorAction SilentlyContinue) {{ \
         $null = & 'aws.exe' 's3api' 'get-object' '--profile' {profile} '--region' {region} '--bucket' {bucket} '--key' {key} $file; \
         if ($LASTEXITCODE -ne 0) {{ throw {refused} }} }} \
         elseif (Get-Command 'Read-S3Object' -ErrorAction SilentlyContinue) {{ \
         $null = Read-S3Object -ProfileName {profile} -Region {region} -BucketName {bucket} -Key {key} -File $file }} \
         else {{ throw {neither} }}; \
         $found = (Get-FileHash -LiteralPath $file -Algorithm SHA256).Hash; \
         if ($found -ne {sha256}) {{ throw ('The script has the SHA-256 ' + $found + ' and not ' + {sha256} + ': nothing was run') }}; \
         & ([ScriptBlock]::Create([System.IO.File]::ReadAllText($file))) }}",
        refused = literal(REFUSED),
        neither = literal(NEITHER),
    )
}

/// The profile by which programs on an image builder have its role (AppStream's guide).
const PROFILE: &str = "appstream_machine_role";

const REFUSED: &str = "The AWS CLI did not get the script, and says above why: the role of the builder may have been changed \
                       after the builder was started";

const NEITHER: &str = "Neither the AWS CLI nor the AWS Tools for PowerShell are on this builder: install the AWS CLI and \
                       paste the line again, or paste the other line of the worksheet";

/// The programs that have to be there, each once, in the order of the applications.
pub fn programs(apps: &[Application]) -> Vec<&str> {
    let mut paths: Vec<&str> = Vec::new();
    for app in apps {
        if !paths.contains(&app.path.as_str()) {
            paths.push(&app.path);
        }
    }
    paths
}

/// The folders of Firefox: its policies lie beside it.
fn firefox_folders(apps: &[Application]) -> Vec<&str> {
    let mut folders: Vec<&str> = Vec::new();
    for path in programs(apps) {
        let split = path.rsplit_once('\\').unwrap_or_default();
        if split.1.eq_ignore_ascii_case("firefox.exe") && !folders.contains(&split.0) {
            folders.push(split.0);
        }
    }
    folders
}

fn line(text: &mut String, line: &str) {
    // Writing to a String cannot fail.
    writeln!(text, "{line}").unwrap_or_default();
}

/// A call of image-assistant.exe whose failure, but for this message, ends the script.
fn assist(text: &mut String, command: &str, accepted: Option<&str>) {
    let accepted = accepted
        .map(|message| format!(" {}", literal(message)))
        .unwrap_or_default();
    line(
        text,
        &format!("$null = Invoke-Assistant {}{accepted}", literal(command)),
    );
}

/// Where an application's list of files lies.
fn manifest(app: &Application) -> String {
    // Windows takes fewer characters in file names than AppStream in names of applications, and no two that differ in
    // letter case only.
    let plain: String = app
        .name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "_.-".contains(c) {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect();
    if plain == app.name {
        return format!(r"{MANIFESTS}\{plain}.txt");
    }
    let digest = hex::encode(Sha256::digest(&app.name));
    format!(r"{MANIFESTS}\{plain}-{}.txt", &digest[..8])
}

/// Writes the list of the files that an application needs. The folders of Windows hold everything else, too.
fn prepare(app: &Application) -> String {
    let manifest = literal(&manifest(app));
    let program = literal(&app.path);
    match app.path.to_ascii_lowercase().starts_with(r"c:\windows\") {
        true => format!("Save-Text {manifest} @({program})"),
        false => format!("Save-Manifest {program} {manifest}"),
    }
}

fn add(app: &Application) -> String {
    let mut command = "add-application".to_owned();
    let manifest = manifest(app);
    for (name, value) in [
        ("--name", &app.name),
        ("--absolute-app-path", &app.path),
        ("--display-name", &app.display_name),
        ("--launch-parameters", &app.parameters),
        ("--absolute-manifest-path", &manifest),
    ] {
        if !value.is_empty() {
            command.extend([" ", &option(name, value)]);
        }
    }
    command
}

fn capture(spec: &ImageSpec) -> String {
    let mut command = format!("create-image {}", option("--name", &spec.name));
    for (name, value) in [
        ("--description", &spec.description),
        ("--display-name", &spec.display_name),
    ] {
        if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
            command.extend([" ", &option(name, value)]);
        }
    }
    command.push_str(" --use-latest-agent-version");
    // Several values of one option cannot have the form with `=`. Headset adds such a tag when the image is there.
    let taken = |text: &&String| !text.starts_with('-');
    let pairs = spec.tags.iter().filter(|(key, value)| taken(key) && taken(value));
    let tags: Vec<String> = pairs
        .flat_map(|(key, value)| [argument(key), argument(value)])
        .collect();
    if !tags.is_empty() {
        command.extend([" --tags ", &tags.join(" ")]);
    }
    command
}

/// An option of image-assistant.exe. Its parser (CommandLineParser for .NET) takes what begins with a hyphen for an option,
/// with quotes or without, unless it comes behind `=`.
///
/// Assumption: `appstream.assistant-equals`
fn option(name: &str, value: &str) -> String {
    let sign = if value.starts_with('-') { '=' } else { ' ' };
    format!("{name}{sign}{}", argument(value))
}

/// A text as it is registered: an argument is on one line.
pub(super) fn on_one_line(text: &str) -> String {
    text.replace("\r\n", " ").replace(['\r', '\n'], " ")
}

/// A text as one argument on a command line of Windows: between quotes; a quote and the backslashes before it get a backslash
/// each.
fn argument(text: &str) -> String {
    let mut out = "\"".to_owned();
    let mut backslashes = 0;
    for letter in on_one_line(text).chars() {
        if letter == '"' {
            out.extend(std::iter::repeat_n('\\', backslashes + 1));
        }
        backslashes = if letter == '\\' { backslashes + 1 } else { 0 };
        out.push(letter);
    }
    out.extend(std::iter::repeat_n('\\', backslashes));
    out.push('"');
    out
}

/// A text as a value in PowerShell: between single quotes, where only a single quote means something, and is doubled.
///
/// PowerShell takes more characters for quotes than ASCII has, and a file that is read in another encoding has other
/// characters than were written. So a text with any character outside of printable ASCII is handed over as base64.
pub fn literal(text: &str) -> String {
    match text.chars().all(|c| matches!(c, ' '..='~')) {
        true => format!("'{}'", text.replace('\'', "''")),
        false => format!(
            "([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{}')))",
            STANDARD.encode(text)
        ),
    }
}

/// A text as it may stand in a comment.
fn comment(text: &str) -> String {
    let visible = text.chars().map(|c| if c.is_ascii_graphic() { c } else { '_' });
    visible.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn want() -> ImageSpec {
        let want = json!({
            "name": "acme-desk-1a2b3c4d", "builder": "acme-desk", "region": "eu-west-1",
            "display_name": "-Desk", "description": "An \"agent\" desktop",
            "apps": [
                {"name": "connect", "display_name": "Contact Center", "path": r"C:\Program Files\Chrome\chrome.exe",
                 "parameters": "https://example.com/a?b=$c --no-first-run"},
                {"name": "notes", "display_name": "It's Notes", "path": r"C:\Windows\notepad.exe",
                 "parameters": "--app=\"x\\\""},
            ],
            "policy_files": {"chrome.reg": "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\x]\r\n"},
            "recipe": "1a2b3c4d5e6f",
            "tags": {"headset:id": "0f0f", "headset:environment": "acme", "team": "-x", "-y": "z"},
        });
        serde_json::from_value(want).expect("a spec")
    }

    fn calls(script: &str) -> Vec<&str> {
        let lines = script
            .lines()
            .skip_while(|line| !line.starts_with("foreach ($known"));
        lines.filter(|line| line.starts_with("$null")).collect()
    }

    /// Windows takes both names for the same file.
    #[test]
    fn names_that_differ_in_letter_case_have_lists_of_their_own() {
        let named = |name: &str| Application {
            name: name.to_owned(),
            ..want().apps[0].clone()
        };
        let names = ["ccp", "CCP", "Ccp", "a b", "a_b"].map(|name| manifest(&named(name)).to_lowercase());
        let different: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(different.len(), names.len(), "{names:?}");
        assert!(names[0].ends_with(r"\ccp.txt"), "{}", names[0]);
    }

    #[test]
    fn values_that_begin_with_a_hyphen_stand_behind_an_equals_sign() {
        let script = script(&want());
        let create = "$null = Invoke-Assistant 'create-image --name \"acme-desk-1a2b3c4d\" --description \
            \"An \\\"agent\\\" desktop\" --display-name=\"-Desk\" --use-latest-agent-version --tags \"headset:environment\" \
            \"acme\" \"headset:id\" \"0f0f\"";
        let asked = format!("$null = Read-Host '{LAUNCH}'");
        assert_eq!(
            calls(&script),
            [
                "$null = Invoke-Assistant 'remove-application --name \"connect\"' 'App not found'",
                "$null = Invoke-Assistant 'add-application --name \"connect\" --absolute-app-path \
                 \"C:\\Program Files\\Chrome\\chrome.exe\" --display-name \"Contact Center\" --launch-parameters \
                 \"https://example.com/a?b=$c --no-first-run\" --absolute-manifest-path \
                 \"C:\\ProgramData\\Headset\\connect.txt\"'",
                "$null = Invoke-Assistant 'remove-application --name \"notes\"' 'App not found'",
                "$null = Invoke-Assistant 'add-application --name \"notes\" --absolute-app-path \
                 \"C:\\Windows\\notepad.exe\" --display-name \"It''s Notes\" --launch-parameters=\
                 \"--app=\\\"x\\\\\\\"\" --absolute-manifest-path \"C:\\ProgramData\\Headset\\notes.txt\"'",
                &format!("{create} --dry-run'"),
                asked.as_str(),
                "$null = Invoke-Assistant 'update-default-profile'",
                &format!("{create}'"),
            ]
        );
    }

    #[test]
    fn policies_and_manifests_come_before_the_applications() {
        let script = script(&want());
        let at = |text: &str| {
            script
                .find(text)
                .unwrap_or_else(|| panic!("no {text} in\n{script}"))
        };
        let found = [
            at("'C:\\Program Files\\Chrome\\chrome.exe', 'C:\\Windows\\notepad.exe'"),
            at(
                "Import-Registry @(\n    'Windows Registry Editor Version 5.00',\n    '',\n    '[HKEY_LOCAL_MACHINE\\x]'\n)",
            ),
            at(
                "Save-Manifest 'C:\\Program Files\\Chrome\\chrome.exe' 'C:\\ProgramData\\Headset\\connect.txt'",
            ),
            at("Save-Text 'C:\\ProgramData\\Headset\\notes.txt' @('C:\\Windows\\notepad.exe')"),
            at("(Invoke-Assistant 'list-applications')"),
        ];
        assert!(found.is_sorted(), "{script}");
        let mut firefox = want();
        firefox.apps[0].path = r"C:\Program Files\Mozilla Firefox\firefox.exe".to_owned();
        firefox.policy_files = [("policies.json".to_owned(), "{\n}\n".to_owned())].into();
        let script = super::script(&firefox);
        let save = "Save-Text 'C:\\Program Files\\Mozilla Firefox\\distribution\\policies.json' @(\n    '{',\n    '}'\n)";
        assert!(script.contains(save), "{script}");
    }

    /// The quotes, dashes and blanks of PowerShell's lexer that are not in ASCII, letters whose bytes are quotes in another
    /// encoding, and what a terminal would not show.
    #[test]
    fn no_text_of_a_blueprint_becomes_code() {
        for hidden in "\u{201c}\u{201d}\u{201e}\u{2018}\u{2019}\u{201a}\u{201b}\u{2013}\u{2014}\u{2015}\u{a0}\u{85}\u{2028}\u{1b}\u{202e}\t\0\u{d1}\u{d3}東\n".chars() {
            let text = format!("a{hidden}; Start-Process calc; b");
            let encoded = STANDARD.encode(&text);
            assert_eq!(
                literal(&text),
                format!("([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{encoded}')))")
            );
            let mut spec = want();
            spec.description = Some(text.clone());
            spec.apps[0].parameters = text.clone();
            spec.apps[0].display_name = text;
            let script = script(&spec);
            assert!(script.is_ascii() && !script.contains("Start-Process calc") || hidden == '\n', "{script}");
        }
        assert_eq!(literal("$(x) `n \"q\" 'p' ;|&"), "'$(x) `n \"q\" ''p'' ;|&'");
        assert_eq!(argument("a\r\nb\nc"), "\"a b c\"");
        assert_eq!(argument(r#"a\ "b\" c\"#), r#""a\ \"b\\\" c\\""#);
    }
}
