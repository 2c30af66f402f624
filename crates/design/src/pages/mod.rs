//! The pages of the Contact Control Panel: one inside the streamed desktop without audio and one on the agent's own
//! machine with it, or a single one inside the desktop that has both, or one for agents with desk phones.
//!
//! At most one of them carries media (`allowFramedSoftphone: true`); none hosts the softphone itself, which stays
//! inside Amazon Connect's own frame. Nothing is inline: settings are `<meta>` elements, scripts and styles are files
//! whose names hold a digest of their content, so that they can be cached for good and the pages only briefly. The pages
//! name the whole digest, too, so that a browser runs nothing else.
//!
//! Escaping: the title is escaped here. Addresses are written as they are, since two of them may not be known yet when
//! the page is rendered. That is safe because of their shape: the instance's address is a scheme and a host that Amazon
//! Connect returns, and the others have to pass [`is_plain_url`] wherever they enter (in the blueprint: checked by
//! the design; as an answer: checked by the checkpoint). The scripts check once more that they are `https`.

pub mod colours;
mod file;
pub mod library;
mod words;

use headset_blueprint::model::{Audio, Controls, Language, Picture};
use headset_kinds::Text;
use headset_kinds::template::fill;

use crate::context::Library;
use colours::Colours;
pub use file::PageFile;
use file::{BRIEFLY, JAVASCRIPT, of_bytes, versioned};

/// The object key of the page inside the streamed desktop.
pub const IN_SESSION: &str = "in-session.html";

/// The object key of the page on the agent's own machine.
pub const AUDIO_ONLY: &str = "audio-only.html";

const PAGE: &str = include_str!("files/page.html");
const STYLE: &str = include_str!("files/page.css");
/// The parts of the script that all pages share, in the order in which they run; the words go before them.
///
/// Assumption: `connect.email-tone`, in `page.js`.
const SHARED_SCRIPT: [&str; 7] = [
    include_str!("files/base.js"),
    include_str!("files/status.js"),
    include_str!("files/sign-in.js"),
    include_str!("files/audio.js"),
    include_str!("files/ringing.js"),
    include_str!("files/problem.js"),
    include_str!("files/page.js"),
];
const IN_SESSION_SCRIPT: &str = include_str!("files/in-session.js");
const AUDIO_ONLY_SCRIPT: &str = include_str!("files/audio-only.js");
const WHOLE_SCRIPT: &str = include_str!("files/whole.js");
const PHONE_SCRIPT: &str = include_str!("files/phone.js");

/// What a browser shows in the tab: a headset for the page with the voice, a screen for the others.
const AUDIO_ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath \
                          d='M2 9a6 6 0 0 1 12 0v5h-3V9h1a4 4 0 0 0-8 0h1v5H2z' fill='%231d7a3c'/%3E%3C/svg%3E";
const PANEL_ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath \
                          d='M1 2h14v9H9v2h3v1H4v-1h3v-2H1z' fill='%230b5cad'/%3E%3C/svg%3E";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";
const PNG: &str = "image/png";

/// What the pages are made from.
#[derive(Clone, Debug, PartialEq)]
pub struct PageInput {
    /// Where the agent's voice is: only with [`Audio::Local`] there is a page for the agent's own machine.
    pub audio: Audio,
    /// What the page on the agent's own machine shows of the panel.
    pub controls: Controls,
    /// The language of our own words.
    pub language: Language,
    /// Shown on every page; any text.
    pub title: String,
    /// Their colours.
    pub colours: Colours,
    /// The picture in the heading. `None`: there is none.
    pub logo: Option<Picture>,
    /// The region of the Amazon Connect instance.
    pub region: String,
    /// The address of the instance, without a slash at the end: scheme and host, and of an old one a path.
    pub instance_url: Text,
    /// Its scheme and host alone. In a content security policy a path without a slash at its end stands for itself only.
    pub instance_origin: Text,
    /// Where agents sign in: the start address of the application. `None`: at the instance itself.
    pub login_url: Option<Text>,
    /// Where the browser goes after an agent has signed out, to end the session of the identity provider, too.
    pub sign_out_url: Option<String>,
    /// Which copy of amazon-connect-streams they load.
    pub library: Library,
}

/// One page, as it differs from the others.
struct Page {
    key: &'static str,
    name: &'static str,
    script: &'static str,
    title: &'static str,
    icon: &'static str,
    controls: Controls,
}

impl Page {
    const PANEL: Page = Page {
        key: IN_SESSION,
        name: "in-session",
        script: IN_SESSION_SCRIPT,
        title: "title_panel",
        icon: PANEL_ICON,
        controls: Controls::Shown,
    };

    /// The pages for the place where the agents' voice is.
    fn of(input: &PageInput) -> Vec<Page> {
        match input.audio {
            Audio::Local => vec![
                Page::PANEL,
                Page {
                    key: AUDIO_ONLY,
                    name: "audio-only",
                    script: AUDIO_ONLY_SCRIPT,
                    title: "title_audio",
                    icon: AUDIO_ICON,
                    controls: input.controls,
                },
            ],
            Audio::Session => vec![Page {
                name: "whole",
                script: WHOLE_SCRIPT,
                icon: AUDIO_ICON,
                ..Page::PANEL
            }],
            Audio::Phone => vec![Page {
                name: "phone",
                script: PHONE_SCRIPT,
                ..Page::PANEL
            }],
        }
    }
}

/// The files to publish: scripts and style first, then the pages that refer to them. The same input always gives the
/// same files, and what is not known yet never decides on their keys.
pub fn render(input: &PageInput) -> Vec<PageFile> {
    let table = words::table(input.language);
    let style = versioned("page", "css", CSS, &[STYLE, &input.colours.rule()].concat());
    let parts: Vec<&str> = SHARED_SCRIPT.to_vec();
    let shared = [
        "\"use strict\";\nvar headsetWords = ",
        table.trim_end(),
        ";\n",
        &parts.concat(),
    ]
    .concat();
    let shared = versioned("page", "js", JAVASCRIPT, &shared);
    let pages = Page::of(input);
    let (streams, beside) = library::files(input.library);
    let mut files = vec![style.file.clone(), shared.file.clone(), streams.file.clone()];
    files.extend(beside);
    let logo = input.logo.as_ref().map(|logo| match logo {
        Picture::Svg(text) => versioned("picture", "svg", SVG, text).file,
        Picture::Png(content) => of_bytes("picture", "png", PNG, content),
    });
    // The title beside it says the same in words.
    let picture = logo.as_ref().map_or_else(String::new, |logo| {
        format!("<img id=\"logo\" src=\"{}\" alt=\"\">\n", logo.key)
    });
    files.extend(logo);
    let mut documents = Vec::new();
    for page in pages {
        let stem = page.key.trim_end_matches(".html");
        let own = versioned(stem, "js", JAVASCRIPT, page.script);
        let title = words::word(table, page.title).replace("{title}", &input.title);
        let body = fill(
            PAGE,
            &[
                ("language", words::code(input.language).into()),
                ("page_title", escape(&title).into()),
                ("page", page.name.into()),
                ("icon", page.icon.into()),
                ("picture", picture.as_str().into()),
                ("controls", controls(page.controls).into()),
                ("region", escape(&input.region).into()),
                ("instance", input.instance_url.clone()),
                ("instance_origin", input.instance_origin.clone()),
                ("login", input.login_url.clone().unwrap_or_default()),
                ("sign_out", input.sign_out_url.clone().unwrap_or_default().into()),
                ("streams", streams.file.key.as_str().into()),
                ("streams_integrity", streams.integrity.as_str().into()),
                ("style", style.file.key.as_str().into()),
                ("style_integrity", style.integrity.as_str().into()),
                ("shared_script", shared.file.key.as_str().into()),
                ("shared_script_integrity", shared.integrity.as_str().into()),
                ("own_script", own.file.key.as_str().into()),
                ("own_script_integrity", own.integrity.as_str().into()),
            ],
        );
        files.push(own.file);
        documents.push(PageFile {
            key: page.key.to_owned(),
            content_type: HTML,
            cache_control: BRIEFLY,
            body,
            asset: None,
            versioned: false,
        });
    }
    files.extend(documents);
    files
}

fn controls(controls: Controls) -> &'static str {
    match controls {
        Controls::Hidden => "hidden",
        Controls::Shown => "shown",
    }
}

/// Whether an address can stand in a page as it is: `https`, and nothing that could end an attribute of HTML, start a
/// character reference that changes its meaning, or end a source of a content security policy.
pub fn is_plain_url(url: &str) -> bool {
    url.strip_prefix("https://")
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#']))
        && url
            .chars()
            .all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | ';' | '`' | '\\'))
}

/// The text with everything replaced that means something in HTML's text and quoted attributes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests;
