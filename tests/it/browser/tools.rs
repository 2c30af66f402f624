//! What the tests in a browser need and the project does not hold: Chromium, and packages of npm. They are installed where
//! that is possible. Where it is not, the tests say that they are skipped, unless everything is asked for.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use sha2::{Digest as _, Sha256};

use crate::support::effort;

/// The names that Chromium has.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Which file of which package, and its SHA-256.
pub(crate) struct File {
    pub(crate) package: &'static str,
    pub(crate) version: &'static str,
    pub(crate) path: &'static str,
    pub(crate) sha256: &'static str,
}

/// The library that the pages load, as its package has it.
pub(crate) const LIBRARY: File = File {
    package: headset_design::pages::library::PACKAGE,
    version: headset_design::pages::library::VERSION,
    path: headset_design::pages::library::SCRIPT.path,
    sha256: headset_design::pages::library::SCRIPT.sha256,
};

fn runs(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Chromium: `HEADSET_CHROMIUM`, or what is on the PATH, or what the system's package manager installs. `None`: there is
/// none, and the test says that it is skipped.
pub(crate) fn chromium(test: &str) -> Option<&'static str> {
    static FOUND: OnceLock<Option<String>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        if let Ok(asked) = std::env::var("HEADSET_CHROMIUM") {
            assert!(
                runs(&asked, &["--version"]),
                "HEADSET_CHROMIUM does not run: {asked}"
            );
            return Some(asked);
        }
        let on_path = || {
            NAMES
                .into_iter()
                .find(|name| runs(name, &["--version"]))
                .map(str::to_owned)
        };
        on_path().or_else(|| {
            let may = runs("sh", &["-c", "test \"$(id -u)\" = 0 && command -v apt-get"]);
            let installed = may
                && (runs("apt-get", &["install", "-y", "-qq", "chromium"])
                    || runs("apt-get", &["update", "-qq"])
                        && runs("apt-get", &["install", "-y", "-qq", "chromium"]));
            installed.then(on_path).flatten()
        })
    });
    let why = "Chromium is not there, and could not be installed: install it, or name it in HEADSET_CHROMIUM";
    found.as_deref().or_else(|| missing(test, why))
}

/// Says that a test is skipped, or fails if everything is asked for.
fn missing<T>(test: &str, why: &str) -> Option<T> {
    assert!(!effort::all(), "{test}: {why}");
    effort::say(&format!("skipped: {test}; {why}"));
    None
}

/// A file of a package, fetched once into the target folder.
pub(crate) fn file(test: &str, wanted: &File) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/browser")
        .join(format!("{}-{}", wanted.package, wanted.version));
    let file = folder.join("package").join(wanted.path);
    static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _alone = ONE_AT_A_TIME.lock().unwrap();
    if !file.exists() {
        std::fs::create_dir_all(&folder).unwrap();
        let id = format!("{}@{}", wanted.package, wanted.version);
        let packed = Command::new("npm")
            .args(["pack", "--silent", &id])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .output();
        let Some(packed) = packed.ok().filter(|packed| packed.status.success()) else {
            return missing(test, &format!("npm could not fetch {id}"));
        };
        let archive = String::from_utf8_lossy(&packed.stdout).trim().to_owned();
        let unpacked = Command::new("tar")
            .args(["-xzf", &archive])
            .current_dir(&folder)
            .status();
        assert!(
            unpacked.is_ok_and(|status| status.success()),
            "{archive} cannot be unpacked"
        );
    }
    let digest = hex::encode(Sha256::digest(std::fs::read(&file).unwrap()));
    assert_eq!(digest, wanted.sha256, "{} is not what it was", file.display());
    Some(file)
}
