//! Microphones, speakers and ringers: which are offered, and which is taken.

use serde_json::json;

use super::page::{HURRY, Page};
use super::site::{Desk, Popups};

/// A list of devices in the page, by their labels.
fn offered(id: &str) -> String {
    format!(
        "Array.from(document.getElementById('{id}').options, function (one) {{ return one.text; }}).join()"
    )
}

/// Chooses a device by its label, as a person does.
fn choose(page: &Page, id: &str, label: &str) {
    page.until(&format!("{}.includes('{label}')", offered(id)));
    page.eval(&format!(
        "(function () {{
           var select = document.getElementById('{id}');
           select.value = Array.from(select.options).find(function (one) {{ return one.text === '{label}'; }}).value;
           select.dispatchEvent(new Event('change'));
         }})()"
    ));
}

/// The panel has other devices from now on than the browser gives it; `null`: it does not answer.
fn plug(page: &Page, panel: &Page, labels: &serde_json::Value) {
    panel.eval(&format!(
        "navigator.mediaDevices.enumerateDevices = function () {{
           var labels = {labels};
           return labels ? Promise.resolve(labels.flatMap(function (label) {{
             return ['audioinput', 'audiooutput'].map(function (kind) {{
               var device = {{ kind: kind, label: label, deviceId: kind + label, groupId: '' }};
               return Object.assign({{ toJSON: function () {{ return device; }} }}, device);
             }});
           }})) : new Promise(function () {{}});
         }}"
    ));
    // Both have the browser's word that something has changed; the panel asks nothing then.
    page.eval("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))");
}

#[test]
fn a_headset_is_offered_when_it_is_plugged_in_and_taken_when_it_is_chosen() {
    let Some(desk) = Desk::of(
        "a_headset_is_offered_when_it_is_plugged_in_and_taken_when_it_is_chosen",
        Popups::Allowed,
    ) else {
        return;
    };
    desk.sign_in();
    let page = Page::open(&desk.browser, &Desk::audio_only(), HURRY);
    let panel = page.panel();
    page.until("document.getElementById('microphone').options.length > 1");
    plug(&page, &panel, &json!(["Built in", "Headset"]));
    for (id, kind) in [
        ("speaker", "audiooutput"),
        ("ringer", "audiooutput"),
        ("microphone", "audioinput"),
    ] {
        choose(&page, id, "Headset");
        if id != "microphone" {
            panel.until(&format!("panel.chosen().{id} === '{kind}Headset'"));
        }
    }
    // The library takes a microphone for the calls that are on, so that the page says it again in each.
    for _ in 0..2 {
        assert_eq!(panel.eval("panel.chosen().microphone"), serde_json::Value::Null);
        panel.eval("panel.call('connected')");
        panel.until("panel.chosen().microphone === 'audioinputHeadset'");
        panel.eval("panel.call('none'); delete panel.chosen().microphone");
        page.until("headset.facts.contact === null");
    }
    // It is taken out, and comes back: the choice does too.
    plug(&page, &panel, &json!(["Built in"]));
    page.until(&format!(
        "!{}.includes('Headset') && document.getElementById('microphone').value === 'default'",
        offered("microphone")
    ));
    plug(&page, &panel, &json!(["Built in", "Headset"]));
    page.until("document.getElementById('microphone').value === 'audioinputHeadset'");
    // A panel that did not answer in time is asked again.
    let asked = "panel.received.filter(function (one) { return one === 'media_device_request'; }).length";
    let before = panel.eval(asked).as_u64().unwrap();
    plug(&page, &panel, &serde_json::Value::Null);
    panel.until(&format!("{asked} > {before} + 1"));
    panel.eval(
        "navigator.mediaDevices.enumerateDevices = function () {
           return Promise.resolve([{ toJSON: function () {
             return { kind: 'audioinput', label: 'Another', deviceId: 'another', groupId: '' };
           } }]);
         }",
    );
    page.until(&format!("{}.includes('Another')", offered("microphone")));
    page.is_faultless();
}

/// Firefox refused to say what it thinks of a microphone, before it knew the question.
#[test]
fn a_browser_that_does_not_know_the_permission_of_microphones_is_not_at_fault() {
    let Some(desk) = Desk::of(
        "a_browser_that_does_not_know_the_permission_of_microphones_is_not_at_fault",
        Popups::Allowed,
    ) else {
        return;
    };
    desk.sign_in();
    for missing in [
        "navigator.permissions.query = function () { return Promise.reject(new TypeError('microphone')); }",
        "Object.defineProperty(navigator, 'permissions', { value: undefined })",
    ] {
        let page = Page::open(&desk.browser, &Desk::audio_only(), missing);
        page.until("document.getElementById('status').dataset.state === 'idle'");
        let shown = page.text("document.getElementById('health-microphone').textContent");
        assert_eq!(shown, "not known yet");
        page.is_faultless();
    }
}
