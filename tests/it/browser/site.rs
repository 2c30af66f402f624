//! The contact center that the tests look at: made once, by the program, on a simulated cloud in this process.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, OnceLock};

use headset_simulator::{Latency, Moment, SimOptions, Simulator};
use serde_json::Value;

use super::devtools::Browser;
use super::front::Front;
use super::page::Page;
use super::tools;
use crate::support::program::Program as _;

/// Who signs in.
pub(super) const AGENT: &str = "agent1@example.com";

/// A picture in the heading.
const LOGO: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" viewBox="0 0 16 16"><path d="M2 9a6 6 0 0 1 12 0v5h-3V9h1a4 4 0 0 0-8 0h1v5H2z" fill="#1d7a3c"/></svg>"##;

static CLOUD: OnceLock<Cloud> = OnceLock::new();
/// The same with CloudFront before the bucket.
static EDGES: OnceLock<Cloud> = OnceLock::new();

/// What serves the pages, as the example has it.
const ON_S3: &str = "ccp: { hosting: s3 }";
/// The host by which CloudFront serves them.
pub(super) const DOMAIN: &str = "desk.example.com";

/// What was made for the first browser.
fn made() -> &'static Cloud {
    CLOUD.get().expect("a browser is there")
}

/// What is made once.
struct Cloud {
    /// Where the simulated cloud answers, `127.0.0.1:PORT`.
    address: String,
    outputs: Value,
}

/// Makes it, once: the example with `ccp` as given.
fn cloud(once: &'static OnceLock<Cloud>, library: &Path, ccp: &str) -> &'static Cloud {
    once.get_or_init(|| {
        let (tell, told) = std::sync::mpsc::channel();
        // It serves until this process ends.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let now = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap();
                let simulator = Simulator::new(SimOptions {
                    origin: Moment(now),
                    speed: 2000.0,
                    latency: Latency::None,
                    operator: true,
                    ..SimOptions::default()
                });
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap().to_string()).unwrap();
                Arc::clone(&simulator)
                    .serve(listener, std::future::pending())
                    .await
                    .unwrap();
            });
        });
        let address: String = told.recv().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let blueprint = crate::support::example("split-ccp.yaml").1;
        let blueprint = crate::support::fixtures::with(&blueprint, &[(ON_S3, ccp)]);
        std::fs::write(folder.path().join("logo.svg"), LOGO).unwrap();
        std::fs::write(folder.path().join("center.yaml"), blueprint).unwrap();
        let headset = |arguments: &[&str]| {
            let output = Command::new(env!("CARGO_BIN_EXE_headset"))
                .args(arguments)
                .current_dir(folder.path())
                .env_clear()
                .env("HOME", folder.path())
                .env("PATH", std::env::var_os("PATH").unwrap())
                .env("HEADSET_CACHE", folder.path().join("cache"))
                .env("AWS_ENDPOINT_URL", format!("http://{address}"))
                .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
                .env("AWS_SECRET_ACCESS_KEY", "simulated")
                .stdin(Stdio::null())
                .said();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{arguments:?}: {said}");
            String::from_utf8(output.stdout).unwrap()
        };
        headset(&["ccp", "fetch", "--from", library.to_str().unwrap()]);
        headset(&["apply", "center.yaml", "--yes", "--wait", "10m"]);
        let outputs: Value = serde_json::from_str(&headset(&["output", "center.yaml", "--json"])).unwrap();
        Cloud {
            address,
            outputs: outputs["outputs"].clone(),
        }
    })
}

/// How many browsers may run at a time.
const AT_ONCE: usize = 2;
static RUNNING: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

/// A place among those that run.
struct Turn;

impl Turn {
    fn take() -> Turn {
        let running = RUNNING.0.lock().unwrap();
        let mut running = RUNNING
            .1
            .wait_while(running, |running| *running >= AT_ONCE)
            .unwrap();
        *running += 1;
        Turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *RUNNING.0.lock().unwrap() -= 1;
        RUNNING.1.notify_one();
    }
}

/// A browser with a new profile on the way to the contact center.
pub(super) struct Desk {
    pub(super) browser: Arc<Browser>,
    pub(super) front: Front,
    _turn: Turn,
}

/// What kind of browser an agent has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Popups {
    /// As policies for agents' machines allow it.
    Allowed,
    /// As browsers are when they come.
    Blocked,
}

impl Desk {
    /// `None`: something that the test needs is not there, which was said.
    pub(super) fn of(test: &str, popups: Popups) -> Option<Desk> {
        Desk::with(test, popups, &["--use-fake-ui-for-media-stream"])
    }

    /// The same with other flags than the one that allows the microphone.
    pub(super) fn with(test: &str, popups: Popups, flags: &[&str]) -> Option<Desk> {
        const PORTAL: &str = "<!DOCTYPE html><title>Access portal</title><p>Access portal</p>";
        Desk::before(
            &CLOUD,
            "ccp: { hosting: s3, logo: logo.svg }",
            PORTAL,
            (test, popups, flags),
        )
    }

    /// A browser whose pages come from CloudFront, with this document at the identity provider's.
    pub(super) fn at_edges(test: &str, portal: &str) -> Option<Desk> {
        let ccp = format!(
            "ccp: {{ hosting: cloudfront, logo: logo.svg, accent: \"#ffcc00\", background: \"#10202e\", domain: {{ name: {DOMAIN}, certificate: \
             \"arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012\" }} }}"
        );
        let flags: &[&str] = &["--use-fake-ui-for-media-stream"];
        Desk::before(&EDGES, &ccp, portal, (test, Popups::Allowed, flags))
    }

    fn before(
        once: &'static OnceLock<Cloud>,
        ccp: &str,
        portal: &str,
        (test, popups, flags): (&str, Popups, &[&str]),
    ) -> Option<Desk> {
        let program = tools::chromium(test)?;
        let library = tools::file(test, &tools::LIBRARY)?;
        let cloud = cloud(once, library.ancestors().nth(2).unwrap(), ccp);
        let turn = Turn::take();
        let documents = BTreeMap::from([(".awsapps.com", portal.to_owned())]);
        let front = Front::open(&cloud.address, documents);
        let allowed: &[&str] = match popups {
            Popups::Allowed => &["popups"],
            Popups::Blocked => &[],
        };
        let browser = Arc::new(Browser::start(program, front.port, &front.key, allowed, flags));
        Some(Desk {
            browser,
            front,
            _turn: turn,
        })
    }

    fn output(name: &str) -> String {
        let output = &made().outputs[name];
        output
            .as_str()
            .unwrap_or_else(|| panic!("{name}: {}", made().outputs))
            .to_owned()
    }

    /// The address of the page in the desktop.
    pub(super) fn in_session() -> String {
        Desk::output("in_session_page")
    }

    /// The address of the page on the agent's machine.
    pub(super) fn audio_only() -> String {
        Desk::output("audio_only_page")
    }

    /// Where the pages are.
    pub(super) fn origin() -> String {
        let page = Desk::in_session();
        page.rsplit_once('/').unwrap().0.to_owned()
    }

    /// What a browser does when the agent has proven who they are.
    pub(super) fn signed_in_at(destination: &str) -> String {
        let user = AGENT.replace('@', "%40");
        format!("https://acme-support.my.connect.aws/auth/sign-in?user={user}&destination={destination}")
    }

    /// Signs the agent in, as if it were long ago.
    pub(super) fn sign_in(&self) {
        let page = Page::open(&self.browser, &Desk::signed_in_at("%2Fccp-v2%2F"), "");
        page.until("document.title === 'Simulated Contact Control Panel' && typeof panel === 'object'");
        self.browser.call(
            "",
            "Target.closeTarget",
            serde_json::json!({ "targetId": page.target }),
        );
    }

    /// Opens a page.
    pub(super) fn open(&self, address: &str) -> Page {
        Page::open(&self.browser, address, "")
    }
}
