//! Browser policies as files that machines take: registry files, scripts, Group Policy preferences, Firefox's own file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::browser::{Desk, word};
use super::intune;
use super::texts::{attribute, visible};
use headset_blueprint::model::Browser;
use headset_kinds::appstream::image::script::literal;

/// Where the numbers of list entries begin on machines of agents: the company's own entries are likely to begin at 1, and
/// browsers read all of them together (assumption `browser.list-numbers`).
const BESIDE: usize = 7001;

/// Where Firefox reads its policies (assumption `firefox-path`).
const FIREFOX_FILE: &str = r"C:\Program Files\Mozilla Firefox\distribution\policies.json";

/// One value of the registry below `HKEY_LOCAL_MACHINE`.
struct Entry {
    key: String,
    name: String,
    data: Data,
}

enum Data {
    Number(u32),
    Text(String),
}

/// What the builder of an image needs: a registry file for Chrome and Edge, `policies.json` for Firefox.
pub(super) fn for_builder(browser: Browser, policies: &Value) -> BTreeMap<String, String> {
    let file = match browser {
        Browser::Chrome | Browser::Edge => {
            (format!("{}.reg", word(browser)), registry(policies, Desk::Image))
        }
        Browser::Firefox => ("policies.json".to_owned(), format!("{policies:#}\n")),
    };
    BTreeMap::from([file])
}

/// The policies in every form: a registry file and Group Policy preferences (Firefox: `policies.json`), a script for
/// Intune, a start-up script or a prompt, and for the machines of agents a custom profile of Intune.
pub fn files(browser: Browser, desk: Desk, policies: &Value) -> BTreeMap<String, String> {
    let name = word(browser);
    let profile = (desk == Desk::Agent).then(|| {
        (
            format!("{name}.intune.json"),
            intune::profile(browser, policies, BESIDE),
        )
    });
    let mut files = match browser {
        Browser::Chrome | Browser::Edge => BTreeMap::from([
            (format!("{name}.reg"), registry(policies, desk)),
            (format!("{name}.ps1"), script(policies, desk)),
            (format!("{name}.xml"), preferences(policies, desk)),
        ]),
        Browser::Firefox => {
            let content = format!("{policies:#}\n");
            let script = firefox_script(&content);
            BTreeMap::from([
                ("policies.json".to_owned(), content),
                ("firefox.ps1".to_owned(), script),
            ])
        }
    };
    files.extend(profile);
    files
}

/// The values of the registry, and the keys of lists. Truth values are numbers, and a list is a key of its own with numbered
/// values.
fn entries(policies: &Value, desk: Desk) -> (Vec<Entry>, Vec<String>) {
    let mut found = Vec::new();
    let mut lists = Vec::new();
    let first = match desk {
        Desk::Image => 1,
        Desk::Agent => BESIDE,
    };
    for (key, policies) in policies.as_object().into_iter().flatten() {
        for (name, value) in policies.as_object().into_iter().flatten() {
            let own = |data| Entry {
                key: key.clone(),
                name: name.clone(),
                data,
            };
            match value {
                Value::Bool(on) => found.push(own(Data::Number(u32::from(*on)))),
                Value::Number(number) => {
                    let number = number.as_u64().and_then(|number| u32::try_from(number).ok());
                    found.push(own(Data::Number(number.unwrap_or_default())));
                }
                Value::String(text) => found.push(own(Data::Text(visible(text)))),
                Value::Array(items) => {
                    let list = format!("{key}\\{name}");
                    for (index, item) in items.iter().filter_map(Value::as_str).enumerate() {
                        found.push(Entry {
                            key: list.clone(),
                            name: (first + index).to_string(),
                            data: Data::Text(visible(item)),
                        });
                    }
                    lists.push(list);
                }
                Value::Null | Value::Object(_) => {}
            }
        }
    }
    found.sort_by(|one, other| one.key.cmp(&other.key));
    (found, lists)
}

/// A text as a registry file writes it: with a backslash before each quote and backslash.
fn registry_text(text: &str) -> String {
    let escaped = text
        .chars()
        .flat_map(|c| matches!(c, '\\' | '"').then_some('\\').into_iter().chain([c]));
    escaped.collect()
}

/// A registry file. In an image it empties the lists before, so that nothing of an earlier recipe stays.
fn registry(policies: &Value, desk: Desk) -> String {
    let mut lines = vec!["Windows Registry Editor Version 5.00".to_owned()];
    let (entries, lists) = entries(policies, desk);
    let mut key = "";
    for entry in &entries {
        if entry.key != key {
            key = &entry.key;
            lines.push(String::new());
            if desk == Desk::Image && lists.contains(&entry.key) {
                lines.push(format!(r"[-HKEY_LOCAL_MACHINE\{key}]"));
            }
            lines.push(format!(r"[HKEY_LOCAL_MACHINE\{key}]"));
        }
        let name = &entry.name;
        lines.push(match &entry.data {
            Data::Number(number) => format!("\"{name}\"=dword:{number:08x}"),
            Data::Text(text) => format!("\"{name}\"=\"{}\"", registry_text(text)),
        });
    }
    lines.push(String::new());
    lines.join("\r\n")
}

/// A PowerShell script that sets the same values, in ASCII.
fn script(policies: &Value, desk: Desk) -> String {
    let mut text = "# Headset made this. Run it as Administrator, in Intune with 64-bit PowerShell, or as a start-up script.\n\
                    $ErrorActionPreference = 'Stop'\n\
                    function Set-Policy([string] $key, [string] $name, $value, [string] $type) {\n    \
                    if (-not (Test-Path -LiteralPath $key)) { $null = New-Item -Path $key -Force }\n    \
                    $null = New-ItemProperty -LiteralPath $key -Name $name -Value $value -PropertyType $type -Force\n}\n"
        .to_owned();
    let (entries, lists) = entries(policies, desk);
    if desk == Desk::Image {
        for list in lists {
            let key = literal(&format!(r"HKLM:\{list}"));
            // Writing to a String cannot fail.
            writeln!(
                text,
                "if (Test-Path -LiteralPath {key}) {{ Remove-Item -LiteralPath {key} -Recurse }}"
            )
            .unwrap_or_default();
        }
    }
    for entry in entries {
        let (value, kind) = match &entry.data {
            Data::Number(number) => (number.to_string(), "DWord"),
            Data::Text(text) => (literal(text), "String"),
        };
        writeln!(
            text,
            "Set-Policy {} {} {value} {kind}",
            literal(&format!(r"HKLM:\{}", entry.key)),
            literal(&entry.name)
        )
        .unwrap_or_default();
    }
    text
}

/// A script that writes Firefox's file.
fn firefox_script(content: &str) -> String {
    let lines: Vec<String> = content.lines().map(literal).collect();
    format!(
        "# Headset made this. Run it as Administrator, in Intune with 64-bit PowerShell, or as a start-up script.\n\
         $ErrorActionPreference = 'Stop'\n\
         $file = {}\n\
         $folder = Split-Path -Parent $file\n\
         if (-not (Test-Path -LiteralPath $folder)) {{ $null = New-Item -ItemType Directory -Path $folder }}\n\
         $lines = @(\n    {}\n)\n\
         [System.IO.File]::WriteAllText($file, (($lines -join \"`r`n\") + \"`r`n\"))\n",
        literal(FIREFOX_FILE),
        lines.join(",\n    ")
    )
}

/// Registry items as Group Policy preferences take them (Computer Configuration, Preferences, Windows Settings, Registry).
fn preferences(policies: &Value, desk: Desk) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
                    <RegistrySettings clsid=\"{A3CCFC41-DFDB-43a5-8D26-0FE8B954DA51}\">\n"
        .to_owned();
    for entry in entries(policies, desk).0 {
        let (kind, value) = match &entry.data {
            Data::Number(number) => ("REG_DWORD", format!("{number:08X}")),
            Data::Text(text) => ("REG_SZ", attribute(text)),
        };
        let (key, name) = (attribute(&entry.key), attribute(&entry.name));
        writeln!(
            text,
            "  <Registry clsid=\"{{9CD4B2F4-923D-47f5-A062-E897DD1DAD50}}\" name=\"{name}\" status=\"{name}\" image=\"12\">\n    \
             <Properties action=\"U\" displayDecimal=\"0\" default=\"0\" hive=\"HKEY_LOCAL_MACHINE\" key=\"{key}\" \
             name=\"{name}\" type=\"{kind}\" value=\"{value}\"/>\n  </Registry>"
        )
        .unwrap_or_default();
    }
    text.push_str("</RegistrySettings>\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn hostile() -> Value {
        json!({ r"SOFTWARE\x": { "PopupsAllowedForUrls": ["https://a\"\r\n[HKEY_USERS]\r\n\"b\\'; calc; '\u{2019}<&"] } })
    }

    #[test]
    fn a_text_stays_inside_of_its_value() {
        let files = files(Browser::Chrome, Desk::Image, &hostile());
        let reg = &files["chrome.reg"];
        assert!(
            reg.contains("\"1\"=\"https://a\\\"[HKEY_USERS]\\\"b\\\\'; calc; '\u{2019}<&\"\r\n"),
            "{reg}"
        );
        let script = &files["chrome.ps1"];
        assert!(script.is_ascii() && !script.contains("calc"), "{script}");
        let xml = &files["chrome.xml"];
        assert!(
            xml.contains("value=\"https://a&quot;[HKEY_USERS]&quot;b\\'; calc; '\u{2019}&lt;&amp;\""),
            "{xml}"
        );
    }

    #[test]
    fn on_an_agents_machine_the_companys_own_entries_stay() {
        let policies = json!({ r"SOFTWARE\x": { "On": true, "Level": 2, "Word": "w", "Urls": ["https://a", "https://b"] } });
        let image = registry(&policies, Desk::Image);
        assert_eq!(
            image.lines().collect::<Vec<_>>(),
            [
                "Windows Registry Editor Version 5.00",
                "",
                r"[HKEY_LOCAL_MACHINE\SOFTWARE\x]",
                "\"Level\"=dword:00000002",
                "\"On\"=dword:00000001",
                "\"Word\"=\"w\"",
                "",
                r"[-HKEY_LOCAL_MACHINE\SOFTWARE\x\Urls]",
                r"[HKEY_LOCAL_MACHINE\SOFTWARE\x\Urls]",
                "\"1\"=\"https://a\"",
                "\"2\"=\"https://b\"",
            ]
        );
        let agent = registry(&policies, Desk::Agent);
        assert!(
            !agent.contains("[-") && agent.contains("\"7002\"=\"https://b\""),
            "{agent}"
        );
        let script = script(&policies, Desk::Agent);
        assert!(!script.contains("Remove-Item"), "{script}");
        assert!(
            script.contains("Set-Policy 'HKLM:\\SOFTWARE\\x\\Urls' '7001' 'https://a' String\n")
                && script.contains("Set-Policy 'HKLM:\\SOFTWARE\\x' 'On' 1 DWord\n"),
            "{script}"
        );
    }
}
