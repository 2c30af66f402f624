//! What an agent sees of how it goes: the light, the notices, the health of the page.

use serde_json::json;

use super::page::Page;
use super::site::{Desk, Popups};

pub(super) fn shows(page: &Page, state: &str, words: &str) {
    page.until(&format!(
        "document.getElementById('status').dataset.state === '{state}'
         && document.getElementById('status').textContent.includes('{words}')"
    ));
}

pub(super) fn notice(page: &Page, key: &str, is_there: bool) {
    page.until(&format!(
        "!!document.querySelector('[data-notice=\"{key}\"]') === {is_there}"
    ));
}

/// Whether the panel was asked to ring: for calls, chats, tasks and e-mails, and for what is accepted without a click.
fn rings(panel: &Page, yes: bool) {
    for tone in ["softphone", "chat", "task", "email", "autoAcceptTone"] {
        let off = panel.eval(&format!("panel.configured().{tone}.disableRingtone"));
        assert_eq!(off, !yes, "{tone}");
    }
}

#[test]
fn the_light_follows_the_agent() {
    let Some(desk) = Desk::of("the_light_follows_the_agent", Popups::Allowed) else {
        return;
    };
    desk.sign_in();
    let page = desk.open(&Desk::in_session());
    let panel = page.panel();
    shows(&page, "idle", "agent1@example.com: Offline");
    panel.eval("panel.become('Available')");
    shows(&page, "ready", "Available");
    // The audio is elsewhere, so that all this page can do is ask.
    panel.eval("panel.become('FailedConnectAgent')");
    shows(&page, "lost", "FailedConnectAgent");
    notice(&page, "notice_failed", true);
    panel.eval("panel.call('missed')");
    shows(&page, "lost", "MissedCallAgent");
    notice(&page, "notice_missed", true);
    panel.eval("panel.call('none')");
    shows(&page, "ready", "Available");
    notice(&page, "notice_missed", false);
    panel.eval("panel.call('connected')");
    shows(&page, "ready", "on a call");
    panel.eval("panel.call('ended')");
    shows(&page, "idle", "AfterCallWork");
    panel.eval("panel.send('agent::websocket_connection_lost')");
    shows(&page, "lost", "Connection");
    notice(&page, "notice_connection", true);
    // Who has read it does not get it again with each thing that happens.
    page.click("[data-notice=\"notice_connection\"] button");
    panel.eval("panel.become('Busy')");
    page.until("headset.facts.state.name === 'Busy'");
    notice(&page, "notice_connection", false);
    panel.eval("panel.become('AfterCallWork')");
    panel.eval("panel.send('agent::websocket_connection_gained')");
    shows(&page, "idle", "AfterCallWork");
    notice(&page, "notice_connection", false);
    // The network between panel and Amazon Connect, as the library hears of it.
    page.until("document.getElementById('health-network').textContent === 'connected'");
    panel.eval("panel.connection('failed')");
    shows(&page, "lost", "Connection");
    page.until("document.getElementById('health-network').textContent === 'failed'");
    notice(&page, "notice_connection", true);
    panel.eval("panel.connection('connected')");
    shows(&page, "idle", "AfterCallWork");
    notice(&page, "notice_connection", false);
    panel.eval("panel.send('access_denied')");
    shows(&page, "lost", "Access denied");
    notice(&page, "notice_denied", true);
    // An agent who is reported is let in.
    panel.eval("panel.become('Available')");
    shows(&page, "ready", "Available");
    notice(&page, "notice_denied", false);
    page.is_faultless();
}

#[test]
fn a_call_is_not_left_by_accident() {
    let Some(desk) = Desk::of("a_call_is_not_left_by_accident", Popups::Allowed) else {
        return;
    };
    desk.sign_in();
    let page = desk.open(&Desk::audio_only());
    page.panel().eval("panel.call('connected')");
    shows(&page, "ready", "on a call");
    // Browsers ask only on pages that were used.
    page.click("h1");
    drop(
        page.browser
            .try_call(&page.session, "Page.reload", serde_json::json!({})),
    );
    page.browser.until("the browser asks", |event| {
        (event.method == "Page.javascriptDialogOpening" && event.parameters["type"] == "beforeunload")
            .then_some(())
    });
    page.call(
        "Page.handleJavaScriptDialog",
        serde_json::json!({ "accept": true }),
    );
    // The page was opened during a call, which has lost its audio.
    notice(&page, "notice_no_audio", true);
    page.panel().eval("panel.call('none')");
    notice(&page, "notice_no_audio", false);
    page.is_faultless();
}

#[test]
fn the_audio_page_has_the_microphone_and_its_own_controls() {
    let Some(desk) = Desk::of(
        "the_audio_page_has_the_microphone_and_its_own_controls",
        Popups::Allowed,
    ) else {
        return;
    };
    desk.sign_in();
    let page = desk.open(&Desk::audio_only());
    let panel = page.panel();
    panel.until("panel.configured() && panel.microphone()");
    assert_eq!(
        panel.eval("panel.configured().softphone.allowFramedSoftphone"),
        true
    );
    rings(&panel, true);
    let frame = "document.querySelector('#ccp iframe')";
    for allowed in ["microphone", "autoplay"] {
        assert!(page.text(&format!("{frame}.allow")).contains(allowed));
    }
    // Customers' data stay in the desktop; the light does not go with them.
    assert_eq!(page.eval(&format!("{frame}.offsetWidth")), 0);
    shows(&page, "idle", "Offline");
    page.until("document.getElementById('microphone').options.length > 1");
    assert!(
        page.eval("document.getElementById('mute').disabled")
            .as_bool()
            .unwrap()
    );
    panel.eval("panel.call('connected')");
    page.until("!document.getElementById('mute').disabled");
    page.until("document.getElementById('health-microphone').textContent === 'open'");
    page.click("#mute");
    page.until("document.getElementById('mute').getAttribute('aria-pressed') === 'true'");
    assert_eq!(page.text("document.getElementById('mute').textContent"), "Unmute");
    // The library mutes one call and not the next.
    panel.eval("panel.call('none'); panel.call('connected')");
    page.until("document.getElementById('mute').textContent === 'Mute'");
    assert_eq!(
        page.text("document.getElementById('mute').getAttribute('aria-pressed')"),
        "false"
    );
    for (error, words) in [
        ("ice_collection_timeout", "3478"),
        ("user_busy_error", "Another page"),
        ("new_error", "report the problem"),
    ] {
        panel.eval(&format!("panel.send('agent::softphone_error', {{ errorType: '{error}', errorMessage: '', endPointUrl: '' }})"));
        shows(&page, "lost", "Audio problem");
        page.until(&format!(
            "document.getElementById('notices').textContent.includes('{words}')"
        ));
    }
    // The level of the microphone: the browser's fake one beeps.
    page.click("#test");
    page.until("document.getElementById('test').disabled && document.getElementById('level').value > 0");
    // It is taken away, and given back.
    for (setting, words, is_there) in [("denied", "blocked by the browser", true), ("granted", "", false)] {
        let permission =
            json!({ "permission": { "name": "microphone" }, "setting": setting, "origin": Desk::origin() });
        page.browser.call("", "Browser.setPermission", permission);
        page.until(&format!(
            "document.getElementById('health-microphone').textContent.includes('{words}')"
        ));
        notice(&page, "notice_microphone", is_there);
    }
    // The browser says no to the test itself.
    page.eval(
        "navigator.mediaDevices.getUserMedia = function () { return Promise.reject(new Error('no')); }",
    );
    page.until("!document.getElementById('test').disabled");
    page.click("#test");
    page.until("document.getElementById('health-microphone').textContent === 'blocked by the browser'");
    notice(&page, "notice_microphone", true);
    page.is_faultless();

    let page = desk.open(&Desk::in_session());
    let panel = page.panel();
    panel.until("panel.configured()");
    rings(&panel, false);
    assert_eq!(
        panel.eval("panel.configured().softphone.allowFramedSoftphone"),
        false
    );
    assert_eq!(panel.eval("panel.microphone()"), serde_json::Value::Null);
    // The frame fills the window.
    page.until(&format!(
        "{frame}.offsetWidth === innerWidth && {frame}.offsetHeight > 0.7 * innerHeight"
    ));
    page.is_faultless();
}

#[test]
fn a_problem_becomes_a_line_to_copy() {
    let Some(desk) = Desk::of("a_problem_becomes_a_line_to_copy", Popups::Allowed) else {
        return;
    };
    desk.sign_in();
    let page = desk.open(&Desk::in_session());
    let panel = page.panel();
    panel.eval("panel.call('connected')");
    panel.eval("panel.send('softphone_stats', { packetsLost: 7 })");
    shows(&page, "ready", "on a call");
    page.click("#report");
    page.until("document.getElementById('problem').open");
    page.eval(
        "(function () { var severity = document.getElementById('severity'); severity.value = '3';
        severity.dispatchEvent(new Event('change')); })()",
    );
    let line = page.text("document.getElementById('line').value");
    for part in [
        "code=SI3",
        "agent=agent1@example.com",
        "contact=00000000-0000-4000-8000-",
        "state=Busy",
        "\"packetsLost\":7",
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }
    page.eval("document.getElementById('problem').close()");
    page.click("#logs");
    page.browser.until("the logs are downloaded", |event| {
        event.method.ends_with("downloadWillBegin").then_some(())
    });
    page.is_faultless();
}
