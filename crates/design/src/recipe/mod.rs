//! What goes into an image: applications, browser, browser policies, and the hash that names all of it.

mod browser;
mod intune;
mod known;
mod origins;
mod policy_files;
#[cfg(test)]
mod published;
mod texts;

pub use browser::{Desk, policies, word};
pub use origins::Origins;
pub use policy_files::files as policy_files;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use headset_blueprint::model::{App, BaseImage, Browser, Build, Launch};
use headset_kinds::appstream::image::{Application, Installer};

/// Everything that decides what an image is. Two images with equal recipes are interchangeable.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recipe {
    /// The name that the console shows, if the blueprint gives one: like everything here it cannot be changed later.
    pub display_name: Option<String>,
    /// The base: `newest:PREFIX`, or the name or ARN of a certain image. A newer image of the same family does not
    /// change a recipe.
    pub base: String,
    /// The browser of applications that open an address.
    #[serde(serialize_with = "by_word")]
    pub browser: Browser,
    /// The package that brings it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installer: Option<Installer>,
    /// The applications, by name.
    pub apps: Vec<Application>,
    /// The policies of that browser: registry values for Chrome and Edge, `policies.json` for Firefox.
    pub policies: Value,
}

impl Recipe {
    /// What the blueprint asks for. `None` if an application opens the in-session page and there is none.
    pub fn of(build: &Build, display_name: Option<&str>, origins: &Origins) -> Option<Recipe> {
        let apps = applications(build.browser, &build.apps, origins)?;
        Some(Recipe {
            display_name: display_name.map(str::to_owned),
            base: base(&build.base),
            browser: build.browser,
            installer: build.installer.as_ref().map(|installer| Installer {
                url: installer.url.value.clone(),
                sha256: installer.sha256.value.clone(),
                program: browser::program(build.browser).to_owned(),
            }),
            apps,
            policies: policies(build.browser, Desk::Image, origins),
        })
    }

    /// SHA-256 over the recipe as JSON with sorted keys, in lower-case hexadecimal (64 characters).
    pub fn hash(&self) -> String {
        let canonical = serde_json::to_value(self).unwrap_or_default().to_string();
        hex::encode(Sha256::digest(canonical.as_bytes()))
    }

    /// The files that the builder needs for the browser's policies, by name, with their content.
    pub fn policy_files(&self) -> BTreeMap<String, String> {
        policy_files::for_builder(self.browser, &self.policies)
    }
}

/// The applications as the catalog of an image has them. `None` if one opens the in-session page and there is none.
pub(crate) fn applications(
    browser: Browser,
    apps: &BTreeMap<String, App>,
    origins: &Origins,
) -> Option<Vec<Application>> {
    apps.iter()
        .map(|(name, app)| {
            let (path, parameters) = match &app.launch {
                Launch::InSessionPage => browser::open(browser, origins.in_session.as_deref()?),
                Launch::Url(url) => browser::open(browser, &url.value),
                Launch::Program { path, arguments } => {
                    (path.value.clone(), arguments.clone().unwrap_or_default())
                }
            };
            let display_name = app.display_name.clone().unwrap_or_else(|| name.clone());
            Some(Application {
                name: name.clone(),
                display_name,
                path,
                parameters,
            })
        })
        .collect()
}

/// A browser as a recipe has it.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands on a reference")]
fn by_word<S: serde::Serializer>(browser: &Browser, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(word(*browser))
}

/// The base of an image as its blueprint says it, and not what it leads to today: `newest:PREFIX`, or the name or ARN
/// of a certain image.
pub(crate) fn base(base: &BaseImage) -> String {
    match base {
        BaseImage::Newest(prefix) => format!("{NEWEST}{}", prefix.value),
        BaseImage::Named(name) => name.value.clone(),
    }
}

/// What a base begins with that is the newest image of a family.
const NEWEST: &str = "newest:";

/// The beginning of the names of the family whose newest image a base is, if it is one.
pub(crate) fn newest(base: &str) -> Option<&str> {
    base.strip_prefix(NEWEST)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use headset_blueprint::model::{At, Audio, ScriptPlace};
    use headset_core::diagnostic::Place;

    fn place() -> Place {
        Place {
            file: Arc::from("a.yaml"),
            line: 1,
            column: 1,
            bytes: (0, 0),
        }
    }

    fn build(browser: Browser) -> Build {
        let app = |launch| App {
            place: place(),
            launch,
            display_name: None,
        };
        Build {
            base: BaseImage::Newest(At {
                value: "AppStream-WinServer2022".to_owned(),
                place: place(),
            }),
            builder: At {
                value: "stream.standard.medium".to_owned(),
                place: place(),
            },
            browser,
            installer: None,
            apps: BTreeMap::from([("connect".to_owned(), app(Launch::InSessionPage))]),
            network: None,
            root_volume: None,
            imds_v1: None,
            role: None,
            script: ScriptPlace::Pasted,
            agent: None,
        }
    }

    fn origins(host: &str) -> Origins {
        Origins {
            audio: Audio::Local,
            page: Some(format!("https://{host}")),
            in_session: Some(format!("https://{host}/in-session.html")),
            connect: Some("https://acme-support.my.connect.aws".to_owned()),
            sites: Vec::new(),
        }
    }

    const HOST: &str = "acme-ccp.s3.eu-west-2.amazonaws.com";

    #[test]
    fn the_hash_follows_addresses_and_policies_and_nothing_else() {
        let recipe = Recipe::of(&build(Browser::Chrome), None, &origins(HOST)).expect("a page");
        assert_eq!(recipe.hash().len(), 64);

        let mut same = build(Browser::Chrome);
        same.builder.value = "stream.compute.large".to_owned();
        same.root_volume = Some(300);
        assert_eq!(
            Recipe::of(&same, None, &origins(HOST)).expect("a page").hash(),
            recipe.hash()
        );

        let elsewhere = Recipe::of(
            &build(Browser::Chrome),
            None,
            &origins("b.s3.eu-west-2.amazonaws.com"),
        );
        assert_ne!(elsewhere.expect("a page").hash(), recipe.hash());
        let mut stricter = recipe.clone();
        stricter.policies[browser::CHROME_KEY]["AudioCaptureAllowed"] = true.into();
        assert_ne!(stricter.hash(), recipe.hash());
    }

    #[test]
    fn applications_open_the_page_with_the_address_first() {
        for browser in [Browser::Chrome, Browser::Edge, Browser::Firefox] {
            let recipe = Recipe::of(&build(browser), None, &origins(HOST)).expect("a page");
            let parameters = &recipe.apps[0].parameters;
            assert!(
                parameters.starts_with(&format!("https://{HOST}/in-session.html")),
                "{parameters}"
            );
        }
    }

    /// A list of a browser's image by the name that Chrome and Edge have for it, or by Firefox's.
    fn list<'p>(
        browser: Browser,
        policies: &'p Value,
        (name, permission): (&str, &str),
    ) -> Option<&'p Value> {
        match browser {
            Browser::Chrome => policies[browser::CHROME_KEY].get(name),
            Browser::Edge => policies[browser::EDGE_KEY].get(name),
            Browser::Firefox => policies["policies"]["Permissions"][permission].get("Allow"),
        }
    }

    /// The microphone belongs to the page that carries the voice. A page that rings may do so before the agent has clicked on
    /// it, and with desk phones that is the page of chats and tasks.
    #[test]
    fn pages_in_the_session_may_do_what_their_audio_needs() {
        const MICROPHONE: (&str, &str) = ("AudioCaptureAllowedUrls", "Microphone");
        const SOUND: (&str, &str) = ("AutoplayAllowlist", "Autoplay");
        let panels = serde_json::json!([format!("https://{HOST}"), "https://acme-support.my.connect.aws"]);
        for browser in [Browser::Chrome, Browser::Edge, Browser::Firefox] {
            let mut hashes = std::collections::BTreeSet::new();
            for (audio, microphone, sound) in [
                (Audio::Local, false, false),
                (Audio::Session, true, true),
                (Audio::Phone, false, true),
            ] {
                let mut origins = origins(HOST);
                origins.audio = audio;
                let recipe = Recipe::of(&build(browser), None, &origins).expect("a page");
                for (what, may) in [(MICROPHONE, microphone), (SOUND, sound)] {
                    let allowed = list(browser, &recipe.policies, what);
                    assert_eq!(allowed, may.then_some(&panels), "{browser:?} {audio:?} {what:?}");
                }
                hashes.insert(recipe.hash());
            }
            assert_eq!(hashes.len(), 3, "{browser:?}: other policies are another image");
        }
    }

    #[test]
    fn without_a_page_there_is_nothing_to_open() {
        let nowhere = Origins {
            audio: Audio::Local,
            page: None,
            in_session: None,
            connect: None,
            sites: Vec::new(),
        };
        assert_eq!(Recipe::of(&build(Browser::Chrome), None, &nowhere), None);
    }

    #[test]
    fn registry_files_write_lists_as_numbered_values() {
        let recipe = Recipe::of(&build(Browser::Edge), None, &origins(HOST)).expect("a page");
        let files = recipe.policy_files();
        let file = &files["edge.reg"];
        assert!(
            file.starts_with("Windows Registry Editor Version 5.00\r\n"),
            "{file}"
        );
        assert!(
            file.contains("\"DefaultBrowserSettingEnabled\"=dword:00000000\r\n"),
            "{file}"
        );
        let list = format!(
            "[-HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Edge\\PopupsAllowedForUrls]\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Edge\\PopupsAllowedForUrls]\r\n\"1\"=\"https://{HOST}\"\r\n"
        );
        assert!(file.contains(&list), "{file}");
    }
}
