//! The copy of amazon-connect-streams that the pages load. It is no part of this program: the user's npm client fetches it, it
//! is proven by its digest, and it is kept in a cache on this machine.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use fs_err as fs;
use sha2::{Digest as _, Sha256};

use super::exit::Failure;
use super::simulation::Simulation;
use super::terminal;
use headset_aws::Aws;
use headset_blueprint::model::{Blueprint, Picture};
use headset_core::diagnostic::Diagnostic;
use headset_core::endpoint::is_loopback;
use headset_core::text_file;
use headset_design::pages::library::{LICENCE, LibraryFile, PACKAGE, SCRIPT, VERSION};
use headset_design::{Design, Library};
use headset_engine::plan::{Action, Plan};
use headset_kinds::s3::ObjectSpec;

/// The variable that names the cache.
const CACHE: &str = "HEADSET_CACHE";
/// What is fetched.
const FILES: [&LibraryFile; 2] = [&SCRIPT, &LICENCE];
/// The largest file that is taken.
const LARGEST: u64 = 16 << 20;

/// Where files of others are kept, such as the library's by their digests.
pub(super) fn cache() -> Option<PathBuf> {
    let variable = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    variable(CACHE).or_else(|| {
        let system = if cfg!(windows) {
            variable("LOCALAPPDATA")
        } else {
            variable("XDG_CACHE_HOME")
        };
        let folder = system.or_else(|| Some(variable("HOME")?.join(".cache")))?;
        Some(folder.join("headset"))
    })
}

/// A file with this digest, if the path has one.
fn proven(path: &Path, file: &LibraryFile) -> Option<Vec<u8>> {
    let content = text_file::bytes(path, LARGEST + 1).ok()?;
    (hex::encode(Sha256::digest(&content)) == file.sha256).then_some(content)
}

/// Holds what the cache has ready for being uploaded. Whether that is the whole library.
fn hold(aws: &Aws) -> bool {
    let Some(cache) = cache() else {
        return false;
    };
    FILES
        .iter()
        .all(|file| match proven(&cache.join(file.sha256), file) {
            Some(content) => {
                aws.assets().hold(content.into());
                true
            }
            None => false,
        })
}

/// Holds the picture of a blueprint's pages ready for being uploaded, where it is no text.
pub(super) fn hold_picture(aws: &Aws, blueprint: &Blueprint) {
    if let Some(content) = picture(blueprint) {
        aws.assets().hold(content.to_vec().into());
    }
}

/// The picture of a blueprint's pages, where it is no text.
pub(super) fn picture(blueprint: &Blueprint) -> Option<&[u8]> {
    match &blueprint.ccp.as_ref()?.logo.as_ref()?.value {
        Picture::Png(content) => Some(content),
        Picture::Svg(_) => None,
    }
}

/// A file of the library; fetched if it is not in the cache.
pub(super) fn content(digest: &str) -> Result<Vec<u8>, String> {
    let file = FILES
        .into_iter()
        .find(|file| file.sha256 == digest)
        .ok_or_else(|| format!("no file of it has the SHA-256 {digest}"))?;
    let cached = || proven(&cache()?.join(digest), file);
    match cached() {
        Some(content) => Ok(content),
        None => {
            fetch(None)?;
            cached().ok_or_else(|| "it is not in the cache after it was fetched".to_owned())
        }
    }
}

/// Which copy the pages of an environment load: a simulated cloud without the library in the cache gets the stand-in, and
/// AWS never does.
pub(super) async fn of(aws: &Aws, simulation: Option<&Simulation>, endpoint: Option<&str>) -> Library {
    let is_simulated = match (simulation, endpoint) {
        (Some(_), _) => true,
        (None, Some(endpoint)) => is_loopback(endpoint) && is_simulator(aws, endpoint).await,
        (None, None) => false,
    };
    match hold(aws) {
        false if is_simulated => Library::StandIn,
        _ => Library::Package,
    }
}

/// The same, without a way to the cloud.
pub(super) fn of_cloud(is_simulated: bool) -> Library {
    let is_cached = cache().is_some_and(|cache| {
        FILES
            .iter()
            .all(|file| proven(&cache.join(file.sha256), file).is_some())
    });
    match is_cached {
        false if is_simulated => Library::StandIn,
        _ => Library::Package,
    }
}

async fn is_simulator(aws: &Aws, endpoint: &str) -> bool {
    let hello = aws
        .fetch(&format!("{}/_sim/hello", endpoint.trim_end_matches('/')))
        .await;
    hello.is_ok_and(|hello| {
        serde_json::from_str::<serde_json::Value>(&hello).is_ok_and(|hello| hello.is_object())
    })
}

/// Fetches what a plan uploads and the cache does not have; or says why it cannot.
pub(super) fn provide(aws: &Aws, design: &Design, plan: &Plan) -> Option<Diagnostic> {
    let uploads = |action: &Action| {
        matches!(
            action,
            Action::Create | Action::Adopt { .. } | Action::Update { .. } | Action::Replace { .. }
        )
    };
    let missing = plan.steps.iter().any(|(address, step)| {
        let wanted = design.resources.get(address).filter(|_| uploads(&step.action));
        let asset = wanted.and_then(|wanted| ObjectSpec::ASSET.text(&wanted.spec));
        asset.is_some_and(|digest| !aws.assets().has(digest))
    });
    if !missing {
        return None;
    }
    terminal::talk(&format!("npm fetches {PACKAGE} {VERSION}, which the pages load"));
    let why = match fetch(None) {
        Ok(_) if hold(aws) => return None,
        Ok(_) => "it is not in the cache after it was fetched".to_owned(),
        Err(why) => why,
    };
    let message = format!("the pages load {PACKAGE} {VERSION}, which is not on this machine: {why}");
    Some(Diagnostic::error("ccp-library", message).help(
        "fetch it where npm reaches a registry (`headset ccp fetch`), or from a file: `headset ccp fetch --from PACKAGE.tgz`",
    ))
}

/// Fetches the library into the cache: from the registry that npm uses, or from a package's file, folder or address.
pub(super) fn fetch(from: Option<&str>) -> Result<PathBuf, String> {
    let cache = cache().ok_or_else(|| format!("no cache is known: set {CACHE}, or HOME"))?;
    fs::create_dir_all(&cache).map_err(|error| error.to_string())?;
    let work = cache.join(format!("new-{}", std::process::id()));
    fs::create_dir_all(&work).map_err(|error| error.to_string())?;
    let fetched = unpacked(&work, from).and_then(|folder| {
        for file in FILES {
            let path = folder.join(file.path);
            let content = proven(&path, file).ok_or_else(|| {
                format!(
                    "{} of the package is not what {PACKAGE} {VERSION} has (SHA-256 {})",
                    file.path, file.sha256
                )
            })?;
            let place = work.join(file.sha256);
            fs::write(&place, content).map_err(|error| error.to_string())?;
            fs::rename(place, cache.join(file.sha256)).map_err(|error| error.to_string())?;
        }
        Ok(())
    });
    drop(fs::remove_dir_all(&work));
    fetched.map(|()| cache)
}

/// The folder of the package: the one that is given, or what its archive holds.
fn unpacked(work: &Path, from: Option<&str>) -> Result<PathBuf, String> {
    if let Some(folder) = from.map(Path::new).filter(|path| path.is_dir()) {
        return Ok(folder.to_owned());
    }
    let archive = match from {
        Some(file) if Path::new(file).is_file() => {
            fs::canonicalize(file).map_err(|error| error.to_string())?
        }
        Some(other) if !other.starts_with("https://") => {
            return Err(format!(
                "there is no file or folder `{other}`, and it is no https address"
            ));
        }
        address => {
            let own = format!("{PACKAGE}@{VERSION}");
            let wanted = address.unwrap_or(&own);
            let packed = run(work, NPM, &["pack", "--silent", "--ignore-scripts", wanted])?;
            work.join(packed.lines().last().unwrap_or_default().trim())
        }
    };
    let archive = archive.to_string_lossy().into_owned();
    run(work, "tar", &["-xzf", &archive])?;
    Ok(work.join("package"))
}

/// Runs a program of the user's in a folder, and gives what it has printed.
/// What npm is called: on Windows it is a script.
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

fn run(folder: &Path, program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("`{program}` cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let last = said
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("it gives no reason");
    Err(format!(
        "`{program} {}` failed: {}",
        arguments.join(" "),
        last.trim()
    ))
}

/// The same as a failure of a command.
pub(super) fn failure(why: String) -> Failure {
    Failure::new(format!("{PACKAGE} {VERSION} was not fetched: {why}"))
        .help("npm and tar have to be on the PATH; --from takes the package's archive, its folder, or an https address")
}
