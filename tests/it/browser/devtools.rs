//! A small client of Chromium's DevTools protocol. Requests and answers are JSON, each ended by a zero byte, over two pipes
//! (`--remote-debugging-pipe`): no port, and no library.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long the browser may take for anything.
pub(super) const PATIENCE: Duration = Duration::from_secs(40);

/// What the browser has said.
#[derive(Default)]
struct Heard {
    answers: HashMap<u64, Value>,
    events: Vec<Event>,
    ended: bool,
}

/// Something that has happened in a session.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) session: String,
    pub(super) method: String,
    pub(super) parameters: Value,
}

/// A browser of its own, which ends with this.
pub(super) struct Browser {
    child: Mutex<Child>,
    orders: Mutex<ChildStdin>,
    heard: Arc<(Mutex<Heard>, Condvar)>,
    next: AtomicU64,
    _profile: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let child = self.child.get_mut().unwrap();
        drop(child.kill());
        drop(child.wait());
    }
}

impl Browser {
    /// Starts it with a new profile. `port`: where all names lead; `key`: the digest of the key of the certificate there;
    /// `allowed`: what pages may do, by the browser's names.
    pub(super) fn start(program: &str, port: u16, key: &str, allowed: &[&str], flags: &[&str]) -> Browser {
        let profile = tempfile::tempdir().unwrap();
        // Cookies of framed pages are allowed, as the policies for agents' browsers have it.
        let mut settings =
            json!({ "profile": { "cookie_controls_mode": 0, "block_third_party_cookies": false } });
        for what in allowed {
            settings["profile"]["default_content_setting_values"][what] = json!(1);
        }
        let folder = profile.path().join("profile/Default");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("Preferences"), settings.to_string()).unwrap();
        let log = std::fs::File::create(profile.path().join("stderr")).unwrap();
        // The browser reads descriptor 3 and writes descriptor 4.
        let mut child = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null"#, program])
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--remote-debugging-pipe",
                "--use-fake-device-for-media-stream",
                "--window-size=1024,768",
            ])
            .arg(format!(
                "--user-data-dir={}",
                profile.path().join("profile").display()
            ))
            .arg(format!("--host-resolver-rules=MAP * 127.0.0.1:{port}"))
            .arg(format!("--ignore-certificate-errors-spki-list={key}"))
            .args(flags)
            .env("HOME", profile.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let orders = child.stdin.take().unwrap();
        let answers = child.stdout.take().unwrap();
        let heard = Arc::new((Mutex::new(Heard::default()), Condvar::new()));
        let hearing = Arc::clone(&heard);
        std::thread::spawn(move || {
            let mut answers = BufReader::new(answers);
            let mut bytes = Vec::new();
            while answers.read_until(0, &mut bytes).is_ok_and(|length| length > 0) {
                bytes.pop();
                let said: Value = serde_json::from_slice(&bytes).unwrap_or_default();
                bytes.clear();
                let Ok(mut heard) = hearing.0.lock() else { return };
                match said["id"].as_u64() {
                    Some(id) => drop(heard.answers.insert(id, said)),
                    None => heard.events.push(Event {
                        session: said["sessionId"].as_str().unwrap_or_default().to_owned(),
                        method: said["method"].as_str().unwrap_or_default().to_owned(),
                        parameters: said["params"].clone(),
                    }),
                }
                hearing.1.notify_all();
            }
            if let Ok(mut heard) = hearing.0.lock() {
                heard.ended = true;
            }
            hearing.1.notify_all();
        });
        let browser = Browser {
            child: Mutex::new(child),
            orders: Mutex::new(orders),
            heard,
            next: AtomicU64::new(1),
            _profile: profile,
        };
        browser.call("", "Target.setDiscoverTargets", json!({ "discover": true }));
        browser
    }

    /// Waits until this finds something in what was heard.
    fn wait<T>(&self, what: &str, mut find: impl FnMut(&mut Heard) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        let mut heard: MutexGuard<'_, Heard> = self.heard.0.lock().unwrap();
        loop {
            if let Some(found) = find(&mut heard) {
                return found;
            }
            assert!(!heard.ended, "the browser has ended: {what}");
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "never: {what}");
            heard = self.heard.1.wait_timeout(heard, left).unwrap().0;
        }
    }

    /// Asks the browser, or one session of it, for something.
    pub(super) fn try_call(&self, session: &str, method: &str, parameters: Value) -> Result<Value, String> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let mut order = json!({ "id": id, "method": method, "params": parameters });
        if !session.is_empty() {
            order["sessionId"] = json!(session);
        }
        let mut bytes = order.to_string().into_bytes();
        bytes.push(0);
        self.orders.lock().unwrap().write_all(&bytes).unwrap();
        // What is asked of a document that goes away is never answered.
        let mut seen = 0;
        let answer = self.wait(&format!("an answer to {method}"), |heard| {
            let new = &heard.events[seen..];
            seen = heard.events.len();
            let gone = new.iter().any(|event| {
                event.method == "Target.detachedFromTarget" && event.parameters["sessionId"] == json!(session)
            });
            let answer = heard.answers.remove(&id);
            answer.or_else(|| gone.then(|| json!({ "error": "the document is gone" })))
        });
        match answer.get("error") {
            Some(error) => Err(error.to_string()),
            None => Ok(answer["result"].clone()),
        }
    }

    pub(super) fn call(&self, session: &str, method: &str, parameters: Value) -> Value {
        self.try_call(session, method, parameters)
            .unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// The first event, from the beginning, of which this says something; waits for it.
    pub(super) fn until<T>(&self, what: &str, mut find: impl FnMut(&Event) -> Option<T>) -> T {
        let mut seen = 0;
        self.wait(what, |heard| {
            let new = &heard.events[seen..];
            seen = heard.events.len();
            new.iter().find_map(&mut find)
        })
    }

    /// All that has happened so far.
    pub(super) fn events(&self) -> Vec<Event> {
        self.heard.0.lock().unwrap().events.clone()
    }

    /// Waits a moment for something to happen.
    pub(super) fn pause(&self) {
        let heard = self.heard.0.lock().unwrap();
        drop(
            self.heard
                .1
                .wait_timeout(heard, Duration::from_millis(20))
                .unwrap(),
        );
    }
}
