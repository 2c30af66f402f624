//! `script` and `browser_package` of an entry of `appstream.images`: how the script comes to the builder, and what it installs.

use crate::at::At;
use crate::limits;
use crate::reader::{Item, Reader};
use headset_core::diagnostic::Diagnostic;
use headset_derive::{Choice, Section};
use headset_kinds as kinds;

/// `appstream.images.*.script`: how the script that captures an image comes to the builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum ScriptPlace {
    /// The line that a person pastes carries it, the default.
    Pasted,
    /// It lies in a bucket, and the line that a person pastes fetches it.
    Hosted,
}

/// Only by a role can the builder read what is not public.
pub(super) fn check_role(
    reader: &mut Reader<'_>,
    item: &Item<'_>,
    script: &At<ScriptPlace>,
    role: Option<&At<String>>,
) {
    if script.value == ScriptPlace::Hosted && role.is_none() {
        reader.report(
            Diagnostic::error(
                "script-without-role",
                format!("`{}.script` is `hosted`, and the builder has no `role` by which it could read it", item.path),
            )
            .at(script.place.clone())
            .help(
                "Write `role: arn:aws:iam::...` with a role that trusts `appstream.amazonaws.com`, or write `script: pasted`.",
            ),
        );
    }
}

/// `browser_package`: what installs the browser.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct Installer {
    /// Where the package is: an `.msi` file that the builder can reach.
    #[key(
        pattern = limits::MSI_URL,
        example = "https://downloads.example.com/chrome.msi",
        to(kinds::appstream::ImageSpec::INSTALLER)
    )]
    pub url: At<String>,
    /// The SHA-256 of the package. Another one is not installed.
    #[key(
        pattern = limits::SHA256,
        example = "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
        to(kinds::appstream::ImageSpec::INSTALLER)
    )]
    pub sha256: At<String>,
}
