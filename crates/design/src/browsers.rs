//! The policies of browsers, as files for those who manage machines.

use std::collections::BTreeMap;

use crate::ccp;
use crate::context::DesignContext;
use crate::recipe::{self, Desk};
use headset_blueprint::model::{Audio, Blueprint, Browser, ImageOrigin, Source};
use headset_core::diagnostic::Diagnostic;

/// The policies of one browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserPolicies {
    /// The browser's word in blueprints.
    pub browser: &'static str,
    /// Each file by its name.
    pub files: BTreeMap<String, String>,
}

/// The policies of the browsers of the images, or of those on the machines of agents.
///
/// # Errors
/// Says why the blueprint needs none.
pub fn browser_policies(
    blueprint: &Blueprint,
    context: &DesignContext,
    desk: Desk,
) -> Result<Vec<BrowserPolicies>, Diagnostic> {
    let Some(section) = &blueprint.ccp else {
        return Err(Diagnostic::error(
            "policies-without-pages",
            "browser policies name the origin of the pages, and the blueprint publishes none",
        )
        .help("add a `ccp` section"));
    };
    if desk == Desk::Agent && section.audio != Audio::Local {
        return Err(Diagnostic::error(
            "policies-without-audio-page",
            "agents open no page of this environment in their own browsers: the session, or their desk phone, carries the \
             audio",
        )
        .at(section.entry.place.clone())
        .help("print the policies of the image with `--for image`"));
    }
    let origins = ccp::origins(blueprint, context);
    if origins.page.is_none() {
        return Err(Diagnostic::error(
            "policies-before-address",
            "browser policies name the origin of the pages, and CloudFront gives it when the pages are published",
        )
        .at(section.entry.place.clone())
        .help("apply the blueprint first, or give the pages a name of your own with `ccp.domain`"));
    }
    if origins.connect.is_none() && blueprint.connect.is_some() {
        return Err(Diagnostic::error(
            "policies-before-instance",
            "browser policies name the origin of the instance, which its id does not tell, and state does not know yet",
        )
        .at(section.entry.place.clone())
        .help("apply the blueprint first, or name the existing instance by its alias"));
    }
    let all = [Browser::Chrome, Browser::Edge, Browser::Firefox];
    let built = built(blueprint);
    let is_meant = |browser: &Browser| desk == Desk::Agent || built.is_empty() || built.contains(browser);
    let of = |browser: Browser| BrowserPolicies {
        browser: recipe::word(browser),
        files: recipe::policy_files(browser, desk, &recipe::policies(browser, desk, &origins)),
    };
    Ok(all.into_iter().filter(is_meant).map(of).collect())
}

/// The browsers of the images that are built.
fn built(blueprint: &Blueprint) -> Vec<Browser> {
    let images = blueprint
        .appstream
        .iter()
        .flat_map(|section| section.images.values());
    images
        .filter_map(|image| match image {
            Source::Ours(image) => match &image.origin {
                ImageOrigin::Built(build) => Some(build.browser),
                ImageOrigin::Imported(import) => Some(import.browser),
                ImageOrigin::Newest(_)
                | ImageOrigin::Copied(_)
                | ImageOrigin::Shared(_)
                | ImageOrigin::Updated(_) => None,
            },
            Source::Existing(_) => None,
        })
        .collect()
}
