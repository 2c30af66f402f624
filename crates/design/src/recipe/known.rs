//! The policies that Headset sets, as the browsers' makers publish them: what each takes, since which version on Windows, and
//! in which group of the administrative template it is. `headset_kinds::evidence::dated::BROWSER_POLICIES` says when and where
//! these were read.
//!
//! A policy that no browser knows is ignored by it without a word, so tests hold every file of ours against these.

use headset_blueprint::model::Browser;

/// What a policy takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// True or false.
    Switch,
    /// A number.
    Number,
    /// A text.
    Text,
    /// Texts.
    List,
    /// A preference of Firefox, with value and status.
    Preference,
}

use Takes::{List, Number, Preference, Switch, Text};

/// A policy of one browser.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// Its name; of Firefox its path below `policies`.
    pub(super) name: &'static str,
    pub(super) takes: Takes,
    /// The first version that knows it on Windows.
    pub(super) since: u16,
    /// The group in the administrative template, below the browser's own.
    pub(super) group: &'static str,
    /// The policy by which its maker has replaced it: it still works, and a later version may forget it.
    pub(super) successor: Option<&'static str>,
}

const fn known(name: &'static str, takes: Takes, since: u16, group: &'static str) -> Known {
    Known {
        name,
        takes,
        since,
        group,
        successor: None,
    }
}

/// Source: the definitions of Chromium (`components/policy/resources/templates/policy_definitions`). Of
/// `HighEfficiencyModeEnabled` and `TabDiscardingExceptions` only a definition from before their first version was at hand, so
/// that their first version is from Chrome's release notes.
const CHROME: &[Known] = &[
    known("AudioCaptureAllowed", Switch, 25, ""),
    known("AudioCaptureAllowedUrls", List, 29, ""),
    known("AutoplayAllowlist", List, 86, ""),
    known("BackgroundModeEnabled", Switch, 19, ""),
    known("BlockThirdPartyCookies", Switch, 10, ""),
    known("BrowserSignin", Number, 70, ""),
    known("ComponentUpdatesEnabled", Switch, 54, ""),
    known("CookiesAllowedForUrls", List, 11, "ContentSettings"),
    known("DefaultBrowserSettingEnabled", Switch, 11, ""),
    known("HighEfficiencyModeEnabled", Switch, 108, ""),
    known("JavaScriptAllowedForUrls", List, 11, "ContentSettings"),
    known("NotificationsAllowedForUrls", List, 16, "ContentSettings"),
    known("PopupsAllowedForUrls", List, 11, "ContentSettings"),
    // These three of the Privacy Sandbox are deprecated since version 144, with what they switch off, and have no successor:
    // browsers that know them take them, and others have nothing to switch off. The prompt is not.
    known(
        "PrivacySandboxAdMeasurementEnabled",
        Switch,
        111,
        "PrivacySandbox",
    ),
    known("PrivacySandboxAdTopicsEnabled", Switch, 111, "PrivacySandbox"),
    known("PrivacySandboxPromptEnabled", Switch, 111, "PrivacySandbox"),
    known(
        "PrivacySandboxSiteEnabledAdsEnabled",
        Switch,
        111,
        "PrivacySandbox",
    ),
    // Known since 69; its successor is known since 128 only. Another set of policies is another image, which a person captures:
    // it is replaced when the set changes for another reason.
    Known {
        successor: Some("PromotionsEnabled"),
        ..known("PromotionalTabsEnabled", Switch, 69, "")
    },
    known("SyncDisabled", Switch, 8, ""),
    known("TabDiscardingExceptions", List, 108, ""),
];

/// Source: Microsoft's pages, one for each policy, most of May 2026, and their index of October 2026 (Edge 156), which has all of
/// these; of four the text of April 2025 alone was at hand. They agree with the list of October 2024.
const EDGE: &[Known] = &[
    known("AudioCaptureAllowed", Switch, 77, ""),
    known("AudioCaptureAllowedUrls", List, 77, ""),
    known("AutoplayAllowlist", List, 93, ""),
    known("BackgroundModeEnabled", Switch, 77, ""),
    known("BlockThirdPartyCookies", Switch, 77, ""),
    known("BrowserSignin", Number, 77, ""),
    known("ComponentUpdatesEnabled", Switch, 77, ""),
    known("CookiesAllowedForUrls", List, 77, "ContentSettings"),
    // On Windows 7 alone, by its page; on later versions of Windows the campaign asks.
    known("DefaultBrowserSettingEnabled", Switch, 77, ""),
    known("DefaultBrowserSettingsCampaignEnabled", Switch, 113, ""),
    known("HideFirstRunExperience", Switch, 80, ""),
    known("HubsSidebarEnabled", Switch, 99, ""),
    known("JavaScriptAllowedForUrls", List, 77, "ContentSettings"),
    known("NotificationsAllowedForUrls", List, 77, "ContentSettings"),
    known("PersonalizationReportingEnabled", Switch, 80, ""),
    known("PopupsAllowedForUrls", List, 77, "ContentSettings"),
    // Deprecated since 132, and no version has forgotten it by 156.
    Known {
        successor: Some("ShowRecommendationsEnabled"),
        ..known("PromotionalTabsEnabled", Switch, 77, "")
    },
    known("SleepingTabsBlockedForUrls", List, 88, "SleepingTabs"),
    known("SleepingTabsEnabled", Switch, 88, "SleepingTabs"),
    known(
        "SpotlightExperiencesAndRecommendationsEnabled",
        Switch,
        86,
        "ContentSettings",
    ),
    known("StartupBoostEnabled", Switch, 88, "Performance"),
    known("SyncDisabled", Switch, 77, ""),
];

/// The updaters of both (Omaha). Source: Microsoft's page "Microsoft Edge - Update policies" of July 2024, the newest one; Chrome's
/// updater is the same program. Of the first the page says that it is read on machines that belong to a domain, or are enrolled in
/// Intune; of the period it says nothing. They are policies of the updater (1.2.145.5 and later), which has versions of its own: 77
/// is the Edge that the page is about.
#[cfg(test)]
const UPDATERS: &[Known] = &[
    known("AutoUpdateCheckPeriodMinutes", Number, 77, ""),
    known("UpdateDefault", Number, 77, ""),
];

/// Source: Mozilla's `policies-schema.json` and `docs/oma-uris.md` (mozilla/policy-templates) of August 2026. Groups are
/// those of Mozilla's template, which names its settings after the path.
const FIREFOX: &[Known] = &[
    known("Cookies/Allow", List, 60, "Cookies"),
    known("DisableAppUpdate", Switch, 60, ""),
    known("DisableFirefoxAccounts", Switch, 60, ""),
    known("DontCheckDefaultBrowser", Switch, 60, ""),
    known("OverrideFirstRunPage", Text, 60, ""),
    known("OverridePostUpdatePage", Text, 60, ""),
    known("Permissions/Autoplay/Allow", List, 62, "Permissions~Autoplay"),
    known("Permissions/Microphone/Allow", List, 62, "Permissions~Microphone"),
    known(
        "Permissions/Microphone/BlockNewRequests",
        Switch,
        62,
        "Permissions~Microphone",
    ),
    known(
        "Permissions/Notifications/Allow",
        List,
        62,
        "Permissions~Notifications",
    ),
    known("PopupBlocking/Allow", List, 60, "Popups"),
    known("Preferences/browser.tabs.unloadOnLowMemory", Preference, 68, ""),
    known(
        "UserMessaging/ExtensionRecommendations",
        Switch,
        75,
        "UserMessaging",
    ),
    known(
        "UserMessaging/FeatureRecommendations",
        Switch,
        75,
        "UserMessaging",
    ),
    known("UserMessaging/MoreFromMozilla", Switch, 75, "UserMessaging"),
    known("UserMessaging/SkipOnboarding", Switch, 75, "UserMessaging"),
];

impl Known {
    /// Since when it is known, and what has replaced it.
    pub(super) fn about(&self) -> String {
        let replaced = self.successor.map(|name| format!(", and replaced by {name}"));
        format!(
            "known since version {}{}",
            self.since,
            replaced.unwrap_or_default()
        )
    }
}

/// The policies of a browser itself.
pub(super) fn of(browser: Browser) -> &'static [Known] {
    match browser {
        Browser::Chrome => CHROME,
        Browser::Edge => EDGE,
        Browser::Firefox => FIREFOX,
    }
}

/// Those of the updaters of Chrome and Edge, which have keys and templates of their own.
#[cfg(test)]
pub(super) fn of_updaters() -> &'static [Known] {
    UPDATERS
}
