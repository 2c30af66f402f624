//! Other people's clients: AWS's own Python library and command line against `headset sim serve`, and every call of
//! Headset held against AWS's service models on its way.

mod boto3;
mod cli;
mod documents;
mod network;
mod pipelines;
mod releases;
mod summary;
mod terraform;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use crate::support::program::Program;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A Python with what `tests/interop/requirements.txt` names, made once in the target folder.
pub(crate) fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let venv = root().join("target/interop-venv");
        let python = venv.join("bin/python");
        let requirements = root().join("tests/interop/requirements.txt");
        let wanted = std::fs::read_to_string(&requirements).unwrap();
        let stamp = venv.join("requirements.txt");
        if std::fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
            return python;
        }
        let made = Command::new("python3").args(["-m", "venv"]).arg(&venv).status();
        assert!(
            made.is_ok_and(|status| status.success()),
            "python3 with its venv module is needed for these tests"
        );
        let installed = Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "-r"])
            .arg(&requirements)
            .status()
            .unwrap();
        assert!(
            installed.success(),
            "pip could not install {}",
            requirements.display()
        );
        std::fs::write(stamp, wanted).unwrap();
        python
    })
}

/// The token of every simulator that these tests start: `tests/interop` knows it.
const TOKEN: &str = "token-of-the-tests";

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The first `http://127.0.0.1:PORT` that a process prints.
fn address_of(stream: impl std::io::Read + Send + 'static) -> String {
    let mut lines = BufReader::new(stream).lines();
    let address = loop {
        let line = lines.next().expect("it prints its address").unwrap();
        if let Some(start) = line.find("http://127.0.0.1:") {
            let port: String = line[start + 17..]
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            break format!("http://127.0.0.1:{port}");
        }
    };
    // What it says later must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    address
}

/// A simulator in the plain world: other people's clients can expect one answer there, not either of two.
fn simulator(speed: &str) -> (Running, String) {
    simulator_with(&["--time", speed])
}

fn simulator_with(arguments: &[&str]) -> (Running, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_headset"))
        .args(["sim", "serve", "--port", "0"])
        .args(arguments)
        .env("HEADSET_SIM_TOKEN", TOKEN)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let address = address_of(child.stderr.take().unwrap());
    (Running(child), address)
}

/// Headset against an endpoint, with nothing around it but these variables.
fn headset_with(
    directory: &Path,
    endpoint: &str,
    variables: &BTreeMap<&'static str, String>,
    arguments: &[&str],
) -> Output {
    Command::new(env!("CARGO_BIN_EXE_headset"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .env("HOME", directory)
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_REGION", "eu-west-2")
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "simulated")
        .env("HEADSET_SIM_TOKEN", TOKEN)
        .envs(variables)
        .said()
}

fn told(output: &Output) -> String {
    format!(
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
