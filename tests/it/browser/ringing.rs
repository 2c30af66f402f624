//! Whether pages may ring. Browsers play no sound before a click, and agents click in the desktop alone; here no policy and no
//! flag allows it.

use headset_blueprint::model::Audio;
use headset_design::Library;

use super::framing::lay;
use super::page::Page;
use super::site::{Desk, Popups};
use super::status::notice;

/// Whether sound begins in a document.
const SOUND: &str = "new Promise(function (done) {
  var context = new AudioContext();
  setTimeout(function () { done(context.state); context.close(); }, 1000);
})";

#[test]
fn a_page_that_may_not_ring_yet_asks_for_a_click() {
    let Some(desk) = Desk::of("a_page_that_may_not_ring_yet_asks_for_a_click", Popups::Allowed) else {
        return;
    };
    desk.sign_in();
    let silent = desk.open(&Desk::in_session());
    silent.panel();
    let page = desk.open(&Desk::audio_only());
    page.panel();
    notice(&page, "notice_ring", true);
    page.click("h1");
    notice(&page, "notice_ring", false);
    // The page in the desktop rings for nothing, and has had as long.
    notice(&silent, "notice_ring", false);
    for page in [&silent, &page] {
        page.is_faultless();
    }
    for audio in [Audio::Session, Audio::Phone] {
        lay(&desk, audio, Library::Package);
        let page = Page::renewed(&desk.browser, &Desk::in_session());
        let panel = page.panel();
        notice(&page, "notice_ring", true);
        // It is the panel's frame that rings, and what it may do is what the page may. With a microphone it may by itself.
        if audio == Audio::Phone {
            assert_eq!(panel.text(SOUND), "suspended");
        }
        page.click("h1");
        notice(&page, "notice_ring", false);
        assert_eq!(panel.text(SOUND), "running", "{audio:?}");
        page.is_faultless();
    }
}

/// What the policies for agents' browsers allow, a flag does here.
#[test]
fn a_page_that_may_ring_asks_for_nothing() {
    let flags: &[&str] = &[
        "--use-fake-ui-for-media-stream",
        "--autoplay-policy=no-user-gesture-required",
    ];
    let Some(desk) = Desk::with("a_page_that_may_ring_asks_for_nothing", Popups::Allowed, flags) else {
        return;
    };
    desk.sign_in();
    let page = Page::open(
        &desk.browser,
        &Desk::audio_only(),
        "(function () {
           var ordinary = AudioContext.prototype.close;
           AudioContext.prototype.close = function () { window.looked = true; return ordinary.apply(this, arguments); };
         })();",
    );
    page.panel();
    page.until("window.looked");
    notice(&page, "notice_ring", false);
    page.is_faultless();
}
