//! The three browsers: how they open an address, and what their policies are.

use serde_json::Value;

use super::origins::Origins;
use headset_blueprint::model::{Audio, Browser};
use headset_kinds::Text;
use headset_kinds::template::fill;

const CHROME: &str = include_str!("../../../../policies/browser/chrome.json");
const EDGE: &str = include_str!("../../../../policies/browser/edge.json");
const FIREFOX: &str = include_str!("../../../../policies/browser/firefox.json");
const AGENT_CHROME: &str = include_str!("../../../../policies/browser/agent-chrome.json");
const AGENT_EDGE: &str = include_str!("../../../../policies/browser/agent-edge.json");
const AGENT_FIREFOX: &str = include_str!("../../../../policies/browser/agent-firefox.json");

/// Whose browser it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Desk {
    /// The one in the image: nothing else uses it.
    Image,
    /// The one on the agent's own managed machine, beside the policies of the company.
    Agent,
}

/// A browser's word in blueprints and in names of files.
pub fn word(browser: Browser) -> &'static str {
    match browser {
        Browser::Chrome => "chrome",
        Browser::Edge => "edge",
        Browser::Firefox => "firefox",
    }
}

/// The program of a browser.
pub(super) fn program(browser: Browser) -> &'static str {
    match browser {
        // Assumption: chrome-path. The default of Google's 64-bit installer.
        Browser::Chrome => r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        // Assumption: edge-path. Edge's own installer is 32 bit and puts it there, on 64-bit Windows too.
        Browser::Edge => r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
        // Assumption: firefox-path. The default of Mozilla's 64-bit installer.
        Browser::Firefox => r"C:\Program Files\Mozilla Firefox\firefox.exe",
    }
}

/// Program and launch parameters that open an address in this browser. The address comes first: Image Assistant takes a
/// value that begins with a hyphen for an option of its own.
pub(super) fn open(browser: Browser, url: &str) -> (String, String) {
    let parameters = match browser {
        Browser::Chrome | Browser::Edge => format!("{url} --no-first-run --start-maximized"),
        Browser::Firefox => url.to_owned(),
    };
    (program(browser).to_owned(), parameters)
}

fn template(browser: Browser, desk: Desk) -> &'static str {
    match (browser, desk) {
        (Browser::Chrome, Desk::Image) => CHROME,
        (Browser::Edge, Desk::Image) => EDGE,
        (Browser::Firefox, Desk::Image) => FIREFOX,
        (Browser::Chrome, Desk::Agent) => AGENT_CHROME,
        (Browser::Edge, Desk::Agent) => AGENT_EDGE,
        (Browser::Firefox, Desk::Agent) => AGENT_FIREFOX,
    }
}

/// The browser's policies: of Chrome and Edge by registry key below `HKEY_LOCAL_MACHINE`, of Firefox as its file has them.
/// Entries for an origin that is not known are left out.
pub fn policies(browser: Browser, desk: Desk, origins: &Origins) -> Value {
    let mut values = Vec::new();
    for (name, origin) in [("page", &origins.page), ("connect", &origins.connect)] {
        if let Some(origin) = origin {
            values.push((name, Text::from(origin.as_str())));
        }
    }
    let filled = fill(template(browser, desk), &values).to_string();
    let mut policies = serde_json::from_str(&filled).unwrap_or_default();
    if desk == Desk::Image {
        let panels: Value = serde_json::from_str(&fill(PANELS, &values).to_string()).unwrap_or_default();
        for right in rights_in_session(origins.audio) {
            grant(browser, &mut policies, *right, panels.clone());
        }
    }
    spell_out(&mut policies, &origins.sites);
    drop_open(&mut policies);
    policies
}

/// The page, the frame of Amazon Connect in it, and other sites with that frame.
const PANELS: &str = r#"["{{page}}", "{{connect}}", "{{sites}}"]"#;

/// What pages may do in sessions whose panel is not silent.
#[derive(Clone, Copy)]
enum Right {
    /// Use the microphone without asking; any other page is still refused.
    Microphone,
    /// Play a sound before the agent has clicked on the page.
    Sound,
}

/// With the voice elsewhere the page in the session is silent; with desk phones it rings for all but calls.
fn rights_in_session(audio: Audio) -> &'static [Right] {
    match audio {
        Audio::Local => &[],
        Audio::Session => &[Right::Microphone, Right::Sound],
        Audio::Phone => &[Right::Sound],
    }
}

/// Gives these origins a right.
fn grant(browser: Browser, policies: &mut Value, right: Right, origins: Value) {
    let (list, permission) = match right {
        Right::Microphone => ("AudioCaptureAllowedUrls", "Microphone"),
        Right::Sound => ("AutoplayAllowlist", "Autoplay"),
    };
    match browser {
        Browser::Chrome => policies[CHROME_KEY][list] = origins,
        Browser::Edge => policies[EDGE_KEY][list] = origins,
        Browser::Firefox => policies["policies"]["Permissions"][permission]["Allow"] = origins,
    }
}

/// Where Chrome reads its policies.
pub(super) const CHROME_KEY: &str = r"SOFTWARE\Policies\Google\Chrome";
/// Where Edge reads its policies.
pub(super) const EDGE_KEY: &str = r"SOFTWARE\Policies\Microsoft\Edge";

/// Writes an entry of a list for each site in the place of one that has the hole of sites.
fn spell_out(value: &mut Value, sites: &[String]) {
    match value {
        Value::Array(items) => {
            let spelled = std::mem::take(items)
                .into_iter()
                .flat_map(|item| match item.as_str() {
                    Some(text) if text.contains(SITES) => {
                        let entries = sites.iter().map(|site| Value::from(text.replace(SITES, site)));
                        entries.collect()
                    }
                    _ => vec![item],
                });
            *items = spelled.collect();
        }
        Value::Object(map) => map.values_mut().for_each(|value| spell_out(value, sites)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The hole of the sites that embed the panel.
const SITES: &str = "{{sites}}";

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
