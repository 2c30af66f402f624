//! Whether the browser shows the panel in the pages at all.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use headset_blueprint::model::{Audio, Controls, Language};
use headset_design::Library;
use headset_design::pages::colours::Colours;
use headset_design::pages::{self, PageInput};
use serde_json::json;

use super::page::Page;
use super::site::{Desk, Popups};

/// Amazon Connect decides by the referrer whether a page may frame the panel.
#[test]
fn both_pages_show_the_panel_of_their_instance() {
    let Some(desk) = Desk::of("both_pages_show_the_panel_of_their_instance", Popups::Allowed) else {
        return;
    };
    desk.sign_in();
    for address in [Desk::in_session(), Desk::audio_only()] {
        let page = desk.open(&address);
        let panel = page.panel();
        assert_eq!(
            panel.text("location.href"),
            "https://acme-support.my.connect.aws/ccp-v2/"
        );
        page.until("document.getElementById('status').dataset.state === 'idle'");
        page.is_faultless();
        picture(&page, &address);
    }
    let origin = format!("{}/", Desk::origin());
    let framed: Vec<_> = desk
        .front
        .seen()
        .into_iter()
        .filter(|request| request.path == "/ccp-v2/" && request.referrer.as_deref() == Some(&origin))
        .collect();
    assert_eq!(framed.len(), 2, "{:?}", desk.front.seen());
    for (audio, note, media) in [
        (Audio::Session, "Calls and their audio are in this session", true),
        (Audio::Phone, "reach you on your desk phone", false),
    ] {
        lay(&desk, audio, Library::Package);
        let page = Page::renewed(&desk.browser, &Desk::in_session());
        let panel = page.panel();
        panel.until(&format!("panel.configured() && !!panel.microphone() === {media}"));
        let configured = panel.eval("panel.configured()");
        assert_eq!(
            configured["softphone"]["allowFramedSoftphone"], media,
            "{audio:?}"
        );
        // A desk phone rings itself, for calls alone.
        assert_eq!(configured["softphone"]["disableRingtone"], !media, "{audio:?}");
        assert_eq!(configured["chat"]["disableRingtone"], false, "{audio:?}");
        let shown = page.text("document.getElementById('note').textContent");
        assert!(shown.contains(note), "{shown}");
        let hidden = page.eval("document.getElementById('health-of-microphone').hidden");
        assert_eq!(hidden, !media, "{audio:?}");
        page.until("document.getElementById('status').dataset.state === 'idle'");
        page.is_faultless();
    }
    // A rehearsal says that it is one.
    lay(&desk, Audio::Local, Library::StandIn);
    for address in [Desk::in_session(), Desk::audio_only()] {
        let page = Page::renewed(&desk.browser, &address);
        page.until("document.querySelector('[data-notice=\"notice_stand_in\"]')");
        let status = page.text("document.getElementById('status').textContent");
        assert_eq!(status, "A rehearsal: no calls");
        page.is_faultless();
    }
}

/// From now on the pages are those of another blueprint, as the design renders them.
pub(super) fn lay(desk: &Desk, audio: Audio, library: Library) {
    let files = pages::render(&PageInput {
        audio,
        controls: Controls::Hidden,
        language: Language::English,
        title: "Support".to_owned(),
        colours: Colours::default(),
        logo: None,
        region: "eu-west-2".to_owned(),
        instance_url: "https://acme-support.my.connect.aws".into(),
        instance_origin: "https://acme-support.my.connect.aws".into(),
        login_url: None,
        sign_out_url: None,
        library,
    });
    // The library itself is there already.
    for file in files.into_iter().filter(|file| file.asset.is_none()) {
        desk.front
            .lay(&file.key, file.content_type, file.body.known().unwrap());
    }
}

/// Renews the pictures of the pages in the documentation, if that is asked for.
fn picture(page: &Page, address: &str) {
    if std::env::var_os("HEADSET_ACCEPT").is_none() {
        return;
    }
    page.panel().eval("panel.become('Available')");
    // The browsers of agents may ring.
    page.click("h1");
    page.until("!document.querySelector('#notices p')");
    page.until("document.getElementById('status').dataset.state === 'ready'");
    page.until("document.body.dataset.controls !== 'hidden' || document.getElementById('microphone').options.length > 1");
    let size = json!({ "width": 800, "height": 600, "deviceScaleFactor": 1, "mobile": false });
    page.call("Emulation.setDeviceMetricsOverride", size);
    let taken = page.call("Page.captureScreenshot", json!({ "format": "png" }));
    let bytes = STANDARD.decode(taken["data"].as_str().unwrap()).unwrap();
    let name = address.rsplit('/').next().unwrap().replace(".html", ".png");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), bytes).unwrap();
}

/// The test above is worth something: with the policy that the pages had once, Amazon Connect refuses the frame.
#[test]
fn a_page_that_sends_no_referrer_is_refused() {
    let Some(desk) = Desk::of("a_page_that_sends_no_referrer_is_refused", Popups::Allowed) else {
        return;
    };
    desk.sign_in();
    desk.front.change(
        ".amazonaws.com",
        "/in-session.html",
        "content=\"strict-origin-when-cross-origin\"",
        "content=\"no-referrer\"",
    );
    let page = desk.open(&Desk::in_session());
    page.browser.until("the browser refuses the frame", |event| {
        event
            .parameters
            .to_string()
            .contains("frame-ancestors")
            .then_some(())
    });
}
