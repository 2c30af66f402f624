//! What the browser refuses, and who can use the pages.

use std::collections::BTreeSet;

use serde_json::json;

use super::page::{HURRY, Page};
use super::sign_in::signs_in;
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
    // It is the library that has logs.
    page.click("#logs");
    assert_eq!(page.eval("document.getElementById('logs').disabled"), true);
    let faults = page.faults();
    assert!(
        faults.iter().all(|fault| fault.contains("integrity")),
        "{faults:?}"
    );
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

/// Presses a key, as a person does.
fn press(page: &Page, key: &str, code: u8, text: &str) {
    for kind in ["keyDown", "keyUp"] {
        let text = if kind == "keyDown" { text } else { "" };
        page.call(
            "Input.dispatchKeyEvent",
            json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text }),
        );
    }
}

/// Everything that has to be reached now, by name: what can be pressed, chosen or read, in the dialog alone while it is open.
const WANTED: &str = "Array.from(document.querySelectorAll('button, select, textarea, input, a[href]')).filter(function (one) {
  var open = document.querySelector('dialog[open]');
  return !one.disabled && one.checkVisibility() && (!open || open.contains(one));
}).map(function (one) { return one.id || one.textContent; })";

/// Goes through the page by the Tab key until it has reached everything; keeps what it has reached.
fn reaches(page: &Page, all: &mut BTreeSet<String>) {
    let wanted: BTreeSet<String> = serde_json::from_value(page.eval(WANTED)).unwrap();
    let mut reached = BTreeSet::new();
    for _ in 0..2 * wanted.len() + 2 {
        press(page, "Tab", 9, "");
        reached.insert(page.text("document.activeElement.id || document.activeElement.textContent"));
    }
    let missed: Vec<&String> = wanted.difference(&reached).collect();
    assert!(missed.is_empty(), "{missed:?} of {wanted:?}");
    all.extend(wanted);
}

/// The keyboard alone is enough, from the first sign-in on.
#[test]
fn every_control_can_be_reached_by_the_keyboard() {
    let Some(desk) = Desk::of("every_control_can_be_reached_by_the_keyboard", Popups::Blocked) else {
        return;
    };
    let page = Page::open(&desk.browser, &Desk::audio_only(), HURRY);
    page.until("!document.getElementById('sign-in').hidden");
    let mut reached = BTreeSet::new();
    reaches(&page, &mut reached);
    // The browser opens the window: to press Enter is a wish, too.
    page.eval("document.getElementById('sign-in').focus()");
    press(&page, "Enter", 13, "\r");
    signs_in(&page, &page.popup());
    page.panel().eval("panel.call('connected')");
    page.until("!document.getElementById('mute').disabled");
    reaches(&page, &mut reached);
    page.eval("document.getElementById('report').focus()");
    press(&page, "Enter", 13, "\r");
    page.until("document.getElementById('problem').open");
    reaches(&page, &mut reached);
    // Nothing of the page was left out.
    let every = "Array.from(document.querySelectorAll('button[id], select[id], textarea[id]'), function (one) { return one.id; })";
    let every: BTreeSet<String> = serde_json::from_value(page.eval(every)).unwrap();
    assert!(
        every.len() > 10 && every.is_subset(&reached),
        "{every:?} {reached:?}"
    );
}
