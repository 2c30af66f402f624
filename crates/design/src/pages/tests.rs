use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha384};

use super::*;

fn files() -> Vec<PageFile> {
    with(Audio::Local)
}

fn input(audio: Audio) -> PageInput {
    PageInput {
        audio,
        controls: Controls::Hidden,
        language: Language::English,
        title: "Acme <\"Support\"> & 'Sales'".to_owned(),
        colours: Colours::default(),
        logo: None,
        region: "eu-west-2".to_owned(),
        instance_url: "https://acme-support.my.connect.aws".into(),
        instance_origin: "https://acme-support.my.connect.aws".into(),
        login_url: Some("https://d-1234567890.awsapps.com/start/#/saml/default?a=b&c=d".into()),
        sign_out_url: None,
        library: Library::Package,
    }
}

fn with(audio: Audio) -> Vec<PageFile> {
    render(&input(audio))
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
fn with_desk_phones_no_page_carries_media_and_calls_ring_there() {
    let files = with(Audio::Phone);
    let pages: Vec<&str> = files
        .iter()
        .filter(|file| !file.versioned)
        .map(|file| file.key.as_str())
        .collect();
    assert_eq!(pages, [IN_SESSION]);
    assert!(
        files
            .iter()
            .all(|file| !file.body.to_string().contains("allowFramedSoftphone: true"))
    );
}

/// Of calls, chats, tasks, e-mails, and of what is accepted without a click.
#[test]
fn exactly_one_page_rings() {
    for tone in ["softphone", "chat", "task", "email", "autoAcceptTone"] {
        let says = |page: &str| {
            let script = body(page, ".js");
            let rest = script.split(&format!("  {tone}: {{")).nth(1).expect("it is set");
            let is_off = rest
                .split('}')
                .next()
                .expect("ended")
                .split("disableRingtone: ")
                .nth(1);
            is_off.expect("it says so").trim().to_owned()
        };
        assert_eq!(
            (says("in-session-"), says("audio-only-")),
            ("true".to_owned(), "false".to_owned()),
            "{tone}"
        );
    }
}

/// What has a digest in its name never changes, and a page changes for all within a minute.
#[test]
fn only_what_never_changes_is_kept_for_good() {
    let (kept, renewed): (Vec<PageFile>, Vec<PageFile>) = files().into_iter().partition(|file| {
        let stem = file.key.rsplit_once('.').expect("an ending").0;
        let digest = stem.rsplit_once('-').map_or("", |(_, digest)| digest);
        digest.len() == 8 && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    assert!(
        kept.iter()
            .all(|file| file.cache_control == "public, max-age=31536000, immutable"),
        "{kept:#?}"
    );
    assert!(
        renewed
            .iter()
            .all(|file| file.cache_control == "public, max-age=60, must-revalidate"),
        "{renewed:#?}"
    );
    let keys: Vec<&str> = renewed.iter().map(|file| file.key.as_str()).collect();
    assert_eq!(keys, [IN_SESSION, AUDIO_ONLY]);
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
            assert!(keys.iter().any(|key| key == source), "{source} is not published");
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
}

#[test]
fn the_panel_is_the_instance_and_never_the_federation_address() {
    for page in [IN_SESSION, AUDIO_ONLY] {
        let html = body(page, "");
        assert!(
            html.contains(r#"name="headset-ccp-url" content="https://acme-support.my.connect.aws/ccp-v2/""#)
        );
        assert!(html.contains("frame-src https://acme-support.my.connect.aws;"));
        assert!(!html.contains("/federate/"));
    }
}

#[test]
fn the_pages_that_carry_media_are_those_that_may_use_the_microphone() {
    for audio in [Audio::Local, Audio::Session, Audio::Phone] {
        let files = with(audio);
        for page in files.iter().filter(|file| file.content_type == HTML) {
            let html = page.body.known().unwrap();
            let own = html.rsplit("<script defer src=\"").next().unwrap();
            let script = files.iter().find(|file| own.starts_with(&file.key)).unwrap();
            let has_media = script
                .body
                .known()
                .unwrap()
                .contains("allowFramedSoftphone: true");
            let devices = headset_kinds::s3::page::permissions(&html).unwrap();
            let heard = devices.contains("microphone=(self \"https://acme-support.my.connect.aws\")");
            assert_eq!(heard, has_media, "{audio:?} {}: {devices}", page.key);
        }
    }
}

/// In a content security policy, a path without a slash at its end is that page alone.
#[test]
fn an_old_instance_is_framed_below_its_path() {
    let files = render(&PageInput {
        instance_url: "https://acme.awsapps.com/connect".into(),
        instance_origin: "https://acme.awsapps.com".into(),
        ..input(Audio::Local)
    });
    for page in files.iter().filter(|file| file.content_type == HTML) {
        let html = page.body.known().unwrap();
        for text in [
            "frame-src https://acme.awsapps.com; connect-src https://acme.awsapps.com;",
            "content=\"https://acme.awsapps.com/connect/ccp-v2/\"",
            "content=\"https://acme.awsapps.com/connect/logout\"",
        ] {
            assert!(html.contains(text), "{text}: {html}");
        }
    }
}

#[test]
fn the_title_is_escaped() {
    let html = body(IN_SESSION, "");
    assert!(html.contains("<title>Acme &lt;&quot;Support&quot;&gt; &amp; &#39;Sales&#39;</title>"));
    assert!(body(AUDIO_ONLY, "").contains("&#39;Sales&#39;: audio</title>"));
}

#[test]
fn keys_do_not_depend_on_what_is_unknown() {
    let keys = |files: Vec<PageFile>| files.into_iter().map(|file| file.key).collect::<Vec<_>>();
    let unknown = render(&PageInput {
        title: "Other".to_owned(),
        region: "us-east-1".to_owned(),
        instance_url: Text::after(&headset_core::address!("connect.instance", "main"), "url"),
        login_url: None,
        ..input(Audio::Local)
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

#[test]
fn every_script_and_style_is_named_with_its_whole_digest() {
    let scripts = |file: &&PageFile| file.versioned && file.asset.is_none() && !file.key.ends_with(".txt");
    for file in files().iter().filter(scripts) {
        let digest = STANDARD.encode(Sha384::digest(file.body.known().expect("all known")));
        let named = format!("\"{}\" integrity=\"sha384-{digest}\"", file.key);
        let pages = [body(IN_SESSION, ""), body(AUDIO_ONLY, "")];
        assert!(pages.iter().any(|page| page.contains(&named)), "{}", file.key);
    }
}

#[test]
fn the_pages_send_their_origin_as_the_referrer() {
    for page in [IN_SESSION, AUDIO_ONLY] {
        let policy = r#"<meta name="referrer" content="strict-origin-when-cross-origin">"#;
        assert!(
            body(page, "").contains(policy),
            "Amazon Connect decides about framing by the referrer"
        );
    }
}

#[test]
fn the_two_pages_are_told_apart_by_title_and_icon() {
    let part = |page: &str, start: &str, end: char| {
        let html = body(page, "");
        let rest = html.split(start).nth(1).expect("there").to_owned();
        rest.split(end).next().expect("ended").to_owned()
    };
    for (start, end) in [("<title>", '<'), ("rel=\"icon\" href=\"", '"')] {
        assert_ne!(part(IN_SESSION, start, end), part(AUDIO_ONLY, start, end));
    }
}

#[test]
fn only_the_page_with_the_voice_hides_controls() {
    let hidden = r#"name="headset-controls" content="hidden""#;
    assert!(body(AUDIO_ONLY, "").contains(hidden) && !body(IN_SESSION, "").contains(hidden));
    let shown = render(&PageInput {
        controls: Controls::Shown,
        ..input(Audio::Local)
    });
    assert!(shown.iter().all(|file| !file.body.to_string().contains(hidden)));
}

#[test]
fn nothing_comes_from_another_place_than_the_pages() {
    for page in [IN_SESSION, AUDIO_ONLY] {
        let html = body(page, "");
        assert!(html.contains("script-src 'self';"), "{html}");
        assert!(
            html.contains("src=\"connect-streams-2.28.2-a3a19302.js\" integrity=\"sha384-UtUVt9"),
            "{html}"
        );
    }
    let beside: Vec<String> = files()
        .into_iter()
        .filter(|file| file.key.starts_with("connect-streams-"))
        .map(|file| file.key)
        .collect();
    assert!(
        beside.iter().any(|key| key.contains("LICENSE")) && beside.iter().any(|key| key.contains("notice")),
        "{beside:?}"
    );
    let notice = body("connect-streams-notice-", ".txt");
    assert!(
        beside
            .iter()
            .filter(|key| !key.contains("notice"))
            .all(|key| notice.contains(key)),
        "{notice}"
    );
}

#[test]
fn only_simulated_runs_publish_the_stand_in_and_it_says_so() {
    let stands_in = |library: Library| {
        let files = render(&PageInput {
            library,
            ..input(Audio::Local)
        });
        files
            .iter()
            .any(|file| file.body.to_string().contains("connect = { standIn: true }"))
    };
    assert!(stands_in(Library::StandIn) && !stands_in(Library::Package));
}

#[test]
fn a_logo_lies_beside_the_pages_under_a_name_of_its_own() {
    let logo = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    let files = render(&PageInput {
        logo: Some(Picture::Svg(logo.to_owned())),
        ..input(Audio::Local)
    });
    let picture = files
        .iter()
        .find(|file| file.key.starts_with("picture-"))
        .unwrap();
    assert_eq!(
        (
            picture.content_type,
            picture.versioned,
            picture.body.known().as_deref()
        ),
        ("image/svg+xml", true, Some(logo))
    );
    for page in files.iter().filter(|file| !file.versioned) {
        let html = page.body.to_string();
        assert!(
            html.contains(&format!("<img id=\"logo\" src=\"{}\" alt=\"\">", picture.key)),
            "{html}"
        );
        // A picture in a page runs nothing; in the page itself it could.
        assert!(!html.contains("<svg"), "{html}");
        assert!(html.contains("img-src 'self'"), "{html}");
    }
    assert!(!body(IN_SESSION, "").contains("<img"));
}

#[test]
fn the_language_is_that_of_the_page_and_of_its_words() {
    let files = render(&PageInput {
        language: Language::German,
        ..input(Audio::Local)
    });
    let page = files
        .iter()
        .find(|file| file.key == AUDIO_ONLY)
        .unwrap()
        .body
        .to_string();
    assert!(
        page.contains("<html lang=\"de\">") && page.contains(": Audio</title>"),
        "{page}"
    );
    let words = files
        .iter()
        .find(|file| file.key.starts_with("page-") && file.key.ends_with(".js"))
        .unwrap();
    let words = words.body.to_string();
    assert!(words.contains("Anmelden") && !words.contains("\"Sign in\""));
}

#[test]
fn a_picture_that_is_no_text_is_named_by_its_digest_alone() {
    let content = b"\x89PNG\r\n\x1a\n\xff".to_vec();
    let files = render(&PageInput {
        logo: Some(Picture::Png(content.clone())),
        ..input(Audio::Local)
    });
    let picture = files
        .iter()
        .find(|file| file.key.starts_with("picture-"))
        .unwrap();
    let digest = hex::encode(Sha256::digest(&content));
    assert_eq!(picture.key, format!("picture-{}.png", &digest[..8]));
    assert_eq!(
        (picture.content_type, picture.body.known().as_deref()),
        ("image/png", Some(""))
    );
    assert_eq!(picture.asset, Some(digest));
    let named = format!("<img id=\"logo\" src=\"{}\" alt=\"\">", picture.key);
    for page in files.iter().filter(|file| !file.versioned) {
        assert!(page.body.to_string().contains(&named));
    }
}
