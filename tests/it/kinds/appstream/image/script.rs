//! The script that captures an image, printed by `headset image script`.

use std::process::Command;

use base64::Engine as _;

use super::captured::{APPLY, TEXT};
use crate::support::desk::Desk;
use crate::support::effort;

/// What PowerShell's own parser says of a script.
const PARSE: &str = "$found = $null; \
    $null = [System.Management.Automation.Language.Parser]::ParseFile($args[0], [ref] $null, [ref] $found); \
    if ($found.Count -gt 0) { $found | Out-String | Write-Host; exit 1 }";

#[test]
fn the_script_is_printed_as_it_is_and_as_the_line_of_the_worksheet() {
    let desk = Desk::with(TEXT);
    assert_eq!(desk.run(&APPLY).code, Some(3));
    let script = desk.ok(&["image", "script", "center.yaml", "desk", "--sim"]).data;
    assert!(script.is_ascii(), "an encoding could change it: {script}");
    let line = desk
        .ok(&["image", "script", "center.yaml", "desk", "--line", "--sim"])
        .data;
    let sheet = desk
        .ok(&[
            "checkpoint",
            "show",
            "center.yaml",
            "appstream.image/desk",
            "--sim",
        ])
        .data;
    assert!(sheet.contains(&format!("```powershell\n{line}```\n")), "{sheet}");
    let encoded = line.split('\'').nth(1).unwrap();
    let decoded = base64::engine::general_purpose::STANDARD.decode(encoded).unwrap();
    assert_eq!(String::from_utf8(decoded).unwrap(), script);
    let refused = desk.run(&["image", "script", "center.yaml", "other", "--sim"]);
    assert!(
        refused.code == Some(1) && refused.talk.contains("no image `other`"),
        "{}",
        refused.talk
    );

    // The simulator's reader has read it in every test that captures; where PowerShell is at hand, it reads it, too.
    let file = desk.path().join("capture.ps1");
    std::fs::write(&file, &script).unwrap();
    let command = format!("& {{ {PARSE} }} '{}'", file.display());
    let parsed = Command::new("pwsh")
        .args(["-NoProfile", "-NonInteractive", "-Command", &command])
        .output();
    match parsed {
        Ok(output) => assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        ),
        Err(_) => effort::say(
            "not tried: the script that captures an image, by PowerShell itself: there is no `pwsh`",
        ),
    }
}
