//! The three browsers: how they open an address, and what their policies are.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::origins::Origins;
use headset_blueprint::model::{Audio, Browser};
use headset_kinds::Text;
use headset_kinds::template::fill;

const CHROME: &str = include_str!("../../../../policies/browser/chrome.json");
const EDGE: &str = include_str!("../../../../policies/browser/edge.json");
const FIREFOX: &str = include_str!("../../../../policies/browser/firefox.json");

/// Program and launch parameters that open an address in this browser.
pub(super) fn open(browser: Browser, url: &str) -> (String, String) {
    let (path, parameters) = match browser {
        // Assumption: chrome-path. The default of Google's 64-bit installer.
        Browser::Chrome => (
            r"C:\Program Files\Google\Chrome\Application\chrome.exe",
            format!("--no-first-run --start-maximized {url}"),
        ),
        // Assumption: edge-path. Edge's own installer is 32 bit and puts it there, on 64-bit Windows too.
        Browser::Edge => (
            r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
            format!("--no-first-run --start-maximized {url}"),
        ),
        // Assumption: firefox-path. The default of Mozilla's 64-bit installer.
        Browser::Firefox => (
            r"C:\Program Files\Mozilla Firefox\firefox.exe",
            format!("-new-window {url}"),
        ),
    };
    (path.to_owned(), parameters)
}

/// The browser's policies. Entries for an origin that is not known are left out.
pub(super) fn policies(browser: Browser, origins: &Origins) -> Value {
    let template = match browser {
        Browser::Chrome => CHROME,
        Browser::Edge => EDGE,
        Browser::Firefox => FIREFOX,
    };
    let mut values = Vec::new();
    for (name, origin) in [("page", &origins.page), ("connect", &origins.connect)] {
        if let Some(origin) = origin {
            values.push((name, Text::from(origin.as_str())));
        }
    }
    let filled = fill(template, &values).to_string();
    let mut policies = serde_json::from_str(&filled).unwrap_or_default();
    if origins.audio == Audio::Session {
        let microphone = fill(MICROPHONE, &values).to_string();
        allow_microphone(browser, &mut policies, &microphone);
    }
    drop_open(&mut policies);
    policies
}

/// Who may use the session's microphone: the page, and the frame of Amazon Connect in it, which asks.
const MICROPHONE: &str = r#"["{{page}}", "{{connect}}"]"#;

/// Lets these origins, a JSON array, use the microphone without asking; any other is still refused.
fn allow_microphone(browser: Browser, policies: &mut Value, origins: &str) {
    let origins: Value = serde_json::from_str(origins).unwrap_or_default();
    match browser {
        Browser::Chrome | Browser::Edge => policies["AudioCaptureAllowedUrls"] = origins,
        Browser::Firefox => policies["policies"]["Permissions"]["Microphone"] = json!({ "Allow": origins }),
    }
}

/// Takes out list entries that still have a hole, and lists that are empty then.
fn drop_open(value: &mut Value) {
    match value {
        Value::Array(items) => items.retain(|item| !item.as_str().is_some_and(|text| text.contains("{{"))),
        Value::Object(map) => {
            map.values_mut().for_each(drop_open);
            map.retain(|_, value| value.as_array().is_none_or(|items| !items.is_empty()));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The policies as files: a registry file for Chrome and Edge, `policies.json` for Firefox.
pub(super) fn files(browser: &str, policies: &Value) -> BTreeMap<String, String> {
    let (name, content) = match browser {
        "chrome" => (
            "chrome.reg",
            registry(r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Google\Chrome", policies),
        ),
        "edge" => (
            "edge.reg",
            registry(r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Edge", policies),
        ),
        _ => ("policies.json", format!("{policies:#}\n")),
    };
    BTreeMap::from([(name.to_owned(), content)])
}

/// A text as a registry file writes it: on one line, with a backslash before each quote and backslash.
fn registry_text(text: &str) -> String {
    let visible = text.chars().filter(|c| !c.is_control());
    let escaped = visible.flat_map(|c| matches!(c, '\\' | '"').then_some('\\').into_iter().chain([c]));
    escaped.collect()
}

/// A registry file: truth values are numbers, and a list is a key of its own with the values `1`, `2`, ...
fn registry(root: &str, policies: &Value) -> String {
    let mut own = Vec::new();
    let mut lists = Vec::new();
    for (name, value) in policies.as_object().into_iter().flatten() {
        match value {
            Value::Bool(on) => own.push(format!("\"{name}\"=dword:{:08x}", u32::from(*on))),
            Value::Array(items) => {
                lists.push(format!("\r\n[{root}\\{name}]"));
                for (index, item) in items.iter().filter_map(Value::as_str).enumerate() {
                    lists.push(format!("\"{}\"=\"{}\"", index + 1, registry_text(item)));
                }
            }
            Value::Null | Value::Number(_) | Value::String(_) | Value::Object(_) => {}
        }
    }
    let head = format!("Windows Registry Editor Version 5.00\r\n\r\n[{root}]");
    [vec![head], own, lists, vec![String::new()]]
        .concat()
        .join("\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_inside_of_its_value() {
        let policies =
            serde_json::json!({ "PopupsAllowedForUrls": ["https://a\"\r\n[HKEY_USERS]\r\n\"b\\"] });
        let file = registry(r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\x", &policies);
        assert!(
            file.contains("\"1\"=\"https://a\\\"[HKEY_USERS]\\\"b\\\\\"\r\n"),
            "{file}"
        );
    }
}
