//! The names of browser policies, as the browsers' makers publish them. A name that no browser knows is ignored by it without
//! a word, so every policy of ours is held against these lists.
//!
//! Assumption: `browser.policy-names`. The lists were not read whole and in their newest form; each says what it comes from.

use serde_json::Value;

use super::browser::{CHROME_KEY, Desk, EDGE_KEY, policies};
use super::origins::Origins;
use headset_blueprint::model::{Audio, Browser};

/// What a policy takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    Switch,
    Number,
    Text,
    List,
    Group,
}

use Takes::{Group, List, Number, Switch, Text};

/// Policies of both Chrome and Edge.
const BOTH: &[(&str, Takes)] = &[
    ("AudioCaptureAllowed", Switch),
    ("AudioCaptureAllowedUrls", List),
    ("AutoplayAllowlist", List),
    ("BackgroundModeEnabled", Switch),
    ("BlockThirdPartyCookies", Switch),
    ("BrowserSignin", Number),
    ("ComponentUpdatesEnabled", Switch),
    ("CookiesAllowedForUrls", List),
    ("DefaultBrowserSettingEnabled", Switch),
    ("JavaScriptAllowedForUrls", List),
    ("NotificationsAllowedForUrls", List),
    ("PopupsAllowedForUrls", List),
    ("PromotionalTabsEnabled", Switch),
    ("SyncDisabled", Switch),
];

/// Source: `components/policy/resources/templates/policies.yaml` of Chromium, as it was in 2023; the definitions
/// beside it were not read, so that a policy may be deprecated since.
const CHROME: &[(&str, Takes)] = &[
    ("HighEfficiencyModeEnabled", Switch),
    ("PrivacySandboxAdMeasurementEnabled", Switch),
    ("PrivacySandboxAdTopicsEnabled", Switch),
    ("PrivacySandboxPromptEnabled", Switch),
    ("PrivacySandboxSiteEnabledAdsEnabled", Switch),
    ("TabDiscardingExceptions", List),
];

/// Source: Microsoft's page "Microsoft Edge - Policies" of September 2020; for sleeping tabs, the startup boost and the sidebar,
/// Edge's release notes.
const EDGE: &[(&str, Takes)] = &[
    ("HideFirstRunExperience", Switch),
    ("HubsSidebarEnabled", Switch),
    ("PersonalizationReportingEnabled", Switch),
    ("SleepingTabsBlockedForUrls", List),
    ("SleepingTabsEnabled", Switch),
    ("SpotlightExperiencesAndRecommendationsEnabled", Switch),
    ("StartupBoostEnabled", Switch),
];

/// The updaters of both (Omaha). From memory.
const UPDATERS: &[(&str, Takes)] = &[
    ("AutoUpdateCheckPeriodMinutes", Number),
    ("UpdateDefault", Number),
];

/// Paths below `policies`. Source: the beginning of Mozilla's policy templates; the rest from memory.
const FIREFOX: &[(&str, Takes)] = &[
    ("Cookies/Allow", List),
    ("DisableAppUpdate", Switch),
    ("DisableFirefoxAccounts", Switch),
    ("DontCheckDefaultBrowser", Switch),
    ("OverrideFirstRunPage", Text),
    ("OverridePostUpdatePage", Text),
    ("Permissions/Autoplay/Allow", List),
    ("Permissions/Microphone/Allow", List),
    ("Permissions/Microphone/BlockNewRequests", Switch),
    ("Permissions/Notifications/Allow", List),
    ("PopupBlocking/Allow", List),
    ("Preferences/browser.tabs.unloadOnLowMemory", Group),
    ("UserMessaging/ExtensionRecommendations", Switch),
    ("UserMessaging/FeatureRecommendations", Switch),
    ("UserMessaging/MoreFromMozilla", Switch),
    ("UserMessaging/SkipOnboarding", Switch),
];

fn takes(value: &Value) -> Takes {
    match value {
        Value::Bool(_) => Switch,
        Value::Number(_) => Number,
        Value::String(_) => Text,
        Value::Array(_) => List,
        Value::Null | Value::Object(_) => Group,
    }
}

/// Every policy that is set, by path, with what it is given.
fn set(value: &Value, path: &str, found: &mut Vec<(String, Takes)>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let path = match path {
            "" => name.clone(),
            path => format!("{path}/{name}"),
        };
        // A preference is given with its value and status.
        match value {
            Value::Object(_) if !path.starts_with("Preferences/") => set(value, &path, found),
            value => found.push((path, takes(value))),
        }
    }
}

fn every() -> Vec<(Browser, Desk, Value)> {
    let mut all = Vec::new();
    for audio in [Audio::Local, Audio::Session, Audio::Phone] {
        let origins = Origins {
            audio,
            page: Some("https://p.example.com".to_owned()),
            in_session: Some("https://p.example.com/in-session.html".to_owned()),
            connect: Some("https://c.example.com".to_owned()),
        };
        for browser in [Browser::Chrome, Browser::Edge, Browser::Firefox] {
            for desk in [Desk::Image, Desk::Agent] {
                all.push((browser, desk, policies(browser, desk, &origins)));
            }
        }
    }
    all
}

#[test]
fn every_policy_has_a_published_name_and_is_given_what_it_takes() {
    for (browser, desk, policies) in every() {
        let parts: Vec<(&Value, Vec<(&str, Takes)>)> = match browser {
            Browser::Chrome => vec![
                (&policies[CHROME_KEY], [BOTH, CHROME].concat()),
                (&policies[r"SOFTWARE\Policies\Google\Update"], UPDATERS.to_vec()),
            ],
            Browser::Edge => vec![
                (&policies[EDGE_KEY], [BOTH, EDGE].concat()),
                (
                    &policies[r"SOFTWARE\Policies\Microsoft\EdgeUpdate"],
                    UPDATERS.to_vec(),
                ),
            ],
            Browser::Firefox => vec![(
                policies.pointer("/policies").unwrap_or(&Value::Null),
                FIREFOX.to_vec(),
            )],
        };
        let keys = parts.iter().filter(|(part, _)| part.is_object()).count();
        assert_eq!(
            policies.as_object().map(serde_json::Map::len),
            Some(keys),
            "{policies:#}"
        );
        for (part, known) in parts {
            let mut found = Vec::new();
            set(part, "", &mut found);
            for (name, given) in found {
                let known = known.iter().find(|(one, _)| *one == name);
                assert_eq!(
                    known.map(|(_, takes)| *takes),
                    Some(given),
                    "{browser:?} {desk:?} {name}"
                );
            }
        }
    }
}

/// A name that is in no file of ours any more says nothing here either.
#[test]
fn every_published_name_here_is_one_that_we_set() {
    let mut used = Vec::new();
    for (_, _, policies) in every() {
        for part in policies.as_object().into_iter().flatten() {
            set(part.1, "", &mut used);
        }
    }
    for (name, _) in [BOTH, CHROME, EDGE, UPDATERS, FIREFOX].concat() {
        assert!(used.iter().any(|(one, _)| one == name), "{name}");
    }
}

/// Content settings take origins: a path makes Chrome ignore the entry.
#[test]
fn lists_name_origins_and_no_pages() {
    for (browser, desk, policies) in every() {
        let text = policies.to_string();
        assert!(
            !text.contains(".html") && !text.contains("{{"),
            "{browser:?} {desk:?} {text}"
        );
        assert!(
            text.contains("\"https://p.example.com\"") && text.contains("\"https://c.example.com\""),
            "{text}"
        );
    }
}
