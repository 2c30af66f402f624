//! What the browser refuses, and who can use the pages.

use super::page::Page;
use super::site::{Desk, Popups};
use super::tools;

/// The rules by which accessibility is judged.
pub(super) const AXE: tools::File = tools::File {
    package: "axe-core",
    version: "4.11.0",
    path: "axe.min.js",
    sha256: "e9e5863c33a874f09bc01acd9234b7e3c871479f5eef8802fa582544465e6d01",
};

#[test]
fn a_changed_byte_is_refused() {
    let Some(desk) = Desk::of("a_changed_byte_is_refused", Popups::Allowed) else {
        return;
    };
    desk.front.change(
        ".amazonaws.com",
        "/in-session-",
        "allowFramedSoftphone: false",
        "allowFramedSoftphone: true",
    );
    let page = desk.open(&Desk::in_session());
    page.browser.until("the browser refuses the script", |event| {
        let said = event.parameters.to_string();
        (said.contains("integrity") && said.contains("/in-session-")).then_some(())
    });
    assert!(page.eval("headset.own").is_null(), "it does not run");
}

#[test]
fn a_changed_byte_of_the_library_is_refused_and_said() {
    let Some(desk) = Desk::of(
        "a_changed_byte_of_the_library_is_refused_and_said",
        Popups::Allowed,
    ) else {
        return;
    };
    desk.front
        .change(".amazonaws.com", "/connect-streams", "connect", "Connect");
    let page = desk.open(&Desk::audio_only());
    page.until("document.getElementById('status').dataset.state === 'lost'");
    page.until("document.querySelector('[data-notice=\"notice_library\"]')");
}

/// The policy of the page lets it be shown, as a picture.
#[test]
fn the_logo_is_shown() {
    let Some(desk) = Desk::of("the_logo_is_shown", Popups::Allowed) else {
        return;
    };
    for address in [Desk::in_session(), Desk::audio_only()] {
        let page = desk.open(&address);
        page.until("document.getElementById('logo').complete");
        let size = page.eval("document.getElementById('logo').naturalWidth");
        assert_eq!(size, 40, "{address}");
    }
}

#[test]
fn the_pages_are_accessible() {
    let test = "the_pages_are_accessible";
    let Some(axe) = tools::file(test, &AXE) else {
        return;
    };
    let axe = std::fs::read_to_string(axe).unwrap();
    let Some(desk) = Desk::of(test, Popups::Allowed) else {
        return;
    };
    desk.sign_in();
    for address in [Desk::in_session(), Desk::audio_only()] {
        let page = desk.open(&address);
        page.panel().eval("panel.become('FailedConnectAgent')");
        page.until("document.querySelector('#notices p')");
        page.eval(&axe);
        for prepare in ["true", "document.getElementById('report').click()"] {
            page.eval(prepare);
            is_accessible(&page, &address);
        }
    }
}

/// Fails if a rule of axe, which runs in the page already, finds something.
pub(super) fn is_accessible(page: &Page, about: &str) {
    // The panel is Amazon Connect's.
    let found = page.eval(
        "axe.run({ exclude: [['#ccp']] }).then(function (result) {
           return result.violations.map(function (one) {
             return [one.id, one.nodes.map(function (node) { return node.html; }).join(' ')];
           });
         })",
    );
    let found: Vec<(String, String)> = serde_json::from_value(found).unwrap();
    assert!(found.is_empty(), "{about}: {found:#?}");
}

/// The keyboard alone is enough to sign in.
#[test]
fn every_control_can_be_reached_by_the_keyboard() {
    let Some(desk) = Desk::of("every_control_can_be_reached_by_the_keyboard", Popups::Allowed) else {
        return;
    };
    desk.sign_in();
    let page = desk.open(&Desk::audio_only());
    page.panel();
    page.until("!document.getElementById('sign-out').hidden");
    let mut reached = Vec::new();
    for _ in 0..12 {
        for kind in ["keyDown", "keyUp"] {
            page.call(
                "Input.dispatchKeyEvent",
                serde_json::json!({ "type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9 }),
            );
        }
        reached.push(page.text("document.activeElement.id"));
    }
    for wanted in [
        "sign-out",
        "report",
        "logs",
        "microphone",
        "speaker",
        "ringer",
        "test",
    ] {
        assert!(reached.iter().any(|id| id == wanted), "{wanted}: {reached:?}");
    }
}
