//! One page in a browser: what is in it, what goes wrong in it, and what a person does on it.

use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};

use super::devtools::{Browser, PATIENCE};

/// Notes what the content security policy of a page refuses.
const WATCH: &str = "window.violations = [];
document.addEventListener('securitypolicyviolation', function (violation) {
  window.violations.push(violation.violatedDirective + ' ' + violation.blockedURI);
});";

/// What takes the library seconds of the wall takes a quarter of them.
pub(super) const HURRY: &str = "(function () {
  var ordinary = window.setTimeout;
  window.setTimeout = function (listener, delay) {
    var rest = Array.prototype.slice.call(arguments, 2);
    return ordinary.apply(window, [listener, (delay || 0) / 4].concat(rest));
  };
})();";

/// A document with the session that reaches it.
#[derive(Clone)]
pub(super) struct Page {
    pub(super) browser: Arc<Browser>,
    pub(super) session: String,
    pub(super) target: String,
}

impl Page {
    /// Opens an address in a new tab. `before` runs ahead of everything in it.
    pub(super) fn open(browser: &Arc<Browser>, address: &str, before: &str) -> Page {
        let made = browser.call("", "Target.createTarget", json!({ "url": "about:blank" }));
        let target = made["targetId"].as_str().unwrap();
        let page = Page::attach(browser, target);
        page.call(
            "Target.setAutoAttach",
            json!({ "autoAttach": true, "waitForDebuggerOnStart": false, "flatten": true }),
        );
        for source in [WATCH, before] {
            page.call(
                "Page.addScriptToEvaluateOnNewDocument",
                json!({ "source": source }),
            );
        }
        page.go(address);
        page
    }

    /// The same, with nothing that the browser has kept of what was there before.
    pub(super) fn renewed(browser: &Arc<Browser>, address: &str) -> Page {
        let page = Page::open(browser, "about:blank", "");
        page.call("Network.enable", json!({}));
        page.call("Network.setCacheDisabled", json!({ "cacheDisabled": true }));
        page.go(address);
        page
    }

    /// A page that is there already.
    pub(super) fn attach(browser: &Arc<Browser>, target: &str) -> Page {
        let attached = browser.call(
            "",
            "Target.attachToTarget",
            json!({ "targetId": target, "flatten": true }),
        );
        let page = Page {
            browser: Arc::clone(browser),
            session: attached["sessionId"].as_str().unwrap().to_owned(),
            target: target.to_owned(),
        };
        for domain in ["Page", "Runtime", "Log"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        page
    }

    /// Goes to an address.
    pub(super) fn go(&self, address: &str) {
        let gone = self.call("Page.navigate", json!({ "url": address }));
        assert_eq!(gone.get("errorText"), None, "{address}: {gone}");
        self.until("document.readyState === 'complete'");
    }

    pub(super) fn call(&self, method: &str, parameters: Value) -> Value {
        self.browser.call(&self.session, method, parameters)
    }

    fn try_eval(&self, script: &str) -> Result<Value, String> {
        let parameters = json!({ "expression": script, "returnByValue": true, "awaitPromise": true });
        let answer = self
            .browser
            .try_call(&self.session, "Runtime.evaluate", parameters)?;
        match answer.get("exceptionDetails") {
            Some(thrown) => Err(thrown.to_string()),
            None => Ok(answer["result"]["value"].clone()),
        }
    }

    /// What an expression is in the page.
    pub(super) fn eval(&self, script: &str) -> Value {
        self.try_eval(script)
            .unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// The same, of a text.
    pub(super) fn text(&self, script: &str) -> String {
        self.eval(script).as_str().unwrap_or_default().to_owned()
    }

    /// Waits until an expression is true in the page, also while documents come and go.
    pub(super) fn until(&self, condition: &str) {
        let until = Instant::now() + PATIENCE;
        while self.try_eval(&format!("!!({condition})")) != Ok(json!(true)) {
            assert!(
                Instant::now() < until,
                "never: {condition}\nthe page: {}\nits faults: {:?}",
                self.try_eval("document.body.innerText").unwrap_or_default(),
                self.faults()
            );
            self.browser.pause();
        }
    }

    /// Presses the mouse on an element, as a person does: the browser takes it for a wish.
    pub(super) fn click(&self, selector: &str) {
        let place = self.eval(&format!(
            "(function () {{ var place = document.querySelector({}).getBoundingClientRect();
               return {{ x: place.x + place.width / 2, y: place.y + place.height / 2 }}; }})()",
            json!(selector)
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            self.call(
                "Input.dispatchMouseEvent",
                json!({ "type": kind, "x": place["x"], "y": place["y"], "button": "left", "clickCount": 1 }),
            );
        }
    }

    /// The frame in the page that shows an instance's panel, as it is now; `None` while there is none.
    pub(super) fn try_panel(&self) -> Option<Page> {
        let events = self.browser.events();
        let gone = |session: &str| {
            events.iter().any(|event| {
                event.method == "Target.detachedFromTarget" && event.parameters["sessionId"] == json!(session)
            })
        };
        events.iter().rev().find_map(|event| {
            let session = event.parameters["sessionId"].as_str()?;
            let of_here = event.session == self.session && event.method == "Target.attachedToTarget";
            let is_frame = event.parameters["targetInfo"]["type"] == "iframe";
            (of_here && is_frame && !gone(session)).then(|| Page {
                browser: Arc::clone(&self.browser),
                session: session.to_owned(),
                target: event.parameters["targetInfo"]["targetId"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
            })
        })
    }

    /// The panel, once the browser shows it and an agent is signed in there.
    pub(super) fn panel(&self) -> Page {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(frame) = self.try_panel()
                && frame.try_eval("typeof panel === 'object'") == Ok(json!(true))
            {
                return frame;
            }
            assert!(
                Instant::now() < until,
                "the panel never came\nthe page: {}\nits faults: {:?}",
                self.text("document.body.innerText"),
                self.faults()
            );
            self.browser.pause();
        }
    }

    /// The windows that the page has opened and that are open still.
    pub(super) fn popups(&self) -> Vec<Page> {
        let targets = self.browser.call("", "Target.getTargets", json!({}));
        let targets = targets["targetInfos"].as_array().unwrap();
        targets
            .iter()
            .filter(|target| target["openerId"] == json!(self.target))
            .map(|target| Page::attach(&self.browser, target["targetId"].as_str().unwrap()))
            .collect()
    }

    /// A window that the page opens.
    pub(super) fn popup(&self) -> Page {
        let target = self.browser.until("a window that the page opens", |event| {
            let of_here = event.method == "Target.targetCreated"
                && event.parameters["targetInfo"]["openerId"] == json!(self.target);
            let target = event.parameters["targetInfo"]["targetId"].as_str()?;
            of_here.then(|| target.to_owned())
        });
        Page::attach(&self.browser, &target)
    }

    /// What the console says is wrong, what was thrown, and what the content security policy has refused.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults: Vec<String> = self
            .browser
            .events()
            .into_iter()
            .filter(|event| event.session == self.session)
            .filter_map(|event| {
                let said = &event.parameters;
                match event.method.as_str() {
                    "Runtime.exceptionThrown" => Some(said["exceptionDetails"].to_string()),
                    "Runtime.consoleAPICalled" if said["type"] == "error" => Some(said["args"].to_string()),
                    "Log.entryAdded" if said["entry"]["level"] == "error" => {
                        Some(said["entry"]["text"].to_string())
                    }
                    _ => None,
                }
            })
            .collect();
        if let Ok(Value::Array(violations)) = self.try_eval("window.violations") {
            faults.extend(violations.iter().map(Value::to_string));
        }
        faults
    }

    /// Fails if anything is wrong.
    pub(super) fn is_faultless(&self) {
        let faults = self.faults();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
