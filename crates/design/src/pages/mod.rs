//! The pages of the Contact Control Panel: one inside the streamed desktop without audio and one on the agent's own
//! machine with it, or a single one inside the desktop that has both.
//!
//! Exactly one of them carries media (`allowFramedSoftphone: true`); none hosts the softphone itself, which stays
//! inside Amazon Connect's own frame. Nothing is inline: settings are `<meta>` elements, scripts and styles are files
//! whose names hold a digest of their content, so that they can be cached for good and the pages only briefly.
//!
//! Escaping: the title is escaped here. The two addresses are written as they are, since they may not be known yet when
//! the page is rendered. That is safe because of their shape: the instance's address is a scheme and a host that Amazon
//! Connect returns, and a sign-in address has to pass [`is_plain_url`] wherever it enters (in the blueprint: checked by
//! the design; as an answer: checked by the checkpoint). The scripts check once more that both are `https`.

use sha2::{Digest, Sha256};

use headset_blueprint::model::Audio;
use headset_kinds::Text;
use headset_kinds::template::fill;

/// The version of amazon-connect-streams that the pages load.
pub const STREAMS_VERSION: &str = "2.28.2";

/// Where the pages load it from: the minified file of the npm package, unchanged, at the delivery network that Amazon
/// Connect's own documentation uses for it.
pub const STREAMS_URL: &str =
    "https://cdn.jsdelivr.net/npm/amazon-connect-streams@2.28.2/release/connect-streams-min.js";

/// The digest of that file, which browsers check before they run it. The version that the file itself reports is
/// wrong (2.28.1), so that only the digest proves what was loaded.
pub const STREAMS_INTEGRITY: &str = "sha384-UtUVt9Krtp9WinrT0hcajzcaK/Hea1SFlsV/XFwmhCp3zVkm/Qw0u6t1msf2r9qs";

/// The object key of the page inside the streamed desktop.
pub const IN_SESSION: &str = "in-session.html";

/// The object key of the page on the agent's own machine.
pub const AUDIO_ONLY: &str = "audio-only.html";

const PAGE: &str = include_str!("files/page.html");
const STYLE: &str = include_str!("files/page.css");
const SHARED_SCRIPT: &str = include_str!("files/page.js");
const IN_SESSION_SCRIPT: &str = include_str!("files/in-session.js");
const AUDIO_ONLY_SCRIPT: &str = include_str!("files/audio-only.js");
const WHOLE_SCRIPT: &str = include_str!("files/whole.js");

const HTML: &str = "text/html; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

/// A page has to change for all agents within a minute of being published.
const BRIEFLY: &str = "public, max-age=60, must-revalidate";
/// A file whose name holds the digest of its content never changes.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// What the pages are made from.
#[derive(Clone, Debug, PartialEq)]
pub struct PageInput {
    /// Where the agent's voice is: with [`Audio::Session`] there is no page for the agent's own machine.
    pub audio: Audio,
    /// Shown on every page; any text.
    pub title: String,
    /// The region of the Amazon Connect instance.
    pub region: String,
    /// The address of the instance: scheme and host, without a slash at the end.
    pub instance_url: Text,
    /// Where agents sign in: the start address of the application. `None`: at the instance itself.
    pub login_url: Option<Text>,
}

/// One file to publish.
#[derive(Clone, Debug, PartialEq)]
pub struct PageFile {
    /// Its object key.
    pub key: String,
    /// The media type.
    pub content_type: &'static str,
    /// How long browsers may keep it.
    pub cache_control: &'static str,
    /// Its content.
    pub body: Text,
    /// Whether `key` changes with the content, so that other versions may lie beside it for a while.
    pub versioned: bool,
}

/// The files to publish: scripts and style first, then the pages that refer to them. The same input always gives the
/// same files, and of the input only `audio` decides on their keys.
pub fn render(input: &PageInput) -> Vec<PageFile> {
    let style = versioned("page", "css", CSS, STYLE);
    let shared = versioned("page", "js", JAVASCRIPT, SHARED_SCRIPT);
    let page = |key: &str, name: &str, script: &PageFile, note: &str| PageFile {
        key: key.to_owned(),
        content_type: HTML,
        cache_control: BRIEFLY,
        body: fill(
            PAGE,
            &[
                ("title", escape(&input.title).into()),
                ("page", name.into()),
                ("region", escape(&input.region).into()),
                ("instance", input.instance_url.clone()),
                ("login", input.login_url.clone().unwrap_or_default()),
                ("streams", STREAMS_URL.into()),
                ("streams_integrity", STREAMS_INTEGRITY.into()),
                ("style", style.key.as_str().into()),
                ("shared_script", shared.key.as_str().into()),
                ("own_script", script.key.as_str().into()),
                ("note", note.into()),
            ],
        ),
        versioned: false,
    };
    let (scripts, pages) = match input.audio {
        Audio::Local => {
            let in_session = versioned("in-session", "js", JAVASCRIPT, IN_SESSION_SCRIPT);
            let audio_only = versioned("audio-only", "js", JAVASCRIPT, AUDIO_ONLY_SCRIPT);
            let pages = vec![
                page(
                    IN_SESSION,
                    "in-session",
                    &in_session,
                    "Calls are shown here. Their audio is on your own machine: keep the audio page open there.",
                ),
                page(
                    AUDIO_ONLY,
                    "audio-only",
                    &audio_only,
                    "This page carries the audio of your calls. Keep it open: closing it during a call cuts your \
                     audio.",
                ),
            ];
            (vec![in_session, audio_only], pages)
        }
        Audio::Session => {
            let whole = versioned("in-session", "js", JAVASCRIPT, WHOLE_SCRIPT);
            let note = "Calls and their audio are in this session: let it use your microphone, and keep this page \
                        open.";
            (
                vec![whole.clone()],
                vec![page(IN_SESSION, "in-session", &whole, note)],
            )
        }
    };
    [style, shared].into_iter().chain(scripts).chain(pages).collect()
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

fn versioned(name: &str, extension: &str, content_type: &'static str, content: &str) -> PageFile {
    let digest = hex::encode(Sha256::digest(content.as_bytes()));
    PageFile {
        key: format!("{name}-{}.{extension}", &digest[..8]),
        content_type,
        cache_control: FOR_GOOD,
        body: content.into(),
        versioned: true,
    }
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
mod tests {
    use super::*;

    fn files() -> Vec<PageFile> {
        with(Audio::Local)
    }

    fn with(audio: Audio) -> Vec<PageFile> {
        render(&PageInput {
            audio,
            title: "Acme <\"Support\"> & 'Sales'".to_owned(),
            region: "eu-west-2".to_owned(),
            instance_url: "https://acme-support.my.connect.aws".into(),
            login_url: Some("https://d-1234567890.awsapps.com/start/#/saml/default?a=b&c=d".into()),
        })
    }

    fn body(key_start: &str, key_end: &str) -> String {
        let files = files();
        let file = files
            .iter()
            .find(|file| file.key.starts_with(key_start) && file.key.ends_with(key_end))
            .expect("published");
        file.body.known().expect("all known")
    }

    #[test]
    fn exactly_one_page_carries_media() {
        let with_media: Vec<String> = files()
            .into_iter()
            .filter(|file| file.body.to_string().contains("allowFramedSoftphone: true"))
            .map(|file| file.key)
            .collect();
        assert_eq!(with_media.len(), 1, "{with_media:?}");
        assert!(with_media[0].starts_with("audio-only-"));
        assert!(body("in-session-", ".js").contains("allowFramedSoftphone: false"));
        assert!(
            files()
                .iter()
                .all(|file| !file.body.to_string().contains("initSoftphoneManager"))
        );
    }

    #[test]
    fn the_single_page_carries_media_and_rings() {
        let files = with(Audio::Session);
        let pages: Vec<&str> = files
            .iter()
            .filter(|file| !file.versioned)
            .map(|file| file.key.as_str())
            .collect();
        assert_eq!(pages, [IN_SESSION]);
        let script = files
            .iter()
            .find(|file| file.key.starts_with("in-session-"))
            .expect("a script");
        let body = script.body.known().expect("all known");
        assert!(body.contains("allowFramedSoftphone: true"), "{body}");
        assert!(!body.contains("disableRingtone: true"), "{body}");
        assert!(body.contains("enableAudioDeviceSettings: true"), "{body}");
        let page = files.last().expect("a page").body.known().expect("all known");
        assert!(
            page.contains(&format!("src=\"{}\"", script.key)) && !page.contains("{{"),
            "{page}"
        );
    }

    #[test]
    fn exactly_one_page_rings() {
        assert!(!body("in-session-", ".js").contains("disableRingtone: false"));
        assert!(!body("audio-only-", ".js").contains("disableRingtone: true"));
    }

    #[test]
    fn each_page_loads_its_own_script_and_nothing_is_left_open() {
        let keys: Vec<String> = files().into_iter().map(|file| file.key).collect();
        for page in [IN_SESSION, AUDIO_ONLY] {
            let html = body(page, "");
            assert!(!html.contains("{{"), "{html}");
            for source in html
                .split("src=\"")
                .skip(1)
                .chain(html.split("stylesheet\" href=\"").skip(1))
            {
                let source = source.split('"').next().expect("quoted");
                assert!(
                    source == STREAMS_URL || keys.iter().any(|key| key == source),
                    "{source} is not published"
                );
            }
            let own = page.trim_end_matches(".html");
            assert_eq!(html.matches(&format!("src=\"{own}-")).count(), 1);
        }
    }

    #[test]
    fn nothing_runs_inline_and_the_policy_comes_before_any_script() {
        let html = body(IN_SESSION, "");
        assert!(
            html.split("<script")
                .skip(1)
                .all(|script| script.contains("></script>"))
        );
        let policy = html.find("Content-Security-Policy").expect("a policy");
        assert!(policy < html.find("<script").expect("a script"));
        assert!(!html.contains("unsafe-"));
        assert!(html.contains(&format!(
            "integrity=\"{STREAMS_INTEGRITY}\" crossorigin=\"anonymous\""
        )));
        assert!(STREAMS_URL.contains(&format!("@{STREAMS_VERSION}/")));
    }

    #[test]
    fn the_panel_is_the_instance_and_never_the_federation_address() {
        for page in [IN_SESSION, AUDIO_ONLY] {
            let html = body(page, "");
            assert!(
                html.contains(
                    r#"name="headset-ccp-url" content="https://acme-support.my.connect.aws/ccp-v2/""#
                )
            );
            assert!(html.contains("frame-src https://acme-support.my.connect.aws;"));
            assert!(!html.contains("/federate/"));
        }
    }

    #[test]
    fn the_title_is_escaped() {
        let html = body(IN_SESSION, "");
        assert!(html.contains("<title>Acme &lt;&quot;Support&quot;&gt; &amp; &#39;Sales&#39;</title>"));
    }

    #[test]
    fn keys_do_not_depend_on_what_is_unknown() {
        let keys = |files: Vec<PageFile>| files.into_iter().map(|file| file.key).collect::<Vec<_>>();
        let unknown = render(&PageInput {
            audio: Audio::Local,
            title: "Other".to_owned(),
            region: "us-east-1".to_owned(),
            instance_url: Text::after(&headset_core::address!("connect.instance", "main"), "url"),
            login_url: None,
        });
        assert_eq!(keys(unknown), keys(files()));
    }

    #[test]
    fn only_plain_addresses_stand_as_they_are() {
        assert!(is_plain_url(
            "https://d-1234567890.awsapps.com/start/#/saml/default?a=b&c=d"
        ));
        for bad in [
            "http://a.example.com",
            "https://",
            "https:///x",
            "https://a\"b",
            "https://a b",
            "https://a;b",
            "https://a>b",
        ] {
            assert!(!is_plain_url(bad), "{bad}");
        }
    }
}
