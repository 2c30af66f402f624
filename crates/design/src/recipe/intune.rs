//! The policies of agents' machines as a custom profile of Intune: one setting each, by the address that the browser's
//! administrative template gives it (OMA-URI).
//!
//! Assumption: `browser.oma-uris`. The template is ingested under the browser's name.

use serde::Serialize;
use serde_json::{Value, json};

use super::known::{self, Known, Takes};
use super::texts::{attribute, visible};
use headset_blueprint::model::Browser;

/// What stands between the parts of a list, in XML.
const BETWEEN: &str = "&#xF000;";

/// Under which name the template is ingested, and the template's own.
fn template(browser: Browser) -> &'static str {
    match browser {
        Browser::Chrome => "Chrome~Policy~googlechrome",
        Browser::Edge => "Edge~Policy~microsoft_edge",
        Browser::Firefox => "Firefox~Policy~firefox",
    }
}

/// What a setting is called in the template, and the element of its list.
fn named(browser: Browser, policy: &Known) -> (String, String) {
    match browser {
        Browser::Chrome | Browser::Edge => (policy.name.to_owned(), format!("{}Desc", policy.name)),
        // Mozilla joins the last two parts of the path.
        Browser::Firefox => {
            let parts: Vec<&str> = policy.name.rsplit('/').take(2).collect();
            let name: Vec<&str> = parts.into_iter().rev().collect();
            (name.join("_"), "Permissions".to_owned())
        }
    }
}

/// The value of a setting. List entries are pairs of a number and a text; `first` is the first number.
fn value(policy: &Known, set: &Value, element: &str, first: usize) -> Option<String> {
    match (policy.takes, set) {
        (Takes::Switch, Value::Bool(true)) => Some("<enabled/>".to_owned()),
        (Takes::Switch, Value::Bool(false)) => Some("<disabled/>".to_owned()),
        (Takes::List, Value::Array(items)) => {
            let entries: Vec<String> = items
                .iter()
                .filter_map(Value::as_str)
                .enumerate()
                .map(|(index, item)| format!("{}{BETWEEN}{}", first + index, attribute(&visible(item))))
                .collect();
            Some(format!(
                "<enabled/>\n<data id=\"{element}\" value=\"{}\"/>",
                entries.join(BETWEEN)
            ))
        }
        // Agents' machines get no others.
        _ => None,
    }
}

/// A setting, as Microsoft Graph takes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OmaSetting {
    #[serde(rename = "@odata.type")]
    kind: &'static str,
    display_name: String,
    description: String,
    oma_uri: String,
    value: String,
}

/// The profile, as Microsoft Graph takes it (`windows10CustomConfiguration`).
pub(super) fn profile(browser: Browser, policies: &Value, first: usize) -> String {
    let root = match browser {
        Browser::Chrome => &policies[super::browser::CHROME_KEY],
        Browser::Edge => &policies[super::browser::EDGE_KEY],
        Browser::Firefox => policies.pointer("/policies").unwrap_or(&Value::Null),
    };
    let settings: Vec<OmaSetting> = known::of(browser)
        .iter()
        .filter_map(|policy| {
            let set = root.pointer(&format!("/{}", policy.name))?;
            let (name, element) = named(browser, policy);
            let group = match policy.group {
                "" => String::new(),
                group => format!("~{group}"),
            };
            Some(OmaSetting {
                kind: "#microsoft.graph.omaSettingString",
                oma_uri: format!(
                    "./Device/Vendor/MSFT/Policy/Config/{}{group}/{name}",
                    template(browser)
                ),
                display_name: name,
                description: policy.about(),
                value: value(policy, set, &element, first)?,
            })
        })
        .collect();
    let profile = json!({
        "@odata.type": "#microsoft.graph.windows10CustomConfiguration",
        "displayName": format!("Headset: the audio page in {}", super::browser::word(browser)),
        "omaSettings": settings,
    });
    format!("{profile:#}\n")
}

#[cfg(test)]
mod tests {
    use super::super::browser::{Desk, policies};
    use super::super::origins::Origins;
    use super::*;
    use headset_blueprint::model::Audio;

    fn settings(browser: Browser) -> (Value, Vec<Value>) {
        let origins = Origins {
            audio: Audio::Local,
            page: Some("https://p.example.com".to_owned()),
            in_session: Some("https://p.example.com/in-session.html".to_owned()),
            connect: Some("https://c.example.com".to_owned()),
            sites: vec!["https://s.example.com".to_owned()],
        };
        let policies = policies(browser, Desk::Agent, &origins);
        let profile: Value = serde_json::from_str(&profile(browser, &policies, 7001)).unwrap();
        let settings = profile["omaSettings"].as_array().unwrap().clone();
        (policies, settings)
    }

    fn of(browser: Browser, name: &str) -> (String, String) {
        let (_, settings) = settings(browser);
        let one = settings.iter().find(|one| one["displayName"] == name).unwrap();
        let text = |key: &str| one[key].as_str().unwrap().to_owned();
        (text("omaUri"), text("value"))
    }

    /// The addresses are those that Google's, Microsoft's and Mozilla's pages show.
    #[test]
    fn settings_have_the_addresses_of_their_templates() {
        assert_eq!(
            of(Browser::Chrome, "PopupsAllowedForUrls"),
            (
                "./Device/Vendor/MSFT/Policy/Config/Chrome~Policy~googlechrome~ContentSettings/PopupsAllowedForUrls".to_owned(),
                "<enabled/>\n<data id=\"PopupsAllowedForUrlsDesc\" value=\"7001&#xF000;https://p.example.com&#xF000;7002&#xF000;\
                 https://s.example.com\"/>"
                    .to_owned()
            )
        );
        assert_eq!(
            of(Browser::Edge, "AutoplayAllowlist"),
            (
                "./Device/Vendor/MSFT/Policy/Config/Edge~Policy~microsoft_edge/AutoplayAllowlist".to_owned(),
                "<enabled/>\n<data id=\"AutoplayAllowlistDesc\" value=\"7001&#xF000;https://p.example.com&#xF000;7002&#xF000;\
                 https://c.example.com\"/>"
                    .to_owned()
            )
        );
        assert_eq!(
            of(Browser::Firefox, "Microphone_Allow").0,
            "./Device/Vendor/MSFT/Policy/Config/Firefox~Policy~firefox~Permissions~Microphone/Microphone_Allow"
        );
        assert_eq!(
            of(Browser::Firefox, "PopupBlocking_Allow"),
            (
                "./Device/Vendor/MSFT/Policy/Config/Firefox~Policy~firefox~Popups/PopupBlocking_Allow"
                    .to_owned(),
                "<enabled/>\n<data id=\"Permissions\" value=\"7001&#xF000;https://p.example.com&#xF000;7002&#xF000;\
                 https://s.example.com\"/>"
                    .to_owned()
            )
        );
    }

    /// Nothing that the registry file sets is missing in the profile.
    #[test]
    fn every_policy_of_an_agents_machine_is_in_the_profile() {
        for browser in [Browser::Chrome, Browser::Edge] {
            let (policies, settings) = settings(browser);
            let set: usize = policies
                .as_object()
                .unwrap()
                .values()
                .map(|key| key.as_object().unwrap().len())
                .sum();
            assert_eq!(settings.len(), set, "{browser:?}");
        }
        let (_, settings) = settings(Browser::Firefox);
        assert_eq!(settings.len(), 5);
    }

    #[test]
    fn a_text_stays_inside_of_its_value() {
        let hostile = json!({ "SOFTWARE\\Policies\\Google\\Chrome": { "PopupsAllowedForUrls": ["https://a\"/><data id=\"b\" value='&#xF000;"] } });
        let text = profile(Browser::Chrome, &hostile, 1);
        let profile: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            profile["omaSettings"][0]["value"],
            "<enabled/>\n<data id=\"PopupsAllowedForUrlsDesc\" value=\"1&#xF000;https://a&quot;/&gt;&lt;data id=&quot;b&quot; \
             value='&amp;#xF000;\"/>"
        );
    }
}
