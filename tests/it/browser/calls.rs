//! What the pages say of calls: in every state that the library knows, and where the agent's voice is elsewhere.

use std::collections::BTreeMap;

use headset_blueprint::model::Audio;
use headset_design::Library;

use super::framing::lay;
use super::page::Page;
use super::site::{Desk, Popups};
use super::status::{notice, shows};

const STATE: &str = "document.getElementById('call-state').textContent";

/// The panel has a call in a state, and the page knows.
fn comes(page: &Page, panel: &Page, state: &str, customer: &str) {
    panel.eval(&format!("panel.call('{state}', '{customer}')"));
    page.until(&format!(
        "headset.facts.contact === '{state}' && headset.facts.inbound === ({customer:?} === 'inbound')"
    ));
}

#[test]
fn every_state_of_a_call_has_words_and_only_one_that_is_on_is_green() {
    let Some(desk) = Desk::of(
        "every_state_of_a_call_has_words_and_only_one_that_is_on_is_green",
        Popups::Allowed,
    ) else {
        return;
    };
    desk.sign_in();
    let page = desk.open(&Desk::audio_only());
    let panel = page.panel();
    let states: Vec<String> =
        serde_json::from_value(page.eval("Object.values(connect.ContactStateType)")).unwrap();
    assert!(states.len() > 8, "{states:?}");
    let mut said = BTreeMap::new();
    for state in &states {
        comes(&page, &panel, state, "inbound");
        let words = page.text(STATE);
        let is_sentence = words.contains(' ') && !words.contains('_');
        assert!(is_sentence && words != "not known yet", "{state}: {words}");
        assert_eq!(said.insert(words, state), None, "{state} says what another says");
        let light = page.text("document.getElementById('status').textContent");
        let on_call = light.contains("on a call");
        assert_eq!(
            on_call,
            ["connected", "paused"].contains(&state.as_str()),
            "{state}: {light}"
        );
    }
    // What rings has to be accepted, and is not on yet.
    for state in ["connecting", "incoming"] {
        comes(&page, &panel, state, "inbound");
        shows(&page, "ringing", "a call is coming in");
        let words = page.text(STATE);
        assert!(words.contains("accept it in the desktop"), "{state}: {words}");
    }
    // A call that the agent makes is not.
    comes(&page, &panel, "connecting", "outbound");
    shows(&page, "ringing", "a call is being made");
    assert_eq!(page.text(STATE), "Your call is being made");
    comes(&page, &panel, "connected", "outbound");
    shows(&page, "ready", "on a call");
    assert_eq!(page.text(STATE), "On a call");
    page.is_faultless();
}

/// With a desk phone there is no ringer in the browser, and no microphone.
#[test]
fn after_a_missed_call_each_page_asks_for_what_carries_the_voice() {
    let Some(desk) = Desk::of(
        "after_a_missed_call_each_page_asks_for_what_carries_the_voice",
        Popups::Allowed,
    ) else {
        return;
    };
    desk.sign_in();
    for (audio, ending, words) in [
        (Audio::Local, "", ["audio page", "audio page"]),
        (Audio::Session, "_here", ["ringer", "microphone"]),
        (Audio::Phone, "_phone", ["desk phone", "desk phone"]),
    ] {
        lay(&desk, audio, Library::Package);
        let page = Page::renewed(&desk.browser, &Desk::in_session());
        let panel = page.panel();
        page.until("!document.getElementById('sign-out').hidden");
        for ((state, key), words) in [("MissedCallAgent", "missed"), ("FailedConnectAgent", "failed")]
            .into_iter()
            .zip(words)
        {
            let key = format!("notice_{key}{ending}");
            panel.eval(&format!("panel.become('{state}')"));
            notice(&page, &key, true);
            let text = page.text("document.getElementById('notices').textContent");
            assert!(text.contains(words), "{audio:?}: {text}");
            panel.eval("panel.become('Available')");
            notice(&page, &key, false);
        }
        page.is_faultless();
    }
}
